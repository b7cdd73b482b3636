//! The commands that advance worlds: run, evolve, resume, replay. Knows nothing of how they are advanced.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::again;
use super::args::{BackendArg, Common, Early, EvolveArgs, Length, ReplayArgs, ResumeArgs, RunArgs, Saving};
use super::drive::{Drive, End, Tally};
use super::prepare::{Prepared, options, prepare_from, run_folder};
use super::screen::{Screen, Show, populations};
use super::script::Script;
use super::{Done, Failure, MISMATCH, say, stop_flag, sweep};
use crate::command::Logged;
use crate::report::{self, Course, Evolved, Report};
use crate::run::{Ended, EndedBy, Goal, Intent, Keeper, Past, RunFolder, StopRule, Watch, judged, scene_edited};
use crate::scene::{Evolution, SceneSpec, SpeciesSpec};
use crate::simulation::{Options, Simulation};

/// `iwashi run`.
pub fn run(args: &RunArgs) -> Result<Done, Failure> {
    let RunArgs { scene, ticks, common, saving } = args;
    let end = Until { goal: Goal::Ticks(*ticks), stop: StopRule::default() };
    start(Start { command: "run", scene, end, from: &[], common, saving, show: Show::Bar, hints: &|_| vec![] })
}

/// `iwashi evolve`.
pub fn evolve(args: &EvolveArgs) -> Result<Done, Failure> {
    let EvolveArgs { scene, from, common, saving, .. } = args;
    let end = Until { goal: goal(&args.length).unwrap_or(Goal::Open), stop: early(&args.early) };
    if !args.sweep.is_empty() || args.seeds.is_some() {
        return sweep::begin(args, end);
    }
    start(Start { command: "evolve", scene, end, from, common, saving, show: Show::Table, hints: &|_| vec![] })
}

/// When a run is to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Its goal.
    pub goal: Goal,
    /// What ends it before.
    pub stop: StopRule,
}

impl Until {
    /// Refuses an end that a run of the scene would never come to.
    pub fn check(&self, scene: &SceneSpec) -> Result<(), Failure> {
        let off = |s: &SpeciesSpec| s.count == 0 || matches!(s.evolution, Evolution::Off);
        if matches!(self.goal, Goal::Generations(_)) && scene.species.iter().all(off) {
            return Err(Failure::usage("nothing evolves in this scene: say how long with --ticks or --minutes"));
        }
        if !self.stop.is_empty() && judged(scene).is_none() {
            let text = "--target and --stagnation watch whole generations, and no species of this scene has them \
                        (`evolution: Generational(…)`): say how long with --generations, --ticks or --minutes";
            return Err(Failure::usage(text));
        }
        Ok(())
    }

    /// The end that flags ask for, and this one where they say nothing.
    pub fn changed(self, length: &Length, flags: &Early, forget: bool) -> Until {
        let stop = if forget { StopRule::default() } else { self.stop };
        let asked = early(flags);
        Until {
            goal: goal(length).unwrap_or(self.goal),
            stop: StopRule { target: asked.target.or(stop.target), stagnation: asked.stagnation.or(stop.stagnation) },
        }
    }
}

fn goal(length: &Length) -> Option<Goal> {
    let generations = length.generations.map(Goal::Generations);
    generations.or(length.ticks.map(Goal::Ticks)).or(length.minutes.map(Goal::Minutes))
}

fn early(early: &Early) -> StopRule {
    StopRule { target: early.target, stagnation: early.stagnation }
}

/// A run to be started.
pub struct Start<'a> {
    /// The door.
    pub command: &'static str,
    /// Shipped name or path.
    pub scene: &'a str,
    /// Where to end.
    pub end: Until,
    /// Genome files to start from, as `--from` names them.
    pub from: &'a [String],
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
    let Start { command, end, common, saving, .. } = start;
    let Prepared { scene, options, stem } = prepare_from(start.scene, common, start.from)?;
    let script = Script::read(saving.commands.as_deref())?;
    end.check(&scene)?;
    let simulation = Simulation::new(scene, &options)?;
    script.rehearse(&simulation)?;
    let path = run_folder(common.out.as_deref(), &stem, simulation.scene().seed)?;
    if let Some(told) = script.beyond(end.goal).filter(|_| !common.quiet) {
        eprintln!("{told}");
    }
    let kind = simulation.info().kind;
    let again = again::command(command, start.scene, end, start.from, common, saving.commands.as_deref(), kind);
    let intent = Intent { goal: end.goal, stop: end.stop, command: again, script: &script.commands };
    let folder = RunFolder::create_for(&path, &simulation, intent, &options.beside)?;
    let output = Output { quiet: common.quiet, json: common.json };
    let job = Job {
        command,
        end,
        script: &script.commands,
        show: if output.plain() { start.show } else { Show::Nothing },
        note: !output.quiet,
        hints: (start.hints)(&path),
        stop: &stop_flag(),
    };
    let (done, report) = job.drive(simulation, &options, Some(Keeper::new(folder, saving.checkpoint_every)))?;
    output.tell(&report);
    Ok(done)
}

/// `iwashi resume`.
pub fn resume(args: &ResumeArgs) -> Result<Done, Failure> {
    if let Some(done) = sweep::resume(args)? {
        return Ok(done);
    }
    let Gone { simulation, options, mut folder } = go_on(&args.run, args.backend, args.threads)?;
    let own = Until { goal: folder.info().goal, stop: folder.info().stop };
    let end = own.changed(&args.length, &args.early, args.no_early_stop);
    end.check(simulation.scene())?;
    match nothing_left(end, &folder, &simulation)? {
        Some(told) if args.quiet => drop(told),
        Some(told) => eprintln!("{told}"),
        None => folder.set_end(end.goal, end.stop)?,
    }
    let script = Script::read(folder.script().as_deref())?;
    script.rehearse(&simulation)?;
    let output = Output { quiet: args.quiet, json: args.json };
    let job = Job {
        command: "resume",
        end,
        script: &script.commands,
        show: if output.plain() { Show::Table } else { Show::Nothing },
        note: !output.quiet,
        hints: Vec::new(),
        stop: &stop_flag(),
    };
    let (done, report) = job.drive(simulation, &options, Some(Keeper::new(folder, args.checkpoint_every)))?;
    output.tell(&report);
    Ok(done)
}

/// A run on disk, ready to go on.
pub struct Gone {
    /// The simulation as it was.
    pub simulation: Simulation,
    /// How it goes on.
    pub options: Options,
    /// Where it lies.
    pub folder: RunFolder,
}

/// Opens a run to go on with it from its newest checkpoint, or from its beginning where it was broken off before the
/// first.
pub fn go_on(path: &Path, backend: Option<BackendArg>, threads: Option<u32>) -> Result<Gone, Failure> {
    let options = |folder: &RunFolder| past_options(backend, threads, &folder.info().backend, path);
    if let Some((folder, scene)) = RunFolder::open_unbegun(path)? {
        let options = options(&folder);
        return Ok(Gone { simulation: Simulation::new(scene, &options)?, options, folder });
    }
    let (folder, loaded) = RunFolder::open(path)?;
    for warning in &loaded.warnings {
        eprintln!("passed over: {warning}");
    }
    if let Some(edited) = scene_edited(path, &loaded.checkpoint) {
        eprintln!("{edited}\nThe run goes on with what its checkpoint says. For a changed scene, start a new run.");
    }
    let options = options(&folder);
    Ok(Gone { simulation: Simulation::restore(loaded.checkpoint, &options)?, options, folder })
}

/// Says that a run has come as far as it is to go, if it has.
fn nothing_left(end: Until, folder: &RunFolder, simulation: &Simulation) -> Result<Option<String>, Failure> {
    if let Some((_, why)) = folder.watch(end.stop, simulation.scene())?.ended() {
        let on = "to go on, give another --target or --stagnation, or --no-early-stop";
        return Ok(Some(format!("nothing is left to do: {why} ({on})")));
    }
    let (what, now, end) = match end.goal {
        Goal::Ticks(end) => ("tick", simulation.tick(), end),
        Goal::Generations(end) => ("generation", simulation.generation(), end),
        Goal::Minutes(_) | Goal::Open => return Ok(None),
    };
    let told = || format!("nothing is left to do: the run stands at {what} {now} and is to go to {what} {end}");
    Ok((now >= end).then(told))
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
    // What was saved is what is to be met, whatever digest was noted beside it.
    let expected = past.loaded.checkpoint.digest();
    let output = Output { quiet: args.quiet, json: args.json };
    let job = Job {
        command: "replay",
        end: Until { goal: Goal::Ticks(past.loaded.header.tick), stop: StopRule::default() },
        script: &past.log,
        show: if output.plain() { Show::Bar } else { Show::Nothing },
        note: !output.quiet,
        hints: Vec::new(),
        stop: &stop_flag(),
    };
    let (done, report) = job.drive(simulation, &options, None)?;
    let met = expected == report.digest;
    output.tell(&Report { expected: Some(expected.clone()), ..report });
    match done {
        Done::Whole if !met => Err(Failure {
            code: MISMATCH,
            text: format!("the replay ends in another digest than the run, which has {expected}"),
        }),
        done => Ok(done),
    }
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
    /// Whether a person reads along.
    pub fn plain(self) -> bool {
        !self.quiet && !self.json
    }

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
pub struct Job<'a> {
    /// The door.
    pub command: &'static str,
    /// Where to end.
    pub end: Until,
    /// Commands to make.
    pub script: &'a [Logged],
    /// What is shown meanwhile.
    pub show: Show,
    /// Whether it is said that the processor took over from a GPU.
    pub note: bool,
    /// What could be done next.
    pub hints: Vec<String>,
    /// Set when the run should end.
    pub stop: &'a AtomicBool,
}

impl Job<'_> {
    /// Drives to the end, and tells how that went. A run of evolution that is kept gets its page.
    pub fn drive(
        &self,
        simulation: Simulation,
        options: &Options,
        keeper: Option<Keeper>,
    ) -> Result<(Done, Report), Failure> {
        if let Some(note) = simulation.note().filter(|_| self.note) {
            eprintln!("{note}");
        }
        let mut drive = Drive {
            screen: Screen::new(self.show, self.end.goal, &simulation),
            watch: Watch::new(self.end.stop, simulation.scene()),
            simulation,
            options: options.clone(),
            keeper,
            goal: self.end.goal,
            script: self.script,
            stop: self.stop,
            tally: Tally::default(),
        };
        let End { by, why, checkpoint } = drive.go()?;
        let seconds = drive.screen.elapsed().as_secs_f64();
        let course = Course {
            command: self.command,
            seconds,
            ticks: drive.screen.ticks(&drive.simulation),
            faults: drive.tally.faults,
            interrupted: by == EndedBy::Interrupted,
            ended: Some((by, why.clone())),
            evolved: evolved(&drive.watch, drive.simulation.scene()),
            run: drive.keeper.as_ref().map(|keeper| keeper.path().to_path_buf()),
            hints: self.hints.clone(),
            expected: None,
        };
        let mut report = Report::of(&drive.simulation, &checkpoint, course);
        if let Some(keeper) = &mut drive.keeper {
            keeper.ended(Ended { by, why, digest: report.digest.clone() }, seconds)?;
            if self.command != "run" {
                report.page = page(keeper.path());
            }
        }
        let done = if by == EndedBy::Interrupted { Done::Interrupted } else { Done::Whole };
        Ok((done, report))
    }
}

/// The page of a run or a sweep, in its folder. That it cannot be written is told, and costs nothing else.
pub fn page(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("report.html");
    match report::write(folder, &path) {
        Ok(()) => Some(path),
        Err(error) => {
            eprintln!("no report was written: {error}");
            None
        }
    }
}

/// What whole populations came to, where there are any and a generation has ended.
fn evolved(watch: &Watch, scene: &SceneSpec) -> Option<Evolved> {
    let newest = watch.newest()?;
    let known = |value: f32| (!value.is_nan()).then_some(value);
    let size = populations(scene).iter().find(|(name, _)| *name == newest.species).map_or(0, |(_, size)| *size);
    Some(Evolved {
        species: newest.species.clone(),
        evaluations: size.saturating_mul(newest.generation + 1),
        best: watch.best().map(|row| (row.best, row.generation)),
        mean: known(newest.mean),
        held_out: watch.held_out().map(|row| [row.held_out, row.held_out_range[0], row.held_out_range[1]]),
    })
}
