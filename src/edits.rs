//! What passes between evolution and a backend: edits going in, the census coming out. Plain data, so that the two stay
//! strangers to each other.

use std::ops::Range;

use crate::layout::{Agent, COUNTERS, Intervention, TALLIES};

/// A child asked for by evolution, bred in place. The parents' genome rows must not be changed by another birth of the
/// batch, so that the order of births does not matter; births of one row carry the same parents and key. A birth whose
/// parent stands in its own row, without mutation, leaves the row as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Birth {
    /// World.
    pub world: u32,
    /// Slot of the child; it must be free (`alive == 0`).
    pub slot: u32,
    /// Slot of the first parent.
    pub parent: u32,
    /// Slot of the second parent, or NONE.
    pub second: u32,
    /// Chance that a number of the child changes.
    pub mutation_rate: f32,
    /// Deviation of a change.
    pub mutation_size: f32,
    /// Key of the child's draws.
    pub key: [u32; 2],
    /// Small state of the child (position, heading, energy, id ...), made by the caller.
    pub child: Agent,
}

/// Genomes of a species dealt to rows of many worlds; each is told once, however many rows it gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deal {
    /// Species.
    pub species: u32,
    /// The genomes, one after another.
    pub genomes: Vec<f32>,
    /// (world, row, which of the genomes).
    pub places: Vec<(u32, u32, u32)>,
}

/// Changes that evolution and commands ask for, applied between two ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// (world, slot) of agents whose life ends now.
    pub deaths: Vec<(u32, u32)>,
    /// Agents whose life goes on with age and tallies set back: elites of live evolution.
    pub renewals: Vec<(u32, u32)>,
    /// Children.
    pub births: Vec<Birth>,
    /// Small states to replace: (world, slot, what it is now).
    pub agents: Vec<(u32, u32, Agent)>,
    /// (species, world, row, genome) to write.
    pub genomes: Vec<(u32, u32, u32, Vec<f32>)>,
    /// Genomes to write to many rows.
    pub deals: Vec<Deal>,
    /// Patches dropped into a field of every world: (field, centre, radius, amount).
    pub patches: Vec<(u32, [f32; 3], f32, f32)>,
    /// What is done to a species of a world from now on: (world, species, intervention).
    pub interventions: Vec<(u32, u32, Intervention)>,
    /// Signals of a world to be heard until they are written again, where `HEAR_WRITTEN` says so: (world, `[sig]`).
    pub heard: Vec<(u32, Vec<f32>)>,
}

impl Edits {
    /// Those that concern some of the worlds, counted from the first of them.
    pub fn of_worlds(&self, worlds: &Range<u32>) -> Edits {
        let own = |world: u32| worlds.contains(&world).then(|| world - worlds.start);
        let lives = |lives: &[(u32, u32)]| lives.iter().filter_map(|(w, slot)| Some((own(*w)?, *slot))).collect();
        let births = self.births.iter().filter_map(|birth| Some(Birth { world: own(birth.world)?, ..*birth }));
        let genomes = self.genomes.iter().filter_map(|(s, w, row, genome)| Some((*s, own(*w)?, *row, genome.clone())));
        let deals = self.deals.iter().filter_map(|deal| {
            let places = deal.places.iter().filter_map(|(w, row, which)| Some((own(*w)?, *row, *which)));
            let places: Vec<_> = places.collect();
            (!places.is_empty()).then(|| Deal { species: deal.species, genomes: deal.genomes.clone(), places })
        });
        Edits {
            deals: deals.collect(),
            deaths: lives(&self.deaths),
            renewals: lives(&self.renewals),
            births: births.collect(),
            agents: self.agents.iter().filter_map(|(w, slot, agent)| Some((own(*w)?, *slot, *agent))).collect(),
            genomes: genomes.collect(),
            patches: self.patches.clone(),
            interventions: self
                .interventions
                .iter()
                .filter_map(|(w, species, mask)| Some((own(*w)?, *species, *mask)))
                .collect(),
            heard: self.heard.iter().filter_map(|(w, heard)| Some((own(*w)?, heard.clone()))).collect(),
        }
    }
}

/// The exact part of the state that evolution and measures read at fixed ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Census {
    /// `[worlds][slots]`.
    pub agents: Vec<Agent>,
    /// `[worlds][slots][TALLIES]`.
    pub tallies: Vec<[i32; TALLIES as usize]>,
    /// `[worlds][species]`.
    pub counters: Vec<[u32; COUNTERS as usize]>,
    /// Next free id: `[worlds]`.
    pub next_id: Vec<u32>,
    /// Signals of the last tick: `[worlds][sig]`.
    pub signals: Vec<f32>,
}

impl Census {
    /// Adds the worlds of another after its own.
    pub fn append(&mut self, mut other: Census) {
        self.agents.append(&mut other.agents);
        self.tallies.append(&mut other.tallies);
        self.counters.append(&mut other.counters);
        self.next_id.append(&mut other.next_id);
        self.signals.append(&mut other.signals);
    }
}

/// What the end of a round reads of every agent, in place of the census.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earned {
    /// Which tallies were asked for: bits below TALLIES.
    pub asked: u32,
    /// Of each agent its id, and then the tallies asked for, in their order: `[worlds][slots][1 + tallies]`.
    pub agents: Vec<u32>,
    /// `[worlds][species]`.
    pub counters: Vec<[u32; COUNTERS as usize]>,
}

impl Earned {
    /// Words of an agent when some tallies are asked for.
    pub fn words(asked: u32) -> usize {
        1 + Earned::tallies_of(asked).count()
    }

    /// The tallies asked for, in their order.
    pub fn tallies_of(asked: u32) -> impl Iterator<Item = usize> {
        (0..TALLIES as usize).filter(move |tally| asked >> tally & 1 == 1)
    }

    /// What there is to read of agents and their tallies.
    pub fn of(asked: u32, agents: &[Agent], tallies: &[[i32; TALLIES as usize]]) -> Earned {
        let mut own = Vec::with_capacity(agents.len() * Earned::words(asked));
        for (agent, tallies) in agents.iter().zip(tallies) {
            own.push(agent.id);
            own.extend(Earned::tallies_of(asked).map(|tally| tallies[tally] as u32));
        }
        Earned { asked, agents: own, counters: Vec::new() }
    }

    /// Id of the agent at a place among those of all worlds.
    pub fn id(&self, at: usize) -> u32 {
        self.agents[at * Earned::words(self.asked)]
    }

    /// Its tallies; those that were not asked for are 0.
    pub fn tallies(&self, at: usize) -> [i32; TALLIES as usize] {
        let mut tallies = [0; TALLIES as usize];
        let own = &self.agents[at * Earned::words(self.asked) + 1..];
        Earned::tallies_of(self.asked).zip(own).for_each(|(tally, value)| tallies[tally] = *value as i32);
        tallies
    }

    /// Adds the worlds of another after its own.
    pub fn append(&mut self, mut other: Earned) {
        self.asked = other.asked;
        self.agents.append(&mut other.agents);
        self.counters.append(&mut other.counters);
    }
}
