//! What a large school takes of memory: a counting allocator holds the engine's own allocations against 1.15 x genome bytes
//! and 256 B an agent. `cargo bench --no-default-features --bench memory [-- AGENTS [SCENE]]`; with a million agents of own
//! genomes it holds some five gigabytes. Prints a line of JSON: bytes at the peak, and bytes held once the school runs.

#[path = "../tests/common/counting.rs"]
mod counting;

use std::sync::atomic::Ordering::Relaxed;

use iwashi::plan::Plan;
use iwashi::scene;
use iwashi::simulation::{BackendChoice, Options, Simulation};

use counting::{LIVE, PEAK};

/// Genome bytes may be held this many times.
const GENOMES: f64 = 1.15;
/// Bytes an agent may take besides.
const AGENT: f64 = 256.0;

/// Builds the school and lets it swim for two ticks.
fn measure(agents: u32, path: &str) -> Result<String, Box<dyn std::error::Error>> {
    let mut scene = scene::load(path)?.spec;
    let side = scene.extent[0] * (agents as f32 / scene.species[0].count as f32).sqrt();
    scene.extent = [side, side, 0.0];
    scene.species[0].count = agents;
    let plan = Plan::new(&scene, 1);
    let genomes = f64::from(plan.species[0].genome_len) * 4.0 * f64::from(agents);
    let promised = GENOMES * genomes + AGENT * f64::from(agents);
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let options = Options { backend: BackendChoice::Cpu, threads: Some(2), ..Options::default() };
    let mut simulation = Simulation::new(scene, &options)?;
    let started = PEAK.load(Relaxed) - before;
    simulation.advance(2)?;
    let (peak, held) = (PEAK.load(Relaxed) - before, LIVE.load(Relaxed) - before);
    let besides = |bytes: usize| ((bytes as f64 - genomes) / f64::from(agents)).round();
    let line = serde_json::json!({
        "agents": agents, "genome_bytes": genomes, "peak_bytes": peak, "peak_bytes_at_start": started, "held_bytes": held,
        "promised_bytes": promised, "ratio": (1e4 * peak as f64 / promised).round() / 1e4,
        "peak_bytes_an_agent_besides_genomes": besides(peak), "held_bytes_an_agent_besides_genomes": besides(held),
    });
    Ok(line.to_string())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let agents = words.first().map_or(Ok(1_000_000), |word| word.parse());
    let scene = words.get(1).map_or(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/scenes/school_own.ron"), |s| s);
    let told = agents.map_err(|_| "usage: memory [AGENTS [SCENE]]".into()).and_then(|agents| measure(agents, scene));
    match told {
        Ok(line) => println!("{line}"),
        Err(wrong) => {
            eprintln!("memory: {wrong}");
            std::process::exit(1)
        }
    }
}
