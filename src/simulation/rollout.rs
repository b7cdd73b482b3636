//! Rollouts that only look: what given genomes come to on the held-out seeds of a scene, the seeds that its evolution never sees,
//! and what agents that run them sense and do. Nobody breeds, and the scene's events do not happen. Knows nothing of where genomes
//! come from.

use super::command::{remove, to_removal};
use super::{Options, SimulationError, check_sizes, choose, genomes, too_large};
use crate::backend::Backend;
use crate::evolution::held_out;
use crate::evolution::judge::{Judge, asked};
use crate::genome_file::GenomeFile;
use crate::plan::Plan;
use crate::rng::Stream;
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
    let mut rollouts = Rollouts::open(scene, seeds, options)?;
    let worlds = rollouts.plan.dims.worlds;
    let all = (0..scene.species.len()).fold(0, |all, species| all | asked(&rollouts.scene, &rollouts.plan, species));
    let spec = HeldOutSpec { seeds, every: 1 };
    let mut scores = vec![vec![]; scene.species.len()];
    for round in 0..held_out::rounds(&spec, 0, worlds.into()) {
        let streams = held_out::streams(scene.seed, round, worlds.into());
        let state = rollouts.begin(&streams, files);
        rollouts.backend.load(state)?;
        rollouts.advance(0, scene.rollout.ticks, &streams)?;
        let earned = rollouts.backend.earned(all)?;
        let judge = Judge { scene: &rollouts.scene, plan: &rollouts.plan, earned: &earned };
        for world in 0..u64::from(worlds) {
            if held_out::seed_of(&spec, round, worlds.into(), world).is_some() {
                scores.iter_mut().enumerate().for_each(|(species, s)| s.push(judge.world(species, world)));
            }
        }
    }
    Ok(scores)
}

/// What an agent of a watched species senses and does in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen<'a> {
    /// World, by its place among the streams.
    pub world: u32,
    /// Tick, from 1.
    pub tick: u32,
    /// Place among the slots of its species.
    pub place: u32,
    /// What it senses.
    pub observation: &'a [f32],
    /// What it does about it.
    pub action: &'a [f32],
}

/// Runs a world for each of `streams`, with genomes as `held_out_scores` has them, and tells `see` what living agents of `species`
/// sense and do in each of so many ticks: tick after tick, worlds in their order as far as they are run side by side.
///
/// # Errors
/// As `held_out_scores`.
pub fn watch(
    scene: &SceneSpec,
    files: &[Option<GenomeFile>],
    species: usize,
    (streams, ticks): (&[Stream], u32),
    options: &Options,
    mut see: impl FnMut(Seen),
) -> Result<(), SimulationError> {
    let mut rollouts = Rollouts::open(scene, streams.len() as u32, options)?;
    let (worlds, p) = (rollouts.plan.dims.worlds as usize, rollouts.plan.species[species]);
    let (inputs, outputs) = (p.obs_len as usize, p.act_len as usize);
    for (round, part) in streams.chunks(worlds).enumerate() {
        // Worlds beyond the last stream run as the first does, unseen.
        let mut all = part.to_vec();
        all.resize(worlds, part[0]);
        let state = rollouts.begin(&all, files);
        rollouts.backend.load(state)?;
        for tick in 1..=ticks {
            rollouts.advance(tick - 1, 1, &all)?;
            for world in 0..part.len() {
                let agents = rollouts.backend.snapshot(world as u32)?.agents;
                let minds = rollouts.backend.minds(world as u32, species)?;
                let living = |place: &u32| agents[(p.slot_start + place) as usize].alive == 1;
                for place in (0..p.slots).filter(living) {
                    let at = place as usize;
                    see(Seen {
                        world: (round * worlds + world) as u32,
                        tick,
                        place,
                        observation: &minds.observations[at * inputs..(at + 1) * inputs],
                        action: &minds.actions[at * outputs..(at + 1) * outputs],
                    });
                }
            }
        }
    }
    Ok(())
}

/// Worlds of a scene side by side that nobody but their own ticks changes: evolution neither breeds nor judges.
pub struct Rollouts {
    /// The scene.
    pub scene: SceneSpec,
    /// Its plan, with as many worlds as are run at once.
    pub plan: Plan,
    /// What runs them.
    pub backend: Box<dyn Backend>,
    /// Genomes that the scene itself names.
    own: Vec<Option<GenomeFile>>,
}

impl Rollouts {
    /// Where nobody breeds, in as many worlds as are wanted or fit.
    fn open(scene: &SceneSpec, worlds: u32, options: &Options) -> Result<Rollouts, SimulationError> {
        let mut scene = scene.clone();
        scene.species.iter_mut().for_each(|species| species.evolution = Evolution::Off);
        let worlds = side_by_side(&mut scene, worlds)?;
        Rollouts::new(scene, worlds, options)
    }

    /// A scene as it is, in so many worlds. What it does within ticks it does, as `Ecology`.
    ///
    /// # Errors
    /// When the worlds do not fit the machine, or the backend or the scene's genomes cannot be had.
    pub fn new(mut scene: SceneSpec, worlds: u32, options: &Options) -> Result<Rollouts, SimulationError> {
        scene.rollout.worlds = worlds;
        let plan = Plan::new(&scene, worlds);
        check_sizes(&scene, &plan).map_err(too_large)?;
        let load = |species| genomes::load(&scene, &plan, species, &options.beside);
        let own = (0..scene.species.len()).map(load).collect::<Result<Vec<_>, _>>()?;
        // What only looks is nobody else's.
        let backend = choose::open(&Options { ranks: None, ..options.clone() }, &plan)?.backend;
        Ok(Rollouts { scene, plan, own, backend })
    }

    /// Worlds at their start, one for each stream, with the genomes given, or else the scene's own.
    pub fn begin(&self, streams: &[Stream], files: &[Option<GenomeFile>]) -> WorldState {
        let plan = self.plan.of_worlds(&(0..streams.len() as u32));
        let mut state = WorldState::start(&self.scene, &plan, streams);
        for (species, own) in self.own.iter().enumerate() {
            if let Some(file) = files.get(species).and_then(Option::as_ref).or(own.as_ref()) {
                genomes::fill(&mut state, &plan, species, file);
            }
        }
        state
    }

    /// Advances worlds that are `age` ticks old, and removes whom the scene removes; `streams` are those of the worlds.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn advance(&mut self, age: u32, ticks: u32, streams: &[Stream]) -> Result<(), SimulationError> {
        let (mut age, end) = (u64::from(age), u64::from(age + ticks));
        while age < end {
            let step = to_removal(&self.scene, age).map_or(end - age, |removal| removal.min(end - age));
            self.backend.advance(step as u32)?;
            age += step;
            remove(&self.scene, &self.plan, &mut *self.backend, age, streams)?;
        }
        Ok(())
    }
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

    #[test]
    fn the_shuffled_nearest_are_the_same_in_any_order() {
        let mut scene = scene::load("damage").unwrap().spec;
        let k = 4;
        scene.species[0].senses = vec![
            scene::Sense::Constant,
            scene::Sense::Nearest(scene::NearestSense { k, range: 34.0, ..Default::default() }),
            scene::Sense::Speed,
        ];
        let streams: Vec<Stream> = (0..40).map(|i| [i, 9]).collect();
        // What each fish sees in the first two ticks: the constant, items of three numbers, its speed.
        let seen = |scene: &SceneSpec| {
            let mut seen: [Vec<Vec<f32>>; 2] = Default::default();
            let note = |s: Seen| seen[s.tick as usize - 1].push(s.observation.to_vec());
            watch(scene, &[], 0, (&streams, 2), &Options::default(), note).unwrap();
            seen
        };
        let plain = seen(&scene);
        scene.perturbation.shuffle = true;
        let shuffled = seen(&scene);
        let items = |observation: &[f32]| -> Vec<Vec<f32>> { observation[1..13].chunks(3).map(Vec::from).collect() };
        for (plain, shuffled) in plain[0].iter().zip(&shuffled[0]) {
            assert_eq!((plain[0], plain[13]), (shuffled[0], shuffled[13]), "nothing else is mixed in");
            let mut sorted = items(shuffled);
            sorted.sort_by(|a, b| b[2].total_cmp(&a[2]));
            assert_eq!(items(plain), sorted);
        }
        // Where the nearest is told, by its nearness.
        let place = |observation: &Vec<f32>| {
            let nearness = |i: &u32| observation[3 + 3 * *i as usize];
            (0..k).max_by(|a, b| nearness(a).total_cmp(&nearness(b))).unwrap()
        };
        let places = shuffled.each_ref().map(|tick| tick.iter().map(place).collect::<Vec<u32>>());
        let all = places[0].len() as f64;
        // Four deviations of a quarter of 1,200.
        let even = |count: usize| (count as f64 / all - 0.25).abs() < 0.05;
        for at in 0..k {
            assert!(even(places[0].iter().filter(|place| **place == at).count()), "place {at}");
        }
        assert!(even(places[0].iter().zip(&places[1]).filter(|(a, b)| a == b).count()), "drawn anew each tick");
    }

    #[test]
    fn what_is_watched_is_what_the_agents_did() {
        let mut scene = scene::load("rivals").unwrap().spec;
        scene.rollout.ticks = 60;
        let streams: Vec<Stream> = (0..3).map(|i| [i, 7]).collect();
        let mut seen = vec![];
        let options = Options { threads: Some(1), ..Default::default() };
        watch(&scene, &[], 1, (&streams, 5), &options, |s| {
            seen.push((s.world, s.tick, s.place, s.observation.to_vec(), s.action.to_vec()));
        })
        .unwrap();
        assert_eq!(seen.len(), 3 * 5 * 8, "nobody dies in five ticks");
        // One world alone, opened up agent by agent.
        scene.species.iter_mut().for_each(|s| s.evolution = Evolution::Off);
        let plan = Plan::new(&scene, 1);
        let mut backend = choose::open(&options, &plan).unwrap().backend;
        backend.load(WorldState::start(&scene, &plan, &streams[2..])).unwrap();
        backend.advance(4).unwrap();
        let last: Vec<_> = seen.iter().filter(|s| s.0 == 2 && s.1 == 4).collect();
        assert_eq!(last.len(), 8);
        for (world, tick, place, observation, action) in last {
            let detail = backend.detail(0, plan.species[1].slot_start + place).unwrap();
            assert_eq!((observation, action), (&detail.observation, &detail.action), "{world} {tick} {place}");
        }
    }
}
