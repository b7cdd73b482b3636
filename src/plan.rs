//! From a checked scene to the numbers that backends work with: sizes, offsets, and the parameter structs of
//! `layout` in ticks and fixed point. Every backend and the start state read this one plan. Knows nothing of how a
//! tick is advanced.

mod fields;
mod genomes;
mod layers;
mod leads;
mod live;
mod obstacles;
mod senses;
mod zones;

pub use genomes::{deviation, genome_stride, init};

use crate::genome::{self, Rows};
use crate::layout::*;
use crate::scene::*;
use fields::field_params;
use layers::{Mind, mind};
use live::live_params;
use obstacles::obstacle;
use senses::sense_params;

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

    /// How far each species must search for bodies, prey and biters.
    fn add_radii(&mut self) {
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
    fn grid(&self, scene: &SceneSpec, dim: u32) -> ([u32; 3], [f32; 3]) {
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

    fn add_species(&mut self, spec: &SpeciesSpec, scene: &SceneSpec, dim: u32, species: &[String], fields: &[String]) {
        let dt = scene.dt;
        let slots = spec.capacity.max(spec.count);
        let channels = spec.signals.channels;
        let deposits = spec.deposits.len() as u32;
        // Thrust, yaw and pitch, or a vector: as many numbers as the tank has dimensions either way. A course has no thrust.
        let motion_actions = if spec.body.motion == Motion::Course { dim - 1 } else { dim };
        let bites = !spec.diet.prey.is_empty();
        let attack = bites && spec.diet.by_choice;
        let act_len = motion_actions + channels + deposits + u32::from(attack);

        let sense_start = self.senses.len() as u32;
        let mut obs_len = 0;
        for sense in &spec.senses {
            let mut params = sense_params(sense, scene, dim, spec, act_len, species, fields);
            params.start = obs_len;
            obs_len += params.len;
            if let Sense::Pairs(pairs) = sense {
                params.zone_start = self.zones.len() as u32;
                self.zones.extend(zones::zones(pairs, scene, spec));
            }
            self.senses.push(params);
        }

        let layer_start = self.layers.len() as u32;
        let senses = &self.senses[sense_start as usize..];
        let Mind { think, mem_len, genome_len, numbers, items, nodes, edges, layers } =
            mind(&spec.controller, senses, obs_len, act_len);
        self.layers.extend(layers);
        let weights = genomes::weights(&spec.controller);
        let genome_words = genome::row_words(weights, genome_len, &self.layers[layer_start as usize..]);
        let rule = match &spec.controller {
            Controller::Rule(Rule::Boids(b)) => [b.separation, b.alignment, b.cohesion, b.wander],
            Controller::Rule(Rule::Vicsek(v)) => {
                let width = v.noise.min(std::f32::consts::TAU);
                [width, 1.0 - libm::cosf(0.5 * width), 0.0, 0.0]
            }
            Controller::Rule(Rule::Couzin(c)) => [c.noise, 0.0, 0.0, 0.0],
            Controller::Rule(Rule::Particle(p)) => [p.propulsion, p.friction, 0.0, 0.0],
            Controller::Plastic(PlasticSpec { inborn: Inborn::Drawn(r), limit, .. }) => [r.size, *limit, 0.0, 0.0],
            Controller::Plastic(p) => [0.0, p.limit, 0.0, 0.0],
            Controller::Attention(a) => [1.0 / libm::sqrtf(a.keys as f32), 0.0, 0.0, 0.0],
            _ => [0.0; 4],
        };
        let sharers = match &spec.sharing {
            Sharing::Own => 1,
            Sharing::Group(g) => g.size.max(1),
            Sharing::Species => slots.max(1),
        };
        let (graze_start, prey_start, deposit_start) =
            (self.grazes.len() as u32, self.preys.len() as u32, self.deposits.len() as u32);
        self.grazes.extend(spec.diet.fields.iter().map(|g| GrazeParams {
            field: index_of(&g.field, fields),
            rate: g.rate * dt * FIELD_SCALE,
            inverse: 1.0 / scene.fields.get(index_of(&g.field, fields) as usize).map_or(1.0, |f| f.capacity),
            energy: g.energy,
        }));
        self.preys.extend(spec.diet.prey.iter().map(|p| PreyParams {
            species: index_of(&p.species, species),
            reach: p.reach,
            damage: energy(p.damage),
            gain: p.gain,
            // A cosine that nothing falls below where all is in view, whatever rounding does.
            view: if p.view < std::f32::consts::PI { crate::math::cos(p.view) } else { -2.0 },
            sight: p.sight,
            confusion: p.confusion,
            spared: p.spared,
        }));
        self.deposits.extend(
            spec.deposits
                .iter()
                .map(|d| DepositParams { field: index_of(&d.field, fields), rate: d.rate * dt * FIELD_SCALE }),
        );
        let mut time_in = [NONE; 2];
        for term in spec.terms() {
            if let Term::TimeIn(named) = term {
                let field = index_of(&named.field, fields);
                if !time_in.contains(&field)
                    && let Some(free) = time_in.iter_mut().find(|f| **f == NONE)
                {
                    *free = field;
                }
            }
        }
        let social = spec.terms().any(|term| matches!(term, Term::NearOwn | Term::Alignment));
        let mut params = SpeciesParams {
            slot_start: self.dims.slots,
            slots,
            obs_len,
            act_len,
            mem_len,
            channels,
            obs_start: self.dims.obs,
            act_start: self.dims.act,
            mem_start: self.dims.mem,
            sig_start: self.dims.sig,
            history: spec.signals.history,
            genome_len,
            numbers,
            items_start: items.start,
            items: items.count,
            item_len: items.len,
            weights,
            genome_words,
            genome_stride: genome_stride(genome_words),
            rows: slots.div_ceil(sharers),
            sharers,
            think,
            layer_start,
            layers: self.layers.len() as u32 - layer_start,
            nodes,
            edges,
            sense_start,
            senses: spec.senses.len() as u32,
            graze_start,
            grazes: spec.diet.fields.len() as u32,
            prey_start,
            preys: spec.diet.prey.len() as u32,
            deposit_start,
            deposits,
            attack_action: if attack { act_len - 1 } else { NONE },
            signal_action: motion_actions,
            deposit_action: motion_actions + channels,
            motion_actions,
            rule,
            time_in,
            social: u32::from(social),
            ..bytemuck::Zeroable::zeroed()
        };
        live_params(&mut params, spec, dt);
        self.dims.slots += slots;
        self.dims.obs = self.dims.obs.saturating_add(slots.saturating_mul(obs_len));
        self.dims.act = self.dims.act.saturating_add(slots.saturating_mul(act_len));
        self.dims.mem = self.dims.mem.saturating_add(slots.saturating_mul(mem_len));
        self.dims.sig = self.dims.sig.saturating_add(slots.saturating_mul(channels));
        self.dims.history = self.dims.history.max(spec.signals.history);
        self.dims.obs_max = self.dims.obs_max.max(obs_len);
        self.dims.act_max = self.dims.act_max.max(act_len);
        let widest = self.layers[layer_start as usize..].iter().map(|l| l.inputs.max(l.outputs)).max();
        self.dims.width_max = self.dims.width_max.max(widest.unwrap_or(1)).max(obs_len).max(act_len);
        if think == THINK_GRAPH {
            let values = obs_len.saturating_add(act_len).saturating_add(nodes);
            self.dims.width_max = self.dims.width_max.max(values);
        }
        self.species.push(params);
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
