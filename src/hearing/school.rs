//! Listening to a whole school: all who speak and all who hear them, in worlds side by side. Part of `super`.

use super::{SignalLog, Silence};
use crate::evolution::held_out;
use crate::probe::Start;
use crate::scene::{Evolution, SceneSpec};
use crate::simulation::{Options, Rollouts, SimulationError};

/// Ticks between samples, at least: what an agent does is no longer alike some ticks later.
const APART: u32 = 5;

/// Samples that are taken of a world, at most.
const SAMPLES: u32 = 50;

/// Who speaks to whom, by their places in the scene, and what was heard of it.
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

/// All pairs of a species that speaks and one that hears it.
fn pairs(rollouts: &Rollouts) -> Result<Vec<Listened>, Silence> {
    let scene = &rollouts.scene;
    let there = |species: &usize| scene.species[*species].count > 0;
    let all = || (0..scene.species.len()).filter(there);
    let log = |speaker, listener| SignalLog::new(scene, &rollouts.plan, speaker, listener);
    let each = all().flat_map(|speaker| all().map(move |listener| (speaker, listener)));
    let (mut heard, mut silence) = (vec![], None);
    for (speaker, listener) in each {
        match log(speaker, listener) {
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
    let mut all = pairs(&rollouts)?;
    let (worlds, streams, begun) = (0..rollouts.plan.dims.worlds, state.streams.clone(), state.tick);
    rollouts.backend.load(state).map_err(SimulationError::from)?;
    let every = (ticks / SAMPLES).max(APART);
    for tick in 1..=ticks {
        rollouts.advance(tick - 1, 1, &streams)?;
        if tick % every < 2 && tick > 1 {
            for listened in &mut all {
                let sampled = listened.log.sample(&mut *rollouts.backend, worlds.clone(), begun + u64::from(tick));
                sampled.map_err(SimulationError::from)?;
            }
        }
    }
    Ok(all)
}
