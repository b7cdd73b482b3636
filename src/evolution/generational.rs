//! Whole populations: deals the genomes of every `Generational` species over rounds, worlds and rows, gathers their
//! fitness, and breeds. A state machine that its owner drives: `begin_round`, advance the worlds by the scene's
//! rollout, `end_round`. Knows nothing of backends, and of how a strategy breeds.
//!
//! *Dealing.* The places of a species in a generation are numbered by (round, world, row). Shuffled copies of the
//! population are dealt onto them one after another, each newly shuffled, until every genome has had at least the
//! scene's number of trials and the last round is full. So trials meet other partners in other worlds, the species
//! of a world are paired at random, no place is idle, and fitness is the mean over all places a genome had.
//!
//! *Champions.* At the end of a generation the best genome of a species that keeps champions joins its hall unless it
//! is there already, and the oldest leaves a full one. While several species evolve, the rows of such a species are run by its hall in one
//! world of every `deal::CHAMPION_WORLDS`, instead of by its population: there the others are judged against the past, and
//! its own rows are not judged.
//!
//! *Held-out seeds.* A generation that is scored has further rounds, in which the genome that the species' distribution stands
//! for, or else the best, runs all rows of its species in worlds that judge nobody: see `held_out`. They change nothing of
//! what evolves.

mod dealing;
mod individuals;
mod rating;
mod saved;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use self::individuals::Individuals;
use super::archive::{Archive, Axis};
use super::deal::Dealt;
use super::descriptors::{self, Gathered};
use super::fitness;
use super::held_out::Scoring;
use super::judge::{Judge, asked};
use super::population::{Origin, Population};
use super::round::{RoundEnd, RoundStart, evolving};
use super::strategy::{self, Architecture, Strategy};
use super::{LineageRecord, StateError};
use crate::edits::{Census, Deal, Earned};
use crate::layout::NONE;
use crate::plan::Plan;
use crate::rng;
use crate::scene::{DescriptorSpec, Evolution, HeldOutSpec, Judged, SceneSpec, Seeds};
use crate::world::random_genome;

/// Round number of the streams that belong to evolution itself; rounds of worlds count from 0 and never get here.
const EVOLUTION_ROUND: u64 = u64::MAX;

/// Added to the number of a generation whose worlds share their draws, for the streams they share.
const COMMON_ROUNDS: u64 = 1 << 62;

/// The best genome of a finished generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Champion {
    /// Genome.
    pub genome: Vec<f32>,
    /// Its number in the lineage.
    pub id: u32,
    /// Fitness that made it best of its generation.
    pub fitness: f32,
    /// Generation it was best of.
    pub generation: u64,
}

/// One evolving species.
struct Side {
    species: usize,
    /// Genome rows that agents use in a world.
    rows: u64,
    /// Most champions kept.
    champions: usize,
    strategy: Box<dyn Strategy>,
    kept: Kept,
    /// Axes of behaviour, and what has been gathered along them.
    axes: Vec<DescriptorSpec>,
    gathered: Gathered,
    /// Fitness that counts as nothing in the QD score.
    qd_offset: f32,
    /// Whose fitness counts for a genome.
    judged: Judged,
    /// What single agents earned in this generation, where they are selected one by one.
    individuals: Individuals,
    /// Agents that run a genome in a world.
    agents: usize,
}

impl Side {
    /// Turns to another way to judge. What single agents earned before in this generation is not known.
    fn judge_by(&mut self, judged: Judged) {
        if judged != self.judged {
            self.judged = judged;
            self.individuals = match judged {
                Judged::Individuals => Individuals::new(self.kept.sums.len(), self.agents),
                Judged::Own | Judged::Group => Individuals::default(),
            };
        }
    }
}

/// What a side saves besides its strategy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    hall: VecDeque<Vec<f32>>,
    /// Sum and number of the fitnesses of each genome in this generation.
    sums: Vec<f64>,
    counts: Vec<u32>,
    champion: Option<Champion>,
}

/// Evolution of all `Generational` species of a scene.
pub struct Generational {
    seed: u64,
    worlds: u64,
    trials: u64,
    ticks: u64,
    seeds: Seeds,
    held_out: HeldOutSpec,
    progress: Progress,
    scoring: Scoring,
    sides: Vec<Side>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    generation: u64,
    /// Round within the generation.
    round: u64,
    /// Rounds that judged, finished in the run.
    played: u64,
}

impl Generational {
    /// Starts from random populations; `None` when no species with agents evolves by generations. The number of
    /// worlds is the plan's.
    pub fn new(scene: &SceneSpec, plan: &Plan, seed: u64) -> Option<Generational> {
        let sides: Vec<Side> = evolving(scene)
            .into_iter()
            .map(|(species, spec)| {
                let (spec_of, p) = (&scene.species[species], &plan.species[species]);
                let key = rng::stream(seed, EVOLUTION_ROUND, species as u32);
                let (len, size) = (p.genome_len as usize, spec.population as usize);
                let mut genomes = vec![0.0; len * size];
                for member in 0..size {
                    let genome = &mut genomes[member * len..(member + 1) * len];
                    random_genome(genome, plan, species, &spec_of.controller, key, member as u32);
                }
                let first = Population { len, genomes, ids: (0..spec.population).collect() };
                let architecture = Architecture::of(plan, species, &spec_of.controller);
                let mut side = Side {
                    species,
                    rows: u64::from(fitness::rows(spec_of, p)),
                    champions: spec.champions as usize,
                    strategy: strategy::make(&spec.strategy, first, architecture, Axis::of(&spec.descriptors), key),
                    axes: spec.descriptors.clone(),
                    gathered: Gathered::new(size, plan.dims.worlds.into(), spec.descriptors.len()),
                    qd_offset: spec.qd_offset,
                    judged: Judged::Own,
                    individuals: Individuals::default(),
                    agents: fitness::members(spec_of, p, 0).len(),
                    kept: Kept { sums: vec![0.0; size], counts: vec![0; size], ..Default::default() },
                };
                side.judge_by(spec.judged);
                side
            })
            .collect();
        (!sides.is_empty()).then(|| Generational {
            seed,
            worlds: u64::from(plan.dims.worlds),
            trials: u64::from(scene.rollout.trials),
            ticks: u64::from(scene.rollout.ticks),
            seeds: scene.rollout.seeds.clone(),
            held_out: scene.rollout.held_out.clone(),
            progress: Progress::default(),
            scoring: Scoring::default(),
            sides,
        })
    }

    /// Starts a species from given genomes instead of random ones; see `Strategy::seed`. A species that does not
    /// evolve by generations is refused. Meant for before the first round.
    pub fn seed_population(&mut self, species: usize, rows: &[Vec<f32>]) -> Result<(), StateError> {
        let side = self.sides.iter_mut().find(|s| s.species == species);
        side.ok_or_else(|| StateError::Mismatch("the species has no population".into()))?.strategy.seed(rows)
    }

    /// Finished generations.
    pub fn generation(&self) -> u64 {
        self.progress.generation
    }

    /// Round under way in the generation, from 0, and rounds that the generation has.
    pub fn round(&self) -> (u64, u64) {
        (self.progress.round, self.rounds())
    }

    /// Rounds finished in the run, those that only score among them.
    pub fn played(&self) -> u64 {
        self.progress.played + self.scoring.played
    }

    /// What the round under way needs. Changes nothing: asking again gives the same.
    pub fn begin_round(&self) -> RoundStart {
        let scoring = self.scoring_round().is_some();
        let deals = self.sides.iter().enumerate().map(|(index, side)| {
            if scoring {
                let best = || side.kept.champion.as_ref().map(|c| c.genome.as_slice());
                let genomes = side.strategy.center().or_else(best).unwrap_or_default().to_vec();
                let all =
                    (0..self.worlds as u32).flat_map(|world| (0..side.rows as u32).map(move |row| (world, row, 0)));
                return Deal { species: side.species as u32, genomes, places: all.collect() };
            }
            // The champions after the population.
            let population = side.strategy.population();
            let mut genomes = population.genomes.clone();
            side.kept.hall.iter().for_each(|champion| genomes.extend_from_slice(champion));
            let place = |(place, dealt): (usize, Dealt)| {
                let which = match dealt {
                    Dealt::Member(member) => member,
                    Dealt::Champion(champion) => (population.size() + champion) as u32,
                };
                ((place as u64 / side.rows) as u32, (place as u64 % side.rows) as u32, which)
            };
            let places = self.deal(index).into_iter().enumerate().map(place).collect();
            Deal { species: side.species as u32, genomes, places }
        });
        let deals = deals.collect();
        let lineage = if self.progress.played == 0 { self.lineage() } else { vec![] };
        RoundStart { streams: self.streams(), deals, lineage }
    }

    /// The tallies that the evolving species are judged by, a bit each: what `end_round` wants to be told.
    pub fn asks(&self, scene: &SceneSpec, plan: &Plan) -> u32 {
        self.sides.iter().fold(0, |all, side| all | asked(scene, plan, side.species))
    }

    /// Whether the worlds of the round under way are to be looked at, every so many ticks of their age: see `look`.
    pub fn looks(&self) -> bool {
        !self.is_scoring() && self.sides.iter().any(|side| descriptors::are_seen(&side.axes))
    }

    /// Looks at the worlds as they stand, for axes of behaviour that are measures of a school.
    pub fn look(&mut self, scene: &SceneSpec, plan: &Plan, census: &Census) {
        for side in &mut self.sides {
            side.gathered.look(&side.axes, scene, plan, census, side.species);
        }
    }

    /// Takes what the agents of the round earned, with the worlds as they stand at its end. The last round of a
    /// generation breeds the next populations.
    pub fn end_round(&mut self, scene: &SceneSpec, plan: &Plan, earned: &Earned) -> RoundEnd {
        let judging = self.judging_rounds();
        match self.scoring_round() {
            Some(round) => {
                self.score(round, &Judge { scene, plan, earned });
                self.scoring.played += 1;
            }
            None => {
                self.judge(&Judge { scene, plan, earned });
                self.progress.played += 1;
            }
        }
        self.progress.round += 1;
        if self.progress.round == judging {
            self.rate(scene);
        }
        if self.progress.round >= self.rounds() { self.end_generation() } else { RoundEnd::default() }
    }

    fn end_generation(&mut self) -> RoundEnd {
        let mut generations = self.scoring.take(self.seed);
        generations.iter_mut().for_each(|row| row.tick = self.played() * self.ticks);
        for side in &mut self.sides {
            let kept = &mut side.kept;
            if let Some(champion) = &kept.champion
                && side.champions > 0
                && !kept.hall.contains(&champion.genome)
            {
                kept.hall.push_back(champion.genome.clone());
                let surplus = kept.hall.len().saturating_sub(side.champions);
                kept.hall.drain(..surplus);
            }
            kept.sums.fill(0.0);
            kept.counts.fill(0);
            side.individuals.clear();
            side.strategy.ask(self.progress.generation + 1);
        }
        self.progress.generation += 1;
        self.progress.round = 0;
        RoundEnd { generations, lineage: self.lineage() }
    }

    /// Takes new live numbers of the scene.
    pub fn retune(&mut self, scene: &SceneSpec) {
        for side in &mut self.sides {
            if let Evolution::Generational(g) = &scene.species[side.species].evolution {
                side.strategy.retune(&g.strategy);
                side.qd_offset = g.qd_offset;
                side.judge_by(g.judged);
            }
        }
    }

    /// The best genome of the species' last finished generation; `None` before the first, or for another species.
    pub fn best_genome(&self, species: usize) -> Option<&Champion> {
        self.sides.iter().find(|s| s.species == species)?.kept.champion.as_ref()
    }

    /// The population of a species that is being judged; `None` for one that has none.
    pub fn population(&self, species: usize) -> Option<&Population> {
        Some(self.sides.iter().find(|s| s.species == species)?.strategy.population())
    }

    /// Numbers of those who run the rows of a species in the round under way, so many rows a world: `[worlds][rows]`, nobody's where a
    /// past champion runs it or no agent does, and in rounds that only score. `None` for a species without a population.
    pub fn members(&self, species: usize, rows: u32) -> Option<Vec<Option<u32>>> {
        let index = self.sides.iter().position(|side| side.species == species)?;
        let (side, rows) = (&self.sides[index], rows as usize);
        let ids = &side.strategy.population().ids;
        let mut members = vec![None; self.worlds as usize * rows];
        if self.is_scoring() {
            return Some(members);
        }
        for (place, dealt) in self.deal(index).into_iter().enumerate() {
            let (world, row) = (place / side.rows as usize, place % side.rows as usize);
            if let Dealt::Member(member) = dealt {
                members[world * rows + row] = ids.get(member as usize).copied();
            }
        }
        Some(members)
    }

    /// The archive of a species; `None` where its strategy keeps none.
    pub fn archive(&self, species: usize) -> Option<&Archive> {
        self.sides.iter().find(|s| s.species == species)?.strategy.archive()
    }

    /// Past champions of a species, oldest first.
    pub fn hall(&self, species: usize) -> impl Iterator<Item = &[f32]> {
        self.sides.iter().filter(move |s| s.species == species).flat_map(|s| s.kept.hall.iter().map(Vec::as_slice))
    }

    /// Where the newest members of all populations come from.
    fn lineage(&self) -> Vec<LineageRecord> {
        let tick = self.played() * self.ticks;
        let records = |side: &Side| -> Vec<LineageRecord> {
            let of = |o: &Origin| LineageRecord {
                world: NONE,
                species: side.species as u32,
                slot: NONE,
                id: o.id,
                parent: o.parent,
                second: o.second,
                tick,
                operator: o.operator,
            };
            side.strategy.origins().iter().map(of).collect()
        };
        self.sides.iter().flat_map(records).collect()
    }
}

#[cfg(test)]
#[path = "generational_tests.rs"]
mod tests;
