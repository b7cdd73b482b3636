//! Cards: how many evaluations CMA-ES and natural evolution strategies take on textbook functions, and the constants that they
//! derive from the size of a problem.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::cma::{Cma, Rates};
use crate::evolution::ranks::utilities;
use crate::evolution::search::{Distribution, Search};
use crate::evolution::sep_cma::SepCma;
use crate::evolution::snes::{self, Snes};
use crate::evolution::xnes::{self, Xnes};
use crate::problems;
use crate::rng;
use crate::scene::{CmaSpec, SnesSpec, XnesSpec};

/// CMA-ES: figures of pycma 4.5.0 with its defaults.
pub const CMA: Card = Card {
    name: "cma_es_budget",
    part: "evolution",
    title: "Constants and evaluations of CMA-ES and sep-CMA-ES",
    source: "Hansen 2016; Ros and Hansen 2008; figures of pycma",
    engine: false,
    seeds: true,
    run: cma,
};

/// SNES and xNES: figures of plain implementations of the authors' formulas.
pub const NES: Card = Card {
    name: "snes_xnes_budget",
    part: "evolution",
    title: "Constants and evaluations of SNES and xNES",
    source: "Glasmachers et al. 2010; Wierstra et al. 2014",
    engine: false,
    seeds: true,
    run: nes,
};

/// A function to be maximised; its best is 0.
type Problem = fn(&[f64]) -> f64;

/// Fitness at which a function counts as solved.
const SOLVED: f64 = -1e-9;

/// Generations after which a search is given up: some times what the slowest needs. One that stands in a local optimum has
/// come to rest long before.
const GIVEN_UP: usize = 5_000;
const AT_REST: usize = 500;

/// Evaluations until a point has fitness `solved`; `None` when none has within so many generations.
fn evaluations<D: Distribution>(
    mut search: Search<D>,
    n: usize,
    problem: Problem,
    solved: f64,
    most: usize,
) -> Option<f64> {
    let members = search.members();
    (1..=most).find_map(|generation| {
        let values: Vec<f64> = search.ask().chunks(n).map(problem).collect();
        search.tell(&values);
        values.iter().any(|f| *f >= solved).then_some((generation * members) as f64)
    })
}

/// What is run: a name, the function, where every number starts, how many there are, and the mean that is known.
type Work = (&'static str, Problem, f64, usize, f64);

/// Mean evaluations over seeds that solve it. Those that end in the second optimum of Rosenbrock's function are left out, and told.
fn budgets<D: Distribution>(
    name: &str,
    works: &[Work],
    seeds: u32,
    tolerance: f64,
    make: impl Fn(Vec<f64>, usize) -> D + Sync,
) -> Vec<Check> {
    let of = |(title, problem, start, n, known): &Work| {
        let members = 4 + (3.0 * libm::log(*n as f64)) as usize;
        let search = |seed| Search::new(make(vec![*start; *n], members), members, [seed, 21]);
        let solved: Vec<f64> = (0..seeds)
            .into_par_iter()
            .filter_map(|seed| evaluations(search(seed), *n, *problem, SOLVED, GIVEN_UP))
            .collect();
        let lost = seeds as usize - solved.len();
        let lost = if lost > 0 { format!(" ({lost} of {seeds} not)") } else { String::new() };
        let quantity = format!("{name}, {title}, {n} numbers: evaluations{lost}");
        Check::mean(quantity, &solved, *known, Tolerance::Relative(tolerance))
    };
    works.iter().map(of).collect()
}

fn cma(ask: &Ask) -> Result<Finding, VerifyError> {
    let rates = Rates::new(10, 10, true, 1.0);
    let constant = |name: &str, found, known| Check::new(name, found, None, known, Tolerance::Absolute(1e-5));
    let weights = [0.45627, 0.27075, 0.16223, 0.08523, 0.02551];
    let mut checks: Vec<Check> =
        (0..5).map(|i| constant(&format!("weight of rank {} of 10", i + 1), rates.weights[i], weights[i])).collect();
    checks.extend([
        constant("mu_eff, 10 numbers", rates.mu_eff, 3.16730),
        constant("c_sigma", rates.c_sigma, 0.28443),
        constant("d_sigma", rates.d_sigma, 1.28443),
        constant("c_c", rates.c_c, 0.29499),
        constant("c_1", rates.c_1, 0.015284),
        constant("c_mu", rates.c_mu, 0.023552),
        constant("expected length of a normal vector", rates.chi, 3.08473),
    ]);
    let seeds = ask.seeds(10, 40);
    let spec = CmaSpec { sigma: 0.5, ..Default::default() };
    // 15 %: means of ten seeds err by 3 %, and implementations differ in details (negative weights, when the matrix is taken
    // apart).
    let works: &[Work] = &[
        ("sphere", problems::sphere, 1.0, 5, 702.0),
        ("sphere", problems::sphere, 1.0, 10, 1490.0),
        ("sphere", problems::sphere, 1.0, 20, 2828.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 5, 1516.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 10, 4074.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 20, 13020.0),
        ("cigar", problems::cigar, 1.0, 10, 4075.0),
        ("Rosenbrock", problems::rosenbrock, 0.0, 5, 1740.0),
        ("Rosenbrock", problems::rosenbrock, 0.0, 10, 5352.0),
        ("Rosenbrock", problems::rosenbrock, 0.0, 20, 16638.0),
    ];
    checks.extend(budgets("CMA-ES", works, seeds, 0.15, |mean, members| Cma::new(&spec, mean, members)));
    let works: &[Work] =
        &[("ellipsoid", problems::ellipsoid, 1.0, 10, 2248.0), ("ellipsoid", problems::ellipsoid, 1.0, 20, 4680.0)];
    checks.extend(budgets("sep-CMA-ES", works, seeds, 0.15, |mean, members| SepCma::new(&spec, mean, members)));
    checks.extend(rugged(ask));
    Ok(checks.into())
}

/// Runs that find the best of Rastrigin's function, from anywhere in ±5: more members, more of them.
fn rugged(ask: &Ask) -> Vec<Check> {
    let runs = ask.of(120, 400);
    let spec = CmaSpec { sigma: 3.0, ..Default::default() };
    let solved = |n: usize, members: usize| {
        let found = (0..runs).into_par_iter().filter(|run| {
            let place = |i| 10.0 * f64::from(rng::uniform(rng::draw([*run, 22], 0, i, 0)[0])) - 5.0;
            let mean = (0..n as u32).map(place).collect();
            let search = Search::new(Cma::new(&spec, mean, members), members, [*run, 23]);
            evaluations(search, n, problems::rastrigin, -1e-8, AT_REST).is_some()
        });
        found.count()
    };
    let (mut checks, mut shares) = (vec![], vec![]);
    for (n, members, known) in [(5, 50, 13.0), (10, 20, 0.0), (10, 100, 4.0), (10, 200, 15.0)] {
        let found = solved(n, members);
        // The known shares are of 30 runs. Two samples of one share differ by less than 2.6 standard errors 99 times of 100.
        let share = (found as f64 + known + 0.5) / (f64::from(runs) + 31.0);
        let error = (share * (1.0 - share) * (1.0 / 30.0 + 1.0 / f64::from(runs))).sqrt();
        let quantity = format!("CMA-ES, Rastrigin, {n} numbers, {members} members: solved");
        checks.push(Check::share(quantity, found, runs as usize, known / 30.0, Tolerance::Absolute(2.6 * error)));
        shares.push(found as f64 / f64::from(runs));
    }
    let rise = shares[3] - shares[1];
    checks.push(Check::new("more solved with 200 members than with 20", rise, None, 0.2, Tolerance::AtLeast));
    checks
}

fn nes(ask: &Ask) -> Result<Finding, VerifyError> {
    let constant = |name: &str, found, known| Check::new(name, found, None, known, Tolerance::Absolute(1e-5));
    let worth = utilities(10);
    let known = [0.32954, 0.16337, 0.06617, -0.00280, -0.05629, -0.1, -0.1, -0.1, -0.1, -0.1];
    let mut checks: Vec<Check> =
        (0..10).map(|i| constant(&format!("utility of rank {} of 10", i + 1), worth[i], known[i])).collect();
    checks.push(constant("SNES: rate of deviations, 10 numbers", snes::sigma_rate(10), 0.33536));
    checks.push(constant("xNES: rate of size and shape, 10 numbers", xnes::sigma_rate(10), 0.10061));
    let seeds = ask.seeds(10, 40);
    let spec = SnesSpec { sigma: 0.5, ..Default::default() };
    let works: &[Work] = &[
        ("sphere", problems::sphere, 1.0, 5, 941.0),
        ("sphere", problems::sphere, 1.0, 10, 1995.0),
        ("sphere", problems::sphere, 1.0, 20, 4245.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 5, 1392.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 10, 2835.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 20, 5876.0),
    ];
    checks.extend(budgets("SNES", works, seeds, 0.1, |mean, members| Snes::new(&spec, mean, members)));
    let spec = XnesSpec { sigma: 0.5, ..Default::default() };
    let works: &[Work] = &[
        ("sphere", problems::sphere, 1.0, 5, 1631.0),
        ("sphere", problems::sphere, 1.0, 10, 6413.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 5, 2427.0),
        ("ellipsoid", problems::ellipsoid, 1.0, 10, 9277.0),
        ("Rosenbrock", problems::rosenbrock, 0.0, 10, 10849.0),
    ];
    checks.extend(budgets("xNES", works, seeds, 0.1, |mean, members| Xnes::new(&spec, mean, members)));
    Ok(checks.into())
}
