//! What a sweep leaves to be looked at: its page, with medians over the seeds and their quartiles in curves and in a table, and
//! every run; and the curves by themselves. Knows nothing of who asks.

use std::path::Path;
use std::time::Duration;

use super::courses::Courses;
use super::curve::Figure;
use super::html::{self, Cell};
use super::lines::{clock, number};
use super::page::footer;
use super::sheet::sheet;
use super::summary::{Quartiles, Summary, summaries};
use crate::files;
use crate::run::RunError;
use crate::run::sweep::{self, Sweep, SweepRow};

/// The curves as a table, and as a picture.
const CURVES: &str = "curves.csv";
const SHEET: &str = "curves.svg";
/// Largest scene that is read, bytes.
const LARGEST_SCENE: u64 = 16 << 20;

/// The page of the sweep in `folder`; `inside` tells whether it will lie there, so that it may lead to files beside it. The
/// curves by themselves are written there too, then.
pub fn page(folder: &Path, sweep: &Sweep, inside: bool) -> Result<String, RunError> {
    let rows = sweep::rows(folder, sweep)?;
    let title = if sweep.scene.is_empty() { "A sweep without a name" } else { &sweep.scene };
    let courses = Courses::read(folder, sweep, &rows, |values| named(sweep, values))?;
    let [fitness, archives] = [false, true].map(|archive| courses.figures(archive));
    let all = [&fitness[..], &archives[..]].concat();
    let about = format!("{title}: median and quartiles over {} seeds", sweep.seeds.len());
    if inside && let Some(svg) = sheet(&about, &all) {
        files::write_whole(&folder.join(SHEET), &[svg.as_bytes()])?;
        files::write_whole(&folder.join(CURVES), &[&courses.csv()])?;
    }
    let axes: Vec<String> =
        sweep.axes.iter().map(|axis| format!("{} over {}", axis.path, axis.values.join(", "))).collect();
    let over = if axes.is_empty() { String::new() } else { format!("Sweeps {}. ", axes.join("; ")) };
    let told = format!(
        "{over}{} of {} runs have ended; each combination has {} seeds.",
        rows.len(),
        sweep.runs(),
        sweep.seeds.len()
    );
    let mut body = format!("<h1>{}</h1>\n<p class=\"soft\">{}</p>\n", html::escape(title), html::escape(&told));
    let drawn = |figures: &[Figure]| figures.iter().map(html::figure_of).collect::<String>();
    body += &html::charts("Fitness over the seeds: median and quartiles", &drawn(&fitness));
    body += &html::charts("Archives over the seeds: median and quartiles", &drawn(&archives));
    if inside && !all.is_empty() {
        body += &format!("<p class=\"soft\">The same curves are in {CURVES} and {SHEET}.</p>\n");
    }
    body += &combinations(sweep, &rows);
    body += &runs(folder, sweep, &rows, inside);
    body += &format!("<h2>Once more</h2>\n{}", html::commands(&sweep.command));
    let scene = files::read_text(&folder.join("scene.ron"), LARGEST_SCENE)?;
    body += "<h2>Scene that all runs share</h2>\n";
    body += &html::folded(&format!("{} lines, all defaults written out", scene.lines().count()), &scene);
    body += &footer(&sweep.version);
    Ok(html::page(&format!("{title}: a sweep of Iwashi"), &body))
}

/// What an axis is called: the last part of its path, which tells it from the others unless two end alike.
fn called<'a>(sweep: &Sweep, path: &'a str) -> &'a str {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_string();
    let alike = sweep.axes.iter().filter(|axis| last(&axis.path) == last(path)).count() > 1;
    if alike { path } else { path.rsplit('.').next().unwrap_or(path) }
}

/// What is set, of a combination; `None` when nothing is.
fn named(sweep: &Sweep, values: &[String]) -> Option<String> {
    let pairs = sweep.axes.iter().zip(values).map(|(axis, value)| format!("{} = {value}", called(sweep, &axis.path)));
    (!values.is_empty()).then(|| pairs.collect::<Vec<_>>().join(", "))
}

fn combinations(sweep: &Sweep, rows: &[SweepRow]) -> String {
    let summaries = summaries(sweep, rows);
    let archives = summaries.iter().any(Summary::has_archive);
    let cell = |q: Quartiles| {
        Cell::Number(match q {
            Quartiles { low, high, .. } if low == high || low.is_nan() => number(q.median as f32),
            Quartiles { low, median, high } => {
                format!("{} [{}, {}]", number(median as f32), number(low as f32), number(high as f32))
            }
        })
    };
    let line = |s: &Summary| {
        let mut cells: Vec<Cell> = s.values.iter().cloned().map(Cell::Text).collect();
        cells.extend([Cell::Number(s.runs.to_string()), Cell::Number(format!("{}", s.generations.median))]);
        cells.extend([cell(s.best), cell(s.mean), cell(s.held_out)]);
        cells.extend(archives.then(|| [cell(s.coverage), cell(s.qd_score)]).into_iter().flatten());
        cells.push(Cell::Number(clock(Duration::try_from_secs_f64(s.seconds.median).unwrap_or_default())));
        cells
    };
    let mut head: Vec<&str> = sweep.axes.iter().map(|axis| called(sweep, &axis.path)).collect();
    head.extend(["runs", "generations", "best", "mean", "held-out"]);
    head.extend(archives.then_some(["coverage", "QD score"]).into_iter().flatten());
    head.push("time");
    let lines: Vec<Vec<Cell>> = summaries.iter().map(line).collect();
    format!("<h2>Medians and quartiles</h2>\n{}", html::table(&head, &lines))
}

fn runs(folder: &Path, sweep: &Sweep, rows: &[SweepRow], links: bool) -> String {
    let line = |row: &SweepRow| {
        let to = format!("runs/{}/report.html", row.cell.name);
        let mut cells = vec![match links && folder.join(&to).is_file() {
            true => Cell::Link(row.cell.name.clone(), to),
            false => Cell::Text(row.cell.name.clone()),
        }];
        cells.extend(row.cell.values.iter().cloned().map(Cell::Text));
        cells.extend([row.cell.seed.to_string(), row.generations.to_string()].map(Cell::Number));
        cells.extend([row.best, row.mean, row.held_out].map(|value| Cell::Number(number(value))));
        cells.push(Cell::Text(row.ended.by.name().to_string()));
        cells.push(Cell::Text(row.ended.digest.chars().take(16).collect()));
        cells
    };
    let lines: Vec<Vec<Cell>> = rows.iter().map(line).collect();
    let mut head = vec!["run"];
    head.extend(sweep.axes.iter().map(|axis| called(sweep, &axis.path)));
    head.extend(["seed", "generations", "best", "mean", "held-out", "ended by", "digest (first 16)"]);
    format!("<h2>Runs</h2>\n<p class=\"soft\">All of it is in sweep.csv.</p>\n{}", html::table(&head, &lines))
}
