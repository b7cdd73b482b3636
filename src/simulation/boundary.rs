//! What happens at tick boundaries, in this order: metrics, rounds of live evolution, the end of a rollout, events.
//! Knows nothing of how a tick is advanced.

use std::time::Instant;

use super::command::{remove, to_removal};
use super::progress::{Faulty, totals};
use super::{Happened, Simulation, SimulationError};
use crate::backend::{Census, Earned, Edits};
use crate::evolution::population::diversity;
use crate::evolution::substitute::{SubstituteInput, substitutes};
use crate::evolution::turnover::{self, TurnoverInput};
use crate::evolution::{LineageRecord, MUTATION};
use crate::layout::*;
use crate::measure::{MetricsRow, measure};
use crate::rng::{self, Stream};
use crate::scene::{Evolution, Measure, TurnoverSpec};
use crate::world::WorldState;

/// Agents whose genomes stand for their species' diversity: a sample that costs a few reads.
const DIVERSITY_SAMPLE: usize = 24;

/// Ticks from `tick` to the next multiple of `interval` after it.
fn to_multiple(tick: u64, interval: u32) -> u64 {
    let interval = u64::from(interval.max(1));
    interval - tick % interval
}

impl Simulation {
    /// Keys of the present worlds' draws.
    pub(super) fn streams(&self) -> Vec<Stream> {
        if let Some(evolution) = &self.generational {
            return evolution.streams();
        }
        let round = self.progress.rounds;
        (0..self.plan.dims.worlds).map(|world| rng::stream(self.scene.seed, round, world)).collect()
    }

    /// Species that evolve live by selection, and how.
    fn turnovers(&self) -> Vec<(usize, TurnoverSpec)> {
        let of = |(i, s): (usize, &crate::scene::SpeciesSpec)| match &s.evolution {
            Evolution::Turnover(t) => Some((i, t.clone())),
            _ => None,
        };
        self.scene.species.iter().enumerate().filter_map(of).collect()
    }

    /// Ticks to the next boundary at which something may happen; at least 1.
    pub fn ticks_to_boundary(&self) -> u64 {
        let age = self.tick - self.progress.world_start;
        let mut ticks = to_multiple(self.tick, self.scene.measures.interval);
        for (_, turnover) in self.turnovers() {
            ticks = ticks.min(to_multiple(age, turnover.interval));
        }
        if let Some(evolution) = &self.generational {
            ticks = ticks.min(u64::from(self.scene.rollout.ticks).saturating_sub(age).max(1));
            ticks = to_removal(&self.scene, age).map_or(ticks, |removal| ticks.min(removal));
            if evolution.looks() {
                ticks = ticks.min(to_multiple(age, self.scene.measures.interval));
            }
        }
        ticks = self.ticks_to_hearing().map_or(ticks, |hearing| ticks.min(hearing));
        for event in self.scene.events.iter().filter(|event| event.tick > self.tick) {
            ticks = ticks.min(event.tick - self.tick);
        }
        ticks
    }

    pub(super) fn at_boundary(&mut self, happened: &mut Happened) -> Result<(), SimulationError> {
        let age = self.tick - self.progress.world_start;
        // What only scores says nothing of how evolution goes on.
        let scoring = self.generational.as_ref().is_some_and(|g| g.is_scoring());
        let metrics = !scoring && self.tick.is_multiple_of(self.scene.measures.interval.max(1).into());
        let due: Vec<(usize, TurnoverSpec)> =
            self.turnovers().into_iter().filter(|(_, t)| age.is_multiple_of(t.interval.max(1).into())).collect();
        let ends = self.generational.is_some() && age >= self.scene.rollout.ticks.into();
        // By the age of the worlds, so that what is seen of a genome does not depend on when it is judged.
        let looks = self.generational.as_ref().is_some_and(|g| g.looks())
            && age.is_multiple_of(self.scene.measures.interval.max(1).into());
        let other = metrics || !due.is_empty();
        if ends && !other && !looks && self.end_round_at_once(happened)? {
            return self.apply_events();
        }
        if other || ends || looks {
            self.drain_births(happened)?;
            let mut census = self.backend.census()?;
            if looks && let Some(evolution) = &mut self.generational {
                evolution.look(&self.scene, &self.plan, &census);
            }
            if other || ends {
                let (faults, faulty) = self.progress.new_faults(&self.scene, &self.plan, &census, self.tick);
                happened.faults.extend(faults);
                if metrics {
                    self.metrics(&census, happened)?;
                }
                let lost = self.take_lost(&faulty, ends, &mut census);
                let edited = self.turn_over(&due, &lost, &census, happened)?;
                if ends {
                    let counters =
                        if edited { self.backend.census()?.counters } else { std::mem::take(&mut census.counters) };
                    let asked = self.generational.as_ref().map_or(0, |g| g.asks(&self.scene, &self.plan));
                    let earned = Earned { counters, ..Earned::of(asked, &census.agents, &census.tallies) };
                    self.end_round(earned, happened)?;
                }
            }
        }
        if self.generational.is_some() && !ends {
            let streams = self.streams();
            remove(&self.scene, &self.plan, &mut *self.backend, age, &streams)?;
        }
        self.apply_events()
    }

    /// Takes births within ticks (`Ecology`) to the lineage log.
    pub(super) fn drain_births(&mut self, happened: &mut Happened) -> Result<(), SimulationError> {
        for birth in self.backend.births()? {
            if birth.lost != NONE {
                self.progress.note_lost(birth.species as usize, birth.world, birth.lost);
            }
            happened.lineage.push(LineageRecord {
                world: birth.world,
                species: birth.species,
                slot: birth.slot,
                id: birth.id,
                parent: birth.parent,
                second: birth.second,
                tick: (self.tick & !0xffff_ffff) | u64::from(birth.tick),
                operator: MUTATION,
            });
        }
        Ok(())
    }

    /// A row of the metrics table for each species.
    fn metrics(&mut self, census: &Census, happened: &mut Happened) -> Result<(), SimulationError> {
        let (since, from) = self.clock;
        let ticks_per_second = (self.tick - from) as f64 / since.elapsed().as_secs_f64().max(1e-9);
        self.clock = (Instant::now(), self.tick);
        let generational = self.generational.as_ref().map(|g| g.generation());
        for species in 0..self.plan.species.len() {
            let diversity = self.diversity(species, census)?;
            let spec = &self.scene.species[species];
            let seen = measure(&self.scene, &self.plan, census, species, 0..self.plan.dims.worlds);
            let totals = totals(&self.plan, &census.counters, species);
            let own = &mut self.progress.species[species];
            let since = |counter: u32| totals[counter as usize].wrapping_sub(own.counters[counter as usize]);
            let births = since(COUNT_BORN);
            let [starved, eaten, aged, faults] = [COUNT_STARVED, COUNT_EATEN, COUNT_AGED, COUNT_FAULT].map(since);
            let (lives, fitness, food) = std::mem::take(&mut own.lives);
            own.counters = totals;
            if matches!(spec.evolution, Evolution::Ecology(_)) {
                own.born += u64::from(births);
            }
            let mean = |sum: f64| (sum / f64::from(lives)) as f32;
            happened.metrics.push(MetricsRow {
                tick: self.tick,
                seconds: self.tick as f64 * f64::from(self.scene.dt),
                species: spec.name.clone(),
                population: seen.population,
                births,
                deaths: starved.wrapping_add(eaten).wrapping_add(aged).wrapping_add(faults),
                starved,
                eaten,
                aged,
                faults,
                fitness_mean: seen.fitness_mean,
                fitness_best: seen.fitness_best,
                life_fitness: mean(fitness),
                life_food: mean(food),
                generation: self.progress.generation_of(&self.scene, species, generational).unwrap_or(0.0),
                polarization: seen.polarization,
                rotation: seen.rotation,
                absolute_rotation: seen.absolute_rotation,
                nearest: seen.nearest,
                signal_energy: seen.signal_energy,
                speed: seen.speed,
                energy: seen.energy,
                diversity,
                groups: seen.groups,
                clark_evans: seen.clark_evans,
                hull: seen.hull,
                correlation: seen.correlation,
                ticks_per_second,
            });
        }
        let scored = self.scored();
        if let Some(species) = scored
            && matches!(self.scene.species[species].evolution, Evolution::Turnover(_))
            && let Some(row) = happened.metrics.iter().rev().nth(self.plan.species.len() - 1 - species)
        {
            self.progress.score = row.life_fitness.into();
        }
        Ok(())
    }

    /// The species by whose fitness checkpoints are compared.
    fn scored(&self) -> Option<usize> {
        self.scene.species.iter().position(|s| {
            !s.fitness.is_empty() && matches!(s.evolution, Evolution::Turnover(_) | Evolution::Generational(_))
        })
    }

    /// Mean distance between the genomes of a few living agents of the first world, taken evenly over the slots; of
    /// the whole population where there is one.
    fn diversity(&mut self, species: usize, census: &Census) -> Result<f32, SimulationError> {
        let p = &self.plan.species[species];
        if p.genome_len == 0 || !self.scene.measures.log.contains(&Measure::Diversity) {
            return Ok(f32::NAN);
        }
        let key = rng::stream(self.scene.seed, self.tick, species as u32);
        if let Some(population) = self.generational.as_ref().and_then(|g| g.population(species)) {
            return Ok(population.diversity(key));
        }
        let slots = p.slot_start..p.slot_start + p.slots;
        let living: Vec<u32> = slots.filter(|slot| census.agents[*slot as usize].alive == 1).collect();
        let taken = living.len().min(DIVERSITY_SAMPLE);
        let sample: Vec<u32> = (0..taken).map(|i| living[i * living.len() / taken]).collect();
        let genomes = self.backend.genomes(0, &sample)?;
        Ok(diversity(genomes.len(), |i| &genomes[i], key))
    }

    /// Those of the faulty whose places nothing else fills: of species that do not evolve live. At the end of a rollout
    /// its populations start afresh; there the census forgets who stood in such a place, so that nobody is credited.
    fn take_lost(&mut self, faulty: &[Faulty], ends: bool, census: &mut Census) -> Vec<Faulty> {
        let mut lost = Vec::new();
        for place in faulty {
            match self.scene.species[place.species].evolution {
                Evolution::Turnover(_) | Evolution::Ecology(_) => continue,
                Evolution::Generational(_) if ends => {
                    census.agents[(place.world * self.plan.dims.slots + place.slot) as usize].id = NONE;
                }
                _ => lost.push(*place),
            }
            self.progress.species[place.species].faulty.clear();
        }
        lost
    }

    /// A round of live evolution for the species that are due, and substitutes for the `lost`. Tells whether there was
    /// anything to do.
    fn turn_over(
        &mut self,
        due: &[(usize, TurnoverSpec)],
        lost: &[Faulty],
        census: &Census,
        happened: &mut Happened,
    ) -> Result<bool, SimulationError> {
        if due.is_empty() && lost.is_empty() {
            return Ok(false);
        }
        let mut edits = Edits::default();
        let streams = self.streams();
        for (world, &stream) in streams.iter().enumerate() {
            let part = WorldState::part(world as u32, self.plan.dims.slots);
            let mut next_id = census.next_id[world];
            for (species, spec) in due {
                let input = TurnoverInput {
                    scene: &self.scene,
                    plan: &self.plan,
                    species: *species,
                    spec,
                    world: world as u32,
                    stream,
                    tick: self.tick - self.progress.world_start,
                    agents: &census.agents[part.clone()],
                    tallies: &census.tallies[part.clone()],
                    next_id,
                };
                let mut outcome = turnover::round(&input);
                next_id = outcome.next_id;
                self.progress.note_lives(*species, &outcome.finished);
                self.progress.species[*species].born += outcome.edits.births.len() as u64;
                happened.lineage.extend(outcome.lineage.iter().map(|r| LineageRecord { tick: self.tick, ..*r }));
                edits.deaths.append(&mut outcome.edits.deaths);
                edits.renewals.append(&mut outcome.edits.renewals);
                edits.births.append(&mut outcome.edits.births);
                edits.genomes.append(&mut outcome.edits.genomes);
            }
            for species in 0..self.plan.species.len() {
                let here = lost.iter().filter(|place| (place.species, place.world) == (species, world as u32));
                let slots: Vec<u32> = here.map(|place| place.slot).collect();
                if slots.is_empty() {
                    continue;
                }
                let input = SubstituteInput {
                    scene: &self.scene,
                    plan: &self.plan,
                    species,
                    world: world as u32,
                    stream,
                    tick: self.tick - self.progress.world_start,
                    agents: &census.agents[part.clone()],
                    slots: &slots,
                    next_id,
                };
                let (mut found, lineage, next) = substitutes(&input);
                next_id = next;
                happened.lineage.extend(lineage.iter().map(|r| LineageRecord { tick: self.tick, ..*r }));
                edits.births.append(&mut found.births);
                edits.genomes.append(&mut found.genomes);
            }
        }
        self.backend.edit(&edits)?;
        Ok(true)
    }

    /// Ends a rollout at whose end nothing else is due, by what fitness needs instead of the census. Tells whether it did:
    /// not where an agent was faulty, which the census has to name.
    fn end_round_at_once(&mut self, happened: &mut Happened) -> Result<bool, SimulationError> {
        let Some(evolution) = &self.generational else { return Ok(false) };
        let asked = evolution.asks(&self.scene, &self.plan);
        self.drain_births(happened)?;
        let earned = self.backend.earned(asked)?;
        let faultless = self.progress.faultless(&self.plan, &earned.counters);
        if faultless {
            self.end_round(earned, happened)?;
        }
        Ok(faultless)
    }

    /// The end of a rollout: fitness to the populations, then fresh worlds. Counters and masks go on; so do the
    /// genomes of species that do not evolve by generations.
    fn end_round(&mut self, earned: Earned, happened: &mut Happened) -> Result<(), SimulationError> {
        let Some(evolution) = &mut self.generational else { return Ok(()) };
        let mut end = evolution.end_round(&self.scene, &self.plan, &earned);
        let mut start = evolution.begin_round();
        happened.lineage.append(&mut end.lineage);
        happened.lineage.append(&mut start.lineage);
        let (own, species) = (self.backend.own(self.plan.dims.worlds), self.plan.species.len());
        let mut state = start.next_worlds(&self.scene, &self.plan, &own);
        state.tick = self.tick;
        state.counters = earned.counters[own.start as usize * species..own.end as usize * species].to_vec();
        for (at, mask) in state.interventions.iter_mut().enumerate() {
            *mask = self.progress.intervention(at % species);
        }
        self.backend.load(state)?;
        self.backend.edit(&Edits { deals: start.deals, ..Edits::default() })?;
        self.progress.world_start = self.tick;
        self.progress.rounds += 1;
        let scored = self.scored().map(|species| &self.scene.species[species].name);
        if let Some(row) = end.generations.iter().find(|row| Some(&row.species) == scored) {
            self.progress.score = row.mean.into();
        }
        happened.generations.append(&mut end.generations);
        Ok(())
    }
}
