//! Card: how hard selection selects, how fast the best takes over, how often a mutant does, and that change is the sum of what selection and
//! transmission do (Price). Runs the selection and the genetic algorithm of evolution, on traits instead of genomes.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::population::Population;
use crate::evolution::selection::{Candidate, tournament};
use crate::evolution::strategy::{self, Architecture};
use crate::rng;
use crate::scene::{self, GeneticSpec, Selection, VariationSpec};
use crate::statistics::price;

/// See the module.
pub const CARD: Card = Card {
    name: "selection_and_price",
    part: "evolution",
    title: "Selection intensity, take-over, fixation and the Price equation",
    source: "Moran 1958; Price 1970; Goldberg and Deb 1991; order statistics of the normal distribution",
    engine: false,
    seeds: false,
    run,
};

/// Standard normal from two words (Box and Muller 1958): tails are wanted here that sums of words have not.
fn normal(words: [u32; 4]) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - f64::from(words[0]) / 4_294_967_296.0)).sqrt();
    radius * libm::cos(std::f64::consts::TAU * f64::from(words[1]) / 4_294_967_296.0)
}

fn intensities(ask: &Ask) -> Vec<Check> {
    let members = 100_000;
    let trait_of = |id| normal(rng::draw([5, 5], 0, id, 0)) as f32;
    let pool: Vec<Candidate> = (0..members).map(|id| Candidate { index: id, id, fitness: trait_of(id) }).collect();
    let draws = ask.of(100_000, 1_000_000);
    let of = |(size, target): (u32, f64)| {
        let won = |i| tournament(&pool, size, [i, 6], 0).map_or(f64::NAN, |best| f64::from(best.fitness));
        let won: Vec<f64> = (0..draws).into_par_iter().map(won).collect();
        // The pool's own mean and the draws err by 0.003 each.
        Check::mean(format!("intensity of tournaments of {size}"), &won, target, Tolerance::Absolute(0.015))
    };
    [(2, 0.5642), (3, 0.8463), (4, 1.0294), (5, 1.1630), (7, 1.3522), (10, 1.5388)].map(of).to_vec()
}

/// Generations until copies of the best fill a population of `n` under tournaments of two; `None` when it is lost.
fn take_over(n: u32, run: u32) -> Option<f64> {
    let variation = VariationSpec { mutation_rate: 0.0, crossover: 0.0, ..Default::default() };
    let spec = GeneticSpec { tournament: 2, elites: 0, variation, ..Default::default() };
    let genomes = (0..n).map(|i| f32::from(u8::from(i == 0))).collect();
    let first = Population { len: 1, genomes, ids: (0..n).collect() };
    let (spec, layers) = (scene::Strategy::Genetic(spec), Architecture::Layers(vec![]));
    let mut strategy = strategy::make(&spec, first, layers, vec![], [run, n]);
    for generation in 1.. {
        let fitness = strategy.population().genomes.clone();
        strategy.tell(&fitness);
        strategy.ask(generation);
        let best = strategy.population().genomes.iter().filter(|x| **x > 0.0).count();
        if best == 0 {
            return None;
        }
        if best == n as usize {
            return Some(generation as f64);
        }
    }
    None
}

fn take_overs(ask: &Ask) -> Vec<Check> {
    let mut checks = vec![];
    // Generations by simulation of the same model (Goldberg and Deb's (ln N + ln ln N) / ln k is 8.9 and 12.7). Copies of a
    // rare best are a branching process with two children in the mean, which survives with s = 1 - exp(-2 s).
    for (n, generations) in [(100, 9.6), (1_000, 13.5)] {
        let runs = ask.of(1_000, 10_000);
        let ends: Vec<f64> = (0..runs as u32).into_par_iter().filter_map(|run| take_over(n, run)).collect();
        let quantity = format!("the best of {n} takes over");
        // Two and a half standard errors of a thousand runs, and some for a best that is not rare any more.
        checks.push(Check::share(quantity, ends.len(), runs, 0.7968, Tolerance::Absolute(0.035)));
        let quantity = format!("generations until it has, {n} members");
        checks.push(Check::mean(quantity, &ends, generations, Tolerance::Relative(0.05)));
    }
    checks
}

/// Whether one mutant of fitness `r` comes to fill a population of `n` in which, over and over, one chosen in proportion to fitness has
/// a child in the place of one chosen evenly (Moran 1958): a steady-state genetic algorithm without variation.
fn fixed(n: u32, r: f32, run: u32) -> bool {
    let variation = VariationSpec { mutation_rate: 0.0, crossover: 0.0, ..Default::default() };
    let selection = Selection::Proportional;
    let spec = GeneticSpec { selection, replaced: 1, elites: 0, variation, ..Default::default() };
    let genomes = (0..n).map(|i| if i == 0 { r } else { 1.0 }).collect();
    let first = Population { len: 1, genomes, ids: (0..n).collect() };
    let (spec, layers) = (scene::Strategy::Genetic(spec), Architecture::Layers(vec![]));
    let mut strategy = strategy::make(&spec, first, layers, vec![], [run, 1_000 + n]);
    for generation in 1.. {
        let fitness = strategy.population().genomes.clone();
        strategy.tell(&fitness);
        strategy.ask(generation);
        match strategy.population().genomes.iter().filter(|x| **x == r).count() {
            0 => return false,
            mutants if mutants == n as usize => return true,
            _ => {}
        }
    }
    false
}

fn fixations(ask: &Ask) -> Vec<Check> {
    // (1 - 1/r) / (1 - r^-N). Four standard errors of as many runs.
    let runs = ask.of(2_000, 40_000usize);
    [(20, 1.1, 0.10678, ask.of(0.028, 0.0062)), (10, 2.0, 0.50049, ask.of(0.045, 0.01))]
        .map(|(n, r, target, near)| {
            let count = (0..runs as u32).into_par_iter().filter(|run| fixed(n, r, *run)).count();
            let quantity = format!("one of {n} that is {r} times as fit takes over (Moran)");
            Check::share(quantity, count, runs, target, Tolerance::Absolute(near))
        })
        .to_vec()
}

/// The largest difference, over the generations of a run, between the change of a trait's mean and Price's two terms.
fn price_in_a_run() -> f64 {
    let n = 60;
    let variation = VariationSpec { mutation_rate: 1.0, mutation_size: 0.3, crossover: 0.0 };
    let spec = GeneticSpec { tournament: 3, elites: 0, variation, ..Default::default() };
    let genomes = (0..n).map(|id| normal(rng::draw([8, 8], 0, id, 0)) as f32).collect();
    let first = Population { len: 1, genomes, ids: (0..n).collect() };
    let (spec, layers) = (scene::Strategy::Genetic(spec), Architecture::Layers(vec![]));
    let mut strategy = strategy::make(&spec, first, layers, vec![], [1, n]);
    let mut worst = 0.0f64;
    for generation in 1..40 {
        let parents = strategy.population().clone();
        strategy.tell(&parents.genomes);
        strategy.ask(generation);
        let children = strategy.population();
        let (mut offspring, mut sums) = (vec![0.0; parents.size()], vec![0.0; parents.size()]);
        for origin in strategy.origins() {
            let parent = parents.ids.iter().position(|id| *id == origin.parent);
            let child = children.ids.iter().position(|id| *id == origin.id);
            if let (Some(parent), Some(child)) = (parent, child) {
                offspring[parent] += 1.0;
                sums[parent] += f64::from(children.genomes[child]);
            }
        }
        let traits: Vec<f64> = parents.genomes.iter().map(|z| f64::from(*z)).collect();
        let means: Vec<f64> = (0..parents.size()).map(|i| sums[i] / f64::max(offspring[i], 1.0)).collect();
        let mean = |genomes: &[f32]| genomes.iter().map(|z| f64::from(*z)).sum::<f64>() / genomes.len() as f64;
        let terms = price(&offspring, &traits, &means);
        let change = mean(&children.genomes) - mean(&parents.genomes);
        worst = worst.max((change - terms.selection - terms.transmission).abs());
    }
    worst
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let mut checks = intensities(ask);
    checks.extend(take_overs(ask));
    checks.extend(fixations(ask));
    let terms =
        price(&[0.0, 1.0, 1.0, 2.0, 3.0, 5.0], &[0.1, 0.4, 0.3, 0.6, 0.8, 0.9], &[0.0, 0.45, 0.25, 0.55, 0.85, 0.95]);
    checks.push(Check::exact("Price: change by selection", terms.selection, 0.216667));
    checks.push(Check::exact("Price: change in transmission", terms.transmission, 0.025));
    // Sums of sixty numbers of size 1 in f64.
    let unexplained =
        Check::new("Price: unexplained in 39 generations", price_in_a_run(), None, 0.0, Tolerance::Absolute(1e-12));
    checks.push(unexplained);
    Ok(checks.into())
}
