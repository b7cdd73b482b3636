//! Speed of the engine: agent-steps per second, and nanoseconds per agent and stage, for 1k, 10k and 100k agents, with own
//! Speed of the engine: agent-steps per second, and nanoseconds per agent and stage, for 1k, 10k and 100k agents, with own
//! and shared genomes (16-32-16-4 tanh, 1,140 parameters) in each form that they are stored in and as boids, and about 31
//! neighbours in range, on the processor and on the GPU where there is one; median of several repetitions, one line of JSON
//! each. Every repetition begins at the same start, because a school that swims together draws together.
//! `cargo bench --no-default-features --bench engine [-- FILTER]`, where a filter is part of a name such as
//! `cpu-own-10000` or `cpu-own-f16`.

use std::time::Instant;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::gpu::{GpuBackend, SharedDevice};
use iwashi::backend::{Backend, Shape};
use iwashi::layout::Agent;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::*;
use iwashi::world::WorldState;

/// Repetitions of a timing; the median is reported.
const REPEATS: usize = 9;

/// Sensing range, BL.
const RANGE: f32 = 10.0;

/// A plane at density 0.1 agents per BL², in which a range of 10 BL holds about 31 others.
fn school(agents: u32, sharing: Sharing, weights: Weights) -> SceneSpec {
    let side = (agents as f32 / 0.1).sqrt();
    SceneSpec {
        extent: [side, side, 0.0],
        species: vec![SpeciesSpec {
            name: "fish".into(),
            count: agents,
            sharing,
            senses: vec![
                Sense::Neighbours(NeighboursSense {
                    range: RANGE,
                    azimuth: 4,
                    gives: vec![NeighbourFeature::Proximity, NeighbourFeature::Heading],
                    ..Default::default()
                }),
                Sense::Speed,
                Sense::Energy,
                Sense::Noise,
                Sense::Constant,
            ],
            signals: SignalSpec { channels: 2, ..Default::default() },
            controller: Controller::Mlp(MlpSpec { hidden: vec![32, 16], weights, ..Default::default() }),
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// The same plane with boids: sight as wide, and a personal space of about four others.
fn boids(agents: u32) -> SceneSpec {
    use NeighbourFeature::*;
    let mut scene = school(agents, Sharing::Own, Weights::F32);
    let sense = |range: f32, gives: Vec<NeighbourFeature>| {
        Sense::Neighbours(NeighboursSense { range, azimuth: 1, gives, ..Default::default() })
    };
    let fish = &mut scene.species[0];
    fish.body = BodySpec { cruise: 4.0, top_speed: 5.0, yaw_rate: 4.0, ..Default::default() };
    fish.senses = vec![sense(RANGE, vec![Offset, Heading]), sense(3.5, vec![Proximity, Offset])];
    fish.signals = SignalSpec::default();
    fish.controller = Controller::Rule(Rule::Boids(BoidsSpec::default()));
    scene
}

/// Mean number of others within the sensing range, over a sample of agents.
fn neighbours(scene: &SceneSpec, state: &WorldState) -> f64 {
    let (side, sample) = (scene.extent[0], 200);
    let apart = |a: f32, b: f32| (a - b).abs().min(side - (a - b).abs());
    let near = |a: &Agent, b: &Agent| apart(a.pos[0], b.pos[0]).hypot(apart(a.pos[1], b.pos[1])) < RANGE;
    let step = (state.agents.len() / sample).max(1);
    let counts = state.agents.iter().step_by(step).map(|a| state.agents.iter().filter(|b| near(a, b)).count() - 1);
    let counts: Vec<usize> = counts.collect();
    counts.iter().sum::<usize>() as f64 / counts.len() as f64
}

/// Runs one school on one backend and prints a line.
fn measure(name: &str, scene: &SceneSpec, plan: &Plan, backend: &mut dyn Backend, state: &WorldState) {
    let agents = plan.dims.slots;
    let ticks = if backend.info().kind == "cpu" { (200_000 / agents).max(4) } else { (20_000 / agents).max(2) };
    let mut rates = vec![];
    // The first repetition warms up and does not count.
    for repetition in 0..=REPEATS {
        backend.load(state.clone()).expect("the state has the plan's sizes");
        let begin = Instant::now();
        backend.advance(ticks).expect("ticks");
        if repetition > 0 {
            rates.push(f64::from(agents) * f64::from(ticks) / begin.elapsed().as_secs_f64());
        }
    }
    let crowd = neighbours(scene, &backend.save().expect("state"));
    backend.load(state.clone()).expect("the state has the plan's sizes");
    let each = |time: std::time::Duration| (time.as_secs_f64() * 1e10 / f64::from(agents * ticks)).round() / 10.0;
    let stages: serde_json::Map<String, serde_json::Value> = match backend.profile(ticks) {
        Ok(times) => times.into_iter().map(|(stage, time)| (stage.into(), each(time).into())).collect(),
        Err(e) => [("none".to_string(), e.to_string().into())].into_iter().collect(),
    };
    rates.sort_by(f64::total_cmp);
    println!(
        "{}",
        serde_json::json!({
            "bench": name, "agents": agents, "parameters": plan.species[0].genome_len, "ticks": ticks,
            "device": backend.info().device, "neighbours_at_the_end": (crowd * 10.0).round() / 10.0,
            "agent_steps_per_second": rates[REPEATS / 2].round(),
            "lowest": rates[0].round(), "highest": rates[REPEATS - 1].round(),
            "ns_per_agent_step": (1e10 / rates[REPEATS / 2]).round() / 10.0,
            "ns_per_agent_and_stage": stages,
        })
    );
}

fn main() {
    // `cargo bench` and `cargo test` pass flags of their own; what is left is a filter.
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or_default();
    let device = SharedDevice::open();
    if let Err(e) = &device {
        eprintln!("no figures for a GPU: {e}");
    }
    type Make = fn(u32) -> SceneSpec;
    let schools: [(&str, Make); 7] = [
        ("own", |n| school(n, Sharing::Own, Weights::F32)),
        ("own-f16", |n| school(n, Sharing::Own, Weights::F16)),
        ("own-i8", |n| school(n, Sharing::Own, Weights::I8)),
        ("shared", |n| school(n, Sharing::Species, Weights::F32)),
        ("shared-f16", |n| school(n, Sharing::Species, Weights::F16)),
        ("shared-i8", |n| school(n, Sharing::Species, Weights::I8)),
        ("boids", boids),
    ];
    for (label, make) in schools {
        for agents in [1_000, 10_000, 100_000] {
            let scene = make(agents);
            let plan = Plan::new(&scene, 1);
            let named = |kind: &str| Some(format!("{kind}-{label}-{agents}")).filter(|name| name.contains(&filter));
            let start = || WorldState::start(&scene, &plan, &[rng::stream(1, 0, 0)]);
            if let Some(name) = named("cpu") {
                let mut backend = CpuBackend::new(&plan, None, Shape::Spread).expect("worker threads start");
                measure(&name, &scene, &plan, &mut backend, &start());
            }
            if let (Some(name), Ok(device)) = (named("gpu"), &device) {
                match GpuBackend::new(&plan, device, Shape::Spread) {
                    Ok(mut backend) => measure(&name, &scene, &plan, &mut backend, &start()),
                    Err(e) => eprintln!("{name}: {e}"),
                }
            }
        }
    }
}
