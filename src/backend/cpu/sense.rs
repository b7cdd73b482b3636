//! Stage *sense*: each agent's observation, slice after slice as its species lists them. Sums over neighbours are
//! fixed-point integers, so their order cannot matter; the k nearest break ties by id. Reads the sorted agents, what is
//! heard, and fields, all as they were when the tick began. Twin of `shaders/sense.wgsl`.

use std::cell::RefCell;

use super::bin::offset;
use super::lanes::{Env, Seat, Seats};
use super::near::{Near, Search, batch, load, rows};
use super::obstacles::trace;
use super::sweep::Sweep;
#[cfg(target_arch = "x86_64")]
use super::wide::{self, Best};
use super::wide::{Arrays, BATCH, ROUNDER_BITS, Wide, first_lanes};
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, fixed_small, normalize_or, scale, sin, sub, turn};
use crate::rng;

thread_local! {
    static WORK: RefCell<Work> = RefCell::default();
}

/// What is worked with while agents of one species sense.
#[derive(Default)]
struct Work {
    /// The searches that fill all senses of neighbours, and the senses that each fills: those that perceive the same
    /// species share one, over the widest of their ranges.
    searches: Vec<(Search, Vec<usize>)>,
    /// Neighbours of the agent at hand.
    near: Near,
    /// Sums over them.
    sweep: Sweep,
}

/// Stands for the social measure among the senses that a search fills.
const SOCIAL: usize = usize::MAX;

/// As `SOCIAL`, for the flocking energy.
const FLOCK: usize = usize::MAX - 1;

impl Work {
    /// Finds out what to search for.
    fn prepare(&mut self, env: &Env) {
        let all = u32::MAX >> (32 - env.plan.species.len());
        let mut used = 0;
        let mut join = |searches: &mut Vec<(Search, Vec<usize>)>, search: Search, sense: usize| {
            let at = searches[..used].iter().position(|(other, _)| other.mask == search.mask).unwrap_or(used);
            if at == used {
                // Lists of senses are kept from species to species, so that nothing is allocated in a tick.
                if used == searches.len() {
                    searches.push((search, vec![]));
                }
                searches[at].0 = search;
                searches[at].1.clear();
                used += 1;
            }
            searches[at].0.join(&search);
            searches[at].1.push(sense);
        };
        for (index, sense) in senses(env).iter().enumerate() {
            if sense.kind == SENSE_NEIGHBOURS || (sense.kind == SENSE_NEAREST && !env.crowd) {
                let search = Search {
                    range: sense.range,
                    mask: sense.mask & all,
                    headings: sense.gives & GIVES_HEADING != 0,
                    places: sense.kind == SENSE_NEAREST || sense.gives & GIVES_SIGNALS != 0,
                };
                join(&mut self.searches, search, index);
            }
        }
        let own = |range: f32| Search { range, mask: 1 << env.species_index, headings: true, places: false };
        if env.species.social == 1 && !env.crowd {
            join(&mut self.searches, own(env.plan.tank.social_range), SOCIAL);
        }
        if env.species.flock == 1 && !env.crowd {
            join(&mut self.searches, own(env.species.flock_reach), FLOCK);
        }
        self.searches.truncate(used);
    }
}

/// Senses of the species at hand.
fn senses<'a>(env: &Env<'a>) -> &'a [SenseParams] {
    &env.plan.senses[env.species.sense_start as usize..(env.species.sense_start + env.species.senses) as usize]
}

/// Fills the observations of neighbouring seats.
pub fn sense(env: &Env, seats: &mut Seats, tick: u32) {
    WORK.with_borrow_mut(|work| {
        work.prepare(env);
        #[cfg(target_arch = "x86_64")]
        match wide::best() {
            // SAFETY: the processor has been asked.
            Best::Avx512 => return unsafe { avx512(env, seats, tick, work) },
            Best::Avx2 => return unsafe { avx2(env, seats, tick, work) },
            Best::Plain => {}
        }
        each::<Arrays<false>>(env, seats, tick, work);
    });
}

// The same compiled for other instruction sets. Rounding and square roots are single instructions there, and nothing is ever
// fused, so all give the same bits.

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,bmi1,bmi2,lzcnt,popcnt")]
fn avx512(env: &Env, seats: &mut Seats, tick: u32, work: &mut Work) {
    each::<wide::Avx512>(env, seats, tick, work);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn avx2(env: &Env, seats: &mut Seats, tick: u32, work: &mut Work) {
    each::<Arrays<true>>(env, seats, tick, work);
}

#[inline(always)]
fn each<W: Wide>(env: &Env, seats: &mut Seats, tick: u32, work: &mut Work) {
    for i in 0..seats.len() {
        let seat = &mut seats.seat(env, i);
        if env.plan.tank.dim == 3 {
            observe::<W, 3>(env, seat, tick, work);
        } else {
            observe::<W, 2>(env, seat, tick, work);
        }
    }
}

/// Fills the observation: first what is searched for among neighbours, then slice by slice.
#[inline(always)]
fn observe<W: Wide, const D: usize>(env: &Env, seat: &mut Seat, tick: u32, work: &mut Work) {
    let s = env.species;
    // Among the sorted, where it stands beside its neighbours; its own state is far away in memory.
    let at = seat.place as usize;
    let ([x, y, z], [u, v, w]) = (&env.sorted.pos, &env.sorted.heading);
    let pos = [x[at], y[at], z[at]];
    let axes = body_axes([u[at], v[at], w[at]]);
    let senses = senses(env);
    for (search, fills) in &work.searches {
        work.near.gather::<W, D>(env, seat.place, pos, search);
        for &index in fills {
            let Some(sense) = senses.get(index) else {
                if index == SOCIAL {
                    [seat.social[0], seat.social[1]] = social::<W, D>(env, axes[0], &work.near);
                } else {
                    seat.social[2] = flock::<D>(env, axes[0], &work.near);
                }
                continue;
            };
            let out = &mut seat.obs[sense.start as usize..(sense.start + sense.len) as usize];
            if sense.kind == SENSE_NEAREST {
                nearest(env, sense, seat.place, &work.near, out);
            } else {
                work.sweep.add_up::<W, D>(env, sense, axes, &work.near);
                neighbours::<D>(env, sense, &work.sweep, out);
            }
        }
    }
    for (index, sense) in senses.iter().enumerate() {
        let range = sense.start as usize..(sense.start + sense.len) as usize;
        let (agent, out) = (seat.agent, &mut seat.obs[range]);
        match sense.kind {
            SENSE_NEIGHBOURS | SENSE_NEAREST => {}
            SENSE_FIELD_VALUE => out[0] = taste(env, sense, pos),
            SENSE_FIELD_GRADIENT => gradient(env, sense, pos, axes, out),
            SENSE_FIELD_ANTENNAE => antennae(env, sense, pos, axes, out),
            SENSE_WALLS => walls(env, sense, pos, axes, out),
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
}

/// What the sums over neighbours come to.
#[inline(always)]
fn neighbours<const D: usize>(env: &Env, sense: &SenseParams, Sweep { sums, heard, .. }: &Sweep, out: &mut [f32]) {
    let channels = if sense.gives & GIVES_SIGNALS != 0 { sense.channels as usize } else { 0 };
    let k = env.plan.tank.sense_scale;
    let per_sector = (sense.per_sector as usize).max(1);
    for (sector, (sum, out)) in sums.iter().zip(out.chunks_exact_mut(per_sector)).enumerate() {
        let weight = sum[1] as f32 / k;
        let mut at = 0;
        if sense.gives & GIVES_PROXIMITY != 0 {
            out[at] = weight / (1.0 + weight);
            at += 1;
        }
        if sense.gives & GIVES_OFFSET != 0 {
            for axis in 0..D {
                out[at] = if sum[0] > 0 { sum[2 + axis] as f32 / k / sum[0] as f32 } else { 0.0 };
                at += 1;
            }
        }
        if sense.gives & GIVES_HEADING != 0 {
            for axis in 0..D {
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
fn nearest(env: &Env, sense: &SenseParams, place: u32, near: &Near, out: &mut [f32]) {
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

/// Nearness of the nearest of its own kind, and mean cosine with those in social range; `own` is the agent's heading.
#[inline(always)]
fn social<W: Wide, const D: usize>(env: &Env, own: Vec3, near: &Near) -> [f32; 2] {
    let tank = &env.plan.tank;
    let (scale, around) = (W::splat(tank.sense_scale), W::splat(tank.social_range * tank.social_range));
    let (mut align, mut crowd, mut least) = (W::zero(), 0, f32::MAX);
    let headings = rows::<D>(&near.heading, near.len.next_multiple_of(BATCH));
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
fn flock<const D: usize>(env: &Env, own: Vec3, near: &Near) -> f32 {
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
