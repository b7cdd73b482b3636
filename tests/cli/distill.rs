//! `iwashi distill`: a small controller learned from a large one or a rule, scored, opened by a scene; and what it refuses.

use super::*;

/// As little as still learns something.
const LITTLE: &[&str] = &["--worlds", "4", "--ticks", "60", "--steps", "300", "--batch", "64", "--seeds", "4"];

fn object(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn a_student_is_taught_scored_and_opened() {
    let home = Home::new();
    let (file, csv) = (home.at("student.safetensors"), home.at("course.csv"));
    let distill = |more: &[&str]| {
        let args = ["distill", "shipped:rivals.red", "--student", "mlp:4", "-o", &file, "--json"];
        object(&outcome(home.path(), &[&args, LITTLE, more].concat(), 0).0)
    };
    let told = distill(&["--csv", &csv]);
    assert_eq!((told["numbers"].as_u64(), told["teacher_numbers"].as_u64()), (Some(63), Some(123)), "{told}");
    assert_eq!(told["scores"]["student"]["seeds"].as_array().map(Vec::len), Some(4));
    assert!(told["kept"]["share"].as_f64().is_some_and(f64::is_finite), "{told}");
    let course = std::fs::read_to_string(&csv).unwrap();
    assert!(course.starts_with("step,round,t,loss,divergence_apart,error_apart\n"), "{course}");
    let divergence = |line: &str| line.split(',').nth(4).unwrap().parse::<f64>().unwrap();
    let lines: Vec<&str> = course.lines().collect();
    assert!(divergence(lines[lines.len() - 1]) < divergence(lines[1]), "{course}");
    // The same again, whatever the threads; another with TAID.
    let genome = || iwashi::genome_file::GenomeFile::decode(&std::fs::read(&file).unwrap(), "").unwrap().genomes;
    let first = genome();
    assert_eq!(distill(&["--threads", "1"])["scores"], told["scores"]);
    assert!(genome() == first);
    distill(&["--method", "taid"]);
    assert!(genome() != first);

    let (shown, _) = outcome(home.path(), &["genomes", "show", &file], 0);
    assert!(shown.contains("dense 11 > 4 tanh > 3 tanh") && !shown.contains("fitness      NaN"), "{shown}");
    let opens = told["opens_with"].as_str().unwrap();
    let sets: Vec<&str> = opens.split('\'').filter(|part| part.starts_with("species[")).collect();
    let run = ["run", "rivals", "--ticks", "3", "--quiet", "--out"];
    let out = home.at("run");
    outcome(home.path(), &[&run[..], &[&out, "--set", sets[0], "--set", sets[1]]].concat(), 0);
}

#[test]
fn rules_and_memories_teach() {
    let home = Home::new();
    let file = home.at("student.safetensors");
    let school = ["--set", "species[0].count=60", "--set", "species[0].fitness=[(term: Alignment)]"];
    let rule = ["distill", "rule", "--scene", "boids", "--student", "linear", "-o", &file];
    let (told, _) = outcome(home.path(), &[&rule[..], &school, LITTLE].concat(), 0);
    assert!(told.contains("kept of the teacher's fitness") && told.contains("student - teacher"), "{told}");
    let (told, _) = outcome(home.path(), &[&rule[..], &school[..2], LITTLE].concat(), 0);
    assert!(told.contains("not scored: the species has no fitness"), "{told}");
    let memory = ["distill", "shipped:mixed.memory", "--student", "mlp:6:relu", "-o", &file];
    let (told, _) = outcome(home.path(), &[&memory[..], LITTLE].concat(), 0);
    assert!(told.contains("dense 8 > 6 relu > 2 tanh") && told.contains("none of them by itself"), "{told}");
}

#[test]
fn what_cannot_be_distilled_is_refused() {
    let home = Home::new();
    let file = home.at("student.safetensors");
    for (args, wanted) in [
        (&["shipped:rivals.red", "--student", "gru:4"][..], "taught through time"),
        (&["shipped:rivals.red", "--student", "mlp:"], "is not a list of widths"),
        (&["shipped:rivals.red", "--student", "mlp:8:sine"], "`sine` is no activation: tanh, relu or linear"),
        (&["shipped:rivals.red", "--student", "mlp:900"], "from 1 to 256"),
        (&["shipped:rivals.red", "--student", "tree"], "expected `linear`, `mlp:8`"),
        (&["some.safetensors", "--student", "linear"], "say with --scene"),
        (&["some.safetensors", "--student", "linear", "--scene", "rivals"], "no genomes `some.safetensors`"),
        (
            &["shipped:rivals.red", "--student", "linear", "--species", "green"],
            "no species `green`; it has `red`, `blue`",
        ),
        (
            &["shipped:rivals.red", "--student", "linear", "--scene", "food_call", "--species", "fish"],
            "does not fit species",
        ),
        (&["rule", "--student", "linear", "--scene", "rivals"], "species `red` of rivals has no rule to learn from"),
        (&["shipped:mixed.memory", "--student", "linear", "--rounds", "2"], "has memory"),
        (&["shipped:rivals.red", "--student", "linear", "--rate", "0"], "above 0"),
        (
            &["shipped:rivals.red", "--student", "linear", "--worlds", "2", "--ticks", "9", "--examples", "1"],
            "none was kept to learn from: ask for more examples",
        ),
        (&["shipped:rivals.red", "--student", "linear", "--worlds", "1"], "2..=65536"),
        (
            &["rule", "--student", "linear", "--scene", "boids", "--set", "species[0].count=0"],
            "nobody of species `fish`",
        ),
    ] {
        let (_, error) = outcome(home.path(), &[&["distill", "-o", &file], args].concat(), 2);
        assert!(error.contains(wanted), "{args:?} told {error}");
    }
    assert!(!std::path::Path::new(&file).exists());
}
