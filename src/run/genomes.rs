//! The genome files of a run folder: those that its scene starts from, and where it leaves those that it bred. Knows nothing of
//! what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::RunError;
use crate::files;
use crate::scene::{self, SceneSpec};

/// Where in a run folder the best genome of a species lies once the run has ended.
pub fn champion_file(species: usize, name: &str) -> PathBuf {
    Path::new("genomes").join(format!("{}-best.safetensors", file_name(species, name)))
}

/// Where in a run folder the genomes lie that the run left of a species once it has ended.
pub fn population_file(species: usize, name: &str) -> PathBuf {
    Path::new("genomes").join(format!("{}.safetensors", file_name(species, name)))
}

/// A species' name as part of a file name, unique through its place in the scene.
fn file_name(species: usize, name: &str) -> String {
    let safe: String = name.chars().take(64).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{species}-{safe}")
}

/// The scene with its genome files copied into the run folder.
pub(super) fn with_own_genomes(scene: &SceneSpec, beside: &Path, folder: &Path) -> Result<SceneSpec, RunError> {
    let mut scene = scene.clone();
    for (index, species) in scene.species.iter_mut().enumerate() {
        let name = &species.genomes;
        if name.is_empty() || name.starts_with(scene::SHIPPED_GENOMES) {
            continue;
        }
        let near = beside.join(name);
        let from = if near.is_file() { near } else { PathBuf::from(name) };
        let own = format!("genomes/start-{}.safetensors", file_name(index, &species.name));
        let to = folder.join(&own);
        fs::copy(&from, &to).map_err(files::on("copy genomes to", &to))?;
        species.genomes = own;
    }
    Ok(scene)
}
