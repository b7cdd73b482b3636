//! Neighbours of one agent: those of a few runs of sorted agents that are within range, packed side by side so that what
//! follows works on whole batches. Used by *sense* alone; the shader walks its neighbours one by one.

use super::bin::{cell_at, cell_index};
use super::lanes::Env;
use super::reach::Reach;
use super::wide::{BATCH, Batch, Wide, first_lanes};
use crate::math::Vec3;

/// Whom to look for, and what to take along of each.
#[derive(Clone, Copy, Default)]
pub struct Search {
    /// Range, BL.
    pub range: f32,
    /// Species, one bit each.
    pub mask: u32,
    /// Whether headings are asked for.
    pub headings: bool,
    /// Whether places among the sorted agents are.
    pub places: bool,
    /// Whether distances are, not only their squares.
    pub distances: bool,
}

impl Search {
    /// Widens the search, of the same species, so that it finds what `other` asks for too.
    pub fn join(&mut self, other: &Search) {
        self.range = self.range.max(other.range);
        self.headings |= other.headings;
        self.places |= other.places;
        self.distances |= other.distances;
    }
}

/// Runs of sorted agents that hold everyone within some range of one cell: agents of a cell look through the same ones.
#[derive(Default)]
pub struct Around {
    runs: Vec<(usize, usize)>,
    /// Agents in them.
    candidates: usize,
    /// Whether the range may cross a border of a torus.
    wraps: bool,
    /// The first place among the sorted that the runs do not serve.
    until: u32,
}

impl Around {
    /// Forgets the cell: the places that follow need not come after those before.
    pub fn forget(&mut self) {
        self.until = 0;
    }

    /// Finds the runs for the agent at `place`, which must come after those of the calls before.
    #[inline(always)]
    fn find(&mut self, env: &Env, place: u32, pos: Vec3, range: f32) {
        if place < self.until {
            return;
        }
        let (tank, start) = (&env.plan.tank, env.cell_start);
        let cell = cell_at(tank, pos);
        let reach = Reach::around(tank, cell, range);
        self.wraps = reach.wraps;
        self.until = start[cell_index(tank, cell) as usize + 1];
        self.candidates = 0;
        self.runs.clear();
        reach.each_run(tank, start, |first, last| {
            self.candidates += last - first;
            self.runs.push((first, last));
        });
    }
}

/// Neighbours in range, whole batches of them: what stands in the last batch past the last neighbour is of no use. Grows to
/// the largest crowd once.
#[derive(Default)]
pub struct Near {
    /// Number of neighbours.
    pub len: usize,
    /// Places among the sorted agents, where asked for.
    pub place: Vec<u32>,
    /// Offsets from the agent, BL; in a plane two components.
    pub offset: [Vec<f32>; 3],
    /// Headings, where asked for.
    pub heading: [Vec<f32>; 3],
    /// Squared distances.
    pub square: Vec<f32>,
    /// Distances, BL, where asked for.
    pub distance: Vec<f32>,
}

impl Near {
    /// Gathers every agent that is searched for around `pos` but the one at `place` among the sorted, in a tank of `D`
    /// dimensions.
    #[inline(always)]
    pub fn gather<W: Wide, const D: usize>(
        &mut self,
        env: &Env,
        place: u32,
        pos: Vec3,
        search: &Search,
        around: &mut Around,
    ) {
        around.find(env, place, pos, search.range);
        self.grow(around.candidates + BATCH);
        match (around.wraps, search.headings) {
            (false, false) => self.pack::<W, D, false, false>(env, place, pos, search, around),
            (false, true) => self.pack::<W, D, false, true>(env, place, pos, search, around),
            (true, false) => self.pack::<W, D, true, false>(env, place, pos, search, around),
            (true, true) => self.pack::<W, D, true, true>(env, place, pos, search, around),
        }
    }

    /// Takes the roots of squared distances; some time after they were gathered, because what has just been written in pieces
    /// that overlap cannot be read at once.
    #[inline(always)]
    pub fn measure<W: Wide>(&mut self) {
        let n = self.len.next_multiple_of(BATCH);
        let (squares, distances) = (&self.square[..n], &mut self.distance[..n]);
        let mut at = 0;
        while at < n {
            W::store(W::sqrt(W::load(batch(squares, at))), batch_mut(distances, at));
            at += BATCH;
        }
    }

    #[inline(always)]
    fn pack<W: Wide, const D: usize, const WRAPS: bool, const HEADINGS: bool>(
        &mut self,
        env: &Env,
        place: u32,
        pos: Vec3,
        search: &Search,
        around: &Around,
    ) {
        let (tank, sorted) = (&env.plan.tank, env.sorted);
        let reach = W::splat(search.range * search.range);
        let (here, extent, half) = (splat::<W, D>(pos), splat::<W, D>(tank.extent), splat::<W, D>(tank.half));
        // Most senses perceive everyone, and need not look at who is who.
        let all = u32::MAX >> (32 - env.plan.species.len());
        let everyone = search.mask & all == all;
        let (pos, heading) = (starts::<D>(&sorted.pos), starts::<D>(&sorted.heading));
        let (offsets, headings) = (starts_mut::<D>(&mut self.offset), starts_mut::<D>(&mut self.heading));
        let (squares, places) = (self.square.as_mut_ptr(), self.place.as_mut_ptr());
        let mut len = 0;
        for &(first, last) in &around.runs {
            let mut at = first;
            while at < last {
                // SAFETY: runs end with the living at the latest, and `BATCH` places follow those among the sorted; rows of
                // neighbours have room for all candidates and a batch, and no more than those before `at` are in them.
                unsafe {
                    let mut offset = [W::splat(0.0); D];
                    let mut square = W::splat(0.0);
                    for axis in 0..D {
                        let d = W::sub(W::load(at_batch(pos[axis], at)), here[axis]);
                        offset[axis] = if WRAPS { W::wrap(d, extent[axis], half[axis]) } else { d };
                        let product = W::mul(offset[axis], offset[axis]);
                        square = if axis == 0 { product } else { W::add(square, product) };
                    }
                    let mut keep = W::less(square, reach) & first_lanes(last - at);
                    // Nobody is a neighbour of its own.
                    let own = (place as usize).wrapping_sub(at);
                    keep &= !u32::checked_shl(1, own.min(BATCH) as u32).unwrap_or(0) as u16;
                    if !everyone {
                        keep &= W::listed(at_batch(sorted.species.as_ptr(), at), search.mask);
                    }
                    W::pack(keep, square, at_batch_mut(squares, len));
                    for axis in 0..D {
                        W::pack(keep, offset[axis], at_batch_mut(offsets[axis], len));
                        if HEADINGS {
                            let heading = W::load(at_batch(heading[axis], at));
                            W::pack(keep, heading, at_batch_mut(headings[axis], len));
                        }
                    }
                    if search.places {
                        W::pack_places(keep, at as u32, at_batch_mut(places, len));
                    }
                    len += keep.count_ones() as usize;
                }
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
        for row in self.offset.iter_mut().chain(&mut self.heading).chain([&mut self.square, &mut self.distance]) {
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
pub fn components<const D: usize>(all: &[Vec<f32>; 3], n: usize) -> [&[f32]; D] {
    let mut out: [&[f32]; D] = [&[]; D];
    for axis in 0..D {
        out[axis] = &all[axis][..n];
    }
    out
}

/// Where the components begin.
#[inline(always)]
fn starts<const D: usize>(all: &[Vec<f32>; 3]) -> [*const f32; D] {
    let mut out = [std::ptr::null(); D];
    for axis in 0..D {
        out[axis] = all[axis].as_ptr();
    }
    out
}

/// As `starts`, to write.
#[inline(always)]
fn starts_mut<const D: usize>(all: &mut [Vec<f32>; 3]) -> [*mut f32; D] {
    let mut out = [std::ptr::null_mut(); D];
    for axis in 0..D {
        out[axis] = all[axis].as_mut_ptr();
    }
    out
}

/// The batch `at` further.
///
/// # Safety
/// As many items must be there.
#[inline(always)]
unsafe fn at_batch<'a, T>(start: *const T, at: usize) -> &'a Batch<T> {
    unsafe { &*start.add(at).cast() }
}

/// As `at_batch`, to write.
///
/// # Safety
/// As `at_batch`, and nothing else may borrow them.
#[inline(always)]
unsafe fn at_batch_mut<'a, T>(start: *mut T, at: usize) -> &'a mut Batch<T> {
    unsafe { &mut *start.add(at).cast() }
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
