//! The same ticks over and over, for whoever times them: back to a start on the backend that a simulation has, and single
//! stages on the clock. Knows nothing of what is made of the times.

use std::time::{Duration, Instant};

use super::{Checkpoint, Happened, Simulation, SimulationError, checkpoint};
use crate::backend::StageTime;
use crate::backend::gpu::SharedDevice;
use crate::layout::Agent;
use crate::scene::Evolution;

/// What `profile` calls all stages of the packed shape together.
pub const WHOLE: &str = "all stages";

/// What `profile` calls the work at tick boundaries: metrics, evolution, events.
pub const BOUNDARY: &str = "boundary";

impl Simulation {
    /// What `rewind` goes back to: a checkpoint without the genomes that nothing on the way changes, which may be large.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn mark(&mut self) -> Result<Checkpoint, SimulationError> {
        let mut start = self.checkpoint()?;
        for (species, genomes) in self.scene.species.iter().zip(&mut start.state.genomes) {
            if matches!(species.evolution, Evolution::Off) {
                *genomes = Vec::new();
            }
        }
        Ok(start)
    }

    /// Goes on where a checkpoint of this run was taken, or where `mark` was called, on the same backend, which has taken the state in
    /// when this returns. What happened since is not told.
    ///
    /// # Errors
    /// When the checkpoint has other sizes, worlds are on other ranks, or the backend fails.
    pub fn rewind(&mut self, start: Checkpoint) -> Result<(), SimulationError> {
        let Checkpoint { scene, state, mut progress, log } = start;
        let plan = self.plan.retuned(&scene);
        if plan.dims != self.plan.dims || self.lead.is_some() {
            return Err(SimulationError::State("it is of other worlds than those that run".to_string()));
        }
        let generational = checkpoint::populations(&scene, &plan, &mut progress)?;
        let heard = super::meaning::heard(&scene, &plan, &self.options)?;
        self.backend.retune(&plan)?;
        (self.tick, self.clock) = (state.tick, (Instant::now(), state.tick));
        self.backend.load(state)?;
        // A device takes uploads in when it is next asked for something; looking at a world makes it.
        self.backend.snapshot(0)?;
        (self.scene, self.plan, self.generational, self.progress) = (scene, plan, generational, progress);
        (self.log, self.heard, self.pending) = (log, heard, Happened::default());
        Ok(())
    }

    /// Advances as `advance` does, stage by stage, and tells how long each took, and what is done at tick boundaries
    /// (`BOUNDARY`) took. Stages of the packed shape do not end at one time: there they are one (`WHOLE`).
    ///
    /// # Errors
    /// When the backend fails, or cannot time its stages.
    pub fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, SimulationError> {
        let (mut times, mut at_boundaries, mut left) = (Vec::<StageTime>::new(), Duration::ZERO, ticks);
        while left > 0 {
            let step = self.ticks_to_boundary().min(u64::from(left)) as u32;
            let begin = Instant::now();
            let mut stages = self.backend.profile(step)?;
            let ended = Instant::now();
            if stages.is_empty() {
                stages.push((WHOLE, ended - begin));
            }
            for (stage, time) in stages {
                match times.iter_mut().find(|(name, _)| *name == stage) {
                    Some((_, sum)) => *sum += time,
                    None => times.push((stage, time)),
                }
            }
            self.tick += u64::from(step);
            left -= step;
            self.at_boundary(&mut Happened::default())?;
            at_boundaries += ended.elapsed();
        }
        times.push((BOUNDARY, at_boundaries));
        Ok(times)
    }

    /// The GPU that it runs on, if it does.
    pub fn device(&self) -> Option<&SharedDevice> {
        self.options.device.as_ref()
    }

    /// All slots of all worlds, exactly.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn agents(&mut self) -> Result<Vec<Agent>, SimulationError> {
        Ok(self.backend.census()?.agents)
    }
}
