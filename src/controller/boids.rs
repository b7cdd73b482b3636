//! The boids rule (Reynolds 1987): away from those too near, along with those in sight, toward their middle.
//! Twin of `shaders/boids.wgsl`. Reads only the observation, as laid out in `scene::BoidsSpec`.

use crate::layout::*;
use crate::math::{Vec3, add, normalize_or, scale};
use crate::rng;

/// Fills `action` from an observation that begins with `[Offset, Heading]` over sight and `[Proximity, Offset]` over the
/// personal space, both along the body axes (forward, right, up).
pub fn boids(obs: &[f32], s: &SpeciesParams, dim: u32, noise: [u32; 4], action: &mut [f32]) {
    let n = dim as usize;
    let read = |start: usize| -> Vec3 { [obs[start], obs[start + 1], if n == 3 { obs[start + 2] } else { 0.0 }] };
    let (middle, along, crowd, near) = (read(0), read(n), obs[2 * n], read(2 * n + 1));
    let [separation, alignment, cohesion, wander] = s.rule;
    // Forward momentum keeps a lone agent on its way.
    let mut wish: Vec3 = [1.0, 0.0, 0.0];
    wish = add(wish, scale(normalize_or(near, [0.0; 3]), -separation * crowd));
    wish = add(wish, scale(along, alignment));
    wish = add(wish, scale(middle, cohesion));
    let shake = [0, 1, 2].map(|i| 2.0 * rng::uniform(noise[i]) - 1.0);
    wish = add(wish, scale([shake[0], shake[1], if n == 3 { shake[2] } else { 0.0 }], wander));
    let wish = normalize_or(wish, [1.0, 0.0, 0.0]);
    action.fill(0.0);
    if s.motion == MOTION_BODY || s.motion == MOTION_COURSE {
        // Turning harder the further aside the wish points; all the way when it points behind.
        let turn = if wish[0] < 0.0 { if wish[1] < 0.0 { -1.0 } else { 1.0 } } else { wish[1] };
        let mut at = 0;
        if s.motion == MOTION_BODY {
            action[0] = 0.5 * (wish[0] - 1.0);
            at = 1;
        }
        action[at] = turn;
        if n == 3 {
            action[at + 1] = wish[2];
        }
    } else {
        action[..n].copy_from_slice(&wish[..n]);
    }
}
