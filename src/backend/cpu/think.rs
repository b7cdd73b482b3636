//! Stage *think*: observation to action, through the species' controller. Inputs of a layer add in index order, so
//! lanes and instruction sets cannot change a bit. Twin of `shaders/think.wgsl`.

use multiversion::multiversion;

use super::world::{Env, Lane};
use crate::controller::boids;
use crate::layout::*;
use crate::math::{sigmoid, tanh};
use crate::rng;

std::thread_local! {
    /// Three rows of neurons: inputs, outputs, and the forget gate; each grows to the widest layer once.
    static NEURONS: std::cell::RefCell<[Vec<f32>; 3]> = const { std::cell::RefCell::new([Vec::new(), Vec::new(), Vec::new()]) };
}

/// Fills the action and the new memory.
pub fn think(env: &Env, lane: &mut Lane, tick: u32) {
    let s = env.species;
    lane.note.fault = 0;
    if s.think == THINK_BOIDS {
        let words = rng::draw(env.stream, tick, lane.agent.id, DRAW_WANDER);
        boids::boids(lane.obs, s, env.plan.tank.dim, words, lane.action);
        return;
    }
    let row = (lane.slot - s.slot_start) / s.sharers;
    let at = (row * s.genome_stride) as usize;
    let genome = &env.genomes[at..at + s.genome_len as usize];
    let layers = &env.plan.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize];
    NEURONS.with_borrow_mut(|[input, output, forget]| {
        for row in [&mut *input, output, forget] {
            row.resize(row.len().max(env.plan.dims.width_max as usize), 0.0);
        }
        let mut finite = true;
        input[..lane.obs.len()].copy_from_slice(lane.obs);
        let mut dense_from = 0;
        if s.think == THINK_GRU {
            finite &= gate(layers, genome, lane, input, output, forget);
            dense_from = 2;
        }
        for layer in &layers[dense_from..] {
            finite &= dense(layer, genome, input, output);
            activate(layer.activation, &mut output[..layer.outputs as usize]);
            std::mem::swap(input, output);
        }
        if finite {
            lane.action.copy_from_slice(&input[..lane.action.len()]);
        } else {
            // The tally removes the agent; until then it must not spread what is not a number.
            lane.action.fill(0.0);
            lane.memory.fill(0.0);
            lane.note.fault = 1;
        }
    });
}

/// The minimal gated unit (Zhou, Wu, Zhang & Zhou 2016): f = σ(W_f [x, h] + b_f), c = tanh(W_c [x, f h] + b_c),
/// h' = (1 - f) h + f c. Leaves the new memory in the lane and at the front of `input`.
fn gate(
    layers: &[LayerParams],
    genome: &[f32],
    lane: &mut Lane,
    input: &mut [f32],
    output: &mut [f32],
    forget: &mut [f32],
) -> bool {
    let (n, m) = (lane.obs.len(), lane.memory.len());
    input[n..n + m].copy_from_slice(lane.memory);
    let mut finite = dense(&layers[0], genome, input, forget);
    for i in 0..m {
        forget[i] = sigmoid(forget[i]);
        input[n + i] = forget[i] * lane.memory[i];
    }
    finite &= dense(&layers[1], genome, input, output);
    for i in 0..m {
        let h = (1.0 - forget[i]) * lane.memory[i] + forget[i] * tanh(output[i]);
        lane.memory[i] = h;
        input[i] = h;
    }
    finite
}

fn activate(activation: u32, neurons: &mut [f32]) {
    match activation {
        ACT_TANH => neurons.iter_mut().for_each(|x| *x = tanh(*x)),
        ACT_RELU => neurons.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
        _ => {}
    }
}

/// Outputs summed at once: two AVX-512 or four AVX2 registers.
const BLOCK: usize = 16;

/// Sums of one layer: biases, then each input's weights in index order. False when a sum is not finite.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn dense(layer: &LayerParams, genome: &[f32], input: &[f32], output: &mut [f32]) -> bool {
    let (inputs, outputs, start) = (layer.inputs as usize, layer.outputs as usize, layer.start as usize);
    let bias = &genome[start..start + outputs];
    let weights = &genome[start + outputs..start + outputs * (inputs + 1)];
    let input = &input[..inputs];
    let output = &mut output[..outputs];
    let whole = outputs / BLOCK * BLOCK;
    for block in (0..whole).step_by(BLOCK) {
        let mut sum = [0.0f32; BLOCK];
        sum.copy_from_slice(&bias[block..block + BLOCK]);
        for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
            let row = &row[block..block + BLOCK];
            for j in 0..BLOCK {
                sum[j] += x * row[j];
            }
        }
        output[block..block + BLOCK].copy_from_slice(&sum);
    }
    if whole < outputs {
        let rest = outputs - whole;
        let mut sum = [0.0f32; BLOCK];
        sum[..rest].copy_from_slice(&bias[whole..]);
        for (x, row) in input.iter().zip(weights.chunks_exact(outputs)) {
            for (sum, w) in sum.iter_mut().zip(&row[whole..]) {
                *sum += x * w;
            }
        }
        output[whole..].copy_from_slice(&sum[..rest]);
    }
    // An exponent of all ones is infinite or not a number; bits, because twins may not compare such floats alike.
    output.iter().fold(true, |ok, x| ok & (x.to_bits() & 0x7f80_0000 != 0x7f80_0000))
}
