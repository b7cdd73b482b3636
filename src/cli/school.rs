//! A school that a command asks about: a scene with its genomes, the trained ones where such ship, or a run as it stands. Knows
//! nothing of what is asked.

use std::path::Path;

use super::Failure;
use super::args::{Common, SchoolArgs, StartArg};
use super::prepare::{Prepared, options, prepare};
use crate::plan::Plan;
use crate::run::Past;
use crate::scene::{self, SceneSpec};
use crate::simulation::{Options, Simulation, Start};

/// A school that can be asked.
pub struct School {
    /// The scene, with all its changes.
    pub scene: SceneSpec,
    /// How to run it.
    pub options: Options,
    /// Where its worlds begin.
    pub start: Start,
    /// What the answers are about.
    pub told: String,
}

/// The school that is named. `start` is where worlds are to begin, if that is said; `own` tells that genomes will be given, so that none are
/// taken unasked.
pub fn school(args: &SchoolArgs, start: Option<StartArg>, own: bool) -> Result<School, Failure> {
    let path = Path::new(&args.school);
    if !path.is_dir() {
        return of_scene(args, start, own);
    }
    if args.trained || args.seed.is_some() || !args.sets.is_empty() {
        return Err(Failure::usage("--trained, --seed and --set change a scene; a run is asked as it stands"));
    }
    let checkpoint = Past::read(path)?.loaded.checkpoint;
    let options = Options { beside: path.to_path_buf(), ..options(args.backend, args.threads) };
    let (scene, tick) = (checkpoint.scene.clone(), checkpoint.state.tick);
    let start = match start {
        Some(StartArg::Living) => Start::Living(Box::new(checkpoint.state)),
        Some(StartArg::Fresh) => Start::genomes_of(&mut Simulation::restore(checkpoint, &options)?)?,
        None => Start::of(&mut Simulation::restore(checkpoint, &options)?)?,
    };
    let how = match start {
        Start::Fresh(_) => "its genomes in fresh worlds",
        Start::Living(_) => "as it stands",
    };
    Ok(School { scene, options, start, told: format!("{} at tick {tick}, {how}", args.school) })
}

fn of_scene(args: &SchoolArgs, start: Option<StartArg>, own: bool) -> Result<School, Failure> {
    if start == Some(StartArg::Living) {
        return Err(Failure::usage("--start living takes a run folder: a scene has nobody living yet"));
    }
    let trained = args.trained || (!own && scene::trained(&scene::load(&args.school)?).is_some());
    let common = Common {
        seed: args.seed,
        backend: args.backend,
        threads: args.threads,
        sets: args.sets.clone(),
        trained,
        ..Common::default()
    };
    let Prepared { scene, options, .. } = prepare(&args.school, &common)?;
    let plan = Plan::new(&scene, 1);
    let random = scene.species.iter().zip(&plan.species).any(|(spec, p)| p.genome_len > 0 && spec.genomes.is_empty());
    let how = match trained {
        true => "with the genomes that ship with it",
        false if random => "with random genomes",
        false => "with its own genomes",
    };
    let start = Start::Fresh(vec![None; scene.species.len()]);
    Ok(School { told: format!("{} {how}", args.school), scene, options, start })
}
