//! The window and all drawing: Bevy and egui live here and nowhere else.

pub mod actions;
pub mod arrivals;
pub mod camera;
pub mod device;
pub mod engine;
pub mod exhibit;
pub mod film;
pub mod frame;
pub mod gallery;
pub mod genomes;
pub mod history;
pub mod keys;
pub mod many;
pub mod merging;
pub mod network;
pub mod overlay;
pub mod panels;
pub mod picture;
pub mod quality;
pub mod reload;
pub mod session;
pub mod settings;
pub mod sound;
pub mod stats;
mod strings;
pub mod tank;
pub mod tools;
pub mod view;
pub mod watch;
pub mod window;

use crate::app::engine::keeping::Keep;
use crate::app::strings::window as text;
use crate::command::{CommandError, Logged};
use crate::record::FilmRequest;
use crate::report::Report;
use crate::run::RunError;
use crate::scene::SceneFile;
use crate::simulation::{self, SimulationError};

/// How the window is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// How the simulation runs.
    pub simulation: simulation::Options,
    /// How its runs are kept.
    pub keep: Keep,
    /// Commands to make at their ticks, besides those of the user.
    pub script: Vec<Logged>,
    /// Tick at which the window closes by itself.
    pub until: Option<u64>,
    /// Films the run from its first tick, as `record` would film it afterwards.
    pub film: Option<FilmRequest>,
    /// Whether it opens as an exhibit.
    pub exhibit: bool,
    /// Measures the window for so many seconds a phase, then closes it.
    pub stats: Option<f64>,
}

/// How a window ended.
pub struct Closed {
    /// 0, 130 after Ctrl-C in the terminal, or that of an error.
    pub code: u8,
    /// The last run of the window.
    pub report: Result<Report, String>,
    /// Why that run could not be kept to its end, if it could not.
    pub trouble: Option<String>,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nothing to open a window on.
    #[error("{}", text::no_display(.0))]
    NoDisplay(String),
    /// Nothing to draw with.
    #[error("{}", text::cannot_draw(.0))]
    NoAdapter(String),
    /// The scene does not start.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The run cannot be kept where it was asked to be.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Commands of the script that would be refused, by their places in it.
    #[error("{}", text::script_refused(.0.len()))]
    Script(Vec<(usize, CommandError)>),
    /// The simulation thread does not start.
    #[error("{}", text::no_thread(.0))]
    Thread(#[from] std::io::Error),
    /// The window failed while it was opened.
    #[error("{}", text::cannot_open(.0))]
    Window(String),
}

/// Opens the window on a scene and stays until it is closed. Finds out before anything else whether there is a display and
/// something to draw with; an error leaves nothing open, so that the caller can go on without a window.
pub fn run(scene: SceneFile, options: Options) -> Result<Closed, AppError> {
    device::display()?;
    device::adapter()?;
    window::open(scene, options)
}
