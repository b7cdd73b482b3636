//! What the lineage log of a run says of those who are left: founders, births since, the last common ancestor. Part of the page of a
//! run. Knows nothing of how the log is kept.

use std::path::Path;

use super::html::{self, Cell};
use crate::evolution::ancestry::{Ancestry, Lineage};
use crate::files;
use crate::genome_file::GenomeFile;
use crate::layout::NONE;
use crate::run::{Past, RunError, population_file};
use crate::scene::Evolution;
use crate::world::WorldState;

/// A table of the species that are bred: of populations that live in many worlds those whom the run left, at its end; of live evolution
/// the living of each world, at the newest checkpoint. Nothing where nobody is left, or is told of.
pub fn lineages(folder: &Path, past: &Past, largest: u64) -> Result<String, RunError> {
    let logs = past.lineages(folder)?;
    let mut rows = vec![];
    for (index, species) in past.scene.species.iter().enumerate() {
        let left = match species.evolution {
            Evolution::Off => continue,
            Evolution::Generational(_) => population(folder, index, &species.name, largest),
            Evolution::Turnover(_) | Evolution::Ecology(_) => living(past, index),
        };
        for (world, ids) in left {
            if ids.is_empty() {
                continue;
            }
            let none = Lineage::default();
            let ancestry = logs.get(&(index as u32, world)).unwrap_or(&none).ancestry(&ids);
            rows.push(row(&species.name, world, &ancestry));
        }
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    let head =
        ["species", "world", "left", "founders of these", "births since, mean", "last common ancestor", "born at tick"];
    Ok(format!("<h2>Lineages</h2>\n{}", html::table(&head, &rows)))
}

fn row(species: &str, world: u32, ancestry: &Ancestry) -> Vec<Cell> {
    let world = if world == NONE { "all".to_string() } else { world.to_string() };
    let [common, tick] = match ancestry.common {
        Some((id, tick)) => [id.to_string(), tick.to_string()],
        None => ["none".to_string(), "-".to_string()],
    };
    let numbers = [world, ancestry.living.to_string(), ancestry.founders.to_string(), format!("{:.1}", ancestry.depth)];
    let numbers = numbers.into_iter().chain([common, tick]).map(Cell::Number);
    std::iter::once(Cell::Text(species.to_string())).chain(numbers).collect()
}

/// Whom a run left of a population; nobody before its end.
fn population(folder: &Path, index: usize, species: &str, largest: u64) -> Vec<(u32, Vec<u32>)> {
    let file = population_file(index, species);
    let bytes = files::read_at_most(&folder.join(&file), largest).ok();
    let left = bytes.and_then(|bytes| GenomeFile::decode(&bytes, &file.display().to_string()).ok());
    left.map(|left| (NONE, left.lineage.iter().map(|[id, _]| *id).collect())).into_iter().collect()
}

/// Who lives in each world.
fn living(past: &Past, index: usize) -> Vec<(u32, Vec<u32>)> {
    let state = &past.loaded.checkpoint.state;
    let plan = crate::plan::Plan::new(&past.scene, past.loaded.header.worlds);
    let s = &plan.species[index];
    let of = |world: u32| {
        let agents = &state.agents[WorldState::part(world, plan.dims.slots)];
        let own = &agents[s.slot_start as usize..(s.slot_start + s.slots) as usize];
        (world, own.iter().filter(|agent| agent.alive == 1).map(|agent| agent.id).collect())
    };
    (0..past.loaded.header.worlds).map(of).collect()
}
