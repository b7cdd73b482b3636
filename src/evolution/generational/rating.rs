//! What genomes are worth: gathers what they earned in their places, and tells the strategies at the end of a generation. Knows nothing of who
//! is dealt where.

use super::{Champion, Generational};
use crate::evolution::archive::Archive;
use crate::evolution::deal::Dealt;
use crate::evolution::held_out;
use crate::evolution::judge::Judge;
use crate::evolution::round::GenerationRow;
use crate::scene::{Judged, SceneSpec};

impl Generational {
    /// Adds what was earned in the places of the round to the genomes that were dealt there.
    pub(super) fn judge(&mut self, judge: &Judge) {
        for index in 0..self.sides.len() {
            let dealt = self.deal(index);
            let side = &mut self.sides[index];
            let of_groups: Vec<f32> = match side.judged {
                Judged::Group => (0..self.worlds).map(|world| judge.world(side.species, world)).collect(),
                _ => vec![],
            };
            for (place, dealt) in dealt.into_iter().enumerate() {
                let Dealt::Member(member) = dealt else { continue };
                let (world, row) = (place as u64 / side.rows, place as u64 % side.rows);
                let fitness = match side.judged {
                    Judged::Own | Judged::Individuals => judge.row(side.species, world, row),
                    Judged::Group => of_groups[world as usize],
                };
                if side.judged == Judged::Individuals {
                    side.individuals.add(member as usize, &judge.each(side.species, world, row));
                }
                side.kept.sums[member as usize] += f64::from(fitness);
                side.kept.counts[member as usize] += 1;
                side.gathered.judge(&side.axes, judge, side.species, member as usize, (world, row));
            }
            side.gathered.end_round();
        }
    }

    /// Notes what the best of each species came to in the worlds of a round of scoring: the mean over its rows.
    pub(super) fn score(&mut self, round: u64, judge: &Judge) {
        for world in (0..self.worlds).filter(|w| held_out::seed_of(&self.held_out, round, self.worlds, *w).is_some()) {
            for (index, side) in self.sides.iter().enumerate() {
                self.scoring.note(index, self.sides.len(), judge.world(side.species, world));
            }
        }
    }

    /// Tells the strategies what their populations were worth, and notes it and the best.
    pub(super) fn rate(&mut self, scene: &SceneSpec) {
        let generation = self.progress.generation;
        for side in &mut self.sides {
            let kept = &mut side.kept;
            let mut fitness: Vec<f32> =
                kept.sums.iter().zip(&kept.counts).map(|(sum, count)| (sum / f64::from(*count)) as f32).collect();
            if side.judged == Judged::Individuals {
                // Who came to no number stays without.
                let shares = side.individuals.shares(&kept.counts);
                fitness.iter_mut().zip(shares).filter(|(own, _)| !own.is_nan()).for_each(|(own, share)| *own = share);
            }
            let descriptors = side.gathered.take(&kept.counts);
            let metrics = side.strategy.tell_described(&fitness, &descriptors);
            let population = side.strategy.population();
            let champion = Champion {
                genome: population.row(metrics.best_index).to_vec(),
                id: population.ids[metrics.best_index],
                fitness: metrics.best,
                generation,
            };
            self.scoring.rows.push(GenerationRow {
                generation,
                species: scene.species[side.species].name.clone(),
                tick: 0,
                best: metrics.best,
                mean: metrics.mean,
                std: metrics.std,
                diversity: metrics.diversity,
                best_id: champion.id,
                trials: kept.counts.iter().copied().min().unwrap_or(0),
                held_out: f32::NAN,
                held_out_low: f32::NAN,
                held_out_high: f32::NAN,
                coverage: side.strategy.archive().map_or(f32::NAN, |archive| archive.coverage() as f32),
                qd_score: side.strategy.archive().map_or(f64::NAN, |archive| archive.qd_score(side.qd_offset)),
            });
            // Where the best are kept, the best of all generations stands for them.
            let best = side.strategy.archive().and_then(Archive::best);
            kept.champion = Some(match (best, &kept.champion) {
                (Some(best), Some(last)) if last.id == best.id => last.clone(),
                (Some(best), _) => {
                    Champion { genome: best.genome.clone(), id: best.id, fitness: best.objective, generation }
                }
                (None, _) => champion,
            });
        }
    }
}
