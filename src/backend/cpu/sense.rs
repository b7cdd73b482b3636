//! Stage *sense*: each agent's observation, slice after slice as its species lists them. Sums over neighbours are
//! fixed-point integers, so their order cannot matter; the k nearest break ties by id. Reads the sorted agents, what is
//! heard, and fields, all as they were when the tick began. Twin of `shaders/sense.wgsl`.

use std::cell::RefCell;
use std::ops::Range;

use super::crowd::sums::add_up;
use super::kin::{flock, social};
use super::lanes::{Env, Seat, Seats};
use super::near::{Around, Near, Search};
use super::nearest::nearest;
use super::obstacles::trace;
use super::pairs::{pairs, zones};
use super::sums::Sums;
use super::sweep::Sweep;
#[cfg(target_arch = "x86_64")]
use super::wide::{self, Best};
use super::wide::{Arrays, BATCH, Wide};
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, scale, sin, sub};
use crate::rng;

/// Seats ahead whose agents are fetched while one is at work: slots lie far apart in memory.
const FETCH_AHEAD: usize = 4;

thread_local! {
    static WORK: RefCell<Work> = RefCell::default();
}

/// What is worked with while agents of one species sense.
#[derive(Default)]
struct Work {
    /// The searches that fill all senses of neighbours: those that perceive the same species share one, over the widest of
    /// their ranges.
    searches: Vec<Searching>,
    /// Neighbours of the agent at hand, and of the one after it.
    near: [Near; 2],
    /// Sums over them, on their way to `sums`.
    sweep: Sweep,
    /// Sums of each sense, of a batch of agents; empty for senses of other kinds.
    sums: Vec<Sums>,
}

/// A search under way.
#[derive(Default)]
struct Searching {
    search: Search,
    /// The senses that it fills.
    fills: Vec<usize>,
    /// Where it looks.
    around: Around,
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
        let mut join = |searches: &mut Vec<Searching>, search: Search, sense: usize| {
            let at = searches[..used].iter().position(|other| other.search.mask == search.mask).unwrap_or(used);
            if at == used {
                // What a search works with is kept from species to species, so that nothing is allocated in a tick.
                if used == searches.len() {
                    searches.push(Searching::default());
                }
                searches[at].search = search;
                searches[at].fills.clear();
                searches[at].around.forget();
                used += 1;
            }
            searches[at].search.join(&search);
            searches[at].fills.push(sense);
        };
        for (index, sense) in senses(env).iter().enumerate() {
            if matches!(sense.kind, SENSE_NEIGHBOURS | SENSE_NEAREST) && !env.crowd {
                let search = Search {
                    range: sense.range,
                    mask: sense.mask & all,
                    headings: sense.gives & GIVES_HEADING != 0,
                    places: sense.kind == SENSE_NEAREST || sense.gives & GIVES_SIGNALS != 0,
                    distances: sense.kind == SENSE_NEIGHBOURS,
                };
                join(&mut self.searches, search, index);
            }
            if sense.kind == SENSE_PAIRS {
                let gives = |term| zones(env, sense).iter().any(|zone| zone.gives == term);
                let search = Search {
                    range: sense.range,
                    mask: sense.mask & all,
                    headings: gives(PAIR_HEADING),
                    places: [PAIR_VELOCITY, PAIR_ALIGN, PAIR_CONSENSUS].into_iter().any(gives),
                    distances: true,
                };
                join(&mut self.searches, search, index);
            }
        }
        let own = |range: f32| {
            let mask = 1 << env.species_index;
            Search { range, mask, headings: true, places: false, distances: false }
        };
        if env.species.social == 1 && !env.crowd {
            join(&mut self.searches, own(env.plan.tank.social_range), SOCIAL);
        }
        if env.species.flock == 1 && !env.crowd {
            join(&mut self.searches, own(env.species.flock_reach), FLOCK);
        }
        self.searches.truncate(used);
        if self.sums.len() < senses(env).len() {
            self.sums.resize_with(senses(env).len(), Sums::default);
        }
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
    if env.plan.tank.dim == 3 {
        batches::<W, 3>(env, seats, tick, work);
    } else {
        batches::<W, 2>(env, seats, tick, work);
    }
}

/// Fills observations, a batch of seats at a time.
#[inline(always)]
fn batches<W: Wide, const D: usize>(env: &Env, seats: &mut Seats, tick: u32, work: &mut Work) {
    let senses = senses(env);
    // Only these look at the agent's own state, which is far away in memory; its neighbours' copies are not.
    let own = senses.iter().any(|sense| matches!(sense.kind, SENSE_SPEED | SENSE_ENERGY));
    let others = senses.iter().any(|sense| !sense.searches());
    let mut first = 0;
    while first < seats.len() {
        let end = (first + BATCH).min(seats.len());
        for (sense, sums) in senses.iter().zip(&mut work.sums).filter(|(sense, _)| sense.kind == SENSE_NEIGHBOURS) {
            sums.clear(sense);
            if env.crowd {
                add_up::<W, D>(env, sense, seats.place(first) as usize, end - first, sums);
            }
        }
        for search in 0..work.searches.len() {
            look::<W, D>(env, seats, first..end, work, search);
        }
        for (sense, sums) in senses.iter().zip(&work.sums).filter(|(sense, _)| sense.kind == SENSE_NEIGHBOURS) {
            let each = env.species.obs_len as usize;
            sums.tell::<D>(env, sense, seats.observations(env, first, end), each);
        }
        if others {
            for i in first..end {
                if own {
                    seats.fetch(env, i + FETCH_AHEAD);
                }
                feel(env, &mut seats.seat(env, i), tick);
            }
        }
        if env.plan.tank.shuffle == 1 {
            (first..end).for_each(|i| shuffle(env, &mut seats.seat(env, i), tick));
        }
        if env.plan.tank.noise > 0.0 {
            (first..end).for_each(|i| blur(env, &mut seats.seat(env, i), tick));
        }
        first = end;
    }
}

/// Makes a search for the agents of a batch of seats, and fills what it is made for; what is only added up comes to be told
/// with the batch. Each search is made before the last one is worked with: see `Near::measure`.
#[inline(always)]
fn look<W: Wide, const D: usize>(env: &Env, seats: &mut Seats, batch: Range<usize>, work: &mut Work, search: usize) {
    let Searching { search, fills, around } = &mut work.searches[search];
    let [near, next] = &mut work.near;
    let (mut near, mut next) = (near, next);
    for i in batch.start..batch.end + 1 {
        if i < batch.end {
            let place = seats.place(i);
            next.gather::<W, D>(env, place, position(env, place), search, around);
        }
        if i > batch.start {
            let lane = i - 1 - batch.start;
            if search.distances {
                near.measure::<W>();
            }
            fill::<W, D>(env, seats, (i - 1, lane), near, fills, &mut work.sweep, &mut work.sums);
        }
        std::mem::swap(&mut near, &mut next);
    }
}

/// Fills what the neighbours of the agent on seat `i`, in a lane of the batch, are searched for.
#[inline(always)]
fn fill<W: Wide, const D: usize>(
    env: &Env,
    seats: &mut Seats,
    (i, lane): (usize, usize),
    near: &Near,
    fills: &[usize],
    sweep: &mut Sweep,
    sums: &mut [Sums],
) {
    let (senses, place) = (senses(env), seats.place(i));
    let axes = axes(env, place);
    for &index in fills {
        let Some(sense) = senses.get(index) else {
            let noticed = seats.social(i);
            if index == SOCIAL {
                [noticed[0], noticed[1]] = social::<W, D>(env, axes[0], near);
            } else {
                noticed[2] = flock::<D>(env, axes[0], near);
            }
            continue;
        };
        if sense.kind == SENSE_NEIGHBOURS {
            sweep.add_up::<W, D>(env, sense, axes, near, &mut sums[index], lane);
            continue;
        }
        let observation = seats.observations(env, i, i + 1);
        let out = &mut observation[sense.start as usize..(sense.start + sense.len) as usize];
        if sense.kind == SENSE_NEAREST {
            nearest(env, sense, place, near, out);
        } else {
            pairs::<W, D>(env, sense, place, axes, near, out);
        }
    }
}

/// Position of the agent at `place` among the sorted, where it stands beside its neighbours; its own state is far away.
#[inline(always)]
fn position(env: &Env, place: u32) -> Vec3 {
    let [x, y, z] = &env.sorted.pos;
    [x[place as usize], y[place as usize], z[place as usize]]
}

/// Body axes of the agent at `place` among the sorted.
#[inline(always)]
fn axes(env: &Env, place: u32) -> [Vec3; 3] {
    let [x, y, z] = &env.sorted.heading;
    body_axes([x[place as usize], y[place as usize], z[place as usize]])
}

/// Fills the slices of an observation that no neighbours are searched for.
#[inline(always)]
fn feel(env: &Env, seat: &mut Seat, tick: u32) {
    let s = env.species;
    let (pos, axes) = (position(env, seat.place), axes(env, seat.place));
    let senses = senses(env);
    for (index, sense) in senses.iter().enumerate() {
        let range = sense.start as usize..(sense.start + sense.len) as usize;
        let (agent, out) = (seat.agent, &mut seat.obs[range]);
        match sense.kind {
            SENSE_NEIGHBOURS | SENSE_NEAREST | SENSE_PAIRS => {}
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
                out[0] = rng::normal(rng::draw(env.stream, tick, env.sorted.id[seat.place as usize], purpose));
            }
            _ => out[0] = 1.0,
        }
    }
}

/// Puts what is told of each of the nearest, or the zeros of one that is not there, in random order (Fisher & Yates 1938).
fn shuffle(env: &Env, seat: &mut Seat, tick: u32) {
    let id = env.sorted.id[seat.place as usize];
    for sense in senses(env).iter().filter(|sense| sense.kind == SENSE_NEAREST) {
        for n in (1..sense.count).rev() {
            let at = sense.start + n * sense.per_sector;
            let words = rng::draw(env.stream, tick, id, DRAW_SHUFFLE ^ (at << 16));
            let other = sense.start + rng::below(words[0], n + 1) * sense.per_sector;
            for i in 0..sense.per_sector {
                seat.obs.swap((at + i) as usize, (other + i) as usize);
            }
        }
    }
}

/// Adds noise to what has been sensed. What is 0, as of those that are not there, stays so.
fn blur(env: &Env, seat: &mut Seat, tick: u32) {
    let id = env.sorted.id[seat.place as usize];
    for (i, x) in seat.obs.iter_mut().enumerate().filter(|(_, x)| **x != 0.0) {
        let words = rng::draw(env.stream, tick, id, DRAW_BLUR ^ ((i as u32) << 16));
        *x += env.plan.tank.noise * rng::normal(words);
    }
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
        *out = 1.0 - trace(&env.plan.tank, env.obstacles[0], pos, toward, sense.range) / sense.range;
    }
}
