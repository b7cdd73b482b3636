//! What the commands accept that measure a scene or a school, or this program.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::BackendArg;
use super::values::{cut, pairs, path_and_value};
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
