//! `iwashi merge`: one genome of two, and what it is worth beside its parents. Knows nothing of how genomes are run.

use std::ops::Range;

use serde_json::json;

use super::args::MergeArgs;
use super::genomes::{alike, read};
use super::prepare::{beside, options};
use super::scores::{Scores, score};
use super::{Done, Failure, say};
use crate::files;
use crate::genome::merge::{average, by_layer, slerp};
use crate::genome_file::GenomeFile;
use crate::layout::NONE;
use crate::merge::Mixture;
use crate::plan::Plan;
use crate::rng;
use crate::scene;
use crate::simulation::Options;

/// `iwashi merge`.
pub fn merge(args: &MergeArgs) -> Result<Done, Failure> {
    let parents = [read(&args.first)?, read(&args.second)?];
    alike((&args.first, &parents[0]), (&args.second, &parents[1]))?;
    let judge = args.scene.as_deref().map(|name| Judge::new(name, args, &parents)).transpose()?;
    let (a, b) = (parents[0].row(0), parents[1].row(0));
    let layers: Vec<_> = parents[0].layers().into_iter().map(|(_, at)| at).collect();
    let found = match (&judge, args.evolve) {
        (Some(judge), Some(generations)) => Some(judge.search(&parents, &layers, generations)?),
        _ => None,
    };
    let weights = found.as_ref().unwrap_or(&args.by_layer);
    let (genome, way) = match (&weights[..], args.slerp) {
        ([], true) => (slerp(a, b, args.weight), format!("along the arc, {} of the second", args.weight)),
        ([], false) => (average(a, b, args.weight), format!("averaged, {} of the second", args.weight)),
        (weights, _) => (layered(&parents, weights)?, format!("layer by layer, {} of the second", listed(weights))),
    };
    let child = GenomeFile {
        genomes: genome,
        fitness: vec![f32::NAN],
        lineage: vec![[0, NONE]],
        scene_digest: parents[0].scene_digest.clone(),
        ..parents[0].clone()
    };
    let bytes = child.encode().map_err(|e| Failure::failed(e.to_string()))?;
    files::write_whole(&args.output, &[&bytes]).map_err(|e| Failure::failed(e.to_string()))?;
    let scored = judge.map(|judge| judge.score(&parents, &child)).transpose()?;
    if args.json {
        let mut object = json!({"child": args.output, "parents": [args.first, args.second], "merged": way});
        if let Some(scored) = scored {
            object["scores"] = scored.object();
        }
        say(&format!("{object}\n"));
    } else {
        say(&format!("{} of {} and {}: {way}\n", args.output.display(), args.first, args.second));
        say(&scored.map_or("not scored: say where with --scene\n".to_string(), |scored| scored.table()));
    }
    Ok(Done::Whole)
}

/// Weights as they can be given to `--by-layer`.
fn listed(weights: &[f32]) -> String {
    weights.iter().map(|w| w.to_string()).collect::<Vec<_>>().join(",")
}

fn layered(parents: &[GenomeFile; 2], weights: &[f32]) -> Result<Vec<f32>, Failure> {
    let layers = parents[0].layers();
    if layers.len() != weights.len() {
        let names: Vec<_> = layers.iter().map(|(layer, _)| layer.as_str()).collect();
        return Err(Failure::usage(format!(
            "--by-layer has {} weights, and the controller {} layers: {}",
            weights.len(),
            layers.len(),
            names.join(", ")
        )));
    }
    let ranges: Vec<_> = layers.into_iter().map(|(_, at)| at).collect();
    Ok(by_layer(parents[0].row(0), parents[1].row(0), &ranges, weights))
}

/// Where the child is scored.
struct Judge<'a> {
    args: &'a MergeArgs,
    scene: scene::SceneSpec,
    name: String,
    species: usize,
}

impl<'a> Judge<'a> {
    /// Finds the species of a scene that the parents can run, before anything is made.
    fn new(name: &str, args: &'a MergeArgs, parents: &[GenomeFile; 2]) -> Result<Judge<'a>, Failure> {
        let scene = scene::load(name)?.spec;
        let wanted = args.species.as_deref().unwrap_or(&parents[0].species);
        let Some(species) = scene.species.iter().position(|s| s.name == wanted) else {
            let names: Vec<_> = scene.species.iter().map(|s| format!("`{}`", s.name)).collect();
            let text =
                format!("{name} has no species `{wanted}`; it has {} (say which with --species)", names.join(", "));
            return Err(Failure::usage(text));
        };
        if scene.species[species].fitness.is_empty() {
            return Err(Failure::usage(format!("species `{wanted}` of {name} has no fitness to be scored by")));
        }
        let plan = Plan::new(&scene, 1);
        for (parent, file) in parents.iter().zip([&args.first, &args.second]) {
            parent.check(file, &plan, species, wanted).map_err(|e| Failure::usage(e.to_string()))?;
        }
        Ok(Judge { args, scene, name: name.to_string(), species })
    }

    fn options(&self) -> Options {
        Options { beside: beside(&self.name).to_path_buf(), ..options(self.args.backend, self.args.threads) }
    }

    fn search(
        &self,
        parents: &[GenomeFile; 2],
        layers: &[Range<usize>],
        generations: u32,
    ) -> Result<Vec<f32>, Failure> {
        let mixture = Mixture {
            scene: &self.scene,
            species: self.species,
            parents: [&parents[0], &parents[1]],
            layers,
            generations,
            seeds: self.args.seeds,
        };
        Ok(mixture.search(&self.options())?)
    }

    fn score(&self, parents: &[GenomeFile; 2], child: &GenomeFile) -> Result<Scores, Failure> {
        let of = |name: &str, file: &GenomeFile| -> Result<(String, Vec<f64>), Failure> {
            let found = score(&self.scene, self.species, Some(file), self.args.seeds, &self.options())?;
            Ok((name.to_string(), found))
        };
        Ok(Scores {
            place: format!(
                "{} held-out seeds of {}, species {}",
                self.args.seeds, self.name, self.scene.species[self.species].name
            ),
            of: vec![of("first", &parents[0])?, of("second", &parents[1])?, of("child", child)?],
            pairs: vec![(2, 0), (2, 1)],
            key: rng::stream(self.scene.seed, 0, self.species as u32),
        })
    }
}
