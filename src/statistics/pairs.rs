//! What two ways of doing the same on the same units differ by, and how many such comparisons may be trusted at once. Knows nothing of
//! what the units are.

use super::{RESAMPLES, deviation, interval, mean};
use crate::layout::DRAW_SIGN;
use crate::rng::{self, Stream};

/// What two ways of doing the same differ by, unit by unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Units that were compared.
    pub pairs: usize,
    /// Mean difference, first minus second.
    pub difference: f64,
    /// Its 95 % interval, as `interval` gives it.
    pub interval: [f64; 2],
    /// Size of the effect: the mean difference over the deviation of differences (Cohen 1988, d for pairs); 0 where all differences are
    /// 0, NaN where all are one other number, beside which no deviation stands.
    pub effect: f64,
    /// Two-sided chance of a mean at least as far from 0 when each unit's difference might as well have the other sign. Never 0, and not
    /// below `least_chance`.
    pub p: f64,
}

/// Largest number of units for which `paired` tries all signs.
const ALL_SIGNS: usize = 14;

/// The smallest chance that `paired` can tell of so many pairs: with five or fewer no difference, however large, comes below 0.05.
pub fn least_chance(pairs: usize) -> f64 {
    match pairs {
        0 | 1 => 1.0,
        n if n <= ALL_SIGNS => 2.0 / f64::from(1u32 << n),
        _ => 1.0 / f64::from(RESAMPLES + 1),
    }
}

/// Compares two ways on the same units (worlds, seeds), by resampling and by the sign-flip test (Fisher 1935): exact for few units,
/// otherwise with `RESAMPLES` random signs. Units where either is not a number are left out; NaN of fewer than two.
pub fn paired(first: &[f64], second: &[f64], key: Stream) -> Paired {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).filter(|d| d.is_finite()).collect();
    let n = differences.len();
    if n < 2 {
        return Paired { pairs: n, difference: f64::NAN, interval: [f64::NAN; 2], effect: f64::NAN, p: f64::NAN };
    }
    let difference = mean(&differences);
    // Sums of the same numbers in the same order differ by rounding alone, which must not count as nearer.
    let far = difference.abs() * n as f64 * (1.0 - 1e-12);
    let all = n <= ALL_SIGNS;
    let trials = if all { 1 << n } else { RESAMPLES };
    // A set bit flips a sign, which is the highest bit of a number.
    let flipped = |d: &f64, bit: u32| f64::from_bits(d.to_bits() ^ u64::from(bit & 1) << 63);
    let as_far = |trial: u32| {
        let mut sum = 0.0;
        for (block, part) in differences.chunks(128).enumerate() {
            let words = if all { [trial; 4] } else { rng::draw(key, trial, block as u32, DRAW_SIGN) };
            for (part, word) in part.chunks(32).zip(words) {
                sum += part.iter().enumerate().map(|(i, d)| flipped(d, word >> i)).sum::<f64>();
            }
        }
        sum.abs() >= far
    };
    let count = (0..trials).filter(|trial| as_far(*trial)).count() as f64;
    // The signs that there are belong to the random ones too, so that a chance is never 0 (Phipson and Smyth 2010).
    let p = if all { count / f64::from(trials) } else { (count + 1.0) / f64::from(trials + 1) };
    Paired { pairs: n, difference, interval: interval(&differences, key), effect: effect(&differences), p }
}

/// Cohen's d of paired differences.
fn effect(differences: &[f64]) -> f64 {
    match differences {
        // By the numbers themselves: the deviation of equal ones may be a rounding away from 0.
        [first, rest @ ..] if rest.iter().all(|d| d == first) => {
            if *first == 0.0 {
                0.0
            } else {
                f64::NAN
            }
        }
        _ => mean(differences) / deviation(differences),
    }
}

/// Most units that `sign_test` takes: the ways in which a thousand can fall are the most that a number holds, some 10³⁰¹.
const MOST_SIGNS: usize = 1_000;

/// Chance that `shown` or more of so many units show what each shows with a chance of a half: the sign test (Dixon and Mood 1946), one
/// side, exact. NaN of more than 1,000 units.
pub fn sign_test(shown: usize, units: usize) -> f64 {
    if units > MOST_SIGNS {
        return f64::NAN;
    }
    let mut ways = 1.0;
    let mut sum = 0.0;
    for count in 0..=units {
        if count >= shown {
            sum += ways;
        }
        ways *= (units - count) as f64 / (count + 1) as f64;
    }
    sum / 2f64.powi(units as i32)
}

/// Chances of many tests made fit to be judged together (Holm 1979): where nothing is there, the chance that any of them comes out at or
/// below a level is at most that level. In the order of the tests; a test that tells nothing (NaN) is none, and stays so.
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).filter(|test| !chances[*test].is_nan()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut together = vec![f64::NAN; chances.len()];
    let mut least = 0.0f64;
    for (rank, test) in order.iter().enumerate() {
        least = least.max(chances[*test] * (order.len() - rank) as f64).min(1.0);
        together[*test] = least;
    }
    together
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_compared_by_their_signs() {
        // All of five differences have one sign: of 32 assignments 2 are as far out.
        let few = paired(&[1.5, 2.0, 2.5, 3.0, 3.5], &[1.0; 5], [1, 1]);
        assert_eq!((few.p, few.difference, few.pairs), (2.0 / 32.0, 1.5, 5));
        assert!(few.interval[0] > 0.7 && few.interval[1] < 2.3, "{few:?}");
        // Differences 0.5 to 2.5: their deviation is √(2.5) / 2.
        assert!((few.effect - 1.5 / (0.5 * f64::sqrt(2.5))).abs() < 1e-12, "{few:?}");
        let value = |i: u32, shift| f64::from(rng::normal(rng::draw([2, 2], i, 0, 1))) + shift;
        let alike: Vec<f64> = (0..40).map(|i| value(i, 0.0)).collect();
        let shifted: Vec<f64> = (0..40).map(|i| value(i + 100, 1.0)).collect();
        assert!(paired(&shifted, &alike, [3, 3]).p < 0.01);
        let other: Vec<f64> = (0..40).map(|i| value(i + 200, 0.0)).collect();
        assert!(paired(&other, &alike, [3, 3]).p > 0.05);
        let same = paired(&alike, &alike, [3, 3]);
        assert_eq!((same.p, same.effect, same.interval), (1.0, 0.0, [0.0; 2]));
        let none = paired(&[1.0, f64::NAN], &[1.0, 2.0], [3, 3]);
        assert!(none.p.is_nan() && none.effect.is_nan() && none.pairs == 1);
    }

    #[test]
    fn a_chance_is_never_nothing() {
        for n in [2usize, 5, 14, 15, 40] {
            // However far apart.
            let far: Vec<f64> = (0..n).map(|i| 1e9 + i as f64).collect();
            assert_eq!(paired(&far, &vec![0.0; n], [4, 4]).p, least_chance(n), "{n} pairs");
        }
        assert_eq!((least_chance(5), least_chance(6), least_chance(1)), (0.0625, 0.03125, 1.0));
        assert!(paired(&[0.1; 6], &[0.0; 6], [4, 4]).effect.is_nan(), "all alike, and not 0");
    }

    #[test]
    fn the_sign_test_is_that_of_the_books() {
        // 7 or 8 of 8 heads: 9 of 256 ways. The others by adding up binomial coefficients, which are whole numbers.
        for (shown, units, known) in [
            (8, 8, 1.0 / 256.0),
            (7, 8, 9.0 / 256.0),
            (17, 25, 0.05387607216835022),
            (60, 100, 0.028443966820490395),
            (530, 1_000, 0.03101159754918159),
            (0, 8, 1.0),
            (9, 8, 0.0),
            (0, 0, 1.0),
        ] {
            let told = sign_test(shown, units);
            // A thousand roundings, each of a part in 10¹⁶.
            assert!((told - known).abs() < 1e-12, "{shown} of {units}: {told}");
        }
        assert!(sign_test(600, 1_001).is_nan());
    }

    #[test]
    fn many_tests_are_judged_together() {
        let near = |told: &[f64], known: &[f64]| {
            assert!(told.iter().zip(known).all(|(a, b)| (a - b).abs() < 1e-12), "{told:?}");
        };
        // By hand: 4 x 0.005, 3 x 0.01, 2 x 0.03, and no less for the last.
        near(&holm(&[0.01, 0.04, 0.03, 0.005]), &[0.03, 0.06, 0.06, 0.02]);
        near(&holm(&[0.4, 0.9, 0.6]), &[1.0, 1.0, 1.0]);
        let told = holm(&[0.02, f64::NAN, 0.01]);
        near(&[told[0], told[2]], &[0.02, 0.02]);
        assert!(told[1].is_nan() && holm(&[]).is_empty());
    }
}
