//! `iwashi evolve --sweep`: runs every combination of values with every seed, one after another, and tells what they came
//! to. Everything is checked before the first of them starts, and what has been done is never done again. Knows nothing of
//! how a run is driven.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::again;
use super::args::{BackendArg, EvolveArgs, ResumeArgs};
use super::prepare::{Prepared, options, prepare_from, run_folder};
use super::runs::{Gone, Job, Output, Until, go_on, page};
use super::screen::Show;
use super::script::Script;
use super::{Done, Failure, say, stop_flag};
use crate::report::lines::{clock, number};
use crate::report::{Quartiles, Summary, end_flags, quoted, summaries};
use crate::run::sweep::{Axis, Cell, MOST_RUNS, Sweep, SweepFolder, SweepRow};
use crate::run::{Goal, Intent, Keeper, RunFolder};
use crate::scene::SceneSpec;
use crate::simulation::{Options, Simulation, problems};

/// `iwashi evolve --sweep …`: a new sweep.
pub fn begin(args: &EvolveArgs, end: Until) -> Result<Done, Failure> {
    let EvolveArgs { scene: name, from, common, saving, .. } = args;
    if end.goal == Goal::Open && end.stop.is_empty() {
        let text =
            "a sweep needs an end for each of its runs: --generations, --ticks, --minutes, --target or --stagnation";
        return Err(Failure::usage(text));
    }
    let Prepared { scene, options, stem } = prepare_from(name, common, from)?;
    let script = Script::read(saving.commands.as_deref())?;
    let axes = args.sweep.iter().map(|(path, values)| axis(path, values)).collect::<Result<Vec<_>, _>>()?;
    let first = scene.seed;
    let seeds = (0..u64::from(args.seeds.unwrap_or(1))).map(|n| first.wrapping_add(n)).collect();
    let backend = match (common.gpus.is_empty(), common.backend) {
        (true, BackendArg::Auto) => "auto",
        (true, BackendArg::Cpu) => "cpu",
        _ => "gpu",
    };
    let mut command = again::command("evolve", name, end, from, common, saving.commands.as_deref(), backend);
    for (path, values) in &args.sweep {
        command += &format!(" --sweep {}", again::word(&format!("{path}={values}")));
    }
    if let Some(seeds) = args.seeds {
        command += &format!(" --seeds {seeds}");
    }
    let sweep = Sweep {
        format: crate::run::FORMAT,
        version: env!("CARGO_PKG_VERSION").to_string(),
        scene: scene.name.clone(),
        axes,
        seeds,
        backend: backend.to_string(),
        goal: end.goal,
        stop: end.stop,
        command,
    };
    sweep.check().map_err(|problem| Failure::usage(format!("--sweep: {problem}")))?;
    check(&sweep, &scene, end, &options, &script)?;
    let path = run_folder(common.out.as_deref(), &format!("{stem}-sweep"), first)?;
    let folder = SweepFolder::create(&path, sweep, &scene, &options.beside, &script.commands)?;
    let output = Output { quiet: common.quiet, json: common.json };
    // Genomes are the folder's own from here on.
    let options = Options { beside: path, ..options };
    Sweeping { folder, options, output, every: saving.checkpoint_every, stop: &stop_flag() }.go()
}

/// Goes on with a sweep; `None` where the folder is not one.
pub fn resume(args: &ResumeArgs) -> Result<Option<Done>, Failure> {
    let Some(mut folder) = SweepFolder::open(&args.run)? else { return Ok(None) };
    let own = Until { goal: folder.sweep().goal, stop: folder.sweep().stop };
    let end = own.changed(&args.length, &args.early, args.no_early_stop);
    let kind = args.backend.unwrap_or(match folder.sweep().backend.as_str() {
        "cpu" => BackendArg::Cpu,
        "gpu" => BackendArg::Gpu,
        _ => BackendArg::Auto,
    });
    let options = Options { beside: args.run.clone(), ..options(kind, args.threads) };
    let (shared, script) = (folder.shared()?, Script::default());
    check(folder.sweep(), &shared, end, &options, &script)?;
    if end != own {
        folder.set_end(end.goal, end.stop)?;
    }
    let output = Output { quiet: args.quiet, json: args.json };
    Sweeping { folder, options, output, every: args.checkpoint_every, stop: &stop_flag() }.go().map(Some)
}

/// `path=a,b,c`: commas within brackets, and within quotes, belong to a value.
fn axis(path: &str, values: &str) -> Result<Axis, Failure> {
    let refuse = |problem: &str| Failure::usage(format!("--sweep {path}={values}: {problem}"));
    if path == "seed" {
        return Err(refuse("seeds are counted with --seeds N, from --seed"));
    }
    if path == "genomes" || path.ends_with(".genomes") {
        return Err(refuse("genome files are not swept: make a sweep for each, with --from"));
    }
    let values = split(values).map_err(|problem| refuse(&problem))?;
    match values.iter().any(String::is_empty) {
        true => Err(refuse("a value is missing: write PATH=A,B,C")),
        false => Ok(Axis { path: path.to_string(), values }),
    }
}

fn split(text: &str) -> Result<Vec<String>, String> {
    let (mut values, mut value, mut open, mut quoted, mut escaped) = (vec![], String::new(), vec![], false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let opened = open.pop();
                if !matches!((opened, c), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')) {
                    return Err(format!("`{c}` closes nothing that was opened"));
                }
            }
            ',' if open.is_empty() => {
                values.push(value.trim().to_string());
                value.clear();
                continue;
            }
            _ => {}
        }
        value.push(c);
    }
    values.push(value.trim().to_string());
    match open.pop() {
        Some(c) => Err(format!("`{c}` is not closed")),
        None if quoted => Err("a quote is not closed".to_string()),
        None => Ok(values),
    }
}

/// Refuses a sweep of which a run could not start: all of its scenes are made and looked at.
fn check(sweep: &Sweep, shared: &SceneSpec, end: Until, options: &Options, script: &Script) -> Result<(), Failure> {
    let of_first_seed = sweep.cells().into_iter().take(sweep.runs() / sweep.seeds.len().max(1)).take(MOST_RUNS);
    for cell in of_first_seed {
        let scene = sweep.scene_of(shared, &cell).map_err(Failure::usage)?;
        let told = |problem: String| match told_values(sweep, &cell) {
            values if values.is_empty() => Failure::usage(problem),
            values => Failure::usage(format!("with {values}: {problem}")),
        };
        if let Some(problem) = problems(&scene, &options.beside).first() {
            return Err(told(problem.to_string()));
        }
        end.check(&scene)?;
        if !script.commands.is_empty() {
            let simulation = Simulation::new(scene, options)?;
            script.rehearse(&simulation).map_err(|failure| told(failure.text))?;
        }
    }
    Ok(())
}

/// The values of a run, as in `species[0].count=4, rollout.ticks=40`.
fn told_values(sweep: &Sweep, cell: &Cell) -> String {
    let pairs = sweep.axes.iter().zip(&cell.values).map(|(axis, value)| format!("{}={value}", axis.path));
    pairs.collect::<Vec<_>>().join(", ")
}

/// A sweep under way.
struct Sweeping<'a> {
    folder: SweepFolder,
    options: Options,
    output: Output,
    /// Ticks between checkpoints.
    every: Option<u64>,
    stop: &'a AtomicBool,
}

impl Sweeping<'_> {
    fn go(self) -> Result<Done, Failure> {
        let (cells, shared, script) = (self.folder.sweep().cells(), self.folder.shared()?, self.folder.script()?);
        let mut interrupted = false;
        for (index, cell) in cells.iter().enumerate() {
            if self.folder.finished(cell)? {
                continue;
            }
            interrupted =
                self.stop.load(Ordering::Relaxed) || matches!(self.run(&shared, &script, cell)?, Done::Interrupted);
            if interrupted {
                break;
            }
            let rows = self.folder.write_table()?;
            if let Some(row) = rows.iter().find(|row| row.cell == *cell) {
                self.tell_run(row, index + 1, cells.len());
            }
        }
        let rows = self.folder.write_table()?;
        let page = page(self.folder.path());
        self.tell(&rows, cells.len(), interrupted, page.as_deref());
        Ok(if interrupted { Done::Interrupted } else { Done::Whole })
    }

    /// Makes one run, or goes on with it.
    fn run(&self, shared: &SceneSpec, script: &[crate::command::Logged], cell: &Cell) -> Result<Done, Failure> {
        let (sweep, path) = (self.folder.sweep(), self.folder.run(cell)?);
        let end = Until { goal: sweep.goal, stop: sweep.stop };
        let Gone { simulation, options, folder } = if path.exists() {
            let threads = self.options.threads.map(|n| n as u32);
            let mut gone = go_on(&path, None, threads)?;
            gone.folder.set_end(end.goal, end.stop)?;
            gone
        } else {
            let scene = sweep.scene_of(shared, cell).map_err(Failure::usage)?;
            let simulation = Simulation::new(scene, &self.options)?;
            let command = self.again(cell, &simulation);
            let intent = Intent { goal: end.goal, stop: end.stop, command, script };
            let folder = RunFolder::create_for(&path, &simulation, intent, &self.options.beside)?;
            Gone { simulation, options: self.options.clone(), folder }
        };
        let job = Job {
            command: "evolve",
            end,
            script,
            show: if self.output.plain() { Show::Bar } else { Show::Nothing },
            note: false,
            hints: Vec::new(),
            stop: self.stop,
        };
        let (done, _) = job.drive(simulation, &options, Some(Keeper::new(folder, self.every)))?;
        Ok(done)
    }

    /// The command that makes one run again, from what all of them share.
    fn again(&self, cell: &Cell, simulation: &Simulation) -> String {
        let sweep = self.folder.sweep();
        let mut words =
            format!("iwashi evolve {}", again::word(&self.folder.path().join("scene.ron").display().to_string()));
        for (axis, value) in sweep.axes.iter().zip(&cell.values) {
            words += &format!(" --set {}", again::word(&format!("{}={value}", axis.path)));
        }
        words += &format!(" --seed {} --backend {}", cell.seed, simulation.info().kind);
        for (flag, value) in end_flags(sweep.goal, &sweep.stop) {
            words += &format!(" {flag} {value}");
        }
        words
    }

    fn tell_run(&self, row: &SweepRow, number_of: usize, of: usize) {
        if self.output.json {
            say(&format!("{}\n", self.row_json(row)));
        } else if !self.output.quiet {
            let values = told_values(self.folder.sweep(), &row.cell);
            let values = if values.is_empty() { values } else { format!("{values}, ") };
            let held_out =
                if row.held_out.is_nan() { String::new() } else { format!(", held-out {}", number(row.held_out)) };
            say(&format!(
                "{number_of}/{of}  {values}seed {}: {} generations, best {}, mean {}{held_out}, {:.1} s\n",
                row.cell.seed,
                row.generations,
                number(row.best),
                number(row.mean),
                row.seconds
            ));
        }
    }

    fn row_json(&self, row: &SweepRow) -> Value {
        json!({
            "run": crate::run::sweep::run_path(self.folder.path(), &row.cell).display().to_string(),
            "values": self.values_json(&row.cell.values),
            "seed": row.cell.seed,
            "generations": row.generations,
            "best": known(row.best.into()),
            "mean": known(row.mean.into()),
            "held_out": known(row.held_out.into()),
            "coverage": known(row.coverage.into()),
            "qd_score": known(row.qd_score),
            "ended": row.ended.by,
            "why": row.ended.why,
            "seconds": row.seconds,
            "digest": row.ended.digest,
        })
    }

    fn values_json(&self, values: &[String]) -> Value {
        let pairs = self.folder.sweep().axes.iter().zip(values);
        Value::Object(pairs.map(|(axis, value)| (axis.path.clone(), value.clone().into())).collect())
    }

    fn tell(&self, rows: &[SweepRow], of: usize, interrupted: bool, page: Option<&Path>) {
        // One number for the whole, so that two sweeps are compared at a glance.
        let digests: String = rows.iter().map(|row| format!("{}\n", row.ended.digest)).collect();
        let digest = blake3::hash(digests.as_bytes()).to_hex();
        let (path, summaries) = (self.folder.path(), summaries(self.folder.sweep(), rows));
        if self.output.json {
            let quartiles = |q: Quartiles| json!([known(q.low), known(q.median), known(q.high)]);
            let combination = |s: &Summary| {
                json!({
                    "values": self.values_json(&s.values), "runs": s.runs, "generations": quartiles(s.generations),
                    "best": quartiles(s.best), "mean": quartiles(s.mean), "held_out": quartiles(s.held_out),
                    "coverage": quartiles(s.coverage), "qd_score": quartiles(s.qd_score),
                    "seconds": quartiles(s.seconds),
                })
            };
            let object = json!({
                "sweep": path.display().to_string(), "runs": of, "ended": rows.len(), "interrupted": interrupted,
                "combinations": summaries.iter().map(combination).collect::<Vec<_>>(),
                "page": page.map(|page| page.display().to_string()), "digest": digest.as_str(),
            });
            return say(&format!("{object}\n"));
        }
        let mut text = String::new();
        if !self.output.quiet {
            text += &table(self.folder.sweep(), &summaries);
            text += &format!("{} of {of} runs have ended\nresults: {}\n", rows.len(), path.display());
            if interrupted {
                text += &format!("stopped before its end; go on with: iwashi resume {}\n", quoted(path));
            }
            if let Some(page) = page {
                text += &format!("report: {}\n", page.display());
            }
        }
        say(&format!("{text}digest: {digest}\n"));
    }
}

/// A number of JSON, which has no NaN.
fn known(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// A line for each combination: medians over its seeds, with the quartiles in brackets where there are several.
fn table(sweep: &Sweep, summaries: &[Summary]) -> String {
    let cell = |q: Quartiles| match q {
        Quartiles { low, high, .. } if low == high || low.is_nan() => number(q.median as f32),
        Quartiles { low, median, high } => {
            format!("{} [{}, {}]", number(median as f32), number(low as f32), number(high as f32))
        }
    };
    let held_out = summaries.iter().any(|s| !s.held_out.median.is_nan());
    let mut head: Vec<String> = sweep.axes.iter().map(|axis| axis.path.clone()).collect();
    head.extend(["runs", "generations", "best", "mean"].map(str::to_string));
    head.extend(held_out.then(|| "held-out".to_string()));
    let archives = summaries.iter().any(Summary::has_archive);
    head.extend(archives.then(|| ["coverage", "QD score"].map(str::to_string)).into_iter().flatten());
    head.push("time".to_string());
    let mut rows = vec![head];
    for s in summaries {
        let mut row = s.values.clone();
        row.extend([s.runs.to_string(), format!("{}", s.generations.median), cell(s.best), cell(s.mean)]);
        row.extend(held_out.then(|| cell(s.held_out)));
        row.extend(archives.then(|| [cell(s.coverage), cell(s.qd_score)]).into_iter().flatten());
        row.push(clock(std::time::Duration::try_from_secs_f64(s.seconds.median).unwrap_or_default()));
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(text, &width)| format!("{text:>width$}")).collect();
        cells.join("  ") + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_within_a_value_are_its_own() {
        assert_eq!(split("1, 2,3").unwrap(), ["1", "2", "3"]);
        let values = split(r#"Genetic(tournament: 3, elites: 1),[1, (2, 3)],"a,\"b",Off"#).unwrap();
        assert_eq!(values, ["Genetic(tournament: 3, elites: 1)", "[1, (2, 3)]", r#""a,\"b""#, "Off"]);
        assert_eq!(split("[1,2"), Err("`[` is not closed".to_string()));
        assert_eq!(split("(1],2"), Err("`]` closes nothing that was opened".to_string()));
        assert_eq!(split("\"a,b"), Err("a quote is not closed".to_string()));
        assert!(axis("a", "1,,2").is_err() && axis("a", "").is_err() && axis("seed", "1,2").is_err());
    }

    #[test]
    fn the_table_has_a_line_for_each_combination() {
        let some = |median: f64| Quartiles { low: median - 0.5, median, high: median + 0.5 };
        let none = Quartiles { low: f64::NAN, median: f64::NAN, high: f64::NAN };
        let summary = |value: &str, best: f64| Summary {
            values: vec![value.to_string()],
            runs: 3,
            generations: Quartiles { low: 4.0, median: 4.0, high: 4.0 },
            best: some(best),
            mean: none,
            held_out: none,
            coverage: none,
            qd_score: none,
            seconds: some(90.0),
        };
        let sweep = Sweep {
            format: 1,
            version: String::new(),
            scene: String::new(),
            axes: vec![Axis { path: "dt".into(), values: vec![] }],
            seeds: vec![],
            backend: String::new(),
            goal: Goal::Open,
            stop: Default::default(),
            command: String::new(),
        };
        let text = table(&sweep, &[summary("0.1", 2.0), summary("0.05", 30.0)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].trim_start(), "dt  runs  generations                  best  mean    time");
        assert!(lines[2].ends_with("30.00 [29.50, 30.50]     -  1m 30s"), "{text}");
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{text}");
    }
}
