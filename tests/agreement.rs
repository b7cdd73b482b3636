//! Every scene that ships, whole: evolution, births, events and all, over 1,000 ticks. Threads and shapes of the CPU
//! backend give one digest, and on a software adapter the GPU backend gives the same. Other adapters may fuse and round
//! differently; `tests/parity.rs` holds them to its tolerances. Without an adapter the test says so and passes; with
//! IWASHI_REQUIRE_GPU=1 it fails.

use iwashi::backend::Shape;
use iwashi::backend::gpu::SharedDevice;
use iwashi::scene::{self, Evolution, SceneSpec};
use iwashi::simulation::{BackendChoice, Options, Simulation};

const TICKS: u32 = 1000;

/// The scenes that ship, small enough for a software adapter, and the worlds that they run in.
fn scenes() -> Vec<(&'static str, SceneSpec, u32)> {
    let ready = |(name, _): &(&'static str, &str)| {
        let mut spec = scene::load(name).expect("a shipped scene").spec;
        if *name == "boids" {
            // As crowded as in the file: fewer boids in less water.
            for (path, value) in [("species[0].count", "250"), ("extent", "[30, 20, 20]")] {
                scene::set(&mut spec, path, value).expect("a smaller school");
            }
        }
        let bred = spec.species.iter().any(|s| matches!(s.evolution, Evolution::Generational(_)));
        (*name, spec, if bred { 4 } else { 1 })
    };
    // No scene that ships looks at its schools while they are judged.
    let school = include_str!("cli/school.ron");
    let school = ("school", scene::parse(school, "school.ron").expect("a scene"), 5);
    scene::shipped().iter().map(ready).chain([school]).collect()
}

/// Digest after `TICKS` ticks.
fn end(spec: &SceneSpec, worlds: u32, options: Options) -> String {
    let options = Options { worlds: Some(worlds), ..options };
    let mut simulation = Simulation::new(spec.clone(), &options).expect("a simulation");
    simulation.advance(TICKS).expect("ticks");
    simulation.digest().expect("a digest")
}

fn cpu(threads: usize, shape: Shape) -> Options {
    Options { backend: BackendChoice::Cpu, threads: Some(threads), shape, ..Options::default() }
}

#[test]
fn threads_and_shapes_agree_on_every_scene() {
    for (name, spec, worlds) in scenes() {
        let reference = end(&spec, worlds, cpu(1, Shape::Packed));
        for (threads, shape) in [(2, Shape::Packed), (1, Shape::Spread), (2, Shape::Spread)] {
            let other = end(&spec, worlds, cpu(threads, shape));
            assert_eq!(reference, other, "{name}, {shape:?} on {threads} threads");
        }
        // The comparison can fail: another seed is another run.
        let other = SceneSpec { seed: spec.seed + 1, ..spec };
        assert_ne!(reference, end(&other, worlds, cpu(2, Shape::Auto)), "{name}");
    }
}

/// Above some ten thousand slots a world is sorted in parts, one a thread.
#[test]
fn large_schools_agree_on_any_number_of_threads() {
    for (name, sets) in [
        ("boids", [("species[0].count", "40000"), ("extent", "[160, 110, 110]")]),
        // Most slots are free, and there are two species.
        ("grazers", [("species[0].capacity", "40000"), ("extent", "[120, 120, 0]")]),
    ] {
        let mut spec = scene::load(name).expect("a shipped scene").spec;
        for (path, value) in sets {
            scene::set(&mut spec, path, value).expect("a larger school");
        }
        let after = |threads: usize, ticks: u32| {
            let mut simulation = Simulation::new(spec.clone(), &cpu(threads, Shape::Spread)).expect("a simulation");
            simulation.advance(ticks).expect("ticks");
            simulation.digest().expect("a digest")
        };
        let reference = after(1, 8);
        for threads in [2, 3, 8] {
            assert_eq!(reference, after(threads, 8), "{name} on {threads} threads");
        }
        assert_ne!(reference, after(1, 7), "{name}: nothing moved");
    }
}

#[test]
fn the_gpu_agrees_with_the_cpu_on_every_scene() {
    let device = match SharedDevice::open() {
        Ok(device) => device,
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => return eprintln!("skipped: {e}"),
    };
    if !device.is_software() {
        return eprintln!("skipped: {} need not give the same bits", device.listing().name);
    }
    for (name, spec, worlds) in scenes() {
        // Worlds that are many at home are packed there.
        let shape = if worlds > 1 { Shape::Packed } else { Shape::Auto };
        let gpu = Options { backend: BackendChoice::Gpu, device: Some(device.clone()), shape, ..Options::default() };
        let reference = end(&spec, worlds, cpu(1, Shape::Auto));
        assert_eq!(reference, end(&spec, worlds, gpu), "{name}");
    }
}
