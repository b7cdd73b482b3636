//! `iwashi score`: what genomes come to in a scene on seeds that judged nobody, side by side. Knows nothing of how they evolved.

use super::args::ScoreArgs;
use super::genomes::read;
use super::prepare::{Prepared, prepare, species_of, take_controller};
use super::scores::{Scores, score};
use super::{Done, Failure, say};
use crate::plan::Plan;
use crate::rng;

/// What stands for the genomes that the scene itself begins with.
const SCENE: &str = "scene";

/// `iwashi score`.
pub fn scores(args: &ScoreArgs) -> Result<Done, Failure> {
    let Prepared { scene, options, .. } = prepare(&args.scene, &args.setting.common())?;
    let files = args.files.iter().map(|name| match name.as_str() {
        SCENE => Ok((name, None)),
        _ => Ok::<_, Failure>((name, Some(read(name)?))),
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let named = files.iter().find_map(|(_, file)| file.as_ref().map(|file| file.species.as_str()));
    let species = match (args.species.as_deref().or(named), &scene.species[..]) {
        (Some(wanted), _) => species_of(&scene, &args.scene, wanted)?,
        (None, [_]) => 0,
        (None, _) => return Err(Failure::usage("say with --species who is scored".to_string())),
    };
    let name = &scene.species[species].name;
    if scene.species[species].fitness.is_empty() {
        return Err(Failure::usage(format!("species `{name}` of {} has no fitness to be scored by", args.scene)));
    }
    let mut of = vec![];
    for (origin, file) in &files {
        let mut scene = scene.clone();
        if let Some(file) = file {
            take_controller(&mut scene, species, file);
            let plan = Plan::new(&scene, 1);
            file.check(origin, &plan, species, name).map_err(|e| Failure::usage(e.to_string()))?;
        }
        of.push((origin.to_string(), score(&scene, species, file.as_ref(), args.seeds, &options)?));
    }
    let scores = Scores {
        place: format!("{} held-out seeds of {}, species {name}", args.seeds, args.scene),
        pairs: (1..of.len()).map(|other| (other, 0)).collect(),
        of,
        key: rng::stream(scene.seed, 0, species as u32),
    };
    say(&if args.json { format!("{}\n", scores.object()) } else { scores.table() });
    Ok(Done::Whole)
}
