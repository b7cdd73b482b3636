//! Who was born and died in a run, from its lineage log. What the log does not tell outright follows from it: in live evolution one is gone
//! when another takes its place; of a population one is there for its own generation, and for as long as it is known to be: as a parent, as
//! the best, or as one that the run left. Knows nothing of what is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Generation, Past, Rows, RunError, population_file, tables};
use crate::evolution::CLONE;
use crate::files;
use crate::genome_file::GenomeFile;
use crate::layout::NONE;
use crate::measure::shadow::{History, Individual};
use crate::plan::{Plan, ticks};
use crate::scene::{Evolution, Strategy};
use crate::world::WorldState;

/// Largest genome file that is looked into, bytes: as `GenomeFile` reads.
const LARGEST_GENOMES: u64 = 1 << 30;

/// Times at which is noted who is present, at most: as many as a chart shows.
const MOST_TIMES: u64 = 400;

/// What a log tells of a species.
pub struct Born {
    /// Its place in the scene.
    pub species: usize,
    /// The births and deaths of it, and what their times count; or why there is nothing to tell.
    pub told: Result<(History, Times), String>,
}

/// What the times of a history count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Generations, from 0.
    Generations,
    /// Ticks.
    Ticks,
}

/// A line of the log.
struct Line {
    tick: u64,
    world: u32,
    id: u32,
    parent: u32,
    clone: bool,
    /// Unknown in logs of earlier versions, and of populations.
    slot: Option<u32>,
}

impl Past {
    /// Births and deaths of each species, up to the newest checkpoint.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn births(&self, folder: &Path) -> Result<Vec<Born>, RunError> {
        let mut lines = self.lines(folder)?;
        let species = self.scene.species.iter().enumerate();
        let of = |(species, spec): (usize, &crate::scene::SpeciesSpec)| {
            let own = lines.remove(&(species as u32)).unwrap_or_default();
            let told = match &spec.evolution {
                _ if spec.count == 0 => Err("it has no agents".to_string()),
                Evolution::Off => Err("it is not bred".to_string()),
                Evolution::Generational(g) => match &g.strategy {
                    Strategy::Genetic(_) | Strategy::Neat(_) => Ok(self.of_generations(folder, species, &own)?),
                    strategy if strategy.keeps_archive() => Err(
                        "its parents come from an archive, and the log does not tell who leaves that, so that nobody knows who might be a parent"
                            .to_string(),
                    ),
                    _ => Err("its members are drawn from a distribution, so that none descends from another".to_string()),
                },
                Evolution::Turnover(t) => {
                    let maturity = t.maturity * ticks(t.lifetime, self.scene.dt) as f32;
                    self.of_places(species, &own, maturity as u64)
                }
                Evolution::Ecology(e) => self.of_places(species, &own, ticks(e.refractory, self.scene.dt).into()),
            };
            Ok(Born { species, told })
        };
        species.map(of).collect()
    }

    /// The log up to the newest checkpoint, species by species.
    fn lines(&self, folder: &Path) -> Result<BTreeMap<u32, Vec<Line>>, RunError> {
        let mut rows = Rows::open(&folder.join(tables::LINEAGE), self.length(tables::LINEAGE))?;
        let mut lines: BTreeMap<u32, Vec<Line>> = BTreeMap::new();
        while rows.advance()? {
            // Nobody is written as nothing.
            let of = |column: &str| match rows.text(column) {
                None | Some("") => Ok(NONE),
                Some(_) => rows.number(column).map(|number| number as u32),
            };
            let line = Line {
                tick: rows.number("tick")? as u64,
                world: of("world")?,
                id: of("id")?,
                parent: of("parent")?,
                clone: rows.text("operator") == Some(CLONE),
                slot: Some(of("slot")?).filter(|slot| *slot != NONE),
            };
            lines.entry(of("species")?).or_default().push(line);
        }
        Ok(lines)
    }

    /// Bytes of a table at the newest checkpoint.
    fn length(&self, table: &str) -> u64 {
        self.loaded.header.tables.iter().find(|(name, _)| name == table).map_or(0, |(_, bytes)| *bytes)
    }

    /// A population: the ticks of the log are its generations.
    fn of_generations(&self, folder: &Path, species: usize, lines: &[Line]) -> Result<(History, Times), RunError> {
        let name = &self.scene.species[species].name;
        let ticks: BTreeSet<u64> = lines.iter().map(|line| line.tick).collect();
        let generation: BTreeMap<u64, u64> = ticks.into_iter().zip(0..).collect();
        let last = generation.len().saturating_sub(1) as u64;
        let mut places: BTreeMap<u32, u32> = BTreeMap::new();
        let mut all: Vec<Individual> = Vec::with_capacity(lines.len());
        let until = |all: &mut Vec<Individual>, places: &BTreeMap<u32, u32>, id: u32, at: u64| {
            if let Some(one) = places.get(&id).and_then(|place| all.get_mut(*place as usize)) {
                one.died = one.died.max(at + 1);
            }
        };
        for line in lines {
            let born = generation[&line.tick];
            // The parent of a child was judged the generation before.
            until(&mut all, &places, line.parent, born.saturating_sub(1));
            let parent = places.get(&line.parent).copied();
            places.insert(line.id, all.len() as u32);
            all.push(Individual { world: 0, born, died: born + 1, parent, clone: line.clone });
        }
        let of_it = |row: Generation| {
            if row.species == *name {
                until(&mut all, &places, row.best_id as u32, row.generation.min(last));
            }
        };
        Generation::each(&folder.join(tables::GENERATIONS), self.length(tables::GENERATIONS), of_it)?;
        let file = population_file(species, name);
        let bytes = files::read_at_most(&folder.join(&file), LARGEST_GENOMES).ok();
        let left = bytes.and_then(|bytes| GenomeFile::decode(&bytes, &file.display().to_string()).ok());
        for [id, _] in left.iter().flat_map(|left| &left.lineage) {
            until(&mut all, &places, *id, last);
        }
        let history = History { individuals: all, times: spaced(last, 1), replaced: true, maturity: 0 };
        Ok((history, Times::Generations))
    }

    /// Live evolution: who is born takes a place, or a row of clones takes theirs.
    fn of_places(&self, species: usize, lines: &[Line], maturity: u64) -> Result<(History, Times), String> {
        let header = &self.loaded.header;
        let plan = Plan::new(&self.scene, header.worlds);
        let p = &plan.species[species];
        if lines.iter().any(|line| line.slot.is_none()) {
            return Err(
                "the run was recorded by an earlier version, whose log does not tell whose place a child takes"
                    .to_string(),
            );
        }
        let row = |slot: u32| slot.saturating_sub(p.slot_start) / p.sharers.max(1);
        let mut all: Vec<Individual> = vec![];
        // Who stands for a number, whose a row is, and until when each is known to have lived.
        let (mut places, mut rows, mut known) = (BTreeMap::new(), BTreeMap::new(), Vec::<u64>::new());
        // Who is there at the start is numbered species by species, in the order of places.
        let first: u32 = self.scene.species[..species].iter().map(|spec| spec.count).sum();
        for world in 0..header.worlds {
            for local in 0..self.scene.species[species].count {
                let owner = *rows.entry((world, local / p.sharers.max(1))).or_insert_with(|| {
                    all.push(Individual { world, born: 0, died: u64::MAX, parent: None, clone: false });
                    known.push(0);
                    all.len() as u32 - 1
                });
                places.insert((world, first + local), owner);
            }
        }
        for line in lines {
            let at = (line.world, row(line.slot.unwrap_or(NONE)));
            let parent: Option<u32> = places.get(&(line.world, line.parent)).copied();
            let owner = rows.get(&at).copied();
            if let Some(parent) = parent {
                known[parent as usize] = line.tick;
            }
            // A row whose own genome fills its free places goes on; clones that are born together are one.
            let same = owner.filter(|owner| {
                let of = &all[*owner as usize];
                (line.clone && parent == Some(*owner))
                    || (p.sharers > 1 && of.born == line.tick && of.parent == parent && line.tick > 0)
            });
            let number = same.unwrap_or_else(|| {
                if let Some(owner) = owner {
                    all[owner as usize].died = line.tick;
                }
                all.push(Individual { world: line.world, born: line.tick, died: u64::MAX, parent, clone: line.clone });
                known.push(line.tick);
                all.len() as u32 - 1
            });
            rows.insert(at, number);
            places.insert((line.world, line.id), number);
        }
        // Of who is dead, and whose place nobody has taken, no more is known than when it was last a parent.
        let agents = &self.loaded.checkpoint.state.agents;
        for ((world, row), owner) in rows {
            let slots =
                p.slot_start + row * p.sharers..(p.slot_start + (row + 1) * p.sharers).min(p.slot_start + p.slots);
            let own = agents.get(WorldState::part(world, plan.dims.slots)).unwrap_or_default();
            if slots.into_iter().all(|slot| own.get(slot as usize).is_none_or(|agent| agent.alive == 0)) {
                all[owner as usize].died = known[owner as usize] + 1;
            }
        }
        let times = spaced(header.tick, self.scene.measures.interval.max(1).into());
        Ok((History { individuals: all, times, replaced: false, maturity }, Times::Ticks))
    }
}

/// Times from 0 to the last, a multiple of so much apart.
fn spaced(last: u64, apart: u64) -> Vec<u64> {
    let apart = apart * (last / apart).div_ceil(MOST_TIMES).max(1);
    (0..=last / apart).map(|at| at * apart).collect()
}
