//! Novelty search (Lehman & Stanley 2011, *Abandoning Objectives*): parents win tournaments by how far their behaviour is from
//! its nearest neighbours, among the population and the behaviours kept so far; with a weight on fitness, by the sum of their
//! ranks in both. Knows nothing of how genomes are judged.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::archive::Axis;
use super::archived::{Emitter, Scope, Starts, Told, emits, variants};
use super::population::{Origin, Population};
use super::ranks::centred;
use super::selection::{Candidate, Descent, Way};
use crate::genome::{Variation, breed};
use crate::layout::{DRAW_SAMPLE, NONE};
use crate::rng::{self, Stream};
use crate::scene::{Keeps, NoveltySpec};

/// Most behaviours kept; the oldest leaves for another. Novelty costs as many distances a member.
const MOST_KEPT: usize = 1 << 16;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Novelty {
    /// Behaviours kept, oldest first: `[kept][axes]`, on axes of length 1.
    kept: Vec<f64>,
    /// What the members judged last are chosen by; NaN for those that came to no number. Empty before.
    scores: Vec<f32>,
}

/// Mean distance from a behaviour to the nearest of some others, of which the one at `own` is itself.
fn novelty(behaviour: &[f64], others: &[f64], own: usize, neighbours: usize) -> f64 {
    let axes = behaviour.len().max(1);
    let distance = |other: &[f64]| behaviour.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    let all = others.chunks_exact(axes).enumerate().filter(|(i, _)| *i != own).map(|(_, other)| distance(other));
    let mut all: Vec<f64> = all.filter(|distance| distance.is_finite()).collect();
    let taken = neighbours.min(all.len());
    if taken == 0 {
        return 0.0;
    }
    if taken < all.len() {
        all.select_nth_unstable_by(taken - 1, f64::total_cmp);
        all.truncate(taken);
    }
    // In order of size, so that the sum does not depend on how they were found.
    all.sort_unstable_by(f64::total_cmp);
    all.iter().sum::<f64>() / taken as f64
}

/// Behaviours on axes of length 1; NaN throughout where one is not finite.
fn scaled(axes: &[Axis], descriptors: &[f32]) -> Vec<f64> {
    let one = |behaviour: &[f32]| -> Vec<f64> {
        let places: Vec<f64> = axes.iter().zip(behaviour).map(|(axis, place)| axis.share(*place)).collect();
        if places.iter().all(|place| place.is_finite()) { places } else { vec![f64::NAN; axes.len()] }
    };
    descriptors.chunks_exact(axes.len().max(1)).flat_map(one).collect()
}

impl Emitter for Novelty {
    emits!(Novelty, NoveltySpec);

    fn start(spec: &NoveltySpec, key: Stream, starts: Starts, first: &mut Population) -> Novelty {
        let v = &spec.variation;
        variants(starts.genomes, Variation { rate: v.mutation_rate, size: v.mutation_size }, key, first);
        Novelty { kept: vec![], scores: vec![] }
    }

    fn learn(&mut self, scope: &Scope<NoveltySpec>, told: &Told) {
        let (spec, axes) = (scope.spec, scope.archive.axes());
        let behaviours = scaled(axes, told.descriptors);
        let members = told.fitness.len();
        // The population first, so that a member's own place is its index.
        let others: Vec<f64> = behaviours.iter().chain(&self.kept).copied().collect();
        let sound = |i: usize| {
            let own = behaviours.get(i * axes.len()..(i + 1) * axes.len()).unwrap_or_default();
            (!own.is_empty() && own[0].is_finite() && !told.fitness[i].is_nan()).then_some(own)
        };
        let novelty = |i| sound(i).map_or(f64::NAN, |own| novelty(own, &others, i, spec.neighbours as usize));
        let found: Vec<f64> = (0..members).into_par_iter().map(novelty).collect();
        let fitness: Vec<f64> = told.fitness.iter().map(|f| f64::from(*f)).collect();
        let (by_novelty, by_fitness) = (centred(&found), centred(&fitness));
        let weight = f64::from(spec.fitness_weight);
        let score = |i: usize| match found[i].is_nan() {
            true => f32::NAN,
            false => ((1.0 - weight) * by_novelty[i] + weight * by_fitness[i]) as f32,
        };
        self.scores = (0..members).map(score).collect();
        for (i, novelty) in found.iter().enumerate().filter(|(_, novelty)| !novelty.is_nan()) {
            let keep = match &spec.keeps {
                Keeps::Share(share) => {
                    let words = rng::draw(scope.key, scope.generation as u32, scope.old.ids[i], DRAW_SAMPLE);
                    rng::chance(words[0], share.chance)
                }
                Keeps::Beyond(beyond) => *novelty > f64::from(beyond.novelty),
            };
            if keep {
                self.kept.extend_from_slice(&behaviours[i * axes.len()..(i + 1) * axes.len()]);
            }
        }
        let surplus = self.kept.len().saturating_sub(MOST_KEPT * axes.len());
        self.kept.drain(..surplus);
    }

    fn emit(&mut self, scope: &Scope<NoveltySpec>, new: &mut Population) -> Vec<Origin> {
        let (spec, old) = (scope.spec, scope.old);
        let score = |i: usize| self.scores.get(i).copied().unwrap_or(f32::NAN);
        let one = |i: usize| Candidate { index: i as u32, id: old.ids[i], fitness: score(i) };
        let pool: Vec<Candidate> = (0..old.size()).map(one).collect();
        let mut origins = Vec::with_capacity(new.size());
        for member in 0..new.size() {
            let id = new.ids[member];
            let (tick, size) = (scope.generation as u32, spec.tournament);
            let Some(descent) = Descent::draw(&pool, Way::Tournament(size), &spec.variation, scope.key, tick, id)
            else {
                continue;
            };
            let (first, second) = (descent.first.index as usize, descent.second.map(|s| s.index as usize));
            let child = &mut new.genomes[member * new.len..(member + 1) * new.len];
            breed(child, old.row(first), second.map(|s| old.row(s)), descent.variation, descent.key);
            origins.push(Origin {
                id,
                parent: descent.first.id,
                second: descent.second.map_or(NONE, |s| s.id),
                operator: descent.operator(),
            });
        }
        origins
    }

    fn fits(&self, _: &NoveltySpec, _: usize, members: usize, axes: usize) -> bool {
        let whole = self.kept.len().is_multiple_of(axes.max(1)) && self.kept.len() <= MOST_KEPT * axes;
        whole && self.kept.iter().all(|place| place.is_finite()) && [0, members].contains(&self.scores.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::archive::Archive;
    use crate::scene::{KeptBeyondSpec, KeptShareSpec};

    const NAN: f32 = f32::NAN;

    fn axes() -> Vec<Axis> {
        vec![
            Axis { name: "x".into(), low: 0.0, high: 10.0, cells: 5 },
            Axis { name: "y".into(), low: -1.0, high: 1.0, cells: 5 },
        ]
    }

    fn learned(spec: &NoveltySpec, kept: Vec<f64>, fitness: &[f32], descriptors: &[f32]) -> Novelty {
        let archive = Archive::new(axes());
        let old = Population { len: 1, genomes: vec![0.0; fitness.len()], ids: (0..fitness.len() as u32).collect() };
        let scope = Scope { spec, key: [1, 2], generation: 3, archive: &archive, old: &old };
        let mut one = Novelty { kept, scores: vec![] };
        one.learn(&scope, &Told { fitness, descriptors, verdicts: &[] });
        one
    }

    #[test]
    fn novelty_is_the_mean_distance_to_the_nearest() {
        // Distances from (0, 0) to the others: 1, 3, 5 (3-4-5).
        let others = [0.0, 0.0, 1.0, 0.0, 0.0, 3.0, 3.0, 4.0, f64::NAN, f64::NAN];
        let of = |neighbours| novelty(&[0.0, 0.0], &others, 0, neighbours);
        assert_eq!([of(1), of(2), of(3), of(99)], [1.0, 2.0, 3.0, 3.0]);
        assert_eq!(novelty(&[0.0, 0.0], &others[..2], 0, 5), 0.0, "with nobody else");
    }

    #[test]
    fn who_behaves_like_nobody_comes_first() {
        let spec =
            NoveltySpec { neighbours: 1, keeps: Keeps::Share(KeptShareSpec { chance: 0.0 }), ..Default::default() };
        // Along x at 1, 2, 6 and 9, of a range of 10: nearest at 1, 1, 3 and 3; but one at 9.5 was seen before.
        let places = [1.0, 0.0, 2.0, 0.0, 6.0, 0.0, 9.0, 0.0, NAN, 0.0];
        let one = learned(&spec, vec![0.95, 0.5], &[0.0, 0.0, 0.0, 0.0, 9.0], &places);
        assert!(one.scores[2] > one.scores[0] && one.scores[0] == one.scores[1] && one.scores[1] > one.scores[3]);
        assert!(one.scores[4].is_nan(), "no behaviour, no children");
        // With all the weight on fitness, behaviour says nothing.
        let spec = NoveltySpec { fitness_weight: 1.0, ..spec };
        let one = learned(&spec, vec![], &[3.0, NAN, 1.0, 2.0, 9.0], &places);
        assert!(one.scores[0] > one.scores[3] && one.scores[3] > one.scores[2] && one.scores[1].is_nan());
    }

    #[test]
    fn behaviours_are_kept_by_chance_or_by_novelty() {
        let many: Vec<f32> = (0..1_000).flat_map(|i| [i as f32 / 100.0, 0.0]).collect();
        let spec = |keeps| NoveltySpec { neighbours: 1, keeps, ..Default::default() };
        let share = learned(&spec(Keeps::Share(KeptShareSpec { chance: 0.1 })), vec![], &[0.0; 1_000], &many);
        // 100, deviation 9.5.
        assert!((62..138).contains(&(share.kept.len() / 2)), "{}", share.kept.len() / 2);
        let places = [1.0, 0.0, 2.0, 0.0, 6.0, 0.0];
        let beyond = learned(&spec(Keeps::Beyond(KeptBeyondSpec { novelty: 0.2 })), vec![], &[0.0; 3], &places);
        assert_eq!(beyond.kept, [0.6, 0.5], "the third stands 0.4 from the second");
    }
}
