//! The rule of Vicsek, Czirók, Ben-Jacob, Cohen & Shochet (1995): the mean heading of all within range, oneself among them, and
//! noise. Twin of `shaders/vicsek.wgsl`. Reads only the observation, as laid out in `scene::VicsekSpec`.

use std::f32::consts::{PI, TAU};

use super::{read, turned};
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, normalize_or, scale, sin, turn};
use crate::rng::uniform;

/// The motion actions. In a plane the heading is evenly drawn from the arc of width η around the mean; in a volume from the cap of the
/// same width.
#[inline(always)]
pub fn vicsek<const D: usize>(obs: &[f32], s: &SpeciesParams, noise: [u32; 4]) -> Vec3 {
    // The sum is along the body axes, where its own heading is straight ahead.
    let mean = normalize_or(add(read::<D>(obs, 0), [1.0, 0.0, 0.0]), [1.0, 0.0, 0.0]);
    let [_, right, up] = body_axes(mean);
    let [width, cap, ..] = s.rule;
    let share = uniform(noise[0]);
    let wish = if D == 2 {
        let angle = ((share - 0.5) * width).clamp(-PI, PI);
        turned(mean, right, [cos(angle), sin(angle)])
    } else {
        // Equal heights of a cap have equal areas (Archimedes).
        let height = share * cap;
        let around = (uniform(noise[1]) - 0.5) * TAU;
        let aside = add(scale(right, cos(around)), scale(up, sin(around)));
        turned(mean, aside, [1.0 - height, (height * (2.0 - height)).max(0.0).sqrt()])
    };
    if s.motion == MOTION_COURSE { [turn_of(wish, s.yaw), 0.0, 0.0] } else { wish }
}

/// The yaw action that turns to a direction along the body axes, or as far toward it as a tick allows.
#[inline(always)]
fn turn_of(wish: Vec3, most: f32) -> f32 {
    let part = turn(wish[1], wish[0]);
    let angle = (if part > 0.5 { part - 1.0 } else { part }) * TAU;
    (angle / most.max(1e-6)).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that turns as far as it likes.
    fn body(width: f32, motion: u32) -> SpeciesParams {
        SpeciesParams {
            rule: [width, 1.0 - libm::cosf(0.5 * width), 0.0, 0.0],
            motion,
            yaw: PI,
            ..bytemuck::Zeroable::zeroed()
        }
    }

    const STILL: [u32; 4] = [1 << 31; 4];

    #[test]
    fn without_noise_it_takes_the_mean_with_itself() {
        // One other that heads to the right: the mean with itself is halfway there, an eighth of a turn.
        let heading = vicsek::<2>(&[0.0, 1.0], &body(0.0, MOTION_HEADING), STILL);
        assert!((heading[0] - heading[1]).abs() < 1e-6 && (heading[0] - 0.5f32.sqrt()).abs() < 1e-6, "{heading:?}");
        let turn = vicsek::<2>(&[0.0, 1.0], &body(0.0, MOTION_COURSE), STILL);
        assert!((turn[0] - 0.25).abs() < 1e-5, "{turn:?}");
        let left = vicsek::<2>(&[-3.0, -1e-3], &body(0.0, MOTION_COURSE), STILL);
        assert!(left[0] < -0.99, "the shorter way is to the left: {left:?}");
        // One other that heads the other way: there is no mean, and it keeps its course.
        assert_eq!(vicsek::<2>(&[-1.0, 0.0], &body(0.0, MOTION_COURSE), STILL)[0], 0.0);
    }

    #[test]
    fn noise_is_even_and_as_wide_as_it_says() {
        for width in [1.0f32, 3.0, TAU] {
            let n = 20_000u32;
            let (mut squares, mut far, mut height) = (0.0f64, 0.0f32, 0.0f64);
            for i in 0..n {
                let words = crate::rng::pcg4d([i, 1, 2, 3]);
                let angle = vicsek::<2>(&[9.0, 0.0], &body(width, MOTION_COURSE), words)[0] * PI;
                squares += f64::from(angle * angle) / f64::from(n);
                far = far.max(angle.abs());
                height += f64::from(vicsek::<3>(&[9.0, 0.0, 0.0], &body(width, MOTION_HEADING), words)[0]);
            }
            let even = f64::from(width * width) / 12.0;
            // Deviation of the mean square is 0.9 of it over √n: four of them.
            assert!((squares / even - 1.0).abs() < 4.0 * 0.9 / f64::from(n).sqrt(), "{width}: {squares} for {even}");
            assert!(far <= 0.5 * width + 1e-3 && far > 0.49 * width, "{width}: {far}");
            // Half the height of the cap, of deviation height / √12 over √n: four of them.
            let cap = 1.0 - libm::cos(f64::from(width) / 2.0);
            let mean = 1.0 - height / f64::from(n);
            assert!(
                (mean - cap / 2.0).abs() < 4.0 * cap / (12.0 * f64::from(n)).sqrt() + 2e-4,
                "{width}: {mean} of {cap}"
            );
        }
    }
}
