//! Stage *act*: actions move bodies, cost energy, and become the signals that others hear from the next tick on.
//! Twin of `shaders/act.wgsl`.

use multiversion::multiversion;
use rayon::prelude::*;

use super::QUICK_SLOTS;
use super::lanes::{Env, LANES, Lanes};
use super::obstacles::expel;
use super::world::World;
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, fixed, length, normalize_or, scale, sin};
use crate::rng;
/// One number of each agent.
type Row = [f32; LANES];

/// Bodies side by side, so that each operation is one for all of them.
struct Bodies {
    pos: [Row; 3],
    heading: [Row; 3],
    vel: [Row; 3],
}

/// Moves neighbouring agents and charges them.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub fn act(env: &Env, lanes: &mut Lanes) {
    let (tank, s) = (&env.plan.tank, env.species);
    let (agents, actions, notes) = lanes.bodies();
    let each = s.act_len as usize;
    if s.lamp == 1 {
        let signals = s.signal_action as usize..(s.signal_action + s.channels) as usize;
        for (_, action) in agents.iter().zip(actions.chunks_exact_mut(each)).filter(|(agent, _)| agent.alive == 1) {
            action[signals.clone()].iter_mut().for_each(|signal| *signal = if *signal > 0.0 { 1.0 } else { 0.0 });
        }
    }
    let mut bodies =
        Bodies { pos: [[0.0; LANES]; 3], heading: [[1.0; LANES], [0.0; LANES], [0.0; LANES]], vel: [[0.0; LANES]; 3] };
    let mut asked = [[0.0f32; LANES]; 3];
    for (l, (agent, action)) in agents.iter().zip(actions.chunks_exact(each)).enumerate() {
        for axis in 0..3 {
            bodies.pos[axis][l] = agent.pos[axis];
            bodies.heading[axis][l] = agent.heading[axis];
            bodies.vel[axis][l] = agent.vel[axis];
        }
        for (asked, action) in asked.iter_mut().zip(&action[..s.motion_actions as usize]) {
            asked[l] = *action;
        }
        if tank.body > 0.0 {
            let words = rng::draw(env.stream, 0, agent.id, DRAW_BODY);
            for (asked, word) in asked.iter_mut().zip(words) {
                asked[l] *= 1.0 + tank.body * (2.0 * rng::uniform(word) - 1.0);
            }
        }
    }
    if tank.dim == 2 {
        advance::<true>(tank, s, &mut bodies, &asked);
    } else {
        advance::<false>(tank, s, &mut bodies, &asked);
    }
    let obstacles = env.obstacles[1];
    let mut harm = [0i32; LANES];
    if !obstacles.is_empty() {
        for l in 0..agents.len() {
            let (free, hurt) = expel(obstacles, bodies.pos.map(|row| row[l]), 0.5 * s.length, tank.dim == 2);
            harm[l] = hurt;
            (0..3).for_each(|axis| bodies.pos[axis][l] = free[axis]);
        }
    }
    for (axis, row) in bodies.pos.iter_mut().enumerate() {
        row.iter_mut().for_each(|x| *x = inside(tank, axis, *x));
    }
    let mut cost = [0.0f32; LANES];
    let ([vx, vy, vz], top) = (&bodies.vel, s.top_speed.max(1e-6));
    for l in 0..LANES {
        let pace = length([vx[l], vy[l], vz[l]]) / top;
        cost[l] = s.cost_living + s.cost_moving * (pace * pace);
    }
    for (l, (agent, action)) in agents.iter_mut().zip(actions.chunks_exact(each)).enumerate() {
        if agent.alive == 0 {
            continue;
        }
        for signal in &action[s.signal_action as usize..(s.signal_action + s.channels) as usize] {
            cost[l] += s.cost_signal * signal.abs();
        }
        if s.attack_action != NONE && action[s.attack_action as usize] > 0.0 {
            cost[l] += s.cost_attack;
        }
        let spent = fixed(cost[l], ENERGY_SCALE);
        for axis in 0..3 {
            agent.pos[axis] = bodies.pos[axis][l];
            agent.heading[axis] = bodies.heading[axis][l];
            agent.vel[axis] = bodies.vel[axis][l];
        }
        // What obstacles take is not spent.
        agent.energy = (agent.energy - spent).saturating_sub(harm[l]);
        notes[l].spent = spent;
    }
}

/// Turns and moves bodies; `FLAT` in a plane, where nothing climbs.
#[inline(always)]
fn advance<const FLAT: bool>(tank: &TankParams, s: &SpeciesParams, bodies: &mut Bodies, asked: &[Row; 3]) {
    match s.motion {
        MOTION_BODY => each(bodies, asked, tank, |h, v, action| swim::<FLAT>(s, h, v, action)),
        MOTION_HEADING => each(bodies, asked, tank, |h, _, action| steer::<FLAT>(s, h, action)),
        MOTION_COURSE => each(bodies, asked, tank, |h, _, action| course::<FLAT>(s, h, action)),
        _ => each(bodies, asked, tank, |h, v, action| thrust::<FLAT>(tank, s, h, v, action)),
    }
}

/// Gives each body the heading and velocity that `turn` makes of its own and of what it asks for, and moves it, with the current.
#[inline(always)]
fn each(bodies: &mut Bodies, asked: &[Row; 3], tank: &TankParams, turn: impl Fn(Vec3, Vec3, Vec3) -> (Vec3, Vec3)) {
    let Bodies { pos: [x, y, z], heading: [hx, hy, hz], vel: [vx, vy, vz] } = bodies;
    let [a, b, c] = asked;
    let (dt, drift) = (tank.dt, tank.drift);
    for l in 0..LANES {
        let (h, v) = turn([hx[l], hy[l], hz[l]], [vx[l], vy[l], vz[l]], [a[l], b[l], c[l]]);
        (hx[l], hy[l], hz[l]) = (h[0], h[1], h[2]);
        (vx[l], vy[l], vz[l]) = (v[0], v[1], v[2]);
        x[l] = x[l] + v[0] * dt + drift[0];
        y[l] = y[l] + v[1] * dt + drift[1];
        z[l] = z[l] + v[2] * dt + drift[2];
    }
}

/// The cruising speed along the heading as it is; only then it turns, by at most the turn rates.
#[inline(always)]
fn course<const FLAT: bool>(s: &SpeciesParams, heading: Vec3, action: Vec3) -> (Vec3, Vec3) {
    (turned::<FLAT>(s, heading, [action[0], action[1]]), scale(heading, s.cruise))
}

/// Thrust, yaw and pitch: speed settles to what is asked, the heading turns by at most the turn rates.
#[inline(always)]
fn swim<const FLAT: bool>(s: &SpeciesParams, heading: Vec3, vel: Vec3, action: Vec3) -> (Vec3, Vec3) {
    let thrust = action[0];
    let asked = if thrust < 0.0 { s.cruise * (1.0 + thrust) } else { s.cruise + thrust * (s.top_speed - s.cruise) };
    let speed = dot(vel, heading);
    let speed = speed + (asked - speed) * s.drag;
    let heading = turned::<FLAT>(s, heading, [action[1], action[2]]);
    (heading, scale(heading, speed))
}

/// A heading after yaw and, in a volume, pitch.
#[inline(always)]
fn turned<const FLAT: bool>(s: &SpeciesParams, heading: Vec3, [yaw_, pitch]: [f32; 2]) -> Vec3 {
    let mut h = yaw(heading, yaw_ * s.yaw);
    if !FLAT {
        let angle = pitch * s.pitch;
        let up = body_axes(h)[2];
        h = add(scale(h, cos(angle)), scale(up, sin(angle)));
    }
    level::<FLAT>(s, h)
}

/// What the motion actions ask for, along the body axes.
#[inline(always)]
fn asked_for<const FLAT: bool>(axes: [Vec3; 3], action: Vec3) -> Vec3 {
    let wish = add(scale(axes[0], action[0]), scale(axes[1], action[1]));
    if FLAT { wish } else { add(wish, scale(axes[2], action[2])) }
}

/// A new direction along the body axes, turned to by at most the yaw rate; speed is the cruising speed.
#[inline(always)]
fn steer<const FLAT: bool>(s: &SpeciesParams, heading: Vec3, action: Vec3) -> (Vec3, Vec3) {
    let axes = body_axes(heading);
    let wish = normalize_or(asked_for::<FLAT>(axes, action), heading);
    let ahead = dot(wish, heading);
    // Turning by the full rate toward the wish, unless the wish is nearer than that.
    let aside = normalize_or(add(wish, scale(heading, -ahead)), axes[1]);
    let full = add(scale(heading, cos(s.yaw)), scale(aside, sin(s.yaw)));
    let heading = level::<FLAT>(s, if ahead < cos(s.yaw) { full } else { wish });
    (heading, scale(heading, s.cruise))
}

/// Accelerations along the body axes against drag.
#[inline(always)]
fn thrust<const FLAT: bool>(
    tank: &TankParams,
    s: &SpeciesParams,
    heading: Vec3,
    vel: Vec3,
    action: Vec3,
) -> (Vec3, Vec3) {
    let push = asked_for::<FLAT>(body_axes(heading), action);
    let vel = add(scale(vel, 1.0 - s.drag), scale(push, s.acceleration * tank.dt));
    let speed = length(vel);
    let vel = if speed > s.top_speed { scale(vel, s.top_speed / speed) } else { vel };
    (level::<FLAT>(s, normalize_or(vel, heading)), vel)
}

/// Turns a heading to its right by `angle` about the vertical.
#[inline(always)]
fn yaw(h: Vec3, angle: f32) -> Vec3 {
    let (c, s) = (cos(angle), sin(angle));
    [h[0] * c + h[1] * s, h[1] * c - h[0] * s, h[2]]
}

/// Length 1 again, and in a volume no steeper than the species climbs.
#[inline(always)]
fn level<const FLAT: bool>(s: &SpeciesParams, h: Vec3) -> Vec3 {
    let h = normalize_or(h, [1.0, 0.0, 0.0]);
    if FLAT {
        // A zero may have either sign, and compilers of shaders do not keep it.
        return [h[0], h[1], 0.0];
    }
    let flat = (1.0 - s.climb * s.climb).sqrt();
    let along = normalize_or([h[0], h[1], 0.0], [1.0, 0.0, 0.0]);
    let steep = [along[0] * flat, along[1] * flat, if h[2] < 0.0 { -s.climb } else { s.climb }];
    if h[2].abs() <= s.climb { h } else { steep }
}

/// Applies the faces of the tank to a position.
#[inline(always)]
pub fn keep_inside(tank: &TankParams, pos: Vec3) -> Vec3 {
    [inside(tank, 0, pos[0]), inside(tank, 1, pos[1]), inside(tank, 2, pos[2])]
}

/// Applies the faces of an axis.
#[inline(always)]
fn inside(tank: &TankParams, axis: usize, x: f32) -> f32 {
    let e = tank.extent[axis];
    if axis >= tank.dim as usize {
        0.0
    } else if tank.edge[axis] == EDGE_TORUS {
        let wrapped = x - (x / e).floor() * e;
        // A position just below 0 can round to the far face, which is the near face again.
        if wrapped >= e || wrapped < 0.0 { 0.0 } else { wrapped }
    } else if tank.edge[axis] == EDGE_WALL {
        x.clamp(0.0, e)
    } else {
        x
    }
}

/// Writes this tick's signals into the ring; the dead are silent.
pub fn emit(world: &mut World, tick: u32, parallel: bool) {
    let d = &world.plan.dims;
    let row = (tick % d.history) * d.sig;
    for s in world.plan.species.iter().filter(|s| s.channels > 0) {
        let (agents, actions) = (&*world.agents, &*world.actions);
        let each = s.channels as usize;
        let some = |(task, signals): (usize, &mut [f32])| {
            let first = s.slot_start as usize + task * QUICK_SLOTS;
            let actions = &actions[s.act_start as usize + task * QUICK_SLOTS * s.act_len as usize..];
            let emitted = actions.chunks_exact(s.act_len as usize).map(|action| &action[s.signal_action as usize..]);
            for ((signals, agent), emitted) in signals.chunks_exact_mut(each).zip(&agents[first..]).zip(emitted) {
                for (signal, emitted) in signals.iter_mut().zip(emitted) {
                    *signal = if agent.alive == 1 { *emitted } else { 0.0 };
                }
            }
        };
        let start = (row + s.sig_start) as usize;
        let signals = &mut world.signals[start..start + s.slots as usize * each];
        if parallel {
            signals.par_chunks_mut(each * QUICK_SLOTS).enumerate().for_each(some);
        } else {
            signals.chunks_mut(each * QUICK_SLOTS).enumerate().for_each(some);
        }
    }
}
