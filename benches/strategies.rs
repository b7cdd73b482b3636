//! What a strategy costs beside the rollouts it learns from: ask and tell, for genomes of 10,000 numbers in populations of
//! 256, and how those with all covariances grow with the genome. Prints figures; judges none.
//!
//! `cargo bench --no-default-features --bench strategies [-- overhead]`, where `overhead` leaves out the second and prints a line of
//! JSON: milliseconds of each strategy, and of a generation to compare them with.

use std::time::Instant;

use iwashi::evolution::archive::Axis;
use iwashi::evolution::population::Population;
use iwashi::evolution::strategy::{Architecture, Strategy, longest, make};
use iwashi::scene;
use iwashi::simulation::{Options, Simulation};

/// Generations that are timed, after two that are not.
const TIMED: u64 = 9;

/// Genomes of a population, and numbers in a genome, of what is compared with a generation.
const MEMBERS: usize = 256;
const NUMBERS: usize = 10_000;

/// Median milliseconds of ask and tell.
fn milliseconds(spec: &scene::Strategy, len: usize, size: usize) -> f64 {
    let first = Population { len, genomes: vec![0.1; len * size], ids: (0..size as u32).collect() };
    let axis = |name: &str| Axis { name: name.into(), low: 0.0, high: 1.0, cells: 10 };
    let axes = vec![axis("first"), axis("second")];
    let mut strategy = make(spec, first, Architecture::Layers(vec![0, len / 2]), axes, [1, 2]);
    let mut times: Vec<f64> = (0..2 + TIMED).map(|generation| one(strategy.as_mut(), generation, size)).collect();
    times.drain(..2);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn one(strategy: &mut dyn Strategy, generation: u64, size: usize) -> f64 {
    let fitness: Vec<f32> = (0..size).map(|i| ((i as u64 * 7919 + generation) % 101) as f32).collect();
    // As in an archive that is half full.
    let behaviour: Vec<f32> = (0..2 * size).map(|i| ((i as u64 * 6007 + generation * 31) % 71) as f32 / 71.0).collect();
    let start = Instant::now();
    strategy.ask(generation);
    strategy.tell_described(&fitness, &behaviour);
    1e3 * start.elapsed().as_secs_f64()
}

/// Whether it breeds genomes of any numbers, and not graphs.
fn numbers(spec: &scene::Strategy) -> bool {
    !matches!(spec, scene::Strategy::Neat(_))
}

fn name(spec: &scene::Strategy) -> String {
    format!("{spec:?}").split('(').next().unwrap_or_default().into()
}

/// Milliseconds of each strategy that takes long genomes.
fn overhead() -> Vec<(String, f64)> {
    let every = scene::Strategy::every();
    let long = every.iter().filter(|spec| longest(spec).is_none() && numbers(spec));
    long.map(|spec| (name(spec), milliseconds(spec, NUMBERS, MEMBERS))).collect()
}

/// Milliseconds of a generation to compare with, and numbers in its genomes: `food_call` with 87 neurons in each of two hidden
/// layers, every genome once.
fn generation() -> Result<(f64, u32), Box<dyn std::error::Error>> {
    let mut spec = scene::load("food_call")?.spec;
    let evolving = |s: &scene::SpeciesSpec| matches!(s.evolution, scene::Evolution::Generational(_));
    let species = spec.species.iter().position(evolving).ok_or("food_call has no population")?;
    let at = format!("species[{species}]");
    let settings = [("controller", "Mlp(hidden: [87, 87])".into()), ("evolution.population", MEMBERS.to_string())];
    for (path, value) in settings {
        scene::set(&mut spec, &format!("{at}.{path}"), &value)?;
    }
    scene::set(&mut spec, "rollout.trials", "1")?;
    let ticks = spec.rollout.ticks;
    let mut simulation = Simulation::new(spec, &Options::default())?;
    let numbers = simulation.plan().species[species].genome_len;
    // The first generation warms up.
    simulation.advance(ticks)?;
    let start = Instant::now();
    simulation.advance(ticks)?;
    Ok((1e3 * start.elapsed().as_secs_f64(), numbers))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let strategies = overhead();
    let (generation, numbers) = generation()?;
    if std::env::args().any(|word| word == "overhead") {
        let strategies: serde_json::Map<_, _> = strategies.into_iter().map(|(name, ms)| (name, ms.into())).collect();
        let told = serde_json::json!({ "strategies": strategies, "generation": generation, "parameters": numbers });
        println!("{told}");
        return Ok(());
    }
    println!("ask and tell, ms a generation, {MEMBERS} genomes of {NUMBERS} numbers");
    for (name, ms) in strategies {
        println!("  {name:<9} {ms:8.1}");
    }
    println!("a whole generation of food_call, {MEMBERS} genomes of {numbers} numbers: {generation:.0} ms");

    println!("ask and tell, ms a generation, 64 genomes, by numbers in a genome");
    for spec in scene::Strategy::every().iter().filter(|spec| longest(spec).is_some()) {
        let times = [50, 100, 200, 300, 500].map(|len| format!("{len}: {:.1}", milliseconds(spec, len, 64)));
        println!("  {:<9} {}", name(spec), times.join("  "));
    }
    Ok(())
}
