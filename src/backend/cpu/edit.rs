//! Between two ticks: edits, and reading parts of the state for viewers. Twin of `shaders/edit.wgsl` where it breeds.

use super::world::Scratch;
use crate::backend::{Birth, Deal, Edits};
use crate::genome::Variation;
use crate::layout::*;
use crate::plan::Plan;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::{WorldState, add_patch};

/// Applies edits in the order of the struct's fields.
pub fn edit(plan: &Plan, state: &mut WorldState, edits: &Edits) {
    let slots = plan.dims.slots as usize;
    for &(world, slot) in &edits.deaths {
        let species = super::interact::species_of(&plan.species, slot) as usize;
        let agent = &mut state.agents[world as usize * slots + slot as usize];
        if agent.alive == 1 {
            agent.alive = 0;
            let counter = &mut state.counters[world as usize * plan.species.len() + species][COUNT_AGED as usize];
            *counter = counter.wrapping_add(1);
        }
    }
    for &(world, slot) in &edits.renewals {
        let at = world as usize * slots + slot as usize;
        state.agents[at].age = 0;
        state.tallies[at] = [0; TALLIES as usize];
    }
    for birth in &edits.births {
        bear(plan, state, birth);
    }
    for &(world, slot, agent) in &edits.agents {
        state.agents[world as usize * slots + slot as usize] = agent;
    }
    for (species, world, row, genome) in &edits.genomes {
        let s = &plan.species[*species as usize];
        let at = ((world * s.rows + row) * s.genome_stride) as usize;
        plan.rows(*species as usize).encode(genome, &mut state.genomes[*species as usize][at..]);
    }
    edits.deals.iter().for_each(|dealt| deal(plan, state, dealt));
    for &(field, center, radius, amount) in &edits.patches {
        let params = &plan.fields[field as usize];
        let cells = params.dims.iter().product::<u32>() as usize;
        for world in 0..plan.dims.worlds as usize {
            let at = world * plan.dims.field_cells as usize + params.start as usize;
            add_patch(&mut state.fields[at..at + cells], params, center, radius, amount);
        }
    }
    for &(world, species, mask) in &edits.interventions {
        state.interventions[world as usize * plan.species.len() + species as usize] = mask;
    }
}

/// Writes each genome in the form of a row once, and copies it to its places.
fn deal(plan: &Plan, state: &mut WorldState, deal: &Deal) {
    let s = &plan.species[deal.species as usize];
    let (len, words) = (s.genome_len as usize, s.genome_words as usize);
    if words == 0 {
        return;
    }
    let mut rows = vec![0; deal.genomes.len() / len * words];
    for (genome, row) in deal.genomes.chunks_exact(len).zip(rows.chunks_exact_mut(words)) {
        plan.rows(deal.species as usize).encode(genome, row);
    }
    for &(world, row, which) in &deal.places {
        let to = (world as usize * s.rows as usize + row as usize) * s.genome_stride as usize;
        let from = which as usize * words;
        state.genomes[deal.species as usize][to..to + words].copy_from_slice(&rows[from..from + words]);
    }
}

fn bear(plan: &Plan, state: &mut WorldState, birth: &Birth) {
    let world = birth.world as usize;
    let index = super::interact::species_of(&plan.species, birth.slot) as usize;
    let s = &plan.species[index];
    let at = world * plan.dims.slots as usize + birth.slot as usize;
    let local = birth.slot - s.slot_start;
    state.agents[at] = birth.child;
    state.tallies[at] = [0; TALLIES as usize];
    let action = world * plan.dims.act as usize + (s.act_start + local * s.act_len) as usize;
    state.actions[action..action + s.act_len as usize].fill(0.0);
    let memory = world * plan.dims.mem as usize + (s.mem_start + local * s.mem_len) as usize;
    state.memory[memory..memory + s.mem_len as usize].fill(0.0);
    let page = (s.rows * s.genome_stride) as usize;
    let rows = &mut state.genomes[index][world * page..(world + 1) * page];
    let variation = Variation { rate: birth.mutation_rate, size: birth.mutation_size };
    let row = |slot: u32| ((slot - s.slot_start) / s.sharers * s.genome_stride) as usize;
    let second = (birth.second != NONE).then(|| row(birth.second));
    plan.rows(index).breed(rows, row(birth.slot), row(birth.parent), second, variation, birth.key);
    state.next_id[world] = state.next_id[world].max(birth.child.id + 1);
    let born = &mut state.counters[world * plan.species.len() + index][COUNT_BORN as usize];
    *born = born.wrapping_add(1);
}

/// Signals that world `world` emitted last.
pub fn last_signals<'a>(plan: &Plan, state: &'a WorldState, world: u32) -> &'a [f32] {
    let d = &plan.dims;
    // Before the first tick every row of the ring is silent, so any row will do.
    let row = (state.tick.wrapping_sub(1) as u32) % d.history;
    let at = ((world * d.history + row) * d.sig) as usize;
    &state.signals[at..at + d.sig as usize]
}

/// One world for viewing.
pub fn snapshot(plan: &Plan, state: &WorldState, world: u32) -> Snapshot {
    let d = &plan.dims;
    Snapshot {
        tick: state.tick,
        world,
        stream: state.streams[world as usize],
        agents: state.agents[WorldState::part(world, d.slots)].to_vec(),
        signals: last_signals(plan, state, world).to_vec(),
        fields: std::sync::Arc::new(state.fields[WorldState::part(world, d.field_cells)].to_vec()),
    }
}

/// Genome that an agent runs; empty beyond the last slot.
pub fn genome(plan: &Plan, state: &WorldState, world: u32, slot: u32) -> Vec<f32> {
    let index = super::interact::species_of(&plan.species, slot) as usize;
    let s = &plan.species[index];
    let row = (world * s.rows + slot.saturating_sub(s.slot_start) / s.sharers) * s.genome_stride;
    plan.rows(index).decode(state.genomes[index].get(row as usize..).unwrap_or_default())
}

/// What a species last sensed and did.
pub fn minds(plan: &Plan, state: &WorldState, scratch: &[Scratch], world: u32, species: usize) -> Minds {
    let s = &plan.species[species];
    let scratch = &scratch[world as usize];
    let (first, len) = (s.obs_start as usize, s.obs_len as usize);
    let mut observations = vec![0.0; s.slots as usize * len];
    let seats = &scratch.seat[s.slot_start as usize..(s.slot_start + s.slots) as usize];
    for (local, seat) in seats.iter().enumerate().filter(|(_, seat)| **seat != NONE) {
        let at = first + *seat as usize * len;
        observations[local * len..(local + 1) * len].copy_from_slice(&scratch.obs[at..at + len]);
    }
    let at = (world * plan.dims.act + s.act_start) as usize;
    Minds { observations, actions: state.actions[at..at + (s.slots * s.act_len) as usize].to_vec() }
}

/// One agent opened up.
pub fn detail(plan: &Plan, state: &WorldState, scratch: &[Scratch], world: u32, slot: u32) -> AgentDetail {
    let d = &plan.dims;
    let index = super::interact::species_of(&plan.species, slot);
    let s = &plan.species[index as usize];
    let local = slot.saturating_sub(s.slot_start);
    let cut = |numbers: &[f32], base: u32, start: u32, len: u32| -> Vec<f32> {
        let at = (base + start + local * len) as usize;
        numbers.get(at..at + len as usize).unwrap_or_default().to_vec()
    };
    // Who was not there when the last tick began has seen nothing.
    let seat = scratch[world as usize].seat.get(slot as usize).filter(|seat| **seat != NONE);
    let observation = seat.map_or(vec![0.0; s.obs_len as usize], |seat| {
        let at = (s.obs_start + seat * s.obs_len) as usize;
        scratch[world as usize].obs[at..at + s.obs_len as usize].to_vec()
    });
    AgentDetail {
        species: index,
        slot,
        agent: state.agents[WorldState::part(world, d.slots)].get(slot as usize).copied(),
        observation,
        memory: cut(&state.memory, world * d.mem, s.mem_start, s.mem_len),
        action: cut(&state.actions, world * d.act, s.act_start, s.act_len),
        signal: cut(last_signals(plan, state, world), 0, s.sig_start, s.channels),
        genome: genome(plan, state, world, slot),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{GroupSpec, SceneSpec, Sharing, SpeciesSpec};

    #[test]
    fn children_in_a_group_breed_the_row_of_their_group() {
        let other = SpeciesSpec { count: 3, ..Default::default() };
        let groups = SpeciesSpec { count: 12, sharing: Sharing::Group(GroupSpec { size: 4 }), ..Default::default() };
        let scene = SceneSpec { species: vec![other, groups], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let mut state = WorldState::start(&scene, &plan, &[[1, 2]]);
        let before = state.genomes[1].clone();
        let stride = plan.species[1].genome_stride as usize;
        let birth = |slot: u32, parent: u32| Birth {
            world: 0,
            slot,
            parent,
            second: NONE,
            mutation_rate: 0.0,
            mutation_size: 0.0,
            key: [0; 2],
            child: Agent { id: 15, alive: 1, ..bytemuck::Zeroable::zeroed() },
        };
        // Slots 3.. belong to the groups: 14 is the last of the third, 4 the second of the first; 8 stays as it is.
        let births = vec![birth(14, 4), birth(8, 8)];
        edit(&plan, &mut state, &Edits { births, ..Default::default() });
        assert_eq!(state.genomes[1][..2 * stride], before[..2 * stride]);
        assert_eq!(state.genomes[1][2 * stride..], before[..stride]);
        assert_ne!(before[..stride], before[2 * stride..]);
    }
}
