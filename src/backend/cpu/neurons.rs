//! What the neurons of an agent gave when it thought last. Stage *think* is run again on one lane, on controllers that end after each
//! layer in turn, so that every number is the tick's own, however weights are stored. Knows nothing of what is made of it.

use super::mind::Mind;
use crate::controller::graph::{self, Sizes};
use crate::layout::*;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::snapshot::AgentDetail;

/// What each layer of an agent's controller gave on, from the first that is hidden to the one that acts; a graph has a single layer, of
/// all its nodes, outputs before hidden ones. Empty for a rule, and for whoever has no genome.
///
/// Memory is read as it stands after the tick. A gated layer's is what it gave on; a plastic controller thinks with the weights
/// that it has by now, which are those of the tick but for what it has learned in it.
pub fn neurons(plan: &Plan, stream: Stream, detail: &AgentDetail) -> Vec<Vec<f32>> {
    let species = detail.species as usize;
    let Some(s) = plan.species.get(species).filter(|s| !s.by_rule()) else { return vec![] };
    let known = [(&detail.genome, s.genome_len), (&detail.observation, s.obs_len), (&detail.memory, s.mem_len)];
    if s.genome_len == 0 || known.iter().any(|(numbers, len)| numbers.len() != *len as usize) {
        return vec![];
    }
    match s.think {
        THINK_GRAPH if s.mem_len > 0 => vec![detail.memory.clone()],
        THINK_GRAPH => vec![of_graph(Sizes::of(s), detail)],
        THINK_GRU => {
            // Both gates end in the memory; what follows reads that alone.
            let after = Asked { plan, stream, detail, skipped: 2, think: THINK_DENSE, observation: &detail.memory };
            std::iter::once(detail.memory.clone()).chain((3..=s.layers).map(|layers| after.up_to(layers))).collect()
        }
        think => {
            let asked = Asked { plan, stream, detail, skipped: 0, think, observation: &detail.observation };
            // Queries, keys and values of attention end in what the heads have gathered.
            let first = if matches!(think, THINK_ATTENTION_SUM | THINK_ATTENTION_MEAN) { 3 } else { 1 };
            (first..=s.layers).map(|layers| asked.up_to(layers)).collect()
        }
    }
}

fn of_graph(sizes: Sizes, detail: &AgentDetail) -> Vec<f32> {
    let mut values = detail.observation.clone();
    values.resize((sizes.inputs + sizes.own) as usize, 0.0);
    graph::run(sizes, &detail.genome, &mut values);
    values.split_off(sizes.inputs as usize)
}

/// Who is asked, and how.
struct Asked<'a> {
    plan: &'a Plan,
    stream: Stream,
    detail: &'a AgentDetail,
    /// Layers at the front that are left out.
    skipped: u32,
    /// THINK_ constant of those that are left.
    think: u32,
    observation: &'a [f32],
}

impl Asked<'_> {
    /// What a controller answers that ends after so many layers of the whole.
    fn up_to(&self, layers: u32) -> Vec<f32> {
        let index = self.detail.species as usize;
        let mut plan = self.plan.clone();
        let s = &mut plan.species[index];
        let all = &plan.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize];
        s.act_len = match all.get(layers as usize) {
            Some(next) => next.inputs,
            None => s.act_len,
        };
        s.layer_start += self.skipped;
        s.layers = layers - self.skipped;
        s.think = self.think;
        s.obs_len = self.observation.len() as u32;
        let mut mind = Mind::with(plan, index, self.plan.rows(index), &self.detail.genome);
        let agent = self.detail.agent.unwrap_or(bytemuck::Zeroable::zeroed());
        mind.answer(&agent, self.stream, self.observation, &self.detail.memory).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::tanh;
    use crate::scene;
    use crate::simulation::{Options, Simulation};

    /// An agent of a scene whose species has a controller, after some ticks.
    fn agent(controller: &str) -> (Simulation, AgentDetail, Stream) {
        let mut spec = scene::load("food_call").unwrap().spec;
        spec.species[0].evolution = scene::Evolution::Off;
        spec.species[0].senses.push(scene::Sense::Nearest(scene::NearestSense { k: 3, ..Default::default() }));
        if controller.starts_with("Graph") {
            scene::set(&mut spec, "species[0].evolution", "Generational(population: 8, strategy: Neat)").unwrap();
        }
        scene::set(&mut spec, "species[0].controller", controller).unwrap();
        let options = Options { threads: Some(1), worlds: Some(1), ..Options::default() };
        let mut simulation = Simulation::new(spec, &options).unwrap();
        simulation.advance(7).unwrap();
        let stream = simulation.snapshot(0).unwrap().stream;
        let detail = simulation.detail(0, 3).unwrap();
        (simulation, detail, stream)
    }

    #[test]
    fn the_last_layer_is_the_action_and_the_others_are_as_wide_as_they_are() {
        for (controller, widths) in [
            ("Linear", vec![]),
            ("Mlp(hidden: [9], biases: false)", vec![9]),
            ("Mlp(hidden: [9, 17], weights: F16)", vec![9, 17]),
            ("Mlp(hidden: [6], weights: I8)", vec![6]),
            ("Gru(memory: 5, hidden: [4])", vec![5, 4]),
            ("Gru(memory: 5, hidden: [])", vec![5]),
        ] {
            let (simulation, detail, stream) = agent(controller);
            let found = neurons(simulation.plan(), stream, &detail);
            let (last, hidden) = found.split_last().unwrap();
            assert_eq!(*last, detail.action, "{controller}");
            assert_eq!(hidden.iter().map(Vec::len).collect::<Vec<_>>(), widths, "{controller}");
            assert!(found.iter().all(|layer| layer.iter().any(|x| *x != 0.0)), "{controller}");
        }
        for controller in ["Graph(hidden: 4)", "Graph(hidden: 4, recurrent: true)"] {
            let (simulation, detail, stream) = agent(controller);
            let found = neurons(simulation.plan(), stream, &detail);
            let acted: Vec<f32> = found[0].iter().take(detail.action.len()).map(|x| tanh(*x)).collect();
            assert_eq!(acted, detail.action, "{controller}");
        }
    }

    #[test]
    fn hidden_neurons_are_the_sums_that_their_weights_say() {
        let (simulation, detail, stream) = agent("Mlp(hidden: [9])");
        let found = neurons(simulation.plan(), stream, &detail);
        let (inputs, genome) = (detail.observation.len(), &detail.genome);
        for (o, y) in found[0].iter().enumerate() {
            let sum = (0..inputs).fold(genome[o], |sum, i| sum + detail.observation[i] * genome[9 + i * 9 + o]);
            assert_eq!(*y, tanh(sum), "neuron {o}");
        }
    }

    #[test]
    fn attention_gathers_and_plastic_weights_are_those_of_now() {
        let (simulation, detail, stream) = agent("Attention(hidden: [4])");
        let found = neurons(simulation.plan(), stream, &detail);
        let gathered = super::super::attention::gathered(simulation.plan(), 0, &detail.genome, &detail.observation);
        assert!(found[0].ends_with(&gathered));
        assert_eq!(found.last(), Some(&detail.action));
        let (simulation, detail, stream) = agent("Plastic(hidden: [5])");
        let found = neurons(simulation.plan(), stream, &detail);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), vec![5, detail.action.len()]);
        let sum = (0..detail.observation.len()).fold(0.0, |sum, i| sum + detail.observation[i] * detail.memory[i * 5]);
        assert_eq!(found[0][0], tanh(sum));
    }

    #[test]
    fn a_rule_and_an_agent_half_known_have_none() {
        let mut boids = Simulation::new(scene::load("boids").unwrap().spec, &Options::default()).unwrap();
        let detail = boids.detail(0, 0).unwrap();
        assert!(neurons(boids.plan(), [1, 2], &detail).is_empty());
        let (simulation, detail, stream) = agent("Linear");
        assert!(neurons(simulation.plan(), stream, &AgentDetail { genome: vec![1.0], ..detail }).is_empty());
    }
}
