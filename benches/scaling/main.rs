//! How the cost of an agent-step grows with agents, neighbours, parameters, channels and worlds, beside the least that it
//! could cost on this machine: a table and a log-log plot.
//! `cargo bench --no-default-features --bench scaling [-- FLAGS]`, where flags are `--backend cpu|gpu`, `--repeats N`,
//! `--out DIR` (`benches/results` without) and `--quick`, which leaves the large sizes out. On a busy machine the columns
//! by processor time are the ones to read.

mod plot;
mod sweeps;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use iwashi::backend::BackendError;
use iwashi::cost::{Machine, predict_tick};
use iwashi::scene;
use iwashi::simulation::{BackendChoice, Options, Simulation, SimulationError};
use iwashi::timing;
use sweeps::Sweep;

/// What the command line asks for.
struct Asked {
    backend: BackendChoice,
    repeats: u32,
    out: PathBuf,
    quick: bool,
}

/// One school of one size.
pub struct Point {
    /// Size along the sweep.
    pub x: f64,
    /// Which school.
    pub school: &'static str,
    /// Agents in all worlds.
    pub agents: u64,
    /// Others in range, the mean of start and end.
    pub neighbours: Option<f64>,
    /// Numbers in a genome.
    pub parameters: u32,
    /// Wall time of an agent-step, ns: highest, median, lowest.
    pub wall: [f64; 3],
    /// Processor time of an agent-step over the threads, ns.
    pub processor: Option<f64>,
    /// The least that it could cost, ns.
    pub bound: f64,
    /// What bounds most of it.
    pub bound_by: &'static str,
}

fn main() -> anyhow::Result<()> {
    let asked = asked()?;
    let begin = Instant::now();
    let mut bench = Bench {
        options: Options { backend: asked.backend, ..Options::default() },
        machine: None,
        device: String::new(),
    };
    let mut results = Vec::new();
    for sweep in sweeps::all(asked.quick) {
        let mut points = Vec::new();
        let mut left_out = Vec::new();
        for size in sweep.sizes() {
            match bench.measure(&sweep, size, asked.repeats)? {
                Ok(point) => {
                    eprintln!(
                        "{:>5.0} s  {} {} of {}: {:.1} ns",
                        begin.elapsed().as_secs_f64(),
                        size.0,
                        sweep.name,
                        size.1,
                        point.wall[1]
                    );
                    points.push(point);
                }
                Err(why) => left_out.push(format!("{} {} of {}: {why}", size.0, sweep.name, size.1)),
            }
        }
        results.push((sweep, points, left_out));
    }
    let kind = if asked.backend == BackendChoice::Gpu { "gpu" } else { "cpu" };
    let named = |ending: &str| asked.out.join(format!("scaling-{kind}.{ending}"));
    fs::create_dir_all(&asked.out).with_context(|| format!("cannot make {}", asked.out.display()))?;
    fs::write(named("md"), table(&bench, &results, kind))?;
    plot::draw(&named("svg"), &results)?;
    println!("{} and {}", named("md").display(), named("svg").display());
    Ok(())
}

fn asked() -> anyhow::Result<Asked> {
    let mut asked = Asked {
        backend: BackendChoice::Cpu,
        repeats: 9,
        out: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/results"),
        quick: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            // What cargo itself passes on.
            "--bench" => {}
            "--quick" => asked.quick = true,
            "--out" => asked.out = PathBuf::from(value()?),
            "--repeats" => asked.repeats = value()?.parse().context("--repeats needs a number")?,
            "--backend" => {
                asked.backend = match value()?.as_str() {
                    "cpu" => BackendChoice::Cpu,
                    "gpu" => BackendChoice::Gpu,
                    other => bail!("--backend is cpu or gpu, not {other}"),
                }
            }
            other => bail!("unknown flag {other}"),
        }
    }
    Ok(asked)
}

/// What all points share.
struct Bench {
    options: Options,
    /// Gauged once.
    machine: Option<Machine>,
    device: String,
}

impl Bench {
    /// Measures one size of a sweep; the inner error tells why a size that does not fit is left out.
    fn measure(
        &mut self,
        sweep: &Sweep,
        size: (u32, &'static str),
        repeats: u32,
    ) -> anyhow::Result<Result<Point, String>> {
        let (x, school) = size;
        // Through its text, so that what a scene may not say is refused.
        let scene = scene::parse(&scene::encode(&sweep.scene(x, school)), sweep.name)?;
        let mut simulation = match Simulation::new(scene, &self.options) {
            Err(SimulationError::Backend(BackendError::TooLarge(why))) => return Ok(Err(why)),
            simulation => simulation?,
        };
        let timing = timing::time(&mut simulation, None, repeats)?;
        let machine = match &self.machine {
            Some(machine) => machine,
            None => self.machine.insert(timing::machine(&simulation, None)?),
        };
        let (plan, info) = (simulation.plan(), simulation.info());
        let least = predict_tick(plan, machine, &info, &timing.school(plan));
        self.device = format!("{} ({})", info.kind, info.device);
        Ok(Ok(Point {
            x: f64::from(x),
            school,
            agents: timing.agents,
            neighbours: timing.neighbours.map(|[begin, end]| 0.5 * (begin + end)),
            parameters: plan.species[0].genome_len,
            wall: timing.rates().map(|rate| 1e9 / rate),
            processor: timing.rate_by_processor().map(|rate| 1e9 / rate / f64::from(machine.threads)),
            bound: least.ns,
            bound_by: least.bound.word(),
        }))
    }
}

/// All figures as Markdown.
fn table(bench: &Bench, results: &[(Sweep, Vec<Point>, Vec<String>)], kind: &str) -> String {
    let mut text = format!(
        "# Cost of an agent-step\n\nNanoseconds an agent and tick on {}, iwashi {}: the median by the wall and the range of \
         all repetitions, processor time over threads, and the least that the machine could do it in (`iwashi::cost`). \
         `cargo bench --no-default-features --bench scaling -- --backend {kind}` makes this file and `scaling-{kind}.svg`.\n",
        bench.device,
        env!("CARGO_PKG_VERSION"),
    );
    for (sweep, points, left_out) in results {
        text += &format!("\n## {}\n\n{}\n\n", sweep.title, sweep.what);
        text += &format!(
            "| {} | school | agents | in range | parameters | wall | range | processor | least | bound by | reached |\n",
            sweep.name
        );
        text += "|---|---|---|---|---|---|---|---|---|---|---|\n";
        for p in points {
            let [highest, median, lowest] = p.wall;
            text += &format!(
                "| {} | {} | {} | {} | {} | {median:.1} | {lowest:.1} to {highest:.1} | {} | {:.1} | {} | {:.0} % |\n",
                p.x,
                p.school,
                p.agents,
                p.neighbours.map_or(String::new(), |k| format!("{k:.1}")),
                p.parameters,
                p.processor.map_or(String::new(), |ns| format!("{ns:.1}")),
                p.bound,
                p.bound_by,
                100.0 * p.bound / median,
            );
        }
        for why in left_out {
            text += &format!("\nLeft out: {why}\n");
        }
    }
    text
}
