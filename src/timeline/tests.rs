//! Moments played again are those that were, whatever way leads there; branches keep what was done on them.

use std::time::Duration;

use super::*;
use crate::scene;
use crate::simulation::{BackendChoice, Options};

/// A run in which species breed, with rows of genomes to share.
fn run(backend: BackendChoice) -> Simulation {
    let mut spec = scene::load("grazers").unwrap().spec;
    spec.species.iter_mut().for_each(|species| species.count = species.count.min(24));
    let options = Options { backend, threads: Some(1), ..Options::default() };
    Simulation::new(spec, &options).unwrap()
}

fn set(value: &str) -> Command {
    Command::Set { path: "species[0].body.cruise".into(), value: value.into() }
}

/// Advances as a window does: in steps, each seen; every one is work enough for a keyframe.
fn forward(timeline: &mut Timeline, simulation: &mut Simulation, ticks: u32) {
    for _ in 0..ticks / 10 {
        simulation.advance(10).unwrap();
        timeline.see(simulation, Duration::from_secs(60)).unwrap();
    }
}

/// A run of 120 ticks with commands at 40 and 80, and its digests every 10 ticks.
fn sitting(backend: BackendChoice) -> (Timeline, Simulation, Vec<String>) {
    let mut simulation = run(backend);
    let mut timeline = Timeline::new(&mut simulation, USUAL_BYTES).unwrap();
    let mut digests = vec![simulation.digest().unwrap()];
    for step in 1..=12 {
        forward(&mut timeline, &mut simulation, 10);
        if let 4 | 8 = step {
            simulation.command(set(if step == 4 { "0.4" } else { "1.1" })).unwrap();
            timeline.see(&mut simulation, Duration::ZERO).unwrap();
        }
        digests.push(simulation.digest().unwrap());
    }
    (timeline, simulation, digests)
}

fn every_moment_comes_back(backend: BackendChoice) {
    let (mut timeline, mut simulation, digests) = sitting(backend);
    assert_eq!(timeline.marks().len(), 13);
    for step in [12, 3, 4, 11, 0, 8, 7, 12, 5, 6] {
        timeline.go(&mut simulation, 0, 10 * step).unwrap();
        assert_eq!(simulation.digest().unwrap(), digests[step as usize], "tick {}", 10 * step);
        assert_eq!(timeline.is_past(&simulation), step < 12);
    }
    // Between keyframes, and a step back.
    timeline.go(&mut simulation, 0, 87).unwrap();
    timeline.go(&mut simulation, 0, 86).unwrap();
    let back = simulation.digest().unwrap();
    timeline.go(&mut simulation, 0, 20).unwrap();
    timeline.go(&mut simulation, 0, 86).unwrap();
    assert_eq!(simulation.digest().unwrap(), back);
}

#[test]
fn every_moment_comes_back_on_the_processor() {
    every_moment_comes_back(BackendChoice::Cpu);
}

#[test]
fn every_moment_comes_back_on_an_adapter() {
    match run_on_adapter() {
        Ok(()) => every_moment_comes_back(BackendChoice::Gpu),
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => eprintln!("skipped: {e}"),
    }
}

fn run_on_adapter() -> Result<(), crate::backend::BackendError> {
    crate::backend::gpu::SharedDevice::open().map(|_| ())
}

#[test]
fn taking_over_begins_a_branch_and_leaves_the_other_as_it_was() {
    let (mut timeline, mut simulation, digests) = sitting(BackendChoice::Cpu);
    assert!(!timeline.take_over(&mut simulation).unwrap(), "nobody is in the past");
    timeline.go(&mut simulation, 0, 60).unwrap();
    assert!(timeline.take_over(&mut simulation).unwrap());
    assert_eq!((timeline.current(), timeline.branches().len()), (1, 2));
    assert!(!timeline.is_past(&simulation));
    simulation.command(set("0.2")).unwrap();
    timeline.see(&mut simulation, Duration::ZERO).unwrap();
    forward(&mut timeline, &mut simulation, 40);
    let other = simulation.digest().unwrap();
    assert_eq!(timeline.branches()[1].log.len(), 2);
    assert_eq!(timeline.branches()[1].parent, Some((0, 60)));
    // The same by its commands alone, from the first tick.
    let mut again = run(BackendChoice::Cpu);
    for next in timeline.branches()[1].log.iter().cloned() {
        again.advance((next.tick - again.tick()) as u32).unwrap();
        again.command(next.command).unwrap();
    }
    again.advance((100 - again.tick()) as u32).unwrap();
    assert_eq!(again.digest().unwrap(), other);
    // Back and forth between the branches, and before the fork.
    timeline.go(&mut simulation, 0, 120).unwrap();
    assert_eq!(simulation.digest().unwrap(), digests[12]);
    timeline.go(&mut simulation, 1, 30).unwrap();
    assert_eq!(simulation.digest().unwrap(), digests[3]);
    timeline.go(&mut simulation, 1, 100).unwrap();
    assert_eq!(simulation.digest().unwrap(), other);
    let nowhere = timeline.go(&mut simulation, 1, 101).unwrap_err().to_string();
    assert_eq!(nowhere, "branch 2 has no tick 101: it ends at 100");
    assert!(timeline.go(&mut simulation, 7, 0).is_err());
}

#[test]
fn looking_at_branches_copies_no_log() {
    let (mut timeline, mut simulation, _) = sitting(BackendChoice::Cpu);
    let look = timeline.branches().to_vec();
    forward(&mut timeline, &mut simulation, 20);
    assert!(std::ptr::eq(look[0].log.as_slice(), timeline.branches()[0].log.as_slice()));
    simulation.command(set("0.3")).unwrap();
    timeline.see(&mut simulation, Duration::ZERO).unwrap();
    assert_eq!((look[0].log.len(), timeline.branches()[0].log.len()), (2, 3));
}

#[test]
fn a_companion_stands_where_its_branch_was_and_goes_on_as_that_would() {
    let (mut timeline, mut simulation, digests) = sitting(BackendChoice::Cpu);
    timeline.go(&mut simulation, 0, 60).unwrap();
    timeline.take_over(&mut simulation).unwrap();
    simulation.command(set("0.2")).unwrap();
    timeline.see(&mut simulation, Duration::ZERO).unwrap();
    forward(&mut timeline, &mut simulation, 80);
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let mut replica = timeline.replica(0, 70, &options).unwrap();
    for tick in [70, 90, 80, 120] {
        timeline.move_replica(&mut replica, 0, 0, tick).unwrap();
        assert_eq!(replica.digest().unwrap(), digests[tick as usize / 10], "tick {tick}");
    }
    // Past the end of its branch, which stays as it is; then the branch itself is gone on with.
    let happened = timeline.move_replica(&mut replica, 0, 0, 140).unwrap();
    assert_eq!((happened.ticks, timeline.branches()[0].end, timeline.current()), (20, 120, 1));
    timeline.go(&mut simulation, 0, 120).unwrap();
    forward(&mut timeline, &mut simulation, 20);
    assert_eq!(simulation.digest().unwrap(), replica.digest().unwrap());
    // Over to the other branch.
    timeline.move_replica(&mut replica, 0, 1, 140).unwrap();
    timeline.go(&mut simulation, 1, 140).unwrap();
    assert_eq!(simulation.digest().unwrap(), replica.digest().unwrap());
    assert!(timeline.replica(9, 0, &options).is_err());
}

#[test]
fn a_command_at_the_fork_stays_on_its_own_branch() {
    let (mut timeline, mut simulation, _) = sitting(BackendChoice::Cpu);
    timeline.go(&mut simulation, 0, 60).unwrap();
    timeline.take_over(&mut simulation).unwrap();
    forward(&mut timeline, &mut simulation, 10);
    // A branch off the branch, at its first tick, where the other then makes a command and keeps a keyframe.
    timeline.go(&mut simulation, 1, 60).unwrap();
    timeline.take_over(&mut simulation).unwrap();
    simulation.command(set("0.3")).unwrap();
    timeline.see(&mut simulation, Duration::from_secs(60)).unwrap();
    forward(&mut timeline, &mut simulation, 20);
    let changed = simulation.digest().unwrap();
    timeline.go(&mut simulation, 1, 60).unwrap();
    timeline.take_over(&mut simulation).unwrap();
    forward(&mut timeline, &mut simulation, 20);
    assert_ne!(simulation.digest().unwrap(), changed);
    timeline.go(&mut simulation, 2, 80).unwrap();
    assert_eq!(simulation.digest().unwrap(), changed);
}

#[test]
fn memory_is_bounded_and_unchanged_genomes_are_kept_once() {
    let (mut timeline, mut simulation, digests) = sitting(BackendChoice::Cpu);
    let [whole, most] = timeline.bytes();
    assert_eq!(most, USUAL_BYTES);
    let one = {
        let mut alone = run(BackendChoice::Cpu);
        Timeline::new(&mut alone, USUAL_BYTES).unwrap().bytes()[0]
    };
    assert!(whole > one && whole < 13 * one, "{whole} of 13 keyframes, {one} of one");
    timeline.remember("highest", 44);
    timeline.remember("highest", 33);
    timeline.go(&mut simulation, 0, 50).unwrap();
    timeline.limit(whole / 2);
    let [bytes, most] = timeline.bytes();
    assert!(bytes <= most && timeline.marks().len() < 13);
    // Bytes are taken off keyframe by keyframe; now they are counted anew.
    timeline.limit(most);
    assert_eq!(timeline.bytes()[0], bytes);
    let marks = timeline.marks();
    let pinned: Vec<u64> = marks.iter().filter(|mark| mark.pinned).map(|mark| mark.tick).collect();
    assert_eq!((marks[0].tick, pinned), (0, vec![30]));
    assert_eq!(timeline.branches()[0].moments, [("highest".to_string(), 33)]);
    // What is left lies far apart, not all at one end.
    assert!(marks.windows(2).all(|two| two[1].tick - two[0].tick <= 60), "{marks:?}");
    for step in [2, 9, 12] {
        timeline.go(&mut simulation, 0, 10 * step).unwrap();
        assert_eq!(simulation.digest().unwrap(), digests[step as usize]);
    }
    timeline.limit(0);
    assert_eq!(timeline.marks().len(), 1);
}

#[test]
fn what_was_lost_is_cut_off() {
    let (mut timeline, mut simulation, digests) = sitting(BackendChoice::Cpu);
    timeline.go(&mut simulation, 0, 70).unwrap();
    timeline.cut(&simulation);
    assert!(!timeline.is_past(&simulation) && timeline.branches()[0].end == 70);
    assert_eq!(timeline.branches()[0].log.len(), 1);
    assert!(timeline.marks().iter().all(|mark| mark.tick <= 70));
    timeline.go(&mut simulation, 0, 30).unwrap();
    timeline.go(&mut simulation, 0, 70).unwrap();
    assert_eq!(simulation.digest().unwrap(), digests[7]);
}
