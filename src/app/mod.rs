//! The window and all drawing: Bevy and egui live here and nowhere else.

pub mod camera;
pub mod device;
pub mod engine;
pub mod film;
pub mod panels;
pub mod quality;
pub mod session;
pub mod settings;
pub mod tank;
pub mod view;
pub mod window;

use crate::scene::SceneFile;
use crate::simulation::{self, Simulation, SimulationError};

/// How the window is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the simulation runs.
    pub simulation: simulation::Options,
    /// Forgets the remembered layout and settings.
    pub fresh: bool,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nothing to open a window on.
    #[error("no display: {0}")]
    NoDisplay(String),
    /// Nothing to draw with.
    #[error("cannot draw: {0}")]
    NoAdapter(String),
    /// The scene does not start.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The simulation thread does not start.
    #[error("the simulation thread cannot start: {0}")]
    Thread(#[from] std::io::Error),
    /// The window failed while it was opened.
    #[error("the window cannot open: {0}")]
    Window(String),
}

/// Opens the window on a scene and stays until it is closed. Says before anything else whether there is a display and
/// something to draw with; an error leaves nothing open, so that the caller can go on without a window. Gives the
/// exit code that the window ended with: 0, or 130 after Ctrl-C in the terminal.
pub fn run(scene: SceneFile, options: Options) -> Result<u8, AppError> {
    device::display()?;
    let adapter = device::adapter()?;
    let simulation = Simulation::new(scene.spec.clone(), &options.simulation)?;
    window::open(scene, simulation, &adapter, options)
}
