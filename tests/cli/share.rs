//! A run as one file: whoever opens it comes to the same digest, and files that are something else are refused.

use std::fs;

use crate::{Home, POND, digest, outcome};

#[test]
fn a_shared_run_is_opened_elsewhere_and_comes_to_the_same_digest() {
    let home = Home::new();
    let at = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let (run, file, commands) = (at("run"), at("pond.iwashi"), at("commands.ron"));
    fs::write(&commands, "(tick: 20, command: Set(path: \"species[0].body.cruise\", value: \"0.5\"))\n").unwrap();
    let args = ["run", POND, "--ticks", "60", "--backend", "cpu", "--out", &run, "--commands", &commands, "--quiet"];
    let ended = digest(&outcome(home.path(), &args, 0).0);
    let (said, _) = outcome(home.path(), &["share", &run, "-o", &file], 0);
    assert!(said.contains(&ended) && said.contains("iwashi open"), "{said}");
    // Nothing is overwritten.
    let (_, refused) = outcome(home.path(), &["share", &run, "-o", &file], 2);
    assert!(refused.contains("there already"), "{refused}");
    // A fresh home, and the run is gone.
    fs::remove_dir_all(&run).unwrap();
    let other = Home::new();
    let opened = outcome(other.path(), &["open", &file, "--check", "--quiet", "--backend", "cpu"], 0).0;
    assert_eq!(digest(&opened), ended);
    assert!(!other.path().join("iwashi/shared/pond").exists(), "a check leaves nothing");
    // Without a display it is unpacked and run on.
    let into = other.path().join("into");
    let (said, _) = outcome(other.path(), &["open", &file, "--into", into.to_str().unwrap(), "--check"], 0);
    assert!(said.contains(&ended) && into.join("scene.ron").is_file(), "{said}");
    let (_, refused) = outcome(other.path(), &["open", &file, "--into", into.to_str().unwrap(), "--check"], 2);
    assert!(refused.contains("not empty"), "{refused}");
}

#[test]
fn what_was_never_shared_is_refused_and_a_changed_one_is_told() {
    let home = Home::new();
    let (_, missing) = outcome(home.path(), &["open", "nowhere.iwashi"], 1);
    assert!(missing.contains("nowhere.iwashi"), "{missing}");
    let (_, foreign) = outcome(home.path(), &["open", POND], 1);
    assert!(foreign.contains("not a run that iwashi has shared"), "{foreign}");
    let (_, nothing) = outcome(home.path(), &["share", &home.path().to_string_lossy()], 2);
    assert!(nothing.contains("not a run folder"), "{nothing}");
    let at = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let (run, file) = (at("run"), at("x.iwashi"));
    outcome(home.path(), &["run", POND, "--ticks", "20", "--backend", "cpu", "--out", &run, "--quiet"], 0);
    // Its scene changed after the run: another digest, and why that may be.
    let scene = fs::read_to_string(at("run/scene.ron")).unwrap();
    let changed = scene.replacen("cruise: 2.0", "cruise: 2.5", 1);
    assert_ne!(scene, changed);
    fs::write(at("run/scene.ron"), changed).unwrap();
    outcome(home.path(), &["share", &run, "-o", &file], 0);
    let (_, other) = outcome(home.path(), &["open", &file, "--check", "--backend", "cpu"], 3);
    assert!(other.contains("ends in another here"), "{other}");
}
