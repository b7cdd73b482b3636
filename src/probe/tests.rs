use super::finding::{Effect, words};
use super::*;
use crate::genome_file::GenomeFile;
use crate::plan::Plan;
use crate::scene;
use crate::scene::Evolution;
use crate::simulation::held_out_scores;
use crate::simulation::{Simulation, usual_ticks};

fn options(threads: usize) -> Options {
    Options { threads: Some(threads), ..Options::default() }
}

fn trained(name: &str) -> SceneSpec {
    scene::trained(&scene::load(name).unwrap()).unwrap()
}

fn question(scene: SceneSpec, tests: &[Test]) -> Question {
    let start = Start::Fresh(vec![None; scene.species.len()]);
    let ticks = usual_ticks(&scene);
    Question { scene, start, species: vec![0], channels: 0xffff, tests: tests.to_vec(), ticks }
}

/// Asks for so many pairs.
fn asked(question: Question, pairs: u32, at_once: u32, threads: usize) -> Probe {
    let mut probe = Probe::at_once(question, &options(threads), at_once).unwrap();
    while probe.pairs() < pairs {
        assert!(probe.advance(pairs, 0, |_| true).unwrap());
    }
    assert_eq!(probe.pairs(), pairs);
    probe
}

/// Everything that came out, as bits: NaN too must be the same.
fn bits(probe: &Probe) -> Vec<Vec<u64>> {
    let branches = 0..=probe.question().tests.len();
    let all = branches.flat_map(|branch| (0..probe.quantities().len()).map(move |quantity| (branch, quantity)));
    all.map(|(branch, quantity)| probe.values(branch, quantity).iter().map(|x| x.to_bits()).collect()).collect()
}

/// Place of a quantity among those of a probe.
fn place(probe: &Probe, wanted: Quantity) -> usize {
    probe.quantities().iter().position(|(species, what)| (*species, *what) == (0, wanted)).unwrap()
}

#[test]
fn answers_depend_on_the_question_alone() {
    let tests = [Test::Replay, Test::Scramble, Test::Noise(0.5)];
    let all = bits(&asked(question(trained("food_call"), &tests), 10, 16, 1));
    assert_eq!(all, bits(&asked(question(trained("food_call"), &tests), 10, 2, 2)), "by twos, on two threads");
    let few = asked(question(trained("food_call"), &tests), 6, 16, 2);
    for (all, few) in all.iter().zip(bits(&few)) {
        assert_eq!(all[..6], few, "the first pairs are the same however many follow");
    }
    let without = bits(&asked(question(trained("food_call"), &tests[1..]), 10, 16, 2));
    let each = few.quantities().len();
    assert_eq!([&all[..each], &all[2 * each..]].concat(), without, "tests do not touch each other");
}

#[test]
fn unchanged_worlds_are_those_that_genomes_are_scored_in() {
    let scene = trained("food_call");
    let probe = asked(question(scene.clone(), &[Test::Mute]), 6, 16, 2);
    let scores = held_out_scores(&scene, &[], 6, &options(2)).unwrap();
    for (fitness, score) in probe.values(0, place(&probe, Quantity::Fitness)).iter().zip(&scores[0]) {
        assert!((fitness - f64::from(*score)).abs() < 1e-5, "{fitness} {score}");
    }
}

#[test]
fn deaf_is_deaf_whether_nothing_is_said_or_nothing_heard() {
    // The third sense of food_call hears, and nothing else comes through it.
    let probe = asked(question(trained("food_call"), &[Test::Mute, Test::Blind(3), Test::Blind(0)]), 6, 16, 2);
    let fitness = place(&probe, Quantity::Fitness);
    assert_eq!(probe.values(1, fitness), probe.values(2, fitness));
    assert_ne!(probe.values(1, fitness), probe.values(3, fitness));
    assert_ne!(probe.values(1, fitness), probe.values(0, fitness));
}

#[test]
fn a_trained_school_needs_its_calls_and_an_idle_one_does_not() {
    let probe = asked(question(trained("food_call"), &[Test::Mute, Test::Scramble]), 24, 16, 2);
    let found = probe.findings();
    let fitness = |test: Test| found.iter().find(|f| f.test == test && f.quantity == Quantity::Fitness).unwrap();
    for test in [Test::Mute, Test::Scramble] {
        assert_eq!(fitness(test).effect.sign(), -1, "{:?}", fitness(test));
    }
    let said = words(&found, 0, "fish");
    assert!(said.iter().any(|sentence| sentence.contains("falls by")) && said.len() == 3, "{said:?}");
    assert!(said[2].starts_with("Who emits what matters"), "{said:?}");
    // Every chance is one, also after correction.
    for finding in &found {
        match finding.effect {
            Effect::Measured { p: [raw, corrected], interval: [low, high], .. } => {
                assert!(0.0 < raw && raw <= corrected && corrected <= 1.0 && low <= high, "{finding:?}");
            }
            Effect::Same => assert_eq!(finding.means[0], finding.means[1]),
            Effect::Few => panic!("{finding:?}"),
        }
    }

    let mut idle = scene::load("food_call").unwrap().spec;
    let len = Plan::new(&idle, 1).species[0].genome_len as usize;
    let zeros = GenomeFile { len, genomes: vec![0.0; len], ..Default::default() };
    idle.seed = 3;
    let start = Start::Fresh(vec![Some(zeros)]);
    let probe = asked(Question { start, ..question(idle, &[Test::Mute]) }, 8, 16, 2);
    assert!(probe.findings().iter().all(|finding| finding.effect == Effect::Same), "who ignores what it hears");
    assert!(words(&probe.findings(), 0, "fish")[0].contains("no pair of worlds differs"));
}

#[test]
fn a_living_school_goes_on_from_where_it_stands() {
    let mut scene = trained("mixed");
    scene.species[0].signals.channels = 1;
    scene.species[0].genomes.clear();
    scene.species[0].senses.push(scene::Sense::Neighbours(scene::NeighboursSense {
        gives: vec![scene::NeighbourFeature::Signals],
        ..Default::default()
    }));
    let mut simulation = Simulation::new(scene.clone(), &options(2)).unwrap();
    simulation.advance(150).unwrap();
    let before = simulation.digest().unwrap();
    let living = |simulation: &mut Simulation, tests: &[Test]| {
        let start = Start::of(simulation).unwrap();
        assert!(matches!(start, Start::Living(_)));
        let scene = simulation.scene().clone();
        Question { start, ticks: 60, ..question(scene, tests) }
    };
    let muted = asked(living(&mut simulation, &[Test::Mute]), 6, 2, 2);
    let late = asked(living(&mut simulation, &[Test::Delay(9)]), 6, 4, 1);
    assert_eq!(simulation.digest().unwrap(), before, "the school is only copied");
    let each = muted.quantities().len();
    assert_eq!(bits(&muted)[..each], bits(&late)[..each], "keeping signals for longer changes nothing");
    assert_ne!(bits(&muted)[..each], bits(&muted)[each..]);
    assert_ne!(bits(&late)[..each], bits(&late)[each..]);
    // What was earned before counts for nothing.
    let fitness = muted.values(0, place(&muted, Quantity::Fitness));
    assert!(fitness.iter().all(|earned| earned.abs() < 10.0), "{fitness:?}");
}

#[test]
fn a_late_school_hears_what_was_said_before() {
    // A delay of as many ticks as the probe lasts plays back only what had been said before it began.
    let mut scene = trained("food_call");
    scene.species[0].evolution = Evolution::Off;
    scene.species[0].signals.history = 40;
    let mut simulation = Simulation::new(scene.clone(), &options(1)).unwrap();
    simulation.advance(100).unwrap();
    let long = Start::of(&mut simulation).unwrap();
    let Start::Living(state) = &long else { panic!("nobody is bred") };
    // The same school, which had kept one tick.
    scene.species[0].signals.history = 1;
    let plan = Plan::new(&scene, 1);
    let last = (state.tick - 1) as usize % 40 * plan.dims.sig as usize;
    let mut short = (**state).clone();
    short.signals = state.signals[last..last + plan.dims.sig as usize].to_vec();
    let with = |history: u32, start: Start| {
        let mut scene = scene.clone();
        scene.species[0].signals.history = history;
        asked(Question { start, ticks: 30, ..question(scene, &[Test::Delay(35)]) }, 6, 2, 1)
    };
    let (long, short) = (with(40, long), with(1, Start::Living(Box::new(short))));
    let each = long.quantities().len();
    assert_eq!(bits(&long)[..each], bits(&short)[..each], "unchanged, both hear the last tick");
    assert_ne!(bits(&long)[each..], bits(&short)[each..], "late, one hears what it kept and one silence");
}

#[test]
fn a_probe_ends_when_it_is_told_to() {
    let mut probe = Probe::new(question(trained("food_call"), &[Test::Mute]), &options(2)).unwrap();
    let mut seen = 0;
    let whole = probe.advance(16, 10, |glimpse| {
        seen += 1;
        assert_eq!((glimpse.tick, glimpse.plain.tick), (10 * seen, 10 * u64::from(seen)));
        seen < 3
    });
    assert!(!whole.unwrap() && (seen, probe.pairs()) == (3, 0));
    assert!(probe.findings().iter().all(|finding| finding.effect == Effect::Few));
}

#[test]
fn senseless_questions_are_refused() {
    let refused = |question: Question| Probe::new(question, &options(1)).err().map(|e| e.to_string());
    let mute = refused(question(scene::load("boids").unwrap().spec, &[Test::Mute]));
    assert_eq!(mute.as_deref(), Some("`mute` cannot be tested: `fish` emits no signals (its `signals.channels` is 0)"));
    let deaf = {
        let mut scene = trained("food_call");
        scene.species[0].genomes.clear();
        scene.species[0].senses.truncate(3);
        refused(question(scene, &[Test::Scramble]))
    };
    assert!(deaf.is_some_and(|why| why.contains("nobody hears `fish`")));
    assert!(refused(question(trained("food_call"), &[])).is_some());
}
