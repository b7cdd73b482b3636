//! What the commands accept that measure, tell and mix.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::values::{cut, finite, pairs, path_and_value, rate, share, share_below};
use super::{BackendArg, Common};
use crate::measure::cuts::Discretization;
use crate::probe::test::Test;

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

/// `iwashi archive`.
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    /// Run folder
    pub run: PathBuf,
    /// Species whose archive it is [default: the one that has one]
    #[arg(long, value_name = "NAME")]
    pub species: Option<String>,
    /// Draws a map along the first two axes: a picture in which brighter is better, black where nobody is
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Writes all elites as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The elite of one cell, by its number along each axis from 0, as in `--elite 3,7`
    #[arg(long, value_name = "X,Y", value_delimiter = ',', requires = "output")]
    pub elite: Vec<u32>,
    /// Genome file for that elite
    #[arg(short, long, value_name = "FILE", requires = "elite")]
    pub output: Option<PathBuf>,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Genome file, or `shipped:SCENE.SPECIES`; its first genome counts, which is the best
    pub first: String,
    /// Another of the same architecture
    pub second: String,
    /// More of the same architecture, for --soup, --greedy and --base
    pub more: Vec<String>,
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
    /// Takes the mean of all (uniform soup)
    #[arg(long, conflicts_with_all = ["weight", "slerp", "by_layer", "evolve"])]
    pub soup: bool,
    /// Takes the mean of the best and of those that do not lower it, judged on as many seeds as --seeds (greedy soup)
    #[arg(long, requires = "scene", conflicts_with_all = ["weight", "slerp", "by_layer", "evolve", "soup"])]
    pub greedy: bool,
    /// Genome file that all come from: the child is this and the sum of what each has that it has not (task arithmetic)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["weight", "slerp", "by_layer", "evolve", "soup", "greedy"])]
    pub base: Option<String>,
    /// How much of the sum is added to --base
    #[arg(long, value_name = "L", requires = "base", default_value_t = 1.0, allow_negative_numbers = true, value_parser = finite)]
    pub scale: f32,
    /// Keeps this share of what each has, the largest, and takes the mean of those that agree in sign instead of the sum (TIES)
    #[arg(long, value_name = "SHARE", requires = "base", value_parser = share)]
    pub ties: Option<f32>,
    /// Drops each number of what each has with chance P, below 1, and makes up for it in the others (DARE)
    #[arg(long, value_name = "P", requires = "base", value_parser = share_below)]
    pub drop: Option<f32>,
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

/// What a student makes small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// Divergence from the teacher, each action taken as two classes.
    #[default]
    Plain,
    /// The same, from a target that moves from the student to the teacher (Shing et al. 2025).
    Taid,
    /// Squared difference of actions.
    Squares,
}

/// The scene in which genomes are scored or taught.
#[derive(Clone, Debug, Args)]
pub struct Setting {
    /// Changes any value of the scene, as in `--set species[0].count=50`; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    pub sets: Vec<(String, String)>,
    /// Gives the species of a shipped scene their trained genomes; of one that is taught here or scored, others
    #[arg(long)]
    pub trained: bool,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
}

impl Setting {
    /// The same among the flags of every run.
    pub fn common(&self) -> Common {
        let Setting { sets, trained, backend, threads } = self.clone();
        Common { sets, trained, backend, threads, ..Common::default() }
    }
}

/// `iwashi distill`.
#[derive(Debug, Args)]
pub struct DistillArgs {
    /// Genome file or `shipped:SCENE.SPECIES`, of which the first genome counts, whatever its controller; or `rule`, the scene's own
    pub teacher: String,
    /// What learns: `linear`, `mlp:8`, `mlp:32,16` or `mlp:32,16:relu`
    #[arg(long, value_name = "CONTROLLER")]
    pub student: String,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Scene in which the teacher is watched and both are scored [default: that of a shipped teacher]
    #[arg(long, value_name = "SCENE")]
    pub scene: Option<String>,
    /// Species that is taught [default: the one the teacher was bred in, or that has the rule]
    #[arg(long, value_name = "NAME")]
    pub species: Option<String>,
    /// What the student makes small
    #[arg(long, value_enum, default_value_t)]
    pub method: MethodArg,
    /// Worlds watched in a round; every eighth from the first on is kept apart, to tell what was learned
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=65_536))]
    pub worlds: u32,
    /// Ticks of each [default: the scene's `rollout.ticks`]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub ticks: Option<u32>,
    /// Rounds in which the student drives and the teacher answers, after the one that the teacher drives [default: 3; 0 for a
    /// teacher with memory]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub rounds: Option<u32>,
    /// Examples kept of what is watched
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub examples: u32,
    /// Steps of gradient descent
    #[arg(long, value_name = "N", default_value_t = 6_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub steps: u64,
    /// Examples of a step
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub batch: u32,
    /// Length of the first step; it falls evenly to nothing
    #[arg(long, value_name = "R", default_value_t = 0.01, value_parser = rate)]
    pub rate: f64,
    /// Seed of the worlds that are watched, of the student's start and of batches [default: the scene's]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Held-out seeds that teacher and student are scored on, the same whatever --seed
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub seeds: u32,
    /// Writes the course of learning as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Where
    #[command(flatten)]
    pub setting: Setting,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi score`.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// Scene in which they are scored
    pub scene: String,
    /// Genome files, or `shipped:SCENE.SPECIES`, of each of which the first genome counts; or `scene`, what the scene begins with.
    /// The others are compared with the first
    #[arg(required = true, value_name = "GENOMES")]
    pub files: Vec<String>,
    /// Species that runs them [default: the one that the first file was bred in]
    #[arg(long, value_name = "NAME")]
    pub species: Option<String>,
    /// Held-out seeds that they are scored on
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub seeds: u32,
    /// Where
    #[command(flatten)]
    pub setting: Setting,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// A school that a command asks about.
#[derive(Clone, Debug, Args)]
pub struct SchoolArgs {
    /// Scene, whose trained genomes are taken where such ship; or a run folder, whose school is taken as it stands
    #[arg(value_name = "SCENE|RUN")]
    pub school: String,
    /// Seed of all random draws, instead of the scene's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Changes any value of the scene, as in `--set species[0].count=50`; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    pub sets: Vec<(String, String)>,
    /// Gives the species of a shipped scene their trained genomes also where others are given
    #[arg(long)]
    pub trained: bool,
    /// What advances the worlds
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendArg,
    /// Worker threads [default: all processors]; never changes a result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
}

/// `iwashi probe`.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    /// Which school
    #[command(flatten)]
    pub of: SchoolArgs,
    /// Changes to make, each by itself: mute, scramble, delay:TICKS, swap, noise:DEVIATION, replay; and lesions: blind:SENSE,
    /// forget, deposits, cut:LAYER.FROM.TO [default: mute,scramble]
    #[arg(long = "test", value_name = "TESTS", value_delimiter = ',', value_parser = clap::value_parser!(Test))]
    pub tests: Vec<Test>,
    /// Genomes to give a species, `FILE` or `SPECIES=FILE`; a file is a .safetensors file or `shipped:SCENE.SPECIES`
    #[arg(long, value_name = "FILE")]
    pub genomes: Vec<String>,
    /// Species that is changed [default: all that emit signals]
    #[arg(long, value_name = "NAME")]
    pub species: Option<String>,
    /// Channel that is changed, from 1 [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub channel: Option<u32>,
    /// Pairs of worlds; of fewer than six nothing can be said
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = pairs)]
    pub pairs: u32,
    /// Ticks that each world is run [default: a rollout, or 30 seconds of it]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub ticks: Option<u32>,
    /// Where worlds begin [default: fresh for a scene and where generations are bred, else living]
    #[arg(long, value_enum)]
    pub start: Option<StartArg>,
    /// Writes what every pair came to as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Where the worlds of a probe begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StartArg {
    /// At their first tick, on the held-out seeds of the scene.
    Fresh,
    /// Where the school of a run stands; pairs differ by what is drawn from then on.
    Living,
}

/// `iwashi meaning`.
#[derive(Debug, Args)]
pub struct MeaningArgs {
    /// Which school
    #[command(flatten)]
    pub of: SchoolArgs,
    /// How signals are cut into classes: `signs`, so many of equal mass (2 to 8), or `means:` and so many about their own means (k-means)
    #[arg(long, value_name = "CUT", default_value = "signs", value_parser = cut)]
    pub cut: Discretization,
    /// Worlds that are listened to, where a school begins anew
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub worlds: u32,
    /// Ticks that they are listened to [default: a rollout, or 30 seconds]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(6..=10_000_000))]
    pub ticks: Option<u32>,
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

/// What advances the worlds of a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum EngineArg {
    /// The processor.
    #[default]
    Cpu,
    /// A GPU, a software one too.
    Gpu,
}

/// `iwashi verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// `all`, a part such as `evolution`, or one card [default: lists them]
    pub card: Option<String>,
    /// How thorough
    #[arg(long, value_enum, default_value_t)]
    pub stage: StageArg,
    /// What advances the worlds of cards that run the engine
    #[arg(long, value_enum, default_value_t)]
    pub backend: EngineArg,
    /// Seeds of each measurement, for cards that count in seeds [default: as many as the stage has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub seeds: Option<u32>,
    /// Writes a table (CSV) and a plot (SVG) a card, and `reproductions.md` over all of them, into a folder. A full stage that was
    /// stopped goes on from what is in `reproductions/kept` there, if it is of the same program, stage, backend and seeds
    #[arg(short, long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
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

/// `iwashi new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Template [default: lists them]
    pub template: Option<String>,
    /// File to write; nothing is overwritten [default: TEMPLATE.ron, here]
    pub path: Option<PathBuf>,
}

/// `iwashi set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Scene file to edit; with -o also the name of a shipped scene
    #[arg(value_name = "FILE")]
    pub scene: String,
    /// New values, as in `species[0].count=50` or `species[prey].body.cruise=2.5`
    #[arg(required = true, value_name = "PATH=VALUE", value_parser = path_and_value)]
    pub values: Vec<(String, String)>,
    /// Writes the changed scene to a new file instead
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Tells what would change, and writes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Scene, or a run folder for the scene that it ran
    #[arg(value_name = "SCENE|RUN_DIR")]
    pub first: String,
    /// The one to compare it with [default: what a scene is where its file says nothing]
    #[arg(value_name = "SCENE|RUN_DIR")]
    pub second: Option<String>,
    /// Prints one JSON object instead of text
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
