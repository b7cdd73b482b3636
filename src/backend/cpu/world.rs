//! One world as the stages see it: its parts of the state arrays, and scratch memory that outlives no tick. Knows how
//! to hand agents to threads; knows nothing of what a stage does.

use std::sync::atomic::AtomicI32;

use super::TASK_SLOTS;
use super::near::BATCH;
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
    /// Seats of each species, from its first slot on: the places of its living among `sorted`, in order.
    pub seats: Vec<u32>,
    /// Living agents of each species.
    pub living: Vec<u32>,
    /// Seat of each slot in its species, NONE when dead.
    pub seat: Vec<u32>,
    /// Signals as heard this tick: `[sig]`.
    pub heard: Vec<f32>,
    /// Observations by seat, blocks as in `SpeciesParams::obs_start`.
    pub obs: Vec<f32>,
    /// Nearness of the nearest of its kind, and mean cosine with its kind, by seat.
    pub social: Vec<[f32; 2]>,
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
    /// Slot whose bite each agent suffers, or NONE, and the energy it loses.
    pub wound: Vec<(u32, i32)>,
    /// Births of the ticks since the last `births` call.
    pub births: Vec<BirthRecord>,
    /// Willing parents and free slots of a species.
    pub willing: Vec<u32>,
    /// Free slots.
    pub free: Vec<u32>,
}

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
            start_pos: vec![[0.0; 3]; slots],
            seats: vec![0; slots],
            living: vec![0; plan.species.len()],
            seat: vec![NONE; slots],
            heard: vec![0.0; d.sig as usize],
            obs: vec![0.0; d.obs as usize],
            social: vec![[0.0; 2]; slots],
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
    /// Seat of each slot.
    pub seat: &'a [u32],
    /// Observations of the species at hand by seat; empty while they are being made.
    pub obs: &'a [f32],
    /// The species at hand, and its index.
    pub species: &'a SpeciesParams,
    /// Index of the species.
    pub species_index: u32,
    /// Its genome rows in this world.
    pub genomes: &'a [f32],
}

/// One agent while it senses.
pub struct Seat<'a> {
    /// Place among the sorted agents.
    pub place: u32,
    /// State.
    pub agent: &'a Agent,
    /// Last action.
    pub action: &'a [f32],
    /// Observation to fill.
    pub obs: &'a mut [f32],
    /// What it notices of its own kind.
    pub social: &'a mut [f32; 2],
}

/// Everything of one agent once it has sensed.
pub struct Lane<'a> {
    /// Slot in the world.
    pub slot: u32,
    /// State.
    pub agent: &'a mut Agent,
    /// Observation.
    pub obs: &'a [f32],
    /// Action.
    pub action: &'a mut [f32],
    /// Memory.
    pub memory: &'a mut [f32],
    /// Note.
    pub note: &'a mut Note,
}

/// A run of neighbouring seats of one species.
struct Seats<'a> {
    places: &'a [u32],
    obs: &'a mut [f32],
    social: &'a mut [[f32; 2]],
}

impl Seats<'_> {
    fn run(
        self,
        env: &Env,
        agents: &[Agent],
        actions: &[f32],
        parallel: bool,
        stage: &(impl Fn(&Env, &mut Seat) + Sync),
    ) {
        let (s, n) = (env.species, self.places.len());
        let (o, a) = (s.obs_len as usize, s.act_len as usize);
        if parallel && n > TASK_SLOTS {
            let (places, places_r) = self.places.split_at(n / 2);
            let (obs, obs_r) = self.obs.split_at_mut(n / 2 * o);
            let (social, social_r) = self.social.split_at_mut(n / 2);
            let right = Seats { places: places_r, obs: obs_r, social: social_r };
            rayon::join(
                || Seats { places, obs, social }.run(env, agents, actions, true, stage),
                || right.run(env, agents, actions, true, stage),
            );
            return;
        }
        let local = |place: u32| (env.sorted.slot[place as usize] - s.slot_start) as usize;
        let Some(&first) = self.places.first() else { return };
        let mut next = agents[local(first)];
        for (i, (&place, social)) in self.places.iter().zip(self.social).enumerate() {
            // The next agent is fetched while this one is at work: slots lie far apart in memory.
            let after = self.places.get(i + 1).map_or(next, |place| agents[local(*place)]);
            let agent = std::mem::replace(&mut next, after);
            let action = local(place) * a;
            stage(
                env,
                &mut Seat {
                    place,
                    agent: &agent,
                    action: &actions[action..action + a],
                    obs: &mut self.obs[i * o..(i + 1) * o],
                    social,
                },
            );
        }
    }
}

/// Most slots that a stage gets at once: as many as the widest processors have lanes for numbers.
pub const LANES: usize = 16;

/// A run of neighbouring slots of one species.
pub struct Lanes<'a> {
    /// First slot.
    pub slot: u32,
    agents: &'a mut [Agent],
    actions: &'a mut [f32],
    memory: &'a mut [f32],
    notes: &'a mut [Note],
}

impl<'a> Lanes<'a> {
    fn split(self, s: &SpeciesParams, at: usize) -> (Lanes<'a>, Lanes<'a>) {
        let (agents, agents_r) = self.agents.split_at_mut(at);
        let (actions, actions_r) = self.actions.split_at_mut(at * s.act_len as usize);
        let (memory, memory_r) = self.memory.split_at_mut(at * s.mem_len as usize);
        let (notes, notes_r) = self.notes.split_at_mut(at);
        (
            Lanes { slot: self.slot, agents, actions, memory, notes },
            Lanes {
                slot: self.slot + at as u32,
                agents: agents_r,
                actions: actions_r,
                memory: memory_r,
                notes: notes_r,
            },
        )
    }

    /// Slots.
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    /// Runs `stage` for each living agent.
    #[inline(always)]
    pub fn each(&mut self, env: &Env, stage: &mut impl FnMut(&Env, &mut Lane)) {
        let s = env.species;
        let (o, a, m) = (s.obs_len as usize, s.act_len as usize, s.mem_len as usize);
        for (i, (agent, note)) in self.agents.iter_mut().zip(&mut *self.notes).enumerate() {
            if agent.alive == 0 {
                continue;
            }
            let slot = self.slot + i as u32;
            let seat = env.seat[slot as usize] as usize;
            stage(
                env,
                &mut Lane {
                    slot,
                    agent,
                    obs: &env.obs[seat * o..(seat + 1) * o],
                    action: &mut self.actions[i * a..(i + 1) * a],
                    memory: &mut self.memory[i * m..(i + 1) * m],
                    note,
                },
            );
        }
    }

    fn run(self, env: &Env, parallel: bool, stage: &(impl Fn(&Env, &mut Lanes) + Sync)) {
        let n = self.len();
        if parallel && n > TASK_SLOTS {
            let (left, right) = self.split(env.species, n / 2);
            rayon::join(|| left.run(env, true, stage), || right.run(env, true, stage));
            return;
        }
        let mut rest = self;
        while rest.len() > LANES {
            let (mut first, others) = rest.split(env.species, LANES);
            stage(env, &mut first);
            rest = others;
        }
        if rest.len() > 0 {
            stage(env, &mut rest);
        }
    }
}

impl World<'_> {
    /// Runs `sense` for every living agent, species after species and from cell to cell, over threads when `parallel`. It
    /// writes its own seat alone, so the order of agents cannot matter.
    pub fn each_seat(&mut self, parallel: bool, sense: impl Fn(&Env, &mut Seat) + Sync) {
        let mut obs = std::mem::take(&mut self.scratch.obs);
        let mut social = std::mem::take(&mut self.scratch.social);
        for (index, s) in self.plan.species.iter().enumerate() {
            let part = |start: u32, len: u32| start as usize..(start + s.slots * len) as usize;
            let (slots, living) = (part(s.slot_start, 1), self.scratch.living[index] as usize);
            let seats = Seats {
                places: &self.scratch.seats[slots.clone()][..living],
                obs: &mut obs[part(s.obs_start, s.obs_len)],
                social: &mut social[slots.clone()],
            };
            let actions = &self.actions[part(s.act_start, s.act_len)];
            seats.run(&self.env(index), &self.agents[slots], actions, parallel, &sense);
        }
        (self.scratch.obs, self.scratch.social) = (obs, social);
    }

    /// Runs `stage` for every living agent.
    pub fn each_agent(&mut self, parallel: bool, stage: impl Fn(&Env, &mut Lane) + Sync) {
        self.each_lanes(parallel, |env, lanes| lanes.each(env, &mut |env, lane| stage(env, lane)));
    }

    /// Runs `stage` for all slots, a few neighbours at a time, species after species, over threads when `parallel`. A stage
    /// writes its own lanes alone, so the order of agents cannot matter.
    pub fn each_lanes(&mut self, parallel: bool, stage: impl Fn(&Env, &mut Lanes) + Sync) {
        let mut notes = std::mem::take(&mut self.scratch.notes);
        let agents = std::mem::take(&mut self.agents);
        let actions = std::mem::take(&mut self.actions);
        let memory = std::mem::take(&mut self.memory);
        for (index, s) in self.plan.species.iter().enumerate() {
            let part = |start: u32, len: u32| start as usize..(start + s.slots * len) as usize;
            let slots = part(s.slot_start, 1);
            let lanes = Lanes {
                slot: s.slot_start,
                agents: &mut agents[slots.clone()],
                actions: &mut actions[part(s.act_start, s.act_len)],
                memory: &mut memory[part(s.mem_start, s.mem_len)],
                notes: &mut notes[slots],
            };
            lanes.run(&self.env(index), parallel, &stage);
        }
        self.scratch.notes = notes;
        (self.agents, self.actions, self.memory) = (agents, actions, memory);
    }

    /// What all agents of species `index` may read.
    pub fn env(&self, index: usize) -> Env<'_> {
        let s = &self.plan.species[index];
        let obs = s.obs_start as usize..(s.obs_start + s.slots * s.obs_len) as usize;
        Env {
            plan: self.plan,
            stream: self.stream,
            sorted: &self.scratch.sorted,
            cell_start: &self.scratch.cell_start,
            heard: &self.scratch.heard,
            fields: self.fields,
            seat: &self.scratch.seat,
            obs: self.scratch.obs.get(obs).unwrap_or_default(),
            species: s,
            species_index: index as u32,
            genomes: self.genomes[index],
        }
    }
}
