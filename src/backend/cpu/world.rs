//! One world as the stages see it: its parts of the state arrays, and scratch memory that outlives no tick. Knows nothing
//! of what a stage does, or of threads.

use std::sync::atomic::AtomicI32;

use super::obstacles;
use super::wide::BATCH;
use crate::layout::*;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::world::WorldState;

/// Memory that a world's stages write and read within a tick; allocated once.
pub struct Scratch {
    /// Living agents in the order of their cells, then of their slots.
    pub sorted: Sorted,
    /// First sorted agent of each cell, and their number at the end.
    pub cell_start: Vec<u32>,
    /// Cell of each slot, NONE when dead.
    pub cell_of: Vec<u32>,
    /// Agents of each part of the slots in each cell, and then their next places; grown to what threads ask for.
    pub counts: Vec<u32>,
    /// Seats of each species, from its first slot on: the places of its living among `sorted`, in order. A species that is alone
    /// has a seat for every place.
    pub seats: Vec<u32>,
    /// Living agents of each species.
    pub living: Vec<u32>,
    /// Seat of each slot in its species, NONE when dead.
    pub seat: Vec<u32>,
    /// Signals as heard this tick: `[sig]`.
    pub heard: Vec<f32>,
    /// Observations by seat, blocks as in `SpeciesParams::obs_start`.
    pub obs: Vec<f32>,
    /// What each seat's agent notices of its own kind.
    pub social: Vec<Social>,
    /// What a tick does to each slot's agent.
    pub notes: Vec<Note>,
    /// Amount asked from each field cell, in steps of 1 / FIELD_SCALE.
    pub demand: Vec<AtomicI32>,
    /// Amount deposited into each field cell, in steps of 1 / FIELD_SCALE.
    pub deposit: Vec<AtomicI32>,
    /// Fields being written.
    pub fields: Vec<f32>,
    /// Slot that each agent bites at, or NONE.
    pub choice: Vec<u32>,
    /// What each agent loses to a bite.
    pub wound: Vec<Wound>,
    /// Obstacles as they are when the tick begins and when it ends, where any moves.
    pub obstacles: [Vec<ObstacleParams>; 2],
    /// Births of the ticks since the last `births` call.
    pub births: Vec<BirthRecord>,
    /// Willing parents and free slots of a species.
    pub willing: Vec<u32>,
    /// Free slots.
    pub free: Vec<u32>,
}

/// What an agent notices of its own kind: nearness of the nearest, mean cosine with those near, and flocking energy.
pub type Social = [f32; 3];

/// Slot of the biter, or NONE, and the energy that is lost.
pub type Wound = (u32, i32);

/// What a tick does to an agent, for the tally.
#[derive(Clone, Copy, Default)]
pub struct Note {
    /// Energy spent this tick, fixed point.
    pub spent: i32,
    /// Energy gained from fields this tick, fixed point.
    pub eaten: i32,
    /// Energy dealt this tick, fixed point; negative when no bite landed.
    pub dealt: i32,
    /// 1 when a number was not finite.
    pub fault: u32,
}

/// Living agents in cell order, component by component; a batch of empty places follows them.
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
                pos: std::array::from_fn(|_| vec![0.0; slots + BATCH]),
                heading: std::array::from_fn(|_| vec![0.0; slots + BATCH]),
                slot: vec![0; slots + BATCH],
                species: vec![0; slots + BATCH],
                id: vec![0; slots + BATCH],
            },
            cell_start: vec![0; d.grid_cells as usize + 1],
            cell_of: vec![NONE; slots],
            counts: vec![0; d.grid_cells as usize],
            seats: (0..d.slots).collect(),
            living: vec![0; plan.species.len()],
            seat: vec![NONE; slots],
            heard: vec![0.0; d.sig as usize],
            obs: vec![0.0; d.obs as usize],
            social: vec![[0.0; 3]; slots],
            notes: vec![Note::default(); slots],
            demand: atoms(d.field_cells),
            deposit: atoms(d.field_cells),
            fields: vec![0.0; d.field_cells as usize],
            choice: vec![NONE; slots],
            wound: vec![(NONE, 0); slots],
            obstacles: Default::default(),
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
    pub genomes: Vec<&'a mut [u32]>,
    /// Counters, a row a species.
    pub counters: &'a mut [[u32; COUNTERS as usize]],
    /// Signal masks, one a species.
    pub interventions: &'a mut [Intervention],
    /// Scratch.
    pub scratch: &'a mut Scratch,
}

impl World<'_> {
    /// Moves obstacles on to a tick. What is sensed is where they are as it begins, and bodies meet them where they are as it ends.
    pub fn move_obstacles(&mut self, tick: u32) {
        let all = &self.plan.obstacles;
        if all.iter().all(|o| o.course == COURSE_NONE) {
            return self.scratch.obstacles.iter_mut().for_each(Vec::clear);
        }
        for (out, tick) in self.scratch.obstacles.iter_mut().zip([tick, tick.wrapping_add(1)]) {
            obstacles::place(all, self.stream, tick, out);
        }
    }

    /// Obstacles as they are when the tick begins and when it ends.
    pub fn obstacles(&self) -> [&[ObstacleParams]; 2] {
        let [began, ends] = &self.scratch.obstacles;
        if began.is_empty() { [&self.plan.obstacles; 2] } else { [began, ends] }
    }
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
    let mut genomes: Vec<&mut [u32]> = state.genomes.iter_mut().map(|page| &mut page[..]).collect();
    let mut counters = &mut state.counters[..];
    let mut interventions = &mut state.interventions[..];
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
            interventions: take(&mut interventions, species),
            scratch,
        })
        .collect()
}
