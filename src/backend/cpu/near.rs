//! Neighbours of one agent, gathered component by component so that the loops over them vectorise. Used by *sense*
//! alone; the shader walks its neighbours one by one and adds the same integers.

use super::bin::each_run;
use super::lanes::Env;
use crate::layout::*;
use crate::math::{Vec3, fixed_small, turn, whole_small};

/// Candidates and neighbours worked on at once: a vector register of the widest processors. `Sorted` ends in as many
/// empty places, so that a step may read past its run.
pub const BATCH: usize = 16;

/// One number each of a batch of neighbours. Loops over whole batches of fixed size have no ragged end, which for some
/// thirty neighbours would cost more than the rest; what stands in the last batch past the last neighbour is never used.
type Batch<T> = [T; BATCH];

/// Sums that a sector keeps: count, weight, 3 of offset, 3 of heading.
pub const SECTOR_SUMS: usize = 8;

/// Neighbours in range, and what is derived from their offsets. Grows to the largest crowd once.
#[derive(Default)]
pub struct Near {
    /// Number of neighbours.
    pub len: usize,
    /// Places among the sorted agents.
    pub index: Vec<u32>,
    /// Runs of candidates.
    runs: Vec<(usize, usize)>,
    /// Offsets from the agent, BL; in a plane the third stays 0.
    offset: [Vec<Batch<f32>>; 3],
    /// Squared distances.
    square: Vec<Batch<f32>>,
    /// Weights 1 - distance / range.
    weight: Vec<Batch<f32>>,
    /// Headings.
    heading: [Vec<Batch<f32>>; 3],
    /// Sectors.
    sector: Vec<Batch<u32>>,
    /// Quantities of all neighbours in fixed point, in the order of `SECTOR_SUMS`; the count needs none.
    steps: [Vec<Batch<i32>>; SECTOR_SUMS],
}

impl Near {
    /// Gathers every other agent within `range` of `pos` that `mask` allows; `place` is the agent's own among the sorted.
    #[inline(always)]
    pub fn gather(&mut self, env: &Env, place: u32, pos: Vec3, range: f32, mask: u32) {
        let tank = &env.plan.tank;
        let dim = tank.dim as usize;
        let reach = range * range;
        let half: Vec3 =
            std::array::from_fn(|axis| if tank.edge[axis] == EDGE_TORUS { 0.5 * tank.extent[axis] } else { f32::MAX });
        self.runs.clear();
        each_run(env, pos, range, |first, last| self.runs.push((first, last)));
        let (index, mut len) = (&mut self.index, 0);
        // Most senses perceive everyone, and need not look at who is who.
        let everyone = (0..env.plan.species.len()).all(|species| mask >> species & 1 == 1);
        for &(first, last) in &self.runs {
            if index.len() < len + (last - first) + BATCH {
                index.resize(2 * (len + last - first + BATCH), 0);
            }
            let mut at = first;
            while at < last {
                let mut square = [0.0f32; BATCH];
                for axis in 0..dim {
                    let x = batch(&env.sorted.pos[axis], at);
                    let (e, h, p) = (tank.extent[axis], half[axis], pos[axis]);
                    for i in 0..BATCH {
                        let d = wrap(x[i] - p, e, h);
                        square[i] += d * d;
                    }
                }
                let mut keep = [0u32; BATCH];
                for i in 0..BATCH {
                    keep[i] = u32::from(square[i] < reach) & u32::from((at + i) as u32 != place);
                }
                if !everyone {
                    let species = batch(&env.sorted.species, at);
                    for i in 0..BATCH {
                        keep[i] &= mask >> (species[i] & 31);
                    }
                }
                // Places are written without branches: one that is not kept is written over by the next.
                let (kept, mut n) = (&mut index[len..len + BATCH], 0);
                for i in 0..(last - at).min(BATCH) {
                    kept[n & (BATCH - 1)] = (at + i) as u32;
                    n += (keep[i] & 1) as usize;
                }
                len += n;
                at += BATCH;
            }
        }
        self.len = len;
        self.grow();
        for axis in 0..dim {
            pick(&mut self.offset[axis], &self.index[..len], &env.sorted.pos[axis]);
        }
        for b in 0..len.div_ceil(BATCH) {
            let mut square = [0.0f32; BATCH];
            for axis in 0..dim {
                let (e, h, p) = (tank.extent[axis], half[axis], pos[axis]);
                let offset = &mut self.offset[axis][b];
                for i in 0..BATCH {
                    offset[i] = wrap(offset[i] - p, e, h);
                    square[i] += offset[i] * offset[i];
                }
            }
            self.square[b] = square;
        }
    }

    fn grow(&mut self) {
        let n = self.index.len().div_ceil(BATCH);
        if self.square.len() < n {
            self.square.resize(n, [0.0; BATCH]);
            self.weight.resize(n, [0.0; BATCH]);
            self.sector.resize(n, [0; BATCH]);
            self.steps.iter_mut().for_each(|row| row.resize(n, [0; BATCH]));
            for rows in [&mut self.offset, &mut self.heading] {
                rows.iter_mut().for_each(|row| row.resize(n, [0.0; BATCH]));
            }
        }
    }

    /// Squared distances.
    #[inline(always)]
    pub fn squares(&self) -> &[f32] {
        &self.square.as_flattened()[..self.len]
    }

    /// Offset of neighbour `i`, BL.
    #[inline(always)]
    pub fn offset(&self, i: usize) -> Vec3 {
        std::array::from_fn(|axis| self.offset[axis][i / BATCH][i % BATCH])
    }

    /// Derives sectors, weights, and what else the sense gives of each neighbour, in fixed point.
    #[inline(always)]
    pub fn arrange(&mut self, env: &Env, sense: &SenseParams, axes: [Vec3; 3]) {
        let (dim, k) = (env.plan.tank.dim as usize, env.plan.tank.sense_scale);
        let headings = sense.gives & GIVES_HEADING != 0;
        if headings {
            for axis in 0..dim {
                pick(&mut self.heading[axis], &self.index[..self.len], &env.sorted.heading[axis]);
            }
        }
        for b in 0..self.len.div_ceil(BATCH) {
            let square = self.square[b];
            let mut weight = [0.0f32; BATCH];
            for i in 0..BATCH {
                weight[i] = 1.0 - square[i].sqrt() / sense.range;
                self.steps[1][b][i] = fixed_small(weight[i], k);
            }
            self.weight[b] = weight;
            let mut local = [[0.0f32; BATCH]; 3];
            for axis in 0..dim {
                local[axis] = along([&self.offset[0][b], &self.offset[1][b], &self.offset[2][b]], axes[axis], dim);
            }
            if sense.gives & GIVES_OFFSET != 0 {
                for axis in 0..dim {
                    for i in 0..BATCH {
                        self.steps[2 + axis][b][i] = fixed_small(local[axis][i] / sense.range, k);
                    }
                }
            }
            self.sector[b] = sectors(sense, &local, &square);
            if headings {
                let heading = [&self.heading[0][b], &self.heading[1][b], &self.heading[2][b]];
                for axis in 0..dim {
                    let local = along(heading, axes[axis], dim);
                    for i in 0..BATCH {
                        self.steps[5 + axis][b][i] = fixed_small(weight[i] * local[i], k);
                    }
                }
            }
        }
    }

    /// Adds up, for each sector, the neighbours, their weights and what else the sense gives of them.
    #[inline(always)]
    pub fn add(&self, sense: &SenseParams, sums: &mut [[i32; SECTOR_SUMS]]) {
        match (sense.gives & GIVES_OFFSET != 0, sense.gives & GIVES_HEADING != 0) {
            (false, false) => self.add_steps::<false, false>(sums),
            (true, false) => self.add_steps::<true, false>(sums),
            (false, true) => self.add_steps::<false, true>(sums),
            (true, true) => self.add_steps::<true, true>(sums),
        }
    }

    /// The sums themselves: one walk over the neighbours, so that the additions to one sector overlap.
    #[inline(always)]
    fn add_steps<const OFFSET: bool, const HEADING: bool>(&self, sums: &mut [[i32; SECTOR_SUMS]]) {
        let n = self.len;
        let s: [&[i32]; SECTOR_SUMS] = std::array::from_fn(|q| &self.steps[q].as_flattened()[..n]);
        if let [sum] = sums {
            let total = |q: usize| s[q].iter().fold(0i32, |a, b| a.wrapping_add(*b));
            sum[0] = n as i32;
            sum[1] = total(1);
            for q in (2..5).filter(|_| OFFSET).chain((5..8).filter(|_| HEADING)) {
                sum[q] = total(q);
            }
            return;
        }
        for (i, sector) in self.sector.as_flattened()[..n].iter().enumerate() {
            let sum = &mut sums[*sector as usize];
            sum[0] += 1;
            sum[1] += s[1][i];
            if OFFSET {
                sum[2] += s[2][i];
                sum[3] += s[3][i];
                sum[4] += s[4][i];
            }
            if HEADING {
                sum[5] += s[5][i];
                sum[6] += s[6][i];
                sum[7] += s[7][i];
            }
        }
    }

    /// Adds weighted signals as heard, a row of `channels` sums a sector.
    #[inline(always)]
    pub fn add_signals(&self, env: &Env, channels: usize, scale: f32, sums: &mut [i32]) {
        let (weight, sector) = (self.weight.as_flattened(), self.sector.as_flattened());
        for i in 0..self.len {
            let at = self.index[i] as usize;
            let other = &env.plan.species[env.sorted.species[at] as usize];
            let first = (other.sig_start + (env.sorted.slot[at] - other.slot_start) * other.channels) as usize;
            let heard = &env.heard[first..first + channels.min(other.channels as usize)];
            let sums = &mut sums[sector[i] as usize * channels..][..heard.len()];
            for (sum, heard) in sums.iter_mut().zip(heard) {
                *sum += fixed_small(weight[i] * heard, scale);
            }
        }
    }
}

/// Sectors of a batch of neighbours.
#[inline(always)]
fn sectors(sense: &SenseParams, local: &[Batch<f32>; 3], square: &Batch<f32>) -> Batch<u32> {
    let mut sector = [0u32; BATCH];
    if sense.count > 1 {
        let count = sense.count as f32;
        for i in 0..BATCH {
            // Half a sector further, so that the first is centred straight ahead.
            let t = whole_small(turn(local[1][i], local[0][i]) * count + 0.5);
            sector[i] = if t >= sense.count { t - sense.count } else { t };
        }
    }
    if sense.elevation > 1 {
        for i in 0..BATCH {
            // Bands of equal height have equal solid angles.
            let h = (local[2][i] / square[i].sqrt().max(1e-6) + 1.0) * 0.5 * sense.elevation as f32;
            sector[i] += whole_small(h.max(0.0)).min(sense.elevation - 1) * sense.count;
        }
    }
    sector
}

/// A step of candidates from place `at` on.
#[inline(always)]
pub fn batch<T>(all: &[T], at: usize) -> &[T; BATCH] {
    all[at..at + BATCH].first_chunk().expect("a slice of BATCH items")
}

/// The shorter way around an axis of extent `e`, of half extent `h` (more than any distance where it does not wrap).
#[inline(always)]
pub fn wrap(x: f32, e: f32, h: f32) -> f32 {
    let wrapped = if x > h { x - e } else { x };
    if x < -h { x + e } else { wrapped }
}

/// Copies the numbers at `index`.
#[inline(always)]
fn pick(to: &mut [Batch<f32>], index: &[u32], from: &[f32]) {
    for (to, at) in to.as_flattened_mut().iter_mut().zip(index) {
        *to = from[*at as usize];
    }
}

/// A batch of vectors along an axis; in a plane from two components.
#[inline(always)]
fn along([x, y, z]: [&Batch<f32>; 3], axis: Vec3, dim: usize) -> Batch<f32> {
    let mut along = [0.0f32; BATCH];
    for i in 0..BATCH {
        along[i] = x[i] * axis[0] + y[i] * axis[1];
    }
    if dim == 3 {
        for i in 0..BATCH {
            along[i] += z[i] * axis[2];
        }
    }
    along
}
