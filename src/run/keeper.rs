//! A run while it is kept: tables grow as things happen, checkpoints are written when they are due, and after a failure
//! of the backend the run goes on from the last of them. Commands and window keep their runs through this alone.
//! Knows nothing of who drives the run.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{RunError, RunFolder};
use crate::backend::BackendError;
use crate::simulation::{BackendChoice, Happened, Options, Simulation, SimulationError};

/// Real time between checkpoints when no number of ticks was asked for.
const SAVE_EVERY: Duration = Duration::from_secs(60);

/// Keeps one run.
pub struct Keeper {
    folder: RunFolder,
    /// Ticks between checkpoints; real time decides when `None`.
    every: Option<u64>,
    saved: Instant,
    /// Checkpoint that was gone back to last.
    gone_back: Option<u64>,
}

impl Keeper {
    /// Keeps a run in `folder`, with a checkpoint every so many ticks.
    pub fn new(folder: RunFolder, every: Option<u64>) -> Keeper {
        Keeper { folder, every, saved: Instant::now(), gone_back: None }
    }

    /// Where the run lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Most ticks to advance from `tick` before looking at `save_if_due` again.
    pub fn ticks_to_look(&self, tick: u64) -> u64 {
        self.every.map_or(u64::MAX, |every| every - tick % every)
    }

    /// Writes down what happened.
    pub fn record(&mut self, happened: &Happened) -> Result<(), RunError> {
        self.folder.record(happened)
    }

    /// Writes a checkpoint when it is time for one; tells whether it was.
    pub fn save_if_due(&mut self, simulation: &mut Simulation) -> Result<bool, RunError> {
        let due = match self.every {
            Some(every) => simulation.tick().is_multiple_of(every),
            None => self.saved.elapsed() >= SAVE_EVERY,
        };
        if due {
            self.save(simulation)?;
        }
        Ok(due)
    }

    /// Writes a checkpoint. On failure the last good one stays.
    pub fn save(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        // Counted from the end of the attempt, so that a slow disk still leaves time to run.
        let outcome = self.folder.save(simulation);
        self.saved = Instant::now();
        outcome
    }

    /// Writes the last checkpoint and the genomes that the run leaves.
    pub fn finish(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        self.folder.finish(simulation)
    }

    /// Lets go of all checkpoints but the newest and the best, once the run has ended.
    pub fn thin(&mut self) -> Result<(), RunError> {
        self.folder.thin()
    }

    /// The run as it was at its last checkpoint, after its backend (`failed`: `cpu` or `gpu`) gave up with `error`. A
    /// device that was lost is opened anew; one that refuses, or was lost twice since the same checkpoint, makes way
    /// for the processor.
    pub fn go_back(&mut self, failed: &str, error: BackendError, options: &Options) -> Result<Simulation, RunError> {
        if failed == "cpu" {
            return Err(SimulationError::from(error).into());
        }
        let loaded = self.folder.go_back()?;
        let tick = loaded.header.tick;
        let anew = Options { device: None, ..options.clone() };
        let first_time = self.gone_back.replace(tick) != Some(tick);
        if first_time
            && matches!(error, BackendError::DeviceLost(_))
            && let Ok(simulation) = Simulation::restore(loaded.checkpoint.clone(), &anew)
        {
            return Ok(simulation);
        }
        Ok(Simulation::restore(loaded.checkpoint, &Options { backend: BackendChoice::Cpu, ..anew })?)
    }
}
