//! Neighbours of one agent, gathered component by component so that the loops over them vectorise. Used by *sense*
//! alone; the shader walks its neighbours one by one and adds the same integers.

use super::bin::runs;
use super::world::Env;
use crate::layout::*;
use crate::math::{Vec3, fixed_small, turn};

/// Candidates whose distances are taken at once: a few vector registers.
const BATCH: usize = 32;

/// Neighbours in range, and what is derived from their offsets. Grows to the largest crowd once.
#[derive(Default)]
pub struct Near {
    /// Number of neighbours; the arrays below may be longer.
    pub len: usize,
    /// Places among the sorted agents.
    pub index: Vec<u32>,
    /// Offsets from the agent, BL.
    pub offset: [Vec<f32>; 3],
    /// Squared distances.
    pub square: Vec<f32>,
    /// Weights 1 - distance / range.
    pub weight: Vec<f32>,
    /// Offsets along the body axes.
    pub local: [Vec<f32>; 3],
    /// Sectors.
    pub sector: Vec<u32>,
    /// One quantity of all neighbours in fixed point.
    pub steps: Vec<i32>,
}

impl Near {
    fn reserve(&mut self, n: usize) {
        if self.index.len() < n {
            self.index.resize(n, 0);
            self.square.resize(n, 0.0);
            self.weight.resize(n, 0.0);
            self.sector.resize(n, 0);
            self.steps.resize(n, 0);
            for axis in 0..3 {
                self.offset[axis].resize(n, 0.0);
                self.local[axis].resize(n, 0.0);
            }
        }
    }

    /// Gathers every other agent within `range` of `pos` that `mask` allows. Distances are taken for a whole batch of
    /// candidates before any is tested, and the arrays are filled without branches.
    #[inline(always)]
    pub fn gather(&mut self, env: &Env, slot: u32, pos: Vec3, range: f32, mask: u32) {
        let tank = &env.plan.tank;
        let sorted = env.sorted;
        let reach = range * range;
        let mut half = [f32::MAX; 3];
        for axis in 0..3 {
            if tank.edge[axis] == EDGE_TORUS {
                half[axis] = 0.5 * tank.extent[axis];
            }
        }
        let found = runs(env, pos);
        let candidates: usize = found.as_slice().iter().map(|(first, last)| (last - first) as usize).sum();
        self.reserve(candidates + 1);
        let mut len = 0;
        // Plain slices: through the struct, each store would reload where the arrays lie.
        let [ox, oy, oz] = &mut self.offset;
        let (ox, oy, oz) = (&mut ox[..=candidates], &mut oy[..=candidates], &mut oz[..=candidates]);
        let (index, squares) = (&mut self.index[..=candidates], &mut self.square[..=candidates]);
        for &(first, last) in found.as_slice() {
            let mut at = first as usize;
            while at < last as usize {
                let n = (last as usize - at).min(BATCH);
                let mut d = [[0.0f32; BATCH]; 3];
                let mut square = [0.0f32; BATCH];
                for axis in 0..3 {
                    let (e, h, p) = (tank.extent[axis], half[axis], pos[axis]);
                    for (d, x) in d[axis].iter_mut().zip(&sorted.pos[axis][at..at + n]) {
                        let x = x - p;
                        let wrapped = if x > h { x - e } else { x };
                        *d = if x < -h { x + e } else { wrapped };
                    }
                }
                for i in 0..BATCH {
                    square[i] = d[0][i] * d[0][i] + d[1][i] * d[1][i] + d[2][i] * d[2][i];
                }
                let (species, slots) = (&sorted.species[at..at + n], &sorted.slot[at..at + n]);
                for i in 0..n {
                    index[len] = (at + i) as u32;
                    ox[len] = d[0][i];
                    oy[len] = d[1][i];
                    oz[len] = d[2][i];
                    squares[len] = square[i];
                    len += usize::from((square[i] < reach) & (slots[i] != slot) & (mask >> species[i] & 1 == 1));
                }
                at += n;
            }
        }
        self.len = len;
    }

    /// Derives weights, offsets along the body axes, and sectors.
    #[inline(always)]
    pub fn arrange(&mut self, sense: &SenseParams, axes: [Vec3; 3]) {
        let n = self.len;
        let (x, y, z) = (&self.offset[0][..n], &self.offset[1][..n], &self.offset[2][..n]);
        for (local, a) in self.local.iter_mut().zip(axes) {
            let local = &mut local[..n];
            for i in 0..n {
                local[i] = x[i] * a[0] + y[i] * a[1] + z[i] * a[2];
            }
        }
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

    /// Adds a fixed-point quantity of every neighbour to number `place` of its sector's sums.
    #[inline(always)]
    fn add(&self, sums: &mut [i32], stride: usize, place: usize) {
        for (sector, step) in self.sector[..self.len].iter().zip(&self.steps[..self.len]) {
            sums[*sector as usize * stride + place] += step;
        }
    }

    /// Counts neighbours and adds their weights: places 0 and 1.
    #[inline(always)]
    pub fn add_weights(&mut self, sums: &mut [i32], stride: usize, scale: f32) {
        for (step, w) in self.steps[..self.len].iter_mut().zip(&self.weight) {
            *step = fixed_small(*w, scale);
        }
        self.add(sums, stride, 1);
        for sector in &self.sector[..self.len] {
            sums[*sector as usize * stride] += 1;
        }
    }

    /// Adds offsets along the body axes over range: places 2 to 4.
    #[inline(always)]
    pub fn add_offsets(&mut self, sums: &mut [i32], stride: usize, range: f32, scale: f32) {
        for axis in 0..3 {
            for (step, x) in self.steps[..self.len].iter_mut().zip(&self.local[axis]) {
                *step = fixed_small(x / range, scale);
            }
            self.add(sums, stride, 2 + axis);
        }
    }

    /// Adds weighted headings along the body axes: places 5 to 7.
    #[inline(always)]
    pub fn add_headings(&mut self, env: &Env, axes: [Vec3; 3], sums: &mut [i32], stride: usize, scale: f32) {
        let [hx, hy, hz] = &env.sorted.heading;
        let n = self.len;
        // Gathered over the world-axes offsets, which no later step reads.
        for (offset, h) in self.offset.iter_mut().zip([hx, hy, hz]) {
            for (offset, at) in offset[..n].iter_mut().zip(&self.index[..n]) {
                *offset = h[*at as usize];
            }
        }
        for (axis, a) in axes.iter().enumerate() {
            let [hx, hy, hz] = &self.offset;
            let (hx, hy, hz, weight) = (&hx[..n], &hy[..n], &hz[..n], &self.weight[..n]);
            let steps = &mut self.steps[..n];
            for i in 0..n {
                steps[i] = fixed_small(weight[i] * (hx[i] * a[0] + hy[i] * a[1] + hz[i] * a[2]), scale);
            }
            self.add(sums, stride, 5 + axis);
        }
    }

    /// Adds weighted signals as heard: from place 8 on.
    #[inline(always)]
    pub fn add_signals(&mut self, env: &Env, channels: usize, sums: &mut [i32], stride: usize, scale: f32) {
        for i in 0..self.len {
            let at = self.index[i] as usize;
            let other = &env.plan.species[env.sorted.species[at] as usize];
            let first = (other.sig_start + (env.sorted.slot[at] - other.slot_start) * other.channels) as usize;
            let heard = &env.heard[first..first + channels.min(other.channels as usize)];
            let sums = &mut sums[self.sector[i] as usize * stride + 8..][..heard.len()];
            for (sum, heard) in sums.iter_mut().zip(heard) {
                *sum += fixed_small(self.weight[i] * heard, scale);
            }
        }
    }
}
