//! The k nearest neighbours of one agent, and how each is told: a part of *sense*. Equal distances are ordered by id. `crowd`
//! finds the same in small worlds, and tells it by the same functions. Knows nothing of how neighbours are gathered.

use super::lanes::Env;
use super::near::Near;
use super::reach::offset;
use crate::layout::*;
use crate::math::{body_axes, dot, turn};

/// Fills what an agent at `place` among the sorted sees of the k nearest of its neighbours.
#[inline(always)]
pub fn nearest(env: &Env, sense: &SenseParams, place: u32, near: &Near, out: &mut [f32]) {
    let k = sense.count as usize;
    // (distance bits, id) orders by distance, then by id: bits of non-negative floats order as integers.
    let mut best = [(u32::MAX, u32::MAX); NEAREST_MAX as usize];
    let mut found_at = [place; NEAREST_MAX as usize];
    if sense.gives & GIVES_ITSELF != 0 {
        best[0] = (0, env.sorted.id[place as usize]);
    }
    let around = sense.range * sense.range;
    for (i, square) in near.squares().iter().enumerate().filter(|(_, square)| **square < around) {
        let key = (square.to_bits(), env.sorted.id[near.place[i] as usize]);
        if key < best[k - 1] {
            let mut at = k - 1;
            while at > 0 && key < best[at - 1] {
                best[at] = best[at - 1];
                found_at[at] = found_at[at - 1];
                at -= 1;
            }
            best[at] = key;
            found_at[at] = near.place[i];
        }
    }
    for (n, out) in out.chunks_exact_mut(sense.per_sector as usize).enumerate() {
        let at = found_at[n] as usize;
        if best[n].0 == u32::MAX {
            out.fill(0.0);
        } else if sense.gives & GIVES_PLACE != 0 {
            tell_place(env, at, out);
        } else {
            tell_offset(env, sense, place as usize, at, f32::from_bits(best[n].0), out);
        }
    }
}

/// Most numbers of a place: three of position, angle, climb.
pub const PLACE_MAX: usize = 5;

/// Where the agent at place `at` among the sorted is, and where it faces.
#[inline(always)]
pub fn tell_place(env: &Env, at: usize, out: &mut [f32]) {
    let (sorted, tank, dim) = (env.sorted, &env.plan.tank, env.plan.tank.dim as usize);
    for axis in 0..dim {
        out[axis] = sorted.pos[axis][at] / tank.extent[axis];
    }
    out[dim] = angle_of(sorted.heading[0][at], sorted.heading[1][at]);
    if dim == 3 {
        out[4] = sorted.heading[2][at];
    }
}

/// How the agent at `place` sees the one at `at`, whose squared distance is `square`, from its body.
#[inline(always)]
pub fn tell_offset(env: &Env, sense: &SenseParams, place: usize, at: usize, square: f32, out: &mut [f32]) {
    let vector = |parts: &[Vec<f32>; 3], at: usize| [parts[0][at], parts[1][at], parts[2][at]];
    let d = offset(&env.plan.tank, vector(&env.sorted.pos, place), vector(&env.sorted.pos, at));
    let axes = body_axes(vector(&env.sorted.heading, place));
    let dim = env.plan.tank.dim as usize;
    for axis in 0..dim {
        out[axis] = dot(d, axes[axis]) / sense.range;
    }
    out[dim] = 1.0 - square.sqrt() / sense.range;
}

/// Angle of a heading (x, y) about the vertical, from -π to π, counter-clockwise from +x.
#[inline(always)]
fn angle_of(x: f32, y: f32) -> f32 {
    let t = turn(y, x);
    (if t > 0.5 { t - 1.0 } else { t }) * std::f32::consts::TAU
}
