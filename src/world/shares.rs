//! Worlds cut from a state, put together again, and packed for their way between processes.

use std::ops::Range;

use super::WorldState;
use crate::ranks::{Unpack, pack};

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
            hearing: part(&mut self.hearing, worlds, first),
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
        self.hearing.append(&mut other.hearing);
    }

    /// All arrays, as their digest takes them in.
    pub(super) fn arrays(&self) -> Vec<&[u8]> {
        let mut arrays: Vec<&[u8]> = vec![
            bytemuck::cast_slice(&self.streams),
            bytemuck::cast_slice(&self.next_id),
            bytemuck::cast_slice(&self.agents),
            bytemuck::cast_slice(&self.tallies),
            bytemuck::cast_slice(&self.actions),
            bytemuck::cast_slice(&self.memory),
            bytemuck::cast_slice(&self.signals),
            bytemuck::cast_slice(&self.fields),
        ];
        arrays.extend(self.genomes.iter().map(|page| bytemuck::cast_slice::<u32, u8>(page)));
        arrays.extend([bytemuck::cast_slice(&self.counters), bytemuck::cast_slice(&self.hearing)]);
        arrays
    }

    /// Everything as one message.
    pub fn packed(&self) -> Vec<u8> {
        let front = [self.tick, self.genomes.len() as u64];
        let mut arrays: Vec<&[u8]> = vec![bytemuck::cast_slice(&front)];
        arrays.extend(self.arrays());
        pack(&arrays)
    }

    /// What was packed.
    pub fn unpacked(mut said: Unpack) -> WorldState {
        let front: Vec<u64> = said.array();
        let number = |at: usize| front.get(at).copied().unwrap_or(0);
        WorldState {
            tick: number(0),
            streams: said.array(),
            next_id: said.array(),
            agents: said.array(),
            tallies: said.array(),
            actions: said.array(),
            memory: said.array(),
            signals: said.array(),
            fields: said.array(),
            genomes: (0..number(1)).map(|_| said.array()).collect(),
            counters: said.array(),
            hearing: said.array(),
        }
    }
}
