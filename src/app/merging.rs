//! Two genomes merged into a third, by the ways of `iwashi merge` that run nobody: a mean, an arc, a weight for each layer, and what each
//! has beyond a base that both come from. Knows nothing of panels.

use std::ops::Range;

use crate::app::genomes::HeldGenome;
use crate::app::strings::merge as text;
use crate::genome::merge::{average, by_layer, dare, slerp, task_arithmetic, ties};
use crate::genome_file::GenomeFile;
use crate::plan::Plan;
use crate::rng;
use crate::scene::SceneSpec;
use crate::simulation;

/// Round of the streams that say what is dropped, that of `iwashi merge`: the same parents have the same child.
const DROPS: u64 = 0;

/// A way of merging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Number by number.
    #[default]
    Mean,
    /// Along the arc between the two.
    Arc,
    /// A weight for each layer.
    Layers,
    /// A base and what each has beyond it.
    Tasks,
    /// The same, where they agree.
    Ties,
}

impl Way {
    /// All, with their names and what they do.
    pub const ALL: [(Way, &'static str, &'static str); 5] = [
        (Way::Mean, text::MEAN, text::MEAN_TIP),
        (Way::Arc, text::ARC, text::ARC_TIP),
        (Way::Layers, text::LAYERS, text::LAYERS_TIP),
        (Way::Tasks, text::TASKS, text::TASKS_TIP),
        (Way::Ties, text::TIES, text::TIES_TIP),
    ];

    /// Whether it needs a base that both come from.
    pub fn needs_base(self) -> bool {
        matches!(self, Way::Tasks | Way::Ties)
    }
}

/// A way of merging with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The way.
    pub way: Way,
    /// How much of the other, 0 to 1.
    pub weight: f32,
    /// The same for each layer; a half for those that it does not name.
    pub weights: Vec<f32>,
    /// How much of what is beyond the base is added to it.
    pub scale: f32,
    /// Share that TIES keeps of it, the largest, 0 to 1.
    pub density: f32,
    /// Chance that a number of it is dropped, below 1 (DARE); 0 drops none.
    pub drop: f32,
}

impl Default for Recipe {
    fn default() -> Self {
        // As `iwashi merge`; the authors of TIES keep a fifth.
        Recipe { way: Way::Mean, weight: 0.5, weights: vec![], scale: 1.0, density: 0.2, drop: 0.0 }
    }
}

/// A genome with what tells its numbers' meaning.
fn described(held: &HeldGenome, scene: &SceneSpec, plan: &Plan) -> GenomeFile {
    let file = GenomeFile { len: held.genome.len(), genomes: held.genome.to_vec(), ..Default::default() };
    simulation::describe(file, scene, plan, held.species)
}

/// Layers of the genomes of a species, each with where it stands; none where its numbers are not laid out so.
pub fn layers(held: &HeldGenome, scene: &SceneSpec, plan: &Plan) -> Vec<(String, Range<usize>)> {
    described(held, scene, plan).layers()
}

/// Refuses two genomes that are not of one architecture.
///
/// # Errors
/// What differs, for the user.
pub fn alike(one: &HeldGenome, other: &HeldGenome, scene: &SceneSpec, plan: &Plan) -> Result<(), String> {
    let (a, b) = (described(one, scene, plan), described(other, scene, plan));
    let cannot = text::cannot_be_merged(&one.from, &other.from);
    let parts = [
        (text::CONTROLLERS, a.controller.clone(), b.controller.clone()),
        (text::OBSERVATIONS, a.observation.clone(), b.observation.clone()),
        (text::NUMBERS, a.len.to_string(), b.len.to_string()),
    ];
    for (what, first, second) in parts {
        if first != second {
            return Err(text::differ(&cannot, what, &first, &second));
        }
    }
    match a.graph() {
        Some(_) => Err(text::graphs(&cannot)),
        None => Ok(()),
    }
}

/// The child of two genomes of one architecture, for the species of the first; `base` is what both come from, where the way needs one.
///
/// # Errors
/// Why there is none, for the user.
pub fn merged(
    one: &HeldGenome,
    other: &HeldGenome,
    base: Option<&HeldGenome>,
    recipe: &Recipe,
    scene: &SceneSpec,
    plan: &Plan,
) -> Result<HeldGenome, String> {
    alike(one, other, scene, plan)?;
    let (a, b) = (&one.genome[..], &other.genome[..]);
    let genome = match (recipe.way, base) {
        (Way::Mean, _) => average(a, b, recipe.weight),
        (Way::Arc, _) => slerp(a, b, recipe.weight),
        (Way::Layers, _) => {
            let layers: Vec<_> = layers(one, scene, plan).into_iter().map(|(_, at)| at).collect();
            if layers.is_empty() {
                return Err(text::layerless(&one.from));
            }
            let weights: Vec<f32> = (0..layers.len()).map(|i| recipe.weights.get(i).copied().unwrap_or(0.5)).collect();
            by_layer(a, b, &layers, &weights)
        }
        (Way::Tasks | Way::Ties, None) => return Err(text::WITHOUT_BASE.to_string()),
        (way, Some(base)) => {
            alike(one, base, scene, plan)?;
            let root = &base.genome[..];
            let thin = |(i, row): (u32, &[f32])| match recipe.drop > 0.0 {
                true => dare(root, row, recipe.drop, rng::stream(0, DROPS, i)),
                false => row.to_vec(),
            };
            let thinned: Vec<Vec<f32>> = (0..).zip([a, b]).map(thin).collect();
            let models: Vec<&[f32]> = thinned.iter().map(Vec::as_slice).collect();
            match way {
                Way::Ties => ties(root, &models, recipe.density, recipe.scale),
                _ => task_arithmetic(root, &models, &[recipe.scale; 2]),
            }
        }
    };
    // Weights stored as halves or bytes are what agents of the species run.
    let genome = plan.rows(one.species).rounded(&genome);
    Ok(HeldGenome { species: one.species, genome: genome.into(), from: format!("{} × {}", one.from, other.from) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    fn held(species: usize, genome: Vec<f32>, from: &str) -> HeldGenome {
        HeldGenome { species, genome: genome.into(), from: from.into() }
    }

    #[test]
    fn every_way_makes_a_child_that_the_species_runs() {
        let spec = scene::load("rivals").unwrap().spec;
        let plan = Plan::new(&spec, 1);
        let len = plan.species[0].genome_len as usize;
        let (a, b) = (held(0, vec![1.0; len], "a"), held(0, vec![3.0; len], "b"));
        let base = held(0, vec![0.5; len], "base");
        let child = |recipe: Recipe| merged(&a, &b, Some(&base), &recipe, &spec, &plan).unwrap();
        let of = |way| child(Recipe { way, weight: 0.25, ..Recipe::default() });
        assert_eq!(of(Way::Mean), held(0, vec![1.5; len], "a × b"));
        // Both lie along one line from the origin.
        assert_eq!(of(Way::Arc).genome, of(Way::Mean).genome);
        assert_eq!(of(Way::Tasks).genome[..], vec![3.5; len], "a half, and a half, and two and a half");
        let all = Recipe { way: Way::Ties, density: 1.0, ..Recipe::default() };
        assert_eq!(child(all).genome[..], vec![2.0; len], "a half, and the mean of a half and two and a half");
        let layers = layers(&a, &spec, &plan);
        assert!(layers.len() > 1, "{layers:?}");
        let swapped = child(Recipe { way: Way::Layers, weights: vec![0.0, 1.0], ..Recipe::default() });
        assert!(swapped.genome[layers[0].1.clone()].iter().all(|x| *x == 1.0));
        assert!(swapped.genome[layers[1].1.clone()].iter().all(|x| *x == 3.0));
        let thinned = child(Recipe { way: Way::Tasks, drop: 0.5, ..Recipe::default() });
        assert!(thinned.genome.contains(&0.5) && thinned.genome.iter().any(|x| *x > 3.5));
        let told = merged(&a, &b, None, &Recipe { way: Way::Ties, ..Recipe::default() }, &spec, &plan).unwrap_err();
        assert!(told.contains("both come from"), "{told}");
    }

    #[test]
    fn another_architecture_is_refused_with_what_differs() {
        let mut spec = scene::load("rivals").unwrap().spec;
        let own = Plan::new(&spec, 1).species[0].genome_len as usize;
        let scene::Controller::Mlp(mlp) = &mut spec.species[1].controller else { panic!("a net with layers") };
        mlp.hidden = vec![3];
        let plan = Plan::new(&spec, 1);
        let other = plan.species[1].genome_len as usize;
        let (a, b) = (held(0, vec![1.0; own], "a"), held(1, vec![3.0; other], "b"));
        let told = merged(&a, &b, None, &Recipe::default(), &spec, &plan).unwrap_err();
        assert!(told.starts_with("a and b cannot be merged: their controllers differ: "), "{told}");
    }
}
