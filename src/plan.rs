//! From a checked scene to the numbers that backends work with: sizes, offsets, and the parameter structs of
//! `layout` in ticks and fixed point. Every backend and the start state read this one plan. Knows nothing of how a
//! tick is advanced.

mod fields;
mod genomes;
mod grid;
mod layers;
mod leads;
mod live;
mod obstacles;
mod senses;
mod species;
mod zones;

pub use genomes::{deviation, genome_stride, init};

use crate::genome::Rows;
use crate::layout::*;
use crate::scene::*;
use fields::field_params;
use obstacles::obstacle;

/// Sizes of one world and of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Dims {
    /// Worlds side by side.
    pub worlds: u32,
    /// Agent slots in a world.
    pub slots: u32,
    /// Numbers of observation in a world, over all species.
    pub obs: u32,
    /// Numbers of action in a world.
    pub act: u32,
    /// Numbers of memory in a world.
    pub mem: u32,
    /// Numbers of one tick of signals in a world.
    pub sig: u32,
    /// Past ticks of signals kept (largest over species).
    pub history: u32,
    /// Field cells in a world, over all fields.
    pub field_cells: u32,
    /// Cells of the neighbour grid of a world.
    pub grid_cells: u32,
    /// Largest observation of any species.
    pub obs_max: u32,
    /// Largest action of any species.
    pub act_max: u32,
    /// Largest layer width (inputs, outputs, memory) of any species.
    pub width_max: u32,
}

/// A scene compiled for the backends.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Sizes.
    pub dims: Dims,
    /// Tank.
    pub tank: TankParams,
    /// Species, in scene order.
    pub species: Vec<SpeciesParams>,
    /// Senses of all species.
    pub senses: Vec<SenseParams>,
    /// Zones of all senses of pairs.
    pub zones: Vec<ZoneParams>,
    /// Dense layers of all species; a minimal gated unit's two gates come before its dense layers (their inputs are
    /// observation then memory).
    pub layers: Vec<LayerParams>,
    /// Fields grazed.
    pub grazes: Vec<GrazeParams>,
    /// Species bitten.
    pub preys: Vec<PreyParams>,
    /// Fields deposited into.
    pub deposits: Vec<DepositParams>,
    /// Fields.
    pub fields: Vec<FieldParams>,
    /// Obstacles.
    pub obstacles: Vec<ObstacleParams>,
    /// Places as the scene lists them, BL; each world has an order of its own (`world::landmarks`).
    pub landmarks: Vec<[f32; 3]>,
}

/// Steps in one unit of a sum over neighbours: the largest power of two, at most 2 to the `most`, whose sum over all slots
/// fits in 31 bits.
fn sum_scale(slots: u32, most: u32) -> f32 {
    let bits = 32 - slots.max(1).leading_zeros();
    (1u32 << (30 - bits).min(most)) as f32
}

/// Seconds to whole ticks.
pub fn ticks(seconds: f32, dt: f32) -> u32 {
    (seconds / dt).round_ties_even().clamp(0.0, 4.0e9) as u32
}

/// Energy to fixed point.
fn energy(value: f32) -> i32 {
    crate::math::fixed(value, ENERGY_SCALE)
}

/// One bit for each named index; all bits for none named.
fn mask(names: &[String], all: &[String]) -> u32 {
    if names.is_empty() {
        return u32::MAX;
    }
    names.iter().filter_map(|n| all.iter().position(|a| a == n)).fold(0, |m, i| m | 1 << i)
}

/// Index of a name; validation has made sure that it is there.
fn index_of(name: &str, all: &[String]) -> u32 {
    all.iter().position(|a| a == name).unwrap_or(0) as u32
}

impl Plan {
    /// Compiles a checked scene for `worlds` worlds. Sizes that 32 bits do not hold stop at the largest number, for
    /// `Simulation` to refuse.
    pub fn new(scene: &SceneSpec, worlds: u32) -> Plan {
        let dim = if scene.extent[2] > 0.0 { 3 } else { 2 };
        let species_names: Vec<String> = scene.species.iter().map(|s| s.name.clone()).collect();
        let field_names: Vec<String> = scene.fields.iter().map(|f| f.name.clone()).collect();
        let mut plan = Plan {
            dims: Dims {
                worlds,
                slots: 0,
                obs: 0,
                act: 0,
                mem: 0,
                sig: 0,
                history: 1,
                field_cells: 0,
                grid_cells: 1,
                obs_max: 1,
                act_max: 1,
                width_max: 1,
            },
            tank: bytemuck::Zeroable::zeroed(),
            species: vec![],
            senses: vec![],
            zones: vec![],
            layers: vec![],
            grazes: vec![],
            preys: vec![],
            deposits: vec![],
            fields: vec![],
            obstacles: scene.obstacles.iter().map(|o| obstacle(o, scene)).collect(),
            landmarks: scene.landmarks.iter().map(|landmark| landmark.at).collect(),
        };
        for field in &scene.fields {
            let params = field_params(field, scene, plan.dims.field_cells);
            plan.dims.field_cells += params.dims.iter().product::<u32>();
            plan.fields.push(params);
        }
        for spec in &scene.species {
            plan.add_species(spec, scene, dim, &species_names, &field_names);
        }
        // Sums over all agents in one cell must fit 31 bits.
        let most = (1 << 30) / plan.dims.slots.max(1) as i32;
        plan.grazes.iter_mut().for_each(|g| g.rate = g.rate.min(most as f32));
        plan.deposits.iter_mut().for_each(|d| d.rate = d.rate.min(most as f32));
        plan.add_radii();
        let flock_scale = sum_scale(plan.dims.slots, 22);
        plan.species.iter_mut().for_each(|s| s.flock_scale = flock_scale);
        plan.zones.iter_mut().for_each(|z| z.scale = zones::scale(plan.dims.slots, z.most));
        plan.tank = plan.tank_params(scene, dim);
        plan.dims.grid_cells = plan.tank.cells.iter().product();
        plan
    }

    /// The plan of a scene whose live numbers have changed: everything anew but the neighbour grid, whose size belongs to
    /// the buffers of a backend. A search is exact in any grid.
    pub fn retuned(&self, scene: &SceneSpec) -> Plan {
        let mut plan = Plan::new(scene, self.dims.worlds);
        (plan.tank.cells, plan.tank.cell) = (self.tank.cells, self.tank.cell);
        plan.dims.grid_cells = self.dims.grid_cells;
        plan
    }

    /// The plan of some of the worlds.
    pub fn of_worlds(&self, worlds: &std::ops::Range<u32>) -> Plan {
        Plan { dims: Dims { worlds: worlds.len() as u32, ..self.dims.clone() }, ..self.clone() }
    }

    fn tank_params(&self, scene: &SceneSpec, dim: u32) -> TankParams {
        let (cells, cell) = self.grid(scene, dim);
        TankParams {
            extent: scene.extent,
            dt: scene.dt,
            edge: scene.boundary.map(|b| match b {
                Boundary::Torus => EDGE_TORUS,
                Boundary::Wall => EDGE_WALL,
                Boundary::Open => EDGE_OPEN,
            }),
            dim,
            cells,
            social_range: scene.measures.social_range,
            cell,
            half: [0, 1, 2]
                .map(|a| if scene.boundary[a] == Boundary::Torus { 0.5 * scene.extent[a] } else { f32::MAX }),
            sense_scale: sum_scale(self.dims.slots, 16),
            noise: scene.perturbation.noise,
            body: scene.perturbation.body,
            shuffle: scene.perturbation.shuffle.into(),
            drift: scene.current.map(|speed| speed * scene.dt),
        }
    }

    /// The form of the genome rows of `species`.
    pub fn rows(&self, species: usize) -> Rows<'_> {
        Rows::new(&self.species[species], &self.layers)
    }

    /// Genome words of `species` over all worlds, padding included.
    pub fn genome_total(&self, species: usize) -> usize {
        let s = &self.species[species];
        self.dims.worlds as usize * s.rows as usize * s.genome_stride as usize
    }
}
