//! Learning by gradient: networks that are laid out as genomes run forward and backward, losses, and descent by minibatches. It
//! sees numbers; it knows nothing of worlds, of files, or of who made the examples.

pub mod examples;
pub mod learner;
pub mod network;
pub mod taid;

pub use examples::Examples;
pub use learner::{Descent, Learner, Loss, Worth};
pub use network::Network;
