//! What a strategy costs beside the rollouts it learns from: ask and tell, for genomes of 10,000 numbers in populations of
//! 256, and how those with all covariances grow with the genome. Prints figures; judges none.
//!
//! `cargo bench --no-default-features --bench strategies`

use std::time::Instant;

use iwashi::evolution::archive::Axis;
use iwashi::evolution::population::Population;
use iwashi::evolution::strategy::{Architecture, Strategy, longest, make};
use iwashi::scene;
use iwashi::simulation::{Options, Simulation};

/// Generations that are timed, after two that are not.
const TIMED: u64 = 9;

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("ask and tell, ms a generation, 256 genomes of 10,000 numbers");
    for spec in scene::Strategy::every().iter().filter(|spec| longest(spec).is_none() && numbers(spec)) {
        println!("  {:<9} {:8.1}", name(spec), milliseconds(spec, 10_000, 256));
    }

    println!("ask and tell, ms a generation, 64 genomes, by numbers in a genome");
    for spec in scene::Strategy::every().iter().filter(|spec| longest(spec).is_some()) {
        let times = [50, 100, 200, 300, 500].map(|len| format!("{len}: {:.1}", milliseconds(spec, len, 64)));
        println!("  {:<9} {}", name(spec), times.join("  "));
    }

    // A generation to compare with: food_call with 87 neurons in each of two hidden layers, every genome once.
    let mut spec = scene::load("food_call")?.spec;
    let species =
        (0..spec.species.len()).find(|s| matches!(spec.species[*s].evolution, scene::Evolution::Generational(_)));
    let at = format!("species[{}]", species.ok_or("food_call has no population")?);
    let settings = [("controller", "Mlp(hidden: [87, 87])"), ("evolution.population", "256")];
    for (path, value) in settings {
        scene::set(&mut spec, &format!("{at}.{path}"), value)?;
    }
    scene::set(&mut spec, "rollout.trials", "1")?;
    let ticks = spec.rollout.ticks;
    let mut simulation = Simulation::new(spec, &Options::default())?;
    let numbers = simulation.plan().species[species.unwrap_or(0)].genome_len;
    let start = Instant::now();
    simulation.advance(ticks)?;
    println!(
        "rollouts of a generation of food_call, {numbers} numbers, {ticks} ticks: {:.0} ms",
        1e3 * start.elapsed().as_secs_f64()
    );
    Ok(())
}
