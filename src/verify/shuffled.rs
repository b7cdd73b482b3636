//! Part of a card: controllers that were evolved with the nearest neighbours in order are judged with them in random order. One
//! that pays attention to a set must not mind; one with a place for each of them must. Shuffling is the scene's own
//! perturbation, and both judgements are held-out scores like any other.

use super::{Ask, Check, Tolerance, VerifyError};
use crate::genome_file::GenomeFile;
use crate::scene::{
    AttentionSpec, BodySpec, Controller, DietSpec, EnergySpec, Evolution, FitnessTerm, GenerationalSpec, LinearSpec,
    MlpSpec, Motion, NearestSense, PreySpec, RolloutSpec, SceneSpec, Sense, Sharing, SnesSpec, SpeciesSpec, Strategy,
    Term,
};
use crate::simulation::{SimulationError, held_out_scores};
use crate::statistics::{deviation, mean};

/// Seeds that judge, of which evolution sees none.
const HELD_OUT: u32 = 100;

/// Generations: enough for both to catch four prey and more.
const GENERATIONS: u64 = 100;

/// A hunter that sees the nearest five of its prey, which drift and see nothing. The next bite is near the nearest of them, so who
/// is told where tells what to do; a tick is so long that a hunter which turns after each of the five by turns gets to none.
fn scene(controller: Controller, seed: u64) -> SceneSpec {
    let prey = || vec!["prey".to_string()];
    let hunter = SpeciesSpec {
        name: "hunter".into(),
        count: 1,
        body: BodySpec { motion: Motion::Course, cruise: 4.0, top_speed: 4.0, ..Default::default() },
        energy: EnergySpec { start: 100.0, capacity: 200.0, ..Default::default() },
        diet: DietSpec {
            prey: vec![PreySpec { species: "prey".into(), reach: 1.1, damage: 100.0, gain: 0.0, ..Default::default() }],
            handling: 0.0,
            ..Default::default()
        },
        senses: vec![
            Sense::Nearest(NearestSense { species: prey(), k: 5, range: 20.0, ..Default::default() }),
            Sense::Constant,
        ],
        controller,
        sharing: Sharing::Species,
        evolution: Evolution::Generational(GenerationalSpec {
            population: 32,
            strategy: Strategy::Snes(SnesSpec { sigma: 0.5, ..Default::default() }),
            ..Default::default()
        }),
        fitness: vec![FitnessTerm { term: Term::PreyCaught, weight: 1.0 }],
        ..Default::default()
    };
    // Weights of 0 keep a course.
    let drifting = SpeciesSpec {
        name: "prey".into(),
        count: 10,
        body: BodySpec { cruise: 1.0, top_speed: 2.0, ..Default::default() },
        senses: vec![Sense::Constant],
        controller: Controller::Linear(LinearSpec { init: 0.0, ..Default::default() }),
        ..Default::default()
    };
    SceneSpec {
        seed,
        dt: 0.3,
        extent: [40.0, 40.0, 0.0],
        species: vec![hunter, drifting],
        rollout: RolloutSpec { ticks: 100, trials: 8, ..Default::default() },
        ..Default::default()
    }
}

/// Mean catches: of random genomes, then of the best of the last generation in order and shuffled.
fn catches(ask: &Ask, controller: &Controller, generations: u64, seed: u32) -> Result<[f64; 3], VerifyError> {
    let options = ask.options();
    let mut scene = scene(controller.clone(), seed.into());
    let mut simulation = ask.simulation(scene.clone())?;
    while simulation.generation() < generations {
        simulation.advance(scene.rollout.ticks)?;
    }
    let best = simulation.genomes(0)?;
    let of = |scene: &SceneSpec, file: Option<GenomeFile>| {
        let scores = held_out_scores(scene, &[file, None], HELD_OUT, &options)?;
        Ok::<f64, SimulationError>(mean(&scores[0].iter().map(|score| f64::from(*score)).collect::<Vec<f64>>()))
    };
    let (random, ordered) = (of(&scene, None)?, of(&scene, best.clone())?);
    scene.perturbation.shuffle = true;
    Ok([random, ordered, of(&scene, best)?])
}

/// What shuffling does to attention, and what to a network with a place for each neighbour.
pub fn checks(ask: &Ask) -> Result<Vec<Check>, VerifyError> {
    // Both of about as many numbers.
    let attention =
        Controller::Attention(AttentionSpec { heads: 2, keys: 4, values: 4, hidden: vec![12], ..Default::default() });
    let dense = Controller::Mlp(MlpSpec { hidden: vec![12], ..Default::default() });
    let seeds = ask.seeds(3, 10);
    let all: Vec<u32> = (0..seeds).collect();
    let of = |what: &str, controller: &Controller| {
        let name = |seed: &u32| format!("{what}, seed {seed}");
        ask.pieces(&all, name, |seed| catches(ask, controller, GENERATIONS, *seed))
    };
    let column = |rows: &[[f64; 3]], which: usize| rows.iter().map(|row| row[which]).collect::<Vec<f64>>();
    let (attention, dense) = (of("attention", &attention)?, of("dense", &dense)?);
    let least = |quantity: &str, rows: &[[f64; 3]], which: usize| {
        // Who swims straight ahead comes to less than half of this.
        Check::mean(quantity, &column(rows, which), 3.0, Tolerance::AtLeast)
    };
    let changes: Vec<f64> = attention.iter().map(|[_, ordered, shuffled]| shuffled - ordered).collect();
    let error = deviation(&changes) / (changes.len() as f64).sqrt();
    // Of what it learned: of its catches beyond those of random genomes.
    let lost: Vec<f64> =
        dense.iter().map(|[random, ordered, shuffled]| (ordered - shuffled) / (ordered - random)).collect();
    Ok(vec![
        least("catches by attention, neighbours in order", &attention, 1),
        Check::mean("catches by attention, shuffled each tick", &column(&attention, 2), 3.0, Tolerance::AtLeast),
        Check::new(
            "change by shuffling; two errors are allowed",
            mean(&changes),
            Some(error),
            0.0,
            Tolerance::Absolute(2.0 * error),
        ),
        least("catches by a dense network, in order", &dense, 1),
        Check::mean("share of what a dense network learned that shuffling takes", &lost, 0.5, Tolerance::AtLeast),
    ])
}
