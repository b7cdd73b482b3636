//! The window under a display, driven by a script of commands: a run in it is a run like any other. Stands aside, and
//! says so, where there is no display; `IWASHI_REQUIRE_WINDOW=1` makes that a failure.
#![cfg(feature = "gui")]

use std::path::Path;

use assert_cmd::Command;

const POND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/pond.ron");

/// What a user does in the window, tick by tick: a slider, a drop of food, a silence, a cull.
const EDITS: &str = r#"
(tick: 0, command: Set(path: "species[0].body.cruise", value: "3.0"))
(tick: 45, command: Patch(field: "food", center: (10.0, 10.0, 0.0), radius: 4.0, amount: 1.0))
(tick: 45, command: Signals(species: "prey", hearing: Mute, channels: 3))
(tick: 200, command: Cull(species: "prey", share: 0.5))
"#;

fn display() -> bool {
    let there = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
    if !there {
        let required = std::env::var("IWASHI_REQUIRE_WINDOW").is_ok_and(|v| v == "1");
        assert!(!required, "IWASHI_REQUIRE_WINDOW is set and there is no display");
        eprintln!("skipped: there is no display");
    }
    there
}

/// Runs the program with its data in `home`, and gives the JSON object that it prints.
#[track_caller]
fn json(home: &Path, args: &[&str]) -> serde_json::Value {
    let mut command = Command::cargo_bin("iwashi").unwrap();
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(variable, home);
    }
    let output = command.args(args).arg("--json").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}\n{text}\n{errors}");
    // The run without a window that stands in where none opens is no test of the window.
    assert!(!errors.contains("No window"), "{args:?}\n{errors}");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}\n{errors}"))
}

#[test]
fn a_run_in_the_window_is_the_headless_run() {
    if !display() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let edits = home.path().join("edits.ron");
    std::fs::write(&edits, EDITS).unwrap();
    for backend in ["cpu", "gpu"] {
        let run = home.path().join(backend).display().to_string();
        let flags = ["--backend", backend, "--set", "pace.speed=0", "--commands", edits.to_str().unwrap()];
        let with = |args: &[&str], more: &[&str]| json(home.path(), &[args, more, &flags].concat());
        let window = with(&[POND, "--ticks", "300"], &["--checkpoint-every", "70", "--out", &run]);
        assert_eq!(window["command"], "window");
        let headless = with(&["run", POND, "--ticks", "300"], &[]);
        assert_eq!(window["digest"], headless["digest"], "{backend}");
        assert_eq!(json(home.path(), &["replay", &run])["digest"], window["digest"], "{backend}");
        let log = std::fs::read_to_string(Path::new(&run).join("commands.ron")).unwrap();
        assert_eq!(log.lines().filter(|line| line.starts_with('(')).count(), 4, "{log}");
        let longer = json(home.path(), &["resume", &run, "--ticks", "400"]);
        assert_eq!(longer["digest"], with(&["run", POND, "--ticks", "400"], &[])["digest"], "{backend}");
    }
}

#[test]
fn a_script_is_rehearsed_before_the_window_opens() {
    if !display() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (script, run) = (home.path().join("slip.ron"), home.path().join("run"));
    std::fs::write(&script, EDITS.replace("Cull(species: \"prey\"", "Cull(species: \"pray\"")).unwrap();
    let args = [POND, "--ticks", "300", "--commands", script.to_str().unwrap(), "--out", run.to_str().unwrap()];
    let assert = Command::cargo_bin("iwashi").unwrap().args(args).assert().failure().code(2);
    let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(told.contains("slip.ron") && told.contains("line 5") && told.contains("`pray`"), "{told}");
    assert!(!run.exists(), "nothing is begun");
}

#[test]
fn runs_that_nobody_asked_for_are_kept_and_passing() {
    if !display() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let flags = [POND, "--backend", "cpu", "--set", "pace.speed=0", "--ticks", "40"];
    let window = json(home.path(), &flags);
    let run = window["run"].as_str().unwrap();
    assert!(run.starts_with(&home.path().join("iwashi/runs/pond-seed5-").display().to_string()), "{run}");
    assert!(Path::new(run).join("passing").exists());
    json(home.path(), &["resume", run, "--ticks", "60"]);
    assert!(!Path::new(run).join("passing").exists(), "someone went on with it");
}

#[test]
fn a_film_made_while_a_run_goes_on_is_the_film_of_the_finished_run() {
    if !display() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let edits = home.path().join("edits.ron");
    std::fs::write(&edits, EDITS).unwrap();
    let at = |name: &str| home.path().join(name).display().to_string();
    let (run, live, after) = (at("run"), at("live"), at("after"));
    let flags = ["--backend", "cpu", "--commands", edits.to_str().unwrap(), "--ticks", "60", "--out", &run];
    json(home.path(), &[&[POND][..], &flags, &["--film", &live, "--film-size", "160x90"]].concat());
    let film = ["--from", "0", "--to", "60", "--size", "160x90", "--camera", "fixed", "-o", &after, "--quiet"];
    Command::cargo_bin("iwashi").unwrap().args(["record", &run]).args(film).assert().success();
    let pictures = |folder: &str| {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let (live, after) = (pictures(&live), pictures(&after));
    // 60 ticks of a twentieth of a second, at 30 frames a second.
    assert_eq!((live.len(), after.len()), (90, 90));
    let differ: Vec<usize> = (0..live.len()).filter(|&i| live[i] != after[i]).collect();
    assert!(differ.is_empty(), "frames {differ:?} differ");
}

#[test]
fn a_scene_file_that_is_saved_while_it_runs_is_followed() {
    if !display() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name).display().to_string();
    let (scene, run) = (at("pond.ron"), at("run"));
    let text = std::fs::read_to_string(POND).unwrap();
    std::fs::write(&scene, &text).unwrap();
    // So many ticks would take a quarter of an hour, if the file did not come to ask for another pace.
    let flags = [&scene, "--backend", "cpu", "--ticks", "20000", "--checkpoint-every", "5000", "--out", &run, "--json"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_iwashi"));
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(variable, home.path());
    }
    let piped = std::process::Stdio::piped();
    let mut window = command.args(flags).stdout(piped).spawn().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(240);
    let wait = |window: &mut std::process::Child, done: &dyn Fn(&mut std::process::Child) -> bool| {
        while !done(window) {
            if std::time::Instant::now() > until {
                window.kill().unwrap();
                panic!("the window does not follow its file");
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    wait(&mut window, &|_| Path::new(&run).join("run.ron").exists());
    // What is broken changes nothing, and does not end the run.
    std::fs::write(&scene, "(species: [").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let edited = text.replacen("count: 40,", "count: 40, body: (cruise: 4.0, top_speed: 8.0),", 1);
    std::fs::write(&scene, edited.replace("seed: 5,", "seed: 6, pace: (speed: 0.0),")).unwrap();
    wait(&mut window, &|window| window.try_wait().unwrap().is_some());
    let output = window.wait_with_output().unwrap();
    assert!(output.status.success());
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let log = std::fs::read_to_string(Path::new(&run).join("commands.ron")).unwrap();
    let set: Vec<&str> = log.lines().filter(|line| line.starts_with('(')).collect();
    let changed = ["species[0].body.cruise", "species[0].body.top_speed", "pace.speed"];
    assert!(set.len() == 3 && changed.iter().all(|path| log.contains(path)), "{log}");
    assert_eq!(json(home.path(), &["replay", &run])["digest"], told["digest"]);
}
