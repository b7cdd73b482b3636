//! `iwashi merge`: one genome of two, and what it is worth beside its parents. Knows nothing of how genomes are run.

use std::fmt::Write;
use std::ops::Range;

use serde_json::{Value, json};

use super::args::MergeArgs;
use super::genomes::{alike, read};
use super::prepare::{beside, options};
use super::{Done, Failure, say};
use crate::files;
use crate::genome::merge::{average, by_layer, slerp};
use crate::genome_file::GenomeFile;
use crate::layout::NONE;
use crate::merge::Mixture;
use crate::plan::Plan;
use crate::rng;
use crate::scene;
use crate::simulation::{Options, held_out_scores};
use crate::statistics::{interval, mean, paired};

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

    fn score(&self, parents: &[GenomeFile; 2], child: &GenomeFile) -> Result<Scored, Failure> {
        let options = self.options();
        let of = |file: &GenomeFile| -> Result<Vec<f64>, Failure> {
            // The best genome alone, whatever else is in its file.
            let best = GenomeFile { genomes: file.row(0).to_vec(), ..file.clone() };
            let mut files: Vec<Option<GenomeFile>> = vec![None; self.scene.species.len()];
            files[self.species] = Some(best);
            let scores = held_out_scores(&self.scene, &files, self.args.seeds, &options)?;
            Ok(scores[self.species].iter().map(|s| f64::from(*s)).collect())
        };
        Ok(Scored {
            place: format!(
                "{} held-out seeds of {}, species {}",
                self.args.seeds, self.name, self.scene.species[self.species].name
            ),
            scores: [of(&parents[0])?, of(&parents[1])?, of(child)?],
            key: rng::stream(self.scene.seed, 0, self.species as u32),
        })
    }
}

/// What parents and child came to, seed by seed.
struct Scored {
    place: String,
    scores: [Vec<f64>; 3],
    key: rng::Stream,
}

/// What is compared in `Scored`.
const NAMES: [&str; 3] = ["first", "second", "child"];

impl Scored {
    fn table(&self) -> String {
        let mut text = format!("fitness on {}\n{:16} {:>9}   95 % interval\n", self.place, "", "mean");
        for (name, scores) in NAMES.iter().zip(&self.scores) {
            let [low, high] = interval(scores, self.key);
            let _ = writeln!(text, "{name:16} {:>9.4}   {low:.4} to {high:.4}", mean(scores));
        }
        for parent in 0..2 {
            let found = paired(&self.scores[2], &self.scores[parent], self.key);
            let [low, high] = found.interval;
            let name = format!("child - {}", NAMES[parent]);
            let _ = writeln!(text, "{name:16} {:>9.4}   {low:.4} to {high:.4}, p = {:.4}", found.difference, found.p);
        }
        text
    }

    fn object(&self) -> Value {
        let of =
            |scores: &Vec<f64>| json!({"mean": mean(scores), "interval": interval(scores, self.key), "seeds": scores});
        let against = |parent: usize| {
            let found = paired(&self.scores[2], &self.scores[parent], self.key);
            json!({"difference": found.difference, "interval": found.interval, "p": found.p})
        };
        json!({
            "place": self.place, "first": of(&self.scores[0]), "second": of(&self.scores[1]), "child": of(&self.scores[2]),
            "child_minus_first": against(0), "child_minus_second": against(1),
        })
    }
}
