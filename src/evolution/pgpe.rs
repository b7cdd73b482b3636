//! PGPE: policy gradients with parameter-based exploration (Sehnke, Osendorfer, Rückstieß, Graves, Peters & Schmidhuber
//! 2010), with antithetic pairs, a deviation for each number, and ClipUp (Toklu, Liskowski & Srivastava 2020). Knows
//! nothing of genomes.

use serde::{Deserialize, Serialize};

use super::noise::Noise;
use super::optimizer::ClipUp;
use super::ranks::{centred, moments, standard};
use super::sampled::named;
use super::search::{Distribution, halves};
use crate::scene::{PgpeSpec, Shaping};

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pgpe {
    #[serde(skip)]
    spec: PgpeSpec,
    mean: Vec<f64>,
    sigma: Vec<f64>,
    clip_up: ClipUp,
}

impl Distribution for Pgpe {
    type Spec = PgpeSpec;
    const PAIRS: bool = true;

    fn new(spec: &PgpeSpec, mean: Vec<f64>, _members: usize) -> Pgpe {
        let sigma = vec![spec.sigma.into(); mean.len()];
        Pgpe { spec: spec.clone(), sigma, clip_up: ClipUp::new(mean.len()), mean }
    }

    fn retune(&mut self, spec: &PgpeSpec, _members: usize) {
        self.spec = spec.clone();
    }

    fn mean(&self) -> &[f64] {
        &self.mean
    }

    fn offset(&self, noise: &[f64], offset: &mut [f64]) {
        offset.iter_mut().zip(noise).zip(&self.sigma).for_each(|((o, z), sigma)| *o = sigma * z);
    }

    fn update(&mut self, noise: &Noise, fitness: &[f64]) {
        let values = match self.spec.shaping {
            Shaping::Ranks => centred(fitness),
            Shaping::Standard => standard(fitness),
        };
        let (differences, sums) = halves(&values);
        let (baseline, _) = moments(&values);
        let pairs = differences.len().max(1) as f64;
        // With e = sigma z for a pair's noise: the mean over pairs of difference times e, and of (sum less baseline)
        // times (e² - sigma²) / sigma.
        let along: Vec<f64> = differences.iter().map(|d| d / pairs).collect();
        let around: Vec<f64> = sums.iter().map(|s| (s - baseline) / pairs).collect();
        let mut gradient = noise.weighted(&along);
        gradient.iter_mut().zip(&self.sigma).for_each(|(g, sigma)| *g *= sigma);
        let spread = noise.weighted_squares(&around);
        let spec = &self.spec;
        let (rate, most) = (f64::from(spec.sigma_rate), f64::from(spec.sigma_change));
        for (sigma, g) in self.sigma.iter_mut().zip(&spread) {
            *sigma *= 1.0 + (rate * g).clamp(-most, most);
        }
        self.clip_up.step(&mut self.mean, &gradient, spec.step.into(), spec.momentum.into(), spec.max_speed.into());
    }

    fn numbers(&self) -> Vec<(&[f64], usize)> {
        vec![(&self.sigma, self.mean.len()), (&self.clip_up.velocity, self.mean.len())]
    }
}

named!(Pgpe);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::search::Search;
    use crate::layout::DRAW_WEIGHT;
    use crate::{problems, rng};

    fn spec() -> PgpeSpec {
        PgpeSpec { sigma: 1.0, max_speed: 0.06, step: 0.03, ..Default::default() }
    }

    #[test]
    fn rastrigin_falls_as_its_authors_show() {
        // Card D03: 100 numbers, 250 members, a start even in ±5.12. The authors' example stands at 503 after 1,000
        // generations and at 2.0 after 3,000, their library rerun at 456-555 and 1.9-2.1; the card's bounds are wider.
        for seed in 0..2 {
            let start =
                (0..100).map(|i| 10.24 * f64::from(rng::uniform(rng::draw([seed, 5], 0, i, DRAW_WEIGHT)[0])) - 5.12);
            let mut search = Search::new(Pgpe::new(&spec(), start.collect(), 250), 250, [seed, 7]);
            let mut at = |generations: usize| {
                for _ in 0..generations {
                    let fitness: Vec<f64> = search.ask().chunks(100).map(problems::rastrigin).collect();
                    search.tell(&fitness);
                }
                -problems::rastrigin(search.distribution.mean())
            };
            let (early, late) = (at(1_000), at(2_000));
            assert!((350.0..700.0).contains(&early), "seed {seed}: {early} after 1,000 generations");
            // The speed of ClipUp is bounded but does not shrink, so the centre cannot come to rest.
            assert!((0.8..10.0).contains(&late), "seed {seed}: {late} after 3,000 generations");
        }
    }

    #[test]
    fn deviations_change_by_no_more_than_they_may() {
        let spec = PgpeSpec { sigma_rate: 10.0, sigma_change: 0.25, shaping: Shaping::Standard, ..spec() };
        let mut search = Search::new(Pgpe::new(&spec, vec![0.0; 20], 10), 10, [1, 2]);
        // Only the shape around the centre matters here: pairs are equal, and nearer ones better.
        let fitness: Vec<f64> = search.ask().chunks(20).map(problems::sphere).collect();
        search.tell(&fitness);
        let sigma = search.distribution.sigma.clone();
        assert!(sigma.iter().all(|s| (0.75..=1.25).contains(s)) && sigma.contains(&0.75), "{sigma:?}");
        assert!(sigma.iter().sum::<f64>() < 20.0, "nearer is better: {sigma:?}");
    }

    #[test]
    fn a_flat_landscape_moves_nothing() {
        for shaping in [Shaping::Ranks, Shaping::Standard] {
            let spec = PgpeSpec { shaping, ..spec() };
            let mut search = Search::new(Pgpe::new(&spec, vec![1.0; 3], 12), 12, [1, 2]);
            search.tell(&[7.0; 12]);
            let now = &search.distribution;
            assert_eq!((&now.mean, &now.clip_up.velocity), (&vec![1.0; 3], &vec![0.0; 3]), "{:?}", spec.shaping);
            // The baseline is a sum of rounded numbers.
            assert!(now.sigma.iter().all(|s| (s - 1.0).abs() < 1e-15), "{:?}", now.sigma);
        }
    }
}
