//! Values of flags, read from their text. Knows nothing of which flags take them.

use crate::measure::cuts::Discretization;
use crate::probe::LEAST_PAIRS;

/// `1280x720`, or the name of a common size.
pub fn size(text: &str) -> Result<(u32, u32), String> {
    match text.to_ascii_lowercase().as_str() {
        "720p" => return Ok((1280, 720)),
        "1080p" => return Ok((1920, 1080)),
        "4k" => return Ok((3840, 2160)),
        _ => {}
    }
    let sides =
        text.split_once(['x', 'X', '×']).and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    sides.ok_or_else(|| "write width and height as in 1280x720".to_string())
}

/// `PATH=VALUE`, cut at the first equals sign.
pub fn path_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => Ok((path.trim().to_string(), value.trim().to_string())),
        _ => Err("expected PATH=VALUE, as in species[0].count=50".to_string()),
    }
}

/// A number of pairs of worlds.
pub fn pairs(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(n) if n < LEAST_PAIRS => Err(format!(
            "of fewer than {LEAST_PAIRS} pairs nothing can be said: by chance alone five differ to one side once in sixteen times"
        )),
        Ok(n) if n <= 10_000 => Ok(n),
        _ => Err(format!("expected a number of pairs, from {LEAST_PAIRS} to 10000")),
    }
}

/// A number of worlds that are compared with copies of them.
pub fn worlds(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(n) if n < LEAST_PAIRS => Err(format!(
            "of fewer than {LEAST_PAIRS} worlds nothing can be said: by chance alone five differ to one side once in sixteen times"
        )),
        Ok(n) if n <= 10_000 => Ok(n),
        _ => Err(format!("expected a number of worlds, from {LEAST_PAIRS} to 10000")),
    }
}

/// A distance in body lengths.
pub fn distance(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(d) if d > 0.0 && d <= 1_000.0 => Ok(d),
        _ => Err("expected a distance in BL, more than 0 and at most 1000".to_string()),
    }
}

/// `signs`, or a number of classes, which are of equal mass unless `means:` stands before it.
pub fn cut(text: &str) -> Result<Discretization, String> {
    match (text.trim(), text.trim().parse::<u32>()) {
        ("signs", _) => Ok(Discretization::Signs),
        (_, Ok(classes)) if (2..=8).contains(&classes) => Ok(Discretization::EqualMass(classes)),
        _ => match text.trim().strip_prefix("means:").and_then(|classes| classes.parse().ok()) {
            Some(classes @ 2..=8) => Ok(Discretization::Means(classes)),
            _ => Err("expected `signs`, a number of classes from 2 to 8, or `means:` and such a number".to_string()),
        },
    }
}

/// A number from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    match text.trim().parse::<f32>() {
        Ok(w) if (0.0..=1.0).contains(&w) => Ok(w),
        _ => Err("expected a number from 0 to 1".to_string()),
    }
}

/// A number from 0 to 1, but not 1.
pub fn share_below(text: &str) -> Result<f32, String> {
    match share(text) {
        Ok(w) if w < 1.0 => Ok(w),
        _ => Err("expected a number from 0 to 1, but not 1".to_string()),
    }
}

/// The length of a step.
pub fn rate(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 10.0 => Ok(rate),
        _ => Err("expected a number above 0 and at most 10".to_string()),
    }
}

/// A fitness, or a factor.
pub fn finite(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(f) if f.is_finite() => Ok(f),
        _ => Err("expected a finite number".to_string()),
    }
}

/// A time of a tenth of a second to an hour.
pub fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if (0.1..=3_600.0).contains(&s) => Ok(s),
        _ => Err("expected seconds, from 0.1 to 3600".to_string()),
    }
}

/// A time in minutes.
pub fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(m) if m > 0.0 && m <= 1_000_000.0 => Ok(m),
        _ => Err("expected minutes, more than 0 and at most 1000000".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_split_at_the_first_equals_sign() {
        assert_eq!(path_and_value("a.b = \"x=y\"").unwrap(), ("a.b".into(), "\"x=y\"".into()));
        assert!(path_and_value("count").is_err() && path_and_value("=3").is_err());
        assert!(minutes("NaN").is_err() && minutes("0.5").is_ok());
    }
}
