//! Stage *think*: observation to action, through the species' controller. Inputs of a layer add in index order, so
//! lanes and instruction sets cannot change a bit. Twin of `shaders/think.wgsl`.

use std::cell::RefCell;

use multiversion::multiversion;
use multiversion::target::match_target;

use super::lanes::{Env, LANES, Lane, Lanes};
#[cfg(target_arch = "x86_64")]
use super::weights::NativeHalf;
use super::weights::{Form, Half, Single, Steps};
use crate::controller::boids;
use crate::layout::*;
use crate::math::{sigmoid, tanh};
use crate::rng;

std::thread_local! {
    static WORK: RefCell<Work> = RefCell::default();
}

/// Rows of neurons, each grown to the widest layer once.
#[derive(Default)]
struct Work {
    /// Inputs of a layer, its outputs, and the forget gate, of one agent.
    input: Vec<f32>,
    output: Vec<f32>,
    forget: Vec<f32>,
    /// Inputs and outputs of a layer, of agents side by side.
    inputs: Vec<[f32; LANES]>,
    outputs: Vec<[f32; LANES]>,
}

impl Work {
    fn grow(&mut self, width: usize) {
        if self.input.len() < width {
            for row in [&mut self.input, &mut self.output, &mut self.forget] {
                row.resize(width, 0.0);
            }
            for row in [&mut self.inputs, &mut self.outputs] {
                row.resize(width, [0.0; LANES]);
            }
        }
    }
}

/// Fills the actions and the new memories of neighbouring slots.
pub fn think(env: &Env, lanes: &mut Lanes, tick: u32) {
    let s = env.species;
    if s.think == THINK_BOIDS {
        lanes.each(env, &mut |env, lane| {
            lane.note.fault = 0;
            let words = rng::draw(env.stream, tick, lane.agent.id, DRAW_WANDER);
            boids::boids(lane.obs, s, env.plan.tank.dim, words, lane.action);
        });
        return;
    }
    let row = |slot: u32| (slot - s.slot_start) / s.sharers;
    let shared = row(lanes.slot) == row(lanes.slot + lanes.len() as u32 - 1);
    WORK.with_borrow_mut(|work| {
        work.grow(env.plan.dims.width_max as usize);
        if shared && lanes.len() > 1 && s.think == THINK_DENSE {
            side_by_side(env, genome(env, row(lanes.slot)), lanes, work);
        } else {
            lanes.each(env, &mut |env, lane| one(env, genome(env, row(lane.slot)), lane, work));
        }
    });
}

/// A genome row of the species at hand.
fn genome<'a>(env: &Env<'a>, row: u32) -> &'a [u32] {
    let at = (row * env.species.genome_stride) as usize;
    &env.genomes[at..at + env.species.genome_words as usize]
}

fn layers<'a>(env: &Env<'a>) -> &'a [LayerParams] {
    &env.plan.layers[env.species.layer_start as usize..(env.species.layer_start + env.species.layers) as usize]
}

/// One agent through its own genome.
#[multiversion(targets("x86_64+avx512f+avx512vl+f16c", "x86_64+avx2+f16c", "aarch64+neon"))]
fn one(env: &Env, genome: &[u32], lane: &mut Lane, work: &mut Work) {
    match env.species.weights {
        WEIGHTS_F16 => match_target! {
            "x86_64+avx512f+avx512vl+f16c" => one_of::<NativeHalf>(env, genome, lane, work),
            "x86_64+avx2+f16c" => one_of::<NativeHalf>(env, genome, lane, work),
            _ => one_of::<Half>(env, genome, lane, work),
        },
        WEIGHTS_I8 => one_of::<Steps>(env, genome, lane, work),
        _ => one_of::<Single>(env, genome, lane, work),
    }
}

#[inline(always)]
fn one_of<F: Form>(env: &Env, genome: &[u32], lane: &mut Lane, work: &mut Work) {
    let Work { input, output, forget, .. } = work;
    let layers = layers(env);
    let mut finite = true;
    for (input, x) in input.iter_mut().zip(lane.obs) {
        *input = *x;
    }
    let mut dense_from = 0;
    if env.species.think == THINK_GRU {
        finite &= gate::<F>(layers, genome, lane, input, output, forget);
        dense_from = 2;
    }
    for layer in &layers[dense_from..] {
        finite &= dense::<F>(layer, genome, input, output);
        activate(layer.activation, &mut output[..layer.outputs as usize]);
        std::mem::swap(input, output);
    }
    for (action, x) in lane.action.iter_mut().zip(&*input) {
        // The tally removes the agent of a genome that is not finite; until then it must not spread what is not a number.
        *action = if finite { *x } else { 0.0 };
    }
    if !finite {
        lane.memory.fill(0.0);
    }
    lane.note.fault = u32::from(!finite);
}

/// Agents that share a genome, each in a lane of its own: the sums of each are those of `one`.
#[multiversion(targets("x86_64+avx512f+avx512vl+f16c", "x86_64+avx2+f16c", "aarch64+neon"))]
fn side_by_side(env: &Env, genome: &[u32], lanes: &mut Lanes, work: &mut Work) {
    match env.species.weights {
        WEIGHTS_F16 => match_target! {
            "x86_64+avx512f+avx512vl+f16c" => side_by_side_of::<NativeHalf>(env, genome, lanes, work),
            "x86_64+avx2+f16c" => side_by_side_of::<NativeHalf>(env, genome, lanes, work),
            _ => side_by_side_of::<Half>(env, genome, lanes, work),
        },
        WEIGHTS_I8 => side_by_side_of::<Steps>(env, genome, lanes, work),
        _ => side_by_side_of::<Single>(env, genome, lanes, work),
    }
}

#[inline(always)]
fn side_by_side_of<F: Form>(env: &Env, genome: &[u32], lanes: &mut Lanes, work: &mut Work) {
    let Work { inputs, outputs, .. } = work;
    let first = lanes.slot;
    lanes.each(env, &mut |_, lane| {
        let at = (lane.slot - first) as usize;
        for (input, x) in inputs.iter_mut().zip(lane.obs) {
            input[at] = *x;
        }
    });
    let mut fault = [0u32; LANES];
    for layer in layers(env) {
        dense_lanes::<F>(layer, genome, inputs, outputs, &mut fault);
        for row in &mut outputs[..layer.outputs as usize] {
            activate(layer.activation, row);
        }
        std::mem::swap(inputs, outputs);
    }
    lanes.each(env, &mut |_, lane| {
        let at = (lane.slot - first) as usize;
        let finite = fault[at] == 0;
        for (action, x) in lane.action.iter_mut().zip(&*inputs) {
            *action = if finite { x[at] } else { 0.0 };
        }
        lane.note.fault = fault[at];
    });
}

/// The minimal gated unit (Zhou, Wu, Zhang & Zhou 2016): f = σ(W_f [x, h] + b_f), c = tanh(W_c [x, f h] + b_c),
/// h' = (1 - f) h + f c. Leaves the new memory in the lane and at the front of `input`.
#[inline(always)]
fn gate<F: Form>(
    layers: &[LayerParams],
    genome: &[u32],
    lane: &mut Lane,
    input: &mut [f32],
    output: &mut [f32],
    forget: &mut [f32],
) -> bool {
    let (n, m) = (lane.obs.len(), lane.memory.len());
    input[n..n + m].copy_from_slice(lane.memory);
    let mut finite = dense::<F>(&layers[0], genome, input, forget);
    for i in 0..m {
        forget[i] = sigmoid(forget[i]);
        input[n + i] = forget[i] * lane.memory[i];
    }
    finite &= dense::<F>(&layers[1], genome, input, output);
    for i in 0..m {
        let h = (1.0 - forget[i]) * lane.memory[i] + forget[i] * tanh(output[i]);
        lane.memory[i] = h;
        input[i] = h;
    }
    finite
}

#[inline(always)]
fn activate(activation: u32, neurons: &mut [f32]) {
    match activation {
        ACT_TANH => neurons.iter_mut().for_each(|x| *x = tanh(*x)),
        ACT_RELU => neurons.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
        _ => {}
    }
}

/// Sums of one layer: biases, then each input's weights in index order. False when a sum is not finite.
#[inline(always)]
fn dense<F: Form>(layer: &LayerParams, genome: &[u32], input: &[f32], output: &mut [f32]) -> bool {
    let (bias, weights) = F::layer(genome, layer);
    let (outputs, step) = (layer.outputs as usize, layer.step);
    let input = &input[..layer.inputs as usize];
    let output = &mut output[..outputs];
    let mut at = 0;
    // Blocks of outputs: two registers of the widest processors at once, so that additions overlap.
    while outputs - at >= 32 {
        block::<F, 32>(bias, weights, step, at, input, output);
        at += 32;
    }
    if outputs - at >= 16 {
        block::<F, 16>(bias, weights, step, at, input, output);
        at += 16;
    }
    if outputs - at >= 8 {
        block::<F, 8>(bias, weights, step, at, input, output);
        at += 8;
    }
    if outputs - at >= 4 {
        block::<F, 4>(bias, weights, step, at, input, output);
        at += 4;
    }
    while at < outputs {
        block::<F, 1>(bias, weights, step, at, input, output);
        at += 1;
    }
    output.iter().fold(true, |ok, x| ok & is_finite(*x))
}

/// An exponent of all ones is infinite or not a number; by bits, because twins may not compare such floats alike.
#[inline(always)]
fn is_finite(x: f32) -> bool {
    x.to_bits() & 0x7f80_0000 != 0x7f80_0000
}

/// Sums of outputs `at` to `at + N` of a layer.
#[inline(always)]
fn block<F: Form, const N: usize>(
    bias: &[F::Bias],
    weights: &[F::Weight],
    step: f32,
    at: usize,
    input: &[f32],
    output: &mut [f32],
) {
    let outputs = output.len();
    let bias = &bias[at..at + N];
    let mut sum: [f32; N] = std::array::from_fn(|j| F::start(bias[j]));
    for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
        let row = F::widen::<N>(&row[at..at + N]);
        for j in 0..N {
            sum[j] += x * row[j];
        }
    }
    for (j, output) in output[at..at + N].iter_mut().enumerate() {
        *output = F::end(bias[j], step, sum[j]);
    }
}

/// As `dense`, for agents side by side; marks the lanes whose sums are not finite.
#[inline(always)]
fn dense_lanes<F: Form>(
    layer: &LayerParams,
    genome: &[u32],
    input: &[[f32; LANES]],
    output: &mut [[f32; LANES]],
    fault: &mut [u32; LANES],
) {
    let (bias, weights) = F::layer(genome, layer);
    let (outputs, step) = (layer.outputs as usize, layer.step);
    let input = &input[..layer.inputs as usize];
    let mut at = 0;
    while at < outputs {
        // Four outputs at once, so that additions overlap. Four arrays rather than an array of them: that stays in registers.
        if outputs - at >= 4 {
            let [mut a, mut b, mut c, mut d] = [0, 1, 2, 3].map(|j| [F::start(bias[at + j]); LANES]);
            for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
                let row = F::widen::<4>(&row[at..at + 4]);
                add_product(&mut a, x, row[0]);
                add_product(&mut b, x, row[1]);
                add_product(&mut c, x, row[2]);
                add_product(&mut d, x, row[3]);
            }
            output[at..at + 4].copy_from_slice(&[a, b, c, d]);
            at += 4;
        } else {
            let mut a = [F::start(bias[at]); LANES];
            for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
                let [w] = F::widen::<1>(&row[at..at + 1]);
                add_product(&mut a, x, w);
            }
            output[at] = a;
            at += 1;
        }
    }
    for (sum, bias) in output[..outputs].iter_mut().zip(bias) {
        for lane in 0..LANES {
            sum[lane] = F::end(*bias, step, sum[lane]);
            fault[lane] |= u32::from(!is_finite(sum[lane]));
        }
    }
}

#[inline(always)]
fn add_product(sum: &mut [f32; LANES], x: &[f32; LANES], w: f32) {
    for lane in 0..LANES {
        sum[lane] += x[lane] * w;
    }
}
