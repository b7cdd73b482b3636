//! OpenAI-ES (Salimans, Ho, Chen, Sidor & Sutskever 2017): the gradient of fitness smoothed by a normal distribution of
//! fixed deviation, estimated from antithetic pairs and centred ranks, followed by Adam. Knows nothing of genomes.

use serde::{Deserialize, Serialize};

use super::noise::Noise;
use super::optimizer::Adam;
use super::ranks::centred;
use super::sampled::named;
use super::search::{Distribution, halves};
use crate::scene::OpenAiEsSpec;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenAiEs {
    #[serde(skip)]
    spec: OpenAiEsSpec,
    mean: Vec<f64>,
    /// That of the points under way; a new one of the scene is for the next.
    sigma: f64,
    adam: Adam,
}

/// Gradient of the mean of `values` over normal points of deviation `sigma` around a mean: (1 / K sigma) times the sum
/// over the K members of value times noise. Members 2i and 2i + 1 have row i of the noise and its opposite.
pub fn gradient(noise: &Noise, values: &[f64], sigma: f64) -> Vec<f64> {
    let (differences, _) = halves(values);
    // K = 2 pairs, and a difference is half of what its pair adds.
    let scale = 1.0 / (differences.len().max(1) as f64 * sigma);
    let weights: Vec<f64> = differences.iter().map(|d| d * scale).collect();
    noise.weighted(&weights)
}

impl Distribution for OpenAiEs {
    type Spec = OpenAiEsSpec;
    const PAIRS: bool = true;

    fn new(spec: &OpenAiEsSpec, mean: Vec<f64>, _members: usize) -> OpenAiEs {
        OpenAiEs { spec: spec.clone(), sigma: spec.sigma.into(), adam: Adam::new(mean.len()), mean }
    }

    fn retune(&mut self, spec: &OpenAiEsSpec, _members: usize) {
        self.spec = spec.clone();
    }

    fn mean(&self) -> &[f64] {
        &self.mean
    }

    fn offset(&self, noise: &[f64], offset: &mut [f64]) {
        offset.iter_mut().zip(noise).for_each(|(o, z)| *o = self.sigma * z);
    }

    fn update(&mut self, noise: &Noise, fitness: &[f64]) {
        let (rate, decay) = (f64::from(self.spec.learning_rate), f64::from(self.spec.weight_decay));
        let gradient = gradient(noise, &centred(fitness), self.sigma);
        let kept = 1.0 - (rate * decay).min(1.0);
        self.mean.iter_mut().for_each(|number| *number *= kept);
        self.adam.step(&mut self.mean, &gradient, rate);
        self.sigma = self.spec.sigma.into();
    }

    fn numbers(&self) -> Vec<(&[f64], usize)> {
        let len = self.mean.len();
        vec![(std::slice::from_ref(&self.sigma), 1), (&self.adam.first, len), (&self.adam.second, len)]
    }
}

named!(OpenAiEs);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::search::Search;
    use crate::problems;

    #[test]
    fn the_estimator_is_unbiased_with_the_known_variance() {
        // Card D04: f = -|x|² at (1, 2, 3) has gradient -2x for every sigma, and a pair's estimate of it has the
        // variance 4 (|x|² + x_i²).
        let (pairs, x) = (100_000, [1.0, 2.0, 3.0]);
        for (seed, sigma) in [(1, 0.1), (2, 1.0), (3, 7.0)] {
            let spec = OpenAiEsSpec { sigma, ..Default::default() };
            let search = Search::new(OpenAiEs::new(&spec, x.to_vec(), 2 * pairs), 2 * pairs, [seed, 4]);
            let values: Vec<f64> = search.ask().chunks(3).map(problems::sphere).collect();
            let noise = Noise::draw([seed, 4], 0, pairs, 3);
            let (mean, sigma) = (gradient(&noise, &values, sigma.into()), f64::from(sigma));
            for i in 0..3 {
                let variance = 4.0 * (14.0 + x[i] * x[i]);
                let error = (variance / pairs as f64).sqrt();
                assert!((mean[i] + 2.0 * x[i]).abs() < 4.0 * error, "sigma {sigma}: {mean:?}");
                let of = |pair: usize| (values[2 * pair] - values[2 * pair + 1]) / (2.0 * sigma) * noise.row(pair)[i];
                let measured = (0..pairs).map(|pair| (of(pair) - mean[i]).powi(2)).sum::<f64>() / pairs as f64;
                // A product of normals has a kurtosis of at most 15, so the standard error is 1.2 %; this is four of it.
                assert!((measured / variance - 1.0).abs() < 0.05, "{measured} where {variance} is right");
            }
        }
    }

    #[test]
    fn weights_decay_where_fitness_is_flat() {
        let spec = OpenAiEsSpec { learning_rate: 0.5, weight_decay: 0.1, ..Default::default() };
        let mut search = Search::new(OpenAiEs::new(&spec, vec![4.0], 6), 6, [1, 4]);
        search.tell(&[2.0; 6]);
        assert!((search.distribution.mean()[0] - 3.8).abs() < 1e-6, "{:?}", search.distribution);
    }
}
