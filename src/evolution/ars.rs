//! Augmented random search, version V1-t (Mania, Guy & Recht 2018): of the pairs, those with the best of their two points
//! are used; the step is measured by the deviation of their fitness. Knows nothing of genomes.

use serde::{Deserialize, Serialize};

use super::noise::Noise;
use super::ranks::{finite, moments, order};
use super::sampled::named;
use super::search::{Distribution, halves};
use crate::scene::ArsSpec;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ars {
    #[serde(skip)]
    spec: ArsSpec,
    mean: Vec<f64>,
    /// That of the points under way; a new one of the scene is for the next.
    sigma: f64,
}

impl Distribution for Ars {
    type Spec = ArsSpec;
    const PAIRS: bool = true;

    fn new(spec: &ArsSpec, mean: Vec<f64>, _members: usize) -> Ars {
        Ars { spec: spec.clone(), mean, sigma: spec.sigma.into() }
    }

    fn retune(&mut self, spec: &ArsSpec, _members: usize) {
        self.spec = spec.clone();
    }

    fn mean(&self) -> &[f64] {
        &self.mean
    }

    fn offset(&self, noise: &[f64], offset: &mut [f64]) {
        offset.iter_mut().zip(noise).for_each(|(o, z)| *o = self.sigma * z);
    }

    fn update(&mut self, noise: &Noise, fitness: &[f64]) {
        self.sigma = self.spec.sigma.into();
        let values = finite(fitness);
        let (differences, _) = halves(&values);
        let best: Vec<f64> = values.chunks_exact(2).map(|two| two[0].max(two[1])).collect();
        let count = (best.len() as f64 * f64::from(self.spec.top)).round().max(1.0) as usize;
        let top = &order(&best)[..count.min(best.len())];
        let used: Vec<f64> = top.iter().flat_map(|pair| [values[2 * pair], values[2 * pair + 1]]).collect();
        let (_, deviation) = moments(&used);
        if deviation == 0.0 {
            return;
        }
        let mut weights = vec![0.0; best.len()];
        // Half a difference counts as a whole one: the authors take the difference of the two.
        let rate = 2.0 * f64::from(self.spec.learning_rate) / (top.len() as f64 * deviation);
        top.iter().for_each(|pair| weights[*pair] = rate * differences[*pair]);
        for (number, step) in self.mean.iter_mut().zip(noise.weighted(&weights)) {
            *number += step;
        }
    }

    fn numbers(&self) -> Vec<(&[f64], usize)> {
        vec![(std::slice::from_ref(&self.sigma), 1)]
    }
}

named!(Ars);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_pairs_are_followed_by_the_spread_of_their_fitness() {
        let spec = ArsSpec { learning_rate: 0.5, top: 0.5, ..Default::default() };
        let mut ars = Ars::new(&spec, vec![1.0, 2.0], 8);
        let noise = Noise::draw([1, 2], 0, 4, 2);
        // The best of each pair: 9, 2, 5, NaN. So the first and the third pair are used.
        ars.update(&noise, &[9.0, 1.0, 2.0, 1.5, -4.0, 5.0, f64::NAN, f64::NAN]);
        // Of 9, 1, -4, 5: mean 2.75, variance (39.0625 + 3.0625 + 45.5625 + 5.0625) / 4.
        let deviation = 23.1875_f64.sqrt();
        for i in 0..2 {
            let step = 0.5 / (2.0 * deviation) * (8.0 * noise.row(0)[i] - 9.0 * noise.row(2)[i]);
            let right = [1.0, 2.0][i] + step;
            assert!((ars.mean[i] - right).abs() < 1e-14, "{} where {right} is right", ars.mean[i]);
        }
    }

    #[test]
    fn equal_fitness_moves_nothing() {
        let mut ars = Ars::new(&ArsSpec::default(), vec![1.0], 4);
        ars.update(&Noise::draw([1, 2], 0, 2, 1), &[3.0, 3.0, f64::INFINITY, 3.0]);
        assert_eq!(ars.mean, [1.0]);
    }
}
