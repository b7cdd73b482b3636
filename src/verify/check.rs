//! What a card found: quantities beside their targets, and curves. Knows nothing of how they were measured, nor how they are shown.

use serde::{Deserialize, Serialize};

use crate::statistics::{deviation, mean};

/// What may lie between a measurement and its target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tolerance {
    /// So much, in the quantity's own unit.
    Absolute(f64),
    /// So large a share of the target.
    Relative(f64),
    /// Anything that does not fall below the target.
    AtLeast,
    /// Anything from the target up to this.
    UpTo(f64),
}

/// One quantity of a card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What is measured, with its unit.
    pub quantity: String,
    /// What came out; a card that has no value for it says NaN, which never passes.
    pub measured: f64,
    /// Standard error of it; `None` where nothing is drawn at random, or there is one value.
    pub error: Option<f64>,
    /// What should.
    pub target: f64,
    /// How near it must come.
    pub tolerance: Tolerance,
    /// Whether it did.
    pub pass: bool,
}

impl Check {
    /// Judges a measurement. What is not finite misses, whatever the tolerance.
    pub fn new(
        quantity: impl Into<String>,
        measured: f64,
        error: Option<f64>,
        target: f64,
        tolerance: Tolerance,
    ) -> Check {
        let near = match tolerance {
            Tolerance::Absolute(most) => (measured - target).abs() <= most,
            Tolerance::Relative(most) => (measured - target).abs() <= most * target.abs(),
            Tolerance::AtLeast => measured >= target,
            Tolerance::UpTo(most) => (target..=most).contains(&measured),
        };
        let error = error.filter(|error| error.is_finite());
        Check { quantity: quantity.into(), measured, error, target, tolerance, pass: near && measured.is_finite() }
    }

    /// Of something that follows from its formula, to six digits.
    pub fn exact(quantity: impl Into<String>, measured: f64, target: f64) -> Check {
        Check::new(quantity, measured, None, target, Tolerance::Absolute(1e-6))
    }

    /// Of a mean over runs.
    pub fn mean(quantity: impl Into<String>, values: &[f64], target: f64, tolerance: Tolerance) -> Check {
        Check::new(quantity, mean(values), Some(error(values)), target, tolerance)
    }

    /// Of a mean over runs that must come within `most` of its target, or within four of its standard errors where too few runs
    /// are made to tell as much.
    pub fn near(quantity: impl Into<String>, values: &[f64], target: f64, most: f64) -> Check {
        Check::mean(quantity, values, target, Tolerance::Absolute(most.max(4.0 * error(values))))
    }

    /// Of a share of runs.
    pub fn share(quantity: impl Into<String>, count: usize, runs: usize, target: f64, tolerance: Tolerance) -> Check {
        let share = count as f64 / runs as f64;
        Check::new(quantity, share, Some((share * (1.0 - share) / runs as f64).sqrt()), target, tolerance)
    }

    /// How far from the middle of what is allowed it came to lie, in units of its half; within ±1 is a pass. `None` where all
    /// that is asked is to come to a target, where only one value is allowed, and where nothing came out.
    pub fn off(&self) -> Option<Off> {
        let (middle, half) = match self.tolerance {
            Tolerance::Absolute(most) => (self.target, most),
            Tolerance::Relative(most) => (self.target, most * self.target.abs()),
            Tolerance::UpTo(most) => (0.5 * (self.target + most), 0.5 * (most - self.target)),
            Tolerance::AtLeast => return None,
        };
        let off = Off { by: (self.measured - middle) / half, error: self.error.map(|error| error / half) };
        (half > 0.0 && off.by.is_finite()).then_some(off)
    }
}

/// Standard error of a mean.
pub fn error(values: &[f64]) -> f64 {
    deviation(values) / (values.len() as f64).sqrt()
}

/// How far something is off, see [`Check::off`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Off {
    /// Of the measurement.
    pub by: f64,
    /// Its standard error.
    pub error: Option<f64>,
}

/// One place on a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Place on the axis across.
    pub x: f64,
    /// What came out there; NaN where nothing did.
    pub measured: f64,
    /// Standard error of it.
    pub error: Option<f64>,
    /// What should come out, where that is known.
    pub target: Option<f64>,
}

impl Point {
    /// Of a mean over runs.
    pub fn mean(x: f64, values: &[f64], target: Option<f64>) -> Point {
        Point { x, measured: mean(values), error: Some(error(values)).filter(|e| e.is_finite()), target }
    }
}

/// A curve to draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Title of the chart that it stands in, its axis up; curves of one title share a chart.
    pub figure: String,
    /// The axis across.
    pub across: String,
    /// Which of the curves there it is.
    pub name: String,
    /// Along the axis.
    pub points: Vec<Point>,
}

/// What a card found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What decides.
    pub checks: Vec<Check>,
    /// What to look at beside them; none are needed.
    pub curves: Vec<Curve>,
}

impl Finding {
    /// Whether everything asked came out, and anything was.
    pub fn passes(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.pass)
    }
}

impl From<Vec<Check>> for Finding {
    fn from(checks: Vec<Check>) -> Finding {
        Finding { checks, curves: vec![] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_hold_on_both_sides() {
        let check = |measured, tolerance| Check::new("x", measured, None, 2.0, tolerance).pass;
        assert!(check(2.5, Tolerance::Absolute(0.5)) && !check(1.4, Tolerance::Absolute(0.5)));
        assert!(check(1.91, Tolerance::Relative(0.05)) && !check(2.11, Tolerance::Relative(0.05)));
        assert!(check(9.0, Tolerance::AtLeast) && !check(1.9, Tolerance::AtLeast));
        assert!(
            check(2.0, Tolerance::UpTo(3.0)) && !check(3.1, Tolerance::UpTo(3.0)) && !check(1.9, Tolerance::UpTo(3.0))
        );
    }

    #[test]
    fn what_is_no_number_never_passes() {
        for tolerance in [Tolerance::Absolute(f64::INFINITY), Tolerance::AtLeast, Tolerance::UpTo(f64::INFINITY)] {
            for measured in [f64::NAN, f64::INFINITY] {
                assert!(!Check::new("x", measured, None, 2.0, tolerance).pass, "{measured} {tolerance:?}");
            }
        }
        let none = Check::mean("x", &[], 0.0, Tolerance::Absolute(1.0));
        assert!(!none.pass && none.error.is_none());
        assert!(!Finding::default().passes(), "nothing was asked");
    }

    #[test]
    fn few_runs_widen_a_tolerance_and_many_do_not() {
        // Standard error 0.5: four of them are allowed.
        assert!(Check::near("x", &[1.0, 2.0], 3.4, 0.1).pass && !Check::near("x", &[1.0, 2.0], 3.6, 0.1).pass);
        assert_eq!(Check::near("x", &[1.5; 4], 1.6, 0.2).tolerance, Tolerance::Absolute(0.2));
    }

    #[test]
    fn how_far_off_is_told_in_halves_of_what_is_allowed() {
        let off = |measured, tolerance| Check::new("x", measured, Some(0.1), 2.0, tolerance).off();
        let close = |off: Option<Off>, by: f64, error: f64| {
            off.is_some_and(|off| (off.by - by).abs() < 1e-9 && (off.error.unwrap() - error).abs() < 1e-9)
        };
        assert!(close(off(2.5, Tolerance::Absolute(0.5)), 1.0, 0.2));
        assert!(close(off(1.8, Tolerance::Relative(0.1)), -1.0, 0.5));
        assert!(close(off(4.0, Tolerance::UpTo(4.0)), 1.0, 0.1));
        assert!(off(2.5, Tolerance::AtLeast).is_none() && off(2.0, Tolerance::Absolute(0.0)).is_none());
    }
}
