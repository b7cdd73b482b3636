//! `iwashi probe`: a question to a school, put on copies of it, and what was found as text, table and JSON. Knows nothing of how
//! worlds are paired.

use std::fmt::Write;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::args::ProbeArgs;
use super::prepare::{species_of, take_controller};
use super::school::{School, school};
use super::{Done, Failure, genomes, say, stop_flag};
use crate::files;
use crate::genome_file::GenomeFile;
use crate::plan::Plan;
use crate::probe::beside::{Beside, beside};
use crate::probe::finding::{Effect, Finding, chance, words};
use crate::probe::test::Test;
use crate::probe::{Probe, ProbeError, Question};
use crate::run::RunError;
use crate::scene::SceneSpec;
use crate::simulation::{Start, usual_ticks};
use crate::statistics::least_chance;

/// Ticks between looks at whether to stop.
const LOOK: u32 = 100;

/// `iwashi probe`.
pub fn probe(args: &ProbeArgs) -> Result<Done, Failure> {
    let mut school = school(&args.of, args.start, !args.genomes.is_empty())?;
    let own_genomes = args.genomes.iter().map(|text| give(&mut school, text)).collect::<Result<Vec<_>, _>>()?;
    if let Some(named) = own_genomes.last() {
        school.told = format!("{} with the genomes of {named}", args.of.school);
    }
    let School { scene, options, start, told } = school;
    let species = concerned(&scene, args)?;
    let channels = match args.channel {
        None => 0xffff,
        Some(channel) => {
            let most = species.iter().map(|s| scene.species[*s].signals.channels).max().unwrap_or(0);
            if channel > most {
                return Err(Failure::usage(format!("--channel {channel}: there are channels 1 to {most}")));
            }
            1 << (channel - 1)
        }
    };
    let ticks = args.ticks.unwrap_or_else(|| usual_ticks(&scene));
    let tests = tests(&scene, args, &species, channels)?;
    let question = Question { tests, start, species, channels, ticks, scene };
    let mut probe = Probe::new(question, &options)?;
    let stop = stop_flag();
    while probe.pairs() < args.pairs {
        let whole = probe.advance(args.pairs, LOOK, |_| !stop.load(Ordering::Relaxed))?;
        if !whole {
            return Ok(Done::Interrupted);
        }
    }
    let found = probe.findings();
    let heard = beside(&probe, args.channel.map(|channel| channel - 1));
    say(&if args.json { object(&probe, &told, &found, &heard) } else { text(&probe, &told, &found, &heard) });
    // Only now: what cannot be written has been told at least.
    if let Some(path) = &args.csv {
        files::write_whole(path, &[table(&probe, &found).as_bytes()]).map_err(RunError::from)?;
    }
    Ok(Done::Whole)
}

/// Gives a species the genomes of a file, `FILE` or `SPECIES=FILE`; the file's name.
pub fn give(school: &mut School, text: &str) -> Result<String, Failure> {
    let named = text.split_once('=').filter(|(name, _)| school.scene.species.iter().any(|s| s.name == *name));
    let (wanted, name) = named.map_or((None, text), |(species, file)| (Some(species), file));
    let file: GenomeFile = genomes::read(name)?;
    let species = match (wanted, &school.scene.species[..]) {
        (Some(wanted), _) => species_of(&school.scene, "the scene", wanted)?,
        (None, [_]) => 0,
        (None, _) => species_of(&school.scene, "the scene", &file.species)?,
    };
    take_controller(&mut school.scene, species, &file);
    let plan = Plan::new(&school.scene, 1);
    file.check(name, &plan, species, &school.scene.species[species].name).map_err(|e| Failure::usage(e.to_string()))?;
    match &mut school.start {
        Start::Fresh(files) => files[species] = Some(file),
        Start::Living(_) => {
            return Err(Failure::usage("--genomes takes fresh worlds: say --start fresh as well".to_string()));
        }
    }
    Ok(name.to_string())
}

/// The species that a test is made on.
fn concerned(scene: &SceneSpec, args: &ProbeArgs) -> Result<Vec<usize>, Failure> {
    if let Some(name) = &args.species {
        return Ok(vec![species_of(scene, &args.of.school, name)?]);
    }
    let there = |s: &usize| scene.species[*s].count > 0;
    let signalling: Vec<usize> =
        (0..scene.species.len()).filter(there).filter(|s| scene.species[*s].signals.channels > 0).collect();
    match (signalling.is_empty(), scene.species.iter().filter(|s| s.count > 0).count()) {
        (false, _) => Ok(signalling),
        (true, 1) => Ok((0..scene.species.len()).filter(there).collect()),
        (true, _) => Err(Failure::usage(format!(
            "{} has no signals to probe (no species has `signals.channels` above 0); say with --species and --test whose \
             senses, memory, deposits or connections to probe",
            args.of.school
        ))),
    }
}

/// What is tested.
fn tests(scene: &SceneSpec, args: &ProbeArgs, species: &[usize], channels: u32) -> Result<Vec<Test>, Failure> {
    if !args.tests.is_empty() {
        return Ok(args.tests.clone());
    }
    if scene.species.iter().all(|s| s.signals.channels == 0) {
        return Err(Failure::usage(format!(
            "{} has no signals to probe; say with --test what else to: blind:SENSE, forget, deposits or cut:LAYER.FROM.TO",
            args.of.school
        )));
    }
    let plan = Plan::new(scene, 1);
    let able = |test: &Test| species.iter().all(|s| test.refused(scene, &plan, *s, channels).is_none());
    // Why silencing cannot be tested is told; who is alone is not scrambled.
    Ok([Test::Mute, Test::Scramble].into_iter().filter(|test| *test == Test::Mute || able(test)).collect())
}

impl From<ProbeError> for Failure {
    fn from(error: ProbeError) -> Failure {
        match error {
            ProbeError::Senseless(why) => Failure::usage(why),
            ProbeError::Simulation(error) => error.into(),
        }
    }
}

/// A number for a table: four digits that mean something.
pub fn figure(x: f64) -> String {
    let size = if x == 0.0 { 0 } else { x.abs().log10().floor() as i32 };
    if !(-4..6).contains(&size) { format!("{x:.2e}") } else { format!("{x:.*}", (3 - size).clamp(0, 6) as usize) }
}

fn text(probe: &Probe, told: &str, found: &[Finding], heard: &[Beside]) -> String {
    let question = probe.question();
    let names: Vec<&str> = question.species.iter().map(|s| question.scene.species[*s].name.as_str()).collect();
    let mut text = format!(
        "{told}\n{} pairs of worlds with the same random draws, {} ticks each, nobody bred; changed in one of each pair: {}{}\n",
        probe.pairs(),
        question.ticks,
        names.join(", "),
        match question.channels {
            0xffff => String::new(),
            channels => format!(", channel {}", channels.trailing_zeros() + 1),
        }
    );
    let title = |f: &Finding| format!("{} {}", question.scene.species[f.species].name, f.quantity.name());
    let width = found.iter().map(|f| title(f).chars().count()).max().unwrap_or(0).max(8);
    for test in &question.tests {
        let _ = writeln!(
            text,
            "\n{test}: {}\n  {:width$} {:>10} {:>10} {:>11}   {:22} {:>6} {:>8} {:>9}",
            test.told(),
            "",
            "unchanged",
            "changed",
            "difference",
            "95 % interval",
            "d",
            "p",
            "corrected"
        );
        for finding in found.iter().filter(|f| f.test == *test) {
            let _ = write!(text, "  {:width$}", title(finding));
            let [plain, changed] = finding.means.map(figure);
            let _ = match finding.effect {
                Effect::Few => {
                    writeln!(text, " {:>10} pairs of {} came to a number: too few", finding.pairs, probe.pairs())
                }
                Effect::Same => writeln!(text, " {plain:>10} {changed:>10}   no pair differs"),
                Effect::Measured { difference, interval: [low, high], size, p: [p, corrected] } => writeln!(
                    text,
                    " {plain:>10} {changed:>10} {:>11}   {:22} {:>6} {:>8} {:>9}",
                    figure(difference),
                    format!("{} to {}", figure(low), figure(high)),
                    size.map_or("alike".into(), |d| format!("{d:.2}")),
                    chance(p),
                    chance(corrected)
                ),
            };
        }
    }
    let compared = found.iter().filter(|f| matches!(f.effect, Effect::Measured { .. })).count();
    let _ = writeln!(
        text,
        "\nd: difference in deviations of the pairs' differences; p: sign-flip test; corrected: for {compared} comparisons (Holm)."
    );
    for beside in heard {
        let _ = writeln!(text, "{}; `iwashi meaning` tells more.", beside.words());
    }
    let least = least_chance(probe.pairs() as usize);
    if compared > 0 && least * compared as f64 > 0.05 {
        let _ = writeln!(
            text,
            "Of {} pairs no chance comes below {}: corrected for so many comparisons none comes below 0.05. Take more --pairs.",
            probe.pairs(),
            chance(least)
        );
    }
    for (species, spec) in question.scene.species.iter().enumerate() {
        for sentence in words(found, species, &spec.name) {
            let _ = writeln!(text, "{sentence}");
        }
    }
    text
}

/// What a finding says, for JSON: nothing where it says nothing.
fn told(finding: &Finding, probe: &Probe) -> serde_json::Value {
    let species = &probe.question().scene.species[finding.species].name;
    let mut value = json!({
        "test": finding.test.to_string(),
        "species": species,
        "quantity": finding.quantity.name(),
        "pairs": finding.pairs,
    });
    if finding.pairs > 0 {
        (value["unchanged"], value["changed"]) = (json!(finding.means[0]), json!(finding.means[1]));
    }
    match finding.effect {
        Effect::Few => value["effect"] = json!("too few pairs"),
        Effect::Same => value["effect"] = json!("no pair differs"),
        Effect::Measured { difference, interval, size, p } => {
            value["effect"] = json!("measured");
            value["difference"] = json!(difference);
            value["interval"] = json!(interval);
            value["d"] = json!(size);
            (value["p"], value["p_corrected"]) = (json!(p[0]), json!(p[1]));
        }
    }
    value
}

fn object(probe: &Probe, about: &str, found: &[Finding], heard: &[Beside]) -> String {
    let question = probe.question();
    let said: Vec<String> = (0..question.scene.species.len())
        .flat_map(|species| words(found, species, &question.scene.species[species].name))
        .collect();
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let beside = |beside: &Beside| {
        json!({
            "speaker": beside.names[0],
            "listener": beside.names[1],
            "speaker_consistency": number(beside.consistency),
            "chance": number(beside.chance),
            "causal_influence": beside.causal.map(number),
        })
    };
    let object = json!({
        "school": about,
        "pairs": probe.pairs(),
        "ticks": question.ticks,
        "findings": found.iter().map(|finding| told(finding, probe)).collect::<Vec<_>>(),
        "heard": heard.iter().map(beside).collect::<Vec<_>>(),
        "words": said,
    });
    format!("{object}\n")
}

/// Every pair's values, a row a test and quantity and pair.
fn table(probe: &Probe, found: &[Finding]) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory does not fail, and all rows have as many columns.
    let _ = writer.write_record(["test", "species", "quantity", "pair", "unchanged", "changed"]);
    let each = probe.quantities().len().max(1);
    for (at, finding) in found.iter().enumerate() {
        let (branch, quantity) = (1 + at / each, at % each);
        let species = &probe.question().scene.species[finding.species].name;
        for (pair, (plain, changed)) in probe.values(0, quantity).iter().zip(probe.values(branch, quantity)).enumerate()
        {
            let value = |x: &f64| if x.is_finite() { x.to_string() } else { String::new() };
            let _ = writer.write_record([
                finding.test.to_string(),
                species.clone(),
                finding.quantity.name(),
                pair.to_string(),
                value(plain),
                value(changed),
            ]);
        }
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
