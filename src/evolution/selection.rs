//! Selection: tournaments, and how a child's parents are drawn. Shared by live evolution and the strategies. Knows
//! nothing of what the candidates are.

use super::fitness::{better, order};
use super::{CLONE, CROSSOVER, MUTATION};
use crate::genome::Variation;
use crate::layout::{DRAW_MUTATE, DRAW_PARENT};
use crate::rng::{self, Stream};
use crate::scene::VariationSpec;

/// Somebody who may become a parent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Where its genome stands: the caller's own numbering.
    pub index: u32,
    /// Its number; ties go to the lower.
    pub id: u32,
    /// What it is judged by; NaN is worst.
    pub fitness: f32,
}

/// Best first: by fitness, ties by the lower id.
pub fn rank(pool: &mut [Candidate]) {
    pool.sort_unstable_by(|a, b| order(a.fitness, b.fitness).then(a.id.cmp(&b.id)));
}

/// The best `share` of a ranked pool, at least one candidate of it: truncation selection.
pub fn truncated(pool: &[Candidate], share: f32) -> &[Candidate] {
    let count = (pool.len() as f64 * f64::from(share)).round() as usize;
    &pool[..count.max(1).min(pool.len())]
}

/// The best of `size` candidates drawn evenly, with replacement; ties go to the lower id. `None` for an empty pool.
/// `key` belongs to the child and `which` tells its parents apart.
pub fn tournament(pool: &[Candidate], size: u32, key: Stream, which: u32) -> Option<Candidate> {
    if pool.is_empty() {
        return None;
    }
    let drawn = |i| pool[rng::below(rng::draw(key, i, which, DRAW_PARENT)[0], pool.len() as u32) as usize];
    let best = (1..size.max(1)).map(drawn).fold(drawn(0), |best, next| {
        let wins = better(next.fitness, best.fitness) || (!better(best.fitness, next.fitness) && next.id < best.id);
        if wins { next } else { best }
    });
    Some(best)
}

/// A candidate drawn with a chance in proportion to its fitness (Holland 1975); those that are not above 0 have none, unless nobody is
/// above 0, when all have the same. `None` for an empty pool. `key` and `which` as in `tournament`.
pub fn proportional(pool: &[Candidate], key: Stream, which: u32) -> Option<Candidate> {
    let worth = |candidate: &Candidate| f64::from(candidate.fitness.max(0.0));
    let all: f64 = pool.iter().map(worth).sum();
    if !(all > 0.0 && all.is_finite()) {
        return tournament(pool, 1, key, which);
    }
    let mut left = f64::from(rng::draw(key, 0, which, DRAW_PARENT)[0]) / 4_294_967_296.0 * all;
    let hit = |candidate: &&Candidate| {
        left -= worth(candidate);
        left < 0.0
    };
    // Rounding may leave a little for after the last who has a chance.
    pool.iter().find(hit).or_else(|| pool.iter().rfind(|candidate| worth(candidate) > 0.0)).copied()
}

/// How a parent is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// See `tournament`: of so many.
    Tournament(u32),
    /// See `proportional`.
    Proportional,
}

impl Way {
    fn draw(self, pool: &[Candidate], key: Stream, which: u32) -> Option<Candidate> {
        match self {
            Way::Tournament(size) => tournament(pool, size, key, which),
            Way::Proportional => proportional(pool, key, which),
        }
    }
}

/// How a child is to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// First parent.
    pub first: Candidate,
    /// Second parent, another candidate than the first.
    pub second: Option<Candidate>,
    /// How its numbers differ.
    pub variation: Variation,
    /// Key of its genome's draws.
    pub key: [u32; 2],
}

impl Descent {
    /// Draws the parents of child `id`, the second with the chance of crossover. `None` for an empty pool.
    pub fn draw(
        pool: &[Candidate],
        way: Way,
        variation: &VariationSpec,
        stream: Stream,
        tick: u32,
        id: u32,
    ) -> Option<Descent> {
        let words = rng::draw(stream, tick, id, DRAW_PARENT);
        let key = [words[0], words[1]];
        let first = way.draw(pool, key, 0)?;
        let second = if rng::chance(words[2], variation.crossover) { way.draw(pool, key, 1) } else { None };
        let numbers = rng::draw(stream, tick, id, DRAW_MUTATE);
        Some(Descent {
            first,
            second: second.filter(|s| s.index != first.index),
            variation: Variation { rate: variation.mutation_rate, size: variation.mutation_size },
            key: [numbers[0], numbers[1]],
        })
    }

    /// Word for the lineage log.
    pub fn operator(&self) -> &'static str {
        match self.second {
            Some(_) => CROSSOVER,
            None if self.variation.rate > 0.0 && self.variation.size > 0.0 => MUTATION,
            None => CLONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_gives_each_its_share() {
        let pool = |fitness: &[f32]| -> Vec<Candidate> {
            (0..).zip(fitness).map(|(id, fitness)| Candidate { index: id, id, fitness: *fitness }).collect()
        };
        let shares = |fitness: &[f32]| {
            let (pool, mut counts) = (pool(fitness), vec![0.0; fitness.len()]);
            (0..8_000).for_each(|i| counts[proportional(&pool, [i, 3], 0).unwrap().index as usize] += 1.0 / 8_000.0);
            counts
        };
        // Deviations of a share are below 0.006; four of them.
        let near = |told: &[f64], known: &[f64]| told.iter().zip(known).all(|(a, b)| (a - b).abs() < 0.023);
        let told = shares(&[1.0, -5.0, 3.0, f32::NAN, 0.0, 4.0]);
        assert!(near(&told, &[0.125, 0.0, 0.375, 0.0, 0.0, 0.5]) && told[1] + told[3] + told[4] == 0.0, "{told:?}");
        assert!(near(&shares(&[-1.0, 0.0, f32::NAN]), &[0.333; 3]), "nobody is above 0");
        assert!(near(&shares(&[f32::INFINITY, 1.0]), &[0.5; 2]), "no share of what has no end");
        assert_eq!(proportional(&[], [1, 1], 0), None);
    }

    fn pool(fitness: &[f32]) -> Vec<Candidate> {
        fitness.iter().enumerate().map(|(i, &f)| Candidate { index: i as u32, id: i as u32, fitness: f }).collect()
    }

    #[test]
    fn larger_tournaments_select_harder() {
        let pool = pool(&(0..100).map(|i| i as f32).collect::<Vec<_>>());
        let mean =
            |size| (0..2_000).map(|i| tournament(&pool, size, [i, 7], 0).unwrap().fitness).sum::<f32>() / 2_000.0;
        // The best of k draws from 0..100 averages near 100 k / (k + 1) - 0.5; the bounds are over four errors wide.
        assert!((mean(1) - 49.5).abs() < 3.0, "{}", mean(1));
        assert!((mean(4) - 79.5).abs() < 2.0, "{}", mean(4));
        assert!((mean(9) - 89.5).abs() < 1.5, "{}", mean(9));
    }

    #[test]
    fn truncation_leaves_the_best() {
        let mut pool = pool(&[3.0, f32::NAN, 5.0, 4.0]);
        rank(&mut pool);
        let kept = |share| truncated(&pool, share).iter().map(|c| c.index).collect::<Vec<_>>();
        assert_eq!((kept(1.0), kept(0.5), kept(0.0)), (vec![2, 3, 0, 1], vec![2, 3], vec![2]));
        assert!(truncated(&[], 0.5).is_empty());
    }

    #[test]
    fn ties_go_to_the_lower_id_and_nan_loses() {
        let mut tied = pool(&[1.0; 8]);
        tied.reverse();
        for i in 0..50 {
            assert_eq!(tournament(&tied, 200, [i, 0], 0).unwrap().id, 0);
            assert_eq!(tournament(&pool(&[f32::NAN, -1e9]), 40, [i, 0], 0).unwrap().id, 1);
        }
        assert_eq!(tournament(&[], 5, [0, 0], 0), None);
        rank(&mut tied);
        assert_eq!(tied.iter().map(|c| c.id).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn second_parents_come_by_chance_and_differ_from_the_first() {
        let pool = pool(&[0.0, 1.0, 2.0, 3.0]);
        let variation = VariationSpec { crossover: 0.5, ..Default::default() };
        let drawn: Vec<Descent> =
            (0..2_000).map(|id| Descent::draw(&pool, Way::Tournament(1), &variation, [3, 4], 9, id).unwrap()).collect();
        assert!(drawn.iter().all(|d| d.second.is_none_or(|s| s.index != d.first.index)));
        let pairs = drawn.iter().filter(|d| d.operator() == CROSSOVER).count();
        // Half of the children try, three quarters of those find another: 750, deviation 22.
        assert!((640..860).contains(&pairs), "{pairs}");
        let single = VariationSpec { crossover: 0.0, mutation_rate: 0.0, ..Default::default() };
        assert_eq!(Descent::draw(&pool, Way::Tournament(1), &single, [3, 4], 9, 1).unwrap().operator(), CLONE);
    }
}
