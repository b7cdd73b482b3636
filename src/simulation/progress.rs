//! What a simulation remembers besides its worlds and populations: births, lives and counters since the last metrics
//! row. Saved with every checkpoint, so that a resumed run writes the rows that an uninterrupted one would.

use serde::{Deserialize, Serialize};

use crate::backend::Census;
use crate::evolution::turnover::Life;
use crate::layout::*;
use crate::plan::Plan;
use crate::scene::{Evolution, SceneSpec};
use crate::world::WorldState;

/// Agents named in one fault report, at most.
const NAMED: usize = 16;

/// Agents of one species removed because their state or genome was not finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Tick at which it was noticed.
    pub tick: u64,
    /// Name of the species.
    pub species: String,
    /// How many.
    pub count: u32,
    /// (world, id) of those known, at most 16.
    pub agents: Vec<(u32, u32)>,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<String> = self.agents.iter().map(|(world, id)| format!("{id} of world {world}")).collect();
        let named = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
        let agents = if self.count == 1 { "agent" } else { "agents" };
        write!(f, "tick {}: {} {agents} of `{}` not finite, removed{named}", self.tick, self.count, self.species)?;
        match self.count as usize - self.agents.len() {
            0 => Ok(()),
            more if self.agents.len() >= NAMED => write!(f, " and {more} more"),
            taken => write!(f, " ({taken} cannot be named: their places were taken before this run was gone on with)"),
        }
    }
}

/// Of one species.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SpeciesProgress {
    /// Births since the start of the run, over all worlds.
    pub born: u64,
    /// Counters at the last metrics row, summed over worlds.
    pub counters: [u32; COUNTERS as usize],
    /// Faults told so far.
    pub faults: u32,
    /// (world, id) of agents told as faulty whose slots may still show it.
    pub faulty: Vec<(u32, u32)>,
    /// (world, id) of agents whose places births have taken after a fault, since the last look. Not saved: a run that goes
    /// on from a checkpoint still counts them.
    #[serde(skip)]
    pub lost: Vec<(u32, u32)>,
    /// Whole lives that ended since the last metrics row: how many, summed fitness, summed energy from fields.
    pub lives: (u32, f64, f64),
    /// What is done to it: the words of an `Intervention`.
    pub intervention: [u32; size_of::<Intervention>() / 4],
}

/// Everything that a simulation remembers besides its worlds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Tick at which the present worlds started.
    pub(super) world_start: u64,
    /// Keys of the present worlds.
    pub(super) rounds: u64,
    /// See `Simulation::score`.
    pub(super) score: f64,
    pub(super) species: Vec<SpeciesProgress>,
    /// State of `Generational` evolution; filled in when saving.
    pub(super) generational: Option<Vec<u8>>,
}

impl Progress {
    /// Before the first tick.
    pub(super) fn start(scene: &SceneSpec) -> Progress {
        let species = SpeciesProgress { intervention: bytemuck::cast(Intervention::NONE), ..Default::default() };
        Progress { score: f64::NAN, species: vec![species; scene.species.len()], ..Default::default() }
    }

    /// Takes the saved populations out.
    pub(crate) fn take_populations(&mut self) -> Option<Vec<u8>> {
        self.generational.take()
    }

    /// Puts saved populations back.
    pub(crate) fn put_populations(&mut self, populations: Option<Vec<u8>>) {
        self.generational = populations;
    }

    /// Remembers what is done to a species, for worlds that start later.
    pub(super) fn intervene(&mut self, species: usize, intervention: &Intervention) {
        self.species[species].intervention = bytemuck::cast(*intervention);
    }

    /// What is done to a species in worlds that start now.
    pub(super) fn intervention(&self, species: usize) -> Intervention {
        bytemuck::cast(self.species[species].intervention)
    }

    /// Notes whole lives that ended.
    pub(super) fn note_lives(&mut self, species: usize, lives: &[Life]) {
        let (count, fitness, food) = &mut self.species[species].lives;
        for life in lives.iter().filter(|life| !life.fitness.is_nan()) {
            *count += 1;
            *fitness += f64::from(life.fitness);
            *food += f64::from(life.tallies[TALLY_FOOD as usize]) / f64::from(TALLY_SCALE);
        }
    }

    /// Notes a birth that a hand has brought about. Those of an ecology are counted by its backend.
    pub(super) fn note_born(&mut self, scene: &SceneSpec, species: usize) {
        if matches!(scene.species[species].evolution, Evolution::Turnover(_)) {
            self.species[species].born += 1;
        }
    }

    /// Generations of one species; `None` when it does not evolve.
    pub(super) fn generation_of(&self, scene: &SceneSpec, species: usize, generational: Option<u64>) -> Option<f64> {
        let spec = &scene.species[species];
        match spec.evolution {
            Evolution::Off => None,
            Evolution::Generational(_) => generational.map(|g| g as f64),
            Evolution::Turnover(_) | Evolution::Ecology(_) => {
                let population = u64::from(spec.count.max(1)) * u64::from(scene.rollout.worlds.max(1));
                Some(self.species[species].born as f64 / population as f64)
            }
        }
    }

    /// Generations that every evolving species has had.
    pub(super) fn generation(&self, scene: &SceneSpec, generational: Option<u64>) -> u64 {
        let all = (0..scene.species.len())
            .filter(|s| scene.species[*s].count > 0)
            .filter_map(|species| self.generation_of(scene, species, generational));
        all.reduce(f64::min).map_or(0, |least| least as u64)
    }

    /// Notes an agent whose place a birth took after it had been removed because it was not finite.
    pub(super) fn note_lost(&mut self, species: usize, world: u32, id: u32) {
        self.species[species].lost.push((world, id));
    }

    /// Whether nothing was faulty since the last look, by the counters alone; this counts as a look then.
    pub(super) fn faultless(&mut self, plan: &Plan, counters: &[[u32; COUNTERS as usize]]) -> bool {
        let told = |index: usize| totals(plan, counters, index)[COUNT_FAULT as usize] == self.species[index].faults;
        let faultless = (0..plan.species.len()).all(told);
        if faultless {
            self.species.iter_mut().for_each(|species| species.lost.clear());
        }
        faultless
    }

    /// Faults of each species since the last look, and the agents that still show it, by their places.
    pub(super) fn new_faults(
        &mut self,
        scene: &SceneSpec,
        plan: &Plan,
        census: &Census,
        tick: u64,
    ) -> (Vec<Fault>, Vec<Faulty>) {
        let (mut told, mut places) = (Vec::new(), Vec::new());
        for index in 0..plan.species.len() {
            let total = totals(plan, &census.counters, index)[COUNT_FAULT as usize];
            let count = total.wrapping_sub(self.species[index].faults);
            let mut lost = std::mem::take(&mut self.species[index].lost);
            if count == 0 {
                continue;
            }
            self.species[index].faults = total;
            let showing = showing(plan, census, index);
            let known = &self.species[index].faulty;
            let new: Vec<&Faulty> =
                showing.iter().filter(|f| !known.contains(&(f.world, f.id))).take(count as usize).collect();
            let species = scene.species[index].name.clone();
            lost.retain(|agent| !known.contains(agent));
            let agents = new.iter().map(|f| (f.world, f.id)).chain(lost).take(NAMED).collect();
            told.push(Fault { tick, species, count, agents });
            places.extend(new);
            self.species[index].faulty = showing.iter().take(4 * NAMED).map(|f| (f.world, f.id)).collect();
        }
        (told, places)
    }
}

/// Where an agent was removed because it was not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Faulty {
    pub species: usize,
    pub world: u32,
    pub slot: u32,
    pub id: u32,
}

/// The places of a species that show a fault.
fn showing(plan: &Plan, census: &Census, species: usize) -> Vec<Faulty> {
    let p = &plan.species[species];
    let mut found = Vec::new();
    for world in 0..plan.dims.worlds {
        let agents = &census.agents[WorldState::part(world, plan.dims.slots)];
        let slots = (p.slot_start..p.slot_start + p.slots).filter(|slot| agents[*slot as usize].shows_fault());
        found.extend(slots.map(|slot| Faulty { species, world, slot, id: agents[slot as usize].id }));
    }
    found
}

/// Counters of a species summed over worlds.
pub(super) fn totals(plan: &Plan, counters: &[[u32; COUNTERS as usize]], species: usize) -> [u32; COUNTERS as usize] {
    let mut sum = [0u32; COUNTERS as usize];
    for world in counters.chunks(plan.species.len()) {
        for (total, count) in sum.iter_mut().zip(&world[species]) {
            *total = total.wrapping_add(*count);
        }
    }
    sum
}
