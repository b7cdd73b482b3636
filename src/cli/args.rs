//! What the command line accepts, and its help. Knows nothing of how commands are carried out.

mod genomes;
mod runs;
mod scenes;
mod tools;
mod traces;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use genomes::*;
pub use runs::*;
pub use scenes::*;
pub use tools::*;
pub use traces::*;
use values::{path_and_value, seconds, size};

/// Ends every help text.
const AFTER: &str = "\
SCENE is the name of a shipped scene (see `iwashi scenes`) or the path of a .ron file.

Runs are kept in a folder each: the effective scene, seed, command log, metrics.csv, generations.csv, lineage.csv,
checkpoints and genomes, and of evolution a report.html. Without --out it is made in the folder `runs` of the per-user data folder:
  Linux    $XDG_DATA_HOME/iwashi or ~/.local/share/iwashi
  macOS    ~/Library/Application Support/iwashi
  Windows  %APPDATA%\\iwashi\\data
A window keeps its runs too. Of those that lasted less than ten minutes, and for which no --out was given, the last 20
stay; a file `passing` marks them.

Exit codes: 0 done; 1 the run failed; 2 bad usage or a scene that cannot run; 3 digests differ (replay);
130 interrupted by Ctrl-C, with everything saved.";

/// A laboratory for collective intelligence: schools of small agents whose controllers evolve while one watches.
#[derive(Debug, Parser)]
#[command(name = "iwashi", version, after_help = AFTER, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without it the window opens on a scene.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Opens the window on a scene.
    #[command(flatten)]
    pub open: OpenArgs,
}

/// `iwashi [SCENE]`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// Scene to open [default: first_school]
    pub scene: Option<String>,
    /// Closes the window at this tick [default: when the user does]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4_000_000_000))]
    pub ticks: Option<u64>,
    /// Films the run from its first tick until --ticks, as `record --camera fixed` would film it afterwards
    #[arg(long, value_name = "FILE", requires = "ticks")]
    pub film: Option<PathBuf>,
    /// Width and height of that film
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size, requires = "film")]
    pub film_size: (u32, u32),
    /// Opens full screen for a crowd: no panels, the camera wanders, and the mouse only looks and drops food
    #[arg(long, conflicts_with_all = ["film", "stats"])]
    pub exhibit: bool,
    /// Measures what drawing and panels cost, for S seconds a phase, and closes the window
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub stats: Option<f64>,
    /// Flags of every run.
    #[command(flatten)]
    pub common: Common,
    /// Flags of runs that are saved.
    #[command(flatten)]
    pub saving: Saving,
}

/// The doors.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs a scene for a number of ticks
    Run(RunArgs),
    /// Evolves a scene for generations, ticks or minutes
    Evolve(EvolveArgs),
    /// Goes on with a run from its last checkpoint
    Resume(ResumeArgs),
    /// Runs a finished or broken-off run again and compares digests
    Replay(ReplayArgs),
    /// Writes a run into one file that others can open
    Share(ShareArgs),
    /// Opens a run that somebody has shared
    Open(OpenSharedArgs),
    /// Films a scene or a finished run, without a display
    Record(RecordArgs),
    /// Writes the report of a run or a sweep: one HTML file that opens without a network
    Report(ReportArgs),
    /// Measures how fast a scene runs here, beside what this machine could do
    Bench(BenchArgs),
    /// Tells what is in genome files
    Genomes(GenomesArgs),
    /// Tells how far the archive of a run is filled, draws it, and takes elites out of it
    Archive(ArchiveArgs),
    /// Tells what genomes come to on seeds that judged nobody, side by side
    Score(ScoreArgs),
    /// Tells what a change to signals or agents is worth, on paired copies of a school
    Probe(ProbeArgs),
    /// Tells what a school does when a hunter comes near, beside what it would have done unawares
    Response(ResponseArgs),
    /// Tells whether the lines of a run spread by more than chance
    Activity(ActivityArgs),
    /// Tells what the signals of a school tell of, and what they do to those who hear them
    Meaning(MeaningArgs),
    /// Makes one genome of two, and scores it beside them
    Merge(MergeArgs),
    /// Teaches a small controller what a large one or a rule does, and scores it beside its teacher
    Distill(DistillArgs),
    /// Measures published results anew, and says whether they are met
    Verify(VerifyArgs),
    /// Checks scene files and shows every problem
    Check(CheckArgs),
    /// Writes a scene file to begin one's own from; without a template, lists them
    New(NewArgs),
    /// Changes values in a scene file, and leaves its comments and layout as they are
    Set(SetArgs),
    /// Tells what differs between two scenes or runs
    Diff(DiffArgs),
    /// Prints the reference of everything that a scene can say
    Schema(SchemaArgs),
    /// Lists the shipped scenes
    Scenes(ListArgs),
    /// Tells what this machine offers, and what would run where
    Doctor(DoctorArgs),
}

/// Flags that every run takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Common {
    /// Seed of all random draws, instead of the scene's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Adapters that share the worlds, by their numbers in `iwashi doctor`, as in `--gpus 0,1`
    #[arg(long, value_name = "N,N", value_delimiter = ',', conflicts_with = "backend")]
    pub gpus: Vec<u32>,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Worlds side by side, instead of the scene's `rollout.worlds`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub worlds: Option<u32>,
    /// Changes any value of the scene, as in `--set species[0].count=50`; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    pub sets: Vec<(String, String)>,
    /// Starts a shipped scene from its trained genomes instead of random ones
    #[arg(long)]
    pub trained: bool,
    /// Run folder; it must not exist yet, or be empty
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Prints the digest and nothing else
    #[arg(long)]
    pub quiet: bool,
    /// Prints one JSON object a result instead of text
    #[arg(long)]
    pub json: bool,
}

/// How often checkpoints are written.
#[derive(Clone, Debug, Default, Args)]
pub struct Saving {
    /// Ticks between checkpoints [default: as many as run in 60 seconds]; never changes a result
    #[arg(long, value_name = "TICKS", value_parser = clap::value_parser!(u64).range(1..))]
    pub checkpoint_every: Option<u64>,
    /// Command log to apply, a line `(tick: 100, command: Set(path: "...", value: "..."))` a command
    #[arg(long, value_name = "FILE")]
    pub commands: Option<PathBuf>,
}

/// Choice of backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BackendArg {
    /// A GPU when there is a real one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A GPU, a software one too.
    Gpu,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
