//! Worlds shared out among several backends run as they do on one: on processors, and on adapters where there are some.

mod common;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::several::Several;
use iwashi::backend::{Backend, Birth, Deal, Edits, Shape};
use iwashi::layout::{Agent, HEAR_WRITTEN, Intervention, NONE};
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene;
use iwashi::simulation::{BackendChoice, Options, Simulation};
use iwashi::world::WorldState;

const WORLDS: u32 = 5;

fn start() -> (Plan, WorldState) {
    let scene = common::plane();
    let plan = Plan::new(&scene, WORLDS);
    let streams: Vec<_> = (0..WORLDS).map(|w| rng::stream(scene.seed, 0, w)).collect();
    let state = WorldState::start(&scene, &plan, &streams);
    (plan, state)
}

fn one(plan: &Plan) -> Box<dyn Backend> {
    Box::new(CpuBackend::new(plan, Some(1), Shape::Packed).expect("threads"))
}

/// A death in each world, a child of slot 0 in its place, and one genome dealt to a row of every other world.
fn edits(state: &WorldState, plan: &Plan) -> Edits {
    let birth = |world: u32| {
        let mother = state.agents[(world * plan.dims.slots) as usize];
        let child = Agent { id: mother.id + 1_000, age: 0, ..mother };
        let key = [world, 7];
        Birth { world, slot: 3, parent: 0, second: NONE, mutation_rate: 0.5, mutation_size: 0.1, key, child }
    };
    Edits {
        deaths: (0..WORLDS).map(|world| (world, 3)).collect(),
        renewals: vec![(4, 1)],
        births: (0..WORLDS).map(birth).collect(),
        agents: vec![(2, 6, Agent { pos: [1.0, 2.0, 0.0], ..state.agents[(2 * plan.dims.slots + 6) as usize] })],
        genomes: vec![(0, 2, 5, vec![0.25; plan.species[0].genome_len as usize])],
        deals: vec![Deal {
            species: 3,
            genomes: vec![0.5; plan.species[3].genome_len as usize],
            places: (0..WORLDS).step_by(2).map(|world| (world, 0, 0)).collect(),
        }],
        patches: vec![(0, [5.0, 5.0, 0.0], 3.0, 1.0)],
        interventions: vec![(3, 0, Intervention { mode: HEAR_WRITTEN, channels: 1, ..Intervention::NONE })],
        heard: vec![(3, vec![0.5; plan.dims.sig as usize])],
    }
}

#[test]
fn parts_are_together_what_one_is() {
    let (plan, state) = start();
    let mut whole = one(&plan);
    for parts in [2, 3, 9] {
        let mut several = Several::new(&plan, parts, |_, plan| Ok(one(plan))).expect("parts");
        for backend in [&mut *whole, &mut several as &mut dyn Backend] {
            backend.load(state.clone()).expect("load");
            backend.advance(60).expect("ticks");
        }
        let edits = edits(&whole.save().expect("state"), &plan);
        for backend in [&mut *whole, &mut several as &mut dyn Backend] {
            backend.edit(&edits).expect("edits");
            backend.advance(60).expect("ticks");
        }
        assert!(whole.save().expect("state") == several.save().expect("state"), "{parts} parts");
        assert_eq!(whole.census().expect("census"), several.census().expect("census"));
        assert_eq!(whole.earned(5).expect("earned"), several.earned(5).expect("earned"));
        let births = whole.births().expect("births");
        assert!(births.iter().any(|birth| birth.world > 2));
        assert_eq!(births, several.births().expect("births"));
        let (a, b) = (whole.snapshot(4).expect("snapshot"), several.snapshot(4).expect("snapshot"));
        assert_eq!((a.tick, a.world, a.agents, a.fields), (b.tick, b.world, b.agents, b.fields));
        assert_eq!(whole.genomes(3, &[0, 9]).expect("rows"), several.genomes(3, &[0, 9]).expect("rows"));
        assert_eq!(whole.minds(3, 0).expect("minds"), several.minds(3, 0).expect("minds"));
        let (a, b) = (whole.detail(2, 7).expect("detail"), several.detail(2, 7).expect("detail"));
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }
}

#[test]
fn a_part_that_gets_another_world_is_found_out() {
    let (plan, state) = start();
    let (mut whole, mut several) = (one(&plan), Several::new(&plan, 2, |_, plan| Ok(one(plan))).expect("parts"));
    whole.load(state.clone()).expect("load");
    let mut swapped = state;
    swapped.streams.swap(0, 4);
    several.load(swapped).expect("load");
    whole.advance(30).expect("ticks");
    several.advance(30).expect("ticks");
    assert!(whole.save().expect("state") != several.save().expect("state"));
}

#[test]
fn adapters_share_an_evolution() {
    if iwashi::backend::gpu::adapters().is_empty() {
        assert!(std::env::var("IWASHI_REQUIRE_GPU").is_err(), "no adapter");
        return eprintln!("skipped: no adapter");
    }
    let mut spec = scene::load("rivals").expect("a shipped scene").spec;
    scene::set(&mut spec, "rollout.ticks", "15").expect("short rollouts");
    let run = |adapters: Vec<usize>| {
        let options = Options { backend: BackendChoice::Gpu, worlds: Some(6), adapters, ..Options::default() };
        let mut simulation = Simulation::new(spec.clone(), &options).expect("a simulation");
        simulation.advance(40).expect("ticks");
        (simulation.info().device, simulation.digest().expect("a digest"))
    };
    let (one, two) = (run(vec![0]), run(vec![0, 0]));
    assert!(two.0.ends_with("in 2 shares"), "{}", two.0);
    assert_eq!(one.1, two.1);
}
