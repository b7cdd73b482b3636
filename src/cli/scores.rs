//! What several genomes came to on the same held-out seeds, side by side: as a table and as JSON. Knows nothing of who they are.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::genome_file::GenomeFile;
use crate::rng::Stream;
use crate::scene::SceneSpec;
use crate::simulation::{Options, SimulationError, held_out_scores};
use crate::statistics::{interval, mean, paired};

/// Fitness, seed by seed.
pub struct Scores {
    /// Where it was had.
    pub place: String,
    /// Names and fitness of who was scored.
    pub of: Vec<(String, Vec<f64>)>,
    /// Whose difference is of interest, and from whom: places in `of`.
    pub pairs: Vec<(usize, usize)>,
    /// Addresses the draws of intervals.
    pub key: Stream,
}

/// What the first genome of a file comes to in a species on so many held-out seeds; without a file, what the scene's own does.
pub fn score(
    scene: &SceneSpec,
    species: usize,
    file: Option<&GenomeFile>,
    seeds: u32,
    options: &Options,
) -> Result<Vec<f64>, SimulationError> {
    let mut files: Vec<Option<GenomeFile>> = vec![None; scene.species.len()];
    // The best genome alone, whatever else is in its file.
    files[species] = file.map(|file| GenomeFile { genomes: file.row(0).to_vec(), ..file.clone() });
    let scores = held_out_scores(scene, &files, seeds, options)?;
    Ok(scores[species].iter().map(|s| f64::from(*s)).collect())
}

impl Scores {
    /// Means, intervals and paired differences as text.
    pub fn table(&self) -> String {
        let names = self.pairs.iter().map(|(a, b)| format!("{} - {}", self.of[*a].0, self.of[*b].0));
        let names: Vec<String> = names.collect();
        let width = names.iter().chain(self.of.iter().map(|(name, _)| name)).map(|name| name.chars().count()).max();
        let width = width.unwrap_or(0).max(16);
        let mut text = format!("fitness on {}\n{:width$} {:>9}   95 % interval\n", self.place, "", "mean");
        for (name, scores) in &self.of {
            let [low, high] = interval(scores, self.key);
            let _ = writeln!(text, "{name:width$} {:>9.4}   {low:.4} to {high:.4}", mean(scores));
        }
        for ((a, b), name) in self.pairs.iter().zip(names) {
            let found = paired(&self.of[*a].1, &self.of[*b].1, self.key);
            let [low, high] = found.interval;
            let _ =
                writeln!(text, "{name:width$} {:>9.4}   {low:.4} to {high:.4}, p = {:.4}", found.difference, found.p);
        }
        text
    }

    /// The same as JSON: a field for each, and `A_minus_B` for each pair.
    pub fn object(&self) -> Value {
        let mut object = json!({"place": self.place});
        for (name, scores) in &self.of {
            object[name] = json!({"mean": mean(scores), "interval": interval(scores, self.key), "seeds": scores});
        }
        for (a, b) in &self.pairs {
            let found = paired(&self.of[*a].1, &self.of[*b].1, self.key);
            object[format!("{}_minus_{}", self.of[*a].0, self.of[*b].0)] =
                json!({"difference": found.difference, "interval": found.interval, "p": found.p});
        }
        object
    }
}
