//! What hands do to one agent, and to nobody else; on both backends alike.

use super::*;
use crate::command::Command;
use crate::scene;
use crate::simulation::{BackendChoice, Options};

fn pond(backend: BackendChoice) -> Simulation {
    let mut spec = scene::load("grazers").unwrap().spec;
    for species in &mut spec.species {
        (species.count, species.signals.channels) = (species.count.min(24), 1);
    }
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

fn genome(simulation: &mut Simulation, slot: u32) -> Vec<f32> {
    simulation.genomes_of(0, &[slot]).unwrap().remove(0)
}

/// The state that a series of hands leads to after some ticks, step by step.
fn digests(backend: BackendChoice) -> Vec<String> {
    let mut simulation = pond(backend);
    let hands = [
        (3, Hand::Move([2.5, 700.0, 1.0])),
        (4, Hand::Mutate { rate: 0.5, size: 2.0 }),
        (5, Hand::Clone { rate: 0.0, size: 0.0 }),
        (6, Hand::Clone { rate: 0.2, size: 1.0 }),
        (8, Hand::Weight { index: 7, value: -3.5 }),
        (9, Hand::Silence { channel: 0 }),
        (7, Hand::Remove),
    ];
    let hands = hands.map(|(id, hand)| Command::Agent { world: 0, id, hand });
    let genome = genome(&mut simulation, 10);
    let species = simulation.scene().species[0].name.clone();
    let others = [
        Command::Genome { world: 0, id: 11, genome: genome.clone() },
        Command::Spawn { world: 0, species, place: [3.0, 4.0, 0.0], genome },
    ];
    let step = |command: Command| {
        simulation.command(command).unwrap();
        let now = simulation.digest().unwrap();
        simulation.advance(3).unwrap();
        [now, simulation.digest().unwrap()]
    };
    hands.into_iter().chain(others).flat_map(step).collect()
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
    assert!(matches!(clone, Err(CommandError::Placed(_))), "{clone:?}");
    let given = genome(&mut bred, 3);
    let species = bred.scene().species[0].name.clone();
    let spawn = Command::Spawn { world: 0, species, place: [1.0; 3], genome: given };
    assert!(matches!(bred.command(spawn), Err(CommandError::Placed(_))));
}

#[test]
fn a_weight_a_channel_and_a_genome_are_the_agents_own() {
    let mut simulation = pond(BackendChoice::Cpu);
    let [mine, other] = [3, 4].map(|slot| genome(&mut simulation, slot));
    lay(&mut simulation, 3, Hand::Weight { index: 7, value: -3.5 }).unwrap();
    let cut = genome(&mut simulation, 3);
    assert!(cut.iter().zip(&mine).enumerate().all(|(i, (a, b))| if i == 7 { *a == -3.5 } else { a == b }));
    assert_eq!(genome(&mut simulation, 4), other);

    lay(&mut simulation, 3, Hand::Silence { channel: 0 }).unwrap();
    simulation.advance(1).unwrap();
    let [silent, speaking] = [3, 4].map(|slot| simulation.detail(0, slot).unwrap().signal[0]);
    assert!(silent == 0.0 && speaking != 0.0, "{silent} {speaking}");

    simulation.command(Command::Genome { world: 0, id: 3, genome: mine.clone() }).unwrap();
    assert_eq!(genome(&mut simulation, 3), mine);
}

#[test]
fn who_is_spawned_is_a_founder_with_the_genome_it_was_given() {
    let mut simulation = pond(BackendChoice::Cpu);
    let given = genome(&mut simulation, 5);
    let spawn = |genome: Vec<f32>| {
        let species = scene::load("grazers").unwrap().spec.species[0].name.clone();
        Command::Spawn { world: 0, species, place: [3.0, 4.0, 0.0], genome }
    };
    let before = living(&mut simulation);
    simulation.command(spawn(given.clone())).unwrap();
    let after = simulation.agents().unwrap();
    let slot = (0..after.len()).find(|slot| after[*slot].alive == 1 && !before.contains(&after[*slot])).unwrap();
    let child = after[slot];
    assert_eq!((child.pos, child.founder, child.age), ([3.0, 4.0, 0.0], child.id, 0));
    assert_eq!(genome(&mut simulation, slot as u32), given);
    let told = simulation.advance(1).unwrap().lineage;
    assert_eq!((told[0].id, told[0].parent, told[0].operator), (child.id, NONE, "founder"));

    let before = simulation.digest().unwrap();
    let short = simulation.command(spawn(vec![1.0])).unwrap_err().to_string();
    assert!(short.contains("it has 1 numbers, and the species needs"), "{short}");
    assert!(
        simulation.command(spawn(vec![f32::NAN; given.len()])).unwrap_err().to_string().contains("number 0 is NaN")
    );
    assert!(lay(&mut simulation, 3, Hand::Weight { index: u32::MAX, value: 0.0 }).is_err());
    assert!(lay(&mut simulation, 3, Hand::Weight { index: 0, value: f32::INFINITY }).is_err());
    let channel = lay(&mut simulation, 3, Hand::Silence { channel: 9 }).unwrap_err().to_string();
    assert!(channel.contains("the channel is 9"), "{channel}");
    assert_eq!(simulation.digest().unwrap(), before);
}

#[test]
fn a_log_with_hands_and_genomes_in_it_replays() {
    let mut first = pond(BackendChoice::Cpu);
    let given = genome(&mut first, 5);
    let species = first.scene().species[0].name.clone();
    let commands = [
        Command::Agent { world: 0, id: 3, hand: Hand::Weight { index: 7, value: 0.1 } },
        Command::Spawn { world: 0, species, place: [3.0, 4.0, 0.0], genome: given.clone() },
        Command::Agent { world: 0, id: 4, hand: Hand::Silence { channel: 0 } },
        Command::Genome { world: 0, id: 6, genome: given },
    ];
    for command in commands {
        first.command(command).unwrap();
        first.advance(4).unwrap();
    }
    let log = crate::command::parse_log(&crate::command::encode_log(first.log())).unwrap();
    let mut again = pond(BackendChoice::Cpu);
    for logged in log {
        again.advance((logged.tick - again.tick()) as u32).unwrap();
        again.command(logged.command).unwrap();
    }
    again.advance((first.tick() - again.tick()) as u32).unwrap();
    assert_eq!(again.digest().unwrap(), first.digest().unwrap());
}

#[test]
fn each_mutation_of_a_tick_is_a_step_of_its_own() {
    let mutate = |id| Command::Agent { world: 0, id, hand: Hand::Mutate { rate: 0.3, size: 1.0 } };
    let mut first = pond(BackendChoice::Cpu);
    let mut genomes = vec![genome(&mut first, 4)];
    let mut between = None;
    for _ in 0..3 {
        first.command(mutate(4)).unwrap();
        genomes.push(genome(&mut first, 4));
        between.get_or_insert(first.checkpoint().unwrap());
    }
    // Which numbers change: two draws of 0.3 of hundreds are not alike.
    let changed =
        |before: &[f32], after: &[f32]| -> Vec<bool> { before.iter().zip(after).map(|(a, b)| a != b).collect() };
    let mut steps: Vec<Vec<bool>> = genomes.windows(2).map(|pair| changed(&pair[0], &pair[1])).collect();

    // A child is born by draws of its own number, by which it does not change once more.
    first.command(Command::Agent { world: 0, id: 5, hand: Hand::Clone { rate: 0.3, size: 1.0 } }).unwrap();
    let agents = first.agents().unwrap();
    let slot = (0..agents.len()).filter(|slot| agents[*slot].alive == 1).max_by_key(|slot| agents[*slot].id).unwrap();
    let [parent, child] = [5, slot as u32].map(|slot| genome(&mut first, slot));
    first.command(mutate(agents[slot].id)).unwrap();
    steps.extend([changed(&parent, &child), changed(&child, &genome(&mut first, slot as u32))]);
    assert!(steps.iter().all(|step| step.contains(&true)));
    for (index, step) in steps.iter().enumerate() {
        assert!(!steps[..index].contains(step), "step {index} is one of those before");
    }

    first.advance(4).unwrap();
    let log = crate::command::parse_log(&crate::command::encode_log(first.log())).unwrap();
    assert!(log.iter().all(|logged| logged.tick == log[0].tick));
    let resumed = Simulation::restore(between.unwrap(), &Options { threads: Some(1), ..Options::default() }).unwrap();
    for mut again in [pond(BackendChoice::Cpu), resumed] {
        let done = again.log().len();
        for logged in &log[done..] {
            again.command(logged.command.clone()).unwrap();
        }
        again.advance(4).unwrap();
        assert_eq!(again.digest().unwrap(), first.digest().unwrap(), "after {done} commands");
    }
}
