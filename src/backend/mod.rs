//! The contract between the engine and its two backends. A backend owns the live state of W worlds of one plan and
//! advances them; `Simulation` decides when. Backends give the same bits (software Vulkan) or agree within stated
//! tolerances (other adapters). Knows nothing of evolution strategies, files or windows.

pub mod cpu;
pub mod gpu;
pub mod ranked;
pub mod several;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::edits::{Birth, Census, Deal, Earned, Edits};
use crate::layout::BirthRecord;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;

/// How many worlds share a dispatch (GPU) or a task (CPU). Both shapes give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Chosen from the sizes: packed when worlds are small and many.
    Auto,
    /// Many ticks of one world at a time, its state kept close.
    Packed,
    /// One tick of all worlds at a time.
    Spread,
}

/// A world as it is shown: in ordinary memory, or on the device that the viewer draws with.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Copied out.
    Host(Arc<Snapshot>),
    /// On the device that was handed in.
    Device(gpu::DeviceSnapshot),
}

impl Shown {
    /// Tick shown.
    pub fn tick(&self) -> u64 {
        match self {
            Shown::Host(snapshot) => snapshot.tick,
            Shown::Device(snapshot) => snapshot.tick,
        }
    }

    /// World shown.
    pub fn world(&self) -> u32 {
        match self {
            Shown::Host(snapshot) => snapshot.world,
            Shown::Device(snapshot) => snapshot.world,
        }
    }

    /// Key of the world's draws.
    pub fn stream(&self) -> Stream {
        match self {
            Shown::Host(snapshot) => snapshot.stream,
            Shown::Device(snapshot) => snapshot.stream,
        }
    }

    /// Slots of the world.
    pub fn slots(&self) -> usize {
        match self {
            Shown::Host(snapshot) => snapshot.agents.len(),
            Shown::Device(snapshot) => snapshot.slots(),
        }
    }

    /// Whether both are the same copy.
    pub fn is(&self, other: &Shown) -> bool {
        match (self, other) {
            (Shown::Host(a), Shown::Host(b)) => Arc::ptr_eq(a, b),
            (Shown::Device(a), Shown::Device(b)) => a.same(b),
            _ => false,
        }
    }

    /// The copy in ordinary memory. Blocks where it lies on the device.
    ///
    /// # Errors
    /// `DeviceLost` when the device went away.
    pub fn read(&self) -> Result<Arc<Snapshot>, BackendError> {
        match self {
            Shown::Host(snapshot) => Ok(snapshot.clone()),
            Shown::Device(snapshot) => Ok(Arc::new(snapshot.read()?)),
        }
    }
}

/// A stage of a tick (a kernel on a GPU), and the time that it took.
pub type StageTime = (&'static str, std::time::Duration);

/// What a backend runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendInfo {
    /// `cpu` or `gpu`.
    pub kind: &'static str,
    /// Processor threads, or the adapter's name and driver.
    pub device: String,
    /// Shape in use.
    pub shape: Shape,
}

/// Why a backend could not go on.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// No adapter, or one that lacks something named here.
    #[error("no usable GPU adapter: {0}")]
    NoAdapter(String),
    /// The scene needs more than the adapter or memory offers; names the number to lower and to what.
    #[error("{0}")]
    TooLarge(String),
    /// The device went away; the run goes back to its last checkpoint.
    #[error("the GPU device was lost: {0}")]
    DeviceLost(String),
    /// The driver refused kernels or work that it should have taken.
    #[error("the GPU driver refused the work: {0}")]
    Refused(String),
    /// A rank of the job could not go on, and so none does.
    #[error("rank {rank}: {problem}")]
    Rank {
        /// Which one.
        rank: usize,
        /// Why.
        problem: String,
    },
    /// A world that cannot be looked at from here.
    #[error("world {0} is on another rank")]
    Elsewhere(u32),
}

/// A backend: owner of the live state.
pub trait Backend: Send {
    /// What it runs on.
    fn info(&self) -> BackendInfo;

    /// Which of so many worlds are its own, where it shares them with other processes: `load` is given these, and everything
    /// else is said of all.
    fn own(&self, worlds: u32) -> Range<u32> {
        0..worlds
    }

    /// Replaces the live state, which is moved in: genomes may be large. `state` must have the plan's sizes; the genomes
    /// of a species that are left out (an empty list) stay as they are.
    fn load(&mut self, state: WorldState) -> Result<(), BackendError>;

    /// Copies the whole live state out, exactly. Blocks.
    fn save(&mut self) -> Result<WorldState, BackendError>;

    /// Advances all worlds by `ticks`.
    fn advance(&mut self, ticks: u32) -> Result<(), BackendError>;

    /// Advances as `advance` does in the spread shape, stage by stage, and tells how long each took over all ticks. Empty
    /// in the packed shape, whose stages do not end at one time.
    fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError>;

    /// Applies edits between two ticks, in the order of the struct's fields.
    fn edit(&mut self, edits: &Edits) -> Result<(), BackendError>;

    /// Takes new live numbers. The plan must have the same sizes as the one it was made with.
    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError>;

    /// Reads agents, tallies and counters exactly. Blocks.
    fn census(&mut self) -> Result<Census, BackendError>;

    /// Reads what fitness needs of all agents, the tallies given by bits of `asked`, and the counters. Blocks.
    fn earned(&mut self, asked: u32) -> Result<Earned, BackendError>;

    /// Takes the births that happened inside ticks (`Ecology`) since the last call, ordered by (tick, world, species, slot).
    fn births(&mut self) -> Result<Vec<BirthRecord>, BackendError>;

    /// A world for viewing, copied out. Blocks; never changes a result.
    fn snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError>;

    /// A world for viewing, left on the device where that is one that was handed in.
    fn show(&mut self, world: u32) -> Result<Shown, BackendError> {
        Ok(Shown::Host(Arc::new(self.snapshot(world)?)))
    }

    /// Genomes that agents of a world run, read at once. Slots must be within the world.
    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError>;

    /// What a species of a world last sensed and did; it must be one of the plan's. Blocks.
    fn minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError>;

    /// One agent opened up.
    fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError>;
}
