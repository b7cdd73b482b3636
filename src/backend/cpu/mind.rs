//! A controller by itself: what an agent of a species would do where it is only told what it senses. Stage *think* on one lane, so that
//! the answer is the tick's, bit for bit, of any controller and with its memory. Knows nothing of where observations come from.

use super::lanes::{Env, Lanes};
use super::think::think;
use super::world::{Note, Sorted};
use crate::genome::Rows;
use crate::layout::Agent;
use crate::plan::Plan;
use crate::rng::Stream;

/// Whoever is asked, one at a time.
pub struct Mind {
    /// With one agent of the species.
    plan: Plan,
    species: usize,
    row: Vec<u32>,
    nobody: Sorted,
    memory: Vec<f32>,
    action: Vec<f32>,
}

impl Mind {
    /// Of species `species` of a plan; with a genome of zeros until it is given another.
    pub fn new(plan: &Plan, species: usize) -> Mind {
        let mut plan = plan.clone();
        let s = &mut plan.species[species];
        (s.slot_start, s.slots, s.sharers, s.rows) = (0, 1, 1, 1);
        let (words, memory, action) = (s.genome_words as usize, s.mem_len as usize, s.act_len as usize);
        let nobody = Sorted::default();
        Mind { plan, species, row: vec![0; words], nobody, memory: vec![0.0; memory], action: vec![0.0; action] }
    }

    /// Of species `species` of a plan that may end before the whole controller does, whose genomes are written in `rows`.
    pub(super) fn with(plan: Plan, species: usize, rows: Rows, genome: &[f32]) -> Mind {
        let mut mind = Mind::new(&plan, species);
        rows.encode(genome, &mut mind.row);
        mind
    }

    /// Who answers from now on.
    pub fn set_genome(&mut self, genome: &[f32]) {
        self.plan.rows(self.species).encode(genome, &mut self.row);
    }

    /// The action of `agent` who senses `observation` and remembers `memory`. Its number and the key of its world's draws matter to
    /// newborn plastic controllers alone; rules wander by the draws of tick 0.
    pub fn answer(&mut self, agent: &Agent, stream: Stream, observation: &[f32], memory: &[f32]) -> &[f32] {
        self.memory.copy_from_slice(memory);
        let s = &self.plan.species[self.species];
        let env = Env {
            plan: &self.plan,
            stream,
            sorted: &self.nobody,
            cell_start: &[],
            heard: &[],
            fields: &[],
            obstacles: [&[]; 2],
            agents: &[],
            demand: &[],
            deposit: &[],
            seat: &[0],
            seats: &[],
            obs: &observation[..s.obs_len as usize],
            species: s,
            species_index: self.species as u32,
            genomes: &self.row,
            deposits: true,
            crowd: false,
        };
        let (mut agent, mut note) = (Agent { alive: 1, ..*agent }, Note::default());
        think(&env, &mut Lanes::of_one(&mut agent, &mut self.action, &mut self.memory, &mut note), 0);
        &self.action
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;
    use crate::simulation::{Options, Simulation};

    #[test]
    fn answers_are_those_of_the_tick_whatever_the_controller() {
        let controllers = [
            "Linear",
            "Linear(weights: I8)",
            "Mlp(hidden: [9, 17], weights: F16)",
            "Gru(memory: 5, hidden: [4])",
            "Plastic(hidden: [5])",
            "Attention(hidden: [4])",
            "Graph(hidden: 4)",
            "Graph(hidden: 4, recurrent: true)",
        ];
        for controller in controllers {
            let mut spec = scene::load("food_call").unwrap().spec;
            if controller.starts_with("Graph") {
                let neat = "Generational(population: 8, strategy: Neat)";
                scene::set(&mut spec, "species[0].evolution", neat).unwrap();
            } else {
                spec.species[0].evolution = scene::Evolution::Off;
            }
            spec.species[0].senses.push(scene::Sense::Nearest(scene::NearestSense { k: 3, ..Default::default() }));
            scene::set(&mut spec, "species[0].controller", controller).unwrap();
            let options = Options { threads: Some(1), worlds: Some(1), ..Options::default() };
            let mut simulation = Simulation::new(spec, &options).unwrap();
            simulation.advance(5).unwrap();
            let mut mind = Mind::new(simulation.plan(), 0);
            for slot in [0, 3, 7] {
                let before = simulation.detail(0, slot).unwrap();
                simulation.advance(1).unwrap();
                let after = simulation.detail(0, slot).unwrap();
                mind.set_genome(&after.genome);
                let stream = simulation.snapshot(0).unwrap().stream;
                let told = mind.answer(&before.agent.unwrap(), stream, &after.observation, &before.memory);
                assert!(after.observation.iter().any(|x| *x != 0.0));
                assert_eq!(told, after.action, "{controller}");
                // Asked again it says the same, however often it was asked other things.
                mind.answer(&before.agent.unwrap(), stream, &vec![0.5; after.observation.len()], &before.memory);
                let again = mind.answer(&before.agent.unwrap(), stream, &after.observation, &before.memory);
                assert_eq!(again, after.action, "{controller}");
            }
        }
    }
}
