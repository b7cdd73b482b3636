//! Moving `WorldState` to and from the device, whole or in part. Knows nothing of how ticks run.

use std::sync::Arc;

use super::header::Binding;
use super::records::{genome_starts, mind_parts, world_words};
use super::{GROUP, GpuBackend, dispatch, transfer};
use crate::backend::{BackendError, Census, Earned};
use crate::layout::*;
use crate::plan::Plan;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;

/// Words of a `World` before its counters: tick, next id, stream.
const WORLD_HEAD: usize = 4;

/// Words of an intervention.
const WORDS: usize = size_of::<Intervention>() / 4;

/// Packs the small state of the worlds as the WGSL struct `World` has it.
fn world_block(plan: &Plan, state: &WorldState) -> Vec<u32> {
    let (species, words) = (plan.species.len(), world_words(plan));
    let mut block = vec![0; words * plan.dims.worlds as usize];
    for (w, world) in block.chunks_exact_mut(words).enumerate() {
        // Names the tick in progress; the next tick's first kernel moves it on.
        world[0] = (state.tick as u32).wrapping_sub(1);
        world[1] = state.next_id[w];
        world[2..4].copy_from_slice(&state.streams[w]);
        let counters = &state.counters[w * species..(w + 1) * species];
        world[WORLD_HEAD..][..species * COUNTERS as usize].copy_from_slice(bytemuck::cast_slice(counters));
        let interventions = &state.interventions[w * species..(w + 1) * species];
        world[interventions_at(plan)..][..species * WORDS].copy_from_slice(bytemuck::cast_slice(interventions));
    }
    block
}

/// Word of a `World` at which its masks start.
fn interventions_at(plan: &Plan) -> usize {
    WORLD_HEAD + plan.species.len().max(1) * COUNTERS as usize
}

/// Byte at which the mask of (world, species) stands in the worlds' buffer.
pub fn mask_offset(plan: &Plan, world: u32, species: u32) -> u64 {
    (world as usize * world_words(plan) + interventions_at(plan) + species as usize * WORDS) as u64 * 4
}

/// Row of the signal ring that was written last.
pub fn last_row(plan: &Plan, tick: u64) -> u64 {
    u64::from((tick.wrapping_sub(1) as u32) % plan.dims.history)
}

fn bytes<T: bytemuck::Pod>(items: &mut [T]) -> &mut [u8] {
    bytemuck::cast_slice_mut(items)
}

impl GpuBackend {
    /// Replaces the live state.
    pub(super) fn load_state(&mut self, state: &WorldState) -> Result<(), BackendError> {
        let fits = {
            let own = self.empty_state();
            let lens = |s: &WorldState| {
                let small = [s.streams.len(), s.next_id.len(), s.agents.len(), s.tallies.len(), s.counters.len()];
                let large = [s.actions.len(), s.memory.len(), s.signals.len(), s.fields.len(), s.interventions.len()];
                (small, large)
            };
            let genomes = state.genomes.iter().zip(&own.genomes);
            lens(&own) == lens(state)
                && state.genomes.len() == own.genomes.len()
                && genomes.into_iter().all(|(new, own)| new.is_empty() || new.len() == own.len())
        };
        if !fits {
            return Err(BackendError::Refused("a state must have the sizes of the scene".into()));
        }
        let [_, act, mem, heard, signals, _] = mind_parts(&self.plan);
        debug_assert_eq!(heard - mem, state.memory.len() as u64);
        self.shared.guarded("loading worlds", || {
            let put = |binding: Binding, at: u64, data: &[u8]| {
                transfer::write(&self.shared, self.buffers.get(binding, 0), at * 4, data);
            };
            put(Binding::Worlds, 0, bytemuck::cast_slice(&world_block(&self.plan, state)));
            put(Binding::Agents, 0, bytemuck::cast_slice(&state.agents));
            put(Binding::Tallies, 0, bytemuck::cast_slice(&state.tallies));
            put(Binding::Mind, act, bytemuck::cast_slice(&state.actions));
            put(Binding::Mind, mem, bytemuck::cast_slice(&state.memory));
            put(Binding::Mind, signals, bytemuck::cast_slice(&state.signals));
            put(Binding::Fields, 0, bytemuck::cast_slice(&state.fields));
            put(Binding::BirthLog, 0, &[0; 4]);
            for (page, start) in state.genomes.iter().zip(genome_starts(&self.plan)) {
                self.write_genomes(start, page);
            }
            self.shared.queue.submit([]);
        })?;
        self.tick = state.tick;
        self.streams = state.streams.clone();
        self.births.clear();
        Ok(())
    }

    /// Writes words among all genomes from `first` on.
    pub(super) fn write_genomes(&self, first: u64, words: &[u32]) {
        let mut rest = words;
        for (page, at, n) in self.buffers.pieces(first, first + words.len() as u64) {
            let (head, tail) = rest.split_at(n);
            transfer::write(&self.shared, self.buffers.get(Binding::Genomes, page), at * 4, bytemuck::cast_slice(head));
            rest = tail;
        }
    }

    /// Queues reads of words among all genomes from `first` on.
    fn genome_reads<'a>(&'a self, first: u64, words: &'a mut [u32], reads: &mut Vec<transfer::Read<'a>>) {
        let end = first + words.len() as u64;
        let mut rest = words;
        for (page, at, n) in self.buffers.pieces(first, end) {
            let (head, tail) = rest.split_at_mut(n);
            reads.push((self.buffers.get(Binding::Genomes, page), at * 4, bytes(head)));
            rest = tail;
        }
    }

    /// A state of the right sizes, filled with zeros.
    fn empty_state(&self) -> WorldState {
        let d = &self.plan.dims;
        let (worlds, species) = (d.worlds as usize, self.plan.species.len());
        let slots = worlds * d.slots as usize;
        WorldState {
            tick: self.tick,
            streams: vec![[0; 2]; worlds],
            next_id: vec![0; worlds],
            agents: bytemuck::zeroed_vec(slots),
            tallies: vec![[0; TALLIES as usize]; slots],
            actions: vec![0.0; worlds * d.act as usize],
            memory: vec![0.0; worlds * d.mem as usize],
            signals: vec![0.0; worlds * (d.history * d.sig) as usize],
            fields: vec![0.0; worlds * d.field_cells as usize],
            genomes: (0..species).map(|s| vec![0; self.plan.genome_total(s)]).collect(),
            counters: vec![[0; COUNTERS as usize]; worlds * species],
            interventions: bytemuck::zeroed_vec(worlds * species),
        }
    }

    /// Copies the whole live state out.
    pub(super) fn save_state(&mut self) -> Result<WorldState, BackendError> {
        let mut state = self.empty_state();
        let [_, act, mem, _, signals, _] = mind_parts(&self.plan);
        let mut block = vec![0u32; world_words(&self.plan) * self.plan.dims.worlds as usize];
        let get = |binding| self.buffers.get(binding, 0);
        let mut reads: Vec<transfer::Read> = vec![
            (get(Binding::Worlds), 0, bytes(&mut block)),
            (get(Binding::Agents), 0, bytes(&mut state.agents)),
            (get(Binding::Tallies), 0, bytes(&mut state.tallies)),
            (get(Binding::Mind), act * 4, bytes(&mut state.actions)),
            (get(Binding::Mind), mem * 4, bytes(&mut state.memory)),
            (get(Binding::Mind), signals * 4, bytes(&mut state.signals)),
            (get(Binding::Fields), 0, bytes(&mut state.fields)),
        ];
        for (page, start) in state.genomes.iter_mut().zip(genome_starts(&self.plan)) {
            self.genome_reads(start, page, &mut reads);
        }
        transfer::read(&self.shared, reads)?;
        state.streams = self.streams.clone();
        self.unpack_worlds(&block, &mut state.next_id, &mut state.counters, &mut state.interventions);
        Ok(state)
    }

    fn unpack_worlds(
        &self,
        block: &[u32],
        next_id: &mut [u32],
        counters: &mut [[u32; COUNTERS as usize]],
        interventions: &mut [Intervention],
    ) {
        let species = self.plan.species.len();
        for (w, world) in block.chunks_exact(world_words(&self.plan)).enumerate() {
            next_id[w] = world[1];
            for k in 0..species {
                let at = WORLD_HEAD + k * COUNTERS as usize;
                counters[w * species + k].copy_from_slice(&world[at..at + COUNTERS as usize]);
                if let Some(mask) = interventions.get_mut(w * species + k) {
                    let at = interventions_at(&self.plan) + k * WORDS;
                    *mask = bytemuck::pod_read_unaligned(bytemuck::cast_slice(&world[at..at + WORDS]));
                }
            }
        }
    }

    /// Reads agents, tallies, counters and last signals.
    pub(super) fn read_census(&mut self) -> Result<Census, BackendError> {
        let d = &self.plan.dims;
        let (worlds, slots, sig) = (d.worlds as usize, (d.worlds * d.slots) as usize, u64::from(d.sig));
        let mut census = Census {
            agents: bytemuck::zeroed_vec(slots),
            tallies: vec![[0; TALLIES as usize]; slots],
            counters: vec![[0; COUNTERS as usize]; worlds * self.plan.species.len()],
            next_id: vec![0; worlds],
            signals: vec![0.0; worlds * d.sig as usize],
        };
        let mut block = vec![0u32; world_words(&self.plan) * worlds];
        let get = |binding| self.buffers.get(binding, 0);
        let mut reads: Vec<transfer::Read> = vec![
            (get(Binding::Worlds), 0, bytes(&mut block)),
            (get(Binding::Agents), 0, bytes(&mut census.agents)),
            (get(Binding::Tallies), 0, bytes(&mut census.tallies)),
        ];
        for (w, part) in census.signals.chunks_exact_mut((d.sig as usize).max(1)).enumerate() {
            let row = w as u64 * u64::from(d.history) + last_row(&self.plan, self.tick);
            reads.push((get(Binding::Mind), (mind_parts(&self.plan)[4] + row * sig) * 4, bytes(part)));
        }
        transfer::read(&self.shared, reads)?;
        self.unpack_worlds(&block, &mut census.next_id, &mut census.counters, &mut []);
        Ok(census)
    }

    /// Gathers what fitness needs on the device and reads that.
    pub(super) fn read_earned(&mut self, asked: u32) -> Result<Earned, BackendError> {
        let d = &self.plan.dims;
        let (worlds, slots) = (d.worlds as usize, (d.worlds * d.slots) as usize);
        self.shared.guarded("gathering fitness", || {
            self.write_control(0, asked);
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                dispatch(&mut pass, &self.shared, &self.editing.earned, 0, (slots as u64).div_ceil(GROUP));
            }
            self.shared.queue.submit([encoder.finish()]);
        })?;
        let mut earned = Earned {
            asked,
            agents: vec![0; slots * Earned::words(asked)],
            counters: vec![[0; COUNTERS as usize]; worlds * self.plan.species.len()],
        };
        let mut block = vec![0u32; world_words(&self.plan) * worlds];
        let get = |binding| self.buffers.get(binding, 0);
        let reads =
            vec![(get(Binding::Worlds), 0, bytes(&mut block)), (get(Binding::Earned), 0, bytes(&mut earned.agents))];
        transfer::read(&self.shared, reads)?;
        self.unpack_worlds(&block, &mut vec![0; worlds], &mut earned.counters, &mut []);
        Ok(earned)
    }

    /// One world for viewing.
    pub(super) fn read_snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError> {
        let d = &self.plan.dims;
        let mut agents: Vec<Agent> = bytemuck::zeroed_vec(d.slots as usize);
        let mut fields = vec![0.0f32; d.field_cells as usize];
        let mut signals = vec![0.0f32; d.sig as usize];
        let row = u64::from(world * d.history) + last_row(&self.plan, self.tick);
        let get = |binding| self.buffers.get(binding, 0);
        transfer::read(
            &self.shared,
            vec![
                (get(Binding::Agents), u64::from(world) * u64::from(d.slots) * 64, bytes(&mut agents)),
                (get(Binding::Fields), u64::from(world) * u64::from(d.field_cells) * 4, bytes(&mut fields)),
                (get(Binding::Mind), (mind_parts(&self.plan)[4] + row * u64::from(d.sig)) * 4, bytes(&mut signals)),
            ],
        )?;
        Ok(Snapshot {
            tick: self.tick,
            world,
            stream: self.streams[world as usize],
            agents,
            signals,
            fields: Arc::new(fields),
        })
    }

    /// Where the genome of an agent, the `local`-th of its species, begins among all genomes.
    fn genome_at(&self, species: usize, world: u32, local: u32) -> u64 {
        let s = &self.plan.species[species];
        let row = u64::from(world) * u64::from(s.rows) + u64::from(local / s.sharers);
        genome_starts(&self.plan)[species] + row * u64::from(s.genome_stride)
    }

    /// Genomes of several agents of a world.
    pub(super) fn read_genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        let species = |slot: u32| self.plan.species.iter().position(|s| slot < s.slot_start + s.slots).unwrap_or(0);
        let owners: Vec<usize> = slots.iter().map(|slot| species(*slot)).collect();
        let empty = |species: &usize| vec![0; self.plan.species[*species].genome_words as usize];
        let mut rows: Vec<Vec<u32>> = owners.iter().map(empty).collect();
        let mut reads: Vec<transfer::Read> = vec![];
        for ((slot, &species), row) in slots.iter().zip(&owners).zip(&mut rows) {
            let local = slot - self.plan.species[species].slot_start;
            self.genome_reads(self.genome_at(species, world, local), row, &mut reads);
        }
        transfer::read(&self.shared, reads)?;
        Ok(owners.iter().zip(&rows).map(|(species, row)| self.plan.rows(*species).decode(row)).collect())
    }

    /// What a species last sensed and did.
    pub(super) fn read_minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError> {
        let (d, s) = (&self.plan.dims, &self.plan.species[species]);
        let empty = |each: u32| vec![0.0f32; s.slots as usize * each as usize];
        let (mut observations, mut actions) = (empty(s.obs_len), empty(s.act_len));
        let [obs, act, ..] = mind_parts(&self.plan);
        let at = |base: u64, each: u32, start: u32| (base + u64::from(world) * u64::from(each) + u64::from(start)) * 4;
        let mind = self.buffers.get(Binding::Mind, 0);
        let reads: Vec<transfer::Read> = vec![
            (mind, at(obs, d.obs, s.obs_start), bytes(&mut observations)),
            (mind, at(act, d.act, s.act_start), bytes(&mut actions)),
        ];
        transfer::read(&self.shared, reads)?;
        Ok(Minds { observations, actions })
    }

    /// One agent opened up.
    pub(super) fn read_detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError> {
        let d = &self.plan.dims;
        let found = self.plan.species.iter().position(|s| slot < s.slot_start + s.slots);
        let (Some(index), true) = (found, world < d.worlds) else {
            return Ok(AgentDetail { slot, ..Default::default() });
        };
        let s = &self.plan.species[index];
        let local = slot - s.slot_start;
        let empty = |n: u32| vec![0.0f32; n as usize];
        let (mut observation, mut action, mut memory) = (empty(s.obs_len), empty(s.act_len), empty(s.mem_len));
        let (mut signal, mut row_words) = (empty(s.channels), vec![0; s.genome_words as usize]);
        let mut agent: [Agent; 1] = bytemuck::Zeroable::zeroed();
        let [obs, act, mem, _, sig, _] = mind_parts(&self.plan);
        let row = u64::from(world * d.history) + last_row(&self.plan, self.tick);
        let at = |base: u64, each: u32, start: u32, len: u32| {
            (base + u64::from(world) * u64::from(each) + u64::from(start) + u64::from(local) * u64::from(len)) * 4
        };
        let signal_at = (sig + row * u64::from(d.sig) + u64::from(s.sig_start) + u64::from(local * s.channels)) * 4;
        let genome_at = self.genome_at(index, world, local);
        let get = |binding| self.buffers.get(binding, 0);
        let mind = get(Binding::Mind);
        let mut reads: Vec<transfer::Read> = vec![
            (get(Binding::Agents), (u64::from(world) * u64::from(d.slots) + u64::from(slot)) * 64, bytes(&mut agent)),
            (mind, at(obs, d.obs, s.obs_start, s.obs_len), bytes(&mut observation)),
            (mind, at(act, d.act, s.act_start, s.act_len), bytes(&mut action)),
            (mind, at(mem, d.mem, s.mem_start, s.mem_len), bytes(&mut memory)),
            (mind, signal_at, bytes(&mut signal)),
        ];
        self.genome_reads(genome_at, &mut row_words, &mut reads);
        transfer::read(&self.shared, reads)?;
        let genome = self.plan.rows(index).decode(&row_words);
        let [agent] = agent;
        Ok(AgentDetail { species: index as u32, slot, agent: Some(agent), observation, memory, action, signal, genome })
    }
}
