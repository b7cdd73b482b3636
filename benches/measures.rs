//! What measures cost beside the ticks that they are taken of: every tenth tick of 1,000 and 10,000 agents with networks of their own
//! (16-32-16-4), on the processor, alone and all together, and of what is heard of signals. Prints figures; judges none. Five percent
//! is what the usual ones may take.
//!
//! `cargo bench --no-default-features --bench measures`

use std::hint::black_box;
use std::time::Instant;

use iwashi::backend::Backend;
use iwashi::backend::Shape;
use iwashi::backend::cpu::CpuBackend;
use iwashi::hearing::SignalLog;
use iwashi::measure::measure_those;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::*;
use iwashi::world::WorldState;

/// Ticks between measures.
const EVERY: u32 = 10;

/// Repetitions; the median counts.
const REPEATS: usize = 9;

/// A plane in which about 31 others are in range.
fn school(agents: u32) -> SceneSpec {
    let side = (agents as f32 / 0.1).sqrt();
    let gives = vec![NeighbourFeature::Proximity, NeighbourFeature::Heading, NeighbourFeature::Signals];
    let fish = SpeciesSpec {
        name: "fish".into(),
        count: agents,
        senses: vec![
            Sense::Neighbours(NeighboursSense { range: 10.0, azimuth: 2, gives, ..Default::default() }),
            Sense::Speed,
            Sense::Energy,
        ],
        signals: SignalSpec { channels: 2, ..Default::default() },
        controller: Controller::Mlp(MlpSpec { hidden: vec![32, 16], ..Default::default() }),
        ..Default::default()
    };
    SceneSpec { extent: [side, side, 0.0], species: vec![fish], ..Default::default() }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Median milliseconds of something that is done again and again.
fn milliseconds(mut once: impl FnMut()) -> f64 {
    once();
    let time = |_| {
        let begin = Instant::now();
        once();
        begin.elapsed().as_secs_f64() * 1e3
    };
    median((0..REPEATS).map(time).collect())
}

fn main() {
    for agents in [1_000, 10_000] {
        let scene = school(agents);
        let plan = Plan::new(&scene, 1);
        let mut backend = CpuBackend::new(&plan, None, Shape::Spread).expect("worker threads start");
        backend
            .load(WorldState::start(&scene, &plan, &[rng::stream(1, 0, 0)]))
            .expect("the state has the plan's sizes");
        let ticks = milliseconds(|| backend.advance(EVERY).expect("ticks"));
        let census = backend.census().expect("a census");
        let print = |what: &str, time: f64| {
            println!(
                "{}",
                serde_json::json!({"agents": agents, "what": what, "milliseconds": (time * 1e3).round() / 1e3,
                                   "percent_of_ten_ticks": (time / ticks * 1e4).round() / 100.0})
            );
        };
        print("ten ticks", ticks);
        print("census", milliseconds(|| drop(backend.census().expect("a census"))));
        let of =
            |those: &[Measure]| milliseconds(|| _ = black_box(measure_those(those, &scene, &plan, &census, 0, 0..1)));
        print("usual measures", of(&Measure::USUAL));
        for one in [
            Measure::Polarization,
            Measure::Rotation,
            Measure::Nearest,
            Measure::AbsoluteRotation,
            Measure::Groups,
            Measure::ClarkEvans,
            Measure::Hull,
            Measure::Correlation,
        ] {
            print(&format!("{one:?}"), of(&[one]));
        }
        let mut log = SignalLog::new(&scene, &plan, 0, 0).expect("it hears");
        let mut tick = 0;
        let sample = || {
            tick += 1;
            log.sample(&mut backend, 0..1, tick).expect("a sample");
        };
        // A log needs two ticks in a row.
        print("listening to two ticks", 2.0 * milliseconds(sample));
    }
}
