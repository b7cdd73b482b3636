//! The rule of Couzin, Krause, James, Ruxton & Franks (2002): away from those who are too near; only where nobody is, along with
//! those around and toward those far off. Twin of `shaders/couzin.wgsl`. Reads only the observation, as laid out in
//! `scene::CouzinSpec`.

use std::f32::consts::PI;

use super::{read, turned};
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, normalize_or, scale, sin};
use crate::rng::normal;

/// The direction that is wanted, along the body axes; how far it is turned to in a tick is the body's business. Its noise is a normal
/// one in the plane across it, wrapped around the sphere.
#[inline(always)]
pub fn couzin<const D: usize>(obs: &[f32], s: &SpeciesParams, noise: [[u32; 4]; 2]) -> Vec3 {
    let (near, along, toward) = (read::<D>(obs, 0), read::<D>(obs, D), read::<D>(obs, 2 * D));
    // Half of the sum where both zones hold somebody, and the sum where one does, have one direction.
    let wish = if near == [0.0; 3] { add(along, toward) } else { scale(near, -1.0) };
    let wish = normalize_or(wish, [1.0, 0.0, 0.0]);
    let [_, right, up] = body_axes(wish);
    let aside = scale(right, s.rule[0] * normal(noise[0]));
    let aside = if D == 3 { add(aside, scale(up, s.rule[0] * normal(noise[1]))) } else { aside };
    let angle = dot(aside, aside).sqrt().min(PI);
    turned(wish, normalize_or(aside, right), [cos(angle), sin(angle)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words whose normal number is 0.
    const STILL: [[u32; 4]; 2] = [[0x7fff_8000; 4]; 2];

    fn body(noise: f32) -> SpeciesParams {
        SpeciesParams { rule: [noise, 0.0, 0.0, 0.0], ..bytemuck::Zeroable::zeroed() }
    }

    #[test]
    fn who_is_too_near_is_all_that_counts() {
        let (s, right, ahead) = (body(0.0), [0.0, 1.0, 0.0], [2.0, 0.0, 0.0]);
        let sensed = |zones: [Vec3; 3]| couzin::<3>(&zones.concat(), &s, STILL);
        assert_eq!(sensed([right, ahead, ahead]), [0.0, -1.0, 0.0]);
        assert_eq!(sensed([[0.0; 3], right, right]), right);
        let both = sensed([[0.0; 3], [0.0, 2.0, 0.0], ahead]);
        assert!((both[0] - both[1]).abs() < 1e-6, "sums count as they are: {both:?}");
        assert_eq!(sensed([[0.0; 3]; 3]), [1.0, 0.0, 0.0], "nobody there: it keeps its course");
        assert_eq!(couzin::<2>(&[0.0, 0.0, 0.0, 3.0, 0.0, 0.0], &s, STILL), right);
    }

    #[test]
    fn noise_has_its_deviation_about_each_axis() {
        let (s, n) = (body(0.2), 20_000u32);
        let [mut volume, mut plane] = [0.0f64; 2];
        for i in 0..n {
            let words = [0, 1].map(|which| crate::rng::pcg4d([i, which, 2, 3]));
            let wish = couzin::<3>(&[0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0], &s, words);
            volume += f64::from(libm::acosf(wish[2].min(1.0)).powi(2)) / f64::from(n);
            let wish = couzin::<2>(&[0.0, 0.0, 0.0, 5.0, 0.0, 0.0], &s, words);
            plane += f64::from(libm::asinf(wish[0]).powi(2)) / f64::from(n);
        }
        // Of a mean of squares of normal numbers, √2 of it over √n, and less of a sum of two: four of them.
        let four = 4.0 * (2.0 / f64::from(n)).sqrt();
        assert!((volume / 0.08 - 1.0).abs() < four && (plane / 0.04 - 1.0).abs() < four, "{volume} {plane}");
    }
}
