//! Optimisers: how far a mean moves along an estimated gradient, uphill. Know nothing of where the gradient comes from.

use serde::{Deserialize, Serialize};

use super::vectors::length;

/// Adam (Kingma & Ba 2015) with the decay rates and the small number of its authors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Adam {
    steps: u32,
    /// Running mean of gradients.
    pub first: Vec<f64>,
    /// Running mean of their squares.
    pub second: Vec<f64>,
}

impl Adam {
    const FIRST_DECAY: f64 = 0.9;
    const SECOND_DECAY: f64 = 0.999;
    const SMALL: f64 = 1e-8;

    /// At rest, for means of `len` numbers.
    pub fn new(len: usize) -> Adam {
        Adam { steps: 0, first: vec![0.0; len], second: vec![0.0; len] }
    }

    /// Moves `mean` by a step along `gradient`.
    pub fn step(&mut self, mean: &mut [f64], gradient: &[f64], rate: f64) {
        self.steps = self.steps.saturating_add(1);
        // What running means that began at 0 still lack.
        let first_share = 1.0 - libm::pow(Self::FIRST_DECAY, f64::from(self.steps));
        let second_share = 1.0 - libm::pow(Self::SECOND_DECAY, f64::from(self.steps));
        let running = self.first.iter_mut().zip(&mut self.second);
        for ((number, g), (first, second)) in mean.iter_mut().zip(gradient).zip(running) {
            *first = Self::FIRST_DECAY * *first + (1.0 - Self::FIRST_DECAY) * g;
            *second = Self::SECOND_DECAY * *second + (1.0 - Self::SECOND_DECAY) * g * g;
            *number += rate * (*first / first_share) / ((*second / second_share).sqrt() + Self::SMALL);
        }
    }
}

/// ClipUp (Toklu, Liskowski & Srivastava 2020): only the direction of a gradient counts, and speed is bounded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClipUp {
    /// How far the mean last moved.
    pub velocity: Vec<f64>,
}

impl ClipUp {
    /// At rest, for means of `len` numbers.
    pub fn new(len: usize) -> ClipUp {
        ClipUp { velocity: vec![0.0; len] }
    }

    /// Moves `mean`: the velocity keeps `momentum` of itself, gains `step` in the direction of the gradient, and is cut to
    /// `max_speed`. Where there is no gradient it gains nothing.
    pub fn step(&mut self, mean: &mut [f64], gradient: &[f64], step: f64, momentum: f64, max_speed: f64) {
        let size = length(gradient);
        let gain = if size > 0.0 { step / size } else { 0.0 };
        for (speed, g) in self.velocity.iter_mut().zip(gradient) {
            *speed = momentum * *speed + gain * g;
        }
        let speed = length(&self.velocity);
        let cut = if speed > max_speed { max_speed / speed } else { 1.0 };
        for (number, speed) in mean.iter_mut().zip(&mut self.velocity) {
            *speed *= cut;
            *number += *speed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adam_takes_its_rate_whatever_the_gradient() {
        for scale in [1e-3, 1.0, 1e3] {
            let (mut adam, mut mean) = (Adam::new(2), [0.0; 2]);
            (0..10).for_each(|_| adam.step(&mut mean, &[scale, -3.0 * scale], 0.1));
            // Ten steps of 0.1; the small number takes 1e-5 of a gradient of 1e-3.
            assert!((mean[0] - 1.0).abs() < 2e-5 && (mean[1] + 1.0).abs() < 2e-5, "{mean:?}");
        }
    }

    #[test]
    fn adam_follows_its_recursion() {
        // By hand: gradients 1 and -2 at rate 1. First means 0.1, -0.11; seconds 0.001, 0.004999.
        let (mut adam, mut mean) = (Adam::new(1), [0.0]);
        adam.step(&mut mean, &[1.0], 1.0);
        adam.step(&mut mean, &[-2.0], 1.0);
        let second = (-0.11 / 0.19) / ((0.004_999 / 0.001_999_f64).sqrt() + 1e-8);
        assert!((mean[0] - (1.0 / (1.0 + 1e-8) + second)).abs() < 1e-12, "{mean:?}");
    }

    #[test]
    fn clip_up_keeps_direction_and_bounds_speed() {
        let (mut clip, mut mean) = (ClipUp::new(2), [0.0; 2]);
        clip.step(&mut mean, &[300.0, 400.0], 0.5, 0.9, 0.8);
        assert!((mean[0] - 0.3).abs() < 1e-15 && (mean[1] - 0.4).abs() < 1e-15, "{mean:?}");
        // 0.9 of 0.5 and another 0.5 along the same line are 0.95, cut to 0.8.
        clip.step(&mut mean, &[3e-9, 4e-9], 0.5, 0.9, 0.8);
        assert!((length(&clip.velocity) - 0.8).abs() < 1e-15 && (mean[0] - 0.78).abs() < 1e-12, "{mean:?}");
        clip.step(&mut mean, &[0.0; 2], 0.5, 0.9, 0.8);
        assert!((length(&clip.velocity) - 0.72).abs() < 1e-12, "without a gradient it runs out");
    }
}
