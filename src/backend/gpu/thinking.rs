//! Which way each species of a plan thinks on a GPU, with how much of a workgroup's memory, and which workgroups of the
//! spread shape a page of genomes concerns. Knows nothing of wgpu.

use std::ops::Range;

use super::buffers::Page;
use super::header::{self, Module};
use super::records::genome_starts;
use crate::layout::*;
use crate::plan::Plan;

/// How a species thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A team of lanes an agent, a lane an output: `think_team.wgsl`. Where teams are of one lane: `think_alone.wgsl`.
    Own,
    /// A lane an agent, the weights in workgroup memory: `think_shared.wgsl`.
    Shared,
}

/// Lanes of a team on cards: as many as these move at once.
pub const TEAM: u32 = 32;

/// Lanes of a team on adapters that are programs on the processor.
pub const ALONE: u32 = 1;

/// Invocations of a workgroup that thinks in the spread shape.
const CREW: u32 = 64;

/// Fewest agents of a genome that think side by side: fewer fill less than half of the lanes that a card moves at once.
const SHARERS: u32 = 16;

/// Bytes of memory that a workgroup has on every adapter.
pub const WORKGROUP_BYTES: u32 = 16 << 10;

/// Bytes of it for the hidden neurons of teams: what the widest layers need of one team is 2.5 KiB.
const HIDDEN_BYTES: u32 = 4 << 10;

/// Most bytes of it for a tile of weights: the more workgroups fit a processor at once, the better each hides the others'
/// waiting for memory.
const TILE_BYTES: u32 = 8 << 10;

/// Bytes of a vector of the tile.
const VECTOR_BYTES: u32 = 16;

/// The numbers that the thinking kernels of a module are written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thinking {
    /// Lanes of a team.
    pub team: u32,
    /// Invocations of a workgroup.
    pub crew: u32,
    /// Teams of a workgroup.
    pub teams: u32,
    /// Species that think by teams, a bit each.
    pub own: u32,
    /// Species that think side by side, a bit each.
    pub shared: u32,
    /// Most layers of the former.
    pub layers_max: u32,
    /// Most outputs of a layer of the former.
    pub hidden_max: u32,
    /// Most memory of the former that is forgotten.
    pub memory_max: u32,
    /// Most inputs or outputs of a layer where a lane thinks for an agent.
    pub width_max: u32,
    /// Most numbers of all queries of an agent, or of what is gathered by them.
    pub gathered_max: u32,
    /// Most numbers of a key or a value.
    pub item_max: u32,
    /// Vectors of four weights in a tile.
    pub tile: u32,
}

/// How a species thinks in kernels of `module`; `None` by a rule.
pub fn way(plan: &Plan, module: Module, species: usize) -> Option<Way> {
    let s = &plan.species[species];
    let most = tile_bytes(plan, module);
    let fits = layers(plan, s).iter().all(|l| block(l) * VECTOR_BYTES <= most);
    match s.think {
        _ if s.by_rule() => None,
        // Every agent has weights of its own by what it has lived through, or items of its own number; and those that share a
        // graph have nothing of it in common but its weights.
        THINK_PLASTIC | THINK_ATTENTION_SUM | THINK_ATTENTION_MEAN | THINK_GRAPH => Some(Way::Own),
        _ if s.sharers >= SHARERS && fits => Some(Way::Shared),
        _ => Some(Way::Own),
    }
}

fn layers<'a>(plan: &'a Plan, s: &SpeciesParams) -> &'a [LayerParams] {
    &plan.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize]
}

/// Vectors of eight outputs of a layer: two for the biases and two for each input.
fn block(layer: &LayerParams) -> u32 {
    2 * (layer.inputs + 1)
}

/// Bytes of a workgroup's memory for a tile of weights: what the other arrays of a module leave.
fn tile_bytes(plan: &Plan, module: Module) -> u32 {
    let close = if module == Module::Close { plan.dims.slots.saturating_mul(header::CLOSE_BYTES) } else { 0 };
    let others = (4 * header::lanes(plan, module) + HIDDEN_BYTES).saturating_add(close);
    WORKGROUP_BYTES.saturating_sub(others).min(TILE_BYTES)
}

impl Thinking {
    /// The numbers for a module of a plan, with teams of `team` lanes.
    pub fn new(plan: &Plan, module: Module, team: u32) -> Thinking {
        let crew = match module {
            Module::Packed | Module::Close => header::lanes(plan, module),
            Module::Spread | Module::Edit => CREW,
        };
        let mut thinking = Thinking {
            team,
            crew,
            teams: 1,
            own: 0,
            shared: 0,
            layers_max: 1,
            hidden_max: 1,
            memory_max: 1,
            width_max: 1,
            gathered_max: 1,
            item_max: 1,
            tile: 1,
        };
        for (k, s) in plan.species.iter().enumerate() {
            if let (true, [queries, keys, values, ..]) = (s.items > 0, layers(plan, s)) {
                let gathered = queries.outputs / keys.outputs * values.outputs;
                thinking.hidden_max = thinking.hidden_max.max(gathered);
                thinking.gathered_max = thinking.gathered_max.max(gathered).max(queries.outputs);
                thinking.item_max = thinking.item_max.max(keys.outputs).max(values.outputs);
            }
            if s.think == THINK_GRAPH {
                thinking.own |= 1 << k;
                // One row of values where layers have two rows of neurons.
                let values = s.obs_len.saturating_add(s.act_len).saturating_add(s.nodes);
                thinking.width_max = thinking.width_max.max(values.div_ceil(2));
            }
            for layer in layers(plan, s) {
                match way(plan, module, k) {
                    Some(Way::Own) => {
                        thinking.own |= 1 << k;
                        if team == ALONE {
                            thinking.width_max = thinking.width_max.max(layer.inputs).max(layer.outputs);
                        }
                        thinking.layers_max = thinking.layers_max.max(s.layers);
                        thinking.hidden_max = thinking.hidden_max.max(layer.outputs);
                        if s.think == THINK_GRU {
                            thinking.memory_max = thinking.memory_max.max(s.mem_len);
                        }
                    }
                    Some(Way::Shared) => {
                        thinking.shared |= 1 << k;
                        thinking.width_max = thinking.width_max.max(layer.inputs).max(layer.outputs);
                        // The whole layer, or as many blocks as fit.
                        let blocks =
                            layer.outputs.div_ceil(8).min(tile_bytes(plan, module) / VECTOR_BYTES / block(layer));
                        thinking.tile = thinking.tile.max(blocks * block(layer));
                    }
                    None => {}
                }
            }
        }
        // Two rows of hidden neurons and what of the memory is forgotten.
        let bytes = 4 * (2 * thinking.hidden_max + thinking.memory_max);
        thinking.teams = if team == ALONE { crew } else { (HIDDEN_BYTES / bytes).clamp(1, crew / team) };
        thinking
    }

    /// The workgroups of a kernel of the spread shape that think with genomes of `page`.
    pub fn groups(&self, plan: &Plan, which: Way, page: Page) -> Range<u32> {
        let starts = genome_starts(plan);
        let worlds = u64::from(plan.dims.worlds);
        let mut found: Option<Range<u64>> = None;
        let mut before = 0;
        for (k, s) in plan.species.iter().enumerate().filter(|(k, _)| way(plan, Module::Spread, *k) == Some(which)) {
            let [slots, rows, sharers, stride] = [s.slots, s.rows, s.sharers, s.genome_stride].map(u64::from);
            let parts = sharers.div_ceil(u64::from(self.crew));
            // The first workgroup that may think with a row, among the species'; and one past the last that thinks with rows
            // before it.
            let (at, past): (&dyn Fn(u64) -> u64, &dyn Fn(u64) -> u64) = match which {
                Way::Shared => (&|row| row * parts, &|row| row * parts),
                Way::Own => {
                    let agent = move |row: u64| row / rows * slots + row % rows * sharers;
                    let teams = u64::from(self.teams);
                    (&move |row| agent(row) / teams, &move |row| agent(row).div_ceil(teams))
                }
            };
            let (first, end) = (page.first.max(starts[k]), page.end.min(starts[k + 1]));
            if first < end {
                let own = before + at((first - starts[k]) / stride)..before + past((end - starts[k]) / stride);
                found = Some(found.map_or(own.start, |f| f.start)..own.end);
            }
            before += past(worlds * rows);
        }
        let found = found.unwrap_or(0..0);
        found.start as u32..found.end as u32
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::backend::gpu::buffers::cut_pages;
    use crate::scene::{Controller, GroupSpec, MlpSpec, SceneSpec, Sharing, SpeciesSpec};

    /// Species of both ways in turn, some with genomes that serve more agents than a workgroup has.
    fn plan(worlds: u32) -> Plan {
        let species = |count, sharing, hidden| SpeciesSpec {
            count,
            sharing,
            controller: Controller::Mlp(MlpSpec { hidden: vec![hidden], ..Default::default() }),
            ..Default::default()
        };
        let group = |size| Sharing::Group(GroupSpec { size });
        let species = vec![
            species(150, Sharing::Own, 9),
            species(90, Sharing::Species, 30),
            species(7, group(2), 5),
            species(205, group(70), 20),
            species(21, Sharing::Own, 150),
            species(50, group(20), 3),
        ];
        Plan::new(&SceneSpec { species, ..Default::default() }, worlds)
    }

    #[test]
    fn a_page_concerns_the_workgroups_that_think_with_its_genomes() {
        for (worlds, team) in [(1, TEAM), (3, TEAM), (1, ALONE), (3, ALONE)] {
            let plan = plan(worlds);
            let thinking = Thinking::new(&plan, Module::Spread, team);
            let starts = genome_starts(&plan);
            let widest = plan.species.iter().map(|s| u64::from(s.genome_stride)).max().expect("species");
            for most in [widest, 2 * widest + 1, 20 * widest, u64::from(u32::MAX)] {
                let pages = cut_pages(&plan, most).expect("pages");
                for which in [Way::Own, Way::Shared] {
                    let mut expected = vec![BTreeSet::new(); pages.len()];
                    let mut before = 0;
                    for (k, s) in plan.species.iter().enumerate() {
                        if way(&plan, Module::Spread, k) != Some(which) {
                            continue;
                        }
                        let parts = s.sharers.div_ceil(thinking.crew);
                        for (world, local) in (0..worlds).flat_map(|w| (0..s.slots).map(move |local| (w, local))) {
                            let row = world * s.rows + local / s.sharers;
                            let at = starts[k] + u64::from(row * s.genome_stride);
                            let page = pages.iter().position(|p| p.first <= at && at < p.end).expect("a page");
                            expected[page].insert(match which {
                                Way::Own => before + (world * s.slots + local) / thinking.teams,
                                Way::Shared => before + row * parts + local % s.sharers / thinking.crew,
                            });
                        }
                        before += match which {
                            Way::Own => (worlds * s.slots).div_ceil(thinking.teams),
                            Way::Shared => worlds * s.rows * parts,
                        };
                    }
                    for (page, expected) in pages.iter().zip(expected) {
                        let concerned: BTreeSet<u32> = thinking.groups(&plan, which, *page).collect();
                        assert_eq!(concerned, expected, "{which:?} {page:?}, {worlds} worlds, teams of {team}");
                    }
                }
                assert!(most > 20 * widest || pages.len() > 1, "{most} words a page cut nothing");
            }
        }
    }
}
