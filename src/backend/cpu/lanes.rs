//! How a world hands its agents to a stage, over threads where asked for: from cell to cell while they sense, so that
//! neighbours are close in memory, and from slot to slot while they act. An agent writes its own place alone, so the order
//! cannot matter. Knows nothing of what a stage does.

use std::sync::atomic::AtomicI32;

use super::TASK_SLOTS;
use super::crowd;
use super::wide::fetch;
use super::world::{Note, Social, Sorted, World};
use crate::layout::*;
use crate::plan::Plan;
use crate::rng::Stream;

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
    /// All agents of the world, as they were when the tick began; empty while they act.
    pub agents: &'a [Agent],
    /// Signals as heard.
    pub heard: &'a [f32],
    /// Fields.
    pub fields: &'a [f32],
    /// Obstacles as they are when the tick begins and when it ends.
    pub obstacles: [&'a [ObstacleParams]; 2],
    /// Amounts asked from field cells.
    pub demand: &'a [AtomicI32],
    /// Amounts deposited into field cells.
    pub deposit: &'a [AtomicI32],
    /// Seat of each slot.
    pub seat: &'a [u32],
    /// Place of each seat, species after species.
    pub seats: &'a [u32],
    /// Observations of the species at hand by seat; empty while they are being made.
    pub obs: &'a [f32],
    /// The species at hand, and its index.
    pub species: &'a SpeciesParams,
    /// Index of the species.
    pub species_index: u32,
    /// Its genome rows in this world.
    pub genomes: &'a [u32],
    /// Whether what it deposits gets into fields.
    pub deposits: bool,
    /// Whether `crowd` makes the searches for neighbours, for the nearest and for its own kind.
    pub crowd: bool,
}

impl Env<'_> {
    /// Living agents of the world, of all species, when the tick began.
    pub fn living(&self) -> usize {
        self.cell_start.last().map_or(0, |last| *last as usize)
    }

    /// Observation of the agent in a slot.
    #[inline(always)]
    pub fn observation(&self, slot: u32) -> &[f32] {
        let (seat, len) = (self.seat[slot as usize] as usize, self.species.obs_len as usize);
        &self.obs[seat * len..(seat + 1) * len]
    }

    /// Asks for the observations of a few slots of the species from `first` on, which lie far apart in memory.
    #[inline(always)]
    pub fn fetch_observations(&self, first: u32) {
        let (s, len) = (self.species, self.species.obs_len as usize);
        let end = (first + LANES as u32).min(s.slot_start + s.slots);
        for seat in self.seat.get(first as usize..end as usize).unwrap_or_default() {
            // A short one lies in two lines of a cache at most; the processor finds the rest of a long one itself.
            let at = (*seat as usize).saturating_mul(len);
            if let Some(observation) = self.obs.get(at..at.saturating_add(len)) {
                observation.iter().take(1).chain(observation.last()).for_each(fetch);
            }
        }
    }
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
}

/// Everything of one agent once it has sensed.
pub struct Lane<'a> {
    /// Slot in the world.
    pub slot: u32,
    /// State.
    pub agent: &'a mut Agent,
    /// Action.
    pub action: &'a mut [f32],
    /// Memory.
    pub memory: &'a mut [f32],
    /// Note.
    pub note: &'a mut Note,
}

/// A run of neighbouring seats of one species.
pub struct Seats<'a> {
    places: &'a [u32],
    agents: &'a [Agent],
    actions: &'a [f32],
    obs: &'a mut [f32],
    social: &'a mut [Social],
}

impl<'a> Seats<'a> {
    /// Number of seats.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Place among the sorted of the agent on seat `i`.
    #[inline(always)]
    pub fn place(&self, i: usize) -> u32 {
        self.places[i]
    }

    /// What the agent on seat `i` notices of its own kind.
    #[inline(always)]
    pub fn social(&mut self, i: usize) -> &mut Social {
        &mut self.social[i]
    }

    /// The agent on seat `i`.
    #[inline(always)]
    pub fn seat(&mut self, env: &Env, i: usize) -> Seat<'_> {
        let s = env.species;
        let (o, a) = (s.obs_len as usize, s.act_len as usize);
        let place = self.places[i];
        let local = (env.sorted.slot[place as usize] - s.slot_start) as usize;
        Seat {
            place,
            agent: &self.agents[local],
            action: &self.actions[local * a..(local + 1) * a],
            obs: &mut self.obs[i * o..(i + 1) * o],
        }
    }

    /// Asks for the state of the agent on seat `i`, where there is such a seat.
    #[inline(always)]
    pub fn fetch(&self, env: &Env, i: usize) {
        if let Some(&place) = self.places.get(i) {
            fetch(&self.agents[(env.sorted.slot[place as usize] - env.species.slot_start) as usize]);
        }
    }

    /// Observations of seats `first` to before `end`, one after the other.
    #[inline(always)]
    pub fn observations(&mut self, env: &Env, first: usize, end: usize) -> &mut [f32] {
        let each = env.species.obs_len as usize;
        &mut self.obs[first * each..end * each]
    }

    fn run(self, env: &Env, parallel: bool, stage: &(impl Fn(&Env, &mut Seats) + Sync)) {
        let n = self.places.len();
        if parallel && n > TASK_SLOTS {
            let (left, right) = self.split(env.species, (n / 2).next_multiple_of(LANES));
            rayon::join(|| left.run(env, true, stage), || right.run(env, true, stage));
            return;
        }
        let mut all = self;
        stage(env, &mut all);
    }

    fn split(self, s: &SpeciesParams, at: usize) -> (Seats<'a>, Seats<'a>) {
        let (places, places_r) = self.places.split_at(at);
        let (obs, obs_r) = self.obs.split_at_mut(at * s.obs_len as usize);
        let (social, social_r) = self.social.split_at_mut(at);
        let (agents, actions) = (self.agents, self.actions);
        (
            Seats { places, agents, actions, obs, social },
            Seats { places: places_r, agents, actions, obs: obs_r, social: social_r },
        )
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
    /// The only slot of a species.
    pub fn of_one(
        agent: &'a mut Agent,
        actions: &'a mut [f32],
        memory: &'a mut [f32],
        note: &'a mut Note,
    ) -> Lanes<'a> {
        let (agents, notes) = (std::slice::from_mut(agent), std::slice::from_mut(note));
        Lanes { slot: 0, agents, actions, memory, notes }
    }

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

    /// Agents, their actions one after the other, and their notes.
    pub fn bodies(&mut self) -> (&mut [Agent], &mut [f32], &mut [Note]) {
        (self.agents, self.actions, self.notes)
    }

    /// Runs `stage` for each living agent.
    #[inline(always)]
    pub fn each(&mut self, env: &Env, stage: &mut impl FnMut(&Env, &mut Lane)) {
        let s = env.species;
        let (a, m) = (s.act_len as usize, s.mem_len as usize);
        for (i, (agent, note)) in self.agents.iter_mut().zip(&mut *self.notes).enumerate() {
            if agent.alive == 0 {
                continue;
            }
            let slot = self.slot + i as u32;
            stage(
                env,
                &mut Lane {
                    slot,
                    agent,
                    action: &mut self.actions[i * a..(i + 1) * a],
                    memory: &mut self.memory[i * m..(i + 1) * m],
                    note,
                },
            );
        }
    }

    fn run(self, env: &Env, task: usize, stage: &(impl Fn(&Env, &mut Lanes) + Sync)) {
        let n = self.len();
        if n > task {
            let (left, right) = self.split(env.species, (n / 2).next_multiple_of(LANES));
            rayon::join(|| left.run(env, task, stage), || right.run(env, task, stage));
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
    /// Runs `sense` for the seats of all living agents, a run of neighbours at a time, species after species and from cell
    /// to cell, over threads when `parallel`. It writes its own seats alone, so the order of agents cannot matter.
    pub fn each_seats(&mut self, parallel: bool, sense: impl Fn(&Env, &mut Seats) + Sync) {
        let mut obs = std::mem::take(&mut self.scratch.obs);
        let mut social = std::mem::take(&mut self.scratch.social);
        for (index, s) in self.plan.species.iter().enumerate() {
            if crowd::suffices(self.plan, s) {
                continue;
            }
            let part = |start: u32, len: u32| start as usize..(start + s.slots * len) as usize;
            let (slots, living) = (part(s.slot_start, 1), self.scratch.living[index] as usize);
            let seats = Seats {
                places: &self.scratch.seats[slots.clone()][..living],
                agents: &self.agents[slots.clone()],
                actions: &self.actions[part(s.act_start, s.act_len)],
                obs: &mut obs[part(s.obs_start, s.obs_len)],
                social: &mut social[slots],
            };
            seats.run(&self.env(index), parallel, &sense);
        }
        (self.scratch.obs, self.scratch.social) = (obs, social);
    }

    /// Runs `stage` for all slots, a few neighbours at a time, species after species, over threads in tasks of up to `task`
    /// slots when `parallel`. A stage writes its own lanes alone, so the order of agents cannot matter.
    pub fn each_lanes(&mut self, parallel: bool, task: usize, stage: impl Fn(&Env, &mut Lanes) + Sync) {
        let task = if parallel { task } else { usize::MAX };
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
            lanes.run(&self.env(index), task, &stage);
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
            agents: self.agents,
            heard: &self.scratch.heard,
            fields: self.fields,
            obstacles: self.obstacles(),
            demand: &self.scratch.demand,
            deposit: &self.scratch.deposit,
            seat: &self.scratch.seat,
            seats: &self.scratch.seats,
            obs: self.scratch.obs.get(obs).unwrap_or_default(),
            species: s,
            species_index: index as u32,
            genomes: self.genomes[index],
            deposits: self.interventions[index].lesions & LESION_DEPOSITS == 0,
            crowd: crowd::searches(self.plan),
        }
    }
}
