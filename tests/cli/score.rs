//! `iwashi score`: genomes on held-out seeds, in the scene they were bred in and in a changed one; and what it refuses.

use super::*;

fn object(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn genomes_are_scored_side_by_side_and_in_changed_scenes() {
    let home = Home::new();
    let score = |more: &[&str]| {
        let args = ["score", "rivals", "shipped:rivals.red", "scene", "--seeds", "6"];
        outcome(home.path(), &[&args, more].concat(), 0).0
    };
    let table = score(&[]);
    assert!(table.contains("fitness on 6 held-out seeds of rivals, species red"), "{table}");
    assert!(table.contains("scene - shipped:rivals.red"), "{table}");
    let told = object(&score(&["--json"]));
    let mean = |name: &str| told[name]["mean"].as_f64().unwrap();
    assert!(mean("shipped:rivals.red") > mean("scene"), "trained beats random: {told}");
    assert_eq!(told["scene"]["seeds"].as_array().map(Vec::len), Some(6));
    assert_eq!(told, object(&score(&["--json", "--threads", "1"])));
    // A school of another size, and one that loses all but a few.
    let other = object(&score(&["--json", "--set", "species[red].count=16"]));
    assert_ne!(other["shipped:rivals.red"], told["shipped:rivals.red"]);
    let removals = "rollout.removals=[(tick: 5, species: \"red\", share: 0.9)]";
    let fewer = object(&score(&["--json", "--set", removals]));
    assert!(fewer["shipped:rivals.red"]["mean"].as_f64().unwrap() < mean("shipped:rivals.red"));
}

#[test]
fn a_set_of_neighbours_may_be_of_another_size() {
    let home = Home::new();
    let scene = std::fs::read_to_string("scenes/rivals.ron").unwrap();
    let few = scene
        .replace("controller: Mlp(hidden: [8])", "controller: Attention(heads: 1, keys: 2, values: 2, hidden: [])")
        .replacen("Nearest(species: [\"blue\"], k: 1", "Nearest(species: [\"blue\"], k: 5", 1);
    let (path, run) = (home.at("few.ron"), home.at("run"));
    std::fs::write(&path, &few).unwrap();
    outcome(home.path(), &["evolve", &path, "--generations", "1", "--quiet", "--out", &run], 0);
    let genomes = format!("{run}/genomes/0-red-best.safetensors");
    for k in [1, 20] {
        let path = home.at(&format!("{k}.ron"));
        std::fs::write(&path, few.replace("k: 5", &format!("k: {k}"))).unwrap();
        let (table, _) = outcome(home.path(), &["score", &path, &genomes, "--seeds", "2"], 0);
        assert!(table.contains("species red"), "{table}");
    }
    let (_, told) = outcome(home.path(), &["score", "rivals", &genomes], 2);
    assert!(told.contains("does not fit species `red`: the controller is attention-mean"), "{told}");
}

#[test]
fn what_cannot_be_scored_says_why() {
    let home = Home::new();
    let refused = |args: &[&str]| outcome(home.path(), args, 2).1;
    let told = refused(&["score", "rivals", "shipped:rivals.red", "--species", "rod"]);
    assert!(told.contains("rivals has no species `rod`; it has `red`, `blue` (say which with --species)"), "{told}");
    let told = refused(&["score", "rivals", "scene"]);
    assert!(told.contains("say with --species who is scored"), "{told}");
    let told = refused(&["score", "boids", "scene"]);
    assert!(told.contains("species `fish` of boids has no fitness to be scored by"), "{told}");
}
