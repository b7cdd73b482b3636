//! What only the GPU side lays out: the structs that the plan or the device's arrays have beside those of `layout`, their sizes,
//! and where things start in the arrays. Knows nothing of wgpu or of which kernel reads what.

use crate::backend::Birth;
use crate::layout::*;
use crate::plan::Plan;

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
pub const EDIT_DEATH: u32 = 0;
/// `Edit::kind`: the life goes on with age and tallies set back.
pub const EDIT_RENEWAL: u32 = 1;
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
pub fn structs(plan: &Plan) -> String {
    let n = |len: usize| len.max(1);
    format!(
        "struct World {{
    tick: u32,
    next_id: atomic<u32>,
    stream: array<u32, 2>,
    counters: array<atomic<u32>, {counters}>,
    interventions: array<Intervention, {species}>,
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
    zones: array<ZoneParams, {zones}>,
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
        zones = n(plan.zones.len()),
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
    put(&mut bytes, &plan.zones);
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
    4 + plan.species.len().max(1) * (COUNTERS as usize + size_of::<Intervention>() / 4)
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
