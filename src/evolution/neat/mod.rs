//! NeuroEvolution of Augmenting Topologies (Stanley & Miikkulainen 2002): graphs that start without hidden nodes and grow, kept
//! apart in species of like ones so that what is new has time to become good. Knows nothing of how genomes are judged.
//!
//! *Fitness sharing.* A species has children in proportion to the mean of its members' fitness, which is each one's fitness
//! divided among all that are like it. Fitness may be negative or very large in schools, so it is taken between the worst and
//! the best of the generation, from 1 to 2: the worst species then has half the children of the best, whatever is added to
//! fitness or multiplied with it. Who is no number counts nothing, and is no parent while there are others.
//!
//! *Left out*: that only the two best species have children once the whole has not become better for 20 generations. On exclusive
//! or it kept 13 of 50 runs from solving it in 300 generations, where all 50 solve it without.

mod draws;
mod genome;
pub mod learning;
mod species;

use serde::{Deserialize, Serialize};

pub use genome::{Edge, Genome, Node};
use rayon::prelude::*;

use self::draws::Draws;
use self::genome::Innovations;
use self::learning::{Example, Learning};
use self::species::{Species, children, shared};
use super::fitness::{better, order};
use super::population::{DIVERSITY_PAIRS, Origin, Population};
use super::strategy::{Strategy, StrategyMetrics, check_rows, founders, metrics};
use super::{CLONE, CROSSOVER, MUTATION, StateError};
use crate::controller::graph::GraphForm;
use crate::layout::{DRAW_DEAL, DRAW_MUTATE, DRAW_PARENT, DRAW_SAMPLE, NONE};
use crate::rng::{self, Stream};
use crate::scene::{self, NeatSpec};

/// By what its state is recognised.
const NAME: &str = "Neat";

/// What is saved: everything but the scene's numbers and the key, which come from the scene again, and the rows, which are
/// compiled again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct State {
    name: String,
    /// Inputs, outputs, most hidden nodes, most edges.
    sizes: [u32; 4],
    generation: u64,
    genomes: Vec<Genome>,
    ids: Vec<u32>,
    /// Fitness told for this generation; empty before.
    fitness: Vec<f32>,
    /// In order of their first appearance.
    species: Vec<Species>,
    next_id: u32,
    next_mark: u32,
    next_node: u32,
    next_species: u32,
}

/// See the module.
pub struct Neat {
    spec: NeatSpec,
    key: Stream,
    form: GraphForm,
    state: State,
    population: Population,
    origins: Vec<Origin>,
}

impl Neat {
    /// Starts from a first population of rows of graphs.
    pub fn new(spec: &NeatSpec, first: Population, form: GraphForm, key: Stream) -> Neat {
        let mut innovations = Innovations::new(&form);
        let rows = 0..first.size();
        let genomes = rows.map(|i| Genome::read(first.row(i), &form, &mut innovations)).collect();
        let state = State {
            name: NAME.into(),
            sizes: [form.inputs, form.outputs, form.nodes, form.edges],
            generation: 0,
            genomes,
            ids: first.ids.clone(),
            fitness: vec![],
            species: vec![],
            next_id: first.ids.iter().max().map_or(0, |id| id.wrapping_add(1)),
            next_mark: innovations.next_mark,
            next_node: innovations.next_node,
            next_species: 0,
        };
        let origins = founders(&first.ids);
        let mut new = Neat { spec: spec.clone(), key, form, state, population: first, origins };
        // As they are after loading: a graph can be written in more than one order.
        new.compile();
        new
    }

    /// The genomes of the population.
    pub fn genomes(&self) -> &[Genome] {
        &self.state.genomes
    }

    /// What its graphs may hold.
    pub fn form(&self) -> &GraphForm {
        &self.form
    }

    /// Species of the last generation that was bred from.
    pub fn species(&self) -> usize {
        self.state.species.len()
    }

    /// Lets every member learn weights from examples and keep them (backprop NEAT, Ha 2016): between asking and telling, so that
    /// fitness is of what was learned.
    pub fn learn(&mut self, examples: &[Example], learning: &Learning) {
        let (form, key, generation) = (&self.form, self.key, self.state.generation as u32);
        let members = self.state.genomes.par_iter_mut().zip(&self.state.ids);
        members.for_each(|(genome, id)| {
            let words = rng::draw(key, generation, *id, DRAW_SAMPLE);
            learning::learn(genome, form, examples, learning, [words[0], words[1]]);
        });
        self.compile();
    }

    /// Makes the rows of the population.
    fn compile(&mut self) {
        let len = self.population.len;
        self.population.ids.clone_from(&self.state.ids);
        self.population.genomes.resize(len * self.state.genomes.len(), 0.0);
        if len == self.form.numbers() as usize {
            for (genome, row) in self.state.genomes.iter().zip(self.population.genomes.chunks_exact_mut(len)) {
                genome.compile(&self.form, row);
            }
        }
    }

    /// Replaces the population by champions of species and children of the told one.
    fn breed(&mut self, generation: u64) {
        let state = &mut self.state;
        let tick = generation as u32;
        let members = species::assign(&mut state.species, &mut state.next_species, &state.genomes, &self.spec);
        let share = shared(&state.fitness);
        let told = state.generation;
        let best = (0..state.genomes.len())
            .min_by(|a, b| order(state.fitness[*a], state.fitness[*b]).then(state.ids[*a].cmp(&state.ids[*b])));
        let ranked: Vec<Vec<usize>> = members
            .iter()
            .map(|own| {
                let mut own = own.clone();
                own.sort_unstable_by(|a, b| {
                    order(state.fitness[*a], state.fitness[*b]).then(state.ids[*a].cmp(&state.ids[*b]))
                });
                own
            })
            .collect();
        for (species, own) in state.species.iter_mut().zip(&ranked) {
            species.note(state.fitness[own[0]], told);
            let at = rng::below(rng::draw(self.key, tick, species.id, DRAW_DEAL)[0], own.len() as u32) as usize;
            species.representative = state.genomes[own[at]].clone();
        }
        let open = species::open(&state.species, &ranked, best, told, self.spec.stagnation);
        let counts = children(&ranked, &share, &open, state.genomes.len());

        // Parents: the best of each species, without those that are no number where there are others.
        let pools: Vec<&[usize]> = ranked
            .iter()
            .map(|own| {
                let sound = own.iter().filter(|at| !state.fitness[**at].is_nan()).count();
                let most = if sound == 0 { own.len() } else { sound };
                let kept = (own.len() as f64 * f64::from(self.spec.survival)).round() as usize;
                &own[..kept.clamp(1, most)]
            })
            .collect();
        let mut innovations = Innovations::after(state.next_mark, state.next_node);
        let (mut genomes, mut ids) = (vec![], vec![]);
        self.origins.clear();
        for (own, (count, pool)) in ranked.iter().zip(counts.iter().zip(&pools)) {
            let champion = own.len() > self.spec.champions_above as usize && *count > 0;
            if champion {
                genomes.push(state.genomes[own[0]].clone());
                ids.push(state.ids[own[0]]);
            }
            for _ in usize::from(champion)..*count {
                let id = state.next_id;
                state.next_id = id.wrapping_add(1);
                let words = rng::draw(self.key, tick, id, DRAW_PARENT);
                let first = pool[rng::below(words[0], pool.len() as u32) as usize];
                let second = (!rng::chance(words[1], self.spec.single)).then(|| {
                    let more = rng::draw(self.key, tick, id, DRAW_DEAL);
                    let other = &pools[rng::below(more[0], pools.len() as u32) as usize];
                    if rng::chance(more[1], self.spec.interspecies) {
                        other[0]
                    } else {
                        pool[rng::below(words[2], pool.len() as u32) as usize]
                    }
                });
                let second = second.filter(|second| *second != first);
                let key = rng::draw(self.key, tick, id, DRAW_MUTATE);
                let mut draws = Draws::new([key[0], key[1]]);
                let parent = &state.genomes[first];
                let mut child = match second {
                    Some(second) => {
                        // The better first; of two alike the one with fewer genes, so that graphs do not grow by themselves.
                        let other = &state.genomes[second];
                        let (f, g) = (state.fitness[first], state.fitness[second]);
                        let swap = better(g, f) || (!better(f, g) && other.edges.len() < parent.edges.len());
                        let (one, two) = if swap { (other, parent) } else { (parent, other) };
                        one.cross(two, &self.spec, &mut draws)
                    }
                    None => parent.clone(),
                };
                let before = child.clone();
                child.mutate(&self.spec, &self.form, &mut innovations, &mut draws);
                self.origins.push(Origin {
                    id,
                    parent: state.ids[first],
                    second: second.map_or(NONE, |at| state.ids[at]),
                    operator: match second {
                        Some(_) => CROSSOVER,
                        None if child == before => CLONE,
                        None => MUTATION,
                    },
                });
                genomes.push(child);
                ids.push(id);
            }
        }
        (state.genomes, state.ids) = (genomes, ids);
        (state.next_mark, state.next_node) = (innovations.next_mark, innovations.next_node);
        self.compile();
    }

    /// Mean distance of pairs of genomes, as `population::diversity` is of rows.
    fn diversity(&self) -> f32 {
        let size = self.state.genomes.len() as u32;
        if size < 2 {
            return 0.0;
        }
        let key = [self.key[0] ^ self.state.generation as u32, self.key[1]];
        let pair = |pair: u32| {
            let words = rng::draw(key, pair, 0, DRAW_DEAL);
            let first = rng::below(words[0], size);
            let second = (first + 1 + rng::below(words[1], size - 1)) % size;
            self.state.genomes[first as usize].distance(&self.state.genomes[second as usize], &self.spec)
        };
        ((0..DIVERSITY_PAIRS).map(pair).sum::<f64>() / f64::from(DIVERSITY_PAIRS)) as f32
    }
}

impl Strategy for Neat {
    fn ask(&mut self, generation: u64) -> &Population {
        if generation > self.state.generation {
            if !self.state.fitness.is_empty() {
                self.breed(generation);
                self.state.fitness.clear();
            }
            self.state.generation = generation;
        }
        &self.population
    }

    fn tell(&mut self, fitness: &[f32]) -> StrategyMetrics {
        // A missing fitness is NaN, the worst, rather than a panic.
        self.state.fitness = fitness.to_vec();
        self.state.fitness.resize(self.state.genomes.len(), f32::NAN);
        // Rows of graphs differ by what they say where, not by numbers.
        StrategyMetrics { diversity: self.diversity(), ..metrics(&self.population, &self.state.fitness, self.key) }
    }

    fn population(&self) -> &Population {
        &self.population
    }

    fn center(&self) -> Option<&[f32]> {
        None
    }

    fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// Historical marks are not in rows: nodes in the same place of two rows are taken for the same.
    fn seed(&mut self, rows: &[Vec<f32>]) -> Result<(), StateError> {
        check_rows(rows, self.population.len)?;
        let mut innovations = Innovations::new(&self.form);
        let read: Vec<Genome> = rows.iter().map(|row| Genome::read(row, &self.form, &mut innovations)).collect();
        let state = &mut self.state;
        self.origins = founders(&state.ids);
        state.fitness.clear();
        state.species.clear();
        for i in 0..state.genomes.len() {
            state.genomes[i] = read[i % read.len()].clone();
            if i >= read.len() {
                let key = rng::draw(self.key, 0, state.ids[i], DRAW_MUTATE);
                let draws = &mut Draws::new([key[0], key[1]]);
                state.genomes[i].mutate(&self.spec, &self.form, &mut innovations, draws);
                let origin = &mut self.origins[i];
                (origin.parent, origin.operator) = (state.ids[i % read.len()], MUTATION);
            }
        }
        state.next_mark = state.next_mark.max(innovations.next_mark);
        state.next_node = state.next_node.max(innovations.next_node);
        self.compile();
        Ok(())
    }

    fn retune(&mut self, spec: &scene::Strategy) {
        if let scene::Strategy::Neat(neat) = spec {
            self.spec = neat.clone();
        }
    }

    fn save(&self) -> Vec<u8> {
        postcard::to_stdvec(&self.state).expect("plain data in memory always encodes")
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let (state, rest): (State, &[u8]) = postcard::take_from_bytes(bytes)?;
        let own = &self.state;
        let (size, members) = (own.genomes.len(), state.genomes.len());
        let told = [0, size].contains(&state.fitness.len());
        if state.name != NAME || state.sizes != own.sizes || members != size || state.ids.len() != size {
            let text = format!(
                "a population of {members} by {} with sizes {:?} where {size} by {NAME} with sizes {:?} are needed",
                state.name, state.sizes, own.sizes
            );
            return Err(StateError::Mismatch(text));
        }
        let kept = state.species.iter().map(|species| &species.representative);
        let sound = state.genomes.iter().chain(kept).all(|genome| genome.fits(&self.form));
        if !told || !rest.is_empty() || !sound {
            return Err(StateError::Mismatch("graphs that are none of its own".into()));
        }
        self.state = state;
        self.origins.clear();
        self.compile();
        Ok(())
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
