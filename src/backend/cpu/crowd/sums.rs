//! Sums over the neighbours of a batch of lookers in a small world: everyone is met once, by all lookers side by side. The same integers as
//! `sweep` comes to neighbour by neighbour. Knows nothing of what becomes of the sums.

use crate::backend::cpu::lanes::Env;
use crate::backend::cpu::near::{batch, splat};
use crate::backend::cpu::sums::{Sums, channels};
use crate::backend::cpu::sweep::{SECTOR_SUMS, along, sectors_of};
use crate::backend::cpu::wide::{BATCH, Batch, ROUNDER_BITS, Wide, first_lanes};
use crate::layout::*;
use crate::math::{Vec3, body_axes};

/// Adds up whom the `lookers` agents from place `first` on among the sorted, of one species, perceive by a sense of neighbours.
#[inline(always)]
pub fn add_up<W: Wide, const D: usize>(env: &Env, sense: &SenseParams, first: usize, lookers: usize, sums: &mut Sums) {
    let (sorted, tank) = (env.sorted, &env.plan.tank);
    let (channels, sectors) = (channels(sense), (sense.count * sense.elevation) as usize);
    let gives = |feature| sense.gives & feature != 0;
    let (offsets, headings) = (gives(GIVES_OFFSET), gives(GIVES_HEADING));
    let (extent, half) = (splat::<W, D>(tank.extent), splat::<W, D>(tank.half));
    let (one, scale) = (W::splat(1.0), W::splat(tank.sense_scale));
    let (range, inverse) = (W::splat(sense.range), W::splat(1.0 / sense.range));
    let reach = W::splat(sense.range * sense.range);
    let single = W::load_whole(&[1; BATCH]);
    let mut here = [W::splat(0.0); D];
    for axis in 0..D {
        here[axis] = W::load(batch(&sorted.pos[axis], first));
    }
    let axes = axes::<W, D>(env, first);
    for j in (0..env.living()).filter(|j| sense.mask >> sorted.species[*j] & 1 == 1) {
        let mut offset = [W::splat(0.0); D];
        let mut square = W::splat(0.0);
        for axis in 0..D {
            offset[axis] = W::wrap(W::sub(W::splat(sorted.pos[axis][j]), here[axis]), extent[axis], half[axis]);
            let product = W::mul(offset[axis], offset[axis]);
            square = if axis == 0 { product } else { W::add(square, product) };
        }
        // Nobody is a neighbour of its own.
        let own = u32::checked_shl(1, j.wrapping_sub(first).min(BATCH) as u32).unwrap_or(0) as u16;
        let within = W::less(square, reach) & first_lanes(lookers) & !own;
        if within == 0 {
            continue;
        }
        let distance = W::sqrt(square);
        let weight = W::sub(one, W::over(distance, range, inverse));
        let mut local = [W::splat(0.0); D];
        for axis in 0..D {
            local[axis] = along::<W, D>(offset, axes[axis]);
        }
        let mut steps = [W::zero(); SECTOR_SUMS];
        steps[0] = single;
        steps[1] = fixed::<W>(weight, scale);
        for axis in 0..D {
            if offsets {
                steps[2 + axis] = fixed::<W>(W::over(local[axis], range, inverse), scale);
            }
            if headings {
                let mut heading = [W::splat(0.0); D];
                for other in 0..D {
                    heading[other] = W::splat(sorted.heading[other][j]);
                }
                steps[5 + axis] = fixed::<W>(W::mul(weight, along::<W, D>(heading, axes[axis])), scale);
            }
        }
        let heard = heard(env, j);
        let sector = if sectors > 1 { sectors_at::<W, D>(sense, &local, distance) } else { [0; BATCH] };
        for at in 0..sectors {
            let mask = within & W::equal(&sector, at as u32);
            if mask == 0 {
                continue;
            }
            let rows = &mut sums.rows[at * SECTOR_SUMS..][..SECTOR_SUMS];
            add::<W>(mask, &mut rows[0], steps[0]);
            add::<W>(mask, &mut rows[1], steps[1]);
            for axis in 0..D {
                if offsets {
                    add::<W>(mask, &mut rows[2 + axis], steps[2 + axis]);
                }
                if headings {
                    add::<W>(mask, &mut rows[5 + axis], steps[5 + axis]);
                }
            }
            for (row, x) in sums.heard[at * channels..][..channels].iter_mut().zip(heard) {
                add::<W>(mask, row, fixed::<W>(W::mul(weight, W::splat(*x)), scale));
            }
        }
    }
}

/// What is heard of the agent at place `j` among the sorted.
#[inline(always)]
fn heard<'a>(env: &Env<'a>, j: usize) -> &'a [f32] {
    let other = &env.plan.species[env.sorted.species[j] as usize];
    let first = (other.sig_start + (env.sorted.slot[j] - other.slot_start) * other.channels) as usize;
    &env.heard[first..first + other.channels as usize]
}

/// Body axes of the agents from place `first` on among the sorted: as many as there are dimensions, component by component.
#[inline(always)]
fn axes<W: Wide, const D: usize>(env: &Env, first: usize) -> [[W::F; D]; D] {
    let mut rows = [[[0.0f32; BATCH]; 3]; 3];
    for lane in 0..BATCH {
        let heading: Vec3 = std::array::from_fn(|axis| env.sorted.heading[axis][first + lane]);
        for (row, axis) in rows.iter_mut().zip(body_axes(heading)) {
            for component in 0..3 {
                row[component][lane] = axis[component];
            }
        }
    }
    let mut axes = [[W::splat(0.0); D]; D];
    for (axis, rows) in axes.iter_mut().zip(&rows) {
        for component in 0..D {
            axis[component] = W::load(&rows[component]);
        }
    }
    axes
}

/// The nearest integer to x · scale.
#[inline(always)]
fn fixed<W: Wide>(x: W::F, scale: W::F) -> W::I {
    W::add_where(u16::MAX, W::steps(x, scale), W::load_whole(&[ROUNDER_BITS.wrapping_neg(); BATCH]))
}

/// Adds to the lanes of a row that are in `mask`.
#[inline(always)]
fn add<W: Wide>(mask: u16, row: &mut Batch<i32>, steps: W::I) {
    W::store_whole(W::add_where(mask, W::load_whole(row), steps), row);
}

/// The sector in which each looker has a neighbour.
#[inline(always)]
fn sectors_at<W: Wide, const D: usize>(sense: &SenseParams, local: &[W::F; D], distance: W::F) -> Batch<u32> {
    let mut plain = [[0.0; BATCH]; 3];
    for axis in 0..D {
        W::store(local[axis], &mut plain[axis]);
    }
    let mut far = [0.0; BATCH];
    W::store(distance, &mut far);
    sectors_of(sense, &plain, &far)
}
