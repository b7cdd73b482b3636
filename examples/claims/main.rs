//! Checks what the shipped scenes claim: runs a scene over seeds beside its ablation and prints every number, the
//! paired difference and its 95 % interval. A claim is data (`table`): what is changed on each side, how long it
//! runs, and what is read. Knows nothing of any one scene beyond that table.
//!
//! `cargo run --release --no-default-features --example claims -- food_call --seeds 5`

mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use serde_json::json;

use iwashi::evolution::round::GenerationRow;
use iwashi::genome_file::GenomeFile;
use iwashi::measure::MetricsRow;
use iwashi::scene::{self, SceneSpec};
use iwashi::simulation::{Options, Simulation};
use iwashi::statistics::{deviation, mean};

use table::CLAIMS;

/// What a side of a claim changes in the scene: paths and values, as in `--set`.
type Sets = &'static [(&'static str, &'static str)];

/// How long a scene runs.
#[derive(Clone, Copy, PartialEq)]
enum Run {
    Ticks(u64),
    Generations(u64),
}

/// What is read from a run.
#[derive(Clone, Copy)]
enum Read {
    /// Mean of a column of the metrics table over rows with tick in `from + 1 ..= to`; what is NaN does not count.
    Column { species: &'static str, column: &'static str, from: u64, to: u64 },
    /// The same as a share of the sum over all species.
    Share { species: &'static str, column: &'static str, from: u64, to: u64 },
    /// Smallest population of a species at any row, 0 when it died out.
    Least { species: &'static str },
    /// Root mean square distance from the mean genome at the start to that at the end, in deviations of the founders.
    Drift { species: &'static str },
    /// What a species is worth on seeds that evolution never saw.
    Unseen(Unseen),
    /// Share of the cells of a species' archive that are occupied at the end.
    Coverage { species: &'static str },
}

/// Rollouts on seeds that evolution never saw.
#[derive(Clone, Copy)]
struct Unseen {
    /// Species that go there with what they have become; the others go as random founders.
    carry: &'static [&'static str],
    /// Species that is read.
    species: &'static str,
    /// Rollouts of each genome.
    trials: u32,
    /// What is changed there, and was not while it evolved.
    sets: Sets,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
struct Side {
    name: &'static str,
    sets: Sets,
    run: Run,
    read: Read,
}

/// When a claim holds.
#[derive(Clone, Copy)]
enum Holds {
    /// The 95 % interval of the paired difference lies above 0.
    Above,
    /// It includes 0: no difference shows.
    Unclear,
    /// In this share of the seeds the treatment is at least so many times the control.
    Times { factor: f64, share: f64 },
    /// In this share of the seeds the treatment exceeds a bound.
    Bound { bound: f64, share: f64 },
}

struct Claim {
    scene: &'static str,
    says: &'static str,
    treatment: Side,
    control: Option<Side>,
    holds: Holds,
}

#[derive(Parser)]
#[command(about = "Checks what the shipped scenes claim, over seeds and against their ablations")]
struct Args {
    /// Shipped scene.
    scene: String,
    /// Seeds to run.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// First seed.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Seeds run side by side, each on one thread.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Only claims whose text contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Changes the scene on both sides, as in `iwashi run --set`.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Scene file to take in the place of the shipped one.
    #[arg(long)]
    file: Option<PathBuf>,
}

/// What is kept of a run.
struct Record {
    metrics: Vec<MetricsRow>,
    generations: Vec<GenerationRow>,
    /// Genomes of each species at the start and at the end.
    genomes: [Vec<Option<GenomeFile>>; 2],
    scene: SceneSpec,
}

/// What a seed gave: the treatment's number, and the control's where there is one.
type Pair = (f64, Option<f64>);

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let claims: Vec<&Claim> = CLAIMS.iter().filter(|c| c.scene == args.scene && c.says.contains(&args.only)).collect();
    if claims.is_empty() {
        let mut known: Vec<&str> = CLAIMS.iter().map(|c| c.scene).collect();
        known.dedup();
        bail!("no such claim; scenes with claims: {}", known.join(", "));
    }
    let base = scene::load(args.file.as_ref().map_or(args.scene.as_str(), |f| f.to_str().unwrap_or_default()))?.spec;
    let next = AtomicU64::new(0);
    let results: Mutex<BTreeMap<u64, Vec<Pair>>> = Mutex::default();
    std::thread::scope(|scope| -> Result<()> {
        let worker = || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= args.seeds {
                    return Ok(());
                }
                let seed = args.first + number;
                let values = one_seed(&args, &base, &claims, seed)?;
                for (claim, (treatment, control)) in claims.iter().zip(&values) {
                    let mut line = json!({ "scene": claim.scene, "claim": claim.says, "seed": seed });
                    line[claim.treatment.name] = json!(treatment);
                    if let (Some(side), Some(value)) = (&claim.control, control) {
                        line[side.name] = json!(value);
                    }
                    println!("{line}");
                }
                results.lock().unwrap_or_else(|e| e.into_inner()).insert(seed, values);
            }
        };
        let workers: Vec<_> = (0..args.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            worker.join().map_err(|_| anyhow::anyhow!("a seed panicked"))??;
        }
        Ok(())
    })?;
    let results = results.into_inner().unwrap_or_else(|e| e.into_inner());
    let mut all = true;
    for (index, claim) in claims.iter().enumerate() {
        let pairs: Vec<Pair> = results.values().map(|values| values[index]).collect();
        let (line, holds) = summary(claim, &pairs);
        println!("{line}");
        all &= holds;
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Both sides of every claim on one seed. Sides that run alike share one run.
fn one_seed(args: &Args, base: &SceneSpec, claims: &[&Claim], seed: u64) -> Result<Vec<Pair>> {
    let mut records: Vec<(Sets, Run, Record)> = vec![];
    let mut values = vec![];
    for claim in claims {
        let mut value = |side: &Side| -> Result<f64> {
            let known = records.iter().position(|(sets, run, _)| *sets == side.sets && *run == side.run);
            let at = match known {
                Some(at) => at,
                None => {
                    let scene = changed(base, &args.sets, side.sets, seed)?;
                    records.push((side.sets, side.run, record(scene, side.run)?));
                    records.len() - 1
                }
            };
            read(&records[at].2, side.read, seed)
        };
        let treatment = value(&claim.treatment)?;
        let control = claim.control.as_ref().map(&mut value).transpose()?;
        values.push((treatment, control));
    }
    Ok(values)
}

/// The scene with a seed and changes.
fn changed(base: &SceneSpec, sets: &[String], own: Sets, seed: u64) -> Result<SceneSpec> {
    let mut spec = base.clone();
    spec.seed = seed;
    for text in sets {
        let (path, value) = text.split_once('=').with_context(|| format!("`{text}` is not PATH=VALUE"))?;
        change(&mut spec, path, value)?;
    }
    for (path, value) in own {
        change(&mut spec, path, value)?;
    }
    Ok(spec)
}

/// Sets one number; in the path `species[name]` and `fields[name]` stand for their places.
fn change(spec: &mut SceneSpec, path: &str, value: &str) -> Result<()> {
    let mut place = path.to_string();
    for (i, s) in spec.species.iter().enumerate() {
        place = place.replace(&format!("species[{}]", s.name), &format!("species[{i}]"));
    }
    for (i, f) in spec.fields.iter().enumerate() {
        place = place.replace(&format!("fields[{}]", f.name), &format!("fields[{i}]"));
    }
    scene::set(spec, &place, value).map_err(|e| anyhow::anyhow!("{path}={value}: {e}"))?;
    Ok(())
}

fn options() -> Options {
    Options { threads: Some(1), ..Options::default() }
}

fn genomes(simulation: &mut Simulation) -> Result<Vec<Option<GenomeFile>>> {
    (0..simulation.plan().species.len()).map(|s| Ok(simulation.genomes(s)?)).collect()
}

fn record(spec: SceneSpec, run: Run) -> Result<Record> {
    let mut simulation = Simulation::new(spec, &options())?;
    let start = genomes(&mut simulation)?;
    let (mut metrics, mut generations) = (vec![], vec![]);
    loop {
        let left = match run {
            Run::Ticks(ticks) => ticks - simulation.tick(),
            // A generation ends at the end of a rollout, never between.
            Run::Generations(wanted) if simulation.generation() >= wanted => 0,
            Run::Generations(_) => simulation.ticks_to_boundary(),
        };
        if left == 0 {
            break;
        }
        let happened = simulation.advance(left.min(1_000) as u32)?;
        metrics.extend(happened.metrics);
        generations.extend(happened.generations);
    }
    let end = genomes(&mut simulation)?;
    Ok(Record { metrics, generations, genomes: [start, end], scene: simulation.scene().clone() })
}

fn species_of(scene: &SceneSpec, name: &str) -> Result<usize> {
    scene.species.iter().position(|s| s.name == name).with_context(|| format!("no species `{name}`"))
}

fn read(record: &Record, read: Read, seed: u64) -> Result<f64> {
    match read {
        Read::Column { species, column, from, to } => mean_column(record, species, column, from, to),
        Read::Share { species, column, from, to } => {
            let mut sum = 0.0;
            for other in &record.scene.species {
                sum += mean_column(record, &other.name, column, from, to)?;
            }
            Ok(mean_column(record, species, column, from, to)? / sum)
        }
        Read::Least { species } => {
            let rows = record.metrics.iter().filter(|row| row.species == species);
            rows.map(|row| f64::from(row.population)).reduce(f64::min).context("no rows")
        }
        Read::Drift { species } => drift(record, species_of(&record.scene, species)?),
        Read::Unseen(test) => unseen(record, &test, seed),
        Read::Coverage { species } => {
            let last = record.generations.iter().rev().find(|row| row.species == species).context("no generations")?;
            ensure!(!last.coverage.is_nan(), "`{species}` has no archive");
            Ok(last.coverage.into())
        }
    }
}

fn mean_column(record: &Record, species: &str, column: &str, from: u64, to: u64) -> Result<f64> {
    let at = MetricsRow::HEADER.iter().position(|name| *name == column).context("no such column")?;
    let rows = record.metrics.iter().filter(|row| row.species == species && row.tick > from && row.tick <= to);
    let numbers = rows.map(|row| row.record()[at].parse::<f64>()).collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<f64> = numbers.into_iter().filter(|x| !x.is_nan()).collect();
    ensure!(!numbers.is_empty(), "`{column}` of `{species}` has no value between ticks {from} and {to}");
    Ok(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn drift(record: &Record, species: usize) -> Result<f64> {
    let [start, end] = [0, 1].map(|i| record.genomes[i][species].as_ref());
    let (start, end) = (start.context("no genomes")?, end.context("no genomes")?);
    ensure!(end.rows() > 0, "nobody is left");
    let mean = |file: &GenomeFile, i: usize| {
        (0..file.rows()).map(|row| f64::from(file.row(row)[i])).sum::<f64>() / file.rows() as f64
    };
    let (mut moved, mut spread) = (0.0, 0.0);
    for i in 0..start.len {
        let from = mean(start, i);
        moved += (mean(end, i) - from).powi(2);
        spread += (0..start.rows()).map(|row| (f64::from(start.row(row)[i]) - from).powi(2)).sum::<f64>()
            / start.rows() as f64;
    }
    Ok((moved / spread).sqrt())
}

/// Evaluates what has evolved as generation 0 of the same scene on another seed.
fn unseen(record: &Record, test: &Unseen, seed: u64) -> Result<f64> {
    let mut spec = record.scene.clone();
    // Far from every seed that is evolved on, and the same for both sides.
    spec.seed = 1_000_000 + seed;
    spec.rollout.trials = test.trials;
    for (path, value) in test.sets {
        change(&mut spec, path, value)?;
    }
    let folder = std::env::temp_dir().join(format!("iwashi-claims-{}-{seed}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    for name in test.carry {
        let index = species_of(&spec, name)?;
        let file = record.genomes[1][index].as_ref().with_context(|| format!("`{name}` has no genomes"))?;
        let path = folder.join(format!("{name}.safetensors"));
        std::fs::write(&path, file.encode()?)?;
        spec.species[index].genomes = path.to_string_lossy().into_owned();
    }
    let simulation = Simulation::new(spec, &options());
    std::fs::remove_dir_all(&folder)?;
    let mut simulation = simulation?;
    let mut generations = vec![];
    while simulation.generation() < 1 {
        let ticks = simulation.ticks_to_boundary();
        generations.append(&mut simulation.advance(ticks as u32)?.generations);
    }
    let row = generations.iter().find(|row| row.species == test.species);
    Ok(row.with_context(|| format!("`{}` does not evolve by generations", test.species))?.mean.into())
}

fn summary(claim: &Claim, pairs: &[(f64, Option<f64>)]) -> (serde_json::Value, bool) {
    let treatments: Vec<f64> = pairs.iter().map(|p| p.0).collect();
    let mut line = json!({ "scene": claim.scene, "claim": claim.says, "seeds": pairs.len() });
    line[claim.treatment.name] = json!(mean(&treatments));
    let (mut above, mut unclear) = (false, false);
    if let Some(side) = &claim.control {
        let controls: Vec<f64> = pairs.iter().filter_map(|p| p.1).collect();
        let differences: Vec<f64> = treatments.iter().zip(&controls).map(|(t, c)| t - c).collect();
        let (middle, half) = (mean(&differences), half_width(&differences));
        above = middle - half > 0.0;
        unclear = middle.abs() <= half;
        line[side.name] = json!(mean(&controls));
        line["difference"] = json!(middle);
        line["interval95"] = json!([middle - half, middle + half]);
    }
    let reached = |test: &dyn Fn(&Pair) -> bool| pairs.iter().filter(|p| test(p)).count();
    let holds = match claim.holds {
        Holds::Above => above,
        Holds::Unclear => unclear,
        Holds::Times { factor, share } => {
            let count = reached(&|p| p.1.is_some_and(|control| p.0 >= factor * control));
            line["seeds_that_hold"] = json!(count);
            count as f64 >= share * pairs.len() as f64
        }
        Holds::Bound { bound, share } => {
            let count = reached(&|p| p.0 > bound);
            line["seeds_that_hold"] = json!(count);
            count as f64 >= share * pairs.len() as f64
        }
    };
    line["holds"] = json!(holds);
    (line, holds)
}

/// Half of the 95 % interval of a mean (Student); NaN for fewer than two values.
fn half_width(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    quantile(values.len().saturating_sub(1)) * deviation(values) / n.sqrt()
}

/// The 0.975 quantile of Student's distribution: tabulated to 10 degrees of freedom, from there on by the
/// Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), which is good to 0.0005 there.
fn quantile(freedom: usize) -> f64 {
    const TABLE: [f64; 11] =
        [f64::NAN, 12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281];
    if let Some(value) = TABLE.get(freedom) {
        return *value;
    }
    let (z, v) = (1.959_963_985_f64, freedom as f64);
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    z + first / v + second / v.powi(2)
}
