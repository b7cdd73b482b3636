//! Card: TAID's schedule and losses follow the authors' rule, and a student taught by it ends no further from its teacher than one
//! taught plainly in as many steps.

use std::path::Path;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::descent::taid::{Schedule, cross_entropy, divergence, softmax, target};
use crate::descent::{Descent, Loss};
use crate::distill::{Distillation, Teacher, Watching};
use crate::genome_file::GenomeFile;
use crate::scene::{self, Controller, MlpSpec};
use crate::statistics::{deviation, mean};

/// See the module.
pub const CARD: Card = Card {
    name: "taid",
    part: "evolution",
    title: "Temporally adaptive interpolated distillation",
    source: "Shing et al. 2025; vectors by the authors' rule",
    engine: true,
    seeds: true,
    run,
};

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let mut checks = schedule();
    checks.extend(losses());
    checks.extend(students(ask)?);
    Ok(checks.into())
}

fn schedule() -> Vec<Check> {
    let mut schedule = Schedule::new(1000);
    let told = [2.0, 1.8, 1.7, 1.75, 1.6, 1.5];
    let ts = [0.4, 0.4006, 0.4012, 0.4018, 0.4024, 0.4030];
    let means = [0.0, 0.001, 0.001545556, 0.001235982, 0.002080765, 0.002684958];
    let mut checks = vec![];
    for (step, loss) in told.into_iter().enumerate() {
        schedule.tell(loss);
        checks.push(Check::exact(format!("t after the loss of step {step}"), schedule.t(), ts[step]));
        // The vectors have nine digits.
        let close = Tolerance::Absolute(5e-10);
        checks.push(Check::new("momentum", schedule.momentum(), None, means[step], close));
    }
    checks
}

fn losses() -> Vec<Check> {
    let (student, teacher) = ([1.0, 0.0, -1.0], [0.0, 2.0, 0.5]);
    let known = [(0.0, 0.832396, 0.0), (0.4, 1.163476, 0.164361), (0.7, 1.361359, 0.446497), (1.0, 1.472234, 0.720253)];
    let mut checks = vec![];
    for (t, entropy, apart) in known {
        let aim = target(student, teacher, t);
        checks.push(Check::exact(format!("cross-entropy at t = {t}"), cross_entropy(aim, student), entropy));
        checks.push(Check::exact(format!("divergence at t = {t}"), divergence(aim, student), apart));
    }
    let whole: f64 = softmax(teacher).iter().sum();
    checks.push(Check::exact("sum of a target's probabilities", whole, 1.0));
    checks
}

/// Students of the callers that ship, over seeds: worlds, starts and batches differ, and are the same for both methods.
fn students(ask: &Ask) -> Result<Vec<Check>, VerifyError> {
    let scene = scene::load("food_call")?.spec;
    let (genomes, _) =
        GenomeFile::load("shipped:food_call.fish", Path::new("")).map_err(|e| VerifyError::Other(e.to_string()))?;
    let teacher = Teacher::of(&scene, 0, Some(genomes));
    let student = Controller::Mlp(MlpSpec { hidden: vec![3], ..Default::default() });
    let last = |loss: Loss, seed: u32| {
        let watching = Watching { worlds: 8, ticks: scene.rollout.ticks, rounds: 0, examples: 8_000 };
        let descent = Descent { loss, steps: ask.of(1_000, 4_000), batch: 128, rate: 0.01, key: [seed, 41] };
        let (scene, teacher, student) = (&scene, &teacher, &student);
        let task = Distillation { scene, species: 0, teacher, student, watching, descent, seed: seed.into() };
        let found = task.run(&ask.options()).map_err(|e| VerifyError::Other(e.to_string()))?;
        let last = found.curve.last().map_or(f64::NAN, |last| last.apart.divergence);
        Ok::<_, VerifyError>([last, last / found.before.divergence])
    };
    let seeds: Vec<u32> = (0..ask.seeds(5, 10)).collect();
    let both = |seed: &u32| Ok([last(Loss::Divergence, *seed)?, last(Loss::Taid, *seed)?]);
    let pairs: Vec<[[f64; 2]; 2]> = ask.pieces(&seeds, |seed| format!("seed {seed}"), both)?;
    let column = |which: usize| pairs.iter().map(|pair| pair[which][1]).collect::<Vec<f64>>();
    let gains: Vec<f64> = pairs.iter().map(|[plain, taid]| plain[0] - taid[0]).collect();
    let half = Tolerance::UpTo(0.5);
    let error = deviation(&gains) / (gains.len() as f64).sqrt();
    Ok(vec![
        // A student that learns nothing stays at 1, and none of three neurons gets to 0.
        Check::mean("share of its divergence that a student keeps, taught plainly", &column(0), 0.0, half),
        Check::mean("the same, taught by TAID", &column(1), 0.0, half),
        Check::new(
            "divergence by plain less by TAID, nats; two errors are allowed",
            mean(&gains),
            Some(error),
            -2.0 * error,
            Tolerance::AtLeast,
        ),
    ])
}
