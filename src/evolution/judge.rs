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

/// The tallies that a species is judged and described by, its partners' among them, a bit each.
pub fn asked(scene: &SceneSpec, plan: &Plan, species: usize) -> u32 {
    let of = |species: usize| {
        let (spec, p) = (&scene.species[species], &plan.species[species]);
        spec.terms().filter_map(|term| tally_of(spec, p, term)).fold(0, |asked, tally| asked | 1 << tally)
    };
    partners(scene, species).fold(of(species), |asked, (partner, _)| asked | of(partner))
}

/// The species whose fitness counts for one, and how much.
fn partners(scene: &SceneSpec, species: usize) -> impl Iterator<Item = (usize, f32)> {
    scene.species[species].partners.iter().filter_map(|partner| {
        let place = scene.species.iter().position(|other| other.name == partner.species)?;
        Some((place, partner.weight))
    })
}

impl Judge<'_> {
    /// Fitness of a genome row of a species in a world: the mean over the agents that it ran, the dead with what they had; and
    /// what the species' partners came to in that world.
    pub fn row(&self, species: usize, world: u64, row: u64) -> f32 {
        self.mean(species, world, row, fitness) + self.partly(species, world)
    }

    /// As `row`, of each of its agents by itself, in the order of their slots; empty where `row` is not a number.
    pub fn each(&self, species: usize, world: u64, row: u64) -> Vec<f32> {
        let partly = self.partly(species, world);
        let own = self.of_row(species, world, row, fitness);
        own.into_iter().flatten().map(|fitness| fitness + partly).collect()
    }

    /// What the partners of a species add to the fitness of all its genomes in a world.
    fn partly(&self, species: usize, world: u64) -> f32 {
        let of = |(partner, weight): (usize, f32)| {
            let rows = rows(&self.scene.species[partner], &self.plan.species[partner]);
            // By its own terms alone: two may be each other's partners.
            weight * mean((0..u64::from(rows)).map(|row| self.mean(partner, world, row, fitness)))
        };
        partners(self.scene, species).map(of).sum()
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
        self.of_row(species, world, row, of).map_or(f32::NAN, mean)
    }

    /// One number of what each of the agents that ran a genome row has. `None` where what ran this genome was not finite, and what
    /// stands there now has not earned it anything.
    fn of_row(
        &self,
        species: usize,
        world: u64,
        row: u64,
        of: impl Fn(&SpeciesSpec, &SpeciesParams, &Tallies) -> f32,
    ) -> Option<impl Iterator<Item = f32>> {
        let Judge { scene, plan, earned } = self;
        let (spec, p) = (&scene.species[species], &plan.species[species]);
        // Ids of agents that stood there when the round began; later ones are substitutes.
        let own = scene.species.iter().map(|s| s.count).sum::<u32>();
        let first = WorldState::part(world as u32, plan.dims.slots).start;
        let places = members(spec, p, row as u32).map(move |slot| first + slot);
        let all_own = places.clone().all(|at| earned.id(at) < own);
        all_own.then(|| places.map(move |at| of(spec, p, &earned.tallies(at))))
    }

    /// Fitness of a species in a world: the mean over its rows.
    pub fn world(&self, species: usize, world: u64) -> f32 {
        let rows = rows(&self.scene.species[species], &self.plan.species[species]);
        mean((0..u64::from(rows)).map(|row| self.row(species, world, row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{TALLIES, TALLY_ALIVE, TALLY_DISTANCE, TALLY_SCALE};
    use crate::scene::{FitnessTerm, PartnerSpec};

    #[test]
    fn partners_count_by_their_own_terms_in_the_same_world() {
        let species = |name: &str, term: Term, partners: &[(&str, f32)]| SpeciesSpec {
            name: name.into(),
            count: 2,
            fitness: vec![FitnessTerm { term, weight: 1.0 }],
            partners: partners
                .iter()
                .map(|(s, weight)| PartnerSpec { species: (*s).into(), weight: *weight })
                .collect(),
            ..Default::default()
        };
        // Each the other's partner: one shares what the other has, the other is set against it.
        let (guide, diver) = (
            species("guide", Term::Distance, &[("diver", 0.5)]),
            species("diver", Term::TimeAlive, &[("guide", -1.0)]),
        );
        let scene = SceneSpec { extent: [9.0, 9.0, 0.0], species: vec![guide, diver], ..Default::default() };
        let plan = Plan::new(&scene, 2);
        let state = WorldState::start(&scene, &plan, &[[1, 2], [3, 4]]);
        let mut tallies = vec![[0; TALLIES as usize]; state.agents.len()];
        for (at, own) in tallies.iter_mut().enumerate() {
            own[TALLY_DISTANCE as usize] = at as i32 * TALLY_SCALE as i32;
            own[TALLY_ALIVE as usize] = 100 * at as i32 * TALLY_SCALE as i32;
        }
        let all = asked(&scene, &plan, 0);
        assert_eq!(all, asked(&scene, &plan, 1), "each needs what the other is judged by");
        let earned = Earned::of(all, &state.agents, &tallies);
        let judge = Judge { scene: &scene, plan: &plan, earned: &earned };
        // Slots: guides 0 and 1, divers 2 and 3 of the first world; 4 to 7 of the second.
        assert_eq!(judge.row(0, 0, 1), 1.0 + 0.5 * 250.0);
        assert_eq!(judge.row(1, 0, 0), 200.0 - 0.5);
        assert_eq!(judge.row(1, 1, 1), 700.0 - 4.5);
        assert_eq!(judge.term(0, 0, 1, &Term::Distance), 1.0, "what describes a genome is its own");
        // Two rows of one agent each: who is alone in a row is all of it.
        assert_eq!(judge.each(0, 1, 0), [judge.row(0, 1, 0)]);
        let mut clones = scene.clone();
        clones.species[0].sharing = crate::scene::Sharing::Species;
        let plan = Plan::new(&clones, 2);
        let judge = Judge { scene: &clones, plan: &plan, earned: &earned };
        assert_eq!(judge.row(0, 1, 0), 4.5 + 0.5 * 650.0);
        assert_eq!(judge.each(0, 1, 0), [4.0 + 0.5 * 650.0, 5.0 + 0.5 * 650.0]);
        // Without partners nothing is added.
        let mut alone = scene.clone();
        alone.species.iter_mut().for_each(|species| species.partners.clear());
        assert_eq!(Judge { scene: &alone, plan: &plan, earned: &earned }.row(1, 1, 1), 700.0);
    }
}
