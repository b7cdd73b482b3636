//! How agents stand among each other: who is oldest, fittest, loudest, oddest, and under which name each is in the lineage log. For
//! viewers: nothing of the run changes. Knows nothing of who looks.

use super::{Simulation, SimulationError};
use crate::evolution::archive::Archive;
use crate::evolution::fitness::fitness;
use crate::layout::{Agent, NONE, THINK_GRAPH, THINK_PLASTIC};
use crate::plan::ticks;
use crate::rng::Stream;
use crate::scene::Evolution;
use crate::world::WorldState;

/// Numbers of genomes that are compared to find the oddest, at most: a few milliseconds of reading.
const MOST_NUMBERS: usize = 4_000_000;

/// An individual as the lineage log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Its world; `NONE` for a member of a population, which lives in many.
    pub world: u32,
    /// Its species.
    pub species: u32,
    /// Its number there.
    pub id: u32,
}

/// How an agent that lives stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Its world.
    pub world: u32,
    /// Its slot there.
    pub slot: u32,
    /// Its species.
    pub species: u32,
    /// Its name; none for a past champion, which is no member of the population.
    pub name: Option<Name>,
    /// Small state.
    pub agent: Agent,
    /// Fitness for each second that it has lived; NaN where its species is not judged.
    pub fitness: f32,
    /// Whether it has lived long enough to be a parent; until then, fitness says little.
    pub grown: bool,
    /// Largest of what it says, either way: 0 is silence.
    pub loudness: f32,
}

/// What an agent may be picked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickBy {
    /// Has lived longest.
    Oldest,
    /// Is fittest, for each second that it has lived, among those who are old enough to be parents. Where species are compared, by
    /// deviations from the mean of its own.
    Fittest,
    /// Says the largest number.
    Loudest,
    /// Is least like its species: its genome lies farthest from the mean one, or, where genomes cannot be compared number by number or
    /// all have the same, what it does now lies farthest from what others do. Where species are compared, by the mean such distance.
    Oddest,
}

impl Simulation {
    /// How all agents of all worlds stand, world after world, in the order of slots.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn standings(&mut self) -> Result<Vec<Standing>, SimulationError> {
        let census = self.backend.census()?;
        let (slots, sig) = (self.plan.dims.slots, self.plan.dims.sig);
        let members = self.members();
        let mut all = vec![];
        for world in 0..self.plan.dims.worlds {
            let Some(agents) = census.agents.get(WorldState::part(world, slots)) else { break };
            let tallies = &census.tallies[WorldState::part(world, slots)];
            let signals = census.signals.get(WorldState::part(world, sig)).unwrap_or_default();
            for (index, (spec, s)) in self.scene.species.iter().zip(&self.plan.species).enumerate() {
                let grown = match &spec.evolution {
                    Evolution::Turnover(t) => ticks(t.lifetime * t.maturity, self.plan.tank.dt),
                    _ => 1,
                };
                for local in 0..s.slots {
                    let slot = s.slot_start + local;
                    let agent = agents[slot as usize];
                    if agent.alive == 0 {
                        continue;
                    }
                    let at = (s.sig_start + local * s.channels) as usize;
                    let said = signals.get(at..at + s.channels as usize).unwrap_or_default();
                    let seconds = agent.age.max(1) as f32 * self.plan.tank.dt;
                    let own = Name { world, species: index as u32, id: agent.id };
                    all.push(Standing {
                        world,
                        slot,
                        species: index as u32,
                        name: match &members[index] {
                            None => Some(own),
                            Some(rows) => {
                                let row = (world * s.rows + local / s.sharers) as usize;
                                let id = rows.get(row).copied().flatten();
                                id.map(|id| Name { world: NONE, id, ..own })
                            }
                        },
                        agent,
                        fitness: match spec.fitness.is_empty() {
                            true => f32::NAN,
                            false => fitness(spec, s, &tallies[slot as usize]) / seconds,
                        },
                        grown: agent.age >= grown,
                        loudness: said.iter().fold(0.0, |most, x| most.max(x.abs())),
                    });
                }
            }
        }
        Ok(all)
    }

    /// The agent of a world that stands out, of one species or of all: its slot. `None` where nobody can be told from the others.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn pick(&mut self, world: u32, species: Option<u32>, what: PickBy) -> Result<Option<u32>, SimulationError> {
        let of = |s: &Standing| s.world == world && species.is_none_or(|species| s.species == species);
        let standings: Vec<Standing> = self.standings()?.into_iter().filter(of).collect();
        let marks: Vec<f32> = match what {
            PickBy::Oldest => standings.iter().map(|s| s.agent.age as f32).collect(),
            PickBy::Loudest => standings.iter().map(|s| if s.loudness > 0.0 { s.loudness } else { f32::NAN }).collect(),
            PickBy::Fittest => deviations(&standings),
            PickBy::Oddest => self.oddness(world, &standings)?,
        };
        // The first of equals.
        let mut best: Option<(f32, u32)> = None;
        for (mark, standing) in marks.into_iter().zip(&standings) {
            if !mark.is_nan() && best.is_none_or(|(highest, _)| mark > highest) {
                best = Some((mark, standing.slot));
            }
        }
        Ok(best.map(|(_, slot)| slot))
    }

    /// How far each lies from the mean of its species, over the mean of such distances; NaN where that is 0.
    fn oddness(&mut self, world: u32, standings: &[Standing]) -> Result<Vec<f32>, SimulationError> {
        let mut marks = vec![f32::NAN; standings.len()];
        for species in 0..self.plan.species.len() {
            let own: Vec<usize> =
                (0..standings.len()).filter(|at| standings[*at].species as usize == species).collect();
            let s = self.plan.species[species];
            let compares = s.genome_len > 0 && s.rows > 1 && !matches!(s.think, THINK_GRAPH | THINK_PLASTIC);
            let rows: Vec<Vec<f32>> = if compares {
                let every = own.len().div_ceil((MOST_NUMBERS / s.genome_len as usize).max(1)).max(1);
                let asked: Vec<u32> = own.iter().step_by(every).map(|at| standings[*at].slot).collect();
                let mut genomes = self.backend.genomes(world, &asked)?.into_iter();
                // Whoever is left out is nobody's oddest.
                (0..own.len())
                    .map(|i| if i.is_multiple_of(every) { genomes.next().unwrap_or_default() } else { vec![] })
                    .collect()
            } else {
                let (minds, len) = (self.backend.minds(world, species)?, s.act_len as usize);
                let local = |at: &usize| (standings[*at].slot - s.slot_start) as usize * len;
                own.iter()
                    .map(|at| minds.actions.get(local(at)..local(at) + len).unwrap_or_default().to_vec())
                    .collect()
            };
            for (at, far) in own.into_iter().zip(distances(&rows)) {
                marks[at] = far;
            }
        }
        Ok(marks)
    }

    /// Key of the draws of a world; of the last one beyond it.
    pub fn stream_of(&self, world: u32) -> Stream {
        let streams = self.streams();
        streams.get(world as usize).or(streams.last()).copied().unwrap_or_default()
    }

    /// The name of the agent of this number in a slot of a world; `None` for a past champion, which is no member of the population.
    pub fn name_of(&self, world: u32, slot: u32, id: u32) -> Option<Name> {
        let species = self.plan.species.iter().rposition(|s| slot >= s.slot_start)?;
        let (s, own) = (&self.plan.species[species], Name { world, species: species as u32, id });
        match self.generational.as_ref().and_then(|evolution| evolution.members(species, s.rows)) {
            None => Some(own),
            Some(rows) => {
                let row = world * s.rows + (slot - s.slot_start) / s.sharers;
                rows.get(row as usize).copied().flatten().map(|id| Name { world: NONE, id, ..own })
            }
        }
    }

    /// Numbers of the members of populations that run the rows of all worlds, by species; `None` for a species without.
    fn members(&self) -> Vec<Option<Vec<Option<u32>>>> {
        let of = |species: usize| {
            let rows = self.plan.species[species].rows;
            self.generational.as_ref().and_then(|evolution| evolution.members(species, rows))
        };
        (0..self.plan.species.len()).map(of).collect()
    }

    /// The archive of a species; `None` where its evolution keeps none.
    pub fn archive(&self, species: usize) -> Option<&Archive> {
        self.generational.as_ref()?.archive(species)
    }

    /// The best of the last generation of a species that is bred by generations, as agents run it: its name, genome and fitness.
    pub fn champion(&self, species: usize) -> Option<(Name, Vec<f32>, f32)> {
        let best = self.generational.as_ref()?.best_genome(species)?;
        let name = Name { world: NONE, species: species as u32, id: best.id };
        Some((name, self.plan.rows(species).rounded(&best.genome), best.fitness))
    }
}

/// Fitness of those who are grown, in deviations above the mean of their species; NaN of the others.
fn deviations(standings: &[Standing]) -> Vec<f32> {
    let judged = |s: &&Standing| s.grown && s.fitness.is_finite();
    let mut of_species: std::collections::BTreeMap<u32, Vec<f64>> = Default::default();
    for standing in standings.iter().filter(judged) {
        of_species.entry(standing.species).or_default().push(standing.fitness.into());
    }
    let spread: std::collections::BTreeMap<u32, (f64, f64)> = of_species
        .into_iter()
        .map(|(species, all)| {
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / all.len() as f64;
            (species, (mean, variance.sqrt()))
        })
        .collect();
    let of = |s: &Standing| match spread.get(&s.species) {
        Some((mean, deviation)) if judged(&s) && *deviation > 0.0 => ((f64::from(s.fitness) - mean) / deviation) as f32,
        // All alike.
        Some(_) if judged(&s) => 0.0,
        _ => f32::NAN,
    };
    standings.iter().map(of).collect()
}

/// How far each row lies from their mean, over the mean of such distances; NaN of an empty row, and where all are alike.
fn distances(rows: &[Vec<f32>]) -> Vec<f32> {
    let known = rows.iter().filter(|row| !row.is_empty());
    let (mut mean, mut count) = (vec![0.0f64; rows.iter().map(Vec::len).max().unwrap_or(0)], 0.0f64);
    for row in known {
        mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
        count += 1.0;
    }
    mean.iter_mut().for_each(|sum| *sum /= count.max(1.0));
    let far = |row: &Vec<f32>| -> f64 {
        row.iter().zip(&mean).map(|(x, m)| (f64::from(*x) - m) * (f64::from(*x) - m)).sum::<f64>().sqrt()
    };
    let all: Vec<f64> = rows.iter().map(far).collect();
    let typical = all.iter().zip(rows).filter(|(_, row)| !row.is_empty()).map(|(d, _)| d).sum::<f64>() / count.max(1.0);
    let mark =
        |(d, row): (&f64, &Vec<f32>)| if row.is_empty() || typical <= 0.0 { f32::NAN } else { (d / typical) as f32 };
    all.iter().zip(rows).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Hand};
    use crate::scene;
    use crate::simulation::{BackendChoice, Options};

    fn simulation(name: &str, backend: BackendChoice, worlds: u32) -> Simulation {
        let mut spec = scene::load(name).unwrap().spec;
        if name == "first_school" {
            spec.species[0].signals.channels = 2;
        }
        let options = Options { backend, threads: Some(1), worlds: Some(worlds), ..Options::default() };
        let mut simulation = Simulation::new(spec, &options).unwrap();
        simulation.advance(20).unwrap();
        simulation
    }

    #[test]
    fn each_is_picked_for_what_it_is_and_both_backends_pick_alike() {
        let mut here = simulation("first_school", BackendChoice::Cpu, 1);
        let whats = [PickBy::Oldest, PickBy::Fittest, PickBy::Loudest, PickBy::Oddest];
        let agents = here.agents().unwrap();
        let oldest = here.pick(0, None, PickBy::Oldest).unwrap().unwrap() as usize;
        assert!(agents.iter().all(|a| a.alive == 0 || a.age <= agents[oldest].age));
        let loudest = here.pick(0, None, PickBy::Loudest).unwrap().unwrap();
        let loud = |simulation: &mut Simulation, slot: u32| {
            simulation.detail(0, slot).unwrap().signal.iter().fold(0.0f32, |m, x| m.max(x.abs()))
        };
        let most = loud(&mut here, loudest);
        assert!((0..agents.len() as u32).all(|slot| agents[slot as usize].alive == 0 || loud(&mut here, slot) <= most));
        let standings = here.standings().unwrap();
        let fittest = here.pick(0, Some(0), PickBy::Fittest).unwrap().unwrap();
        let mut own = standings.iter().filter(|s| s.species == 0);
        let best = own.clone().find(|s| s.slot == fittest).unwrap();
        assert!(best.grown && own.all(|s| !s.grown || s.fitness <= best.fitness));
        // Made odder than anybody.
        let id = agents[oldest].id;
        here.command(Command::Agent { world: 0, id, hand: Hand::Mutate { rate: 1.0, size: 20.0 } }).unwrap();
        let odd = here.pick(0, None, PickBy::Oddest).unwrap().unwrap() as usize;
        let s = here.plan().species[0];
        assert_eq!((odd as u32 - s.slot_start) / s.sharers, (oldest as u32 - s.slot_start) / s.sharers);

        match crate::backend::gpu::SharedDevice::open() {
            Ok(_) => {
                let mut there = simulation("first_school", BackendChoice::Gpu, 1);
                there.command(Command::Agent { world: 0, id, hand: Hand::Mutate { rate: 1.0, size: 20.0 } }).unwrap();
                for what in whats {
                    assert_eq!(here.pick(0, None, what).unwrap(), there.pick(0, None, what).unwrap(), "{what:?}");
                }
            }
            Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
            Err(e) => eprintln!("skipped: {e}"),
        }
    }

    #[test]
    fn members_of_a_population_go_by_their_number_in_it() {
        let mut bred = simulation("food_call", BackendChoice::Cpu, 4);
        let standings = bred.standings().unwrap();
        let population = bred.generational.as_ref().unwrap().population(0).unwrap().clone();
        for standing in standings.iter().filter(|s| s.species == 0) {
            let name = standing.name.unwrap();
            assert_eq!((name.world, name.species), (NONE, 0));
            assert_eq!(bred.name_of(standing.world, standing.slot, standing.agent.id), Some(name));
            let member = population.ids.iter().position(|id| *id == name.id).unwrap();
            let genome = bred.genomes_of(standing.world, &[standing.slot]).unwrap().remove(0);
            assert_eq!(genome, bred.plan().rows(0).rounded(population.row(member)));
        }
        assert!(bred.champion(0).is_none(), "no generation has ended");
    }

    #[test]
    fn who_is_not_judged_or_silent_is_not_picked_for_it() {
        let mut boids = simulation("boids", BackendChoice::Cpu, 1);
        assert_eq!(boids.pick(0, None, PickBy::Fittest).unwrap(), None);
        assert_eq!(boids.pick(0, None, PickBy::Loudest).unwrap(), None);
        assert!(boids.pick(0, None, PickBy::Oddest).unwrap().is_some(), "by what it does");
        assert_eq!(boids.pick(0, Some(99), PickBy::Oldest).unwrap(), None);
    }

    #[test]
    fn species_are_compared_each_by_its_own_measure() {
        assert!(distances(&[vec![1.0, 2.0], vec![1.0, 2.0]]).iter().all(|d| d.is_nan()));
        let far = distances(&[vec![0.0], vec![0.0], vec![], vec![3.0]]);
        assert!((far[0] - 0.75).abs() < 1e-6 && far[2].is_nan() && (far[3] - 1.5).abs() < 1e-6, "{far:?}");
    }
}
