//! Why a simulation could not start or go on. Knows nothing of who is told.

use crate::backend::BackendError;
use crate::command::CommandError;
use crate::genome_file::GenomeFileError;

/// Why a simulation could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The backend.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Genomes that the scene starts from.
    #[error(transparent)]
    Genomes(#[from] GenomeFileError),
    /// An event of the scene.
    #[error("events[{index}], at tick {tick}: {problem}")]
    Event {
        /// Place in the scene's list.
        index: usize,
        /// When it was due.
        tick: u64,
        /// What is wrong with it.
        problem: CommandError,
    },
    /// Signals are to be listened to, and worlds are on several ranks.
    #[error("`measures.meaning` listens to all worlds from one process, and this run has several: set it to 0")]
    Apart,
    /// Saved state that does not fit its scene.
    #[error("the saved state cannot be used: {0}")]
    State(String),
}

impl SimulationError {
    /// Why the device was lost, if that is what happened; the run can then go back to its last checkpoint.
    pub fn lost(&self) -> Option<&str> {
        match self {
            SimulationError::Backend(BackendError::DeviceLost(why))
            | SimulationError::Event { problem: CommandError::Lost(why), .. } => Some(why),
            _ => None,
        }
    }
}
