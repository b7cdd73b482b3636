//! `iwashi evolve --sweep`: every combination is run, none twice, and what cannot run is refused before any does.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::runs::{spawn, wait_for_checkpoint};
use crate::{Home, POND, RACE, digest, outcome};

/// Two values, two choices, two seeds.
const SWEEP: [&str; 6] = [
    "--sweep",
    "species[0].evolution.strategy.tournament=1,4",
    "--sweep",
    "species[0].sharing=Own,Group(size: 2)",
    "--seeds",
    "2",
];

fn evolve<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["evolve", RACE, "--backend", "cpu"], &SWEEP[..], more].concat()
}

/// The table without the time that each run took.
fn table(sweep: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(Path::new(sweep).join("sweep.csv")).unwrap();
    let seconds = reader.headers().unwrap().iter().position(|name| name == "seconds").unwrap();
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect());
    let mut all: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    all.iter_mut().for_each(|row| drop(row.remove(seconds)));
    all
}

#[test]
fn a_sweep_runs_every_combination_and_tells_medians() {
    let home = Home::new();
    let out = home.at("sweep");
    let (text, err) = outcome(home.path(), &evolve(&["--generations", "4", "--out", &out]), 0);
    assert!(err.is_empty() && text.contains("8 of 8 runs have ended"), "{text}{err}");
    assert!(
        text.contains("8/8  species[0].evolution.strategy.tournament=4, species[0].sharing=Group(size: 2), seed 4: "),
        "{text}"
    );
    let rows = table(&out);
    let head = "run species[0].evolution.strategy.tournament species[0].sharing seed generations best mean held_out coverage qd_score ended digest";
    assert_eq!((rows.len(), rows[0].join(" ").as_str()), (9, head));
    assert_eq!(rows[2][..5], ["runs/002-seed3", "1", "Group(size: 2)", "3", "4"].map(str::to_string), "{rows:?}");
    assert_eq!(
        rows.iter().skip(1).map(|row| &row[11]).collect::<std::collections::HashSet<_>>().len(),
        8,
        "all differ"
    );

    // A row is what the run alone comes to.
    let alone = ["evolve", RACE, "--backend", "cpu", "--generations", "4", "--seed", "4", "--quiet"];
    let sets = ["--set", "species[0].evolution.strategy.tournament=4", "--set", "species[0].sharing=Own"];
    assert_eq!(digest(&outcome(home.path(), &[&alone[..], &sets].concat(), 0).0), rows[7][11]);
    // And of two seeds the median is the mean.
    let lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.trim_start().starts_with("species[0].evolution.strategy.tournament  "))
        .unwrap();
    let best = |row: usize| rows[row][5].parse::<f32>().unwrap();
    let told = lines[at + 1].split_whitespace().nth(4).unwrap().parse::<f32>().unwrap();
    assert!((told - 0.5 * (best(1) + best(5))).abs() < 0.006, "{told}: {rows:?}");

    let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
    assert!(page.contains("<polygon") && page.contains("href=\"runs/001-seed3/report.html\""), "bands, and links");
    assert!(Path::new(&out).join("runs/001-seed3/report.html").exists());
    curves_are_left_too(&out);
    let other = home.at("other.html");
    outcome(home.path(), &["report", &out, "-o", &other, "--quiet"], 0);
    assert!(!fs::read_to_string(&other).unwrap().contains("href"), "elsewhere there is nothing to lead to");

    // Made longer, all of it is.
    let (json, _) = outcome(home.path(), &["resume", &out, "--generations", "6", "--json"], 0);
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), lines[8]["ended"].as_u64()), (9, Some(8)), "{json}");
    assert!(lines[..8].iter().all(|row| row["generations"] == 6 && row["ended"] == "length"), "{json}");
    assert_eq!(lines[8]["combinations"].as_array().map(Vec::len), Some(4));
}

/// Beside the page of a sweep over two seeds lie its curves: of two numbers the median is the mean, and the quartiles are a quarter
/// of the way in from either end.
fn curves_are_left_too(sweep: &str) {
    let folder = Path::new(sweep);
    let svg = fs::read_to_string(folder.join("curves.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("<polygon") && !svg.contains("var("), "{svg}");
    let rows = |path: std::path::PathBuf| -> Vec<std::collections::HashMap<String, String>> {
        csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
    };
    let mean = |run: &str, generation: &str| -> f64 {
        let all = rows(folder.join("runs").join(run).join("generations.csv"));
        all.iter().find(|row| row["generation"] == generation).unwrap()["mean"].parse().unwrap()
    };
    let (tournament, sharing) = ("species[0].evolution.strategy.tournament", "species[0].sharing");
    let all = rows(folder.join("curves.csv"));
    let own = |row: &&std::collections::HashMap<String, String>| {
        row["measure"] == "mean" && row[tournament] == "1" && row[sharing] == "Group(size: 2)"
    };
    let own: Vec<_> = all.iter().filter(own).collect();
    assert_eq!(own.len(), 4, "{all:?}");
    for row in own {
        let mut ends = ["002-seed3", "002-seed4"].map(|run| mean(run, &row["generation"]));
        ends.sort_by(f64::total_cmp);
        let [low, high] = ends;
        for (column, share) in [("low", 0.25), ("median", 0.5), ("high", 0.75)] {
            let told: f64 = row[column].parse().unwrap();
            assert!((told - (low + share * (high - low))).abs() < 1e-5, "{column}: {row:?}, of {ends:?}");
        }
    }
    assert!(all.iter().all(|row| !row["measure"].contains("coverage")), "nobody keeps an archive here");
}

#[test]
fn a_killed_sweep_goes_on_where_it_was() {
    let home = Home::new();
    let (whole, broken) = (home.at("whole"), home.at("broken"));
    // 400 ticks between checkpoints: the kill falls into the middle of a run.
    let args = evolve(&["--generations", "300", "--checkpoint-every", "400", "--quiet"]);
    let expected = digest(&outcome(home.path(), &[&args[..], &["--out", &whole]].concat(), 0).0);

    for runs in [1, 3, 6] {
        let first = !Path::new(&broken).join("sweep.ron").exists();
        let args = if first { [&args[..], &["--out", &broken]].concat() } else { vec!["resume", &broken, "--quiet"] };
        let mut child = spawn(home.path(), &args);
        let begun = Instant::now();
        let made = || fs::read_dir(Path::new(&broken).join("runs")).map_or(0, |entries| entries.count());
        while made() < runs {
            assert!(child.try_wait().unwrap().is_none(), "it has ended by itself");
            assert!(begun.elapsed() < Duration::from_secs(60), "run {runs} does not begin");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(runs as u64));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "the kill came too late");
    }
    let first = Path::new(&broken).join("runs/001-seed3/run.ron");
    let made = fs::metadata(&first).unwrap().modified().unwrap();
    let (out, _) = outcome(home.path(), &["resume", &broken, "--quiet"], 0);
    assert_eq!(digest(&out), expected);
    assert_eq!(table(&whole), table(&broken));
    assert_eq!(fs::metadata(&first).unwrap().modified().unwrap(), made, "what has ended is left alone");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_sweep_in_the_middle_of_a_run() {
    let home = Home::new();
    let out = home.at("sweep");
    let args = evolve(&["--generations", "1000000", "--checkpoint-every", "400", "--out", &out]);
    let child = spawn(home.path(), &args);
    wait_for_checkpoint(&Path::new(&out).join("runs/001-seed3"), 800);
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let text = crate::text(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("0 of 8 runs have ended") && text.contains(&format!("iwashi resume {out}")), "{text}");
    assert_eq!(table(&out).len(), 1, "what has not ended is in no table");
    assert_eq!(fs::read_dir(Path::new(&out).join("runs")).unwrap().count(), 1, "no other run was begun");
}

#[test]
fn live_evolution_can_be_swept_too() {
    let home = Home::new();
    let out = home.at("sweep");
    let sweep = ["evolve", POND, "--backend", "cpu", "--ticks", "400", "--sweep", "species[0].body.cruise=1,2.5"];
    outcome(home.path(), &[&sweep[..], &["--quiet", "--out", &out]].concat(), 0);
    let rows = table(&out);
    assert_eq!(rows.len(), 3);
    assert!(
        rows[1][4].parse::<f32>().unwrap() >= rows[1][5].parse::<f32>().unwrap(),
        "the highest, and the last: {rows:?}"
    );
}

#[test]
fn what_cannot_be_swept_is_refused_before_anything_runs() {
    let home = Home::new();
    let out = home.at("sweep");
    let many = format!("rollout.ticks={}", (1..=101).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    let cases: &[(&[&str], &[&str])] = &[
        (&["--sweep", "species[0].coun=4,8"], &["--sweep species[0].coun=4", "count"]),
        (&["--sweep", "species[0].count=8,many"], &["--sweep species[0].count=many", "whole number"]),
        (&["--sweep", "species[0].count=8,7"], &["--sweep species[0].count=7: ", "a divisor of the count of 7"]),
        (
            &["--sweep", "species[0].count=8,4000000", "--worlds", "65536"],
            &["with species[0].count=4000000: ", "count"],
        ),
        (&["--sweep", "species[0].count=8,,4"], &["a value is missing"]),
        (&["--sweep", "species[0].count"], &["PATH=VALUE"]),
        (&["--sweep", "species[0].sharing=Group(size: 2"], &["`(` is not closed"]),
        (&["--sweep", "seed=1,2"], &["seeds are counted with --seeds N"]),
        (&["--sweep", "species[0].genomes=a,b"], &["--from"]),
        (&["--sweep", "dt=0.1,0.1"], &["dt has the value 0.1 twice"]),
        (&["--sweep", "dt=0.1", "--sweep", "dt=0.05"], &["dt is swept twice"]),
        (&["--sweep", &many, "--seeds", "100"], &["it would be 10100 runs", "at most 10000"]),
        (&["--seeds", "0"], &["0 is not in 1"]),
    ];
    for (args, wanted) in cases {
        let args = [&["evolve", RACE, "--generations", "2", "--out", &out], *args].concat();
        let (told, err) = outcome(home.path(), &args, 2);
        assert!(wanted.iter().all(|wanted| err.contains(wanted)), "{args:?} told {err:?}, not all of {wanted:?}");
        assert!(told.is_empty() && !err.contains("panicked") && !Path::new(&out).exists(), "{told}{err}");
    }
    let (_, err) = outcome(home.path(), &["evolve", RACE, "--seeds", "2", "--out", &out], 2);
    assert!(err.contains("a sweep needs an end for each of its runs: --generations, "), "{err}");

    let sweep = ["evolve", RACE, "--seeds", "2", "--generations", "1", "--quiet", "--out", &out];
    outcome(home.path(), &sweep, 0);
    let (_, err) = outcome(home.path(), &sweep, 2);
    assert!(err.contains("nothing is overwritten"), "{err}");
    let file = Path::new(&out).join("sweep.ron");
    let text = fs::read_to_string(&file).unwrap();
    for (from, to, wanted) in [
        ("format: 1", "format: 9", "written in run format 9"),
        ("Generations(1)", "Minutes(-1.0)", "`goal` = Minutes(-1)"),
        ("seeds: [", "seeds: [x", "sweep.ron: "),
    ] {
        assert!(text.contains(from), "{text}");
        fs::write(&file, text.replace(from, to)).unwrap();
        for command in ["resume", "report"] {
            let (_, err) = outcome(home.path(), &[command, &out], 1);
            assert!(err.contains(wanted) && !err.contains("panicked"), "{err}");
        }
    }
}
