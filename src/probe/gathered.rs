//! What is gathered from the worlds of a probe while they go on: measures at some moments, and what agents have earned at the
//! end. Knows nothing of which worlds are changed.

use super::Quantity;
use crate::edits::Census;
use crate::evolution::fitness::fitness;
use crate::measure::measure_those;
use crate::scene::{Measure, SceneSpec};
use crate::simulation::{Rollouts, SimulationError};
use crate::world::WorldState;

/// The species and quantities of a scene that are compared: of every species that there is its fitness, where it has one, its
/// population, and what the scene logs of schools. Genomes do not change, and so neither does their diversity.
pub fn quantities(scene: &SceneSpec) -> Vec<(usize, Quantity)> {
    let mut all = vec![];
    for (species, spec) in scene.species.iter().enumerate().filter(|(_, spec)| spec.count > 0) {
        let mut add = |quantity| all.push((species, quantity));
        if !spec.fitness.is_empty() {
            add(Quantity::Fitness);
        }
        add(Quantity::Population);
        for &measure in &scene.measures.log {
            let silent = measure == Measure::SignalEnergy && spec.signals.channels == 0;
            if measure != Measure::Diversity && !silent {
                add(Quantity::Measure(measure));
            }
        }
    }
    all
}

/// Sums in the making.
pub struct Gathered {
    /// As the worlds began.
    start: Census,
    /// Sum and number of the measurements that came to something: `[quantities][worlds]`.
    sums: Vec<Vec<(f64, u32)>>,
}

impl Gathered {
    /// Of worlds that begin now.
    pub fn new(rollouts: &mut Rollouts, quantities: &[(usize, Quantity)]) -> Result<Gathered, SimulationError> {
        let worlds = rollouts.plan.dims.worlds as usize;
        Ok(Gathered { start: rollouts.backend.census()?, sums: vec![vec![(0.0, 0); worlds]; quantities.len()] })
    }

    /// Adds the schools as they are.
    pub fn measure(
        &mut self,
        rollouts: &mut Rollouts,
        quantities: &[(usize, Quantity)],
    ) -> Result<(), SimulationError> {
        let census = rollouts.backend.census()?;
        let (scene, plan) = (&rollouts.scene, &rollouts.plan);
        for world in 0..plan.dims.worlds {
            for species in 0..scene.species.len() {
                let own = quantities.iter().zip(&mut self.sums).filter(|((of, _), _)| *of == species);
                let own: Vec<_> = own
                    .filter_map(|((_, quantity), sums)| match quantity {
                        Quantity::Measure(measure) => Some((*measure, &mut sums[world as usize])),
                        _ => None,
                    })
                    .collect();
                let those: Vec<Measure> = own.iter().map(|(measure, _)| *measure).collect();
                let found = measure_those(&those, scene, plan, &census, species, world..world + 1);
                for (measure, (sum, count)) in own {
                    let value = f64::from(found.get(measure));
                    if value.is_finite() {
                        *sum += value;
                        *count += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// What each quantity came to in each world, `[quantities][worlds]`; NaN where there was nothing to measure.
    pub fn results(
        &self,
        rollouts: &mut Rollouts,
        quantities: &[(usize, Quantity)],
    ) -> Result<Vec<Vec<f64>>, SimulationError> {
        let end = rollouts.backend.census()?;
        let worlds = 0..rollouts.plan.dims.worlds;
        let of = |(at, (species, quantity)): (usize, &(usize, Quantity))| {
            let world = |world: u32| match quantity {
                Quantity::Fitness => self.earned(rollouts, &end, *species, world),
                Quantity::Population => f64::from(living(rollouts, &end, *species, world)),
                Quantity::Measure(_) => {
                    let (sum, count) = self.sums[at][world as usize];
                    sum / f64::from(count)
                }
            };
            worlds.clone().map(world).collect()
        };
        Ok(quantities.iter().enumerate().map(of).collect())
    }

    /// Mean fitness that those earned who lived when the worlds began, the dead with what they had; those whose places others have
    /// been born into do not count.
    fn earned(&self, rollouts: &Rollouts, end: &Census, species: usize, world: u32) -> f64 {
        let (spec, p) = (&rollouts.scene.species[species], &rollouts.plan.species[species]);
        let first = WorldState::part(world, rollouts.plan.dims.slots).start + p.slot_start as usize;
        let (mut sum, mut count) = (0.0, 0u32);
        for slot in first..first + p.slots as usize {
            let (before, after) = (&self.start.agents[slot], &end.agents[slot]);
            if before.alive == 1 && before.id == after.id && !after.shows_fault() {
                let of = |census: &Census| f64::from(fitness(spec, p, &census.tallies[slot]));
                sum += of(end) - of(&self.start);
                count += 1;
            }
        }
        sum / f64::from(count)
    }
}

/// Agents of a species alive in a world.
fn living(rollouts: &Rollouts, census: &Census, species: usize, world: u32) -> u32 {
    let p = &rollouts.plan.species[species];
    let first = WorldState::part(world, rollouts.plan.dims.slots).start + p.slot_start as usize;
    census.agents[first..first + p.slots as usize].iter().map(|agent| agent.alive).sum()
}
