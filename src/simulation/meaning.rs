//! When a run is listened to for the rows of meaning: in two ticks in a row, in the middle of a generation's first rollout, or where
//! evolution is live before a row of the metrics table. A row rests on these two ticks alone, so that a run that is resumed has the same
//! rows. Knows nothing of what is made of it.

use super::{Happened, Options, Simulation, SimulationError};
use crate::evolution::generational::Generational;
use crate::hearing::{Listened, all_heard, course};
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Worlds that are listened to, at most.
const WORLDS: u32 = 256;

/// Who is listened to: nobody where the scene does not ask, or nobody is heard by anybody.
pub(super) fn heard(scene: &SceneSpec, plan: &Plan, options: &Options) -> Result<Vec<Listened>, SimulationError> {
    if scene.measures.meaning == 0 {
        return Ok(vec![]);
    }
    if options.ranks.is_some() {
        return Err(SimulationError::Apart);
    }
    // A scene without signals has nothing to write, which is no fault.
    Ok(all_heard(scene, plan).unwrap_or_default())
}

impl Simulation {
    /// Ticks to the next tick that is listened to as the second of two: 0 when that is now, `None` where there is none in these worlds.
    fn ticks_to_second(&self) -> Option<u64> {
        if self.heard.is_empty() {
            return None;
        }
        let every = u64::from(self.scene.measures.meaning);
        match &self.generational {
            Some(evolution) => {
                let (generation, (round, _)) = (evolution.generation(), evolution.round());
                let second = u64::from(self.scene.rollout.ticks / 2).max(2);
                let age = self.tick - self.progress.world_start;
                let wanted = !evolution.is_scoring() && round == 0 && generation.is_multiple_of(every);
                (wanted && age <= second).then(|| second - age)
            }
            None => {
                // Two ticks at least.
                let period = (u64::from(self.scene.measures.interval) * every).max(2);
                Some((period - self.tick % period) % period).filter(|left| *left > 0 || self.tick > 0)
            }
        }
    }

    /// Ticks to the next tick that is listened to.
    pub(super) fn ticks_to_hearing(&self) -> Option<u64> {
        match self.ticks_to_second()? {
            0 => None,
            1 => Some(1),
            second => Some(second - 1),
        }
    }

    /// Listens to the first of two ticks, if this is one.
    pub(super) fn hear_first(&mut self) -> Result<(), SimulationError> {
        if self.ticks_to_second() == Some(1) {
            self.heard.iter_mut().for_each(|listened| listened.log.clear());
            self.hear()?;
        }
        Ok(())
    }

    /// Listens to the second of two ticks, if this is one, and writes what came of both.
    pub(super) fn hear_second(&mut self, happened: &mut Happened) -> Result<(), SimulationError> {
        if self.ticks_to_second() == Some(0) {
            self.hear()?;
            let generational = self.generational.as_ref().map(Generational::generation);
            let generation = self.progress.generation(&self.scene, generational) as f64;
            happened.meaning.extend(course::rows(&self.scene, &self.heard, (self.tick, generation)));
        }
        Ok(())
    }

    fn hear(&mut self) -> Result<(), SimulationError> {
        let worlds = 0..self.plan.dims.worlds.min(WORLDS);
        for listened in &mut self.heard {
            listened.log.sample(&mut *self.backend, worlds.clone(), self.tick)?;
        }
        Ok(())
    }
}
