//! Stage *think*: observation to action, through the species' controller. Inputs of a layer add in index order, so
//! lanes and instruction sets cannot change a bit. Twin of `shaders/think.wgsl`.

use std::cell::RefCell;

use multiversion::multiversion;
use multiversion::target::match_target;

use super::attention::{Attention, attend};
use super::graph;
use super::lanes::{Env, LANES, Lane, Lanes};
use super::plastic::plastic;
use super::rule;
use super::side_by_side::{Rows, side_by_side};
#[cfg(target_arch = "x86_64")]
use super::weights::NativeHalf;
use super::weights::{Form, Half, Single, Steps};
use super::wide::fetch_further;
use crate::layout::*;
use crate::math::{sigmoid, tanh};

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
    /// What attention works with.
    attention: Attention,
    /// Inputs and outputs of a layer, of agents side by side.
    rows: Rows,
}

impl Work {
    fn grow(&mut self, width: usize) {
        if self.input.len() < width {
            for row in [&mut self.input, &mut self.output, &mut self.forget] {
                row.resize(width, 0.0);
            }
        }
        self.rows.grow(width);
    }
}

/// Fills the actions and the new memories of neighbouring slots.
pub fn think(env: &Env, lanes: &mut Lanes, tick: u32) {
    let s = env.species;
    env.fetch_observations(lanes.slot + LANES as u32);
    if s.by_rule() {
        rule::rule(env, lanes, tick);
        return;
    }
    let row = |slot: u32| (slot - s.slot_start) / s.sharers;
    let shared = row(lanes.slot) == row(lanes.slot + lanes.len() as u32 - 1);
    WORK.with_borrow_mut(|work| {
        work.grow(env.plan.dims.width_max as usize);
        if s.think == THINK_PLASTIC {
            let Work { input, output, .. } = work;
            lanes.each(env, &mut |env, lane| plastic(env, genome(env, row(lane.slot)), lane, input, output));
        } else if s.think == THINK_GRAPH {
            let values = &mut work.input;
            lanes.each(env, &mut |env, lane| graph::one(env, genome(env, row(lane.slot)), lane, values));
        } else if shared && lanes.len() > 1 && s.think == THINK_DENSE {
            side_by_side(env, genome(env, row(lanes.slot)), lanes, &mut work.rows);
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

/// Layers of the species at hand.
pub fn layers<'a>(env: &Env<'a>) -> &'a [LayerParams] {
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
    let Work { input, output, forget, attention, .. } = work;
    let layers = layers(env);
    // The row of the next slot, where each has its own.
    let ahead = env.species.genome_stride as usize * size_of::<u32>();
    let mut finite = true;
    for (input, x) in input.iter_mut().zip(env.observation(lane.slot)) {
        *input = *x;
    }
    let dense_from = match env.species.think {
        THINK_GRU => {
            finite &= gate::<F>(layers, genome, lane, input, output, forget, ahead);
            2
        }
        THINK_ATTENTION_SUM | THINK_ATTENTION_MEAN => {
            attend::<F>(env.species, layers, genome, env.observation(lane.slot), attention, input, ahead);
            3
        }
        _ => 0,
    };
    for layer in &layers[dense_from..] {
        finite &= dense::<F>(layer, genome, input, output, ahead);
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
    ahead: usize,
) -> bool {
    let (n, m) = (layers[0].inputs as usize - lane.memory.len(), lane.memory.len());
    input[n..n + m].copy_from_slice(lane.memory);
    let mut finite = dense::<F>(&layers[0], genome, input, forget, ahead);
    for i in 0..m {
        forget[i] = sigmoid(forget[i]);
        input[n + i] = forget[i] * lane.memory[i];
    }
    finite &= dense::<F>(&layers[1], genome, input, output, ahead);
    for i in 0..m {
        let h = (1.0 - forget[i]) * lane.memory[i] + forget[i] * tanh(output[i]);
        lane.memory[i] = h;
        input[i] = h;
    }
    finite
}

/// Applies an activation to sums.
#[inline(always)]
pub fn activate(activation: u32, neurons: &mut [f32]) {
    match activation {
        ACT_TANH => neurons.iter_mut().for_each(|x| *x = tanh(*x)),
        ACT_RELU => neurons.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
        _ => {}
    }
}

/// Sums of one layer: biases, then each input's weights in index order. False when a sum is not finite.
#[inline(always)]
pub fn dense<F: Form>(layer: &LayerParams, genome: &[u32], input: &[f32], output: &mut [f32], ahead: usize) -> bool {
    let (bias, weights) = F::layer(genome, layer);
    let (outputs, step) = (layer.outputs as usize, layer.step);
    let input = &input[..layer.inputs as usize];
    let output = &mut output[..outputs];
    let mut at = 0;
    // Blocks of outputs: two registers of the widest processors at once, so that additions overlap.
    while outputs - at >= 32 {
        block::<F, 32>(bias, weights, step, at, input, output, ahead);
        at += 32;
    }
    if outputs - at >= 16 {
        block::<F, 16>(bias, weights, step, at, input, output, ahead);
        at += 16;
    }
    if outputs - at >= 8 {
        block::<F, 8>(bias, weights, step, at, input, output, ahead);
        at += 8;
    }
    if outputs - at >= 4 {
        block::<F, 4>(bias, weights, step, at, input, output, ahead);
        at += 4;
    }
    while at < outputs {
        block::<F, 1>(bias, weights, step, at, input, output, ahead);
        at += 1;
    }
    output.iter().fold(true, |ok, x| ok & is_finite(*x))
}

/// An exponent of all ones is infinite or not a number; by bits, because twins may not compare such floats alike.
#[inline(always)]
pub fn is_finite(x: f32) -> bool {
    x.to_bits() & 0x7f80_0000 != 0x7f80_0000
}

/// Sums of outputs `at` to `at + N` of a layer. Weights `ahead` bytes further are asked for: they are read once a tick, and
/// whoever reads them waits for memory unless they are on their way by then.
#[inline(always)]
fn block<F: Form, const N: usize>(
    bias: &[F::Bias],
    weights: &[F::Weight],
    step: f32,
    at: usize,
    input: &[f32],
    output: &mut [f32],
    ahead: usize,
) {
    let outputs = output.len();
    let bias = &bias[at..at + N];
    let mut sum: [f32; N] = std::array::from_fn(|j| F::start(bias[j]));
    for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
        let row = &row[at..at + N];
        fetch_further(row, ahead);
        let row = F::widen::<N>(row);
        for j in 0..N {
            sum[j] += x * row[j];
        }
    }
    for (j, output) in output[at..at + N].iter_mut().enumerate() {
        *output = F::end(bias[j], step, sum[j]);
    }
}
