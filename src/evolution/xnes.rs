//! xNES: exponential natural evolution strategy (Glasmachers, Schaul, Sun, Wierstra & Schmidhuber 2010; Wierstra et al.
//! 2014). The natural gradient of a normal distribution with all its covariances. Knows nothing of genomes.
//!
//! The distribution is mean + A z. A generation turns A into A exp(M) with M = (rate / 2) Σ u (z zᵀ - 1), u being the
//! utilities of its members. M is never written down, nor its exponential: each row of A takes the terms of the series of
//! its own, and a term costs two passes over the members' noise (as Al-Mohy & Higham 2011 apply an exponential).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::noise::Noise;
use super::ranks::{shared, utilities};
use super::sampled::named;
use super::search::Distribution;
use super::vectors::dot;
use crate::scene::XnesSpec;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Xnes {
    #[serde(skip)]
    spec: XnesSpec,
    mean: Vec<f64>,
    /// A, `[len][len]`.
    root: Vec<f64>,
}

/// The authors' learning rate of size and shape for `len` numbers: (9 + 3 ln n) / (5 n √n).
pub fn sigma_rate(len: usize) -> f64 {
    let n = len.max(1) as f64;
    (9.0 + 3.0 * libm::log(n)) / (5.0 * n * n.sqrt())
}

/// Row times exp(M), where row times M is the sum over `noise` of weight (row · z) z, less `trace` row.
fn times_exponential(row: &mut [f64], noise: &Noise, weights: &[f64], trace: f64) {
    // M in so many equal parts that the series of each converges within a few terms.
    let squares = |member: usize| noise.row(member).iter().map(|z| z * z).sum::<f64>();
    let size: f64 = weights.iter().enumerate().map(|(member, w)| w.abs() * squares(member)).sum::<f64>() + trace.abs();
    let parts = size.ceil().max(1.0);
    let mut term = vec![0.0; row.len()];
    let mut next = vec![0.0; row.len()];
    for _ in 0..parts as u64 {
        term.copy_from_slice(row);
        // With parts of size 1 at most, term k is below 1 / k! of the row: 20 terms are beyond the last digit.
        for k in 1..=20 {
            next.iter_mut().zip(&term).for_each(|(n, t)| *n = -trace * t);
            for (member, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                let z = noise.row(member);
                let along = weight * dot(&term, z);
                next.iter_mut().zip(z).for_each(|(n, z)| *n += along * z);
            }
            let scale = 1.0 / (parts * f64::from(k));
            term.iter_mut().zip(&next).for_each(|(t, n)| *t = n * scale);
            row.iter_mut().zip(&term).for_each(|(r, t)| *r += t);
            if largest(&term) <= f64::EPSILON * largest(row) {
                break;
            }
        }
    }
}

fn largest(row: &[f64]) -> f64 {
    row.iter().fold(0.0, |most, v| v.abs().max(most))
}

impl Distribution for Xnes {
    type Spec = XnesSpec;
    const PAIRS: bool = false;

    fn new(spec: &XnesSpec, mean: Vec<f64>, _members: usize) -> Xnes {
        let len = mean.len();
        let mut root = vec![0.0; len * len];
        (0..len).for_each(|i| root[i * len + i] = spec.sigma.into());
        Xnes { spec: spec.clone(), mean, root }
    }

    fn retune(&mut self, spec: &XnesSpec, _members: usize) {
        self.spec = spec.clone();
    }

    fn mean(&self) -> &[f64] {
        &self.mean
    }

    fn offset(&self, noise: &[f64], offset: &mut [f64]) {
        let rows = self.root.chunks(self.mean.len().max(1));
        offset.iter_mut().zip(rows).for_each(|(o, row)| *o = dot(row, noise));
    }

    fn update(&mut self, noise: &Noise, fitness: &[f64]) {
        let utilities = shared(fitness, &utilities(fitness.len()));
        let mut step = vec![0.0; self.mean.len()];
        self.offset(&noise.weighted(&utilities), &mut step);
        for (number, step) in self.mean.iter_mut().zip(&step) {
            *number += f64::from(self.spec.mean_rate) * step;
        }
        let half_rate = 0.5 * f64::from(self.spec.sigma_rate) * sigma_rate(self.mean.len());
        let weights: Vec<f64> = utilities.iter().map(|u| half_rate * u).collect();
        let trace = weights.iter().sum();
        let rows = self.root.par_chunks_mut(self.mean.len().max(1));
        rows.for_each(|row| times_exponential(row, noise, &weights, trace));
    }

    fn numbers(&self) -> Vec<(&[f64], usize)> {
        vec![(&self.root, self.mean.len() * self.mean.len())]
    }
}

named!(Xnes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::budget::{evaluations, near};
    use crate::problems::{ellipsoid, rosenbrock, sphere};

    fn xnes(mean: Vec<f64>, members: usize) -> Xnes {
        Xnes::new(&XnesSpec { sigma: 0.5, ..Default::default() }, mean, members)
    }

    #[test]
    fn the_rate_is_that_of_the_paper() {
        // Card D02.
        assert!((sigma_rate(10) - 0.10061).abs() < 1e-5, "{}", sigma_rate(10));
    }

    #[test]
    fn the_exponential_of_a_line_is_known() {
        // With one member, M = w z zᵀ - w: exp(M) = exp(-w) (1 + (exp(w z·z) - 1) z zᵀ / z·z).
        for weight in [0.3, -2.0, 5.0] {
            let noise = Noise::draw([8, 8], 0, 1, 3);
            let z = noise.row(0);
            let square = dot(z, z);
            let mut row = [1.0, -2.0, 0.5];
            let along = dot(&row, z) * libm::expm1(weight * square) / square;
            let right: Vec<f64> = row.iter().zip(z).map(|(r, z)| libm::exp(-weight) * (r + along * z)).collect();
            times_exponential(&mut row, &noise, &[weight], weight);
            for (a, b) in row.iter().zip(&right) {
                assert!((a - b).abs() < 1e-12 * largest(&right), "weight {weight}: {row:?}, {right:?}");
            }
        }
    }

    #[test]
    fn functions_are_reached_in_the_evaluations_known() {
        // Card D02: plain code from the formulas took so many on 7 seeds.
        for (problem, n, known) in [
            (sphere as fn(&[f64]) -> f64, 5, 1631.0),
            (sphere, 10, 6413.0),
            (ellipsoid, 5, 2427.0),
            (ellipsoid, 10, 9277.0),
        ] {
            near(&evaluations(problem, 1.0, n, 10, 40_000, xnes), known);
        }
        // With ten members, seeds differ little: 10849 ± 1194.
        near(&evaluations(rosenbrock, 0.0, 10, 10, 100_000, xnes), 10_849.0);
    }
}
