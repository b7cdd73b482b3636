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
    /// Draws the parents of child `id` from two tournaments (the second with the chance of crossover). `None` for an
    /// empty pool.
    pub fn draw(
        pool: &[Candidate],
        size: u32,
        variation: &VariationSpec,
        stream: Stream,
        tick: u32,
        id: u32,
    ) -> Option<Descent> {
        let words = rng::draw(stream, tick, id, DRAW_PARENT);
        let key = [words[0], words[1]];
        let first = tournament(pool, size, key, 0)?;
        let second = if rng::chance(words[2], variation.crossover) { tournament(pool, size, key, 1) } else { None };
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
            (0..2_000).map(|id| Descent::draw(&pool, 1, &variation, [3, 4], 9, id).unwrap()).collect();
        assert!(drawn.iter().all(|d| d.second.is_none_or(|s| s.index != d.first.index)));
        let pairs = drawn.iter().filter(|d| d.operator() == CROSSOVER).count();
        // Half of the children try, three quarters of those find another: 750, deviation 22.
        assert!((640..860).contains(&pairs), "{pairs}");
        let single = VariationSpec { crossover: 0.0, mutation_rate: 0.0, ..Default::default() };
        assert_eq!(Descent::draw(&pool, 1, &single, [3, 4], 9, 1).unwrap().operator(), CLONE);
    }
}
