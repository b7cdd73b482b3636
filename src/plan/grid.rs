//! How far every agent searches in a tick, and the neighbour grid in which that is cheapest. Only speed depends on the grid. Knows
//! nothing of how a search is made.

use super::Plan;
use crate::layout::{CELL_SLACK, CROWD_MAX};
use crate::scene::SceneSpec;

impl Plan {
    /// How far each species must search for bodies, prey and biters.
    pub(super) fn add_radii(&mut self) {
        let longest = self.species.iter().map(|s| s.length).fold(0.0, f32::max);
        for index in 0..self.species.len() {
            let s = &self.species[index];
            let own = &self.preys[s.prey_start as usize..(s.prey_start + s.preys) as usize];
            let bite = own.iter().map(|p| p.reach).fold(0.0, f32::max);
            let bitten = self.preys.iter().filter(|p| p.species as usize == index).map(|p| p.reach).fold(0.0, f32::max);
            let s = &mut self.species[index];
            (s.contact, s.bite, s.bitten) = (0.5 * (s.length + longest), bite, bitten);
        }
    }

    /// Every search of a tick: how many agents make it, and how far.
    fn searches(&self, scene: &SceneSpec) -> Vec<(f32, f32)> {
        let mut searches = vec![];
        for s in &self.species {
            let senses = &self.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
            let seen = senses.iter().filter(|s| s.searches()).map(|s| s.range);
            let touched = (s.push > 0.0).then_some(s.contact);
            let social = (s.social == 1).then_some(scene.measures.social_range);
            let flock = (s.flock == 1).then_some(s.flock_reach);
            let bites = [s.bite, s.bitten].into_iter().filter(|r| *r > 0.0);
            let ranges = seen.chain(touched).chain(social).chain(flock).chain(bites);
            searches.extend(ranges.map(|range| (s.slots as f32, range)));
        }
        searches
    }

    /// The neighbour grid that makes the searches of a tick cheapest: narrow cells leave fewer agents to look at, wide ones
    /// fewer rows of cells. Only speed depends on it.
    pub(super) fn grid(&self, scene: &SceneSpec, dim: u32) -> ([u32; 3], [f32; 3]) {
        // A row of cells costs about as much as looking at eight agents, and a cell as much as one (to clear and count).
        const ROW: f32 = 8.0;
        // A small school looks at everyone, unless somebody searches for what is close.
        if self.dims.slots <= CROWD_MAX && self.species.iter().all(|s| s.push == 0.0 && s.bite == 0.0) {
            return ([1; 3], [0, 1, 2].map(|axis| if axis < dim as usize { scene.extent[axis] } else { 1.0 }));
        }
        let searches = self.searches(scene);
        let reach = searches.iter().map(|s| s.1).fold(0.0, f32::max);
        let axes = 0..dim as usize;
        let density = self.dims.slots as f32 / axes.clone().map(|a| scene.extent[a]).product::<f32>();
        // More cells than twice the slots cost more to clear than they save.
        let most = (2 * self.dims.slots).max(64);
        let mut best = (f32::INFINITY, [1; 3], [1.0; 3]);
        for narrower in [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0] {
            let (mut cells, mut cell) = ([1u32; 3], [1.0; 3]);
            for axis in axes.clone() {
                // A little wider than a whole part of the reach, which then spans no further cell by rounding.
                let cells_in_reach = narrower - 2.0 * CELL_SLACK;
                let wanted = if reach > 0.0 { (scene.extent[axis] * cells_in_reach / reach).floor() } else { 1.0 };
                cells[axis] = wanted.clamp(1.0, 1024.0) as u32;
            }
            while cells.iter().product::<u32>() > most {
                let widest = (0..3).max_by_key(|&a| cells[a]).unwrap_or(0);
                cells[widest] = (cells[widest] / 2).max(1);
            }
            for axis in axes.clone() {
                cell[axis] = scene.extent[axis] / cells[axis] as f32;
            }
            let mut cost = cells.iter().product::<u32>() as f32;
            for (agents, range) in &searches {
                let spans = |a: usize| (2.0 * (range / cell[a] + CELL_SLACK).ceil() + 1.0).min(cells[a] as f32);
                let rows: f32 = axes.clone().skip(1).map(spans).product();
                let searched: f32 = axes.clone().map(|a| spans(a) * cell[a]).product();
                cost += agents * (rows * ROW + density * searched);
            }
            if cost < best.0 {
                best = (cost, cells, cell);
            }
        }
        (best.1, best.2)
    }
}
