//! Neighbours of one agent, gathered component by component so that the loops over them vectorise. Used by *sense*
//! alone; the shader walks its neighbours one by one and adds the same integers.

use super::bin::each_run;
use super::world::Env;
use crate::layout::*;
use crate::math::{Vec3, fixed_small, turn};

/// Candidates looked at in one step: a vector register of the widest processors. `Sorted` ends in as many empty places,
/// so that a step may read past its run.
pub const BATCH: usize = 16;

/// Sums that a sector keeps: count, weight, 3 of offset, 3 of heading; the channels stand after those of all sectors.
pub const SECTOR_SUMS: usize = 8;

/// Neighbours in range, and what is derived from their offsets. Grows to the largest crowd once.
#[derive(Default)]
pub struct Near {
    /// Number of neighbours; the arrays below may be longer.
    pub len: usize,
    /// Places among the sorted agents.
    pub index: Vec<u32>,
    /// Runs of candidates.
    runs: Vec<(usize, usize)>,
    /// Offsets from the agent, BL.
    pub offset: [Vec<f32>; 3],
    /// Squared distances.
    pub square: Vec<f32>,
    /// Weights 1 - distance / range.
    weight: Vec<f32>,
    /// Offsets, or headings, along the body axes.
    local: [Vec<f32>; 3],
    /// Headings.
    heading: [Vec<f32>; 3],
    /// Sectors.
    sector: Vec<u32>,
    /// Quantities of all neighbours in fixed point, in the order of `SECTOR_SUMS`; the count needs none.
    steps: [Vec<i32>; SECTOR_SUMS],
}

impl Near {
    /// Gathers every other agent within `range` of `pos` that `mask` allows.
    #[inline(always)]
    pub fn gather(&mut self, env: &Env, slot: u32, pos: Vec3, range: f32, mask: u32) {
        let tank = &env.plan.tank;
        let dim = tank.dim as usize;
        let reach = range * range;
        let half = half_extent(tank);
        self.runs.clear();
        each_run(env, pos, range, |first, last| self.runs.push((first, last)));
        let (index, mut len) = (&mut self.index, 0);
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
                let (species, slots) = (batch(&env.sorted.species, at), batch(&env.sorted.slot, at));
                let mut keep = [0u32; BATCH];
                for i in 0..BATCH {
                    keep[i] = u32::from(square[i] < reach) & u32::from(slots[i] != slot) & (mask >> (species[i] & 31));
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
        self.reserve();
        for axis in 0..3 {
            pick(&mut self.offset[axis][..len], &self.index[..len], &env.sorted.pos[axis]);
        }
        let [x, y, z] = &mut self.offset;
        let (x, y, z, square) = (&mut x[..len], &mut y[..len], &mut z[..len], &mut self.square[..len]);
        for i in 0..len {
            x[i] = wrap(x[i] - pos[0], tank.extent[0], half[0]);
            y[i] = wrap(y[i] - pos[1], tank.extent[1], half[1]);
            z[i] = wrap(z[i] - pos[2], tank.extent[2], half[2]);
            square[i] = x[i] * x[i] + y[i] * y[i] + z[i] * z[i];
        }
    }

    fn reserve(&mut self) {
        let n = self.index.len();
        if self.square.len() < n {
            for row in [&mut self.square, &mut self.weight] {
                row.resize(n, 0.0);
            }
            self.sector.resize(n, 0);
            self.steps.iter_mut().for_each(|row| row.resize(n, 0));
            for rows in [&mut self.offset, &mut self.local, &mut self.heading] {
                rows.iter_mut().for_each(|row| row.resize(n, 0.0));
            }
        }
    }

    /// Derives weights, offsets along the body axes, and sectors.
    #[inline(always)]
    pub fn arrange(&mut self, sense: &SenseParams, axes: [Vec3; 3]) {
        let n = self.len;
        along(&mut self.local, &self.offset, axes, n);
        let (square, weight) = (&self.square[..n], &mut self.weight[..n]);
        for i in 0..n {
            weight[i] = 1.0 - square[i].sqrt() / sense.range;
        }
        let sector = &mut self.sector[..n];
        sector.fill(0);
        if sense.count > 1 {
            let count = sense.count as f32;
            let (ahead, aside) = (&self.local[0][..n], &self.local[1][..n]);
            for i in 0..n {
                // Half a sector further, so that the first is centred straight ahead.
                let t = (turn(aside[i], ahead[i]) * count + 0.5) as i32 as u32;
                sector[i] = if t >= sense.count { t - sense.count } else { t };
            }
        }
        if sense.elevation > 1 {
            let above = &self.local[2][..n];
            for i in 0..n {
                // Bands of equal height have equal solid angles.
                let h = (above[i] / square[i].sqrt().max(1e-6) + 1.0) * 0.5 * sense.elevation as f32;
                sector[i] += ((h.max(0.0) as i32 as u32).min(sense.elevation - 1)) * sense.count;
            }
        }
    }

    /// Adds up, for each sector, the neighbours, their weights and what else the sense gives of them.
    #[inline(always)]
    pub fn add(
        &mut self,
        env: &Env,
        sense: &SenseParams,
        axes: [Vec3; 3],
        scale: f32,
        sums: &mut [[i32; SECTOR_SUMS]],
    ) {
        let n = self.len;
        to_fixed(&mut self.steps[1][..n], &self.weight[..n], scale);
        if sense.gives & GIVES_OFFSET != 0 {
            for axis in 0..3 {
                for (step, x) in self.steps[2 + axis][..n].iter_mut().zip(&self.local[axis]) {
                    *step = fixed_small(x / sense.range, scale);
                }
            }
        }
        if sense.gives & GIVES_HEADING != 0 {
            for axis in 0..3 {
                pick(&mut self.heading[axis][..n], &self.index[..n], &env.sorted.heading[axis]);
            }
            along(&mut self.local, &self.heading, axes, n);
            for axis in 0..3 {
                let (step, local, weight) = (&mut self.steps[5 + axis][..n], &self.local[axis][..n], &self.weight[..n]);
                for i in 0..n {
                    step[i] = fixed_small(weight[i] * local[i], scale);
                }
            }
        }
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
        let s: [&[i32]; SECTOR_SUMS] = std::array::from_fn(|q| &self.steps[q][..n]);
        if let [sum] = sums {
            let total = |q: usize| s[q].iter().fold(0i32, |a, b| a.wrapping_add(*b));
            sum[0] = n as i32;
            sum[1] = total(1);
            for q in (2..5).filter(|_| OFFSET).chain((5..8).filter(|_| HEADING)) {
                sum[q] = total(q);
            }
            return;
        }
        for i in 0..n {
            let sum = &mut sums[self.sector[i] as usize];
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
        for i in 0..self.len {
            let at = self.index[i] as usize;
            let other = &env.plan.species[env.sorted.species[at] as usize];
            let first = (other.sig_start + (env.sorted.slot[at] - other.slot_start) * other.channels) as usize;
            let heard = &env.heard[first..first + channels.min(other.channels as usize)];
            let sums = &mut sums[self.sector[i] as usize * channels..][..heard.len()];
            for (sum, heard) in sums.iter_mut().zip(heard) {
                *sum += fixed_small(self.weight[i] * heard, scale);
            }
        }
    }
}

/// A step of candidates from place `at` on.
#[inline(always)]
fn batch<T>(all: &[T], at: usize) -> &[T; BATCH] {
    all[at..at + BATCH].first_chunk().expect("a slice of BATCH items")
}

/// Half the extent along axes that wrap; more than any distance along others.
#[inline(always)]
fn half_extent(tank: &TankParams) -> Vec3 {
    std::array::from_fn(|axis| if tank.edge[axis] == EDGE_TORUS { 0.5 * tank.extent[axis] } else { f32::MAX })
}

/// The shorter way around an axis of extent `e`, of half extent `h`.
#[inline(always)]
fn wrap(x: f32, e: f32, h: f32) -> f32 {
    let wrapped = if x > h { x - e } else { x };
    if x < -h { x + e } else { wrapped }
}

/// Copies the numbers at `index`.
#[inline(always)]
fn pick(to: &mut [f32], index: &[u32], from: &[f32]) {
    for (to, at) in to.iter_mut().zip(index) {
        *to = from[*at as usize];
    }
}

/// The first `n` vectors of `v` along three axes.
#[inline(always)]
fn along(to: &mut [Vec<f32>; 3], v: &[Vec<f32>; 3], axes: [Vec3; 3], n: usize) {
    let [x, y, z] = v;
    let (x, y, z) = (&x[..n], &y[..n], &z[..n]);
    for (to, a) in to.iter_mut().zip(axes) {
        let to = &mut to[..n];
        for i in 0..n {
            to[i] = x[i] * a[0] + y[i] * a[1] + z[i] * a[2];
        }
    }
}

#[inline(always)]
fn to_fixed(to: &mut [i32], from: &[f32], scale: f32) {
    for (to, x) in to.iter_mut().zip(from) {
        *to = fixed_small(*x, scale);
    }
}
