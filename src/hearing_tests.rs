//! Tests of listening in, on schools whose weights are written by hand.

use super::*;
use crate::genome_file::GenomeFile;
use crate::scene::{self, Evolution, NeighbourFeature, NeighboursSense, Sense, SignalSpec};
use crate::simulation::{Options, Simulation};

/// Clones of food_call with a linear controller of given weights: they sense food or poison ahead, each of them here, what is heard
/// all around on one channel, noise, and the constant.
fn school(controller: &str) -> SceneSpec {
    let mut spec = scene::load("food_call").unwrap().spec;
    spec.rollout.worlds = 3;
    let fish = &mut spec.species[0];
    fish.evolution = Evolution::Off;
    fish.count = 12;
    fish.signals = SignalSpec { channels: 1, ..Default::default() };
    fish.senses[3] = Sense::Neighbours(NeighboursSense {
        species: vec!["fish".into()],
        range: 21.0,
        azimuth: 1,
        gives: vec![NeighbourFeature::Proximity, NeighbourFeature::Signals],
        ..Default::default()
    });
    fish.senses.insert(4, Sense::Noise);
    scene::set(&mut spec, "species[0].controller", controller).unwrap();
    spec
}

/// Listens for a while.
fn listened(scene: SceneSpec, weights: Option<&dyn Fn(usize, usize) -> f32>) -> (SignalLog, String) {
    let options = Options { threads: Some(1), worlds: Some(3), ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let mut scene = scene;
    if let Some(weights) = weights {
        let s = &Plan::new(&scene, 1).species[0];
        let (inputs, outputs) = (s.obs_len as usize, s.act_len as usize);
        // Biases, then a row for each input.
        let genome: Vec<f32> = (0..inputs + 1)
            .flat_map(|row| (0..outputs).map(move |out| (row, out)))
            .map(|(r, o)| weights(r, o))
            .collect();
        let file = GenomeFile { len: genome.len(), genomes: genome, fitness: vec![f32::NAN], ..Default::default() };
        let file = GenomeFile { lineage: vec![[0, crate::layout::NONE]], ..file };
        let file = crate::simulation::describe(file, &scene, &Plan::new(&scene, 1), 0);
        let path = folder.path().join("fish.safetensors");
        std::fs::write(&path, file.encode().unwrap()).unwrap();
        scene.species[0].genomes = path.display().to_string();
    }
    let mut simulation = Simulation::new(scene.clone(), &options).unwrap();
    let mut log = SignalLog::new(&scene, simulation.plan(), 0, 0).unwrap();
    for _ in 0..60 {
        simulation.advance(2).unwrap();
        simulation.listen(&mut log, u32::MAX).unwrap();
        simulation.advance(1).unwrap();
        simulation.listen(&mut log, u32::MAX).unwrap();
    }
    (log, simulation.digest().unwrap().to_string())
}

/// Rows of the weights: the bias, food or poison to either side, food here, poison here, others near, heard, noise, constant.
const FOOD: usize = 3;
const HEARD: usize = 6;
const NOISE: usize = 7;

#[test]
fn who_heeds_is_told_from_who_does_not() {
    // Outputs: thrust, yaw, signal.
    let told = |call: usize, heeds: f32| {
        move |row: usize, out: usize| match (row, out) {
            (FOOD, 0) => -2.0,
            (0, 0) | (0, 1) => 0.2,
            (HEARD, 1) => heeds,
            (row, 2) if row == call => 9.0,
            (0, 2) if call == FOOD => -2.0,
            _ => 0.0,
        }
    };
    let report = |call, heeds| {
        let (log, _) = listened(school("Linear"), Some(&told(call, heeds)));
        log.report(Discretization::Signs, Effort::LIGHT, [3, 3]).remove(0)
    };
    let (heeded, ignored, noise) = (report(FOOD, 3.0), report(FOOD, 0.0), report(NOISE, 3.0));
    for (channel, informs, heeds) in [(&heeded, true, true), (&ignored, true, false), (&noise, false, true)] {
        let food = &channel.about[1];
        assert_eq!(food.what, "food here");
        assert_eq!((channel.samples[0], channel.worlds), (60 * 36, 3));
        assert_eq!(food.together < 0.02, informs, "{food:?}");
        assert_eq!(channel.consistency.together < 0.02, informs, "{:?}", channel.consistency);
        let influence = channel.influence.unwrap();
        assert_eq!((influence.states, influence.messages), (60 * 36, 2));
        match heeds {
            // A message cannot do more than the entropy of messages: most hear of no food.
            true => assert!(influence.causal > 0.01 && influence.listening > 0.1, "{influence:?}"),
            false => assert_eq!((influence.causal, influence.listening), (0.0, 0.0)),
        }
    }
}

#[test]
fn listening_changes_nothing() {
    for controller in ["Gru(memory: 4)", "Mlp(hidden: [5], weights: I8)"] {
        let scene = school(controller);
        let (log, digest) = listened(scene.clone(), None);
        assert!(!log.log().told.is_empty() && !log.states.is_empty());
        let options = Options { threads: Some(1), worlds: Some(3), ..Options::default() };
        let mut alone = Simulation::new(scene, &options).unwrap();
        alone.advance(180).unwrap();
        assert_eq!(alone.digest().unwrap().to_string(), digest, "{controller}");
        // What was kept is all that an action follows from: put before what they heard, they do what they did.
        let mut mind = Mind::new(&log.plan, 0);
        let heard = log.log().heard.iter().filter(|heard| heard.when.2 == 180);
        let did: Vec<&Vec<f32>> = heard.map(|heard| &heard.action).collect();
        let last = &log.states[log.states.len() - did.len()..];
        for (state, did) in last.iter().zip(did) {
            mind.set_genome(&state.genome);
            let answer = mind.answer(&state.agent, state.stream, &state.observation, &state.memory);
            assert_eq!(&without_signals(&log.plan.species[0], answer), did, "{controller}");
        }
    }
}

#[test]
fn samples_need_two_ticks_in_a_row_and_somebody_who_speaks() {
    let scene = school("Linear");
    let options = Options { threads: Some(1), worlds: Some(3), ..Options::default() };
    let mut simulation = Simulation::new(scene.clone(), &options).unwrap();
    let mut log = SignalLog::new(&scene, simulation.plan(), 0, 0).unwrap();
    for _ in 0..5 {
        simulation.advance(2).unwrap();
        simulation.listen(&mut log, u32::MAX).unwrap();
    }
    assert!(log.log().told.is_empty() && log.log().heard.is_empty());
    assert!(log.report(Discretization::Signs, Effort::LIGHT, [1, 1])[0].influence.is_none());
    simulation.advance(1).unwrap();
    simulation.listen(&mut log, u32::MAX).unwrap();
    assert_eq!((log.log().told.len(), log.log().heard.len()), (36, 36));
    log.other_worlds();
    simulation.advance(1).unwrap();
    simulation.listen(&mut log, u32::MAX).unwrap();
    assert_eq!(log.log().told.len(), 36, "of other worlds nothing is known yet");
    simulation.advance(1).unwrap();
    simulation.listen(&mut log, u32::MAX).unwrap();
    let worlds: Vec<u32> = log.log().told[36..].iter().map(|told| told.when.0).collect();
    assert_eq!((worlds[0], worlds[35]), (3, 5));

    let mut mute = scene.clone();
    mute.species[0].signals.channels = 0;
    let refuse = |scene: &SceneSpec| SignalLog::new(scene, &Plan::new(scene, 1), 0, 0).err().unwrap().to_string();
    assert_eq!(refuse(&mute), "species `fish` has no channels: set its `signals.channels`");
    let mut deaf = scene;
    deaf.species[0].senses.remove(3);
    assert!(refuse(&deaf).starts_with("species `fish` does not hear `fish`: give it a sense"), "{}", refuse(&deaf));
}
