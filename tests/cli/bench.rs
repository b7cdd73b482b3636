//! `iwashi bench`: what it tells, and what it refuses. No time is ever asserted: machines differ, and are busy.

use serde_json::Value;

use crate::{Home, POND, RACE, outcome};

/// A bench as short as can be.
fn short<'a>(scene: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let flags = ["--backend", "cpu", "--threads", "2", "--ticks", "3", "--repeats", "2"];
    ["bench", scene].into_iter().chain(flags).chain(more.iter().copied()).collect()
}

fn json(out: &str) -> Value {
    assert_eq!(out.lines().count(), 1, "one object and nothing else: {out}");
    serde_json::from_str(out).unwrap()
}

#[test]
fn a_bench_tells_rates_and_stages_beside_what_the_machine_could_do() {
    let home = Home::new();
    let (out, _) = outcome(home.path(), &short(POND, &["--json", "--seed", "5"]), 0);
    let told = json(&out);
    assert_eq!((told["scene"].as_str(), told["seed"].as_u64()), (Some("pond"), Some(5)));
    assert_eq!((told["ticks"].as_u64(), told["repeats"].as_u64()), (Some(3), Some(2)));
    assert_eq!((told["backend"].as_str(), told["shape"].as_str()), (Some("cpu"), Some("spread")));
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{value} in {told}"));
    let rate = |name: &str| number(&told["agent_steps_per_second"][name]);
    assert!(0.0 < rate("lowest") && rate("lowest") <= rate("median") && rate("median") <= rate("highest"));
    assert!(number(&told["agents"]) > 0.0 && number(&told["predicted_ns"]) > 0.0 && number(&told["expected_ns"]) > 0.0);
    let stages = told["stages"].as_array().unwrap();
    for stage in stages {
        // What is done at tick boundaries is no stage of a tick, and the only thing without a bound.
        assert_eq!(stage["predicted_ns"].is_null(), stage["stage"] == "boundary", "{stage}");
        assert_eq!(stage["expected_ns"].is_null(), stage["stage"] == "boundary", "{stage}");
        assert!(number(&stage["measured_ns"]) >= 0.0);
    }
    let named = |name: &str| stages.iter().any(|stage| stage["stage"] == name);
    assert!(["bin", "sense", "think", "boundary"].into_iter().all(named), "{out}");

    let (text, _) = outcome(home.path(), &short(POND, &[]), 0);
    for wanted in ["agent-steps a second", "machine: reads", "at least", "expected", "sense", "boundary"] {
        assert!(text.contains(wanted), "{text}");
    }
    assert!(!home.path().join("iwashi").exists(), "a bench keeps no run");
}

#[test]
fn packed_worlds_are_told_as_one_stage() {
    let home = Home::new();
    let (out, _) = outcome(home.path(), &short(RACE, &["--json"]), 0);
    let told = json(&out);
    assert_eq!((told["shape"].as_str(), told["worlds"].as_u64()), (Some("packed"), Some(2)));
    let stages: Vec<_> = told["stages"].as_array().unwrap().iter().map(|s| s["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["all stages", "boundary"]);
}

#[test]
fn a_bench_is_compared_with_one_before() {
    let home = Home::new();
    let (out, _) = outcome(home.path(), &short(POND, &["--json"]), 0);
    let before = home.file("before.json", &out);
    let (out, _) =
        outcome(home.path(), &["bench", POND, "--backend", "cpu", "--against", &before, "--repeats", "2", "--json"], 0);
    let told = json(&out);
    assert_eq!(told["ticks"].as_u64(), Some(3), "as many as before");
    assert!(told["against"]["ratio"].as_f64() > Some(0.0), "{out}");

    // Figures a thousand times as high and as low are beyond any spread; equal ones are not.
    let scaled = |factor: f64| {
        let mut figures: Value = serde_json::from_str(&std::fs::read_to_string(&before).unwrap()).unwrap();
        let rates = figures["agent_steps_per_second"].as_object_mut().unwrap();
        rates.values_mut().for_each(|rate| *rate = (rate.as_f64().unwrap() * factor).into());
        home.file("scaled.json", &figures.to_string())
    };
    for factor in [1e-3, 1e3] {
        let (out, _) = outcome(home.path(), &short(POND, &["--json", "--against", &scaled(factor)]), 0);
        assert_eq!(json(&out)["against"]["beyond_the_spread"], true, "{out}");
    }
    let mut wide: Value = serde_json::from_str(&std::fs::read_to_string(&before).unwrap()).unwrap();
    wide["agent_steps_per_second"]["lowest"] = 1.into();
    wide["agent_steps_per_second"]["highest"] = 1e15.into();
    let wide = home.file("wide.json", &wide.to_string());
    let set = "species[0].body.cruise=0.5";
    let (text, _) = outcome(home.path(), &short(POND, &["--set", set, "--against", &wide]), 0);
    assert!(text.contains("no difference beyond the spread"), "{text}");
    assert!(text.contains(&format!("set: {set}, was nothing")), "{text}");
}

#[test]
fn what_cannot_be_compared_or_timed_is_refused() {
    let home = Home::new();
    let (out, _) = outcome(home.path(), &short(POND, &["--json"]), 0);
    let pond = home.file("pond.json", &out);
    let gpu = home.file("gpu.json", &out.replace("\"cpu\"", "\"gpu\""));
    let part = home.file("part.json", &out[..out.len() / 2]);
    let upside_down = home.file("upside_down.json", &out.replace("\"lowest\":", "\"lowest\":1e30,\"was\":"));
    let twice = home.file("twice.json", &out.repeat(2));
    let other = home.file("other.json", "{\"scene\": \"pond\"}");
    let cases: &[(&[&str], &str)] = &[
        (&["bench", "no_such_scene"], "no_such_scene"),
        (&["bench", POND, "--ticks", "0"], "0 is not in 1"),
        (&["bench", POND, "--repeats", "0"], "0 is not in 1"),
        (&["bench", POND, "--set", "species[0].coun=5"], "count"),
        (&["bench", "boids", "--set", "species[0].count=0"], "without agents"),
        (&["bench", POND, "--out", "run"], "--out"),
        (&["bench", POND, "--against", "gone.json"], "cannot read gone.json"),
        (&["bench", RACE, "--against", &pond], "the scene is `race` now and `pond` in"),
        (&["bench", POND, "--backend", "cpu", "--against", &gpu], "the backend is `cpu` now and `gpu` in"),
        (&["bench", POND, "--against", &part], "part.json is not what `iwashi bench SCENE --json` writes"),
        (&["bench", POND, "--against", &twice], "trailing characters"),
        (&["bench", POND, "--against", &other], "missing field"),
        (&["bench", POND, "--against", &upside_down], "agent-steps a second"),
    ];
    for (args, wanted) in cases {
        let (out, err) = outcome(home.path(), args, 2);
        assert!(err.contains(wanted), "{args:?} told {err:?}, without {wanted:?}");
        assert!(out.is_empty() && !err.contains("panicked"), "{args:?} told {out} and {err}");
    }
}
