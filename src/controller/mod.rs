//! Controllers that are no layers: hand-written rules and the graph, one file each, with a WGSL twin of the same name under
//! `shaders/`. Layered controllers are layers of the plan and need no code here.

pub mod boids;
pub mod graph;
