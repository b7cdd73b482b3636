//! Drives whose device goes away at every kind of moment.

use super::*;
use crate::backend::gpu::SharedDevice;
use crate::cli::screen::Show;
use crate::command::Command;
use crate::run::{RunFolder, StopRule};
use crate::scene;
use crate::simulation::BackendChoice;

/// Something that a drive does with its device.
type Moment = fn(&mut Drive) -> Result<(), Broken>;

const POND: &str = include_str!("../../tests/cli/pond.ron");

/// A device, or `None` where there is none, which is said.
fn device() -> Option<SharedDevice> {
    match SharedDevice::open() {
        Ok(device) => Some(device),
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => {
            eprintln!("skipped: {e}");
            None
        }
    }
}

fn start(options: &Options) -> Simulation {
    Simulation::new(scene::parse(POND, "pond").unwrap(), options).unwrap()
}

fn drive<'a>(
    simulation: Simulation,
    options: &Options,
    folder: Option<RunFolder>,
    script: &'a [Logged],
    stop: &'a AtomicBool,
) -> Drive<'a> {
    let goal = Goal::Ticks(60);
    Drive {
        screen: Screen::new(Show::Nothing, goal, &simulation),
        watch: Watch::new(StopRule::default(), simulation.scene()),
        simulation,
        options: options.clone(),
        keeper: folder.map(|folder| Keeper::new(folder, Some(20))),
        goal,
        script,
        stop,
        tally: Tally::default(),
    }
}

#[test]
fn a_device_lost_at_any_moment_costs_the_ticks_since_the_last_checkpoint() {
    let Some(first) = device() else { return };
    let software = first.is_software();
    let cull = Command::Cull { species: "prey".into(), share: 0.2 };
    let script = [30, 40].map(|tick| Logged { tick, command: cull.clone() });
    let stop = AtomicBool::new(false);
    let cpu = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let whole = drive(start(&cpu), &cpu, None, &script, &stop).go().unwrap().checkpoint;
    let moments: [Moment; 4] = [
        |drive| drive.save(),
        |drive| drive.commands(),
        |drive| drive.finish(),
        |drive| drive.simulation.advance(5).map(|_| ()).map_err(Broken::simulation),
    ];
    for (index, moment) in moments.into_iter().enumerate() {
        let Some(device) = device() else { return };
        let options = Options { backend: BackendChoice::Gpu, device: Some(device.clone()), ..Options::default() };
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("run");
        let simulation = start(&options);
        let folder = RunFolder::create(&path, &simulation, Goal::Ticks(60), Path::new("")).unwrap();
        let mut run = drive(simulation, &options, Some(folder), &script, &stop);
        run.save().unwrap();
        let happened = run.simulation.advance(30).unwrap();
        run.note(&happened).unwrap();
        device.report_lost("pulled out");
        let broken = moment(&mut run).unwrap_err();
        assert!(matches!(&broken, Broken::Lost(why) if why == "pulled out"), "moment {index}: {broken:?}");
        let end = run.go().unwrap();
        assert!(end.by == EndedBy::Length && end.checkpoint.log.len() == 2);
        if software {
            assert_eq!(end.checkpoint.digest(), whole.digest(), "moment {index}");
        }
        drop(run);
        let past = crate::run::Past::read(&path).unwrap();
        assert_eq!((past.loaded.header.tick, past.log.len()), (60, 2));
        let metrics = std::fs::read_to_string(path.join("metrics.csv")).unwrap();
        assert_eq!(metrics.lines().count(), 3, "what was done twice is written once: {metrics}");
    }
}

#[test]
fn a_device_that_is_lost_again_and_again_leaves_the_run_to_the_processor() {
    let Some(device) = device() else { return };
    let options = Options { backend: BackendChoice::Gpu, device: Some(device), ..Options::default() };
    let parent = tempfile::tempdir().unwrap();
    let simulation = start(&options);
    let folder = RunFolder::create(parent.path(), &simulation, Goal::Ticks(60), Path::new("")).unwrap();
    let stop = AtomicBool::new(false);
    let mut run = drive(simulation, &options, Some(folder), &[], &stop);
    run.save().unwrap();
    run.recover("pulled out").unwrap();
    assert_eq!(run.simulation.info().kind, "gpu", "a new device first");
    run.recover("pulled out").unwrap();
    assert_eq!(run.simulation.info().kind, "cpu");
    run.go().unwrap();
}

#[test]
fn a_run_without_a_folder_has_nowhere_to_go_back_to() {
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let stop = AtomicBool::new(false);
    let mut run = drive(start(&options), &options, None, &[], &stop);
    assert!(run.recover("pulled out").unwrap_err().text.contains("lost: pulled out"));
}
