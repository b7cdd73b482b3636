//! A particle of Newton's: what the pairs that it makes with others come to is its acceleration, and it drives itself along its heading.
//! Twin of `shaders/particle.wgsl`. Reads only the observation, as laid out in `scene::ParticleSpec`.

use super::read;
use crate::layout::SpeciesParams;
use crate::math::{Vec3, add};

/// The acceleration along the body axes: all sums over pairs, and (α − β v²) v ahead.
#[inline(always)]
pub fn particle<const D: usize>(obs: &[f32], s: &SpeciesParams) -> Vec3 {
    let last = s.obs_len as usize - 1;
    let speed = obs[last] * s.top_speed;
    let mut sum = [0.0; 3];
    for zone in 0..last / D {
        sum = add(sum, read::<D>(obs, D * zone));
    }
    let [propulsion, friction, ..] = s.rule;
    add(sum, [(propulsion - friction * (speed * speed)) * speed, 0.0, 0.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_added_to_its_own_drive() {
        let s =
            SpeciesParams { obs_len: 5, top_speed: 4.0, rule: [1.0, 0.5, 0.0, 0.0], ..bytemuck::Zeroable::zeroed() };
        // At half of 4: (1 - 0.5 · 4) · 2 ahead.
        assert_eq!(particle::<2>(&[1.0, 2.0, 10.0, -20.0, 0.5], &s), [9.0, -18.0, 0.0]);
        let resting = particle::<2>(&[0.0, 0.0, 0.0, 0.0, 0.353_553_4], &s);
        assert!(resting[0].abs() < 1e-6, "at √(α/β) nothing drives it: {resting:?}");
    }
}
