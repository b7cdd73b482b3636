//! Rollouts that only score: what given genomes come to on the held-out seeds of a scene, the seeds that its evolution never
//! sees. Nobody breeds, and the scene's events do not happen. Knows nothing of where genomes come from.

use super::command::{removed, to_removal};
use super::{Options, SimulationError, check_sizes, choose, genomes, too_large};
use crate::edits::Edits;
use crate::evolution::held_out;
use crate::evolution::judge::{Judge, asked};
use crate::genome_file::GenomeFile;
use crate::plan::Plan;
use crate::scene::{Evolution, HeldOutSpec, SceneSpec};
use crate::world::WorldState;

/// Fitness of every species on every seed, `[species][seeds]`, when species run the genomes given for them: those of a file in
/// their order, again from the first when there are fewer than rows. Species without a file run what the scene gives them, or
/// random ones. NaN where something was not finite.
///
/// # Errors
/// When one world does not fit the machine, or the backend fails.
pub fn held_out_scores(
    scene: &SceneSpec,
    files: &[Option<GenomeFile>],
    seeds: u32,
    options: &Options,
) -> Result<Vec<Vec<f32>>, SimulationError> {
    let mut scene = scene.clone();
    scene.species.iter_mut().for_each(|species| species.evolution = Evolution::Off);
    let worlds = side_by_side(&mut scene, seeds)?;
    let plan = Plan::new(&scene, worlds);
    let load = |species| genomes::load(&scene, &plan, species, &options.beside);
    let own = (0..scene.species.len()).map(load).collect::<Result<Vec<_>, _>>()?;
    let all = (0..scene.species.len()).fold(0, |all, species| all | asked(&scene, &plan, species));
    let spec = HeldOutSpec { seeds, every: 1 };
    let mut backend = choose::open(options, &plan)?.backend;
    let mut scores = vec![vec![]; scene.species.len()];
    for round in 0..held_out::rounds(&spec, 0, worlds.into()) {
        let streams = held_out::streams(scene.seed, round, worlds.into());
        let mut state = WorldState::start(&scene, &plan, &streams);
        for (species, own) in own.iter().enumerate() {
            if let Some(file) = files.get(species).and_then(Option::as_ref).or(own.as_ref()) {
                genomes::fill(&mut state, &plan, species, file);
            }
        }
        backend.load(state)?;
        let mut age = 0;
        while age < u64::from(scene.rollout.ticks) {
            let left = u64::from(scene.rollout.ticks) - age;
            let ticks = to_removal(&scene, age).map_or(left, |removal| removal.min(left));
            backend.advance(ticks as u32)?;
            age += ticks;
            let deaths = removed(&scene, &plan, &mut *backend, age, &streams)?;
            if !deaths.is_empty() {
                backend.edit(&Edits { deaths, ..Edits::default() })?;
            }
        }
        let earned = backend.earned(all)?;
        let judge = Judge { scene: &scene, plan: &plan, earned: &earned };
        for world in 0..u64::from(worlds) {
            if held_out::seed_of(&spec, round, worlds.into(), world).is_some() {
                scores.iter_mut().enumerate().for_each(|(species, s)| s.push(judge.world(species, world)));
            }
        }
    }
    Ok(scores)
}

/// How many worlds are run at once: as many of the seeds as fit the machine, by halves.
fn side_by_side(scene: &mut SceneSpec, seeds: u32) -> Result<u32, SimulationError> {
    let mut worlds = seeds.max(1);
    loop {
        scene.rollout.worlds = worlds;
        match check_sizes(scene, &Plan::new(scene, worlds)) {
            Ok(()) => return Ok(worlds),
            Err(problem) if worlds == 1 => return Err(too_large(problem).into()),
            Err(_) => worlds = worlds.div_ceil(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    #[test]
    fn scores_depend_on_seeds_and_genomes_and_on_nothing_else() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene.rollout.ticks = 60;
        let plan = Plan::new(&scene, 1);
        let len = plan.species[0].genome_len as usize;
        let idle = GenomeFile { len, genomes: vec![0.0; len], ..Default::default() };
        let score = |file: Option<GenomeFile>, seeds, threads| {
            let options = Options { threads: Some(threads), ..Default::default() };
            held_out_scores(&scene, &[file, None], seeds, &options).unwrap()
        };
        let random = score(None, 6, 1);
        assert_eq!((random.len(), random[0].len()), (2, 6));
        assert_eq!(random, score(None, 6, 2));
        assert_eq!(random[0][..3], score(None, 3, 1)[0], "the seeds are the same whatever their number");
        assert_ne!(random[0], score(Some(idle), 6, 1)[0]);
    }

    #[test]
    fn who_is_removed_earns_no_more() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene.rollout.ticks = 60;
        let score = |scene: &SceneSpec| held_out_scores(scene, &[], 4, &Options::default()).unwrap();
        let whole = score(&scene);
        scene.rollout.removals = vec![scene::RemovalSpec { tick: 2, species: "red".into(), share: 1.0 }];
        let without = score(&scene);
        let sum = |scores: &[f32]| scores.iter().sum::<f32>();
        assert!(sum(&without[0]) < 0.5 * sum(&whole[0]), "{without:?} {whole:?}");
        assert!(sum(&without[1]) > 0.5 * sum(&whole[1]), "the others swim on");
    }
}
