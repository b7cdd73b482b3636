//! Which state of a run each frame of a film shows: frames stand at exact simulated times, between two ticks. Knows
//! nothing of drawing.

use std::sync::Arc;

use crate::command::{CommandError, Logged};
use crate::simulation::{Simulation, SimulationError};
use crate::snapshot::Snapshot;

/// The time line of a film.
#[derive(Clone, Debug)]
pub struct FilmClock {
    /// Frames a second.
    pub fps: u32,
    /// Simulated seconds in a second of film.
    pub speed: f32,
    start: u64,
    /// Commands to make at their ticks; the simulation's own log counts how many were.
    script: Vec<Logged>,
    last: Option<(Arc<Snapshot>, Arc<Snapshot>)>,
}

/// The state at one frame.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// Number of the frame, from 0.
    pub frame: u64,
    /// The tick at or before the frame.
    pub before: Arc<Snapshot>,
    /// The tick after.
    pub after: Arc<Snapshot>,
    /// Where between the two, 0 to 1.
    pub share: f32,
    /// Simulated seconds since the start of the run.
    pub seconds: f64,
    /// Simulated seconds in a second of film.
    pub speed: f64,
}

impl FilmClock {
    /// A film at `fps` frames a second, `speed` simulated seconds to the second.
    pub fn new(fps: u32, speed: f32) -> FilmClock {
        FilmClock { fps: fps.max(1), speed, start: 0, script: Vec::new(), last: None }
    }

    /// Repeats the commands of a run at their ticks.
    pub fn scripted(mut self, script: Vec<Logged>) -> FilmClock {
        self.script = script;
        self
    }

    /// Goes some way toward the first frame; says whether there is more to go.
    pub fn approach(&self, simulation: &mut Simulation) -> Result<bool, FilmError> {
        self.forward((simulation.tick() + 50).min(self.start), simulation)?;
        Ok(simulation.tick() < self.start)
    }

    /// Sets the tick that frame 0 shows.
    pub fn begin(&mut self, tick: u64) {
        self.start = tick;
        self.last = None;
    }

    /// The state at a frame; the simulation is advanced as far as needed. Frames come in order.
    pub fn expose(&mut self, frame: u64, world: u32, simulation: &mut Simulation) -> Result<Exposure, FilmError> {
        let dt = f64::from(simulation.scene().dt);
        // In ticks, from whole numbers, so that no frame drifts.
        let at = frame as f64 / f64::from(self.fps) * f64::from(self.speed) / dt;
        let tick = self.start + at as u64;
        let share = at.fract() as f32;
        let seconds = (self.start as f64 + at) * dt;
        let before = match &self.last {
            Some((before, _)) if before.tick == tick => before.clone(),
            Some((_, after)) if after.tick == tick => after.clone(),
            _ => self.at(tick, world, simulation)?,
        };
        let after = match &self.last {
            Some((_, after)) if after.tick == tick + 1 => after.clone(),
            _ => self.at(tick + 1, world, simulation)?,
        };
        self.last = Some((before.clone(), after.clone()));
        Ok(Exposure { frame, before, after, share, seconds, speed: self.speed.into() })
    }

    /// A run cannot go back: a tick that lies behind is shown as the present one.
    fn at(&self, tick: u64, world: u32, simulation: &mut Simulation) -> Result<Arc<Snapshot>, FilmError> {
        self.forward(tick, simulation)?;
        Ok(Arc::new(simulation.snapshot(world)?))
    }

    /// Advances to a tick, with the commands that were made on the way.
    fn forward(&self, tick: u64, simulation: &mut Simulation) -> Result<(), FilmError> {
        loop {
            while let Some(next) = self.script.get(simulation.log().len())
                && next.tick <= simulation.tick()
            {
                simulation.command(next.command.clone())?;
            }
            let now = simulation.tick();
            if now >= tick {
                return Ok(());
            }
            let until = self.script.get(simulation.log().len()).map_or(tick, |next| next.tick.min(tick));
            if simulation.advance((until - now).min(100_000) as u32)?.ticks == 0 {
                return Ok(());
            }
        }
    }
}

/// Why the run did not get to a frame.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// It stopped.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// A command of the run's log was refused.
    #[error("a command of the run: {0}")]
    Command(#[from] CommandError),
}
