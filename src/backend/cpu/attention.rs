//! Attention over the items of an observation: part of *think*. Twin of `shaders/attention.wgsl`, of `attend` in
//! `think_alone.wgsl` and of `attended` in `think_team.wgsl`. Knows nothing of the layers that follow.

use super::think::{dense, is_finite};
use super::weights::{Form, Half, Single, Steps};
use crate::layout::*;
use crate::math::tanh;
use crate::plan::Plan;

/// Rows of an agent at work.
#[derive(Default)]
pub struct Attention {
    queries: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    gathered: Vec<f32>,
}

/// Leaves in `input` what is observed besides items, then what the heads have gathered of them. `layers` are those of queries,
/// keys and values; weights `ahead` bytes further are asked for. What is not finite stays so.
#[inline(always)]
pub fn attend<F: Form>(
    s: &SpeciesParams,
    layers: &[LayerParams],
    genome: &[u32],
    observation: &[f32],
    work: &mut Attention,
    input: &mut [f32],
    ahead: usize,
) {
    let Attention { queries, key, value, gathered } = work;
    let sizes = [&layers[0], &layers[1], &layers[2]].map(|layer| layer.outputs as usize);
    let width = sizes[0] / sizes[1] * sizes[2];
    for (row, len) in [&mut *queries, key, value, gathered].into_iter().zip([sizes[0], sizes[1], sizes[2], width]) {
        row.clear();
        row.resize(len, 0.0);
    }
    let items = s.items_start as usize..(s.items_start + s.items * s.item_len) as usize;
    let rest = layers[0].inputs as usize;
    input[..items.start].copy_from_slice(&observation[..items.start]);
    input[items.start..rest].copy_from_slice(&observation[items.end..]);
    dense::<F>(&layers[0], genome, input, queries, ahead);
    let mut present = 0;
    for item in observation[items].chunks_exact(s.item_len as usize) {
        // The places of those that are not there hold zeros; of those that are, nearness is more than 0.
        if item.iter().all(|x| *x == 0.0) {
            continue;
        }
        present += 1;
        dense::<F>(&layers[1], genome, item, key, ahead);
        dense::<F>(&layers[2], genome, item, value, ahead);
        key.iter_mut().chain(&mut *value).for_each(|x| *x = passed_on(*x));
        for (query, gathered) in queries.chunks_exact(sizes[1]).zip(gathered.chunks_exact_mut(sizes[2])) {
            let product = query.iter().zip(&*key).fold(0.0, |sum, (q, k)| sum + q * k);
            let weight = passed_on(product * s.rule[0]);
            for (sum, v) in gathered.iter_mut().zip(&*value) {
                *sum += weight * v;
            }
        }
    }
    for (input, sum) in input[rest..].iter_mut().zip(&*gathered) {
        *input = if s.think == THINK_ATTENTION_MEAN && present > 0 { sum / present as f32 } else { *sum };
    }
}

/// The last numbers that `attend` leaves, what the heads have gathered, for an observation of species `species` that runs
/// `genome`. The species must pay attention, and the lengths be those of its plan.
pub fn gathered(plan: &Plan, species: usize, genome: &[f32], observation: &[f32]) -> Vec<f32> {
    let s = &plan.species[species];
    let layers = &plan.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize];
    let mut row = vec![0; s.genome_words as usize];
    plan.rows(species).encode(genome, &mut row);
    let mut input = vec![0.0; layers[3].inputs as usize];
    let (mut work, input_of) = (Attention::default(), layers[0].inputs as usize);
    match s.weights {
        WEIGHTS_F16 => attend::<Half>(s, layers, &row, observation, &mut work, &mut input, 0),
        WEIGHTS_I8 => attend::<Steps>(s, layers, &row, observation, &mut work, &mut input, 0),
        _ => attend::<Single>(s, layers, &row, observation, &mut work, &mut input, 0),
    }
    input.split_off(input_of)
}

/// tanh, but what is not finite goes on as it is, and lets no later sum be finite.
#[inline(always)]
fn passed_on(sum: f32) -> f32 {
    if is_finite(sum) { tanh(sum) } else { sum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng;
    use crate::scene::{AttentionSpec, Controller, NearestSense, Pooling, SceneSpec, Sense, SpeciesSpec};
    use crate::world::random_genome;

    /// The formula of `AttentionSpec`, read plainly and in double precision: the senses, then items of three numbers.
    fn plainly(
        genome: &[f64],
        senses: &[f64],
        items: &[[f64; 3]],
        heads: usize,
        keys: usize,
        values: usize,
    ) -> Vec<f64> {
        let layer = |from: usize, inputs: &[f64], outputs: usize, o: usize| {
            let weight = |i: usize| genome[from + outputs + i * outputs + o];
            genome[from + o] + inputs.iter().enumerate().map(|(i, x)| x * weight(i)).sum::<f64>()
        };
        let second = (senses.len() + 1) * heads * keys;
        let third = second + 4 * keys;
        let mut gathered = vec![0.0; heads * values];
        for item in items {
            for (o, sum) in gathered.iter_mut().enumerate() {
                let head = o / values;
                let query = |k: usize| layer(0, senses, heads * keys, head * keys + k);
                let key = |k: usize| layer(second, item, keys, k).tanh();
                let product: f64 = (0..keys).map(|k| query(k) * key(k)).sum();
                *sum += (product / (keys as f64).sqrt()).tanh() * layer(third, item, values, o % values).tanh();
            }
        }
        gathered.iter().map(|sum| sum / items.len() as f64).collect()
    }

    #[test]
    fn what_is_gathered_is_what_the_formula_says() {
        let spec = AttentionSpec { heads: 3, keys: 5, values: 2, pooling: Pooling::Mean, ..Default::default() };
        let fish = SpeciesSpec {
            senses: vec![Sense::Speed, Sense::Nearest(NearestSense { k: 4, ..Default::default() }), Sense::Noise],
            controller: Controller::Attention(spec),
            ..Default::default()
        };
        let scene = SceneSpec { extent: [9.0, 9.0, 0.0], species: vec![fish], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let mut genome = vec![0.0; plan.species[0].genome_len as usize];
        random_genome(&mut genome, &plan, 0, &scene.species[0].controller, [3, 4], 0);
        let number = |i: u32| rng::normal(rng::draw([5, 6], 0, i, 0));
        let mut observation: Vec<f32> = (0..14).map(number).collect();
        // The third item is not there.
        observation[7..10].fill(0.0);
        let wide: Vec<f64> = observation.iter().map(|x| f64::from(*x)).collect();
        let items = [1, 4, 10].map(|at| [wide[at], wide[at + 1], wide[at + 2]]);
        let numbers: Vec<f64> = genome.iter().map(|x| f64::from(*x)).collect();
        let expected = plainly(&numbers, &[wide[0], wide[13]], &items, 3, 5, 2);
        let found = gathered(&plan, 0, &genome, &observation);
        assert_eq!(found.len(), expected.len());
        for (a, b) in found.iter().zip(&expected) {
            // Single precision, and `math::tanh`, which is within 1e-6 of the true one.
            assert!((f64::from(*a) - b).abs() < 1e-5, "{found:?} {expected:?}");
        }
    }
}
