//! How a child's numbers are put together from two parents', and how far they change. Knows nothing of how parents are
//! chosen.

use crate::genome::{Variation, breed, inherit};
use crate::layout::{DRAW_CROSS, DRAW_MUTATE};
use crate::rng;
use crate::scene::Mixing;

/// Step sizes stay within these: small enough to change nothing that matters, and the largest `mutation_size`.
const STEPS: (f32, f32) = (1e-6, 10.0);

/// Makes a child's genome from its parents', all of one length. `layers` are the places where a layer of the controller
/// begins, ascending. `key` belongs to the child alone.
pub fn mix(
    child: &mut [f32],
    first: &[f32],
    second: Option<&[f32]>,
    (mixing, layers): (&Mixing, &[usize]),
    variation: Variation,
    key: [u32; 2],
) {
    let Some(other) = second else { return breed(child, first, None, variation, key) };
    child.copy_from_slice(first);
    // Ticks 0 of these draws are those of the uniform form.
    match mixing {
        Mixing::Uniform => return breed(child, first, second, variation, key),
        Mixing::OnePoint => {
            let inner = child.len().saturating_sub(1).max(1) as u32;
            let point = 1 + rng::below(rng::draw(key, 1, 0, DRAW_CROSS)[0], inner) as usize;
            let point = point.min(child.len());
            child[point..].copy_from_slice(&other[point..]);
        }
        Mixing::Layers => {
            for (layer, &start) in layers.iter().enumerate() {
                let end = layers.get(layer + 1).copied().unwrap_or(child.len());
                if rng::draw(key, 2, layer as u32, DRAW_CROSS)[0] >> 31 == 1 {
                    child[start..end].copy_from_slice(&other[start..end]);
                }
            }
        }
    }
    for (i, number) in child.iter_mut().enumerate() {
        *number = inherit(*number, None, i as u32, variation, key);
    }
}

/// Step size of a child from its parents' (Schwefel 1977; Beyer & Schwefel 2002): their geometric mean times
/// exp(`rate` N(0, 1) / √`len`).
pub fn step(first: f32, second: Option<f32>, rate: f32, len: usize, key: [u32; 2]) -> f32 {
    let parents = second.map_or(first, |second| libm::sqrtf(first * second));
    // The numbers of the genome take ticks 0 and 1 of these draws.
    let change = rate * rng::normal(rng::draw(key, 2, 0, DRAW_MUTATE)) / libm::sqrtf(len.max(1) as f32);
    (parents * libm::expf(change)).clamp(STEPS.0, STEPS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Variation = Variation { rate: 0.0, size: 1.0 };

    fn child(mixing: Mixing, layers: &[usize], len: usize, key: u32) -> Vec<f32> {
        let (first, second) = (vec![1.0; len], vec![2.0; len]);
        let mut child = vec![0.0; len];
        mix(&mut child, &first, Some(&second), (&mixing, layers), STILL, [key, 5]);
        child
    }

    #[test]
    fn one_point_lies_anywhere_within() {
        let mut points = [0; 7];
        for key in 0..1_200 {
            let child = child(Mixing::OnePoint, &[0], 7, key);
            assert!(child.is_sorted(), "{child:?}");
            points[child.iter().filter(|v| **v == 1.0).count()] += 1;
        }
        // 200 each, deviation 13.
        assert!(points[0] == 0 && points[1..].iter().all(|n| (145..255).contains(n)), "{points:?}");
        for len in [0, 1, 2] {
            assert_eq!(child(Mixing::OnePoint, &[0], len, 3), [1.0, 2.0][..len]);
        }
    }

    #[test]
    fn layers_stay_whole_and_come_from_either() {
        let layers = [0, 3, 4];
        let mut seen = std::collections::BTreeSet::new();
        for key in 0..100 {
            let child = child(Mixing::Layers, &layers, 9, key);
            for part in [0..3, 3..4, 4..9] {
                assert!(child[part.clone()].iter().all(|v| *v == child[part.start]), "{child:?}");
            }
            seen.insert([0, 3, 4].map(|i| child[i] as u32));
        }
        assert_eq!(seen.len(), 8, "all combinations: {seen:?}");
    }

    #[test]
    fn every_form_changes_numbers_alike() {
        let (first, changed) = (vec![0.0; 40], Variation { rate: 0.5, size: 1.0 });
        let make = |mixing: Mixing, second| {
            let mut child = vec![0.0; 40];
            mix(&mut child, &first, second, (&mixing, &[0, 20]), changed, [9, 9]);
            child
        };
        let alone = make(Mixing::Uniform, None);
        for mixing in [Mixing::Uniform, Mixing::OnePoint, Mixing::Layers] {
            assert_eq!(make(mixing, Some(&first[..])), alone, "equal parents are as good as one");
        }
    }

    #[test]
    fn step_sizes_wander_evenly_in_their_logarithm() {
        let steps: Vec<f32> = (0..4_000).map(|key| step(0.5, Some(0.02), 2.0, 16, [key, 1])).collect();
        let logs: Vec<f32> = steps.iter().map(|s| libm::logf(s / 0.1)).collect();
        let mean = logs.iter().sum::<f32>() / 4_000.0;
        let variance = logs.iter().map(|l| l * l).sum::<f32>() / 4_000.0;
        // Deviation 2 / 4: four errors of the mean are 0.032, of the variance 0.022.
        assert!(mean.abs() < 0.032 && (variance - 0.25).abs() < 0.022, "{mean}, {variance}");
        assert_eq!(step(0.3, None, 0.0, 16, [1, 1]), 0.3);
        assert_eq!((step(0.0, None, 1.0, 1, [1, 1]), step(1e9, None, 1.0, 1, [1, 1])), STEPS);
    }
}
