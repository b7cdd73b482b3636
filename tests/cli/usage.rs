//! Every command on good and bad input.

use crate::{Home, POND, RACE, digest, outcome};

#[test]
fn a_run_ends_with_its_digest_and_leaves_a_folder() {
    let home = Home::new();
    let out = home.at("run");
    let (text, _) = outcome(home.path(), &["run", POND, "--ticks", "60", "--out", &out], 0);
    assert!(text.starts_with("Pond: tick 60, "), "{text}");
    assert!(text.contains(&format!("results: {out}\n")), "{text}");
    let whole = digest(&text);
    let wanted =
        ["scene.ron", "run.ron", "commands.ron", "metrics.csv", "generations.csv", "lineage.csv", "checkpoints"];
    for name in wanted.into_iter().chain(["genomes/0-prey.safetensors", "genomes/1-hunter-best.safetensors"]) {
        assert!(home.path().join("run").join(name).exists(), "{name} is missing");
    }
    let metrics = std::fs::read_to_string(home.path().join("run/metrics.csv")).unwrap();
    assert!(metrics.starts_with("tick,seconds,species,population,births,"), "{metrics}");
    assert_eq!(metrics.lines().count(), 3, "a row for each species at tick 50");

    let (quiet, _) = outcome(home.path(), &["run", POND, "--ticks", "60", "--quiet"], 0);
    assert_eq!(quiet, format!("digest: {whole}\n"));
    let runs = home.path().join("iwashi/runs");
    assert_eq!(std::fs::read_dir(runs).unwrap().count(), 1, "without --out runs go to the data folder");

    let (json, _) = outcome(home.path(), &["run", POND, "--ticks", "60", "--json", "--seed", "9"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["tick"].as_u64(), json["seed"].as_u64()), (Some(60), Some(9)));
    assert_ne!(json["digest"].as_str(), Some(whole.as_str()), "another seed, another run");
}

#[test]
fn flags_are_written_into_the_effective_scene() {
    let home = Home::new();
    let out = home.at("run");
    let set = "species[0].body.cruise=3.25";
    let args = ["run", RACE, "--ticks", "5", "--worlds", "3", "--seed", "77", "--set", set, "--quiet", "--out", &out];
    outcome(home.path(), &args, 0);
    let scene = iwashi::scene::load(&home.at("run/scene.ron")).unwrap().spec;
    assert_eq!((scene.seed, scene.rollout.worlds, scene.species[0].body.cruise), (77, 3, 3.25));
    outcome(home.path(), &["check", &home.at("run/scene.ron")], 0);
}

#[test]
fn generations_are_counted_for_either_kind() {
    let home = Home::new();
    let out = home.at("race");
    let (text, _) = outcome(home.path(), &["evolve", RACE, "--generations", "3", "--out", &out], 0);
    assert!(text.contains("Race: tick 120, generation 3, "), "{text}");
    let generations = std::fs::read_to_string(home.path().join("race/generations.csv")).unwrap();
    assert_eq!(generations.lines().count(), 4, "{generations}");
    let (text, _) = outcome(home.path(), &["evolve", POND, "--generations", "1", "--set", "events=[]"], 0);
    assert!(text.contains(", generation 1, "), "{text}");
    assert!(text.contains("    tick      gen species"), "the live table is shown: {text}");
    digest(&text);
}

#[test]
fn trained_genomes_that_do_not_ship_are_told_with_those_that_do() {
    let home = Home::new();
    for scene in ["boids", POND] {
        let (_, err) = outcome(home.path(), &["run", scene, "--ticks", "5", "--trained"], 2);
        assert!(err.contains(&format!("no trained genomes ship for `{scene}`; they do for first_school, ")), "{err}");
    }
    let set = "species[0].genomes=\"shipped:pond.whale\"";
    let (_, err) = outcome(home.path(), &["run", POND, "--ticks", "5", "--set", set], 2);
    assert!(err.contains("no genomes `shipped:pond.whale` ship: one of shipped:first_school.prey, "), "{err}");
}

#[test]
fn bad_usage_is_told_with_code_2() {
    let home = Home::new();
    let full = home.at("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(home.path().join("full/mine.txt"), "precious").unwrap();
    let bad_log = home.file("log.ron", "(tick: 1, command: Fly)\n");
    let late = home.file("late.ron", "(tick: 3, command: Set(path: \"species[0].count\", value: \"5\"))\n");
    let cases: &[(&[&str], &str)] = &[
        (&["run", "no_such_scene", "--ticks", "5"], "no_such_scene"),
        (&["run", POND], "--ticks"),
        (&["run", POND, "--ticks", "0"], "0"),
        (&["run", POND, "--ticks", "5", "--threads", "0"], "0"),
        (&["run", POND, "--ticks", "5", "--backend", "abacus"], "abacus"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].coun=5"], "count"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].count"], "PATH=VALUE"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].body.cruise=fast"], "species[0].body.cruise=fast"),
        (&["run", POND, "--ticks", "5", "--out", &full], "nothing is overwritten"),
        (&["run", POND, "--ticks", "5", "--commands", &bad_log], "line 1 of the command log"),
        (&["run", POND, "--ticks", "5", "--commands", &late], "cannot change while the simulation runs"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].count=4000000", "--worlds", "65536"], "rollout.worlds"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].genomes=\"gone.safetensors\""], "gone.safetensors"),
        (
            &["evolve", RACE, "--generations", "5", "--set", "species[0].controller=Graph()"],
            "`species[0].evolution.strategy` changes genomes number by number, but the `controller` of `runner` is a Graph: \
             Neat, or another `controller`",
        ),
        (
            &["evolve", RACE, "--generations", "5", "--set", "species[0].evolution.strategy=Neat()"],
            "`species[0].evolution.strategy` is Neat, which grows graphs, but the `controller` of `runner` is none: \
             `controller: Graph`, or another strategy",
        ),
        (
            &["run", POND, "--ticks", "5", "--set", "species[0].controller=Graph()"],
            "`species[0].evolution` is Turnover, which changes genomes number by number, but the `controller` of `prey` is a \
             Graph: Generational(strategy: Neat), or Off with a file of `genomes`",
        ),
        (&["run", RACE, "--ticks", "5", "--set", "species[0].controller=Graph(nodes: 257)"], "256"),
        (&["evolve", "boids", "--generations", "5"], "nothing evolves"),
        (&["evolve", POND, "--ticks", "5", "--minutes", "1"], "cannot be used with"),
        (&["evolve", POND, "--minutes", "NaN"], "minutes"),
        (&["resume", &full], "not a run folder"),
        (&["replay", "nowhere"], "not a run folder"),
        (&["schema", "species[].fins"], "species[].fins"),
        (&["check"], "SCENE"),
        (&["boids", "swim"], "swim"),
        (&["--ticks"], "--ticks"),
    ];
    for (args, wanted) in cases {
        let (out, err) = outcome(home.path(), args, 2);
        assert!(err.contains(wanted), "{args:?} told {err:?}, without {wanted:?}");
        assert!(!out.contains("digest"), "{args:?} ran: {out}");
        assert!(!err.contains("panicked"), "{err}");
    }
    assert_eq!(std::fs::read_dir(&full).unwrap().count(), 1, "nothing was added to the full folder");
}

#[test]
fn scripts_are_rehearsed_before_the_run() {
    let home = Home::new();
    let run = home.at("run");
    let script = home.file(
        "script.ron",
        "// line 1\n\
         (tick: 10, command: Set(path: \"species[1].body.top_speed\", value: \"9\"))\n\
         (tick: 20, command: Set(path: \"species[1].body.cruise\", value: \"8\"))\n\
         (tick: 4000, command: Set(path: \"species[1].body.cruise\", value: \"9.5\"))\n\
         (tick: 4000, command: Cull(species: \"whale\", share: 0.5))\n",
    );
    let (_, err) = outcome(home.path(), &["run", POND, "--ticks", "30", "--commands", &script, "--out", &run], 2);
    assert!(err.contains("script.ron: line 4 of the command log: ") && err.contains("top_speed"), "{err}");
    assert!(err.contains("script.ron: line 5 of the command log: there is no species `whale`"), "{err}");
    assert!(!err.contains("line 3") && err.contains("`prey`, `hunter`"), "{err}");
    assert!(!std::path::Path::new(&run).exists(), "nothing was begun");

    let late = home.file("late.ron", "(tick: 30, command: Cull(species: \"prey\", share: 0.5))\n(tick: 31, command: Cull(species: \"prey\", share: 0.5))\n");
    let (_, err) = outcome(home.path(), &["run", POND, "--ticks", "30", "--commands", &late, "--out", &run], 0);
    assert!(err.contains("late.ron: from line 2 on (1 of 2 commands)") && err.contains("tick 30"), "{err}");
}

#[test]
fn check_shows_every_problem() {
    let home = Home::new();
    let (ok, _) = outcome(home.path(), &["check", "boids", POND, RACE], 0);
    assert_eq!(ok.lines().filter(|line| line.ends_with(": ok")).count(), 3, "{ok}");
    let bad = home.file("bad.ron", "(version: 1, dt: 7.0, species: [(name: \"a\", cuont: 3)])");
    let (out, _) = outcome(home.path(), &["check", "boids", &bad], 2);
    assert!(out.contains("`dt`") && out.contains("cuont") && out.contains("bad.ron:1:"), "{out}");
    let (json, _) = outcome(home.path(), &["check", "--json", &bad], 2);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!((json["ok"].as_bool(), json["problems"][0]["line"].as_u64()), (Some(false), Some(1)));
    let binary = home.path().join("noise.ron");
    std::fs::write(&binary, [0xff, 0x00, 0xfe]).unwrap();
    outcome(home.path(), &["check", &binary.display().to_string()], 2);
}

#[test]
fn check_shows_where_sizes_and_genomes_stand() {
    let home = Home::new();
    let wide = "256, 256, 256, 256, 256, 256, 256";
    let text = format!(
        "(species: [\n  (name: \"a\", count: 8, controller: Mlp(hidden: [{wide}]),\n\
         evolution: Generational(\n    population: 100000), fitness: [()]),\n\
         (name: \"b\",\n      genomes: \"gone.safetensors\"),\n])"
    );
    let huge = home.file("huge.ron", &text);
    let (out, _) = outcome(home.path(), &["check", &huge], 2);
    assert!(out.contains("lower `species[0].evolution.population` from 100000 to "), "{out}");
    assert!(out.contains("huge.ron:4:17") && out.contains("huge.ron:6:16"), "{out}");
    let (json, _) = outcome(home.path(), &["check", "--json", &huge], 2);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let told = |i: usize| (json["problems"][i]["path"].as_str(), json["problems"][i]["line"].as_u64());
    assert_eq!(told(0), (Some("species[0].evolution.population"), Some(4)), "{json}");
    assert_eq!(told(1), (Some("species[1].genomes"), Some(6)), "{json}");
    let (_, err) = outcome(home.path(), &["run", &huge, "--ticks", "1"], 2);
    assert!(err.contains("huge.ron:4:17"), "{err}");
    // Followed, the advice is enough.
    let value = out.split("from 100000 to ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let cured = home.file("cured.ron", &text.replace("100000", value).replace("gone.safetensors", ""));
    outcome(home.path(), &["check", &cured], 0);
}

#[test]
fn strategies_that_cannot_work_are_refused_before_the_run() {
    let home = Home::new();
    let text = "(species: [(name: \"a\", count: 8, controller: Mlp(hidden: [256]), senses: [Constant], fitness: [()],\n\
                evolution: Generational(population: 20, strategy:\n    Cma))])";
    let long = home.file("long.ron", text);
    for args in [vec!["check", &long], vec!["evolve", &long, "--generations", "1"]] {
        let (out, err) = outcome(home.path(), &args, 2);
        let told = out + &err;
        assert!(told.contains("long.ron:3:5") && told.contains("`SepCma`") && told.contains("at most 500"), "{told}");
    }
    let odd = home.file("odd.ron", &text.replace("20", "21").replace("Cma", "OpenAiEs"));
    let (out, _) = outcome(home.path(), &["check", &odd], 2);
    assert!(out.contains("odd.ron:2:") && out.contains("`species[0].evolution.population` = 21"), "{out}");
    outcome(home.path(), &["check", &home.file("fit.ron", &text.replace("Cma", "SepCma"))], 0);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_at_once() {
    let home = Home::new();
    let pipe = home.at("pipe.ron");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let empty = home.file("empty.ron", " \n");
    for (args, wanted) in [
        (&["check", &pipe][..], "pipe.ron`: it is not a regular file"),
        (&["check", "/dev/null"], "/dev/null`: it is not a regular file"),
        (&["check", &empty], "empty.ron` is empty"),
        (&["run", POND, "--ticks", "5", "--commands", &pipe], "pipe.ron: it is not a regular file"),
        (&["run", POND, "--ticks", "5", "--set", "species[0].genomes=\"/dev/zero\""], "it is not a regular file"),
    ] {
        let output = crate::iwashi(home.path(), args).timeout(std::time::Duration::from_secs(30)).output().unwrap();
        let told = crate::text(&output.stdout) + &crate::text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}\n{told}");
        assert!(told.contains(wanted), "{args:?} told {told}");
    }
}

#[test]
fn what_tells_tells() {
    let home = Home::new();
    let (scenes, _) = outcome(home.path(), &["scenes"], 0);
    assert!(scenes.lines().any(|line| line.starts_with("boids")), "{scenes}");
    let (json, _) = outcome(home.path(), &["scenes", "--json"], 0);
    assert!(json.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{json}");
    let (schema, _) = outcome(home.path(), &["schema", "pace"], 0);
    assert!(schema.contains("pace.speed") && !schema.contains("species"), "{schema}");
    let (doctor, _) = outcome(home.path(), &["doctor"], 0);
    assert!(doctor.contains("processor") && doctor.contains("boids"), "{doctor}");
    let (json, _) = outcome(home.path(), &["doctor", "--json"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["threads"].as_u64() >= Some(1) && json["scenes"].is_array(), "{json}");
    let (help, _) = outcome(home.path(), &["--help"], 0);
    assert!(help.contains("Exit codes:") && help.contains("XDG_DATA_HOME"), "{help}");
    outcome(home.path(), &["--version"], 0);
}
