//! What the commands accept that make runs, go on with them and show them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::{finite, minutes, path_and_value, size};
use super::{BackendArg, Common, Saving};

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

/// `iwashi share`.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// Folder of the run
    pub run: PathBuf,
    /// The file [default: the name of the folder, with the ending .iwashi, here]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Leaves out the picture of the tank
    #[arg(long)]
    pub no_picture: bool,
}

/// `iwashi open`.
#[derive(Debug, Args)]
pub struct OpenSharedArgs {
    /// The file
    pub file: PathBuf,
    /// Plays it without a window and compares digests
    #[arg(long)]
    pub check: bool,
    /// Folder to unpack it into [default: among the user's data]
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Prints the digest and nothing else
    #[arg(long)]
    pub quiet: bool,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// How much a film is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GradeArg {
    /// Quick to make and small.
    Draft,
    /// For the screen.
    #[default]
    Good,
    /// To be cut or shown large.
    Best,
}

/// `iwashi record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Scene, or the folder of a run
    #[arg(value_name = "SCENE|RUN_DIR", required_unless_present = "gallery")]
    pub source: Option<String>,
    /// Makes the moving thumbnail of a scene, or of all that ship, in this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "output")]
    pub gallery: Option<PathBuf>,
    /// File to make: .mp4, .gif, or .png for one still of --from; without an ending, a folder of numbered PNGs
    #[arg(short, long, value_name = "FILE", required_unless_present = "gallery")]
    pub output: Option<PathBuf>,
    /// Length of the film in seconds
    #[arg(long, value_name = "S", default_value_t = 10.0, conflicts_with = "to")]
    pub seconds: f32,
    /// Width and height in pixels, both even; or 720p, 1080p, 4k
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: (u32, u32),
    /// Frames a second
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub fps: u32,
    /// Quality of drawing and encoding
    #[arg(long, value_enum, default_value_t)]
    pub quality: GradeArg,
    /// Simulated seconds in a second of film
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f32,
    /// First tick shown
    #[arg(long, value_name = "TICK", default_value_t = 0)]
    pub from: u64,
    /// Tick at which the film ends
    #[arg(long, value_name = "TICK")]
    pub to: Option<u64>,
    /// How the camera moves: `fixed`, `orbit`, `follow`, or the file of a path, as the Record panel leaves it in a run folder
    #[arg(long, value_name = "MOVE|FILE", default_value = "orbit")]
    pub camera: String,
    /// Writes name, tick and time into the picture
    #[arg(long)]
    pub overlay: bool,
    /// Writes a title over seconds of the film, as in `--title "0-3:First school"`; may be repeated
    #[arg(long = "title", value_name = "FROM-TO:TEXT")]
    pub titles: Vec<String>,
    /// Plots a measure in a corner as the film goes: polarization, rotation, absolute_rotation, nearest, speed, energy, population,
    /// signal_energy, groups or hull
    #[arg(long, value_name = "MEASURE")]
    pub plot: Option<String>,
    /// Cross-fades the end into the beginning, so that the film repeats without a seam
    #[arg(long = "loop")]
    pub looped: bool,
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
