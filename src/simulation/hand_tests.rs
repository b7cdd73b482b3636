//! What hands do to one agent, and to nobody else; on both backends alike.

use super::*;
use crate::command::Command;
use crate::scene;
use crate::simulation::{BackendChoice, Options};

fn pond(backend: BackendChoice) -> Simulation {
    let mut spec = scene::load("grazers").unwrap().spec;
    spec.species.iter_mut().for_each(|species| species.count = species.count.min(24));
    let mut simulation = Simulation::new(spec, &Options { backend, threads: Some(1), ..Options::default() }).unwrap();
    simulation.advance(5).unwrap();
    simulation
}

fn lay(simulation: &mut Simulation, id: u32, hand: Hand) -> Result<(), CommandError> {
    simulation.command(Command::Agent { world: 0, id, hand }).map(|_| ())
}

fn living(simulation: &mut Simulation) -> Vec<Agent> {
    simulation.agents().unwrap().into_iter().filter(|agent| agent.alive == 1).collect()
}

/// The state that a series of hands leads to after some ticks, step by step.
fn digests(backend: BackendChoice) -> Vec<String> {
    let mut simulation = pond(backend);
    let hands = [
        (3, Hand::Move([2.5, 700.0, 1.0])),
        (4, Hand::Mutate { rate: 0.5, size: 2.0 }),
        (5, Hand::Clone { rate: 0.0, size: 0.0 }),
        (6, Hand::Clone { rate: 0.2, size: 1.0 }),
        (7, Hand::Remove),
    ];
    let step = |(id, hand)| {
        lay(&mut simulation, id, hand).unwrap();
        let now = simulation.digest().unwrap();
        simulation.advance(3).unwrap();
        [now, simulation.digest().unwrap()]
    };
    hands.into_iter().flat_map(step).collect()
}

#[test]
fn both_backends_do_the_same() {
    let here = digests(BackendChoice::Cpu);
    let mut once = here.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), here.len(), "a hand did nothing");
    match crate::backend::gpu::SharedDevice::open() {
        Ok(_) => assert_eq!(here, digests(BackendChoice::Gpu)),
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => eprintln!("skipped: {e}"),
    }
}

#[test]
fn each_hand_does_what_it_says_and_leaves_the_others_alone() {
    let mut simulation = pond(BackendChoice::Cpu);
    let before = living(&mut simulation);
    lay(&mut simulation, 3, Hand::Move([2.5, 700.0, 1.0])).unwrap();
    let after = living(&mut simulation);
    let extent = simulation.plan().tank.extent;
    let there = after.iter().find(|agent| agent.id == 3).unwrap().pos;
    assert!(there[0] == 2.5 && (0.0..=extent[1]).contains(&there[1]), "{there:?}");
    assert!(before.iter().zip(&after).all(|(b, a)| (b == a) != (b.id == 3)));

    let genome = |simulation: &mut Simulation, slot: u32| simulation.genomes_of(0, &[slot]).unwrap().remove(0);
    let [mine, other] = [4, 5].map(|slot| genome(&mut simulation, slot));
    lay(&mut simulation, 4, Hand::Mutate { rate: 0.5, size: 2.0 }).unwrap();
    let changed = genome(&mut simulation, 4).iter().zip(&mine).filter(|(a, b)| a != b).count();
    assert!(changed > mine.len() / 3 && changed < 2 * mine.len() / 3, "{changed} of {}", mine.len());
    assert_eq!(genome(&mut simulation, 5), other);

    lay(&mut simulation, 5, Hand::Clone { rate: 0.0, size: 0.0 }).unwrap();
    let children = living(&mut simulation);
    let child = children.iter().find(|agent| after.iter().all(|known| known.id != agent.id)).unwrap();
    assert_eq!((children.len(), child.age), (after.len() + 1, 0));
    let slot = simulation.agents().unwrap().iter().position(|agent| agent.id == child.id && agent.alive == 1).unwrap();
    assert_eq!(genome(&mut simulation, slot as u32), other);
    let told = simulation.advance(1).unwrap().lineage;
    assert_eq!((told[0].id, told[0].parent, told[0].operator), (child.id, 5, "clone"));

    lay(&mut simulation, 5, Hand::Remove).unwrap();
    assert!(living(&mut simulation).iter().all(|agent| agent.id != 5));
    assert_eq!(lay(&mut simulation, 5, Hand::Remove), Err(CommandError::Nobody { world: 0, id: 5 }));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut simulation = pond(BackendChoice::Cpu);
    let before = simulation.digest().unwrap();
    let nobody = Command::Agent { world: 99, id: 3, hand: Hand::Remove };
    assert_eq!(simulation.command(nobody).unwrap_err().to_string(), "nobody of number 3 lives in world 99");
    assert!(lay(&mut simulation, 3, Hand::Move([f32::NAN, 0.0, 0.0])).is_err());
    assert!(lay(&mut simulation, 3, Hand::Clone { rate: 2.0, size: 1.0 }).is_err());
    assert_eq!(simulation.digest().unwrap(), before);
    assert!(simulation.log().is_empty());
    // A full species, and one whose members all have their places.
    let mut boids = Simulation::new(scene::load("boids").unwrap().spec, &Options::default()).unwrap();
    let full = lay(&mut boids, 3, Hand::Clone { rate: 0.0, size: 0.0 }).unwrap_err();
    assert!(matches!(full, CommandError::Full { .. }), "{full}");
    assert!(matches!(lay(&mut boids, 3, Hand::Mutate { rate: 1.0, size: 1.0 }), Err(CommandError::Genome(_))));
    let mut bred = Simulation::new(scene::load("food_call").unwrap().spec, &Options::default()).unwrap();
    let clone = lay(&mut bred, 3, Hand::Clone { rate: 0.0, size: 0.0 });
    assert!(matches!(clone, Err(CommandError::Genome(_))), "{clone:?}");
}
