//! Genomes as rows of numbers: how a child's row is made. Twin of `shaders/breed.wgsl`. Knows nothing of what the
//! numbers mean, of fitness, or of where rows are kept.

mod half;
pub mod merge;
mod rows;

pub use half::{narrow, widen};
pub use rows::{Rows, layer_words, row_words};

use crate::layout::{DRAW_CROSS, DRAW_MUTATE};
use crate::rng;

/// How a child's numbers differ from its parents'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variation {
    /// Chance that a number changes.
    pub rate: f32,
    /// Deviation of a change.
    pub size: f32,
}

/// Number `index` of a child: taken from the first parent, or evenly from either when there are two, then changed with
/// probability `rate` by a normal step of deviation `size`. `key` belongs to the child alone.
#[inline(always)]
pub fn inherit(first: f32, second: Option<f32>, index: u32, variation: Variation, key: [u32; 2]) -> f32 {
    let mut value = first;
    if let Some(other) = second
        && from_second(index, key)
    {
        value = other;
    }
    if let Some((change, _)) = changed(index, variation, key) {
        value += change;
    }
    value
}

/// Whether number `index` of a child of two is the second's.
#[inline(always)]
fn from_second(index: u32, key: [u32; 2]) -> bool {
    rng::draw(key, 0, index, DRAW_CROSS)[0] >> 31 == 1
}

/// By how much number `index` of a child changes, if it does, and words of which all but the first are unused.
#[inline(always)]
fn changed(index: u32, variation: Variation, key: [u32; 2]) -> Option<(f32, [u32; 4])> {
    let words = rng::draw(key, 0, index, DRAW_MUTATE);
    let change = || rng::normal(rng::draw(key, 1, index, DRAW_MUTATE)) * variation.size;
    rng::chance(words[0], variation.rate).then(|| (change(), words))
}

/// Makes a child's row from its parents' rows, all of one length.
pub fn breed(child: &mut [f32], first: &[f32], second: Option<&[f32]>, variation: Variation, key: [u32; 2]) {
    for (i, number) in child.iter_mut().enumerate() {
        *number = inherit(first[i], second.map(|s| s[i]), i as u32, variation, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_mix_and_change_as_asked() {
        let (a, b) = (vec![1.0; 10_000], vec![2.0; 10_000]);
        let mut child = vec![0.0; 10_000];
        breed(&mut child, &a, Some(&b), Variation { rate: 0.0, size: 1.0 }, [3, 4]);
        let ones = child.iter().filter(|v| **v == 1.0).count();
        // Five deviations of a fair coin thrown 10,000 times.
        assert!((4_750..5_250).contains(&ones), "{ones} numbers from the first parent");
        assert!(child.iter().all(|v| *v == 1.0 || *v == 2.0));

        breed(&mut child, &a, None, Variation { rate: 0.1, size: 0.5 }, [3, 4]);
        let changed = child.iter().filter(|v| **v != 1.0).count();
        assert!((850..1_150).contains(&changed), "{changed} numbers changed");
    }

    #[test]
    fn a_child_depends_on_its_key_alone() {
        let parent: Vec<f32> = (0..64).map(|i| i as f32).collect();
        let make = |key| {
            let mut child = vec![0.0; 64];
            breed(&mut child, &parent, None, Variation { rate: 0.5, size: 1.0 }, key);
            child
        };
        assert_eq!(make([1, 2]), make([1, 2]));
        assert_ne!(make([1, 2]), make([1, 3]));
    }
}
