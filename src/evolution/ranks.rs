//! What fitness is turned into before a distribution moves: orders, ranks and utilities. In all of them NaN is worst, and
//! a generation of nothing but NaN gives nothing to move by. Knows nothing of what is moved.

use std::cmp::Ordering;

/// Best first: higher before lower, NaN last.
fn compare(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => b.partial_cmp(&a).unwrap_or(Ordering::Equal),
        (a_is_nan, b_is_nan) => a_is_nan.cmp(&b_is_nan),
    }
}

/// Indices of members, best first; ties go to the lower index.
pub fn order(fitness: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fitness.len()).collect();
    order.sort_by(|a, b| compare(fitness[*a], fitness[*b]));
    order
}

/// To each member what its rank is worth: `worth` is for ranks from the best on. Equals share what their ranks are worth
/// together, so that a flat landscape moves nothing.
pub fn shared(fitness: &[f64], worth: &[f64]) -> Vec<f64> {
    let order = order(fitness);
    let mut given = vec![0.0; fitness.len()];
    let mut first = 0;
    for equals in order.chunk_by(|a, b| compare(fitness[*a], fitness[*b]) == Ordering::Equal) {
        let each = worth[first..first + equals.len()].iter().sum::<f64>() / equals.len() as f64;
        equals.iter().for_each(|member| given[*member] = each);
        first += equals.len();
    }
    given
}

/// Centred ranks of Salimans et al. (2017): evenly spaced from 0.5 for the best to -0.5 for the worst.
pub fn centred(fitness: &[f64]) -> Vec<f64> {
    let last = (fitness.len().max(2) - 1) as f64;
    let worth: Vec<f64> = (0..fitness.len()).map(|rank| 0.5 - rank as f64 / last).collect();
    shared(fitness, &worth)
}

/// Utilities of Wierstra et al. (2014) for ranks from the best of `members` on: max(0, ln(members / 2 + 1) - ln rank),
/// made to add up to 1, less 1 / members.
pub fn utilities(members: usize) -> Vec<f64> {
    let count = members as f64;
    let raw = |rank: usize| (libm::log(count / 2.0 + 1.0) - libm::log(rank as f64)).max(0.0);
    let sum: f64 = (1..=members).map(raw).sum();
    (1..=members).map(|rank| raw(rank) / sum - 1.0 / count).collect()
}

/// Fitness with finite numbers alone, so that differences can be taken. Infinity becomes the best that is finite; NaN and
/// minus infinity stand as far below the worst as that stands below the best, or 1 below where all are equal. Zeros when
/// none is finite.
pub fn finite(fitness: &[f64]) -> Vec<f64> {
    let sound = || fitness.iter().copied().filter(|f| f.is_finite());
    let (least, most) = (sound().fold(f64::INFINITY, f64::min), sound().fold(f64::NEG_INFINITY, f64::max));
    let below = if most > least { most - least } else { 1.0 };
    let of = |f: &f64| if f.is_nan() || *f == f64::NEG_INFINITY { least - below } else { f.min(most) };
    if least <= most { fitness.iter().map(of).collect() } else { vec![0.0; fitness.len()] }
}

/// Mean and standard deviation of some numbers; zeros for none.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

/// Finite fitness less its mean, over its deviation; zeros when all are equal.
pub fn standard(fitness: &[f64]) -> Vec<f64> {
    let values = finite(fitness);
    let (mean, deviation) = moments(&values);
    let of = |v: &f64| if deviation > 0.0 { (v - mean) / deviation } else { 0.0 };
    values.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn nan_is_last_and_ties_go_to_the_lower_index() {
        assert_eq!(order(&[1.0, NAN, 3.0, f64::NEG_INFINITY, 3.0, NAN]), [2, 4, 0, 3, 1, 5]);
    }

    #[test]
    fn centred_ranks_are_evenly_spaced_and_equals_share_them() {
        assert_eq!(centred(&[10.0, -5.0, 7.0, 1e9, 8.0]), [0.25, -0.5, -0.25, 0.5, 0.0]);
        assert_eq!(centred(&[NAN, 2.0, 2.0, NAN, 9.0]), [-0.375, 0.125, 0.125, -0.375, 0.5]);
        // All share one number, which is 0 but for the rounding of its sum.
        let flat = centred(&[3.0; 4]);
        assert!(flat.iter().all(|v| *v == flat[0] && v.abs() < 1e-16), "{flat:?}");
        assert_eq!(centred(&[3.0]), [0.5], "one member has no other to be compared with");
    }

    #[test]
    fn utilities_are_those_of_the_paper() {
        // Card D02, for ten members.
        let expected = [0.32954, 0.16337, 0.06617, -0.00280, -0.05629, -0.1, -0.1, -0.1, -0.1, -0.1];
        for (utility, expected) in utilities(10).iter().zip(expected) {
            assert!((utility - expected).abs() < 1e-5, "{utility} where {expected} is right");
        }
        assert!(utilities(10).iter().sum::<f64>().abs() < 1e-15);
    }

    #[test]
    fn what_is_not_finite_becomes_the_worst_or_the_best_that_is() {
        assert_eq!(finite(&[1.0, NAN, 5.0, f64::INFINITY, f64::NEG_INFINITY]), [1.0, -3.0, 5.0, 5.0, -3.0]);
        assert_eq!(finite(&[NAN, 7.0]), [6.0, 7.0], "a number is better than none");
        assert_eq!(finite(&[NAN, f64::INFINITY]), [0.0, 0.0]);
        assert_eq!(standard(&[4.0, 4.0]), [0.0; 2]);
        // 2, 1 and 0: the mean is 1, the variance 2/3.
        let deviation = (2.0_f64 / 3.0).sqrt();
        assert_eq!(standard(&[2.0, 1.0, NAN]), [1.0 / deviation, 0.0, -1.0 / deviation]);
    }
}
