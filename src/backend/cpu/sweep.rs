//! Sums over the neighbours of one agent, a batch at a time: what each sector of a sense gives, in fixed point. The shader
//! adds the same integers neighbour by neighbour; their order cannot matter. Knows nothing of what becomes of the sums.

use super::lanes::Env;
use super::near::{Near, batch, batch_mut, components, load, splat};
use super::sums::{Sums, channels};
use super::wide::{BATCH, Batch, ROUNDER_BITS, Wide, first_lanes};
use crate::layout::*;
use crate::math::{Vec3, fixed_small, turn, whole_small};

/// Sums that a sector keeps: count, weight, 3 of offset, 3 of heading.
pub const SECTOR_SUMS: usize = 8;

/// What is worked with while the neighbours of one agent are added up.
#[derive(Default)]
pub struct Sweep {
    /// Lanes of each batch of neighbours that are within the range of the sense.
    within: Vec<u16>,
    /// Weights of the neighbours.
    weight: Vec<f32>,
    /// Sectors of the neighbours.
    sector: Vec<u32>,
    /// Their quantities in fixed point, `ROUNDER_BITS` too high, in the order of `SECTOR_SUMS`; the count needs none.
    steps: [Vec<i32>; SECTOR_SUMS],
}

impl Sweep {
    /// Adds up those of the neighbours of the agent in `lane` that are within the range of the sense. Distances of `near` must
    /// have been asked for, and headings where the sense gives them.
    #[inline(always)]
    pub fn add_up<W: Wide, const D: usize>(
        &mut self,
        env: &Env,
        sense: &SenseParams,
        axes: [Vec3; 3],
        near: &Near,
        sums: &mut Sums,
        lane: usize,
    ) {
        match (sense.gives & GIVES_OFFSET != 0, sense.gives & GIVES_HEADING != 0) {
            (false, false) => self.sweep::<W, D, false, false>(env, sense, axes, near, &mut sums.rows, lane),
            (true, false) => self.sweep::<W, D, true, false>(env, sense, axes, near, &mut sums.rows, lane),
            (false, true) => self.sweep::<W, D, false, true>(env, sense, axes, near, &mut sums.rows, lane),
            (true, true) => self.sweep::<W, D, true, true>(env, sense, axes, near, &mut sums.rows, lane),
        }
        if channels(sense) > 0 {
            self.add_signals(env, sense, near, &mut sums.heard, lane);
        }
    }

    #[inline(always)]
    fn sweep<W: Wide, const D: usize, const OFFSET: bool, const HEADING: bool>(
        &mut self,
        env: &Env,
        sense: &SenseParams,
        axes: [Vec3; 3],
        near: &Near,
        rows: &mut [Batch<i32>],
        lane: usize,
    ) {
        let sectors = rows.len() / SECTOR_SUMS;
        let keeps = sectors > 1 || sense.gives & GIVES_SIGNALS != 0;
        if self.weight.len() < near.square.len() {
            self.resize(near.square.len());
        }
        let (one, scale) = (W::splat(1.0), W::splat(env.plan.tank.sense_scale));
        let (range, inverse) = (W::splat(sense.range), W::splat(1.0 / sense.range));
        let around = W::splat(sense.range * sense.range);
        let axes = [splat::<W, D>(axes[0]), splat::<W, D>(axes[1]), splat::<W, D>(axes[2])];
        // Rows of one length each, so that one check of bounds serves all of them.
        let n = near.len.next_multiple_of(BATCH);
        let (offsets, headings) = (components::<D>(&near.offset, n), components::<D>(&near.heading, n));
        let (squares, distances) = (&near.square[..n], &near.distance[..n]);
        let mut sum = [W::zero(); SECTOR_SUMS];
        let mut crowd = 0;
        let mut at = 0;
        while at < n {
            let square = W::load(batch(squares, at));
            let within = W::less(square, around) & first_lanes(near.len - at);
            let distance = W::load(batch(distances, at));
            let weight = W::sub(one, W::over(distance, range, inverse));
            let mut steps = [W::zero(); SECTOR_SUMS];
            steps[1] = W::steps(weight, scale);
            let mut local = [W::splat(0.0); 3];
            if OFFSET || sectors > 1 {
                let offset = load::<W, D>(&offsets, at);
                for axis in 0..D {
                    local[axis] = along::<W, D>(offset, axes[axis]);
                    if OFFSET {
                        steps[2 + axis] = W::steps(W::over(local[axis], range, inverse), scale);
                    }
                }
            }
            if HEADING {
                let heading = load::<W, D>(&headings, at);
                for axis in 0..D {
                    steps[5 + axis] = W::steps(W::mul(weight, along::<W, D>(heading, axes[axis])), scale);
                }
            }
            crowd += within.count_ones();
            for q in 1..SECTOR_SUMS {
                if !asked::<D, OFFSET, HEADING>(q) {
                    continue;
                }
                sum[q] = W::add_where(within, sum[q], steps[q]);
                if sectors > 1 {
                    W::store_whole(steps[q], batch_mut(&mut self.steps[q], at));
                }
            }
            if keeps {
                W::store(weight, batch_mut(&mut self.weight, at));
                let mut plain = [[0.0; BATCH]; 3];
                for axis in 0..D {
                    W::store(local[axis], &mut plain[axis]);
                }
                let mut far = [0.0; BATCH];
                W::store(distance, &mut far);
                *batch_mut(&mut self.sector, at) = sectors_of(sense, &plain, &far);
                self.within[at / BATCH] = within;
            }
            at += BATCH;
        }
        match sectors {
            1 => {
                let mut totals = W::totals(sum);
                totals[0] = crowd as i32;
                for q in 1..SECTOR_SUMS {
                    totals[q] = totals[q].wrapping_sub(ROUNDER_BITS.wrapping_mul(crowd as i32));
                }
                for q in (0..SECTOR_SUMS).filter(|q| asked::<D, OFFSET, HEADING>(*q)) {
                    rows[q][lane] = totals[q];
                }
            }
            _ if near.len / sectors >= W::CROWD => self.by_sector::<W, D, OFFSET, HEADING>(near, rows, lane),
            _ => self.one_by_one::<D, OFFSET, HEADING>(near, rows, lane),
        }
    }

    #[cold]
    fn resize(&mut self, n: usize) {
        self.within.resize(n / BATCH, 0);
        self.weight.resize(n, 0.0);
        self.sector.resize(n, 0);
        self.steps.iter_mut().for_each(|row| row.resize(n, 0));
    }

    /// Adds the neighbours up sector by sector.
    #[inline(always)]
    fn by_sector<W: Wide, const D: usize, const OFFSET: bool, const HEADING: bool>(
        &self,
        near: &Near,
        rows: &mut [Batch<i32>],
        lane: usize,
    ) {
        for (sector, rows) in rows.as_chunks_mut::<SECTOR_SUMS>().0.iter_mut().enumerate() {
            let mut sum = [W::zero(); SECTOR_SUMS];
            let mut crowd = 0;
            let mut at = 0;
            while at < near.len {
                let mask = self.within[at / BATCH] & W::equal(batch(&self.sector, at), sector as u32);
                crowd += mask.count_ones();
                for q in 1..SECTOR_SUMS {
                    if asked::<D, OFFSET, HEADING>(q) {
                        sum[q] = W::add_where(mask, sum[q], W::load_whole(batch(&self.steps[q], at)));
                    }
                }
                at += BATCH;
            }
            rows[0][lane] = crowd as i32;
            let none = ROUNDER_BITS.wrapping_mul(crowd as i32);
            for q in 1..SECTOR_SUMS {
                if asked::<D, OFFSET, HEADING>(q) {
                    rows[q][lane] = W::total(sum[q]).wrapping_sub(none);
                }
            }
        }
    }

    /// Adds the neighbours up one by one.
    #[inline(always)]
    fn one_by_one<const D: usize, const OFFSET: bool, const HEADING: bool>(
        &self,
        near: &Near,
        rows: &mut [Batch<i32>],
        lane: usize,
    ) {
        for i in (0..near.len).filter(|i| self.within[i / BATCH] >> (i % BATCH) & 1 == 1) {
            let rows = &mut rows[self.sector[i] as usize * SECTOR_SUMS..][..SECTOR_SUMS];
            rows[0][lane] += 1;
            for q in (1..SECTOR_SUMS).filter(|q| asked::<D, OFFSET, HEADING>(*q)) {
                rows[q][lane] += self.steps[q][i] - ROUNDER_BITS;
            }
        }
    }

    /// Adds weighted signals as heard.
    #[inline(always)]
    fn add_signals(&self, env: &Env, sense: &SenseParams, near: &Near, rows: &mut [Batch<i32>], lane: usize) {
        let (channels, scale) = (channels(sense), env.plan.tank.sense_scale);
        for i in (0..near.len).filter(|i| self.within[i / BATCH] >> (i % BATCH) & 1 == 1) {
            let at = near.place[i] as usize;
            let other = &env.plan.species[env.sorted.species[at] as usize];
            let first = (other.sig_start + (env.sorted.slot[at] - other.slot_start) * other.channels) as usize;
            let heard = &env.heard[first..first + channels.min(other.channels as usize)];
            for (row, heard) in rows[self.sector[i] as usize * channels..].iter_mut().zip(heard) {
                row[lane] += fixed_small(self.weight[i] * heard, scale);
            }
        }
    }
}

/// Whether sum `q` is asked for in a tank of `D` dimensions.
#[inline(always)]
fn asked<const D: usize, const OFFSET: bool, const HEADING: bool>(q: usize) -> bool {
    q < 2 || OFFSET && q < 2 + D || HEADING && q >= 5 && q < 5 + D
}

/// Sectors of a batch of neighbours, by their offsets along the body axes and their distances.
#[inline(always)]
pub fn sectors_of(sense: &SenseParams, local: &[Batch<f32>; 3], distance: &Batch<f32>) -> Batch<u32> {
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
            let h = (local[2][i] / distance[i].max(1e-6) + 1.0) * 0.5 * sense.elevation as f32;
            sector[i] += whole_small(h.max(0.0)).min(sense.elevation - 1) * sense.count;
        }
    }
    sector
}

/// A batch of vectors along an axis.
#[inline(always)]
pub fn along<W: Wide, const D: usize>(vectors: [W::F; D], axis: [W::F; D]) -> W::F {
    let flat = W::add(W::mul(vectors[0], axis[0]), W::mul(vectors[1], axis[1]));
    if D == 3 { W::add(flat, W::mul(vectors[2], axis[2])) } else { flat }
}
