//! The lines of the live tables. Knows nothing of when they are shown.

use std::time::Duration;

use crate::measure::MetricsRow;
use crate::run::Generation;

/// Head of the live table of metrics.
pub fn metrics_head() -> String {
    format!(
        "{:>10} {:>8} {:<14} {:>7} {:>7} {:>7} {:>10} {:>9} {:>6} {:>9}",
        "tick", "gen", "species", "alive", "born", "died", "fitness", "food/life", "order", "ticks/s"
    )
}

/// One line of it. Fitness is that of whole lives where lives ended, else of the living.
pub fn metrics_line(row: &MetricsRow) -> String {
    let fitness = if row.life_fitness.is_nan() { row.fitness_mean } else { row.life_fitness };
    format!(
        "{:>10} {:>8.1} {:<14} {:>7} {:>7} {:>7} {:>10} {:>9} {:>6} {:>9.0}",
        row.tick,
        row.generation,
        cut(&row.species),
        row.population,
        row.births,
        row.deaths,
        number(fitness),
        number(row.life_food),
        number(row.polarization),
        row.ticks_per_second
    )
}

/// Head of the live table of generations.
pub fn generation_head() -> String {
    format!(
        "{:>10} {:<14} {:>10} {:>10} {:>28} {:>11} {:>13} {:>9}",
        "generation", "species", "best", "mean", "held-out", "evaluations", "agent-steps/s", "left"
    )
}

/// One line of it: `evaluations` genomes of the species were judged so far, `rate` agent-steps are made in a second, and
/// `left` is the real time to the goal where it can be told.
pub fn generation_line(row: &Generation, evaluations: u64, rate: f64, left: Option<Duration>) -> String {
    format!(
        "{:>10} {:<14} {:>10} {:>10} {:>28} {:>11} {:>13} {:>9}",
        row.generation,
        cut(&row.species),
        number(row.best),
        number(row.mean),
        held_out(row),
        evaluations,
        short(rate),
        left.map_or("-".to_string(), clock)
    )
}

/// A share in percent.
pub fn percent(share: f32) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Best, mean, held-out mean and how far the archive is filled, in words.
pub fn worth(row: &Generation) -> String {
    let mut text = format!("best {}, mean {}", number(row.best), number(row.mean));
    if !row.held_out.is_nan() {
        text += &format!(", held-out {}", held_out(row));
    }
    if !row.coverage.is_nan() {
        text += &format!(", coverage {}, QD score {}", percent(row.coverage), number(row.qd_score as f32));
    }
    text
}

/// Mean on held-out seeds, with its interval.
fn held_out(row: &Generation) -> String {
    match row.held_out_range {
        [low, high] if low.is_nan() || high.is_nan() => number(row.held_out),
        [low, high] => format!("{} [{}, {}]", number(row.held_out), number(low), number(high)),
    }
}

/// A fitness or measure; `-` where it is not known. Small ones keep three digits that count.
pub fn number(value: f32) -> String {
    match value.abs() {
        v if v.is_nan() => "-".to_string(),
        // At zero, and wherever two decimals say at least as much.
        v if v == 0.0 || (0.1..1e6).contains(&v) => format!("{value:.2}"),
        _ => format!("{value:.2e}"),
    }
}

/// A rate with three digits: `812`, `1.25k`, `34.0M`.
pub fn short(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e9 => (v / 1e9, "G"),
        v if v >= 1e6 => (v / 1e6, "M"),
        v if v >= 1e3 => (v / 1e3, "k"),
        v => return format!("{v:.0}"),
    };
    let decimals = if scaled < 10.0 { 2 } else { usize::from(scaled < 100.0) };
    format!("{scaled:.decimals$}{unit}")
}

/// A time in its two largest units: `5s`, `3m 20s`, `2h 05m`, `3d 04h`.
pub fn clock(time: Duration) -> String {
    let s = time.as_secs();
    match s {
        0..60 => format!("{s}s"),
        60..3_600 => format!("{}m {:02}s", s / 60, s % 60),
        3_600..86_400 => format!("{}h {:02}m", s / 3_600, s / 60 % 60),
        _ => format!("{}d {:02}h", s / 86_400, s / 3_600 % 24),
    }
}

/// A name as long as its column.
fn cut(name: &str) -> String {
    name.chars().take(14).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_line_up_and_mark_what_is_not_known() {
        let row = MetricsRow {
            species: "a very long name of a species".into(),
            life_fitness: f32::NAN,
            ..Default::default()
        };
        assert_eq!(metrics_line(&row).len(), metrics_head().len());
        assert!(metrics_line(&MetricsRow { polarization: f32::NAN, ..row }).contains(" - "));

        let row = Generation {
            species: "a very long name of a species".into(),
            held_out: -1_234.5,
            held_out_range: [-1e-7, 1e30],
            ..Default::default()
        };
        let line = generation_line(&row, 1_000_000, 1.25e9, Some(Duration::from_secs(90_000)));
        assert_eq!(line.len(), generation_head().len(), "{line}");
        assert!(line.ends_with(" 1d 01h") && line.contains("-1234.50 [-1.00e-7, 1.00e30]"), "{line}");
        let unknown = Generation { held_out: f32::NAN, ..row };
        assert!(!worth(&unknown).contains("held-out"));
        let filled = Generation { coverage: 0.125, qd_score: 33.0, ..unknown.clone() };
        assert!(worth(&filled).ends_with(", coverage 12.5 %, QD score 33.00"), "{}", worth(&filled));
        assert!(!worth(&Generation { coverage: f32::NAN, ..unknown }).contains("coverage"));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(["812", "1.25k", "34.0M", "120G"], [812.0, 1_250.0, 3.4e7, 1.2e11].map(short)[..]);
        assert_eq!(["-", "0.00", "8.31", "-1.20e-3", "1.00e7"], [f32::NAN, 0.0, 8.314, -0.0012, 1e7].map(number)[..]);
        let clocks = [5, 200, 7_500, 273_600].map(|s| clock(Duration::from_secs(s)));
        assert_eq!(["5s", "3m 20s", "2h 05m", "3d 04h"], clocks[..]);
    }
}
