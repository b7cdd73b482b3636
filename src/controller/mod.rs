//! Hand-written controllers: one file each, with a WGSL twin of the same name under `shaders/`. Evolved controllers are
//! layers of the plan and need no code here.

pub mod boids;
