//! What was done in a sitting, as a tree of branches that one can go about in: the commands of each with their ticks, and keyframes in
//! memory from which any moment is played again. A simulation that stands before the end of its branch is in the *past*: it meets
//! the commands that were made there, until somebody takes over, which begins a branch of its own. Knows nothing of files, nor of who is
//! watching.

mod keyframes;

use std::sync::Arc;
use std::time::Duration;

use crate::command::{Command, CommandError, Logged};
use crate::simulation::{Checkpoint, Happened, Options, Simulation, SimulationError};
use keyframes::Keyframes;

pub use keyframes::{KeyframeInfo, Place};

/// Work between two keyframes: what it takes at most to come from one to the next, unless there is no room for so many.
const WORK: Duration = Duration::from_millis(400);
/// Least work between two keyframes over that of making one: 3 % of all work at most.
const SHARE: u32 = 32;

/// Bytes that keyframes may take unless said otherwise.
pub const USUAL_BYTES: usize = 512 << 20;

/// A course of things, from the first tick to where it was left.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The branch that it leaves, and at which tick; none for the first.
    pub parent: Option<Place>,
    /// Commands in the order of application, those of its parent before it left among them. Shared with whoever looks at the branch: a long
    /// log is not copied for each look.
    pub log: Arc<Vec<Logged>>,
    /// Those among them that it shares with its parent.
    pub shared: usize,
    /// The furthest tick that it has come to.
    pub end: u64,
    /// Moments that have names.
    pub moments: Vec<(String, u64)>,
}

impl Branch {
    fn is_past(&self, simulation: &Simulation) -> bool {
        simulation.tick() < self.end || simulation.log().len() < self.log.len()
    }

    fn due(&self, simulation: &Simulation) -> Option<&Command> {
        let next = self.log.get(simulation.log().len())?;
        (next.tick <= simulation.tick()).then_some(&next.command)
    }

    fn ticks_to_look(&self, simulation: &Simulation) -> u64 {
        if !self.is_past(simulation) {
            return u64::MAX;
        }
        let next = self.log.get(simulation.log().len()).map_or(self.end, |next| next.tick);
        next.saturating_sub(simulation.tick())
    }

    /// Takes a simulation that is on this branch ahead to a tick, with the commands that were made on the way. Past the end there are none.
    fn play(&self, simulation: &mut Simulation, tick: u64) -> Result<Happened, TimelineError> {
        let mut happened = Happened::default();
        loop {
            while let Some(command) = self.due(simulation).cloned() {
                simulation.command(command)?;
            }
            let left = tick.saturating_sub(simulation.tick()).min(u64::from(u32::MAX));
            let left = left.min(self.ticks_to_look(simulation)) as u32;
            if left == 0 {
                return Ok(happened);
            }
            happened.append(simulation.advance(left)?);
        }
    }
}

/// Why a simulation could not go there.
#[derive(Debug, thiserror::Error)]
pub enum TimelineError {
    /// No such branch, or not so far.
    #[error("branch {} has no tick {tick}: it ends at {end}", branch + 1)]
    Nowhere {
        /// As asked for.
        branch: usize,
        /// As asked for.
        tick: u64,
        /// Where it ends; 0 where there is no such branch.
        end: u64,
    },
    /// No keyframe before that tick.
    #[error("nothing is kept from before tick {0} of this branch")]
    Forgotten(u64),
    /// A command that was made here before: the backend fails.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The simulation itself.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// The branches of a sitting.
pub struct Timeline {
    branches: Vec<Branch>,
    /// The branch that the simulation is on.
    current: usize,
    keyframes: Keyframes,
    /// Work since the last keyframe, and what that one took.
    work: Duration,
    cost: Duration,
}

impl Timeline {
    /// Begins where a simulation stands; keyframes take so many bytes at most.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn new(simulation: &mut Simulation, most: usize) -> Result<Timeline, SimulationError> {
        let first = Branch {
            parent: None,
            log: Arc::new(simulation.log().to_vec()),
            shared: 0,
            end: simulation.tick(),
            moments: vec![],
        };
        let mut keyframes = Keyframes::new(most);
        keyframes.keep(0, simulation.checkpoint()?);
        Ok(Timeline { branches: vec![first], current: 0, keyframes, work: Duration::ZERO, cost: Duration::ZERO })
    }

    /// All branches, in the order in which they were begun.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The branch that the simulation is on.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The keyframes that there are.
    pub fn marks(&self) -> Vec<KeyframeInfo> {
        self.keyframes.marks()
    }

    /// Bytes that keyframes take, and may take.
    pub fn bytes(&self) -> [usize; 2] {
        [self.keyframes.bytes(), self.keyframes.most()]
    }

    /// Changes how many bytes keyframes may take.
    pub fn limit(&mut self, most: usize) {
        self.keyframes.limit(most);
    }

    fn own(&self) -> &Branch {
        &self.branches[self.current]
    }

    /// Whether what comes next has been before.
    pub fn is_past(&self, simulation: &Simulation) -> bool {
        self.own().is_past(simulation)
    }

    /// The recorded command that is to be made now.
    pub fn due(&self, simulation: &Simulation) -> Option<&Command> {
        self.own().due(simulation)
    }

    /// Ticks to the next recorded command, or to where the past ends; `u64::MAX` where it has.
    pub fn ticks_to_look(&self, simulation: &Simulation) -> u64 {
        self.own().ticks_to_look(simulation)
    }

    /// Notes where a simulation has come to that is not in the past, after so much work, and keeps a keyframe when it is time.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn see(&mut self, simulation: &mut Simulation, work: Duration) -> Result<(), SimulationError> {
        self.note(simulation);
        self.work += work;
        if self.work < WORK.max(SHARE * self.cost) {
            return Ok(());
        }
        self.keep(simulation)
    }

    fn note(&mut self, simulation: &Simulation) {
        let own = &mut self.branches[self.current];
        own.end = own.end.max(simulation.tick());
        if let Some(new @ [_, ..]) = simulation.log().get(own.log.len()..) {
            Arc::make_mut(&mut own.log).extend_from_slice(new);
        }
    }

    /// Keeps a keyframe of the present tick.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn keep(&mut self, simulation: &mut Simulation) -> Result<(), SimulationError> {
        let begun = std::time::Instant::now();
        self.keyframes.keep(self.current, simulation.checkpoint()?);
        (self.work, self.cost) = (Duration::ZERO, begun.elapsed());
        Ok(())
    }

    /// Remembers a moment of the present branch by a name, instead of the one that had it: what is needed to come back there stays.
    pub fn remember(&mut self, name: &str, tick: u64) {
        if let Some(place) = self.nearest(self.current, tick) {
            self.keyframes.pin(place, name);
        }
        let moments = &mut self.branches[self.current].moments;
        moments.retain(|(known, _)| known != name);
        moments.push((name.to_string(), tick));
    }

    /// Begins a branch where a simulation stands in the past; tells whether it did.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn take_over(&mut self, simulation: &mut Simulation) -> Result<bool, SimulationError> {
        if !self.is_past(simulation) {
            return Ok(false);
        }
        let checkpoint = simulation.checkpoint()?;
        let log = simulation.log().to_vec();
        let parent = Some((self.current, simulation.tick()));
        let end = simulation.tick();
        let moments = self.own().moments.iter().filter(|(_, tick)| *tick <= end).cloned().collect();
        self.branches.push(Branch { parent, shared: log.len(), log: Arc::new(log), end, moments });
        self.current = self.branches.len() - 1;
        self.keyframes.keep(self.current, checkpoint);
        self.work = Duration::ZERO;
        Ok(true)
    }

    /// Takes a simulation to a tick of a branch, after the commands that were made there: from where it stands, or from the last keyframe
    /// before. What happens on the way has happened before and is not told again.
    ///
    /// # Errors
    /// When there is no such tick, or the backend fails; the simulation then stands somewhere on that branch.
    pub fn go(&mut self, simulation: &mut Simulation, branch: usize, tick: u64) -> Result<(), TimelineError> {
        let end = self.branches.get(branch).map_or(0, |b| b.end);
        if branch >= self.branches.len() || tick > end {
            return Err(TimelineError::Nowhere { branch, tick, end });
        }
        if let Some(start) = self.start(simulation, self.current, branch, tick)? {
            simulation.rewind(start)?;
            self.current = branch;
        }
        self.branches[branch].play(simulation, tick)?;
        simulation.drain()?;
        Ok(())
    }

    /// Another simulation of the same run, at a tick of a branch, or past its end, as `move_replica` has it.
    ///
    /// # Errors
    /// When there is no such branch, nothing is kept from before, or the backend fails.
    pub fn replica(&self, branch: usize, tick: u64, options: &Options) -> Result<Simulation, TimelineError> {
        let own = self.branches.get(branch).ok_or(TimelineError::Nowhere { branch, tick, end: 0 })?;
        let from = self.nearest(branch, tick).ok_or(TimelineError::Forgotten(tick))?;
        let start = self.keyframes.get(from, &self.branches[from.0].log).ok_or(TimelineError::Forgotten(tick))?;
        let mut replica = Simulation::restore(start, options)?;
        own.play(&mut replica, tick)?;
        Ok(replica)
    }

    /// Takes a companion to a tick of a branch; it stands on the branch `on` now. Past the end of the branch it goes on as that would if
    /// somebody went on with it, and is no part of it. Gives what happened on the way, or had happened before.
    ///
    /// # Errors
    /// When there is no such branch, nothing is kept from before, or the backend fails.
    pub fn move_replica(
        &self,
        replica: &mut Simulation,
        on: usize,
        branch: usize,
        tick: u64,
    ) -> Result<Happened, TimelineError> {
        let own = self.branches.get(branch).ok_or(TimelineError::Nowhere { branch, tick, end: 0 })?;
        if let Some(start) = self.start(replica, on, branch, tick)? {
            replica.rewind(start)?;
        }
        own.play(replica, tick)
    }

    /// Where a simulation that stands `on` a branch has to start to come to a tick of a branch; none where it comes there from where it stands
    /// as well.
    fn start(
        &self,
        simulation: &Simulation,
        on: usize,
        branch: usize,
        tick: u64,
    ) -> Result<Option<Checkpoint>, TimelineError> {
        let from = self.nearest(branch, tick).ok_or(TimelineError::Forgotten(tick))?;
        if branch == on && (from.1..=tick).contains(&simulation.tick()) {
            return Ok(None);
        }
        let start = self.keyframes.get(from, &self.branches[from.0].log).ok_or(TimelineError::Forgotten(tick))?;
        Ok(Some(start))
    }

    /// Says that a branch ends at a tick, with the commands of a simulation that stands there: after a failure what came later is lost.
    pub fn cut(&mut self, simulation: &Simulation) {
        let own = &mut self.branches[self.current];
        own.end = simulation.tick();
        own.log = Arc::new(simulation.log().to_vec());
        own.shared = own.shared.min(own.log.len());
        own.moments.retain(|(_, tick)| *tick <= simulation.tick());
        self.keyframes.forget_after(self.current, simulation.tick());
    }

    /// The last keyframe before a tick of a branch: one of its own, or of those that it comes from. Whoever leaves a branch at a tick has met
    /// all commands that were made there, so that no keyframe of the parent up to that tick knows more.
    fn nearest(&self, mut branch: usize, mut tick: u64) -> Option<Place> {
        loop {
            if let Some(place) = self.keyframes.before(branch, tick) {
                return Some(place);
            }
            let (parent, at) = self.branches[branch].parent?;
            (branch, tick) = (parent, tick.min(at));
        }
    }
}

#[cfg(test)]
mod tests;
