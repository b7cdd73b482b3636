//! EvoJAX's flocking task with its sizes compiled in: 30 boids a world on the unit torus, each seeing places and headings
//! of the five nearest, itself included, through one 15-60-60-1 tanh network a world (4,681 numbers, layer after layer, biases
//! before weights), for 150 steps. Lanes are boids, 30 in 32; a world's whole episode runs before the next one starts,
//! so that its network stays in the nearest cache.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::lanes::{all, load, mul_add, store, tanh};
use crate::{Draws, Work, together};

const BOIDS: usize = 30;
const HIDDEN: usize = 60;
const STEPS: usize = 150;
/// Numbers of a network.
const GENOME: usize = (15 + 1) * HIDDEN + (HIDDEN + 1) * HIDDEN + HIDDEN + 1;

/// A number of each boid.
type V = [__m512; 2];

struct World {
    genome: Vec<f32>,
    x: [f32; 32],
    y: [f32; 32],
    heading: [f32; 32],
}

/// Whole episodes of `worlds` worlds.
pub fn work(worlds: usize, threads: usize) -> Work {
    let mine = worlds.div_ceil(threads);
    let part = |thread: usize| {
        let mut draws = Draws(99 + thread as u32);
        let world = |_| World {
            genome: (0..GENOME).map(|_| 0.17 * draws.uniform()).collect(),
            x: std::array::from_fn(|_| 0.5 + 0.5 * draws.uniform()),
            y: std::array::from_fn(|_| 0.5 + 0.5 * draws.uniform()),
            heading: std::array::from_fn(|_| std::f32::consts::PI * draws.uniform()),
        };
        (0..mine).map(world).collect()
    };
    let mut parts: Vec<Vec<World>> = (0..threads).map(part).collect();
    Box::new(move || {
        together(&mut parts, |part| {
            for world in part {
                // SAFETY: `lanes::here` was asked.
                black_box(unsafe { episode(world) });
            }
        });
        mine * threads * BOIDS * STEPS
    })
}

/// Reward of one episode: minus the energy of alignment, avoidance and cohesion, step after step.
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl")]
fn episode(world: &World) -> f32 {
    let zero = _mm512_setzero_ps();
    let pair = |numbers: &[f32; 32]| [load(numbers), load(&numbers[16..])];
    let (mut x, mut y, mut heading) = (pair(&world.x), pair(&world.y), pair(&world.heading));
    let living: [__mmask16; 2] = [0xffff, 0x3fff];
    let mut reward = 0.0;
    for _ in 0..STEPS {
        let (mut ahead_x, mut ahead_y): (V, V) = ([zero; 2], [zero; 2]);
        let mut rows = [[0.0f32; 32]; 4];
        for h in 0..2 {
            (ahead_y[h], ahead_x[h]) = sin_cos(heading[h]);
            for (row, numbers) in rows.iter_mut().zip([x[h], y[h], ahead_x[h], ahead_y[h]]) {
                store(&mut row[16 * h..], numbers);
            }
        }
        // The five nearest, the nearest first: squares of distance, and who.
        let mut square = [[all(9.0); 2]; 5];
        let mut who = [[_mm512_setzero_si512(); 2]; 5];
        let mut energy = [zero; 2];
        let (mut middle_x, mut middle_y, mut seen) = ([zero; 2], [zero; 2], [zero; 2]);
        for j in 0..BOIDS {
            let [xj, yj, ahead_xj, ahead_yj] = [0, 1, 2, 3].map(|k: usize| all(rows[k][j]));
            for h in 0..2 {
                let (dx, dy) = (wrapped(_mm512_sub_ps(xj, x[h])), wrapped(_mm512_sub_ps(yj, y[h])));
                let d2 = mul_add(dx, dx, _mm512_mul_ps(dy, dy));
                let (mut d, mut i) = (d2, _mm512_set1_epi32(j as i32));
                for k in 0..5 {
                    let nearer = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(d, square[k][h]);
                    let (old, old_i) = (square[k][h], who[k][h]);
                    square[k][h] = _mm512_min_ps(d, old);
                    who[k][h] = _mm512_mask_blend_epi32(nearer, old_i, i);
                    d = _mm512_max_ps(d, old);
                    i = _mm512_mask_blend_epi32(nearer, i, old_i);
                }
                let distance = _mm512_sqrt_ps(d2);
                // (1 - d / range)³, or nothing beyond the range.
                let within = |inverse: f32| {
                    let a = _mm512_sub_ps(all(1.0), _mm512_mul_ps(distance, all(inverse)));
                    let a = _mm512_max_ps(a, zero);
                    _mm512_mul_ps(_mm512_mul_ps(a, a), a)
                };
                let along = mul_add(ahead_x[h], ahead_xj, _mm512_mul_ps(ahead_y[h], ahead_yj));
                let against = _mm512_sub_ps(all(1.0), along);
                let align = _mm512_mul_ps(within(1.0 / 0.15), _mm512_mul_ps(against, against));
                energy[h] = mul_add(align, all(0.2 / 3.0), energy[h]);
                energy[h] = mul_add(within(1.0 / 0.12), all(0.1 / 3.0), energy[h]);
                // In view: at most 60° from straight ahead, and within 0.3.
                let forward = mul_add(dx, ahead_x[h], _mm512_mul_ps(dy, ahead_y[h]));
                let view = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(forward, _mm512_mul_ps(distance, all(0.5)));
                let view = _mm512_mask_cmp_ps_mask::<_CMP_LT_OQ>(view, forward, distance);
                let view = _mm512_mask_cmp_ps_mask::<_CMP_LT_OQ>(view, distance, all(0.3));
                middle_x[h] = _mm512_mask_add_ps(middle_x[h], view, middle_x[h], dx);
                middle_y[h] = _mm512_mask_add_ps(middle_y[h], view, middle_y[h], dy);
                seen[h] = _mm512_mask_add_ps(seen[h], view, seen[h], all(1.0));
            }
        }
        let mut observation: [V; 15] = [[zero; 2]; 15];
        for h in 0..2 {
            // 1e-7 as in EvoJAX, against division by nothing.
            let tiny = all(1e-7);
            let n = _mm512_add_ps(seen[h], tiny);
            let (ux, uy) = (_mm512_div_ps(middle_x[h], n), _mm512_div_ps(middle_y[h], n));
            let (ex, ey) = (_mm512_add_ps(ux, tiny), _mm512_add_ps(uy, tiny));
            let length = _mm512_sqrt_ps(mul_add(ex, ex, _mm512_mul_ps(ey, ey)));
            let toward = mul_add(ux, ahead_x[h], _mm512_mul_ps(uy, ahead_y[h]));
            let aside = _mm512_sub_ps(all(1.0), _mm512_div_ps(toward, length));
            let cohesion = _mm512_mul_ps(_mm512_mul_ps(aside, aside), all(0.15));
            reward -= _mm512_mask_reduce_add_ps(living[h], mul_add(energy[h], all(0.5), cohesion));
            for k in 0..5 {
                for (which, numbers) in [x, y, heading].into_iter().enumerate() {
                    observation[3 * k + which][h] = _mm512_permutex2var_ps(numbers[0], who[k][h], numbers[1]);
                }
            }
        }
        let (mut first, mut second): ([V; HIDDEN], [V; HIDDEN]) = ([[zero; 2]; HIDDEN], [[zero; 2]; HIDDEN]);
        let rest = dense(&world.genome, &observation, &mut first);
        let rest = dense(rest, &first, &mut second);
        let mut sums = [[all(rest[0]); 2], [zero; 2]];
        for (i, (input, weight)) in second.iter().zip(&rest[1..]).enumerate() {
            for h in 0..2 {
                sums[i % 2][h] = mul_add(all(*weight), input[h], sums[i % 2][h]);
            }
        }
        for h in 0..2 {
            let turn = tanh(_mm512_add_ps(sums[0][h], sums[1][h]));
            let ahead = |at: __m512, ahead: __m512| {
                let at = mul_add(ahead, all(0.2 * 0.12), at);
                _mm512_sub_ps(at, _mm512_roundscale_ps::<_MM_FROUND_TO_NEG_INF>(at))
            };
            (x[h], y[h]) = (ahead(x[h], ahead_x[h]), ahead(y[h], ahead_y[h]));
            heading[h] = mul_add(turn, all(0.2), heading[h]);
        }
    }
    reward
}

/// The shorter way around the torus.
#[inline]
#[target_feature(enable = "avx512f")]
fn wrapped(d: __m512) -> __m512 {
    _mm512_sub_ps(d, _mm512_roundscale_ps::<_MM_FROUND_TO_NEAREST_INT>(d))
}

/// A layer of `HIDDEN` neurons; gives what follows it in the genome.
#[inline]
#[target_feature(enable = "avx512f")]
fn dense<'a, const I: usize>(genome: &'a [f32], x: &[V; I], y: &mut [V; HIDDEN]) -> &'a [f32] {
    let (layer, rest) = genome.split_at((I + 1) * HIDDEN);
    // Four neurons at a time share the registers of inputs.
    for at in (0..HIDDEN).step_by(4) {
        let mut sums: [V; 4] = std::array::from_fn(|k| [all(layer[at + k]); 2]);
        for (row, x) in layer[HIDDEN..].chunks_exact(HIDDEN).zip(x) {
            let weights: &[f32; 4] = row[at..at + 4].try_into().expect("four weights");
            for (sum, weight) in sums.iter_mut().zip(weights) {
                for h in 0..2 {
                    sum[h] = mul_add(all(*weight), x[h], sum[h]);
                }
            }
        }
        for (y, sum) in y[at..at + 4].iter_mut().zip(sums) {
            *y = [tanh(sum[0]), tanh(sum[1])];
        }
    }
    rest
}

/// Sine and cosine by Cephes' polynomials (Moshier) over quarter turns.
#[inline]
#[target_feature(enable = "avx512f")]
fn sin_cos(x: __m512) -> (__m512, __m512) {
    let quarters =
        _mm512_roundscale_ps::<_MM_FROUND_TO_NEAREST_INT>(_mm512_mul_ps(x, all(std::f32::consts::FRAC_2_PI)));
    // A quarter turn in two parts, so that little is lost.
    let y = mul_add(quarters, all(-1.570_796_4), x);
    let y = mul_add(quarters, all(4.371_139e-8), y);
    let z = _mm512_mul_ps(y, y);
    let s = mul_add(z, all(-1.951_529_6e-4), all(8.332_161e-3));
    let s = mul_add(s, z, all(-0.166_666_55));
    let s = mul_add(_mm512_mul_ps(s, z), y, y);
    let c = mul_add(z, all(2.443_315_7e-5), all(-1.388_731_6e-3));
    let c = mul_add(c, z, all(4.166_664_6e-2));
    let c = mul_add(_mm512_mul_ps(c, z), z, mul_add(z, all(-0.5), all(1.0)));
    let turns = _mm512_cvtps_epi32(quarters);
    let bit = |n: __m512i, bit: i32| _mm512_test_epi32_mask(n, _mm512_set1_epi32(bit));
    let odd = bit(turns, 1);
    let (sin, cos) = (_mm512_mask_blend_ps(odd, s, c), _mm512_mask_blend_ps(odd, c, s));
    let zero = _mm512_setzero_ps();
    let sin = _mm512_mask_sub_ps(sin, bit(turns, 2), zero, sin);
    let cos = _mm512_mask_sub_ps(cos, bit(_mm512_add_epi32(turns, _mm512_set1_epi32(1)), 2), zero, cos);
    (sin, cos)
}
