//! Stage *bin*: a counting sort of the living agents by cell of the neighbour grid; inside a cell they stand in the
//! order of their slots. Also the walk over the cells within range of a place. Twin of `shaders/bin.wgsl`.

use multiversion::multiversion;
use rayon::prelude::*;

use super::TASK_SLOTS;
use super::lanes::Env;
use super::world::World;
use crate::layout::*;
use crate::math::Vec3;

/// Cell of a position: clamped at the faces, so agents outside an open tank count to the border cells.
#[inline(always)]
pub fn cell_at(tank: &TankParams, pos: Vec3) -> [u32; 3] {
    let mut cell = [0; 3];
    for axis in 0..3 {
        let c = (pos[axis] / tank.cell[axis]).floor();
        cell[axis] = c.clamp(0.0, (tank.cells[axis] - 1) as f32) as u32;
    }
    cell
}

/// Index of a cell, x fastest.
#[inline(always)]
pub fn cell_index(tank: &TankParams, cell: [u32; 3]) -> u32 {
    (cell[2] * tank.cells[1] + cell[1]) * tank.cells[0] + cell[0]
}

/// Sorts the living agents.
pub fn bin(world: &mut World, parallel: bool) {
    locate(world, parallel);
    let s = &mut *world.scratch;
    s.cell_start.fill(0);
    for cell in s.cell_of.iter().filter(|cell| **cell != NONE) {
        s.cell_start[*cell as usize + 1] += 1;
    }
    for cell in 1..s.cell_start.len() {
        s.cell_start[cell] += s.cell_start[cell - 1];
    }
    for (index, species) in world.plan.species.iter().enumerate() {
        for slot in species.slot_start..species.slot_start + species.slots {
            let cell = s.cell_of[slot as usize];
            if cell == NONE {
                continue;
            }
            // The start of a cell moves on with each agent placed; it is moved back below.
            let at = s.cell_start[cell as usize] as usize;
            s.cell_start[cell as usize] += 1;
            let agent = &world.agents[slot as usize];
            for axis in 0..3 {
                s.sorted.pos[axis][at] = agent.pos[axis];
                s.sorted.heading[axis][at] = agent.heading[axis];
            }
            s.sorted.slot[at] = slot;
            s.sorted.species[at] = index as u32;
            s.sorted.id[at] = agent.id;
        }
    }
    for cell in (1..s.cell_start.len()).rev() {
        s.cell_start[cell] = s.cell_start[cell - 1];
    }
    s.cell_start[0] = 0;
    seat(world);
}

/// Cell and place of every living agent.
fn locate(world: &mut World, parallel: bool) {
    let (tank, agents, s) = (&world.plan.tank, &*world.agents, &mut *world.scratch);
    let some = |((agents, cells), places): ((&[Agent], &mut [u32]), &mut [Vec3])| cells_of(tank, agents, cells, places);
    if parallel {
        let places = s.start_pos.par_chunks_mut(TASK_SLOTS);
        agents.par_chunks(TASK_SLOTS).zip(s.cell_of.par_chunks_mut(TASK_SLOTS)).zip(places).for_each(some);
    } else {
        cells_of(tank, agents, &mut s.cell_of, &mut s.start_pos);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn cells_of(tank: &TankParams, agents: &[Agent], cells: &mut [u32], places: &mut [Vec3]) {
    for ((agent, cell), place) in agents.iter().zip(cells).zip(places) {
        *place = agent.pos;
        *cell = if agent.alive == 1 { cell_index(tank, cell_at(tank, agent.pos)) } else { NONE };
    }
}

/// Seats the living of each species in the order of their cells.
fn seat(world: &mut World) {
    let s = &mut *world.scratch;
    s.living.fill(0);
    s.seat.fill(NONE);
    let living = s.cell_start.last().map_or(0, |last| *last as usize);
    for place in 0..living {
        let (slot, species) = (s.sorted.slot[place] as usize, s.sorted.species[place] as usize);
        let seat = &mut s.living[species];
        s.seats[(world.plan.species[species].slot_start + *seat) as usize] = place as u32;
        s.seat[slot] = *seat;
        *seat += 1;
    }
}

/// First cell and number of cells of an axis within `range` of `x`; on a torus they may wrap around.
#[inline(always)]
fn span(tank: &TankParams, axis: usize, x: f32, range: f32) -> (u32, u32) {
    let last = (tank.cells[axis] - 1) as f32;
    let low = ((x - range) / tank.cell[axis] - CELL_SLACK).floor();
    let high = ((x + range) / tank.cell[axis] + CELL_SLACK).floor();
    if tank.edge[axis] == EDGE_TORUS {
        if high - low >= last {
            return (0, tank.cells[axis]);
        }
        return (if low < 0.0 { low + last + 1.0 } else { low } as u32, (high - low) as u32 + 1);
    }
    let first = low.clamp(0.0, last);
    (first as u32, (high.clamp(0.0, last) - first) as u32 + 1)
}

/// Gives every run of sorted agents in the cells within `range` of `pos`, as first and past the last: all agents within
/// range are among them, each once. A row of cells is one run, or two where it wraps around.
#[inline(always)]
pub fn each_run(env: &Env, pos: Vec3, range: f32, mut run: impl FnMut(usize, usize)) {
    let tank = &env.plan.tank;
    let (x0, nx) = span(tank, 0, pos[0], range);
    let (y0, ny) = span(tank, 1, pos[1], range);
    let (z0, nz) = span(tank, 2, pos[2], range);
    let wide = tank.cells[0];
    let head = nx.min(wide - x0);
    let pieces = [(x0, x0 + head), (0, nx - head)];
    for iz in 0..nz {
        let z = (z0 + iz) % tank.cells[2];
        for iy in 0..ny {
            let y = (y0 + iy) % tank.cells[1];
            let row = (z * tank.cells[1] + y) * wide;
            for (from, to) in pieces {
                let first = env.cell_start[(row + from) as usize] as usize;
                let last = env.cell_start[(row + to) as usize] as usize;
                if first < last {
                    run(first, last);
                }
            }
        }
    }
}

/// From `pos` to `other` by the shortest way, across torus borders.
#[inline(always)]
pub fn offset(tank: &TankParams, pos: Vec3, other: Vec3) -> Vec3 {
    let mut d = [0.0; 3];
    for axis in 0..3 {
        let e = tank.extent[axis];
        let mut x = other[axis] - pos[axis];
        if tank.edge[axis] == EDGE_TORUS {
            if x > 0.5 * e {
                x -= e;
            } else if x < -0.5 * e {
                x += e;
            }
        }
        d[axis] = x;
    }
    d
}
