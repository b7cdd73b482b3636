//! Stage *bin*: a counting sort of the living agents by cell of the neighbour grid; inside a cell they stand in the
//! order of their slots. Also the walk over the cells around a place. Twin of `shaders/bin.wgsl`.

use super::world::{Env, World};
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
pub fn bin(world: &mut World) {
    let tank = &world.plan.tank;
    let s = &mut *world.scratch;
    s.cell_start.fill(0);
    for (slot, agent) in world.agents.iter().enumerate() {
        if agent.alive == 0 {
            s.cell_of[slot] = NONE;
            continue;
        }
        let cell = cell_index(tank, cell_at(tank, agent.pos));
        s.cell_of[slot] = cell;
        s.start_pos[slot] = agent.pos;
        s.cell_start[cell as usize + 1] += 1;
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
}

/// First cell and number of cells to search along an axis around cell `c`; on a torus the first may be "-1", given as
/// the last cell, and the run wraps around.
#[inline(always)]
pub fn span(tank: &TankParams, axis: usize, c: u32) -> (u32, u32) {
    let n = tank.cells[axis];
    if tank.edge[axis] == EDGE_TORUS {
        if n < 3 { (0, n) } else { ((c + n - 1) % n, 3) }
    } else {
        let low = c.max(1) - 1;
        let high = (c + 1).min(n - 1);
        (low, high - low + 1)
    }
}

/// Runs of sorted agents to search: at most 3 x 3 rows of cells, each cut in two where it wraps.
pub struct Runs {
    len: usize,
    runs: [(u32, u32); 18],
}

impl Runs {
    /// The runs as (first, past the last).
    #[inline(always)]
    pub fn as_slice(&self) -> &[(u32, u32)] {
        &self.runs[..self.len]
    }

    #[inline(always)]
    fn push(&mut self, first: u32, last: u32) {
        if first < last {
            self.runs[self.len] = (first, last);
            self.len += 1;
        }
    }
}

/// The runs of sorted agents in the cells around `pos`: all agents within the reach of the grid are among them, each
/// once.
#[inline(always)]
pub fn runs(env: &Env, pos: Vec3) -> Runs {
    let tank = &env.plan.tank;
    let cell = cell_at(tank, pos);
    let (x0, nx) = span(tank, 0, cell[0]);
    let (y0, ny) = span(tank, 1, cell[1]);
    let (z0, nz) = span(tank, 2, cell[2]);
    let wide = tank.cells[0];
    let mut found = Runs { len: 0, runs: [(0, 0); 18] };
    for iz in 0..nz {
        let z = (z0 + iz) % tank.cells[2];
        for iy in 0..ny {
            let y = (y0 + iy) % tank.cells[1];
            let row = (z * tank.cells[1] + y) * wide;
            // Cells next to each other along x are one run of agents; a run that wraps is cut in two.
            let head = nx.min(wide - x0);
            found.push(env.cell_start[(row + x0) as usize], env.cell_start[(row + x0 + head) as usize]);
            if head < nx {
                found.push(env.cell_start[row as usize], env.cell_start[(row + nx - head) as usize]);
            }
        }
    }
    found
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
