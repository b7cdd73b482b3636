//! What the seeds of a sweep agree on: medians and quartiles for each combination of values. Knows nothing of how they
//! are shown.

use crate::run::sweep::{Sweep, SweepRow};
use crate::statistics::quantile;

/// The middle half of some numbers; NaN for none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quartiles {
    /// A quarter of them lie below.
    pub low: f64,
    /// Half of them lie below.
    pub median: f64,
    /// Three quarters of them lie below.
    pub high: f64,
}

impl Quartiles {
    /// Of all finite numbers; between two of them by their distance (Hyndman & Fan 1996, definition 7).
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Quartiles {
        let mut sorted: Vec<f64> = numbers.into_iter().filter(|n| n.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |share| quantile(&sorted, share);
        Quartiles { low: at(0.25), median: at(0.5), high: at(0.75) }
    }
}

/// The runs of one combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// A value for each axis.
    pub values: Vec<String>,
    /// Runs that have ended.
    pub runs: usize,
    /// Generations that they had.
    pub generations: Quartiles,
    /// See `SweepRow`.
    pub best: Quartiles,
    /// See `SweepRow`.
    pub mean: Quartiles,
    /// See `SweepRow`.
    pub held_out: Quartiles,
    /// See `SweepRow`.
    pub coverage: Quartiles,
    /// See `SweepRow`.
    pub qd_score: Quartiles,
    /// Real time that each took.
    pub seconds: Quartiles,
}

impl Summary {
    /// Whether its runs keep an archive.
    pub fn has_archive(&self) -> bool {
        !self.coverage.median.is_nan()
    }
}

/// One a combination of which a run has ended, in their order.
pub fn summaries(sweep: &Sweep, rows: &[SweepRow]) -> Vec<Summary> {
    let of = |(combination, values): (usize, Vec<String>)| {
        let own: Vec<&SweepRow> = rows.iter().filter(|row| row.cell.combination == combination).collect();
        let quartiles = |value: fn(&SweepRow) -> f64| Quartiles::of(own.iter().map(|row| value(row)));
        (!own.is_empty()).then(|| Summary {
            values,
            runs: own.len(),
            generations: quartiles(|row| row.generations as f64),
            best: quartiles(|row| row.best.into()),
            mean: quartiles(|row| row.mean.into()),
            held_out: quartiles(|row| row.held_out.into()),
            coverage: quartiles(|row| row.coverage.into()),
            qd_score: quartiles(|row| row.qd_score),
            seconds: quartiles(|row| row.seconds),
        })
    };
    sweep.combinations().into_iter().enumerate().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_the_definition() {
        let q = Quartiles::of([4.0, f64::NAN, 1.0, 3.0, 2.0]);
        assert_eq!((q.low, q.median, q.high), (1.75, 2.5, 3.25));
        let q = Quartiles::of([7.0]);
        assert_eq!((q.low, q.median, q.high), (7.0, 7.0, 7.0));
        assert!(Quartiles::of([]).median.is_nan());
    }
}
