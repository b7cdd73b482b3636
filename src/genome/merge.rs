//! Merging: one genome of two, number by number, layer by layer, or along the arc between them. Both must be of one
//! architecture. Knows nothing of files, or of what a merged genome is worth.

use std::ops::Range;

/// The weighted mean (1 - w) a + w b (model soups, Wortsman et al. 2022). 0 gives `a` exactly, 1 gives `b`.
pub fn average(a: &[f32], b: &[f32], w: f32) -> Vec<f32> {
    let between = |(a, b): (&f32, &f32)| match w {
        0.0 => *a,
        1.0 => *b,
        _ if a == b => *a,
        _ => (1.0 - w) * a + w * b,
    };
    a.iter().zip(b).map(between).collect()
}

/// Spherical interpolation (Shoemake 1985): along the arc from `a` to `b` about the origin, with lengths between theirs. The mean
/// where an angle cannot be had: for vectors along one line, or of length 0.
pub fn slerp(a: &[f32], b: &[f32], w: f32) -> Vec<f32> {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    let angle = libm::acos((dot(a, b) / lengths).clamp(-1.0, 1.0));
    let sine = libm::sin(angle);
    // Below this the arc is a line to within the precision of f32.
    if sine.is_nan() || sine < 1e-4 || w == 0.0 || w == 1.0 {
        return average(a, b, w);
    }
    let (from_a, from_b) = (libm::sin(f64::from(1.0 - w) * angle) / sine, libm::sin(f64::from(w) * angle) / sine);
    a.iter().zip(b).map(|(a, b)| (from_a * f64::from(*a) + from_b * f64::from(*b)) as f32).collect()
}

/// Each layer from `a` or `b` with a weight of its own (evolutionary merging, Akiba et al. 2024): layer i is the average with
/// `weights[i]`. Numbers outside of `layers` are of `a`.
pub fn by_layer(a: &[f32], b: &[f32], layers: &[Range<usize>], weights: &[f32]) -> Vec<f32> {
    let mut child = a.to_vec();
    for (layer, w) in layers.iter().zip(weights) {
        child[layer.clone()].copy_from_slice(&average(&a[layer.clone()], &b[layer.clone()], *w));
    }
    child
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_parents_to_the_bit_and_equal_parents_have_one_child() {
        let (a, b) = ([0.1f32, -2.0, 3.3, 1e-8], [0.7f32, 5.0, -3.3, 1.0]);
        for merge in [average, slerp] {
            assert_eq!((merge(&a, &b, 0.0), merge(&a, &b, 1.0)), (a.to_vec(), b.to_vec()));
            assert_eq!(merge(&a, &a, 0.3), a);
        }
        assert_eq!(average(&[0.0, 2.0], &[1.0, 4.0], 0.25), [0.25, 2.5]);
    }

    #[test]
    fn the_arc_keeps_the_length_that_the_mean_loses() {
        let child = slerp(&[2.0, 0.0], &[0.0, 2.0], 0.5);
        assert!((child[0] - 2.0f32.sqrt()).abs() < 1e-6 && (child[1] - 2.0f32.sqrt()).abs() < 1e-6, "{child:?}");
        assert_eq!(slerp(&[0.0; 2], &[2.0, 0.0], 0.5), [1.0, 0.0], "no angle at the origin");
        assert_eq!(slerp(&[1.0, 0.0], &[-1.0, 0.0], 0.25), [0.5, 0.0], "nor between opposites");
    }

    #[test]
    fn layers_are_swapped_whole() {
        let child = by_layer(&[1.0; 6], &[2.0; 6], &[0..2, 2..5], &[1.0, 0.5]);
        assert_eq!(child, [2.0, 2.0, 1.5, 1.5, 1.5, 1.0]);
    }
}
