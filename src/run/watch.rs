//! Watches the generations of a run for a reason to end it before its goal. What it concludes is a function of the rows
//! of `generations.csv` alone, so that a resumed run ends at the generation at which an uninterrupted one does. Knows
//! nothing of how a run is driven.

use super::info::{EndedBy, StopRule};
use super::rows::Generation;
use crate::scene::{Evolution, SceneSpec};

/// Name of the species that a run is judged by: the first one of whole populations. `None` where there is none.
pub fn judged(scene: &SceneSpec) -> Option<&str> {
    let whole = |e: &Evolution| matches!(e, Evolution::Generational(_));
    scene.species.iter().find(|s| s.count > 0 && whole(&s.evolution)).map(|s| s.name.as_str())
}

/// The best and the newest of a run so far, and whether that ends it.
///
/// *Target.* A generation reaches it by its held-out mean. Until a run has scored a generation on held-out seeds, and in
/// runs that never do, by its best fitness; from then on a generation that is not scored reaches nothing, since the best
/// of many noisy numbers is higher than what it stands for.
///
/// *Stagnation.* A generation stagnates unless its best fitness is above that of all before it.
#[derive(Clone, Debug)]
pub struct Watch {
    rule: StopRule,
    species: String,
    /// Whether a generation was scored on held-out seeds.
    scored: bool,
    best: Option<Generation>,
    newest: Option<Generation>,
    held_out: Option<Generation>,
    ended: Option<(EndedBy, String)>,
}

impl Watch {
    /// Watches a run of `scene` that has had no generation yet.
    pub fn new(rule: StopRule, scene: &SceneSpec) -> Watch {
        Watch {
            rule,
            species: judged(scene).unwrap_or_default().to_string(),
            scored: false,
            best: None,
            newest: None,
            held_out: None,
            ended: None,
        }
    }

    /// The rule.
    pub fn rule(&self) -> &StopRule {
        &self.rule
    }

    /// The first generation whose fitness no other has passed.
    pub fn best(&self) -> Option<&Generation> {
        self.best.as_ref()
    }

    /// The last generation.
    pub fn newest(&self) -> Option<&Generation> {
        self.newest.as_ref()
    }

    /// The last generation that was scored on held-out seeds.
    pub fn held_out(&self) -> Option<&Generation> {
        self.held_out.as_ref()
    }

    /// What ends the run, and the same in words.
    pub fn ended(&self) -> Option<&(EndedBy, String)> {
        self.ended.as_ref()
    }

    /// Takes generations as they end, of any species.
    pub fn see(&mut self, row: &Generation) {
        if row.species != self.species {
            return;
        }
        if !row.held_out.is_nan() {
            self.scored = true;
            self.held_out = Some(row.clone());
        }
        let better = match &self.best {
            Some(best) => row.best > best.best,
            None => !row.best.is_nan(),
        };
        if better {
            self.best = Some(row.clone());
        }
        if self.ended.is_none() {
            self.ended = self.reason(row);
        }
        self.newest = Some(row.clone());
    }

    fn reason(&self, row: &Generation) -> Option<(EndedBy, String)> {
        let number = row.generation;
        let (what, value) = if self.scored { ("held-out mean", row.held_out) } else { ("best", row.best) };
        if let Some(target) = self.rule.target
            && value >= target
        {
            let why =
                format!("generation {number} reached the target: its {what} is {value}, and {target} was asked for");
            return Some((EndedBy::Target, why));
        }
        let since = match &self.best {
            Some(best) => number - best.generation.min(number),
            None => number + 1,
        };
        if self.rule.stagnation.is_none_or(|most| since < most) {
            return None;
        }
        let than = match &self.best {
            Some(best) => format!("a best above {}, that of generation {}", best.best, best.generation),
            None => "a fitness that is a number".to_string(),
        };
        Some((EndedBy::Stagnation, format!("{since} generations in a row did not bring {than}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    /// Feeds (best, held-out) of one generation after another; the generation at which it ends, and by what.
    fn end(rule: StopRule, worth: &[(f32, f32)]) -> Option<(usize, EndedBy)> {
        let scene = scene::parse(include_str!("../../tests/cli/race.ron"), "race").unwrap();
        let mut watch = Watch::new(rule, &scene);
        for (generation, &(best, held_out)) in worth.iter().enumerate() {
            let row = Generation { generation: generation as u64, best, held_out, ..Generation::default() };
            watch.see(&Generation { species: "someone else".into(), best: 1e9, ..row.clone() });
            watch.see(&Generation { species: "runner".into(), ..row });
            if let Some((by, why)) = watch.ended() {
                assert!(!why.is_empty());
                return Some((generation, *by));
            }
        }
        None
    }

    const NAN: f32 = f32::NAN;

    #[test]
    fn a_target_is_met_by_the_best_until_held_out_seeds_are_scored() {
        let rule = StopRule { target: Some(5.0), stagnation: None };
        assert_eq!(end(rule, &[(4.0, NAN), (NAN, NAN), (5.0, NAN)]), Some((2, EndedBy::Target)));
        assert_eq!(end(rule, &[(4.0, 3.0), (9.0, NAN), (9.0, 4.9), (8.0, 5.1)]), Some((3, EndedBy::Target)));
        assert_eq!(end(rule, &[(4.0, NAN), (4.9, NAN)]), None);
    }

    #[test]
    fn stagnation_counts_from_the_last_new_best() {
        let rule = StopRule { target: None, stagnation: Some(2) };
        let level = [(1.0, NAN), (2.0, NAN), (2.0, NAN), (NAN, NAN), (3.0, NAN)];
        assert_eq!(end(rule, &level), Some((3, EndedBy::Stagnation)));
        let rising = [(1.0, NAN), (0.5, NAN), (2.0, NAN), (0.5, NAN), (3.0, NAN)];
        assert_eq!(end(rule, &rising), None);
        assert_eq!(end(rule, &[(NAN, NAN), (NAN, NAN)]), Some((1, EndedBy::Stagnation)));
    }
}
