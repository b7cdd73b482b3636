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
    // Genomes of the population, and the founders that its log names.
    assert!(text.contains("of 48 genomes, by what each sends in the same 24 situations"), "{text}");
    let (_, error) = outcome(home.path(), &["meaning", &run, "--seed", "3"], 2);
    assert!(error.contains("asked as it stands"), "{error}");
}

#[test]
fn what_has_no_signals_is_told_plainly() {
    let home = Home::new();
    let (_, error) = outcome(home.path(), &["meaning", "trails"], 2);
    assert!(error.contains("species `forager` has no channels: set its `signals.channels`"), "{error}");
    let (_, error) = outcome(home.path(), &["meaning", "food_call", "--cut", "9"], 2);
    assert!(error.contains("`signs`, a number of classes from 2 to 8"), "{error}");
    // Nobody ever near: channels that are sent and never heard.
    let quiet = ["meaning", "food_call", "--worlds", "1", "--ticks", "6", "--set", "species[0].count=1"];
    let (text, _) = outcome(home.path(), &quiet, 0);
    assert!(!text.contains("NaN") && text.contains("whether it is heeded is not known"), "{text}");
}

#[test]
fn meaning_over_generations_is_written_and_drawn() {
    let home = Home::new();
    let run = home.at("run");
    let set = ["--set", "measures.meaning=2", "--generations", "5", "--backend", "cpu"];
    outcome(home.path(), &[&["evolve", "food_call", "--out", &run], &set[..]].concat(), 0);
    let table = std::fs::read_to_string(home.path().join("run/meaning.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|other| other == name).unwrap();
    let [tick, what, nats, samples] = ["tick", "what", "nats", "samples"].map(column);
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let mut ticks: Vec<&str> = rows.iter().map(|row| &row[tick]).collect();
    ticks.dedup();
    assert_eq!(ticks, ["100", "500", "900"], "rollouts of 200 ticks: generations 0, 2 and 4");
    for wanted in ["entropy", "own action", "next action of the listener", "causal influence"] {
        assert!(rows.iter().any(|row| &row[what] == wanted), "{wanted}\n{table}");
    }
    let entropy = rows.iter().find(|row| &row[what] == "entropy").unwrap();
    assert!(entropy[nats].parse::<f64>().unwrap() > 0.0 && entropy[samples].parse::<u32>().unwrap() > 100);
    let page = home.at("page.html");
    outcome(home.path(), &["report", &run, "--output", &page], 0);
    let page = std::fs::read_to_string(&page).unwrap();
    assert!(page.contains("fish to fish, channel 1: what it tells of (nats)"));
}
