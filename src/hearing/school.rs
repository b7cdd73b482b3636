//! Listening to a whole school: all who speak and all who hear them, in worlds side by side. Part of `super`.

use std::ops::Range;

use super::{SignalLog, Silence};
use crate::backend::{Backend, BackendError};
use crate::evolution::held_out;
use crate::plan::Plan;
use crate::scene::{Evolution, SceneSpec};
use crate::simulation::{Options, Rollouts, SimulationError, Start};

/// Ticks between samples, at least: what an agent does is no longer alike some ticks later.
const APART: u32 = 5;

/// Samples that are taken of a world, at most.
const SAMPLES: u32 = 50;

/// All pairs of a species that speaks and one that hears it, with nothing logged yet.
///
/// # Errors
/// Where there are none.
pub fn all_heard(scene: &SceneSpec, plan: &Plan) -> Result<Vec<Listened>, Silence> {
    let there = |species: &usize| scene.species[*species].count > 0;
    let all = || (0..scene.species.len()).filter(there);
    let (mut heard, mut silence) = (vec![], None);
    for (speaker, listener) in all().flat_map(|speaker| all().map(move |listener| (speaker, listener))) {
        match SignalLog::new(scene, plan, speaker, listener) {
            Ok(log) => heard.push(Listened { speaker, listener, log }),
            // That nobody hears says more than that some are mute, of whom the first is told.
            Err(why) if silence.is_none() || matches!(why, Silence::Deaf { .. }) => silence = Some(why),
            Err(_) => {}
        }
    }
    match silence {
        Some(why) if heard.is_empty() => Err(why),
        _ => Ok(heard),
    }
}

/// Who speaks to whom, by their places in the scene, and what was heard of it.
#[derive(Clone)]
pub struct Listened {
    /// Who speaks.
    pub speaker: usize,
    /// Who hears.
    pub listener: usize,
    /// The log.
    pub log: SignalLog,
}

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub enum HearingError {
    /// There is nothing to hear.
    #[error(transparent)]
    Silence(#[from] Silence),
    /// The worlds.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// All who are heard in some worlds that go on together for a while, listened to every so many ticks.
pub struct Listening {
    heard: Vec<Listened>,
    /// Ticks between samples, each of two ticks in a row.
    every: u32,
}

impl Listening {
    /// To all pairs of a species that speaks and one that hears it, in worlds of so many ticks.
    ///
    /// # Errors
    /// Where nobody is heard.
    pub fn new(scene: &SceneSpec, plan: &Plan, ticks: u32) -> Result<Listening, Silence> {
        Ok(Listening { heard: all_heard(scene, plan)?, every: (ticks / SAMPLES).max(APART) })
    }

    /// What was heard.
    pub fn heard(&self) -> &[Listened] {
        &self.heard
    }

    /// From here on other worlds are listened to.
    pub fn other_worlds(&mut self) {
        self.heard.iter_mut().for_each(|listened| listened.log.other_worlds());
    }

    /// Ticks from `tick` to the next that is listened to, counted from the start of the worlds.
    pub fn due(&self, tick: u32) -> u32 {
        match tick % self.every {
            0 if tick > 0 => 1,
            into => self.every - into,
        }
    }

    /// Listens to some of the worlds, if it is time: they have gone on for `tick` ticks since tick `begun` of theirs.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn sample(
        &mut self,
        backend: &mut dyn Backend,
        worlds: Range<u32>,
        (begun, tick): (u64, u32),
    ) -> Result<(), BackendError> {
        if tick % self.every < 2 && tick > 1 {
            for listened in &mut self.heard {
                listened.log.sample(backend, worlds.clone(), begun + u64::from(tick))?;
            }
        }
        Ok(())
    }
}

/// Listens to so many worlds (or to those of a living school) for so many ticks. Nobody is bred meanwhile but by what agents do.
///
/// # Errors
/// Where nobody is heard, or the worlds cannot be had.
pub fn listen(
    scene: &SceneSpec,
    start: Start,
    (worlds, ticks): (u32, u32),
    options: &Options,
) -> Result<Vec<Listened>, HearingError> {
    let mut scene = scene.clone();
    for species in scene.species.iter_mut().filter(|s| !matches!(s.evolution, Evolution::Ecology(_))) {
        species.evolution = Evolution::Off;
    }
    let (mut rollouts, state) = match start {
        Start::Fresh(files) => {
            let rollouts = Rollouts::new(scene, worlds, options)?;
            let streams = held_out::streams(rollouts.scene.seed, 0, worlds.into());
            let state = rollouts.begin(&streams, &files);
            (rollouts, state)
        }
        Start::Living(state) => (Rollouts::new(scene, state.streams.len() as u32, options)?, *state),
    };
    let mut listening = Listening::new(&rollouts.scene, &rollouts.plan, ticks)?;
    let (worlds, streams, begun) = (0..rollouts.plan.dims.worlds, state.streams.clone(), state.tick);
    rollouts.backend.load(state).map_err(SimulationError::from)?;
    let mut tick = 0;
    while tick < ticks {
        let step = listening.due(tick).min(ticks - tick);
        rollouts.advance(tick, step, &streams)?;
        tick += step;
        let sampled = listening.sample(&mut *rollouts.backend, worlds.clone(), (begun, tick));
        sampled.map_err(SimulationError::from)?;
    }
    Ok(listening.heard)
}
