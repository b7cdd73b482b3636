//! What a large school takes of memory: a counting allocator holds the engine's own allocations against 1.15 x genome bytes
//! and 256 B an agent. `cargo bench --no-default-features --bench memory [-- AGENTS [SCENE]]`; with a million agents of own
//! genomes it holds some five gigabytes. Prints a line of JSON: bytes at the peak, and bytes held once the school runs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use iwashi::plan::Plan;
use iwashi::scene;
use iwashi::simulation::{BackendChoice, Options, Simulation};

/// Genome bytes may be held this many times.
const GENOMES: f64 = 1.15;
/// Bytes an agent may take besides.
const AGENT: f64 = 256.0;

/// The system's allocator, counted.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grown(bytes: usize) {
    PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call is passed on to the system's allocator as it came; counting touches no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_sub(layout.size(), Relaxed);
        grown(size);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

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
