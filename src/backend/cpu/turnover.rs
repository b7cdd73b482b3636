//! Stage *turnover*: deaths, and the births of `Ecology`. Integer rules decide: the k-th willing parent in slot order
//! gets the k-th free slot. Births of other kinds of evolution are edits between ticks. Twin of `shaders/turnover.wgsl`.

use super::act::keep_inside;
use super::world::{Note, World, Wound};
use crate::genome::Variation;
use crate::layout::*;
use crate::math::{add, cos, scale, sin};
use crate::rng;

/// Ends lives of a species, and begins new ones where it breeds within ticks; lives of other species end with their tally.
pub fn turnover(world: &mut World, tick: u32) {
    for (index, s) in world.plan.species.iter().enumerate().filter(|(_, s)| s.evolution == EVOLVE_ECOLOGY) {
        for slot in s.slot_start as usize..(s.slot_start + s.slots) as usize {
            let (note, wound) = (&world.scratch.notes[slot], world.scratch.wound[slot]);
            if let Some(cause) = death(s, &mut world.agents[slot], note, wound) {
                let count = &mut world.counters[index][cause as usize];
                *count = count.wrapping_add(1);
            }
        }
        births(world, index, tick);
    }
}

/// Ends the life of an agent where it must, and gives the counter of what it died of.
#[inline(always)]
pub fn death(s: &SpeciesParams, agent: &mut Agent, note: &Note, wound: Wound) -> Option<u32> {
    if agent.alive == 0 {
        return None;
    }
    let cause = if note.fault == 1 || !finite(agent) {
        // What is not finite must not reach the neighbour grid or a reader of the state.
        agent.pos = [0.0; 3];
        agent.heading = [1.0, 0.0, 0.0];
        agent.vel = [0.0; 3];
        COUNT_FAULT
    } else if agent.energy <= 0 {
        if wound.0 != NONE { COUNT_EATEN } else { COUNT_STARVED }
    } else if s.evolution == EVOLVE_ECOLOGY && s.lifetime > 0 && agent.age >= s.lifetime {
        COUNT_AGED
    } else {
        return None;
    };
    agent.alive = 0;
    Some(cause)
}

/// Whether position, heading and velocity are numbers; by bits, because twins may not compare such floats alike.
#[inline(always)]
fn finite(agent: &Agent) -> bool {
    let all = agent.pos.iter().chain(&agent.heading).chain(&agent.vel);
    all.fold(true, |ok, x| ok & (x.to_bits() & 0x7f80_0000 != 0x7f80_0000))
}

fn births(world: &mut World, index: usize, tick: u32) {
    let s = &world.plan.species[index];
    let mut willing = std::mem::take(&mut world.scratch.willing);
    let mut free = std::mem::take(&mut world.scratch.free);
    willing.clear();
    free.clear();
    for slot in s.slot_start..s.slot_start + s.slots {
        let agent = &world.agents[slot as usize];
        if agent.alive == 0 {
            free.push(slot);
        } else if agent.energy > s.birth_energy && agent.refractory == 0 {
            willing.push(slot);
        }
    }
    let first_id = *world.next_id;
    for (k, (&parent, &slot)) in willing.iter().zip(&free).enumerate() {
        birth(world, index, tick, parent, slot, first_id + k as u32);
    }
    *world.next_id += willing.len().min(free.len()) as u32;
    world.scratch.willing = willing;
    world.scratch.free = free;
}

fn birth(world: &mut World, index: usize, tick: u32, parent: u32, slot: u32, id: u32) {
    let plan = world.plan;
    let s = &plan.species[index];
    let mother = &mut world.agents[parent as usize];
    mother.energy -= s.child_energy;
    // One more, because the tally of this tick already counts the wait down.
    mother.refractory = s.refractory + 1;
    let mother = *mother;
    let words = rng::draw(world.stream, tick, id, DRAW_BIRTH);
    let angle = (rng::uniform(words[0]) - 0.5) * std::f32::consts::TAU;
    // Level, so that it is a valid heading in a plane and in a volume.
    let heading = [cos(angle), sin(angle), 0.0];
    let before = &world.agents[slot as usize];
    let lost = if before.shows_fault() { before.id } else { NONE };
    world.agents[slot as usize] = Agent {
        pos: keep_inside(&plan.tank, add(mother.pos, scale(heading, s.length))),
        id,
        heading,
        alive: 1,
        vel: scale(heading, s.cruise),
        age: 0,
        energy: s.child_energy,
        handling: 0,
        refractory: s.refractory + 1,
        founder: mother.founder,
    };
    let local = slot - s.slot_start;
    world.tallies[slot as usize] = [0; TALLIES as usize];
    // No bite of its own landed, and the bite that its predecessor died of is not its own.
    world.scratch.notes[slot as usize] = Note { dealt: -1, ..Default::default() };
    let seat = world.scratch.seat[slot as usize];
    if seat != NONE {
        world.scratch.social[(s.slot_start + seat) as usize] = [0.0; 3];
    }
    world.scratch.wound[slot as usize] = (NONE, 0);
    world.actions[(s.act_start + local * s.act_len) as usize..][..s.act_len as usize].fill(0.0);
    world.memory[(s.mem_start + local * s.mem_len) as usize..][..s.mem_len as usize].fill(0.0);
    let variation = Variation { rate: s.mutation_rate, size: s.mutation_size };
    let key = rng::draw(world.stream, tick, id, DRAW_PARENT);
    let row = |local: u32| (local * s.genome_stride) as usize;
    let rows = &mut world.genomes[index];
    plan.rows(index).breed(rows, row(local), row(parent - s.slot_start), None, variation, [key[0], key[1]]);
    let born = &mut world.counters[index][COUNT_BORN as usize];
    *born = born.wrapping_add(1);
    world.scratch.births.push(BirthRecord {
        world: world.index,
        species: index as u32,
        slot,
        id,
        parent: mother.id,
        second: NONE,
        tick,
        lost,
    });
}
