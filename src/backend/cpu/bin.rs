//! Stage *bin*: a counting sort of the living agents by cell of the neighbour grid; inside a cell they stand in the
//! order of their slots. Also the walk over the cells within range of a place. Twin of `shaders/bin.wgsl`.

use multiversion::multiversion;
use rayon::prelude::*;

use super::TASK_SLOTS;
use super::interact::species_of;
use super::lanes::Env;
use super::wide::fetch;
use super::world::{Sorted, World};
use crate::layout::*;
use crate::math::Vec3;

/// Places ahead whose agents are fetched while one is copied: enough to hide a trip to memory.
const FETCH_AHEAD: usize = 16;

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

/// Sorts the living agents: slots first, which are small and stay in cache, and then each agent is fetched once.
pub fn bin(world: &mut World, parallel: bool) {
    locate(world, parallel);
    let s = &mut *world.scratch;
    // Two further, because the start of a cell moves on with each slot placed, until it is that of the next.
    s.cell_start.fill(0);
    for cell in s.cell_of.iter().filter(|cell| **cell != NONE) {
        s.cell_start[*cell as usize + 2] += 1;
    }
    for cell in 2..s.cell_start.len() {
        s.cell_start[cell] += s.cell_start[cell - 1];
    }
    for (slot, &cell) in s.cell_of.iter().enumerate().filter(|(_, cell)| **cell != NONE) {
        let at = &mut s.cell_start[cell as usize + 1];
        s.sorted.slot[*at as usize] = slot as u32;
        *at += 1;
    }
    line_up(world, parallel);
    seat(world);
}

/// Places that are lined up by one task.
struct Line<'a> {
    slot: &'a [u32],
    pos: [&'a mut [f32]; 3],
    heading: [&'a mut [f32]; 3],
    species: &'a mut [u32],
    id: &'a mut [u32],
}

impl<'a> Line<'a> {
    fn split(self, at: usize) -> (Line<'a>, Line<'a>) {
        let three = |rows: [&'a mut [f32]; 3]| {
            let [(a, d), (b, e), (c, f)] = rows.map(|row| row.split_at_mut(at));
            ([a, b, c], [d, e, f])
        };
        let (slot, slot_r) = self.slot.split_at(at);
        let (pos, pos_r) = three(self.pos);
        let (heading, heading_r) = three(self.heading);
        let (species, species_r) = self.species.split_at_mut(at);
        let (id, id_r) = self.id.split_at_mut(at);
        (
            Line { slot, pos, heading, species, id },
            Line { slot: slot_r, pos: pos_r, heading: heading_r, species: species_r, id: id_r },
        )
    }

    /// Copies what is read of neighbours to the places of their slots.
    fn fill(self, agents: &[Agent], species: &[SpeciesParams], parallel: bool) {
        let n = self.slot.len();
        if parallel && n > 8 * TASK_SLOTS {
            let (left, right) = self.split(n / 2);
            rayon::join(|| left.fill(agents, species, true), || right.fill(agents, species, true));
            return;
        }
        let ([x, y, z], [u, v, w]) = (self.pos, self.heading);
        for at in 0..n {
            if let Some(&ahead) = self.slot.get(at + FETCH_AHEAD) {
                fetch(&agents[ahead as usize]);
            }
            let slot = self.slot[at];
            let agent = &agents[slot as usize];
            [x[at], y[at], z[at]] = agent.pos;
            [u[at], v[at], w[at]] = agent.heading;
            self.species[at] = species_of(species, slot);
            self.id[at] = agent.id;
        }
    }
}

/// Fills the sorted agents in the order of their slots' places.
fn line_up(world: &mut World, parallel: bool) {
    let s = &mut *world.scratch;
    let living = s.cell_start.last().map_or(0, |last| *last as usize);
    let Sorted { pos, heading, slot, species, id } = &mut s.sorted;
    let line = Line {
        slot: &slot[..living],
        pos: pos.each_mut().map(|row| &mut row[..living]),
        heading: heading.each_mut().map(|row| &mut row[..living]),
        species: &mut species[..living],
        id: &mut id[..living],
    };
    line.fill(world.agents, &world.plan.species, parallel);
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
            let last = (tank.cells[axis] - 1) as f32;
            let low = ((pos[axis] - range) / tank.cell[axis] - CELL_SLACK).floor();
            let high = ((pos[axis] + range) / tank.cell[axis] + CELL_SLACK).floor();
            let (first, cells) = if tank.edge[axis] == EDGE_TORUS {
                reach.wraps |= low < 0.0 || high > last;
                if high - low >= last {
                    (0, tank.cells[axis])
                } else {
                    (if low < 0.0 { low + last + 1.0 } else { low } as u32, (high - low) as u32 + 1)
                }
            } else {
                let first = low.clamp(0.0, last);
                (first as u32, (high.clamp(0.0, last) - first) as u32 + 1)
            };
            (reach.first[axis], reach.cells[axis]) = (first, cells);
        }
        reach
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
