//! Card: who sees the goal comes to name it for who can go there. A pair is bred with a channel between them, and one without. Runs the
//! scene `speaker_listener` that ships.

use serde::{Deserialize, Serialize};

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::held_out;
use crate::genome_file::GenomeFile;
use crate::layout::Agent;
use crate::math::length;
use crate::measure::information::Table;
use crate::measure::offset;
use crate::plan::Plan;
use crate::scene::{self, Evolution, SceneSpec};
use crate::simulation::Rollouts;
use crate::statistics::mean;

/// See the module.
pub const CARD: Card = Card {
    name: "speaker_listener",
    part: "communication",
    title: "Bred messages name one of three goals",
    source: "after Mordatch and Abbeel 2018; exact baselines",
    engine: true,
    seeds: true,
    run,
};

/// How the control differs from the scene: what is said is not heard, while genomes and senses are as they were.
const SILENT: (&str, &str) = ("species[speaker].signals.signal_gain", "0.0");

/// Species by their places in the scene: who hears, and who stands on the goal.
const LISTENER: usize = 1;
const MARK: usize = 2;

/// Generations in which a pair is bred.
const GENERATIONS: usize = 240;

/// Unseen worlds in which it is tried. Of so many, three goals and nine messages that had nothing to do with each other would seem to
/// tell 16 / 600 nats of each other, and these have.
const WORLDS: u32 = 300;

/// Distance of each landmark from the middle of the three, BL: the nearest to all of them at once that a place can be.
const MIDDLE: f64 = 12.0;

/// The scene, or its control.
fn scene(silent: bool) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load("speaker_listener")?.spec;
    if silent {
        scene::set(&mut scene, SILENT.0, SILENT.1)?;
    }
    Ok(scene)
}

/// What a pair comes to in unseen worlds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Outcome {
    /// What messages tell of goals, nats: plug-in, of thirds of each channel.
    information: f64,
    /// How far from the goal the listener ends, BL, on average over the goals.
    distance: f64,
}

/// Breeds speakers and listeners, and tries the best of each together.
fn bred(ask: &Ask, silent: bool, seed: u32) -> Result<Outcome, VerifyError> {
    let scene = SceneSpec { seed: seed.into(), ..scene(silent)? };
    let ticks = scene.rollout.ticks;
    let mut simulation = ask.simulation(scene.clone())?;
    let mut generations = 0;
    while generations < GENERATIONS * 2 {
        // A row for each of the two species.
        generations += simulation.advance(ticks)?.generations.len();
    }
    let best = (0..scene.species.len()).map(|species| simulation.genomes(species));
    tried(ask, scene.clone(), &best.collect::<Result<Vec<_>, _>>()?)
}

/// Runs the first of the genomes of each species in unseen worlds.
fn tried(ask: &Ask, mut scene: SceneSpec, genomes: &[Option<GenomeFile>]) -> Result<Outcome, VerifyError> {
    scene.species.iter_mut().for_each(|species| species.evolution = Evolution::Off);
    let (streams, ticks) = (held_out::streams(scene.seed, 0, WORLDS.into()), scene.rollout.ticks);
    let mut rollouts = Rollouts::new(scene, WORLDS, &ask.options())?;
    let state = rollouts.begin(&streams, genomes);
    rollouts.backend.load(state)?;
    rollouts.advance(0, ticks, &streams)?;
    let (mut goals, mut messages, mut ends) = (vec![], vec![], vec![vec![]; rollouts.plan.landmarks.len()]);
    for world in 0..WORLDS {
        let seen = rollouts.backend.snapshot(world)?;
        let (goal, distance) = end(&rollouts.plan, &seen.agents);
        goals.push(goal as u32);
        messages.push(thirds(&seen.signals));
        ends[goal].push(distance);
    }
    let distance = mean(&ends.iter().map(|ends| mean(ends)).collect::<Vec<_>>());
    Ok(Outcome { information: Table::of(&goals, &messages).information(), distance })
}

/// Which landmark the goal is at, and how far from it the listener is.
fn end(plan: &Plan, agents: &[Agent]) -> (usize, f64) {
    let [listener, mark] = [LISTENER, MARK].map(|species| agents[plan.species[species].slot_start as usize].pos);
    let away = |from, to| length(offset(&plan.tank, from, to));
    let nearer = |a: &usize, b: &usize| away(plan.landmarks[*a], mark).total_cmp(&away(plan.landmarks[*b], mark));
    ((0..plan.landmarks.len()).min_by(nearer).unwrap_or(0), away(listener, mark).into())
}

/// A message as a symbol: which third of what a channel can carry each of its channels is in.
fn thirds(message: &[f32]) -> u32 {
    let third = |x: f32| u32::from(x > -1.0 / 3.0) + u32::from(x > 1.0 / 3.0);
    message.iter().fold(0, |symbol, x| 3 * symbol + third(*x))
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(2, 10);
    let runs: Vec<(bool, u32)> = [false, true].iter().flat_map(|s| (1..=seeds).map(|seed| (*s, seed))).collect();
    let found: Vec<Outcome> = ask.pieces(
        &runs,
        |(silent, seed)| format!("silent {silent}, seed {seed}"),
        |(silent, seed)| bred(ask, *silent, *seed),
    )?;
    let (hearing, deaf) = found.split_at(seeds as usize);
    let distances = |runs: &[Outcome]| runs.iter().map(|run| run.distance).collect::<Vec<f64>>();
    let [near, far] = [hearing, deaf].map(distances);
    let told: Vec<f64> = hearing.iter().map(|run| run.information).collect();
    let [all, silence] = [Table::new(vec![vec![1, 0, 0], vec![0, 1, 0], vec![0, 0, 1]]), Table::new(vec![vec![1]; 3])];
    let perfect = libm::log(3.0);
    let checks = vec![
        Check::exact("a message for each goal tells, nats", all.information(), perfect),
        Check::exact("one message for all tells, nats", silence.information(), 0.0),
        Check::mean("what bred messages tell of the goal, nats", &told, 0.9 * perfect, Tolerance::AtLeast),
        // No place is nearer to three goals at once, and the best way without a message is to be there.
        Check::mean("final distance without the channel, BL", &far, MIDDLE, Tolerance::Relative(0.1)),
        Check::mean("final distance, BL", &near, 0.0, Tolerance::UpTo(mean(&far) / 3.0)),
    ];
    Ok(checks.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::trained;
    use crate::simulation::BackendChoice;
    use crate::verify::Stage;

    #[test]
    fn a_message_is_a_symbol_by_its_thirds() {
        let symbols = [[-1.0, -1.0], [-1.0, 0.0], [0.0, 1.0], [1.0, -0.34], [1.0, 0.34]].map(|m| thirds(&m));
        assert_eq!(symbols, [0, 1, 5, 6, 8]);
        assert_eq!(thirds(&[]), 0);
    }

    #[test]
    fn the_middle_is_as_far_from_each_landmark_as_the_card_says() {
        let plan = Plan::new(&scene(false).unwrap(), 1);
        for landmark in &plan.landmarks {
            let away = length(offset(&plan.tank, [24.0, 24.0, 0.0], *landmark));
            assert!((f64::from(away) - MIDDLE).abs() < 1e-3, "{away}");
        }
    }

    #[test]
    fn the_pair_that_ships_depends_on_its_channel() {
        let ask = Ask::new(Stage::Short, BackendChoice::Cpu, &|_| ()).unwrap();
        let mut pair = trained(&scene::load("speaker_listener").unwrap()).unwrap();
        let hears = tried(&ask, pair.clone(), &[]).unwrap();
        scene::set(&mut pair, SILENT.0, SILENT.1).unwrap();
        let silent = tried(&ask, pair, &[]).unwrap();
        assert!(hears.distance < MIDDLE / 3.0 && silent.distance > 0.8 * MIDDLE, "{hears:?} {silent:?}");
        // Nine tenths of ln 3, whether it is heard or not.
        assert!(hears.information > 0.98 && hears.information == silent.information, "{hears:?} {silent:?}");
    }
}
