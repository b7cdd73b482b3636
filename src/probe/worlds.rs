//! The worlds of a probe: unchanged ones, and after them as many for each test, in which the same happens but for the change.
//! Knows nothing of what is measured in them.

use super::Question;
use super::test::Test;
use crate::edits::Edits;
use crate::evolution::held_out;
use crate::plan::Plan;
use crate::rng::{self, Stream};
use crate::scene::{Evolution, SceneSpec};
use crate::simulation::{Rollouts, SimulationError, Start};
use crate::world::WorldState;

/// Names the draws of worlds that go on from a living state; no round of a run gets there.
const LIVING_ROUND: u64 = u64::MAX - 3;

/// Makes the scene of a question one in which nobody is bred between ticks and signals are kept for as long as its tests need.
pub fn prepare(question: &mut Question) {
    let before = Plan::new(&question.scene, 1);
    let kept = question.tests.iter().map(Test::history).max().unwrap_or(1);
    for species in &question.species {
        let signals = &mut question.scene.species[*species].signals;
        signals.history = signals.history.max(kept);
    }
    match &mut question.start {
        Start::Fresh(_) => question.scene.species.iter_mut().for_each(|species| {
            if !matches!(species.evolution, Evolution::Ecology(_)) {
                species.evolution = Evolution::Off;
            }
        }),
        Start::Living(state) => {
            lengthen(state, &before, &question.scene);
            // It has its genomes already, wherever the files are that it began with.
            question.scene.species.iter_mut().for_each(|species| species.genomes.clear());
        }
    }
}

/// Gives the signals of a state room for more ticks; those that were never kept are silence.
fn lengthen(state: &mut WorldState, before: &Plan, scene: &SceneSpec) {
    let (old, new) = (before.dims.history, Plan::new(scene, 1).dims.history);
    let each = before.dims.sig as usize;
    if new == old || each == 0 {
        return;
    }
    let mut signals = vec![0.0; state.streams.len() * new as usize * each];
    for (from, to) in state.signals.chunks(old as usize * each).zip(signals.chunks_mut(new as usize * each)) {
        // Tick t stands at t % history, and the ticks before `state.tick` have been.
        for back in 1..=u64::from(old).min(state.tick) {
            let tick = state.tick - back;
            let row = |history: u32| (tick % u64::from(history)) as usize * each;
            to[row(new)..row(new) + each].copy_from_slice(&from[row(old)..row(old) + each]);
        }
    }
    state.signals = signals;
}

/// Loads the worlds of pairs `first` to `first + batch`; the streams of all worlds.
pub fn load(
    rollouts: &mut Rollouts,
    question: &Question,
    first: u32,
    batch: u32,
) -> Result<Vec<Stream>, SimulationError> {
    let mut plain = match &question.start {
        Start::Fresh(files) => {
            let all = held_out::streams(question.scene.seed, 0, u64::from(first + batch));
            rollouts.begin(&all[first as usize..], files)
        }
        Start::Living(state) => {
            let worlds = state.streams.len() as u32;
            let mut plain = WorldState::default();
            for pair in first..first + batch {
                let world = pair % worlds;
                let mut one = (**state).clone().only(&(world..world + 1));
                one.streams = vec![rng::stream(question.scene.seed, LIVING_ROUND, pair)];
                if pair == first { plain = one } else { plain.append(one) }
            }
            plain
        }
    };
    let mut all = plain.clone();
    for test in &question.tests {
        let mut changed = plain.clone();
        for &species in &question.species {
            test.make(&mut changed, &rollouts.plan, species, question.channels);
        }
        all.append(changed);
    }
    plain = all;
    let streams = plain.streams.clone();
    rollouts.backend.load(plain)?;
    Ok(streams)
}

/// Writes into the worlds of a replay what was emitted in the tick before in the unchanged world of the pair beside theirs: pairs
/// go by twos, so that it does not matter how many are run at once.
pub fn replay(rollouts: &mut Rollouts, question: &Question, batch: u32) -> Result<(), SimulationError> {
    let signals = rollouts.backend.census()?.signals;
    let row = |world: u32| WorldState::part(world, rollouts.plan.dims.sig);
    let tests = question.tests.iter().zip(1..).filter(|(test, _)| **test == Test::Replay);
    let heard = tests.flat_map(|(_, branch)| (0..batch).map(move |pair| (branch * batch + pair, pair ^ 1)));
    // As loud as they are heard otherwise.
    let gains = rollouts.plan.species.iter().flat_map(|s| vec![s.signal_gain; (s.slots * s.channels) as usize]);
    let gains: Vec<f32> = gains.collect();
    let loud = |world: u32| signals[row(world)].iter().zip(&gains).map(|(s, gain)| (s * gain).clamp(-1.0, 1.0));
    let heard = heard.map(|(world, other)| (world, loud(other).collect())).collect();
    rollouts.backend.edit(&Edits { heard, ..Edits::default() })?;
    Ok(())
}
