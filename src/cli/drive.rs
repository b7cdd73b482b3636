//! Drives a simulation to its goal: in steps short enough to answer Ctrl-C, with commands from a script, tables and
//! checkpoints. Nothing here changes a result. Knows nothing of flags.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::screen::Screen;
use super::{Done, Failure};
use crate::backend::BackendError;
use crate::command::Logged;
use crate::report::quoted;
use crate::run::{Goal, Keeper, RunError};
use crate::simulation::{Happened, Options, Simulation, SimulationError};

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
    /// Commands to make, in the order of their ticks.
    pub script: &'a [Logged],
    /// What is shown.
    pub screen: Screen,
    /// Set when the run should end.
    pub stop: &'a AtomicBool,
    /// Agents removed because something was not finite.
    pub faults: u64,
}

impl Drive<'_> {
    /// Advances until the goal is reached or a stop is asked for, and saves the end.
    pub fn go(&mut self) -> Result<Done, Failure> {
        self.keep(Keeper::save)?;
        let mut step = 1u64;
        let done = loop {
            self.commands()?;
            if self.reached() {
                break Done::Whole;
            }
            if self.stop.load(Ordering::Relaxed) {
                break Done::Interrupted;
            }
            let before = Instant::now();
            let ticks = step.min(self.ticks_allowed()).min(u64::from(u32::MAX)) as u32;
            match self.simulation.advance(ticks) {
                Ok(happened) => self.note(&happened)?,
                Err(SimulationError::Backend(error)) if self.keeper.is_some() => self.recover(error)?,
                Err(error) => return Err(error.into()),
            }
            self.keep(|keeper, simulation| keeper.save_if_due(simulation).map(drop))?;
            // Towards steps of the wanted length, never more than double at once.
            let ratio = STEP.as_secs_f64() / before.elapsed().as_secs_f64().max(1e-6);
            step = ((step as f64 * ratio.clamp(0.25, 2.0)) as u64).clamp(1, 1 << 20);
        };
        self.screen.end();
        self.keep(Keeper::finish)?;
        Ok(done)
    }

    fn reached(&self) -> bool {
        match self.goal {
            Goal::Ticks(ticks) => self.simulation.tick() >= ticks,
            Goal::Generations(generations) => self.simulation.generation() >= generations,
            Goal::Minutes(minutes) => self.screen.elapsed().as_secs_f64() >= minutes * 60.0,
            Goal::Open => false,
        }
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
        if let Some(keeper) = &self.keeper {
            allowed = allowed.min(keeper.ticks_to_look(tick));
        }
        if let Some(next) = self.script.get(self.simulation.log().len()) {
            allowed = allowed.min(next.tick.saturating_sub(tick));
        }
        allowed.max(1)
    }

    /// Makes the commands of the script that are due. The log counts how many have been.
    fn commands(&mut self) -> Result<(), Failure> {
        while let Some(next) = self.script.get(self.simulation.log().len())
            && next.tick <= self.simulation.tick()
        {
            let made = self.simulation.command(next.command.clone());
            made.map_err(|e| Failure::usage(format!("the command for tick {}: {e}", next.tick)))?;
        }
        Ok(())
    }

    fn note(&mut self, happened: &Happened) -> Result<(), Failure> {
        self.faults += happened.faults.iter().map(|fault| u64::from(fault.count)).sum::<u64>();
        self.keep(|keeper, _| keeper.record(happened))?;
        self.screen.update(&self.simulation, &happened.metrics);
        Ok(())
    }

    /// Does something with what keeps the run, if it is kept.
    fn keep(&mut self, task: impl FnOnce(&mut Keeper, &mut Simulation) -> Result<(), RunError>) -> Result<(), Failure> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        task(keeper, &mut self.simulation).map_err(|e| not_saved(e, keeper.path()))
    }

    /// After a failure of the backend: back to the last checkpoint, on a new device or on the processor.
    fn recover(&mut self, error: BackendError) -> Result<(), Failure> {
        let Some(keeper) = &mut self.keeper else { return Err(SimulationError::from(error).into()) };
        let why = error.to_string();
        self.simulation = keeper.go_back(self.simulation.info().kind, error, &self.options)?;
        let (on, tick) = (self.simulation.info(), self.simulation.tick());
        eprintln!("{why}: going on from tick {tick} on {} ({})", on.kind, on.device);
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
