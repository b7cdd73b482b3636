//! The boids rule (Reynolds 1987): away from those too near, along with those in sight, toward their middle.
//! Twin of `shaders/boids.wgsl`. Reads only the observation, as laid out in `scene::BoidsSpec`.

use crate::layout::*;
use crate::math::{Vec3, add, normalize_or, scale};
use crate::rng;

/// What the rule reads of an observation that begins with `[Offset, Heading]` over sight and `[Proximity, Offset]` over the
/// personal space, both along the body axes (forward, right, up).
#[derive(Clone, Copy, Default)]
pub struct Seen {
    /// Mean offset of those in sight, over the range of sight.
    pub middle: Vec3,
    /// Their mean heading.
    pub along: Vec3,
    /// How crowded the personal space is, 0 to 1.
    pub crowd: f32,
    /// Mean offset of those in it.
    pub near: Vec3,
}

impl Seen {
    /// Reads an observation in a tank of `D` dimensions.
    #[inline(always)]
    pub fn read<const D: usize>(obs: &[f32]) -> Seen {
        let obs = &obs[..3 * D + 1];
        let read = |start: usize| -> Vec3 { [obs[start], obs[start + 1], if D == 3 { obs[start + 2] } else { 0.0 }] };
        Seen { middle: read(0), along: read(D), crowd: obs[2 * D], near: read(2 * D + 1) }
    }
}

/// The motion actions, as many as there are dimensions. Without branches, so that a loop over agents vectorises.
#[inline(always)]
pub fn boids<const D: usize>(seen: &Seen, s: &SpeciesParams, noise: [u32; 4]) -> Vec3 {
    let [separation, alignment, cohesion, wander] = s.rule;
    // Forward momentum keeps a lone agent on its way.
    let mut wish: Vec3 = [1.0, 0.0, 0.0];
    wish = add(wish, scale(normalize_or(seen.near, [0.0; 3]), -separation * seen.crowd));
    wish = add(wish, scale(seen.along, alignment));
    wish = add(wish, scale(seen.middle, cohesion));
    let shake = |word: u32| 2.0 * rng::uniform(word) - 1.0;
    wish = add(wish, scale([shake(noise[0]), shake(noise[1]), if D == 3 { shake(noise[2]) } else { 0.0 }], wander));
    let wish = normalize_or(wish, [1.0, 0.0, 0.0]);
    // Turning harder the further aside the wish points; all the way when it points behind.
    let most = if wish[1] < 0.0 { -1.0 } else { 1.0 };
    let turn = if wish[0] < 0.0 { most } else { wish[1] };
    match s.motion {
        MOTION_BODY => [0.5 * (wish[0] - 1.0), turn, wish[2]],
        MOTION_COURSE => [turn, wish[2], 0.0],
        _ => wish,
    }
}
