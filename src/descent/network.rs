//! A dense network on its own: the numbers of a genome, forward as stage *think* does it, bit for bit, and backward by the chain
//! rule (reverse mode; Rumelhart, Hinton and Williams 1986). Knows nothing of losses.

use multiversion::multiversion;

use crate::layout::{ACT_RELU, ACT_TANH, LayerParams, THINK_DENSE};
use crate::math::tanh;
use crate::plan::Plan;

/// Layers of a `Linear` or `Mlp` controller. A genome holds, layer by layer, a bias for each output and then the weights of each
/// input in turn: `[outputs]`, `[inputs][outputs]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    layers: Vec<LayerParams>,
}

/// What a network made of one observation, kept for the way back; grown once.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    /// The observation, then what each layer gives on.
    values: Vec<Vec<f32>>,
    /// Sums of the last layer, before its tanh.
    sums: Vec<f32>,
    /// Slopes of the loss by the sums of a layer and of the one before it.
    slopes: [Vec<f32>; 2],
}

impl Pass {
    /// What the network answers: actions, -1 to 1.
    pub fn actions(&self) -> &[f32] {
        self.values.last().map_or(&[], |actions| actions)
    }

    /// Sums of the last layer, of which actions are the tanh.
    pub fn sums(&self) -> &[f32] {
        &self.sums
    }
}

impl Network {
    /// The network that agents of a species think with; `None` for one with memory or a rule.
    pub fn of(plan: &Plan, species: usize) -> Option<Network> {
        let p = &plan.species[species];
        let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
        (p.think == THINK_DENSE && !layers.is_empty()).then(|| Network { layers: layers.to_vec() })
    }

    /// Numbers of an observation.
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.inputs as usize)
    }

    /// Numbers of an action.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.outputs as usize)
    }

    /// Numbers of a genome.
    pub fn len(&self) -> usize {
        self.layers.iter().map(|layer| (layer.inputs * layer.outputs + layer.biases) as usize).sum()
    }

    /// Whether there is nothing to learn.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Biases, where it has them, and weights of a layer among numbers laid out as a genome.
    fn parts<'a>(layer: &LayerParams, numbers: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        let (start, outputs) = (layer.start as usize, layer.outputs as usize);
        let (bias, rest) = numbers[start..].split_at(layer.biases as usize);
        (bias, &rest[..layer.inputs as usize * outputs])
    }

    /// Runs `genome` on an observation of `inputs` numbers.
    pub fn forward(&self, genome: &[f32], observation: &[f32], pass: &mut Pass) {
        pass.values.resize(self.layers.len() + 1, vec![]);
        pass.values[0].clear();
        pass.values[0].extend_from_slice(&observation[..self.inputs()]);
        for (index, layer) in self.layers.iter().enumerate() {
            let (bias, weights) = Self::parts(layer, genome);
            let (before, after) = pass.values.split_at_mut(index + 1);
            let output = &mut after[0];
            output.clear();
            output.extend_from_slice(bias);
            output.resize(layer.outputs as usize, 0.0);
            add_inputs(&before[index], weights, output);
            if index + 1 == self.layers.len() {
                pass.sums.clone_from(output);
            }
            match layer.activation {
                ACT_TANH => output.iter_mut().for_each(|x| *x = tanh(*x)),
                ACT_RELU => output.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
                _ => {}
            }
        }
    }

    /// Adds to `gradient` the slopes of a loss by the numbers of the genome, for the observation that `pass` last ran forward;
    /// `slopes` are those of the loss by the sums of the last layer.
    pub fn backward(&self, genome: &[f32], pass: &mut Pass, slopes: &[f32], gradient: &mut [f32]) {
        let Pass { values, slopes: [own, before], .. } = pass;
        own.clear();
        own.extend_from_slice(slopes);
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let (_, weights) = Self::parts(layer, genome);
            let (bias, rest) = gradient[layer.start as usize..].split_at_mut(layer.biases as usize);
            bias.iter_mut().zip(&*own).for_each(|(g, slope)| *g += slope);
            add_products(&values[index], own, rest);
            if index == 0 {
                break;
            }
            before.resize(layer.inputs as usize, 0.0);
            through(weights, own, before);
            // By what the layer below gave on: its slope is 1 - y² for tanh, 1 or 0 for max(0, x).
            let activation = self.layers[index - 1].activation;
            for (slope, y) in before.iter_mut().zip(&values[index]) {
                *slope *= match activation {
                    ACT_TANH => 1.0 - y * y,
                    ACT_RELU => f32::from(u8::from(*y > 0.0)),
                    _ => 1.0,
                };
            }
            std::mem::swap(own, before);
        }
    }
}

/// Adds to `sums` each input times its row of weights, in the order of inputs, as everywhere.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add_inputs(inputs: &[f32], weights: &[f32], sums: &mut [f32]) {
    for (x, row) in inputs.iter().zip(weights.chunks_exact(sums.len())) {
        for (sum, w) in sums.iter_mut().zip(row) {
            *sum += x * w;
        }
    }
}

/// Adds each input times all slopes to its row of the gradient; rows beyond the inputs stay as they are.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add_products(inputs: &[f32], slopes: &[f32], gradient: &mut [f32]) {
    for (x, row) in inputs.iter().zip(gradient.chunks_exact_mut(slopes.len())) {
        for (g, slope) in row.iter_mut().zip(slopes) {
            *g += x * slope;
        }
    }
}

/// Slopes by the inputs of a layer: each input's weights times the slopes by the layer's sums. In sixteen sums side by side, which takes
/// whole vectors and is the same on every machine.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn through(weights: &[f32], slopes: &[f32], inputs: &mut [f32]) {
    for (input, row) in inputs.iter_mut().zip(weights.chunks_exact(slopes.len())) {
        let ((a, a_rest), (b, b_rest)) = (row.as_chunks::<16>(), slopes.as_chunks::<16>());
        let mut sums = [0.0f32; 16];
        for (a, b) in a.iter().zip(b) {
            for lane in 0..16 {
                sums[lane] += a[lane] * b[lane];
            }
        }
        let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
        *input = sums.iter().sum::<f32>() + rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng;
    use crate::scene::{self, SceneSpec};
    use crate::simulation::{Options, Simulation};

    /// A scene of one agent with a controller, its network, and a random genome of it.
    fn network(controller: &str) -> (SceneSpec, Network, Vec<f32>) {
        let mut scene = scene::load("food_call").unwrap().spec;
        scene::set(&mut scene, "species[0].controller", controller).unwrap();
        let plan = Plan::new(&scene, 1);
        let network = Network::of(&plan, 0).unwrap();
        let mut genome = vec![0.0; network.len()];
        crate::world::random_genome(&mut genome, &plan, 0, &scene.species[0].controller, [3, 4], 0);
        // Biases as well, so that none of them is at rest.
        genome.iter_mut().enumerate().filter(|(_, x)| **x == 0.0).for_each(|(i, x)| {
            *x = 0.3 * rng::normal(rng::draw([5, 6], 0, i as u32, 0));
        });
        (scene, network, genome)
    }

    const CONTROLLERS: [&str; 4] = [
        "Linear",
        "Mlp(hidden: [6])",
        "Mlp(hidden: [9, 17], activation: Relu)",
        "Mlp(hidden: [8, 33], activation: Linear)",
    ];

    #[test]
    fn actions_are_those_of_the_engine_to_the_bit() {
        for controller in CONTROLLERS {
            let (scene, network, _) = network(controller);
            let options = Options { threads: Some(1), ..Options::default() };
            let mut simulation = Simulation::new(scene, &options).unwrap();
            simulation.advance(7).unwrap();
            let mut pass = Pass::default();
            for slot in 0..8 {
                let detail = simulation.detail(0, slot).unwrap();
                network.forward(&detail.genome, &detail.observation, &mut pass);
                assert!(detail.observation.iter().any(|x| *x != 0.0));
                assert_eq!(pass.actions(), detail.action, "{controller}");
            }
        }
    }

    #[test]
    fn the_gradient_is_that_of_small_changes() {
        for controller in CONTROLLERS {
            let (_, network, genome) = network(controller);
            let number = |i: usize, purpose| rng::normal(rng::draw([7, 8], 0, i as u32, purpose));
            let observation: Vec<f32> = (0..network.inputs()).map(|i| 0.5 * number(i, 1)).collect();
            // Any loss will do that weighs all sums: L = Σ c s + s² / 2.
            let along: Vec<f32> = (0..network.outputs()).map(|i| number(i, 2)).collect();
            let mut pass = Pass::default();
            let mut loss = |genome: &[f32]| {
                network.forward(genome, &observation, &mut pass);
                let sums = pass.sums().iter().zip(&along).map(|(s, c)| (f64::from(*s), f64::from(*c)));
                sums.map(|(s, c)| c * s + 0.5 * s * s).sum::<f64>()
            };
            // Steps of 0.01 leave a third-order error of some 1e-4 and rounding of some 1e-5.
            let step = 0.01f32;
            let measured: Vec<f64> = (0..genome.len())
                .map(|i| {
                    let mut changed = genome.clone();
                    changed[i] = genome[i] + step;
                    let above = loss(&changed);
                    changed[i] = genome[i] - step;
                    (above - loss(&changed)) / (2.0 * f64::from(step))
                })
                .collect();
            let mut pass = Pass::default();
            network.forward(&genome, &observation, &mut pass);
            let slopes: Vec<f32> = pass.sums().iter().zip(&along).map(|(s, c)| c + s).collect();
            let mut gradient = vec![0.0; genome.len()];
            network.backward(&genome, &mut pass, &slopes, &mut gradient);
            let size = measured.iter().map(|g| g.abs()).fold(0.0, f64::max);
            for (i, (g, m)) in gradient.iter().zip(&measured).enumerate() {
                assert!((f64::from(*g) - m).abs() < 2e-3 * size, "{controller}, number {i}: {g} and {m} of {size}");
            }
        }
    }
}
