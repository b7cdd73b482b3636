//! What controllers do that is more than layers of the plan: hand-written rules, and how weights are learned. One file each,
//! with a WGSL twin of the same name under `shaders/`.

pub mod boids;
pub mod hebb;
