//! One world as the stages see it: its parts of the state arrays, and scratch memory that outlives no tick. Knows how
//! to hand agents to threads; knows nothing of what a stage does.

use std::sync::atomic::AtomicI32;

use super::TASK_SLOTS;
use crate::layout::*;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::world::WorldState;

/// Memory that a world's stages write and read within a tick; allocated once.
pub struct Scratch {
    /// Living agents in the order of their cells, then of their slots.
    pub sorted: Sorted,
    /// First sorted agent of each cell, one more at the end.
    pub cell_start: Vec<u32>,
    /// Cell of each slot, NONE when dead.
    pub cell_of: Vec<u32>,
    /// Where each slot's agent stood when the tick began.
    pub start_pos: Vec<[f32; 3]>,
    /// Signals as heard this tick: `[sig]`.
    pub heard: Vec<f32>,
    /// Observations: `[obs]`.
    pub obs: Vec<f32>,
    /// What each agent notices besides its observation.
    pub notes: Vec<Note>,
    /// Amount asked from each field cell, in steps of 1 / FIELD_SCALE.
    pub demand: Vec<AtomicI32>,
    /// Amount deposited into each field cell, in steps of 1 / FIELD_SCALE.
    pub deposit: Vec<AtomicI32>,
    /// Fields being written.
    pub fields: Vec<f32>,
    /// Slot that each agent bites at, or NONE.
    pub choice: Vec<u32>,
    /// Slot whose bite each agent suffers, or NONE, and the energy it loses.
    pub wound: Vec<(u32, i32)>,
    /// Births of the ticks since the last `births` call.
    pub births: Vec<BirthRecord>,
    /// Willing parents and free slots of a species.
    pub willing: Vec<u32>,
    /// Free slots.
    pub free: Vec<u32>,
}

/// What an agent notices besides its observation.
#[derive(Clone, Copy, Default)]
pub struct Note {
    /// Nearness of the nearest of its kind, and mean cosine with its kind.
    pub social: [f32; 2],
    /// Energy spent this tick, fixed point.
    pub spent: i32,
    /// Energy gained from fields this tick, fixed point.
    pub eaten: i32,
    /// Energy dealt this tick, fixed point; negative when no bite landed.
    pub dealt: i32,
    /// 1 when a number was not finite.
    pub fault: u32,
}

/// Living agents in cell order, component by component.
#[derive(Default)]
pub struct Sorted {
    /// Positions.
    pub pos: [Vec<f32>; 3],
    /// Headings.
    pub heading: [Vec<f32>; 3],
    /// Slots.
    pub slot: Vec<u32>,
    /// Species.
    pub species: Vec<u32>,
    /// Ids.
    pub id: Vec<u32>,
}

impl Scratch {
    /// Scratch for a world of `plan`.
    pub fn new(plan: &Plan) -> Scratch {
        let d = &plan.dims;
        let slots = d.slots as usize;
        let atoms = |n: u32| (0..n).map(|_| AtomicI32::new(0)).collect();
        Scratch {
            sorted: Sorted {
                pos: [vec![0.0; slots], vec![0.0; slots], vec![0.0; slots]],
                heading: [vec![0.0; slots], vec![0.0; slots], vec![0.0; slots]],
                slot: vec![0; slots],
                species: vec![0; slots],
                id: vec![0; slots],
            },
            cell_start: vec![0; d.grid_cells as usize + 1],
            cell_of: vec![NONE; slots],
            start_pos: vec![[0.0; 3]; slots],
            heard: vec![0.0; d.sig as usize],
            obs: vec![0.0; d.obs as usize],
            notes: vec![Note::default(); slots],
            demand: atoms(d.field_cells),
            deposit: atoms(d.field_cells),
            fields: vec![0.0; d.field_cells as usize],
            choice: vec![NONE; slots],
            wound: vec![(NONE, 0); slots],
            births: Vec::new(),
            willing: Vec::with_capacity(slots),
            free: Vec::with_capacity(slots),
        }
    }
}

/// One world: its parts of the state, and its scratch.
pub struct World<'a> {
    /// The plan all worlds share.
    pub plan: &'a Plan,
    /// Index among the worlds, for records only; no draw depends on it.
    pub index: u32,
    /// Key of its draws.
    pub stream: Stream,
    /// Next free id.
    pub next_id: &'a mut u32,
    /// Parts of the arrays of `WorldState`.
    pub agents: &'a mut [Agent],
    /// Tallies.
    pub tallies: &'a mut [[i32; TALLIES as usize]],
    /// Actions.
    pub actions: &'a mut [f32],
    /// Memory.
    pub memory: &'a mut [f32],
    /// Signal ring.
    pub signals: &'a mut [f32],
    /// Fields.
    pub fields: &'a mut [f32],
    /// Genome rows, a slice a species.
    pub genomes: Vec<&'a mut [f32]>,
    /// Counters, a row a species.
    pub counters: &'a mut [[u32; COUNTERS as usize]],
    /// Signal masks, one a species.
    pub hearing: &'a mut [HearMask],
    /// Scratch.
    pub scratch: &'a mut Scratch,
}

/// Cuts the state into its worlds.
pub fn split<'a>(plan: &'a Plan, state: &'a mut WorldState, scratch: &'a mut [Scratch]) -> Vec<World<'a>> {
    /// Takes the next `n` items off a slice.
    fn take<'a, T>(rest: &mut &'a mut [T], n: usize) -> &'a mut [T] {
        let (head, tail) = std::mem::take(rest).split_at_mut(n);
        *rest = tail;
        head
    }
    let d = &plan.dims;
    let (slots, species) = (d.slots as usize, plan.species.len());
    let mut next_id = &mut state.next_id[..];
    let mut agents = &mut state.agents[..];
    let mut tallies = &mut state.tallies[..];
    let mut actions = &mut state.actions[..];
    let mut memory = &mut state.memory[..];
    let mut signals = &mut state.signals[..];
    let mut fields = &mut state.fields[..];
    let mut genomes: Vec<&mut [f32]> = state.genomes.iter_mut().map(|page| &mut page[..]).collect();
    let mut counters = &mut state.counters[..];
    let mut hearing = &mut state.hearing[..];
    scratch
        .iter_mut()
        .enumerate()
        .map(|(index, scratch)| World {
            plan,
            index: index as u32,
            stream: state.streams[index],
            next_id: &mut take(&mut next_id, 1)[0],
            agents: take(&mut agents, slots),
            tallies: take(&mut tallies, slots),
            actions: take(&mut actions, d.act as usize),
            memory: take(&mut memory, d.mem as usize),
            signals: take(&mut signals, (d.history * d.sig) as usize),
            fields: take(&mut fields, d.field_cells as usize),
            genomes: genomes
                .iter_mut()
                .zip(&plan.species)
                .map(|(page, s)| take(page, (s.rows * s.genome_stride) as usize))
                .collect(),
            counters: take(&mut counters, species),
            hearing: take(&mut hearing, species),
            scratch,
        })
        .collect()
}

/// What all agents of a world may read while each writes only its own lane.
pub struct Env<'a> {
    /// Plan.
    pub plan: &'a Plan,
    /// Key of the world's draws.
    pub stream: Stream,
    /// Agents in cell order, as they were when the tick began.
    pub sorted: &'a Sorted,
    /// First sorted agent of each cell.
    pub cell_start: &'a [u32],
    /// Signals as heard.
    pub heard: &'a [f32],
    /// Fields.
    pub fields: &'a [f32],
    /// The species at hand, and its index.
    pub species: &'a SpeciesParams,
    /// Index of the species.
    pub species_index: u32,
    /// Its genome rows in this world.
    pub genomes: &'a [f32],
}

/// Everything that belongs to one agent.
pub struct Lane<'a> {
    /// Slot in the world.
    pub slot: u32,
    /// State.
    pub agent: &'a mut Agent,
    /// Observation.
    pub obs: &'a mut [f32],
    /// Action.
    pub action: &'a mut [f32],
    /// Memory.
    pub memory: &'a mut [f32],
    /// Notes.
    pub note: &'a mut Note,
}

/// A run of neighbouring slots of one species.
struct Lanes<'a> {
    slot: u32,
    agents: &'a mut [Agent],
    obs: &'a mut [f32],
    actions: &'a mut [f32],
    memory: &'a mut [f32],
    notes: &'a mut [Note],
}

impl<'a> Lanes<'a> {
    fn split(self, s: &SpeciesParams, at: usize) -> (Lanes<'a>, Lanes<'a>) {
        let (agents, agents_r) = self.agents.split_at_mut(at);
        let (obs, obs_r) = self.obs.split_at_mut(at * s.obs_len as usize);
        let (actions, actions_r) = self.actions.split_at_mut(at * s.act_len as usize);
        let (memory, memory_r) = self.memory.split_at_mut(at * s.mem_len as usize);
        let (notes, notes_r) = self.notes.split_at_mut(at);
        (
            Lanes { slot: self.slot, agents, obs, actions, memory, notes },
            Lanes {
                slot: self.slot + at as u32,
                agents: agents_r,
                obs: obs_r,
                actions: actions_r,
                memory: memory_r,
                notes: notes_r,
            },
        )
    }

    fn run(self, env: &Env, parallel: bool, stage: &(impl Fn(&Env, &mut Lane) + Sync)) {
        let n = self.agents.len();
        if parallel && n > TASK_SLOTS {
            let (left, right) = self.split(env.species, n / 2);
            rayon::join(|| left.run(env, true, stage), || right.run(env, true, stage));
            return;
        }
        let s = env.species;
        let (o, a, m) = (s.obs_len as usize, s.act_len as usize, s.mem_len as usize);
        for (i, (agent, note)) in self.agents.iter_mut().zip(self.notes).enumerate() {
            if agent.alive == 0 {
                continue;
            }
            stage(
                env,
                &mut Lane {
                    slot: self.slot + i as u32,
                    agent,
                    obs: &mut self.obs[i * o..(i + 1) * o],
                    action: &mut self.actions[i * a..(i + 1) * a],
                    memory: &mut self.memory[i * m..(i + 1) * m],
                    note,
                },
            );
        }
    }
}

impl World<'_> {
    /// Runs `stage` for every living agent, species after species, over threads when `parallel`. A stage writes its
    /// own lane alone, so the order of agents cannot matter.
    pub fn each_agent(&mut self, parallel: bool, stage: impl Fn(&Env, &mut Lane) + Sync) {
        let scratch = &mut *self.scratch;
        for (index, s) in self.plan.species.iter().enumerate() {
            let part = |start: u32, len: u32| start as usize..(start + s.slots * len) as usize;
            let slots = part(s.slot_start, 1);
            let env = Env {
                plan: self.plan,
                stream: self.stream,
                sorted: &scratch.sorted,
                cell_start: &scratch.cell_start,
                heard: &scratch.heard,
                fields: self.fields,
                species: s,
                species_index: index as u32,
                genomes: self.genomes[index],
            };
            let lanes = Lanes {
                slot: s.slot_start,
                agents: &mut self.agents[slots.clone()],
                obs: &mut scratch.obs[part(s.obs_start, s.obs_len)],
                actions: &mut self.actions[part(s.act_start, s.act_len)],
                memory: &mut self.memory[part(s.mem_start, s.mem_len)],
                notes: &mut scratch.notes[slots],
            };
            lanes.run(&env, parallel, &stage);
        }
    }
}
