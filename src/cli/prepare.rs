//! From names and flags to a scene, options and a run folder. Knows nothing of what is done with them.

use std::path::{Path, PathBuf};

use super::args::{BackendArg, Common};
use super::{Failure, ranks};
use crate::genome_file::{GenomeFile, GenomeFileError, describe_controller};
use crate::plan::Plan;
use crate::run::place;
use crate::scene::{self, Evolution, SHIPPED_GENOMES, SceneSpec, SpeciesSpec};
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
    prepare_from(name, common, &[])
}

/// Loads a scene and writes the flags into it, with genomes to start from as `--from` names them.
pub fn prepare_from(name: &str, common: &Common, from: &[String]) -> Result<Prepared, Failure> {
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
    for text in from {
        start_from(&mut scene, text).map_err(|e| Failure::usage(format!("--from {text}: {e}")))?;
    }
    let found = problems(&scene, beside(name));
    if !found.is_empty() {
        // Drawn in the text while that says all; after flags it may point at what they have replaced.
        let plain = common.sets.is_empty() && common.worlds.is_none() && !common.trained && from.is_empty();
        return Err(match plain {
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

/// Lets a species start from the genomes of a file: `FILE` where one species evolves, `SPECIES=FILE` where several do.
fn start_from(scene: &mut SceneSpec, text: &str) -> Result<(), String> {
    let evolves = |s: &SpeciesSpec| s.count > 0 && !matches!(s.evolution, Evolution::Off);
    let evolving: Vec<usize> = (0..scene.species.len()).filter(|&i| evolves(&scene.species[i])).collect();
    let names = || evolving.iter().map(|&i| scene.species[i].name.as_str()).collect::<Vec<_>>();
    let named = text.split_once('=').and_then(|(name, file)| {
        let species = scene.species.iter().position(|s| s.name == name.trim())?;
        Some((species, file.trim()))
    });
    let (species, file) = match (named, &evolving[..]) {
        (Some((species, _)), _) if !evolving.contains(&species) => {
            return Err(format!("`{}` does not evolve in this scene", scene.species[species].name));
        }
        (Some(named), _) => named,
        (None, []) => return Err("nothing evolves in this scene".to_string()),
        (None, [one]) => (*one, text),
        (None, _) => {
            let names = names();
            let (first, all) = (names[0], names.join(", "));
            return Err(format!("say for which species ({all} evolve), as in --from {first}=FILE"));
        }
    };
    // Where the shell stands, whatever lies beside the scene.
    let path = match file.starts_with(SHIPPED_GENOMES) {
        true => file.to_string(),
        false => std::path::absolute(file).map_err(|e| e.to_string())?.display().to_string(),
    };
    let plan = Plan::new(scene, 1);
    GenomeFile::load_for(&path, Path::new(""), &plan, species, &scene.species[species].name).map_err(|e| match e {
        GenomeFileError::Bad { problem, .. } => format!("{problem}; a run leaves genome files in its folder `genomes`"),
        e => e.to_string(),
    })?;
    scene.species[species].genomes = path;
    Ok(())
}

/// Gives a species the controller that genomes are of, where it is another than its own. What the scene names is then not of it.
pub fn take_controller(scene: &mut SceneSpec, species: usize, file: &GenomeFile) {
    let own = describe_controller(&Plan::new(scene, 1), species);
    if own != file.controller
        && let Some(controller) = file.architecture()
    {
        scene.species[species].controller = controller;
        scene.species[species].genomes.clear();
    }
}

/// The species of a scene, which is called `name`, that somebody wants.
pub fn species_of(scene: &SceneSpec, name: &str, wanted: &str) -> Result<usize, Failure> {
    scene.species.iter().position(|species| species.name == wanted).ok_or_else(|| {
        let names: Vec<_> = scene.species.iter().map(|s| format!("`{}`", s.name)).collect();
        let has = names.join(", ");
        Failure::usage(format!("{name} has no species `{wanted}`; it has {has} (say which with --species)"))
    })
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
    Options { backend, threads: threads.map(|n| n as usize), ranks: ranks::joined(), ..Options::default() }
}

/// The run folder: as asked for, or a new one among the user's data.
pub fn run_folder(out: Option<&Path>, stem: &str, seed: u64) -> Result<PathBuf, Failure> {
    match out {
        Some(out) => Ok(out.to_path_buf()),
        None => Ok(place::new_name(&place::runs()?, stem, seed)),
    }
}
