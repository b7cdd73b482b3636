//! Card: how far archives are filled in the linear projection domain, by four strategies of quality diversity. The known
//! figures are those of ribs 0.12.0, three seeds each.

use super::{Ask, Card, Check, Finding, Stage, Tolerance, VerifyError};
use crate::evolution::archive::{Annealing, Archive, Axis, Elite};
use crate::evolution::population::Population;
use crate::evolution::strategy::{self, Architecture, Strategy};
use crate::layout::DRAW_WEIGHT;
use crate::problems::projection;
use crate::rng::{self, Stream};
use crate::scene::{self, CmaMaeSpec, CmaMeSpec, MapElitesSpec, Restarts};

/// The card.
pub const CARD: Card = Card {
    name: "qd_linear_projection",
    part: "evolution",
    title: "MAP-Elites, CMA-ME and CMA-MAE fill archives along two sums of 20 numbers",
    source: "Fontaine et al. 2020; Fontaine and Nikolaidis 2023; figures of ribs 0.12.0",
    engine: false,
    seeds: false,
    run,
};

/// Numbers of a solution.
const N: usize = 20;
/// Emitters, and solutions of each in an iteration.
const EMITTERS: u32 = 15;
const BATCH: usize = 36;
/// Cells along each axis.
const SIDE: u32 = 100;
/// Seeds: CMA-ME spreads by 3 % between them after 200 iterations.
const SEEDS: u32 = 5;
/// First deviation of everything.
const SIGMA: f32 = 0.5;

/// A strategy, with QD score a cell and coverage in percent after 200 and after 1000 iterations, and how near they must be
/// come to.
struct Work {
    name: &'static str,
    strategy: scene::Strategy,
    known: [[f64; 2]; 2],
    tolerance: f64,
}

fn works() -> [Work; 4] {
    let elites = |line| scene::Strategy::MapElites(MapElitesSpec { sigma: SIGMA, line });
    // The figures of CMA-ME are those of its reference with emitters that start anew only when they are spent
    // (`restart_rule="basic"`): by default it stands at 55.6, 63.3 and 65.0 after 200, 500 and 1000 iterations, and so at
    // 52.9, 62.1 and 66.0, where 54.0, 61.1 and 66.3 are known.
    let me = CmaMeSpec { emitters: EMITTERS, sigma: SIGMA, restart: Restarts::Spent };
    let mae = CmaMaeSpec { emitters: EMITTERS, sigma: SIGMA, rate: 0.01, least: 0.0 };
    let work = |name, strategy, known, tolerance| Work { name, strategy, known, tolerance };
    [
        work("MAP-Elites", elites(0.0), [[44.2, 54.0], [59.3, 75.1]], 0.03),
        work("MAP-Elites (line)", elites(0.2), [[47.2, 58.3], [59.0, 74.6]], 0.03),
        work("CMA-ME", scene::Strategy::CmaMe(me), [[54.0, 68.2], [66.3, 85.7]], 0.06),
        work("CMA-MAE", scene::Strategy::CmaMae(mae), [[44.5, 49.7], [67.8, 85.3]], 0.03),
    ]
}

fn axes() -> Vec<Axis> {
    let end = (projection::BOUND * N as f64 / 2.0) as f32;
    let axis = |name: &str| Axis { name: name.into(), low: -end, high: end, cells: SIDE };
    vec![axis("first half"), axis("second half")]
}

/// QD score a cell and coverage in percent of an archive after 200 iterations, and after 1000 where there are as many.
fn filled(work: &Work, iterations: u64, seed: u32) -> Vec<[f64; 2]> {
    let key: Stream = [seed, 31];
    let members = EMITTERS as usize * BATCH;
    // As the reference starts: emitters at the origin, MAP-Elites with steps from there.
    let start = |member: u32, i: u32| match work.strategy {
        scene::Strategy::MapElites(_) => SIGMA * rng::normal(rng::draw([seed, 32], member, i, DRAW_WEIGHT)),
        _ => 0.0,
    };
    let genomes = (0..members as u32).flat_map(|member| (0..N as u32).map(move |i| start(member, i))).collect();
    let first = Population { len: N, genomes, ids: (0..members as u32).collect() };
    let mut strategy = strategy::make(&work.strategy, first, Architecture::Layers(vec![]), axes(), key);
    let mut found = vec![];
    for iteration in 0..iterations {
        step(strategy.as_mut(), iteration);
        if [200, 1000].contains(&(iteration + 1))
            && let Some(archive) = strategy.archive()
        {
            found.push(worth(archive));
        }
    }
    found
}

fn step(strategy: &mut dyn Strategy, iteration: u64) {
    let population = strategy.ask(iteration);
    let solutions = population.genomes.chunks(N).map(|x| x.iter().map(|v| f64::from(*v)).collect::<Vec<f64>>());
    let (fitness, places): (Vec<f32>, Vec<[f64; 2]>) =
        solutions.map(|x| (projection::sphere(&x) as f32, projection::measures(&x))).unzip();
    let descriptors: Vec<f32> = places.into_iter().flatten().map(|place| place as f32).collect();
    strategy.tell_described(&fitness, &descriptors);
}

/// The reference adds up what elites have, whatever it is.
fn worth(archive: &Archive) -> [f64; 2] {
    let sum: f64 = archive.elites().map(|(_, elite)| f64::from(elite.objective)).sum();
    [sum / archive.cells() as f64, 100.0 * archive.coverage()]
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let iterations = ask.of(200, 1000);
    let mut checks = exact();
    let mut ends = vec![];
    for work in works() {
        let name = |seed: &u32| format!("{}, seed {seed}", work.name);
        let seeds: Vec<u32> = (0..SEEDS).collect();
        let runs = ask.pieces(&seeds, name, |seed| Ok(filled(&work, iterations, *seed)))?;
        for (at, known) in work.known.iter().enumerate().take(runs[0].len()) {
            let after = [200, 1000][at];
            for (which, unit) in ["QD score a cell", "coverage (%)"].into_iter().enumerate() {
                let values: Vec<f64> = runs.iter().map(|run| run[at][which]).collect();
                let quantity = format!("{}, {after} iterations: {unit}", work.name);
                checks.push(Check::mean(quantity, &values, known[which], Tolerance::Relative(work.tolerance)));
            }
        }
        let last: Vec<f64> = runs.iter().filter_map(|run| run.last()).map(|end| end[0]).collect();
        ends.push(crate::statistics::mean(&last));
    }
    // The order is that of long runs: after 200 iterations CMA-MAE is still behind.
    if ask.stage == Stage::Full {
        let plain = ends[0].max(ends[1]);
        for (work, end) in works().iter().zip(&ends).skip(2) {
            let quantity = format!("{} above both MAP-Elites, 1000 iterations: QD score a cell", work.name);
            checks.push(Check::new(quantity, end - plain, None, 5.0, Tolerance::AtLeast));
        }
    }
    Ok(checks.into())
}

/// What an archive must do whatever fills it.
fn exact() -> Vec<Check> {
    let mut archive = Archive::new(axes());
    let elite = |objective, place: f32| Elite { genome: vec![], objective, descriptor: vec![place; 2], id: 0 };
    let mut checks = vec![Check::exact("QD score of an empty archive", archive.qd_score(0.0), 0.0)];
    archive.add(&[elite(50.0, 0.0), elite(70.0, 30.0)], None);
    let before = archive.clone();
    archive.add(&[elite(40.0, 0.0)], None);
    checks.push(Check::exact("changes by a worse solution in an occupied cell", f64::from(archive != before), 0.0));
    checks.push(Check::exact("coverage times cells, two occupied", archive.coverage() * archive.cells() as f64, 2.0));
    archive.add(&[elite(90.0, 0.0)], Some(Annealing { rate: 1.0, least: 0.0 }));
    checks.push(Check::exact("QD score after a better one", archive.qd_score(0.0), 160.0));
    checks
}
