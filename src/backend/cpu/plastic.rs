//! Plastic layers of one agent: part of *think*. Weights stand in the agent's memory, a row of outputs for each input, layer
//! after layer; the last number of the memory tells whether they have been set. Twin of the plastic branches of
//! `shaders/think_alone.wgsl` and `think_team.wgsl`. Knows nothing of how rules evolve.

use multiversion::multiversion;

use super::lanes::{Env, Lane};
use super::think::{activate, is_finite, layers};
use crate::controller::hebb::learned;
use crate::layout::*;
use crate::rng;

/// Fills the action of one agent, and changes its weights by what its neurons gave. `input` and `output` are rows of the
/// widest layer.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub fn plastic(env: &Env, genome: &[u32], lane: &mut Lane, input: &mut Vec<f32>, output: &mut Vec<f32>) {
    let genome: &[f32] = bytemuck::cast_slice(genome);
    let limit = env.species.rule[1];
    let Some((set, weights)) = lane.memory.split_last_mut() else { return };
    // The memory of a newborn is 0 throughout.
    if *set == 0.0 {
        *set = 1.0;
        give_birth(env, genome, lane.agent.id, weights);
    }
    for (input, x) in input.iter_mut().zip(env.observation(lane.slot)) {
        *input = *x;
    }
    let (mut finite, mut at) = (true, 0);
    for layer in layers(env) {
        let (inputs, outputs) = (layer.inputs as usize, layer.outputs as usize);
        let count = inputs * outputs;
        let own = &mut weights[at..at + count];
        at += count;
        let (xs, ys) = (&input[..inputs], &mut output[..outputs]);
        ys.fill(0.0);
        for (x, row) in xs.iter().zip(own.chunks_exact(outputs)) {
            for (sum, w) in ys.iter_mut().zip(row) {
                *sum += x * w;
            }
        }
        finite &= ys.iter().fold(true, |ok, sum| ok & is_finite(*sum));
        activate(layer.activation, ys);
        let rules = &genome[layer.start as usize..][..RULE_NUMBERS as usize * count];
        let of = |number: usize, i: usize| &rules[number * count + i * outputs..][..outputs];
        for (i, (x, row)) in xs.iter().zip(own.chunks_exact_mut(outputs)).enumerate() {
            let [eta, a, b, c, d] = [0, 1, 2, 3, 4].map(|number| of(number, i));
            for (o, (w, y)) in row.iter_mut().zip(&*ys).enumerate() {
                *w = learned(*w, [eta[o], a[o], b[o], c[o], d[o]], *x, *y, limit);
            }
        }
        std::mem::swap(input, output);
    }
    for (action, x) in lane.action.iter_mut().zip(&*input) {
        // As in `think`: until the tally removes the agent, it must not spread what is not a number.
        *action = if finite { *x } else { 0.0 };
    }
    if !finite {
        lane.memory.fill(0.0);
    }
    lane.note.fault = u32::from(!finite);
}

/// The weights of agent `id` at birth: of its genome, or drawn.
fn give_birth(env: &Env, genome: &[f32], id: u32, weights: &mut [f32]) {
    let s = env.species;
    if s.numbers > RULE_NUMBERS {
        let mut rest = weights;
        for layer in layers(env) {
            let count = (layer.inputs * layer.outputs) as usize;
            let (own, others) = rest.split_at_mut(count);
            own.copy_from_slice(&genome[layer.start as usize + RULE_NUMBERS as usize * count..][..count]);
            rest = others;
        }
        return;
    }
    for (block, four) in weights.chunks_mut(4).enumerate() {
        let words = rng::draw(env.stream, block as u32, id, DRAW_BORN);
        for (w, word) in four.iter_mut().zip(words) {
            *w = s.rule[0] * (2.0 * rng::uniform(word) - 1.0);
        }
    }
}
