//! How a genome of NEAT changes: weights, edges switched on and off, new edges, new nodes. A part of `super`.

use std::collections::BTreeSet;

use super::*;

/// Pairs of nodes that are tried for a new edge before it is given up, as in the authors' program.
const TRIES: u32 = 20;

impl Genome {
    /// Makes the changes of a child, each by its chance.
    pub fn mutate(&mut self, spec: &NeatSpec, form: &GraphForm, innovations: &mut Innovations, draws: &mut Draws) {
        if draws.chance(spec.add_node) {
            self.add_node(form, innovations, draws);
        }
        if draws.chance(spec.add_edge) {
            self.add_edge(spec, form, innovations, draws);
        }
        if draws.chance(spec.toggle) && !self.edges.is_empty() {
            let at = draws.below(self.edges.len());
            self.edges[at].enabled ^= true;
        }
        if draws.chance(spec.change_activation) && !self.nodes.is_empty() {
            let at = draws.below(self.nodes.len());
            self.nodes[at].activation = form.activations[draws.below(form.activations.len())];
        }
        if draws.chance(spec.change_weights) {
            for edge in &mut self.edges {
                let new = match draws.chance(spec.replace) {
                    true => draws.normal() * spec.new_weight,
                    false => edge.weight + draws.normal() * spec.step,
                };
                edge.weight = new.clamp(-spec.most_weight, spec.most_weight);
            }
        }
    }

    /// Splits an edge that is on: it is switched off, one of weight 1 leads into the new node, and one of its own weight out of
    /// it, so that the graph does at first about what it did.
    pub fn add_node(&mut self, form: &GraphForm, innovations: &mut Innovations, draws: &mut Draws) {
        let open: Vec<usize> =
            (0..self.edges.len()).filter(|at| self.edges[*at].enabled && self.edges[*at].source != one(form)).collect();
        if open.is_empty() || self.nodes.len() >= form.nodes as usize || self.size(form) + 2 > form.edges as usize {
            return;
        }
        let at = open[draws.below(open.len())];
        let split = self.edges[at];
        self.edges[at].enabled = false;
        let id = innovations.node(split.mark, self);
        let activation = form.activations[draws.below(form.activations.len())];
        let place = self.nodes.partition_point(|node| node.id < id);
        self.nodes.insert(place, Node { id, activation });
        for (source, target, weight, back) in
            [(split.source, id, 1.0, false), (id, split.target, split.weight, split.back)]
        {
            let mark = innovations.mark(form, source, target, back);
            self.push(Edge { mark, source, target, weight, enabled: true, back });
        }
    }

    /// Joins two nodes that are not joined yet.
    pub fn add_edge(&mut self, spec: &NeatSpec, form: &GraphForm, innovations: &mut Innovations, draws: &mut Draws) {
        let outputs: Vec<u32> = (first_output(form)..first_hidden(form)).collect();
        let hidden: Vec<u32> = self.nodes.iter().map(|node| node.id).collect();
        // What an output gives leads somewhere only where edges may lead back.
        let ends = if form.recurrent { &outputs[..] } else { &[] };
        let sources: Vec<u32> = (0..=one(form)).chain(ends.iter().copied()).chain(hidden.iter().copied()).collect();
        let targets: Vec<u32> = outputs.iter().copied().chain(hidden.iter().copied()).collect();
        if targets.is_empty() {
            return;
        }
        let room = self.size(form) < form.edges as usize;
        let mut after: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        self.precedence().for_each(|(first, then)| after.entry(first).or_default().push(then));
        for _ in 0..TRIES {
            let (source, target) = (sources[draws.below(sources.len())], targets[draws.below(targets.len())]);
            let back = comes_before(&after, target, source);
            let joined = self.edges.iter().any(|edge| edge.source == source && edge.target == target);
            if joined || back && !form.recurrent || !room && source != one(form) {
                continue;
            }
            let mark = innovations.mark(form, source, target, back);
            let weight = (draws.normal() * spec.new_weight).clamp(-spec.most_weight, spec.most_weight);
            return self.push(Edge { mark, source, target, weight, enabled: true, back });
        }
    }
}

/// Whether a node is evaluated before another, or is it, by what comes right after each.
fn comes_before(after: &BTreeMap<u32, Vec<u32>>, first: u32, then: u32) -> bool {
    let (mut open, mut seen) = (vec![first], BTreeSet::from([first]));
    while let Some(at) = open.pop() {
        if at == then {
            return true;
        }
        open.extend(after.get(&at).into_iter().flatten().filter(|next| seen.insert(**next)));
    }
    false
}
