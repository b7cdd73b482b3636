//! `iwashi distill`: a small controller that does what a large one or a rule does, and what it is worth beside its teacher. Knows
//! nothing of how it learns.

use std::fmt::Write;

use serde_json::{Value, json};

use super::args::{DistillArgs, MethodArg};
use super::genomes::read;
use super::prepare::{Prepared, prepare, species_of, take_controller};
use super::scores::{Scores, score};
use super::{Done, Failure, say};
use crate::descent::{Descent, Loss};
use crate::distill::{DistillError, Distillation, Distilled, Row, Teacher, Watching};
use crate::files;
use crate::plan::Plan;
use crate::rng;
use crate::scene::{self, Controller, SHIPPED_GENOMES, SceneSpec};
use crate::statistics::ratio;

/// What stands for the scene's own rule as a teacher.
const RULE: &str = "rule";

impl From<DistillError> for Failure {
    fn from(error: DistillError) -> Failure {
        match error {
            DistillError::Simulation(error) => error.into(),
            DistillError::Nobody(_) | DistillError::NoExample(_) => Failure::usage(error.to_string()),
        }
    }
}

/// `iwashi distill`.
pub fn distill(args: &DistillArgs) -> Result<Done, Failure> {
    let name = scene_of(args)?;
    let Prepared { mut scene, options, .. } = prepare(name, &args.setting.common())?;
    let (species, teacher) = teacher(args, name, &mut scene)?;
    let (student, written) = student(&args.student, &scene, species)?;
    let rounds = match (args.rounds, teacher.remembers()) {
        (Some(1..), true) => {
            return Err(Failure::usage(format!(
                "--rounds {}: {} has memory, so what it would do depends on what it has lived through, and it cannot answer what \
                 a student met; take --rounds 0, which learns from what it did itself",
                args.rounds.unwrap_or(0),
                args.teacher
            )));
        }
        (rounds, true) => rounds.unwrap_or(0),
        (rounds, false) => rounds.unwrap_or(3),
    };
    let seed = args.seed.unwrap_or(scene.seed);
    let descent = Descent {
        loss: match args.method {
            MethodArg::Plain => Loss::Divergence,
            MethodArg::Taid => Loss::Taid,
            MethodArg::Squares => Loss::Squares,
        },
        steps: args.steps,
        batch: args.batch as usize,
        rate: args.rate,
        key: rng::stream(seed, u64::MAX, species as u32),
    };
    let ticks = args.ticks.unwrap_or(scene.rollout.ticks);
    let watching = Watching { worlds: args.worlds, ticks, rounds, examples: args.examples };
    let task = Distillation { scene: &scene, species, teacher: &teacher, student: &student, watching, descent, seed };
    // Threads never change a result; without a number of them, all of the machine's.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|e| Failure::failed(format!("cannot start the worker threads: {e}")))?;
    let mut found = pool.install(|| task.run(&options))?;

    let scored = !scene.species[species].fitness.is_empty();
    let scores = scored.then(|| -> Result<Scores, Failure> {
        let of = |scene: &SceneSpec, file| score(scene, species, file, args.seeds, &options);
        Ok(Scores {
            place: format!("{} held-out seeds of {name}, species {}", args.seeds, scene.species[species].name),
            of: vec![
                ("teacher".into(), of(&scene, teacher.file())?),
                ("student".into(), of(&found.scene, Some(&found.student))?),
                ("untaught".into(), of(&found.scene, Some(&found.untaught))?),
            ],
            pairs: vec![(1, 0), (1, 2)],
            key: rng::stream(scene.seed, 0, species as u32),
        })
    });
    let scores = scores.transpose()?;
    if let Some(scores) = &scores {
        found.student.fitness = vec![crate::statistics::mean(&scores.of[1].1) as f32];
    }
    let bytes = found.student.encode().map_err(|e| Failure::failed(e.to_string()))?;
    let mut files = vec![(&args.output, bytes)];
    files.extend(args.csv.as_ref().map(|path| (path, table(&found.curve).into_bytes())));
    for (path, bytes) in &files {
        files::write_whole(path, &[bytes]).map_err(|e| Failure::failed(e.to_string()))?;
    }
    let opened = format!(
        "--set 'species[{0}].controller={written}' --set 'species[{0}].genomes={1}'",
        scene.species[species].name,
        args.output.display()
    );
    let told = Told { args, descent, rounds, teacher: &teacher, found: &found, scores: scores.as_ref(), opened };
    say(&if args.json { format!("{}\n", told.object()) } else { told.text() });
    Ok(Done::Whole)
}

/// The scene that is meant: said, or of the teacher's name where that ships.
fn scene_of(args: &DistillArgs) -> Result<&str, Failure> {
    let shipped = args.teacher.strip_prefix(SHIPPED_GENOMES).and_then(|name| name.split_once('.'));
    match (&args.scene, shipped) {
        (Some(name), _) => Ok(name),
        (None, Some((name, _))) => Ok(name),
        (None, None) => Err(Failure::usage("say with --scene where the teacher is to be watched".to_string())),
    }
}

/// The species that is taught, which gets the teacher's controller, and the teacher.
fn teacher(args: &DistillArgs, name: &str, scene: &mut SceneSpec) -> Result<(usize, Teacher), Failure> {
    let ruled = |scene: &SceneSpec, i: usize| matches!(scene.species[i].controller, Controller::Rule(_));
    if args.teacher == RULE {
        let species = match &args.species {
            Some(wanted) => species_of(scene, name, wanted)?,
            None => (0..scene.species.len()).find(|i| ruled(scene, *i)).unwrap_or(0),
        };
        return match scene.species.get(species) {
            Some(_) if ruled(scene, species) => Ok((species, Teacher::of(scene, species, None))),
            Some(s) => Err(Failure::usage(format!(
                "species `{}` of {name} has no rule to learn from, but a controller that evolves: name a genome file as the teacher",
                s.name
            ))),
            None => Err(Failure::usage(format!("{name} has no species"))),
        };
    }
    let file = read(&args.teacher)?;
    let species = species_of(scene, name, args.species.as_deref().unwrap_or(&file.species))?;
    if file.architecture().is_none() {
        let text = format!("{}: no scene can have its controller, `{}`", args.teacher, file.controller);
        return Err(Failure::usage(text));
    }
    take_controller(scene, species, &file);
    file.check(&args.teacher, &Plan::new(scene, 1), species, &scene.species[species].name)
        .map_err(|e| Failure::usage(e.to_string()))?;
    Ok((species, Teacher::of(scene, species, Some(file))))
}

/// A student as `--student` says it, and how a scene says it.
fn student(text: &str, scene: &SceneSpec, species: usize) -> Result<(Controller, String), Failure> {
    let refuse = |why: String| Failure::usage(format!("--student {text}: {why}"));
    let mut parts = text.split(':');
    let (kind, widths, activation) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let written = match (kind, widths, activation, parts.next()) {
        ("linear", None, _, _) => "Linear(weights: F32)".to_string(),
        ("mlp", Some(widths), activation, None) => {
            let hidden = widths.split(',').map(|n| n.trim().parse::<u32>()).collect::<Result<Vec<_>, _>>();
            let hidden = hidden.map_err(|_| refuse(format!("`{widths}` is not a list of widths, as in mlp:32,16")))?;
            let activation = match activation.unwrap_or("tanh") {
                "tanh" => "Tanh",
                "relu" => "Relu",
                "linear" => "Linear",
                other => return Err(refuse(format!("`{other}` is no activation: tanh, relu or linear"))),
            };
            format!("Mlp(hidden: {hidden:?}, activation: {activation}, weights: F32)")
        }
        ("gru", ..) => {
            return Err(refuse(
                "a student with memory would have to be taught through time, which is not done; take `linear` or `mlp:WIDTHS`"
                    .into(),
            ));
        }
        _ => return Err(refuse("expected `linear`, `mlp:8`, `mlp:32,16` or `mlp:32,16:relu`".into())),
    };
    let mut changed = scene.clone();
    let path = format!("species[{species}].controller");
    scene::set(&mut changed, &path, &written).map_err(|e| refuse(e.to_string()))?;
    Ok((changed.species[species].controller.clone(), written))
}

/// A curve as CSV.
fn table(curve: &[Row]) -> String {
    let mut text = String::from("step,round,t,loss,divergence_apart,error_apart\n");
    for Row { step, round, t, loss, apart } in curve {
        let _ = writeln!(text, "{step},{round},{t},{loss},{},{}", apart.divergence, apart.error);
    }
    text
}

/// What is told in the end.
struct Told<'a> {
    args: &'a DistillArgs,
    descent: Descent,
    rounds: u32,
    teacher: &'a Teacher,
    found: &'a Distilled,
    scores: Option<&'a Scores>,
    opened: String,
}

impl Told<'_> {
    /// Share of the teacher's fitness that the student has, with its interval.
    fn kept(&self) -> Option<(f64, [f64; 2])> {
        self.scores.map(|scores| ratio(&scores.of[1].1, &scores.of[0].1, scores.key))
    }

    fn text(&self) -> String {
        let Told { args, found, .. } = self;
        let student = &found.student;
        let mut text = format!("{}: {}, {} numbers", args.output.display(), student.controller, student.len);
        if let Some(teacher) = self.teacher.file() {
            let share = student.len as f64 / teacher.len as f64;
            let _ = write!(text, ", {:.1} % of its teacher's {}", 100.0 * share, teacher.len);
        }
        let [learned, apart] = found.examples;
        let _ = writeln!(
            text,
            "\nlearned from {learned} examples of {} agent-steps, {} of them by itself, in {} steps of {}",
            found.watched,
            if self.rounds > 0 { "some" } else { "none" },
            self.descent.steps,
            self.descent.batch
        );
        if let Some(row) = found.curve.last() {
            let _ = writeln!(
                text,
                "on {apart} others: divergence {:.5} nats an action ({:.5} before), actions differ by {:.4} ({:.4} before)",
                row.apart.divergence, found.before.divergence, row.apart.error, found.before.error
            );
        }
        match self.scores {
            Some(scores) => text.push_str(&scores.table()),
            None => text.push_str("not scored: the species has no fitness\n"),
        }
        match self.kept() {
            Some((kept, [low, high])) if kept.is_finite() => {
                let _ = writeln!(
                    text,
                    "kept of the teacher's fitness: {:.1} % ({:.1} to {:.1})",
                    100.0 * kept,
                    100.0 * low,
                    100.0 * high
                );
            }
            Some(_) => text.push_str("no share is told of a teacher that is not worth more than 0\n"),
            None => {}
        }
        let _ = writeln!(text, "a scene opens it with {}", self.opened);
        text
    }

    fn object(&self) -> Value {
        let Told { args, found, .. } = self;
        let last = found.curve.last();
        let mut object = json!({
            "student": args.output, "controller": found.student.controller, "numbers": found.student.len,
            "teacher": args.teacher, "teacher_numbers": self.teacher.file().map(|file| file.len),
            "examples": found.examples[0], "examples_apart": found.examples[1], "agent_steps": found.watched,
            "rounds": self.rounds, "steps": self.descent.steps, "batch": self.descent.batch,
            "divergence_apart": last.map(|row| row.apart.divergence), "error_apart": last.map(|row| row.apart.error),
            "divergence_before": found.before.divergence, "error_before": found.before.error, "opens_with": self.opened,
        });
        if let Some(scores) = self.scores {
            object["scores"] = scores.object();
        }
        if let Some((kept, interval)) = self.kept() {
            object["kept"] = json!({"share": kept, "interval": interval});
        }
        object
    }
}
