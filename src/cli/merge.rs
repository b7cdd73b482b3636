//! `iwashi merge`: one genome of two or more, and what it is worth beside its parents. Knows nothing of how genomes are run.

use std::ops::Range;

use serde_json::json;

use super::args::MergeArgs;
use super::genomes::{alike, read};
use super::prepare::{beside, options, species_of, take_controller};
use super::scores::{Scores, score};
use super::{Done, Failure, say};
use crate::files;
use crate::genome::merge::{average, by_layer, dare, slerp, soup, task_arithmetic, ties};
use crate::genome_file::GenomeFile;
use crate::layout::NONE;
use crate::merge::{Mixture, greedy};
use crate::plan::Plan;
use crate::rng;
use crate::scene;
use crate::simulation::Options;

/// Round of the streams that say what --drop drops.
const DROPS: u64 = 0;

/// `iwashi merge`.
pub fn merge(args: &MergeArgs) -> Result<Done, Failure> {
    let names = names(args);
    let parents = names.iter().map(|name| read(name)).collect::<Result<Vec<_>, _>>()?;
    let base = args.base.as_ref().map(|name| Ok::<_, Failure>((name.as_str(), read(name)?))).transpose()?;
    let others = names[1..].iter().copied().zip(&parents[1..]).chain(base.iter().map(|(name, file)| (*name, file)));
    for other in others {
        alike((names[0], &parents[0]), other)?;
    }
    let many = args.soup || args.greedy || args.base.is_some();
    if !many && !args.more.is_empty() {
        let text = format!("{} genomes: say with --soup, --greedy or --base how to merge more than two", names.len());
        return Err(Failure::usage(text));
    }
    let judge = args.scene.as_deref().map(|name| Judge::new(name, args, &parents)).transpose()?;
    let (genome, way) = match (&base, &judge) {
        (Some((name, base)), _) => of_tasks(args, base.row(0), name, &parents),
        (None, Some(judge)) if args.greedy => {
            let (genome, chosen) = judge.greedy(&parents)?;
            let chosen: Vec<&str> = chosen.iter().map(|i| names[*i]).collect();
            (genome, format!("greedy soup of {}", chosen.join(", ")))
        }
        _ if args.soup => (soup(&rows(&parents)), format!("the mean of {}", parents.len())),
        (None, judge) => of_two(args, &parents, judge.as_ref())?,
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
        let mut object = json!({"child": args.output, "parents": names, "merged": way});
        if let Some(scored) = scored {
            object["scores"] = scored.object();
        }
        say(&format!("{object}\n"));
    } else {
        let (last, before) = (names[names.len() - 1], names[..names.len() - 1].join(", "));
        say(&format!("{} of {before} and {last}: {way}\n", args.output.display()));
        say(&scored.map_or("not scored: say where with --scene\n".to_string(), |scored| scored.table()));
    }
    Ok(Done::Whole)
}

/// What is merged, as it was named.
fn names(args: &MergeArgs) -> Vec<&str> {
    [&args.first, &args.second].into_iter().chain(&args.more).map(String::as_str).collect()
}

fn rows(parents: &[GenomeFile]) -> Vec<&[f32]> {
    parents.iter().map(|parent| parent.row(0)).collect()
}

/// Weights as they can be given to `--by-layer`.
fn listed(weights: &[f32]) -> String {
    weights.iter().map(|w| w.to_string()).collect::<Vec<_>>().join(",")
}

/// A child of two, and how it was made.
fn of_two(args: &MergeArgs, parents: &[GenomeFile], judge: Option<&Judge>) -> Result<(Vec<f32>, String), Failure> {
    let (a, b) = (parents[0].row(0), parents[1].row(0));
    let found = match (judge, args.evolve) {
        (Some(judge), Some(generations)) => {
            let layers: Vec<_> = parents[0].layers().into_iter().map(|(_, at)| at).collect();
            Some(judge.search([&parents[0], &parents[1]], &layers, generations)?)
        }
        _ => None,
    };
    let weights = found.as_ref().unwrap_or(&args.by_layer);
    Ok(match (&weights[..], args.slerp) {
        ([], true) => (slerp(a, b, args.weight), format!("along the arc, {} of the second", args.weight)),
        ([], false) => (average(a, b, args.weight), format!("averaged, {} of the second", args.weight)),
        (weights, _) => (layered(parents, weights)?, format!("layer by layer, {} of the second", listed(weights))),
    })
}

/// A child of a base and of what each parent has that the base has not, and how it was made.
fn of_tasks(args: &MergeArgs, base: &[f32], name: &str, parents: &[GenomeFile]) -> (Vec<f32>, String) {
    let thinned: Vec<Vec<f32>> = rows(parents)
        .into_iter()
        .enumerate()
        .map(|(i, row)| args.drop.map_or(row.to_vec(), |p| dare(base, row, p, rng::stream(0, DROPS, i as u32))))
        .collect();
    let models: Vec<&[f32]> = thinned.iter().map(Vec::as_slice).collect();
    let dropped = args.drop.map_or(String::new(), |p| format!(", of which {p} is dropped"));
    match args.ties {
        Some(density) => (
            ties(base, &models, density, args.scale),
            format!("{name} and {} of what agrees among their largest {density}{dropped}", args.scale),
        ),
        None => (
            task_arithmetic(base, &models, &vec![args.scale; models.len()]),
            format!("{name} and {} of what they have beyond it{dropped}", args.scale),
        ),
    }
}

fn layered(parents: &[GenomeFile], weights: &[f32]) -> Result<Vec<f32>, Failure> {
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
    /// Finds the species of a scene that the parents can run, before anything is made. It gets their controller, whatever its own.
    fn new(name: &str, args: &'a MergeArgs, parents: &[GenomeFile]) -> Result<Judge<'a>, Failure> {
        let mut scene = scene::load(name)?.spec;
        let wanted = args.species.as_deref().unwrap_or(&parents[0].species);
        let species = species_of(&scene, name, wanted)?;
        if scene.species[species].fitness.is_empty() {
            return Err(Failure::usage(format!("species `{wanted}` of {name} has no fitness to be scored by")));
        }
        take_controller(&mut scene, species, &parents[0]);
        let plan = Plan::new(&scene, 1);
        parents[0].check(&args.first, &plan, species, wanted).map_err(|e| Failure::usage(e.to_string()))?;
        Ok(Judge { args, scene, name: name.to_string(), species })
    }

    fn options(&self) -> Options {
        Options { beside: beside(&self.name).to_path_buf(), ..options(self.args.backend, self.args.threads) }
    }

    fn search(
        &self,
        parents: [&GenomeFile; 2],
        layers: &[Range<usize>],
        generations: u32,
    ) -> Result<Vec<f32>, Failure> {
        let (scene, species, seeds) = (&self.scene, self.species, self.args.seeds);
        let mixture = Mixture { scene, species, parents, layers, generations, seeds };
        Ok(mixture.search(&self.options())?)
    }

    fn greedy(&self, parents: &[GenomeFile]) -> Result<(Vec<f32>, Vec<usize>), Failure> {
        Ok(greedy(&self.scene, self.species, parents, self.args.seeds, &self.options())?)
    }

    fn score(&self, parents: &[GenomeFile], child: &GenomeFile) -> Result<Scores, Failure> {
        let name = |place: usize| match place {
            0 => "first".to_string(),
            1 => "second".to_string(),
            place => format!("parent {}", place + 1),
        };
        let files = parents.iter().enumerate().map(|(i, file)| (name(i), file)).chain([("child".to_string(), child)]);
        let of = files.map(|(name, file)| {
            Ok((name, score(&self.scene, self.species, Some(file), self.args.seeds, &self.options())?))
        });
        Ok(Scores {
            place: format!(
                "{} held-out seeds of {}, species {}",
                self.args.seeds, self.name, self.scene.species[self.species].name
            ),
            of: of.collect::<Result<Vec<_>, Failure>>()?,
            pairs: (0..parents.len()).map(|parent| (parents.len(), parent)).collect(),
            key: rng::stream(self.scene.seed, 0, self.species as u32),
        })
    }
}
