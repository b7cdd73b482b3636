//! Emitters that are each a CMA-ES (Fontaine, Togelius, Nikolaidis & Hoover 2020): a distribution that learns from what its
//! draws were to an archive, and starts anew at one of its elites when there is nothing left to learn. Members are dealt to
//! emitters in turn. Knows nothing of how draws are ranked, which is what tells strategies apart.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::SAMPLE;
use super::archive::Verdict;
use super::archived::{Scope, Starts};
use super::cma::{Cma, Rates};
use super::noise::Noise;
use super::population::{Origin, Population};
use super::search::{Distribution, is_sound};
use crate::layout::{DRAW_PARENT, DRAW_SAMPLE, NONE};
use crate::rng::{self, Stream};
use crate::scene::CmaSpec;

/// Difference between best and worst of an emitter's draws below which they are alike (Hansen's implementations).
const FLAT: f64 = 1e-12;

/// What an emitter makes of its draws.
pub struct Ranking {
    /// Its draws, best first: how many of them it follows is `parents`.
    pub order: Vec<usize>,
    /// Draws that it follows.
    pub parents: usize,
    /// Whether it is to start anew.
    pub over: bool,
}

/// The emitters of a strategy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Emitters {
    all: Vec<Cma>,
    /// Whether each emitter's first draw is its mean, as after starting from given genomes.
    still: bool,
}

/// Emitters that find work in a population: each has two draws or more where it can.
fn count(wanted: u32, members: usize) -> usize {
    (wanted as usize).min(members / 2).max(1)
}

/// Draws of emitter `index` of `emitters`.
fn draws(index: usize, emitters: usize, members: usize) -> usize {
    (members + emitters - 1 - index) / emitters
}

/// The stream of an emitter.
fn key_of(key: Stream, index: usize) -> Stream {
    let words = rng::draw(key, u32::MAX, index as u32, DRAW_SAMPLE);
    [words[0], words[1]]
}

/// The noise of an emitter's draws in a generation; none in the first of them where that is to be its mean.
fn noise(cma: &Cma, still: bool, key: Stream, generation: u64, draws: usize) -> Noise {
    let mut noise = Noise::draw(key, generation, draws, cma.mean().len());
    if still {
        noise.still(0);
    }
    noise
}

fn around(mean: &[f32], sigma: f32, draws: usize) -> Cma {
    let mean = mean.iter().map(|number| f64::from(*number)).collect();
    Cma::new(&CmaSpec { sigma, active: false }, mean, draws)
}

impl Emitters {
    /// Starts one around each of the first genomes, and draws the first population. Genomes that were given are judged as
    /// they are.
    pub fn start(wanted: u32, sigma: f32, key: Stream, starts: Starts, first: &mut Population) -> Emitters {
        let (members, emitters) = (first.size(), count(wanted, first.size()));
        let one = |i: usize| around(&starts.genomes[i % starts.genomes.len()], sigma, draws(i, emitters, members));
        let new = Emitters { all: (0..emitters).map(one).collect(), still: starts.given };
        new.draw(key, 0, first);
        new
    }

    /// Writes the draws of a generation.
    fn draw(&self, key: Stream, generation: u64, population: &mut Population) {
        let (len, members, emitters) = (population.len, population.size(), self.all.len());
        if len == 0 {
            return;
        }
        let of = |(i, cma)| noise(cma, self.still, key_of(key, i), generation, draws(i, emitters, members));
        let noise: Vec<Noise> = self.all.iter().enumerate().map(of).collect();
        population.genomes.par_chunks_mut(len).enumerate().for_each_init(
            || vec![0.0; len],
            |offset, (member, genome)| {
                let cma = &self.all[member % emitters];
                cma.offset(noise[member % emitters].row(member / emitters), offset);
                for ((number, mean), offset) in genome.iter_mut().zip(cma.mean()).zip(&*offset) {
                    *number = (mean + offset) as f32;
                }
            },
        );
    }

    /// Learns from what a generation was to the archive; `rank` judges the draws of one emitter.
    pub fn learn<S: Sync>(
        &mut self,
        scope: &Scope<S>,
        sigma: f32,
        verdicts: &[Verdict],
        rank: impl Fn(&[Verdict]) -> Ranking + Sync,
    ) {
        let (emitters, still) = (self.all.len(), self.still);
        self.all.par_iter_mut().enumerate().for_each(|(index, cma)| {
            let own: Vec<Verdict> = verdicts.iter().copied().skip(index).step_by(emitters).collect();
            let Ranking { order, parents, over } = rank(&own);
            if parents > 0 && !cma.mean().is_empty() {
                // As the authors' implementation has it: how soon an emitter strides out decides what it finds.
                let rates = Rates { squared: true, ..Rates::new(cma.mean().len(), 2 * parents, false, 1.0) };
                let mut weights = vec![0.0; own.len()];
                order.iter().zip(&rates.weights).take(parents).for_each(|(draw, weight)| weights[*draw] = *weight);
                let noise = noise(cma, still, key_of(scope.key, index), scope.generation, own.len());
                let mut moved = cma.clone();
                moved.learn(&rates, &noise, &weights);
                if is_sound(&moved) {
                    *cma = moved;
                }
            }
            let key = key_of(scope.key, index);
            let word = rng::draw(key, scope.generation as u32, index as u32, DRAW_PARENT)[0];
            let elite = scope.archive.nth(rng::below(word, scope.archive.occupied().max(1) as u32) as usize);
            if let Some(elite) = elite.filter(|_| over || cma.is_spent()) {
                *cma = around(&elite.genome, sigma, own.len());
            }
        });
        self.still = false;
    }

    /// Draws a population.
    pub fn emit<S>(&self, scope: &Scope<S>, new: &mut Population) -> Vec<Origin> {
        self.draw(scope.key, scope.generation, new);
        new.ids.iter().map(|&id| Origin { id, parent: NONE, second: NONE, operator: SAMPLE }).collect()
    }

    /// Whether there are as many as wanted, each sound and of genomes of `len` numbers.
    pub fn fits(&self, wanted: u32, len: usize, members: usize) -> bool {
        self.all.len() == count(wanted, members) && self.all.iter().all(|cma| cma.mean().len() == len && is_sound(cma))
    }
}

/// Whether the best and the worst of an emitter's draws were worth the same: then nothing tells it where to go.
pub fn are_alike(best: f64, worst: f64) -> bool {
    (best - worst).abs() < FLAT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_shared_out_evenly() {
        for (members, emitters) in [(10, 3), (64, 4), (7, 7), (5, 1)] {
            let shares: Vec<usize> = (0..emitters).map(|i| draws(i, emitters, members)).collect();
            let dealt = |i: usize| (0..members).filter(|member| member % emitters == i).count();
            assert_eq!(shares, (0..emitters).map(dealt).collect::<Vec<_>>());
        }
        assert_eq!([count(4, 64), count(40, 64), count(4, 2), count(4, 1)], [4, 32, 1, 1]);
    }
}
