//! What a hand does to one agent, as edits of the backend. Knows nothing of who asks.

use super::Simulation;
use crate::backend::{Birth, Census, Edits};
use crate::command::{CommandError, Hand, within};
use crate::evolution::turnover::newborn;
use crate::evolution::{CLONE, FOUNDER, LineageRecord, MUTATION};
use crate::genome::Variation;
use crate::layout::{Agent, DRAW_HAND, EDGE_TORUS, EDGE_WALL, NONE, TankParams};
use crate::math::{Vec3, add, scale};
use crate::rng;
use crate::scene::{Evolution, SpeciesSpec};
use crate::world::WorldState;

/// Checks the numbers of a hand; whom it is laid on is known when it is.
pub(super) fn check(hand: &Hand) -> Result<(), CommandError> {
    match hand {
        Hand::Remove => {}
        Hand::Move(to) => to.iter().try_for_each(|axis| within("the place, in BL,", *axis, -1e6, 1e6).map(|_| ()))?,
        Hand::Clone { rate, size } | Hand::Mutate { rate, size } => {
            within("the chance of a change", *rate, 0.0, 1.0)?;
            within("the size of a change", *size, 0.0, 100.0)?;
        }
        // As far as halves go, so that the same command holds however weights are stored.
        Hand::Weight { value, .. } => drop(within("the number", *value, -65_504.0, 65_504.0)?),
        Hand::Silence { .. } => {}
    }
    Ok(())
}

/// Refuses numbers that are no genome of so many for a species of this name.
pub(super) fn fits(species: &str, len: u32, genome: &[f32]) -> Result<(), CommandError> {
    let unfit = |problem: String| Err(CommandError::Unfit { species: species.to_string(), problem });
    if genome.len() != len as usize {
        return unfit(format!("it has {} numbers, and the species needs {len}", genome.len()));
    }
    match genome.iter().position(|number| !number.is_finite()) {
        Some(at) => unfit(format!("its number {at} is {}", genome[at])),
        None => Ok(()),
    }
}

/// A place within a tank: beyond a wall at the wall, beyond a border that wraps on the other side.
fn inside(tank: &TankParams, mut place: Vec3) -> Vec3 {
    for (axis, x) in place.iter_mut().enumerate() {
        let extent = tank.extent[axis];
        *x = match tank.edge[axis] {
            _ if axis >= tank.dim as usize => 0.0,
            // What is left of a whole turn may be rounded up to one.
            EDGE_TORUS => Some(x.rem_euclid(extent)).filter(|x| *x < extent).unwrap_or(0.0),
            EDGE_WALL => x.clamp(0.0, extent),
            _ => *x,
        };
    }
    place
}

impl Simulation {
    /// Lays a hand on an agent: edits to make, and the record of a birth among them.
    pub(super) fn laid(
        &mut self,
        (world, id): (u32, u32),
        hand: &Hand,
    ) -> Result<(Edits, Option<LineageRecord>), CommandError> {
        let census = self.backend.census().map_err(super::command::failed)?;
        let (slot, agent) = self.find(&census, world, id)?;
        let edits = match hand {
            Hand::Remove => Edits { deaths: vec![(world, slot)], ..Edits::default() },
            Hand::Move(to) => {
                let moved = Agent { pos: inside(&self.plan.tank, *to), ..agent };
                Edits { agents: vec![(world, slot, moved)], ..Edits::default() }
            }
            Hand::Mutate { rate, size } => self.mutated(world, slot, id, Variation { rate: *rate, size: *size })?,
            Hand::Weight { index, value } => {
                let mut genome = self.genome_of(world, slot)?;
                let known = genome.len();
                *genome.get_mut(*index as usize).ok_or_else(|| CommandError::Range {
                    what: "the place in the genome",
                    value: index.to_string(),
                    range: format!("0 to {}", known.saturating_sub(1)),
                })? = *value;
                self.rewritten(world, slot, genome)
            }
            Hand::Silence { channel } => {
                let s = self.plan.species[self.species_of(slot)];
                if *channel >= s.channels {
                    let range = match s.channels {
                        0 => "none: its species has no signals".to_string(),
                        channels => format!("0 to {}", channels - 1),
                    };
                    return Err(CommandError::Range { what: "the channel", value: channel.to_string(), range });
                }
                let mut genome = self.genome_of(world, slot)?;
                let leads = self.plan.leads_to(self.species_of(slot), s.signal_action + channel, &genome);
                let leads = leads.ok_or(CommandError::Genome("its weights change by rules, not by genome"))?;
                leads.into_iter().for_each(|(at, silent)| genome[at] = silent);
                self.rewritten(world, slot, genome)
            }
            Hand::Clone { rate, size } => {
                let birth = self.cloned(&census, world, slot, Variation { rate: *rate, size: *size })?;
                let record = LineageRecord {
                    world,
                    species: self.species_of(slot) as u32,
                    id: birth.child.id,
                    parent: id,
                    second: NONE,
                    tick: self.tick,
                    slot: birth.slot,
                    operator: if *rate * *size > 0.0 { MUTATION } else { CLONE },
                };
                return Ok((Edits { births: vec![birth], ..Edits::default() }, Some(record)));
            }
        };
        Ok((edits, None))
    }

    /// Slot and state of a living agent, by its world and number.
    fn find(&self, census: &Census, world: u32, id: u32) -> Result<(u32, Agent), CommandError> {
        let nobody = CommandError::Nobody { world, id };
        let agents = census.agents.get(WorldState::part(world, self.plan.dims.slots)).ok_or(nobody.clone())?;
        let slot = agents.iter().position(|agent| agent.alive == 1 && agent.id == id).ok_or(nobody)?;
        Ok((slot as u32, agents[slot]))
    }

    /// Gives an agent a genome.
    pub(super) fn given(&mut self, (world, id): (u32, u32), genome: Vec<f32>) -> Result<Edits, CommandError> {
        let census = self.backend.census().map_err(super::command::failed)?;
        let (slot, _) = self.find(&census, world, id)?;
        let species = self.species_of(slot);
        fits(&self.scene.species[species].name, self.plan.species[species].genome_len, &genome)?;
        Ok(self.rewritten(world, slot, genome))
    }

    /// The genome that an agent runs.
    fn genome_of(&mut self, world: u32, slot: u32) -> Result<Vec<f32>, CommandError> {
        if self.plan.species[self.species_of(slot)].genome_len == 0 {
            return Err(CommandError::Genome("its species has none"));
        }
        if self.lead.is_some() {
            return Err(CommandError::Genome("worlds are on several ranks"));
        }
        let genomes = self.backend.genomes(world, &[slot]).map_err(super::command::failed)?;
        Ok(genomes.into_iter().next().unwrap_or_default())
    }

    /// Edits that write the genome that an agent runs.
    fn rewritten(&self, world: u32, slot: u32, genome: Vec<f32>) -> Edits {
        let species = self.species_of(slot);
        let s = &self.plan.species[species];
        let row = (slot - s.slot_start) / s.sharers;
        Edits { genomes: vec![(species as u32, world, row, genome)], ..Edits::default() }
    }

    fn species_of(&self, slot: u32) -> usize {
        self.plan.species.iter().rposition(|s| slot >= s.slot_start).unwrap_or(0)
    }

    /// Key of the draws that change the genome of the individual `id` of a world now, after so many commands of this tick: those of one
    /// individual and tick differ, whatever is drawn.
    fn key(&self, world: u32, id: u32, before: u32) -> [u32; 2] {
        let [a, b, ..] = rng::draw(self.streams()[world as usize], self.tick as u32, id, DRAW_HAND);
        [a, b.wrapping_add(before)]
    }

    /// Commands that this tick has had. The log says it, which is the same whole log however a run came here: on its own way, from a
    /// checkpoint, or by replay.
    fn commands_now(&self) -> u32 {
        self.log.iter().rev().take_while(|logged| logged.tick == self.tick).count() as u32
    }

    /// The genome of an agent, changed.
    fn mutated(&mut self, world: u32, slot: u32, id: u32, variation: Variation) -> Result<Edits, CommandError> {
        let genome = self.genome_of(world, slot)?;
        let species = self.species_of(slot);
        let rows = self.plan.rows(species);
        let mut row = vec![0; self.plan.species[species].genome_words as usize];
        rows.encode(&genome, &mut row);
        rows.breed(&mut row, 0, 0, None, variation, self.key(world, id, self.commands_now()));
        Ok(self.rewritten(world, slot, rows.decode(&row)))
    }

    /// Refuses a newcomer where it would take the place of a member of a population.
    fn has_places(&self, species: usize) -> Result<(), CommandError> {
        match &self.scene.species[species] {
            SpeciesSpec { evolution: Evolution::Generational(_), name, .. } => Err(CommandError::Placed(name.clone())),
            _ => Ok(()),
        }
    }

    /// A founder of its own line, in the first free place of a species.
    pub(super) fn spawned(
        &mut self,
        (world, species): (u32, usize),
        place: Vec3,
        genome: Vec<f32>,
    ) -> Result<(Edits, LineageRecord), CommandError> {
        let s = self.plan.species[species];
        if world >= self.plan.dims.worlds {
            let range = format!("0 to {}", self.plan.dims.worlds - 1);
            return Err(CommandError::Range { what: "the world", value: world.to_string(), range });
        }
        self.has_places(species)?;
        let census = self.backend.census().map_err(super::command::failed)?;
        let agents = &census.agents[WorldState::part(world, self.plan.dims.slots)];
        // Else it would change the genome of others.
        let row = |slot: u32| (slot - s.slot_start) / s.sharers;
        let slots = s.slot_start..s.slot_start + s.slots;
        let dead = |slot: &u32| agents[*slot as usize].alive == 0;
        let alone = |slot: &u32| {
            let first = s.slot_start + row(*slot) * s.sharers;
            (first..slots.end.min(first + s.sharers)).all(|other| dead(&other))
        };
        let free = slots.clone().find(|slot| dead(slot) && (s.sharers == 1 || alone(slot)));
        let full = || CommandError::Full { species: self.scene.species[species].name.clone(), places: s.slots };
        let slot = free.ok_or_else(full)?;
        let (stream, id) = (self.streams()[world as usize], census.next_id[world as usize]);
        let born = newborn(&self.scene, &self.plan, species, stream, self.tick, id, id);
        let birth = Birth {
            world,
            slot,
            // Its own row, which is written after.
            parent: slot,
            second: NONE,
            mutation_rate: 0.0,
            mutation_size: 0.0,
            key: [0; 2],
            child: Agent { pos: inside(&self.plan.tank, place), ..born },
        };
        let written = if s.genome_len > 0 { self.rewritten(world, slot, genome) } else { Edits::default() };
        let record = LineageRecord {
            world,
            species: species as u32,
            slot,
            id,
            parent: NONE,
            second: NONE,
            tick: self.tick,
            operator: FOUNDER,
        };
        Ok((Edits { births: vec![birth], ..written }, record))
    }

    /// A child beside an agent, in the first free place of its species.
    fn cloned(&self, census: &Census, world: u32, slot: u32, variation: Variation) -> Result<Birth, CommandError> {
        let species = self.species_of(slot);
        let s = &self.plan.species[species];
        let agents = &census.agents[WorldState::part(world, self.plan.dims.slots)];
        if s.sharers > 1 && variation.rate * variation.size > 0.0 {
            return Err(CommandError::Genome("several agents of its species share it"));
        }
        // Else the child would change the genome of others.
        let row = |slot: u32| (slot - s.slot_start) / s.sharers;
        self.has_places(species)?;
        let own = |other: &u32| agents[*other as usize].alive == 0 && (s.sharers == 1 || row(*other) == row(slot));
        let free = (s.slot_start..s.slot_start + s.slots).find(own);
        let full = || CommandError::Full { species: self.scene.species[species].name.clone(), places: s.slots };
        let parent = agents[slot as usize];
        let id = census.next_id[world as usize];
        let aside = [-parent.heading[1], parent.heading[0], 0.0];
        let child = Agent {
            pos: inside(&self.plan.tank, add(parent.pos, scale(aside, s.length))),
            id,
            age: 0,
            energy: s.energy_start,
            handling: 0,
            refractory: 0,
            ..parent
        };
        Ok(Birth {
            world,
            slot: free.ok_or_else(full)?,
            parent: slot,
            second: NONE,
            mutation_rate: variation.rate,
            mutation_size: variation.size,
            // A number is given to one child alone.
            key: self.key(world, id, 0),
            child,
        })
    }
}

#[cfg(test)]
#[path = "hand_tests.rs"]
mod tests;
