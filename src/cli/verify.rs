//! `iwashi verify`: published results, measured anew. Knows nothing of how they are measured.

use std::fmt::Write;
use std::time::Instant;

use serde_json::json;

use super::args::{StageArg, VerifyArgs};
use super::{Done, Failure, say};
use crate::verify::{CARDS, Card, Check, Stage, Tolerance, named};

/// `iwashi verify`.
pub fn verify(args: &VerifyArgs) -> Result<Done, Failure> {
    let Some(name) = &args.card else {
        say(&list());
        return Ok(Done::Whole);
    };
    let cards = named(name);
    if cards.is_empty() {
        let names: Vec<_> = CARDS.iter().map(|card| card.name).collect();
        return Err(Failure::usage(format!(
            "there is no card `{name}`; there are `all`, `evolution`, `communication`, and {}",
            names.join(", ")
        )));
    }
    let stage = match args.stage {
        StageArg::Short => Stage::Short,
        StageArg::Full => Stage::Full,
    };
    let mut missed = 0;
    let mut total = 0;
    for card in &cards {
        let began = Instant::now();
        let checks = (card.run)(stage);
        let seconds = began.elapsed().as_secs_f64();
        total += checks.len();
        missed += checks.iter().filter(|check| !check.pass).count();
        say(&if args.json { object(card, &checks, seconds) } else { table(card, &checks, seconds) });
    }
    match missed {
        0 => Ok(Done::Whole),
        _ => Err(Failure::failed(format!("{missed} of {total} quantities miss their targets"))),
    }
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

fn object(card: &Card, checks: &[Check], seconds: f64) -> String {
    let pass = checks.iter().all(|check| check.pass);
    format!(
        "{}\n",
        json!({"card": card.name, "source": card.source, "seconds": seconds, "pass": pass, "checks": checks})
    )
}

fn table(card: &Card, checks: &[Check], seconds: f64) -> String {
    let mut text = format!("{}: {}\n{}\n", card.name, card.title, card.source);
    let width = checks.iter().map(|check| check.quantity.chars().count()).max().unwrap_or(0).max("quantity".len());
    let _ = writeln!(
        text,
        "  {:width$}  {:>10}  {:>8}  {:>10}  {:>12}",
        "quantity", "measured", "SE", "target", "tolerance"
    );
    for check in checks {
        let error = check.error.map_or("-".to_string(), |error| figure(error, 2));
        let tolerance = match check.tolerance {
            Tolerance::Absolute(most) => format!("± {}", figure(most, 2)),
            Tolerance::Relative(most) => format!("± {} %", figure(100.0 * most, 2)),
            Tolerance::AtLeast => "at least".into(),
            Tolerance::UpTo(most) => format!("up to {}", figure(most, 4)),
        };
        let (measured, target) = (figure(check.measured, 6), figure(check.target, 6));
        let verdict = if check.pass { "pass" } else { "MISSED" };
        let _ = writeln!(
            text,
            "  {:width$}  {measured:>10}  {error:>8}  {target:>10}  {tolerance:>12}  {verdict}",
            check.quantity
        );
    }
    let _ = writeln!(text, "  {seconds:.1} s\n");
    text
}

/// A number to so many digits that mean something, without zeros at its end.
fn figure(x: f64, digits: usize) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let size = x.abs().log10().floor() as i32;
    if size < -5 {
        return format!("{x:.*e}", digits.saturating_sub(1));
    }
    let decimals = (digits as i32 - 1 - size).max(0) as usize;
    let text = format!("{x:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_as_long_as_they_mean_something() {
        let figures = [figure(0.074455, 6), figure(55.0, 6), figure(4.2e-13, 2), figure(37.512, 2), figure(1234.0, 2)];
        assert_eq!(figures, ["0.074455", "55", "4.2e-13", "38", "1234"]);
        assert_eq!((figure(0.0, 3), figure(f64::NAN, 3)), ("0".into(), "NaN".into()));
    }
}
