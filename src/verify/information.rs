//! Cards: how much symbols and numbers tell about each other, where the answer is known: bias and its correction, transfer entropy,
//! influence by intervention.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::measure::continuous;
use crate::measure::information::{Table, causal_influence, influences, information, transfer_entropy};
use crate::rng;

/// Bias.
pub const BIAS: Card = Card {
    name: "mi_bias",
    part: "communication",
    title: "mutual information of few samples, and its correction",
    source: "Miller 1955; Paninski 2003",
    engine: false,
    seeds: false,
    run: bias,
};

/// Transfer entropy.
pub const TRANSFER: Card = Card {
    name: "transfer_entropy",
    part: "communication",
    title: "what one series helps to foretell of another",
    source: "Schreiber 2000; Frenzel and Pompe 2007",
    engine: false,
    seeds: false,
    run: transfer,
};

/// Influence.
pub const INFLUENCE: Card = Card {
    name: "social_influence",
    part: "communication",
    title: "what messages do to who hears them",
    source: "Lowe et al. 2019; Jaques et al. 2019",
    engine: false,
    seeds: false,
    run: influence,
};

/// A symbol of `k`.
fn symbol(run: u32, i: u32, purpose: u32, k: u32) -> u32 {
    rng::below(rng::draw([run, 71], i, 0, purpose)[0], k)
}

fn bias(ask: &Ask) -> Result<Finding, VerifyError> {
    let table = Table::new(vec![vec![10, 0, 5], vec![2, 20, 3], vec![1, 4, 30]]);
    let [x, y, both] = table.entropies();
    let mut checks = vec![
        Check::exact("worked table: entropy of the rows, nats", x, 1.043757),
        Check::exact("worked table: entropy of the columns", y, 1.012876),
        Check::exact("worked table: entropy of both", both, 1.607476),
        Check::exact("worked table: mutual information", table.information(), 0.449157),
        Check::exact("worked table: the same in bits", table.information() / std::f64::consts::LN_2, 0.647997),
        Check::exact("worked table: corrected", table.corrected(), 0.429157),
    ];
    // Known from 4,000 repeats, as the long stage has them.
    let repeats = ask.of(1_000, 4_000u32);
    for (k, n, plain, corrected) in [(8, 500, 0.0506, 0.0016), (4, 200, 0.0233, 0.0008), (10, 1_000, 0.0414, 0.0009)] {
        let told: Vec<(f64, f64)> = (0..repeats)
            .into_par_iter()
            .map(|run| {
                let column = |purpose| (0..n).map(|i| symbol(run, i, purpose + k, k)).collect::<Vec<_>>();
                let table = Table::of(&column(1_000), &column(2_000));
                (table.information(), table.corrected())
            })
            .collect();
        let (plugged, right): (Vec<f64>, Vec<f64>) = told.into_iter().unzip();
        let near = Tolerance::Absolute(0.002);
        let what = format!("{k} x {k} symbols that know nothing of each other, {n} pairs");
        checks.push(Check::mean(format!("{what}: plug-in, nats"), &plugged, plain, near));
        checks.push(Check::mean(format!("{what}: corrected"), &right, corrected, near));
    }
    Ok(checks.into())
}

/// A fair coin, and what copies it one step later, wrong with chance `error`.
fn copied(n: u32, error: f32) -> (Vec<u32>, Vec<u32>) {
    let coin: Vec<u32> = (0..n).map(|i| symbol(0, i, 1, 2)).collect();
    let mut copy = vec![0];
    copy.extend((1..n).map(|i| {
        let wrong = rng::chance(rng::draw([0, 71], i, 0, 2)[0], error);
        coin[i as usize - 1] ^ u32::from(wrong)
    }));
    (coin, copy)
}

/// Two series of normal numbers, the second of which hears the first.
fn heard(n: u32, run: u32) -> (Vec<f64>, Vec<f64>) {
    let noise = |i, purpose| f64::from(rng::normal(rng::draw([run, 72], i, 0, purpose)));
    let (mut x, mut y) = (0.0, 0.0);
    // The first hundred are still on their way from 0.
    let pairs = (0..n + 100).map(|i| {
        (x, y) = (0.5 * x + noise(i, 1), 0.4 * y + 0.6 * x + noise(i, 2));
        (x, y)
    });
    pairs.skip(100).unzip()
}

fn transfer(ask: &Ask) -> Result<Finding, VerifyError> {
    let n = ask.of(200_000, 1_000_000);
    let bits = |nats: f64| nats / std::f64::consts::LN_2;
    // Shuffled, the source tells by chance alone.
    let beyond_chance = |x: &[u32], y: &[u32]| {
        let order = crate::evolution::deal::shuffle(x.len() as u32, [7, 73]);
        let shuffled: Vec<u32> = order.iter().map(|at| x[*at as usize]).collect();
        bits(transfer_entropy(x, y) - transfer_entropy(&shuffled, y))
    };
    let near = Tolerance::Absolute(0.005);
    let mut checks = vec![];
    for (error, target) in [(0.0, 1.0), (0.05, 0.713603), (0.1, 0.531004), (0.25, 0.188722)] {
        let (coin, copy) = copied(n, error);
        let what = format!("a coin and its copy, {error} of it wrong");
        checks.push(Check::new(format!("{what}: to the copy, bits"), beyond_chance(&coin, &copy), None, target, near));
        checks.push(Check::new(format!("{what}: back"), beyond_chance(&copy, &coin), None, 0.0, near));
        let at_once = bits(Table::of(&coin, &copy).corrected());
        checks.push(Check::new(format!("{what}: at once"), at_once, None, 0.0, near));
    }
    // By nearest neighbours, without symbols: the estimator is about right from some thousand samples on.
    let runs = ask.of(4, 20);
    let told: Vec<[f64; 2]> = (0..runs)
        .map(|run| {
            let (x, y) = heard(ask.of(2_000, 4_000), run);
            [(&x, &y), (&y, &x)].map(|(from, to)| continuous::transfer_entropy(from, to, continuous::NEIGHBOURS))
        })
        .collect();
    let [there, back] = [0, 1].map(|way| told.iter().map(|both| both[way]).collect::<Vec<f64>>());
    // What the estimator errs by at this size, found on Gaussian pairs by its authors: some hundredths.
    let near = Tolerance::Absolute(0.03);
    checks.push(Check::mean("normal series, from x to y, nats (nearest neighbours)", &there, 0.180947, near));
    checks.push(Check::mean("normal series, from y to x", &back, 0.0, near));
    Ok(checks.into())
}

fn influence(ask: &Ask) -> Result<Finding, VerifyError> {
    let messages = [0.5, 0.3, 0.2];
    let policy = vec![vec![0.9, 0.1], vec![0.2, 0.8], vec![0.5, 0.5]];
    let each = influences(&messages, &policy);
    let deaf = vec![policy[1].clone(); 3];
    // Messages that name the sender's state and are not heeded: what they are taken for, by what goes together and by intervention.
    let steps = ask.of(4_000, 20_000);
    let state: Vec<u32> = (0..steps).map(|i| symbol(1, i, 3, 3)).collect();
    let act: Vec<u32> = (0..steps).map(|i| symbol(1, i, 4, 2)).collect();
    let own: Vec<u32> = state.iter().map(|state| u32::from(*state == 0)).collect();
    let consistency = information(&state, &own, 200, [3, 74]);
    let coordination = information(&state, &act, 200, [4, 74]);
    // The entropy of an event of one in three.
    let exact = -(libm::log(1.0 / 3.0) / 3.0 + 2.0 / 3.0 * libm::log(2.0 / 3.0));
    let checks = vec![
        Check::exact("worked example: causal influence, nats", causal_influence(&messages, &policy), 0.217456),
        Check::exact("worked example: of the first message", each[0], 0.213945),
        Check::exact("worked example: of the second", each[1], 0.351744),
        Check::exact("worked example: of the third", each[2], 0.024805),
        Check::exact("who does not heed: causal influence", causal_influence(&messages, &deaf), 0.0),
        Check::new(
            "messages that are told and not heeded: speaker consistency, nats",
            consistency.corrected,
            None,
            exact,
            // Three standard errors of a plug-in estimate of 4,000 pairs.
            Tolerance::Absolute(0.03),
        ),
        Check::new("the same: chance of as much by shuffling", consistency.p, None, 0.0, Tolerance::UpTo(0.005)),
        Check::new(
            "the same: information about what the other does",
            coordination.corrected,
            None,
            0.0,
            Tolerance::Absolute(0.002),
        ),
        Check::new("the same: chance of as much", coordination.p, None, 0.05, Tolerance::UpTo(1.0)),
    ];
    Ok(checks.into())
}
