//! The ask/tell seam behind which whole populations are bred, and the one place that knows every strategy of the
//! scene format. Knows nothing of worlds or of how genomes are judged.

use super::StateError;
use super::genetic::Genetic;
use super::population::{Origin, Population};
use crate::rng::Stream;
use crate::scene;

/// What a generation was worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrategyMetrics {
    /// Member with the best fitness (ties: the lowest id).
    pub best_index: usize,
    /// Its fitness; NaN when all are NaN.
    pub best: f32,
    /// Mean fitness of those that are not NaN; NaN when all are.
    pub mean: f32,
    /// Standard deviation of the same.
    pub std: f32,
    /// Mean pairwise distance of the genomes; see `population::diversity`.
    pub diversity: f32,
}

/// A way of making the next population from the fitness of the last. Deterministic: equal calls, equal answers.
pub trait Strategy: Send {
    /// The population of `generation`. Asking for a generation after the one last told breeds it; asking again
    /// gives the same.
    fn ask(&mut self, generation: u64) -> &Population;

    /// Takes the fitness of the population last asked for, one number a member.
    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics;

    /// The population last asked for.
    fn population(&self) -> &Population;

    /// Where those members come from that entered with the last breeding.
    fn origins(&self) -> &[Origin];

    /// Replaces the population by the given genomes: the first copies of them unchanged, further ones mutated.
    /// Refuses rows of another length, and none at all.
    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError>;

    /// Takes new live numbers of the scene.
    fn retune(&mut self, spec: &scene::Strategy);

    /// All of its state.
    fn save(&self) -> Vec<u8>;

    /// Goes on exactly where `save` left off. Refuses the state of a population of another shape.
    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError>;
}

/// Makes the strategy that a scene names, around its first population. `key` is the strategy's own stream.
pub fn make(spec: &scene::Strategy, first: Population, key: Stream) -> Box<dyn Strategy> {
    match spec {
        scene::Strategy::Genetic(genetic) => Box::new(Genetic::new(genetic, first, key)),
    }
}

/// Metrics of a population whose members have the given fitness.
pub fn metrics(population: &Population, fitness: &[f32], key: Stream) -> StrategyMetrics {
    let finite = || fitness.iter().filter(|f| !f.is_nan()).map(|f| f64::from(*f));
    let count = finite().count() as f64;
    let mean = finite().sum::<f64>() / count;
    let variance = finite().map(|f| (f - mean) * (f - mean)).sum::<f64>() / count;
    let order = |a: &usize, b: &usize| {
        super::fitness::order(fitness[*a], fitness[*b]).then(population.ids[*a].cmp(&population.ids[*b]))
    };
    let best_index = (0..fitness.len()).min_by(order).unwrap_or(0);
    StrategyMetrics {
        best_index,
        best: fitness.get(best_index).copied().unwrap_or(f32::NAN),
        mean: mean as f32,
        std: variance.sqrt() as f32,
        diversity: population.diversity(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::DRAW_WEIGHT;
    use crate::{problems, rng};

    /// Every strategy of the scene format. The match fails to compile when a variant is added and not listed here.
    fn every() -> Vec<scene::Strategy> {
        let all = vec![scene::Strategy::Genetic(Default::default())];
        for strategy in &all {
            match strategy {
                scene::Strategy::Genetic(_) => {}
            }
        }
        all
    }

    fn first(len: usize, size: u32, seed: u32) -> Population {
        let number = |row, i| 2.0 * rng::normal(rng::draw([seed, 1], row, i, DRAW_WEIGHT));
        Population {
            len,
            genomes: (0..size).flat_map(|row| (0..len as u32).map(move |i| number(row, i))).collect(),
            ids: (0..size).collect(),
        }
    }

    fn step(strategy: &mut dyn Strategy, generation: u64, problem: fn(&[f32]) -> f32) -> StrategyMetrics {
        let population = strategy.ask(generation);
        let fitness: Vec<f32> = (0..population.size()).map(|i| problem(population.row(i))).collect();
        strategy.tell(&fitness)
    }

    fn run(spec: &scene::Strategy, seed: u32, problem: fn(&[f32]) -> f32) -> (StrategyMetrics, StrategyMetrics) {
        let mut strategy = make(spec, first(10, 64, seed), [seed, 2]);
        let start = step(strategy.as_mut(), 0, problem);
        let end = (1..=80).map(|g| step(strategy.as_mut(), g, problem)).last();
        (start, end.unwrap_or(start))
    }

    #[test]
    fn every_strategy_optimises_the_textbook_functions() {
        for spec in every() {
            for seed in 0..5 {
                // The first populations stand near -40 in the mean (10 numbers of variance 4) and -12 at best.
                let (start, end) = run(&spec, seed, problems::sphere);
                assert!(end.best > -0.5 && start.best < -5.0, "{spec:?} seed {seed}: {start:?} {end:?}");
                let (start, end) = run(&spec, seed, problems::rastrigin);
                assert!(
                    end.mean > start.best && end.best > 0.3 * start.best,
                    "{spec:?} seed {seed}: {start:?} {end:?}"
                );
            }
        }
    }

    #[test]
    fn every_strategy_goes_on_exactly_after_saving() {
        for spec in every() {
            let mut one = make(&spec, first(6, 20, 3), [5, 6]);
            for generation in 0..3 {
                step(one.as_mut(), generation, problems::sphere);
            }
            let mut other = make(&spec, first(6, 20, 99), [5, 6]);
            other.load(&one.save()).unwrap();
            assert_eq!(one.population(), other.population());
            assert_eq!(one.ask(3), other.ask(3), "breeding after loading");
            assert_eq!(one.save(), other.save());
            assert_eq!(step(one.as_mut(), 3, problems::sphere), step(other.as_mut(), 3, problems::sphere));

            let mut smaller = make(&spec, first(6, 19, 3), [5, 6]);
            assert!(matches!(smaller.load(&one.save()), Err(StateError::Mismatch(_))));
            assert!(matches!(other.load(&[1, 2, 3]), Err(StateError::Decode(_))));
        }
    }

    #[test]
    fn every_strategy_keeps_its_shape_and_survives_nan() {
        for spec in every() {
            let mut strategy = make(&spec, first(3, 12, 8), [1, 1]);
            for generation in 0..4 {
                let population = strategy.ask(generation).clone();
                assert_eq!(strategy.ask(generation), &population, "asking twice");
                assert_eq!((population.size(), population.genomes.len()), (12, 36));
                let mut ids = population.ids.clone();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), 12, "numbers are unique");
                let metrics = strategy.tell(&[f32::NAN; 12]);
                assert!(metrics.best.is_nan() && metrics.mean.is_nan());
            }
            let mut none = make(&spec, Population { len: 0, genomes: vec![], ids: vec![0, 1] }, [1, 1]);
            none.tell(&[1.0, 2.0]);
            assert_eq!(none.ask(1).size(), 2);
        }
    }

    #[test]
    fn every_strategy_takes_seeds() {
        for spec in every() {
            let mut strategy = make(&spec, first(3, 8, 8), [1, 1]);
            strategy.seed(&[vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]).unwrap();
            let population = strategy.ask(0);
            assert_eq!(population.row(0), [1.0, 2.0, 3.0]);
            assert_eq!(population.row(1), [4.0, 5.0, 6.0]);
            assert_eq!(population.size(), 8);
            assert!((2..8).any(|i| population.row(i) != population.row(i % 2)), "further copies are changed");
            assert!(strategy.seed(&[vec![1.0]]).is_err());
            assert!(strategy.seed(&[]).is_err());
        }
    }

    #[test]
    fn metrics_describe_the_population() {
        let population = Population { len: 1, genomes: vec![0.0, 1.0, 2.0, 3.0], ids: vec![9, 3, 4, 5] };
        let m = metrics(&population, &[1.0, 5.0, f32::NAN, 5.0], [0, 0]);
        assert_eq!((m.best_index, m.best), (1, 5.0));
        assert!((m.mean - 11.0 / 3.0).abs() < 1e-6 && (m.std - 1.8856).abs() < 1e-3, "{m:?}");
    }
}
