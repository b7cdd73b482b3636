//! `iwashi evolve` of whole populations: when it ends, what it starts from, what it shows and what it leaves.

use std::fs;
use std::path::Path;
use std::time::Duration;

use iwashi::genome_file::GenomeFile;
use iwashi::run::RunInfo;
use serde_json::Value;

use crate::runs::{spawn, tables, wait_for_checkpoint};
use crate::{Home, POND, RACE, bred_by, digest, outcome};

fn json(home: &Home, args: &[&str]) -> Value {
    let (out, err) = outcome(home.path(), &[args, &["--json"]].concat(), 0);
    assert_eq!((out.lines().count(), err.as_str()), (1, ""), "one object and nothing else: {out}");
    serde_json::from_str(&out).unwrap()
}

/// Names of all strategies of the scene format, so that a new one is tested by being in it.
fn strategies(home: &Home) -> Vec<String> {
    let path = "species[].evolution.Generational.strategy.";
    let (schema, _) = outcome(home.path(), &["schema", path.trim_end_matches('.')], 0);
    let name = |line: &str| {
        let name = line.strip_prefix(path)?.strip_suffix("  variant")?;
        (!name.contains('.')).then(|| name.to_string())
    };
    schema.lines().filter_map(name).collect()
}

#[test]
fn every_strategy_ends_alike_however_often_it_is_killed() {
    let home = Home::new();
    let strategies = strategies(&home);
    assert!(strategies.contains(&"Genetic".to_string()), "{strategies:?}");
    for strategy in strategies {
        let (whole, broken) = (home.at(&format!("{strategy}-whole")), home.at(&format!("{strategy}-broken")));
        let set = format!("species[0].evolution.strategy={strategy}()");
        let args = ["evolve", RACE, "--backend", "cpu", "--set", &set, "--set", bred_by(&strategy)];
        let args = [&args[..], &["--generations", "3000", "--stagnation", "1500"]].concat();
        let saved = ["--checkpoint-every", "400", "--quiet"];
        let args = [&args[..], &saved].concat();
        let expected = digest(&outcome(home.path(), &[&args[..], &["--out", &whole]].concat(), 0).0);

        let mut kills = 0;
        let resume = [&["resume", &broken][..], &saved].concat();
        // Ticks after which it is killed, and a while more, so that the kill comes at any moment between two checkpoints.
        // None of it is later than the 1500 generations of 40 ticks that the run has at least.
        for (tick, more) in [(0, 0), (400, 7), (9_000, 1), (24_000, 3), (40_000, 0)] {
            let first = !Path::new(&broken).join("run.ron").exists();
            let mut child =
                spawn(home.path(), &if first { [&args[..], &["--out", &broken]].concat() } else { resume.clone() });
            wait_for_checkpoint(Path::new(&broken), tick);
            std::thread::sleep(Duration::from_millis(more));
            // SIGKILL: nothing in the program hears of it.
            child.kill().unwrap();
            kills += usize::from(!child.wait().unwrap().success());
        }
        assert!(kills >= 3, "{strategy}: only {kills} of 5 kills came before the end");
        let (out, _) = outcome(home.path(), &resume, 0);
        assert_eq!(digest(&out), expected, "{strategy}");
        let [whole, broken] = [Path::new(&whole), Path::new(&broken)];
        assert_eq!(tables(whole), tables(broken), "{strategy}");
        let ended = |run| RunInfo::read(run).unwrap().ended.unwrap();
        assert_eq!(ended(whole), ended(broken), "{strategy} ended for the same reason");
        // The order of metadata in the file differs from process to process.
        let champion = |run: &Path| {
            let bytes = fs::read(run.join("genomes/0-runner-best.safetensors")).unwrap();
            GenomeFile::decode(&bytes, "champion").unwrap()
        };
        assert_eq!(champion(whole), champion(broken), "{strategy}");
    }
}

#[test]
fn a_run_killed_before_its_first_checkpoint_begins_again() {
    let home = Home::new();
    let run = home.at("run");
    let script =
        home.file("script.ron", "(tick: 100, command: Set(path: \"species[0].body.cruise\", value: \"3.0\"))\n");
    let args = ["evolve", RACE, "--backend", "cpu", "--target", "7.5", "--commands", &script, "--quiet", "--out", &run];
    let expected = digest(&outcome(home.path(), &args, 0).0);
    let whole = tables(Path::new(&run));
    for entry in fs::read_dir(Path::new(&run).join("checkpoints")).unwrap().flatten() {
        if entry.path().is_file() {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    fs::write(Path::new(&run).join("lineage.csv"), "what was written of it").unwrap();
    assert_eq!(digest(&outcome(home.path(), &["resume", &run], 0).0), expected);
    assert_eq!(tables(Path::new(&run)), whole);
}

#[test]
fn a_target_ends_a_run_and_is_remembered() {
    let home = Home::new();
    let run = home.at("run");
    let whole =
        json(&home, &["evolve", RACE, "--backend", "cpu", "--generations", "40", "--target", "7.5", "--out", &run]);
    let generations = whole["generation"].as_u64().unwrap();
    assert!((2..40).contains(&generations), "{whole}");
    assert_eq!((whole["ended"].as_str(), whole["interrupted"].as_bool()), (Some("target"), Some(false)));
    assert!(
        whole["why"].as_str().unwrap().contains(&format!("generation {} reached the target", generations - 1)),
        "{whole}"
    );
    let evolved = &whole["evolved"];
    assert_eq!((evolved["species"].as_str(), evolved["evaluations"].as_u64()), (Some("runner"), Some(8 * generations)));
    assert!(evolved["best"][0].as_f64() >= Some(7.5) && evolved["held_out"].is_null(), "{whole}");

    // Cut short before, it ends at the same generation.
    let cut = home.at("cut");
    let ticks = (40 * (generations - 2) + 7).to_string();
    json(&home, &["evolve", RACE, "--backend", "cpu", "--ticks", &ticks, "--target", "7.5", "--out", &cut]);
    let resumed = json(&home, &["resume", &cut, "--generations", "40"]);
    assert_eq!((&resumed["digest"], &resumed["why"]), (&whole["digest"], &whole["why"]));

    // Asked again it stays where it is, and says what would make it go on.
    let (again, err) = outcome(home.path(), &["resume", &run], 0);
    assert_eq!(digest(&again), whole["digest"].as_str().unwrap());
    assert!(err.contains("nothing is left to do: generation ") && err.contains("--no-early-stop"), "{err}");
    let higher = json(&home, &["resume", &run, "--target", "8.2"]);
    assert!(higher["generation"].as_u64() > Some(generations) && higher["ended"] == "target", "{higher}");
    let free = json(&home, &["resume", &run, "--no-early-stop"]);
    assert_eq!((free["generation"].as_u64(), free["ended"].as_str()), (Some(40), Some("length")));
    let plain = json(&home, &["evolve", RACE, "--backend", "cpu", "--generations", "40"]);
    assert_eq!(free["digest"], plain["digest"]);
}

#[test]
fn stagnation_ends_a_run() {
    let home = Home::new();
    let run = home.at("run");
    let (text, _) = outcome(home.path(), &["evolve", RACE, "--backend", "cpu", "--stagnation", "25", "--out", &run], 0);
    assert!(text.contains("ended: 25 generations in a row did not bring a best above 8."), "{text}");
    let table = fs::read_to_string(Path::new(&run).join("generations.csv")).unwrap();
    let best: Vec<f32> = table.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().parse().unwrap()).collect();
    let highest = best.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let first = best.iter().position(|value| *value == highest).unwrap();
    assert_eq!(best.len(), first + 26, "the 25 after the best one");
}

#[test]
fn the_table_of_generations_is_shown_to_people_alone() {
    let home = Home::new();
    let (text, err) = outcome(home.path(), &["evolve", RACE, "--generations", "3"], 0);
    assert!(text.starts_with("generation species ") && err.is_empty(), "{text}{err}");
    let row: Vec<&str> = text.lines().find(|line| line.contains(" runner ")).unwrap().split_whitespace().collect();
    assert_eq!((row[0], row[1], row[4], row[5]), ("0", "runner", "-", "8"), "{text}");
    assert!(text.contains("\nended: it had 3 generations\n") && !text.contains('\u{1b}'), "{text}");
    let (quiet, err) = outcome(home.path(), &["evolve", RACE, "--generations", "3", "--quiet"], 0);
    assert_eq!((quiet.lines().count(), err.as_str()), (1, ""), "{quiet}");
    digest(&quiet);
}

#[test]
fn a_species_starts_from_genomes_of_a_run() {
    let home = Home::new();
    let (first, second) = (home.at("first"), home.at("second"));
    let evolve = |scene, more: &[&str]| json(&home, &[&["evolve", scene, "--backend", "cpu"], more].concat());
    evolve(RACE, &["--generations", "20", "--out", &first]);
    let file = format!("{first}/genomes/0-runner-best.safetensors");
    let cold = evolve(RACE, &["--generations", "1"]);
    let warm = evolve(RACE, &["--generations", "1", "--from", &file, "--out", &second]);
    let best = |of: &Value| of["evolved"]["best"][0].as_f64().unwrap();
    assert!(best(&warm) > best(&cold) + 0.5, "{warm} and {cold}");
    let named = evolve(RACE, &["--generations", "1", "--from", &format!("runner={file}")]);
    assert_eq!(named["digest"], warm["digest"]);
    fs::remove_dir_all(&first).unwrap();
    outcome(home.path(), &["replay", &second], 0);
}

#[test]
fn a_start_that_does_not_fit_is_refused_with_both_sides() {
    let home = Home::new();
    let run = home.at("run");
    outcome(home.path(), &["evolve", RACE, "--generations", "1", "--quiet", "--out", &run], 0);
    let (file, out) = (format!("{run}/genomes/0-runner-best.safetensors"), home.at("new"));
    let wide = "species[0].controller=Mlp(hidden: [4])";
    let (prey, whale) = (format!("prey={file}"), format!("whale={file}"));
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["evolve", RACE, "--set", wide, "--from", &file],
            &["the controller is dense 6 > 3 tanh, and the scene needs dense 6 > 4 tanh > 3"],
        ),
        (&["evolve", POND, "--from", &file], &["say for which species (prey, hunter evolve), as in --from prey=FILE"]),
        (&["evolve", POND, "--from", &prey], &["does not fit species `prey`", "the scene needs"]),
        (&["evolve", POND, "--from", &whale], &["say for which species"]),
        (&["evolve", RACE, "--from", "gone.safetensors"], &["--from gone.safetensors: ", "No such file"]),
        (&["evolve", RACE, "--from", RACE], &["race.ron: ", "a run leaves genome files in its folder `genomes`"]),
        (&["evolve", "boids", "--from", &file], &["nothing evolves in this scene"]),
        (&["evolve", RACE, "--from", &file, "--trained"], &["cannot be used with"]),
        (&["evolve", RACE, "--target", "high"], &["expected a finite number"]),
        (&["evolve", RACE, "--target", "inf"], &["expected a finite number"]),
        (&["evolve", RACE, "--stagnation", "0"], &["0 is not in 1"]),
        (&["evolve", POND, "--target", "1", "--ticks", "5"], &["--target and --stagnation watch whole generations"]),
        (&["resume", &run, "--no-early-stop", "--target", "3"], &["cannot be used with"]),
        (&["report", "nowhere"], &["not a run folder"]),
    ];
    for (args, wanted) in cases {
        let args = if args[0] == "evolve" { [args, &["--out", &out][..]].concat() } else { args.to_vec() };
        let (told, err) = outcome(home.path(), &args, 2);
        assert!(wanted.iter().all(|wanted| err.contains(wanted)), "{args:?} told {err:?}, not all of {wanted:?}");
        assert!(told.is_empty() && !err.contains("panicked"), "{told}{err}");
        assert!(!Path::new(&out).exists(), "{args:?} has begun");
    }
}

/// A scene as hostile as a name can make it.
const HOSTILE: &str = "<script>alert(1)</script>\\\"&'";

#[test]
fn a_report_tells_the_run_and_opens_without_a_network() {
    let home = Home::new();
    let run = home.at("run");
    let scene = fs::read_to_string(RACE).unwrap().replace("\"Race\"", &format!("\"{HOSTILE}\""));
    let scene = home.file("hostile.ron", &scene.replace("\"runner\"", "\"<b>runner\""));
    let told = json(
        &home,
        &["evolve", &scene, "--generations", "12", "--stagnation", "99", "--backend", "cpu", "--out", &run],
    );
    let page = fs::read_to_string(told["page"].as_str().unwrap()).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>") && page.contains("&lt;script&gt;"), "names are escaped");
    let without = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(
        !without.contains("http://") && !without.contains("https://") && !without.contains("src="),
        "it asks for nothing"
    );
    // Fitness, and a few of the measures.
    assert!(page.matches("<svg ").count() >= 4, "{}", page.matches("<svg ").count());
    let wanted = [told["digest"].as_str().unwrap(), "0-_b_runner-best.safetensors", "it had 12 generations"];
    let command = format!("iwashi evolve {scene} --backend cpu --generations 12 --stagnation 99");
    for wanted in wanted.into_iter().chain([
        command.as_str(),
        env!("CARGO_PKG_VERSION"),
        "Generational(",
        "polarization",
        "Lineages",
    ]) {
        assert!(page.contains(wanted), "{wanted} is missing");
    }
    // The same page on demand, somewhere else, without touching the run.
    let other = home.at("other.html");
    fs::remove_file(Path::new(&run).join("report.html")).unwrap();
    outcome(home.path(), &["report", &run, "-o", &other], 0);
    assert_eq!(fs::read_to_string(&other).unwrap(), page);
    assert!(!Path::new(&run).join("report.html").exists());
    let own = format!("iwashi evolve {run}/scene.ron --backend cpu --generations 12 --stagnation 99 ");
    assert!(page.contains(&own), "{own}");
    // Which makes the run again.
    let again = json(
        &home,
        &["evolve", &format!("{run}/scene.ron"), "--backend", "cpu", "--generations", "12", "--stagnation", "99"],
    );
    assert_eq!(again["digest"], told["digest"]);

    fs::write(Path::new(&run).join("generations.csv"), page.as_bytes()).unwrap();
    let (_, err) = outcome(home.path(), &["report", &run], 1);
    assert!(err.contains("generations.csv: ") && !err.contains("panicked"), "{err}");
}

#[test]
fn a_run_that_was_broken_off_has_a_report_too() {
    let home = Home::new();
    let run = home.at("run");
    let mut child = spawn(home.path(), &["evolve", POND, "--checkpoint-every", "20", "--out", &run]);
    wait_for_checkpoint(Path::new(&run), 100);
    child.kill().unwrap();
    child.wait().unwrap();
    outcome(home.path(), &["report", &run], 0);
    let page = fs::read_to_string(Path::new(&run).join("report.html")).unwrap();
    assert!(page.contains("or was broken off") && page.contains("a run leaves its champions when it ends"), "{page}");
    assert!(page.contains("none yet: it has not ended"));
}
