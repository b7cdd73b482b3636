//! `iwashi genomes` and `iwashi merge`: what is in genome files, and one genome of two.

use super::*;

#[test]
fn files_are_listed_shown_and_compared() {
    let home = Home::new();
    let (all, _) = outcome(home.path(), &["genomes", "list"], 0);
    assert!(all.contains("shipped:rivals.red") && all.contains("dense 11 > 8 tanh > 3 tanh"), "{all}");
    let (shown, _) = outcome(home.path(), &["genomes", "show", "shipped:rivals.red", "--json"], 0);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["genome"].as_array().unwrap().len(), 123);
    assert_eq!(shown["layers"].as_array().unwrap().len(), 2);
    let (same, _) = outcome(home.path(), &["genomes", "diff", "shipped:rivals.red", "shipped:rivals.red"], 0);
    assert!(same.lines().last().unwrap().contains("0.0000   1.0000"), "{same}");

    let (_, error) = outcome(home.path(), &["genomes", "show", "shipped:rivals.red", "--row", "900"], 2);
    assert!(error.contains("genomes 0 to 31"), "{error}");
    let (_, error) = outcome(home.path(), &["genomes", "diff", "shipped:rivals.red", "shipped:food_call.fish"], 2);
    assert!(error.contains("dense 11") && error.contains("dense 17"), "{error}");
    let (_, error) = outcome(home.path(), &["genomes", "list", &home.at("")], 2);
    assert!(error.contains("no .safetensors files in"), "{error}");
}

#[test]
fn a_child_is_made_and_scored_beside_its_parents() {
    let home = Home::new();
    let child = home.at("child.safetensors");
    let merge = |more: &[&str], code| {
        let args = [&["merge", "shipped:rivals.red", "shipped:rivals.blue", "-o", &child], more].concat();
        outcome(home.path(), &args, code)
    };
    let scored = ["--scene", "rivals", "--seeds", "6", "--json"];
    let (text, _) = merge(&[&["-w", "0"], &scored[..]].concat(), 0);
    let object: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scores = &object["scores"];
    assert_eq!(scores["child"], scores["first"], "nothing of the second is the first");
    assert_eq!(scores["child"]["seeds"].as_array().unwrap().len(), 6);
    assert_ne!(scores["first"], scores["second"]);
    let (same, _) = outcome(home.path(), &["genomes", "diff", &child, "shipped:rivals.red"], 0);
    assert!(same.lines().last().unwrap().contains("0.0000   1.0000"), "{same}");

    // A layer of each.
    merge(&["--by-layer", "0,1"], 0);
    let (parts, _) = outcome(home.path(), &["genomes", "diff", &child, "shipped:rivals.red", "--json"], 0);
    let parts: serde_json::Value = serde_json::from_str(&parts).unwrap();
    let distance = |layer: usize| parts["layers"][layer]["distance"].as_f64().unwrap();
    assert!(distance(0) == 0.0 && distance(1) > 1.0, "{parts}");

    for (more, told) in [
        (&["--by-layer", "1"][..], "2 layers: 11 > 8 tanh, 8 > 3 tanh"),
        (&["--weight", "1.5"], "from 0 to 1"),
        (&["--scene", "food_call"], "no species `red`; it has `fish`"),
        (&["--scene", "food_call", "--species", "fish"], "does not fit species `fish`"),
    ] {
        let (_, error) = merge(more, 2);
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn many_are_merged_by_soup_and_by_what_they_have_beyond_a_base() {
    let home = Home::new();
    let (red, blue, child) = ("shipped:rivals.red", "shipped:rivals.blue", home.at("child.safetensors"));
    let merge = |more: &[&str], code| {
        let args = [&["merge", "-o", &child], more].concat();
        outcome(home.path(), &args, code)
    };
    let same_as = |file: &str| {
        let (text, _) = outcome(home.path(), &["genomes", "diff", &child, file], 0);
        text.lines().last().unwrap().contains("0.0000   1.0000")
    };
    merge(&[red, red, red, "--soup"], 0);
    assert!(same_as(red));
    // What red has beyond blue, added to blue, is red; of TIES with everything kept too.
    merge(&[red, blue, "--base", blue], 0);
    assert!(same_as(red));
    merge(&[red, red, "--base", blue, "--ties", "1"], 0);
    assert!(same_as(red));
    merge(&[red, blue, "--base", blue, "--ties", "0.2", "--drop", "0.5", "--scale", "-0.5"], 0);
    assert!(!same_as(red) && !same_as(blue));
    // Two sides that bred apart do not mix: the greedy soup is the better one, or the better two.
    let scored = ["--greedy", "--scene", "rivals", "--seeds", "4", "--json"];
    let (text, _) = merge(&[&[red, blue, red], &scored[..]].concat(), 0);
    let object: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(object["merged"].as_str().unwrap().starts_with("greedy soup of shipped:rivals."), "{object}");
    assert_eq!(object["scores"]["parent 3"], object["scores"]["first"]);
    for (more, told) in [
        (&[red, blue, red][..], "3 genomes: say with --soup, --greedy or --base"),
        (&[red, blue, "--greedy"], "--scene"),
        (&[red, blue, "--ties", "0.2"], "--base"),
        (&[red, blue, "--base", blue, "--drop", "1"], "but not 1"),
        (&[red, blue, "--soup", "--slerp"], "cannot be used with"),
        (&[red, blue, "--base", "shipped:food_call.fish"], "of different architectures"),
    ] {
        let (_, error) = merge(more, 2);
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn files_are_written_beside_where_one_stands() {
    let home = Home::new();
    let args = ["merge", "shipped:rivals.red", "shipped:rivals.blue", "-o", "child.safetensors"];
    iwashi(home.path(), &args).current_dir(home.path()).assert().success();
    assert!(home.path().join("child.safetensors").exists());
}

#[test]
fn graphs_are_shown_node_by_node_and_are_never_mixed() {
    let home = Home::new();
    let run = home.at("run");
    let graph = ["--set", "species[0].controller=Graph(hidden: 1)", "--set", "species[0].evolution.strategy=Neat()"];
    let args = [&["evolve", RACE, "--generations", "12", "--quiet", "--out", &run][..], &graph].concat();
    outcome(home.path(), &args, 0);
    let file = home.at("run/genomes/0-runner-best.safetensors");
    let (shown, _) = outcome(home.path(), &["genomes", "show", &file], 0);
    assert!(
        shown.contains("controller   graph 6 > 3, 16 nodes, 82 edges") && shown.contains(" hidden nodes, "),
        "{shown}"
    );
    for node in ["out0   linear", "out1   linear", "out2   linear", "in0 × ", "h0     tanh"] {
        assert!(shown.contains(node), "no {node} in {shown}");
    }
    let (json, _) = outcome(home.path(), &["genomes", "show", &file, "--json"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let nodes = json["graph"]["nodes"].as_array().unwrap().len() as u64;
    assert_eq!(nodes, 3 + json["graph"]["hidden"].as_u64().unwrap());
    for command in [&["genomes", "diff", &file, &file][..], &["merge", &file, &file, "-o", &home.at("child")]] {
        let (_, error) = outcome(home.path(), command, 2);
        assert!(error.contains("hold graphs, whose numbers do not match one by one"), "{error}");
    }

    // Such a file is a start for others, and for a school that does not evolve.
    let again = home.at("again");
    let args = ["evolve", RACE, "--generations", "2", "--quiet", "--from", &file, "--out", &again];
    outcome(home.path(), &[&args[..], &graph].concat(), 0);
    let file = format!("species[0].genomes={file}");
    let still = ["run", RACE, "--ticks", "20", "--set", "species[0].evolution=Off", "--set", graph[1], "--set", &file];
    outcome(home.path(), &still, 0);
    // Of other bounds it is of another architecture.
    let smaller = ["--set", "species[0].controller.nodes=15"];
    let (_, error) = outcome(home.path(), &[&still[..], &smaller].concat(), 2);
    assert!(error.contains("16 nodes") && error.contains("15 nodes"), "{error}");
}
