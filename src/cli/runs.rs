//! The commands that advance worlds: run, evolve, resume, replay. Knows nothing of how they are advanced.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::args::{BackendArg, Common, EvolveArgs, Length, ReplayArgs, ResumeArgs, RunArgs, Saving};
use super::drive::{Drive, Tally};
use super::prepare::{options, prepare, run_folder};
use super::screen::{Screen, Show};
use super::script::Script;
use super::{Done, Failure, MISMATCH, say, stop_flag};
use crate::command::Logged;
use crate::report::{Course, Report};
use crate::run::{Goal, Keeper, Past, RunFolder, scene_edited};
use crate::simulation::{Options, Simulation};

/// `iwashi run`.
pub fn run(args: &RunArgs) -> Result<Done, Failure> {
    let RunArgs { scene, ticks, common, saving } = args;
    start(Start {
        command: "run",
        scene,
        goal: Goal::Ticks(*ticks),
        common,
        saving,
        show: Show::Bar,
        hints: &|_| vec![],
    })
}

/// `iwashi evolve`.
pub fn evolve(args: &EvolveArgs) -> Result<Done, Failure> {
    let EvolveArgs { scene, length, common, saving } = args;
    let goal = goal(length).unwrap_or(Goal::Open);
    start(Start { command: "evolve", scene, goal, common, saving, show: Show::Table, hints: &|_| vec![] })
}

fn goal(length: &Length) -> Option<Goal> {
    let generations = length.generations.map(Goal::Generations);
    generations.or(length.ticks.map(Goal::Ticks)).or(length.minutes.map(Goal::Minutes))
}

/// A run to be started.
pub struct Start<'a> {
    /// The door.
    pub command: &'static str,
    /// Shipped name or path.
    pub scene: &'a str,
    /// Where to end.
    pub goal: Goal,
    /// Flags.
    pub common: &'a Common,
    /// Flags.
    pub saving: &'a Saving,
    /// What is shown meanwhile.
    pub show: Show,
    /// What could be done next with the run folder, for the end of the report.
    pub hints: &'a dyn Fn(&Path) -> Vec<String>,
}

/// Starts a scene in a new run folder and drives it to its goal.
pub fn start(start: Start) -> Result<Done, Failure> {
    let Start { command, goal, common, saving, .. } = start;
    let prepared = prepare(start.scene, common)?;
    let script = Script::read(saving.commands.as_deref())?;
    let simulation = Simulation::new(prepared.scene, &prepared.options)?;
    script.rehearse(&simulation)?;
    if matches!(goal, Goal::Generations(_)) && !evolves(&simulation) {
        return Err(Failure::usage("nothing evolves in this scene: say how long with --ticks or --minutes"));
    }
    let path = run_folder(common.out.as_deref(), &prepared.stem, simulation.scene().seed)?;
    let folder = RunFolder::create(&path, &simulation, goal, &prepared.options.beside)?;
    if !script.commands.is_empty() {
        folder.keep_script(&script.commands)?;
    }
    if let Some(told) = script.beyond(goal).filter(|_| !common.quiet) {
        eprintln!("{told}");
    }
    let job = Job {
        command,
        goal,
        script: &script.commands,
        show: if common.quiet || common.json { Show::Nothing } else { start.show },
        output: Output { quiet: common.quiet, json: common.json },
        hints: (start.hints)(&path),
    };
    job.drive(simulation, &prepared.options, Some(Keeper::new(folder, saving.checkpoint_every)), None)
}

fn evolves(simulation: &Simulation) -> bool {
    let off = |s: &crate::scene::SpeciesSpec| matches!(s.evolution, crate::scene::Evolution::Off);
    simulation.scene().species.iter().any(|s| s.count > 0 && !off(s))
}

/// `iwashi resume`.
pub fn resume(args: &ResumeArgs) -> Result<Done, Failure> {
    let (mut folder, loaded) = RunFolder::open(&args.run)?;
    for warning in &loaded.warnings {
        eprintln!("passed over: {warning}");
    }
    if let Some(edited) = scene_edited(&args.run, &loaded.checkpoint) {
        eprintln!("{edited}\nThe run goes on with what its checkpoint says. For a changed scene, start a new run.");
    }
    let options = past_options(args.backend, args.threads, &folder.info().backend, &args.run);
    let simulation = Simulation::restore(loaded.checkpoint, &options)?;
    let goal = goal(&args.length).unwrap_or(folder.info().goal);
    match nothing_left(goal, &simulation) {
        Some(told) if args.quiet => drop(told),
        Some(told) => eprintln!("{told}"),
        None => folder.set_goal(goal)?,
    }
    let script = Script::read(folder.script().as_deref())?;
    script.rehearse(&simulation)?;
    let job = Job {
        command: "resume",
        goal,
        script: &script.commands,
        show: if args.quiet || args.json { Show::Nothing } else { Show::Table },
        output: Output { quiet: args.quiet, json: args.json },
        hints: Vec::new(),
    };
    job.drive(simulation, &options, Some(Keeper::new(folder, args.checkpoint_every)), None)
}

/// Says that a run has come as far as it is to go, if it has.
fn nothing_left(goal: Goal, simulation: &Simulation) -> Option<String> {
    let (what, now, end) = match goal {
        Goal::Ticks(end) => ("tick", simulation.tick(), end),
        Goal::Generations(end) => ("generation", simulation.generation(), end),
        Goal::Minutes(_) | Goal::Open => return None,
    };
    let told = || format!("nothing is left to do: the run stands at {what} {now} and is to go to {what} {end}");
    (now >= end).then(told)
}

/// `iwashi replay`.
pub fn replay(args: &ReplayArgs) -> Result<Done, Failure> {
    let past = Past::read(&args.run)?;
    for warning in &past.loaded.warnings {
        eprintln!("passed over: {warning}");
    }
    if let Some(edited) = scene_edited(&args.run, &past.loaded.checkpoint) {
        eprintln!("{edited}\nThe replay does what the file says, and may end in another digest.");
    }
    let options = past_options(args.backend, args.threads, &past.info.backend, &args.run);
    let simulation = Simulation::new(past.scene, &options)?;
    let goal = Goal::Ticks(past.loaded.header.tick);
    // What was saved is what is to be met, whatever digest was noted beside it.
    let expected = past.loaded.checkpoint.digest();
    let job = Job {
        command: "replay",
        goal,
        script: &past.log,
        show: if args.quiet || args.json { Show::Nothing } else { Show::Bar },
        output: Output { quiet: args.quiet, json: args.json },
        hints: Vec::new(),
    };
    job.drive(simulation, &options, None, Some(expected))
}

/// Options of a run that lies on disk: its own backend unless another is asked for.
pub fn past_options(backend: Option<BackendArg>, threads: Option<u32>, used: &str, run: &Path) -> Options {
    let own = if used == "gpu" { BackendArg::Gpu } else { BackendArg::Cpu };
    Options { beside: run.to_path_buf(), ..options(backend.unwrap_or(own), threads) }
}

/// How results are told.
#[derive(Clone, Copy)]
pub struct Output {
    /// Nothing but the digest.
    pub quiet: bool,
    /// As JSON.
    pub json: bool,
}

impl Output {
    /// Writes a result.
    pub fn tell(self, report: &Report) {
        match self {
            Output { json: true, .. } => say(&(report.json() + "\n")),
            Output { quiet: true, .. } => say(&report.digest_line()),
            _ => say(&report.text()),
        }
    }
}

/// What to do with a simulation.
struct Job<'a> {
    command: &'static str,
    goal: Goal,
    script: &'a [Logged],
    show: Show,
    output: Output,
    hints: Vec<String>,
}

impl Job<'_> {
    /// Drives to the goal and tells the result; `expected` is the digest to be met.
    fn drive(
        &self,
        simulation: Simulation,
        options: &Options,
        keeper: Option<Keeper>,
        expected: Option<String>,
    ) -> Result<Done, Failure> {
        if let Some(note) = simulation.note().filter(|_| !self.output.quiet) {
            eprintln!("{note}");
        }
        let stop: std::sync::Arc<AtomicBool> = stop_flag();
        let run = keeper.as_ref().map(|keeper| keeper.path().to_path_buf());
        let mut drive = Drive {
            screen: Screen::new(self.show, self.goal, &simulation),
            simulation,
            options: options.clone(),
            keeper,
            goal: self.goal,
            script: self.script,
            stop: &stop,
            tally: Tally::default(),
        };
        let (done, checkpoint) = drive.go()?;
        let seconds = drive.screen.elapsed().as_secs_f64();
        let ticks = drive.screen.ticks(&drive.simulation);
        let course = Course {
            command: self.command,
            seconds,
            ticks,
            faults: drive.tally.faults,
            interrupted: matches!(done, Done::Interrupted),
            run,
            hints: self.hints.clone(),
            expected: expected.clone(),
        };
        let report = Report::of(&drive.simulation, &checkpoint, course);
        self.output.tell(&report);
        match expected {
            Some(expected) if matches!(done, Done::Whole) && expected != report.digest => Err(Failure {
                code: MISMATCH,
                text: format!("the replay ends in another digest than the run, which has {expected}"),
            }),
            _ => Ok(done),
        }
    }
}
