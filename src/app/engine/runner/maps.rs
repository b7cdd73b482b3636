//! What the simulation thread tells of archives: a map of each after a generation, and the genome of a cell that is asked for. Knows nothing
//! of how it is drawn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Runner;
use crate::app::engine::chronicle::REST;
use crate::app::engine::lock;
use crate::app::engine::mapping::Map;
use crate::app::genomes::HeldGenome;
use crate::app::strings::{self, run as text};

/// Least time between two maps; see `REST` for how much longer it may be.
const MAPS_EVERY: Duration = Duration::from_millis(500);

impl Runner {
    /// Tells what archives have found, where it is time and another generation has come to its end.
    pub(super) fn show_archives(&mut self) {
        let here = Some((self.timeline.current(), self.simulation.generation()));
        let begun = Instant::now();
        if self.mapped.1 == here || begun < self.mapped.0 {
            return;
        }
        let scene = self.simulation.scene();
        let maps = (0..scene.species.len()).filter_map(|species| {
            let archive = self.simulation.archive(species)?;
            Some(Map::of(archive, scene, species))
        });
        let maps: Vec<Map> = maps.collect();
        if !maps.is_empty() {
            lock(&self.slot).maps = Some(Arc::new(maps));
        }
        self.mapped = (begun + MAPS_EVERY.max(begun.elapsed() * REST), here);
    }

    /// Hands over the genome of the best in a cell, as agents run it.
    pub(super) fn hand_over(&mut self, species: usize, along: &[u32]) {
        let elite = self.simulation.archive(species).and_then(|archive| archive.at(along));
        let Some(elite) = elite else {
            return self.tell(text::CELL_EMPTY.to_string(), true);
        };
        let genome = self.simulation.plan().rows(species).rounded(&elite.genome);
        let cell: Vec<String> = along.iter().map(u32::to_string).collect();
        let from = text::cell(&cell.join(","), elite.id);
        self.tell(strings::genome::in_hand(&from), false);
        lock(&self.slot).elite = Some(HeldGenome { species, genome: genome.into(), from });
    }
}
