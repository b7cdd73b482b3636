//! What the commands accept that look at what a school does over time, and what evolution left.

use std::path::PathBuf;

use clap::Args;

use super::values::{distance, seconds, worlds};
use super::{SchoolArgs, StartArg};

/// `iwashi response`.
#[derive(Debug, Args)]
pub struct ResponseArgs {
    /// Which school
    #[command(flatten)]
    pub of: SchoolArgs,
    /// Genomes to give a species, `FILE` or `SPECIES=FILE`; a file is a .safetensors file or `shipped:SCENE.SPECIES`
    #[arg(long, value_name = "FILE")]
    pub genomes: Vec<String>,
    /// Who threatens [default: all that bite others]
    #[arg(long, value_name = "SPECIES")]
    pub to: Option<String>,
    /// Who responds [default: all whom those bite]
    #[arg(long = "of", value_name = "SPECIES")]
    pub prey: Option<String>,
    /// Worlds that are played, each with a copy; of fewer than six nothing can be said
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = worlds)]
    pub worlds: u32,
    /// Seconds that each world is played [default: a rollout, or 30 seconds]
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub seconds: Option<f64>,
    /// Distance in BL to the nearest member of a group at which a threat is near [default: as far as it is perceived]
    #[arg(long, value_name = "BL", value_parser = distance)]
    pub near: Option<f32>,
    /// Seconds that a response is watched, and that no threat was near before
    #[arg(long, value_name = "S", default_value_t = 2.0, value_parser = seconds)]
    pub within: f64,
    /// Fewest members of a group, nearer than `measures.social_range` to each other
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub members: u32,
    /// Where worlds begin [default: fresh for a scene and where generations are bred, else living]
    #[arg(long, value_enum)]
    pub start: Option<StartArg>,
    /// Writes every approach, and the means of worlds that the answers rest on, as tables into a folder
    #[arg(short, long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `iwashi activity`.
#[derive(Debug, Args)]
pub struct ActivityArgs {
    /// Run folder
    #[arg(value_name = "RUN_DIR")]
    pub run: PathBuf,
    /// Species [default: all that are bred]
    #[arg(long, value_name = "NAME")]
    pub species: Option<String>,
    /// Neutral shadows: the same births, deaths and families of siblings, whose parents are drawn at random
    #[arg(long, value_name = "N", default_value_t = 99, value_parser = clap::value_parser!(u32).range(39..=10_000))]
    pub shadows: u32,
    /// Writes activity time by time, and what it has in excess of shadows, as tables into a folder
    #[arg(short, long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Prints one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
