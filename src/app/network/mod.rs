//! The network of an agent as neurons in columns and the connections between them, with what each gave when the agent thought last.
//! Made from the plan, the genome and the engine's own numbers. Knows nothing of how it is drawn.

pub mod names;

use crate::app::engine::InspectedAgent;
use crate::app::strings::network as text;
use crate::controller::graph::{self, Sizes};
use crate::layout::*;
use crate::plan::Plan;
use crate::scene::{Controller, Rule, SpeciesSpec};

/// A neuron, or a number that is sensed.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// What it is called.
    pub name: String,
    /// What it gave; nothing where that is not known.
    pub value: Option<f32>,
    /// Its bias, with the place of that in the genome.
    pub bias: Option<(u32, f32)>,
    /// Whether it reads what stood in the tick before.
    pub remembers: bool,
}

/// Neurons side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// What they are.
    pub title: String,
    /// Them.
    pub neurons: Vec<Neuron>,
    /// Parts of it that belong together: what they are, and how many neurons, in order; of the first column.
    pub groups: Vec<(String, usize)>,
}

/// A neuron by its column and its place there.
pub type Place = (usize, usize);

/// A connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Whose value it carries.
    pub from: Place,
    /// Where to.
    pub to: Place,
    /// How strongly, and with which sign.
    pub weight: f32,
    /// Where the weight stands in the genome; nowhere where it is learned during life.
    pub number: Option<u32>,
    /// Whether it carries the value of the tick before.
    pub back: bool,
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// From what is sensed to what is done.
    pub columns: Vec<Column>,
    /// All connections.
    pub links: Vec<Link>,
    /// Anything that ought to be known about what is shown.
    pub note: Option<&'static str>,
}

impl Network {
    /// The neuron of a place.
    pub fn neuron(&self, (column, at): Place) -> Option<&Neuron> {
        self.columns.get(column)?.neurons.get(at)
    }

    /// Which output a place is, counted as actions are.
    pub fn output(&self, (column, at): Place) -> Option<usize> {
        (column + 1 == self.columns.len() && at < self.columns[column].neurons.len()).then_some(at)
    }
}

/// What a hand-written rule does, in words; `None` for a controller with a network.
pub fn rule(controller: &Controller) -> Option<&'static str> {
    let Controller::Rule(rule) = controller else { return None };
    Some(match rule {
        Rule::Boids(_) => text::BOIDS,
        Rule::Vicsek(_) => text::VICSEK,
        Rule::Couzin(_) => text::COUZIN,
        Rule::Particle(_) => text::PARTICLE,
    })
}

/// The network of an agent that was looked into. `gate` shows, of a memory that is gated, what makes its cells forget in place of what
/// they take up. `None` where it has none, or its numbers are not those of the plan.
pub fn of(plan: &Plan, species: &SpeciesSpec, opened: &InspectedAgent, gate: bool) -> Option<Network> {
    let index = opened.detail.species as usize;
    let s = plan.species.get(index).filter(|s| !s.by_rule() && s.genome_len > 0)?;
    let detail = &opened.detail;
    if detail.genome.len() != s.genome_len as usize || detail.memory.len() != s.mem_len as usize {
        return None;
    }
    let making = NetworkBuilder { plan, s, species, opened, outputs: names::of_actions(species, plan.tank.dim) };
    Some(match s.think {
        THINK_GRAPH => making.graph(),
        THINK_GRU => making.gated(gate),
        THINK_PLASTIC => making.plastic(),
        THINK_ATTENTION_SUM | THINK_ATTENTION_MEAN => making.attention(),
        _ => making.dense(),
    })
}

/// What a network is made from.
struct NetworkBuilder<'a> {
    plan: &'a Plan,
    s: &'a SpeciesParams,
    species: &'a SpeciesSpec,
    opened: &'a InspectedAgent,
    outputs: Vec<String>,
}

impl NetworkBuilder<'_> {
    fn layers(&self) -> &[LayerParams] {
        &self.plan.layers[self.s.layer_start as usize..(self.s.layer_start + self.s.layers) as usize]
    }

    /// What is sensed, without the numbers of a range.
    fn senses(&self, left_out: std::ops::Range<usize>) -> Column {
        let mut column = Column { title: text::SENSES.into(), ..Column::default() };
        let params = &self.plan.senses[self.s.sense_start as usize..(self.s.sense_start + self.s.senses) as usize];
        for (sense, p) in self.species.senses.iter().zip(params) {
            let names = names::of_numbers(sense, p, self.plan.tank.dim, &self.outputs);
            let mut count = 0;
            for (i, name) in names.into_iter().enumerate() {
                let at = p.start as usize + i;
                if !left_out.contains(&at) {
                    let value = self.opened.detail.observation.get(at).copied();
                    column.neurons.push(Neuron { name, value, bias: None, remembers: false });
                    count += 1;
                }
            }
            if count > 0 {
                column.groups.push((names::in_short(sense), count));
            }
        }
        column
    }

    /// The neurons of layer `index`, of which `given` tells the values.
    fn column(&self, index: usize, given: Option<&Vec<f32>>) -> Column {
        let layers = self.layers();
        let (layer, last) = (&layers[index], index + 1 == layers.len());
        let title = if last { text::ACTIONS } else { text::HIDDEN }.to_string();
        let neuron = |at: u32| {
            let name = match self.outputs.get(at as usize).filter(|_| last) {
                Some(name) => name.clone(),
                None => text::hidden(at + 1),
            };
            let bias = (at < layer.biases).then(|| {
                let place = layer.start + at;
                (place, self.opened.detail.genome.get(place as usize).copied().unwrap_or(0.0))
            });
            // What it does is what it did, whatever it has learned since.
            let own = if last { self.opened.detail.action.get(at as usize) } else { None };
            let value = own.or_else(|| given.and_then(|given| given.get(at as usize)));
            Neuron { name, value: value.copied(), bias, remembers: false }
        };
        Column { title, neurons: (0..layer.outputs).map(neuron).collect(), groups: vec![] }
    }

    /// Connections of a layer, to column `to` from the one before: a row of outputs for each input, after the biases.
    fn links(&self, layer: &LayerParams, to: usize) -> impl Iterator<Item = Link> {
        let (start, outputs) = (layer.start + layer.biases, layer.outputs);
        let genome = &self.opened.detail.genome;
        (0..layer.inputs * outputs).map(move |i| {
            let weight = genome.get((start + i) as usize).copied().unwrap_or(0.0);
            let (from, o) = ((i / outputs) as usize, (i % outputs) as usize);
            Link { from: (to - 1, from), to: (to, o), weight, number: Some(start + i), back: false }
        })
    }

    fn dense(&self) -> Network {
        let mut network = Network { columns: vec![self.senses(0..0)], ..Network::default() };
        self.add_layers(&mut network, 0, 0);
        network
    }

    /// Adds the layers from the `first` on; what they gave begins at `given`.
    fn add_layers(&self, network: &mut Network, first: usize, given: usize) {
        for (index, layer) in self.layers().iter().enumerate().skip(first) {
            let to = network.columns.len();
            network.columns.push(self.column(index, self.opened.neurons.get(given + index - first)));
            network.links.extend(self.links(layer, to));
        }
    }

    fn gated(&self, gate: bool) -> Network {
        let mut network = Network { columns: vec![self.senses(0..0)], ..Network::default() };
        let (layer, observed) = (&self.layers()[usize::from(!gate)], self.s.obs_len as usize);
        let cell = |at: u32| {
            let place = layer.start + at;
            Neuron {
                name: text::memory(at + 1),
                value: self.opened.detail.memory.get(at as usize).copied(),
                bias: Some((place, self.opened.detail.genome.get(place as usize).copied().unwrap_or(0.0))),
                remembers: true,
            }
        };
        let neurons = (0..self.s.mem_len).map(cell).collect();
        network.columns.push(Column { title: text::MEMORY.into(), neurons, groups: vec![] });
        network.links.extend(self.links(layer, 1).map(|link| match link.from.1.checked_sub(observed) {
            Some(cell) => Link { from: (1, cell), back: true, ..link },
            None => link,
        }));
        self.add_layers(&mut network, 2, 1);
        network
    }

    fn attention(&self) -> Network {
        let s = self.s;
        let items = s.items_start as usize..(s.items_start + s.items * s.item_len) as usize;
        let mut first = self.senses(items);
        let layers = self.layers();
        let (rest, given) = (first.neurons.len(), self.opened.neurons.first());
        let values = layers[2].outputs.max(1) as usize;
        let gathered = layers[3].inputs as usize - rest;
        for at in 0..gathered {
            let name = text::gathered(at / values + 1, at % values + 1);
            let value = given.and_then(|given| given.get(rest + at)).copied();
            first.neurons.push(Neuron { name, value, bias: None, remembers: false });
        }
        first.groups.push((text::ATTENTION.into(), gathered));
        let mut network = Network { columns: vec![first], ..Network::default() };
        self.add_layers(&mut network, 3, 1);
        network.note = Some(text::ATTENTION_NOTE);
        network
    }

    fn plastic(&self) -> Network {
        let mut network = Network { columns: vec![self.senses(0..0)], ..Network::default() };
        let mut at = 0;
        for (index, layer) in self.layers().iter().enumerate() {
            let to = network.columns.len();
            network.columns.push(self.column(index, self.opened.neurons.get(index)));
            let outputs = layer.outputs as usize;
            for i in 0..(layer.inputs * layer.outputs) as usize {
                let weight = self.opened.detail.memory.get(at + i).copied().unwrap_or(0.0);
                let (from, to) = ((to - 1, i / outputs), (to, i % outputs));
                network.links.push(Link { from, to, weight, number: None, back: false });
            }
            at += (layer.inputs * layer.outputs) as usize;
        }
        network.note = Some(text::PLASTIC_NOTE);
        network
    }

    fn graph(&self) -> Network {
        let (sizes, genome) = (Sizes::of(self.s), &self.opened.detail.genome);
        let (inputs, outputs) = (sizes.inputs as usize, self.s.act_len as usize);
        let (mut steps, mut first) = (vec![], 0);
        for k in 0..sizes.steps(genome) {
            let step = sizes.step(genome, k, first);
            first = step.edges[1];
            steps.push((GRAPH_HEAD + k * GRAPH_NODE + 3, step));
        }
        // How far from the senses each value lies; nobody's until it is evaluated.
        let mut depth: Vec<Option<usize>> = vec![None; inputs + sizes.own as usize];
        depth[..inputs].fill(Some(0));
        for (_, step) in &steps {
            let sources = (step.edges[0]..step.edges[1]).filter_map(|edge| depth[sizes.edge(genome, edge).0]);
            depth[inputs + step.node as usize] = Some(1 + sources.max().unwrap_or(0));
        }
        let hidden = |value: usize| value >= inputs + outputs;
        let deepest = (0..depth.len()).filter(|v| hidden(*v)).filter_map(|v| depth[v]).max().unwrap_or(0);
        let mut columns = vec![self.senses(0..0)];
        columns.extend((0..deepest).map(|_| Column { title: text::HIDDEN.into(), ..Column::default() }));
        columns.push(Column { title: text::ACTIONS.into(), ..Column::default() });
        let mut places: Vec<Option<Place>> = (0..inputs).map(|at| Some((0, at))).collect();
        places.resize(depth.len(), None);
        let given = self.opened.neurons.first();
        for own in 0..sizes.own as usize {
            let (value, output) = (inputs + own, own < outputs);
            let step = steps.iter().find(|(_, step)| step.node as usize == own);
            if step.is_none() && !output {
                continue;
            }
            let column = if output { columns.len() - 1 } else { depth[value].unwrap_or(1).min(deepest) };
            let activation = step.map_or("", |(_, step)| graph::activation_name(step.activation));
            let name = match self.outputs.get(own).filter(|_| output) {
                Some(name) => name.clone(),
                None => text::hidden_by(own + 1 - outputs.min(own + 1), activation),
            };
            let acted = if output { self.opened.detail.action.get(own) } else { None };
            places[value] = Some((column, columns[column].neurons.len()));
            columns[column].neurons.push(Neuron {
                name,
                value: acted.or_else(|| given.and_then(|given| given.get(own))).copied(),
                bias: step.map(|(at, step)| (*at, step.bias)),
                remembers: false,
            });
        }
        let mut links = vec![];
        let mut known = vec![true; inputs];
        known.resize(depth.len(), false);
        for (_, step) in &steps {
            let to = inputs + step.node as usize;
            for edge in step.edges[0]..step.edges[1] {
                let (source, weight) = sizes.edge(genome, edge);
                let back = !known[source];
                if let (Some(from), Some(to)) = (places[source], places[to]) {
                    links.push(Link { from, to, weight, number: Some(sizes.edge_at(edge) as u32 + 1), back });
                    if back {
                        columns[from.0].neurons[from.1].remembers = true;
                    }
                }
            }
            known[to] = true;
        }
        Network { columns, links, note: None }
    }
}

#[cfg(test)]
mod tests;
