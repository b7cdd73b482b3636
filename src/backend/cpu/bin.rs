//! Stage *bin*: a counting sort of the living agents by cell of the neighbour grid; inside a cell they stand in the
//! order of their slots. Twin of `shaders/bin.wgsl`.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use multiversion::multiversion;
use rayon::prelude::*;

use super::TASK_SLOTS;
use super::interact::species_of;
use super::wide::fetch;
use super::world::{Scratch, Sorted, World};
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

/// Fewest slots of a part of the sort: waking a thread costs more than sorting some thousand slots. And most parts, because
/// each has counts of its own to add up. Parts run at once, and cells hold their slots in the same order for any number.
const PART_SLOTS: usize = 16_384;
const PARTS: usize = 8;

/// Sorts the living agents: slots first, which are small and stay in cache, and then each agent is fetched once.
pub fn bin(world: &mut World, parallel: bool) {
    let most = if parallel { PARTS.min(rayon::current_num_threads()) } else { 1 };
    let part = world.agents.len().div_ceil(most).max(PART_SLOTS);
    count(world, part);
    add_up(world);
    place(world.scratch, part);
    line_up(world, parallel && world.agents.len() > part);
    let s = &mut *world.scratch;
    match &mut s.living[..] {
        // Who is alone in a tank sits where it stands.
        [living] => *living = s.cell_start.last().copied().unwrap_or(0),
        _ => seat(world),
    }
}

/// Cell of every living agent, and how many of each part of `part` slots are in each cell.
fn count(world: &mut World, part: usize) {
    let (tank, agents, s) = (&world.plan.tank, &*world.agents, &mut *world.scratch);
    let cells = world.plan.dims.grid_cells as usize;
    s.counts.resize(agents.len().div_ceil(part) * cells, 0);
    let some = |((agents, cell_of), counts): ((&[Agent], &mut [u32]), &mut [u32])| {
        cells_of(tank, agents, cell_of);
        counts.fill(0);
        for cell in cell_of.iter().filter(|cell| **cell != NONE) {
            counts[*cell as usize] += 1;
        }
    };
    if agents.len() > part {
        let counts = s.counts.par_chunks_mut(cells);
        agents.par_chunks(part).zip(s.cell_of.par_chunks_mut(part)).zip(counts).for_each(some);
    } else {
        some(((agents, &mut s.cell_of), &mut s.counts));
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn cells_of(tank: &TankParams, agents: &[Agent], cells: &mut [u32]) {
    if tank.cells == [1; 3] {
        for (agent, cell) in agents.iter().zip(cells) {
            *cell = if agent.alive == 1 { 0 } else { NONE };
        }
        return;
    }
    for (agent, cell) in agents.iter().zip(cells) {
        *cell = if agent.alive == 1 { cell_index(tank, cell_at(tank, agent.pos)) } else { NONE };
    }
}

/// Turns counts into first places: cell after cell, and in a cell part after part.
fn add_up(world: &mut World) {
    let (s, cells) = (&mut *world.scratch, world.plan.dims.grid_cells as usize);
    let mut sum = 0;
    for cell in 0..cells {
        s.cell_start[cell] = sum;
        for count in s.counts[cell..].iter_mut().step_by(cells) {
            sum += std::mem::replace(count, sum);
        }
    }
    s.cell_start[cells] = sum;
}

/// Writes the slots in the order of their cells.
fn place(s: &mut Scratch, part: usize) {
    let sorted = shared(&mut s.sorted.slot);
    let slots = s.cell_of.len();
    let cells = s.cell_start.len() - 1;
    let some = |first: usize, cell_of: &[u32], seats: &mut [u32], next: &mut [u32]| {
        for (i, (&cell, seat)) in cell_of.iter().zip(seats).enumerate() {
            if cell == NONE {
                *seat = NONE;
                continue;
            }
            let at = &mut next[cell as usize];
            sorted[*at as usize].store((first + i) as u32, Relaxed);
            *at += 1;
        }
    };
    if slots > part {
        let parts = s.cell_of.par_chunks(part).zip(s.seat.par_chunks_mut(part)).zip(s.counts.par_chunks_mut(cells));
        parts.enumerate().for_each(|(at, ((cell_of, seats), next))| some(at * part, cell_of, seats, next));
    } else {
        some(0, &s.cell_of, &mut s.seat, &mut s.counts);
    }
}

/// Numbers that several threads write, each its own.
fn shared(numbers: &mut [u32]) -> &[AtomicU32] {
    // SAFETY: an `AtomicU32` is laid out as a `u32`, and nobody else can reach the numbers while they are borrowed.
    unsafe { &*(std::ptr::from_mut(numbers) as *const [AtomicU32]) }
}

/// Places that are lined up by one task.
struct Line<'a> {
    first: usize,
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
            Line { first: self.first, slot, pos, heading, species, id },
            Line { first: self.first + at, slot: slot_r, pos: pos_r, heading: heading_r, species: species_r, id: id_r },
        )
    }

    /// Copies what is read of neighbours to the places of their slots, and tells each slot its place.
    fn fill(self, agents: &[Agent], species: &[SpeciesParams], seat: &[AtomicU32], parallel: bool) {
        let n = self.slot.len();
        if parallel && n > 8 * TASK_SLOTS {
            let (left, right) = self.split(n / 2);
            rayon::join(|| left.fill(agents, species, seat, true), || right.fill(agents, species, seat, true));
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
            seat[slot as usize].store((self.first + at) as u32, Relaxed);
        }
    }
}

/// Fills the sorted agents in the order of their slots' places.
fn line_up(world: &mut World, parallel: bool) {
    let s = &mut *world.scratch;
    let living = s.cell_start.last().map_or(0, |last| *last as usize);
    let Sorted { pos, heading, slot, species, id } = &mut s.sorted;
    let line = Line {
        first: 0,
        slot: &slot[..living],
        pos: pos.each_mut().map(|row| &mut row[..living]),
        heading: heading.each_mut().map(|row| &mut row[..living]),
        species: &mut species[..living],
        id: &mut id[..living],
    };
    line.fill(world.agents, &world.plan.species, shared(&mut s.seat), parallel);
}

/// Seats the living of each species in the order of their cells.
fn seat(world: &mut World) {
    let s = &mut *world.scratch;
    s.living.fill(0);
    let living = s.cell_start.last().map_or(0, |last| *last as usize);
    for place in 0..living {
        let (slot, species) = (s.sorted.slot[place] as usize, s.sorted.species[place] as usize);
        let seat = &mut s.living[species];
        s.seats[(world.plan.species[species].slot_start + *seat) as usize] = place as u32;
        s.seat[slot] = *seat;
        *seat += 1;
    }
}
