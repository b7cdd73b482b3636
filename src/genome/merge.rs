//! Merging: one genome of two or more, number by number, layer by layer, along the arc between two, or by what each has that a base
//! they come from has not (their *task vectors*). All must be of one architecture. Knows nothing of files, or of what a merged genome
//! is worth, unless it is told.

use std::ops::Range;

use crate::layout::DRAW_CROSS;
use crate::rng::{self, Stream};

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

/// The mean of all (uniform soup, Wortsman et al. 2022). Equal genomes give the same genome, exactly.
pub fn soup(models: &[&[f32]]) -> Vec<f32> {
    let len = models.first().map_or(0, |model| model.len());
    let mean = |i: usize| models.iter().map(|model| f64::from(model[i])).sum::<f64>() / models.len() as f64;
    (0..len).map(|i| mean(i) as f32).collect()
}

/// The greedy soup (Wortsman et al. 2022): the best model, to which each other, the better first, is added if the mean does not score
/// lower with it. Gives the soup, its score, and who is in it. Scores that are not numbers are the worst.
///
/// # Errors
/// When `score` fails.
pub fn greedy_soup<E>(
    models: &[&[f32]],
    mut score: impl FnMut(&[f32]) -> Result<f64, E>,
) -> Result<(Vec<f32>, f64, Vec<usize>), E> {
    let worth = |score: f64| if score.is_nan() { f64::NEG_INFINITY } else { score };
    let mut order = models.iter().enumerate().map(|(i, m)| Ok((i, worth(score(m)?)))).collect::<Result<Vec<_>, E>>()?;
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut chosen: Vec<usize> = order.iter().take(1).map(|(i, _)| *i).collect();
    let mut best = order.first().map_or(f64::NEG_INFINITY, |(_, score)| *score);
    for (i, _) in order.into_iter().skip(1) {
        let with: Vec<&[f32]> = chosen.iter().chain([&i]).map(|i| models[*i]).collect();
        let found = worth(score(&soup(&with))?);
        if found >= best {
            best = found;
            chosen.push(i);
        }
    }
    let kept: Vec<&[f32]> = chosen.iter().map(|i| models[*i]).collect();
    Ok((soup(&kept), best, chosen))
}

/// Task arithmetic (Ilharco et al. 2023): the base plus each model's task vector times its weight. One model of weight 1, the others
/// of 0, is that model, exactly.
pub fn task_arithmetic(base: &[f32], models: &[&[f32]], weights: &[f32]) -> Vec<f32> {
    let weights: Vec<f64> = weights.iter().map(|w| f64::from(*w)).collect();
    // The same sum with the base taken out of the brackets, so that a weight of 1 adds no rounding.
    let rest = 1.0 - weights.iter().sum::<f64>();
    let of = |(i, base): (usize, &f32)| {
        let added = models.iter().zip(&weights).map(|(model, w)| w * f64::from(model[i])).sum::<f64>();
        (rest * f64::from(*base) + added) as f32
    };
    base.iter().enumerate().map(of).collect()
}

/// TIES (Yadav et al. 2023): of each task vector the share `density` of largest size is kept; in each place the sign whose kept entries
/// weigh more is elected, and the base gains `weight` times the mean of those that have it.
pub fn ties(base: &[f32], models: &[&[f32]], density: f32, weight: f32) -> Vec<f32> {
    let kept = ((base.len() as f64 * f64::from(density)).round_ties_even() as usize).min(base.len());
    let trimmed: Vec<Vec<f64>> = models
        .iter()
        .map(|model| {
            let task: Vec<f64> = model.iter().zip(base).map(|(m, b)| f64::from(*m) - f64::from(*b)).collect();
            let mut order: Vec<usize> = (0..task.len()).collect();
            // Equal sizes keep the order of their places.
            order.sort_by(|a, b| task[*b].abs().total_cmp(&task[*a].abs()).then(a.cmp(b)));
            let mut trimmed = vec![0.0; task.len()];
            order[..kept].iter().for_each(|i| trimmed[*i] = task[*i]);
            trimmed
        })
        .collect();
    let of = |(i, base): (usize, &f32)| {
        let entries = || trimmed.iter().map(|task| task[i]);
        let sign = entries().sum::<f64>().signum();
        let agreeing: Vec<f64> = entries().filter(|entry| entry * sign > 0.0).collect();
        let mean = agreeing.iter().sum::<f64>() / agreeing.len().max(1) as f64;
        (f64::from(*base) + f64::from(weight) * mean) as f32
    };
    base.iter().enumerate().map(of).collect()
}

/// DARE (Yu et al. 2024): a model of whose task vector each number is dropped with chance `drop` (below 1), and what is left made larger
/// by 1 / (1 - drop), so that its expectation stays. Draws are addressed by `key` and the number's place.
pub fn dare(base: &[f32], model: &[f32], drop: f32, key: Stream) -> Vec<f32> {
    let of = |(i, (base, model)): (usize, (&f32, &f32))| {
        let dropped = rng::chance(rng::draw(key, 0, i as u32, DRAW_CROSS)[0], drop);
        let task = (f64::from(*model) - f64::from(*base)) / (1.0 - f64::from(drop));
        if dropped { *base } else { (f64::from(*base) + task) as f32 }
    };
    base.iter().zip(model).enumerate().map(of).collect()
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

    #[test]
    fn a_greedy_soup_takes_what_does_not_lower_it() {
        let models: [&[f32]; 4] = [&[0.0, 0.0], &[2.0, 0.0], &[9.0, 9.0], &[f32::NAN, 0.0]];
        // Best at (1, 0): the first two together are there, the third would lead away.
        let score = |m: &[f32]| Ok::<f64, ()>(-f64::from((m[0] - 1.0).powi(2) + m[1].powi(2)));
        let (soup, best, mut chosen) = greedy_soup(&models, score).unwrap();
        chosen.sort_unstable();
        assert_eq!((soup, best, chosen), (vec![1.0, 0.0], 0.0, vec![0, 1]));
        assert_eq!(greedy_soup(&models, |_| Err("lost")).unwrap_err(), "lost");
    }

    #[test]
    fn ties_trims_elects_and_averages() {
        let base = [1.0, 1.0, 1.0, 1.0];
        // Tasks: (4, -1, 0.1, 2) and (2, 3, 0.2, -3).
        let (a, b): ([f32; 4], [f32; 4]) = ([5.0, 0.0, 1.1, 3.0], [3.0, 4.0, 1.2, -2.0]);
        // Of each three are kept: the third place falls out. The second elects 3, the fourth -3.
        assert_eq!(ties(&base, &[&a, &b], 0.75, 1.0), [4.0, 4.0, 1.0, -2.0]);
        assert_eq!(ties(&base, &[&a, &b], 0.75, 0.5), [2.5, 2.5, 1.0, -0.5]);
        assert_eq!(ties(&base, &[&a, &b], 0.0, 1.0), base);
        assert_eq!(ties(&base, &[&a], 1.0, 1.0), a, "one alone comes back");
    }

    #[test]
    fn dare_drops_and_makes_up_for_it() {
        let (base, model) = (vec![1.0f32; 4_000], vec![3.0f32; 4_000]);
        let child = dare(&base, &model, 0.75, [1, 2]);
        // Kept ones stand at 1 + 2 / 0.25; five deviations of 4,000 draws are 137.
        let kept = child.iter().filter(|x| **x == 9.0).count();
        assert!((863..1137).contains(&kept) && child.iter().all(|x| [1.0, 9.0].contains(x)), "{kept}");
        assert_eq!(dare(&base, &model, 0.0, [1, 2]), model);
        assert_ne!(dare(&base, &model, 0.75, [1, 3]), child);
    }

    #[test]
    fn tasks_add_up() {
        let (base, a, b) = ([1.0f32, 2.0], [3.0f32, 2.5], [1.0f32, 1.0]);
        assert_eq!(task_arithmetic(&base, &[&a, &b], &[1.0, 1.0]), [3.0, 1.5]);
        assert_eq!(task_arithmetic(&base, &[&a, &b], &[-1.0, 0.0]), [-1.0, 1.5], "a task is unlearned");
        assert_eq!(soup(&[&a, &b]), [2.0, 1.75]);
    }
}
