//! A run while it is kept: tables grow as things happen, checkpoints are written when they are due, and after a failure
//! of the backend the run goes on from the last of them. Commands and window keep their runs through this alone.
//! Knows nothing of who drives the run.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Ended, RunError, RunFolder, StopRule, Watch};
use crate::simulation::{BackendChoice, Happened, Options, Simulation};

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

    /// Keeps a run that goes on from here in another way than this one did, in a folder of its own; see `RunFolder::branch`.
    pub fn branch(&self, path: &Path, simulation: &mut Simulation) -> Result<Keeper, RunError> {
        Ok(Keeper::new(self.folder.branch(path, simulation)?, self.every))
    }

    /// Ticks of the checkpoints that there are, ascending.
    pub fn checkpoints(&self) -> Vec<u64> {
        self.folder.checkpoints()
    }

    /// Where the run lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Most ticks to advance from `tick` before asking again whether a checkpoint is due.
    pub fn ticks_to_look(&self, tick: u64) -> u64 {
        self.every.map_or(u64::MAX, |every| every - tick % every)
    }

    /// Writes down what happened.
    pub fn record(&mut self, happened: &Happened) -> Result<(), RunError> {
        self.folder.record(happened)
    }

    /// Whether it is time for a checkpoint.
    pub fn due(&self, tick: u64) -> bool {
        self.every.map_or(self.saved.elapsed() >= SAVE_EVERY, |every| tick.is_multiple_of(every))
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

    /// Watches the run for a reason to end, with all that it has had in sight.
    pub fn watch(&self, rule: StopRule, simulation: &Simulation) -> Result<Watch, RunError> {
        self.folder.watch(rule, simulation.scene())
    }

    /// Notes how the run ended, after `seconds` more of real time.
    pub fn ended(&mut self, ended: Ended, seconds: f64) -> Result<(), RunError> {
        self.folder.set_ended(ended, seconds)
    }

    /// Notes that the run goes on after all.
    pub fn goes_on(&mut self) -> Result<(), RunError> {
        let (goal, stop) = (self.folder.info().goal, self.folder.info().stop);
        self.folder.set_end(goal, stop)
    }

    /// Lets go of all checkpoints but the newest and the best, once the run has ended.
    pub fn thin(&mut self) -> Result<(), RunError> {
        self.folder.thin()
    }

    /// The run as it was at its last checkpoint, after its backend failed. `again` opens the same kind of backend anew;
    /// the processor takes over where that cannot be, or where it failed before since the same checkpoint. `options` are
    /// changed to what the run goes on with.
    pub fn go_back(&mut self, options: &mut Options, again: bool) -> Result<Simulation, RunError> {
        let loaded = self.folder.go_back()?;
        let tick = loaded.header.tick;
        options.device = None;
        let first_time = self.gone_back.replace(tick) != Some(tick);
        if again
            && first_time
            && let Ok(simulation) = Simulation::restore(loaded.checkpoint.clone(), options)
        {
            return Ok(simulation);
        }
        options.backend = BackendChoice::Cpu;
        Ok(Simulation::restore(loaded.checkpoint, options)?)
    }
}
