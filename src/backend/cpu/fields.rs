//! Stage *fields*: what was eaten leaves the grids, deposits enter, and the grids spread, drift, grow and decay. Each
//! cell reads its neighbours in a fixed order. Twin of `shaders/fields.wgsl`.

use std::sync::atomic::Ordering::Relaxed;

use multiversion::multiversion;
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
            let at = [r as u32 % ny, r as u32 / ny];
            spread(tank, field, old, at, out);
            if let Some(center) = rain {
                for (x, out) in out.iter_mut().enumerate() {
                    *out += patch_at(field, (r * nx + x) as u32, center, field.patch_radius, field.patch_amount);
                }
            }
            out.iter_mut().for_each(|value| *value = value.clamp(0.0, field.capacity));
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
    for field in &world.plan.fields {
        let cells = field.start as usize..(field.start + field.dims.iter().product::<u32>()) as usize;
        let sums = world.scratch.demand[cells.clone()].iter().zip(&world.scratch.deposit[cells.clone()]);
        for (value, (demand, deposit)) in world.fields[cells].iter_mut().zip(sums) {
            let (asked, given) = (demand.load(Relaxed), deposit.load(Relaxed));
            if asked != 0 || given != 0 {
                let taken = if field.lasting == 1 { 0 } else { asked.min(fixed(*value, FIELD_SCALE)) };
                *value = (*value - taken as f32 / FIELD_SCALE).max(0.0) + given as f32 / FIELD_SCALE;
                demand.store(0, Relaxed);
                deposit.store(0, Relaxed);
            }
        }
    }
}

/// New values of the row of cells at (y, z): diffusion and upwind drift from the neighbours along each axis, then growth and
/// decay. Axis by axis over the whole row, so that the loops vectorise; each cell adds in the order of the axes.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn spread(tank: &TankParams, field: &FieldParams, old: &[f32], [y, z]: [u32; 2], out: &mut [f32]) {
    let nx = field.dims[0] as usize;
    let start = |y: u32, z: u32| ((z * field.dims[1] + y) * field.dims[0]) as usize;
    let here = &old[start(y, z)..start(y, z) + nx];
    out.copy_from_slice(here);
    for axis in 0..3 {
        let n = field.dims[axis];
        let (diffusion, current) = (field.diffusion[axis], field.current[axis]);
        if n < 2 || (diffusion == 0.0 && current == 0.0) {
            continue;
        }
        let flow = |out: &mut f32, here: f32, below: f32, above: f32| {
            let mut value = *out + diffusion * (below + above - 2.0 * here);
            value -= if current > 0.0 { current * (here - below) } else { current * (above - here) };
            *out = value;
        };
        // Beyond a face that does not wrap stands the same value: nothing flows through it.
        let wraps = tank.edge[axis] == EDGE_TORUS;
        let before = |c: u32| if c > 0 { c - 1 } else { u32::from(wraps) * (n - 1) };
        let after = |c: u32| if c + 1 < n { c + 1 } else { u32::from(!wraps) * (n - 1) };
        if axis == 0 {
            let (first, last) = (before(0) as usize, after(n - 1) as usize);
            flow(&mut out[0], here[0], here[first], here[1]);
            for ((out, here), (below, above)) in
                out[1..nx - 1].iter_mut().zip(&here[1..nx - 1]).zip(here[..nx - 2].iter().zip(&here[2..]))
            {
                flow(out, *here, *below, *above);
            }
            flow(&mut out[nx - 1], here[nx - 1], here[nx - 2], here[last]);
        } else {
            let [low, high] = match axis {
                1 => [start(before(y), z), start(after(y), z)],
                _ => [start(y, before(z)), start(y, after(z))],
            };
            let (below, above) = (&old[low..low + nx], &old[high..high + nx]);
            for ((out, here), (below, above)) in out.iter_mut().zip(here).zip(below.iter().zip(above)) {
                flow(out, *here, *below, *above);
            }
        }
    }
    for (out, here) in out.iter_mut().zip(here) {
        let mut value = *out + field.regrowth * here * (1.0 - here / field.capacity);
        value += field.seeding;
        *out = value - field.decay * here;
    }
}
