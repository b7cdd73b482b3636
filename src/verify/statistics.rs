//! Card: the tests and intervals that claims rest on, against figures of scipy and against what an interval promises.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::rng;
use crate::statistics::{holm, interval, mann_whitney, paired, sign_test};

/// See the module.
pub const CARD: Card = Card {
    name: "stats_tests",
    part: "evolution",
    title: "tests of two samples and of pairs, intervals, many tests at once",
    source: "Mann and Whitney 1947; Fisher 1935; Dixon and Mood 1946; Holm 1979; Efron 1979; figures of scipy",
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
    let signs = paired(&[1.5, 2.0, 2.5, 3.0, 3.5], &[1.0; 5], [1, 13]);
    let chance = (0..trials as u32).into_par_iter().filter(|trial| {
        let values =
            |purpose| (0..10).map(|i| f64::from(rng::normal(rng::draw([*trial, 14], i, 0, purpose)))).collect();
        let (first, second): (Vec<f64>, Vec<f64>) = (values(0), values(1));
        paired(&first, &second, [*trial, 15]).p <= 0.05
    });
    let together = holm(&[0.01, 0.04, 0.03, 0.005]);
    let checks = vec![
        Check::exact("U without ties", plain.u, 55.0),
        Check::exact("p without ties, exact", plain.p, 0.074455),
        Check::exact("effect (A12)", plain.effect, 0.763889),
        Check::exact("U with ties", tied.u, 41.0),
        Check::exact("p with ties, corrected", tied.p, 0.142182),
        Check::exact("p of five pairs that differ one way, by their signs", signs.p, 0.0625),
        Check::exact("effect of the same (d)", signs.effect, 1.897367),
        // 9 of 256 ways, and 1,807,781 of 2²⁵.
        Check::exact("p of seven of eight that show it (sign test)", sign_test(7, 8), 0.035156),
        Check::exact("p of seventeen of twenty-five", sign_test(17, 25), 0.053876),
        // Of the 1,024 signs of ten, which come in pairs, the farthest 50 are at or below 0.05: a share of 0.0488. Four standard
        // errors of 1,000 trials are 0.027.
        Check::share("p of alike pairs at or below 0.05", chance.count(), trials, 0.0488, Tolerance::Absolute(0.027)),
        Check::exact("the largest of four tests, judged together", together[1], 0.06),
        Check::exact("the smallest", together[3], 0.02),
        // A percentile interval of 30 values is known to cover a little less than it says.
        Check::share("intervals of 95 % that cover the mean", covered.count(), trials, 0.92, Tolerance::UpTo(0.955)),
    ];
    Ok(checks.into())
}
