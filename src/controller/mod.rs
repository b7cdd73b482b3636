//! What controllers do that is more than layers of the plan: hand-written rules, graphs, and how weights are learned. One file
//! each, with a WGSL twin of the same name under `shaders/`.

pub mod boids;
pub mod graph;
pub mod hebb;
