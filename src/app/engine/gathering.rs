//! What agents that are selected together come to, species by species: how many of them live, how old, how full of energy and how fit
//! they are. Knows nothing of how it is shown.

use std::collections::BTreeSet;

use crate::app::many::Member;
use crate::layout::ENERGY_SCALE;
use crate::simulation::Standing;

/// What those who are selected come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    /// How many were selected.
    pub asked: usize,
    /// Those of them who live, by species, in the order of the scene.
    pub lots: Vec<Lot>,
}

/// Those of one species.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    /// The species.
    pub species: usize,
    /// Who lives.
    pub living: Vec<Member>,
    /// Mean age, ticks.
    pub age: f64,
    /// Mean energy.
    pub energy: f64,
    /// Mean fitness for each second lived; NaN where the species is not judged.
    pub fitness: f64,
}

impl Gathered {
    /// Of some of a world, as all of it stand.
    pub fn of(standings: &[Standing], world: u32, wanted: &[Member]) -> Gathered {
        let wanted: BTreeSet<Member> = wanted.iter().copied().collect();
        let mut lots: Vec<Lot> = vec![];
        for standing in standings.iter().filter(|s| s.world == world && wanted.contains(&(s.slot, s.agent.id))) {
            let species = standing.species as usize;
            // Standings come species by species.
            if lots.last().is_none_or(|lot| lot.species != species) {
                lots.push(Lot { species, living: vec![], age: 0.0, energy: 0.0, fitness: 0.0 });
            }
            let Some(lot) = lots.last_mut() else { continue };
            lot.living.push((standing.slot, standing.agent.id));
            lot.age += f64::from(standing.agent.age);
            lot.energy += f64::from(standing.agent.energy) / f64::from(ENERGY_SCALE);
            lot.fitness += f64::from(standing.fitness);
        }
        for lot in &mut lots {
            let count = lot.living.len() as f64;
            (lot.age, lot.energy, lot.fitness) = (lot.age / count, lot.energy / count, lot.fitness / count);
        }
        Gathered { asked: wanted.len(), lots }
    }

    /// How many live.
    pub fn living(&self) -> usize {
        self.lots.iter().map(|lot| lot.living.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Agent;

    #[test]
    fn means_are_of_those_who_are_meant() {
        let standing = |world, slot, species, id, age: u32, fitness| Standing {
            world,
            slot,
            species,
            name: None,
            agent: Agent { id, age, energy: (age as f32 * ENERGY_SCALE) as i32, ..bytemuck::Zeroable::zeroed() },
            fitness,
            grown: true,
            loudness: 0.0,
        };
        let all = [
            standing(0, 0, 0, 5, 10, 1.0),
            standing(0, 1, 0, 6, 30, 2.0),
            standing(0, 4, 1, 5, 7, f32::NAN),
            standing(1, 0, 0, 5, 99, 9.0),
        ];
        let gathered = Gathered::of(&all, 0, &[(0, 5), (1, 6), (4, 5), (2, 2)]);
        assert_eq!((gathered.asked, gathered.living(), gathered.lots.len()), (4, 3, 2));
        let lot = &gathered.lots[0];
        assert_eq!((lot.age, lot.energy, lot.fitness, &lot.living[..]), (20.0, 20.0, 1.5, &[(0, 5), (1, 6)][..]));
        assert!(gathered.lots[1].fitness.is_nan());
        // A child of another number in the slot is not the one that was selected.
        assert_eq!(Gathered::of(&all, 0, &[(0, 4)]), Gathered { asked: 1, lots: vec![] });
    }
}
