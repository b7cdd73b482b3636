//! Worlds cut from a state, put together again, and packed for their way between processes.

use std::ops::Range;

use super::WorldState;
use crate::ranks::{Unpack, pack};

/// Arrays of a state but for the genomes.
pub const PARTS: usize = 10;

impl WorldState {
    /// Takes the worlds from `first` on away, and gives them. Species whose genomes are left out stay left out.
    pub fn split_off(&mut self, first: usize) -> WorldState {
        fn part<T>(all: &mut Vec<T>, worlds: usize, first: usize) -> Vec<T> {
            let each = all.len() / worlds.max(1);
            if first == 0 { std::mem::take(all) } else { all.split_off(each * first) }
        }
        let worlds = self.streams.len();
        WorldState {
            tick: self.tick,
            streams: part(&mut self.streams, worlds, first),
            next_id: part(&mut self.next_id, worlds, first),
            agents: part(&mut self.agents, worlds, first),
            tallies: part(&mut self.tallies, worlds, first),
            actions: part(&mut self.actions, worlds, first),
            memory: part(&mut self.memory, worlds, first),
            signals: part(&mut self.signals, worlds, first),
            fields: part(&mut self.fields, worlds, first),
            genomes: self.genomes.iter_mut().map(|page| part(page, worlds, first)).collect(),
            counters: part(&mut self.counters, worlds, first),
            interventions: part(&mut self.interventions, worlds, first),
        }
    }

    /// Some of the worlds, and no others.
    pub fn only(mut self, worlds: &Range<u32>) -> WorldState {
        self.split_off(worlds.end as usize);
        if worlds.start == 0 { self } else { self.split_off(worlds.start as usize) }
    }

    /// Adds worlds after its own, of the same plan and tick.
    pub fn append(&mut self, mut other: WorldState) {
        self.streams.append(&mut other.streams);
        self.next_id.append(&mut other.next_id);
        self.agents.append(&mut other.agents);
        self.tallies.append(&mut other.tallies);
        for (own, other) in [
            (&mut self.actions, &mut other.actions),
            (&mut self.memory, &mut other.memory),
            (&mut self.signals, &mut other.signals),
            (&mut self.fields, &mut other.fields),
        ] {
            own.append(other);
        }
        for (own, other) in self.genomes.iter_mut().zip(&mut other.genomes) {
            own.append(other);
        }
        self.counters.append(&mut other.counters);
        self.interventions.append(&mut other.interventions);
    }

    /// All arrays but the genomes, in their order.
    pub fn parts(&self) -> [&[u8]; PARTS] {
        [
            bytemuck::cast_slice(&self.streams),
            bytemuck::cast_slice(&self.next_id),
            bytemuck::cast_slice(&self.agents),
            bytemuck::cast_slice(&self.tallies),
            bytemuck::cast_slice(&self.actions),
            bytemuck::cast_slice(&self.memory),
            bytemuck::cast_slice(&self.signals),
            bytemuck::cast_slice(&self.fields),
            bytemuck::cast_slice(&self.counters),
            bytemuck::cast_slice(&self.interventions),
        ]
    }

    /// The state of such parts, wherever in memory they lie, and genomes. What does not fill an item is left out.
    pub fn of_parts(tick: u64, parts: [&[u8]; PARTS], genomes: Vec<Vec<u32>>) -> WorldState {
        let [streams, next_id, agents, tallies, actions, memory, signals, fields, counters, interventions] = parts;
        WorldState {
            tick,
            streams: bytemuck::pod_collect_to_vec(streams),
            next_id: bytemuck::pod_collect_to_vec(next_id),
            agents: bytemuck::pod_collect_to_vec(agents),
            tallies: bytemuck::pod_collect_to_vec(tallies),
            actions: bytemuck::pod_collect_to_vec(actions),
            memory: bytemuck::pod_collect_to_vec(memory),
            signals: bytemuck::pod_collect_to_vec(signals),
            fields: bytemuck::pod_collect_to_vec(fields),
            genomes,
            counters: bytemuck::pod_collect_to_vec(counters),
            interventions: bytemuck::pod_collect_to_vec(interventions),
        }
    }

    /// Everything as one message.
    pub fn packed(&self) -> Vec<u8> {
        let tick = self.tick.to_le_bytes();
        let pages = self.genomes.iter().map(|page| bytemuck::cast_slice::<u32, u8>(page));
        pack(&[&tick[..]].into_iter().chain(self.parts()).chain(pages).collect::<Vec<_>>())
    }

    /// What was packed.
    pub fn unpacked(mut said: Unpack) -> WorldState {
        let tick = said.array().first().copied().unwrap_or(0);
        let parts = std::array::from_fn(|_| said.bytes());
        let mut genomes = vec![];
        while !said.0.is_empty() {
            genomes.push(said.array());
        }
        WorldState::of_parts(tick, parts, genomes)
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::Plan;
    use crate::ranks::Unpack;
    use crate::scene;
    use crate::world::WorldState;

    #[test]
    fn what_is_packed_comes_out_and_what_is_cut_is_put_together_again() {
        let scene = scene::load("rivals").unwrap().spec;
        let streams: Vec<_> = (0..5).map(|world| [world, 3]).collect();
        let whole = WorldState { tick: 77, ..WorldState::start(&scene, &Plan::new(&scene, 5), &streams) };
        assert_eq!(WorldState::unpacked(Unpack(&whole.packed())), whole);
        let mut first = whole.clone().only(&(0..2));
        assert_eq!(first.streams, streams[..2]);
        first.append(whole.clone().only(&(2..5)));
        assert!(first == whole);
        assert!(whole.clone().only(&(3..3)).agents.is_empty());
    }
}
