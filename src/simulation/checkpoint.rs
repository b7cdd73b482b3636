//! A simulation as plain data and back: checkpoints, forks, digests. Knows nothing of files.

use std::time::Instant;

use super::ranks::{self, Call};
use super::{Happened, Options, Progress, Simulation, SimulationError, check_sizes, choose, genomes, too_large};
use crate::command::Logged;
use crate::evolution::archive::{Archive, Elite};
use crate::evolution::generational::Generational;
use crate::genome_file::GenomeFile;
use crate::layout::*;
use crate::math::Vec3;
use crate::plan::Plan;
use crate::scene::{Evolution, SceneSpec, SpeciesSpec};
use crate::world::WorldState;

/// Everything that decides how a simulation goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The scene with all changes so far.
    pub scene: SceneSpec,
    /// The worlds.
    pub state: WorldState,
    /// Evolution and metrics.
    pub progress: Progress,
    /// Commands so far.
    pub log: Vec<Logged>,
}

impl Checkpoint {
    /// Digest of worlds and evolution, hexadecimal: equal simulations, equal digests, on every machine.
    pub fn digest(&self) -> String {
        let mut counters = self.state.counters.clone();
        // What the birth log had no room for depends on when it was read, and decides nothing.
        counters.iter_mut().for_each(|c| c[COUNT_UNLOGGED as usize] = 0);
        let state = if counters == self.state.counters {
            self.state.digest()
        } else {
            WorldState { counters, ..self.state.clone() }.digest()
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(state.as_bytes());
        hasher.update(&self.progress.world_start.to_le_bytes());
        hasher.update(&self.progress.rounds.to_le_bytes());
        hasher.update(self.progress.generational.as_deref().unwrap_or_default());
        hasher.finalize().to_hex().to_string()
    }

    /// The archives that its populations have filled, with their species.
    ///
    /// # Errors
    /// When its populations cannot be read.
    pub fn archives(&self) -> Result<Vec<(usize, Archive)>, SimulationError> {
        let keeps = |s: &SpeciesSpec| matches!(&s.evolution, Evolution::Generational(g) if g.strategy.keeps_archive());
        if !self.scene.species.iter().any(keeps) {
            return Ok(vec![]);
        }
        let plan = Plan::new(&self.scene, self.state.streams.len() as u32);
        let populations = populations(&self.scene, &plan, &mut self.progress.clone())?;
        let of = |species| Some((species, populations.as_ref()?.archive(species)?.clone()));
        Ok((0..self.scene.species.len()).filter_map(of).collect())
    }

    /// The genome of an elite as agents run it, as a file of its own.
    pub fn elite_file(&self, species: usize, elite: &Elite) -> GenomeFile {
        let plan = Plan::new(&self.scene, 1);
        let file = GenomeFile {
            len: elite.genome.len(),
            genomes: plan.rows(species).rounded(&elite.genome),
            fitness: vec![elite.objective],
            lineage: vec![[elite.id, elite.id]],
            ..Default::default()
        };
        genomes::describe(file, &self.scene, &plan, species)
    }

    /// Refuses states that no simulation could have left and that a backend need not be able to stand. The lengths
    /// of the arrays are those of the plan already.
    pub fn check(&self, plan: &Plan) -> Result<(), String> {
        let (state, worlds) = (&self.state, plan.dims.worlds);
        if self.progress.species.len() != plan.species.len() {
            return Err(format!(
                "progress of {} species where the scene has {}",
                self.progress.species.len(),
                plan.species.len()
            ));
        }
        if self.progress.world_start > state.tick || state.tick > 1 << 48 {
            return Err(format!("worlds that started at tick {} stand at {}", self.progress.world_start, state.tick));
        }
        let sane = |done: &Intervention, p: &SpeciesParams| {
            done.mode <= HEAR_NOISE && done.delay < p.history.max(1) && done.noise.is_finite()
        };
        for world in 0..worlds {
            let next = state.next_id[world as usize];
            let agents = &state.agents[WorldState::part(world, plan.dims.slots)];
            // Half of what the numbers can hold: nothing overflows for a very long time.
            let fits = |a: &Agent| {
                a.alive <= 1
                    && (a.alive == 0 || a.id < next)
                    && [a.age, a.handling, a.refractory].iter().all(|n| *n < 1 << 31)
                    && a.energy.unsigned_abs() < 1 << 30
                    && a.pos.iter().chain(&a.heading).chain(&a.vel).all(|v| v.is_finite())
                    && inside(&plan.tank, a.pos)
            };
            if next > 1 << 31 {
                return Err(format!("world {world} has used {next} ids"));
            }
            if let Some(slot) = agents.iter().position(|a| !fits(a)) {
                return Err(format!(
                    "agent {} in slot {slot} of world {world} has impossible numbers",
                    agents[slot].id
                ));
            }
            for (species, p) in plan.species.iter().enumerate() {
                let mask = &state.interventions[world as usize * plan.species.len() + species];
                if !sane(mask, p) || !sane(&self.progress.intervention(species), p) {
                    return Err(format!("species {species} is meddled with in an impossible way"));
                }
            }
        }
        Ok(())
    }
}

/// Whether a tick can leave an agent at `pos`: cells are looked up around it without asking again.
fn inside(tank: &TankParams, pos: Vec3) -> bool {
    (0..3).all(|axis| {
        let (x, extent) = (pos[axis], tank.extent[axis]);
        if axis >= tank.dim as usize {
            x == 0.0
        } else {
            match tank.edge[axis] {
                EDGE_TORUS => (0.0..extent).contains(&x),
                EDGE_WALL => (0.0..=extent).contains(&x),
                _ => true,
            }
        }
    })
}

/// The populations that `progress` has kept, taken out of it.
pub(super) fn populations(
    scene: &SceneSpec,
    plan: &Plan,
    progress: &mut Progress,
) -> Result<Option<Generational>, SimulationError> {
    let bad = |e: crate::evolution::StateError| SimulationError::State(e.to_string());
    let generational = match progress.generational.take() {
        Some(bytes) => Some(Generational::restore(scene, plan, &bytes).map_err(bad)?),
        None => None,
    };
    let needed = |s: &SpeciesSpec| s.count > 0 && matches!(s.evolution, Evolution::Generational(_));
    if generational.is_none() && scene.species.iter().any(needed) {
        return Err(SimulationError::State("its populations are missing".to_string()));
    }
    Ok(generational)
}

impl Simulation {
    /// Copies everything out; changes nothing.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, SimulationError> {
        self.tell(&Call::Checkpoint);
        // Births within ticks are told, not saved: they wait for the next `advance` or `drain`.
        let mut born = Happened::default();
        self.drain_births(&mut born)?;
        self.pending.append(born);
        let generational = self.generational.as_ref().map(Generational::save);
        Ok(Checkpoint {
            scene: self.scene.clone(),
            state: self.backend.save()?,
            progress: Progress { generational, ..self.progress.clone() },
            log: self.log.clone(),
        })
    }

    /// Goes on exactly where a checkpoint was taken.
    pub fn restore(checkpoint: Checkpoint, options: &Options) -> Result<Simulation, SimulationError> {
        ranks::announce_checkpoint(&checkpoint, options);
        ranks::agreed(Simulation::make_again(checkpoint, options), false, options)
    }

    /// As `restore`, on this rank.
    pub(super) fn make_again(checkpoint: Checkpoint, options: &Options) -> Result<Simulation, SimulationError> {
        let Checkpoint { scene, state, mut progress, log } = checkpoint;
        let plan = Plan::new(&scene, state.streams.len() as u32);
        check_sizes(&scene, &plan).map_err(too_large)?;
        let generational = populations(&scene, &plan, &mut progress)?;
        let mut opened = choose::open(options, &plan)?;
        let tick = state.tick;
        let own = opened.backend.own(plan.dims.worlds);
        opened.backend.load(state.only(&own))?;
        let heard = super::meaning::heard(&scene, &plan, options)?;
        Ok(Simulation {
            tick,
            clock: (Instant::now(), tick),
            scene,
            plan,
            backend: opened.backend,
            options: Options { device: opened.device, ..options.clone() },
            note: opened.note,
            generational,
            progress,
            log,
            pending: Happened::default(),
            lead: None,
            heard,
        })
    }

    /// A copy that goes its own way, on this rank alone.
    pub fn fork(&mut self) -> Result<Simulation, SimulationError> {
        let checkpoint = self.checkpoint()?;
        Simulation::restore(checkpoint, &Options { ranks: None, ..self.options.clone() })
    }

    /// Digest of worlds and evolution, hexadecimal.
    pub fn digest(&mut self) -> Result<String, SimulationError> {
        Ok(self.checkpoint()?.digest())
    }
}
