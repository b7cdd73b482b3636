//! What the sums over neighbours come to in an observation: a batch of agents side by side, so that each operation is one for
//! all of them. Part of *sense*; knows nothing of how the sums are made.

use super::lanes::Env;
use super::sweep::SECTOR_SUMS;
use super::wide::{BATCH, Batch};
use crate::layout::*;

/// Sums of a sense of neighbours, of the agents of a batch.
#[derive(Default)]
pub struct Sums {
    /// A row of agents for each sum of a sector, in the order of `SECTOR_SUMS`, sector after sector.
    pub rows: Vec<Batch<i32>>,
    /// A row of agents for each channel heard, `[sectors][channels]`.
    pub heard: Vec<Batch<i32>>,
}

impl Sums {
    /// Empties the sums of a sense.
    #[inline(always)]
    pub fn clear(&mut self, sense: &SenseParams) {
        let sectors = (sense.count * sense.elevation) as usize;
        self.rows.clear();
        self.rows.resize(sectors * SECTOR_SUMS, [0; BATCH]);
        self.heard.clear();
        self.heard.resize(sectors * channels(sense), [0; BATCH]);
    }

    /// Fills the slices of the sense in observations of `each` numbers, one after the other, of at most a batch of agents.
    #[inline(always)]
    pub fn tell<const D: usize>(&self, env: &Env, sense: &SenseParams, observations: &mut [f32], each: usize) {
        let k = env.plan.tank.sense_scale;
        let (channels, gives) = (channels(sense), sense.gives);
        let mut at = sense.start as usize;
        let mut put = |numbers: Batch<f32>| {
            for (observation, x) in observations.chunks_exact_mut(each).zip(numbers) {
                observation[at] = x;
            }
            at += 1;
        };
        for (sector, sums) in self.rows.as_chunks::<SECTOR_SUMS>().0.iter().enumerate() {
            let mut weight = [0.0f32; BATCH];
            for l in 0..BATCH {
                weight[l] = sums[1][l] as f32 / k;
            }
            if gives & GIVES_PROXIMITY != 0 {
                let mut out = [0.0f32; BATCH];
                for l in 0..BATCH {
                    out[l] = weight[l] / (1.0 + weight[l]);
                }
                put(out);
            }
            if gives & GIVES_OFFSET != 0 {
                for sum in &sums[2..2 + D] {
                    let mut out = [0.0f32; BATCH];
                    for l in 0..BATCH {
                        let mean = sum[l] as f32 / k / sums[0][l] as f32;
                        out[l] = if sums[0][l] > 0 { mean } else { 0.0 };
                    }
                    put(out);
                }
            }
            if gives & GIVES_HEADING != 0 {
                for sum in &sums[5..5 + D] {
                    let mut out = [0.0f32; BATCH];
                    for l in 0..BATCH {
                        let mean = sum[l] as f32 / sums[1][l] as f32;
                        out[l] = if sums[1][l] > 0 { mean } else { 0.0 };
                    }
                    put(out);
                }
            }
            for heard in &self.heard[sector * channels..][..channels] {
                let mut out = [0.0f32; BATCH];
                for l in 0..BATCH {
                    out[l] = heard[l] as f32 / k / (1.0 + weight[l]);
                }
                put(out);
            }
        }
    }
}

/// Channels that a sense gives.
#[inline(always)]
pub fn channels(sense: &SenseParams) -> usize {
    if sense.gives & GIVES_SIGNALS != 0 { sense.channels as usize } else { 0 }
}
