//! Who is learned from: a network, a network with memory, or a rule; and what it answers to an observation. Knows nothing of students.

use crate::controller::rule;
use crate::descent::Network;
use crate::descent::network::Pass;
use crate::genome_file::GenomeFile;
use crate::layout::SpeciesParams;
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Words of which a rule's `normal` draws are 0, and its `uniform` ones a half (to 2⁻¹⁷): it wanders nowhere. What is drawn cannot be
/// learned from an observation, and would only be averaged.
const NO_WANDER: [u32; 4] = [0x7fff_8000; 4];

/// A teacher as a species of a scene has it.
#[derive(Clone, Debug)]
pub struct Teacher {
    file: Option<GenomeFile>,
    mind: Mind,
}

#[derive(Clone, Debug)]
enum Mind {
    /// Answers anything, by the first genome of the file.
    Dense(Network),
    /// Answers anything, without wandering; for a tank of so many dimensions.
    Rule(Box<SpeciesParams>, u32),
    /// What it does depends on what it has lived through.
    Memory,
}

impl Teacher {
    /// The teacher that a species of `scene` is: it has the controller that `file` is of, of which the first genome counts, or its
    /// rule where there is none.
    pub fn of(scene: &SceneSpec, species: usize, file: Option<GenomeFile>) -> Teacher {
        let plan = Plan::new(scene, 1);
        let mind = match Network::of(&plan, species) {
            Some(network) if file.is_some() => Mind::Dense(network),
            _ if plan.species[species].by_rule() => Mind::Rule(Box::new(plan.species[species]), plan.tank.dim),
            _ => Mind::Memory,
        };
        let best = |file: GenomeFile| GenomeFile { genomes: file.row(0).to_vec(), ..file };
        Teacher { file: file.map(best), mind }
    }

    /// Its genome.
    pub fn file(&self) -> Option<&GenomeFile> {
        self.file.as_ref()
    }

    /// Whether what it does depends on what it has lived through, so that it cannot say what it would do in another's place.
    pub fn remembers(&self) -> bool {
        matches!(self.mind, Mind::Memory)
    }

    /// Its answers, one by one.
    pub fn answers(&self) -> Answers<'_> {
        Answers { teacher: self, pass: Pass::default(), action: vec![] }
    }
}

/// A teacher that is asked.
pub struct Answers<'a> {
    teacher: &'a Teacher,
    pass: Pass,
    action: Vec<f32>,
}

impl Answers<'_> {
    /// What the teacher would do there; `did` is what was done, by it where it remembers.
    pub fn to<'s>(&'s mut self, observation: &[f32], did: &'s [f32]) -> &'s [f32] {
        match (&self.teacher.mind, &self.teacher.file) {
            (Mind::Dense(network), Some(file)) => {
                network.forward(file.row(0), observation, &mut self.pass);
                self.pass.actions()
            }
            (Mind::Rule(params, dim), _) => {
                let motion = match dim {
                    3 => rule::<3>(params, observation, |_| NO_WANDER),
                    _ => rule::<2>(params, observation, |_| NO_WANDER),
                };
                self.action.clear();
                self.action.extend_from_slice(&motion[..params.motion_actions as usize]);
                self.action.resize(did.len(), 0.0);
                &self.action
            }
            _ => did,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;
    use crate::simulation::{Options, watch};

    #[test]
    fn answers_are_what_the_engine_does() {
        let mut boids = scene::load("boids").unwrap().spec;
        boids.species[0].count = 200;
        scene::set(&mut boids, "species[0].controller", "Rule(Boids(wander: 0.0))").unwrap();
        let rivals = scene::load("rivals").unwrap().spec;
        let (file, _) = GenomeFile::load("shipped:rivals.red", std::path::Path::new("")).unwrap();
        for (scene, file) in [(boids, None), (rivals, Some(file))] {
            let teacher = Teacher::of(&scene, 0, file.clone());
            let mut answers = teacher.answers();
            let mut files = vec![None; scene.species.len()];
            files[0] = file;
            let options = Options { threads: Some(1), ..Options::default() };
            let mut seen = 0;
            watch(&scene, &files, 0, (&[[1, 2]], 4), &options, |s| {
                // Not what it did, so that it has to answer by itself.
                let answer = answers.to(s.observation, &[0.0; 8][..s.action.len()]);
                assert_eq!(answer, s.action);
                seen += 1;
            })
            .unwrap();
            assert!(seen >= 32);
        }
    }
}
