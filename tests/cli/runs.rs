//! A run can be trusted: threads, checkpoints, kills, stops and replays do not change what it comes to.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::{Home, POND, RACE, bred_by, digest, iwashi, outcome};

/// Starts the program in the background.
pub fn spawn(home: &Path, args: &[&str]) -> Child {
    let mut command = std::process::Command::new(iwashi(home, &[]).get_program());
    command.args(args).env("HOME", home).env("XDG_DATA_HOME", home);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until a run has a checkpoint at `tick` or later.
pub fn wait_for_checkpoint(run: &Path, tick: u64) {
    let begun = Instant::now();
    let reached = || {
        let entries = std::fs::read_dir(run.join("checkpoints")).ok()?;
        let ticks = entries.flatten().filter_map(|entry| {
            entry.file_name().to_str()?.strip_prefix("tick-")?.strip_suffix(".ckpt")?.parse::<u64>().ok()
        });
        ticks.max()
    };
    while reached().is_none_or(|newest| newest < tick) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no checkpoint at tick {tick} within a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The tables of a run without the column that tells real time.
pub fn tables(run: &Path) -> String {
    let metrics = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let without_time = |line: &str| line.rsplit_once(',').map_or(String::new(), |(rest, _)| rest.to_string() + "\n");
    let others = ["generations.csv", "lineage.csv", "commands.ron"];
    let others = others.map(|name| std::fs::read_to_string(run.join(name)).unwrap());
    metrics.lines().map(without_time).collect::<String>() + &others.concat()
}

#[test]
fn threads_and_checkpoints_do_not_change_a_run() {
    let home = Home::new();
    for scene in [POND, RACE] {
        let digest_of = |extra: &[&str]| {
            let args = [&["run", scene, "--ticks", "130", "--quiet", "--backend", "cpu"], extra].concat();
            digest(&outcome(home.path(), &args, 0).0)
        };
        let one = digest_of(&["--threads", "1"]);
        assert_eq!(one, digest_of(&["--threads", "2"]));
        assert_eq!(one, digest_of(&["--checkpoint-every", "7"]));
        assert_ne!(one, digest_of(&["--seed", "1234"]));
    }
}

/// Commands for the pond: a slider, a drop of food, a silence, a cull.
const EDITS: &str = r#"// what a person did
(tick: 30, command: Set(path: "species[0].body.cruise", value: "3.0"))
(tick: 45, command: Patch(field: "food", center: (10.0, 10.0, 0.0), radius: 4.0, amount: 1.0))
(tick: 45, command: Signals(species: "prey", hearing: Delay((ticks: 2)), channels: 3))
(tick: 200, command: Cull(species: "prey", share: 0.5))
"#;

#[test]
fn a_killed_run_resumes_to_the_same_end() {
    let home = Home::new();
    let edits = home.file("edits.ron", EDITS);
    for (name, scene, ticks, extra) in
        [("pond", POND, "1500", &["--commands", &edits][..]), ("race", RACE, "1500", &[][..])]
    {
        let (whole, broken) = (home.at(&format!("{name}-whole")), home.at(&format!("{name}-broken")));
        let args = ["run", scene, "--ticks", ticks, "--checkpoint-every", "40", "--quiet", "--out"];
        let expected = digest(&outcome(home.path(), &[&args[..], &[&whole], extra].concat(), 0).0);

        let mut child = spawn(home.path(), &[&args[..], &[&broken], extra].concat());
        wait_for_checkpoint(Path::new(&broken), 120);
        // SIGKILL: nothing in the program hears of it.
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "the kill came too late");
        let (resumed, _) = outcome(home.path(), &["resume", &broken], 0);
        assert_eq!(digest(&resumed), expected);
        assert_eq!(tables(Path::new(&whole)), tables(Path::new(&broken)), "{name}");
    }
}

#[test]
fn a_replay_meets_its_run_and_a_changed_log_does_not() {
    let home = Home::new();
    let edits = home.file("edits.ron", EDITS);
    let run = home.at("run");
    let args = ["run", POND, "--ticks", "260", "--quiet", "--commands", &edits, "--out", &run];
    let expected = digest(&outcome(home.path(), &args, 0).0);
    let plain = digest(&outcome(home.path(), &["run", POND, "--ticks", "260", "--quiet"], 0).0);
    assert_ne!(expected, plain, "the edits did something");
    assert_eq!(digest(&outcome(home.path(), &["replay", &run], 0).0), expected);
    let (json, _) = outcome(home.path(), &["replay", &run, "--json", "--threads", "1"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["expected"], json["digest"]);

    let log = home.path().join("run/commands.ron");
    let text = std::fs::read_to_string(&log).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with('(')).count(), 4, "{text}");
    std::fs::write(&log, text.replace("0.5", "0.4")).unwrap();
    let (_, err) = outcome(home.path(), &["replay", &run], 3);
    assert!(err.contains("another digest"), "{err}");
}

#[test]
fn a_finished_run_can_be_made_longer() {
    let home = Home::new();
    let run = home.at("run");
    outcome(home.path(), &["evolve", RACE, "--generations", "2", "--quiet", "--out", &run], 0);
    let longer = digest(&outcome(home.path(), &["resume", &run, "--generations", "4", "--quiet"], 0).0);
    let whole = digest(&outcome(home.path(), &["evolve", RACE, "--generations", "4", "--quiet"], 0).0);
    assert_eq!(longer, whole);
    assert_eq!(digest(&outcome(home.path(), &["replay", &run, "--quiet"], 0).0), whole);
}

#[test]
fn runs_of_every_strategy_stop_and_go_on_exactly() {
    let home = Home::new();
    let every = iwashi::scene::Strategy::every().into_iter().map(|strategy| format!("{strategy:?}"));
    let mut forms: Vec<String> = every.map(|form| form.split('(').next().unwrap_or_default().to_string()).collect();
    forms.push("Genetic(steps: SelfAdaptive, mixing: Layers, truncation: 0.5)".into());
    for (i, form) in forms.iter().enumerate() {
        let (whole, broken) = (home.at(&format!("{i}-whole")), home.at(&format!("{i}-broken")));
        let set = format!("species[0].evolution.strategy={form}");
        // A generation has 40 ticks: 100 is in the middle of the third.
        let args = ["run", RACE, "--set", &set, "--set", bred_by(form), "--checkpoint-every", "20", "--quiet", "--out"];
        let run = |out: &str, ticks: &str| outcome(home.path(), &[&args[..], &[out, "--ticks", ticks]].concat(), 0);
        let expected = digest(&run(&whole, "400").0);
        run(&broken, "100");
        assert_eq!(digest(&outcome(home.path(), &["resume", &broken, "--ticks", "400"], 0).0), expected, "{form}");
        assert_eq!(tables(Path::new(&whole)), tables(Path::new(&broken)), "{form}");
    }
}

#[test]
fn genomes_that_a_run_starts_from_travel_with_it() {
    let home = Home::new();
    let (first, second) = (home.at("first"), home.at("second"));
    outcome(home.path(), &["run", POND, "--ticks", "60", "--quiet", "--out", &first], 0);
    let set = format!("species[0].genomes=\"{first}/genomes/0-prey.safetensors\"");
    let args = ["run", POND, "--ticks", "40", "--quiet", "--set", &set, "--out", &second];
    let trained = digest(&outcome(home.path(), &args, 0).0);
    std::fs::remove_dir_all(&first).unwrap();
    assert_eq!(digest(&outcome(home.path(), &["replay", &second, "--quiet"], 0).0), trained);
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_everything() {
    let home = Home::new();
    let run = home.at("run");
    let child = spawn(home.path(), &["evolve", POND, "--checkpoint-every", "20", "--out", &run]);
    wait_for_checkpoint(Path::new(&run), 40);
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let text = crate::text(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("go on with: iwashi resume "), "{text}");
    assert_eq!(digest(&outcome(home.path(), &["replay", &run, "--quiet"], 0).0), digest(&text));
}

#[cfg(unix)]
#[test]
fn without_a_window_a_minute_of_evolution_starts() {
    if cfg!(feature = "gui") {
        // With the window the tests of the window look at this.
        return;
    }
    let home = Home::new();
    let child = spawn(home.path(), &[POND]);
    let runs = home.path().join("iwashi/runs");
    let begun = Instant::now();
    let run = loop {
        if let Some(run) = std::fs::read_dir(&runs).ok().and_then(|mut entries| entries.next()) {
            break run.unwrap().path();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no run begins");
        std::thread::sleep(Duration::from_millis(5));
    };
    wait_for_checkpoint(&run, 0);
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let text = crate::text(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.lines().next().is_some_and(|line| line.starts_with("No window (")), "{text}");
    for wanted in ["results: ", "iwashi evolve ", "iwashi record ", "digest: "] {
        assert!(text.contains(wanted), "{text}");
    }
}

#[test]
fn a_trained_start_is_written_into_the_scene_and_replays() {
    let home = Home::new();
    let out = home.at("run");
    let run = |extra: &[&str]| {
        let args = [&["run", "food_call", "--ticks", "40", "--quiet", "--backend", "cpu"], extra].concat();
        digest(&outcome(home.path(), &args, 0).0)
    };
    let trained = run(&["--trained", "--out", &out]);
    let scene = iwashi::scene::load(&home.at("run/scene.ron")).unwrap().spec;
    assert_eq!(scene.species[0].genomes, "shipped:food_call.fish");
    assert_eq!(digest(&outcome(home.path(), &["replay", &out, "--quiet"], 0).0), trained);
    assert_ne!(run(&[]), trained, "scenes start from scratch unless asked");
    let by_name = run(&["--set", "species[fish].genomes=\"shipped:food_call.fish\""]);
    assert_eq!(by_name, trained);
}
