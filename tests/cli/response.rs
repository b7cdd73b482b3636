//! `iwashi response`: what a school does when a hunter comes near, and what is said where there is nothing to watch.

use std::fs;

use serde_json::Value;

use super::*;

#[test]
fn a_school_is_watched_and_answers_in_text_json_and_tables() {
    let home = Home::new();
    let (text, _) = outcome(home.path(), &["response", "alarm", "--worlds", "8"], 0);
    for part in ["fish when a hunter comes within 9 BL", "blind senses: lantern's 0", "share turned > 90°", "corrected"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("NaN") && !text.contains(" 0.0000 "), "{text}");

    let folder = home.at("tables");
    let args = [
        "response",
        "rivals",
        "--worlds",
        "6",
        "--members",
        "1",
        "--near",
        "4",
        "--within",
        "1.5",
        "--json",
        "-o",
        &folder,
    ];
    let (json, _) = outcome(home.path(), &args, 0);
    let told: Value = serde_json::from_str(&json).unwrap();
    let pairs = told["pairs"].as_array().unwrap();
    let names: Vec<_> = pairs.iter().map(|pair| pair["threat"].as_str().unwrap()).collect();
    assert_eq!(names, ["red", "blue"], "each bites the other");
    let approaches: u64 = pairs.iter().map(|pair| pair["approaches"].as_u64().unwrap()).sum();
    let table = fs::read_to_string(home.path().join("tables/approaches.csv")).unwrap();
    assert!(approaches > 0 && table.lines().count() as u64 == 1 + approaches && !table.contains("NaN"), "{table}");
    let table = fs::read_to_string(home.path().join("tables/worlds.csv")).unwrap();
    assert_eq!(table.lines().next(), Some("threat,prey,quantity,world,perceived,unawares"));
    let again = outcome(home.path(), &[&args[..], &["--threads", "1"]].concat(), 0).0;
    assert_eq!(json, again, "one thread says the same");
}

#[test]
fn what_cannot_be_watched_is_said_plainly() {
    let home = Home::new();
    let (text, _) = outcome(home.path(), &["response", "rivals", "--worlds", "6", "--near", "0.001"], 0);
    assert!(text.contains("In no world did a `red` come within 0.001 BL") && !text.contains("NaN"), "{text}");
    for (args, said) in [
        (&["boids"][..], "boids has one species"),
        (&["deceit"], "has one species"),
        (&["mixed"], "no species bites such another"),
        (&["alarm", "--to", "whale"], "has no species `whale`"),
        (&["alarm", "--to", "fish", "--of", "fish"], "`fish` does not threaten itself"),
        (&["alarm", "--worlds", "5"], "of fewer than 6 worlds nothing can be said"),
        (&["alarm", "--seconds", "3"], "ticks are too few"),
        (&["alarm", "--near", "0"], "expected a distance in BL"),
    ] {
        let (_, error) = outcome(home.path(), &[&["response"], args].concat(), 2);
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
