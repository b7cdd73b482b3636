//! Search with a distribution: draws points around a mean, is told what they are worth, and lets the distribution move.
//! All in f64: the ask/tell core behind the strategies of that kind (`super::sampled` rounds it to genomes), and the one
//! to be driven directly where more digits than a genome's are wanted. Knows nothing of populations or of any one
//! distribution.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::noise::Noise;
use crate::rng::Stream;

/// A number beyond this is taken for a sign that a search diverged: its square and its sums still are numbers, and it is
/// still one as an f32.
pub const LARGEST: f64 = 1e30;

/// What a member is made of, and how a generation moves it: the idea of one strategy.
pub trait Distribution: Clone + Send + Sync + Serialize + for<'a> Deserialize<'a> {
    /// Its numbers in a scene.
    type Spec;

    /// Whether members come in pairs, one either side of the mean: members 2i and 2i + 1 have row i of the noise and its
    /// opposite.
    const PAIRS: bool;

    /// Starts around `mean`, for populations of `members`: an even number where they come in pairs.
    fn new(spec: &Self::Spec, mean: Vec<f64>, members: usize) -> Self;

    /// Takes the numbers of the scene and what follows from them, which are not part of its saved state.
    fn retune(&mut self, spec: &Self::Spec, members: usize);

    /// The point it stands for.
    fn mean(&self) -> &[f64];

    /// How far from the mean a point with this row of noise lies: by what is saved alone, so that points drawn again after
    /// loading are the same whatever numbers the scene has been given meanwhile.
    fn offset(&self, noise: &[f64], offset: &mut [f64]);

    /// Moves by the fitness of a generation, one number a member, of which at least one is not NaN. Higher is better,
    /// NaN is worst.
    fn update(&mut self, noise: &Noise, fitness: &[f64]);

    /// Its other numbers, each list with the length that it has when it fits the mean.
    fn numbers(&self) -> Vec<(&[f64], usize)>;
}

/// A distribution with the draws of the generation under way.
#[derive(Clone, Debug)]
pub struct Search<D> {
    /// The distribution that the points of this generation are drawn from.
    pub distribution: D,
    members: usize,
    key: Stream,
    generation: u64,
    noise: Noise,
}

impl<D: Distribution> Search<D> {
    /// A search at its first generation, with so many points in each. `key` is its own stream of draws.
    pub fn new(distribution: D, members: usize, key: Stream) -> Search<D> {
        Search::at(distribution, members, key, 0)
    }

    /// A search at a later generation: its draws follow from its number.
    pub fn at(distribution: D, members: usize, key: Stream, generation: u64) -> Search<D> {
        let rows = if D::PAIRS { members.div_ceil(2) } else { members };
        let noise = Noise::draw(key, generation, rows, distribution.mean().len());
        Search { distribution, members, key, generation, noise }
    }

    /// Points of a generation.
    pub fn members(&self) -> usize {
        self.members
    }

    /// Generations told.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The points of this generation, row after row: `[members][numbers]`. Asking again gives the same.
    pub fn ask(&self) -> Vec<f64> {
        let mut points = vec![0.0; self.members * self.noise.len];
        self.points(&mut points, |number| number);
        points
    }

    /// Writes the points of this generation, each number passed through `round`.
    pub fn points<T: Send>(&self, points: &mut [T], round: impl Fn(f64) -> T + Sync) {
        let mean = self.distribution.mean();
        let len = mean.len().max(1);
        points.par_chunks_mut(len).enumerate().for_each_init(
            || vec![0.0; mean.len()],
            |offset, (member, point)| {
                let (row, sign) = if D::PAIRS { (member / 2, 1.0 - 2.0 * (member % 2) as f64) } else { (member, 1.0) };
                self.distribution.offset(self.noise.row(row), offset);
                for ((number, mean), offset) in point.iter_mut().zip(mean).zip(&*offset) {
                    *number = round(mean + sign * offset);
                }
            },
        );
    }

    /// Moves by the fitness of the points of this generation and goes on to the next. Higher is better, NaN is worst;
    /// where all are NaN, or the distribution would diverge, it stays as it is.
    pub fn tell(&mut self, fitness: &[f64]) {
        if fitness.iter().any(|f| !f.is_nan()) {
            let mut moved = self.distribution.clone();
            moved.update(&self.noise, fitness);
            if is_sound(&moved) {
                self.distribution = moved;
            }
        }
        self.generation += 1;
        self.noise.redraw(self.key, self.generation);
    }
}

/// Whether all numbers of a distribution are there and within `LARGEST`.
pub fn is_sound<D: Distribution>(distribution: &D) -> bool {
    let fits = |numbers: &[f64], len| numbers.len() == len && numbers.iter().all(|v| v.abs() <= LARGEST);
    let mean = distribution.mean();
    fits(mean, mean.len()) && distribution.numbers().iter().all(|(numbers, len)| fits(numbers, *len))
}

/// From pair to pair: half the difference of the two and half their sum. `values` are those of members in pairs.
pub fn halves(values: &[f64]) -> (Vec<f64>, Vec<f64>) {
    values.chunks_exact(2).map(|two| (0.5 * (two[0] - two[1]), 0.5 * (two[0] + two[1]))).unzip()
}
