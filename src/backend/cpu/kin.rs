//! What an agent notices of its own kind, for the tally: a part of *sense* that no controller sees. Knows nothing of senses.

use super::lanes::Env;
use super::near::{Near, batch, components, load};
use super::wide::{BATCH, ROUNDER_BITS, Wide, first_lanes};
use crate::math::{Vec3, dot, fixed_small, normalize_or};

/// Nearness of the nearest of its own kind, and mean cosine with those in social range; `own` is the agent's heading.
#[inline(always)]
pub fn social<W: Wide, const D: usize>(env: &Env, own: Vec3, near: &Near) -> [f32; 2] {
    let tank = &env.plan.tank;
    let (scale, around) = (W::splat(tank.sense_scale), W::splat(tank.social_range * tank.social_range));
    let (mut align, mut crowd, mut least) = (W::zero(), 0, f32::MAX);
    let headings = components::<D>(&near.heading, near.len.next_multiple_of(BATCH));
    for at in (0..near.len).step_by(BATCH) {
        let square = W::load(batch(&near.square, at));
        let within = W::less(square, around) & first_lanes(near.len - at);
        let heading = load::<W, D>(&headings, at);
        let mut cosine = W::mul(W::splat(own[0]), heading[0]);
        for axis in 1..D {
            cosine = W::add(cosine, W::mul(W::splat(own[axis]), heading[axis]));
        }
        align = W::add_where(within, align, W::steps(cosine, scale));
        crowd += within.count_ones() as i32;
        least = least.min(W::least(within, square));
    }
    if crowd == 0 {
        return [0.0; 2];
    }
    let align = W::total(align).wrapping_sub(ROUNDER_BITS.wrapping_mul(crowd));
    [1.0 - least.sqrt() / tank.social_range, align as f32 / tank.sense_scale / crowd as f32]
}

/// The agent's share of the flocking energy of its kind; `own` is its heading.
#[inline(always)]
pub fn flock<const D: usize>(env: &Env, own: Vec3, near: &Near) -> f32 {
    let (s, scale) = (env.species, env.species.flock_scale);
    let (mut pairs, mut middle) = (0i32, [0i32; 3]);
    let around = s.flock_reach * s.flock_reach;
    for (i, square) in near.squares().iter().enumerate().filter(|(_, square)| **square < around) {
        let (d, distance) = (near.offset(i), square.sqrt());
        let a = (1.0 - distance * s.flock_inverse[0]).max(0.0);
        let b = (1.0 - distance * s.flock_inverse[1]).max(0.0);
        let mut along = 0.0;
        for axis in 0..D {
            along += own[axis] * near.heading[axis][i];
        }
        let c = 1.0 - along;
        pairs += fixed_small(s.flock_weights[0] * (a * a * a) * (c * c) + s.flock_weights[1] * (b * b * b), scale);
        let ahead = dot(d, own);
        if distance * s.flock_inverse[2] < 1.0 && ahead > s.flock_view * distance && ahead < distance {
            for axis in 0..D {
                middle[axis] += fixed_small(d[axis] * s.flock_inverse[2], scale);
            }
        }
    }
    let toward = normalize_or([middle[0] as f32, middle[1] as f32, middle[2] as f32], [0.0; 3]);
    let aside = 1.0 - dot(own, toward);
    0.5 * (pairs as f32 / scale) + s.flock_weights[2] * (aside * aside)
}
