//! Tuned upper bounds for `benches/goals.py`: what the work of a row takes when it is written for one shape, one
//! scene and AVX-512 alone, under the engine's own rules of arithmetic (no fused multiply-add, true division). They are no
//! simulations: boids without a controller, networks without senses, one flocking task with its sizes compiled in.
//!
//! Usage: `bounds boids|own|shared AGENTS [THREADS]`, `bounds flocking WORLDS [THREADS]`. Each line of standard input
//! asks for one repetition, answered by a line of JSON with agent-steps, seconds by the wall clock, and processor seconds.

use std::time::Instant;

#[cfg(target_arch = "x86_64")]
mod boids;
#[cfg(target_arch = "x86_64")]
mod flocking;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod networks;

/// Uniform numbers from -1 to 1 (xorshift, Marsaglia 2003).
pub struct Draws(pub u32);

impl Draws {
    /// The next one.
    pub fn uniform(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// Runs each thread's part at once.
pub fn together<T: Send>(parts: &mut [T], work: impl Fn(&mut T) + Sync) {
    std::thread::scope(|scope| {
        for part in parts {
            scope.spawn(|| work(part));
        }
    });
}

/// Processor seconds of this process so far.
fn cpu_seconds() -> f64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is one that the system has, and `t` lives long enough.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

/// One repetition of the work at hand; gives the agent-steps done.
type Work = Box<dyn FnMut() -> usize>;

#[cfg(target_arch = "x86_64")]
fn work(kind: &str, size: usize, threads: usize) -> Result<Work, String> {
    if !lanes::here() {
        return Err("the bounds are written for AVX-512 (F, BW, DQ, VL), which this processor lacks".into());
    }
    match kind {
        "boids" => Ok(boids::work(size, threads)),
        "own" => Ok(networks::own(size, threads)),
        "shared" => Ok(networks::shared(size, threads)),
        "flocking" => Ok(flocking::work(size, threads)),
        _ => Err(format!("`{kind}` is none of boids, own, shared, flocking")),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn work(_: &str, _: usize, _: usize) -> Result<Work, String> {
    Err("the bounds are written for AVX-512, which this processor lacks".into())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse().ok()).filter(|n| *n > 0);
    let work = match (words.first(), number(1)) {
        (Some(kind), Some(size)) => work(kind, size, number(2).unwrap_or(2)),
        _ => Err("usage: bounds boids|own|shared|flocking AGENTS_OR_WORLDS [THREADS]".into()),
    };
    let mut work = work.unwrap_or_else(|why| {
        eprintln!("bounds: {why}");
        std::process::exit(2)
    });
    for _ in std::io::stdin().lines() {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let steps = work();
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        println!("{{\"agent_steps\":{steps},\"wall_seconds\":{wall:.6},\"cpu_seconds\":{cpu:.6}}}");
    }
}
