//! Stage *fields*: what was eaten leaves the grids, deposits enter, and the grids spread, drift, grow and decay. Each
//! cell reads its neighbours in a fixed order. Twin of `shaders/fields.wgsl`.

use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::world::World;
use crate::layout::*;
use crate::math::fixed;
use crate::world::{patch_at, rain_center};

/// Advances all fields by one tick.
pub fn fields(world: &mut World, tick: u32, parallel: bool) {
    settle(world);
    for index in 0..world.plan.fields.len() {
        let field = &world.plan.fields[index];
        let range = field.start as usize..(field.start + field.dims.iter().product::<u32>()) as usize;
        let old = &world.fields[range.clone()];
        let new = &mut world.scratch.fields[range.clone()];
        let tank = &world.plan.tank;
        let rain =
            (field.rain > 0 && tick.is_multiple_of(field.rain)).then(|| rain_center(field, world.stream, tick, 0));
        if rain.is_none() && is_still(field) {
            // What only agents change keeps its value, but for deposits beyond the capacity.
            world.fields[range].iter_mut().for_each(|value| *value = value.clamp(0.0, field.capacity));
            continue;
        }
        let (nx, ny) = (field.dims[0] as usize, field.dims[1]);
        let row = |(r, out): (usize, &mut [f32])| {
            let (y, z) = (r as u32 % ny, r as u32 / ny);
            for (x, out) in out.iter_mut().enumerate() {
                let mut value = spread(tank, field, old, [x as u32, y, z]);
                if let Some(center) = rain {
                    let index = (z * ny + y) * field.dims[0] + x as u32;
                    value += patch_at(field, index, center, field.patch_radius, field.patch_amount);
                }
                *out = value.clamp(0.0, field.capacity);
            }
        };
        if parallel {
            new.par_chunks_mut(nx).enumerate().with_min_len(16).for_each(row);
        } else {
            new.chunks_mut(nx).enumerate().for_each(row);
        }
        world.fields[range.clone()].copy_from_slice(&world.scratch.fields[range]);
    }
}

/// Whether a field neither spreads nor drifts, grows, nor decays by itself.
fn is_still(field: &FieldParams) -> bool {
    let own = [field.regrowth, field.seeding, field.decay];
    own.iter().chain(&field.diffusion).chain(&field.current).all(|number| *number == 0.0)
}

/// Takes out what was granted and puts in what was deposited; leaves the sums at 0 for the next tick.
fn settle(world: &mut World) {
    if world.plan.grazes.is_empty() && world.plan.deposits.is_empty() {
        return;
    }
    for ((value, demand), deposit) in world.fields.iter_mut().zip(&world.scratch.demand).zip(&world.scratch.deposit) {
        let (asked, given) = (demand.load(Relaxed), deposit.load(Relaxed));
        if asked != 0 || given != 0 {
            let taken = asked.min(fixed(*value, FIELD_SCALE));
            *value = (*value - taken as f32 / FIELD_SCALE).max(0.0) + given as f32 / FIELD_SCALE;
            demand.store(0, Relaxed);
            deposit.store(0, Relaxed);
        }
    }
}

/// New value of one cell: diffusion and upwind drift from its neighbours along each axis, then growth and decay.
#[inline(always)]
fn spread(tank: &TankParams, field: &FieldParams, old: &[f32], at: [u32; 3]) -> f32 {
    let index = |c: [u32; 3]| ((c[2] * field.dims[1] + c[1]) * field.dims[0] + c[0]) as usize;
    let here = old[index(at)];
    let mut value = here;
    for axis in 0..3 {
        let n = field.dims[axis];
        if n < 2 || (field.diffusion[axis] == 0.0 && field.current[axis] == 0.0) {
            continue;
        }
        let wraps = tank.edge[axis] == EDGE_TORUS;
        let (mut low, mut high) = (at, at);
        // Beyond a face that does not wrap stands the same value: nothing flows through it.
        low[axis] = if at[axis] > 0 {
            at[axis] - 1
        } else if wraps {
            n - 1
        } else {
            0
        };
        high[axis] = if at[axis] + 1 < n {
            at[axis] + 1
        } else if wraps {
            0
        } else {
            n - 1
        };
        let (below, above) = (old[index(low)], old[index(high)]);
        value += field.diffusion[axis] * (below + above - 2.0 * here);
        let c = field.current[axis];
        value -= if c > 0.0 { c * (here - below) } else { c * (above - here) };
    }
    value += field.regrowth * here * (1.0 - here / field.capacity);
    value += field.seeding;
    value - field.decay * here
}
