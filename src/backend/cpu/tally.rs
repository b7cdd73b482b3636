//! Stage *tally*: the living grow older, waits count down, and fitness is added up in fixed point.
//! Twin of `shaders/tally.wgsl`.

use rayon::prelude::*;

use super::TASK_SLOTS;
use super::sense::field_cell;
use super::world::World;
use crate::layout::*;
use crate::math::{fixed, length};

/// Updates every living agent, those born this tick among them.
pub fn tally(world: &mut World, parallel: bool) {
    let (plan, scratch, fields, actions) = (world.plan, &*world.scratch, &*world.fields, &*world.actions);
    let dt = plan.tank.dt;
    for s in &plan.species {
        let slots = s.slot_start as usize..(s.slot_start + s.slots) as usize;
        let one = |(local, (agent, sums)): (usize, (&mut Agent, &mut [i32; TALLIES as usize]))| {
            let slot = s.slot_start as usize + local;
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
        };
        let (agents, tallies) = (&mut world.agents[slots.clone()], &mut world.tallies[slots]);
        if parallel {
            agents.par_iter_mut().zip(tallies).enumerate().with_min_len(TASK_SLOTS).for_each(one);
        } else {
            agents.iter_mut().zip(tallies).enumerate().for_each(one);
        }
    }
}
