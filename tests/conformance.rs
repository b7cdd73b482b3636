//! One suite for every backend and shape: the same worlds, the same bits. The CPU's packed shape on one thread is the
//! reference.

mod common;

use iwashi::backend::{Backend, Shape, cpu::CpuBackend};
use iwashi::layout::{COUNT_STARVED, ENERGY_SCALE, TALLY_SCALE, TALLY_SPENT, WEIGHTS_I8};
use iwashi::math::fixed;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{Boundary, BoxSpec, DietSpec, EnergySpec, Obstacle, PreySpec, SceneSpec, SpeciesSpec};
use iwashi::world::WorldState;

const WORLDS: u32 = 3;

fn start(scene: &SceneSpec) -> (Plan, WorldState) {
    let plan = Plan::new(scene, WORLDS);
    let streams: Vec<_> = (0..WORLDS).map(|w| rng::stream(scene.seed, 0, w)).collect();
    let state = WorldState::start(scene, &plan, &streams);
    (plan, state)
}

fn cpu(scene: &SceneSpec, shape: Shape, threads: usize, ticks: &[u32]) -> WorldState {
    let (plan, state) = start(scene);
    let mut backend = CpuBackend::new(&plan, Some(threads), shape).expect("threads");
    backend.load(state.clone()).expect("load");
    for &t in ticks {
        backend.advance(t).expect("advance");
    }
    backend.save().expect("save")
}

/// Says what differs first, for a failure that can be acted on.
fn first_difference(a: &WorldState, b: &WorldState) -> String {
    for (i, (x, y)) in a.agents.iter().zip(&b.agents).enumerate() {
        if x != y {
            return format!("agent {i}: {x:?} against {y:?}");
        }
    }
    for (i, (x, y)) in a.fields.iter().zip(&b.fields).enumerate() {
        if x != y {
            return format!("field cell {i}: {x} against {y}");
        }
    }
    "tallies, actions, memory, signals, genomes or counters".into()
}

/// The plan with one cell a side, or several: every agent is looked at, or far more cells than the program would choose.
fn with_cells(mut plan: Plan, each: u32) -> Plan {
    for axis in 0..plan.tank.dim as usize {
        plan.tank.cells[axis] = each;
        plan.tank.cell[axis] = plan.tank.extent[axis] / each as f32;
    }
    plan.dims.grid_cells = plan.tank.cells.iter().product();
    plan
}

#[test]
fn the_grid_decides_nothing() {
    let shoals = [common::shoal(true), common::shoal(false)];
    assert!(shoals.iter().all(|scene| start(scene).0.dims.grid_cells == 1), "everyone looks at everyone");
    let scenes = [common::plane(), common::volume(), common::boids()];
    for scene in scenes.into_iter().chain(shoals).chain(common::pairs()) {
        let (chosen, state) = start(&scene);
        let run = |plan: &Plan| {
            let mut backend = CpuBackend::new(plan, Some(1), Shape::Packed).expect("threads");
            backend.load(state.clone()).expect("load");
            backend.advance(60).expect("advance");
            backend.save().expect("save")
        };
        let reference = run(&with_cells(chosen.clone(), 1));
        for (name, plan) in [("chosen", chosen.clone()), ("fine", with_cells(chosen.clone(), 23))] {
            let other = run(&plan);
            let what = format!("{}: a {name} grid differs in {}", scene.name, first_difference(&reference, &other));
            assert!(reference == other, "{what}");
        }
    }
}

#[test]
fn timing_the_stages_changes_nothing() {
    let scene = common::plane();
    let (plan, state) = start(&scene);
    let mut backend = CpuBackend::new(&plan, Some(2), Shape::Spread).expect("threads");
    backend.load(state.clone()).expect("load");
    let times = backend.profile(20).expect("times");
    assert_eq!(times.first().map(|t| t.0), Some("bin"));
    assert!(times.iter().map(|t| t.1.as_nanos()).sum::<u128>() > 0);
    assert!(backend.save().expect("save") == cpu(&scene, Shape::Packed, 1, &[20]));
}

#[test]
fn shapes_threads_and_batches_give_the_same_bits() {
    let minds = [common::learners(), common::attentive()];
    let scenes = [common::plane(), common::volume(), common::boids(), common::shoal(true)];
    let others = common::perturbed().into_iter().chain(common::crossed()).chain(common::pairs());
    for scene in scenes.into_iter().chain(minds).chain(others).chain(common::compact()).chain(common::wide()) {
        let reference = cpu(&scene, Shape::Packed, 1, &[200]);
        for (name, other) in [
            ("spread on one thread", cpu(&scene, Shape::Spread, 1, &[200])),
            ("spread on three threads", cpu(&scene, Shape::Spread, 3, &[200])),
            ("packed on two threads, in parts", cpu(&scene, Shape::Packed, 2, &[1, 99, 100])),
        ] {
            assert!(reference == other, "{}: {name} differs in {}", scene.name, first_difference(&reference, &other));
        }
        assert_eq!(reference.digest(), cpu(&scene, Shape::Packed, 1, &[200]).digest());
    }
}

#[test]
fn something_happens_in_the_test_worlds() {
    let end = cpu(&common::plane(), Shape::Packed, 1, &[400]);
    let (_, begin) = start(&common::plane());
    let sum = |counter: usize| end.counters.iter().map(|c| c[counter]).sum::<u32>();
    assert!(sum(0) > 0, "ecology gives birth");
    assert!(sum(1) > 0, "some starve");
    assert!(sum(2) > 0, "hunters eat");
    assert_eq!(sum(4), 0, "nothing stops being a number");
    assert_ne!(begin.fields, end.fields);
    assert!(end.signals.iter().any(|s| *s != 0.0));
    let shoal = cpu(&common::shoal(true), Shape::Packed, 1, &[100]);
    let ids: Vec<u32> = shoal.agents.iter().filter(|a| a.alive == 1).map(|a| a.id).collect();
    assert!(!ids.is_sorted(), "births take the slots of the dead, so that ties are met out of order");
}

#[test]
fn all_that_bites_depend_on_matters_in_the_test_worlds() {
    let run = |change: &dyn Fn(&mut DietSpec)| {
        let mut scene = common::plane();
        scene.species.iter_mut().for_each(|species| change(&mut species.diet));
        cpu(&scene, Shape::Packed, 1, &[200]).agents
    };
    let prey = |change: fn(&mut PreySpec)| run(&|diet| diet.prey.iter_mut().for_each(change));
    let whole = run(&|_| ());
    assert_ne!(whole, prey(|p| p.confusion = 0.0));
    assert_ne!(whole, prey(|p| p.sight = 0.0));
    assert_ne!(whole, prey(|p| p.view = std::f32::consts::PI));
    assert_ne!(whole, prey(|p| p.spared = 1_000));
    assert_ne!(whole, run(&|diet| diet.recovery = 0.0));
}

#[test]
fn obstacles_that_move_are_met_and_those_that_harm_kill() {
    for scene in common::crossed() {
        let run = |change: &dyn Fn(&mut Obstacle)| {
            let mut scene = scene.clone();
            scene.obstacles.iter_mut().for_each(change);
            cpu(&scene, Shape::Packed, 1, &[100])
        };
        let starved = |state: &WorldState| state.counters.iter().map(|c| c[COUNT_STARVED as usize]).sum::<u32>();
        let whole = run(&|_| ());
        assert!(starved(&whole) > starved(&run(&|obstacle| *harm(obstacle) = 0.0)) + 20, "{}", scene.name);
        assert_ne!(whole.agents, run(&|obstacle| *velocity(obstacle) = [0.0; 3]).agents);
    }
}

#[test]
fn whoever_stays_in_what_harms_loses_so_much_a_tick_until_it_dies() {
    // Two blocks larger than the tank, so that there is no way out: 3 energy/s at a tenth of a second a tick. Whoever is moved out of
    // the first is still in the second.
    let block =
        |harm, half| Obstacle::Box(BoxSpec { center: [5.0, 5.0, 0.0], half: [half; 3], harm, ..Default::default() });
    let scene = SceneSpec {
        dt: 0.1,
        extent: [10.0, 10.0, 0.0],
        boundary: [Boundary::Wall; 3],
        obstacles: vec![block(1.0, 20.0), block(2.0, 25.0)],
        species: vec![SpeciesSpec {
            name: "stuck".into(),
            count: 4,
            energy: EnergySpec { start: 1.0, capacity: 2.0, living: 1.0, ..Default::default() },
            ..Default::default()
        }],
        ..Default::default()
    };
    for ticks in [1, 2, 3] {
        let end = cpu(&scene, Shape::Packed, 1, &[ticks]);
        // Rounded to steps: living, and each block.
        let lost = ticks as i32 * [1.0, 1.0, 2.0].map(|rate| fixed(rate * 0.1, ENERGY_SCALE)).iter().sum::<i32>();
        let alive = u32::from(ticks < 3);
        for (agent, tallies) in end.agents.iter().zip(&end.tallies) {
            assert_eq!((agent.alive, agent.energy), (alive, ENERGY_SCALE as i32 - lost), "after {ticks} ticks");
            // What obstacles take is not spent by whoever they take it from. The last tick is not lived to its end.
            let lived = if alive == 1 { ticks } else { ticks - 1 };
            assert_eq!(tallies[TALLY_SPENT as usize], lived as i32 * fixed(0.1, TALLY_SCALE));
        }
        assert!(end.counters.iter().all(|c| c[COUNT_STARVED as usize] == 4 * (1 - alive)));
    }
}

/// Parameters of an obstacle, whatever its shape.
fn harm(obstacle: &mut Obstacle) -> &mut f32 {
    match obstacle {
        Obstacle::Sphere(s) => &mut s.harm,
        Obstacle::Capsule(c) => &mut c.harm,
        Obstacle::Box(b) => &mut b.harm,
    }
}

fn velocity(obstacle: &mut Obstacle) -> &mut [f32; 3] {
    match obstacle {
        Obstacle::Sphere(s) => &mut s.velocity,
        Obstacle::Capsule(c) => &mut c.velocity,
        Obstacle::Box(b) => &mut b.velocity,
    }
}

#[test]
fn something_happens_in_the_test_worlds_of_compact_genomes() {
    for scene in common::compact() {
        let (plan, begin) = start(&scene);
        let end = cpu(&scene, Shape::Packed, 1, &[400]);
        let sum = |counter: usize| end.counters.iter().map(|c| c[counter]).sum::<u32>();
        assert!(sum(0) > 0 && sum(2) > 0 && sum(4) == 0, "{}: births, bites and no fault", scene.name);
        // Births leave rows that differ from every row of the start.
        let stride = plan.species[1].genome_stride as usize;
        let row = |rows: &[u32], i: usize| rows[i * stride..][..stride].to_vec();
        let rows = end.genomes[1].len() / stride;
        let new = (0..rows).filter(|i| (0..rows).all(|j| row(&end.genomes[1], *i) != row(&begin.genomes[1], j)));
        assert!(new.count() > 0, "{}: no child changed", scene.name);
    }
}

#[test]
fn worlds_differ_by_their_stream_alone() {
    let scene = common::plane();
    let plan = Plan::new(&scene, 2);
    let state = WorldState::start(&scene, &plan, &[[1, 2], [1, 2]]);
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Packed).expect("threads");
    backend.load(state.clone()).expect("load");
    backend.advance(100).expect("advance");
    let end = backend.save().expect("save");
    let half = end.agents.len() / 2;
    assert_eq!(end.agents[..half], end.agents[half..]);
    let other = WorldState::start(&scene, &plan, &[[1, 2], [1, 3]]);
    assert_ne!(other.agents[..half], other.agents[half..]);
}

#[test]
fn the_comparison_can_fail() {
    let scene = common::plane();
    let (plan, mut state) = start(&scene);
    state.genomes[0][0] = (f32::from_bits(state.genomes[0][0]) + 1e-3).to_bits();
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Packed).expect("threads");
    backend.load(state.clone()).expect("load");
    backend.advance(200).expect("advance");
    assert_ne!(backend.save().expect("save").digest(), cpu(&scene, Shape::Packed, 1, &[200]).digest());
    // One step of one weight, and one place of one half: the first weight of each agent's row.
    for scene in common::compact() {
        let (plan, mut state) = start(&scene);
        let first = plan.layers[0].outputs as usize / if plan.species[0].weights == WEIGHTS_I8 { 1 } else { 2 };
        state.genomes[0][first] ^= 1;
        let mut backend = CpuBackend::new(&plan, Some(1), Shape::Packed).expect("threads");
        backend.load(state).expect("load");
        backend.advance(200).expect("advance");
        let (other, reference) = (backend.save().expect("save"), cpu(&scene, Shape::Packed, 1, &[200]));
        assert!(other.agents != reference.agents, "{}: a weight decides nothing", scene.name);
    }
}
