//! `iwashi probe`: questions to a scene and to a run, and those that cannot be put.

use std::fs;

use serde_json::Value;

use super::*;

#[test]
fn a_scene_is_asked_and_answers_in_text_json_and_a_table() {
    let home = Home::new();
    let (text, _) = outcome(home.path(), &["probe", "food_call", "--pairs", "12"], 0);
    for part in
        ["with the genomes that ship", "mute: nothing heard", "scramble: ", "falls by", "Who emits what matters"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("NaN") && !text.contains(" 0.0000 "), "{text}");

    let table = home.at("pairs.csv");
    let args = ["probe", "food_call", "--pairs", "8", "--test", "mute,blind:3,noise:0.1", "--channel", "1", "--json"];
    let (json, _) = outcome(home.path(), &[&args[..], &["--csv", &table]].concat(), 0);
    let told: Value = serde_json::from_str(&json).unwrap();
    let findings = told["findings"].as_array().unwrap();
    assert_eq!((told["pairs"].as_u64(), findings.len() % 3), (Some(8), 0));
    for finding in findings {
        match finding["effect"].as_str() {
            Some("measured") => {
                let p = finding["p"].as_f64().unwrap();
                assert!(p > 0.0 && p <= finding["p_corrected"].as_f64().unwrap(), "{finding}");
                assert!(finding["interval"][0].as_f64() <= finding["difference"].as_f64(), "{finding}");
            }
            Some("no pair differs") => assert_eq!(finding["unchanged"], finding["changed"]),
            _ => panic!("{finding}"),
        }
    }
    let rows = fs::read_to_string(&table).unwrap();
    assert_eq!(rows.lines().next(), Some("test,species,quantity,pair,unchanged,changed"));
    assert_eq!(rows.lines().count(), 1 + 8 * findings.len());
    let again = outcome(home.path(), &[&args[..], &["--threads", "1"]].concat(), 0).0;
    assert_eq!(json, again, "one thread says the same");
}

#[test]
fn a_run_is_asked_as_it_stands_and_stays_as_it_is() {
    let home = Home::new();
    let run = home.at("run");
    let args = ["run", POND, "--backend", "cpu", "--ticks", "60", "--quiet", "--out", &run];
    outcome(home.path(), &args, 0);
    let files = || {
        let mut all: Vec<_> = fs::read_dir(&run).unwrap().map(|entry| entry.unwrap().path()).collect();
        all.sort();
        all.into_iter().filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let before = files();
    let (text, _) = outcome(home.path(), &["probe", &run, "--pairs", "6", "--ticks", "40", "--test", "delay:9"], 0);
    assert!(
        text.contains("at tick 60, as it stands") && text.contains("delay:9: signals heard 9 ticks late"),
        "{text}"
    );
    // Six pairs are too few for so many comparisons, and that is said.
    assert!(text.contains("Take more --pairs"), "{text}");
    let args = ["probe", &run, "--pairs", "6", "--ticks", "40", "--start", "fresh"];
    let (text, _) = outcome(home.path(), &args, 0);
    assert!(text.contains("its genomes in fresh worlds"), "{text}");
    assert_eq!(files(), before);
}

#[test]
fn what_cannot_be_asked_is_said_plainly() {
    let home = Home::new();
    let shipped = "shipped:rivals.red";
    for (args, said) in [
        (&["boids"][..], "boids has no signals to probe"),
        (&["grazers"], "has no signals to probe"),
        (&["food_call", "--test", "deaf"], "there are mute, scramble"),
        (&["food_call", "--test", "blind:7"], "senses 0 to 4"),
        (&["food_call", "--test", "swap", "--channel", "2"], "swapping takes two channels"),
        (&["food_call", "--channel", "3"], "there are channels 1 to 2"),
        (&["food_call", "--pairs", "5"], "of fewer than 6 pairs nothing can be said"),
        (&["food_call", "--test", "forget"], "has no memory to clear"),
        (&["food_call", "--test", "cut:0.99.0"], "none from 99 to 0"),
        (&["food_call", "--species", "whale"], "has no species `whale`"),
        (&["food_call", "--start", "living"], "a scene has nobody living yet"),
        (&["food_call", "--genomes", shipped], "shipped:rivals.red"),
        (&["nowhere"], "cannot read scene `nowhere`"),
        (&["."], "is not a run folder"),
    ] {
        let (_, error) = outcome(home.path(), &[&["probe"], args].concat(), 2);
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
