//! Card: what is exact about merging. Nets come from draws of their own; what holds for them holds for evolved ones.

use std::convert::Infallible;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::genome::merge::{dare, greedy_soup, soup, task_arithmetic};
use crate::rng;

/// See the module.
pub const CARD: Card = Card {
    name: "merging",
    part: "evolution",
    title: "Soups, task vectors and random dropping",
    source: "Wortsman et al. 2022; Ilharco et al. 2023; Yu et al. 2024",
    engine: false,
    seeds: false,
    run,
};

/// Numbers of a net.
const LEN: u32 = 200;

fn net(which: u32) -> Vec<f32> {
    (0..LEN).map(|i| rng::normal(rng::draw([which, 51], 0, i, 0))).collect()
}

/// How many numbers of two nets are not the same bits.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).filter(|(x, y)| x.to_bits() != y.to_bits()).count() as f64 + a.len().abs_diff(b.len()) as f64
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let (base, first, second) = (net(0), net(1), net(2));
    let none = |quantity: &str, count: f64| Check::new(quantity, count, None, 0.0, Tolerance::Absolute(0.0));
    let mut checks = vec![
        none("numbers that a soup of five equal nets changes", apart(&soup(&[&first[..]; 5]), &first)),
        none(
            "numbers that weights 1 and 0 change of the first net",
            apart(&task_arithmetic(&base, &[&first, &second], &[1.0, 0.0]), &first),
        ),
    ];
    let (masks, drop) = (ask.of(1_000, 10_000), 0.9f32);
    // Of each number, how many standard errors its mean over masks is from the task vector: a kept one is 1 / (1 - p) times as large,
    // so that the deviation of a mask is |task| root(p / (1 - p)).
    let mut sums = vec![0.0f64; LEN as usize];
    for mask in 0..masks {
        let child = dare(&base, &first, drop, [mask, 52]);
        sums.iter_mut().zip(&child).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    let off = (0..LEN as usize).map(|i| {
        let task = f64::from(first[i]) - f64::from(base[i]);
        let error = task.abs() * (f64::from(drop) / f64::from(1.0 - drop) / f64::from(masks)).sqrt();
        (sums[i] / f64::from(masks) - f64::from(base[i]) - task) / error
    });
    let off: Vec<f64> = off.collect();
    let farthest = off.iter().map(|x| x.abs()).fold(0.0, f64::max);
    checks.push(Check::new("farthest mean of a dropped task, in errors", farthest, None, 0.0, Tolerance::UpTo(4.0)));
    let mean = off.iter().sum::<f64>() / f64::from(LEN);
    // Numbers are dropped independently, so that the mean of 200 has an error of 1 / root 200; four of them.
    let error = 1.0 / f64::from(LEN).sqrt();
    checks.push(Check::new("mean of them all", mean, Some(error), 0.0, Tolerance::Absolute(4.0 * error)));
    // Nets scored by how near they are to one that nobody has.
    let trials = ask.of(200, 2_000);
    let (mut below, mut gained) = (0, 0);
    for trial in 0..trials {
        let hidden = net(1_000 + trial);
        let score = |net: &[f32]| -net.iter().zip(&hidden).map(|(x, y)| f64::from(x - y).powi(2)).sum::<f64>();
        let nets: Vec<Vec<f32>> = (0..6).map(|i| net(100_000 + 6 * trial + i)).collect();
        let nets: Vec<&[f32]> = nets.iter().map(|net| &net[..]).collect();
        let Ok((found, told, _)) = greedy_soup(&nets, |net| Ok::<f64, Infallible>(score(net)));
        let best = nets.iter().map(|net| score(net)).fold(f64::NEG_INFINITY, f64::max);
        below += u32::from(score(&found) < best || told != score(&found));
        gained += u32::from(score(&found) > best);
    }
    checks.push(none("greedy soups that score below their best net", below.into()));
    checks.push(Check::new(
        "share that score above it",
        f64::from(gained) / f64::from(trials),
        None,
        0.5,
        Tolerance::AtLeast,
    ));
    Ok(checks.into())
}
