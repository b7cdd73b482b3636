//! Stage *tally*: the living grow older, waits count down, and fitness is added up in fixed point.
//! Twin of `shaders/tally.wgsl`.

use multiversion::multiversion;
use rayon::prelude::*;

use super::TASK_SLOTS;
use super::sense::field_cell;
use super::world::{Scratch, World};
use crate::layout::*;
use crate::math::{fixed, length};
use crate::plan::Plan;

/// Updates every living agent, those born this tick among them.
pub fn tally(world: &mut World, parallel: bool) {
    let (plan, scratch) = (world.plan, &*world.scratch);
    for s in &plan.species {
        let slots = s.slot_start as usize..(s.slot_start + s.slots) as usize;
        let (agents, tallies) = (&mut world.agents[slots.clone()], &mut world.tallies[slots]);
        let read = Read { plan, s, scratch, fields: world.fields, actions: world.actions };
        let some = |(task, (agents, tallies)): (usize, (&mut [Agent], &mut [Tally]))| {
            add_up(&read, s.slot_start as usize + task * TASK_SLOTS, agents, tallies);
        };
        if parallel {
            agents.par_chunks_mut(TASK_SLOTS).zip(tallies.par_chunks_mut(TASK_SLOTS)).enumerate().for_each(some);
        } else {
            add_up(&read, s.slot_start as usize, agents, tallies);
        }
    }
}

/// Fitness tallies of one agent.
type Tally = [i32; TALLIES as usize];

/// What is read while agents of one species are tallied.
struct Read<'a> {
    plan: &'a Plan,
    s: &'a SpeciesParams,
    scratch: &'a Scratch,
    fields: &'a [f32],
    actions: &'a [f32],
}

/// Updates the agents from slot `first` on. Compiled for several instruction sets, because rounding is a single instruction
/// only from SSE4.1 and NEON on.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add_up(read: &Read, first: usize, agents: &mut [Agent], tallies: &mut [Tally]) {
    for (local, (agent, sums)) in agents.iter_mut().zip(tallies).enumerate() {
        one(read, first + local, agent, sums);
    }
}

#[inline(always)]
fn one(&Read { plan, s, scratch, fields, actions }: &Read, slot: usize, agent: &mut Agent, sums: &mut Tally) {
    let dt = plan.tank.dt;
    let (note, wound) = (scratch.notes[slot], scratch.wound[slot]);
    let mut add = |index: u32, value: f32| {
        let sum = &mut sums[index as usize];
        *sum = sum.saturating_add(fixed(value, TALLY_SCALE));
    };
    if wound.0 != NONE {
        // Also for the dead: the last bite counts.
        add(TALLY_TAKEN, wound.1 as f32 / ENERGY_SCALE);
    }
    if agent.alive == 0 {
        return;
    }
    agent.age += 1;
    agent.handling = agent.handling.saturating_sub(1);
    agent.refractory = agent.refractory.saturating_sub(1);
    add(TALLY_FOOD, note.eaten as f32 / ENERGY_SCALE);
    add(TALLY_ALIVE, dt);
    if note.dealt >= 0 {
        add(TALLY_PREY, 1.0);
        add(TALLY_DEALT, note.dealt as f32 / ENERGY_SCALE);
    }
    add(TALLY_DISTANCE, length(agent.vel) * dt);
    // Who was not there when the tick began has noticed nobody.
    let seat = scratch.seat[slot];
    if s.social == 1 && seat != NONE {
        let social = scratch.social[(s.slot_start + seat) as usize];
        add(TALLY_NEAR, social[0] * dt);
        add(TALLY_ALIGN, social[1] * dt);
    }
    add(TALLY_SPENT, note.spent as f32 / ENERGY_SCALE);
    let mut strength = 0.0;
    for channel in 0..s.channels {
        let at = s.act_start + (slot as u32 - s.slot_start) * s.act_len + s.signal_action + channel;
        strength += actions[at as usize].abs();
    }
    add(TALLY_SIGNAL, strength * dt);
    for (i, &field) in s.time_in.iter().enumerate() {
        if field != NONE {
            let params = &plan.fields[field as usize];
            let value = fields[field_cell(&plan.tank, params, agent.pos) as usize];
            add(TALLY_FIELD + i as u32, if value > 0.1 * params.capacity { dt } else { 0.0 });
        }
    }
}
