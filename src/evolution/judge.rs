//! What agents are worth, read from what they earned: by genome row and by world. Knows nothing of who was dealt where.

use super::fitness::{Tallies, fitness, mean, members, of_term, rows, tally_of};
use crate::edits::Earned;
use crate::layout::SpeciesParams;
use crate::plan::Plan;
use crate::scene::{SceneSpec, SpeciesSpec, Term};
use crate::world::WorldState;

/// The end of a rollout.
pub struct Judge<'a> {
    /// Scene.
    pub scene: &'a SceneSpec,
    /// Its plan.
    pub plan: &'a Plan,
    /// What its agents earned: at least what `asked` names of the species that are judged.
    pub earned: &'a Earned,
}

/// The tallies that a species is judged and described by, a bit each.
pub fn asked(scene: &SceneSpec, plan: &Plan, species: usize) -> u32 {
    let (spec, p) = (&scene.species[species], &plan.species[species]);
    spec.terms().filter_map(|term| tally_of(spec, p, term)).fold(0, |asked, tally| asked | 1 << tally)
}

impl Judge<'_> {
    /// Fitness of a genome row of a species in a world: the mean over the agents that it ran, the dead with what they had.
    pub fn row(&self, species: usize, world: u64, row: u64) -> f32 {
        self.mean(species, world, row, fitness)
    }

    /// What a genome row has of a term: the mean as in `row`.
    pub fn term(&self, species: usize, world: u64, row: u64, term: &Term) -> f32 {
        self.mean(species, world, row, |spec, p, tallies| of_term(spec, p, term, tallies))
    }

    fn mean(
        &self,
        species: usize,
        world: u64,
        row: u64,
        of: impl Fn(&SpeciesSpec, &SpeciesParams, &Tallies) -> f32,
    ) -> f32 {
        let Judge { scene, plan, earned } = self;
        let (spec, p) = (&scene.species[species], &plan.species[species]);
        // Ids of agents that stood there when the round began; later ones are substitutes.
        let own = scene.species.iter().map(|s| s.count).sum::<u32>();
        let first = WorldState::part(world as u32, plan.dims.slots).start;
        let places = members(spec, p, row as u32).map(|slot| first + slot);
        match places.clone().all(|at| earned.id(at) < own) {
            true => mean(places.map(|at| of(spec, p, &earned.tallies(at)))),
            // What ran this genome was not finite, and what stands there now has not earned it anything.
            false => f32::NAN,
        }
    }

    /// Fitness of a species in a world: the mean over its rows.
    pub fn world(&self, species: usize, world: u64) -> f32 {
        let rows = rows(&self.scene.species[species], &self.plan.species[species]);
        mean((0..u64::from(rows)).map(|row| self.row(species, world, row)))
    }
}
