//! Card: one agent sees where the goal is and cannot move, the other moves and cannot see; what the first says is for evolution to
//! settle. Runs the scene `speaker_listener` that ships, and the same without a channel.

use super::{Ask, Card, Check, Finding, Stage, Tolerance, VerifyError};
use crate::genome_file::GenomeFile;
use crate::math::{length, sub};
use crate::measure::information::Table;
use crate::rng::Stream;
use crate::scene::{self, Evolution, SceneSpec};
use crate::simulation::{Rollouts, SimulationError};
use crate::statistics::mean;

/// See the module.
pub const CARD: Card = Card {
    name: "speaker_listener",
    part: "communication",
    title: "A speaker that sees the goal, a listener that can go there",
    source: "after Mordatch and Abbeel 2018, and the task of that name of the multi-agent particle environments",
    engine: true,
    seeds: true,
    run,
};

/// Places of the species in the scene.
const SPEAKER: usize = 0;
const LISTENER: usize = 1;
const MARK: usize = 2;

/// Worlds in which the best of a run are judged.
const WORLDS: u32 = 240;

/// What makes the control: nothing is heard.
const SILENT: (&str, &str) = ("species[speaker].signals.signal_gain", "0.0");

/// The scene, or its control: nothing is heard.
fn scene(heard: bool, seed: u32) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load("speaker_listener")?.spec;
    scene.seed = seed.into();
    if !heard {
        scene::set(&mut scene, SILENT.0, SILENT.1)?;
    }
    Ok(scene)
}

/// What a run came to: information between goal and message, nats, and the listener's mean distance from the goal at the end, BL.
fn outcome(ask: &Ask, heard: bool, seed: u32, generations: u64) -> Result<[f64; 2], VerifyError> {
    let scene = scene(heard, seed)?;
    let mut simulation = ask.simulation(scene.clone())?;
    while simulation.generation() < generations {
        simulation.advance(scene.rollout.ticks)?;
    }
    let best = (0..scene.species.len()).map(|species| simulation.genomes(species)).collect::<Result<Vec<_>, _>>()?;
    judged(ask, scene, &best)
}

/// Runs the best of each species in worlds that evolution has not seen.
fn judged(ask: &Ask, mut scene: SceneSpec, best: &[Option<GenomeFile>]) -> Result<[f64; 2], VerifyError> {
    scene.species.iter_mut().for_each(|species| species.evolution = Evolution::Off);
    let streams: Vec<Stream> = (0..WORLDS).map(|world| [world, 77]).collect();
    let ticks = scene.rollout.ticks;
    let mut rollouts = Rollouts::new(scene, WORLDS, &ask.options())?;
    let state = rollouts.begin(&streams, best);
    let landmarks = rollouts.plan.landmarks.clone();
    rollouts.backend.load(state).map_err(SimulationError::from)?;
    rollouts.advance(0, ticks, &streams)?;
    let (census, plan) = (rollouts.backend.census().map_err(SimulationError::from)?, &rollouts.plan);
    let (mut goals, mut messages, mut distances) = (vec![], vec![], vec![]);
    for world in 0..WORLDS {
        let agent =
            |species: usize| census.agents[(world * plan.dims.slots + plan.species[species].slot_start) as usize];
        let [mark, listener] = [MARK, LISTENER].map(|species| agent(species).pos);
        let away = |place: &[f32; 3]| length(sub(*place, mark));
        let goal = (0..landmarks.len()).min_by(|a, b| away(&landmarks[*a]).total_cmp(&away(&landmarks[*b])));
        goals.push(goal.unwrap_or(0) as u32);
        let p = &plan.species[SPEAKER];
        let at = (world * plan.dims.sig + p.sig_start) as usize;
        // A message is in which third of its range each channel is.
        let thirds = census.signals[at..at + p.channels as usize].iter();
        messages.push(
            thirds.fold(0, |all, signal| 3 * all + u32::from(*signal > -1.0 / 3.0) + u32::from(*signal > 1.0 / 3.0)),
        );
        distances.push(f64::from(away(&listener)));
    }
    Ok([Table::of(&goals, &messages).information(), mean(&distances)])
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    match ask.stage {
        Stage::Short => shipped(ask),
        Stage::Full => evolved(ask),
    }
}

/// Nats that a message which names one of three goals carries.
fn most() -> f64 {
    libm::log(3.0)
}

/// The pair that ships with the scene, and what it comes to where its listener hears nothing.
fn shipped(ask: &Ask) -> Result<Finding, VerifyError> {
    let of = |heard: bool| {
        let trained = scene::trained(&scene::load("speaker_listener")?);
        let mut scene = trained.ok_or_else(|| VerifyError::Other("the scene ships without genomes".into()))?;
        if !heard {
            scene::set(&mut scene, SILENT.0, SILENT.1)?;
        }
        judged(ask, scene, &[])
    };
    let ([information, distance], [_, silent]) = (of(true)?, of(false)?);
    let checks = vec![
        Check::new(
            "information between goal and message, nats, of the pair that ships",
            information,
            None,
            0.9 * most(),
            Tolerance::AtLeast,
        ),
        Check::new("its final distance from the goal, BL", distance, None, 0.0, Tolerance::UpTo(4.0)),
        Check::new(
            "the same over that where nothing is heard",
            distance / silent,
            None,
            0.0,
            Tolerance::UpTo(1.0 / 3.0),
        ),
    ];
    Ok(checks.into())
}

/// Pairs evolved anew, and as many where nothing is ever heard.
fn evolved(ask: &Ask) -> Result<Finding, VerifyError> {
    let (seeds, generations) = (ask.seeds(10, 10), 600);
    let runs: Vec<(bool, u32)> =
        [true, false].iter().flat_map(|heard| (1..=seeds).map(|seed| (*heard, seed))).collect();
    let found: Vec<[f64; 2]> = ask.pieces(
        &runs,
        |(heard, seed)| format!("heard {heard}, seed {seed}"),
        |(heard, seed)| outcome(ask, *heard, *seed, generations),
    )?;
    let (heard, silent) = found.split_at(seeds as usize);
    let of = |runs: &[[f64; 2]], which: usize| runs.iter().map(|run| run[which]).collect::<Vec<f64>>();
    let control = mean(&of(silent, 1));
    let shares: Vec<f64> = of(heard, 1).iter().map(|distance| distance / control).collect();
    let checks = vec![
        Check::mean("information between goal and message, nats", &of(heard, 0), 0.9 * most(), Tolerance::AtLeast),
        Check::mean(
            "final distance from the goal, over that without a channel",
            &shares,
            0.0,
            Tolerance::UpTo(1.0 / 3.0),
        ),
    ];
    Ok(checks.into())
}
