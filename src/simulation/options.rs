//! How a scene is run, as far as it is a matter of the machine. Knows nothing of what is run.

use std::path::PathBuf;
use std::sync::Arc;

use super::BackendChoice;
use crate::backend::Shape;
use crate::backend::gpu::SharedDevice;
use crate::ranks::Ranks;

/// How a scene is run. None of it changes a result, but for `worlds`, which is written into the scene.
#[derive(Clone, Debug)]
pub struct Options {
    /// What advances the worlds.
    pub backend: BackendChoice,
    /// Worker threads of the CPU backend; all processors when `None`.
    pub threads: Option<usize>,
    /// Worlds side by side, instead of the scene's.
    pub worlds: Option<u32>,
    /// How worlds share a dispatch or a task.
    pub shape: Shape,
    /// Folder in which genome files named by the scene are sought first: the scene's own.
    pub beside: PathBuf,
    /// Device for the GPU backend; its own when `None`.
    pub device: Option<SharedDevice>,
    /// Adapters when `backend` is `Gpu` and no device is given, as `backend::gpu::adapters` counts them; several share the worlds. Empty takes
    /// the best.
    pub adapters: Vec<usize>,
    /// The ranks that share the worlds; none where this process is alone. The first of them makes a simulation, and the others
    /// `follow` it.
    pub ranks: Option<Arc<dyn Ranks>>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            backend: BackendChoice::Auto,
            threads: None,
            worlds: None,
            shape: Shape::Auto,
            beside: PathBuf::new(),
            device: None,
            adapters: Vec::new(),
            ranks: None,
        }
    }
}
