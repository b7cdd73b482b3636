//! Genomes stored as halves and as steps, through whole runs: live evolution and generations give the same on every
//! shape and backend, checkpoints go on as they were, and what agents do stays near what single numbers would do.

use std::path::PathBuf;

use iwashi::backend::gpu::SharedDevice;
use iwashi::backend::{Backend, Shape, cpu::CpuBackend};
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{self, SceneSpec};
use iwashi::simulation::{BackendChoice, Options, Simulation};
use iwashi::world::WorldState;

const POND: &str = include_str!("cli/pond.ron");
const RACE: &str = include_str!("cli/race.ron");

/// Live evolution and generations, with all genomes stored in one form.
fn scenes(weights: &str) -> [SceneSpec; 2] {
    [POND, RACE].map(|text| {
        let mut spec = scene::parse(text, "test").expect("a scene");
        for species in 0..spec.species.len() {
            let path = format!("species[{species}].controller.weights");
            scene::set(&mut spec, &path, weights).expect("every controller here has weights");
        }
        spec
    })
}

fn cpu(threads: usize, shape: Shape) -> Options {
    Options { backend: BackendChoice::Cpu, threads: Some(threads), shape, ..Options::default() }
}

fn start(spec: &SceneSpec, options: &Options) -> Simulation {
    Simulation::new(spec.clone(), options).expect("a simulation")
}

fn end(mut simulation: Simulation, ticks: u32) -> String {
    simulation.advance(ticks).expect("ticks");
    simulation.digest().expect("a digest")
}

/// Long enough for several lives and seven generations.
const TICKS: u32 = 300;

#[test]
fn runs_agree_on_every_shape_and_backend() {
    let device = match SharedDevice::open() {
        Ok(device) if device.is_software() => Some(device),
        Ok(device) => {
            eprintln!("skipped: {} need not give the same bits", device.listing().name);
            None
        }
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => {
            eprintln!("skipped: {e}");
            None
        }
    };
    let mut digests = vec![];
    for weights in ["F32", "F16", "I8"] {
        for spec in scenes(weights) {
            let reference = end(start(&spec, &cpu(1, Shape::Packed)), TICKS);
            assert_eq!(reference, end(start(&spec, &cpu(2, Shape::Spread)), TICKS), "{} {weights}", spec.name);
            // `tests/agreement.rs` holds single numbers to this. Worlds that are many are packed, as they are at home.
            if let (Some(device), true) = (&device, weights != "F32") {
                let shape = if spec.rollout.worlds > 1 { Shape::Packed } else { Shape::Spread };
                let device = Some(device.clone());
                let gpu = Options { backend: BackendChoice::Gpu, device, shape, ..Options::default() };
                assert_eq!(reference, end(start(&spec, &gpu), TICKS), "{} {weights} {shape:?}", spec.name);
            }
            digests.push(reference);
        }
    }
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 6, "the form of a genome decides what agents do");
}

#[test]
fn a_run_goes_on_from_its_checkpoint() {
    for weights in ["F16", "I8"] {
        for spec in scenes(weights) {
            let options = cpu(1, Shape::Auto);
            let mut first = start(&spec, &options);
            first.advance(57).expect("ticks");
            let checkpoint = first.checkpoint().expect("a checkpoint");
            let next = Simulation::restore(checkpoint, &options).expect("restored");
            assert_eq!(end(first, 100), end(next, 100), "{} {weights}", spec.name);
        }
    }
}

#[test]
fn a_genome_file_holds_what_agents_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("school.safetensors");
    for weights in ["F16", "I8"] {
        for mut spec in scenes(weights) {
            let mut simulation = start(&spec, &cpu(1, Shape::Auto));
            simulation.advance(100).expect("ticks");
            let file = simulation.genomes(0).expect("read").expect("a species with genomes");
            let rows = simulation.plan().rows(0);
            for row in 0..file.rows() {
                assert_eq!(rows.rounded(file.row(row)), file.row(row), "{} {weights} row {row}", spec.name);
            }
            // It fits single numbers too, and those fit it.
            std::fs::write(&path, file.encode().expect("bytes")).expect("written");
            spec.species[0].genomes = path.to_string_lossy().into_owned();
            for other in [weights, "F32"] {
                scene::set(&mut spec, "species[0].controller.weights", other).expect("set");
                let mut next = start(&spec, &cpu(1, Shape::Auto));
                let read = next.genomes(0).expect("read").expect("a species with genomes");
                let known = (0..read.rows()).all(|row| (0..file.rows()).any(|i| file.row(i) == read.row(row)));
                assert!(known, "{} {weights} as {other}", spec.name);
            }
        }
    }
}

/// Actions of the first tick, from the same observations and, but for their form, the same genomes.
fn first_actions(weights: &str) -> Vec<f32> {
    let [mut scene, _] = scenes(weights);
    scene::set(&mut scene, "species[0].count", "1000").expect("more prey");
    scene::set(&mut scene, "species[1].count", "1000").expect("more hunters");
    let plan = Plan::new(&scene, 2);
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Packed).expect("threads");
    let streams = [0, 1].map(|world| rng::stream(scene.seed, 0, world));
    backend.load(WorldState::start(&scene, &plan, &streams)).expect("load");
    backend.advance(1).expect("a tick");
    backend.save().expect("state").actions
}

#[test]
fn actions_stay_near_those_of_single_numbers() {
    let single = first_actions("F32");
    assert!(single.iter().filter(|a| a.abs() > 0.1).count() > single.len() / 3, "agents act");
    // A half differs from its number by 2⁻¹² of it at most, a weight in steps by half a step, 1/32 of the deviation of
    // random weights. Rounding errors add like random steps: a sum of products then differs by about their deviation,
    // 0.0002 and 0.018 of the inputs' root mean square. The bounds leave room for outliers of thousands of actions and
    // two layers.
    for (weights, mean_most, most) in [("F16", 0.0002, 0.002), ("I8", 0.02, 0.2)] {
        let compact = first_actions(weights);
        let apart: Vec<f32> = single.iter().zip(&compact).map(|(a, b)| (a - b).abs()).collect();
        let mean = apart.iter().sum::<f32>() / apart.len() as f32;
        let largest = apart.iter().fold(0.0f32, |m, d| m.max(*d));
        println!("{weights}: mean {mean}, largest {largest}");
        assert!(mean < mean_most && largest < most, "{weights}: mean {mean}, largest {largest}");
        // A form that were not used would not differ at all.
        assert!(mean > 0.01 * mean_most, "{weights}: mean {mean}");
    }
}

#[test]
fn rows_take_the_room_that_was_promised() {
    let words = |weights| {
        let [mut scene, _] = scenes(weights);
        scene::set(&mut scene, "species[0].controller.hidden", "[64, 64]").expect("wider");
        let plan = Plan::new(&scene, 3);
        let s = plan.species[0];
        assert_eq!(s.genome_stride, s.genome_words.next_multiple_of(16));
        assert_eq!(plan.genome_total(0), 3 * 40 * s.genome_stride as usize);
        (s.genome_len, s.genome_words)
    };
    let (len, single) = words("F32");
    assert_eq!((single, words("F16")), (len, (len, len.div_ceil(2))));
    // A quarter; each bias has a word to itself, and a layer may end within a word.
    let (same, steps) = words("I8");
    let biases = 64 + 64 + 4;
    assert!(same == len && steps <= (len - biases).div_ceil(4) + biases + 2, "{steps} words for {len} numbers");
}
