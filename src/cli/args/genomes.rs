//! What the commands accept that read, mix, teach and score genomes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::values::{finite, path_and_value, rate, share, share_below};
use super::{BackendArg, Common};

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
