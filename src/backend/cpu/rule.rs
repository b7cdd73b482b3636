//! Hand-written rules for neighbouring slots side by side: a part of stage *think*. Knows the layout of lanes; what a rule
//! does is in `controller`.

use multiversion::multiversion;

use super::lanes::{Env, LANES, Lanes};
use crate::controller;
use crate::controller::boids::{self, Seen};
use crate::layout::*;
use crate::rng;

/// Fills the actions of neighbouring slots by the rule of their species.
pub fn rule(env: &Env, lanes: &mut Lanes, tick: u32) {
    if env.species.think == THINK_BOIDS { boids(env, lanes, tick) } else { one_by_one(env, lanes, tick) }
}

/// Any rule, agent by agent.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn one_by_one(env: &Env, lanes: &mut Lanes, tick: u32) {
    lanes.each(env, &mut |env, lane| {
        let draw = |which| rng::draw(env.stream, tick, lane.agent.id, DRAW_WANDER ^ (which << 16));
        let (s, obs) = (env.species, env.observation(lane.slot));
        let motion = match env.plan.tank.dim {
            3 => controller::rule::<3>(s, obs, draw),
            _ => controller::rule::<2>(s, obs, draw),
        };
        let (moves, others) = lane.action.split_at_mut(s.motion_actions as usize);
        moves.copy_from_slice(&motion[..moves.len()]);
        others.fill(0.0);
        lane.note.fault = 0;
    });
}

/// The boids rule.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn boids(env: &Env, lanes: &mut Lanes, tick: u32) {
    if env.plan.tank.dim == 3 {
        side_by_side::<3>(env, lanes, tick);
    } else {
        side_by_side::<2>(env, lanes, tick);
    }
}

#[inline(always)]
fn side_by_side<const D: usize>(env: &Env, lanes: &mut Lanes, tick: u32) {
    let first = lanes.slot;
    // Number by number, so that the loop over agents below works on whole rows.
    let (mut middle, mut along, mut near) = ([[0.0; LANES]; 3], [[0.0; LANES]; 3], [[0.0; LANES]; 3]);
    let (mut crowd, mut id) = ([0.0; LANES], [0; LANES]);
    lanes.each(env, &mut |env, lane| {
        let at = (lane.slot - first) as usize;
        let seen = Seen::read::<D>(env.observation(lane.slot));
        for axis in 0..D {
            (middle[axis][at], along[axis][at], near[axis][at]) =
                (seen.middle[axis], seen.along[axis], seen.near[axis]);
        }
        (crowd[at], id[at]) = (seen.crowd, lane.agent.id);
    });
    let mut motion = [[0.0; LANES]; 3];
    for i in 0..LANES {
        let seen = Seen {
            middle: [middle[0][i], middle[1][i], middle[2][i]],
            along: [along[0][i], along[1][i], along[2][i]],
            crowd: crowd[i],
            near: [near[0][i], near[1][i], near[2][i]],
        };
        let noise = rng::draw(env.stream, tick, id[i], DRAW_WANDER);
        [motion[0][i], motion[1][i], motion[2][i]] = boids::boids::<D>(&seen, env.species, noise);
    }
    lanes.each(env, &mut |env, lane| {
        let at = (lane.slot - first) as usize;
        // A course has one action fewer than there are dimensions.
        let (moves, others) = lane.action.split_at_mut(env.species.motion_actions as usize);
        for (number, row) in moves.iter_mut().zip(&motion) {
            *number = row[at];
        }
        others.fill(0.0);
        lane.note.fault = 0;
    });
}
