//! `iwashi archive`: what a run has found along its axes of behaviour, and what can be taken out of it.

use std::fs;
use std::path::Path;

use iwashi::genome_file::GenomeFile;
use serde_json::Value;

use super::*;

fn evolved(home: &Home, scene: &str, more: &[&str]) -> String {
    let run = home.at("run");
    let args = ["evolve", scene, "--backend", "cpu", "--generations", "12", "--quiet", "--out", &run];
    outcome(home.path(), &[&args[..], more].concat(), 0);
    run
}

#[test]
fn an_archive_is_told_drawn_and_taken_apart() {
    let home = Home::new();
    let run = evolved(&home, SCHOOL, &[]);
    let (text, _) = outcome(home.path(), &["archive", &run], 0);
    assert!(
        text.starts_with("clone: ") && text.contains(" of 144 cells, coverage ") && text.contains("best elite: "),
        "{text}"
    );
    assert!(text.contains("axis 0: polarization, 0.00 to 1.00 in 8 cells; elites from "), "{text}");

    let (map, table, file) = (home.at("map.png"), home.at("elites.csv"), home.at("elite.safetensors"));
    let (json, _) = outcome(home.path(), &["archive", &run, "--json", "--png", &map, "--csv", &table], 0);
    let told: Value = serde_json::from_str(&json).unwrap();
    let occupied = told["occupied"].as_u64().unwrap() as usize;
    assert!(occupied > 3 && told["qd_score"].as_f64() > Some(0.0), "{told}");
    assert!(fs::read(&map).unwrap().starts_with(b"\x89PNG"));
    let rows = fs::read_to_string(&table).unwrap();
    let head = "cell of polarization,cell of nearest,cell of distance,polarization,nearest,distance,fitness,id";
    assert_eq!((rows.lines().next(), rows.lines().count()), (Some(head), occupied + 1));

    // The best elite is the champion that the run left, and starts another run.
    let cell: Vec<String> = told["best"]["cell"].as_array().unwrap().iter().map(Value::to_string).collect();
    outcome(home.path(), &["archive", &run, "--elite", &cell.join(","), "-o", &file], 0);
    let read = |path: &str| GenomeFile::decode(&fs::read(path).unwrap(), path).unwrap();
    let (elite, champion) = (read(&file), read(&format!("{run}/genomes/0-clone-best.safetensors")));
    assert_eq!((&elite.genomes, &elite.fitness), (&champion.genomes, &champion.fitness));
    let genomes = format!("species[0].genomes={file}");
    let off = "species[0].evolution=Off";
    outcome(home.path(), &["run", SCHOOL, "--ticks", "20", "--set", &genomes, "--set", off, "--quiet"], 0);

    // The last generation's figures stand in the table and in the report.
    let generations = fs::read_to_string(Path::new(&run).join("generations.csv")).unwrap();
    let last: Vec<&str> = generations.lines().last().unwrap().split(',').collect();
    let coverage: f64 = last[last.len() - 2].parse().unwrap();
    assert!((coverage - told["coverage"].as_f64().unwrap()).abs() < 1e-6, "{generations}");
    let page = fs::read_to_string(Path::new(&run).join("report.html")).unwrap();
    for wanted in
        ["<h2>Archive</h2>", "clone: polarization across, nearest up", "clone: coverage (%)", "clone: QD score"]
    {
        assert!(page.contains(wanted), "{wanted} is missing");
    }
}

#[test]
fn a_sweep_tells_how_far_archives_are_filled() {
    let home = Home::new();
    let out = home.at("sweep");
    let args = ["evolve", SCHOOL, "--backend", "cpu", "--generations", "3", "--seeds", "2", "--out", &out];
    let (text, _) = outcome(home.path(), &args, 0);
    assert!(text.contains("  coverage ") && text.contains("  QD score "), "{text}");
    let at = |path: &str| fs::read_to_string(Path::new(&out).join(path)).unwrap();
    let page = at("report.html");
    for wanted in
        ["<h2>Archives over the seeds: median and quartiles</h2>", "<h3>coverage (%)</h3>", "<h3>QD score</h3>"]
    {
        assert!(page.contains(wanted), "{wanted} is missing");
    }
    let curves = at("curves.csv");
    assert_eq!(curves.lines().filter(|line| line.starts_with("clone,coverage (%),")).count(), 3, "{curves}");
    let mut reader = csv::Reader::from_path(Path::new(&out).join("sweep.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "coverage").unwrap();
    for (row, seed) in reader.records().zip(["001-seed5", "001-seed6"]) {
        let generations = at(&format!("runs/{seed}/generations.csv"));
        let last: Vec<&str> = generations.lines().last().unwrap().split(',').collect();
        assert_eq!(&row.unwrap()[column], last[last.len() - 2], "{generations}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let home = Home::new();
    let run = evolved(&home, SCHOOL, &[]);
    let plain = home.at("plain");
    outcome(home.path(), &["evolve", RACE, "--generations", "1", "--quiet", "--out", &plain], 0);
    let file = home.at("elite.safetensors");
    let (nowhere, there) = (home.at("no/such/map.png"), home.at("map.png"));
    let of_elite = |cell: &'static str| ["archive", &run, "--elite", cell, "-o", &file].map(str::to_string).to_vec();
    let plain_args = |args: &[&str]| args.iter().map(|a| a.to_string()).collect::<Vec<_>>();
    let cases = [
        (of_elite("1,2"), 2, vec!["has 2 numbers, and the archive 3 axes", "polarization, nearest, distance"]),
        (of_elite("8,0,0"), 2, vec!["--elite 8,0,0: polarization has cells 0 to 7, and no 8"]),
        (of_elite("0,5,2"), 2, vec!["that cell is empty; the nearest that is not is "]),
        (of_elite("a,b"), 2, vec!["invalid value"]),
        (plain_args(&["archive", &run, "--elite", "0,0,0"]), 2, vec!["--output"]),
        (plain_args(&["archive", &run, "-o", &file]), 2, vec!["--elite"]),
        (plain_args(&["archive", &run, "--species", "whale"]), 2, vec!["--species whale", "there is one of clone"]),
        (plain_args(&["archive", &plain]), 2, vec!["has no archive", "MapElites, CmaMe, CmaMae or Novelty"]),
        (plain_args(&["archive", &home.at("gone")]), 2, vec!["not a run folder"]),
        (plain_args(&["archive", &run, "--png", &nowhere]), 1, vec!["map.png"]),
    ];
    for (args, code, wanted) in cases {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (_, err) = outcome(home.path(), &args, code);
        assert!(wanted.iter().all(|w| err.contains(w)) && !err.contains("panicked"), "{args:?} told {err}");
        assert!(!Path::new(&file).exists() && !Path::new(&there).exists(), "{args:?}");
    }
}

#[test]
fn a_strategy_without_its_axes_does_not_begin() {
    let home = Home::new();
    let out = home.at("run");
    let (none, one) = ("species[0].evolution.descriptors=[]", "species[0].evolution.descriptors=[()]");
    let novelty = "species[0].evolution.strategy=Novelty()";
    let many = "species[0].evolution.strategy=CmaMe(emitters: 7)";
    let own = "species[0].sharing=Own";
    for (scene, set, wanted) in [
        (SCHOOL, vec![none], "has 0 axes, but MapElites keeps an archive along 2 to 4"),
        (SCHOOL, vec![novelty, one], "has 1 axis, but Novelty keeps an archive"),
        (SCHOOL, vec![many], "`species[0].evolution.population` = 12 leaves emitters without two genomes each"),
        (SCHOOL, vec![own], "is a measure of a whole school, but several genomes of `clone` swim in one"),
    ] {
        let sets = set.iter().flat_map(|set| ["--set", set]);
        let args: Vec<&str> = ["evolve", scene, "--out", &out].into_iter().chain(sets).collect();
        let (_, err) = outcome(home.path(), &args, 2);
        assert!(err.contains(wanted) && !Path::new(&out).exists(), "{args:?} told {err}");
    }
}
