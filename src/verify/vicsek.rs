//! Cards: order against noise of Vicsek's particles, and the exact limits of their rule where everyone meets everyone. Run the scenes
//! `vicsek_noise_curve` and `vicsek_meanfield` that ship.

use super::check::Check;
use super::{Ask, Card, Curve, Finding, Point, Stage, Tolerance, VerifyError};
use crate::measure::polarization;
use crate::scene;
use crate::statistics::mean;

/// See the module.
pub const NOISE: Card = Card {
    name: "vicsek_noise_curve",
    part: "motion",
    title: "Order against noise of Vicsek's particles",
    source: "Vicsek et al. 1995; targets by an independent program",
    engine: true,
    seeds: true,
    run: noise_curve,
};

/// See the module.
pub const MEANFIELD: Card = Card {
    name: "vicsek_meanfield",
    part: "motion",
    title: "Vicsek's rule where everyone meets everyone",
    source: "exact",
    engine: true,
    seeds: true,
    run: meanfield,
};

/// Particles of a unit of area in the noise curve.
const DENSITY: f64 = 4.0;

/// A curve of the table: particles, and the order at noises.
struct Column {
    agents: u32,
    targets: &'static [(f64, f64)],
}

/// Means by an independent program, original update, four seeds, 10,000 to 20,000 steps after 3,000 (15,000 of 4,000 particles).
const COLUMNS: [Column; 4] = [
    Column {
        agents: 40,
        targets: &[
            (0.5, 0.989),
            (1.0, 0.957),
            (1.5, 0.905),
            (2.0, 0.835),
            (2.5, 0.749),
            (3.0, 0.651),
            (3.5, 0.542),
            (4.0, 0.423),
            (4.5, 0.299),
            (5.0, 0.202),
        ],
    },
    Column {
        agents: 100,
        targets: &[
            (0.5, 0.988),
            (1.0, 0.954),
            (1.5, 0.896),
            (2.0, 0.822),
            (2.5, 0.729),
            (3.0, 0.619),
            (3.5, 0.498),
            (4.0, 0.368),
            (4.5, 0.225),
            (5.0, 0.132),
        ],
    },
    Column {
        agents: 400,
        targets: &[
            (0.5, 0.986),
            (1.0, 0.947),
            (1.5, 0.884),
            (2.0, 0.801),
            (2.5, 0.690),
            (3.0, 0.565),
            (3.5, 0.428),
            (4.0, 0.275),
            (4.5, 0.139),
            (5.0, 0.067),
        ],
    },
    Column { agents: 4_000, targets: &[(1.0, 0.930), (2.0, 0.774), (3.0, 0.46), (4.0, 0.145), (5.0, 0.021)] },
];

/// How near an order must come to that of the table.
fn tolerance(agents: u32, noise: f64) -> f64 {
    match agents {
        40 | 100 if noise <= 3.0 => 0.01,
        40 | 100 => 0.015,
        400 if (2.5..=4.5).contains(&noise) => 0.03,
        400 => 0.01,
        _ => 0.04,
    }
}

/// Steps between samples of the noise curve: order is alike for some tens of them.
const APART: u32 = 10;

/// A run of a scene with some of its numbers changed, and when it is looked at.
struct Watch<'a> {
    scene: &'a str,
    changes: Vec<(&'static str, String)>,
    worlds: u32,
    /// Ticks before the first sample, from one to the next, and samples.
    settle: u32,
    apart: u32,
    samples: u32,
}

impl Watch<'_> {
    /// The length of the mean heading in every world, sample after sample.
    fn orders(&self, ask: &Ask) -> Result<Vec<Vec<f64>>, VerifyError> {
        let mut spec = scene::load(self.scene)?.spec;
        for (path, value) in &self.changes {
            scene::set(&mut spec, path, value)?;
        }
        scene::set(&mut spec, "rollout.worlds", &self.worlds.to_string())?;
        let mut simulation = ask.simulation(spec)?;
        simulation.advance(self.settle)?;
        let mut orders = vec![vec![]; self.worlds as usize];
        for _ in 0..self.samples {
            simulation.advance(self.apart)?;
            for (world, orders) in (0..).zip(&mut orders) {
                orders.push(f64::from(polarization(&simulation.snapshot(world)?.agents)));
            }
        }
        Ok(orders)
    }
}

/// Values of a parameter of the only species of the scenes, which is called `particle`.
fn particles(agents: u32, noise: f64, side: f64) -> Vec<(&'static str, String)> {
    vec![
        ("species[particle].count", agents.to_string()),
        ("species[particle].controller.noise", noise.to_string()),
        ("extent", format!("[{side}, {side}, 0]")),
    ]
}

fn noise_curve(ask: &Ask) -> Result<Finding, VerifyError> {
    let worlds = ask.seeds(5, 5);
    // Thousands take too long to order for a short stage, and hundreds so long that half of their noises must do.
    let asked =
        |agents: u32, noise: f64| ask.stage == Stage::Full || agents < 400 || agents == 400 && noise.fract() == 0.0;
    let all = COLUMNS.iter().flat_map(|c| c.targets.iter().map(move |(noise, order)| (c, *noise, *order)));
    let places: Vec<(&Column, f64, f64)> = all.filter(|(column, noise, _)| asked(column.agents, *noise)).collect();
    let found = ask.pieces(
        &places,
        |(column, noise, _)| format!("{} particles, noise {noise}", column.agents),
        |(column, noise, _)| {
            let side = libm::sqrt(f64::from(column.agents) / DENSITY);
            // What is left of their random start leaves slowly where particles are many: they are looked at as long as those of the table.
            let (settle, steps) = match column.agents {
                4_000 => (15_000, 5_000),
                400 => (3_000, ask.of(8_000, 15_000)),
                _ => (3_000, ask.of(2_000, 10_000)),
            };
            let watch = Watch {
                scene: "vicsek_noise_curve",
                changes: particles(column.agents, *noise, side),
                worlds,
                settle,
                apart: APART,
                samples: steps / APART,
            };
            Ok(watch.orders(ask)?.iter().map(|orders| mean(orders)).collect::<Vec<f64>>())
        },
    )?;
    let mut finding = Finding::default();
    for column in &COLUMNS {
        let mut points = vec![];
        let own = places.iter().zip(&found).filter(|((other, ..), _)| other.agents == column.agents);
        for ((_, noise, target), values) in own {
            let quantity = format!("order of {} particles at η = {noise}", column.agents);
            finding.checks.push(Check::near(quantity, values, *target, tolerance(column.agents, *noise)));
            points.push(Point::mean(*noise, values, Some(*target)));
        }
        if points.is_empty() {
            continue;
        }
        finding.curves.push(Curve {
            figure: "Order (length of the mean heading)".into(),
            across: "noise η, rad".into(),
            name: format!("{} particles", column.agents),
            points,
        });
    }
    Ok(finding)
}

/// Samples that each value of the limits is the mean of.
const SAMPLES: u32 = 20_000;

/// Side of a torus for particles whom it does not matter who is near, few of whom are.
const ROOMY: f64 = 30.0;

fn meanfield(ask: &Ask) -> Result<Finding, VerifyError> {
    use std::f64::consts::{PI, TAU};
    let worlds = ask.seeds(5, 20);
    // Agents, noise, side of the torus.
    let all = [1.0, 2.0, 3.0, 4.0, 5.0].map(|noise| (100, noise, 1.4));
    let none = [30, 100, 300, 1000].map(|agents| (agents, TAU, ROOMY));
    let places: Vec<(u32, f64, f64)> = all.into_iter().chain(none).collect();
    let found = ask.pieces(
        &places,
        |(agents, noise, _)| format!("{agents} particles, noise {noise}"),
        |(agents, noise, side)| {
            let watch = Watch {
                scene: "vicsek_meanfield",
                changes: particles(*agents, *noise, *side),
                worlds,
                settle: 100,
                apart: 1,
                samples: ask.of(SAMPLES, 5 * SAMPLES).div_ceil(worlds),
            };
            let orders = watch.orders(ask)?;
            let roots = orders.iter().map(|o| libm::sqrt(mean(&o.iter().map(|x| x * x).collect::<Vec<f64>>())));
            Ok((orders.iter().map(|orders| mean(orders)).collect(), roots.collect()))
        },
    )?;
    let near = Tolerance::Relative(0.01);
    let mut checks = vec![];
    let independent = [0.9592, 0.8430, 0.6683, 0.4608, 0.2514];
    for (i, ((agents, noise, _), (means, roots))) in places.iter().zip(&found).enumerate() {
        let (means, roots): (&Vec<f64>, &Vec<f64>) = (means, roots);
        let n = f64::from(*agents);
        match independent.get(i) {
            Some(other) => {
                let s = libm::sin(noise / 2.0) / (noise / 2.0);
                let exact = libm::sqrt(s * s + (1.0 - s * s) / n);
                checks.push(Check::mean(format!("everyone, η = {noise}: root mean square order"), roots, exact, near));
                checks.push(Check::mean(format!("everyone, η = {noise}: mean order"), means, *other, near));
            }
            None => {
                let quantity = format!("η = 2π, {agents} particles: mean order");
                checks.push(Check::mean(quantity, means, libm::sqrt(PI / (4.0 * n)), near));
            }
        }
    }
    Ok(checks.into())
}
