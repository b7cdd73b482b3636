//! A genome of NEAT: edges that carry historical marks, and the hidden nodes that they join. How two are compared, how a child is
//! made of them, and how one is read from and compiled to a row that backends run. Knows nothing of populations or of fitness.
//!
//! *Numbers of nodes.* Inputs come first, then one that is always 1 (edges from it are biases), then the outputs, then hidden
//! nodes: the first of these have the places that a row can name, later ones are numbered as they arise.
//!
//! *Edges that lead back.* Every edge, on or off, says which of its two nodes is evaluated first: its source, or, where it leads
//! back and reads the tick before, its target. A new edge leads back where others have said already that its target comes
//! first; so there always is an order of evaluation. A child has the edges of one parent, so this stays true.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::Draws;
use crate::controller::graph::GraphForm;
use crate::layout::ACT_MULT;
use crate::scene::NeatSpec;

/// A hidden node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its number.
    pub id: u32,
    /// ACT_ constant.
    pub activation: u32,
}

/// A gene: an edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Historical mark: equal marks are the same innovation.
    pub mark: u32,
    /// Number of the node it comes from.
    pub source: u32,
    /// Number of the node it goes to.
    pub target: u32,
    /// Weight.
    pub weight: f32,
    /// Whether it is on.
    pub enabled: bool,
    /// Whether it reads the tick before.
    pub back: bool,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Genome {
    /// Ascending by number.
    pub nodes: Vec<Node>,
    /// Ascending by mark.
    pub edges: Vec<Edge>,
}

/// Numbers of nodes and marks of edges that have arisen. The tables hold those of one generation: the same change made twice in
/// it gets one number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Innovations {
    /// Mark of the next new edge.
    pub next_mark: u32,
    /// Number of the next new node.
    pub next_node: u32,
    edges: BTreeMap<(u32, u32, bool), u32>,
    nodes: BTreeMap<u32, u32>,
}

/// The number of the node that is always 1.
pub fn one(form: &GraphForm) -> u32 {
    form.inputs
}

/// The number of the first output.
pub fn first_output(form: &GraphForm) -> u32 {
    form.inputs + 1
}

/// The number of the first hidden node.
pub fn first_hidden(form: &GraphForm) -> u32 {
    form.inputs + 1 + form.outputs
}

impl Innovations {
    /// None but the edges from every input, and from the node that is 1, to every output, and the hidden nodes that a row can
    /// name.
    pub fn new(form: &GraphForm) -> Innovations {
        let next_mark = (form.inputs + 1).saturating_mul(form.outputs);
        Innovations { next_mark, next_node: first_hidden(form) + form.nodes, ..Default::default() }
    }

    /// Those that follow the last numbers given, in a new generation.
    pub fn after(next_mark: u32, next_node: u32) -> Innovations {
        Innovations { next_mark, next_node, ..Default::default() }
    }

    /// The mark of an edge.
    fn mark(&mut self, form: &GraphForm, source: u32, target: u32, back: bool) -> u32 {
        if source <= one(form) && target < first_hidden(form) {
            return (target - first_output(form)) * (form.inputs + 1) + source;
        }
        *self.edges.entry((source, target, back)).or_insert_with(|| {
            self.next_mark = self.next_mark.wrapping_add(1);
            self.next_mark.wrapping_sub(1)
        })
    }

    /// The number of the node that splits an edge; a new one where the genome has that one already.
    fn node(&mut self, split: u32, genome: &Genome) -> u32 {
        let known = self.nodes.get(&split).copied().filter(|id| genome.node(*id).is_none());
        known.unwrap_or_else(|| {
            let id = self.next_node;
            self.next_node = id.wrapping_add(1);
            self.nodes.insert(split, id);
            id
        })
    }
}

impl Genome {
    /// The place of a hidden node.
    fn node(&self, id: u32) -> Option<usize> {
        self.nodes.binary_search_by_key(&id, |node| node.id).ok()
    }

    /// Edges that count toward the bound: all but biases.
    pub fn size(&self, form: &GraphForm) -> usize {
        self.edges.iter().filter(|edge| edge.source != one(form)).count()
    }

    /// Hidden nodes, and edges that are on, biases aside.
    pub fn counts(&self, form: &GraphForm) -> [usize; 2] {
        [self.nodes.len(), self.edges.iter().filter(|edge| edge.enabled && edge.source != one(form)).count()]
    }

    fn push(&mut self, edge: Edge) {
        let at = self.edges.partition_point(|other| other.mark < edge.mark);
        self.edges.insert(at, edge);
    }

    /// Reads a row: nodes that stand in one place of their rows are taken for the same node, and edges that join the same nodes
    /// for the same innovation. What a program says twice, or of nodes that it does not evaluate, is left out.
    pub fn read(row: &[f32], form: &GraphForm, innovations: &mut Innovations) -> Genome {
        let sizes = form.sizes();
        let mut genome = Genome::default();
        if row.len() < sizes.numbers() as usize {
            return genome;
        }
        let number = |value: u32| if value < form.inputs { value } else { value + 1 };
        let (mut steps, mut first) = (vec![], 0);
        for k in 0..sizes.steps(row) {
            let step = sizes.step(row, k, first);
            first = step.edges[1];
            if !steps.iter().any(|other: &crate::controller::graph::Step| other.node == step.node) {
                steps.push(step);
            }
        }
        let place = |id: u32| steps.iter().position(|step| number(form.inputs + step.node) == id);
        for (at, step) in steps.iter().enumerate() {
            let target = number(form.inputs + step.node);
            if target >= first_hidden(form) {
                genome.nodes.push(Node { id: target, activation: step.activation });
            }
            let mut add = |source: u32, weight: f32, back: bool| {
                let mark = innovations.mark(form, source, target, back);
                let known = genome.edges.iter().any(|edge| edge.mark == mark);
                let room = source == one(form) || genome.size(form) < form.edges as usize;
                if !known && room && weight.is_finite() && (!back || form.recurrent) {
                    genome.push(Edge { mark, source, target, weight, enabled: true, back });
                }
            };
            // Outputs always have a bias, as founders have; others where it does something.
            if target < first_hidden(form) || step.bias != 0.0 {
                add(one(form), step.bias, false);
            }
            for edge in step.edges[0]..step.edges[1] {
                let (source, weight) = sizes.edge(row, edge);
                let source = number(source as u32);
                let before = if source < one(form) { Some(0) } else { place(source).filter(|p| *p < at) };
                if before.is_some() || place(source).is_some() {
                    add(source, weight, before.is_none());
                }
            }
        }
        genome.nodes.sort_unstable_by_key(|node| node.id);
        genome
    }

    /// Hidden nodes and outputs in an order of evaluation; a pure function of the genome.
    pub fn order(&self, form: &GraphForm) -> Vec<u32> {
        let outputs = first_output(form)..first_hidden(form);
        let all: Vec<u32> = outputs.chain(self.nodes.iter().map(|node| node.id)).collect();
        let place = |id: u32| all.binary_search(&id).ok();
        let mut waits = vec![0u32; all.len()];
        let mut leads: Vec<Vec<usize>> = vec![vec![]; all.len()];
        for (first, then) in self.precedence() {
            if let (Some(first), Some(then)) = (place(first), place(then)) {
                waits[then] += 1;
                leads[first].push(then);
            }
        }
        let mut ready: Vec<usize> = (0..all.len()).rev().filter(|at| waits[*at] == 0).collect();
        let mut order = Vec::with_capacity(all.len());
        while let Some(at) = ready.pop() {
            order.push(all[at]);
            for &next in &leads[at] {
                waits[next] -= 1;
                if waits[next] == 0 {
                    ready.push(next);
                }
            }
        }
        order
    }

    /// Writes the row that backends run.
    pub fn compile(&self, form: &GraphForm, row: &mut [f32]) {
        let value = |id: u32| match id {
            id if id < first_hidden(form) => id - u32::from(id > one(form)),
            id => form.inputs + form.outputs + self.node(id).unwrap_or(0) as u32,
        };
        let order = self.order(form);
        let mut incoming: BTreeMap<u32, (f32, Vec<(u32, f32)>)> = BTreeMap::new();
        for edge in self.edges.iter().filter(|edge| edge.enabled) {
            let (bias, edges) = incoming.entry(edge.target).or_default();
            match edge.source == one(form) {
                true => *bias += edge.weight,
                false => edges.push((value(edge.source), edge.weight)),
            }
        }
        let none = (0.0, vec![]);
        let steps = order.iter().map(|id| {
            let activation = self.node(*id).map_or(form.output, |at| self.nodes[at].activation);
            let (bias, edges) = incoming.get(id).unwrap_or(&none);
            (value(*id) - form.inputs, activation, *bias, &edges[..])
        });
        form.write(steps, row);
    }

    /// How unlike two genomes are: c₁ E/N + c₂ D/N + c₃ W of the excess E and disjoint D genes and the mean difference W of the
    /// weights of matching ones; N is the genes of the larger, or 1 below 20.
    pub fn distance(&self, other: &Genome, spec: &NeatSpec) -> f64 {
        let (a, b) = (&self.edges, &other.edges);
        let last = |edges: &[Edge]| edges.last().map_or(0, |edge| edge.mark);
        let shorter = last(a).min(last(b));
        let (mut i, mut j) = (0, 0);
        let (mut excess, mut disjoint, mut matching, mut apart) = (0u32, 0u32, 0u32, 0.0f64);
        while i < a.len() || j < b.len() {
            let (x, y) = (a.get(i), b.get(j));
            let alone = match (x, y) {
                (Some(x), Some(y)) if x.mark == y.mark => {
                    matching += 1;
                    apart += f64::from((x.weight - y.weight).abs());
                    i += 1;
                    j += 1;
                    continue;
                }
                (Some(x), Some(y)) if y.mark < x.mark => y,
                (None, Some(y)) => y,
                (Some(x), _) => x,
                (None, None) => break,
            };
            if x.is_some_and(|x| x.mark == alone.mark) {
                i += 1;
            } else {
                j += 1;
            }
            if alone.mark > shorter { excess += 1 } else { disjoint += 1 }
        }
        let larger = a.len().max(b.len());
        let n = if larger < 20 { 1.0 } else { larger as f64 };
        f64::from(spec.excess) * f64::from(excess) / n
            + f64::from(spec.disjoint) * f64::from(disjoint) / n
            + f64::from(spec.weights) * apart / f64::from(matching.max(1))
    }

    /// A child of two: the edges and nodes of `self`, the better, with weights of matching edges from either.
    pub fn cross(&self, other: &Genome, spec: &NeatSpec, draws: &mut Draws) -> Genome {
        let mut child = self.clone();
        for edge in &mut child.edges {
            let mut off = !edge.enabled;
            if let Ok(at) = other.edges.binary_search_by_key(&edge.mark, |edge| edge.mark) {
                let twin = &other.edges[at];
                off |= !twin.enabled;
                if draws.chance(0.5) {
                    edge.weight = twin.weight;
                }
            }
            edge.enabled = !(off && draws.chance(spec.stay_off));
        }
        child
    }

    /// Which node is evaluated before which, edge by edge.
    fn precedence(&self) -> impl Iterator<Item = (u32, u32)> {
        let other = self.edges.iter().filter(|edge| edge.source != edge.target);
        other.map(|edge| if edge.back { (edge.target, edge.source) } else { (edge.source, edge.target) })
    }

    /// Whether it is a genome of graphs of this form: after reading it from somewhere.
    pub fn fits(&self, form: &GraphForm) -> bool {
        let target = |id: u32| (first_output(form)..first_hidden(form)).contains(&id) || self.node(id).is_some();
        let sound = |edge: &Edge| {
            (edge.source <= one(form) || target(edge.source))
                && target(edge.target)
                && edge.weight.is_finite()
                && (!edge.back || form.recurrent)
        };
        self.nodes.windows(2).all(|two| two[0].id < two[1].id)
            && self.edges.windows(2).all(|two| two[0].mark < two[1].mark)
            && self.nodes.iter().all(|node| node.id >= first_hidden(form) && node.activation <= ACT_MULT)
            && self.nodes.len() <= form.nodes as usize
            && self.size(form) <= form.edges as usize
            && self.edges.iter().all(sound)
            && self.order(form).len() == self.nodes.len() + form.outputs as usize
    }
}

#[path = "mutation.rs"]
mod mutation;

#[cfg(test)]
#[path = "genome_tests.rs"]
mod tests;
