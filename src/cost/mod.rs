//! A model of cost: what this machine can do (`machine`), and from that what a scene must cost on it (`model`), before it
//! runs. Predictions are bounds: no engine that keeps the engine's rules can be faster, and by how far one is slower is
//! what `iwashi bench` shows. What a scene may be expected to cost is learned elsewhere (`timing::Experience`), from small
//! schools that are run. Who swims in a world is `school`. Knows nothing of scenes' text, of timing, or of how a backend goes
//! about its work, except which stages it has and what each does.

pub mod machine;
pub mod model;
pub mod school;

pub use machine::Machine;
pub use model::{Bound, Predicted, predict, predict_tick};
pub use school::School;
