//! Scoring on held-out seeds: worlds that evolution is never judged by, the same ones in every scored generation, so that
//! generations are compared on equal terms. Counts rounds and gathers scores; knows nothing of who is scored, or of genomes.

use serde::{Deserialize, Serialize};

use super::round::GenerationRow;
use crate::rng::{self, Stream};
use crate::scene::HeldOutSpec;
use crate::statistics;

/// Round number of the streams of held-out worlds; rounds of worlds that judge count from 0 and never get here.
const HELD_OUT_ROUND: u64 = u64::MAX - 1;

/// As `HELD_OUT_ROUND`, of the resampling for intervals.
const INTERVAL_ROUND: u64 = u64::MAX - 2;

/// What scoring saves: of the run, and of the generation under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scoring {
    /// Rounds of scoring finished in the run.
    pub played: u64,
    /// Rows of the generation, which wait for their scores.
    pub rows: Vec<GenerationRow>,
    /// Scores of each evolving species, seed after seed.
    scores: Vec<Vec<f32>>,
}

/// Rounds that `worlds` worlds take to score a generation; 0 where it is not to be scored.
pub fn rounds(spec: &HeldOutSpec, generation: u64, worlds: u64) -> u64 {
    let due = generation.is_multiple_of(u64::from(spec.every.max(1)));
    if due { u64::from(spec.seeds).div_ceil(worlds.max(1)) } else { 0 }
}

/// The held-out seed that a world is run on in a round of scoring; `None` where there are more worlds than seeds.
pub fn seed_of(spec: &HeldOutSpec, round: u64, worlds: u64, world: u64) -> Option<u64> {
    let seed = round * worlds + world;
    (seed < u64::from(spec.seeds)).then_some(seed)
}

/// Keys of the worlds of a round of scoring, whatever generation is scored.
pub fn streams(run: u64, round: u64, worlds: u64) -> Vec<Stream> {
    (0..worlds).map(|world| rng::stream(run, HELD_OUT_ROUND, (round * worlds + world) as u32)).collect()
}

impl Scoring {
    /// Whether a state of `sides` evolving species can have left this: `under_way` while a generation is being scored.
    pub fn fits(&self, spec: &HeldOutSpec, sides: usize, under_way: bool) -> bool {
        let waiting = if under_way { sides } else { 0 };
        let few = self.scores.iter().all(|scores| scores.len() <= spec.seeds as usize);
        self.rows.len() == waiting && [0, sides].contains(&self.scores.len()) && few
    }

    /// Takes the score of side `index` on one seed.
    pub fn note(&mut self, index: usize, sides: usize, score: f32) {
        self.scores.resize(sides, vec![]);
        self.scores[index].push(score);
    }

    /// The rows of the generation, with what was scored: means and intervals over the seeds whose world came to a number.
    pub fn take(&mut self, run: u64) -> Vec<GenerationRow> {
        let scores = std::mem::take(&mut self.scores);
        let mut rows = std::mem::take(&mut self.rows);
        for (index, (row, scores)) in rows.iter_mut().zip(scores).enumerate() {
            let finite: Vec<f64> = scores.iter().filter(|s| s.is_finite()).map(|s| f64::from(*s)).collect();
            let key = rng::stream(run, INTERVAL_ROUND, index as u32);
            let [low, high] = statistics::interval(&finite, [key[0] ^ row.generation as u32, key[1]]);
            row.held_out = statistics::mean(&finite) as f32;
            (row.held_out_low, row.held_out_high) = (low as f32, high as f32);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_is_run_once_whatever_the_number_of_worlds() {
        let spec = HeldOutSpec { seeds: 10, every: 4 };
        let keys = |worlds: u64| {
            let mut found = vec![];
            for round in 0..rounds(&spec, 8, worlds) {
                for (world, key) in streams(7, round, worlds).into_iter().enumerate() {
                    found.extend(seed_of(&spec, round, worlds, world as u64).map(|seed| (seed, key)));
                }
            }
            found
        };
        assert_eq!(keys(1).len(), 10);
        assert_eq!(keys(1), keys(3));
        assert_eq!(keys(1), keys(64));
        assert_eq!([0, 1, 3, 4].map(|generation| rounds(&spec, generation, 4)), [3, 0, 0, 3]);
        assert_eq!(rounds(&HeldOutSpec::default(), 0, 4), 0, "unless a scene asks for it");
    }
}
