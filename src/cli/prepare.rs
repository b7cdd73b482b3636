//! From names and flags to a scene, options and a run folder. Knows nothing of what is done with them.

use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{BackendArg, Common};
use crate::run::place;
use crate::scene::{self, SceneSpec};
use crate::simulation::{BackendChoice, Options, problems};

/// A scene ready to run.
pub struct Prepared {
    /// The scene with every flag written into it.
    pub scene: SceneSpec,
    /// How to run it.
    pub options: Options,
    /// Short name for folders.
    pub stem: String,
}

/// Loads a scene and writes the flags into it.
pub fn prepare(name: &str, common: &Common) -> Result<Prepared, Failure> {
    let file = scene::load(name)?;
    let mut scene = match common.trained {
        true => scene::trained(&file).ok_or_else(|| Failure::usage(untrained(name)))?,
        false => file.spec.clone(),
    };
    if let Some(seed) = common.seed {
        scene.seed = seed;
    }
    for (path, value) in &common.sets {
        scene::set(&mut scene, path, value).map_err(|e| Failure::usage(format!("--set {path}={value}: {e}")))?;
    }
    if let Some(worlds) = common.worlds {
        scene.rollout.worlds = worlds;
    }
    let found = problems(&scene, beside(name));
    if !found.is_empty() {
        // Drawn in the text while that says all; after flags it may point at what they have replaced.
        return Err(match common.sets.is_empty() && common.worlds.is_none() && !common.trained {
            true => file.refuse(found).into(),
            false => Failure::usage(found.iter().map(|p| p.to_string()).collect::<Vec<_>>().join("\n")),
        });
    }
    let stem = place::stem(name);
    let backend = if common.gpus.is_empty() { common.backend } else { BackendArg::Gpu };
    let adapters = common.gpus.iter().map(|n| *n as usize).collect();
    let options = Options { beside: beside(name).to_path_buf(), adapters, ..options(backend, common.threads) };
    Ok(Prepared { scene, options, stem })
}

/// Why `--trained` cannot be had, and where it can.
fn untrained(name: &str) -> String {
    let has = |name: &str| scene::load(name).is_ok_and(|file| scene::trained(&file).is_some());
    let names: Vec<&str> = scene::shipped().iter().map(|(name, _)| *name).filter(|name| has(name)).collect();
    format!("--trained: no trained genomes ship for `{name}`; they do for {}", names.join(", "))
}

/// Folder of a scene, where its genome files are sought; none for a shipped one.
pub fn beside(name: &str) -> &Path {
    let shipped = scene::shipped().iter().any(|(shipped, _)| *shipped == name);
    Path::new(name).parent().filter(|_| !shipped).unwrap_or(Path::new(""))
}

/// Options from the flags that every run knows.
pub fn options(backend: BackendArg, threads: Option<u32>) -> Options {
    let backend = match backend {
        BackendArg::Auto => BackendChoice::Auto,
        BackendArg::Cpu => BackendChoice::Cpu,
        BackendArg::Gpu => BackendChoice::Gpu,
    };
    Options { backend, threads: threads.map(|n| n as usize), ..Options::default() }
}

/// The run folder: as asked for, or a new one among the user's data.
pub fn run_folder(out: Option<&Path>, stem: &str, seed: u64) -> Result<PathBuf, Failure> {
    match out {
        Some(out) => Ok(out.to_path_buf()),
        None => Ok(place::new_name(&place::runs()?, stem, seed)),
    }
}
