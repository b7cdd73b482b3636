//! Rows of numbers that lie together: k-means, and how many clusters there are, if any. Knows nothing of what the rows are of.

use crate::layout::DRAW_RESAMPLE;
use crate::rng::{self, Stream};

/// Rounds of Lloyd's algorithm, at most: it settles in a dozen.
const ROUNDS: u32 = 100;

/// Beginnings of which the best counts: a single one may end in a poor place.
const BEGINNINGS: u32 = 8;

/// Silhouette from which on clusters are taken for real (Kaufman and Rousseeuw 1990: a reasonable structure).
pub const STRUCTURE: f64 = 0.5;

/// Clusters of rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// Middle of each, the largest cluster first.
    pub centers: Vec<Vec<f32>>,
    /// The cluster of each row.
    pub of: Vec<usize>,
    /// Sum of the squared distances of rows to the middle of theirs.
    pub spread: f64,
}

/// Squared distance of two rows.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum()
}

/// The nearest of the centers, and its squared distance.
pub fn nearest(centers: &[Vec<f32>], row: &[f32]) -> Option<(usize, f64)> {
    let all = centers.iter().enumerate().map(|(at, center)| (at, apart(center, row)));
    // Of equal ones the first.
    all.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// At most `count` clusters by k-means (Lloyd 1982), begun as k-means++ does (Arthur and Vassilvitskii 2007) with draws from `key`; fewer
/// where there are fewer different rows, none of no rows. Rows are of one length.
pub fn means(rows: &[Vec<f32>], count: usize, key: Stream) -> Clusters {
    let all = (0..BEGINNINGS).map(|begin| settled(rows, begun(rows, count, begin, key)));
    let best = all.min_by(|a, b| a.spread.total_cmp(&b.spread)).unwrap_or_default();
    largest_first(best)
}

/// Rows to begin from: each next one by its squared distance from those there are.
fn begun(rows: &[Vec<f32>], count: usize, begin: u32, key: Stream) -> Vec<Vec<f32>> {
    let draw = |at: usize| f64::from(rng::uniform(rng::draw(key, begin, at as u32, DRAW_RESAMPLE)[0]));
    let mut centers: Vec<Vec<f32>> = vec![];
    while centers.len() < count {
        let weights: Vec<f64> = rows.iter().map(|row| nearest(&centers, row).map_or(1.0, |(_, away)| away)).collect();
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            break;
        }
        let mut left = draw(centers.len()) * all;
        let passed = |weight: &f64| {
            left -= weight;
            left < 0.0
        };
        // Rounding may pass the last.
        let at = weights.iter().position(passed).unwrap_or(rows.len() - 1);
        centers.push(rows[at].clone());
    }
    centers
}

fn settled(rows: &[Vec<f32>], mut centers: Vec<Vec<f32>>) -> Clusters {
    let mut of = vec![];
    for _ in 0..ROUNDS {
        let now: Vec<usize> = rows.iter().map(|row| nearest(&centers, row).map_or(0, |(at, _)| at)).collect();
        if now == of {
            break;
        }
        of = now;
        for (at, center) in centers.iter_mut().enumerate() {
            let own: Vec<&Vec<f32>> = rows.iter().zip(&of).filter(|(_, of)| **of == at).map(|(row, _)| row).collect();
            // Whom all have left stays where it was.
            if !own.is_empty() {
                let mean = |i: usize| own.iter().map(|row| f64::from(row[i])).sum::<f64>() / own.len() as f64;
                *center = (0..center.len()).map(|i| mean(i) as f32).collect();
            }
        }
    }
    let spread = rows.iter().zip(&of).filter_map(|(row, of)| Some(apart(row, centers.get(*of)?))).sum();
    Clusters { centers, of, spread }
}

/// The same with clusters in the order of their sizes, without empty ones.
fn largest_first(found: Clusters) -> Clusters {
    let size = |at: &usize| found.of.iter().filter(|of| *of == at).count();
    let mut order: Vec<usize> = (0..found.centers.len()).filter(|at| size(at) > 0).collect();
    order.sort_by_key(|at| std::cmp::Reverse(size(at)));
    let place = |old: &usize| order.iter().position(|at| at == old).unwrap_or(0);
    let of = found.of.iter().map(place).collect();
    Clusters { centers: order.iter().map(|at| found.centers[*at].clone()).collect(), of, spread: found.spread }
}

/// Mean silhouette of rows in clusters (Rousseeuw 1987): how much nearer a row is to its own than to the next, from -1 to 1. A row alone
/// counts 0; NaN of fewer than two clusters.
pub fn silhouette(rows: &[Vec<f32>], of: &[usize]) -> f64 {
    let count = of.iter().max().map_or(0, |last| last + 1);
    if count < 2 {
        return f64::NAN;
    }
    let mut sizes = vec![0usize; count];
    of.iter().for_each(|own| sizes[*own] += 1);
    let one = |(row, own): (&Vec<f32>, &usize)| {
        let mut sums = vec![0.0; count];
        rows.iter().zip(of).for_each(|(other, of)| sums[*of] += apart(row, other).sqrt());
        if sizes[*own] < 2 {
            return 0.0;
        }
        let inside = sums[*own] / (sizes[*own] - 1) as f64;
        let others = (0..count).filter(|at| at != own && sizes[*at] > 0).map(|at| sums[at] / sizes[at] as f64);
        let outside = others.fold(f64::INFINITY, f64::min);
        let larger = inside.max(outside);
        if larger > 0.0 { (outside - inside) / larger } else { 0.0 }
    };
    rows.iter().zip(of).map(one).sum::<f64>() / rows.len() as f64
}

/// By how much a silhouette must be higher for more clusters to be taken.
const GAIN: f64 = 0.05;

/// As many clusters as there are, at most `most`: the number whose silhouette is highest, if that is `STRUCTURE` or more, or a smaller one
/// that does nearly as well; else one. Clusters whose middles are not `least` apart are none. Tells the silhouette too; NaN of one cluster.
pub fn found(rows: &[Vec<f32>], most: usize, least: f64, key: Stream) -> (Clusters, f64) {
    let distinct = |clusters: &Clusters| {
        let centers = &clusters.centers;
        (1..centers.len()).all(|a| nearest(&centers[..a], &centers[a]).is_none_or(|(_, away)| away.sqrt() >= least))
    };
    let several = (2..=most).map(|count| means(rows, count, key)).filter(distinct).map(|clusters| {
        let told = silhouette(rows, &clusters.of);
        (clusters, told)
    });
    let mut good: Vec<(Clusters, f64)> = several.filter(|(_, told)| *told >= STRUCTURE).collect();
    let best = good.iter().map(|(_, told)| *told).fold(f64::NEG_INFINITY, f64::max);
    match good.iter().position(|(_, told)| *told >= best - GAIN) {
        Some(first) => good.swap_remove(first),
        None => (means(rows, 1, key), f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud(at: [f32; 2], count: u32, key: u32) -> impl Iterator<Item = Vec<f32>> {
        let near = move |i: u32, axis: u32| 0.1 * rng::normal(rng::draw([key, 1], i, axis, 0));
        (0..count).map(move |i| vec![at[0] + near(i, 0), at[1] + near(i, 1)])
    }

    #[test]
    fn clouds_are_found_and_counted() {
        let three = cloud([0.0, 0.0], 40, 1).chain(cloud([3.0, 0.0], 30, 2)).chain(cloud([0.0, 3.0], 20, 3));
        let rows: Vec<Vec<f32>> = three.collect();
        let (clusters, told) = found(&rows, 6, 0.5, [5, 5]);
        assert_eq!(clusters.centers.len(), 3);
        assert!(told > 0.9, "{told}");
        let expected: Vec<usize> = [vec![0; 40], vec![1; 30], vec![2; 20]].concat();
        assert_eq!(clusters.of, expected);
        assert_eq!(found(&rows, 6, 4.0, [5, 5]).0.centers.len(), 1, "not far enough apart");
        assert!(apart(&clusters.centers[1], &[3.0, 0.0]) < 0.01, "{:?}", clusters.centers);
        assert_eq!(nearest(&clusters.centers, &[0.2, 2.5]).map(|(at, _)| at), Some(2));
    }

    #[test]
    fn one_cloud_is_one_and_nothing_is_none() {
        let rows: Vec<Vec<f32>> = cloud([1.0, 1.0], 60, 4).collect();
        let (clusters, told) = found(&rows, 6, 0.5, [5, 5]);
        assert!(clusters.centers.len() == 1 && told.is_nan() && clusters.of == vec![0; 60]);
        let same = vec![vec![0.5, 0.5]; 9];
        assert_eq!(means(&same, 3, [1, 1]).centers, [vec![0.5, 0.5]]);
        assert_eq!(found(&[], 6, 0.5, [5, 5]).0, Clusters::default());
        assert!(silhouette(&same, &[0; 9]).is_nan());
    }

    #[test]
    fn a_silhouette_is_what_it_should_be() {
        // By hand: 0 and 1 against 5; 1 is 1 from its own and 4 from the other, 0 is 1 and 5, and 5 is alone.
        let rows = [vec![0.0], vec![1.0], vec![5.0]];
        let told = silhouette(&rows, &[0, 0, 1]);
        assert!((told - (0.8 + 0.75 + 0.0) / 3.0).abs() < 1e-12, "{told}");
    }
}
