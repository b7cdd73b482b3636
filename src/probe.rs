//! Probes: what a change to a school is worth. A school is copied into pairs of worlds that share all their random draws, one
//! change is made in one world of each pair, and what differs afterwards is due to the change alone. The unit of replication is
//! the pair of worlds, never the agent: agents of one world are not independent. Nobody is bred meanwhile, and the school itself
//! is not touched. Knows nothing of who asks, or how it is told.

pub mod beside;
pub mod finding;
mod gathered;
pub mod response;
pub mod test;
mod worlds;

use crate::backend::BackendInfo;
use crate::hearing::{Listened, Listening};
use crate::plan::Plan;
use crate::scene::{Measure, SceneSpec};
use crate::simulation::{Options, Rollouts, SimulationError, Start, check_sizes};
use crate::snapshot::Snapshot;
use gathered::Gathered;
use test::Test;

/// Fewest pairs: of five, all of one sign happen by chance once in sixteen times, and no interval says anything.
pub const LEAST_PAIRS: u32 = 6;

/// Most pairs that are run at once: as many as keep the processors of a desktop busy, and few enough to show how the answer
/// settles.
const AT_ONCE: u32 = 16;

/// Unchanged worlds that are listened to, where signals are what is changed: enough to say what goes with them and who heeds them.
const LISTENED: u32 = 8;

/// Moments of a rollout at which a school is measured, evenly spaced.
const MOMENTS: u32 = 20;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The scene, with all its changes.
    pub scene: SceneSpec,
    /// Where worlds begin.
    pub start: Start,
    /// Species concerned, by their places.
    pub species: Vec<usize>,
    /// Channels concerned, one bit each, the lowest for the first.
    pub channels: u32,
    /// Changes, each by itself.
    pub tests: Vec<Test>,
    /// Ticks that worlds are run.
    pub ticks: u32,
}

/// Why a question cannot be put.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It makes no sense in the scene; says why.
    #[error("{0}")]
    Senseless(String),
    /// The simulation.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// What the agents of a world earned, on average, from the start of the probe on.
    Fitness,
    /// How many live at its end.
    Population,
    /// A measure of the school, on average over the rollout.
    Measure(Measure),
}

impl Quantity {
    /// As tables name it.
    pub fn name(self) -> String {
        match self {
            Quantity::Fitness => "fitness".into(),
            Quantity::Population => "population".into(),
            Quantity::Measure(measure) => measure.name(),
        }
    }
}

/// The two worlds of the first pair of a batch as they go on: unchanged, and with the first change.
pub struct Glimpse {
    /// Ticks since the probe began.
    pub tick: u32,
    /// Unchanged.
    pub plain: Snapshot,
    /// Changed.
    pub changed: Snapshot,
}

/// A question under way.
pub struct Probe {
    question: Question,
    rollouts: Rollouts,
    /// Pairs run at once.
    batch: u32,
    /// Pairs done.
    pairs: u32,
    /// Species and quantities that are compared.
    quantities: Vec<(usize, Quantity)>,
    /// What came out: `[1 + tests][quantities][pairs]`, the unchanged worlds first.
    values: Vec<Vec<Vec<f64>>>,
    /// What is heard in the first unchanged worlds, where signals are changed in others.
    listening: Option<Listening>,
}

impl Probe {
    /// Makes ready to answer.
    ///
    /// # Errors
    /// When the question makes no sense in its scene, or the worlds do not fit the machine.
    pub fn new(question: Question, options: &Options) -> Result<Probe, ProbeError> {
        Probe::at_once(question, options, AT_ONCE)
    }

    /// As `new`, of at most so many pairs at once, an even number.
    ///
    /// # Errors
    /// As `new`.
    pub fn at_once(mut question: Question, options: &Options, most: u32) -> Result<Probe, ProbeError> {
        let senseless = |why: String| Err(ProbeError::Senseless(why));
        if question.tests.is_empty() || question.species.is_empty() || question.ticks == 0 {
            return senseless("a probe takes a test, a species and a tick at least".into());
        }
        let plan = Plan::new(&question.scene, 1);
        for (test, species) in question.tests.iter().flat_map(|test| question.species.iter().map(move |s| (test, *s))) {
            if let Some(why) = test.refused(&question.scene, &plan, species, question.channels) {
                return senseless(format!("`{test}` cannot be tested: {why}"));
            }
        }
        worlds::prepare(&mut question);
        let branches = 1 + question.tests.len() as u32;
        let mut batch = most;
        // Pairs go by twos, whose unchanged worlds are replayed to each other's changed ones.
        while batch > 2 && check_sizes(&question.scene, &Plan::new(&question.scene, batch * branches)).is_err() {
            batch /= 2;
        }
        let rollouts = Rollouts::new(question.scene.clone(), batch * branches, options)?;
        let quantities = gathered::quantities(&question.scene);
        let values = vec![vec![vec![]; quantities.len()]; branches as usize];
        let of_signals = question.tests.iter().any(Test::of_signals);
        let listening = of_signals.then(|| Listening::new(&rollouts.scene, &rollouts.plan, question.ticks));
        // Who is not heard by anybody has been refused; of others a log may still not be to be had.
        let listening = listening.and_then(Result::ok);
        Ok(Probe { question, rollouts, batch, pairs: 0, quantities, values, listening })
    }

    /// What was asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Pairs done.
    pub fn pairs(&self) -> u32 {
        self.pairs
    }

    /// The species and quantities that are compared.
    pub fn quantities(&self) -> &[(usize, Quantity)] {
        &self.quantities
    }

    /// What came out of a quantity, pair by pair: of the unchanged worlds (0), or with a test (from 1).
    pub fn values(&self, branch: usize, quantity: usize) -> &[f64] {
        &self.values[branch][quantity]
    }

    /// What was heard in the first unchanged worlds; nothing where no test is of signals.
    pub fn heard(&self) -> &[Listened] {
        self.listening.as_ref().map_or(&[], Listening::heard)
    }

    /// What the backend is.
    pub fn info(&self) -> BackendInfo {
        self.rollouts.backend.info()
    }

    /// Runs more pairs: as many as go at once, or as are `wanted` still. `look` sees the first of them every so many ticks (0:
    /// never), and ends the probe where it says false; nothing of the batch then counts. Tells whether it came to its end.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn advance(
        &mut self,
        wanted: u32,
        every: u32,
        mut look: impl FnMut(Glimpse) -> bool,
    ) -> Result<bool, SimulationError> {
        let now = self.batch.min(wanted.saturating_sub(self.pairs));
        let streams = worlds::load(&mut self.rollouts, &self.question, self.pairs, self.batch)?;
        let mut gathered = Gathered::new(&mut self.rollouts, &self.quantities)?;
        let replays = self.question.tests.contains(&Test::Replay);
        let (end, moment) = (self.question.ticks, self.question.ticks.div_ceil(MOMENTS));
        let begun = match &self.question.start {
            Start::Fresh(_) => 0,
            Start::Living(state) => state.tick,
        };
        let listened = 0..now.min(LISTENED.saturating_sub(self.pairs));
        let mut listening = self.listening.as_mut().filter(|_| !listened.is_empty());
        listening.iter_mut().for_each(|listening| listening.other_worlds());
        let mut tick = 0;
        while tick < end {
            let due = |every: u32| if every == 0 { u32::MAX } else { every - tick % every };
            let mut step = due(moment).min(due(every)).min(end - tick);
            if let Some(listening) = &listening {
                step = step.min(listening.due(tick));
            }
            if replays {
                step = 1;
                worlds::replay(&mut self.rollouts, &self.question, self.batch)?;
            }
            match self.question.start {
                Start::Fresh(_) => self.rollouts.advance(tick, step, &streams)?,
                Start::Living(_) => self.rollouts.backend.advance(step).map_err(SimulationError::from)?,
            }
            tick += step;
            if let Some(listening) = &mut listening {
                listening.sample(&mut *self.rollouts.backend, listened.clone(), (begun, tick))?;
            }
            if tick % moment == 0 || tick == end {
                gathered.measure(&mut self.rollouts, &self.quantities)?;
            }
            if every > 0 && (tick % every == 0 || tick == end) {
                let backend = &mut self.rollouts.backend;
                let (plain, changed) = (backend.snapshot(0)?, backend.snapshot(self.batch)?);
                if !look(Glimpse { tick, plain, changed }) {
                    return Ok(false);
                }
            }
        }
        let results = gathered.results(&mut self.rollouts, &self.quantities)?;
        for (branch, values) in self.values.iter_mut().enumerate() {
            for (values, of_worlds) in values.iter_mut().zip(&results) {
                let first = branch * self.batch as usize;
                values.extend_from_slice(&of_worlds[first..first + now as usize]);
            }
        }
        self.pairs += now;
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
