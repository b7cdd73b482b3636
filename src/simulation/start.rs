//! Where worlds that only look begin, and how long they are run: fresh ones with given genomes, or copies of a living school. Knows
//! nothing of what is looked at.

use super::{Simulation, SimulationError};
use crate::genome_file::GenomeFile;
use crate::plan::ticks;
use crate::scene::{Evolution, SceneSpec, SpeciesSpec};
use crate::world::WorldState;

/// Where worlds begin.
#[derive(Clone, Debug)]
pub enum Start {
    /// At their first tick, on the held-out seeds of the scene; species run the genomes given for them, or else the scene's.
    Fresh(Vec<Option<GenomeFile>>),
    /// Where a living school stands. Pairs differ by what is drawn from then on.
    Living(Box<WorldState>),
}

impl Start {
    /// From a running school: where generations are bred, what its genomes do in fresh worlds, for its worlds are being judged;
    /// else itself, as it stands.
    ///
    /// # Errors
    /// When its state cannot be had.
    pub fn of(simulation: &mut Simulation) -> Result<Start, SimulationError> {
        let breeds = |s: &SpeciesSpec| s.count > 0 && matches!(s.evolution, Evolution::Generational(_));
        match simulation.scene().species.iter().any(breeds) {
            true => Start::genomes_of(simulation),
            false => Ok(Start::Living(Box::new(simulation.checkpoint()?.state))),
        }
    }

    /// What the genomes of a school do in fresh worlds.
    ///
    /// # Errors
    /// When they cannot be had.
    pub fn genomes_of(simulation: &mut Simulation) -> Result<Start, SimulationError> {
        let species = 0..simulation.scene().species.len();
        Ok(Start::Fresh(species.map(|species| simulation.genomes(species)).collect::<Result<_, _>>()?))
    }
}

/// Seconds that worlds are run where the scene says nothing of rollouts.
const SECONDS: f32 = 30.0;

/// Ticks that worlds are run unless said otherwise: a rollout where genomes are judged by one.
pub fn usual_ticks(scene: &SceneSpec) -> u32 {
    let judged = scene.species.iter().any(|s| matches!(s.evolution, Evolution::Generational(_)));
    if judged { scene.rollout.ticks.max(1) } else { ticks(SECONDS, scene.dt).max(1) }
}
