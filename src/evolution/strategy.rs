//! The ask/tell seam behind which whole populations are bred, and the one place that knows every strategy of the
//! scene format. Knows nothing of worlds or of how genomes are judged.

use super::archive::{Archive, Axis};
use super::archived::Archived;
use super::ars::Ars;
use super::cma::Cma;
use super::cma_mae::CmaMae;
use super::cma_me::CmaMe;
use super::genetic::Genetic;
use super::map_elites::MapElites;
use super::neat::Neat;
use super::novelty::Novelty;
use super::openai_es::OpenAiEs;
use super::pgpe::Pgpe;
use super::population::{Origin, Population};
use super::sampled::Sampled;
use super::sep_cma::SepCma;
use super::snes::Snes;
use super::xnes::Xnes;
use super::{FOUNDER, StateError};
use crate::controller::graph::GraphForm;
use crate::layout::NONE;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::scene::{self, Controller};

/// Longest genome with all covariances. A generation of 64 members costs CMA-ES 0.3 s there on two cores, nearly all of it
/// eigenvectors, whose cost grows with the cube (`benches/strategies.rs`); and there are 125,000 covariances by then, each
/// of which wants its evaluations.
const MOST_COVARIED: usize = 500;

/// What a generation was worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrategyMetrics {
    /// Member with the best fitness (ties: the lowest id).
    pub best_index: usize,
    /// Its fitness; NaN when all are NaN.
    pub best: f32,
    /// Mean fitness of those that are not NaN; NaN when all are.
    pub mean: f32,
    /// Standard deviation of the same.
    pub std: f32,
    /// Mean pairwise distance of the genomes; see `population::diversity`.
    pub diversity: f32,
}

/// A way of making the next population from the fitness of the last. Deterministic: equal calls, equal answers.
pub trait Strategy: Send {
    /// The population of `generation`. Asking for a generation after the one last told breeds it; asking again
    /// gives the same.
    fn ask(&mut self, generation: u64) -> &Population;

    /// Takes the fitness of the population last asked for, one number a member.
    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics;

    /// As `tell`, with where each member stands on the axes of behaviour: `[members][axes]`, NaN where it is not known.
    /// Strategies without an archive do not look.
    fn tell_described(&mut self, fitness: &[f32], descriptors: &[f32]) -> StrategyMetrics {
        let _ = descriptors;
        self.tell(fitness)
    }

    /// Its archive; `None` for one that keeps none.
    fn archive(&self) -> Option<&Archive> {
        None
    }

    /// The population last asked for.
    fn population(&self) -> &Population;

    /// The genome that a distribution stands for, its mean, when its population was drawn; `None` where members are all
    /// there is.
    fn center(&self) -> Option<&[f32]>;

    /// Where those members come from that entered with the last breeding.
    fn origins(&self) -> &[Origin];

    /// Replaces the population by the given genomes: the first copies of them unchanged, further ones mutated. A
    /// distribution starts anew around the first. Refuses rows of another length, and none at all.
    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError>;

    /// Takes new live numbers of the scene.
    fn retune(&mut self, spec: &scene::Strategy);

    /// All of its state.
    fn save(&self) -> Vec<u8>;

    /// Goes on exactly where `save` left off. Refuses the state of a population of another shape.
    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError>;
}

/// What the numbers of a genome are.
#[derive(Clone, Debug, PartialEq)]
pub enum Architecture {
    /// Those of layers, by the places where one begins, ascending.
    Layers(Vec<usize>),
    /// The row of a graph.
    Graph(GraphForm),
}

impl Architecture {
    /// That of a species of a plan.
    pub fn of(plan: &Plan, species: usize, controller: &Controller) -> Architecture {
        let p = &plan.species[species];
        if let Controller::Graph(graph) = controller {
            return Architecture::Graph(GraphForm::new(graph, p.obs_len, p.act_len));
        }
        let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
        Architecture::Layers(layers.iter().map(|layer| layer.start as usize).collect())
    }
}

/// Makes the strategy that a scene names, around its first population: a distribution around the first genome of it. `axes` are
/// those of behaviour, along which an archive is laid out; `key` is the strategy's own stream. What breeds no graphs takes their
/// rows for numbers like any other, and `Neat` takes others for graphs of nothing; scenes refuse both (`Simulation` does, by
/// `breeds`).
pub fn make(
    spec: &scene::Strategy,
    first: Population,
    architecture: Architecture,
    axes: Vec<Axis>,
    key: Stream,
) -> Box<dyn Strategy> {
    let (layers, form) = match architecture {
        Architecture::Layers(layers) => (layers, GraphForm::default()),
        Architecture::Graph(form) => (vec![], form),
    };
    match spec {
        scene::Strategy::Neat(s) => Box::new(Neat::new(s, first, form, key)),
        scene::Strategy::Genetic(s) => Box::new(Genetic::new(s, first, layers, key)),
        scene::Strategy::OpenAiEs(s) => Box::new(Sampled::<OpenAiEs>::new(s, first, key)),
        scene::Strategy::Pgpe(s) => Box::new(Sampled::<Pgpe>::new(s, first, key)),
        scene::Strategy::Ars(s) => Box::new(Sampled::<Ars>::new(s, first, key)),
        scene::Strategy::Snes(s) => Box::new(Sampled::<Snes>::new(s, first, key)),
        scene::Strategy::Xnes(s) => Box::new(Sampled::<Xnes>::new(s, first, key)),
        scene::Strategy::SepCma(s) => Box::new(Sampled::<SepCma>::new(s, first, key)),
        scene::Strategy::Cma(s) => Box::new(Sampled::<Cma>::new(s, first, key)),
        scene::Strategy::MapElites(s) => Box::new(Archived::<MapElites>::new(s, axes, first, key)),
        scene::Strategy::CmaMe(s) => Box::new(Archived::<CmaMe>::new(s, axes, first, key)),
        scene::Strategy::CmaMae(s) => Box::new(Archived::<CmaMae>::new(s, axes, first, key)),
        scene::Strategy::Novelty(s) => Box::new(Archived::<Novelty>::new(s, axes, first, key)),
    }
}

/// Whether a strategy breeds the genomes of a controller: `Neat` graphs, and nothing else; and nothing else graphs.
pub fn breeds(spec: &scene::Strategy, controller: &Controller) -> bool {
    matches!(spec, scene::Strategy::Neat(_)) == matches!(controller, Controller::Graph(_))
}

/// The longest genome that a strategy takes, and the one to be taken for longer ones; `None` where any will do.
pub fn longest(spec: &scene::Strategy) -> Option<(usize, &'static str)> {
    match spec {
        scene::Strategy::Xnes(_) => Some((MOST_COVARIED, "Snes")),
        scene::Strategy::Cma(_) => Some((MOST_COVARIED, "SepCma")),
        scene::Strategy::CmaMe(_) | scene::Strategy::CmaMae(_) => Some((MOST_COVARIED, "MapElites")),
        _ => None,
    }
}

/// Members without parents.
pub fn founders(ids: &[u32]) -> Vec<Origin> {
    ids.iter().map(|&id| Origin { id, parent: NONE, second: NONE, operator: FOUNDER }).collect()
}

/// Refuses rows to start from of which one has another length than `len`, and none at all.
pub fn check_rows(rows: &[Vec<f32>], len: usize) -> Result<(), StateError> {
    if rows.is_empty() {
        return Err(StateError::Mismatch("no genomes to start from".into()));
    }
    match rows.iter().find(|row| row.len() != len) {
        Some(row) => Err(StateError::Mismatch(format!("a genome of {} numbers where {len} are needed", row.len()))),
        None => Ok(()),
    }
}

/// Metrics of a population whose members have the given fitness.
pub fn metrics(population: &Population, fitness: &[f32], key: Stream) -> StrategyMetrics {
    let finite = || fitness.iter().filter(|f| !f.is_nan()).map(|f| f64::from(*f));
    let count = finite().count() as f64;
    let mean = finite().sum::<f64>() / count;
    let variance = finite().map(|f| (f - mean) * (f - mean)).sum::<f64>() / count;
    let order = |a: &usize, b: &usize| {
        super::fitness::order(fitness[*a], fitness[*b]).then(population.ids[*a].cmp(&population.ids[*b]))
    };
    let best_index = (0..fitness.len()).min_by(order).unwrap_or(0);
    StrategyMetrics {
        best_index,
        best: fitness.get(best_index).copied().unwrap_or(f32::NAN),
        mean: mean as f32,
        std: variance.sqrt() as f32,
        diversity: population.diversity(key),
    }
}

#[cfg(test)]
#[path = "strategy_tests.rs"]
mod tests;
