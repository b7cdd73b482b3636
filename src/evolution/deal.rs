//! Dealing: which worlds of a generation a species is run in by its population and which by its past champions, and
//! the shuffling of who stands where. Arithmetic of counts; knows nothing of genomes or fitness.

use crate::layout::DRAW_DEAL;
use crate::rng::{self, Stream};

/// Of so many worlds in a row, one is played against past champions.
pub const CHAMPION_WORLDS: u64 = 4;

/// Who runs a genome row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dealt {
    /// A member of the population, which is judged.
    Member(u32),
    /// A champion of the hall, which is not.
    Champion(usize),
}

/// Worlds among the first `worlds` of a generation in which side `index` is run by its population.
pub fn open_worlds(worlds: u64, index: usize, hall: bool) -> u64 {
    let first = index as u64 % CHAMPION_WORLDS;
    worlds - if hall { (worlds + CHAMPION_WORLDS - 1 - first) / CHAMPION_WORLDS } else { 0 }
}

/// Whether side `index` is run by its hall in the `world`-th world of a generation.
pub fn is_hall_world(world: u64, index: usize, hall: bool) -> bool {
    hall && world % CHAMPION_WORLDS == index as u64 % CHAMPION_WORLDS
}

/// Fewest worlds whose open ones are at least `wanted`.
pub fn worlds_for(wanted: u64, index: usize, hall: bool) -> u64 {
    let mut worlds = if hall { wanted.saturating_sub(1) / (CHAMPION_WORLDS - 1) * CHAMPION_WORLDS } else { wanted };
    while open_worlds(worlds, index, hall) < wanted {
        worlds += 1;
    }
    worlds
}

/// The numbers below `n` in an order drawn from `key` (Fisher and Yates).
pub fn shuffle(n: u32, key: Stream) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n).collect();
    for i in (1..n).rev() {
        order.swap(i as usize, rng::below(rng::draw(key, 0, i, DRAW_DEAL)[0], i + 1) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halls_of_several_sides_take_turns() {
        for world in 0..40 {
            let busy = (0..4).filter(|side| is_hall_world(world, *side, true)).count();
            assert_eq!(busy, 1, "world {world}");
            assert!(!is_hall_world(world, 1, false));
        }
    }

    #[test]
    fn open_worlds_are_those_without_a_hall() {
        for side in 0..6 {
            for worlds in 0..50 {
                let counted = (0..worlds).filter(|w| !is_hall_world(*w, side, true)).count() as u64;
                assert_eq!(open_worlds(worlds, side, true), counted);
                let needed = worlds_for(worlds, side, true);
                assert!(open_worlds(needed, side, true) == worlds, "enough");
                assert!(needed == 0 || open_worlds(needed - 1, side, true) < worlds, "and no more");
            }
            assert_eq!((open_worlds(9, side, false), worlds_for(9, side, false)), (9, 9));
        }
    }

    #[test]
    fn shuffles_are_even() {
        let mut places = [0u32; 6];
        for i in 0..6_000 {
            let order = shuffle(6, [i, 3]);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5]);
            places[order.iter().position(|n| *n == 0).unwrap_or(0)] += 1;
        }
        // 1,000 each, deviation 29.
        assert!(places.iter().all(|n| (850..1_150).contains(n)), "{places:?}");
    }
}
