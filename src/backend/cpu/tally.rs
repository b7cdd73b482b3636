//! Stage *tally*: lives end, the living grow older, waits count down, and fitness is added up in fixed point.
//! Twin of `shaders/tally.wgsl`.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use multiversion::multiversion;
use rayon::prelude::*;

use super::QUICK_SLOTS;
use super::sense::field_cell;
use super::turnover::death;
use super::world::{Scratch, World};
use crate::layout::*;
use crate::math::{fixed, length};
use crate::plan::Plan;

/// Updates every living agent, those born this tick among them. Ends lives first, where *turnover* has not.
pub fn tally(world: &mut World, parallel: bool) {
    let of = Of { plan: world.plan, scratch: world.scratch, fields: world.fields, actions: world.actions };
    for (s, counters) in world.plan.species.iter().zip(&mut *world.counters) {
        let slots = s.slot_start as usize..(s.slot_start + s.slots) as usize;
        let (agents, tallies) = (&mut world.agents[slots.clone()], &mut world.tallies[slots]);
        let died: [AtomicU32; COUNTERS as usize] = Default::default();
        if parallel {
            let tasks = agents.par_chunks_mut(QUICK_SLOTS).zip(tallies.par_chunks_mut(QUICK_SLOTS));
            tasks.enumerate().for_each(|(task, (agents, tallies))| {
                some(&of, s, task * QUICK_SLOTS, agents, tallies, &died);
            });
        } else {
            some(&of, s, 0, agents, tallies, &died);
        }
        for (counter, died) in counters.iter_mut().zip(died) {
            *counter = counter.wrapping_add(died.into_inner());
        }
    }
}

/// What the sums of a world are made of.
struct Of<'a> {
    plan: &'a Plan,
    scratch: &'a Scratch,
    fields: &'a [f32],
    actions: &'a [f32],
}

/// Updates neighbouring slots of a species, from `first` of it on.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn some(
    of: &Of,
    s: &SpeciesParams,
    first: usize,
    agents: &mut [Agent],
    tallies: &mut [[i32; TALLIES as usize]],
    died: &[AtomicU32; COUNTERS as usize],
) {
    let Of { plan, scratch, fields, actions } = of;
    let dt = plan.tank.dt;
    for (i, (agent, sums)) in agents.iter_mut().zip(tallies).enumerate() {
        let local = first + i;
        let slot = s.slot_start as usize + local;
        let (note, wound) = (scratch.notes[slot], scratch.wound[slot]);
        if s.evolution != EVOLVE_ECOLOGY
            && let Some(cause) = death(s, agent, &note, wound)
        {
            died[cause as usize].fetch_add(1, Relaxed);
        }
        let mut add = |index: u32, value: f32| {
            // Most of what could happen does not.
            if value != 0.0 {
                let sum = &mut sums[index as usize];
                *sum = sum.saturating_add(fixed(value, TALLY_SCALE));
            }
        };
        if wound.0 != NONE {
            // Also for the dead: the last bite counts.
            add(TALLY_TAKEN, wound.1 as f32 / ENERGY_SCALE);
        }
        if agent.alive == 0 {
            continue;
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
        if (s.social == 1 || s.flock == 1) && seat != NONE {
            let social = scratch.social[(s.slot_start + seat) as usize];
            add(TALLY_NEAR, social[0] * dt);
            add(TALLY_ALIGN, social[1] * dt);
            add(TALLY_FLOCK, social[2] * dt * FLOCK_UNIT);
        }
        add(TALLY_SPENT, note.spent as f32 / ENERGY_SCALE);
        let mut strength = 0.0;
        for channel in 0..s.channels {
            let at = s.act_start + local as u32 * s.act_len + s.signal_action + channel;
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
}
