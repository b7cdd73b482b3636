//! A school of boids: a torus of 0.1 agents per BL², all within 10 BL taken into account (about 31 others). Agents are
//! sorted by cell each tick; each then runs along three rows of cells, sixteen candidates at once: mean offset, mean
//! heading, repulsion by inverse fourth power, and a step of constant length.

use std::arch::x86_64::*;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::lanes::{all, mul_add};
use crate::{Draws, Work, together};

/// Agents per BL², and how far an agent sees, BL.
const DENSITY: f32 = 0.1;
const RADIUS: f32 = 10.0;
/// Agent-steps of a repetition: some tenths of a second.
const STEPS: usize = 2_000_000;
/// Sorted agents that a thread takes at a time.
const CHUNK: usize = 2048;

/// Positions and velocities, with room for a last register.
struct School([Vec<f32>; 4]);

impl School {
    fn new(agents: usize) -> School {
        School(std::array::from_fn(|_| vec![0.0; agents + 16]))
    }
}

/// A square of `rows` x `rows` cells.
struct Grid {
    side: f32,
    rows: usize,
    /// First sorted agent of each cell, and the end.
    start: Vec<u32>,
}

/// What all threads write, each its own part.
#[derive(Clone, Copy)]
struct Everyone<T>(*mut T);
// SAFETY: threads write disjoint parts between barriers.
unsafe impl<T> Sync for Everyone<T> {}
// SAFETY: as above.
unsafe impl<T> Send for Everyone<T> {}

impl<T> Everyone<T> {
    /// The whole.
    ///
    /// # Safety
    /// No other thread reads or writes the part that is written.
    #[allow(clippy::mut_from_ref)]
    unsafe fn get(&self) -> &mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0 }
    }
}

/// Where the agents of each thread go: for each cell the next place in the sorted school.
type Places = Vec<Vec<u32>>;

/// Ticks of a whole school.
pub fn work(agents: usize, threads: usize) -> Work {
    let side = (agents as f32 / DENSITY).sqrt();
    let rows = ((side / RADIUS) as usize).max(3);
    let mut draws = Draws(12345);
    let mut school = School::new(agents);
    for i in 0..agents {
        for axis in 0..2 {
            school.0[axis][i] = (0.5 + 0.5 * draws.uniform()).min(0.999_999) * side;
            school.0[2 + axis][i] = 0.5 * draws.uniform();
        }
    }
    let mut sorted = School::new(agents);
    let mut grid = Grid { side, rows, start: vec![0; rows * rows + 1] };
    let mut places: Places = vec![vec![0; rows * rows]; threads];
    let mut cells = vec![0u32; agents];
    let ticks = (STEPS / agents).max(1);
    Box::new(move || {
        let (gate, next) = (Barrier::new(threads), AtomicUsize::new(0));
        let (school, sorted, grid, places, cells) = (
            Everyone(&mut school),
            Everyone(&mut sorted),
            Everyone(&mut grid),
            Everyone(&mut places),
            Everyone(&mut cells),
        );
        let mut parts: Vec<usize> = (0..threads).collect();
        together(&mut parts, |&mut thread| {
            let mine = agents * thread / threads..agents * (thread + 1) / threads;
            for _ in 0..ticks {
                // SAFETY: each thread has its own row of places and its own agents; what is read whole was written before
                // the barrier.
                let (school, sorted, grid, places, cells) =
                    unsafe { (school.get(), sorted.get(), grid.get(), places.get(), cells.get()) };
                let count = &mut places[thread];
                count.fill(0);
                for i in mine.clone() {
                    let cell = cell_of(grid, school.0[0][i], school.0[1][i]);
                    cells[i] = cell as u32;
                    count[cell] += 1;
                }
                gate.wait();
                if thread == 0 {
                    line_up(grid, places);
                    next.store(0, Relaxed);
                }
                gate.wait();
                let place = &mut places[thread];
                for i in mine.clone() {
                    let to = &mut place[cells[i] as usize];
                    for (sorted, school) in sorted.0.iter_mut().zip(&school.0) {
                        sorted[*to as usize] = school[i];
                    }
                    *to += 1;
                }
                gate.wait();
                loop {
                    let first = next.fetch_add(CHUNK, Relaxed);
                    if first >= agents {
                        break;
                    }
                    for i in first..(first + CHUNK).min(agents) {
                        // SAFETY: `lanes::here` was asked.
                        let moved = unsafe { step(sorted, grid, i) };
                        for (school, moved) in school.0.iter_mut().zip(moved) {
                            school[i] = moved;
                        }
                    }
                }
                gate.wait();
            }
        });
        // SAFETY: the threads have ended.
        black_box(unsafe { school.get() }.0[0][0]);
        ticks * agents
    })
}

fn cell_of(grid: &Grid, x: f32, y: f32) -> usize {
    let inverse = grid.rows as f32 / grid.side;
    let along = |x: f32| ((x * inverse) as usize).min(grid.rows - 1);
    along(y) * grid.rows + along(x)
}

/// Counts become places: cell after cell, and within a cell thread after thread, so that the order is always the same.
fn line_up(grid: &mut Grid, places: &mut Places) {
    let mut sum = 0;
    for cell in 0..grid.rows * grid.rows {
        grid.start[cell] = sum;
        for place in &mut *places {
            sum += std::mem::replace(&mut place[cell], sum);
        }
    }
    grid.start[grid.rows * grid.rows] = sum;
}

/// One agent's new position and velocity.
#[target_feature(enable = "avx512f")]
fn step(school: &School, grid: &Grid, i: usize) -> [f32; 4] {
    let [x, y, u, v] = std::array::from_fn(|k| school.0[k][i]);
    let (side, rows) = (grid.side, grid.rows as i32);
    let cell = cell_of(grid, x, y) as i32;
    let (column, row) = (cell % rows, cell / rows);
    // Where a row or column of cells stands, and by how much it is shifted from beyond the edge.
    let around = |at: i32| match at {
        -1 => (rows - 1, -side),
        at if at == rows => (0, side),
        at => (at, 0.0),
    };
    let mut sums = [_mm512_setzero_ps(); 7];
    for dy in -1..=1 {
        let (row, shift_y) = around(row + dy);
        let first = (row * rows) as usize;
        let mut run = |from: usize, to: usize, shift_x: f32| {
            let range = grid.start[first + from] as usize..grid.start[first + to] as usize;
            // SAFETY: sorted agents lie within the school, which has room for a last register.
            unsafe { add(school, range, x - shift_x, y - shift_y, &mut sums) };
        };
        if column > 0 && column + 1 < rows {
            run(column as usize - 1, column as usize + 2, 0.0);
        } else {
            for dx in -1..=1 {
                let (column, shift_x) = around(column + dx);
                run(column as usize, column as usize + 1, shift_x);
            }
        }
    }
    let sum = |k: usize| _mm512_reduce_add_ps(sums[k]);
    let k = 1.0 / sum(6).max(1.0);
    let wish_x = u + 0.08 * sum(0) * k + 0.7 * sum(2) * k - 400.0 * sum(4) * k;
    let wish_y = v + 0.08 * sum(1) * k + 0.7 * sum(3) * k - 400.0 * sum(5) * k;
    let pace = 0.7 / (wish_x * wish_x + wish_y * wish_y).sqrt().max(1e-9);
    let (u, v) = (wish_x * pace, wish_y * pace);
    [(x + u).rem_euclid(side), (y + v).rem_euclid(side), u, v]
}

/// Adds up a run of candidates: offsets, headings, repulsion and number of those within the radius.
#[target_feature(enable = "avx512f")]
unsafe fn add(school: &School, range: std::ops::Range<usize>, x: f32, y: f32, sums: &mut [__m512; 7]) {
    let one = all(1.0);
    let (x, y, square) = (all(x), all(y), all(RADIUS * RADIUS));
    let mut i = range.start;
    while i < range.end {
        let left = range.end - i;
        let here: __mmask16 = if left >= 16 { 0xffff } else { (1 << left) - 1 };
        // SAFETY: the caller's promise.
        let read = |k: usize| unsafe { _mm512_maskz_loadu_ps(here, school.0[k].as_ptr().add(i)) };
        let (dx, dy) = (_mm512_sub_ps(read(0), x), _mm512_sub_ps(read(1), y));
        let d2 = mul_add(dx, dx, _mm512_mul_ps(dy, dy));
        let near = _mm512_mask_cmp_ps_mask::<_CMP_LT_OQ>(here, d2, square);
        if near != 0 {
            let weight = _mm512_div_ps(one, mul_add(d2, d2, one));
            let terms = [dx, dy, read(2), read(3), _mm512_mul_ps(dx, weight), _mm512_mul_ps(dy, weight), one];
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum = _mm512_mask_add_ps(*sum, near, *sum, term);
            }
        }
        i += 16;
    }
}
