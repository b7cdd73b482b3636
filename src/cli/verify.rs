//! `iwashi verify`: published results, measured anew. Knows nothing of how they are measured.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::args::{EngineArg, StageArg, VerifyArgs};
use super::{Done, Failure, say};
use crate::files::FileError;
use crate::report::verified::{self, FILES, Measured, allowed, figure};
use crate::simulation::{BackendChoice, SimulationError};
use crate::verify::{Ask, CARDS, Card, Finding, Kept, PARTS, Stage, named, program};

/// Folder of finished pieces, within that of results.
const KEPT: &str = "kept";

/// Name under which a whole card is kept.
const WHOLE: &str = "whole card";

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        Failure::failed(error.to_string())
    }
}

/// `iwashi verify`.
pub fn verify(args: &VerifyArgs) -> Result<Done, Failure> {
    let Some(name) = &args.card else {
        say(&list());
        return Ok(Done::Whole);
    };
    let cards = named(name);
    if cards.is_empty() {
        let names: Vec<_> = CARDS.iter().map(|card| card.name).collect();
        let parts: Vec<_> = PARTS.iter().map(|part| format!("`{part}`")).collect();
        return Err(Failure::usage(format!(
            "there is no card `{name}`; there are `all`, {}, and {}",
            parts.join(", "),
            names.join(", ")
        )));
    }
    let stage = match args.stage {
        StageArg::Short => Stage::Short,
        StageArg::Full => Stage::Full,
    };
    let gpu = args.backend == EngineArg::Gpu;
    tell_what_is_ignored(args, &cards);
    if let Some(folder) = &args.output {
        // Before anything is measured, so that a folder that cannot be written costs nothing.
        verified::write_page(folder)?;
    }
    let (mut missed, mut total) = (0, 0);
    for card in &cards {
        let how = Measured { stage, gpu: gpu && card.engine, seeds: args.seeds.filter(|_| card.seeds) };
        let began = Instant::now();
        let (finding, before) = measure(card, &how, args.output.as_deref())?;
        let seconds = (!before).then(|| began.elapsed().as_secs_f64());
        if let Some(folder) = &args.output {
            verified::write(folder, card, &how, &finding)?;
            verified::write_page(folder)?;
        }
        total += finding.checks.len();
        missed += finding.checks.iter().filter(|check| !check.pass).count() + usize::from(finding.checks.is_empty());
        say(&if args.json { object(card, &how, &finding, seconds) } else { table(card, &finding, seconds) });
    }
    match missed {
        0 => Ok(Done::Whole),
        _ => Err(Failure::failed(format!("{missed} of {total} quantities miss their targets"))),
    }
}

/// Measures a card; of a full stage with a folder, goes on where an earlier call stopped, and says whether that had finished.
fn measure(card: &Card, how: &Measured, folder: Option<&Path>) -> Result<(Finding, bool), Failure> {
    let tell = |text: &str| {
        if how.stage == Stage::Full {
            note(&format!("{}: {text}", card.name));
        }
    };
    let backend = if how.gpu { BackendChoice::Gpu } else { BackendChoice::Cpu };
    let failed =
        |error: &dyn std::fmt::Display| Failure::failed(format!("{} could not be measured: {error}", card.name));
    let mut ask = Ask::new(how.stage, backend, &tell).map_err(|e| failed(&SimulationError::from(e)))?;
    ask.seeds = how.seeds;
    let kept = match folder {
        Some(folder) if how.stage == Stage::Full => {
            Some(Kept::new(&folder.join(FILES).join(KEPT), format!("{}\n{}", program()?, how.command(card)))?)
        }
        _ => None,
    };
    if let Some(finding) = kept.as_ref().and_then(|kept| kept.get(WHOLE)) {
        return Ok((finding, true));
    }
    ask.kept = kept.as_ref();
    let finding = (card.run)(&ask).map_err(|error| failed(&error))?;
    kept.map_or(Ok(()), |kept| kept.put(WHOLE, &finding))?;
    Ok((finding, false))
}

/// Flags that some of the cards have no use for.
fn tell_what_is_ignored(args: &VerifyArgs, cards: &[&Card]) {
    let without = |has: fn(&Card) -> bool| {
        let names: Vec<_> = cards.iter().filter(|card| !has(card)).map(|card| card.name).collect();
        names.join(", ")
    };
    let engine = without(|card| card.engine);
    if args.backend == EngineArg::Gpu && !engine.is_empty() {
        note(&format!("--backend gpu is ignored by cards that do not run the engine: {engine}"));
    }
    let seeds = without(|card| card.seeds);
    if args.seeds.is_some() && !seeds.is_empty() {
        note(&format!("--seeds is ignored by cards that do not count in seeds: {seeds}"));
    }
}

/// A line beside the results.
fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What can be verified.
fn list() -> String {
    let mut text = String::from("iwashi verify CARD, where CARD is `all`, a part, or one of:\n\n");
    let width = CARDS.iter().map(|card| card.name.len()).max().unwrap_or(0);
    for card in CARDS {
        let _ = writeln!(text, "  {:width$}  {:13}  {} ({})", card.name, card.part, card.title, card.source);
    }
    text
}

fn object(card: &Card, how: &Measured, finding: &Finding, seconds: Option<f64>) -> String {
    let value = json!({
        "card": card.name,
        "source": card.source,
        "command": how.command(card),
        "seconds": seconds,
        "pass": finding.passes(),
        "checks": finding.checks,
    });
    format!("{value}\n")
}

fn table(card: &Card, finding: &Finding, seconds: Option<f64>) -> String {
    let mut text = format!("{}: {}\n{}\n", card.name, card.title, card.source);
    let checks = &finding.checks;
    let width = checks.iter().map(|check| check.quantity.chars().count()).max().unwrap_or(0).max("quantity".len());
    let _ = writeln!(
        text,
        "  {:width$}  {:>10}  {:>8}  {:>10}  {:>12}",
        "quantity", "measured", "SE", "target", "tolerance"
    );
    for check in checks {
        let error = check.error.map_or("-".to_string(), |error| figure(error, 2));
        let tolerance = allowed(&check.tolerance, |x| figure(x, 4));
        let (measured, target) = (figure(check.measured, 6), figure(check.target, 6));
        let verdict = if check.pass { "pass" } else { "MISSED" };
        let _ = writeln!(
            text,
            "  {:width$}  {measured:>10}  {error:>8}  {target:>10}  {tolerance:>12}  {verdict}",
            check.quantity
        );
    }
    let _ = match seconds {
        Some(seconds) => writeln!(text, "  {seconds:.1} s\n"),
        None => writeln!(text, "  finished by an earlier call into the same folder\n"),
    };
    text
}
