//! What fields of a scene are to a backend: cells, and rates a tick. Part of `super`.

use crate::layout::*;
use crate::scene::*;

/// A field from number `start` of a world's cells on.
pub fn field_params(field: &FieldSpec, scene: &SceneSpec, start: u32) -> FieldParams {
    let dt = scene.dt;
    let mut dims = [1u32; 3];
    let mut cell = [1.0f32; 3];
    let (mut diffusion, mut current) = ([0.0; 3], [0.0; 3]);
    for axis in 0..3 {
        if scene.extent[axis] > 0.0 {
            dims[axis] = (scene.extent[axis] / field.cell).round_ties_even().clamp(1.0, 65_536.0) as u32;
            cell[axis] = scene.extent[axis] / dims[axis] as f32;
            diffusion[axis] = field.diffusion * dt / (cell[axis] * cell[axis]);
            current[axis] = field.current[axis] * dt / cell[axis];
        }
    }
    FieldParams {
        dims,
        start,
        cell,
        capacity: field.capacity,
        lasting: field.lasting.into(),
        regrowth: field.regrowth * dt,
        seeding: field.seeding * dt,
        decay: (field.decay * dt).min(1.0),
        diffusion,
        current,
        rain: field.rain,
        patch_radius: field.patch_radius,
        patch_amount: field.patch_amount,
    }
}
