//! A distribution as a strategy: populations are rounded draws around its mean, and a breeding moves it. Knows nothing of
//! any one distribution, nor of how genomes are judged.

use serde::{Deserialize, Serialize};

use super::population::{Origin, Population};
use super::search::{Distribution, Search, is_sound};
use super::strategy::{Strategy, StrategyMetrics, check_rows, founders, metrics};
use super::{SAMPLE, StateError};
use crate::layout::NONE;
use crate::rng::Stream;
use crate::scene;

/// Which of a scene's strategies a distribution is: see `named`.
pub trait Named: Distribution + 'static {
    /// Its name in a scene.
    const NAME: &'static str;

    /// Its numbers, if it is the one that a scene names.
    fn spec(strategy: &scene::Strategy) -> Option<&Self::Spec>;
}

/// Says that a distribution is the variant of `scene::Strategy` that has its name.
macro_rules! named {
    ($distribution:ident) => {
        impl $crate::evolution::sampled::Named for $distribution {
            const NAME: &'static str = stringify!($distribution);

            fn spec(strategy: &$crate::scene::Strategy) -> Option<&Self::Spec> {
                match strategy {
                    $crate::scene::Strategy::$distribution(spec) => Some(spec),
                    _ => None,
                }
            }
        }
    };
}
pub(super) use named;

/// What is saved before the distribution, by which a state is recognised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub name: String,
    pub len: usize,
    pub members: usize,
}

impl Head {
    /// Refuses the state that this stands before, where another is needed.
    pub fn check(&self, needed: &Head) -> Result<(), StateError> {
        if self == needed {
            return Ok(());
        }
        Err(StateError::Mismatch(format!(
            "a state of {} with {} genomes of {} numbers where one of {} with {} of {} is needed",
            self.name, self.members, self.len, needed.name, needed.members, needed.len
        )))
    }
}

/// What is saved after it: everything but the scene's numbers and the key, which come from the scene again, and the
/// population, which is drawn again.
#[derive(Serialize, Deserialize)]
struct Saved<D> {
    /// Generation last asked for.
    asked: u64,
    /// Generation of the search.
    searched: u64,
    /// Number of the first member.
    first_id: u32,
    /// Fitness told for this generation; empty before.
    fitness: Vec<f32>,
    distribution: D,
}

/// See the module.
pub struct Sampled<D: Distribution> {
    spec: D::Spec,
    key: Stream,
    search: Search<D>,
    asked: u64,
    first_id: u32,
    fitness: Vec<f32>,
    population: Population,
    center: Vec<f32>,
    origins: Vec<Origin>,
}

impl<D: Named> Sampled<D>
where
    D::Spec: Clone,
{
    /// Starts around the first genome of a first population, with populations of its size.
    pub fn new(spec: &D::Spec, first: Population, key: Stream) -> Sampled<D> {
        let mean = first.genomes.iter().take(first.len).map(|v| f64::from(*v)).collect();
        let search = Search::new(D::new(spec, mean, first.size()), first.size(), key);
        let first_id = first.ids.iter().copied().min().unwrap_or(0);
        let mut new = Sampled {
            spec: spec.clone(),
            key,
            search,
            asked: 0,
            first_id,
            fitness: vec![],
            population: first,
            center: vec![],
            origins: vec![],
        };
        new.draw();
        new.origins = founders(&new.population.ids);
        new
    }

    /// Makes the population of the search's generation.
    fn draw(&mut self) {
        self.search.points(&mut self.population.genomes, |number| number as f32);
        let number = |id: &mut u32, member: usize| *id = self.first_id.wrapping_add(member as u32);
        self.population.ids.iter_mut().enumerate().for_each(|(member, id)| number(id, member));
        self.center = self.search.distribution.mean().iter().map(|v| *v as f32).collect();
    }

    fn head(&self) -> Head {
        Head { name: D::NAME.into(), len: self.population.len, members: self.population.size() }
    }
}

impl<D: Named> Strategy for Sampled<D>
where
    D::Spec: Clone + Send,
{
    fn ask(&mut self, generation: u64) -> &Population {
        if generation > self.asked {
            if !self.fitness.is_empty() {
                let fitness: Vec<f64> = self.fitness.iter().map(|f| f64::from(*f)).collect();
                self.search.tell(&fitness);
                self.fitness.clear();
                self.first_id = self.first_id.wrapping_add(self.population.size() as u32);
                self.draw();
                let sample = |&id: &u32| Origin { id, parent: NONE, second: NONE, operator: SAMPLE };
                self.origins = self.population.ids.iter().map(sample).collect();
            }
            self.asked = generation;
        }
        &self.population
    }

    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics {
        // A missing fitness is NaN, the worst, rather than a panic.
        self.fitness = fitness.to_vec();
        self.fitness.resize(self.population.size(), f32::NAN);
        let key = [self.key[0] ^ self.asked as u32, self.key[1]];
        metrics(&self.population, &self.fitness, key)
    }

    fn population(&self) -> &Population {
        &self.population
    }

    fn center(&self) -> Option<&[f32]> {
        Some(&self.center)
    }

    fn origins(&self) -> &[Origin] {
        &self.origins
    }

    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError> {
        check_rows(rows, self.population.len)?;
        let mean = rows[0].iter().map(|v| f64::from(*v)).collect();
        let members = self.population.size();
        self.search = Search::at(D::new(&self.spec, mean, members), members, self.key, self.search.generation());
        self.fitness.clear();
        self.draw();
        self.origins = founders(&self.population.ids);
        Ok(())
    }

    fn retune(&mut self, spec: &scene::Strategy) {
        if let Some(spec) = D::spec(spec) {
            self.spec = spec.clone();
            self.search.distribution.retune(spec, self.population.size());
        }
    }

    fn save(&self) -> Vec<u8> {
        let saved = Saved {
            asked: self.asked,
            searched: self.search.generation(),
            first_id: self.first_id,
            fitness: self.fitness.clone(),
            distribution: self.search.distribution.clone(),
        };
        postcard::to_stdvec(&(self.head(), saved)).expect("plain data in memory always encodes")
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let (head, rest): (Head, &[u8]) = postcard::take_from_bytes(bytes)?;
        head.check(&self.head())?;
        let Head { name, len, members } = head;
        let mut saved: Saved<D> = postcard::from_bytes(rest)?;
        let told = [0, members].contains(&saved.fitness.len());
        if saved.distribution.mean().len() != len || !is_sound(&saved.distribution) || !told {
            return Err(StateError::Mismatch(format!("a state of {name} whose numbers do not fit each other")));
        }
        saved.distribution.retune(&self.spec, members);
        self.search = Search::at(saved.distribution, members, self.key, saved.searched);
        (self.asked, self.first_id, self.fitness) = (saved.asked, saved.first_id, saved.fitness);
        self.draw();
        self.origins.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::snes::Snes;
    use crate::scene::SnesSpec;

    fn snes(members: u32) -> Sampled<Snes> {
        let first = Population { len: 2, genomes: vec![0.5; 2 * members as usize], ids: (0..members).collect() };
        Sampled::new(&SnesSpec::default(), first, [1, 2])
    }

    #[test]
    fn members_lie_around_the_centre_and_are_numbered_on() {
        let mut snes = snes(400);
        assert_eq!(snes.center(), Some(&[0.5, 0.5][..]));
        let mean = snes.population.genomes.iter().sum::<f32>() / 800.0;
        // Deviation 0.3 over 800 draws: four errors are 0.042.
        assert!((mean - 0.5).abs() < 0.042, "{mean}");
        assert!(snes.origins().iter().all(|o| o.operator == crate::evolution::FOUNDER));
        snes.tell(&[1.0; 400]);
        assert_eq!((snes.ask(1).ids[0], snes.origins()[399].id), (400, 799));
        assert!(snes.origins().iter().all(|o| o.operator == SAMPLE && o.parent == NONE));
    }

    #[test]
    fn a_generation_of_nothing_but_nan_leaves_the_distribution_as_it_is() {
        let mut snes = snes(10);
        let before = (snes.center.clone(), snes.population.clone());
        snes.tell(&[f32::NAN; 10]);
        snes.ask(1);
        assert_eq!(snes.center, before.0);
        assert_ne!(snes.population.genomes, before.1.genomes, "but its draws are new");
        // One that is not NaN is the best there is, and draws the centre to it.
        let mut fitness = [f32::NAN; 10];
        fitness[3] = -1e30;
        let best = snes.population.row(3).to_vec();
        let distance = |a: &[f32]| a.iter().zip(&best).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        let far = distance(&snes.center);
        snes.tell(&fitness);
        snes.ask(2);
        assert!(distance(&snes.center) < far, "{:?} towards {best:?}", snes.center);
    }
}
