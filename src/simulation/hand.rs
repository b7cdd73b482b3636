//! What a hand does to one agent, as edits of the backend. Knows nothing of who asks.

use super::Simulation;
use crate::backend::{Birth, Census, Edits};
use crate::command::{CommandError, Hand, within};
use crate::evolution::{CLONE, LineageRecord, MUTATION};
use crate::genome::Variation;
use crate::layout::{Agent, DRAW_HAND, EDGE_TORUS, EDGE_WALL, NONE, TankParams};
use crate::math::{Vec3, add, scale};
use crate::rng;
use crate::scene::Evolution;
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
    }
    Ok(())
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
        let slots = self.plan.dims.slots;
        let nobody = CommandError::Nobody { world, id };
        let agents = census.agents.get(WorldState::part(world, slots)).ok_or(nobody.clone())?;
        let slot = agents.iter().position(|agent| agent.alive == 1 && agent.id == id).ok_or(nobody)?;
        let agent = agents[slot];
        let slot = slot as u32;
        let edits = match hand {
            Hand::Remove => Edits { deaths: vec![(world, slot)], ..Edits::default() },
            Hand::Move(to) => {
                let moved = Agent { pos: inside(&self.plan.tank, *to), ..agent };
                Edits { agents: vec![(world, slot, moved)], ..Edits::default() }
            }
            Hand::Mutate { rate, size } => self.mutated(world, slot, id, Variation { rate: *rate, size: *size })?,
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

    fn species_of(&self, slot: u32) -> usize {
        self.plan.species.iter().rposition(|s| slot >= s.slot_start).unwrap_or(0)
    }

    /// Key of the draws that change the genome of the individual `id` of a world now.
    fn key(&self, world: u32, id: u32) -> [u32; 2] {
        let [a, b, ..] = rng::draw(self.streams()[world as usize], self.tick as u32, id, DRAW_HAND);
        [a, b]
    }

    /// The genome of an agent, changed.
    fn mutated(&mut self, world: u32, slot: u32, id: u32, variation: Variation) -> Result<Edits, CommandError> {
        let species = self.species_of(slot);
        let s = self.plan.species[species];
        if s.genome_len == 0 {
            return Err(CommandError::Genome("its species has none"));
        }
        if self.lead.is_some() {
            return Err(CommandError::Genome("worlds are on several ranks"));
        }
        let rows = self.plan.rows(species);
        let genomes = self.backend.genomes(world, &[slot]).map_err(super::command::failed)?;
        let mut row = vec![0; s.genome_words as usize];
        rows.encode(genomes.first().map_or(&[][..], |genome| genome), &mut row);
        rows.breed(&mut row, 0, 0, None, variation, self.key(world, id));
        let place = (slot - s.slot_start) / s.sharers;
        Ok(Edits { genomes: vec![(species as u32, world, place, rows.decode(&row))], ..Edits::default() })
    }

    /// A child beside an agent, in the first free place of its species.
    fn cloned(&self, census: &Census, world: u32, slot: u32, variation: Variation) -> Result<Birth, CommandError> {
        let species = self.species_of(slot);
        let s = &self.plan.species[species];
        let agents = &census.agents[WorldState::part(world, self.plan.dims.slots)];
        if s.sharers > 1 && variation.rate * variation.size > 0.0 {
            return Err(CommandError::Genome("several agents of its species share it"));
        }
        // Else the child would change the genome of others, or take the place of a member of the population.
        let row = |slot: u32| (slot - s.slot_start) / s.sharers;
        if matches!(self.scene.species[species].evolution, Evolution::Generational(_)) {
            return Err(CommandError::Genome(
                "its species is bred by generations, whose members all have their places",
            ));
        }
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
            key: self.key(world, id),
            child,
        })
    }
}

#[cfg(test)]
#[path = "hand_tests.rs"]
mod tests;
