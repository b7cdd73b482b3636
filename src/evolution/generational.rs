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

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::deal::{Dealt, is_hall_world, open_worlds, shuffle, worlds_for};
use super::fitness;
use super::held_out::{self, Scoring};
use super::judge::{Judge, asked};
use super::population::{Origin, Population};
use super::round::{GenerationRow, RoundEnd, RoundStart, evolving};
use super::strategy::{self, Strategy};
use super::{LineageRecord, StateError};
use crate::edits::{Deal, Earned};
use crate::layout::{DRAW_DEAL, NONE};
use crate::plan::Plan;
use crate::rng::{self, Stream};
use crate::scene::{Evolution, HeldOutSpec, SceneSpec, Seeds};
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
                let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
                let layers = layers.iter().map(|layer| layer.start as usize).collect();
                Side {
                    species,
                    rows: u64::from(fitness::rows(spec_of, p)),
                    champions: spec.champions as usize,
                    strategy: strategy::make(&spec.strategy, first, layers, key),
                    kept: Kept { sums: vec![0.0; size], counts: vec![0; size], ..Default::default() },
                }
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

    /// Which round of scoring is under way, if one is.
    fn scoring_round(&self) -> Option<u64> {
        self.progress.round.checked_sub(self.judging_rounds())
    }

    /// Keys of the draws of the present round's worlds.
    pub fn streams(&self) -> Vec<Stream> {
        if let Some(round) = self.scoring_round() {
            return held_out::streams(self.seed, round, self.worlds);
        }
        let progress = &self.progress;
        let of = |w: u64| match self.seeds {
            Seeds::Fresh => rng::stream(self.seed, progress.played, w as u32),
            Seeds::Common => {
                let trial = self.trial(progress.round * self.worlds + w);
                rng::stream(self.seed, COMMON_ROUNDS + progress.generation, trial as u32)
            }
        };
        (0..self.worlds).map(of).collect()
    }

    /// The trial to which a world of the generation belongs: the first species' that is dealt to it first.
    fn trial(&self, world: u64) -> u64 {
        let side = &self.sides[0];
        let size = side.strategy.population().size().max(1) as u64;
        open_worlds(world, 0, self.meets_hall(0)) * side.rows / size
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

    /// Adds what was earned in the places of the round to the genomes that were dealt there.
    fn judge(&mut self, judge: &Judge) {
        for index in 0..self.sides.len() {
            let dealt = self.deal(index);
            let side = &mut self.sides[index];
            for (place, dealt) in dealt.into_iter().enumerate() {
                let Dealt::Member(member) = dealt else { continue };
                let (world, row) = (place as u64 / side.rows, place as u64 % side.rows);
                side.kept.sums[member as usize] += f64::from(judge.row(side.species, world, row));
                side.kept.counts[member as usize] += 1;
            }
        }
    }

    /// Notes what the best of each species came to in the worlds of a round of scoring: the mean over its rows.
    fn score(&mut self, round: u64, judge: &Judge) {
        for world in (0..self.worlds).filter(|w| held_out::seed_of(&self.held_out, round, self.worlds, *w).is_some()) {
            for (index, side) in self.sides.iter().enumerate() {
                self.scoring.note(index, self.sides.len(), judge.world(side.species, world));
            }
        }
    }

    /// Tells the strategies what their populations were worth, and notes it and the best.
    fn rate(&mut self, scene: &SceneSpec) {
        let generation = self.progress.generation;
        for side in &mut self.sides {
            let kept = &mut side.kept;
            let fitness: Vec<f32> =
                kept.sums.iter().zip(&kept.counts).map(|(sum, count)| (sum / f64::from(*count)) as f32).collect();
            let metrics = side.strategy.tell(&fitness);
            let population = side.strategy.population();
            let champion = Champion {
                genome: population.row(metrics.best_index).to_vec(),
                id: population.ids[metrics.best_index],
                fitness: metrics.best,
                generation,
            };
            self.scoring.rows.push(GenerationRow {
                generation,
                species: scene.species[side.species].name.clone(),
                tick: 0,
                best: metrics.best,
                mean: metrics.mean,
                std: metrics.std,
                diversity: metrics.diversity,
                best_id: champion.id,
                trials: kept.counts.iter().copied().min().unwrap_or(0),
                held_out: f32::NAN,
                held_out_low: f32::NAN,
                held_out_high: f32::NAN,
            });
            kept.champion = Some(champion);
        }
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

    /// The genome that the distribution of a species stands for; `None` where its strategy has none. See
    /// `Strategy::center`.
    pub fn center(&self, species: usize) -> Option<&[f32]> {
        self.sides.iter().find(|s| s.species == species)?.strategy.center()
    }

    /// Past champions of a species, oldest first.
    pub fn hall(&self, species: usize) -> impl Iterator<Item = &[f32]> {
        self.sides.iter().filter(move |s| s.species == species).flat_map(|s| s.kept.hall.iter().map(Vec::as_slice))
    }

    /// All of its state, for checkpoints and digests. What scoring adds stands behind the rest, and only where there is any:
    /// runs without it keep their digests.
    pub fn save(&self) -> Vec<u8> {
        let encoded = "plain data in memory always encodes";
        let sides: Vec<(usize, &Kept, Vec<u8>)> =
            self.sides.iter().map(|s| (s.species, &s.kept, s.strategy.save())).collect();
        let mut bytes = postcard::to_stdvec(&(self.seed, self.worlds, self.progress, sides)).expect(encoded);
        if self.scoring != Scoring::default() {
            bytes.extend(postcard::to_stdvec(&self.scoring).expect(encoded));
        }
        bytes
    }

    /// Goes on exactly where `save` left off. Refuses the state of a run with other species, populations or worlds.
    pub fn restore(scene: &SceneSpec, plan: &Plan, bytes: &[u8]) -> Result<Generational, StateError> {
        type Saved = (u64, u64, Progress, Vec<(usize, Kept, Vec<u8>)>);
        let ((seed, worlds, progress, sides), rest): (Saved, &[u8]) = postcard::take_from_bytes(bytes)?;
        let mismatch = |text: &str| StateError::Mismatch(text.into());
        let mut new = Generational::new(scene, plan, seed).ok_or_else(|| mismatch("no species has a population"))?;
        if worlds != new.worlds {
            return Err(StateError::Mismatch(format!("{worlds} worlds where there are {}", new.worlds)));
        }
        if !new.sides.iter().map(|s| s.species).eq(sides.iter().map(|s| s.0)) {
            return Err(mismatch("other species evolve"));
        }
        for (side, (_, kept, state)) in new.sides.iter_mut().zip(sides) {
            side.strategy.load(&state)?;
            let population = side.strategy.population();
            let sizes = [kept.sums.len(), kept.counts.len()] == [population.size(); 2];
            let mut rows = kept.hall.iter().chain(kept.champion.iter().map(|c| &c.genome));
            if !sizes || kept.hall.len() > side.champions || rows.any(|row| row.len() != population.len) {
                return Err(mismatch("fitness or champions of another size"));
            }
            side.kept = kept;
        }
        new.progress = progress;
        if !rest.is_empty() {
            new.scoring = postcard::from_bytes(rest)?;
        }
        let scored = new.scoring_round().is_some();
        let named = new.sides.iter().all(|side| side.kept.champion.is_some());
        if progress.round >= new.rounds()
            || !new.scoring.fits(&new.held_out, new.sides.len(), scored)
            || scored && !named
        {
            return Err(mismatch("a generation that is further than its rounds"));
        }
        Ok(new)
    }

    /// Where the newest members of all populations come from.
    fn lineage(&self) -> Vec<LineageRecord> {
        let tick = self.played() * self.ticks;
        let records = |side: &Side| -> Vec<LineageRecord> {
            let of = |o: &Origin| LineageRecord {
                world: NONE,
                species: side.species as u32,
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

    /// Whether side `index` has a hall that is met by others.
    fn meets_hall(&self, index: usize) -> bool {
        self.sides.len() > 1 && !self.sides[index].kept.hall.is_empty()
    }

    /// Rounds of the generation under way.
    fn rounds(&self) -> u64 {
        self.judging_rounds() + held_out::rounds(&self.held_out, self.progress.generation, self.worlds)
    }

    /// Those of them that judge: as many as the species takes that needs most.
    fn judging_rounds(&self) -> u64 {
        let of = |index: usize| {
            let side = &self.sides[index];
            let places = side.strategy.population().size() as u64 * self.trials;
            worlds_for(places.div_ceil(side.rows), index, self.meets_hall(index)).div_ceil(self.worlds)
        };
        (0..self.sides.len()).map(of).max().unwrap_or(1).max(1)
    }

    /// Who stands in the places of side `index` in this round: `[worlds][rows]`. A pure function of the state.
    fn deal(&self, index: usize) -> Vec<Dealt> {
        let side = &self.sides[index];
        let hall = self.meets_hall(index);
        let size = side.strategy.population().size() as u64;
        let mut shuffled = (u64::MAX, vec![]);
        let mut dealt = Vec::with_capacity((self.worlds * side.rows) as usize);
        for w in 0..self.worlds {
            let world = self.progress.round * self.worlds + w;
            if is_hall_world(world, index, hall) {
                let kept = side.kept.hall.len();
                let first = rng::below(self.draw(side, world as u32, 1)[0], kept as u32) as usize;
                dealt.extend((0..side.rows as usize).map(|row| Dealt::Champion((first + row) % kept)));
                continue;
            }
            let place = open_worlds(world, index, hall) * side.rows;
            for number in place..place + side.rows {
                let (trial, member) = (number / size, number % size);
                if shuffled.0 != trial {
                    let key = self.draw(side, trial as u32, 0);
                    shuffled = (trial, shuffle(size as u32, [key[0], key[1]]));
                }
                dealt.push(Dealt::Member(shuffled.1[member as usize]));
            }
        }
        dealt
    }

    /// Random words for the `number`-th decision of a kind in this generation of a species.
    fn draw(&self, side: &Side, number: u32, kind: u32) -> [u32; 4] {
        let key = rng::stream(self.seed, EVOLUTION_ROUND, side.species as u32);
        rng::draw([key[0] ^ kind, key[1]], self.progress.generation as u32, number, DRAW_DEAL)
    }
}

#[cfg(test)]
#[path = "generational_tests.rs"]
mod tests;
