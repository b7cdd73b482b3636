//! Card: evolutionary activity, where it follows from the presences, and beside a neutral shadow: none in excess without selection, and
//! some with it. Breeds one number a genome by the program's genetic algorithm; a genotype is a component.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::population::Population;
use crate::evolution::strategy::{self, Architecture, Strategy};
use crate::measure::activity::{Activity, threshold};
use crate::scene::{self, GeneticSpec, VariationSpec};
use crate::statistics::{deviation, mean};

/// See the module.
pub const CARD: Card = Card {
    name: "evolutionary_activity",
    part: "evolution",
    title: "activity of genotypes, beside a neutral shadow",
    source: "Bedau, Snyder and Packard 1998; exact checks by algebra",
    engine: false,
    seeds: false,
    run,
};

/// Members of a population.
const MEMBERS: u32 = 50;

/// Generations.
const GENERATIONS: u64 = 200;

/// Share of a shadow's genotypes that counts as left behind by what is beyond it.
const BEYOND: f64 = 0.05;

/// Activities of the genotypes that are present at the end, of a population bred from the best of so many, whose fitness is minus the
/// distance of its number from 0, where all begin. A shadow has tournaments of one: as many births and deaths, parents at random.
fn bred(tournament: u32, run: u32) -> Vec<u64> {
    let variation = VariationSpec { mutation_rate: 0.1, mutation_size: 1.0, crossover: 0.0 };
    let spec = GeneticSpec { tournament, elites: 0, variation, ..Default::default() };
    let first = Population { len: 1, genomes: vec![0.0; MEMBERS as usize], ids: (0..MEMBERS).collect() };
    let mut strategy: Box<dyn Strategy> =
        strategy::make(&scene::Strategy::Genetic(spec), first, Architecture::Layers(vec![]), vec![], [run, 76]);
    let (mut activity, mut kinds) = (Activity::default(), BTreeMap::new());
    for generation in 1..=GENERATIONS {
        let fitness: Vec<f32> = strategy.population().genomes.iter().map(|x| -x.abs()).collect();
        strategy.tell(&fitness);
        strategy.ask(generation);
        let kind = |x: &f32| {
            let next = kinds.len() as u32;
            *kinds.entry(x.to_bits()).or_insert(next)
        };
        activity.see(strategy.population().genomes.iter().map(kind).collect::<Vec<_>>());
    }
    activity.activities().collect()
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let mut known = Activity::default();
    let waves = [vec![0, 1], vec![0, 1], vec![0, 2], vec![2]].map(|present| known.see(present));
    let mut constant = Activity::default();
    let last = (0..100).map(|_| constant.see(0..7)).last();
    let mut checks = vec![];
    for (at, (cumulative, each)) in [(2.0, 1.0), (4.0, 2.0), (4.0, 2.0), (2.0, 2.0)].into_iter().enumerate() {
        let what = format!("worked presences, time {}: cumulative activity", at + 1);
        checks.push(Check::exact(what, waves[at].cumulative as f64, cumulative));
        checks.push(Check::exact(format!("worked presences, time {}: mean", at + 1), waves[at].mean(), each));
    }
    let (all, each) = last.map_or((f64::NAN, f64::NAN), |wave| (wave.cumulative as f64, wave.mean()));
    checks.push(Check::exact("seven kinds for 100 times: cumulative activity", all, 700.0));
    checks.push(Check::exact("seven kinds for 100 times: mean", each, 100.0));
    checks.push(Check::exact(
        "the same: new activity, in a band that all have passed",
        constant.new_activity(10..=50),
        0.0,
    ));

    let runs = ask.of(100, 400);
    let of = |tournament: u32, key: u32| -> Vec<Vec<u64>> {
        (0..runs).into_par_iter().map(|run| bred(tournament, 1_000 * key + run)).collect()
    };
    let (shadow, other, selected) = (of(1, 1), of(1, 2), of(4, 3));
    let chance = threshold(&shadow.concat(), BEYOND);
    // Share of genotypes beyond what chance reaches, run by run.
    let beyond = |runs: &[Vec<u64>]| -> Vec<f64> {
        let share = |run: &Vec<u64>| run.iter().filter(|a| **a as f64 > chance).count() as f64 / run.len() as f64;
        runs.iter().map(share).collect()
    };
    let (of_shadow, of_other, of_selected) = (beyond(&shadow), beyond(&other), beyond(&selected));
    let error = |values: &[f64]| deviation(values) / (values.len() as f64).sqrt();
    let both = error(&of_other).hypot(error(&of_shadow));
    checks.push(Check::new(
        "genotypes beyond the shadow's 95 %: another shadow's share less its own",
        mean(&of_other) - mean(&of_shadow),
        Some(both),
        0.0,
        Tolerance::Absolute(2.0 * both),
    ));
    let most = |runs: &[Vec<u64>]| -> Vec<f64> {
        runs.iter().map(|run| run.iter().max().map_or(0.0, |most| *most as f64)).collect()
    };
    // Whoever stands at the optimum stays; without selection it is lost like any other.
    checks.push(Check::mean(
        "longest activity of 200 generations, with selection for where all begin",
        &most(&selected),
        0.99 * GENERATIONS as f64,
        Tolerance::AtLeast,
    ));
    checks.push(Check::mean(
        "the same without selection",
        &most(&shadow),
        0.0,
        Tolerance::UpTo(0.5 * GENERATIONS as f64),
    ));
    let excess = mean(&of_selected) - mean(&of_shadow);
    let error = error(&of_selected).hypot(both);
    checks.push(Check::new(
        "share beyond the shadow's 95 %, with selection, in excess",
        excess,
        Some(error),
        2.0 * error,
        Tolerance::AtLeast,
    ));
    Ok(checks.into())
}
