//! Evolutionary activity of a run beside neutral shadows of it, as charts and in words: part of the page of a run, and the words of a
//! command. Knows nothing of how it is measured.

use std::path::Path;

use super::chart::COLORS;
use super::curve::{Curve, Points};
use super::html;
use crate::measure::shadow::{History, Kind, Traced};
use crate::run::{Born, Past, RunError, Times};

/// Shadows behind a chart, and the fewest of which anything follows: of 39 one in forty can be told, which two figures together need.
pub const SHADOWS: u32 = 39;

/// Births for which a page may take the time, a second or so; more are left to `iwashi activity`.
const MOST_BIRTHS: usize = 100_000;

/// Charts and a sentence for each species that is bred and of which the log tells; nothing where none is.
pub fn activities(folder: &Path, past: &Past) -> Result<String, RunError> {
    let seed = past.info.seed;
    let mut section = String::new();
    for Born { species, told } in past.births(folder)? {
        let Ok((history, times)) = told else { continue };
        let name = &past.scene.species[species].name;
        if history.births() > MOST_BIRTHS {
            let line = format!("{name}: {} births are too many for a page; `iwashi activity` tells.", history.births());
            section += &format!("<p class=\"soft\">{}</p>\n", html::escape(&line));
            continue;
        }
        let Some(traced) = history.traced(Kind::Cohorts, SHADOWS, seed) else { continue };
        let across = match times {
            Times::Generations => "generation",
            Times::Ticks => "tick",
        };
        let figures = ["mean activity of lines", "new activity of lines"];
        let figures: String = (0..2)
            .map(|part| html::figure(&format!("{name}: {}", figures[part]), across, &curves(&history, &traced, part)))
            .collect();
        section += &format!(
            "<div class=\"charts\">\n{figures}</div>\n<p class=\"soft\">{}</p>\n",
            html::escape(&words(name, &traced, SHADOWS))
        );
    }
    Ok(if section.is_empty() { section } else { format!("<h2>Evolutionary activity</h2>\n{section}") })
}

/// The run, and its shadows with the middle 95 % of them.
fn curves(history: &History, traced: &Traced, part: usize) -> [Curve; 2] {
    let (mut own, mut shadows) = (Points::default(), Points::default());
    for ((time, moment), chance) in history.times.iter().zip(&traced.course).zip(&traced.chance) {
        own.push_plain(*time as f64, [moment.wave.mean(), moment.new][part]);
        shadows.push(*time as f64, chance[part]);
    }
    [Curve::line("this run", 0, own), Curve::marked("neutral shadows", 1 % COLORS, shadows)]
}

/// What follows for a species, and what does not.
pub fn words(name: &str, traced: &Traced, shadows: u32) -> String {
    let what = match traced.kind {
        Kind::Founders => "the lines of its founders",
        Kind::Cohorts => "lines that begin anew with each tenth of the run",
        Kind::Genotypes => "its genotypes",
    };
    let least = traced.excess.iter().map(|excess| excess.p).fold(1.0, f64::min);
    // Two figures, either of which would do (Bonferroni).
    if 2.0 * least <= 0.05 {
        format!(
            "`{name}`: {what} gather more activity than all but {:.1} % of neutral shadows do: the success of some runs in their families, by what \
             they inherit or by where they are born. That is more than the first class of Bedau et al. (no adaptive activity). Whether it is the \
             second (bounded) or the third (unbounded) one run of a population of bounded size cannot tell.",
            100.0 * least
        )
    } else {
        format!(
            "`{name}`: {what} gather no more activity than neutral shadows do, as far as {shadows} of them tell: the first class of Bedau et al. \
             (no adaptive activity), or less of it than shows here."
        )
    }
}
