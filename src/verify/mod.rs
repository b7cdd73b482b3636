//! Published results, measured anew: each card runs the program's own parts on a problem whose answer is known, and says what
//! came out, with its error, beside what should. Sources and figures stand in the cards; what is done with what they find, they do not know.

mod activity;
mod ask;
mod attention;
mod budgets;
mod check;
mod correlation;
mod couzin;
mod distillation;
mod drift;
mod flocking;
mod floreano;
mod games;
mod gradients;
mod information;
mod merging;
mod mitri;
mod neat;
mod olson;
mod particles;
mod planks;
mod plasticity;
mod poles;
mod populations;
mod projection;
mod robots;
mod selection;
mod shuffled;
mod speaker_listener;
mod statistics;
mod vicsek;

pub use ask::{Ask, Kept, Stage, VerifyError, program};
pub use check::{Check, Curve, Finding, Off, Point, Tolerance};

/// A published result.
pub struct Card {
    /// Name on the command line.
    pub name: &'static str,
    /// What belongs together: one of [`PARTS`].
    pub part: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Whose result it is.
    pub source: &'static str,
    /// Whether it runs the engine, on the backend that is asked for.
    pub engine: bool,
    /// Whether it goes by the number of seeds that is asked for.
    pub seeds: bool,
    /// Measures it. Equal calls, equal answers.
    pub run: fn(&Ask) -> Result<Finding, VerifyError>,
}

/// What cards are about.
pub const PARTS: &[&str] = &["evolution", "communication", "motion"];

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
    olson::CARD,
    projection::CARD,
    drift::CARD,
    selection::CARD,
    activity::CARD,
    plasticity::CARD,
    attention::CARD,
    distillation::CARD,
    merging::CARD,
    statistics::CARD,
    information::BIAS,
    information::TRANSFER,
    information::INFLUENCE,
    populations::CARD,
    floreano::CARD,
    mitri::CARD,
    speaker_listener::CARD,
    games::URN,
    games::NAMING,
    correlation::CARD,
    particles::MORSE,
    particles::CUCKER,
    particles::OLFATI,
    flocking::CARD,
    vicsek::NOISE,
    vicsek::MEANFIELD,
    couzin::STATES,
    couzin::HYSTERESIS,
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
        assert!(named("nothing").is_empty() && PARTS.iter().all(|part| !named(part).is_empty()));
        assert_eq!(PARTS.iter().map(|part| named(part).len()).sum::<usize>(), CARDS.len());
        let mut names: Vec<_> = CARDS.iter().map(|card| card.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CARDS.len());
    }
}
