//! The page of a sweep: medians over the seeds with their quartiles, in curves and in a table, and every run. Knows
//! nothing of who asks.

use std::path::Path;
use std::time::Duration;

use super::curve::{Curve, Points};
use super::html::{self, Cell};
use super::lines::{clock, number};
use super::page::footer;
use super::summary::{Quartiles, summaries};
use crate::files;
use crate::run::sweep::{self, Sweep, SweepRow, run_path};
use crate::run::{Generation, RunError, judged, read_scene, tables};

/// Combinations drawn into one chart, at most: as many as there are colours.
const TOGETHER: usize = super::chart::COLORS;
/// Largest scene that is read, bytes.
const LARGEST_SCENE: u64 = 16 << 20;

/// The page of the sweep in `folder`; `links` tells whether it will lie there, so that it may lead to files beside it.
pub fn page(folder: &Path, sweep: &Sweep, links: bool) -> Result<String, RunError> {
    let rows = sweep::rows(folder, sweep)?;
    let title = if sweep.scene.is_empty() { "A sweep without a name" } else { &sweep.scene };
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
    body += &html::charts("Fitness over the seeds: median and quartiles", &curves(folder, sweep, &rows)?);
    body += &combinations(sweep, &rows);
    body += &runs(folder, sweep, &rows, links);
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

/// What is set, of a combination.
fn named(sweep: &Sweep, values: &[String]) -> String {
    let pairs = sweep.axes.iter().zip(values).map(|(axis, value)| format!("{} = {value}", called(sweep, &axis.path)));
    let text = pairs.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "all seeds".to_string() } else { text }
}

/// One number of a generation.
type Value = fn(&Generation) -> f32;

/// Charts of mean, best and held-out mean, a curve a combination. A sweep of more than can be told apart gets several.
fn curves(folder: &Path, sweep: &Sweep, rows: &[SweepRow]) -> Result<String, RunError> {
    let measures: [(&str, Value); 3] =
        [("best", |row| row.best), ("mean", |row| row.mean), ("held-out mean", |row| row.held_out)];
    let mut drawn = vec![Vec::new(); measures.len()];
    for (combination, values) in sweep.combinations().iter().enumerate() {
        let mut of_runs = Vec::new();
        for row in rows.iter().filter(|row| row.cell.combination == combination) {
            of_runs.push(points(&run_path(folder, &row.cell), measures.map(|(_, value)| value))?);
        }
        for (measure, curves) in drawn.iter_mut().enumerate() {
            let runs = of_runs.iter().map(|points| points[measure].clone()).collect();
            curves.push(Curve::over_runs(&named(sweep, values), combination, runs));
        }
    }
    let of = |(curves, (title, _)): (&Vec<Curve>, (&str, Value))| -> String {
        curves.chunks(TOGETHER).map(|some| html::figure(title, "generation", some)).collect()
    };
    Ok(drawn.iter().zip(measures).map(of).collect())
}

/// Points for each value, of the species that a run is judged by; none in live evolution.
fn points(run: &Path, values: [Value; 3]) -> Result<[Points; 3], RunError> {
    let scene = read_scene(run)?;
    let mut points: [Points; 3] = Default::default();
    Generation::each(&run.join(tables::GENERATIONS), u64::MAX, |row| {
        if Some(row.species.as_str()) == judged(&scene) {
            points
                .iter_mut()
                .zip(values)
                .for_each(|(to, value)| to.push_plain(row.generation as f64, value(&row).into()));
        }
    })?;
    Ok(points)
}

fn combinations(sweep: &Sweep, rows: &[SweepRow]) -> String {
    let cell = |q: Quartiles| {
        Cell::Number(match q {
            Quartiles { low, high, .. } if low == high || low.is_nan() => number(q.median as f32),
            Quartiles { low, median, high } => {
                format!("{} [{}, {}]", number(median as f32), number(low as f32), number(high as f32))
            }
        })
    };
    let line = |s: &super::Summary| {
        let mut cells: Vec<Cell> = s.values.iter().cloned().map(Cell::Text).collect();
        cells.extend([Cell::Number(s.runs.to_string()), Cell::Number(format!("{}", s.generations.median))]);
        cells.extend([cell(s.best), cell(s.mean), cell(s.held_out)]);
        cells.push(Cell::Number(clock(Duration::try_from_secs_f64(s.seconds.median).unwrap_or_default())));
        cells
    };
    let lines: Vec<Vec<Cell>> = summaries(sweep, rows).iter().map(line).collect();
    let mut head: Vec<&str> = sweep.axes.iter().map(|axis| called(sweep, &axis.path)).collect();
    head.extend(["runs", "generations", "best", "mean", "held-out", "time"]);
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
