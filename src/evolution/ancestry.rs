//! What a lineage log says of those who are left: how many founders they go back to, how many births that is ago, and who was the last
//! that all of them descend from. By first parents, as everywhere. Knows nothing of how a log is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::layout::NONE;

/// Who descends from whom, of one species (and one world, where numbers are a world's).
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    /// Parent and tick of birth of each who is in the log.
    born: BTreeMap<u32, (u32, u64)>,
}

/// What those who are left have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ancestry {
    /// Individuals that were asked for.
    pub living: usize,
    /// Founders that they go back to.
    pub founders: usize,
    /// Births between an individual and its founder, on average; NaN of nobody.
    pub depth: f64,
    /// Number of the last individual from whom all descend, and its tick of birth; nobody where several founders are left.
    pub common: Option<(u32, u64)>,
}

impl Lineage {
    /// Notes a line of the log.
    pub fn note(&mut self, id: u32, parent: u32, tick: u64) {
        self.born.insert(id, (parent, tick));
    }

    /// Parent and tick of birth; who is not in the log was there from the start.
    fn of(&self, id: u32) -> (Option<u32>, u64) {
        let (parent, tick) = self.born.get(&id).copied().unwrap_or((NONE, 0));
        ((parent != NONE).then_some(parent), tick)
    }

    /// The founder that an individual goes back to.
    pub fn founder(&self, id: u32) -> u32 {
        let mut at = id;
        while let Some(parent) = self.of(at).0 {
            at = parent;
        }
        at
    }

    /// What those have in common.
    pub fn ancestry(&self, living: &[u32]) -> Ancestry {
        // Founder and depth of all who have been asked about.
        let mut known: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for id in living {
            let (mut line, mut at) = (vec![], *id);
            let (founder, mut depth) = loop {
                if let Some(found) = known.get(&at) {
                    break *found;
                }
                match self.of(at).0 {
                    Some(parent) => line.push(std::mem::replace(&mut at, parent)),
                    None => break (at, 0),
                }
            };
            known.insert(at, (founder, depth));
            for descendant in line.into_iter().rev() {
                depth += 1;
                known.insert(descendant, (founder, depth));
            }
        }
        let founders: BTreeSet<u32> = living.iter().map(|id| known[id].0).collect();
        let depth = living.iter().map(|id| f64::from(known[id].1)).sum::<f64>() / living.len() as f64;
        Ancestry { living: living.len(), founders: founders.len(), depth, common: self.common(living) }
    }

    /// The last from whom all descend: of the lines that lead back, the youngest end steps back until they have become one.
    fn common(&self, living: &[u32]) -> Option<(u32, u64)> {
        let mut ends: BTreeSet<(u64, u32)> = living.iter().map(|id| (self.of(*id).1, *id)).collect();
        while ends.len() > 1 {
            let (_, youngest) = ends.pop_last()?;
            let parent = self.of(youngest).0?;
            ends.insert((self.of(parent).1, parent));
        }
        ends.pop_last().map(|(tick, id)| (id, tick))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Founders 0 and 1; 0 has 2 and 3 at tick 10, 2 has 4 and 5 at tick 20, 3 has 6 at tick 20, 1 has 7 at tick 30.
    fn family() -> Lineage {
        let mut lineage = Lineage::default();
        for (id, parent, tick) in [(2, 0, 10), (3, 0, 10), (4, 2, 20), (5, 2, 20), (6, 3, 20), (7, 1, 30)] {
            lineage.note(id, parent, tick);
        }
        lineage
    }

    #[test]
    fn a_family_is_read_as_by_hand() {
        let of = |living: &[u32]| family().ancestry(living);
        assert_eq!(of(&[4, 5]), Ancestry { living: 2, founders: 1, depth: 2.0, common: Some((2, 10)) });
        assert_eq!([4, 6, 7, 1, 9].map(|id| family().founder(id)), [0, 0, 1, 1, 9]);
        assert_eq!(of(&[4, 6, 3]), Ancestry { living: 3, founders: 1, depth: 5.0 / 3.0, common: Some((0, 0)) });
        assert_eq!(of(&[4, 7]), Ancestry { living: 2, founders: 2, depth: 1.5, common: None });
        // Who lives beside its own descendants is the ancestor.
        assert_eq!(of(&[2, 4]).common, Some((2, 10)));
        assert_eq!(of(&[9]), Ancestry { living: 1, founders: 1, depth: 0.0, common: Some((9, 0)) });
        let nobody = of(&[]);
        assert!(nobody.founders == 0 && nobody.depth.is_nan() && nobody.common.is_none());
    }

    #[test]
    fn a_founder_that_was_sampled_later_is_one_of_its_own() {
        let mut lineage = family();
        lineage.note(8, NONE, 40);
        assert_eq!(lineage.ancestry(&[8, 4]).common, None);
        assert_eq!(lineage.ancestry(&[8]).common, Some((8, 40)));
    }
}
