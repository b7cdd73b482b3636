//! The state of W worlds as plain data: the format in which worlds are loaded into a backend, saved, forked,
//! checkpointed and compared. Live state belongs to the backend. Knows nothing of how a tick is advanced.

mod shares;

use crate::controller::graph::GraphForm;
use crate::layout::*;
use crate::math::{Vec3, fixed, normalize_or};
use crate::plan::Plan;
use crate::rng::{self, Stream};
use crate::scene::{Controller, Evolution, FieldSpec, Headings, Placement, SceneSpec, SpeciesSpec, StartSpec};

pub use shares::PARTS;

/// State of all worlds of a run. World `w` owns the `w`-th equal part of each array.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct WorldState {
    /// Ticks advanced since the run started.
    pub tick: u64,
    /// Keys of the worlds' random draws: `[worlds]`.
    pub streams: Vec<Stream>,
    /// Next free id: `[worlds]`.
    pub next_id: Vec<u32>,
    /// `[worlds][slots]`.
    pub agents: Vec<Agent>,
    /// Fitness tallies in steps of 1 / TALLY_SCALE: `[worlds][slots][TALLIES]`.
    pub tallies: Vec<[i32; TALLIES as usize]>,
    /// Last actions: `[worlds][act]`, blocks as in `SpeciesParams::act_start`.
    pub actions: Vec<f32>,
    /// Recurrent state: `[worlds][mem]`.
    pub memory: Vec<f32>,
    /// Emitted signals of past ticks, a ring over ticks: `[worlds][history][sig]`; tick t stands at t % history.
    pub signals: Vec<f32>,
    /// `[worlds][field_cells]`.
    pub fields: Vec<f32>,
    /// A page a species, in words: `[worlds][rows][genome_stride]`; see `genome::Rows`.
    pub genomes: Vec<Vec<u32>>,
    /// `[worlds][species]`; they count from the start of the run and wrap.
    pub counters: Vec<[u32; COUNTERS as usize]>,
    /// What is done to each species: `[worlds][species]`.
    pub interventions: Vec<Intervention>,
}

impl WorldState {
    /// Fresh worlds with random genomes. Worlds with equal streams are equal.
    pub fn start(scene: &SceneSpec, plan: &Plan, streams: &[Stream]) -> WorldState {
        WorldState::start_without(scene, plan, streams, |_| false)
    }

    /// As `start`, with the genomes of some species left out (empty lists).
    pub fn start_without(
        scene: &SceneSpec,
        plan: &Plan,
        streams: &[Stream],
        left_out: impl Fn(usize) -> bool,
    ) -> WorldState {
        let d = &plan.dims;
        let worlds = d.worlds as usize;
        assert_eq!(streams.len(), worlds, "one stream a world");
        let mut state = WorldState {
            tick: 0,
            streams: streams.to_vec(),
            next_id: Vec::with_capacity(worlds),
            agents: Vec::with_capacity(worlds * d.slots as usize),
            tallies: vec![[0; TALLIES as usize]; worlds * d.slots as usize],
            actions: vec![0.0; worlds * d.act as usize],
            memory: vec![0.0; worlds * d.mem as usize],
            signals: vec![0.0; worlds * (d.history * d.sig) as usize],
            fields: Vec::with_capacity(worlds * d.field_cells as usize),
            genomes: (0..plan.species.len())
                .map(|s| if left_out(s) { vec![] } else { vec![0; plan.genome_total(s)] })
                .collect(),
            counters: vec![[0; COUNTERS as usize]; worlds * plan.species.len()],
            interventions: vec![Intervention::NONE; worlds * plan.species.len()],
        };
        for (world, &stream) in streams.iter().enumerate() {
            let order = landmarks(plan, stream);
            state.start_agents(scene, plan, stream, &order);
            for (spec, params) in scene.fields.iter().zip(&plan.fields) {
                state.fields.extend(start_field(spec, params, stream, &order));
            }
            for (species, spec) in scene.species.iter().enumerate().filter(|(species, _)| !left_out(*species)) {
                let p = &plan.species[species];
                let (rows, form) = (p.rows as usize, plan.rows(species));
                let mut genome = vec![0.0; p.genome_len as usize];
                for row in 0..rows {
                    let at = (world * rows + row) * p.genome_stride as usize;
                    random_genome(&mut genome, plan, species, &spec.controller, stream, row as u32);
                    form.encode(&genome, &mut state.genomes[species][at..]);
                }
            }
        }
        state
    }

    fn start_agents(&mut self, scene: &SceneSpec, plan: &Plan, stream: Stream, order: &[Vec3]) {
        let mut id = 0u32;
        for (spec, p) in scene.species.iter().zip(&plan.species) {
            let start = spec.start.as_ref().unwrap_or(&scene.start);
            for local in 0..p.slots {
                if local >= spec.count {
                    self.agents.push(bytemuck::Zeroable::zeroed());
                    continue;
                }
                let words = rng::draw(stream, 0, id, DRAW_PLACE);
                let pos = match &start.placement {
                    Placement::Landmarks(l) if !order.is_empty() => {
                        let at = order[((l.first - 1).wrapping_add(local) as usize) % order.len()];
                        within(plan, at, l.radius, words)
                    }
                    _ => place(start, plan, words),
                };
                let heading = face(start, plan, rng::draw(stream, 0, id, DRAW_HEADING));
                self.agents.push(Agent {
                    pos,
                    id,
                    heading,
                    alive: 1,
                    vel: crate::math::scale(heading, p.cruise),
                    age: start_age(spec, plan, stream, id - local % p.sharers),
                    energy: p.energy_start,
                    handling: 0,
                    refractory: 0,
                    founder: id,
                });
                id += 1;
            }
        }
        self.next_id.push(id);
    }

    /// Range of world `world` in an array that holds `per_world` items a world.
    pub fn part(world: u32, per_world: u32) -> std::ops::Range<usize> {
        let (w, n) = (world as usize, per_world as usize);
        w * n..(w + 1) * n
    }

    /// A digest of everything that decides how the run goes on: equal states, equal digests, on every machine.
    pub fn digest(&self) -> blake3::Hash {
        let mut h = blake3::Hasher::new();
        h.update(&self.tick.to_le_bytes());
        // Genomes stand before the last two arrays.
        let parts = self.parts();
        let (before, after) = parts.split_at(parts.len() - 2);
        let pages = self.genomes.iter().map(|page| bytemuck::cast_slice::<u32, u8>(page));
        for array in before.iter().copied().chain(pages).chain(after.iter().copied()) {
            h.update(array);
        }
        h.finalize()
    }
}

/// Age at the start, ticks: 0, or under live evolution evenly drawn below the lifetime, so that lives do not all end at
/// once. Clones of a group, whose `first` id addresses the draw, are of one age.
fn start_age(spec: &SpeciesSpec, plan: &Plan, stream: Stream, first: u32) -> u32 {
    match &spec.evolution {
        Evolution::Turnover(t) => {
            let lifetime = crate::plan::ticks(t.lifetime, plan.tank.dt).max(1);
            rng::below(rng::draw(stream, 0, first, DRAW_AGE)[0], lifetime)
        }
        _ => 0,
    }
}

/// A position for a start or a birth, from four random words.
pub fn place(start: &StartSpec, plan: &Plan, words: [u32; 4]) -> Vec3 {
    let u = words.map(rng::uniform);
    let e = plan.tank.extent;
    match &start.placement {
        Placement::Uniform => [u[0] * e[0], u[1] * e[1], u[2] * e[2]],
        Placement::Ball(ball) => within(plan, ball.center, ball.radius, words),
        Placement::Landmarks(landmarks) => match plan.landmarks.len() as u32 {
            0 => e.map(|extent| 0.5 * extent),
            // The order of a world does not matter to who may stand at any; the ball takes three words of its own.
            n => within(plan, plan.landmarks[rng::below(rng::pcg4d(words)[0], n) as usize], landmarks.radius, words),
        },
    }
}

/// A position in a ball (a disc in a plane), from four random words.
fn within(plan: &Plan, center: Vec3, radius: f32, words: [u32; 4]) -> Vec3 {
    let (u, e) = (words.map(rng::uniform), plan.tank.extent);
    // Directions from three centred uniforms and radii by root keep the ball nearly even without transcendental functions.
    let flat = plan.tank.dim == 2;
    let toward = [u[0] - 0.5, u[1] - 0.5, if flat { 0.0 } else { u[2] - 0.5 }];
    let direction = normalize_or(toward, [1.0, 0.0, 0.0]);
    let r = radius * if flat { libm::sqrtf(u[3]) } else { libm::cbrtf(u[3]) };
    let p = crate::math::add(center, crate::math::scale(direction, r));
    let inside = |axis: usize| {
        if plan.tank.edge[axis] == EDGE_OPEN { p[axis] } else { p[axis].clamp(0.0, e[axis] * 0.999_999) }
    };
    [inside(0), inside(1), if flat { 0.0 } else { inside(2) }]
}

/// Landmarks in the order of a world (Fisher & Yates 1938).
fn landmarks(plan: &Plan, stream: Stream) -> Vec<Vec3> {
    let mut order = plan.landmarks.clone();
    for n in (1..order.len()).rev() {
        let words = rng::draw(stream, 0, n as u32, DRAW_LANDMARK);
        order.swap(n, rng::below(words[0], n as u32 + 1) as usize);
    }
    order
}

/// A heading for a start or a birth, from four random words.
pub fn face(start: &StartSpec, plan: &Plan, words: [u32; 4]) -> Vec3 {
    let flat = plan.tank.dim == 2;
    let raw = match &start.headings {
        Headings::Random => {
            let angle = (rng::uniform(words[0]) - 0.5) * std::f32::consts::TAU;
            let z = if flat { 0.0 } else { (rng::uniform(words[1]) - 0.5) * 1.2 };
            let r = (1.0 - z * z).sqrt();
            [r * crate::math::cos(angle), r * crate::math::sin(angle), z]
        }
        Headings::Aligned(d) => [d.toward[0], d.toward[1], if flat { 0.0 } else { d.toward[2] }],
    };
    let unit = normalize_or(raw, [1.0, 0.0, 0.0]);
    if unit[2].abs() <= MAX_CLIMB {
        return unit;
    }
    let level = normalize_or([unit[0], unit[1], 0.0], [1.0, 0.0, 0.0]);
    let flat_part = (1.0 - MAX_CLIMB * MAX_CLIMB).sqrt();
    [level[0] * flat_part, level[1] * flat_part, MAX_CLIMB.copysign(unit[2])]
}

/// Fills a genome with random weights: normal, of deviation `init` over the root of each neuron's inputs; biases 0. Of a
/// graph it is a founder (`GraphForm::founder`).
/// `member` tells apart genomes of one stream.
pub fn random_genome(
    genome: &mut [f32],
    plan: &Plan,
    species: usize,
    controller: &Controller,
    stream: Stream,
    member: u32,
) {
    let init = crate::plan::init(controller);
    let p = &plan.species[species];
    // The species enters through the tick word, which weights have no other use for.
    let draw = |number: u32| rng::draw(stream, member, number, DRAW_WEIGHT ^ ((species as u32) << 16));
    if let Controller::Graph(graph) = controller {
        let form = GraphForm::new(graph, p.obs_len, p.act_len);
        return form.founder(graph.hidden, crate::plan::deviation(init, p.obs_len), genome, draw);
    }
    let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
    let fill = |genome: &mut [f32], first: usize, count: usize, deviation: f32| {
        for (i, number) in genome[first..first + count].iter_mut().enumerate() {
            *number = rng::normal(draw((first + i) as u32)) * deviation;
        }
    };
    for layer in layers {
        let deviation = crate::plan::deviation(init, layer.inputs);
        let (start, count) = (layer.start as usize, (layer.inputs * layer.outputs) as usize);
        match controller {
            Controller::Plastic(plastic) => {
                let rules = RULE_NUMBERS as usize * count;
                fill(genome, start, rules, plastic.init);
                if p.numbers > RULE_NUMBERS {
                    fill(genome, start + rules, count, deviation);
                }
            }
            _ => {
                let first = start + layer.biases as usize;
                genome[start..first].fill(0.0);
                fill(genome, first, count, deviation);
            }
        }
    }
}

/// A field at the start: `initial` everywhere, then its patches, then scattered ones. `order` is that of the landmarks.
fn start_field(spec: &FieldSpec, params: &FieldParams, stream: Stream, order: &[Vec3]) -> Vec<f32> {
    let cells = params.dims.iter().product::<u32>() as usize;
    let mut values = vec![spec.initial.min(spec.capacity); cells];
    for patch in &spec.patches {
        let landmark = patch.landmark.checked_sub(1).and_then(|number| order.get(number as usize));
        add_patch(&mut values, params, *landmark.unwrap_or(&patch.center), patch.radius, patch.amount);
    }
    for i in 0..spec.scattered {
        let center = rain_center(params, stream, 0, i);
        add_patch(&mut values, params, center, spec.patch_radius, spec.patch_amount);
    }
    values
}

/// Where the `i`-th patch of a tick falls, BL.
pub fn rain_center(params: &FieldParams, stream: Stream, tick: u32, i: u32) -> Vec3 {
    let words = rng::draw(stream, tick, i ^ (params.start << 8), DRAW_RAIN);
    [0, 1, 2].map(|axis| rng::uniform(words[axis]) * (params.cell[axis] * params.dims[axis] as f32))
}

/// Adds a patch: `amount` at the centre, falling as (1 - d²/r²) to nothing at the radius, wrapped around the nearest
/// copy of the centre, kept between 0 and the capacity. Twin of `patch_at` in `shaders/fields.wgsl`.
pub fn add_patch(values: &mut [f32], params: &FieldParams, center: Vec3, radius: f32, amount: f32) {
    for (i, value) in values.iter_mut().enumerate() {
        let added = patch_at(params, i as u32, center, radius, amount);
        if added != 0.0 {
            *value = (*value + added).clamp(0.0, params.capacity);
        }
    }
}

/// What a patch adds to cell `index`.
pub fn patch_at(params: &FieldParams, index: u32, center: Vec3, radius: f32, amount: f32) -> f32 {
    let [nx, ny, _] = params.dims;
    let at = [index % nx, (index / nx) % ny, index / (nx * ny)];
    let mut square = 0.0;
    for axis in 0..3 {
        if params.dims[axis] > 1 {
            let size = params.cell[axis] * params.dims[axis] as f32;
            let d = ((at[axis] as f32 + 0.5) * params.cell[axis] - center[axis]).abs();
            let near = d.min((size - d).abs());
            square += near * near;
        }
    }
    let share = 1.0 - square / (radius * radius);
    if share > 0.0 { amount * share } else { 0.0 }
}

/// Energy to fixed point, for those who place agents.
pub fn energy_fixed(value: f32) -> i32 {
    fixed(value, ENERGY_SCALE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{GroupSpec, LandmarkSpec, LandmarksSpec, PatchSpec, Sharing, TurnoverSpec};

    #[test]
    fn lives_of_live_evolution_are_staggered_by_group() {
        let turnover = TurnoverSpec { lifetime: 10.0, ..Default::default() };
        let species = SpeciesSpec {
            count: 400,
            sharing: Sharing::Group(GroupSpec { size: 4 }),
            evolution: Evolution::Turnover(turnover),
            ..Default::default()
        };
        let scene = SceneSpec { species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let state = WorldState::start(&scene, &plan, &[[1, 2]]);
        // 10 s of 0.05 s: ages below 200 ticks, with a mean of 99.5 and an error of 5.8 over 100 groups.
        let mean = state.agents.iter().map(|a| a.age as f32).sum::<f32>() / 400.0;
        assert!((mean - 99.5).abs() < 25.0 && state.agents.iter().all(|a| a.age < 200), "mean {mean}");
        for group in state.agents.chunks(4) {
            assert!(group.iter().all(|a| a.age == group[0].age));
        }
    }

    #[test]
    fn landmarks_hold_the_same_things_in_another_order() {
        let landmark = |x: f32| LandmarkSpec { at: [x, 5.0, 0.0] };
        let patch = |landmark: u32| PatchSpec { landmark, radius: 2.0, ..Default::default() };
        let field = |name: &str, landmark: u32| FieldSpec {
            name: name.into(),
            cell: 1.0,
            patches: vec![patch(landmark)],
            ..Default::default()
        };
        let placement = Placement::Landmarks(LandmarksSpec { first: 2, ..Default::default() });
        let species =
            SpeciesSpec { count: 4, start: Some(StartSpec { placement, ..Default::default() }), ..Default::default() };
        let scene = SceneSpec {
            extent: [30.0, 10.0, 0.0],
            landmarks: [5.5, 15.5, 25.5].map(landmark).to_vec(),
            fields: vec![field("food", 1), field("poison", 2)],
            species: vec![species],
            ..Default::default()
        };
        let plan = Plan::new(&scene, 60);
        let streams: Vec<Stream> = (0..60).map(|i| [i, 3]).collect();
        let state = WorldState::start(&scene, &plan, &streams);
        let mut met = std::collections::BTreeMap::new();
        for (fields, agents) in state.fields.chunks(600).zip(state.agents.chunks(4)) {
            // Where the most of each lies, and who stands where.
            let most = |field: &[f32]| (0..300).max_by(|a, b| field[*a].total_cmp(&field[*b])).unwrap() % 30;
            let order = [most(&fields[..300]), most(&fields[300..])];
            let stand: Vec<usize> = agents.iter().map(|agent| agent.pos[0] as usize).collect();
            assert_eq!((stand[0], stand[2], stand[3]), (order[1], order[0], order[1]), "around, from the second on");
            assert!(order[0] != order[1] && stand[1] != order[0] && stand[1] != order[1]);
            *met.entry(order).or_insert(0) += 1;
        }
        assert_eq!(met.len(), 6, "every order occurs: {met:?}");
        assert!(met.values().all(|count| *count <= 22), "ten times each, but for chance: {met:?}");
    }
}
