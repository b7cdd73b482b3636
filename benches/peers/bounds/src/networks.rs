//! Networks alone, without senses: 16-32-16-4 with tanh, 1,140 numbers, one for each agent or one for all.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::lanes::{all, load, mul_add, store, tanh};
use crate::{Draws, Work, together};

/// Numbers of a network. Rows of own networks are padded to whole registers: biases, then weights input after input.
const ROW: usize = 32 + 16 * 32 + 16 + 32 * 16 + 16 + 4 * 16;
/// Agent-steps of a repetition: some tenths of a second.
const STEPS: usize = 2_000_000;

struct Own {
    genomes: Vec<f32>,
    observations: Vec<[f32; 16]>,
}

/// A network for each agent: lanes are neurons of one agent, and its row is read once a tick.
pub fn own(agents: usize, threads: usize) -> Work {
    let (mine, ticks) = (agents.div_ceil(threads), (STEPS / agents).max(1));
    let part = |thread: usize| {
        let mut draws = Draws(77 + thread as u32);
        let genomes = (0..mine * ROW).map(|_| 0.3 * draws.uniform()).collect();
        Own { genomes, observations: vec![[0.1; 16]; mine] }
    };
    let mut parts: Vec<Own> = (0..threads).map(part).collect();
    Box::new(move || {
        together(&mut parts, |part| {
            for _ in 0..ticks {
                for (row, x) in part.genomes.chunks_exact(ROW).zip(&mut part.observations) {
                    // SAFETY: `lanes::here` was asked.
                    unsafe { one(row, x) }
                }
            }
            black_box(&part.observations);
        });
        ticks * mine * threads
    })
}

#[target_feature(enable = "avx512f")]
fn one(row: &[f32], x: &mut [f32; 16]) {
    let zero = _mm512_setzero_ps();
    // Two sums for each register of neurons, so that additions overlap.
    let (mut even, mut odd) = ([load(row), load(&row[16..])], [zero; 2]);
    for (i, weights) in row[32..32 + 16 * 32].chunks_exact(64).enumerate() {
        let (a, b) = (all(x[2 * i]), all(x[2 * i + 1]));
        for j in 0..2 {
            even[j] = mul_add(load(&weights[16 * j..]), a, even[j]);
            odd[j] = mul_add(load(&weights[32 + 16 * j..]), b, odd[j]);
        }
    }
    let mut first = [0.0f32; 32];
    for j in 0..2 {
        store(&mut first[16 * j..], tanh(_mm512_add_ps(even[j], odd[j])));
    }
    let row = &row[32 + 16 * 32..];
    let mut sums = [load(row), zero, zero, zero];
    for (i, weights) in row[16..16 + 32 * 16].chunks_exact(64).enumerate() {
        for j in 0..4 {
            sums[j] = mul_add(load(&weights[16 * j..]), all(first[4 * i + j]), sums[j]);
        }
    }
    let second = tanh(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
    // The last four neurons are products along the register.
    let row = &row[16 + 32 * 16..];
    let mut last = [0.0f32; 16];
    for j in 0..4 {
        last[j] = row[j] + _mm512_reduce_add_ps(_mm512_mul_ps(load(&row[16 + 16 * j..]), second));
    }
    // A little of the answer becomes the next observation, so that nothing can be skipped.
    let next = mul_add(tanh(load(&last)), all(0.05), load(x));
    store(x, next);
}

struct Shared {
    genome: Vec<f32>,
    tiles: Vec<[[f32; 16]; 16]>,
}

/// One network for all: lanes are agents, and a weight is read once for sixteen of them.
pub fn shared(agents: usize, threads: usize) -> Work {
    let (tiles, ticks) = (agents.div_ceil(16 * threads), (STEPS / agents).max(1));
    let part = |_| {
        let mut draws = Draws(77);
        let genome = (0..ROW).map(|_| 0.3 * draws.uniform()).collect();
        Shared { genome, tiles: vec![[[0.1; 16]; 16]; tiles] }
    };
    let mut parts: Vec<Shared> = (0..threads).map(part).collect();
    Box::new(move || {
        together(&mut parts, |part| {
            for _ in 0..ticks {
                for x in &mut part.tiles {
                    // SAFETY: `lanes::here` was asked.
                    unsafe { sixteen(&part.genome, x) }
                }
            }
            black_box(&part.tiles);
        });
        ticks * tiles * 16 * threads
    })
}

#[target_feature(enable = "avx512f")]
fn sixteen(genome: &[f32], x: &mut [[f32; 16]; 16]) {
    let zero = _mm512_setzero_ps();
    let (mut input, mut first, mut second, mut last) = ([zero; 16], [zero; 32], [zero; 16], [zero; 4]);
    for (input, x) in input.iter_mut().zip(&*x) {
        *input = load(x);
    }
    let rest = dense(genome, &input, &mut first);
    let rest = dense(rest, &first, &mut second);
    dense(rest, &second, &mut last);
    for (x, (y, input)) in x.iter_mut().zip(last.into_iter().zip(input)) {
        store(x, mul_add(y, all(0.05), input));
    }
}

/// A layer, weights output after output, each behind its bias; gives what follows it in the genome.
#[inline]
#[target_feature(enable = "avx512f")]
fn dense<'a, const I: usize, const O: usize>(genome: &'a [f32], x: &[__m512; I], y: &mut [__m512; O]) -> &'a [f32] {
    let (layer, rest) = genome.split_at(O * (I + 1));
    // Four neurons at a time share the registers of inputs.
    for (four, y) in layer.chunks_exact(4 * (I + 1)).zip(y.chunks_exact_mut(4)) {
        let row: [&[f32; I]; 4] =
            std::array::from_fn(|j| four[j * (I + 1) + 1..][..I].try_into().expect("a row of weights"));
        let mut sums: [__m512; 4] = std::array::from_fn(|j| all(four[j * (I + 1)]));
        for i in 0..I {
            for j in 0..4 {
                sums[j] = mul_add(all(row[j][i]), x[i], sums[j]);
            }
        }
        for j in 0..4 {
            y[j] = tanh(sums[j]);
        }
    }
    rest
}
