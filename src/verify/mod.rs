//! Published results, measured anew: each card runs the program's own parts on a problem whose answer is known, and says what
//! came out, with its error, beside what should. Sources and figures stand in the cards; nothing here reads a file.

mod attention;
mod budgets;
mod distillation;
mod drift;
mod games;
mod gradients;
mod information;
mod merging;
mod neat;
mod planks;
mod plasticity;
mod poles;
mod projection;
mod selection;
mod shuffled;
mod statistics;

use serde::Serialize;

/// How thorough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As many runs as tell a working program from a broken one, in seconds.
    Short,
    /// As many as the source reports, or more.
    Full,
}

impl Stage {
    /// One of two numbers.
    fn of<T>(self, short: T, full: T) -> T {
        if self == Stage::Short { short } else { full }
    }
}

/// What may lie between a measurement and its target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// What is measured, with its unit.
    pub quantity: String,
    /// What came out.
    pub measured: f64,
    /// Standard error of it; `None` where nothing is drawn at random.
    pub error: Option<f64>,
    /// What should.
    pub target: f64,
    /// How near it must come.
    pub tolerance: Tolerance,
    /// Whether it did.
    pub pass: bool,
}

impl Check {
    fn new(quantity: impl Into<String>, measured: f64, error: Option<f64>, target: f64, tolerance: Tolerance) -> Check {
        let pass = match tolerance {
            Tolerance::Absolute(most) => (measured - target).abs() <= most,
            Tolerance::Relative(most) => (measured - target).abs() <= most * target.abs(),
            Tolerance::AtLeast => measured >= target,
            Tolerance::UpTo(most) => (target..=most).contains(&measured),
        };
        Check { quantity: quantity.into(), measured, error, target, tolerance, pass }
    }

    /// Of something that follows from its formula, to six digits.
    fn exact(quantity: impl Into<String>, measured: f64, target: f64) -> Check {
        Check::new(quantity, measured, None, target, Tolerance::Absolute(1e-6))
    }

    /// Of a mean over runs.
    fn mean(quantity: impl Into<String>, values: &[f64], target: f64, tolerance: Tolerance) -> Check {
        let error = crate::statistics::deviation(values) / (values.len() as f64).sqrt();
        Check::new(quantity, crate::statistics::mean(values), Some(error), target, tolerance)
    }

    /// Of a share of runs.
    fn share(quantity: impl Into<String>, count: usize, runs: usize, target: f64, tolerance: Tolerance) -> Check {
        let share = count as f64 / runs as f64;
        Check::new(quantity, share, Some((share * (1.0 - share) / runs as f64).sqrt()), target, tolerance)
    }
}

/// A published result.
pub struct Card {
    /// Name on the command line.
    pub name: &'static str,
    /// What belongs together: `evolution`, `communication`.
    pub part: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Whose result it is.
    pub source: &'static str,
    /// Measures it. Equal calls, equal answers.
    pub run: fn(Stage) -> Vec<Check>,
}

/// All cards, in the order in which they are run.
pub const CARDS: &[Card] = &[
    budgets::CMA,
    budgets::NES,
    gradients::PGPE,
    gradients::OPENAI_ES,
    neat::CARD,
    neat::BACKPROP,
    poles::DOUBLE,
    poles::SWING_UP,
    planks::CARD,
    projection::CARD,
    drift::CARD,
    selection::CARD,
    plasticity::CARD,
    attention::CARD,
    distillation::CARD,
    merging::CARD,
    statistics::CARD,
    information::BIAS,
    information::TRANSFER,
    information::INFLUENCE,
    games::URN,
    games::NAMING,
];

/// The cards that a name stands for: one, a part, or `all`; none for a name that stands for nothing.
pub fn named(name: &str) -> Vec<&'static Card> {
    CARDS.iter().filter(|card| name == "all" || name == card.name || name == card.part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_found_by_name_and_by_part() {
        assert_eq!(named("all").len(), CARDS.len());
        assert_eq!(named("lineage_drift").len(), 1);
        assert!(named("evolution").len() > 1 && named("nothing").is_empty());
        let mut names: Vec<_> = CARDS.iter().map(|card| card.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CARDS.len());
    }

    #[test]
    fn tolerances_hold_on_both_sides() {
        let check = |measured, tolerance| Check::new("x", measured, None, 2.0, tolerance).pass;
        assert!(check(2.5, Tolerance::Absolute(0.5)) && !check(1.4, Tolerance::Absolute(0.5)));
        assert!(check(1.91, Tolerance::Relative(0.05)) && !check(2.11, Tolerance::Relative(0.05)));
        assert!(check(9.0, Tolerance::AtLeast) && !check(1.9, Tolerance::AtLeast));
        assert!(
            check(2.0, Tolerance::UpTo(3.0)) && !check(3.1, Tolerance::UpTo(3.0)) && !check(1.9, Tolerance::UpTo(3.0))
        );
        assert!(!check(f64::NAN, Tolerance::Absolute(9.0)) && !check(f64::NAN, Tolerance::AtLeast));
    }
}
