//! Scenes from templates.

use std::fs;

use crate::{Home, outcome};

#[test]
fn a_template_becomes_a_scene_that_runs_and_nothing_is_overwritten() {
    let home = Home::new();
    let (list, _) = outcome(home.path(), &["new"], 0);
    for name in ["school", "foragers", "hunters", "signals"] {
        assert!(list.contains(name), "{list}");
        let path = home.at(&format!("{name}.ron"));
        let (said, _) = outcome(home.path(), &["new", name, &path], 0);
        assert!(said.contains(&path), "{said}");
        outcome(home.path(), &["check", &path], 0);
        outcome(home.path(), &["run", &path, "--ticks", "20", "--quiet"], 0);
    }
    let path = home.at("school.ron");
    fs::write(&path, "mine").unwrap();
    let (_, told) = outcome(home.path(), &["new", "school", &path], 2);
    assert!(told.contains("nothing is overwritten") && fs::read_to_string(&path).unwrap() == "mine", "{told}");
    let (_, told) = outcome(home.path(), &["new", "scool", &path], 2);
    assert!(told.contains("did you mean `school`?"), "{told}");
    let (_, told) = outcome(home.path(), &["new", "school", &home.at("nowhere/a.ron")], 1);
    assert!(told.contains("nowhere"), "{told}");
}
