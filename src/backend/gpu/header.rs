//! Puts the WGSL of a plan together: shared constants and structs, the sizes of the plan, the bindings, and the stage and
//! kernel files. Everything is plain WGSL; what differs between scenes is constants. Knows nothing of wgpu.

use std::fmt::Write;

use super::records::{EDIT_DEATH, EDIT_RENEWAL, mind_parts, structs};
use super::thinking::{ALONE, Thinking};
use crate::layout::*;
use crate::plan::Plan;

/// Kernels that are put together as one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// A stage a dispatch.
    Spread,
    /// Many ticks a dispatch.
    Packed,
    /// As `Packed`, with what is seen of others in workgroup memory.
    Close,
    /// Changes between ticks.
    Edit,
}

/// A thing that kernels see. The value is its binding number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binding {
    /// Parameters of the plan.
    Params,
    /// Tick, ids, stream, counters and masks of each world.
    Worlds,
    /// `WorldState::agents`.
    Agents,
    /// `WorldState::tallies`.
    Tallies,
    /// Observations, actions, memory, signals heard, signals emitted.
    Mind,
    /// `WorldState::fields`, then as much again for the field stage.
    Fields,
    /// Atomic sums: asked from and put into field cells, agents in grid cells. 0 between ticks.
    Sums,
    /// The neighbour grid: first sorted agent of each cell, slots by cell.
    Grid,
    /// Living agents in cell order.
    Sorted,
    /// What an agent notices in a tick.
    Notes,
    /// A page of `WorldState::genomes`.
    Genomes,
    /// Births inside ticks.
    BirthLog,
    /// Which genomes the page holds.
    Page,
    /// Numbers of one dispatch.
    Control,
    /// Lives to end, go on or begin.
    Edits,
    /// Patches to drop.
    Patches,
    /// Parents' rows on their way to children, and rows that are dealt.
    Nursery,
    /// Where rows are dealt.
    Deals,
    /// Workgroups that the stages of the living take: what an indirect dispatch reads.
    Living,
    /// What fitness needs of agents, on its way out.
    Earned,
}

/// How WGSL declares each binding, in order.
pub const BINDINGS: [(Binding, &str); 20] = [
    (Binding::Params, "var<storage, read> params: Params"),
    (Binding::Worlds, "var<storage, read_write> worlds: array<World>"),
    (Binding::Agents, "var<storage, read_write> agents: array<Agent>"),
    (Binding::Tallies, "var<storage, read_write> tallies: array<i32>"),
    (Binding::Mind, "var<storage, read_write> mind: array<f32>"),
    (Binding::Fields, "var<storage, read_write> fields: array<f32>"),
    (Binding::Sums, "var<storage, read_write> sums: array<atomic<i32>>"),
    (Binding::Grid, "var<storage, read_write> grid: array<u32>"),
    (Binding::Sorted, "var<storage, read_write> sorted: array<Sorted>"),
    (Binding::Notes, "var<storage, read_write> notes: array<Note>"),
    (Binding::Genomes, "var<storage, read_write> genomes: array<u32>"),
    (Binding::BirthLog, "var<storage, read_write> birth_log: BirthLog"),
    (Binding::Page, "var<uniform> page: Page"),
    (Binding::Control, "var<uniform> control: Control"),
    (Binding::Edits, "var<storage, read> edits: array<Edit>"),
    (Binding::Patches, "var<storage, read> patches: array<Patch>"),
    (Binding::Nursery, "var<storage, read_write> nursery: array<u32>"),
    (Binding::Deals, "var<storage, read> deals: array<Deal>"),
    (Binding::Living, "var<storage, read_write> living: Living"),
    (Binding::Earned, "var<storage, read_write> earned: array<u32>"),
];

/// Invocations of a workgroup that has a world to itself.
pub fn lanes(plan: &Plan, module: Module) -> u32 {
    match module {
        Module::Packed | Module::Close => plan.dims.slots.next_power_of_two().clamp(32, 256),
        Module::Spread | Module::Edit => 256,
    }
}

/// Most slots of a world whose sorted agents are kept in workgroup memory: 8 KiB of the 16 that every adapter has.
pub const CLOSE_SLOTS: u32 = 256;

/// Bytes of a sorted agent there.
pub const CLOSE_BYTES: u32 = 32;

/// Invocations of a workgroup of the spread shape.
pub const GROUP: u32 = 64;

/// Whether populations grow and shrink within ticks, so that many slots may be empty; and whether a dispatch can be as wide
/// as a world and as high as there are worlds.
pub fn floats(plan: &Plan) -> bool {
    // What every adapter dispatches along one dimension.
    const MOST: u32 = 65_535;
    let d = &plan.dims;
    plan.species.iter().any(|s| s.evolution == EVOLVE_ECOLOGY) && d.worlds.max(d.slots.div_ceil(GROUP)) <= MOST
}

/// Sizes of a plan as constants.
fn sizes(plan: &Plan, module: Module, thinking: &Thinking) -> String {
    let d = &plan.dims;
    let [_, act, mem, heard, signals, _] = mind_parts(plan);
    let field_cells = u64::from(d.worlds) * u64::from(d.field_cells.max(1));
    let sums = plan.senses.iter().filter(|s| s.kind == SENSE_NEIGHBOURS);
    let sums_max = sums.map(|s| s.count * s.elevation * (8 + s.channels)).max().unwrap_or(1);
    // Rules have no genomes, in no form.
    let with_genomes = plan.species.iter().filter(|s| s.genome_len > 0);
    let forms = with_genomes.fold(0u32, |forms, s| forms | 1 << s.weights);
    let row_max = plan.species.iter().map(|s| s.genome_stride).max().unwrap_or(1);
    let mut text = String::new();
    for (name, value) in [
        ("WORLDS", u64::from(d.worlds)),
        ("SLOTS", u64::from(d.slots.max(1))),
        ("SPECIES", plan.species.len().max(1) as u64),
        ("DIM", u64::from(plan.tank.dim)),
        ("OBS", u64::from(d.obs)),
        ("ACT", u64::from(d.act)),
        ("MEM", u64::from(d.mem)),
        ("SIG", u64::from(d.sig)),
        ("HISTORY", u64::from(d.history)),
        ("FIELDS", plan.fields.len() as u64),
        ("FIELD_CELLS", u64::from(d.field_cells.max(1))),
        ("GRID_CELLS", u64::from(d.grid_cells)),
        ("GRAZES", plan.grazes.len() as u64),
        ("PREYS", plan.preys.len() as u64),
        ("DEPOSITS", plan.deposits.len() as u64),
        ("OBSTACLES", plan.obstacles.len() as u64),
        ("ECOLOGY", plan.species.iter().filter(|s| s.evolution == EVOLVE_ECOLOGY).count() as u64),
        ("FLOATING", u64::from(module == Module::Spread && floats(plan))),
        // Whether agents look at everyone, without a grid.
        ("EVERYONE", u64::from(module == Module::Close && d.slots <= CROWD_MAX)),
        ("SUMS_MAX", u64::from(sums_max)),
        ("ROW_MAX", u64::from(row_max.max(1))),
        ("FORMS", u64::from(forms)),
        ("GROUP", u64::from(GROUP)),
        ("LANES", u64::from(lanes(plan, module))),
        ("TEAM", u64::from(thinking.team)),
        ("CREW", u64::from(thinking.crew)),
        ("TEAMS", u64::from(thinking.teams)),
        ("OWN", u64::from(thinking.own)),
        ("PLASTIC", plan.species.iter().filter(|s| s.think == THINK_PLASTIC).count() as u64),
        ("ATTENTION", plan.species.iter().filter(|s| s.items > 0).count() as u64),
        ("GATHERED_MAX", u64::from(thinking.gathered_max)),
        ("ITEM_MAX", u64::from(thinking.item_max)),
        ("SHARED", u64::from(thinking.shared)),
        // Whether any species has graphs.
        ("GRAPHS", u64::from(plan.species.iter().any(|s| s.think == THINK_GRAPH))),
        ("LAYERS_MAX", u64::from(thinking.layers_max)),
        ("HIDDEN_MAX", u64::from(thinking.hidden_max)),
        ("MEMORY_MAX", u64::from(thinking.memory_max)),
        ("WIDTH_MAX", u64::from(thinking.width_max)),
        ("TILE", u64::from(thinking.tile)),
        ("OBS_AT", 0),
        ("ACT_AT", act),
        ("MEM_AT", mem),
        ("HEARD_AT", heard),
        ("SIGNALS_AT", signals),
        ("DEMAND", 0),
        ("DEPOSIT", field_cells),
        ("CELL_COUNTS", 2 * field_cells),
        ("ORDER", u64::from(d.worlds) * (u64::from(d.grid_cells) + 1)),
        ("EDIT_DEATH", u64::from(EDIT_DEATH)),
        ("EDIT_RENEWAL", u64::from(EDIT_RENEWAL)),
    ] {
        // Sizes are checked against 32 bits before a module is used; a larger one must not break the text.
        let _ = writeln!(text, "const {name}: u32 = {}u;", value.min(u64::from(u32::MAX)));
    }
    text
}

/// Files of the stages.
const STAGES: [&str; 28] = [
    include_str!("../../../shaders/math.wgsl"),
    include_str!("../../../shaders/rng.wgsl"),
    include_str!("../../../shaders/half.wgsl"),
    include_str!("../../../shaders/breed.wgsl"),
    include_str!("../../../shaders/common.wgsl"),
    include_str!("../../../shaders/bin.wgsl"),
    include_str!("../../../shaders/hear.wgsl"),
    include_str!("../../../shaders/obstacles.wgsl"),
    include_str!("../../../shaders/sense.wgsl"),
    include_str!("../../../shaders/lesion.wgsl"),
    include_str!("../../../shaders/laws.wgsl"),
    include_str!("../../../shaders/pairs.wgsl"),
    include_str!("../../../shaders/rule.wgsl"),
    include_str!("../../../shaders/boids.wgsl"),
    include_str!("../../../shaders/vicsek.wgsl"),
    include_str!("../../../shaders/couzin.wgsl"),
    include_str!("../../../shaders/particle.wgsl"),
    include_str!("../../../shaders/think.wgsl"),
    include_str!("../../../shaders/hebb.wgsl"),
    include_str!("../../../shaders/attention.wgsl"),
    include_str!("../../../shaders/graph.wgsl"),
    include_str!("../../../shaders/think_shared.wgsl"),
    include_str!("../../../shaders/act.wgsl"),
    include_str!("../../../shaders/interact.wgsl"),
    include_str!("../../../shaders/fields.wgsl"),
    include_str!("../../../shaders/turnover.wgsl"),
    include_str!("../../../shaders/tally.wgsl"),
    include_str!("../../../shaders/live.wgsl"),
];

/// The whole text of a module, whose own genomes are thought with by teams of `team` lanes.
pub fn compose(plan: &Plan, module: Module, team: u32) -> String {
    let thinking = Thinking::new(plan, module, team);
    let mut text = constants_wgsl() + &structs_wgsl() + &structs(plan) + &sizes(plan, module, &thinking);
    for (binding, declaration) in BINDINGS {
        let _ = writeln!(text, "@group(0) @binding({}) {declaration};", binding as u32);
    }
    text.push_str(match module {
        Module::Close => include_str!("../../../shaders/close.wgsl"),
        _ => include_str!("../../../shaders/sorted.wgsl"),
    });
    for file in STAGES {
        text.push_str(file);
    }
    text.push_str(match team {
        ALONE => include_str!("../../../shaders/think_alone.wgsl"),
        _ => include_str!("../../../shaders/think_team.wgsl"),
    });
    text.push_str(match module {
        Module::Spread => include_str!("../../../shaders/spread.wgsl"),
        Module::Packed | Module::Close => include_str!("../../../shaders/packed.wgsl"),
        Module::Edit => include_str!("../../../shaders/edit.wgsl"),
    });
    text
}
