//! Stage *sense*: each agent's observation, slice after slice as its species lists them. Sums over neighbours are
//! fixed-point integers, so their order cannot matter; the k nearest break ties by id. Reads the sorted agents, what is
//! heard, and fields, all as they were when the tick began. Twin of `shaders/sense.wgsl`.

use std::cell::RefCell;

use multiversion::multiversion;

use super::bin::offset;
use super::lanes::{Env, Seat};
use super::near::{Near, SECTOR_SUMS};
use super::obstacles::trace;
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, fixed, fixed_small, normalize_or, scale, sin, sub, turn};
use crate::rng;

thread_local! {
    static WORK: RefCell<Work> = RefCell::default();
}

/// What is worked with while one agent senses.
#[derive(Default)]
struct Work {
    /// Neighbours of the agent at hand.
    near: Near,
    /// Sums of the sectors of one sense.
    sums: Vec<[i32; SECTOR_SUMS]>,
    /// Sums of signals heard, `[sectors][channels]`.
    heard: Vec<i32>,
}

/// Fills the observation.
pub fn sense(env: &Env, seat: &mut Seat, tick: u32) {
    WORK.with_borrow_mut(|work| observe(env, seat, tick, work));
}

/// Fills the observation slice by slice. Compiled for several instruction sets: rounding and square roots are single instructions
/// only from SSE4.1 and NEON on, and nothing is ever fused, so all give the same bits.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn observe(env: &Env, seat: &mut Seat, tick: u32, work: &mut Work) {
    let s = env.species;
    let axes = body_axes(seat.agent.heading);
    let senses = &env.plan.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
    for (index, sense) in senses.iter().enumerate() {
        let range = sense.start as usize..(sense.start + sense.len) as usize;
        let (agent, out) = (seat.agent, &mut seat.obs[range]);
        match sense.kind {
            SENSE_NEIGHBOURS => neighbours(env, sense, seat.place, agent.pos, axes, work, out),
            SENSE_NEAREST if env.crowd => {}
            SENSE_NEAREST => nearest(env, sense, seat.place, agent.pos, &mut work.near, out),
            SENSE_FIELD_VALUE => out[0] = taste(env, sense, agent.pos),
            SENSE_FIELD_GRADIENT => gradient(env, sense, agent.pos, axes, out),
            SENSE_FIELD_ANTENNAE => antennae(env, sense, agent.pos, axes, out),
            SENSE_WALLS => walls(env, sense, agent.pos, axes, out),
            SENSE_SPEED => out[0] = dot(agent.vel, agent.heading) / s.top_speed.max(1e-6),
            SENSE_ENERGY => out[0] = agent.energy as f32 / s.energy_cap as f32,
            SENSE_LAST_ACTION => out.copy_from_slice(seat.action),
            SENSE_OWN_SIGNAL => {
                let first = s.signal_action as usize;
                out.copy_from_slice(&seat.action[first..first + s.channels as usize]);
            }
            SENSE_NOISE => {
                let purpose = DRAW_NOISE ^ ((index as u32) << 16);
                out[0] = rng::normal(rng::draw(env.stream, tick, agent.id, purpose));
            }
            _ => out[0] = 1.0,
        }
    }
    if env.crowd {
        return;
    }
    if s.social == 1 {
        (seat.social[0], seat.social[1]) = social(env, seat, &mut work.near);
    }
    if s.flock == 1 {
        seat.social[2] = flock(env, seat, &mut work.near);
    }
}

#[inline(always)]
fn neighbours(
    env: &Env,
    sense: &SenseParams,
    place: u32,
    pos: Vec3,
    axes: [Vec3; 3],
    Work { near, sums, heard }: &mut Work,
    out: &mut [f32],
) {
    let tank = &env.plan.tank;
    let count = (sense.count * sense.elevation) as usize;
    let channels = if sense.gives & GIVES_SIGNALS != 0 { sense.channels as usize } else { 0 };
    let k = tank.sense_scale;
    sums.clear();
    sums.resize(count, [0; SECTOR_SUMS]);
    near.gather(env, place, pos, sense.range, sense.mask);
    near.arrange(env, sense, axes);
    near.add(sense, sums);
    if channels > 0 {
        heard.clear();
        heard.resize(count * channels, 0);
        near.add_signals(env, channels, k, heard);
    }
    let dim = tank.dim as usize;
    let per_sector = (sense.per_sector as usize).max(1);
    for (sector, (sum, out)) in sums.iter().zip(out.chunks_exact_mut(per_sector)).enumerate() {
        let weight = sum[1] as f32 / k;
        let mut at = 0;
        if sense.gives & GIVES_PROXIMITY != 0 {
            out[at] = weight / (1.0 + weight);
            at += 1;
        }
        if sense.gives & GIVES_OFFSET != 0 {
            for axis in 0..dim {
                out[at] = if sum[0] > 0 { sum[2 + axis] as f32 / k / sum[0] as f32 } else { 0.0 };
                at += 1;
            }
        }
        if sense.gives & GIVES_HEADING != 0 {
            for axis in 0..dim {
                out[at] = if sum[1] > 0 { sum[5 + axis] as f32 / sum[1] as f32 } else { 0.0 };
                at += 1;
            }
        }
        for channel in 0..channels {
            out[at] = heard[sector * channels + channel] as f32 / k / (1.0 + weight);
            at += 1;
        }
    }
}

#[inline(always)]
fn nearest(env: &Env, sense: &SenseParams, place: u32, pos: Vec3, near: &mut Near, out: &mut [f32]) {
    let k = sense.count as usize;
    // (distance bits, id) orders by distance, then by id: bits of non-negative floats order as integers.
    let mut best = [(u32::MAX, u32::MAX); NEAREST_MAX as usize];
    let mut found_at = [place; NEAREST_MAX as usize];
    if sense.gives & GIVES_ITSELF != 0 {
        best[0] = (0, env.sorted.id[place as usize]);
    }
    near.gather(env, place, pos, sense.range, sense.mask);
    for (square, &index) in near.squares().iter().zip(&near.index) {
        let key = (square.to_bits(), env.sorted.id[index as usize]);
        if key < best[k - 1] {
            let mut at = k - 1;
            while at > 0 && key < best[at - 1] {
                best[at] = best[at - 1];
                found_at[at] = found_at[at - 1];
                at -= 1;
            }
            best[at] = key;
            found_at[at] = index;
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

/// Nearness of the nearest of its own kind, and mean cosine with those in social range.
#[inline(always)]
fn social(env: &Env, seat: &Seat, near: &mut Near) -> (f32, f32) {
    let tank = &env.plan.tank;
    let own = seat.agent.heading;
    near.gather(env, seat.place, seat.agent.pos, tank.social_range, 1 << env.species_index);
    let (mut align, mut least) = (0i32, f32::MAX);
    for (square, at) in near.squares().iter().zip(&near.index) {
        let at = *at as usize;
        let h = [env.sorted.heading[0][at], env.sorted.heading[1][at], env.sorted.heading[2][at]];
        align += fixed(dot(own, h), tank.sense_scale);
        least = least.min(*square);
    }
    if near.len == 0 {
        return (0.0, 0.0);
    }
    (1.0 - least.sqrt() / tank.social_range, align as f32 / tank.sense_scale / near.len as f32)
}

/// The agent's share of the flocking energy of its kind.
#[inline(always)]
fn flock(env: &Env, seat: &Seat, near: &mut Near) -> f32 {
    let (s, own, scale) = (env.species, seat.agent.heading, env.species.flock_scale);
    near.gather(env, seat.place, seat.agent.pos, s.flock_reach, 1 << env.species_index);
    let (mut pairs, mut middle) = (0i32, [0i32; 3]);
    for (i, square) in near.squares().iter().enumerate() {
        let (at, d, distance) = (near.index[i] as usize, near.offset(i), square.sqrt());
        let a = (1.0 - distance * s.flock_inverse[0]).max(0.0);
        let b = (1.0 - distance * s.flock_inverse[1]).max(0.0);
        let c = 1.0 - dot(own, [0, 1, 2].map(|axis| env.sorted.heading[axis][at]));
        pairs += fixed_small(s.flock_weights[0] * (a * a * a) * (c * c) + s.flock_weights[1] * (b * b * b), scale);
        let ahead = dot(d, own);
        if distance * s.flock_inverse[2] < 1.0 && ahead > s.flock_view * distance && ahead < distance {
            for axis in 0..3 {
                middle[axis] += fixed_small(d[axis] * s.flock_inverse[2], scale);
            }
        }
    }
    let toward = normalize_or(middle.map(|sum| sum as f32), [0.0; 3]);
    let aside = 1.0 - dot(own, toward);
    0.5 * (pairs as f32 / scale) + s.flock_weights[2] * (aside * aside)
}

/// Cell of a field that holds `pos`: wrapped on a torus, otherwise the nearest.
#[inline(always)]
pub fn field_cell(tank: &TankParams, field: &FieldParams, pos: Vec3) -> u32 {
    let mut cell = [0u32; 3];
    for axis in 0..tank.dim as usize {
        let n = field.dims[axis] as f32;
        let mut c = (pos[axis] / field.cell[axis]).floor();
        if tank.edge[axis] == EDGE_TORUS {
            c -= (c / n).floor() * n;
        }
        cell[axis] = c.clamp(0.0, n - 1.0) as u32;
    }
    field.start + (cell[2] * field.dims[1] + cell[1]) * field.dims[0] + cell[0]
}

/// Sum of the perceived fields at `pos`, over their largest capacity.
#[inline(always)]
fn taste(env: &Env, sense: &SenseParams, pos: Vec3) -> f32 {
    let mut sum = 0.0;
    for (i, field) in env.plan.fields.iter().enumerate() {
        if sense.mask >> i & 1 == 1 {
            sum += env.fields[field_cell(&env.plan.tank, field, pos) as usize];
        }
    }
    sum * sense.inverse
}

#[inline(always)]
fn gradient(env: &Env, sense: &SenseParams, pos: Vec3, axes: [Vec3; 3], out: &mut [f32]) {
    let mut slope = [0.0; 3];
    // The first perceived field's cell is the step for all of them.
    let first = (0..env.plan.fields.len()).find(|i| sense.mask >> i & 1 == 1).unwrap_or(0);
    let step = env.plan.fields[first].cell;
    for axis in 0..env.plan.tank.dim as usize {
        let (mut low, mut high) = (pos, pos);
        low[axis] -= step[axis];
        high[axis] += step[axis];
        slope[axis] = (taste(env, sense, high) - taste(env, sense, low)) * 0.5;
    }
    for (out, axis) in out.iter_mut().zip(axes) {
        *out = dot(slope, axis);
    }
}

#[inline(always)]
fn antennae(env: &Env, sense: &SenseParams, pos: Vec3, axes: [Vec3; 3], out: &mut [f32]) {
    let ahead = scale(axes[0], cos(sense.angle) * sense.range);
    let aside = scale(axes[1], sin(sense.angle) * sense.range);
    let middle = add(pos, ahead);
    out[0] = taste(env, sense, sub(middle, aside));
    out[1] = taste(env, sense, add(middle, aside));
    if out.len() == 4 {
        let above = scale(axes[2], sin(sense.angle) * sense.range);
        out[2] = taste(env, sense, add(middle, above));
        out[3] = taste(env, sense, sub(middle, above));
    }
}

#[inline(always)]
fn walls(env: &Env, sense: &SenseParams, pos: Vec3, axes: [Vec3; 3], out: &mut [f32]) {
    let rays = sense.count as usize;
    for (ray, out) in out.iter_mut().enumerate() {
        let toward = if ray < rays {
            let share = if rays > 1 { 2.0 * ray as f32 / (rays - 1) as f32 - 1.0 } else { 0.0 };
            let angle = sense.angle * share;
            add(scale(axes[0], cos(angle)), scale(axes[1], sin(angle)))
        } else if ray == rays {
            axes[2]
        } else {
            scale(axes[2], -1.0)
        };
        *out = 1.0 - trace(&env.plan.tank, &env.plan.obstacles, pos, toward, sense.range) / sense.range;
    }
}
