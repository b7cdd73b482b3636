//! The CPU backend: plain array loops over the data of `WorldState`, bit-exact across machines, instruction sets and
//! thread counts. One file a stage, each the twin of the shader of the same name. Needs no GPU driver and knows
//! nothing of one.

mod act;
pub mod attention;
mod bin;
mod crowd;
mod edit;
mod fields;
mod graph;
mod hear;
mod interact;
mod kin;
mod lanes;
mod laws;
mod lesion;
mod mind;
mod near;
mod nearest;
mod neurons;
pub mod obstacles;
mod pairs;
mod plastic;
mod reach;
mod rule;
mod sense;
mod side_by_side;
mod sums;
mod sweep;
mod tally;
mod think;
mod turnover;
mod weights;
mod wide;
mod world;

use std::time::Instant;

use rayon::prelude::*;

use super::{Backend, BackendError, BackendInfo, Census, Earned, Edits, Shape, StageTime};
use crate::layout::BirthRecord;
use crate::plan::Plan;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;
pub use mind::Mind;
pub use neurons::neurons;
use world::{Scratch, World};

/// Worlds of at most this many slots are advanced packed: their state and genomes stay in a core's cache.
const PACKED_SLOTS: u32 = 2048;

/// Slots that one task takes in the spread shape: large enough to hide the cost of a task.
const TASK_SLOTS: usize = 128;

/// As `TASK_SLOTS`, of stages that do little for an agent.
const QUICK_SLOTS: usize = 1024;

/// Owner of the live state on processor threads.
pub struct CpuBackend {
    plan: Plan,
    state: WorldState,
    scratch: Vec<Scratch>,
    births: Vec<BirthRecord>,
    pool: rayon::ThreadPool,
    shape: Shape,
}

impl CpuBackend {
    /// A backend for worlds of `plan`, on `threads` threads (all of the machine's when `None`).
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn new(plan: &Plan, threads: Option<usize>, shape: Shape) -> Result<CpuBackend, BackendError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.unwrap_or(0))
            .build()
            .map_err(|e| BackendError::TooLarge(format!("cannot start the worker threads: {e}")))?;
        let packed = plan.dims.slots <= PACKED_SLOTS && (plan.dims.worlds as usize) >= pool.current_num_threads();
        let shape = match shape {
            Shape::Auto if packed => Shape::Packed,
            Shape::Auto => Shape::Spread,
            chosen => chosen,
        };
        Ok(CpuBackend {
            plan: plan.clone(),
            state: WorldState::default(),
            scratch: (0..plan.dims.worlds).map(|_| Scratch::new(plan)).collect(),
            births: Vec::new(),
            pool,
            shape,
        })
    }
}

/// One tick of one world: the stages in their order. `done` hears of each as it ends.
fn tick(world: &mut World, tick: u32, parallel: bool, mut done: impl FnMut(&'static str)) {
    world.move_obstacles(tick);
    bin::bin(world, parallel);
    done("bin");
    hear::hear(world, tick, parallel);
    done("hear");
    if crowd::searches(world.plan) {
        (0..world.plan.species.len()).for_each(|index| crowd::look(world, index));
    }
    world.each_seats(parallel, |env, seats| sense::sense(env, seats, tick));
    lesion::lesion(world);
    done("sense");
    world.each_lanes(parallel, TASK_SLOTS, |env, lanes| think::think(env, lanes, tick));
    done("think");
    let alone = interact::alone(world.plan);
    world.each_lanes(parallel, QUICK_SLOTS, |env, lanes| {
        act::act(env, lanes);
        if alone { interact::answer(env, lanes) } else { interact::ask(env, lanes) }
    });
    act::emit(world, tick, parallel);
    done("act");
    if !alone {
        interact::interact(world, tick, parallel);
    }
    done("interact");
    fields::fields(world, tick, parallel);
    done("fields");
    turnover::turnover(world, tick);
    done("turnover");
    tally::tally(world, parallel);
    done("tally");
}

impl CpuBackend {
    /// Advances all worlds; in the spread shape `done` hears of each stage as it ends.
    fn run(&mut self, ticks: u32, mut done: impl FnMut(&'static str) + Send) {
        let first = self.state.tick as u32;
        let plan = &self.plan;
        let mut worlds = world::split(plan, &mut self.state, &mut self.scratch);
        match self.shape {
            Shape::Packed => self.pool.install(|| {
                worlds
                    .par_iter_mut()
                    .for_each(|world| (0..ticks).for_each(|t| tick(world, first.wrapping_add(t), false, |_| ())));
            }),
            _ => self.pool.install(|| {
                for t in 0..ticks {
                    worlds.iter_mut().for_each(|world| tick(world, first.wrapping_add(t), true, &mut done));
                }
            }),
        }
        drop(worlds);
        let start = self.births.len();
        for scratch in &mut self.scratch {
            self.births.append(&mut scratch.births);
        }
        self.births[start..].sort_unstable_by_key(|b| (b.tick, b.world, b.species, b.slot));
        self.state.tick += u64::from(ticks);
    }
}

impl Backend for CpuBackend {
    fn info(&self) -> BackendInfo {
        BackendInfo { kind: "cpu", device: format!("{} threads", self.pool.current_num_threads()), shape: self.shape }
    }

    fn load(&mut self, mut state: WorldState) -> Result<(), BackendError> {
        for (new, old) in state.genomes.iter_mut().zip(&mut self.state.genomes) {
            if new.is_empty() {
                std::mem::swap(new, old);
            }
        }
        self.state = state;
        self.births.clear();
        Ok(())
    }

    fn save(&mut self) -> Result<WorldState, BackendError> {
        Ok(self.state.clone())
    }

    fn advance(&mut self, ticks: u32) -> Result<(), BackendError> {
        self.run(ticks, |_| ());
        Ok(())
    }

    fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError> {
        let (mut times, mut last) = (Vec::<StageTime>::new(), Instant::now());
        self.run(ticks, |stage| {
            let now = Instant::now();
            let time = now.duration_since(std::mem::replace(&mut last, now));
            match times.iter_mut().find(|(name, _)| *name == stage) {
                Some((_, sum)) => *sum += time,
                None => times.push((stage, time)),
            }
        });
        Ok(times)
    }

    fn edit(&mut self, edits: &Edits) -> Result<(), BackendError> {
        edit::edit(&self.plan, &mut self.state, edits);
        for (world, heard) in &edits.heard {
            self.scratch[*world as usize].heard.copy_from_slice(heard);
        }
        Ok(())
    }

    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError> {
        assert_eq!(self.plan.dims, plan.dims, "retuning keeps all sizes");
        self.plan = plan.clone();
        Ok(())
    }

    fn census(&mut self) -> Result<Census, BackendError> {
        let s = &self.state;
        let mut signals = Vec::with_capacity((self.plan.dims.worlds * self.plan.dims.sig) as usize);
        for world in 0..self.plan.dims.worlds {
            signals.extend_from_slice(edit::last_signals(&self.plan, s, world));
        }
        Ok(Census {
            agents: s.agents.clone(),
            tallies: s.tallies.clone(),
            counters: s.counters.clone(),
            next_id: s.next_id.clone(),
            signals,
        })
    }

    fn earned(&mut self, asked: u32) -> Result<Earned, BackendError> {
        let s = &self.state;
        Ok(Earned { counters: s.counters.clone(), ..Earned::of(asked, &s.agents, &s.tallies) })
    }

    fn births(&mut self) -> Result<Vec<BirthRecord>, BackendError> {
        Ok(std::mem::take(&mut self.births))
    }

    fn snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError> {
        Ok(edit::snapshot(&self.plan, &self.state, world))
    }

    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        Ok(slots.iter().map(|slot| edit::genome(&self.plan, &self.state, world, *slot)).collect())
    }

    fn minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError> {
        Ok(edit::minds(&self.plan, &self.state, &self.scratch, world, species))
    }

    fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError> {
        Ok(edit::detail(&self.plan, &self.state, &self.scratch, world, slot))
    }
}
