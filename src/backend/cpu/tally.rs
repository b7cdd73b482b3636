//! Stage *tally*: the living grow older, waits count down, and fitness is added up in fixed point.
//! Twin of `shaders/tally.wgsl`.

use super::sense::field_cell;
use super::world::World;
use crate::layout::*;
use crate::math::{fixed, length};

/// Updates every living agent, those born this tick among them.
pub fn tally(world: &mut World) {
    let plan = world.plan;
    let dt = plan.tank.dt;
    for s in &plan.species {
        for slot in s.slot_start as usize..(s.slot_start + s.slots) as usize {
            let note = world.scratch.notes[slot];
            let wound = world.scratch.wound[slot];
            let agent = &mut world.agents[slot];
            let sums = &mut world.tallies[slot];
            let mut add = |index: u32, value: f32| {
                let sum = &mut sums[index as usize];
                *sum = sum.saturating_add(fixed(value, TALLY_SCALE));
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
            let seat = world.scratch.seat[slot];
            if s.social == 1 && seat != NONE {
                let social = world.scratch.social[(s.slot_start + seat) as usize];
                add(TALLY_NEAR, social[0] * dt);
                add(TALLY_ALIGN, social[1] * dt);
            }
            add(TALLY_SPENT, note.spent as f32 / ENERGY_SCALE);
            let local = slot as u32 - s.slot_start;
            let mut strength = 0.0;
            for channel in 0..s.channels {
                strength += world.actions[(s.act_start + local * s.act_len + s.signal_action + channel) as usize].abs();
            }
            add(TALLY_SIGNAL, strength * dt);
            for (i, &field) in s.time_in.iter().enumerate() {
                if field != NONE {
                    let params = &plan.fields[field as usize];
                    let value = world.fields[field_cell(&plan.tank, params, agent.pos) as usize];
                    add(TALLY_FIELD + i as u32, if value > 0.1 * params.capacity { dt } else { 0.0 });
                }
            }
        }
    }
}
