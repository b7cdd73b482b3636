//! Card: the tests and intervals that claims rest on, against figures of scipy and against what an interval promises.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::rng;
use crate::statistics::{interval, mann_whitney};

/// See the module.
pub const CARD: Card = Card {
    name: "stats_tests",
    part: "evolution",
    title: "Mann-Whitney test and bootstrap interval",
    source: "Mann and Whitney 1947; Efron 1979; figures of scipy",
    engine: false,
    seeds: false,
    run,
};

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let plain = mann_whitney(&[1.1, 2.3, 2.9, 3.8, 4.0, 4.4, 5.2, 6.1], &[0.2, 0.9, 1.5, 2.0, 2.2, 3.0, 3.1, 3.5, 4.1]);
    let tied = mann_whitney(&[3.0, 4.0, 4.0, 5.0, 6.0, 6.0, 7.0], &[1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0, 6.0]);
    let trials = ask.of(1_000, 4_000);
    let covered = (0..trials as u32).into_par_iter().filter(|trial| {
        let value = |i| f64::from(rng::normal(rng::draw([*trial, 11], i, 0, 0)));
        let values: Vec<f64> = (0..30).map(value).collect();
        let [low, high] = interval(&values, [*trial, 12]);
        low <= 0.0 && 0.0 <= high
    });
    let checks = vec![
        Check::exact("U without ties", plain.u, 55.0),
        Check::exact("p without ties, exact", plain.p, 0.074455),
        Check::exact("effect (A12)", plain.effect, 0.763889),
        Check::exact("U with ties", tied.u, 41.0),
        Check::exact("p with ties, corrected", tied.p, 0.142182),
        // A percentile interval of 30 values is known to cover a little less than it says.
        Check::share("intervals of 95 % that cover the mean", covered.count(), trials, 0.92, Tolerance::UpTo(0.955)),
    ];
    Ok(checks.into())
}
