//! Damaged run folders and full disks: a clear error or the next good checkpoint, never a panic, nothing overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Home, RACE, digest, outcome};

/// A finished run with checkpoints at ticks 0, 30, 60, 90; its digest.
fn finished(home: &Home, name: &str) -> (String, String) {
    let run = home.at(name);
    let args = ["run", RACE, "--ticks", "90", "--checkpoint-every", "30", "--quiet", "--out", &run];
    let digest = digest(&outcome(home.path(), &args, 0).0);
    (run, digest)
}

fn newest(run: &str) -> PathBuf {
    Path::new(run).join("checkpoints/tick-000000000090.ckpt")
}

#[test]
fn a_damaged_checkpoint_is_passed_over() {
    let home = Home::new();
    let (run, expected) = finished(&home, "run");
    let bytes = fs::read(newest(&run)).unwrap();
    fs::write(newest(&run), &bytes[..bytes.len() / 2]).unwrap();
    let (out, err) = outcome(home.path(), &["resume", &run], 0);
    assert_eq!(digest(&out), expected);
    assert!(err.contains("passed over: checkpoint ") && err.contains("cut short"), "{err}");
    assert!(newest(&run).with_extension("damaged").exists(), "what was damaged is set aside, not lost");
}

#[test]
fn a_run_without_a_good_checkpoint_says_what_is_wrong_with_each() {
    let home = Home::new();
    let (run, _) = finished(&home, "run");
    for entry in fs::read_dir(Path::new(&run).join("checkpoints/rows")).unwrap().flatten() {
        fs::write(entry.path(), b"not rows").unwrap();
    }
    for command in ["resume", "replay"] {
        let (_, err) = outcome(home.path(), &[command, &run], 1);
        assert!(err.contains("no usable checkpoint") && err.lines().count() == 5, "{err}");
        assert!(err.contains("a chunk of genomes does not match its name"), "{err}");
    }
}

#[test]
fn a_newer_checkpoint_is_refused_and_left_alone() {
    let home = Home::new();
    let (run, _) = finished(&home, "run");
    let mut bytes = fs::read(newest(&run)).unwrap();
    bytes[8] = 9;
    fs::write(newest(&run), &bytes).unwrap();
    let (_, err) = outcome(home.path(), &["resume", &run], 1);
    assert!(err.contains("checkpoint format 9") && err.contains("update it"), "{err}");
    assert_eq!(fs::read(newest(&run)).unwrap(), bytes);
}

#[test]
fn tables_shorter_than_their_checkpoint_are_told() {
    let home = Home::new();
    let (run, _) = finished(&home, "run");
    fs::write(Path::new(&run).join("metrics.csv"), "tick\n").unwrap();
    let (_, err) = outcome(home.path(), &["resume", &run], 1);
    assert!(err.contains("metrics.csv") && err.contains("it has 5 bytes"), "{err}");
}

#[test]
fn tables_with_the_columns_of_another_version_are_told() {
    let home = Home::new();
    let (run, _) = finished(&home, "run");
    let table = Path::new(&run).join("generations.csv");
    let text = fs::read_to_string(&table).unwrap();
    let older = text.replacen("held_out", "held_in!", 1);
    assert_ne!(older, text);
    fs::write(&table, &older).unwrap();
    let (_, err) = outcome(home.path(), &["resume", &run, "--ticks", "120"], 1);
    assert!(err.contains("generations.csv: another version of the program wrote it"), "{err}");
    assert_eq!(fs::read_to_string(&table).unwrap(), older, "nothing is lost");
}

#[test]
fn damaged_texts_are_told() {
    let home = Home::new();
    for (file, code) in [("run.ron", 1), ("scene.ron", 2), ("commands.ron", 2)] {
        let (run, _) = finished(&home, file);
        let path = Path::new(&run).join(file);
        fs::write(&path, "(((((((((((((((((( \u{0} not RON, and long enough to be cut at the length noted").unwrap();
        let (_, err) = outcome(home.path(), &["replay", &run], code);
        assert!(err.contains(file) && !err.contains("panicked"), "{err}");
    }
}

/// A limit on file size stands in for a full disk: writing fails in the same places, without needing a disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_saving_and_keeps_the_last_good_checkpoint() {
    let home = Home::new();
    let run = home.at("run");
    let program = crate::iwashi(home.path(), &[]).get_program().to_owned();
    // A long metrics table is the first to pass 32 KiB.
    let script = "trap '' XFSZ; ulimit -f 32; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .arg(program)
        .args(["run", RACE, "--ticks", "100000", "--checkpoint-every", "30", "--out", &run])
        .args(["--set", "measures.interval=1"])
        .output()
        .unwrap();
    let err = crate::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("saving failed") && err.contains("File too large"), "{err}");
    assert!(err.contains(&format!("iwashi resume {run}")), "{err}");
    let past = iwashi::run::Past::read(Path::new(&run)).unwrap();
    assert!(past.loaded.header.tick >= 30 && past.loaded.warnings.is_empty());
    let goal = (past.loaded.header.tick + 10).to_string();
    outcome(home.path(), &["resume", &run, "--ticks", &goal], 0);
    outcome(home.path(), &["replay", &run], 0);
}

/// Files that are links, in the places where a run writes.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    let home = Home::new();
    let (run, _) = finished(&home, "run");
    let foreign = home.file("foreign", &"precious ".repeat(10_000));
    for name in ["lock", "metrics.csv", "run.part", "checkpoints/tick-000000000120.part"] {
        let path = Path::new(&run).join(name);
        let kept = fs::read(&path).ok();
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(&foreign, &path).unwrap();
        let code = if name.ends_with(".part") { 0 } else { 1 };
        let (_, err) = outcome(home.path(), &["resume", &run, "--ticks", "120"], code);
        assert!(code == 0 || err.contains("not a regular file"), "{name}: {err}");
        assert_eq!(fs::read_to_string(&foreign).unwrap().len(), 90_000, "{name} led into a foreign file");
        let _ = fs::remove_file(&path);
        if let Some(kept) = kept {
            fs::write(&path, kept).unwrap();
        }
    }
}

#[test]
fn run_folders_edited_by_hand_are_told() {
    let home = Home::new();
    let (run, expected) = finished(&home, "run");
    let info = Path::new(&run).join("run.ron");
    let text = fs::read_to_string(&info).unwrap();
    for (from, to, wanted) in [
        ("Ticks(90)", "Minutes(NaN)", "`goal` = Minutes(NaN): more than 0"),
        ("Ticks(90)", "Minutes(-1.0)", "`goal` = Minutes(-1): more than 0"),
        ("target: None", "target: Some(NaN)", "`stop.target` = NaN: a finite number"),
        ("stagnation: None", "stagnation: Some(0)", "`stop.stagnation` = 0: at least 1 generation"),
        ("\"cpu\"", "\"quantum\"", "`backend` = \"quantum\": \"cpu\" or \"gpu\""),
    ] {
        assert!(text.contains(from), "{text}");
        fs::write(&info, text.replace(from, to)).unwrap();
        let (_, err) = outcome(home.path(), &["resume", &run], 1);
        assert!(err.contains("run.ron: ") && err.contains(wanted), "{err}");
    }
    fs::write(&info, &text).unwrap();

    let (out, err) = outcome(home.path(), &["resume", &run, "--ticks", "10"], 0);
    assert!(err.contains("nothing is left to do: the run stands at tick 90 and is to go to tick 10"), "{err}");
    assert_eq!(digest(&out), expected);
    assert!(fs::read_to_string(&info).unwrap().contains("Ticks(90)"), "the run keeps its goal");
    let (_, err) = outcome(home.path(), &["resume", &run, "--ticks", "100"], 0);
    assert_eq!(err, "");

    let scene = Path::new(&run).join("scene.ron");
    let text = fs::read_to_string(&scene).unwrap();
    fs::write(&scene, text.replace("seed: 3,", "seed: 4,")).unwrap();
    let (_, err) = outcome(home.path(), &["resume", &run, "--ticks", "110", "--quiet"], 0);
    assert!(err.contains("scene.ron is not what the run was made with: it says `seed` = 4"), "{err}");
    let (_, err) = outcome(home.path(), &["replay", &run], 3);
    assert!(err.contains("scene.ron is not what the run was made with"), "{err}");
}
