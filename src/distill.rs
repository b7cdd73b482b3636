//! Distillation: a small controller learns to do what a teacher does, from what agents sensed and did in a scene. First the teacher
//! drives; then, where the teacher can say what it would do in any place, the student drives and the teacher answers what the student
//! met (dataset aggregation, DAgger; Ross, Gordon and Bagnell 2011), because a student that only saw the teacher's ways is lost once
//! off them. Knows nothing of files, or of what the student is worth.

mod teacher;

pub use teacher::Teacher;

use crate::descent::{Descent, Examples, Learner, Network, Worth};
use crate::genome_file::GenomeFile;
use crate::layout::{DRAW_RESAMPLE, NONE};
use crate::plan::Plan;
use crate::rng;
use crate::scene::{Controller, SceneSpec};
use crate::simulation::{Options, SimulationError, describe, watch};

/// Changes a seed into that of the worlds which are watched, so that they are neither those of evolution nor those that score: the
/// digits of the square root of 3.
const WATCH_SEED: u64 = 0xbb67_ae85_84ca_a73b;

/// Of so many worlds that are watched one is learned nothing from: it tells what was learned.
const KEPT_APART: u32 = 8;

/// Rows of a curve.
const ROWS: u64 = 25;

/// Why there is no student.
#[derive(Debug, thiserror::Error)]
pub enum DistillError {
    /// The scene.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// A teacher without agents.
    #[error("nobody of species `{0}` was alive to be watched: it needs a `count` above 0, and to live for a tick")]
    Nobody(String),
    /// So few examples of so many that chance kept none.
    #[error("of {0} agent-steps that were watched none was kept to learn from: ask for more examples")]
    NoExample(u64),
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watching {
    /// Worlds of a round; at least 2, of which every eighth from the first on is kept apart.
    pub worlds: u32,
    /// Ticks of a world.
    pub ticks: u32,
    /// Rounds in which the student drives, after the one of the teacher.
    pub rounds: u32,
    /// Examples kept of all rounds, at most, up to the luck of the draw: each is kept by the same chance.
    pub examples: u32,
}

/// What is to be learned, and how.
pub struct Distillation<'a> {
    /// Where; the species has the teacher's controller.
    pub scene: &'a SceneSpec,
    /// Whose.
    pub species: usize,
    /// The teacher.
    pub teacher: &'a Teacher,
    /// What learns: `Linear` or `Mlp`.
    pub student: &'a Controller,
    /// What is watched.
    pub watching: Watching,
    /// How it learns; steps are shared out evenly over rounds.
    pub descent: Descent,
    /// Of the worlds that are watched, and of the student's start.
    pub seed: u64,
}

/// A point of the curve of learning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Steps taken.
    pub step: u64,
    /// Rounds in which the student has driven.
    pub round: u32,
    /// Share of the teacher in the target.
    pub t: f64,
    /// Mean loss of a step since the last row.
    pub loss: f64,
    /// On what was kept apart so far.
    pub apart: Worth,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Distilled {
    /// The scene with the student's controller.
    pub scene: SceneSpec,
    /// The student, without a fitness.
    pub student: GenomeFile,
    /// What it was before it learned.
    pub untaught: GenomeFile,
    /// How far from the teacher it then was, on what the first round kept apart.
    pub before: Worth,
    /// How it learned.
    pub curve: Vec<Row>,
    /// Examples learned from, and kept apart.
    pub examples: [usize; 2],
    /// Steps of agents that were watched.
    pub watched: u64,
}

impl Distillation<'_> {
    /// Teaches a student.
    ///
    /// # Errors
    /// When the scene does not fit the machine, the backend fails, or there is nobody to watch.
    pub fn run(&self, options: &Options) -> Result<Distilled, DistillError> {
        let mut scene = self.scene.clone();
        scene.species[self.species].controller = self.student.clone();
        let plan = Plan::new(&scene, 1);
        let network = Network::of(&plan, self.species).ok_or_else(|| {
            DistillError::Simulation(SimulationError::State("a student is a `Linear` or `Mlp` controller".into()))
        })?;
        let file = |genome: &[f32]| {
            let file = GenomeFile {
                len: genome.len(),
                genomes: genome.to_vec(),
                fitness: vec![f32::NAN],
                lineage: vec![[0, NONE]],
                ..Default::default()
            };
            describe(file, &scene, &plan, self.species)
        };
        let mut start = vec![0.0; network.len()];
        let key = rng::stream(self.seed ^ WATCH_SEED, u64::MAX, self.species as u32);
        crate::world::random_genome(&mut start, &plan, self.species, self.student, key, 0);
        let mut learner = Learner::new(&network, start.clone(), self.descent);
        let mut seen = [(); 2].map(|()| Examples::new(network.inputs(), network.outputs()));
        let (mut curve, mut watched, mut before) = (vec![], 0, None);
        for round in 0..=self.watching.rounds {
            let driver = (round > 0).then(|| file(learner.genome()));
            let scene = if round > 0 { &scene } else { self.scene };
            watched += self.watch(round, scene, driver.as_ref(), &mut seen, options)?;
            let [learned, apart] = &seen;
            if learned.is_empty() {
                return Err(match watched {
                    0 => DistillError::Nobody(self.scene.species[self.species].name.clone()),
                    watched => DistillError::NoExample(watched),
                });
            }
            before.get_or_insert_with(|| learner.worth(apart));
            let end = self.descent.steps * u64::from(round + 1) / u64::from(self.watching.rounds + 1);
            let every = (self.descent.steps / ROWS).max(1);
            let (mut sum, mut since) = (0.0, 0u64);
            while learner.done() < end {
                (sum, since) = (sum + learner.step(learned), since + 1);
                let step = learner.done();
                if step.is_multiple_of(every) || step == end {
                    let (t, loss) = (learner.t(), sum / since as f64);
                    curve.push(Row { step, round, t, loss, apart: learner.worth(apart) });
                    (sum, since) = (0.0, 0);
                }
            }
        }
        let (student, untaught) = (file(learner.genome()), file(&start));
        let (before, examples) = (before.unwrap_or_default(), seen.map(|seen| seen.len()));
        Ok(Distilled { scene, student, untaught, before, curve, examples, watched })
    }

    /// Watches a round, driven by the teacher or by a student; gives the steps of agents that it took.
    fn watch(
        &self,
        round: u32,
        scene: &SceneSpec,
        student: Option<&GenomeFile>,
        seen: &mut [Examples; 2],
        options: &Options,
    ) -> Result<u64, SimulationError> {
        let Watching { worlds, ticks, rounds, examples } = self.watching;
        let mut files: Vec<Option<GenomeFile>> = vec![None; scene.species.len()];
        files[self.species] = student.or(self.teacher.file()).cloned();
        let stream = |world| rng::stream(self.seed ^ WATCH_SEED, round.into(), world);
        let streams: Vec<_> = (0..worlds).map(stream).collect();
        let most = f64::from(worlds) * f64::from(ticks) * f64::from(scene.species[self.species].count.max(1));
        let chance = (f64::from(examples) / f64::from(rounds + 1) / most).min(1.0) as f32;
        let mut answers = self.teacher.answers();
        let mut watched = 0;
        watch(scene, &files, self.species, (&streams, ticks), options, |s| {
            watched += 1;
            let word = rng::draw(streams[s.world as usize], s.tick, s.place, DRAW_RESAMPLE)[0];
            if rng::chance(word, chance) {
                let apart = usize::from(s.world % KEPT_APART == 0);
                seen[apart].push(s.observation, answers.to(s.observation, s.action));
            }
        })?;
        Ok(watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descent::Loss;
    use crate::scene::{self, LinearSpec, MlpSpec};

    fn options() -> Options {
        Options { threads: Some(1), ..Options::default() }
    }

    fn small(rounds: u32) -> (Watching, Descent) {
        let watching = Watching { worlds: 3, ticks: 20, rounds, examples: 300 };
        (watching, Descent { loss: Loss::Divergence, steps: 200, batch: 32, rate: 0.02, key: [1, 2] })
    }

    #[test]
    fn a_student_comes_near_its_teacher_in_a_run_that_can_be_had_again() {
        let (file, _) = GenomeFile::load("shipped:rivals.red", std::path::Path::new("")).unwrap();
        let scene = scene::load("rivals").unwrap().spec;
        let teacher = Teacher::of(&scene, 0, Some(file));
        let student = Controller::Mlp(MlpSpec { hidden: vec![4], ..Default::default() });
        for rounds in [0, 2] {
            let (watching, descent) = small(rounds);
            let (scene, student, teacher) = (&scene, &student, &teacher);
            let task = Distillation { scene, species: 0, teacher, student, watching, descent, seed: 5 };
            let found = task.run(&options()).unwrap();
            let again = task.run(&Options { threads: Some(2), ..options() }).unwrap();
            let parts = |d: &Distilled| (d.student.genomes.clone(), d.curve.clone());
            assert_eq!(parts(&found), parts(&again), "threads change nothing");
            let (first, last) = (found.before, found.curve[found.curve.len() - 1]);
            assert!(last.apart.divergence < 0.3 * first.divergence, "{first:?} {last:?}");
            assert_eq!((last.step, last.round), (200, rounds));
            assert_eq!(found.student.controller, "dense 11 > 4 tanh > 3 tanh");
            assert_ne!(found.student.genomes, found.untaught.genomes);
            // 1,440 steps a round at most; a third of the worlds is kept apart.
            let [learned, apart] = found.examples;
            assert!((200..400).contains(&(learned + apart)) && apart > 50, "{learned} {apart}");
            assert!(found.watched > 400 * u64::from(rounds + 1), "{}", found.watched);
            let other = Distillation { seed: 6, ..task }.run(&options()).unwrap();
            assert_ne!(other.student.genomes, found.student.genomes);
        }
    }

    #[test]
    fn a_teacher_with_memory_is_learned_from_by_what_it_did() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene::set(&mut scene, "species[0].controller", "Gru(memory: 3)").unwrap();
        let plan = Plan::new(&scene, 1);
        let mut genomes = vec![0.0; plan.species[0].genome_len as usize];
        crate::world::random_genome(&mut genomes, &plan, 0, &scene.species[0].controller, [8, 8], 0);
        let teacher = Teacher::of(&scene, 0, Some(GenomeFile { len: genomes.len(), genomes, ..Default::default() }));
        assert!(teacher.remembers());
        let (watching, descent) = small(0);
        let student = Controller::Linear(LinearSpec::default());
        let (scene, teacher) = (&scene, &teacher);
        let task = Distillation { scene, species: 0, teacher, student: &student, watching, descent, seed: 5 };
        let found = task.run(&options()).unwrap();
        let after = found.curve[found.curve.len() - 1].apart;
        assert!(after.divergence < 0.5 * found.before.divergence, "{after:?} {:?}", found.before);
    }

    #[test]
    fn who_is_not_there_teaches_nothing() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene.species[0].count = 0;
        let teacher = Teacher::of(&scene, 0, None);
        let (watching, descent) = small(0);
        let student = Controller::Linear(LinearSpec::default());
        let (scene, teacher) = (&scene, &teacher);
        let task = Distillation { scene, species: 0, teacher, student: &student, watching, descent, seed: 5 };
        let error = task.run(&options()).unwrap_err().to_string();
        assert!(error.contains("nobody of species `red`"), "{error}");
    }
}
