//! What a controller is made of: its layers, with the places of their numbers in a genome, and its memory. Part of `super`.

use super::genomes;
use crate::controller::graph::GraphForm;
use crate::genome::layer_words;
use crate::layout::*;
use crate::scene::{Activation, Controller, Pooling, Rule};

/// A controller as backends know it.
pub struct Mind {
    /// THINK_ constant.
    pub think: u32,
    /// Numbers of memory.
    pub mem_len: u32,
    /// Numbers of a genome.
    pub genome_len: u32,
    /// Numbers of a genome for one weight: see `SpeciesParams::numbers`.
    pub numbers: u32,
    /// What attention is paid to.
    pub items: Items,
    /// Most hidden nodes of a graph.
    pub nodes: u32,
    /// Most edges of a graph.
    pub edges: u32,
    /// Its layers.
    pub layers: Vec<LayerParams>,
}

/// A part of the observation that tells of several things alike, in any order.
#[derive(Clone, Copy, Default)]
pub struct Items {
    /// First number of it.
    pub start: u32,
    /// Most of them.
    pub count: u32,
    /// Numbers of each.
    pub len: u32,
}

/// Layers under construction.
struct Layers {
    init: f32,
    numbers: u32,
    biased: bool,
    /// Numbers and words so far.
    start: u32,
    word: u32,
    done: Vec<LayerParams>,
}

impl Layers {
    fn push(&mut self, inputs: u32, outputs: u32, activation: u32) {
        let (start, word, step) = (self.start, self.word, genomes::step(self.init, inputs));
        let biases = if self.biased { outputs } else { 0 };
        self.done.push(LayerParams { inputs, outputs, biases, start, activation, word, step });
        let weights = outputs.saturating_mul(inputs.saturating_mul(self.numbers));
        self.start = start.saturating_add(biases).saturating_add(weights);
        self.word = word.saturating_add(layer_words(inputs, outputs, biases));
    }

    /// Hidden layers, and the one that acts.
    fn dense(&mut self, mut inputs: u32, hidden: &[u32], activation: Activation, act_len: u32) {
        let activation = match activation {
            Activation::Tanh => ACT_TANH,
            Activation::Relu => ACT_RELU,
            Activation::Linear => ACT_LINEAR,
        };
        for &width in hidden {
            self.push(inputs, width, activation);
            inputs = width;
        }
        self.push(inputs, act_len, ACT_TANH);
    }
}

/// The controller of a species that has `senses`.
pub fn mind(controller: &Controller, senses: &[SenseParams], obs_len: u32, act_len: u32) -> Mind {
    let numbers = genomes::numbers(controller);
    let mut layers = Layers {
        init: genomes::init(controller),
        numbers,
        biased: genomes::biased(controller),
        start: 0,
        word: 0,
        done: vec![],
    };
    let mut items = Items::default();
    let think = match controller {
        Controller::Mlp(mlp) => {
            layers.dense(obs_len, &mlp.hidden, mlp.activation, act_len);
            THINK_DENSE
        }
        Controller::Linear(_) => {
            layers.dense(obs_len, &[], Activation::Tanh, act_len);
            THINK_DENSE
        }
        Controller::Gru(gru) => {
            layers.push(obs_len + gru.memory, gru.memory, ACT_LINEAR);
            layers.push(obs_len + gru.memory, gru.memory, ACT_TANH);
            layers.dense(gru.memory, &gru.hidden, gru.activation, act_len);
            THINK_GRU
        }
        Controller::Attention(attention) => {
            if let Some(sense) = senses.iter().find(|sense| sense.kind == SENSE_NEAREST) {
                items = Items { start: sense.start, count: sense.count, len: sense.per_sector };
            }
            let rest = obs_len - items.count * items.len;
            layers.push(rest, attention.heads * attention.keys, ACT_LINEAR);
            layers.push(items.len, attention.keys, ACT_TANH);
            layers.push(items.len, attention.values, ACT_TANH);
            let pooled = attention.heads * attention.values;
            layers.dense(rest + pooled, &attention.hidden, attention.activation, act_len);
            match attention.pooling {
                Pooling::Sum => THINK_ATTENTION_SUM,
                Pooling::Mean => THINK_ATTENTION_MEAN,
            }
        }
        Controller::Graph(graph) => {
            let form = GraphForm::new(graph, obs_len, act_len);
            let (mem_len, genome_len, nodes, edges) = (form.memory(), form.numbers(), form.nodes, form.edges);
            return Mind { think: THINK_GRAPH, mem_len, genome_len, numbers, items, nodes, edges, layers: vec![] };
        }
        Controller::Plastic(plastic) => {
            layers.dense(obs_len, &plastic.hidden, plastic.activation, act_len);
            THINK_PLASTIC
        }
        Controller::Rule(Rule::Boids(_)) => THINK_BOIDS,
        Controller::Rule(Rule::Vicsek(_)) => THINK_VICSEK,
        Controller::Rule(Rule::Couzin(_)) => THINK_COUZIN,
        Controller::Rule(Rule::Particle(_)) => THINK_PARTICLE,
    };
    let mem_len = match controller {
        Controller::Gru(gru) => gru.memory,
        // All weights, and whether they have been set.
        Controller::Plastic(_) => (layers.start / numbers).saturating_add(1),
        _ => 0,
    };
    Mind { think, mem_len, genome_len: layers.start, numbers, items, nodes: 0, edges: 0, layers: layers.done }
}
