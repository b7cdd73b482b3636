//! Card: without selection, lineages drift as Wright (1931) and Fisher (1930) say. Runs the genetic algorithm with parents
//! drawn evenly, and reads nothing but the lineage that it records: a recorder that disagrees is wrong.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::population::Population;
use crate::evolution::strategy::{self, Architecture, Strategy};
use crate::scene::{self, GeneticSpec, VariationSpec};

/// See the module.
pub const CARD: Card = Card {
    name: "lineage_drift",
    part: "evolution",
    title: "Neutral drift of lineages",
    source: "Fisher 1930; Wright 1931; Kingman 1982",
    engine: false,
    seeds: false,
    run,
};

/// Number of founders with living descendants, and the chance that two members descend from different ones.
type Founders = (usize, f64);

/// A population of `n` without selection.
fn neutral(n: u32, run: u32) -> Box<dyn Strategy> {
    let variation = VariationSpec { mutation_rate: 0.0, crossover: 0.0, ..Default::default() };
    let spec = GeneticSpec { tournament: 1, elites: 0, variation, ..Default::default() };
    let first = Population { len: 0, genomes: vec![], ids: (0..n).collect() };
    strategy::make(&scene::Strategy::Genetic(spec), first, Architecture::Layers(vec![]), vec![], [run, n])
}

/// Founders left, generation after generation, until one is, and which it is.
fn drift(n: u32, run: u32) -> (Vec<Founders>, u32) {
    let mut strategy = neutral(n, run);
    let mut founder: HashMap<u32, u32> = (0..n).map(|id| (id, id)).collect();
    let mut course = vec![];
    for generation in 1.. {
        strategy.tell(&vec![0.0; n as usize]);
        strategy.ask(generation);
        // As the lineage log tells it: who is no child was there before.
        let origins: HashMap<u32, u32> = strategy.origins().iter().map(|o| (o.id, o.parent)).collect();
        let of = |id: &u32| (*id, founder[origins.get(id).unwrap_or(id)]);
        founder = strategy.population().ids.iter().map(of).collect();
        let mut counts: HashMap<u32, f64> = HashMap::new();
        founder.values().for_each(|f| *counts.entry(*f).or_default() += 1.0);
        // In whole numbers, so that the order of a map decides nothing.
        let pairs: f64 = counts.values().map(|c| c * c).sum();
        course.push((counts.len(), 1.0 - pairs / f64::from(n * n)));
        if counts.len() == 1 {
            break;
        }
    }
    let winner = founder.values().next().copied().unwrap_or(0);
    (course, winner)
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let runs = ask.of(400, 4_000);
    let mut checks = vec![];
    for n in [20, 50, 100] {
        let ends: Vec<(Vec<Founders>, u32)> = (0..runs).into_par_iter().map(|run| drift(n, run)).collect();
        let times: Vec<f64> = ends.iter().map(|(course, _)| course.len() as f64).collect();
        let expected = 2.0 * f64::from(n) * (1.0 - 1.0 / f64::from(n));
        // Two standard errors of 400 runs are 5 %; of 4,000, 2 %.
        let few = Tolerance::Relative(ask.of(0.07, 0.03));
        checks.push(Check::mean(format!("generations until one founder is left, {n} members"), &times, expected, few));
        let first = ends.iter().filter(|(_, winner)| *winner < n / 5).count();
        let even = Tolerance::Absolute(ask.of(0.06, 0.02));
        checks.push(Check::share(
            format!("the first fifth of {n} founders takes over"),
            first,
            runs as usize,
            0.2,
            even,
        ));
        if n < 100 {
            continue;
        }
        let at = |generation: usize| {
            let left = |(course, _): &(Vec<Founders>, u32)| course.get(generation - 1).copied().unwrap_or((1, 0.0));
            ends.iter().map(left).collect::<Vec<_>>()
        };
        // N (1 - (1 - 1/N)^N) after one generation; the others by simulation of the same model.
        for (generation, target) in [(1, 63.397), (2, 47.1), (5, 26.9), (10, 16.3), (50, 4.2)] {
            let left: Vec<f64> = at(generation).iter().map(|(left, _)| *left as f64).collect();
            let quantity = format!("founders left of 100 in generation {generation}");
            checks.push(Check::mean(quantity, &left, target, Tolerance::Relative(0.05)));
        }
        let different: Vec<f64> = at(50).iter().map(|(_, chance)| *chance).collect();
        // (1 - 1/N)^(t + 1), from one of N different kinds each.
        let target = 0.99f64.powi(51);
        let quantity = "two of 100 descend from different founders in generation 50";
        checks.push(Check::mean(quantity, &different, target, Tolerance::Relative(0.05)));
    }
    Ok(checks.into())
}
