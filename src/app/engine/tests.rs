//! The thread obeys, tells, goes back in time, and survives the loss of its device.

use std::path::Path;
use std::time::Duration;

use super::keeping::Keep;
use super::*;
use crate::backend::gpu::SharedDevice;
use crate::run::Goal;
use crate::scene;
use crate::simulation::BackendChoice;

fn engine() -> Engine {
    engine_of(|_| {})
}

fn engine_of(change: impl FnOnce(&mut SceneSpec)) -> Engine {
    let file = scene::load("boids").unwrap();
    let mut spec = file.spec;
    spec.species[0].count = 20;
    change(&mut spec);
    let options = Options { threads: Some(1), ..Options::default() };
    let keeping = Keeping::new(None);
    let setup = Setup { options: options.clone(), keeping, script: vec![], until: None, paused: false };
    Engine::start(Simulation::new(spec, &options).unwrap(), setup).unwrap().0
}

/// Polls until the news satisfy `done`, for at most a minute.
fn wait(engine: &Engine, mut done: impl FnMut(&News) -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        if done(&engine.news()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
fn the_first_look_finds_scene_and_snapshot() {
    let news = engine().news();
    assert_eq!(news.stage.unwrap().scene.species[0].count, 20);
    assert_eq!(news.view.unwrap().shown.tick(), 0);
}

#[test]
fn pause_holds_and_steps_count() {
    let engine = engine();
    engine.send(Control::Pause);
    assert!(wait(&engine, |news| news.status.paused));
    let tick = engine.news().status.tick;
    engine.send(Control::Step(3));
    assert!(wait(&engine, |news| news.status.tick == tick + 3));
    std::thread::sleep(Duration::from_millis(150));
    assert_eq!(engine.news().status.tick, tick + 3);
}

#[test]
fn commands_change_the_stage_and_bad_ones_are_told() {
    let engine = engine();
    let set = |path: &str, value: &str| Control::Command(Command::Set { path: path.into(), value: value.into() });
    engine.send(set("species[0].body.cruise", "1.25"));
    let cruise = |news: &News| news.stage.as_ref().is_some_and(|s| s.scene.species[0].body.cruise == 1.25);
    assert!(wait(&engine, cruise));
    engine.send(set("species[0].nonsense", "1"));
    assert!(wait(&engine, |news| news.notices.iter().any(|n| n.bad)));
}

#[test]
fn archives_are_told_of_and_hand_their_genomes_over() {
    let mut spec = scene::load("red_fish").unwrap().spec;
    spec.rollout.ticks = 5;
    for species in &mut spec.species {
        let scene::Evolution::Generational(g) = &mut species.evolution else { panic!("generations") };
        g.population = 4;
    }
    let options = Options { threads: Some(1), ..Options::default() };
    let keeping = Keeping::new(None);
    let setup = Setup { options: options.clone(), keeping, script: vec![], until: None, paused: false };
    let engine = Engine::start(Simulation::new(spec, &options).unwrap(), setup).unwrap().0;
    let mut found = None;
    let filled = |news: &News| {
        let map = news.maps.as_ref()?.iter().find(|map| !map.elites.is_empty())?;
        Some((map.species, map.elites[0].along.clone(), map.axes.len()))
    };
    assert!(wait(&engine, |news| {
        found = filled(news);
        found.is_some()
    }));
    let (species, along, axes) = found.unwrap();
    assert_eq!(along.len(), axes);
    engine.send(Control::Elite { species, along: along.clone() });
    let mut held = None;
    assert!(wait(&engine, |news| {
        held = news.elite.clone();
        held.is_some()
    }));
    let held = held.unwrap();
    assert!(held.species == species && held.genome.iter().any(|number| *number != 0.0), "{held:?}");
    engine.send(Control::Elite { species, along: vec![9_999; axes] });
    assert!(wait(&engine, |news| news.notices.iter().any(|n| n.bad && n.text.contains("Nobody is in that cell"))));
}

#[test]
fn another_branch_stands_beside_at_the_same_tick() {
    let engine = engine_of(|spec| spec.measures.interval = 5);
    engine.send(Control::Pause);
    let stands = |at: u64, with: Option<usize>, found: &mut Option<Shown>| {
        wait(&engine, |news| {
            let Some(view) = news.view.clone() else { return false };
            *found = view.beside.as_ref().map(|beside| beside.shown.clone());
            let level = view.beside.as_ref().is_none_or(|beside| beside.shown.tick() == view.shown.tick());
            level && view.shown.tick() == at && view.beside.map(|beside| beside.branch) == with
        })
    };
    assert!(wait(&engine, |news| news.status.paused));
    let start = engine.news().status.tick;
    let mut found = None;
    engine.send(Control::Step(30));
    engine.send(Control::Go { branch: 0, tick: start + 10 });
    let slower = Command::Set { path: "species[0].body.cruise".into(), value: "0.25".into() };
    engine.send(Control::Command(slower));
    engine.send(Control::Compare(Some(0)));
    engine.send(Control::Step(10));
    assert!(stands(start + 20, Some(0), &mut found));
    // The same without the command, which both a window and none would show.
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    let mut plain = Simulation::new(spec, &Options { threads: Some(1), ..Options::default() }).unwrap();
    let mut as_plain = |found: &Option<Shown>, tick: u64| {
        plain.advance((tick - plain.tick()) as u32).unwrap();
        let Some(Shown::Host(beside)) = found else { panic!("nothing beside") };
        assert_eq!(beside.agents, plain.snapshot(0).unwrap().agents, "tick {tick}");
    };
    as_plain(&found, start + 20);
    // Past the end of its branch, at tick 30.
    engine.send(Control::Step(25));
    assert!(stands(start + 45, Some(0), &mut found));
    as_plain(&found, start + 45);
    // What it came to past its end, and nobody has taken in yet, is not told once one is over there: there it has never been. Time to
    // do each, so that it waits for the next look; where that is too short, nothing of it is left to be seen.
    for control in [Control::Step(10), Control::Go { branch: 0, tick: start + 30 }] {
        engine.send(control);
        std::thread::sleep(Duration::from_millis(500));
    }
    let mut rows = vec![];
    assert!(wait(&engine, |news| {
        rows = news.metrics.iter().filter(|(of, _)| of.branch == 0).map(|(_, row)| row.tick).collect();
        news.strip.as_ref().is_some_and(|strip| strip.current == 0)
    }));
    assert!(rows.iter().all(|tick| *tick <= start + 30), "{rows:?}");
    // The branch that was left stands beside. What was seen there has been taken with the strip: the next picture is another tick's.
    engine.send(Control::Go { branch: 0, tick: start + 29 });
    assert!(stands(start + 29, Some(1), &mut found));
    engine.send(Control::Compare(Some(0)));
    assert!(wait(&engine, |news| news.notices.iter().any(|n| n.bad && n.text.contains("choose another"))));
    engine.send(Control::Compare(None));
    assert!(stands(start + 29, None, &mut found) || found.is_none());
}

#[test]
fn a_script_is_made_on_the_branch_that_it_was_given_for() {
    let engine = engine();
    let cruise = |tick, value: &str| {
        let (path, value) = ("species[0].body.cruise".into(), value.into());
        Logged { tick, command: Command::Set { path, value } }
    };
    let script = vec![cruise(10, "1.25"), cruise(40, "0.5")];
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    engine.send(Control::Restart {
        scene: Box::new(spec),
        origin: "boids".into(),
        script: script.clone(),
        expected: None,
    });
    let mut logs = vec![];
    let mut come = |tick: u64, branch: usize| {
        wait(&engine, |news| {
            let strip = news.strip.as_ref().filter(|strip| strip.epoch == 1 && strip.current == branch);
            let ended = strip.filter(|strip| strip.end() == tick);
            ended.inspect(|strip| logs = strip.branches.iter().map(|own| own.log.to_vec()).collect()).is_some()
        })
    };
    engine.send(Control::Step(20));
    assert!(come(20, 0));
    // Taken over before any of it: what comes there is the user's alone.
    engine.send(Control::Go { branch: 0, tick: 5 });
    engine.send(Control::TakeOver);
    engine.send(Control::Step(60));
    assert!(come(65, 1));
    engine.send(Control::Go { branch: 0, tick: 20 });
    engine.send(Control::Step(60));
    assert!(come(80, 0));
    assert_eq!(logs, [script, vec![]]);
}

#[test]
fn curves_of_a_run_that_goes_on_begin_where_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut spec = scene::load("boids").unwrap().spec;
    (spec.species[0].count, spec.measures.interval) = (20, 10);
    let options = Options { threads: Some(1), ..Options::default() };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    let mut keeping = Keeping::new(Some(Keep { out: Some(run.clone()), every: Some(20), goal: Goal::Open }));
    keeping.begin(&mut simulation, "boids", Path::new("")).unwrap();
    let happened = simulation.advance(45).unwrap();
    keeping.keeper().unwrap().record(&happened).unwrap();
    keeping.finish(&mut simulation).unwrap();
    // Whoever keeps a run holds it.
    drop(keeping);
    let engine = engine();
    engine.send(Control::Pause);
    engine.send(Control::Resume(run));
    let mut ticks = vec![];
    assert!(wait(&engine, |news| {
        ticks.extend(news.metrics.iter().filter(|(of, _)| of.epoch == 1).map(|(_, row)| row.tick));
        news.status.tick == 45
    }));
    assert_eq!(ticks, [10, 20, 30, 40]);
}

/// A device of its own; `None`, having said so, where there is none and none is required.
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

#[test]
fn a_run_survives_the_loss_of_its_device() {
    let Some(device) = device() else { return };
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    let set = Command::Set { path: "species[0].body.cruise".into(), value: "1.25".into() };
    let gpu = Options { backend: BackendChoice::Gpu, ..Options::default() };
    let mut whole = Simulation::new(spec.clone(), &gpu).unwrap();
    whole.advance(25).unwrap();
    whole.command(set.clone()).unwrap();
    whole.advance(15).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let options = Options { device: Some(device.clone()), ..gpu };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    let keep = Keep { out: Some(folder.path().join("run")), every: Some(10), goal: Goal::Open };
    let mut keeping = Keeping::new(Some(keep));
    keeping.begin(&mut simulation, "boids", Path::new("")).unwrap();
    let setup = Setup { options, keeping, script: vec![], until: None, paused: true };
    let (engine, closer) = Engine::start(simulation, setup).unwrap();
    engine.send(Control::Step(25));
    engine.send(Control::Command(set));
    engine.send(Control::Step(3));
    assert!(wait(&engine, |news| news.status.tick == 28));
    device.report_lost("unplugged");
    engine.send(Control::Step(12));
    let mut back = None;
    let mut said = false;
    assert!(wait(&engine, |news| {
        back = back.or(news.back);
        said |= news.notices.iter().any(|n| n.bad && n.text.contains("unplugged") && n.text.contains("tick 20"));
        news.status.tick == 40
    }));
    assert_eq!((back, said), (Some(20), true));
    // The command of tick 25 was lost with the device, and has been made again.
    assert_eq!(closer.close().unwrap().report.unwrap().digest, whole.digest().unwrap());
}

#[test]
fn a_run_that_is_not_kept_stops_at_a_failure_and_says_so() {
    let Some(device) = device() else { return };
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    let options = Options { backend: BackendChoice::Gpu, device: Some(device.clone()), ..Options::default() };
    let simulation = Simulation::new(spec, &options).unwrap();
    let setup = Setup { options, keeping: Keeping::new(None), script: vec![], until: None, paused: false };
    let (engine, _closer) = Engine::start(simulation, setup).unwrap();
    assert!(wait(&engine, |news| news.status.tick > 0 && !news.status.broken));
    device.report_lost("unplugged");
    assert!(wait(&engine, |news| news.status.broken && news.status.paused));
}

#[test]
fn a_sitting_goes_back_takes_over_and_keeps_both_branches() {
    use crate::run::{Past, tables};
    let scene = || {
        let mut spec = scene::load("grazers").unwrap().spec;
        spec.species.iter_mut().for_each(|species| species.count = species.count.min(24));
        spec
    };
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let set = |value: &str| Command::Set { path: "species[0].body.cruise".into(), value: value.into() };
    let food = Command::Patch { field: scene().fields[0].name.clone(), center: [3.0; 3], radius: 4.0, amount: 5.0 };
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str| Keep { out: Some(folder.path().join(name)), every: Some(50), goal: Goal::Open };
    // The same without a window: commands at their ticks, kept, up to an end.
    let plain = |name: &str, commands: &[(u64, Command)], end: u64| {
        let mut simulation = Simulation::new(scene(), &options).unwrap();
        let mut keeping = Keeping::new(Some(keep(name)));
        keeping.begin(&mut simulation, "grazers", Path::new("")).unwrap();
        for (tick, command) in commands.iter().cloned().map(|(t, c)| (t, Some(c))).chain([(end, None)]) {
            let happened = simulation.advance((tick - simulation.tick()) as u32).unwrap();
            keeping.keeper().unwrap().record(&happened).unwrap();
            command.into_iter().for_each(|command| {
                simulation.command(command).unwrap();
            });
        }
        keeping.finish(&mut simulation).unwrap();
        simulation.digest().unwrap()
    };
    let (first, second) =
        (vec![(70, set("0.4")), (90, set("1.2")), (130, food)], vec![(70, set("0.4")), (80, set("0.7"))]);
    let ends = [plain("one", &first, 260), plain("two", &second, 230)];

    let mut simulation = Simulation::new(scene(), &options).unwrap();
    let mut keeping = Keeping::new(Some(keep("run")));
    keeping.begin(&mut simulation, "grazers", Path::new("")).unwrap();
    let setup = Setup { options: options.clone(), keeping, script: vec![], until: None, paused: true };
    let (engine, closer) = Engine::start(simulation, setup).unwrap();
    let mut tick = 0;
    for (at, command) in first {
        engine.send(Control::Step((at - tick) as u32));
        engine.send(Control::Command(command));
        tick = at;
    }
    engine.send(Control::Step(200 - 130));
    // Back, on through commands that were made, to the end and beyond it.
    engine.send(Control::Go { branch: 0, tick: 75 });
    assert!(wait(&engine, |news| news.status.tick == 75 && news.status.past));
    engine.send(Control::Step(60));
    engine.send(Control::Go { branch: 0, tick: 200 });
    engine.send(Control::Step(60));
    assert!(wait(&engine, |news| news.status.tick == 260 && !news.status.past));
    // A change in the past begins a branch; so does a word.
    engine.send(Control::Go { branch: 0, tick: 80 });
    engine.send(Control::Command(set("0.7")));
    let branches = |strip: &Option<TimelineView>| strip.as_ref().map(|strip| (strip.branches.len(), strip.current));
    assert!(wait(&engine, |news| branches(&news.strip) == Some((2, 1))));
    engine.send(Control::Step(150));
    engine.send(Control::Back(1));
    assert!(wait(&engine, |news| news.status.tick == 229 && news.status.past));
    let report = closer.close().unwrap().report.unwrap();
    assert_eq!(report.digest, ends[1]);
    for (window, plain) in [("run", "one"), ("run-2", "two")] {
        let [window, plain] = [window, plain].map(|name| folder.path().join(name));
        let [own, other] = [&window, &plain].map(|path| Past::read(path).unwrap());
        assert_eq!(own.loaded.header.digest, other.loaded.header.digest);
        assert_eq!(own.log, other.log);
        for table in [tables::LINEAGE, tables::METRICS, tables::GENERATIONS] {
            let rows = |path: &Path| -> Vec<Vec<String>> {
                let mut reader = csv::Reader::from_path(path.join(table)).unwrap();
                let clock = reader.headers().unwrap().iter().position(|name| name == "ticks_per_second");
                let kept = |row: csv::StringRecord| {
                    let fields = row.iter().enumerate().filter(|(at, _)| Some(*at) != clock);
                    fields.map(|(_, field)| field.to_string()).collect()
                };
                reader.records().map(|row| kept(row.unwrap())).collect()
            };
            assert_eq!(rows(&window), rows(&plain), "{table}");
            assert!(table != tables::LINEAGE || rows(&window).len() > 4, "nobody was born");
        }
    }
    assert_eq!(Past::read(&folder.path().join("run-2")).unwrap().info.branched, Some(("run".to_string(), 80)));
}

#[test]
fn a_film_gets_exactly_its_frames_and_leaves_time_alone() {
    let engine = engine();
    engine.send(Control::Pause);
    engine.send(Control::Film { clock: FilmClock::new(30, 1.0), from: None });
    for frame in 0..4 {
        engine.send(Control::Expose(frame));
        assert!(wait(&engine, |news| news.exposure.as_ref().is_some_and(|e| e.frame == frame)));
    }
    engine.send(Control::EndFilm);
    assert!(wait(&engine, |news| !news.status.filming && news.status.paused));
}

#[test]
fn a_film_of_the_past_begins_there_and_the_run_comes_back() {
    let engine = engine();
    engine.send(Control::Pause);
    engine.send(Control::Step(40));
    let mut end = 0;
    assert!(wait(&engine, |news| {
        end = news.status.tick;
        end >= 40 && news.status.paused
    }));
    engine.send(Control::Film { clock: FilmClock::new(20, 1.0), from: Some(12) });
    // Half a tick a frame.
    for (frame, tick) in [(0, 12), (1, 12), (3, 13), (11, 17)] {
        engine.send(Control::Expose(frame));
        let shown = |news: &News| news.exposure.as_ref().is_some_and(|e| (e.frame, e.before.tick) == (frame, tick));
        assert!(wait(&engine, shown), "frame {frame}");
    }
    engine.send(Control::EndFilm);
    assert!(wait(&engine, |news| !news.status.filming && !news.status.past && news.status.tick == end));
    // What has never been cannot be filmed: that is told, and counts as a film that is over.
    engine.send(Control::Film { clock: FilmClock::new(10, 1.0), from: Some(end + 9) });
    let mut told = false;
    assert!(wait(&engine, |news| {
        told |= news.notices.iter().any(|notice| notice.bad && notice.text.contains("cannot begin"));
        told && news.status.films == 2 && !news.status.filming
    }));
    assert_eq!(engine.news().status.tick, end);
}

#[test]
fn a_shared_run_is_played_to_the_digest_that_it_was_shared_with() {
    use crate::run::share;
    let folder = tempfile::tempdir().unwrap();
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    let keep = Keep { out: Some(folder.path().join("run")), every: None, goal: Goal::Open };
    let mut keeping = Keeping::new(Some(keep));
    keeping.begin(&mut simulation, "boids", Path::new("")).unwrap();
    let setup = Setup { options, keeping, script: vec![], until: None, paused: true };
    let (engine, _closer) = Engine::start(simulation, setup).unwrap();
    engine.send(Control::Step(20));
    engine.send(Control::Command(Command::Set { path: "species[0].body.cruise".into(), value: "1.25".into() }));
    engine.send(Control::Step(20));
    let file = folder.path().join("boids.iwashi");
    engine.send(Control::Share { to: file.clone(), picture: None });
    assert!(wait(&engine, |news| news.notices.iter().any(|notice| notice.text.contains("Shared up to tick 40"))));
    let shared = share::unpack(&file, &folder.path().join("opened")).unwrap();
    let play = |digest: String| Control::Restart {
        scene: Box::new(shared.scene.clone()),
        origin: shared.scene_file().display().to_string(),
        script: shared.commands.clone(),
        expected: Some((shared.share.tick, digest)),
    };
    let met = |word: &str| {
        engine.send(Control::Step(60));
        wait(&engine, |news| news.notices.iter().any(|notice| notice.text.contains(word)))
    };
    engine.send(play(shared.share.digest.clone()));
    assert!(met("the same digest"));
    engine.send(play("0".repeat(64)));
    assert!(met("another digest"));
}
