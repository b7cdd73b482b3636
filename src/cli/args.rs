//! What the command line accepts, and its help. Knows nothing of how commands are carried out.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Films a scene or a finished run, without a display
    Record(RecordArgs),
    /// Writes the report of a run or a sweep: one HTML file that opens without a network
    Report(ReportArgs),
    /// Measures how fast a scene runs here, beside what this machine could do
    Bench(BenchArgs),
    /// Tells what is in genome files
    Genomes(GenomesArgs),
    /// Makes one genome of two, and scores it beside them
    Merge(MergeArgs),
    /// Measures published results anew, and says whether they are met
    Verify(VerifyArgs),
    /// Checks scene files and shows every problem
    Check(CheckArgs),
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

/// `iwashi run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scene to run
    pub scene: String,
    /// Ticks to advance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4_000_000_000))]
    pub ticks: u64,
    /// Flags of every run.
    #[command(flatten)]
    pub common: Common,
    /// Flags of runs that are saved.
    #[command(flatten)]
    pub saving: Saving,
}

/// How long to evolve.
#[derive(Clone, Debug, Default, Args)]
#[group(multiple = false)]
pub struct Length {
    /// Generations; in live evolution as many births as the population
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub generations: Option<u64>,
    /// Ticks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4_000_000_000))]
    pub ticks: Option<u64>,
    /// Minutes of real time
    #[arg(long, value_name = "M", value_parser = minutes)]
    pub minutes: Option<f64>,
}

/// What ends evolution before that.
#[derive(Clone, Debug, Default, Args)]
pub struct Early {
    /// Ends once a generation is worth F: by its mean on held-out seeds where the scene scores them, else by its best
    #[arg(long, value_name = "F", allow_negative_numbers = true, value_parser = finite)]
    pub target: Option<f32>,
    /// Ends after N generations in a row without a new best
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub stagnation: Option<u64>,
}

/// `iwashi evolve`.
#[derive(Debug, Args)]
pub struct EvolveArgs {
    /// Scene to evolve
    pub scene: String,
    /// How long [default: until Ctrl-C]
    #[command(flatten)]
    pub length: Length,
    /// When to end before that.
    #[command(flatten)]
    pub early: Early,
    /// Starts a species from genomes of a run instead of random ones, as in `--from best.safetensors`, or `--from
    /// prey=best.safetensors` where several evolve; may be repeated
    #[arg(long, value_name = "[SPECIES=]FILE", conflicts_with = "trained")]
    pub from: Vec<String>,
    /// Runs the scene once for each of these values, in a folder each, as in `--sweep species[0].count=50,100`; may be
    /// repeated for every combination
    #[arg(long, value_name = "PATH=A,B,C", value_parser = path_and_value)]
    pub sweep: Vec<(String, String)>,
    /// Runs each combination with N seeds, counted from the scene's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seeds: Option<u32>,
    /// Flags of every run.
    #[command(flatten)]
    pub common: Common,
    /// Flags of runs that are saved.
    #[command(flatten)]
    pub saving: Saving,
}

/// `iwashi report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder of the run or sweep
    #[arg(value_name = "RUN_DIR|SWEEP_DIR")]
    pub run: PathBuf,
    /// File to write [default: report.html in that folder]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Prints nothing but errors
    #[arg(long)]
    pub quiet: bool,
}

/// `iwashi resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Folder of the run or sweep
    pub run: PathBuf,
    /// Where to end, counted from the start of the run [default: where the run was to end; minutes count anew]
    #[command(flatten)]
    pub length: Length,
    /// When to end before that [default: as the run was to].
    #[command(flatten)]
    pub early: Early,
    /// Forgets what --target and --stagnation the run had
    #[arg(long, conflicts_with_all = ["target", "stagnation"])]
    pub no_early_stop: bool,
    /// What advances the worlds [default: what the run used]
    #[arg(long, value_enum)]
    pub backend: Option<BackendArg>,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Ticks between checkpoints [default: as many as run in 60 seconds]; never changes a result
    #[arg(long, value_name = "TICKS", value_parser = clap::value_parser!(u64).range(1..))]
    pub checkpoint_every: Option<u64>,
    /// Prints the digest and nothing else
    #[arg(long)]
    pub quiet: bool,
    /// Prints one JSON object a result instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Folder of the run
    pub run: PathBuf,
    /// What advances the worlds [default: what the run used]
    #[arg(long, value_enum)]
    pub backend: Option<BackendArg>,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Prints the digest and nothing else
    #[arg(long)]
    pub quiet: bool,
    /// Prints one JSON object a result instead of text
    #[arg(long)]
    pub json: bool,
}

/// How the camera of a film moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CameraArg {
    /// Stands where the scene puts it.
    Fixed,
    /// Turns slowly around the tank.
    #[default]
    Orbit,
    /// Keeps to the middle of the largest school.
    Follow,
}

/// `iwashi record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Scene, or the folder of a run
    #[arg(value_name = "SCENE|RUN_DIR")]
    pub source: String,
    /// File to make: .mp4 or .gif; without an ending, a folder of numbered PNGs
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Length of the film in seconds
    #[arg(long, value_name = "S", default_value_t = 10.0, conflicts_with = "to")]
    pub seconds: f32,
    /// Width and height in pixels, both even; or 720p, 1080p, 4k
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: (u32, u32),
    /// Frames a second
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub fps: u32,
    /// Simulated seconds in a second of film
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f32,
    /// First tick shown
    #[arg(long, value_name = "TICK", default_value_t = 0)]
    pub from: u64,
    /// Tick at which the film ends
    #[arg(long, value_name = "TICK")]
    pub to: Option<u64>,
    /// How the camera moves
    #[arg(long, value_enum, default_value_t)]
    pub camera: CameraArg,
    /// Writes name, tick and time into the picture
    #[arg(long)]
    pub overlay: bool,
    /// World shown, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub world: u32,
    /// Seed of all random draws, instead of the scene's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What advances the worlds [default: auto; for a run, what it used]
    #[arg(long, value_enum)]
    pub backend: Option<BackendArg>,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Changes any value of the scene, as in `--set species[0].count=50`; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    pub sets: Vec<(String, String)>,
    /// Starts a shipped scene from its trained genomes instead of random ones
    #[arg(long)]
    pub trained: bool,
    /// Prints nothing but errors
    #[arg(long)]
    pub quiet: bool,
}

/// `1280x720`, or the name of a common size.
fn size(text: &str) -> Result<(u32, u32), String> {
    match text.to_ascii_lowercase().as_str() {
        "720p" => return Ok((1280, 720)),
        "1080p" => return Ok((1920, 1080)),
        "4k" => return Ok((3840, 2160)),
        _ => {}
    }
    let sides =
        text.split_once(['x', 'X', '×']).and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    sides.ok_or_else(|| "write width and height as in 1280x720".to_string())
}

/// `iwashi bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Scene to measure [default: first_school]
    pub scene: Option<String>,
    /// Ticks a repetition, each from the same start [default: as many as take half a second]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4_000_000_000))]
    pub ticks: Option<u32>,
    /// Compares with figures of the same scene and backend that --json gave before; --ticks are then theirs by default
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// Repetitions, after one that warms up; the median counts
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub repeats: u32,
    /// Seed of all random draws, instead of the scene's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Worker threads [default: all processors]
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
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi genomes`.
#[derive(Debug, Args)]
pub struct GenomesArgs {
    /// What to tell.
    #[command(subcommand)]
    pub command: GenomesCommand,
    /// Prints JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// What `iwashi genomes` tells. A FILE is a .safetensors file, or `shipped:SCENE.SPECIES`.
#[derive(Debug, Subcommand)]
pub enum GenomesCommand {
    /// Lists genome files
    List(GenomesListArgs),
    /// Shows one genome, layer by layer
    Show(GenomesShowArgs),
    /// Tells how far the first genomes of two files are apart
    Diff(GenomesDiffArgs),
}

/// `iwashi genomes list`.
#[derive(Debug, Args)]
pub struct GenomesListArgs {
    /// Files, and folders to search, such as run folders [default: those that ship]
    pub paths: Vec<String>,
}

/// `iwashi genomes show`.
#[derive(Debug, Args)]
pub struct GenomesShowArgs {
    /// File, or `shipped:SCENE.SPECIES`
    pub file: String,
    /// Which genome, from 0: the best first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub row: usize,
}

/// `iwashi genomes diff`.
#[derive(Debug, Args)]
pub struct GenomesDiffArgs {
    /// File, or `shipped:SCENE.SPECIES`
    pub first: String,
    /// Another of the same architecture
    pub second: String,
}

/// `iwashi merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Genome file, or `shipped:SCENE.SPECIES`; its first genome counts, which is the best
    pub first: String,
    /// Another of the same architecture
    pub second: String,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// How much of the second, 0 to 1
    #[arg(short, long, value_name = "W", default_value_t = 0.5, value_parser = share)]
    pub weight: f32,
    /// A weight for each layer instead, as in `--by-layer 0,1`, which swaps the second layer
    #[arg(long, value_name = "W,W", value_delimiter = ',', value_parser = share, conflicts_with_all = ["weight", "slerp"])]
    pub by_layer: Vec<f32>,
    /// Goes along the arc between the two instead of the line
    #[arg(long)]
    pub slerp: bool,
    /// Searches for the best weight of each layer, for so many generations of 12 children, each judged on as many seeds as --seeds
    /// [default of N: 10]
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10", requires = "scene",
          value_parser = clap::value_parser!(u32).range(1..=10_000), conflicts_with_all = ["weight", "slerp", "by_layer"])]
    pub evolve: Option<u32>,
    /// Scores child and parents in this scene
    #[arg(long, value_name = "SCENE")]
    pub scene: Option<String>,
    /// Species that runs them there [default: the one they were bred in]
    #[arg(long, value_name = "NAME", requires = "scene")]
    pub species: Option<String>,
    /// Held-out seeds that they are scored on
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub seeds: u32,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// How thorough a card is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StageArg {
    /// As many runs as tell right from wrong, in seconds.
    #[default]
    Short,
    /// As many as the sources report, or more.
    Full,
}

/// `iwashi verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// `all`, a part such as `evolution`, or one card [default: lists them]
    pub card: Option<String>,
    /// How thorough
    #[arg(long, value_enum, default_value_t)]
    pub stage: StageArg,
    /// Prints one JSON object a card instead of tables
    #[arg(long)]
    pub json: bool,
}

/// `iwashi check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Scenes to check
    #[arg(required = true, value_name = "SCENE")]
    pub scenes: Vec<String>,
    /// Prints one JSON object a scene instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Part to print, as in species[].body; everything without it
    #[arg(default_value = "", hide_default_value = true)]
    pub path: String,
}

/// `iwashi scenes`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Prints one JSON object a scene instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

fn path_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => Ok((path.trim().to_string(), value.trim().to_string())),
        _ => Err("expected PATH=VALUE, as in species[0].count=50".to_string()),
    }
}

fn share(text: &str) -> Result<f32, String> {
    match text.trim().parse::<f32>() {
        Ok(w) if (0.0..=1.0).contains(&w) => Ok(w),
        _ => Err("expected a number from 0 to 1".to_string()),
    }
}

fn finite(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(f) if f.is_finite() => Ok(f),
        _ => Err("expected a fitness, a finite number".to_string()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if (0.1..=3_600.0).contains(&s) => Ok(s),
        _ => Err("expected seconds, from 0.1 to 3600".to_string()),
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(m) if m > 0.0 && m <= 1_000_000.0 => Ok(m),
        _ => Err("expected minutes, more than 0 and at most 1000000".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn sets_split_at_the_first_equals_sign() {
        assert_eq!(path_and_value("a.b = \"x=y\"").unwrap(), ("a.b".into(), "\"x=y\"".into()));
        assert!(path_and_value("count").is_err() && path_and_value("=3").is_err());
        assert!(minutes("NaN").is_err() && minutes("0.5").is_ok());
    }
}
