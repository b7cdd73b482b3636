//! `iwashi bench`: how fast a scene runs on this machine. Knows nothing of how times are taken.

mod figures;

use super::args::{BenchArgs, Common};
use super::prepare::{Prepared, prepare};
use super::window::scene_name;
use super::{Done, Failure, say};
use crate::simulation::Simulation;
use crate::timing;
use figures::Figures;

/// `iwashi bench`.
pub fn bench(args: &BenchArgs) -> Result<Done, Failure> {
    let name = scene_name(args.scene.as_deref());
    let Prepared { scene, options, stem } = prepare(&name, &common(args))?;
    if scene.species.iter().all(|s| s.count == 0) {
        return Err(Failure::usage(format!("`{name}` starts without agents, so there is nothing to time")));
    }
    let seed = scene.seed;
    let mut simulation = Simulation::new(scene, &options)?;
    if let Some(note) = simulation.note() {
        eprintln!("{note}");
    }
    let timing = timing::time(&mut simulation, args.ticks, args.repeats)?;
    let figures = Figures::of(stem, seed, &args.sets, &simulation, &timing);
    if let Some(told) = busy(&timing) {
        eprintln!("{told}");
    }
    say(&if args.json { figures.json() } else { figures.text() });
    Ok(Done::Whole)
}

/// The flags of every run that a bench has too.
fn common(args: &BenchArgs) -> Common {
    Common {
        seed: args.seed,
        backend: args.backend,
        threads: args.threads,
        worlds: args.worlds,
        sets: args.sets.clone(),
        trained: args.trained,
        ..Common::default()
    }
}

/// What to say when figures spread in spite of repetition, or spread before.
fn busy(timing: &timing::Timing) -> Option<String> {
    let share = |x: f64| format!("{:.0} %", 100.0 * x);
    let spread = timing.spread();
    let times = if timing.series == 2 { "twice".to_string() } else { format!("{} times", timing.series) };
    match (timing.series > 1, spread > timing::NOISY) {
        (false, _) => None,
        (true, true) => Some(format!(
            "the figures spread by {}: other work seems to be running on this machine. The series ran {times}; the \
             tightest is given",
            share(spread)
        )),
        (true, false) => Some(format!(
            "the figures spread at first: other work seems to be running on this machine. The series ran {times}; the \
             tightest, which spreads by {}, is given",
            share(spread)
        )),
    }
}
