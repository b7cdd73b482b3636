//! Runs under `mpirun`: the same digest whatever the number of ranks, and a rank that dies costs no more than what came after the
//! last checkpoint. Needs Open MPI on the path.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const RACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/race.ron");
const SCHOOL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/school.ron");

/// The program on so many ranks, with one thread each.
fn mpirun(ranks: usize, home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("mpirun");
    // More ranks than processors, and on build machines as root.
    command.args(["--oversubscribe", "--bind-to", "none", "-n", &ranks.to_string()]);
    command.arg(env!("CARGO_BIN_EXE_iwashi")).args(args);
    command.envs([("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")]);
    command.env("HOME", home).env("XDG_DATA_HOME", home).stdin(Stdio::null());
    command
}

fn iwashi(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iwashi"));
    command.args(args).env("HOME", home).env("XDG_DATA_HOME", home);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn digest(output: Output) -> String {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let lines: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("digest: ")).collect();
    assert_eq!(lines.len(), 1, "one rank speaks:\n{out}\n{err}");
    lines[0].to_string()
}

#[test]
fn digests_do_not_depend_on_the_number_of_ranks() {
    let home = tempfile::tempdir().unwrap();
    let changes = ["rollout.worlds=4", "rollout.held_out=(seeds: 3, every: 2)", "seed=9"];
    for (number, (scene, change)) in [RACE, RACE, SCHOOL].into_iter().zip(changes).enumerate() {
        let of = |ranks: usize| {
            let out = home.path().join(format!("{number}-{ranks}")).display().to_string();
            let args =
                ["evolve", scene, "--set", change, "--generations", "4", "--threads", "1", "--quiet", "--out", &out];
            let mut command = if ranks == 0 { iwashi(home.path(), &args) } else { mpirun(ranks, home.path(), &args) };
            digest(command.output().unwrap())
        };
        let alone = of(0);
        for ranks in [1, 2, 4] {
            assert_eq!(of(ranks), alone, "{scene} {change}, {ranks} ranks");
        }
    }
}

#[test]
fn a_sweep_is_shared_out_run_by_run() {
    let home = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| home.path().join(name).display().to_string());
    let args = |out| ["evolve", RACE, "--generations", "2", "--seeds", "2", "--quiet", "--threads", "1", "--out", out];
    let alone = digest(iwashi(home.path(), &args(&one)).output().unwrap());
    assert_eq!(digest(mpirun(2, home.path(), &args(&two)).output().unwrap()), alone);
}

/// The process that has a rank of those that a launcher started.
fn process_of(launcher: &Child, rank: usize) -> Option<u32> {
    let named = format!("OMPI_COMM_WORLD_RANK={rank}");
    fs::read_dir("/proc").ok()?.filter_map(Result::ok).find_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        // The parent stands behind the name of the program, which is in brackets.
        let status = fs::read_to_string(entry.path().join("stat")).ok()?;
        let parent: u32 = status.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
        let environment = fs::read(entry.path().join("environ")).ok()?;
        let has = environment.split(|byte| *byte == 0).any(|variable| variable == named.as_bytes());
        (parent == launcher.id() && has).then_some(process)
    })
}

#[test]
fn a_rank_that_dies_ends_the_job_with_its_last_checkpoint_whole() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run").display().to_string();
    let end = ["--generations", "40", "--quiet", "--threads", "1"];
    let other = home.path().join("whole").display().to_string();
    let whole = [&["evolve", RACE, "--out", &other][..], &end].concat();
    let whole = digest(iwashi(home.path(), &whole).output().unwrap());

    let endless = ["evolve", RACE, "--out", &run, "--threads", "1", "--checkpoint-every", "40", "--quiet"];
    let mut job = mpirun(2, home.path(), &endless).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let checkpoints = || fs::read_dir(Path::new(&run).join("checkpoints")).map_or(0, Iterator::count);
    // The start is one; a later one has been evolved.
    while checkpoints() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no checkpoint came");
        std::thread::sleep(Duration::from_millis(5));
    }
    let process = process_of(&job, 1).expect("the second rank");
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
    assert!(!job.wait().unwrap().success(), "the launcher tells that a rank has died");

    // Whatever it was in the middle of, the run goes on from what is on disk: here by two ranks, and further than by one.
    let resume = [&["resume", &run][..], &end].concat();
    assert_eq!(digest(mpirun(2, home.path(), &resume).output().unwrap()), whole);
    let replay = ["replay", &run, "--quiet", "--threads", "1"];
    assert_eq!(digest(mpirun(3, home.path(), &replay).output().unwrap()), whole);
}

#[test]
fn what_one_process_does_is_refused_once() {
    let home = tempfile::tempdir().unwrap();
    for (args, said) in [
        (&["doctor"][..], "only `run`, `evolve`, `resume` and `replay`"),
        (&["evolve", "no_such_scene", "--generations", "1"], "no_such_scene"),
        (&["evolve", RACE, "--generations", "1", "--set", "species[0].genomes=\"missing.safetensors\""], "missing"),
    ] {
        let output = mpirun(2, home.path(), args).output().unwrap();
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert_eq!(err.matches(said).count(), 1, "{err}");
    }
}
