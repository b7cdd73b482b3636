//! The command line: one door a subcommand, onto the one engine. Knows nothing of how worlds are advanced.

mod activity;
mod again;
mod archive;
mod args;
mod bench;
mod distill;
mod drive;
mod edit;
#[cfg(feature = "gui")]
mod gallery;
mod genomes;
mod meaning;
mod merge;
mod new;
mod prepare;
mod probe;
mod ranks;
mod record;
mod response;
mod runs;
mod school;
mod score;
mod scores;
mod screen;
mod script;
mod share;
mod sweep;
mod tell;
mod verify;
mod window;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

use crate::backend::BackendError;
use crate::run::RunError;
use crate::scene::SceneError;
use crate::simulation::SimulationError;
use args::{Cli, Command};

/// The run failed.
const FAILED: u8 = 1;
/// Bad usage, or a scene that cannot run.
const USAGE: u8 = 2;
/// Digests differ.
const MISMATCH: u8 = 3;
/// Stopped by Ctrl-C, with everything saved.
const INTERRUPTED: u8 = 130;

/// Why a command ended badly, and its exit code.
#[derive(Debug)]
struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    fn usage(text: impl Into<String>) -> Failure {
        Failure { code: USAGE, text: text.into() }
    }

    fn failed(text: impl Into<String>) -> Failure {
        Failure { code: FAILED, text: text.into() }
    }
}

impl From<SceneError> for Failure {
    fn from(error: SceneError) -> Failure {
        Failure::usage(error.to_string())
    }
}

impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Failure {
        let code = match error {
            SimulationError::Backend(BackendError::TooLarge(_))
            | SimulationError::Genomes(_)
            | SimulationError::Apart
            | SimulationError::Event { .. } => USAGE,
            _ => FAILED,
        };
        Failure { code, text: error.to_string() }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Simulation(error) => error.into(),
            RunError::NotEmpty(_)
            | RunError::NoHome
            | RunError::NoRun(_)
            | RunError::Scene(_)
            | RunError::Log { .. }
            | RunError::Beyond { .. } => Failure::usage(error.to_string()),
            _ => Failure::failed(error.to_string()),
        }
    }
}

/// How a command ended well.
enum Done {
    /// As asked.
    Whole,
    /// By Ctrl-C.
    Interrupted,
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too. A closed terminal is no reason to fail again.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    let job = match ranks::join(cli.command.as_ref()) {
        Ok(job) => job,
        Err(failure) => return ended(Err(failure)),
    };
    if job.as_ref().is_some_and(ranks::Joined::followed) {
        return ExitCode::SUCCESS;
    }
    let code = ended(carried_out(cli));
    drop(job);
    code
}

fn carried_out(cli: Cli) -> Result<Done, Failure> {
    match cli.command {
        None => window::open(&cli.open),
        Some(Command::Run(args)) => runs::run(&args),
        Some(Command::Evolve(args)) => runs::evolve(&args),
        Some(Command::Resume(args)) => runs::resume(&args),
        Some(Command::Replay(args)) => runs::replay(&args),
        Some(Command::Share(args)) => share::share(&args),
        Some(Command::Open(args)) => share::open(&args),
        Some(Command::Record(args)) => record::record(&args),
        Some(Command::Report(args)) => tell::report(&args),
        Some(Command::Bench(args)) => bench::bench(&args),
        Some(Command::Genomes(args)) => genomes::genomes(&args),
        Some(Command::Activity(args)) => activity::activity(&args),
        Some(Command::Archive(args)) => archive::archive(&args),
        Some(Command::Score(args)) => score::scores(&args),
        Some(Command::Meaning(args)) => meaning::meaning(&args),
        Some(Command::Probe(args)) => probe::probe(&args),
        Some(Command::Response(args)) => response::response(&args),
        Some(Command::Merge(args)) => merge::merge(&args),
        Some(Command::Distill(args)) => distill::distill(&args),
        Some(Command::Verify(args)) => verify::verify(&args),
        Some(Command::Check(args)) => tell::check(&args),
        Some(Command::New(args)) => new::new(&args),
        Some(Command::Set(args)) => edit::set(&args),
        Some(Command::Diff(args)) => edit::diff(&args),
        Some(Command::Schema(args)) => tell::schema(&args),
        Some(Command::Scenes(args)) => tell::scenes(&args),
        Some(Command::Doctor(args)) => tell::doctor(&args),
    }
}

/// Tells why a command ended badly, if it did; its exit code.
fn ended(outcome: Result<Done, Failure>) -> ExitCode {
    match outcome {
        Ok(Done::Whole) => ExitCode::SUCCESS,
        Ok(Done::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{}", told(&failure.text));
            ExitCode::from(failure.code)
        }
    }
}

/// An error as it is shown: drawn scene errors begin with `error` already.
fn told(text: &str) -> String {
    if text.starts_with("error") { text.to_string() } else { format!("error: {text}") }
}

/// Writes to standard output. A reader that went away (`iwashi schema | head`) is no failure.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Set by Ctrl-C and by being told to end; asked between steps.
fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    // Without a handler Ctrl-C ends the process at once, and the run resumes from its last checkpoint: no failure.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            // Asked a second time: saving takes too long for someone.
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    stop
}
