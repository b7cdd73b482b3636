//! How fast a scene evolves: whole generations of one run that goes on, with all that belongs to them (genomes drawn and
//! dealt, fresh worlds, the rollout, fitness read back, the strategy told), by `Simulation::advance` alone. Each line of
//! standard input asks for one repetition of so many generations, answered by a line of JSON: generations, seconds by the wall
//! clock, processor seconds of all threads (null where the platform does not tell), and the fitness of the last generation of
//! the first species that evolves. Knows nothing of any one scene.
//!
//! `cargo bench --no-default-features --bench generations -- SCENE GENERATIONS [THREADS]`

use std::io::BufRead;
use std::time::Instant;

use iwashi::scene;
use iwashi::simulation::{BackendChoice, Happened, Options, Simulation};
use iwashi::timing::processor_time;

type Problem = Box<dyn std::error::Error>;

/// One repetition, as a line of JSON.
fn repetition(simulation: &mut Simulation, generations: u64) -> Result<String, Problem> {
    let (begin, spent) = (Instant::now(), processor_time());
    let end = simulation.generation() + generations;
    let mut happened = Happened::default();
    while simulation.generation() < end {
        happened.append(simulation.advance(simulation.scene().rollout.ticks)?);
    }
    let wall = begin.elapsed().as_secs_f64();
    let cpu = processor_time().zip(spent).map(|(now, then)| (now - then).as_secs_f64());
    let first = happened.generations.first().ok_or("no species evolves by generations")?;
    let last = happened.generations.iter().rfind(|row| row.species == first.species).unwrap_or(first);
    let told = serde_json::json!({
        "generations": generations, "wall_seconds": wall, "cpu_seconds": cpu,
        "generation": last.generation, "mean": last.mean, "best": last.best,
    });
    Ok(told.to_string())
}

fn run(words: &[String]) -> Result<(), Problem> {
    let [path, generations, threads @ ..] = words else {
        return Err("usage: generations SCENE GENERATIONS [THREADS]".into());
    };
    let generations: u64 = generations.parse().ok().filter(|n| *n > 0).ok_or("GENERATIONS: a number from 1 on")?;
    let threads = threads.first().map(|word| word.parse()).transpose().map_err(|_| "THREADS: a number")?;
    let file = scene::load(path)?;
    if !file.spec.species.iter().any(|s| matches!(s.evolution, scene::Evolution::Generational(_)) && s.count > 0) {
        return Err(format!("no species of `{path}` evolves by generations").into());
    }
    let options = Options { backend: BackendChoice::Cpu, threads, ..Options::default() };
    let mut simulation = Simulation::new(file.spec, &options)?;
    for line in std::io::stdin().lock().lines() {
        line?;
        println!("{}", repetition(&mut simulation, generations)?);
    }
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let Err(wrong) = run(&words) {
        eprintln!("generations: {wrong}");
        std::process::exit(1)
    }
}
