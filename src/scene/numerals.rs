//! From a number as it is written to its value, within its limits. Knows nothing of which parameter it is for.

use ron2::ast::{NumberExpr, NumberKind};

use super::node::Limits;

/// A number as written, without the underscores that help the eye.
fn digits(number: &NumberExpr<'_>) -> String {
    number.raw.replace('_', "").trim_start_matches('+').to_owned()
}

/// A whole number in any base.
fn integer(written: &str) -> Option<i128> {
    let (sign, magnitude) = match written.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, written),
    };
    let lower = magnitude.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ => (10, &lower[..]),
    };
    Some(sign * i128::from_str_radix(digits, base).ok()?)
}

/// A floating-point number within its limits, or what is wrong with it.
pub(super) fn float(number: &NumberExpr<'_>, limits: Option<Limits>) -> Result<f32, &'static str> {
    let written = digits(number);
    let value = match number.kind {
        NumberKind::SpecialFloat => None,
        NumberKind::Float => written.parse::<f32>().ok(),
        _ => integer(&written).map(|n| n as f32).or_else(|| written.parse().ok()),
    };
    let value = value.ok_or("is not a number")?;
    let fits = limits.is_none_or(|l| (l.low as f32..=l.high as f32).contains(&value));
    match fits && value.is_finite() {
        true => Ok(value),
        false if value.is_nan() => Err("is not a number"),
        false => Err("is out of range"),
    }
}

/// A whole number within its limits, or what is wrong with it.
pub(super) fn whole(number: &NumberExpr<'_>, limits: Option<Limits>) -> Result<u64, &'static str> {
    if matches!(number.kind, NumberKind::Float | NumberKind::SpecialFloat) {
        return Err("is not a whole number");
    }
    let written = digits(number);
    let value = integer(&written).ok_or("is not a whole number")?;
    let value = u64::try_from(value).map_err(|_| "is out of range")?;
    let fits = limits.is_none_or(|l| (l.low..=l.high).contains(&(value as f64)));
    if fits { Ok(value) } else { Err("is out of range") }
}
