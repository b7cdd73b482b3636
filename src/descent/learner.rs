//! A network that learns from examples by Adam on minibatches. Examples of a batch are drawn by the step's number, and their slopes
//! add in parts of fixed size, so that threads cannot change a bit. Knows nothing of where examples come from.

use rayon::prelude::*;

use super::Examples;
use super::network::{Network, Pass};
use super::taid::{self, Schedule};
use crate::evolution::optimizer::Adam;
use crate::layout::DRAW_SAMPLE;
use crate::rng::{self, Stream};

/// Examples that one task works through, at least, and tasks of a batch, at most: each holds a gradient of its own.
const PART: usize = 64;
const PARTS: usize = 64;

/// What is made small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Divergence from the teacher, each action as two classes (see `taid`): what Hinton, Vinyals and Dean (2015) do, at temperature 1.
    Divergence,
    /// The same, from a target on its way to the teacher.
    Taid,
    /// Squared difference of actions.
    Squares,
}

/// How a network learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// What is made small.
    pub loss: Loss,
    /// Steps.
    pub steps: u64,
    /// Examples of a step.
    pub batch: usize,
    /// Length of the first step, as Adam's; it falls evenly to nothing at the last.
    pub rate: f64,
    /// Addresses the draws of batches.
    pub key: Stream,
}

/// How far a network is from the teacher.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worth {
    /// Mean divergence from the teacher, nats an action.
    pub divergence: f64,
    /// Root of the mean squared difference of actions.
    pub error: f64,
}

/// A network while it learns.
pub struct Learner<'a> {
    network: &'a Network,
    descent: Descent,
    genome: Vec<f32>,
    exact: Vec<f64>,
    adam: Adam,
    schedule: Schedule,
    done: u64,
}

/// Logits of an action's two classes.
fn classes(sum: f32) -> [f64; 2] {
    [f64::from(sum), -f64::from(sum)]
}

impl<'a> Learner<'a> {
    /// A network that begins at `genome`.
    pub fn new(network: &'a Network, genome: Vec<f32>, descent: Descent) -> Learner<'a> {
        let exact: Vec<f64> = genome.iter().map(|x| f64::from(*x)).collect();
        let adam = Adam::new(exact.len());
        Learner { network, descent, genome, exact, adam, schedule: Schedule::new(descent.steps), done: 0 }
    }

    /// As far as it has learned.
    pub fn genome(&self) -> &[f32] {
        &self.genome
    }

    /// Steps taken.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Share of the teacher in the target; 1 unless the loss is `Taid`.
    pub fn t(&self) -> f64 {
        if self.descent.loss == Loss::Taid { self.schedule.t() } else { 1.0 }
    }

    /// Takes a step on examples drawn from `examples`, of which there must be some; gives the batch's loss, a mean over actions.
    pub fn step(&mut self, examples: &Examples) -> f64 {
        let (t, Descent { loss, batch, key, .. }) = (self.t(), self.descent);
        let step = self.done as u32;
        let size = PART.max(batch.div_ceil(PARTS));
        let parts: Vec<(f64, Vec<f32>)> = (0..batch.div_ceil(size))
            .into_par_iter()
            .map(|part| {
                let (mut pass, mut slopes) = (Pass::default(), vec![0.0f32; self.network.outputs()]);
                let (mut sum, mut gradient) = (0.0, vec![0.0f32; self.genome.len()]);
                for place in part * size..((part + 1) * size).min(batch) {
                    let word = rng::draw(key, step, place as u32, DRAW_SAMPLE)[0];
                    let (observation, sums, actions) = examples.get(rng::below(word, examples.len() as u32) as usize);
                    self.network.forward(&self.genome, observation, &mut pass);
                    for (i, slope) in slopes.iter_mut().enumerate() {
                        let (own, action) = (pass.sums()[i], pass.actions()[i]);
                        let (cost, along) = cost(loss, own, action, sums[i], actions[i], t);
                        sum += cost;
                        *slope = along as f32;
                    }
                    self.network.backward(&self.genome, &mut pass, &slopes, &mut gradient);
                }
                (sum, gradient)
            })
            .collect();
        let over = 1.0 / (batch * self.network.outputs()).max(1) as f64;
        let mut uphill = vec![0.0f64; self.exact.len()];
        let mut sum = 0.0;
        for (part, gradient) in &parts {
            sum += part;
            uphill.iter_mut().zip(gradient).for_each(|(up, g)| *up -= f64::from(*g) * over);
        }
        let left = 1.0 - self.done as f64 / self.descent.steps.max(1) as f64;
        self.adam.step(&mut self.exact, &uphill, self.descent.rate * left.max(0.0));
        self.genome.iter_mut().zip(&self.exact).for_each(|(number, exact)| *number = *exact as f32);
        let mean = sum * over;
        self.schedule.tell(mean);
        self.done += 1;
        mean
    }

    /// How far it is from the teacher on all of `examples`; NaN of none.
    pub fn worth(&self, examples: &Examples) -> Worth {
        let places: Vec<usize> = (0..examples.len()).collect();
        let parts: Vec<[f64; 2]> = places
            .par_chunks(PART)
            .map(|part| {
                let (mut pass, mut found) = (Pass::default(), [0.0; 2]);
                for place in part {
                    let (observation, sums, actions) = examples.get(*place);
                    self.network.forward(&self.genome, observation, &mut pass);
                    for (i, own) in pass.sums().iter().enumerate() {
                        found[0] += taid::divergence(taid::softmax(classes(sums[i])), classes(*own));
                        found[1] += f64::from(pass.actions()[i] - actions[i]).powi(2);
                    }
                }
                found
            })
            .collect();
        let over = (examples.len() * self.network.outputs()) as f64;
        let sum = |which: usize| parts.iter().map(|part| part[which]).sum::<f64>() / over;
        Worth { divergence: sum(0), error: sum(1).sqrt() }
    }
}

/// What an action costs, and the slope of that by the student's sum: `own` and `action` are the student's sum and its tanh.
fn cost(loss: Loss, own: f32, action: f32, teacher_sum: f32, teacher_action: f32, t: f64) -> (f64, f64) {
    match loss {
        Loss::Squares => {
            let apart = f64::from(action - teacher_action);
            (apart * apart, 2.0 * apart * (1.0 - f64::from(action).powi(2)))
        }
        Loss::Divergence | Loss::Taid => {
            let (student, teacher) = (classes(own), classes(teacher_sum));
            let target = taid::target(student, teacher, t);
            let along = taid::softmax(student);
            // The sum is in one class's logit and against the other's.
            (taid::cross_entropy(target, student), along[0] - target[0] - (along[1] - target[1]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::scene;

    /// A teacher's examples, and the network of a student as large as the teacher.
    fn examples() -> (Examples, Network, Vec<f32>) {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene::set(&mut scene, "species[0].controller", "Mlp(hidden: [5])").unwrap();
        let plan = Plan::new(&scene, 1);
        let network = Network::of(&plan, 0).unwrap();
        let genome = |member| {
            let mut genome = vec![0.0; network.len()];
            crate::world::random_genome(&mut genome, &plan, 0, &scene.species[0].controller, [1, 2], member);
            genome
        };
        let (teacher, student) = (genome(0), genome(1));
        let (mut examples, mut pass) = (Examples::new(network.inputs(), network.outputs()), Pass::default());
        for i in 0..500 {
            let number = |j| rng::normal(rng::draw([9, 9], i, j, 0));
            let observation: Vec<f32> = (0..network.inputs() as u32).map(number).collect();
            network.forward(&teacher, &observation, &mut pass);
            examples.push(&observation, pass.actions());
        }
        (examples, network, student)
    }

    #[test]
    fn every_loss_is_learned_and_learned_again() {
        let (examples, network, student) = examples();
        for loss in [Loss::Divergence, Loss::Taid, Loss::Squares] {
            let descent = Descent { loss, steps: 600, batch: 96, rate: 0.02, key: [3, 3] };
            let learn = || {
                let mut learner = Learner::new(&network, student.clone(), descent);
                let before = learner.worth(&examples);
                (0..descent.steps).for_each(|_| {
                    learner.step(&examples);
                });
                (learner.genome().to_vec(), before, learner.worth(&examples), learner.t())
            };
            let (genome, before, after, t) = learn();
            assert!(
                after.divergence < 0.1 * before.divergence && after.error < 0.4 * before.error,
                "{before:?} {after:?}"
            );
            assert!(t > 0.99, "{t}");
            let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
            assert_eq!(pool.install(learn).0, genome, "threads change nothing");
        }
    }

    #[test]
    fn costs_have_the_slopes_that_they_say() {
        for loss in [Loss::Divergence, Loss::Squares] {
            for (own, teacher) in [(0.3f32, 1.1f32), (-1.4, 0.2), (0.0, -2.0)] {
                let action = |sum: f32| libm::tanhf(sum);
                let at = |sum: f32| cost(loss, sum, action(sum), teacher, action(teacher), 1.0);
                let measured = (at(own + 1e-2).0 - at(own - 1e-2).0) / 2e-2;
                // The step's own error is of order 1e-4.
                assert!((at(own).1 - measured).abs() < 1e-3, "{loss:?} at {own}: {} and {measured}", at(own).1);
            }
        }
        // With the target where the student stands, nothing pulls.
        assert!(cost(Loss::Taid, 0.7, 0.6, -2.0, -0.96, 0.0).1.abs() < 1e-12);
    }
}
