//! `iwashi genomes`: what is in genome files, and how far two are apart. Knows nothing of scenes.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{GenomesArgs, GenomesCommand};
use super::{Done, Failure, say};
use crate::controller::graph;
use crate::genome_file::GenomeFile;
use crate::scene::{SHIPPED_GENOMES, shipped_genomes};
use crate::statistics::{deviation, mean};

/// Folders within folders that are searched: a run folder keeps its genomes one deep.
const DEPTH: usize = 3;

/// `iwashi genomes`.
pub fn genomes(args: &GenomesArgs) -> Result<Done, Failure> {
    match &args.command {
        GenomesCommand::List(list) => say(&listed(&list.paths, args.json)?),
        GenomesCommand::Show(show) => say(&shown(&show.file, show.row, args.json)?),
        GenomesCommand::Diff(diff) => say(&compared(&diff.first, &diff.second, args.json)?),
    }
    Ok(Done::Whole)
}

/// Reads genomes from where a user says.
pub fn read(name: &str) -> Result<GenomeFile, Failure> {
    let (file, _) = GenomeFile::load(name, Path::new("")).map_err(|e| Failure::usage(e.to_string()))?;
    Ok(file)
}

/// Files by the names that they can be read by: as given, or those in folders; all that ship when none is given.
fn names(paths: &[String]) -> Result<Vec<String>, Failure> {
    if paths.is_empty() {
        return Ok(shipped_genomes().iter().map(|(name, _)| format!("{SHIPPED_GENOMES}{name}")).collect());
    }
    let mut names = vec![];
    for path in paths {
        if !Path::new(path).is_dir() {
            names.push(path.clone());
            continue;
        }
        let mut found = vec![];
        search(Path::new(path), DEPTH, &mut found).map_err(|e| Failure::usage(format!("{path}: {e}")))?;
        if found.is_empty() {
            return Err(Failure::usage(format!("no .safetensors files in {path}")));
        }
        found.sort();
        names.extend(found.iter().map(|path| path.display().to_string()));
    }
    Ok(names)
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && depth > 0 {
            search(&path, depth - 1, found)?;
        } else if path.extension().is_some_and(|ending| ending == "safetensors") {
            found.push(path);
        }
    }
    Ok(())
}

fn best(file: &GenomeFile) -> Option<f32> {
    file.fitness.iter().copied().filter(|f| f.is_finite()).reduce(f32::max)
}

fn listed(paths: &[String], as_json: bool) -> Result<String, Failure> {
    let (mut text, mut rows) = (String::new(), vec![]);
    for name in names(paths)? {
        let file = read(&name)?;
        if as_json {
            let _ = writeln!(
                text,
                "{}",
                json!({"file": name, "species": file.species, "genomes": file.rows(), "numbers": file.len,
                       "controller": file.controller, "observation": file.observation, "best": best(&file)})
            );
            continue;
        }
        let best = best(&file).map_or("-".into(), |best| format!("{best:.3}"));
        rows.push([file.rows().to_string(), file.len.to_string(), best, file.species, file.controller, name]);
    }
    if as_json {
        return Ok(text);
    }
    let heads = ["genomes", "numbers", "best", "species", "controller", "file"].map(String::from);
    let width = |column: usize| rows.iter().chain([&heads]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    for row in [&heads].into_iter().chain(&rows) {
        let [genomes, numbers, best, species, controller, file] = row;
        let [a, b, c, d, e, _] = widths;
        let _ = writeln!(text, "{genomes:>a$}  {numbers:>b$}  {best:>c$}  {species:d$}  {controller:e$}  {file}");
    }
    Ok(text)
}

fn row_of<'a>(file: &'a GenomeFile, name: &str, row: usize) -> Result<&'a [f32], Failure> {
    match row < file.rows() {
        true => Ok(file.row(row)),
        false => Err(Failure::usage(format!("{name} has genomes 0 to {}, and no {row}", file.rows() - 1))),
    }
}

fn shown(name: &str, row: usize, as_json: bool) -> Result<String, Failure> {
    let file = read(name)?;
    let genome = row_of(&file, name, row)?;
    let of = |numbers: &[f32]| {
        let numbers: Vec<f64> = numbers.iter().map(|x| f64::from(*x)).collect();
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (mean(&numbers), deviation(&numbers), least, most)
    };
    let [id, founder] = file.lineage[row];
    if as_json {
        let layers: Vec<_> = file
            .layers()
            .into_iter()
            .map(|(layer, at)| {
                let (mean, deviation, least, most) = of(&genome[at.clone()]);
                json!({"layer": layer, "first": at.start, "numbers": at.len(), "mean": mean,
                       "deviation": deviation, "least": least, "most": most})
            })
            .collect();
        let fitness = Some(file.fitness[row]).filter(|f| f.is_finite());
        let graph = file.graph().map(|(sizes, outputs)| {
            let [hidden, edges] = graph::counts(sizes, outputs, genome);
            json!({"hidden": hidden, "edges": edges, "nodes": graph::lines(sizes, outputs, genome)})
        });
        return Ok(format!(
            "{}\n",
            json!({"file": name, "row": row, "species": file.species, "controller": file.controller,
                   "observation": file.observation, "scene": file.scene_digest, "fitness": fitness, "id": id,
                   "founder": founder, "layers": layers, "graph": graph, "genome": genome})
        ));
    }
    let mut text = format!(
        "{name}: genome {row} of {}, {} numbers\nspecies      {}\ncontroller   {}\nobservation  {}\nscene        {}\n",
        file.rows(),
        file.len,
        file.species,
        file.controller,
        file.observation,
        file.scene_digest
    );
    let _ = writeln!(text, "fitness      {}\nid           {id}\n", file.fitness[row]);
    if let Some((sizes, outputs)) = file.graph() {
        let [hidden, edges] = graph::counts(sizes, outputs, genome);
        let _ = writeln!(
            text,
            "{hidden} hidden nodes, {edges} edges; in order of evaluation, ' as it was in the tick before:"
        );
        for line in graph::lines(sizes, outputs, genome) {
            let _ = writeln!(text, "{line}");
        }
        return Ok(text);
    }
    let _ =
        writeln!(text, "{:24} {:>8} {:>9} {:>9} {:>9} {:>9}", "layer", "numbers", "mean", "deviation", "least", "most");
    let all = [("all".to_string(), 0..file.len)];
    for (layer, at) in file.layers().into_iter().chain(all) {
        let (mean, deviation, least, most) = of(&genome[at.clone()]);
        let _ = writeln!(text, "{layer:24} {:>8} {mean:>9.4} {deviation:>9.4} {least:>9.4} {most:>9.4}", at.len());
    }
    Ok(text)
}

/// Both names of genomes that are not of one architecture, and what differs. Graphs are refused whatever they are: number by
/// number they have nothing in common.
pub fn alike(first: (&str, &GenomeFile), second: (&str, &GenomeFile)) -> Result<(), Failure> {
    let ((a, one), (b, other)) = (first, second);
    let parts =
        [("controller", &one.controller, &other.controller), ("observation", &one.observation, &other.observation)];
    for (what, one, other) in parts {
        if one != other {
            let text = format!("{a} and {b} are of different architectures: their {what} is `{one}` and `{other}`");
            return Err(Failure::usage(text));
        }
    }
    if one.graph().is_some() {
        let text = format!(
            "{a} and {b} hold graphs, whose numbers do not match one by one; `iwashi genomes show` tells what each consists of"
        );
        return Err(Failure::usage(text));
    }
    match one.len == other.len {
        true => Ok(()),
        false => Err(Failure::usage(format!("genomes of {a} have {} numbers, those of {b} {}", one.len, other.len))),
    }
}

/// Root of the mean squared difference, and the cosine between the two.
fn apart(a: &[f32], b: &[f32]) -> (f64, f64) {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let square: f64 = a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2)).sum();
    ((square / a.len() as f64).sqrt(), dot(a, b) / (dot(a, a) * dot(b, b)).sqrt())
}

fn compared(first: &str, second: &str, as_json: bool) -> Result<String, Failure> {
    let (one, other) = (read(first)?, read(second)?);
    alike((first, &one), (second, &other))?;
    let (a, b) = (one.row(0), other.row(0));
    let all = [("all".to_string(), 0..one.len)];
    let parts: Vec<_> = one.layers().into_iter().chain(all).collect();
    if as_json {
        let of = |(layer, at): (String, std::ops::Range<usize>)| {
            let (distance, cosine) = apart(&a[at.clone()], &b[at]);
            json!({"layer": layer, "distance": distance, "cosine": cosine})
        };
        let layers: Vec<_> = parts.into_iter().map(of).collect();
        return Ok(format!("{}\n", json!({"first": first, "second": second, "layers": layers})));
    }
    let mut text = format!("the first genomes of {first} and {second}: root mean square difference, and cosine\n");
    for (layer, at) in parts {
        let (distance, cosine) = apart(&a[at.clone()], &b[at]);
        let _ = writeln!(text, "{layer:24} {distance:>9.4} {cosine:>8.4}");
    }
    Ok(text)
}
