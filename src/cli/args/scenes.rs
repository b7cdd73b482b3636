//! What the commands accept that write, check and tell of scenes, and of what there is to run them on.

use std::path::PathBuf;

use clap::Args;

use super::values::path_and_value;

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
