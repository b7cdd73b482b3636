//! SNES: separable natural evolution strategy (Wierstra, Schaul, Glasmachers, Sun, Peters & Schmidhuber 2014). The natural
//! gradient of a normal distribution with a deviation for each number. Knows nothing of genomes.

use serde::{Deserialize, Serialize};

use super::noise::Noise;
use super::ranks::{shared, utilities};
use super::sampled::named;
use super::search::Distribution;
use crate::scene::SnesSpec;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snes {
    #[serde(skip)]
    spec: SnesSpec,
    mean: Vec<f64>,
    sigma: Vec<f64>,
}

/// The authors' learning rate of the deviations of `len` numbers: (3 + ln n) / (5 √n).
pub fn sigma_rate(len: usize) -> f64 {
    let n = len.max(1) as f64;
    (3.0 + libm::log(n)) / (5.0 * n.sqrt())
}

impl Distribution for Snes {
    type Spec = SnesSpec;
    const PAIRS: bool = false;

    fn new(spec: &SnesSpec, mean: Vec<f64>, _members: usize) -> Snes {
        Snes { spec: spec.clone(), sigma: vec![spec.sigma.into(); mean.len()], mean }
    }

    fn retune(&mut self, spec: &SnesSpec, _members: usize) {
        self.spec = spec.clone();
    }

    fn mean(&self) -> &[f64] {
        &self.mean
    }

    fn offset(&self, noise: &[f64], offset: &mut [f64]) {
        offset.iter_mut().zip(noise).zip(&self.sigma).for_each(|((o, z), sigma)| *o = sigma * z);
    }

    fn update(&mut self, noise: &Noise, fitness: &[f64]) {
        let utilities = shared(fitness, &utilities(fitness.len()));
        let along = noise.weighted(&utilities);
        let around = noise.weighted_squares(&utilities);
        let mean_rate = f64::from(self.spec.mean_rate);
        let half_rate = 0.5 * f64::from(self.spec.sigma_rate) * sigma_rate(self.mean.len());
        for (i, sigma) in self.sigma.iter_mut().enumerate() {
            self.mean[i] += mean_rate * *sigma * along[i];
            *sigma *= libm::exp(half_rate * around[i]);
        }
    }

    fn numbers(&self) -> Vec<(&[f64], usize)> {
        vec![(&self.sigma, self.mean.len())]
    }
}

named!(Snes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::budget::{evaluations, near};
    use crate::problems::{ellipsoid, rosenbrock, sphere};

    fn snes(mean: Vec<f64>, members: usize) -> Snes {
        Snes::new(&SnesSpec { sigma: 0.5, ..Default::default() }, mean, members)
    }

    #[test]
    fn the_rate_is_that_of_the_paper() {
        // Card D02.
        assert!((sigma_rate(10) - 0.33536).abs() < 1e-5, "{}", sigma_rate(10));
    }

    #[test]
    fn separable_functions_are_reached_in_the_evaluations_known() {
        // Card D02: plain code from the formulas took so many on 20 seeds.
        for (problem, n, known) in [
            (sphere as fn(&[f64]) -> f64, 5, 941.0),
            (sphere, 10, 1995.0),
            (sphere, 20, 4245.0),
            (ellipsoid, 5, 1392.0),
            (ellipsoid, 10, 2835.0),
            (ellipsoid, 20, 5876.0),
        ] {
            near(&evaluations(problem, 1.0, n, 10, 20_000, snes), known);
        }
    }

    #[test]
    fn a_bent_valley_is_not() {
        let found = evaluations(rosenbrock, 0.0, 10, 2, 100_000, snes);
        assert!(found.is_empty(), "a diagonal method cannot follow it: {found:?}");
    }
}
