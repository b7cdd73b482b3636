//! Stage *act*: actions move bodies, cost energy, and become the signals that others hear from the next tick on.
//! Twin of `shaders/act.wgsl`.

use multiversion::multiversion;
use rayon::prelude::*;

use super::TASK_SLOTS;
use super::lanes::{Env, Lane, Lanes};
use super::obstacles::expel;
use super::world::World;
use crate::layout::*;
use crate::math::{Vec3, add, body_axes, cos, dot, fixed, length, normalize_or, scale, sin};

/// Moves agents and charges them.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub fn act(env: &Env, lanes: &mut Lanes) {
    lanes.each(env, &mut |env, lane| one(env, lane));
}

#[inline(always)]
fn one(env: &Env, lane: &mut Lane) {
    let (tank, s) = (&env.plan.tank, env.species);
    let agent = &mut *lane.agent;
    match s.motion {
        MOTION_BODY => body(tank, s, agent, lane.action),
        MOTION_HEADING => heading(tank, s, agent, lane.action),
        _ => force(tank, s, agent, lane.action),
    }
    let moved = add(agent.pos, scale(agent.vel, tank.dt));
    let obstacles = &env.plan.obstacles;
    let free = if obstacles.is_empty() { moved } else { expel(obstacles, moved, 0.5 * s.length, tank.dim == 2) };
    agent.pos = keep_inside(tank, free);

    let pace = length(agent.vel) / s.top_speed.max(1e-6);
    let mut cost = s.cost_living + s.cost_moving * (pace * pace);
    for channel in 0..s.channels {
        cost += s.cost_signal * lane.action[(s.signal_action + channel) as usize].abs();
    }
    if s.attack_action != NONE && lane.action[s.attack_action as usize] > 0.0 {
        cost += s.cost_attack;
    }
    let spent = fixed(cost, ENERGY_SCALE);
    agent.energy -= spent;
    lane.note.spent = spent;
}

/// Thrust, yaw and pitch: speed settles to what is asked, the heading turns by at most the turn rates.
#[inline(always)]
fn body(tank: &TankParams, s: &SpeciesParams, agent: &mut Agent, action: &[f32]) {
    let thrust = action[0];
    let asked = if thrust < 0.0 { s.cruise * (1.0 + thrust) } else { s.cruise + thrust * (s.top_speed - s.cruise) };
    let speed = dot(agent.vel, agent.heading);
    let speed = speed + (asked - speed) * s.drag;
    let mut h = yaw(agent.heading, action[1] * s.yaw);
    if tank.dim == 3 {
        let angle = action[2] * s.pitch;
        let up = body_axes(h)[2];
        h = add(scale(h, cos(angle)), scale(up, sin(angle)));
    }
    agent.heading = level(h);
    agent.vel = scale(agent.heading, speed);
}

/// A new direction along the body axes, turned to by at most the yaw rate; speed is the cruising speed.
#[inline(always)]
fn heading(tank: &TankParams, s: &SpeciesParams, agent: &mut Agent, action: &[f32]) {
    let axes = body_axes(agent.heading);
    let mut wish = add(scale(axes[0], action[0]), scale(axes[1], action[1]));
    if tank.dim == 3 {
        wish = add(wish, scale(axes[2], action[2]));
    }
    let wish = normalize_or(wish, agent.heading);
    let ahead = dot(wish, agent.heading);
    // Turning by the full rate toward the wish, unless the wish is nearer than that.
    if ahead < cos(s.yaw) {
        let aside = add(wish, scale(agent.heading, -ahead));
        let aside = normalize_or(aside, axes[1]);
        agent.heading = level(add(scale(agent.heading, cos(s.yaw)), scale(aside, sin(s.yaw))));
    } else {
        agent.heading = level(wish);
    }
    agent.vel = scale(agent.heading, s.cruise);
}

/// Accelerations along the body axes against drag.
#[inline(always)]
fn force(tank: &TankParams, s: &SpeciesParams, agent: &mut Agent, action: &[f32]) {
    let axes = body_axes(agent.heading);
    let mut push = add(scale(axes[0], action[0]), scale(axes[1], action[1]));
    if tank.dim == 3 {
        push = add(push, scale(axes[2], action[2]));
    }
    let vel = add(scale(agent.vel, 1.0 - s.drag), scale(push, s.acceleration * tank.dt));
    let speed = length(vel);
    agent.vel = if speed > s.top_speed { scale(vel, s.top_speed / speed) } else { vel };
    agent.heading = level(normalize_or(agent.vel, agent.heading));
}

/// Turns a heading to its right by `angle` about the vertical.
#[inline(always)]
fn yaw(h: Vec3, angle: f32) -> Vec3 {
    let (c, s) = (cos(angle), sin(angle));
    [h[0] * c + h[1] * s, h[1] * c - h[0] * s, h[2]]
}

/// Length 1 again, and no steeper than `MAX_CLIMB`.
#[inline(always)]
fn level(h: Vec3) -> Vec3 {
    let h = normalize_or(h, [1.0, 0.0, 0.0]);
    if h[2].abs() <= MAX_CLIMB {
        return h;
    }
    let flat = (1.0 - MAX_CLIMB * MAX_CLIMB).sqrt();
    let along = normalize_or([h[0], h[1], 0.0], [1.0, 0.0, 0.0]);
    [along[0] * flat, along[1] * flat, if h[2] < 0.0 { -MAX_CLIMB } else { MAX_CLIMB }]
}

/// Applies the faces of the tank to a position.
#[inline(always)]
pub fn keep_inside(tank: &TankParams, pos: Vec3) -> Vec3 {
    let mut p = pos;
    for axis in 0..3 {
        let e = tank.extent[axis];
        if axis >= tank.dim as usize {
            p[axis] = 0.0;
        } else if tank.edge[axis] == EDGE_TORUS {
            let wrapped = p[axis] - (p[axis] / e).floor() * e;
            // A position just below 0 can round to the far face, which is the near face again.
            p[axis] = if wrapped >= e || wrapped < 0.0 { 0.0 } else { wrapped };
        } else if tank.edge[axis] == EDGE_WALL {
            p[axis] = p[axis].clamp(0.0, e);
        }
    }
    p
}

/// Writes this tick's signals into the ring; the dead are silent.
pub fn emit(world: &mut World, tick: u32, parallel: bool) {
    let d = &world.plan.dims;
    let row = (tick % d.history) * d.sig;
    for s in world.plan.species.iter().filter(|s| s.channels > 0) {
        let (agents, actions) = (&*world.agents, &*world.actions);
        let one = |(local, signals): (usize, &mut [f32])| {
            let alive = agents[s.slot_start as usize + local].alive == 1;
            let at = (s.act_start + local as u32 * s.act_len + s.signal_action) as usize;
            for (signal, action) in signals.iter_mut().zip(&actions[at..]) {
                *signal = if alive { *action } else { 0.0 };
            }
        };
        let start = (row + s.sig_start) as usize;
        let (each, signals) = (s.channels as usize, &mut world.signals[start..start + (s.slots * s.channels) as usize]);
        if parallel {
            signals.par_chunks_mut(each).enumerate().with_min_len(TASK_SLOTS).for_each(one);
        } else {
            signals.chunks_mut(each).enumerate().for_each(one);
        }
    }
}
