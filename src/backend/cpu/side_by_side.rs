//! Dense layers of agents that share a genome, each agent in a lane of its own: part of *think*. A weight is read once for
//! all lanes, and the sums of each lane are those of `think::one`. Knows nothing of genomes that differ.

use multiversion::multiversion;
use multiversion::target::{match_target, target_cfg_f};

use super::lanes::{Env, LANES, Lanes};
use super::think::{activate, is_finite, layers};
#[cfg(target_arch = "x86_64")]
use super::weights::NativeHalf;
use super::weights::{Form, Half, Single, Steps};
use crate::layout::*;

/// One number of each agent.
type Row = [f32; LANES];

/// Inputs and outputs of a layer; grown to the widest once.
#[derive(Default)]
pub struct Rows {
    inputs: Vec<Row>,
    outputs: Vec<Row>,
    /// Weights of a layer as numbers, where they are stored otherwise.
    wide: Vec<f32>,
}

impl Rows {
    /// Makes room for layers of `width` neurons.
    pub fn grow(&mut self, width: usize) {
        if self.inputs.len() < width {
            self.inputs.resize(width, [0.0; LANES]);
            self.outputs.resize(width, [0.0; LANES]);
        }
    }
}

/// Fills the actions of neighbouring slots that all run `genome`.
#[multiversion(targets("x86_64+avx512f+avx512vl+f16c", "x86_64+avx2+f16c", "aarch64+neon"))]
pub fn side_by_side(env: &Env, genome: &[u32], lanes: &mut Lanes, rows: &mut Rows) {
    let wide = target_cfg_f!(target_feature = "avx512f");
    match env.species.weights {
        WEIGHTS_F16 => match_target! {
            "x86_64+avx512f+avx512vl+f16c" => of_form::<NativeHalf>(env, genome, lanes, rows, wide),
            "x86_64+avx2+f16c" => of_form::<NativeHalf>(env, genome, lanes, rows, wide),
            _ => of_form::<Half>(env, genome, lanes, rows, wide),
        },
        WEIGHTS_I8 => of_form::<Steps>(env, genome, lanes, rows, wide),
        _ => of_form::<Single>(env, genome, lanes, rows, wide),
    }
}

/// As `side_by_side`, of one form; `eights` where eight rows fit the registers.
#[inline(always)]
fn of_form<F: Form>(env: &Env, genome: &[u32], lanes: &mut Lanes, rows: &mut Rows, eights: bool) {
    let Rows { inputs, outputs, wide } = rows;
    let first = lanes.slot;
    lanes.each(env, &mut |env, lane| {
        let at = (lane.slot - first) as usize;
        for (input, x) in inputs.iter_mut().zip(env.observation(lane.slot)) {
            input[at] = *x;
        }
    });
    let mut fault = [0u32; LANES];
    for layer in layers(env) {
        let n = layer.outputs as usize;
        let (bias, weights) = F::layer(genome, layer);
        let weights = F::numbers(weights, wide);
        let input = &inputs[..layer.inputs as usize];
        let mut at = 0;
        // As many outputs at once as leave the registers room, so that additions overlap: the widest processors have twice as
        // many registers, and each holds a row.
        while eights && n - at >= 8 {
            let sums = eight::<F>(&bias[at..], &weights[at..], n, input);
            finish::<F, _>(layer, &bias[at..], sums, &mut outputs[at..at + 8], &mut fault);
            at += 8;
        }
        while n - at >= 4 {
            let sums = four::<F>(&bias[at..], &weights[at..], n, input);
            finish::<F, _>(layer, &bias[at..], sums, &mut outputs[at..at + 4], &mut fault);
            at += 4;
        }
        while at < n {
            let mut sum = [F::start(bias[at]); LANES];
            for (x, row) in input.iter().zip(weights.chunks_exact(n)) {
                add_product(&mut sum, x, row[at]);
            }
            finish::<F, _>(layer, &bias[at..], [sum], &mut outputs[at..at + 1], &mut fault);
            at += 1;
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

/// Marks the lanes whose sums are not finite, and stores the sums through the activation: here, so that its divisions overlap
/// with the sums that follow.
#[inline(always)]
fn finish<F: Form, const N: usize>(
    layer: &LayerParams,
    bias: &[F::Bias],
    sums: [Row; N],
    output: &mut [Row],
    fault: &mut [u32; LANES],
) {
    for ((output, mut sum), bias) in output.iter_mut().zip(sums).zip(bias) {
        for lane in 0..LANES {
            sum[lane] = F::end(*bias, layer.step, sum[lane]);
            fault[lane] |= u32::from(!is_finite(sum[lane]));
        }
        *output = sum;
        activate(layer.activation, output);
    }
}

/// Sums of four outputs. `weights` begins at the first output's weight of the first input; inputs are `outputs` apart. Arrays
/// of their own rather than an array of them: those stay in registers.
#[inline(always)]
fn four<F: Form>(bias: &[F::Bias], weights: &[f32], outputs: usize, input: &[Row]) -> [Row; 4] {
    let [mut a, mut b, mut c, mut d] = [bias[0], bias[1], bias[2], bias[3]].map(|x| [F::start(x); LANES]);
    for (x, row) in input.iter().zip(weights.chunks(outputs)) {
        let row: &[f32; 4] = row.first_chunk().expect("four outputs");
        add_product(&mut a, x, row[0]);
        add_product(&mut b, x, row[1]);
        add_product(&mut c, x, row[2]);
        add_product(&mut d, x, row[3]);
    }
    [a, b, c, d]
}

/// Sums of eight outputs.
#[inline(always)]
fn eight<F: Form>(bias: &[F::Bias], weights: &[f32], outputs: usize, input: &[Row]) -> [Row; 8] {
    let [mut a, mut b, mut c, mut d] = [bias[0], bias[1], bias[2], bias[3]].map(|x| [F::start(x); LANES]);
    let [mut e, mut f, mut g, mut h] = [bias[4], bias[5], bias[6], bias[7]].map(|x| [F::start(x); LANES]);
    for (x, row) in input.iter().zip(weights.chunks(outputs)) {
        let row: &[f32; 8] = row.first_chunk().expect("eight outputs");
        add_product(&mut a, x, row[0]);
        add_product(&mut b, x, row[1]);
        add_product(&mut c, x, row[2]);
        add_product(&mut d, x, row[3]);
        add_product(&mut e, x, row[4]);
        add_product(&mut f, x, row[5]);
        add_product(&mut g, x, row[6]);
        add_product(&mut h, x, row[7]);
    }
    [a, b, c, d, e, f, g, h]
}

#[inline(always)]
fn add_product(sum: &mut Row, x: &Row, w: f32) {
    for lane in 0..LANES {
        sum[lane] += x[lane] * w;
    }
}
