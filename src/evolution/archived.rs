//! An archive as a strategy: what a generation found enters it, and an emitter draws the next from it. Knows nothing of any
//! one emitter, nor of how genomes are judged.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StateError;
use super::archive::{Annealing, Archive, Axis, Elite, Verdict};
use super::population::{Origin, Population};
use super::sampled::Head;
use super::strategy::{Strategy, StrategyMetrics, check_rows, founders, metrics};
use crate::genome::{Variation, breed};
use crate::layout::DRAW_MUTATE;
use crate::rng::{self, Stream};
use crate::scene;

/// What an emitter has to go by, besides what it remembers.
pub struct Scope<'a, S> {
    /// Its numbers in the scene.
    pub spec: &'a S,
    /// The strategy's own stream.
    pub key: Stream,
    /// Generation under way: the one judged, or the one to be made.
    pub generation: u64,
    /// The archive, with all that was judged in it.
    pub archive: &'a Archive,
    /// The population judged last.
    pub old: &'a Population,
}

/// What an emitter starts from.
#[derive(Clone, Copy)]
pub struct Starts<'a> {
    /// Genomes.
    pub genomes: &'a [Vec<f32>],
    /// Whether they were given, and so are worth being judged as they are; else they are random.
    pub given: bool,
}

/// What a generation came to, a number a member.
pub struct Told<'a> {
    /// Fitness; NaN is worst.
    pub fitness: &'a [f32],
    /// Places on the axes: `[members][axes]`.
    pub descriptors: &'a [f32],
    /// What each was to the archive.
    pub verdicts: &'a [Verdict],
}

/// A way of drawing genomes from an archive: the idea of one strategy. Its value is what it remembers.
pub trait Emitter: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// Its numbers in a scene.
    type Spec: Clone + Send;
    /// Its name in a scene.
    const NAME: &'static str;

    /// Its numbers, if it is the one that a scene names.
    fn spec(strategy: &scene::Strategy) -> Option<&Self::Spec>;

    /// How thresholds of the archive go, where they do not stand at its best.
    fn annealing(_: &Self::Spec) -> Option<Annealing> {
        None
    }

    /// Starts from genomes, of which there is at least one. May make the first population its own.
    fn start(spec: &Self::Spec, key: Stream, starts: Starts, first: &mut Population) -> Self;

    /// Learns from a generation.
    fn learn(&mut self, scope: &Scope<Self::Spec>, told: &Told);

    /// Makes a population whose numbers are given, and tells where its members come from.
    fn emit(&mut self, scope: &Scope<Self::Spec>, new: &mut Population) -> Vec<Origin>;

    /// Whether it can have been left by a strategy with genomes of `len` numbers and so many members and axes.
    fn fits(&self, spec: &Self::Spec, len: usize, members: usize, axes: usize) -> bool;
}

/// Says that an emitter is the variant of `scene::Strategy` that has its name, with numbers of this type.
macro_rules! emits {
    ($name:ident, $spec:ty) => {
        type Spec = $spec;
        const NAME: &'static str = stringify!($name);

        fn spec(strategy: &$crate::scene::Strategy) -> Option<&$spec> {
            match strategy {
                $crate::scene::Strategy::$name(spec) => Some(spec),
                _ => None,
            }
        }
    };
}
pub(super) use emits;

/// Makes a population of the first of some genomes, and of changed copies of them where there are fewer.
pub fn variants(starts: &[Vec<f32>], variation: Variation, key: Stream, population: &mut Population) {
    if population.len == 0 {
        return;
    }
    for (i, (child, id)) in population.genomes.chunks_mut(population.len).zip(&population.ids).enumerate() {
        let parent = &starts[i % starts.len()];
        child.copy_from_slice(parent);
        if i >= starts.len() {
            let words = rng::draw(key, 0, *id, DRAW_MUTATE);
            breed(child, parent, None, variation, [words[0], words[1]]);
        }
    }
}

/// What is saved after the head: everything but the scene's numbers and the key.
#[derive(Serialize, Deserialize)]
struct Saved<E> {
    /// Generation last asked for.
    asked: u64,
    /// Whether its fitness was told.
    told: bool,
    next_id: u32,
    population: Population,
    emitter: E,
    archive: Archive,
}

/// See the module.
pub struct Archived<E: Emitter> {
    spec: E::Spec,
    key: Stream,
    asked: u64,
    told: bool,
    next_id: u32,
    population: Population,
    emitter: E,
    archive: Archive,
    origins: Vec<Origin>,
}

impl<E: Emitter> Archived<E> {
    /// Starts from a first population, with an empty archive along `axes`.
    pub fn new(spec: &E::Spec, axes: Vec<Axis>, mut first: Population, key: Stream) -> Archived<E> {
        let starts: Vec<Vec<f32>> = (0..first.size()).map(|i| first.row(i).to_vec()).collect();
        let starts = Starts { genomes: &starts, given: false };
        let emitter = E::start(spec, key, starts, &mut first);
        Archived {
            spec: spec.clone(),
            key,
            asked: 0,
            told: false,
            next_id: first.ids.iter().max().map_or(0, |id| id.wrapping_add(1)),
            origins: founders(&first.ids),
            population: first,
            emitter,
            archive: Archive::new(axes),
        }
    }

    fn head(&self) -> Head {
        Head { name: E::NAME.into(), len: self.population.len, members: self.population.size() }
    }

    fn scope(&self, generation: u64) -> Scope<'_, E::Spec> {
        Scope { spec: &self.spec, key: self.key, generation, archive: &self.archive, old: &self.population }
    }

    fn breed(&mut self, generation: u64) {
        let members = self.population.size() as u32;
        let ids = (0..members).map(|i| self.next_id.wrapping_add(i)).collect();
        let genomes = vec![0.0; self.population.genomes.len()];
        let mut new = Population { len: self.population.len, genomes, ids };
        let mut emitter = self.emitter.clone();
        self.origins = emitter.emit(&self.scope(generation), &mut new);
        (self.emitter, self.population) = (emitter, new);
        self.next_id = self.next_id.wrapping_add(members);
    }
}

impl<E: Emitter> Strategy for Archived<E> {
    fn ask(&mut self, generation: u64) -> &Population {
        if generation > self.asked {
            if std::mem::take(&mut self.told) {
                self.breed(generation);
            }
            self.asked = generation;
        }
        &self.population
    }

    /// Without a descriptor nothing enters the archive.
    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics {
        self.tell_described(fitness, &[])
    }

    fn tell_described(&mut self, fitness: &[f32], descriptors: &[f32]) -> StrategyMetrics {
        let (members, axes) = (self.population.size(), self.archive.axes().len());
        // What is missing is NaN, the worst, rather than a panic.
        let mut fitness = fitness.to_vec();
        fitness.resize(members, f32::NAN);
        let mut descriptors = descriptors.to_vec();
        descriptors.resize(members * axes, f32::NAN);
        // A generation is learned from once.
        if !self.told {
            let candidate = |i: usize| Elite {
                genome: self.population.row(i).to_vec(),
                objective: fitness[i],
                descriptor: descriptors[i * axes..(i + 1) * axes].to_vec(),
                id: self.population.ids[i],
            };
            let candidates: Vec<Elite> = (0..members).map(candidate).collect();
            let verdicts = self.archive.add(&candidates, E::annealing(&self.spec));
            let mut emitter = self.emitter.clone();
            let told = Told { fitness: &fitness, descriptors: &descriptors, verdicts: &verdicts };
            emitter.learn(&self.scope(self.asked), &told);
            (self.emitter, self.told) = (emitter, true);
        }
        let key = [self.key[0] ^ self.asked as u32, self.key[1]];
        metrics(&self.population, &fitness, key)
    }

    fn population(&self) -> &Population {
        &self.population
    }

    fn center(&self) -> Option<&[f32]> {
        None
    }

    fn archive(&self) -> Option<&Archive> {
        Some(&self.archive)
    }

    fn origins(&self) -> &[Origin] {
        &self.origins
    }

    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError> {
        check_rows(rows, self.population.len)?;
        let starts = Starts { genomes: rows, given: true };
        self.emitter = E::start(&self.spec, self.key, starts, &mut self.population);
        self.told = false;
        self.origins = founders(&self.population.ids);
        Ok(())
    }

    fn retune(&mut self, spec: &scene::Strategy) {
        if let Some(spec) = E::spec(spec) {
            self.spec = spec.clone();
        }
    }

    fn save(&self) -> Vec<u8> {
        let saved = Saved {
            asked: self.asked,
            told: self.told,
            next_id: self.next_id,
            population: self.population.clone(),
            emitter: self.emitter.clone(),
            archive: self.archive.clone(),
        };
        postcard::to_stdvec(&(self.head(), saved)).expect("plain data in memory always encodes")
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let (head, rest): (Head, &[u8]) = postcard::take_from_bytes(bytes)?;
        head.check(&self.head())?;
        let mut saved: Saved<E> = postcard::from_bytes(rest)?;
        let (new, own) = (&saved.population, &self.population);
        let same = (new.len, new.genomes.len(), new.ids.len()) == (own.len, own.genomes.len(), own.ids.len());
        let (axes, members) = (self.archive.axes(), own.size());
        if !same
            || new.genomes.iter().any(|number| !number.is_finite())
            || !saved.archive.complete(axes, own.len)
            || !saved.emitter.fits(&self.spec, own.len, members, axes.len())
        {
            let text = format!("a state of {} whose numbers do not fit each other or the axes of the scene", E::NAME);
            return Err(StateError::Mismatch(text));
        }
        (self.asked, self.told, self.next_id) = (saved.asked, saved.told, saved.next_id);
        (self.population, self.emitter, self.archive) = (saved.population, saved.emitter, saved.archive);
        self.origins.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::map_elites::MapElites;
    use crate::scene::MapElitesSpec;

    #[test]
    fn a_generation_enters_once_and_is_bred_from() {
        let axes = vec![Axis { name: "x".into(), low: 0.0, high: 4.0, cells: 4 }; 2];
        let first = Population { len: 1, genomes: vec![1.0, 2.0, 3.0], ids: vec![0, 1, 2] };
        let mut one = Archived::<MapElites>::new(&MapElitesSpec::default(), axes, first, [1, 2]);
        let places = [0.5, 0.5, 0.5, 0.5, 3.5, 3.5];
        one.tell_described(&[1.0, 5.0, f32::NAN], &places);
        one.tell_described(&[9.0, 9.0, 9.0], &places);
        let found: Vec<(u32, f32)> = one.archive.elites().map(|(_, e)| (e.id, e.objective)).collect();
        assert_eq!(found, [(1, 5.0)], "told twice, it counts as told first");
        one.ask(1);
        assert!(one.origins.iter().all(|o| o.parent == 1 && o.id >= 3), "{:?}", one.origins);
        assert!(one.population.genomes.iter().all(|v| (v - 2.0).abs() < 1.0), "{:?}", one.population);
    }
}
