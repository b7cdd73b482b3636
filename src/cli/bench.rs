//! `iwashi bench`: how fast a scene runs on this machine. Knows nothing of how times are taken.

mod compare;
mod figures;

use super::args::{BenchArgs, Common};
use super::prepare::{Prepared, prepare};
use super::window::scene_name;
use super::{Done, Failure, say};
use crate::simulation::Simulation;
use crate::timing;
use compare::Comparison;
use figures::{Figures, Subject};

/// `iwashi bench`.
pub fn bench(args: &BenchArgs) -> Result<Done, Failure> {
    let name = scene_name(args.scene.as_deref());
    let Prepared { scene, options, stem } = prepare(&name, &common(args))?;
    if scene.species.iter().all(|s| s.count == 0) {
        return Err(Failure::usage(format!("`{name}` starts without agents, so there is nothing to time")));
    }
    // What cannot be compared is told before anything takes time.
    let former = args.against.as_deref().map(|path| compare::read(path).map(|former| (former, path))).transpose()?;
    if let Some((former, path)) = &former {
        compare::same("scene", &stem, &former.scene, path)?;
    }
    let seed = scene.seed;
    let mut simulation = Simulation::new(scene, &options)?;
    if let Some((former, path)) = &former {
        compare::same("backend", simulation.info().kind, &former.backend, path)?;
    }
    if let Some(note) = simulation.note() {
        eprintln!("{note}");
    }
    // The same ticks as before, unless others are asked for: a school costs more from tick to tick as it draws together.
    let ticks = args.ticks.or(former.as_ref().map(|(former, _)| former.ticks));
    let timing = timing::time(&mut simulation, ticks, args.repeats)?;
    // Gauged last: what the simulation has warmed is as warm as it was when it was timed.
    let machine = match timing::machine(&simulation, options.threads) {
        Ok(machine) => Some(machine),
        Err(error) => {
            eprintln!("nothing is predicted, because the device could not be gauged: {error}");
            None
        }
    };
    if let Some(why) = &timing.unstaged {
        eprintln!("no times of single stages: {why}");
    }
    let sets = args.sets.iter().map(|(path, value)| format!("{path}={value}")).collect();
    let figures = Figures::of(Subject { scene: stem, seed, sets }, &simulation, &timing, machine.as_ref());
    if let Some(told) = busy(&timing) {
        eprintln!("{told}");
    }
    let against = former.as_ref().map(|(former, path)| Comparison::of(&figures, former, path));
    say(&match args.json {
        true => figures.json(against.as_ref()),
        false => figures.text() + &against.map(|against| against.text()).unwrap_or_default(),
    });
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
