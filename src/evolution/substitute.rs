//! Substitutes for agents that were removed because they were not finite, where nothing else fills their places: in
//! species without live evolution. Knows nothing of how edits are applied, or of why an agent was not finite.

use super::turnover::newborn;
use super::{CLONE, FOUNDER, LineageRecord, fitness};
use crate::edits::{Birth, Edits};
use crate::layout::{Agent, DRAW_PARENT, DRAW_WEIGHT, NONE};
use crate::plan::Plan;
use crate::rng::{self, Stream};
use crate::scene::SceneSpec;
use crate::world::random_genome;

/// One species of one world with places to be filled.
#[derive(Clone, Copy, Debug)]
pub struct SubstituteInput<'a> {
    /// Scene.
    pub scene: &'a SceneSpec,
    /// Its plan.
    pub plan: &'a Plan,
    /// Species.
    pub species: usize,
    /// World.
    pub world: u32,
    /// Key of the world's draws.
    pub stream: Stream,
    /// Ticks since the world started.
    pub tick: u64,
    /// All slots of the world.
    pub agents: &'a [Agent],
    /// Slots to be filled, ascending; dead, all of them.
    pub slots: &'a [u32],
    /// Next free id of the world.
    pub next_id: u32,
}

/// Births into the places, records of them, and the next free id. Where clones of a substitute live, it runs their
/// genome, which is sound; else that of a living agent of its species; else a new one.
pub fn substitutes(input: &SubstituteInput) -> (Edits, Vec<LineageRecord>, u32) {
    let (spec, p) = (&input.scene.species[input.species], &input.plan.species[input.species]);
    let living = |slots: std::ops::Range<usize>| slots.filter(|slot| input.agents[*slot].alive == 1);
    let all: Vec<usize> = living(p.slot_start as usize..(p.slot_start + p.slots) as usize).collect();
    let (mut edits, mut lineage, mut next_id) = (Edits::default(), Vec::new(), input.next_id);
    // Substitutes in one row are clones: the draw of the first decides for all.
    let mut shared: Option<(u32, Option<usize>)> = None;
    for &slot in input.slots {
        let id = next_id;
        next_id = id.wrapping_add(1);
        let row = (slot - p.slot_start) / p.sharers.max(1);
        let draw = |purpose| rng::draw(input.stream, input.tick as u32, id, purpose);
        let parent = match shared {
            Some((same, parent)) if same == row => parent,
            _ => {
                let kin = living(fitness::members(spec, p, row)).next();
                let drawn = || all.get(rng::below(draw(DRAW_PARENT)[0], all.len().max(1) as u32) as usize).copied();
                let parent = kin.or_else(drawn);
                if parent.is_none() && p.genome_len > 0 {
                    let mut genome = vec![0.0; p.genome_len as usize];
                    let words = draw(DRAW_WEIGHT);
                    let key = [words[0], words[1]];
                    random_genome(&mut genome, input.plan, input.species, &spec.controller, key, 0);
                    edits.genomes.push((input.species as u32, input.world, row, genome));
                }
                parent
            }
        };
        shared = Some((row, parent));
        let founder = parent.map_or(id, |slot| input.agents[slot].founder);
        edits.births.push(Birth {
            world: input.world,
            slot,
            parent: parent.map_or(slot, |slot| slot as u32),
            second: NONE,
            mutation_rate: 0.0,
            mutation_size: 0.0,
            key: [0; 2],
            child: newborn(input.scene, input.plan, input.species, input.stream, input.tick, id, founder),
        });
        lineage.push(LineageRecord {
            world: input.world,
            species: input.species as u32,
            slot,
            id,
            parent: parent.map_or(NONE, |slot| input.agents[slot].id),
            second: NONE,
            tick: input.tick,
            operator: if parent.is_some() { CLONE } else { FOUNDER },
        });
    }
    (edits, lineage, next_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Controller, GroupSpec, LinearSpec, Sense, Sharing, SpeciesSpec};
    use crate::world::WorldState;

    /// Twelve agents in groups of four, of which `dead` are gone.
    fn filled(dead: &[u32]) -> (Edits, Vec<LineageRecord>, u32) {
        let species = SpeciesSpec {
            count: 12,
            senses: vec![Sense::Constant],
            controller: Controller::Linear(LinearSpec { init: 2.0, ..Default::default() }),
            sharing: Sharing::Group(GroupSpec { size: 4 }),
            ..Default::default()
        };
        let scene = SceneSpec { species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let mut state = WorldState::start(&scene, &plan, &[[1, 2]]);
        dead.iter().for_each(|slot| state.agents[*slot as usize].alive = 0);
        let (agents, next_id) = (&state.agents[..], state.next_id[0]);
        let input = SubstituteInput {
            scene: &scene,
            plan: &plan,
            species: 0,
            world: 0,
            stream: [1, 2],
            tick: 9,
            agents,
            slots: dead,
            next_id,
        };
        assert_eq!(substitutes(&input), substitutes(&input));
        substitutes(&input)
    }

    #[test]
    fn a_substitute_runs_the_genome_of_its_living_clones() {
        let (edits, lineage, next_id) = filled(&[5]);
        assert_eq!((edits.births[0].slot, edits.births[0].parent, edits.births[0].child.id), (5, 4, 12));
        assert_eq!((lineage[0].parent, lineage[0].operator, next_id), (4, CLONE, 13));
        assert!(edits.genomes.is_empty());
    }

    #[test]
    fn a_group_without_living_members_takes_one_genome_of_another() {
        let (edits, ..) = filled(&[4, 5, 6, 7]);
        let parents: Vec<u32> = edits.births.iter().map(|birth| birth.parent).collect();
        assert!(!(4..8).contains(&parents[0]) && parents.iter().all(|p| *p == parents[0]), "{parents:?}");
        assert!(edits.genomes.is_empty());
    }

    #[test]
    fn a_species_that_died_out_begins_anew() {
        let (edits, lineage, _) = filled(&(0..12).collect::<Vec<_>>());
        assert_eq!(edits.genomes.iter().map(|g| g.2).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(edits.births.iter().all(|birth| birth.parent == birth.slot));
        assert!(edits.genomes[0].3 != edits.genomes[1].3 && lineage.iter().all(|l| l.operator == FOUNDER));
    }
}
