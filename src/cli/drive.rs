//! Drives a simulation to its goal: in steps short enough to answer Ctrl-C, with commands from a script, tables and
//! checkpoints. Nothing here changes a result. Knows nothing of flags.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Failure;
use super::screen::Screen;
use crate::command::{CommandError, Logged};
use crate::report::quoted;
use crate::run::{EndedBy, Generation, Goal, Keeper, RunError, Watch};
use crate::simulation::{Checkpoint, Happened, Options, Simulation, SimulationError};

/// Real time that one step should take.
const STEP: Duration = Duration::from_millis(100);

/// A run under way.
pub struct Drive<'a> {
    /// The simulation.
    pub simulation: Simulation,
    /// How it is run.
    pub options: Options,
    /// What keeps it, if it is kept.
    pub keeper: Option<Keeper>,
    /// Where to end.
    pub goal: Goal,
    /// What may end it before.
    pub watch: Watch,
    /// Commands to make, in the order of their ticks.
    pub script: &'a [Logged],
    /// What is shown.
    pub screen: Screen,
    /// Set when the run should end.
    pub stop: &'a AtomicBool,
    /// What is counted.
    pub tally: Tally,
}

/// How a drive ended.
pub struct End {
    /// What ended it.
    pub by: EndedBy,
    /// The same in words.
    pub why: String,
    /// The end as it was saved.
    pub checkpoint: Checkpoint,
}

/// What a drive counts on its way.
#[derive(Default)]
pub struct Tally {
    /// Agents removed because something was not finite.
    pub faults: u64,
    /// How many of them before the last checkpoint.
    saved_faults: u64,
}

/// Why a run did not get to its end.
#[derive(Debug)]
enum Broken {
    /// The device went away: the run goes back to its last checkpoint.
    Lost(String),
    /// It fails.
    Failed(Failure),
}

impl Broken {
    fn simulation(error: SimulationError) -> Broken {
        match error.lost() {
            Some(why) => Broken::Lost(why.to_string()),
            None => Broken::Failed(error.into()),
        }
    }

    /// Of what went wrong while the run folder at `path` was written.
    fn saving(error: RunError, path: &Path) -> Broken {
        match &error {
            RunError::Simulation(inner) if inner.lost().is_some() => {
                Broken::Lost(inner.lost().unwrap_or_default().to_string())
            }
            _ => Broken::Failed(not_saved(error, path)),
        }
    }
}

impl Drive<'_> {
    /// Advances until the goal is reached, a reason to end comes up or a stop is asked for, and saves the end, which is
    /// given back. A device that is lost on the way, whatever was being done, costs the ticks since the last checkpoint.
    pub fn go(&mut self) -> Result<End, Failure> {
        loop {
            match self.attempt() {
                Ok(end) => return Ok(end),
                Err(Broken::Failed(failure)) => return Err(failure),
                Err(Broken::Lost(why)) => self.recover(&why)?,
            }
        }
    }

    fn attempt(&mut self) -> Result<End, Broken> {
        self.save()?;
        if let Some(keeper) = &self.keeper {
            // From what is on disk, so that it sees what an earlier call, or this one before it went back, has written.
            self.watch =
                keeper.watch(*self.watch.rule(), &self.simulation).map_err(|e| Broken::Failed(Failure::from(e)))?;
        }
        let mut step = 1u64;
        let (by, why) = loop {
            self.commands()?;
            if let Some(reason) = self.reached() {
                break reason;
            }
            if self.stop.load(Ordering::Relaxed) {
                break (EndedBy::Interrupted, "it was stopped".to_string());
            }
            let before = Instant::now();
            let ticks = step.min(self.ticks_allowed()).min(u64::from(u32::MAX)) as u32;
            let happened = self.simulation.advance(ticks).map_err(Broken::simulation)?;
            self.note(&happened)?;
            if self.keeper.as_ref().is_some_and(|keeper| keeper.due(self.simulation.tick())) {
                self.save()?;
            }
            // Towards steps of the wanted length, never more than double at once.
            let ratio = STEP.as_secs_f64() / before.elapsed().as_secs_f64().max(1e-6);
            step = ((step as f64 * ratio.clamp(0.25, 2.0)) as u64).clamp(1, 1 << 20);
        };
        self.screen.end(&self.simulation);
        self.finish()?;
        let checkpoint = self.simulation.checkpoint().map_err(Broken::simulation)?;
        Ok(End { by, why, checkpoint })
    }

    /// Why the run is over, if it is.
    fn reached(&self) -> Option<(EndedBy, String)> {
        let (tick, generation) = (self.simulation.tick(), self.simulation.generation());
        let why = match self.goal {
            _ if self.watch.ended().is_some() => return self.watch.ended().cloned(),
            Goal::Ticks(ticks) if tick >= ticks => format!("it came to tick {tick}"),
            Goal::Generations(generations) if generation >= generations => format!("it had {generation} generations"),
            Goal::Minutes(minutes) if self.screen.elapsed().as_secs_f64() >= minutes * 60.0 => {
                format!("its {minutes} minutes were over")
            }
            _ => return None,
        };
        Some((EndedBy::Length, why))
    }

    /// Ticks until something has to be looked at; at least 1.
    fn ticks_allowed(&self) -> u64 {
        let tick = self.simulation.tick();
        let mut allowed = match self.goal {
            Goal::Ticks(ticks) => ticks - tick,
            // Generations end at boundaries of the simulation; looking at each makes the end exact.
            Goal::Generations(_) => self.simulation.ticks_to_boundary(),
            Goal::Minutes(_) | Goal::Open => u64::MAX,
        };
        if !self.watch.rule().is_empty() {
            allowed = allowed.min(self.simulation.ticks_to_boundary());
        }
        if let Some(keeper) = &self.keeper {
            allowed = allowed.min(keeper.ticks_to_look(tick));
        }
        if let Some(next) = self.script.get(self.simulation.log().len()) {
            allowed = allowed.min(next.tick.saturating_sub(tick));
        }
        allowed.max(1)
    }

    /// Makes the commands of the script that are due. The log counts how many have been.
    fn commands(&mut self) -> Result<(), Broken> {
        while let Some(next) = self.script.get(self.simulation.log().len())
            && next.tick <= self.simulation.tick()
        {
            self.simulation.command(next.command.clone()).map_err(|error| match error {
                CommandError::Lost(why) => Broken::Lost(why),
                other => Broken::Failed(Failure::usage(format!("the command for tick {}: {other}", next.tick))),
            })?;
        }
        Ok(())
    }

    fn note(&mut self, happened: &Happened) -> Result<(), Broken> {
        self.tally.faults += happened.faults.iter().map(|fault| u64::from(fault.count)).sum::<u64>();
        if let Some(keeper) = &mut self.keeper {
            keeper.record(happened).map_err(|e| Broken::saving(e, keeper.path()))?;
        }
        happened.generations.iter().for_each(|row| self.watch.see(&Generation::of(row)));
        self.screen.update(&self.simulation, happened);
        Ok(())
    }

    fn save(&mut self) -> Result<(), Broken> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        keeper.save(&mut self.simulation).map_err(|e| Broken::saving(e, keeper.path()))?;
        self.tally.saved_faults = self.tally.faults;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Broken> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        keeper.finish(&mut self.simulation).map_err(|e| Broken::saving(e, keeper.path()))
    }

    /// After the loss of a device: back to the last checkpoint, on a new device of the same kind of backend, or on the
    /// processor where there is none or it was lost as well before anything was gained.
    fn recover(&mut self, why: &str) -> Result<(), Failure> {
        let lost = || Failure::failed(format!("the GPU device was lost: {why}"));
        let keeper = self.keeper.as_mut().ok_or_else(lost)?;
        self.simulation = keeper.go_back(&mut self.options, true)?;
        self.tally.faults = self.tally.saved_faults;
        let (on, tick) = (self.simulation.info(), self.simulation.tick());
        eprintln!("the GPU device was lost ({why}): going on from tick {tick} on {} ({})", on.kind, on.device);
        Ok(())
    }
}

/// Says what is left after saving failed.
fn not_saved(error: RunError, path: &Path) -> Failure {
    let run = quoted(path);
    Failure::failed(format!(
        "saving failed, so the run was stopped: {error}\n\
         The last good checkpoint is kept. Go on from it, when the cause is gone, with: iwashi resume {run}"
    ))
}

#[cfg(test)]
#[path = "drive_tests.rs"]
mod tests;
