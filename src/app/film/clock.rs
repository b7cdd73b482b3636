//! Which state of a run each frame of a film shows: frames stand at exact simulated times, between two ticks. Knows
//! nothing of drawing.

use std::sync::Arc;

use crate::app::strings::film as text;
use crate::app::view::school::{FASTEST_BEAT, Moment};
use crate::backend::Shown;
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

impl Exposure {
    /// What is drawn of it. Bodily motion is a function of the frame's time alone, so that a film repeats exactly.
    pub fn moment(&self) -> Moment {
        Moment {
            before: Shown::Host(self.before.clone()),
            after: Shown::Host(self.after.clone()),
            share: self.share,
            beat: self.seconds / (self.speed / FASTEST_BEAT).max(1.0),
        }
    }
}

impl FilmClock {
    /// A film at `fps` frames a second, `speed` simulated seconds to the second.
    pub fn new(fps: u32, speed: f32) -> FilmClock {
        FilmClock { fps: fps.max(1), speed, start: 0, last: None }
    }

    /// Sets the tick that frame 0 shows.
    pub fn begin(&mut self, tick: u64) {
        self.start = tick;
        self.last = None;
    }

    /// The state at a frame; the run is advanced as far as needed. Frames come in order.
    pub fn expose(&mut self, frame: u64, world: u32, reel: &mut impl Reel) -> Result<Exposure, FilmError> {
        let dt = f64::from(reel.simulation().scene().dt);
        // In ticks, from whole numbers, so that no frame drifts.
        let at = frame as f64 / f64::from(self.fps) * f64::from(self.speed) / dt;
        let tick = self.start + at as u64;
        let share = at.fract() as f32;
        let seconds = (self.start as f64 + at) * dt;
        let before = match &self.last {
            Some((before, _)) if before.tick == tick => before.clone(),
            Some((_, after)) if after.tick == tick => after.clone(),
            _ => snapshot(tick, world, reel)?,
        };
        let after = match &self.last {
            Some((_, after)) if after.tick == tick + 1 => after.clone(),
            _ => snapshot(tick + 1, world, reel)?,
        };
        self.last = Some((before.clone(), after.clone()));
        Ok(Exposure { frame, before, after, share, seconds, speed: self.speed.into() })
    }
}

/// A run cannot go back: a tick that lies behind is shown as the present one.
fn snapshot(tick: u64, world: u32, reel: &mut impl Reel) -> Result<Arc<Snapshot>, FilmError> {
    reel.forward(tick)?;
    Ok(Arc::new(reel.simulation().snapshot(world)?))
}

/// A run that is filmed.
pub trait Reel {
    /// As it stands.
    fn simulation(&mut self) -> &mut Simulation;

    /// Advances to a tick, with everything that happens on the way.
    fn forward(&mut self, tick: u64) -> Result<(), FilmError>;
}

/// A simulation that nobody else looks at, with the commands of an earlier run.
pub struct Replay {
    /// The simulation.
    pub simulation: Simulation,
    /// Commands to make at their ticks; the simulation's own log counts how many were.
    pub script: Vec<Logged>,
}

impl Reel for Replay {
    fn simulation(&mut self) -> &mut Simulation {
        &mut self.simulation
    }

    fn forward(&mut self, tick: u64) -> Result<(), FilmError> {
        let Replay { simulation, script } = self;
        loop {
            while let Some(next) = script.get(simulation.log().len())
                && next.tick <= simulation.tick()
            {
                simulation.command(next.command.clone())?;
            }
            let now = simulation.tick();
            if now >= tick {
                return Ok(());
            }
            let until = script.get(simulation.log().len()).map_or(tick, |next| next.tick.min(tick));
            simulation.advance((until - now).min(100_000) as u32)?;
        }
    }
}

/// Why the run did not get to a frame.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// It stopped.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// It has ended, or cannot go on.
    #[error("{}", text::run_ended(*.0))]
    Ended(u64),
    /// A command of the run's log was refused.
    #[error("{}", text::command_refused(.0))]
    Command(#[from] CommandError),
}
