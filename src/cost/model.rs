//! The least that each stage of a tick must cost on a machine, from the plan alone: bytes moved and operations done for an
//! agent, over what the machine can move and do. Knows nothing of clocks.
//!
//! # Formulas
//!
//! Per living agent and tick, with `d` dimensions, `V` candidates in the cells that a search looks through, `k` others in
//! range, `C` channels, `O`, `A` and `M` numbers of observation, action and memory, `P` parameters of which a genome is
//! shared by `G`. A number has 4 bytes. An operation is a multiplication, an addition, a comparison with its selection, a
//! conversion, a division or a root: each is one instruction, and no instruction is faster than the unfused multiplications
//! and additions that the machine is gauged by.
//!
//! | part | bytes | operations |
//! |---|---|---|
//! | key | 16 read, 4 written | 3d |
//! | place | 8 read, 4 written | |
//! | order | 32 read, 4(2d + 3) written | |
//! | cells | 12 a cell: cleared, counted, summed up | 2 a cell |
//! | hear | 8C | 3C |
//! | sense | 64 own state, 4(2d + 3) of the others once, 4C as heard, 4O written | V candidates and k others in range, below; 4O |
//! | think | 4O, 4A, 8M, 4P / G | 2P, or 14 a weight that is learned, and 16 a neuron with tanh (the fraction of `math::tanh`) |
//! | think, by a graph | the same with P = A(4 + 2O), those of a graph that has not grown | 2AO, and 16A |
//! | act | 128 own state, 4A, 4C, 16 of notes | 70, in a volume 60 more, 20 an obstacle |
//! | interact | 128 own state and 16 of notes for whom anything can touch, 16 a field grazed or fed | V candidates of bodies and bites |
//! | settle | 12 a field cell where anyone grazes or feeds | 1 a cell |
//! | fields | 16 a cell of a field that moves: read, written, copied back | 8 an axis that flows, 8 besides |
//! | turnover | 16 | 4 |
//! | tally | 128 own state, 16 of notes, 8 a tally | 4 a tally |
//!
//! A candidate costs 3 operations an axis, 4 more where the axis wraps around, and 2 to keep or drop it. One in range costs
//! 5 for its weight and d(2d - 1) to turn its offset into the agent's axes; 26 for its sector where there are several
//! (`math::turn`); 4d for mean offsets, d(2d - 1) + 4d for mean headings, 4C for signals; 2 for its place among the nearest.
//!
//! A stage takes as long as the slower of both needs on all threads, and on a GPU what its dispatches cost besides. Bytes
//! come as fast as the machine reads a working set of the size of all that a thread touches in a tick: in the packed shape
//! one world, in the spread shape its share of all.

use super::Machine;
use super::school::{School, senses};
use crate::backend::gpu::header::Module;
use crate::backend::gpu::thinking::{Way, way};
use crate::backend::{BackendInfo, Shape};
use crate::layout::*;
use crate::plan::Plan;

/// What limits a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Bytes a second.
    Bandwidth,
    /// Operations a second.
    Arithmetic,
    /// What dispatches cost besides their work.
    Dispatch,
}

impl Bound {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Bound::Bandwidth => "bandwidth",
            Bound::Arithmetic => "arithmetic",
            Bound::Dispatch => "dispatch",
        }
    }
}

/// The least that something costs an agent and tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// Wall time, nanoseconds.
    pub ns: f64,
    /// What limits it.
    pub bound: Bound,
}

/// What is moved and done for an agent in a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Work {
    bytes: f64,
    operations: f64,
}

impl std::ops::Add for Work {
    type Output = Work;

    fn add(self, other: Work) -> Work {
        Work { bytes: self.bytes + other.bytes, operations: self.operations + other.operations }
    }
}

impl std::ops::Mul<f64> for Work {
    type Output = Work;

    fn mul(self, times: f64) -> Work {
        Work { bytes: self.bytes * times, operations: self.operations * times }
    }
}

/// A part of a tick: a row of the table above.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Key,
    Place,
    Order,
    Cells,
    Hear,
    Sense,
    ThinkOwn,
    ThinkShared,
    Act,
    Interact,
    Settle,
    Fields,
    Turnover,
    Tally,
}

use Part::*;

/// Which parts the stages of the backends do, by the names that `Backend::profile` gives them. Of kernels that share a
/// part, the one that does most of it has it.
const STAGES: [(&str, &[Part]); 25] = [
    ("bin", &[Key, Place, Order, Cells]),
    ("hear", &[Hear]),
    ("sense", &[Sense]),
    ("think", &[ThinkOwn, ThinkShared]),
    ("act", &[Act]),
    ("interact", &[Interact]),
    ("fields", &[Settle, Fields]),
    ("turnover", &[Turnover]),
    ("tally", &[Tally]),
    ("spread_count", &[Key]),
    ("spread_scan", &[Cells]),
    ("spread_scatter", &[Place, Hear]),
    ("spread_gather", &[Order]),
    ("spread_sense", &[Sense]),
    ("spread_think_own", &[ThinkOwn]),
    ("spread_think_shared", &[ThinkShared]),
    ("spread_live", &[Act]),
    ("spread_choose", &[]),
    ("spread_settle_bites", &[]),
    ("spread_answer", &[Interact]),
    ("spread_fields_settle", &[Settle]),
    ("spread_fields", &[Fields]),
    ("spread_deaths", &[Turnover]),
    ("spread_births", &[]),
    ("spread_tally", &[Tally]),
];

/// The least that a stage costs on a machine that is `info`, by the name that the backend gives it; `None` for what is no
/// stage of a tick.
pub fn predict(plan: &Plan, machine: &Machine, info: &BackendInfo, school: &School, stage: &str) -> Option<Predicted> {
    let (_, parts) = STAGES.iter().find(|(name, _)| *name == stage)?;
    Some(Pricing { plan, machine, info, school }.price(parts, 1.0))
}

/// The least that a tick costs on a machine that is `info`: the sum over its stages, limited by what takes most of it.
pub fn predict_tick(plan: &Plan, machine: &Machine, info: &BackendInfo, school: &School) -> Predicted {
    let pricing = Pricing { plan, machine, info, school };
    // A packed world is advanced for many ticks in one dispatch.
    let dispatches = if info.shape == Shape::Packed { 0.0 } else { 1.0 };
    // Part by part, as each has a kernel of its own.
    let kernels = STAGES.iter().filter(|(name, _)| name.starts_with("spread_"));
    let parts: Vec<Predicted> =
        kernels.flat_map(|(_, parts)| *parts).map(|part| pricing.price(&[*part], dispatches)).collect();
    let of = |bound: Bound| parts.iter().filter(|p| p.bound == bound).map(|p| p.ns).sum::<f64>();
    let bounds = [Bound::Bandwidth, Bound::Arithmetic, Bound::Dispatch];
    let most = bounds.into_iter().max_by(|a, b| of(*a).total_cmp(&of(*b))).unwrap_or(Bound::Bandwidth);
    Predicted { ns: parts.iter().map(|p| p.ns).sum(), bound: most }
}

/// What prices depend on.
struct Pricing<'a> {
    plan: &'a Plan,
    machine: &'a Machine,
    info: &'a BackendInfo,
    school: &'a School,
}

impl Pricing<'_> {
    /// Price of parts that are done in one stage, with so many dispatches on a GPU.
    fn price(&self, parts: &[Part], dispatches: f64) -> Predicted {
        let (plan, machine) = (self.plan, self.machine);
        let work = parts.iter().map(|part| self.work(*part)).fold(Work::default(), |a, b| a + b);
        let worlds = f64::from(plan.dims.worlds);
        let all = self.touched() * worlds;
        // A packed world belongs to one thread; the threads of a spread tick share everything.
        let (threads, set) = match self.info.shape {
            Shape::Packed if self.info.kind == "cpu" => (f64::from(machine.threads).min(worlds), self.touched()),
            _ => (f64::from(machine.threads), all / f64::from(machine.threads)),
        };
        let bandwidth = work.bytes / (machine.bandwidth(set) * threads);
        let arithmetic = work.operations / (machine.flops * threads);
        // What has nothing to do is not dispatched.
        let dispatches = if work == Work::default() { 0.0 } else { dispatches };
        let dispatch = machine.dispatch * dispatches / (self.school.living * worlds);
        let slower = bandwidth.max(arithmetic);
        let bound = match () {
            () if dispatch > slower => Bound::Dispatch,
            () if arithmetic > bandwidth => Bound::Arithmetic,
            () => Bound::Bandwidth,
        };
        Predicted { ns: 1e9 * (slower + dispatch), bound }
    }

    /// Bytes that a tick of one world touches.
    fn touched(&self) -> f64 {
        let (plan, d) = (self.plan, &self.plan.dims);
        let state = size_of::<Agent>() as f64 + self.row() + 4.0 * f64::from(TALLIES) + NOTES;
        let numbers = d.obs + d.act + d.mem + d.sig * d.history + 3 * d.field_cells + d.grid_cells;
        let genomes: f64 = plan.species.iter().map(|s| f64::from(s.rows) * genome_bytes(s)).sum();
        f64::from(d.slots) * state + 4.0 * f64::from(numbers) + genomes
    }

    /// Bytes of an agent among the sorted: place, heading, slot, species, id.
    fn row(&self) -> f64 {
        4.0 * (2.0 * f64::from(self.plan.tank.dim) + 3.0)
    }

    /// What a part takes, the mean over the species.
    fn work(&self, part: Part) -> Work {
        let d = f64::from(self.plan.tank.dim);
        let each = |bytes: f64, operations: f64| Work { bytes, operations };
        let cells = |n: u32| f64::from(n) / self.school.living;
        match part {
            Key => each(16.0 + 4.0, 3.0 * d),
            Place => each(8.0 + 4.0, 0.0),
            Order => each(32.0 + self.row(), 0.0),
            Cells => each(12.0, 2.0) * cells(self.plan.dims.grid_cells),
            Settle if self.plan.grazes.is_empty() && self.plan.deposits.is_empty() => Work::default(),
            Settle => each(12.0, 1.0) * cells(self.plan.dims.field_cells),
            Fields => self.plan.fields.iter().map(|f| self.field(f)).fold(Work::default(), |a, b| a + b),
            Turnover => each(16.0, 4.0),
            Tally => each(2.0 * STATE + NOTES + 8.0 * f64::from(TALLIES), 4.0 * f64::from(TALLIES)),
            Hear | Sense | ThinkOwn | ThinkShared | Act | Interact => {
                let all = f64::from(self.plan.dims.slots).max(1.0);
                let species = self.plan.species.iter().enumerate();
                let shares = species.map(|(i, s)| self.of_species(part, i, s) * (f64::from(s.slots) / all));
                shares.fold(Work::default(), |a, b| a + b)
            }
        }
    }

    fn field(&self, field: &FieldParams) -> Work {
        let flows = (0..3).filter(|a| field.diffusion[*a] != 0.0 || field.current[*a] != 0.0).count() as f64;
        let grows = [field.regrowth, field.seeding, field.decay].iter().any(|x| *x != 0.0);
        let cells = f64::from(field.dims.iter().product::<u32>()) / self.school.living;
        match flows > 0.0 || grows {
            true => Work { bytes: 16.0, operations: 8.0 * flows + 8.0 } * cells,
            // Held at its capacity.
            false => Work { bytes: 8.0, operations: 2.0 } * cells,
        }
    }

    fn of_species(&self, part: Part, index: usize, s: &SpeciesParams) -> Work {
        let plan = self.plan;
        let [channels, obs, act, mem] = [s.channels, s.obs_len, s.act_len, s.mem_len].map(f64::from);
        match part {
            Hear => Work { bytes: 8.0 * channels, operations: 3.0 * channels },
            Sense => {
                let seen = senses(plan, s).iter().map(|sense| self.sense(sense)).fold(0.0, |a, b| a + b);
                let social = if s.social == 1 {
                    let d = f64::from(plan.tank.dim);
                    let range = plan.tank.social_range;
                    self.search(range) + (2.0 * d + 3.0) * self.school.in_range(plan, range, 1 << index)
                } else {
                    0.0
                };
                let bytes = STATE + self.row() + 4.0 * channels + 4.0 * obs;
                Work { bytes, operations: seen + social + 4.0 * obs }
            }
            // A GPU thinks otherwise where many share a genome. What rules read counts to the former, whichever kernel reads it.
            ThinkOwn if way(plan, Module::Spread, index) == Some(Way::Shared) => Work::default(),
            ThinkShared if way(plan, Module::Spread, index) != Some(Way::Shared) => Work::default(),
            ThinkOwn | ThinkShared => {
                let layers = &plan.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize];
                let curved = layers.iter().filter(|l| l.activation == ACT_TANH).map(|l| f64::from(l.outputs));
                let sharers = f64::from(s.sharers.min(s.slots).max(1));
                let (genome, sums) = match s.think {
                    THINK_GRAPH => (4.0 * act * (4.0 + 2.0 * obs), act * (16.0 + 2.0 * obs)),
                    THINK_PLASTIC => (genome_bytes(s), 14.0 * f64::from(s.genome_len / s.numbers)),
                    _ => (genome_bytes(s), 2.0 * f64::from(s.genome_len)),
                };
                let bytes = 4.0 * (obs + act + 2.0 * mem) + genome / sharers;
                Work { bytes, operations: sums + 16.0 * curved.sum::<f64>() }
            }
            Act => {
                let turned = if plan.tank.dim == 3 { 130.0 } else { 70.0 };
                let bytes = 2.0 * STATE + 4.0 * act + 4.0 * channels + NOTES;
                Work { bytes, operations: turned + 20.0 * plan.obstacles.len() as f64 }
            }
            _ => {
                let ranges = [if s.push > 0.0 { s.contact } else { 0.0 }, s.bite, s.bitten];
                let fed = f64::from(s.grazes + s.deposits);
                let touched = ranges.iter().any(|r| *r > 0.0) || s.grazes > 0;
                let bytes = if touched { 2.0 * STATE + NOTES } else { 0.0 } + 16.0 * fed;
                let searches: f64 = ranges.iter().filter(|r| **r > 0.0).map(|range| self.search(*range)).sum();
                Work { bytes, operations: searches + 6.0 * fed }
            }
        }
    }

    /// Operations of a search for others within `range`, before anything is made of those found.
    fn search(&self, range: f32) -> f64 {
        let tank = &self.plan.tank;
        let axis = |axis: usize| if tank.edge[axis] == EDGE_TORUS { 7.0 } else { 3.0 };
        let each: f64 = (0..tank.dim as usize).map(axis).sum::<f64>() + 2.0;
        each * self.school.candidates(self.plan, range)
    }

    /// Operations of one sense.
    fn sense(&self, sense: &SenseParams) -> f64 {
        let d = f64::from(self.plan.tank.dim);
        let turned = d * (2.0 * d - 1.0);
        let found = || self.school.in_range(self.plan, sense.range, sense.mask);
        let gives = |bit: u32, operations: f64| if sense.gives & bit != 0 { operations } else { 0.0 };
        match sense.kind {
            SENSE_NEIGHBOURS => {
                let sector = if sense.count * sense.elevation > 1 { 26.0 } else { 0.0 };
                let each = 5.0
                    + turned
                    + sector
                    + gives(GIVES_OFFSET, 4.0 * d)
                    + gives(GIVES_HEADING, turned + 4.0 * d)
                    + gives(GIVES_SIGNALS, 4.0 * f64::from(sense.channels));
                self.search(sense.range) + each * found()
            }
            SENSE_NEAREST => self.search(sense.range) + 2.0 * found(),
            // Which zone, the cone behind, a term, and a sum an axis.
            SENSE_PAIRS => self.search(sense.range) + (f64::from(2 * sense.count) + 8.0 * d) * found(),
            // A look into a field takes some 5 operations an axis to find the cell.
            SENSE_FIELD_VALUE => 5.0 * d,
            SENSE_FIELD_GRADIENT => 2.0 * d * 5.0 * d,
            SENSE_FIELD_ANTENNAE => f64::from(sense.len) * 5.0 * d,
            // A ray meets every face and obstacle.
            SENSE_WALLS => f64::from(sense.len) * (4.0 * d + 20.0 * self.plan.obstacles.len() as f64),
            _ => f64::from(sense.len),
        }
    }
}

/// Bytes of an agent's small state.
const STATE: f64 = size_of::<Agent>() as f64;

/// Bytes of what a tick notes of an agent for its tally.
const NOTES: f64 = 16.0;

/// Bytes of a genome row.
fn genome_bytes(species: &SpeciesParams) -> f64 {
    4.0 * f64::from(species.genome_stride)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::gpu::kernels::KERNELS;
    use crate::cost::school::tests::school;
    use crate::scene::Sharing;

    const MACHINE: Machine = Machine { threads: 2, reads: vec![], flops: 1e9, dispatch: 0.0 };

    fn info(shape: Shape) -> BackendInfo {
        BackendInfo { kind: "cpu", device: String::new(), shape }
    }

    #[test]
    fn every_kernel_of_a_tick_has_a_price() {
        let plan = school(1000, Sharing::Own);
        let even = School::new(&plan, 1000.0, None);
        for kernel in KERNELS.iter().filter(|k| k.module == Module::Spread) {
            let price = predict(&plan, &MACHINE, &info(Shape::Spread), &even, kernel.entry);
            assert!(price.is_some(), "{} has no price: name its parts in STAGES", kernel.entry);
        }
        let parts_of = |gpu: bool| {
            let stages = STAGES.iter().filter(|(name, _)| name.starts_with("spread_") == gpu);
            let mut parts: Vec<String> = stages.flat_map(|(_, parts)| *parts).map(|part| format!("{part:?}")).collect();
            parts.sort();
            parts
        };
        assert_eq!(parts_of(true), parts_of(false), "each part has its kernel, and its stage on the processor");
    }

    #[test]
    fn thinking_with_a_genome_each_is_bound_by_memory_and_with_a_shared_one_by_arithmetic() {
        // A byte a nanosecond and ten operations.
        let machine = Machine { threads: 1, reads: vec![(1, 1e9)], flops: 1e10, dispatch: 0.0 };
        let think = |sharing| {
            let plan = school(1000, sharing);
            let even = School::new(&plan, 1000.0, None);
            let price = predict(&plan, &machine, &info(Shape::Spread), &even, "think").expect("a stage");
            (price, f64::from(plan.species[0].genome_len))
        };
        let (own, parameters) = think(Sharing::Own);
        assert_eq!(own.bound, Bound::Bandwidth);
        assert!(own.ns > 4.0 * parameters && own.ns < 4.0 * parameters + 400.0, "{own:?} for {parameters}");
        let (shared, parameters) = think(Sharing::Species);
        assert_eq!(shared.bound, Bound::Arithmetic);
        assert!(shared.ns > 0.2 * parameters && shared.ns < 0.4 * parameters, "{shared:?} for {parameters}");
    }

    #[test]
    fn a_tick_costs_what_its_stages_cost() {
        let plan = school(1000, Sharing::Own);
        let even = School::new(&plan, 1000.0, None);
        let machine = Machine { threads: 2, reads: vec![(1, 1e9)], flops: 1e10, dispatch: 0.0 };
        let tick = predict_tick(&plan, &machine, &info(Shape::Spread), &even);
        let stages = ["bin", "hear", "sense", "think", "act", "interact", "fields", "turnover", "tally"];
        let price = |stage| predict(&plan, &machine, &info(Shape::Spread), &even, stage).map_or(0.0, |p| p.ns);
        let sum: f64 = stages.into_iter().map(price).sum();
        // Parts that share a stage may hide behind each other there.
        assert!(tick.ns >= sum && tick.ns < 1.2 * sum, "{tick:?} and {sum}");
        // One world keeps one thread busy.
        let packed = predict_tick(&plan, &machine, &info(Shape::Packed), &even);
        assert!((packed.ns / tick.ns - 2.0).abs() < 1e-9, "{packed:?} and {tick:?}");
        let slow = Machine { dispatch: 1.0, ..machine };
        assert_eq!(predict_tick(&plan, &slow, &info(Shape::Spread), &even).bound, Bound::Dispatch);
    }
}
