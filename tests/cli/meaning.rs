//! `iwashi meaning`: what signals tell and do, of scenes and of runs, and what it says where there is nothing to tell.

use super::*;

#[test]
fn scripted_populations_are_told_apart() {
    let home = Home::new();
    let args = ["meaning", "comm_metrics", "--worlds", "4", "--ticks", "150", "--backend", "cpu", "--json"];
    let told: serde_json::Value = serde_json::from_str(&outcome(home.path(), &args, 0).0).unwrap();
    let pairs = told["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 4, "each hears itself alone");
    for pair in pairs {
        let name = pair["speaker"].as_str().unwrap();
        let channel = &pair["channels"][0];
        let food = &channel["about"][0];
        assert_eq!(food["what"], "food here");
        assert_eq!(food["together"].as_f64().unwrap() <= 0.05, name.starts_with("told"), "{pair}");
        let causal = channel["influence"]["causal"].as_f64().unwrap();
        assert_eq!(causal > 0.0, name.ends_with("_heeded"), "{pair}");
    }
    let (text, _) = outcome(home.path(), &["meaning", "comm_metrics", "--worlds", "2", "--ticks", "60"], 0);
    assert!(text.contains("told_ignored to told_ignored, channel 1, cut by sign"), "{text}");
    assert!(text.contains("it is heeded") && text.contains("nobody heeds it") && !text.contains("NaN"), "{text}");
    let (again, _) =
        outcome(home.path(), &["meaning", "comm_metrics", "--worlds", "2", "--ticks", "60", "--threads", "1"], 0);
    assert_eq!(text, again, "whatever the threads");
}

#[test]
fn a_run_is_listened_to_as_it_stands() {
    let home = Home::new();
    let run = home.at("run");
    outcome(home.path(), &["evolve", "food_call", "--generations", "2", "--backend", "cpu", "--out", &run], 0);
    let (text, _) = outcome(home.path(), &["meaning", &run, "--cut", "4", "--ticks", "60", "--worlds", "3"], 0);
    assert!(text.contains("channel 2, cut into 4 classes") && text.contains("all channels together"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
    let (_, error) = outcome(home.path(), &["meaning", &run, "--seed", "3"], 2);
    assert!(error.contains("asked as it stands"), "{error}");
}

#[test]
fn what_has_no_signals_is_told_plainly() {
    let home = Home::new();
    let (_, error) = outcome(home.path(), &["meaning", "trails"], 2);
    assert!(error.contains("species `forager` has no channels: set its `signals.channels`"), "{error}");
    let (_, error) = outcome(home.path(), &["meaning", "food_call", "--cut", "9"], 2);
    assert!(error.contains("`signs`, or a number of classes from 2 to 8"), "{error}");
    // Nobody ever near: channels that are sent and never heard.
    let quiet = ["meaning", "food_call", "--worlds", "1", "--ticks", "6", "--set", "species[0].count=1"];
    let (text, _) = outcome(home.path(), &quiet, 0);
    assert!(!text.contains("NaN") && text.contains("whether it is heeded is not known"), "{text}");
}
