//! `iwashi bench`: how fast a scene runs on this machine. Knows nothing of how times are taken.

mod compare;
mod figures;

use super::args::{BenchArgs, Common};
use super::prepare::{Prepared, prepare};
use super::window::scene_name;
use super::{Done, Failure, say};
use crate::simulation::{BackendChoice, Options, Simulation, SimulationError};
use crate::timing::{self, CROWDED, Experience, NOISY, Timing};
use compare::Comparison;
use figures::{Ability, Figures, Subject};

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
    let ability = match ability(&simulation, &options) {
        Ok(ability) => Some(ability),
        Err(error) => {
            eprintln!("nothing is predicted, because the machine could not be gauged: {error}");
            None
        }
    };
    if let Some(why) = &timing.unstaged {
        eprintln!("no times of single stages: {why}");
    }
    let sets = args.sets.iter().map(|(path, value)| format!("{path}={value}")).collect();
    let figures = Figures::of(Subject { scene: stem, seed, sets }, &simulation, &timing, ability.as_ref());
    if let Some(told) = busy(&timing, options.threads) {
        eprintln!("{told}");
    }
    let against = former.as_ref().map(|(former, path)| Comparison::of(&figures, former, path));
    say(&match args.json {
        true => figures.json(against.as_ref()),
        false => figures.text() + &against.map(|against| against.text()).unwrap_or_default(),
    });
    Ok(Done::Whole)
}

/// What is to be expected here of a simulation like this.
fn ability(simulation: &Simulation, options: &Options) -> Result<Ability, SimulationError> {
    let machine = timing::machine(simulation, options.threads)?;
    // On the same device, and on the processor where that is what `auto` has chosen.
    let backend = if simulation.info().kind == "gpu" { BackendChoice::Gpu } else { BackendChoice::Cpu };
    let options = Options { backend, device: simulation.device().cloned(), ..options.clone() };
    let experience = match Experience::gather(simulation.scene(), &options, simulation.info().shape, &machine) {
        Ok(experience) => Some(experience),
        Err(error) if error.lost().is_some() => return Err(error),
        // A device that stamps no times.
        Err(_) => None,
    };
    Ok(Ability { machine, experience })
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

/// What to say of other work on the machine: when figures spread, or when threads waited for a processor.
fn busy(timing: &Timing, threads: Option<usize>) -> Option<String> {
    let share = |x: f64| format!("{:.0} %", 100.0 * x);
    let spread = timing.spread();
    let times = if timing.series == 2 { "twice".to_string() } else { format!("{} times", timing.series) };
    let mut signs = Vec::new();
    if timing.series > 1 && spread > NOISY {
        signs.push(format!("the figures spread by {}, the tightest of a series that ran {times}", share(spread)));
    } else if timing.series > 1 {
        signs.push(format!("the series ran {times} until the figures spread by no more than {}", share(spread)));
    }
    // More threads than processors wait for each other.
    let fit = std::thread::available_parallelism().is_ok_and(|all| threads.is_none_or(|threads| threads <= all.get()));
    if let Some(waited) = timing.waited().filter(|waited| fit && *waited > CROWDED) {
        signs.push(format!(
            "threads waited {waited:.1} s for each second with a processor, so trust the figures by processor time"
        ));
    }
    (!signs.is_empty()).then(|| format!("other work seems to be running on this machine: {}", signs.join("; ")))
}
