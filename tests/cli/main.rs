//! The command line on good and bad input, and what it promises of runs: the same digest whatever the threads,
//! checkpoints, kills and replays.

mod activity;
mod archive;
mod bench;
mod damage;
mod distill;
mod edit;
mod evolve;
mod genomes;
mod meaning;
mod new;
mod probe;
#[cfg(feature = "gui")]
mod record;
mod response;
mod runs;
mod score;
mod share;
mod sweep;
mod usage;
mod verify;

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The small scenes that the tests run.
const POND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/pond.ron");
const RACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/race.ron");
const SCHOOL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/school.ron");

/// The program, keeping its runs in a folder of the test's own.
fn iwashi(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("iwashi").unwrap();
    for variable in ["HOME", "XDG_DATA_HOME"] {
        command.env(variable, home);
    }
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").args(args);
    command
}

/// The controller of `RACE`, to be set, that a strategy breeds: `Neat` graphs and nothing else, and nothing else them.
fn bred_by(strategy: &str) -> &'static str {
    match strategy {
        "Neat" => "species[0].controller=Graph(hidden: 1, recurrent: true)",
        _ => "species[0].controller=Linear()",
    }
}

/// Runs the program, checks its exit code, and gives what it wrote to standard output and to standard error.
#[track_caller]
fn outcome(home: &Path, args: &[&str], code: i32) -> (String, String) {
    let output = iwashi(home, args).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    (out, err)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The digest in the last line.
#[track_caller]
fn digest(out: &str) -> String {
    let last = out.lines().last().unwrap_or_default();
    let digest = last.strip_prefix("digest: ").unwrap_or_else(|| panic!("the last line is {last:?}"));
    assert!(digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()), "{digest}");
    digest.to_string()
}

/// A folder for a test, and paths in it as text.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn at(&self, name: &str) -> String {
        self.path().join(name).display().to_string()
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}
