//! The one owner of a running scene: it alone advances the backend, and between ticks applies what evolution, events
//! and commands ask for. Everything at a tick boundary happens when the boundary is reached, in one fixed order, so
//! that the state at a tick does not depend on the steps that led there. Knows nothing of files, windows or clocks
//! other than for the speed that it reports.

mod again;
mod boundary;
mod checkpoint;
mod choose;
mod command;
mod error;
mod genomes;
mod hand;
mod happened;
mod meaning;
mod options;
mod progress;
mod ranks;
mod rollout;
mod sizes;
mod standing;
mod start;

use std::time::Instant;

use crate::backend::{Backend, BackendError, BackendInfo, Shown};
use crate::command::{Command, CommandError, Logged};
use crate::evolution::generational::Generational;
use crate::evolution::round::worlds_needed;
use crate::genome_file::GenomeFile;
use crate::hearing::{Listened, SignalLog};
use crate::plan::Plan;
use crate::rng;
use crate::scene::{Diagnostic, SceneSpec};
use crate::snapshot::{AgentDetail, Snapshot};
use crate::world::WorldState;
use ranks::Call;

pub use crate::evolution::LineageRecord;
pub use crate::evolution::round::GenerationRow;
pub use again::{BOUNDARY, WHOLE};
pub use checkpoint::Checkpoint;
pub use choose::{BackendChoice, open as open_backend};
pub use command::scene_after;
pub use error::SimulationError;
pub use genomes::describe;
pub use happened::Happened;
pub use options::Options;
pub use progress::{Fault, Progress};
pub use ranks::{dismiss, follow};
pub use rollout::{Rollouts, Seen, held_out_scores, watch};
pub use sizes::{check_sizes, memory, state_bytes};
pub use standing::{Name, PickBy, Standing};
pub use start::{Start, usual_ticks};

/// What would keep a well-formed scene from running here: sizes, and genomes that it starts from. `beside` is the
/// scene's folder.
pub fn problems(scene: &SceneSpec, beside: &std::path::Path) -> Vec<Diagnostic> {
    let plan = Plan::new(scene, worlds_needed(scene));
    let sizes = check_sizes(scene, &plan).err();
    let genomes = (0..scene.species.len()).filter_map(|species| {
        let error = genomes::load(scene, &plan, species, beside).err()?;
        let (message, right) = error.told();
        let path = format!("species[{species}].genomes");
        let message = format!("`{path}` cannot be had: {message}");
        Some(Diagnostic::new(path, message, right))
    });
    sizes.into_iter().chain(genomes).collect()
}

/// A refusal by size, as whoever starts a simulation hears it.
fn too_large(problem: Diagnostic) -> BackendError {
    BackendError::TooLarge(problem.to_string())
}

/// A running scene.
pub struct Simulation {
    scene: SceneSpec,
    plan: Plan,
    backend: Box<dyn Backend>,
    options: Options,
    note: Option<String>,
    tick: u64,
    generational: Option<Generational>,
    progress: Progress,
    log: Vec<Logged>,
    /// What happened outside `advance` and is still to be told.
    pending: Happened,
    /// When the last metrics row was made, and at which tick.
    clock: (Instant, u64),
    /// Those who follow, where there are any and this rank leads.
    lead: Option<ranks::Lead>,
    /// Who is listened to for the rows of meaning; nobody where the scene does not ask for them.
    heard: Vec<Listened>,
}

impl Simulation {
    /// Starts a scene from its first tick.
    ///
    /// # Errors
    /// When it does not fit the machine, names genomes or events that do not fit it, or the backend cannot be had.
    pub fn new(scene: SceneSpec, options: &Options) -> Result<Simulation, SimulationError> {
        ranks::announce_scene(&scene, options);
        ranks::agreed(Simulation::make(scene, options), true, options)
    }

    /// As `new`, on this rank, up to the events of the first tick.
    fn make(mut scene: SceneSpec, options: &Options) -> Result<Simulation, SimulationError> {
        scene.rollout.worlds = options.worlds.unwrap_or_else(|| worlds_needed(&scene)).max(1);
        let plan = Plan::new(&scene, scene.rollout.worlds);
        check_sizes(&scene, &plan).map_err(too_large)?;
        let load = |species| genomes::load(&scene, &plan, species, &options.beside);
        let files = (0..scene.species.len()).map(load).collect::<Result<Vec<_>, _>>()?;
        let mut generational = Generational::new(&scene, &plan, scene.seed);
        let mut pending = Happened::default();
        let mut state = match &mut generational {
            Some(evolution) => {
                for (species, file) in files.iter().enumerate() {
                    if let Some(file) = file
                        && evolution.population(species).is_some()
                    {
                        let rows: Vec<Vec<f32>> = (0..file.rows()).map(|row| file.row(row).to_vec()).collect();
                        evolution.seed_population(species, &rows).map_err(|e| SimulationError::State(e.to_string()))?;
                    }
                }
                let mut start = evolution.begin_round();
                pending.lineage = std::mem::take(&mut start.lineage);
                start.worlds(&scene, &plan)
            }
            None => {
                let streams: Vec<_> = (0..plan.dims.worlds).map(|world| rng::stream(scene.seed, 0, world)).collect();
                WorldState::start(&scene, &plan, &streams)
            }
        };
        for (species, file) in files.iter().enumerate() {
            let bred = generational.as_ref().is_some_and(|g| g.population(species).is_some());
            if let Some(file) = file
                && !bred
            {
                genomes::fill(&mut state, &plan, species, file);
            }
        }
        let mut opened = choose::open(options, &plan)?;
        let own = opened.backend.own(plan.dims.worlds);
        opened.backend.load(state.only(&own))?;
        let progress = Progress::start(&scene);
        let heard = meaning::heard(&scene, &plan, options)?;
        Ok(Simulation {
            scene,
            plan,
            backend: opened.backend,
            options: Options { device: opened.device, ..options.clone() },
            note: opened.note,
            tick: 0,
            generational,
            progress,
            log: Vec::new(),
            pending,
            clock: (Instant::now(), 0),
            lead: None,
            heard,
        })
    }

    /// Tells the ranks that follow what is called.
    fn tell(&self, call: &Call) {
        if let Some(lead) = &self.lead {
            lead.call(call);
        }
    }

    /// The scene with all changes so far.
    pub fn scene(&self) -> &SceneSpec {
        &self.scene
    }

    /// Its plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Ticks advanced.
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// What it runs on.
    pub fn info(&self) -> BackendInfo {
        self.backend.info()
    }

    /// Why the processor took over where a GPU was there, if it did.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Commands so far, in the order of application.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// Generations that every evolving species has had: finished ones, or in live evolution births over the
    /// population. 0 when nothing evolves.
    pub fn generation(&self) -> u64 {
        self.progress.generation(&self.scene, self.generational.as_ref().map(Generational::generation))
    }

    /// Mean fitness by which checkpoints are compared: of the last generation, or of the lives that ended in the last
    /// metrics interval, of the first species that evolves by fitness. NaN before either.
    pub fn score(&self) -> f64 {
        self.progress.score
    }

    /// Advances by `ticks`.
    ///
    /// # Errors
    /// When the backend fails; the simulation then goes on from a checkpoint only.
    pub fn advance(&mut self, ticks: u32) -> Result<Happened, SimulationError> {
        self.tell(&Call::Advance(ticks));
        let mut happened = std::mem::take(&mut self.pending);
        let mut left = ticks;
        while left > 0 {
            self.hear_first()?;
            let step = self.ticks_to_boundary().min(u64::from(left)) as u32;
            self.backend.advance(step)?;
            self.tick += u64::from(step);
            happened.ticks += step;
            left -= step;
            self.hear_second(&mut happened)?;
            self.at_boundary(&mut happened)?;
        }
        Ok(happened)
    }

    /// Tells what happened and was not told yet, without advancing.
    pub fn drain(&mut self) -> Result<Happened, SimulationError> {
        self.tell(&Call::Drain);
        let mut happened = std::mem::take(&mut self.pending);
        self.drain_births(&mut happened)?;
        Ok(happened)
    }

    /// One world for viewing; cosmetic.
    pub fn snapshot(&mut self, world: u32) -> Result<Snapshot, SimulationError> {
        Ok(self.backend.snapshot(world.min(self.plan.dims.worlds - 1))?)
    }

    /// One world for viewing, left where the viewer draws if it can be; cosmetic.
    pub fn show(&mut self, world: u32) -> Result<Shown, SimulationError> {
        Ok(self.backend.show(world.min(self.plan.dims.worlds - 1))?)
    }

    /// One agent opened up. World and slot beyond the last are taken as the last.
    pub fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, SimulationError> {
        let dims = &self.plan.dims;
        Ok(self.backend.detail(world.min(dims.worlds - 1), slot.min(dims.slots.saturating_sub(1)))?)
    }

    /// Lets a log listen to worlds as they stand, so many at most: in two ticks in a row, of which the second is logged. Nothing of the
    /// run changes. Where a rollout has just begun, the log goes on with other worlds.
    ///
    /// # Errors
    /// When the backend fails, or worlds are on other ranks.
    pub fn listen(&mut self, log: &mut SignalLog, most: u32) -> Result<(), SimulationError> {
        if self.tick == self.progress.world_start {
            log.other_worlds();
            return Ok(());
        }
        Ok(log.sample(&mut *self.backend, 0..self.plan.dims.worlds.min(most), self.tick)?)
    }

    /// The genomes that agents of a world run. World and slots beyond the last are taken as the last.
    ///
    /// # Errors
    /// When the backend fails, or the world is on another rank.
    pub fn genomes_of(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, SimulationError> {
        let dims = &self.plan.dims;
        let slots: Vec<u32> = slots.iter().map(|slot| (*slot).min(dims.slots.saturating_sub(1))).collect();
        Ok(self.backend.genomes(world.min(dims.worlds - 1), &slots)?)
    }

    /// The genomes of a species as they stand, best first, at most `genomes::MOST`; `None` for a species without.
    pub fn genomes(&mut self, species: usize) -> Result<Option<GenomeFile>, SimulationError> {
        self.tell(&Call::Genomes(species));
        if self.plan.species.get(species).is_none_or(|p| p.genome_len == 0) {
            return Ok(None);
        }
        let file = match self.generational.as_ref().and_then(|g| genomes::of_population(g, &self.plan, species)) {
            Some(file) => file,
            None => match self.backend.save()? {
                // A rank that follows has only helped the first.
                state if state.streams.is_empty() => return Ok(None),
                state => genomes::of_living(&state, &self.scene, &self.plan, species),
            },
        };
        Ok(Some(genomes::describe(file, &self.scene, &self.plan, species)))
    }

    /// Makes a change now, at this tick boundary, and appends it to the log. Tells whether it holds at once.
    ///
    /// # Errors
    /// When the change is refused; everything is then as it was.
    pub fn command(&mut self, command: Command) -> Result<crate::scene::When, CommandError> {
        self.tell(&Call::Command(command.clone()));
        self.apply(&command)?;
        self.log.push(Logged { tick: self.tick, command });
        Ok(crate::scene::When::Now)
    }
}

#[cfg(test)]
mod tests;
