//! Weights of a graph learned from examples by gradient descent: reverse-mode differentiation through its nodes, a logistic loss
//! on its first output, and Adam on small batches. The half of *backprop NEAT* (Ha 2016) that is not evolution; what is learned
//! is written into the genome. Knows nothing of where examples come from.

use super::genome::{Genome, first_output, one};
use crate::controller::graph::{GraphForm, activated};
use crate::evolution::optimizer::Adam;
use crate::layout::*;
use crate::math::{sigmoid, sine};
use crate::rng::{self, Stream};

/// What is shown, and what the first output is to say of it: above 0 for yes.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The inputs.
    pub inputs: Vec<f32>,
    /// Whether the answer is yes.
    pub yes: bool,
}

/// How weights are learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Learning {
    /// Steps of the optimiser.
    pub steps: u32,
    /// Examples of a step, drawn evenly with replacement.
    pub batch: u32,
    /// Adam's rate.
    pub rate: f64,
    /// Largest weight, either way.
    pub most_weight: f64,
}

/// A node to evaluate.
struct Work {
    value: usize,
    activation: u32,
    /// Edges that are on: place in the genome, and in the values of the source.
    edges: Vec<(usize, usize)>,
    /// Its bias, if it has one: place of the edge in the genome.
    bias: Option<usize>,
}

/// A genome unrolled for learning.
struct Unrolled {
    work: Vec<Work>,
    /// Inputs, and then nodes in order of evaluation.
    values: Vec<f32>,
    sums: Vec<f32>,
    /// The loss by each value.
    slopes: Vec<f64>,
    inputs: usize,
    output: Option<usize>,
}

impl Unrolled {
    /// Edges that lead back read nothing in a single evaluation and are left out.
    fn new(genome: &Genome, form: &GraphForm) -> Unrolled {
        let inputs = form.inputs as usize;
        let order = genome.order(form);
        let place = |id: u32| match id {
            id if id < form.inputs => Some(id as usize),
            id => order.iter().position(|other| *other == id).map(|at| inputs + at),
        };
        let mut work: Vec<Work> = order
            .iter()
            .enumerate()
            .map(|(at, id)| {
                let node = genome.nodes.binary_search_by_key(id, |node| node.id).ok();
                let activation = node.map_or(form.output, |at| genome.nodes[at].activation);
                Work { value: inputs + at, activation, edges: vec![], bias: None }
            })
            .collect();
        for (at, edge) in genome.edges.iter().enumerate().filter(|(_, edge)| edge.enabled && !edge.back) {
            let Some(target) = place(edge.target).and_then(|value| value.checked_sub(inputs)) else { continue };
            match place(edge.source) {
                _ if edge.source == one(form) => work[target].bias = Some(at),
                Some(source) => work[target].edges.push((at, source)),
                None => {}
            }
        }
        let all = inputs + order.len();
        let output = place(first_output(form)).filter(|_| form.outputs > 0);
        Unrolled { work, values: vec![0.0; all], sums: vec![0.0; order.len()], slopes: vec![0.0; all], inputs, output }
    }

    /// The first output for some inputs.
    fn forward(&mut self, weights: &[f64], inputs: &[f32]) -> f32 {
        self.values[..self.inputs].copy_from_slice(&inputs[..self.inputs]);
        for (at, work) in self.work.iter().enumerate() {
            let bias = work.bias.map_or(0.0, |bias| weights[bias] as f32);
            let terms = work.edges.iter().map(|(edge, source)| self.values[*source] * weights[*edge] as f32);
            let sum = if work.activation == ACT_MULT {
                bias + terms.product::<f32>()
            } else {
                terms.fold(bias, |sum, x| sum + x)
            };
            self.sums[at] = sum;
            self.values[work.value] = activated(work.activation, sum);
        }
        self.output.map_or(0.0, |at| self.values[at])
    }

    /// Adds to `gradient` what the loss of the example seen last changes by each weight; `slope` is by the output.
    fn backward(&mut self, weights: &[f64], slope: f64, gradient: &mut [f64]) {
        self.slopes.fill(0.0);
        let Some(output) = self.output else { return };
        self.slopes[output] = slope;
        for (at, work) in self.work.iter().enumerate().rev() {
            let slope = self.slopes[work.value] * derivative(work.activation, self.sums[at], self.values[work.value]);
            if slope == 0.0 {
                continue;
            }
            if let Some(bias) = work.bias {
                gradient[bias] += slope;
            }
            for (i, (edge, source)) in work.edges.iter().enumerate() {
                let value = f64::from(self.values[*source]);
                // Of a product, what the others come to.
                let others = if work.activation == ACT_MULT {
                    let other = |(j, (edge, source)): (usize, &(usize, usize))| {
                        if j == i { 1.0 } else { f64::from(self.values[*source]) * weights[*edge] }
                    };
                    work.edges.iter().enumerate().map(other).product()
                } else {
                    1.0
                };
                gradient[*edge] += slope * others * value;
                self.slopes[*source] += slope * others * weights[*edge];
            }
        }
    }
}

/// The derivative of an activation at a sum `x` of which it makes `y`.
fn derivative(activation: u32, x: f32, y: f32) -> f64 {
    let [x, y] = [f64::from(x), f64::from(y)];
    match activation {
        ACT_TANH => 1.0 - y * y,
        ACT_RELU => f64::from(u8::from(x > 0.0)),
        ACT_SIGMOID => y * (1.0 - y),
        ACT_STEEP => 4.9 * y * (1.0 - y),
        ACT_GAUSSIAN => -x * y,
        ACT_SINE => f64::from(sine(x as f32 + std::f32::consts::FRAC_PI_2)),
        ACT_ABS => f64::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
        ACT_SQUARE => 2.0 * x,
        _ => 1.0,
    }
}

/// Changes the weights of a genome so that it answers examples better. A step after which a weight would be no number ends it.
pub fn learn(genome: &mut Genome, form: &GraphForm, examples: &[Example], learning: &Learning, key: Stream) {
    let mut unrolled = Unrolled::new(genome, form);
    let mut weights: Vec<f64> = genome.edges.iter().map(|edge| f64::from(edge.weight)).collect();
    let mut adam = Adam::new(weights.len());
    let mut gradient = vec![0.0; weights.len()];
    for step in 0..if examples.is_empty() { 0 } else { learning.steps } {
        gradient.fill(0.0);
        for number in 0..learning.batch {
            let words = rng::draw(key, step, number, DRAW_SAMPLE);
            let example = &examples[rng::below(words[0], examples.len() as u32) as usize];
            let said = sigmoid(unrolled.forward(&weights, &example.inputs));
            // Uphill: minus the derivative of the logistic loss by what it was of.
            let slope = f64::from(u8::from(example.yes)) - f64::from(said);
            unrolled.backward(&weights, slope / f64::from(learning.batch), &mut gradient);
        }
        if !gradient.iter().all(|slope| slope.is_finite()) {
            break;
        }
        adam.step(&mut weights, &gradient, learning.rate);
        weights.iter_mut().for_each(|weight| *weight = weight.clamp(-learning.most_weight, learning.most_weight));
    }
    for (edge, weight) in genome.edges.iter_mut().zip(weights) {
        edge.weight = weight as f32;
    }
}

/// Mean logistic loss of a genome over examples, and the share that it answers rightly.
pub fn judge(genome: &Genome, form: &GraphForm, examples: &[Example]) -> (f64, f64) {
    let mut unrolled = Unrolled::new(genome, form);
    let weights: Vec<f64> = genome.edges.iter().map(|edge| f64::from(edge.weight)).collect();
    let (mut loss, mut right) = (0.0, 0usize);
    for example in examples {
        let answer = f64::from(unrolled.forward(&weights, &example.inputs));
        // ln(1 + e^-m) of the margin m, without a sum that overflows.
        let margin = if example.yes { answer } else { -answer };
        loss += libm::log1p(libm::exp(-margin.abs())) + (-margin).max(0.0);
        right += usize::from(margin > 0.0);
    }
    let count = examples.len().max(1) as f64;
    (loss / count, right as f64 / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::graph::run;
    use crate::evolution::neat::genome::{Edge, Innovations, Node, first_hidden};
    use crate::scene::{GraphSpec, NeatSpec};

    const ALL: [u32; 10] =
        [ACT_TANH, ACT_RELU, ACT_LINEAR, ACT_SIGMOID, ACT_STEEP, ACT_GAUSSIAN, ACT_SINE, ACT_ABS, ACT_SQUARE, ACT_MULT];

    fn form() -> GraphForm {
        let mut form = GraphForm::new(&GraphSpec { nodes: 14, edges: 60, ..Default::default() }, 2, 1);
        form.activations = ALL.to_vec();
        form
    }

    /// Two inputs to two nodes of some activation, and these to the output.
    fn small(activation: u32) -> Genome {
        let hidden = first_hidden(&form());
        let edge = |mark, source, target, weight| Edge { mark, source, target, weight, enabled: true, back: false };
        let edges = vec![
            edge(0, 0, hidden, 0.7),
            edge(1, 1, hidden, -0.4),
            edge(2, 2, hidden, 0.3),
            edge(3, 0, hidden + 1, 0.9),
            edge(4, 1, hidden + 1, 0.6),
            edge(5, hidden, 3, 0.8),
            edge(6, hidden + 1, 3, -0.5),
            edge(7, 2, 3, 0.1),
        ];
        let node = |id| Node { id, activation };
        Genome { nodes: vec![node(hidden), node(hidden + 1)], edges }
    }

    #[test]
    fn slopes_are_those_of_finite_differences() {
        let form = form();
        for activation in ALL {
            let genome = small(activation);
            let weights: Vec<f64> = genome.edges.iter().map(|edge| f64::from(edge.weight)).collect();
            let mut unrolled = Unrolled::new(&genome, &form);
            let inputs = [0.8, -0.5];
            unrolled.forward(&weights, &inputs);
            let mut gradient = vec![0.0; weights.len()];
            unrolled.backward(&weights, 1.0, &mut gradient);
            for i in 0..weights.len() {
                // An f32 is good to 6e-8, so a difference of 0.01 errs by 1e-5, and by its square where the function bends.
                let mut at = |change: f64| {
                    let mut moved = weights.clone();
                    moved[i] += change;
                    f64::from(unrolled.forward(&moved, &inputs))
                };
                let slope = (at(0.005) - at(-0.005)) / 0.01;
                assert!((slope - gradient[i]).abs() < 2e-3, "{activation}, weight {i}: {slope} {}", gradient[i]);
            }
        }
    }

    #[test]
    fn what_learns_is_what_runs() {
        let form = form();
        let spec = NeatSpec { add_node: 0.5, add_edge: 0.5, ..Default::default() };
        let (mut innovations, mut genome) = (Innovations::new(&form), small(ACT_SINE));
        for round in 0..40 {
            genome.mutate(&spec, &form, &mut innovations, &mut super::super::draws::Draws::new([round, 3]));
            let mut row = vec![0.0; form.numbers() as usize];
            genome.compile(&form, &mut row);
            let weights: Vec<f64> = genome.edges.iter().map(|edge| f64::from(edge.weight)).collect();
            let answer = Unrolled::new(&genome, &form).forward(&weights, &[0.3, -0.9]);
            let mut values = vec![0.0; 2 + form.sizes().own as usize];
            values[..2].copy_from_slice(&[0.3, -0.9]);
            run(form.sizes(), &row, &mut values);
            // Both add in f32 in one order.
            assert_eq!(answer, values[2], "round {round}");
        }
        assert!(genome.nodes.len() > 5, "it has grown");
    }

    #[test]
    fn a_graph_learns_a_border_and_says_so() {
        let form = form();
        let examples: Vec<Example> = (0..200)
            .map(|i| {
                let words = rng::draw([4, 4], i, 0, 0);
                let inputs = [0, 1].map(|axis| 2.0 * rng::uniform(words[axis]) - 1.0);
                Example { inputs: inputs.to_vec(), yes: inputs[0] * inputs[0] + inputs[1] * inputs[1] > 0.6 }
            })
            .collect();
        let mut genome = small(ACT_SQUARE);
        let (before, _) = judge(&genome, &form, &examples);
        let learning = Learning { steps: 600, batch: 10, rate: 0.03, most_weight: 30.0 };
        learn(&mut genome, &form, &examples, &learning, [1, 2]);
        let (after, right) = judge(&genome, &form, &examples);
        assert!(after < 0.5 * before && right > 0.9, "loss {before} to {after}, {right} right");
        let known = genome.clone();
        learn(&mut genome, &form, &[], &learning, [1, 2]);
        assert_eq!(genome, known, "nothing to learn from");
        // A weight whose slope is no number ends it, and stays.
        let mut wild = small(ACT_SQUARE);
        wild.edges[0].weight = 3e30;
        learn(&mut wild, &form, &examples, &learning, [1, 2]);
        assert!(wild.edges.iter().all(|edge| edge.weight.is_finite()));
    }
}
