//! What of a genome leads to an output of a controller. Part of `super`.

use super::Plan;
use crate::controller::graph::Sizes;
use crate::layout::{ACT_LINEAR, GRAPH_HEAD, GRAPH_NODE, THINK_GRAPH, THINK_PLASTIC};

impl Plan {
    /// Places of the numbers of `genome` that decide an output of its controller, and what each has to be for the output to be 0
    /// whatever is sensed. `None` where no genome can say that: weights of a plastic controller change by rules. The genome is
    /// of the length that the species needs, and the output one that it has.
    pub fn leads_to(&self, species: usize, output: u32, genome: &[f32]) -> Option<Vec<(usize, f32)>> {
        let s = &self.species[species];
        if s.think == THINK_GRAPH {
            return Some(of_graph(Sizes::of(s), output, genome));
        }
        if s.think == THINK_PLASTIC {
            return None;
        }
        let last = self.layers[s.layer_start as usize..(s.layer_start + s.layers) as usize].last()?;
        // The bias, where there is one, then a row of outputs for each input.
        let bias = (output < last.biases).then_some(last.start + output);
        let rows = (0..last.inputs).map(|row| last.start + last.biases + row * last.outputs + output);
        Some(bias.into_iter().chain(rows).map(|place| (place as usize, 0.0)).collect())
    }
}

/// Bias, activation and edges of each step that evaluates the node of an output.
fn of_graph(sizes: Sizes, output: u32, genome: &[f32]) -> Vec<(usize, f32)> {
    let (mut places, mut first) = (vec![], 0);
    for k in 0..sizes.steps(genome) {
        let step = sizes.step(genome, k, first);
        if step.node == output {
            let at = (GRAPH_HEAD + k * GRAPH_NODE) as usize;
            // Of a linear node nothing is nothing; of some others it is not.
            places.extend([(at + 1, ACT_LINEAR as f32), (at + 3, 0.0)]);
            places.extend((first..step.edges[1]).map(|edge| (sizes.edge_at(edge) + 1, 0.0)));
        }
        first = step.edges[1];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::cpu::Mind;
    use crate::scene;
    use crate::world::random_genome;

    #[test]
    fn an_output_is_0_whatever_is_sensed_and_the_others_stay() {
        let controllers = [
            "Linear",
            "Linear(biases: false)",
            "Mlp(hidden: [9])",
            "Gru(memory: 5, hidden: [])",
            "Attention(hidden: [4])",
            "Graph(hidden: 4)",
            "Graph(hidden: 4, recurrent: true)",
        ];
        for controller in controllers {
            let mut spec = scene::load("food_call").unwrap().spec;
            spec.species[0].senses.push(scene::Sense::Nearest(scene::NearestSense { k: 3, ..Default::default() }));
            scene::set(&mut spec, "species[0].controller", controller).unwrap();
            let plan = Plan::new(&spec, 1);
            let s = plan.species[0];
            let mut genome = vec![0.0; s.genome_len as usize];
            random_genome(&mut genome, &plan, 0, &spec.species[0].controller, [3, 4], 0);
            let mut mind = Mind::new(&plan, 0);
            let (agent, memory) = (bytemuck::Zeroable::zeroed(), vec![0.3; s.mem_len as usize]);
            let observation: Vec<f32> = (0..s.obs_len).map(|i| 0.1 * i as f32 - 0.4).collect();
            mind.set_genome(&genome);
            let before = mind.answer(&agent, [1, 2], &observation, &memory).to_vec();
            let output = s.signal_action;
            let leads = plan.leads_to(0, output, &genome).unwrap();
            leads.into_iter().for_each(|(at, silent)| genome[at] = silent);
            mind.set_genome(&genome);
            let after = mind.answer(&agent, [1, 2], &observation, &memory);
            assert_ne!(before[output as usize], 0.0, "{controller}");
            let recurrent = controller.contains("recurrent");
            for (i, (a, b)) in before.iter().zip(after).enumerate() {
                match i as u32 == output {
                    true => assert_eq!(*b, 0.0, "{controller}"),
                    // Where edges lead back, others may read it.
                    false => assert!(recurrent || a == b, "{controller}: output {i}"),
                }
            }
        }
        let mut spec = scene::load("food_call").unwrap().spec;
        scene::set(&mut spec, "species[0].controller", "Plastic(hidden: [5])").unwrap();
        assert!(Plan::new(&spec, 1).leads_to(0, 2, &[]).is_none());
    }
}
