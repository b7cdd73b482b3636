//! What the engine takes of memory: a counting allocator holds the CPU backend to its promise, and a tick to none at
//! all. A binary of its own, so that nothing else is counted.

#[path = "common/counting.rs"]
mod counting;

use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::{Backend, Shape};
use iwashi::plan::Plan;
use iwashi::scene::{
    Controller, FieldSense, FieldSpec, MlpSpec, NearestSense, NeighbourFeature, NeighboursSense, SceneSpec, Sense,
    SpeciesSpec, Weights,
};
use iwashi::world::WorldState;

use counting::{CALLS, LIVE, PEAK};

/// The counters are one: tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// A school of 16-32-16-4 networks, 1,140 numbers each, that sees about 31 neighbours and a field.
fn school(count: u32, weights: Weights) -> SceneSpec {
    use NeighbourFeature::{Heading, Offset, Proximity};
    let near = |range: f32| {
        Sense::Neighbours(NeighboursSense {
            range,
            azimuth: 2,
            gives: vec![Proximity, Offset, Heading],
            ..Default::default()
        })
    };
    let food = Sense::Field(FieldSense { fields: vec!["food".into()], ..Default::default() });
    let nearest = Sense::Nearest(NearestSense { k: 1, range: 3.0, ..Default::default() });
    let species = SpeciesSpec {
        name: "fish".into(),
        count,
        deposits: vec![Default::default(), Default::default()],
        senses: vec![near(3.1), nearest, food, Sense::Speed, Sense::Constant],
        controller: Controller::Mlp(MlpSpec { hidden: vec![32, 16], weights, ..Default::default() }),
        ..Default::default()
    };
    let side = (count as f32).sqrt();
    SceneSpec {
        extent: [side, side, 0.0],
        fields: vec![FieldSpec { name: "food".into(), ..Default::default() }],
        species: vec![species],
        ..Default::default()
    }
}

fn loaded(scene: &SceneSpec, worlds: u32, shape: Shape) -> CpuBackend {
    let plan = Plan::new(scene, worlds);
    let streams: Vec<_> = (0..worlds).map(|world| [scene.seed as u32, world]).collect();
    let mut backend = CpuBackend::new(&plan, Some(1), shape).expect("threads");
    backend.load(WorldState::start(scene, &plan, &streams)).expect("load");
    backend
}

#[test]
fn the_engine_keeps_to_its_share_of_memory() {
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    // Bytes of a genome: of steps, a byte each but for the 52 biases, which take four.
    for (weights, genome) in [(Weights::F32, 4 * 1140), (Weights::F16, 2 * 1140), (Weights::I8, 1140 + 3 * 52)] {
        let scene = school(10_000, weights);
        let plan = Plan::new(&scene, 1);
        let p = &plan.species[0];
        assert_eq!((p.obs_len, p.act_len, p.genome_len), (16, 4, 1140));
        // From the first byte on: a state is moved into the engine, not copied.
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        let mut backend = loaded(&scene, 1, Shape::Auto);
        backend.advance(20).expect("ticks");
        let held = PEAK.load(Relaxed) - before;
        let promised = (genome + 512) * plan.dims.slots as usize + 4 * plan.dims.field_cells as usize;
        let ratio = held as f64 / promised as f64;
        println!("{weights:?}: {held} bytes held, {promised} promised: {ratio:.3}");
        assert!(ratio <= 1.2, "{held} bytes are {ratio:.3} of the {promised} for genomes, agents and fields");
    }
}

#[test]
fn a_warm_tick_allocates_nothing() {
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    for shape in [Shape::Packed, Shape::Spread] {
        let mut backend = loaded(&school(600, Weights::F32), 2, shape);
        backend.advance(20).expect("ticks");
        // What one call costs, whatever the number of ticks, is not of the ticks.
        let calls = |backend: &mut CpuBackend, ticks: u32| {
            let before = CALLS.load(Relaxed);
            backend.advance(ticks).expect("ticks");
            CALLS.load(Relaxed) - before
        };
        let (one, many) = (calls(&mut backend, 1), calls(&mut backend, 101));
        println!("{shape:?}: {one} allocations in a call, {many} in one of 101 ticks");
        assert_eq!(many, one, "{shape:?}: 100 ticks more allocate");
        assert!(one <= 16, "{shape:?}: a call of one tick allocates {one} times");
    }
}
