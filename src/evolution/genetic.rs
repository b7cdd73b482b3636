//! A genetic algorithm: the best are kept, the rest, or some of them, make room for children of parents drawn among those that
//! truncation leaves.
//! Knows nothing of how genomes are judged.

use serde::{Deserialize, Serialize};

use super::deal::shuffle;
use super::mixing::{mix, step};
use super::population::{Origin, Population};
use super::selection::{Candidate, Descent, Way, rank, truncated};
use super::strategy::{Strategy, StrategyMetrics, check_rows, founders, metrics};
use super::{MUTATION, StateError};
use crate::genome::{Variation, breed};
use crate::layout::{DRAW_CULL, DRAW_MUTATE, NONE};
use crate::rng::{self, Stream};
use crate::scene::{self, GeneticSpec, Selection, Steps};

/// What is saved: everything but the scene's numbers and the key, which come from the scene again.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    generation: u64,
    population: Population,
    /// Fitness told for this generation; empty before.
    fitness: Vec<f32>,
    next_id: u32,
}

/// See the module.
pub struct Genetic {
    spec: GeneticSpec,
    key: Stream,
    /// Where a layer of the controller begins in a genome.
    layers: Vec<usize>,
    state: State,
    /// Step size of each member; empty where all have the scene's. Saved after the state, and only where there are any.
    steps: Vec<f32>,
    origins: Vec<Origin>,
}

impl Genetic {
    /// Starts from a first population. `layers` are the places of a genome where a layer of the controller begins,
    /// ascending.
    pub fn new(spec: &GeneticSpec, first: Population, layers: Vec<usize>, key: Stream) -> Genetic {
        let next_id = first.ids.iter().max().map_or(0, |id| id.wrapping_add(1));
        let origins = founders(&first.ids);
        let steps = vec![spec.variation.mutation_size; if spec.steps == Steps::Fixed { 0 } else { first.size() }];
        let state = State { generation: 0, population: first, fitness: vec![], next_id };
        Genetic { spec: spec.clone(), key, layers, state, steps, origins }
    }

    /// Who of a ranked pool lives on unchanged: the elites, and where not all others are replaced, those that were not drawn.
    fn kept(&self, pool: &[Candidate], generation: u64) -> Vec<Candidate> {
        let (elites, others) = pool.split_at(pool.len().min(self.spec.elites as usize));
        let mut kept = elites.to_vec();
        let replaced = self.spec.replaced as usize;
        if (1..others.len()).contains(&replaced) {
            let words = rng::draw(self.key, generation as u32, 0, DRAW_CULL);
            let mut order = shuffle(others.len() as u32, [words[0], words[1]]);
            let mut left = order.split_off(replaced);
            // In the order of their ranks, as all are.
            left.sort_unstable();
            kept.extend(left.iter().map(|at| others[*at as usize]));
        }
        kept
    }

    /// Replaces the population by those who live on and children of the told one.
    fn breed(&mut self, generation: u64) {
        let old = &self.state.population;
        let mut pool: Vec<Candidate> = (0..old.size())
            .map(|i| Candidate { index: i as u32, id: old.ids[i], fitness: self.state.fitness[i] })
            .collect();
        rank(&mut pool);
        let mut new = Population { len: old.len, genomes: Vec::with_capacity(old.genomes.len()), ids: vec![] };
        let mut steps = vec![];
        self.origins.clear();
        for kept in self.kept(&pool, generation) {
            new.genomes.extend_from_slice(old.row(kept.index as usize));
            new.ids.push(kept.id);
            steps.extend(self.steps.get(kept.index as usize));
        }
        let parents = truncated(&pool, self.spec.truncation);
        let way = match self.spec.selection {
            Selection::Tournament => Way::Tournament(self.spec.tournament),
            Selection::Proportional => Way::Proportional,
        };
        let mut child = vec![0.0; old.len];
        while new.size() < old.size() {
            let id = self.state.next_id;
            let descent = Descent::draw(parents, way, &self.spec.variation, self.key, generation as u32, id);
            let Some(mut descent) = descent else { break };
            let (first, second) = (descent.first.index as usize, descent.second.map(|s| s.index as usize));
            if let Steps::SelfAdaptive(adaptive) = &self.spec.steps
                && let Some(own) = self.steps.get(first)
            {
                let size = step(*own, second.map(|s| self.steps[s]), adaptive.rate, old.len, descent.key);
                descent.variation.size = size;
                steps.push(size);
            }
            let form = (&self.spec.mixing, &self.layers[..]);
            let other = second.map(|s| old.row(s));
            mix(&mut child, old.row(first), other, form, descent.variation, descent.key);
            new.genomes.extend_from_slice(&child);
            new.ids.push(id);
            self.origins.push(Origin {
                id,
                parent: descent.first.id,
                second: descent.second.map_or(NONE, |s| s.id),
                operator: descent.operator(),
            });
            self.state.next_id = id.wrapping_add(1);
        }
        self.state.population = new;
        self.steps = steps;
    }
}

impl Strategy for Genetic {
    fn ask(&mut self, generation: u64) -> &Population {
        if generation > self.state.generation {
            if !self.state.fitness.is_empty() {
                self.breed(generation);
                self.state.fitness.clear();
            }
            self.state.generation = generation;
        }
        &self.state.population
    }

    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics {
        // A missing fitness is NaN, the worst, rather than a panic.
        self.state.fitness = fitness.to_vec();
        self.state.fitness.resize(self.state.population.size(), f32::NAN);
        let key = [self.key[0] ^ self.state.generation as u32, self.key[1]];
        metrics(&self.state.population, &self.state.fitness, key)
    }

    fn population(&self) -> &Population {
        &self.state.population
    }

    fn center(&self) -> Option<&[f32]> {
        None
    }

    fn origins(&self) -> &[Origin] {
        &self.origins
    }

    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError> {
        let population = &mut self.state.population;
        check_rows(rows, population.len)?;
        let v = &self.spec.variation;
        let variation = Variation { rate: v.mutation_rate, size: v.mutation_size };
        self.origins = founders(&population.ids);
        self.state.fitness.clear();
        for i in 0..population.size() {
            let child = &mut population.genomes[i * population.len..(i + 1) * population.len];
            child.copy_from_slice(&rows[i % rows.len()]);
            if i >= rows.len() {
                let words = rng::draw(self.key, 0, population.ids[i], DRAW_MUTATE);
                breed(child, &rows[i % rows.len()], None, variation, [words[0], words[1]]);
                let origin = &mut self.origins[i];
                (origin.parent, origin.operator) = (population.ids[i % rows.len()], MUTATION);
            }
        }
        Ok(())
    }

    fn retune(&mut self, spec: &scene::Strategy) {
        if let scene::Strategy::Genetic(genetic) = spec {
            self.spec = genetic.clone();
        }
    }

    fn save(&self) -> Vec<u8> {
        let encoded = match self.steps.is_empty() {
            true => postcard::to_stdvec(&self.state),
            false => postcard::to_stdvec(&(&self.state, &self.steps)),
        };
        encoded.expect("plain data in memory always encodes")
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let (state, rest): (State, &[u8]) = postcard::take_from_bytes(bytes)?;
        let steps: Vec<f32> = if rest.is_empty() { vec![] } else { postcard::from_bytes(rest)? };
        let (new, own) = (&state.population, &self.state.population);
        let told = [0, new.size()].contains(&state.fitness.len());
        if new.size() != own.size() || new.len != own.len || new.genomes.len() != own.genomes.len() || !told {
            let text = format!(
                "a population of {} genomes of {} numbers where {} of {} are needed",
                new.size(),
                new.len,
                own.size(),
                own.len
            );
            return Err(StateError::Mismatch(text));
        }
        if steps.len() != self.steps.len() {
            let text = format!("{} step sizes where {} are needed", steps.len(), self.steps.len());
            return Err(StateError::Mismatch(text));
        }
        (self.state, self.steps) = (state, steps);
        self.origins.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems;
    use crate::scene::{Mixing, SelfAdaptiveSpec, VariationSpec};

    fn seeded(spec: GeneticSpec, seed: u32) -> Genetic {
        let genomes = (0..160).map(|i| rng::normal(rng::draw([seed, 8], 0, i, 1)) * 2.0).collect();
        Genetic::new(&spec, Population { len: 5, genomes, ids: (0..32).collect() }, vec![0, 3], [seed, 2])
    }

    fn genetic(spec: GeneticSpec) -> Genetic {
        seeded(spec, 8)
    }

    fn evolve(genetic: &mut Genetic, generations: u64) -> Vec<StrategyMetrics> {
        let one = |g| {
            let population = genetic.ask(g);
            let fitness: Vec<f32> = (0..32).map(|i| problems::of_genome(problems::sphere, population.row(i))).collect();
            genetic.tell(&fitness)
        };
        (0..generations).map(one).collect()
    }

    #[test]
    fn without_selection_nothing_is_learned() {
        // The control of the learning tests: same variation, but every parent equally likely and nobody kept. Drift
        // leaves the expected square of a number as it is (5 numbers of variance 4: -20), mutation adds a little.
        let end = |spec: &GeneticSpec| {
            (0..20).map(|seed| evolve(&mut seeded(spec.clone(), seed), 40)[39].mean).sum::<f32>() / 20.0
        };
        let blind = end(&GeneticSpec { tournament: 1, elites: 0, ..Default::default() });
        let seeing = end(&GeneticSpec::default());
        assert!((-40.0..-10.0).contains(&blind), "blind {blind}");
        assert!(seeing > -1.0, "seeing {seeing}");
    }

    #[test]
    fn the_best_are_kept_with_their_numbers() {
        let mut genetic = genetic(GeneticSpec::default());
        let run = evolve(&mut genetic, 20);
        assert!(run.windows(2).all(|w| w[1].best >= w[0].best), "noiseless elites never get worse");
        let best = genetic.population().ids[run[19].best_index];
        genetic.ask(20);
        assert_eq!(genetic.population().ids[0], best);
        assert!(genetic.origins().iter().all(|o| o.id != best) && genetic.origins().len() == 30);
    }

    #[test]
    fn parents_are_members_of_the_last_generation() {
        let mut genetic = genetic(GeneticSpec::default());
        evolve(&mut genetic, 3);
        let parents = genetic.population().ids.clone();
        genetic.ask(3);
        for origin in genetic.origins() {
            assert!(parents.contains(&origin.parent), "{origin:?}");
            assert!(origin.second == NONE || parents.contains(&origin.second), "{origin:?}");
        }
        let crossed = genetic.origins().iter().filter(|o| o.second != NONE).count();
        assert!(crossed > 0 && crossed < 30, "{crossed} of 30 have two parents");
    }

    #[test]
    fn live_numbers_take_effect_at_the_next_breeding() {
        let mut one = genetic(GeneticSpec::default());
        evolve(&mut one, 2);
        let spec = GeneticSpec { elites: 32, ..Default::default() };
        one.retune(&scene::Strategy::Genetic(spec));
        let before = one.population().ids.clone();
        let mut after = one.ask(2).ids.clone();
        after.sort_unstable();
        let mut sorted = before;
        sorted.sort_unstable();
        assert_eq!(after, sorted, "all are kept");
    }

    #[test]
    fn a_steady_state_replaces_as_many_as_it_is_told_and_no_elite() {
        let spec = GeneticSpec { replaced: 5, elites: 3, ..Default::default() };
        let mut steady = genetic(spec.clone());
        let run = evolve(&mut steady, 200);
        assert!(run.windows(2).all(|w| w[1].best >= w[0].best) && run[199].mean > -1.0, "{:?}", run[199]);
        let mut gone = std::collections::BTreeSet::new();
        for generation in 200..240 {
            let before = steady.population().clone();
            let after = steady.ask(generation).clone();
            assert_eq!(steady.origins().len(), 5, "five children");
            let stays = |id: &u32| after.ids.contains(id);
            assert_eq!(before.ids.iter().filter(|id| stays(id)).count(), before.size() - 5);
            for (row, id) in before.ids.iter().enumerate().filter(|(_, id)| stays(id)) {
                let place = after.ids.iter().position(|other| other == id).unwrap();
                assert_eq!(before.row(row), after.row(place), "who stays stays as it is");
            }
            gone.extend(before.ids.iter().enumerate().filter(|(_, id)| !stays(id)).map(|(row, _)| row));
            let fitness: Vec<f32> = (0..32).map(|i| problems::of_genome(problems::sphere, after.row(i))).collect();
            steady.tell(&fitness);
        }
        assert!(gone.len() > 20, "anybody may go: {gone:?}");
        // As many as there are, and more, are all.
        let all = |replaced| evolve(&mut genetic(GeneticSpec { replaced, ..Default::default() }), 30)[29].best;
        assert_eq!(all(0), all(30));
        assert_eq!(all(0), all(1_000));
    }

    #[test]
    fn every_form_of_it_learns() {
        let base = GeneticSpec::default();
        let adaptive = Steps::SelfAdaptive(SelfAdaptiveSpec::default());
        let forms = [
            GeneticSpec { truncation: 0.2, tournament: 1, ..base.clone() },
            GeneticSpec { mixing: Mixing::OnePoint, ..base.clone() },
            GeneticSpec { mixing: Mixing::Layers, ..base.clone() },
            GeneticSpec { steps: adaptive, ..base },
        ];
        for spec in forms {
            for seed in 0..3 {
                let run = evolve(&mut seeded(spec.clone(), seed), 40);
                // As in the control above: -20 without selection.
                assert!(run[39].mean > -1.0, "{spec:?} seed {seed}: {:?}", run[39]);
            }
        }
    }

    #[test]
    fn truncation_bars_the_worse_from_parenthood() {
        let mut genetic = genetic(GeneticSpec { truncation: 0.25, tournament: 1, ..Default::default() });
        let metrics = evolve(&mut genetic, 1)[0];
        let mut ranked: Vec<Candidate> =
            (0..32).map(|i| Candidate { index: i, id: i, fitness: genetic.state.fitness[i as usize] }).collect();
        rank(&mut ranked);
        assert_eq!(ranked[0].index as usize, metrics.best_index);
        let may: Vec<u32> = ranked[..8].iter().map(|c| c.id).collect();
        genetic.ask(1);
        assert!(
            genetic.origins().iter().all(|o| may.contains(&o.parent) && (o.second == NONE || may.contains(&o.second)))
        );
    }

    #[test]
    fn step_sizes_find_the_scale_of_the_problem() {
        // Numbers start 2 from the best; steps of 10 as well as of a thousandth are far from what helps there.
        for start in [10.0, 0.001] {
            let variation = VariationSpec { mutation_size: start, mutation_rate: 1.0, ..Default::default() };
            let steps = Steps::SelfAdaptive(SelfAdaptiveSpec::default());
            let mut adaptive = seeded(GeneticSpec { variation: variation.clone(), steps, ..Default::default() }, 4);
            let found = evolve(&mut adaptive, 60)[59].best;
            let mut fixed = seeded(GeneticSpec { variation, ..Default::default() }, 4);
            let without = evolve(&mut fixed, 60)[59].best;
            assert!(found > -0.05 && found > 5.0 * without, "from {start}: {found} with, {without} without");
            assert_eq!(adaptive.steps.len(), 32);

            let mut other = seeded(adaptive.spec.clone(), 4);
            other.load(&adaptive.save()).unwrap();
            assert_eq!(
                (other.ask(60).clone(), other.steps.clone()),
                (adaptive.ask(60).clone(), adaptive.steps.clone())
            );
            assert!(matches!(fixed.load(&adaptive.save()), Err(StateError::Mismatch(_))));
            assert!(matches!(adaptive.load(&fixed.save()), Err(StateError::Mismatch(_))));
        }
    }
}
