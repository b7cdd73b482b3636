//! A graph of nodes as a controller: how it lies in a genome row, and how it is run. The row is a program, compiled once by
//! whoever grows the graph (`evolution::neat`): nodes in the order in which they are evaluated, then their edges. Any numbers
//! whatever are a program that can be run. Twin of `shaders/graph.wgsl`. Knows nothing of how graphs grow.
//!
//! A row holds the number of nodes to evaluate; for each node that there may be four numbers (which it is, its activation, how
//! many edges come in, its bias); for each edge that there may be two (its source, its weight), node after node. A node adds its
//! bias and its edges in that order. *Values* are the inputs, then the actions' nodes, then the hidden nodes; nodes are
//! evaluated in place, so an edge whose source is evaluated later reads what stood there: the source's value of the tick
//! before, kept in memory, or 0 where the graph has none. No edge need say whether it leads back.

use crate::layout::*;
use crate::math::{exp, sigmoid, sine, tanh};
use crate::rng;
use crate::scene::{GraphSpec, NodeActivation};

/// What a graph may hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphForm {
    /// Numbers of an observation.
    pub inputs: u32,
    /// Numbers of an action.
    pub outputs: u32,
    /// Most hidden nodes.
    pub nodes: u32,
    /// Most edges, those from every input to every output among them.
    pub edges: u32,
    /// Whether edges may lead back.
    pub recurrent: bool,
    /// ACT_ constants that a hidden node may have; never empty in one made from a scene.
    pub activations: Vec<u32>,
    /// ACT_ constant of the outputs.
    pub output: u32,
}

/// One node to evaluate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which node: outputs from 0, then hidden ones.
    pub node: u32,
    /// ACT_ constant.
    pub activation: u32,
    /// Bias.
    pub bias: f32,
    /// Its first edge, and one past its last.
    pub edges: [u32; 2],
}

/// The ACT_ constant of an activation of the scene format.
pub fn activation_of(activation: NodeActivation) -> u32 {
    match activation {
        NodeActivation::Tanh => ACT_TANH,
        NodeActivation::Relu => ACT_RELU,
        NodeActivation::Linear => ACT_LINEAR,
        NodeActivation::Sigmoid => ACT_SIGMOID,
        NodeActivation::Steep => ACT_STEEP,
        NodeActivation::Gaussian => ACT_GAUSSIAN,
        NodeActivation::Sine => ACT_SINE,
        NodeActivation::Abs => ACT_ABS,
        NodeActivation::Square => ACT_SQUARE,
        NodeActivation::Mult => ACT_MULT,
    }
}

/// An ACT_ constant in a word.
pub fn activation_name(activation: u32) -> &'static str {
    match activation {
        ACT_TANH => "tanh",
        ACT_RELU => "relu",
        ACT_SIGMOID => "sigmoid",
        ACT_STEEP => "steep",
        ACT_GAUSSIAN => "gaussian",
        ACT_SINE => "sine",
        ACT_ABS => "abs",
        ACT_SQUARE => "square",
        ACT_MULT => "mult",
        _ => "linear",
    }
}

/// What a node makes of its sum.
#[inline(always)]
pub fn activated(activation: u32, x: f32) -> f32 {
    match activation {
        ACT_TANH => tanh(x),
        ACT_RELU => {
            if x > 0.0 {
                x
            } else {
                0.0
            }
        }
        ACT_SIGMOID => sigmoid(x),
        ACT_STEEP => sigmoid(4.9 * x),
        ACT_GAUSSIAN => exp(-0.5 * x * x),
        ACT_SINE => sine(x),
        ACT_ABS => x.abs(),
        ACT_SQUARE => x * x,
        _ => x,
    }
}

/// A number of a row as an index of at most `most`; 0 for what is negative or no number.
#[inline(always)]
pub fn index_of(x: f32, most: u32) -> u32 {
    if !is_finite(x) || x < 1.0 {
        return 0;
    }
    if x >= most as f32 { most } else { x as u32 }
}

/// An exponent of all ones is infinite or not a number; by bits, because twins may not compare such floats alike.
#[inline(always)]
fn is_finite(x: f32) -> bool {
    x.to_bits() & 0x7f80_0000 != 0x7f80_0000
}

/// The sizes of a graph that running one needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Inputs.
    pub inputs: u32,
    /// Nodes: outputs and hidden ones.
    pub own: u32,
    /// Most edges.
    pub edges: u32,
}

impl Sizes {
    /// Those of a species.
    pub fn of(s: &SpeciesParams) -> Sizes {
        Sizes { inputs: s.obs_len, own: s.act_len + s.nodes, edges: s.edges }
    }

    /// Numbers of a row.
    pub fn numbers(self) -> u32 {
        let nodes = self.own.saturating_mul(GRAPH_NODE);
        GRAPH_HEAD.saturating_add(nodes).saturating_add(self.edges.saturating_mul(GRAPH_EDGE))
    }

    /// Number of a row at which an edge stands.
    #[inline(always)]
    pub fn edge_at(self, edge: u32) -> usize {
        (GRAPH_HEAD + self.own * GRAPH_NODE + edge * GRAPH_EDGE) as usize
    }

    /// Nodes that a row says are to be evaluated.
    #[inline(always)]
    pub fn steps(self, row: &[f32]) -> u32 {
        index_of(row[0], self.own)
    }

    /// Step `k` of a row, whose first edge is `first`.
    #[inline(always)]
    pub fn step(self, row: &[f32], k: u32, first: u32) -> Step {
        let at = (GRAPH_HEAD + k * GRAPH_NODE) as usize;
        let numbers = &row[at..at + GRAPH_NODE as usize];
        Step {
            node: index_of(numbers[0], self.own.saturating_sub(1)),
            activation: index_of(numbers[1], ACT_MULT),
            bias: numbers[3],
            edges: [first, first + index_of(numbers[2], self.edges - first)],
        }
    }

    /// Source among the values, and weight, of an edge of a row.
    #[inline(always)]
    pub fn edge(self, row: &[f32], edge: u32) -> (usize, f32) {
        let at = self.edge_at(edge);
        (index_of(row[at], (self.inputs + self.own).saturating_sub(1)) as usize, row[at + 1])
    }
}

/// Evaluates the nodes of a row on `values` in place: inputs, then nodes as they were in the tick before. False when a value
/// is not finite. The row is of the length that the sizes say.
#[inline(always)]
pub fn run(sizes: Sizes, row: &[f32], values: &mut [f32]) -> bool {
    let mut finite = true;
    let mut first = 0;
    for k in 0..sizes.steps(row) {
        let step = sizes.step(row, k, first);
        let (mut sum, mut product) = (step.bias, 1.0);
        for edge in first..step.edges[1] {
            let (source, weight) = sizes.edge(row, edge);
            let x = values[source] * weight;
            sum += x;
            product *= x;
        }
        first = step.edges[1];
        if step.activation == ACT_MULT {
            sum = step.bias + product;
        }
        let value = activated(step.activation, sum);
        finite &= is_finite(sum) && is_finite(value);
        values[(sizes.inputs + step.node) as usize] = value;
    }
    finite
}

impl GraphForm {
    /// What graphs of a scene may hold, with so many inputs and outputs. Actions are the tanh of linear outputs.
    pub fn new(spec: &GraphSpec, inputs: u32, outputs: u32) -> GraphForm {
        let mut activations: Vec<u32> = spec.activations.iter().map(|a| activation_of(*a)).collect();
        if activations.is_empty() {
            activations.push(ACT_TANH);
        }
        GraphForm {
            inputs,
            outputs,
            nodes: spec.nodes,
            edges: spec.edges.saturating_add(inputs.saturating_mul(outputs)),
            recurrent: spec.recurrent,
            activations,
            output: ACT_LINEAR,
        }
    }

    /// The sizes that running one needs.
    pub fn sizes(&self) -> Sizes {
        Sizes { inputs: self.inputs, own: self.outputs.saturating_add(self.nodes), edges: self.edges }
    }

    /// Numbers of a row.
    pub fn numbers(&self) -> u32 {
        self.sizes().numbers()
    }

    /// Numbers of memory: of each node what it had in the tick before, where an edge may read it.
    pub fn memory(&self) -> u32 {
        if self.recurrent { self.outputs.saturating_add(self.nodes) } else { 0 }
    }

    /// Writes a row from its nodes in order of evaluation: which, activation, bias, and the edges that come in. What does not
    /// fit is left out.
    pub fn write<'a>(&self, steps: impl Iterator<Item = (u32, u32, f32, &'a [(u32, f32)])>, row: &mut [f32]) {
        let sizes = self.sizes();
        row.fill(0.0);
        let (mut count, mut edge) = (0, 0);
        for (node, activation, bias, edges) in steps.take(sizes.own as usize) {
            let fitting = &edges[..edges.len().min((sizes.edges - edge) as usize)];
            let at = (GRAPH_HEAD + count * GRAPH_NODE) as usize;
            row[at..at + 4].copy_from_slice(&[node as f32, activation as f32, fitting.len() as f32, bias]);
            for (source, weight) in fitting {
                let at = sizes.edge_at(edge);
                row[at..at + 2].copy_from_slice(&[*source as f32, *weight]);
                edge += 1;
            }
            count += 1;
        }
        row[0] = count as f32;
    }

    /// A random graph: an edge from every input to every output, and `hidden` nodes, each with an edge from one input, one to
    /// one output and, where edges may lead back, one to itself. Weights are normal of the given deviation, biases 0.
    pub fn founder(&self, hidden: u32, deviation: f32, row: &mut [f32], draw: impl Fn(u32) -> [u32; 4]) {
        let each = 2 + u32::from(self.recurrent);
        let spare = self.edges.saturating_sub(self.inputs.saturating_mul(self.outputs));
        let hidden = if self.inputs == 0 { 0 } else { hidden.min(self.nodes).min(spare / each) };
        let mut number = 0;
        let mut next = || {
            number += 1;
            draw(number - 1)
        };
        let mut incoming: Vec<Vec<(u32, f32)>> = vec![vec![]; (self.outputs + hidden) as usize];
        for output in 0..self.outputs as usize {
            incoming[output] = (0..self.inputs).map(|input| (input, rng::normal(next()) * deviation)).collect();
        }
        let mut activations = vec![];
        for node in self.outputs..self.outputs + hidden {
            let words = next();
            let [source, target] = [rng::below(words[0], self.inputs), rng::below(words[1], self.outputs)];
            activations.push(self.activations[rng::below(words[2], self.activations.len() as u32) as usize]);
            // One input each, as deviations go with the root of their number.
            let mut weight = || rng::normal(next()) * deviation * libm::sqrtf(self.inputs as f32);
            incoming[node as usize].push((source, weight()));
            if self.recurrent {
                incoming[node as usize].push((self.inputs + node, weight()));
            }
            incoming[target as usize].push((self.inputs + node, weight()));
        }
        let hidden_first = (self.outputs..self.outputs + hidden).chain(0..self.outputs);
        let steps = hidden_first.map(|node| {
            let activation = activations.get((node as usize).wrapping_sub(self.outputs as usize)).copied();
            (node, activation.unwrap_or(self.output), 0.0, &incoming[node as usize][..])
        });
        self.write(steps, row);
    }
}

/// The graph of a row in lines to read: each node with its activation, bias and edges. Inputs are named `in0`, outputs `out0`,
/// hidden nodes `h0`; what an edge reads of the tick before is marked with a stroke.
pub fn lines(sizes: Sizes, outputs: u32, row: &[f32]) -> Vec<String> {
    if row.len() < sizes.numbers() as usize {
        return vec![];
    }
    let name = |value: u32| match value {
        v if v < sizes.inputs => format!("in{v}"),
        v if v - sizes.inputs < outputs => format!("out{}", v - sizes.inputs),
        v => format!("h{}", v - sizes.inputs - outputs),
    };
    let (mut lines, mut first, mut known) = (vec![], 0, vec![]);
    for k in 0..sizes.steps(row) {
        let step = sizes.step(row, k, first);
        let own = sizes.inputs + step.node;
        let mut line = format!("{:6} {:8} bias {:>8.4}", name(own), activation_name(step.activation), step.bias);
        for edge in first..step.edges[1] {
            let (source, weight) = sizes.edge(row, edge);
            let before = source as u32 >= sizes.inputs && !known.contains(&(source as u32));
            line.push_str(&format!("  {}{} × {weight:.4}", name(source as u32), if before { "'" } else { "" }));
        }
        first = step.edges[1];
        known.push(own);
        lines.push(line);
    }
    lines
}

/// Hidden nodes and edges that a row evaluates.
pub fn counts(sizes: Sizes, outputs: u32, row: &[f32]) -> [u32; 2] {
    if row.len() < sizes.numbers() as usize {
        return [0; 2];
    }
    let (mut hidden, mut first) = (0, 0);
    for k in 0..sizes.steps(row) {
        let step = sizes.step(row, k, first);
        hidden += u32::from(step.node >= outputs);
        first = step.edges[1];
    }
    [hidden, first]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form() -> GraphForm {
        let spec = GraphSpec { nodes: 3, edges: 5, recurrent: true, ..Default::default() };
        GraphForm::new(&spec, 2, 1)
    }

    #[test]
    fn nodes_are_evaluated_in_order_and_edges_back_read_the_tick_before() {
        let form = form();
        let mut row = vec![0.0; form.numbers() as usize];
        // h0 adds 2 in0 and itself; out0 = 1 + h0 · 3.
        let (hidden, output) = ([(0, 2.0), (3, 1.0)], [(3, 3.0)]);
        form.write([(1, ACT_LINEAR, 0.0, &hidden[..]), (0, ACT_LINEAR, 1.0, &output[..])].into_iter(), &mut row);
        let mut values = [1.0, 9.0, 0.0, 0.0, 0.0, 0.0];
        assert!(run(form.sizes(), &row, &mut values));
        assert_eq!((values[2], values[3]), (7.0, 2.0));
        run(form.sizes(), &row, &mut values);
        assert_eq!((values[2], values[3]), (13.0, 4.0));
        assert_eq!(counts(form.sizes(), 1, &row), [1, 3]);
        let lines = lines(form.sizes(), 1, &row);
        assert_eq!(lines[0], "h0     linear   bias   0.0000  in0 × 2.0000  h0' × 1.0000");
        assert_eq!(lines[1], "out0   linear   bias   1.0000  h0 × 3.0000");
    }

    #[test]
    fn every_activation_is_what_its_name_says() {
        let close = |activation, x: f32, y: f32| {
            let found = activated(activation, x);
            assert!((found - y).abs() < 1e-3, "{} of {x} is {found}", activation_name(activation));
        };
        for x in [-2.0f32, -0.3, 0.0, 0.7, 3.0] {
            close(ACT_TANH, x, libm::tanhf(x));
            close(ACT_RELU, x, x.max(0.0));
            close(ACT_LINEAR, x, x);
            close(ACT_SIGMOID, x, 1.0 / (1.0 + libm::expf(-x)));
            close(ACT_STEEP, x, 1.0 / (1.0 + libm::expf(-4.9 * x)));
            close(ACT_GAUSSIAN, x, libm::expf(-0.5 * x * x));
            close(ACT_SINE, x, libm::sinf(x));
            close(ACT_ABS, x, x.abs());
            close(ACT_SQUARE, x, x * x);
        }
        let form = form();
        let mut row = vec![0.0; form.numbers() as usize];
        form.write([(0, ACT_MULT, 0.5, &[(0, 2.0), (1, 3.0)][..])].into_iter(), &mut row);
        let mut values = [5.0, 7.0, 0.0, 0.0, 0.0, 0.0];
        run(form.sizes(), &row, &mut values);
        assert_eq!(values[2], 210.5);
    }

    #[test]
    fn a_founder_connects_all_and_has_the_hidden_nodes_asked_for() {
        let mut form = form();
        let mut row = vec![0.0; form.numbers() as usize];
        let draw = |i| rng::draw([1, 2], 0, i, 0);
        form.founder(0, 1.0, &mut row, draw);
        assert_eq!(counts(form.sizes(), 1, &row), [0, 2]);
        // Three edges each, and five to spare.
        form.founder(3, 1.0, &mut row, draw);
        assert_eq!(counts(form.sizes(), 1, &row), [1, 5]);
        form.recurrent = false;
        form.founder(3, 1.0, &mut row, draw);
        assert_eq!(counts(form.sizes(), 1, &row), [2, 6]);
        form.inputs = 0;
        form.founder(3, 1.0, &mut row, draw);
        assert_eq!(counts(form.sizes(), 1, &row), [0, 0]);
    }

    #[test]
    fn what_is_not_finite_is_noticed() {
        let form = form();
        let mut row = vec![0.0; form.numbers() as usize];
        form.write([(1, ACT_SQUARE, 0.0, &[(0, 1e30)][..])].into_iter(), &mut row);
        assert!(!run(form.sizes(), &row, &mut [1.0; 6]), "an overflow of the activation");
        form.write([(1, ACT_TANH, 0.0, &[(0, f32::INFINITY)][..])].into_iter(), &mut row);
        assert!(!run(form.sizes(), &row, &mut [1.0; 6]), "a sum that tanh would hide");
    }

    proptest! {
        #[test]
        fn any_row_can_be_run(bits in proptest::collection::vec(any::<u32>(), 33), small in any::<bool>()) {
            let form = form();
            prop_assert_eq!(form.numbers() as usize, 1 + 4 * 4 + 7 * 2);
            // Bits of any kind, and numbers of about the size of indices.
            let number = |bits: &u32| if small { (bits % 16) as f32 - 2.0 } else { f32::from_bits(*bits) };
            let row: Vec<f32> = bits.iter().map(number).take(form.numbers() as usize).collect();
            let mut values = [0.5; 6];
            run(form.sizes(), &row, &mut values);
            lines(form.sizes(), 1, &row);
            counts(form.sizes(), 1, &row);
        }
    }
}
