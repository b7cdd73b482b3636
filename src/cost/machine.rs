//! What the processor can do: bytes read a second from working sets of several sizes, and unfused multiplications and
//! additions a second. Takes about a second. Knows nothing of scenes; a GPU is gauged by `backend::gpu::gauge`.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use multiversion::multiversion;

use crate::backend::BackendError;
use crate::backend::gpu::SharedDevice;
use crate::backend::gpu::gauge::{Gauge, gauge as gauge_device};

/// What a machine can do.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Threads that share the work; 1 for a GPU, which is gauged whole.
    pub threads: u32,
    /// Bytes of the working set of a thread, ascending, and bytes a second that each thread reads of it while all do.
    pub reads: Vec<(u64, f64)>,
    /// Floating-point operations a second of a thread while all work, a multiplication and an addition counting two.
    pub flops: f64,
    /// Seconds that a dispatch costs besides its work; 0 for a processor.
    pub dispatch: f64,
}

/// Working sets of a thread, bytes: inside the first, the second, and mostly the last cache of today's processors.
const CACHED: [u64; 4] = [16 << 10, 256 << 10, 1 << 20, 8 << 20];

/// Working set of all threads together that no cache of a desktop holds, bytes.
const UNCACHED: u64 = 512 << 20;

/// Least working set of a thread that stands for memory, bytes; on many threads they outgrow the caches together.
const UNCACHED_LEAST: u64 = 32 << 20;

/// Bytes read in a trial: all sets are a multiple of it or the other way around. Well below a scheduler's slice of time.
const PIECE: u64 = 1 << 20;

/// How long one working set is read, or arithmetic done.
const GAUGED: Duration = Duration::from_millis(120);

/// Rows of numbers that a loop works on at once: enough independent sums to hide the latency of an addition.
const ROWS: usize = 8;

/// Numbers of a row: a register of the widest processors.
const ROW: usize = 16;

type Row = [f32; ROW];
type Rows = [Row; ROWS];

impl Machine {
    /// Gauges the processor with `threads` threads.
    pub fn processor(threads: u32) -> Machine {
        let threads = threads.max(1);
        // In whole pieces.
        let largest = (UNCACHED / u64::from(threads)).max(UNCACHED_LEAST) / PIECE * PIECE;
        let reads = CACHED.into_iter().chain([largest]).map(|bytes| {
            let rate = gauge(threads, || {
                let memory = vec![1.0f32; bytes as usize / 4];
                let mut at = 0;
                move || {
                    // Piece after piece of a large set, a small one again and again: no trial is long, and none too short.
                    for _ in 0..(PIECE / bytes).max(1) {
                        let piece = &memory[at..][..bytes.min(PIECE) as usize / 4];
                        black_box(sum(black_box(piece)));
                        at = (at + piece.len()) % memory.len();
                    }
                    PIECE as f64
                }
            });
            (bytes, rate)
        });
        let reads = reads.collect();
        let flops = gauge(threads, || {
            || {
                const TIMES: usize = 20_000;
                black_box(multiply_and_add(black_box(TIMES)));
                (2 * ROWS * ROW * TIMES) as f64
            }
        });
        Machine { threads, reads, flops, dispatch: 0.0 }
    }

    /// Gauges a GPU.
    ///
    /// # Errors
    /// When the device is lost, or its driver refuses the kernels.
    pub fn gpu(device: &SharedDevice) -> Result<Machine, BackendError> {
        let Gauge { reads, flops, dispatch } = gauge_device(device)?;
        if device.is_software() {
            // What bounds it is the processor; its own kernels would gauge its compiler.
            let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
            return Ok(Machine { dispatch, ..Machine::processor(threads as u32) });
        }
        Ok(Machine { threads: 1, reads, flops, dispatch })
    }

    /// Bytes a second that a thread reads of a working set of its own of `bytes`: between two sizes gauged, by the logarithm
    /// of the size.
    pub fn bandwidth(&self, bytes: f64) -> f64 {
        let at = self.reads.partition_point(|(size, _)| (*size as f64) < bytes);
        let Some(&(above, slower)) = self.reads.get(at).or(self.reads.last()) else { return f64::INFINITY };
        match at.checked_sub(1).map(|below| self.reads[below]) {
            Some((below, faster)) if at < self.reads.len() => {
                let share = (bytes / below as f64).ln() / (above as f64 / below as f64).ln();
                faster * (slower / faster).powf(share)
            }
            _ => slower,
        }
    }
}

/// Runs the work that `make` makes on every thread at once, and gives the units a second of a thread: the mean of each
/// thread's best trial, because whatever else the machine does can only slow a trial down.
fn gauge<W: FnMut() -> f64>(threads: u32, make: impl Fn() -> W + Sync) -> f64 {
    let gate = Barrier::new(threads as usize);
    let one = || {
        let mut work = make();
        work();
        gate.wait();
        let begin = Instant::now();
        let mut best = 0.0f64;
        while begin.elapsed() < GAUGED {
            let trial = Instant::now();
            let units = work();
            best = best.max(units / trial.elapsed().as_secs_f64().max(1e-9));
        }
        best
    };
    let sum: f64 = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(one)).collect();
        one() + others.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum::<f64>()
    });
    sum / f64::from(threads)
}

/// Adds all numbers up, reading each once.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn sum(memory: &[f32]) -> Rows {
    let add = |sum: &mut Row, row: &Row| (0..ROW).for_each(|i| sum[i] += row[i]);
    // Arrays each of their own: an array of them would not stay in registers.
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = [[0.0; ROW]; ROWS];
    for rows in memory.as_chunks::<ROW>().0.as_chunks::<ROWS>().0 {
        add(&mut a, &rows[0]);
        add(&mut b, &rows[1]);
        add(&mut c, &rows[2]);
        add(&mut d, &rows[3]);
        add(&mut e, &rows[4]);
        add(&mut f, &rows[5]);
        add(&mut g, &rows[6]);
        add(&mut h, &rows[7]);
    }
    [a, b, c, d, e, f, g, h]
}

/// Multiplies and adds, `times` for each number of the rows; never fused, as nothing in the engine is.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply_and_add(times: usize) -> Rows {
    // Towards a limit between them: neither endless nor denormal numbers, which some processors work slower on.
    let (factor, term) = (black_box(0.999), black_box(0.001));
    let step = |row: &mut Row| (0..ROW).for_each(|i| row[i] = row[i] * factor + term);
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = black_box([[1.0; ROW]; ROWS]);
    for _ in 0..times {
        step(&mut a);
        step(&mut b);
        step(&mut c);
        step(&mut d);
        step(&mut e);
        step(&mut f);
        step(&mut g);
        step(&mut h);
    }
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidth_falls_from_size_to_size() {
        let machine = Machine { threads: 1, reads: vec![(100, 16.0), (400, 4.0)], flops: 1.0, dispatch: 0.0 };
        assert_eq!([50.0, 100.0, 400.0, 1e9].map(|bytes| machine.bandwidth(bytes)), [16.0, 16.0, 4.0, 4.0]);
        assert!((machine.bandwidth(200.0) - 8.0).abs() < 1e-9);
    }

    #[test]
    fn a_gauged_processor_can_do_something() {
        let machine = Machine::processor(2);
        assert_eq!(machine.threads, 2);
        assert!(machine.flops > 0.0 && machine.reads.iter().all(|(_, rate)| *rate > 0.0), "{machine:?}");
    }
}
