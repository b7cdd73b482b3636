//! A population: genomes as rows of one matrix, with their numbers and parents. Knows nothing of how they are judged.

use serde::{Deserialize, Serialize};

use crate::layout::DRAW_DEAL;
use crate::rng::{self, Stream};

/// Pairs that `diversity` looks at.
pub const DIVERSITY_PAIRS: u32 = 256;

/// Where one member of a population comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its number.
    pub id: u32,
    /// Number of the first parent, or `NONE`.
    pub parent: u32,
    /// Number of the second parent, or `NONE`.
    pub second: u32,
    /// `founder`, `clone`, `mutation`, `crossover` or `sample`.
    pub operator: &'static str,
}

/// Genomes of equal length, row after row, without padding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Numbers in a genome; 0 for a controller without any.
    pub len: usize,
    /// `[ids][len]`.
    pub genomes: Vec<f32>,
    /// Number of each member: unique in the run of its species, kept by elites from one generation to the next.
    pub ids: Vec<u32>,
}

impl Population {
    /// Members.
    pub fn size(&self) -> usize {
        self.ids.len()
    }

    /// Genome of member `row`. Panics beyond the last.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.genomes[row * self.len..(row + 1) * self.len]
    }

    /// Mean pairwise distance of the members, on a sample drawn from `key`; see `diversity`.
    pub fn diversity(&self, key: Stream) -> f32 {
        diversity(self.size(), |i| self.row(i), key)
    }
}

/// Mean distance between two different genomes of `size`, over `DIVERSITY_PAIRS` pairs drawn from `key`. The distance
/// is the root of the mean squared difference of their numbers, so that genome length does not enter. 0 for fewer
/// than two genomes, or genomes without numbers.
pub fn diversity<'a>(size: usize, row: impl Fn(usize) -> &'a [f32], key: Stream) -> f32 {
    if size < 2 || row(0).is_empty() {
        return 0.0;
    }
    let mut sum = 0.0f64;
    for pair in 0..DIVERSITY_PAIRS {
        let words = rng::draw(key, pair, 0, DRAW_DEAL);
        let first = rng::below(words[0], size as u32) as usize;
        let step = 1 + rng::below(words[1], size as u32 - 1) as usize;
        let (a, b) = (row(first), row((first + step) % size));
        let square: f64 = a.iter().zip(b).map(|(x, y)| f64::from(x - y) * f64::from(x - y)).sum();
        sum += (square / a.len() as f64).sqrt();
    }
    (sum / f64::from(DIVERSITY_PAIRS)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diversity_is_the_distance_of_two_and_nothing_for_clones() {
        let two = Population { len: 4, genomes: vec![0., 0., 0., 0., 3., 3., 3., 3.], ids: vec![0, 1] };
        assert_eq!(two.diversity([1, 2]), 3.0);
        let clones = Population { len: 2, genomes: vec![5.0; 20], ids: (0..10).collect() };
        assert_eq!(clones.diversity([1, 2]), 0.0);
        let none = Population { len: 0, genomes: vec![], ids: vec![0, 1] };
        assert_eq!(none.diversity([1, 2]), 0.0);
    }

    #[test]
    fn a_sample_stands_for_all_pairs() {
        // Rows 0..100 of one number: the mean |i - j| over different pairs is (n + 1) / 3 = 33.7, its sample error 1.5.
        let line = Population { len: 1, genomes: (0..100).map(|i| i as f32).collect(), ids: (0..100).collect() };
        assert!((line.diversity([4, 5]) - 33.67).abs() < 6.0, "{}", line.diversity([4, 5]));
    }
}
