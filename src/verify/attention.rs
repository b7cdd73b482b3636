//! Card: attention over a set does not see the order of its items, and takes any number of them.

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError, shuffled};
use crate::backend::cpu::attention::gathered;
use crate::evolution::deal::shuffle;
use crate::plan::Plan;
use crate::rng;
use crate::scene::{AttentionSpec, Controller, NearestSense, Pooling, SceneSpec, Sense, SpeciesSpec};
use crate::world::random_genome;

/// See the module.
pub const CARD: Card = Card {
    name: "permutation_invariance",
    part: "evolution",
    title: "attention over an unordered set",
    source: "Tang and Ha 2021",
    engine: true,
    seeds: true,
    run,
};

/// What is sensed of each of the others.
const ITEM: usize = 3;

/// An agent of one sense besides the nearest `k` others.
fn plan(k: u32, pooling: Pooling) -> (Plan, Vec<f32>) {
    let nearest = NearestSense { k, ..Default::default() };
    let fish = SpeciesSpec {
        senses: vec![Sense::Constant, Sense::Nearest(nearest)],
        controller: Controller::Attention(AttentionSpec { pooling, ..Default::default() }),
        ..Default::default()
    };
    let scene = SceneSpec { extent: [9.0, 9.0, 0.0], species: vec![fish], ..Default::default() };
    let plan = Plan::new(&scene, 1);
    let mut genome = vec![0.0; plan.species[0].genome_len as usize];
    random_genome(&mut genome, &plan, 0, &scene.species[0].controller, [1, 2], 0);
    (plan, genome)
}

/// What is gathered of `items` in a sense of `k`.
fn of(items: &[[f32; ITEM]], k: u32, pooling: Pooling) -> Vec<f32> {
    let (plan, genome) = plan(k, pooling);
    let mut observation = vec![1.0];
    observation.extend(items.iter().flatten());
    observation.resize(1 + k as usize * ITEM, 0.0);
    gathered(&plan, 0, &genome, &observation)
}

/// The largest difference, over the largest number.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    let most = a.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    a.iter().zip(b).map(|(x, y)| f64::from((x - y).abs() / most)).fold(0.0, f64::max)
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let item = |i: u32| [0, 1, 2].map(|part| rng::normal(rng::draw([3, 4], i, part, 0)));
    let items: Vec<_> = (0..5).map(item).collect();
    let ten: Vec<_> = (0..10).map(item).collect();
    let reference = of(&ten, 10, Pooling::Mean);
    let shuffled = (0..200).map(|i| {
        let order: Vec<_> = shuffle(ten.len() as u32, [i, 5]).into_iter().map(|at| ten[at as usize]).collect();
        apart(&reference, &of(&order, 10, Pooling::Mean))
    });
    let few = of(&items, 5, Pooling::Mean);
    let room = (5..=20).map(|k| apart(&few, &of(&items, k, Pooling::Mean)));
    let lengths = (1..=20).filter(|k| plan(*k, Pooling::Mean).1.len() == plan(5, Pooling::Mean).1.len());
    let twice: Vec<_> = items.iter().chain(&items).copied().collect();
    // The ratio that is furthest from what is expected.
    let grown = |pooling, expected: f64| {
        let (once, twice) = (of(&items, 10, pooling), of(&twice, 10, pooling));
        let ratios = once.iter().zip(&twice).map(|(a, b)| f64::from(b / a));
        ratios.max_by(|a, b| (a - expected).abs().total_cmp(&(b - expected).abs())).unwrap_or(f64::NAN)
    };
    // Sums in another order differ by rounding; the card allows as much.
    let rounding = Tolerance::Absolute(1e-5);
    let mut checks = vec![
        Check::new(
            "largest change when ten neighbours are shuffled, 200 times",
            shuffled.fold(0.0, f64::max),
            None,
            0.0,
            rounding,
        ),
        Check::exact("senses of 1 to 20 neighbours that run one genome", lengths.count() as f64, 20.0),
        Check::exact("largest change when there is room for more neighbours", room.fold(0.0, f64::max), 0.0),
        Check::new("twice the neighbours, summed: times as much", grown(Pooling::Sum, 2.0), None, 2.0, rounding),
        Check::new("twice the neighbours, averaged: times as much", grown(Pooling::Mean, 1.0), None, 1.0, rounding),
    ];
    checks.extend(shuffled::checks(ask)?);
    Ok(checks.into())
}
