//! Graphs of agents: a part of stage *think*. What a graph does is in `controller::graph`.

use super::lanes::{Env, Lane};
use crate::controller::graph::{Sizes, run};
use crate::math::tanh;

/// One agent through its own genome; `values` has room for the inputs and nodes of the species.
pub fn one(env: &Env, genome: &[u32], lane: &mut Lane, values: &mut [f32]) {
    let sizes = Sizes::of(env.species);
    let inputs = sizes.inputs as usize;
    let values = &mut values[..inputs + sizes.own as usize];
    values[..inputs].copy_from_slice(env.observation(lane.slot));
    // Without memory nothing of the tick before is known.
    values[inputs..].fill(0.0);
    values[inputs..inputs + lane.memory.len()].copy_from_slice(lane.memory);
    let finite = run(sizes, bytemuck::cast_slice(genome), values);
    for (action, x) in lane.action.iter_mut().zip(&values[inputs..]) {
        // As in `think`: what is not a number must not spread.
        *action = if finite { tanh(*x) } else { 0.0 };
    }
    for (cell, x) in lane.memory.iter_mut().zip(&values[inputs..]) {
        *cell = if finite { *x } else { 0.0 };
    }
    lane.note.fault = u32::from(!finite);
}
