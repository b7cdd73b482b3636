//! A sitting by hand: real keys and pointer on the window under a display of its own, and what it leaves behind. Takes hold of the pointer,
//! so that it runs only where `IWASHI_REQUIRE_WINDOW=1` says that the display is there for tests, and has it to itself.
#![cfg(feature = "gui")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const POND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/pond.ron");
/// Time for what was done to show: a few frames of a slow machine.
const BREATH: Duration = Duration::from_millis(900);

/// The program, with its data in `home`.
fn iwashi(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iwashi"));
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(variable, home);
    }
    command
}

/// Keys and pointer, as `xdotool` takes them.
#[track_caller]
fn hand(actions: &str) {
    let output = Command::new("xdotool").args(actions.split(' ')).output().unwrap();
    assert!(output.status.success(), "{actions}: {}", String::from_utf8_lossy(&output.stderr));
    std::thread::sleep(BREATH);
}

/// The command log of a run, a line a command.
fn commands(run: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(run.join("commands.ron")).unwrap();
    log.lines().filter(|line| line.starts_with('(')).map(String::from).collect()
}

#[test]
fn what_was_done_by_hand_replays_branch_by_branch() {
    if std::env::var("IWASHI_REQUIRE_WINDOW").as_deref() != Ok("1") {
        return eprintln!("skipped: it would take hold of the pointer (IWASHI_REQUIRE_WINDOW=1 has it done)");
    }
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    let mut window = iwashi(home.path());
    window.args([POND, "--backend", "cpu", "--checkpoint-every", "50", "--out"]).arg(&run).stdout(Stdio::null());
    let mut window = window.spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(120);
    while !Command::new("xdotool").args(["search", "--name", "Iwashi: Pond"]).output().unwrap().status.success() {
        assert!(Instant::now() < until && window.try_wait().unwrap().is_none(), "no window opens");
        std::thread::sleep(BREATH);
    }
    // The window has a title before it has a picture.
    std::thread::sleep(6 * BREATH);
    hand("search --name Iwashi windowfocus");
    // No tour; panels for evolving; the two parameters that are called so, and their sliders.
    hand("key Escape");
    hand("key 2");
    hand("mousemove 130 91 click 1");
    hand("type cruise");
    for row in ["243", "334"] {
        hand(&format!("mousemove 116 {row} mousedown 1"));
        hand(&format!("mousemove 130 {row}"));
        hand(&format!("mousemove 144 {row} mouseup 1"));
    }
    // Done typing; standing still; the tool after the one that looks drops food.
    hand("key Escape");
    hand("mousemove 520 420");
    hand("key space");
    hand("key x");
    hand("mousemove 520 450 click 1");
    hand("key period");
    // Back along the strip; food at another place begins a branch there, which goes on for two ticks.
    hand("key Left");
    hand("key Left");
    hand("mousemove 620 330 click 1");
    hand("key period");
    hand("key period");
    let id = window.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    window.wait().unwrap();

    let (first, second) = (commands(&run), commands(&home.path().join("run-2")));
    let with = |log: &[String], part: &str| log.iter().filter(|line| line.contains(part)).count();
    for species in 0..2 {
        assert!(with(&first, &format!("species[{species}].body.cruise")) > 0, "{first:#?}");
    }
    assert_eq!((with(&first, "Patch"), with(&second, "Patch")), (1, 1), "{first:#?}\n{second:#?}");
    let patch = |log: &[String]| log.iter().find(|line| line.contains("Patch")).cloned();
    assert_ne!(patch(&first), patch(&second));
    // Each is a run like any other: it comes to its own digest again.
    for folder in ["run", "run-2"] {
        let replay = iwashi(home.path()).arg("replay").arg(home.path().join(folder)).arg("--quiet").output().unwrap();
        assert!(replay.status.success(), "{folder}: {}", String::from_utf8_lossy(&replay.stderr));
    }
}
