//! Merging by what children come to in rollouts: the best mixture of two genomes, a weight for each layer, found by CMA-ES
//! (evolutionary model merging, Akiba et al. 2024), and the greedy soup of many (Wortsman et al. 2022). The seeds of rollouts are neither
//! those that bred the parents nor the held-out ones that the child is scored on afterwards. Knows nothing of files.

use std::ops::Range;

use crate::evolution::cma::Cma;
use crate::evolution::search::{Distribution, Search};
use crate::genome::merge::{by_layer, greedy_soup};
use crate::genome_file::GenomeFile;
use crate::rng;
use crate::scene::{CmaSpec, SceneSpec};
use crate::simulation::{Options, SimulationError, held_out_scores};
use crate::statistics::mean;

/// Changes a scene's seed into that of the search: the digits of the square root of 2.
const SEARCH_SEED: u64 = 0x6a09_e667_f3bc_c908;

/// Members of a generation: as many as CMA-ES takes for a dozen layers, more than enough for fewer.
const MEMBERS: usize = 12;

/// First deviation of a weight around a half: both parents are within two of it.
const SIGMA: f32 = 0.25;

/// What is searched for.
pub struct Mixture<'a> {
    /// Where children are judged.
    pub scene: &'a SceneSpec,
    /// The species that runs them.
    pub species: usize,
    /// Both parents; their first genomes count.
    pub parents: [&'a GenomeFile; 2],
    /// Where the layers stand in a genome.
    pub layers: &'a [Range<usize>],
    /// Generations of the search.
    pub generations: u32,
    /// Worlds that a child is judged in, the same for all.
    pub seeds: u32,
}

impl Mixture<'_> {
    /// The weights of the best child that was met, a number from 0 (the first parent) to 1 for each layer.
    ///
    /// # Errors
    /// When the scene does not fit the machine or the backend fails.
    pub fn search(&self, options: &Options) -> Result<Vec<f32>, SimulationError> {
        let scene = SceneSpec { seed: self.scene.seed ^ SEARCH_SEED, ..self.scene.clone() };
        let spec = CmaSpec { sigma: SIGMA, ..Default::default() };
        let n = self.layers.len();
        let key = rng::stream(scene.seed, 0, self.species as u32);
        let mut search = Search::new(Cma::new(&spec, vec![0.5; n], MEMBERS), MEMBERS, key);
        let mut best = (f64::NEG_INFINITY, vec![0.5; n]);
        for _ in 0..self.generations {
            let mut fitness = vec![];
            for point in search.ask().chunks(n.max(1)) {
                let weights: Vec<f32> = point.iter().map(|w| w.clamp(0.0, 1.0) as f32).collect();
                let worth = self.judge(&scene, &weights, options)?;
                if worth > best.0 {
                    best = (worth, weights);
                }
                // Beyond the parents there is nothing to find, and the way back is told by how far it is.
                let beyond: f64 = point.iter().map(|w| (w - w.clamp(0.0, 1.0)).abs()).sum();
                fitness.push(worth - beyond * worth.abs());
            }
            search.tell(&fitness);
        }
        Ok(best.1)
    }

    /// Mean fitness of the child with these weights.
    fn judge(&self, scene: &SceneSpec, weights: &[f32], options: &Options) -> Result<f64, SimulationError> {
        let [first, second] = self.parents;
        let genomes = by_layer(first.row(0), second.row(0), self.layers, weights);
        let child = GenomeFile { genomes, ..first.clone() };
        worth(scene, self.species, child, self.seeds, options)
    }
}

/// Mean fitness of the first genome of a file.
fn worth(
    scene: &SceneSpec,
    species: usize,
    file: GenomeFile,
    seeds: u32,
    options: &Options,
) -> Result<f64, SimulationError> {
    let mut files: Vec<Option<GenomeFile>> = vec![None; scene.species.len()];
    files[species] = Some(file);
    let scores = held_out_scores(scene, &files, seeds, options)?;
    Ok(mean(&scores[species].iter().map(|s| f64::from(*s)).collect::<Vec<_>>()))
}

/// The greedy soup of the first genomes of some files, judged in a species of a scene in as many worlds as `seeds`; gives it, and who
/// is in it.
///
/// # Errors
/// When the scene does not fit the machine or the backend fails.
pub fn greedy(
    scene: &SceneSpec,
    species: usize,
    parents: &[GenomeFile],
    seeds: u32,
    options: &Options,
) -> Result<(Vec<f32>, Vec<usize>), SimulationError> {
    let scene = SceneSpec { seed: scene.seed ^ SEARCH_SEED, ..scene.clone() };
    let rows: Vec<&[f32]> = parents.iter().map(|parent| parent.row(0)).collect();
    let (soup, _, chosen) = greedy_soup(&rows, |genome| {
        let child = GenomeFile { genomes: genome.to_vec(), ..parents[0].clone() };
        worth(&scene, species, child, seeds, options)
    })?;
    Ok((soup, chosen))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scene;

    #[test]
    fn the_search_finds_a_better_mixture_than_the_middle_and_finds_it_again() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene.rollout.ticks = 100;
        let (trained, _) = GenomeFile::load("shipped:rivals.red", Path::new("")).unwrap();
        // One that does nothing: the more there is of it, the worse.
        let idle = GenomeFile { genomes: vec![0.0; trained.len], ..trained.clone() };
        let layers: Vec<_> = trained.layers().into_iter().map(|(_, at)| at).collect();
        let parents = [&trained, &idle];
        let mixture = Mixture { scene: &scene, species: 0, parents, layers: &layers, generations: 4, seeds: 6 };
        let options = Options { threads: Some(1), ..Options::default() };
        let found = mixture.search(&options).unwrap();
        assert!(found.len() == 2 && found.iter().all(|w| (0.0..=1.0).contains(w)), "{found:?}");
        assert_eq!(mixture.search(&Options { threads: Some(2), ..Options::default() }).unwrap(), found);
        let searched = SceneSpec { seed: scene.seed ^ SEARCH_SEED, ..scene.clone() };
        let worth = |weights: &[f32]| mixture.judge(&searched, weights, &options).unwrap();
        assert!(worth(&found) > worth(&[0.5; 2]), "{found:?}");
        assert!(worth(&found) > worth(&[1.0; 2]), "{found:?}");
    }
}
