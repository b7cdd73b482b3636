//! Evolutionary activity (Bedau, Snyder & Packard 1998): how long components of an evolving system (genotypes, species, founders' lines)
//! have stayed in it. Activity alone shows no adaptation: by chance, too, some stay long. What a neutral shadow of the system, with the
//! same births and deaths and parents drawn at random, does not reach is adaptive. Knows nothing of what a component is.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::statistics::quantile;

/// Components as they come and go.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// Times that each has been present.
    of: BTreeMap<u32, u64>,
    /// Those that are.
    present: Vec<u32>,
}

/// The components that are present at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    /// How many they are: diversity.
    pub diversity: usize,
    /// Sum of their activities.
    pub cumulative: u64,
}

impl Wave {
    /// Mean activity; NaN where nobody is.
    pub fn mean(&self) -> f64 {
        self.cumulative as f64 / self.diversity as f64
    }
}

impl Activity {
    /// Notes who is present at the next time, each once or more often.
    pub fn see(&mut self, present: impl IntoIterator<Item = u32>) -> Wave {
        self.note(present, |_| 1)
    }

    /// As `see`, by use instead of by presence: whose component counts once for each of its bearers, so that one which spreads gathers
    /// activity sooner than one which only stays.
    pub fn see_bearers(&mut self, bearers: impl IntoIterator<Item = u32>) -> Wave {
        self.note(bearers, |count| count)
    }

    fn note(&mut self, present: impl IntoIterator<Item = u32>, worth: impl Fn(u64) -> u64) -> Wave {
        self.present = present.into_iter().collect();
        self.present.sort_unstable();
        for run in self.present.chunk_by(|a, b| a == b) {
            *self.of.entry(run[0]).or_default() += worth(run.len() as u64);
        }
        self.present.dedup();
        Wave { diversity: self.present.len(), cumulative: self.activities().sum() }
    }

    /// Activities of all that have ever been present, in the order of their numbers.
    pub fn all(&self) -> impl Iterator<Item = u64> {
        self.of.values().copied()
    }

    /// Activities of those present, in the order of their numbers.
    pub fn activities(&self) -> impl Iterator<Item = u64> {
        self.present.iter().map(|component| self.of[component])
    }

    /// New activity: the sum over those present whose activity is within a band that innovations have to cross, over their number. The
    /// band begins where chance is left behind, see `threshold`. NaN where nobody is.
    pub fn new_activity(&self, band: RangeInclusive<u64>) -> f64 {
        let within = self.activities().filter(|activity| band.contains(activity)).sum::<u64>();
        within as f64 / self.present.len() as f64
    }
}

/// The activity that of the components of a neutral shadow at most a share `beyond` passes; NaN of none.
pub fn threshold(shadow: &[u64], beyond: f64) -> f64 {
    let mut sorted: Vec<f64> = shadow.iter().map(|activity| *activity as f64).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile(&sorted, 1.0 - beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presences_are_counted_as_by_hand() {
        let mut activity = Activity::default();
        let waves = [vec![0, 1], vec![0, 1, 1], vec![0, 2], vec![2]].map(|present| activity.see(present));
        assert_eq!(waves.map(|wave| wave.cumulative), [2, 4, 4, 2]);
        assert_eq!(waves.map(|wave| wave.mean()), [1.0, 2.0, 2.0, 2.0]);
        assert_eq!(activity.new_activity(1..=3), 2.0);
        assert_eq!(activity.new_activity(3..=9), 0.0);
        assert!(activity.see([]).mean().is_nan() && activity.new_activity(0..=9).is_nan());
    }

    #[test]
    fn bearers_are_counted_as_by_hand() {
        let mut activity = Activity::default();
        let waves = [vec![0, 1, 0], vec![0, 1, 1], vec![2, 0]].map(|bearers| activity.see_bearers(bearers));
        // 0 has had 2, 3, 4 bearers by then, 1 had 1 and 3, 2 has 1.
        assert_eq!(waves.map(|wave| (wave.diversity, wave.cumulative)), [(2, 3), (2, 6), (2, 5)]);
        assert_eq!(activity.all().collect::<Vec<u64>>(), [4, 3, 1]);
    }

    #[test]
    fn what_chance_reaches_is_a_quantile() {
        assert_eq!(threshold(&[5, 1, 3, 2, 4], 0.25), 4.0);
        assert!(threshold(&[], 0.05).is_nan());
    }
}
