//! How much of a large controller's fitness small ones keep: distils a teacher of `food_call` into students from a half to a three
//! hundredth of its size, scores them on seeds that nothing was bred or taught on, and evolves the same small controllers directly, at
//! equal compute. Writes a table and every number.
//!
//! `cargo run --release --no-default-features --example distillation`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rayon::prelude::*;

use iwashi::descent::{Descent, Loss};
use iwashi::distill::{Distillation, Teacher, Watching};
use iwashi::genome_file::GenomeFile;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{self, Controller, LinearSpec, MlpSpec, SceneSpec};
use iwashi::simulation::{BackendChoice, Options, Simulation, held_out_scores};
use iwashi::statistics::{mean, ratio};

const SCENE: &str = "food_call";

/// How the teacher was bred, as `README` has it; its controls are bred by the same strategy.
const STRATEGY: &str = "Snes(sigma: 0.1)";
const TEACHER_GENERATIONS: u64 = 300;

/// Hidden neurons of the students; the last has none.
const STUDENTS: &[&[u32]] = &[&[120, 108], &[50, 40], &[75], &[29], &[14], &[9], &[6], &[4], &[]];

/// What is watched and learned: the defaults of `iwashi distill`.
const WATCHING: Watching = Watching { worlds: 16, ticks: 200, rounds: 3, examples: 100_000 };
const STEPS: u64 = 6_000;
const BATCH: usize = 256;
const RATE: f64 = 0.01;

/// Hidden neurons of the student that is evolved with the teacher's compute as well: a hundredth of its size.
const LONG_CONTROL: &[u32] = &[14];

#[derive(Parser)]
#[command(about = "Distils a large controller into small ones, and evolves those directly at equal compute")]
struct Args {
    /// Teacher.
    #[arg(long, default_value = "examples/distillation/teacher.safetensors")]
    teacher: PathBuf,
    /// Students of each size, and controls: each with a seed of its own.
    #[arg(long, default_value_t = 2)]
    seeds: u64,
    /// Held-out seeds that all are scored on.
    #[arg(long, default_value_t = 100)]
    scored: u32,
    /// Folder of distillation.csv and distillation.md.
    #[arg(long, default_value = "benches/results")]
    out: PathBuf,
    /// Students at once, each on one thread [default: all processors]; changes no number.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    jobs: usize,
}

/// What one genome came to on the held-out seeds.
struct Scored {
    /// Who: `plain`, `taid`, `evolved` or `evolved_long`.
    way: &'static str,
    numbers: usize,
    seed: u64,
    generations: u64,
    scores: Vec<f64>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let (file, origin) = GenomeFile::load(&args.teacher.display().to_string(), Path::new(""))?;
    let mut scene = scene::load(SCENE)?.spec;
    scene.species[0].controller = file.architecture().context("the teacher's controller is not known")?;
    file.check(&origin, &Plan::new(&scene, 1), 0, &scene.species[0].name)?;
    let teacher = Teacher::of(&scene, 0, Some(file.clone()));
    // Other processors give the same bits; not every adapter does.
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let bench = Bench { scene, options, scored: args.scored };
    let whole = bench.score(&bench.scene, &file)?;
    let jobs: Vec<(&[u32], u64)> = STUDENTS.iter().flat_map(|s| (1..=args.seeds).map(|seed| (*s, seed))).collect();
    let work = |(hidden, seed): &(&[u32], u64)| -> Result<Vec<Scored>> {
        let student = match hidden {
            [] => Controller::Linear(LinearSpec::default()),
            hidden => Controller::Mlp(MlpSpec { hidden: hidden.to_vec(), ..Default::default() }),
        };
        let generations = bench.generations_of(distilling());
        let mut found = vec![
            bench.distilled(&teacher, &student, "plain", Loss::Divergence, *seed)?,
            bench.distilled(&teacher, &student, "taid", Loss::Taid, *seed)?,
            bench.evolved(&student, "evolved", generations, *seed)?,
        ];
        if *hidden == LONG_CONTROL {
            found.push(bench.evolved(&student, "evolved_long", TEACHER_GENERATIONS + generations, *seed)?);
        }
        eprintln!("{hidden:?}, seed {seed}: done");
        Ok(found)
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs).build()?;
    let all = pool.install(|| jobs.par_iter().map(work).collect::<Result<Vec<_>>>())?;
    let all: Vec<Scored> = all.into_iter().flatten().collect();
    let text = table(&bench, &all, &whole, file.len, args.seeds);
    print!("{text}");
    std::fs::create_dir_all(&args.out)?;
    std::fs::write(args.out.join("distillation.md"), &text)?;
    std::fs::write(args.out.join("distillation.csv"), rows(&all, &whole, file.len))?;
    Ok(())
}

/// Compute of a distillation, in passes of a controller: one for each step of a watched agent, three for each example of a step of
/// descent (forward, and twice as much backward).
fn distilling() -> u64 {
    let watched = u64::from(WATCHING.worlds * WATCHING.ticks * (WATCHING.rounds + 1)) * 8;
    watched + 3 * STEPS * BATCH as u64
}

struct Bench {
    /// With the teacher's controller.
    scene: SceneSpec,
    options: Options,
    scored: u32,
}

impl Bench {
    /// Generations whose rollouts take so many passes.
    fn generations_of(&self, passes: u64) -> u64 {
        passes.div_ceil(self.generation())
    }

    /// Passes of a generation: members, trials, agents, ticks.
    fn generation(&self) -> u64 {
        let population = match &self.scene.species[0].evolution {
            scene::Evolution::Generational(g) => u64::from(g.population),
            _ => 0,
        };
        let rollout = &self.scene.rollout;
        population * u64::from(rollout.trials) * u64::from(self.scene.species[0].count) * u64::from(rollout.ticks)
    }

    fn score(&self, scene: &SceneSpec, file: &GenomeFile) -> Result<Vec<f64>> {
        let best = GenomeFile { genomes: file.row(0).to_vec(), ..file.clone() };
        let scores = held_out_scores(scene, &[Some(best)], self.scored, &self.options)?;
        Ok(scores[0].iter().map(|s| f64::from(*s)).collect())
    }

    fn distilled(
        &self,
        teacher: &Teacher,
        student: &Controller,
        way: &'static str,
        loss: Loss,
        seed: u64,
    ) -> Result<Scored> {
        let descent = Descent { loss, steps: STEPS, batch: BATCH, rate: RATE, key: rng::stream(seed, u64::MAX, 0) };
        let task = Distillation { scene: &self.scene, species: 0, teacher, student, watching: WATCHING, descent, seed };
        let found = task.run(&self.options)?;
        let scores = self.score(&found.scene, &found.student)?;
        Ok(Scored { way, numbers: found.student.len, seed, generations: 0, scores })
    }

    fn evolved(&self, student: &Controller, way: &'static str, generations: u64, seed: u64) -> Result<Scored> {
        let mut scene = self.scene.clone();
        scene.species[0].controller = student.clone();
        scene::set(&mut scene, "species[0].evolution.strategy", STRATEGY)?;
        let mut bred = scene.clone();
        // Not the seeds that score: those belong to the scene's own.
        bred.seed = 1_000 + seed;
        let mut simulation = Simulation::new(bred, &self.options)?;
        while simulation.generation() < generations {
            let ticks = simulation.ticks_to_boundary();
            simulation.advance(ticks.min(1_000) as u32)?;
        }
        let file = simulation.genomes(0)?.context("nothing evolved")?;
        ensure!(file.rows() > 0, "nobody is left");
        let scores = self.score(&scene, &file)?;
        Ok(Scored { way, numbers: file.len, seed, generations, scores })
    }
}

/// Fitness of one way and size on each held-out seed, the mean over its seeds.
fn over_seeds(all: &[Scored], way: &str, numbers: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let own: Vec<&Scored> = all.iter().filter(|one| one.way == way && one.numbers == numbers).collect();
    let len = own.first()?.scores.len();
    let at = |i: usize| own.iter().map(|one| one.scores[i]).sum::<f64>() / own.len() as f64;
    Some(((0..len).map(at).collect(), own.iter().map(|one| mean(&one.scores)).collect()))
}

fn table(bench: &Bench, all: &[Scored], whole: &[f64], len: usize, seeds: u64) -> String {
    let key = [61, 62];
    let passes = distilling();
    let mut text = format!(
        "# Distillation\n\nTeacher: {len} numbers, evolved in `{SCENE}` by {STRATEGY} for {TEACHER_GENERATIONS} generations; fitness {:.2} \
         on {} held-out seeds.\n\n\
         Share of that fitness kept, %: mean over {seeds} seeds of distillation or evolution, its 95 % interval over held-out seeds \
         (paired bootstrap), and the least and the most of the {seeds} in brackets. One distillation takes {:.1} million passes of a \
         controller, as many as {} generations of the control *evolved*; *evolved long* has the teacher's {TEACHER_GENERATIONS} \
         generations as well ({:.0} million passes).\n\n\
         | numbers | of the teacher | plain | TAID | evolved | evolved long |\n|---|---|---|---|---|---|\n",
        mean(whole),
        whole.len(),
        passes as f64 / 1e6,
        bench.generations_of(passes),
        ((TEACHER_GENERATIONS + bench.generations_of(passes)) * bench.generation()) as f64 / 1e6,
    );
    let mut sizes: Vec<usize> = all.iter().map(|one| one.numbers).collect();
    sizes.dedup();
    for numbers in sizes {
        let cell = |way: &str| match over_seeds(all, way, numbers) {
            Some((scores, means)) => {
                let (share, [low, high]) = ratio(&scores, whole, key);
                let each = means.iter().map(|m| 100.0 * m / mean(whole));
                let (least, most) =
                    (each.clone().fold(f64::INFINITY, f64::min), each.fold(f64::NEG_INFINITY, f64::max));
                format!("{:.1}, {:.1} to {:.1} ({least:.0}, {most:.0})", 100.0 * share, 100.0 * low, 100.0 * high)
            }
            None => "-".into(),
        };
        let _ = writeln!(
            text,
            "| {numbers} | 1/{:.0} | {} | {} | {} | {} |",
            len as f64 / numbers as f64,
            cell("plain"),
            cell("taid"),
            cell("evolved"),
            cell("evolved_long")
        );
    }
    text
}

/// Every number, a row a held-out score.
fn rows(all: &[Scored], whole: &[f64], len: usize) -> String {
    let mut text = String::from("way,numbers,seed,generations,held_out,fitness\n");
    let mut add = |way: &str, numbers: usize, seed: u64, generations: u64, scores: &[f64]| {
        for (place, score) in scores.iter().enumerate() {
            let _ = writeln!(text, "{way},{numbers},{seed},{generations},{place},{score}");
        }
    };
    add("teacher", len, 1, TEACHER_GENERATIONS, whole);
    all.iter().for_each(|one| add(one.way, one.numbers, one.seed, one.generations, &one.scores));
    text
}
