//! Neighbours of one agent: those of a few runs of sorted agents that are within range, packed side by side so that what
//! follows works on whole batches. Used by *sense* alone; the shader walks its neighbours one by one.

use super::bin::Reach;
use super::lanes::Env;
use super::wide::{BATCH, Batch, Wide, first_lanes};
use crate::layout::*;
use crate::math::Vec3;

/// Whom to look for, and what to take along of each.
#[derive(Clone, Copy)]
pub struct Search {
    /// Range, BL.
    pub range: f32,
    /// Species, one bit each.
    pub mask: u32,
    /// Whether headings are asked for.
    pub headings: bool,
    /// Whether places among the sorted agents are.
    pub places: bool,
}

impl Search {
    /// Widens the search, of the same species, so that it finds what `other` asks for too.
    pub fn join(&mut self, other: &Search) {
        self.range = self.range.max(other.range);
        self.headings |= other.headings;
        self.places |= other.places;
    }
}

/// Neighbours in range, whole batches of them: what stands in the last batch past the last neighbour is of no use. Grows to
/// the largest crowd once.
#[derive(Default)]
pub struct Near {
    /// Number of neighbours.
    pub len: usize,
    /// Runs of sorted agents to look through.
    runs: Vec<(usize, usize)>,
    /// Places among the sorted agents, where asked for.
    pub place: Vec<u32>,
    /// Offsets from the agent, BL; in a plane two components.
    pub offset: [Vec<f32>; 3],
    /// Headings, where asked for.
    pub heading: [Vec<f32>; 3],
    /// Squared distances.
    pub square: Vec<f32>,
}

impl Near {
    /// Gathers every agent that is searched for around `pos` but the one at `place` among the sorted, in a tank of `D`
    /// dimensions.
    #[inline(always)]
    pub fn gather<W: Wide, const D: usize>(&mut self, env: &Env, place: u32, pos: Vec3, search: &Search) {
        let tank = &env.plan.tank;
        let reach = Reach::new(tank, pos, search.range);
        if reach.wraps {
            self.pack::<W, D, true>(env, place, pos, search, &reach);
        } else {
            self.pack::<W, D, false>(env, place, pos, search, &reach);
        }
    }

    #[inline(always)]
    fn pack<W: Wide, const D: usize, const WRAPS: bool>(
        &mut self,
        env: &Env,
        place: u32,
        pos: Vec3,
        search: &Search,
        reach: &Reach,
    ) {
        let tank = &env.plan.tank;
        let sorted = env.sorted;
        let around = W::splat(search.range * search.range);
        let (here, extent) = (splat::<W, D>(pos), splat::<W, D>(tank.extent));
        let half = [0, 1, 2].map(|a| if tank.edge[a] == EDGE_TORUS { 0.5 * tank.extent[a] } else { f32::MAX });
        let half = splat::<W, D>(half);
        // Most senses perceive everyone, and need not look at who is who.
        let all = u32::MAX >> (32 - env.plan.species.len());
        let everyone = search.mask & all == all;
        let mut candidates = 0;
        self.runs.clear();
        reach.each_run(tank, env.cell_start, |first, last| {
            candidates += last - first;
            self.runs.push((first, last));
        });
        self.grow(candidates + BATCH);
        // Rows of one length each, so that one check of bounds serves all of them.
        let (n, all) = (self.square.len(), sorted.slot.len());
        let (pos, heading, species) =
            (rows::<D>(&sorted.pos, all), rows::<D>(&sorted.heading, all), &sorted.species[..all]);
        let (offsets, headings, places) =
            (rows_mut::<D>(&mut self.offset, n), rows_mut::<D>(&mut self.heading, n), &mut self.place[..n]);
        let squares = &mut self.square[..n];
        let mut len = 0;
        for &(first, last) in &self.runs {
            let mut at = first;
            while at < last {
                let mut offset = [W::splat(0.0); D];
                let mut square = W::splat(0.0);
                for axis in 0..D {
                    let d = W::sub(W::load(batch(pos[axis], at)), here[axis]);
                    offset[axis] = if WRAPS { W::wrap(d, extent[axis], half[axis]) } else { d };
                    let product = W::mul(offset[axis], offset[axis]);
                    square = if axis == 0 { product } else { W::add(square, product) };
                }
                let mut keep = W::less(square, around) & first_lanes(last - at);
                // Nobody is a neighbour of its own.
                let own = (place as usize).wrapping_sub(at);
                keep &= !u32::checked_shl(1, own.min(BATCH) as u32).unwrap_or(0) as u16;
                if !everyone {
                    keep &= W::listed(batch(species, at), search.mask);
                }
                W::pack(keep, square, batch_mut(squares, len));
                for axis in 0..D {
                    W::pack(keep, offset[axis], batch_mut(offsets[axis], len));
                    if search.headings {
                        let heading = W::load(batch(heading[axis], at));
                        W::pack(keep, heading, batch_mut(headings[axis], len));
                    }
                }
                if search.places {
                    W::pack_places(keep, at as u32, batch_mut(places, len));
                }
                len += keep.count_ones() as usize;
                at += BATCH;
            }
        }
        self.len = len;
    }

    /// Makes room for `n` neighbours.
    #[inline(always)]
    fn grow(&mut self, n: usize) {
        if self.square.len() < n {
            self.resize(n.next_power_of_two());
        }
    }

    #[cold]
    fn resize(&mut self, n: usize) {
        self.place.resize(n, 0);
        for row in self.offset.iter_mut().chain(&mut self.heading).chain([&mut self.square]) {
            row.resize(n, 0.0);
        }
    }

    /// Squared distances.
    #[inline(always)]
    pub fn squares(&self) -> &[f32] {
        &self.square[..self.len]
    }

    /// Offset of neighbour `i`, BL.
    #[inline(always)]
    pub fn offset(&self, i: usize) -> Vec3 {
        std::array::from_fn(|axis| self.offset[axis][i])
    }
}

/// The components of a vector, each in all lanes. (No closures where lanes are at work, here and below: they would not be
/// compiled for the instruction set of the function that they stand in.)
#[inline(always)]
pub fn splat<W: Wide, const D: usize>(vector: Vec3) -> [W::F; D] {
    let mut out = [W::splat(0.0); D];
    for axis in 0..D {
        out[axis] = W::splat(vector[axis]);
    }
    out
}

/// The first `n` numbers of the components of vectors, of as many as there are dimensions.
#[inline(always)]
pub fn rows<const D: usize>(all: &[Vec<f32>; 3], n: usize) -> [&[f32]; D] {
    let mut out: [&[f32]; D] = [&[]; D];
    for axis in 0..D {
        out[axis] = &all[axis][..n];
    }
    out
}

/// As `rows`, to write.
#[inline(always)]
fn rows_mut<const D: usize>(all: &mut [Vec<f32>; 3], n: usize) -> [&mut [f32]; D] {
    let [x, y, z] = all;
    let mut rows = [&mut x[..n], &mut y[..n], &mut z[..n]].into_iter();
    std::array::from_fn(|_| rows.next().expect("at most three dimensions"))
}

/// The batches from `at` on, component by component.
#[inline(always)]
pub fn load<W: Wide, const D: usize>(rows: &[&[f32]; D], at: usize) -> [W::F; D] {
    let mut out = [W::splat(0.0); D];
    for axis in 0..D {
        out[axis] = W::load(batch(rows[axis], at));
    }
    out
}

/// The batch from `at` on.
#[inline(always)]
pub fn batch<T>(all: &[T], at: usize) -> &Batch<T> {
    all[at..at + BATCH].first_chunk().expect("a slice of BATCH items")
}

/// As `batch`, to write.
#[inline(always)]
pub fn batch_mut<T>(all: &mut [T], at: usize) -> &mut Batch<T> {
    all[at..at + BATCH].first_chunk_mut().expect("a slice of BATCH items")
}
