//! The walk over the cells of the neighbour grid within range of a place or of a cell. Knows the grid that *bin* leaves
//! behind, and nothing of what is looked for.

use super::lanes::Env;
use super::wide::wrap;
use crate::layout::*;
use crate::math::Vec3;

/// Cells within some range of a place.
pub struct Reach {
    /// First cell of each axis; on a torus they may wrap around.
    first: [u32; 3],
    /// Number of cells of each axis.
    cells: [u32; 3],
    /// Whether the range may cross a border of a torus: where not, no shorter way leads around.
    pub wraps: bool,
}

impl Reach {
    /// Cells within `range` of `pos`.
    #[inline(always)]
    pub fn new(tank: &TankParams, pos: Vec3, range: f32) -> Reach {
        let mut reach = Reach { first: [0; 3], cells: [1; 3], wraps: false };
        for axis in 0..tank.dim as usize {
            let low = ((pos[axis] - range) / tank.cell[axis] - CELL_SLACK).floor();
            let high = ((pos[axis] + range) / tank.cell[axis] + CELL_SLACK).floor();
            reach.span(tank, axis, low, high);
        }
        reach
    }

    /// Cells within `range` of anything in `cell`, and of what counts to it from outside of the tank.
    #[inline(always)]
    pub fn around(tank: &TankParams, cell: [u32; 3], range: f32) -> Reach {
        let mut reach = Reach { first: [0; 3], cells: [1; 3], wraps: false };
        for axis in 0..tank.dim as usize {
            let (at, cells) = (cell[axis] as f32, range / tank.cell[axis] + CELL_SLACK);
            // What is in the cell stands before the next one.
            reach.span(tank, axis, (at - cells).floor(), (at + 1.0 + cells).ceil() - 1.0);
        }
        reach
    }

    /// Cells `low` to `high` of an axis, which may lie beyond its ends.
    #[inline(always)]
    fn span(&mut self, tank: &TankParams, axis: usize, low: f32, high: f32) {
        let last = (tank.cells[axis] - 1) as f32;
        (self.first[axis], self.cells[axis]) = if tank.edge[axis] == EDGE_TORUS {
            self.wraps |= low < 0.0 || high > last;
            if high - low >= last {
                (0, tank.cells[axis])
            } else {
                (if low < 0.0 { low + last + 1.0 } else { low } as u32, (high - low) as u32 + 1)
            }
        } else {
            let first = low.clamp(0.0, last);
            (first as u32, (high.clamp(0.0, last) - first) as u32 + 1)
        };
    }

    /// Gives every run of sorted agents in these cells, as first and past the last: all agents within range are among them,
    /// each once. A row of cells is one run, or two where it wraps around.
    #[inline(always)]
    pub fn each_run(&self, tank: &TankParams, cell_start: &[u32], mut run: impl FnMut(usize, usize)) {
        let ([x0, y0, z0], [nx, ny, nz]) = (self.first, self.cells);
        let wide = tank.cells[0];
        let head = nx.min(wide - x0);
        let around = |cell: u32, cells: u32| if cell >= cells { cell - cells } else { cell };
        let mut piece = |from: u32, to: u32| {
            let (first, last) = (cell_start[from as usize] as usize, cell_start[to as usize] as usize);
            if first < last {
                run(first, last);
            }
        };
        for iz in 0..nz {
            let z = around(z0 + iz, tank.cells[2]);
            for iy in 0..ny {
                let row = (z * tank.cells[1] + around(y0 + iy, tank.cells[1])) * wide;
                piece(row + x0, row + x0 + head);
                if nx > head {
                    piece(row, row + nx - head);
                }
            }
        }
    }
}

/// As `Reach::each_run`, of the cells within `range` of `pos`.
#[inline(always)]
pub fn each_run(env: &Env, pos: Vec3, range: f32, run: impl FnMut(usize, usize)) {
    Reach::new(&env.plan.tank, pos, range).each_run(&env.plan.tank, env.cell_start, run);
}

/// From `pos` to `other` by the shortest way, across torus borders.
#[inline(always)]
pub fn offset(tank: &TankParams, pos: Vec3, other: Vec3) -> Vec3 {
    std::array::from_fn(|axis| wrap(other[axis] - pos[axis], tank.extent[axis], tank.half[axis]))
}
