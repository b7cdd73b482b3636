//! Puts the WGSL of a plan together: shared constants and structs, the sizes of the plan, the bindings, and the stage and
//! kernel files. Everything is plain WGSL; what differs between scenes is constants. Knows nothing of wgpu.

use std::fmt::Write;

use super::thinking::{ALONE, Thinking};
use crate::backend::Birth;
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

/// Bytes of a `Sorted` in WGSL; a test compares these with naga's.
pub const SORTED_BYTES: u64 = 36;
/// Bytes of a `Note`.
pub const NOTE_BYTES: u64 = 60;

/// A life to end, go on or begin, as kernels see it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Edit {
    /// One of the EDIT_ constants.
    pub kind: u32,
    /// World.
    pub world: u32,
    /// Slot.
    pub slot: u32,
    /// Slot of the first parent.
    pub parent: u32,
    /// Slot of the second parent, or NONE.
    pub second: u32,
    /// Chance that a number changes.
    pub mutation_rate: f32,
    /// Deviation of a change.
    pub mutation_size: f32,
    /// Key of the child's draws.
    pub key: [u32; 2],
    /// Small state of the child.
    pub child: Agent,
}

/// `Edit::kind`: the life ends.
const EDIT_DEATH: u32 = 0;
/// `Edit::kind`: the life goes on with age and tallies set back.
const EDIT_RENEWAL: u32 = 1;
/// `Edit::kind`: a life begins.
const EDIT_BIRTH: u32 = 2;

impl Edit {
    fn life(kind: u32, world: u32, slot: u32) -> Edit {
        Edit { kind, world, slot, ..bytemuck::Zeroable::zeroed() }
    }
    /// A life that ends.
    pub fn death((world, slot): (u32, u32)) -> Edit {
        Edit::life(EDIT_DEATH, world, slot)
    }
    /// A life that goes on.
    pub fn renewal((world, slot): (u32, u32)) -> Edit {
        Edit::life(EDIT_RENEWAL, world, slot)
    }
    /// A life that begins.
    pub fn birth(b: &Birth) -> Edit {
        Edit {
            kind: EDIT_BIRTH,
            world: b.world,
            slot: b.slot,
            parent: b.parent,
            second: b.second,
            mutation_rate: b.mutation_rate,
            mutation_size: b.mutation_size,
            key: b.key,
            child: b.child,
        }
    }
}

/// A patch to drop, as kernels see it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Patch {
    /// Field.
    pub field: u32,
    /// Centre, BL.
    pub center: [f32; 3],
    /// Radius, BL.
    pub radius: f32,
    /// Amount at the centre.
    pub amount: f32,
}

/// A row of the nursery to copy, as kernels see it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Deal {
    /// First word among all genomes.
    pub to: u32,
    /// First word in the nursery.
    pub first: u32,
    /// Words.
    pub words: u32,
}

/// Structs that only the GPU side has.
fn structs(plan: &Plan) -> String {
    let n = |len: usize| len.max(1);
    format!(
        "struct World {{
    tick: u32,
    next_id: atomic<u32>,
    stream: array<u32, 2>,
    counters: array<atomic<u32>, {counters}>,
    hearing: array<HearMask, {species}>,
}}
struct Sorted {{
    pos: array<f32, 3>,
    id: u32,
    heading: array<f32, 3>,
    slot: u32,
    species: u32,
}}
struct Note {{
    start: array<f32, 3>,
    cell: u32,
    rank: u32,
    social: array<f32, 3>,
    spent: i32,
    eaten: i32,
    dealt: i32,
    fault: u32,
    choice: u32,
    biter: u32,
    wound: i32,
}}
struct BirthLog {{
    count: atomic<u32>,
    records: array<BirthRecord>,
}}
struct Page {{
    first: u32,
    end: u32,
    first_own: u32,
    first_shared: u32,
}}
struct Control {{
    ticks: u32,
    count: u32,
}}
struct Edit {{
    kind: u32,
    world: u32,
    slot: u32,
    parent: u32,
    second: u32,
    mutation_rate: f32,
    mutation_size: f32,
    key: array<u32, 2>,
    child: Agent,
}}
struct Patch {{
    field: u32,
    center: array<f32, 3>,
    radius: f32,
    amount: f32,
}}
struct Deal {{
    to: u32,
    first: u32,
    words: u32,
}}
struct Living {{
    groups: array<atomic<u32>, 3>,
    crews: array<atomic<u32>, 3>,
}}
struct Params {{
    tank: TankParams,
    species: array<SpeciesParams, {species}>,
    genome_start: array<u32, {species}>,
    senses: array<SenseParams, {senses}>,
    layers: array<LayerParams, {layers}>,
    grazes: array<GrazeParams, {grazes}>,
    preys: array<PreyParams, {preys}>,
    deposits: array<DepositParams, {deposits}>,
    fields: array<FieldParams, {fields}>,
    obstacles: array<ObstacleParams, {obstacles}>,
}}
",
        counters = n(plan.species.len()) * COUNTERS as usize,
        species = n(plan.species.len()),
        senses = n(plan.senses.len()),
        layers = n(plan.layers.len()),
        grazes = n(plan.grazes.len()),
        preys = n(plan.preys.len()),
        deposits = n(plan.deposits.len()),
        fields = n(plan.fields.len()),
        obstacles = n(plan.obstacles.len()),
    )
}

/// Word at which each species' genomes start, and the end: all species' pages one after the other.
pub fn genome_starts(plan: &Plan) -> Vec<u64> {
    let mut starts = vec![0];
    for species in 0..plan.species.len() {
        starts.push(starts[species] + plan.genome_total(species) as u64);
    }
    starts
}

/// `Params` as bytes: what the stages read, in the order of the WGSL struct.
pub fn params_bytes(plan: &Plan) -> Vec<u8> {
    let mut bytes = bytemuck::bytes_of(&plan.tank).to_vec();
    fn put<T: bytemuck::Pod>(bytes: &mut Vec<u8>, items: &[T]) {
        bytes.extend_from_slice(bytemuck::cast_slice(items));
        if items.is_empty() {
            bytes.extend_from_slice(bytemuck::bytes_of(&T::zeroed()));
        }
    }
    let starts = genome_starts(plan);
    let starts: Vec<u32> = starts[..plan.species.len()].iter().map(|&s| s as u32).collect();
    put(&mut bytes, &plan.species);
    put(&mut bytes, &starts);
    put(&mut bytes, &plan.senses);
    put(&mut bytes, &plan.layers);
    put(&mut bytes, &plan.grazes);
    put(&mut bytes, &plan.preys);
    put(&mut bytes, &plan.deposits);
    put(&mut bytes, &plan.fields);
    put(&mut bytes, &plan.obstacles);
    bytes
}

/// Words of one `World`.
pub fn world_words(plan: &Plan) -> usize {
    4 + plan.species.len().max(1) * (COUNTERS as usize + 3)
}

/// Starts of the parts of `mind`, in numbers: observations, actions, memory, heard, emitted, end.
pub fn mind_parts(plan: &Plan) -> [u64; 6] {
    let d = &plan.dims;
    let mut at = 0;
    let mut parts = [0; 6];
    for (part, each) in parts[1..].iter_mut().zip([d.obs, d.act, d.mem, d.sig, d.history * d.sig]) {
        at += u64::from(d.worlds) * u64::from(each);
        *part = at;
    }
    parts
}

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
        ("SHARED", u64::from(thinking.shared)),
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
const STAGES: [&str; 18] = [
    include_str!("../../../shaders/math.wgsl"),
    include_str!("../../../shaders/rng.wgsl"),
    include_str!("../../../shaders/half.wgsl"),
    include_str!("../../../shaders/breed.wgsl"),
    include_str!("../../../shaders/common.wgsl"),
    include_str!("../../../shaders/bin.wgsl"),
    include_str!("../../../shaders/hear.wgsl"),
    include_str!("../../../shaders/obstacles.wgsl"),
    include_str!("../../../shaders/sense.wgsl"),
    include_str!("../../../shaders/boids.wgsl"),
    include_str!("../../../shaders/think.wgsl"),
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
