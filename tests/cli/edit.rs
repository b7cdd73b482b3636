//! Scene files edited from the command line, and scenes compared.

use std::fs;

use crate::{Home, outcome};

const SCENE: &str = "// Mine.\n(\n    seed: 3, // lucky\n    species: [(name: \"fish\", count: 9)],\n)\n";

#[test]
fn values_are_changed_in_place_and_the_rest_stays() {
    let home = Home::new();
    let path = home.at("my.ron");
    fs::write(&path, SCENE).unwrap();
    let (out, _) = outcome(home.path(), &["set", &path, "species[fish].count=12", "dt=0.1", "--dry-run"], 0);
    assert_eq!(
        out,
        "value              was  is now  takes effect\n\
         dt                0.05     0.1  restart\n\
         species[0].count     9      12  restart\n"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), SCENE, "a dry run writes nothing");
    let (out, _) = outcome(home.path(), &["set", &path, "species[fish].count=12", "dt=0.1"], 0);
    assert!(out.ends_with(&format!("written: {path}\n")), "{out}");
    let after = SCENE.replace("lucky\n", "lucky\n    dt: 0.1,\n").replace("count: 9", "count: 12");
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
    assert_eq!(outcome(home.path(), &["set", &path, "dt=0.1"], 0).0, "nothing changes\n");

    let copy = home.at("copy.ron");
    let (out, _) = outcome(home.path(), &["set", "boids", "seed=9", "-o", &copy, "--json"], 0);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["changes"][0]["path"], &told["changes"][0]["after"]), (&"seed".into(), &"9".into()));
    let shipped = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/boids.ron")).unwrap();
    assert_eq!(fs::read_to_string(&copy).unwrap(), shipped.replace("seed: 7", "seed: 9"));
}

#[test]
fn what_cannot_be_set_or_written_is_refused_and_nothing_changes() {
    let home = Home::new();
    let (path, broken) = (home.at("my.ron"), home.at("broken.ron"));
    fs::write(&path, SCENE).unwrap();
    fs::write(&broken, "(species: [").unwrap();
    for (args, told) in [
        (vec!["set", &path], "PATH=VALUE"),
        (vec!["set", &path, "dt"], "expected PATH=VALUE"),
        (vec!["set", &path, "dt=7"], "`dt` = 7 is out of range"),
        (vec!["set", &path, "dtt=7"], "did you mean `dt`?"),
        (vec!["set", &path, "seed=4", "-o", &broken], "is there already; nothing is overwritten"),
        (vec!["set", "boids", "seed=4"], "say with -o FILE"),
        (vec!["set", &broken, "seed=4"], "broken.ron:1"),
        (vec!["set", "no.ron", "seed=4"], "cannot read scene"),
        (vec!["diff", &path, "no.ron"], "cannot read scene"),
        (vec!["diff", &home.at("")], "is not the folder of a run"),
    ] {
        let (_, err) = outcome(home.path(), &args, 2);
        assert!(err.contains(told), "{args:?}: {err}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), SCENE);
    assert_eq!(fs::read_to_string(&broken).unwrap(), "(species: [");
}

#[test]
fn scenes_and_runs_are_compared() {
    let home = Home::new();
    let (path, run) = (home.at("my.ron"), home.at("run"));
    fs::write(&path, SCENE).unwrap();
    outcome(home.path(), &["run", &path, "--ticks", "2", "--set", "species[0].count=5", "--out", &run], 0);
    let (out, _) = outcome(home.path(), &["diff", &path, &run, "--json"], 0);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let differences = told["differences"].as_array().unwrap();
    // The run has chosen its number of worlds as well.
    assert_eq!(
        differences[0],
        serde_json::json!({"path": "species[0].count", "before": "9", "after": "5", "when": "restart", "structural": false}),
        "{out}"
    );
    assert_eq!(outcome(home.path(), &["diff", &path, &path], 0).0, "no difference\n");
    let (out, _) = outcome(home.path(), &["diff", &path], 0);
    assert_eq!(out.lines().next().unwrap().split_whitespace().take(2).collect::<Vec<_>>(), ["value", "default"]);
    assert!(out.contains("species[0].count"), "{out}");
    let (out, _) = outcome(home.path(), &["diff", "boids", "first_school"], 0);
    assert!(out.lines().any(|line| line.starts_with("species ") && line.contains('…')), "{out}");
}
