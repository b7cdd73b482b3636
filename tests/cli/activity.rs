//! `iwashi activity`: what lineage logs of both kinds of evolution come to beside neutral shadows, and what is said where there is none.

use serde_json::Value;

use super::*;

/// Breeds `RACE` for 40 generations, by what `fitness` says, and tells what lines that begin anew come to.
fn bred(home: &Home, seed: u32, fitness: &str) -> Value {
    let (run, seed) = (home.at(&format!("{seed}")), seed.to_string());
    let fitness = format!("species[0].fitness={fitness}");
    let sets = ["--set", "species[0].evolution.population=24", "--set", &fitness];
    let args = ["evolve", RACE, "--generations", "40", "--seed", &seed, "--backend", "cpu", "--out", &run];
    outcome(home.path(), &[&args[..], &sets[..]].concat(), 0);
    let (json, _) = outcome(home.path(), &["activity", &run, "--json"], 0);
    let told: Value = serde_json::from_str(&json).unwrap();
    told["species"][0].clone()
}

/// Activity of lines that begin anew with each tenth of a run.
fn cohorts(told: &Value) -> &Value {
    told["activity"].as_array().unwrap().iter().find(|kind| kind["components"] == "cohorts").unwrap()
}

#[test]
fn selection_shows_beyond_shadows_and_constant_fitness_does_not() {
    let home = Home::new();
    let selected = bred(&home, 7, "[(term: Distance)]");
    assert_eq!((&selected["times"], selected["births"].as_u64()), (&"generations".into(), Some(40 * 23)));
    let mean = &cohorts(&selected)["mean"];
    assert!(mean["p"].as_f64().unwrap() <= 0.02 && mean["interval"][0].as_f64().unwrap() > 0.0, "{selected}");
    // Everyone lives for the whole rollout; two of three below 0.05 come by chance once in 140 times.
    let neutral = (1..4).map(|seed| bred(&home, seed, "[(term: TimeAlive)]"));
    let chances: Vec<f64> = neutral.map(|told| cohorts(&told)["mean"]["p"].as_f64().unwrap()).collect();
    assert!(chances.iter().filter(|p| **p <= 0.05).count() < 2, "{chances:?}");

    let (run, folder) = (home.at("7"), home.at("tables"));
    let (text, _) = outcome(home.path(), &["activity", &run, "-o", &folder], 0);
    assert!(text.contains("runner: 920 births") && text.contains("gather more activity than all but"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
    let table = std::fs::read_to_string(home.path().join("tables/activity.csv")).unwrap();
    // Generations 0 to 40, the last of which is bred and not judged any more.
    assert_eq!(table.lines().count(), 1 + 3 * 41, "{table}");
    assert!(table.starts_with("species,components,time,diversity,cumulative,mean,new,") && !table.contains("NaN"));
    let table = std::fs::read_to_string(home.path().join("tables/excess.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 3 * 2, "{table}");
    let page = std::fs::read_to_string(home.path().join("7/report.html")).unwrap();
    assert!(page.contains("Evolutionary activity") && page.contains("runner: mean activity of lines"));
}

#[test]
fn a_living_school_is_read_by_who_takes_whose_place() {
    let home = Home::new();
    let run = home.at("pond");
    outcome(home.path(), &["run", POND, "--backend", "cpu", "--ticks", "600", "--quiet", "--out", &run], 0);
    let (json, _) = outcome(home.path(), &["activity", &run, "--json", "--shadows", "39"], 0);
    let told: Value = serde_json::from_str(&json).unwrap();
    let species = told["species"].as_array().unwrap();
    assert_eq!(species.iter().map(|one| one["species"].as_str().unwrap()).collect::<Vec<_>>(), ["prey", "hunter"]);
    for (one, places) in species.iter().zip([40, 6]) {
        assert_eq!(one["times"], "ticks");
        // Of founders' lines no more than there are places.
        let founders =
            one["activity"].as_array().unwrap().iter().find(|kind| kind["components"] == "founders").unwrap();
        assert!(founders["end"]["diversity"].as_u64().unwrap() <= places, "{founders}");
        assert!(founders["mean"]["p"].as_f64().unwrap() > 0.0);
    }
    let again = outcome(home.path(), &["activity", &run, "--json", "--shadows", "39"], 0).0;
    assert_eq!(json, again);
}

#[test]
fn where_nobody_descends_from_anybody_that_is_said() {
    let home = Home::new();
    let (still, sampled) = (home.at("still"), home.at("sampled"));
    outcome(home.path(), &["run", "boids", "--ticks", "5", "--backend", "cpu", "--quiet", "--out", &still], 0);
    let (text, _) = outcome(home.path(), &["activity", &still], 0);
    assert!(text.contains("no evolutionary activity to tell of: it is not bred"), "{text}");
    let set = ["--set", "species[0].evolution.strategy=Snes()", "--generations", "2", "--backend", "cpu"];
    outcome(home.path(), &[&["evolve", RACE, "--out", &sampled], &set[..]].concat(), 0);
    let (text, _) = outcome(home.path(), &["activity", &sampled], 0);
    assert!(text.contains("drawn from a distribution") && !text.contains("NaN"), "{text}");
    for (args, said) in [
        (&["nowhere"][..], "nowhere"),
        (&[&*sampled, "--species", "whale"], "has no species `whale`"),
        (&[&*sampled, "--shadows", "9"], "39..=10000"),
    ] {
        let (_, error) = outcome(home.path(), &[&["activity"], args].concat(), 2);
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
