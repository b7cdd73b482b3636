//! What a probe has found: for each test and quantity the difference between the changed and the unchanged world of each pair,
//! its 95 % interval, how large it is, and by what chance it would come about; and what follows from it in words, or does not.
//! Knows nothing of how worlds are run.

use rayon::prelude::*;

use super::test::Test;
use super::{LEAST_PAIRS, Probe, Quantity};
use crate::rng;
use crate::statistics::{holm, mean, paired};

/// Names the draws of intervals; no round of a run gets there.
const INTERVAL_ROUND: u64 = u64::MAX - 4;

/// A test's effect on a quantity of a species.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was changed.
    pub test: Test,
    /// Whose quantity it is: a place among the scene's species.
    pub species: usize,
    /// What was compared.
    pub quantity: Quantity,
    /// Mean over the unchanged worlds, and over the changed ones; of pairs in which both came to a number.
    pub means: [f64; 2],
    /// Pairs in which both came to a number.
    pub pairs: usize,
    /// What they say.
    pub effect: Effect,
}

/// What the pairs say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// Too few pairs came to a number for an interval.
    Few,
    /// No pair differs at all.
    Same,
    /// Some do.
    Measured {
        /// Mean of changed minus unchanged.
        difference: f64,
        /// Its 95 % interval.
        interval: [f64; 2],
        /// The difference in deviations of the pairs' differences (Cohen 1988, d for paired samples); `None` where all pairs differ
        /// by the same.
        size: Option<f64>,
        /// Two-sided chance by the sign-flip test, and the same corrected for all tests and quantities (Holm 1979).
        p: [f64; 2],
    },
}

impl Effect {
    /// Whether the interval lies on one side of 0: below (-1), above (1); 0 where it does not.
    pub fn sign(&self) -> i32 {
        match self {
            Effect::Measured { interval: [_, high], .. } if *high < 0.0 => -1,
            Effect::Measured { interval: [low, _], .. } if *low > 0.0 => 1,
            _ => 0,
        }
    }
}

impl Probe {
    /// Everything found so far, test by test.
    pub fn findings(&self) -> Vec<Finding> {
        let tests = self.question().tests.iter().enumerate();
        let all = tests.flat_map(|(at, test)| (0..self.quantities().len()).map(move |quantity| (at, *test, quantity)));
        let all: Vec<(usize, Test, usize)> = all.collect();
        let (seed, quantities, values) = (self.question().scene.seed, self.quantities(), &self.values);
        // Resampling takes longer than some schools swim.
        let of = |(number, &(at, test, quantity)): (usize, &(usize, Test, usize))| {
            let (species, what) = quantities[quantity];
            let key = rng::stream(seed, INTERVAL_ROUND, number as u32);
            let [plain, changed] = both(&values[0][quantity], &values[at + 1][quantity]);
            Finding {
                test,
                species,
                quantity: what,
                means: [mean(&plain), mean(&changed)],
                pairs: plain.len(),
                effect: effect(&plain, &changed, key),
            }
        };
        let mut found: Vec<Finding> = all.par_iter().enumerate().map(of).collect();
        correct(found.iter_mut().map(|finding| &mut finding.effect));
        found
    }
}

/// The values of pairs that both have one.
fn both(plain: &[f64], changed: &[f64]) -> [Vec<f64>; 2] {
    plain.iter().zip(changed).filter(|(a, b)| a.is_finite() && b.is_finite()).unzip::<_, _, Vec<_>, Vec<_>>().into()
}

/// What pairs say that all came to a number.
pub(super) fn effect(plain: &[f64], changed: &[f64], key: rng::Stream) -> Effect {
    if plain.len() < LEAST_PAIRS as usize {
        return Effect::Few;
    }
    if plain == changed {
        return Effect::Same;
    }
    let found = paired(changed, plain, key);
    let size = found.effect.is_finite().then_some(found.effect);
    Effect::Measured { difference: found.difference, interval: found.interval, size, p: [found.p; 2] }
}

/// Corrects the chances for their number.
pub(super) fn correct<'a>(effects: impl Iterator<Item = &'a mut Effect>) {
    let all = effects.filter_map(|effect| if let Effect::Measured { p, .. } = effect { Some(p) } else { None });
    let mut all: Vec<&mut [f64; 2]> = all.collect();
    let corrected = holm(&all.iter().map(|p| p[0]).collect::<Vec<f64>>());
    all.iter_mut().zip(corrected).for_each(|(p, corrected)| p[1] = corrected);
}

/// What follows from the findings on the fitness of the species called `name`, and what does not, sentence by sentence.
pub fn words(found: &[Finding], species: usize, name: &str) -> Vec<String> {
    let of = |wanted: fn(&Test) -> bool| {
        found.iter().find(|f| f.species == species && f.quantity == Quantity::Fitness && wanted(&f.test))
    };
    let mut said = vec![];
    for finding in found.iter().filter(|f| f.species == species && f.quantity == Quantity::Fitness) {
        said.push(sentence(finding, name));
    }
    let sign = |finding: Option<&Finding>| finding.map(|f| f.effect.sign());
    let (mute, scramble) = (of(|t| matches!(t, Test::Mute)), of(|t| matches!(t, Test::Scramble)));
    match (sign(mute), sign(scramble)) {
        (_, Some(-1)) => said.push(
            "Who emits what matters: it is the content of the signals that these agents use, in these worlds and for this \
             long. That it evolved for that end, or that other schools would, does not follow."
                .into(),
        ),
        (Some(-1), Some(0)) => said.push(
            "That something is heard matters, but not, as far as these pairs tell, from whom: a tone or a beat would do as well."
                .into(),
        ),
        (Some(0), Some(0)) => said.push(
            "Nothing here shows that the signals matter to fitness. They may matter to what is not measured, in other worlds, \
             or by less than the intervals leave open."
                .into(),
        ),
        (Some(1), _) | (_, Some(1)) => said.push(
            "These agents do better when they are not told: what they hear misleads them, or keeps them busy.".into(),
        ),
        _ => {}
    }
    said
}

/// A finding on fitness as a sentence.
fn sentence(finding: &Finding, name: &str) -> String {
    let with = finding.test.told();
    match finding.effect {
        Effect::Few => format!("With {with}, too few pairs of `{name}` came to a number to say anything."),
        Effect::Same => format!("With {with}, no pair of worlds differs: to `{name}` it makes no difference whatever."),
        Effect::Measured { difference, interval: [low, high], .. } => {
            let plain = finding.means[0];
            // A share of next to nothing says nothing.
            let share = match plain.abs() > 1e-9 {
                true => format!(" ({:+.0} %)", 100.0 * difference / plain.abs()),
                false => String::new(),
            };
            match finding.effect.sign() {
                0 => format!(
                    "With {with}, the fitness of `{name}` changes by {difference:.3}{share}, which may be chance: an effect between \
                     {low:.3} and {high:.3} is not excluded, nor is none."
                ),
                sign => format!(
                    "With {with}, the fitness of `{name}` {} by {:.3}{share}, 95 % interval {:.3} to {:.3}.",
                    if sign < 0 { "falls" } else { "rises" },
                    difference.abs(),
                    low.abs().min(high.abs()),
                    low.abs().max(high.abs()),
                ),
            }
        }
    }
}
/// A chance, which is never 0.
pub fn chance(p: f64) -> String {
    if p < 0.0001 { "<0.0001".into() } else { format!("{p:.4}") }
}
