//! Cards: the states of a group with zones of repulsion, orientation and attraction, and that they depend on the state before. Run the
//! scenes `couzin_states` and `couzin_hysteresis` that ship.

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::{Ask, Card, Curve, Finding, Point, Stage, Tolerance, VerifyError};
use crate::layout::TankParams;
use crate::measure::{polarization, rotation};
use crate::scene::{self, SceneSpec, Sense};
use crate::simulation::Simulation;
use crate::statistics::mean;

/// See the module.
pub const STATES: Card = Card {
    name: "couzin_states",
    part: "motion",
    title: "Swarm, torus and school by the zone of orientation",
    source: "Couzin et al. 2002; targets by an independent program",
    engine: true,
    seeds: true,
    run: states,
};

/// See the module.
pub const HYSTERESIS: Card = Card {
    name: "couzin_hysteresis",
    part: "motion",
    title: "A group remembers the state it comes from",
    source: "Couzin et al. 2002; targets by an independent program",
    engine: true,
    seeds: true,
    run: hysteresis,
};

/// The width of the zone of orientation, in both scenes.
const WIDTH: &str = "species[fish].senses[0].zones[1].width";

/// Means by an independent program, three seeds: width, polarization, rotation.
const TABLE: [(f64, f64, f64); 7] = [
    (0.0, 0.17, 0.20),
    (0.5, 0.17, 0.23),
    (1.0, 0.19, 0.36),
    (1.5, 0.21, 0.48),
    (2.0, 0.21, 0.67),
    (2.5, 0.24, 0.74),
    (3.0, 0.35, 0.74),
];

/// Steps between samples.
const APART: u32 = 20;

/// How a group moves: means over samples.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Motion {
    polarization: f64,
    rotation: f64,
}

/// Watches a world for so many samples.
fn watched(simulation: &mut Simulation, worlds: u32, samples: u32) -> Result<Vec<Motion>, VerifyError> {
    let tank: TankParams = simulation.plan().tank;
    let mut seen = vec![(vec![], vec![]); worlds as usize];
    for _ in 0..samples {
        simulation.advance(APART)?;
        for (world, (order, milling)) in (0..).zip(&mut seen) {
            let school = simulation.snapshot(world)?.agents;
            order.push(f64::from(polarization(&school)));
            milling.push(f64::from(rotation(&tank, &school)));
        }
    }
    Ok(seen.iter().map(|(p, m)| Motion { polarization: mean(p), rotation: mean(m) }).collect())
}

fn column(found: &[Motion], of: impl Fn(&Motion) -> f64) -> Vec<f64> {
    found.iter().map(of).collect()
}

fn states(ask: &Ask) -> Result<Finding, VerifyError> {
    let worlds = ask.seeds(5, 5);
    let all = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 14.0];
    let decisive = [0.25, 2.0, 2.5, 8.0];
    let widths: Vec<f64> =
        all.into_iter().filter(|width| ask.stage == Stage::Full || decisive.contains(width)).collect();
    let one = |width: &f64| {
        let mut scene = scene::load("couzin_states")?.spec;
        scene::set(&mut scene, WIDTH, &width.to_string())?;
        scene::set(&mut scene, "rollout.worlds", &worlds.to_string())?;
        let mut simulation = ask.simulation(scene)?;
        // Between 3 and 4 a torus may last for thousands of steps.
        simulation.advance(5_000)?;
        watched(&mut simulation, worlds, 1_000 / APART)
    };
    let found = ask.pieces(&widths, |width| format!("width {width}"), one)?;
    let at = |width: f64| -> &[Motion] {
        widths.iter().position(|other| *other == width).and_then(|at| found.get(at)).map_or(&[], |found| found)
    };
    let p = |width: f64| column(at(width), |motion| motion.polarization);
    let m = |width: f64| column(at(width), |motion| motion.rotation);
    let mills = at(2.5).iter().filter(|motion| motion.rotation > 0.6 && motion.polarization < 0.4).count();
    let checks = vec![
        Check::mean("width 0.25: polarization", &p(0.25), 0.0, Tolerance::UpTo(0.3)),
        Check::mean("width 0.25: rotation", &m(0.25), 0.0, Tolerance::UpTo(0.4)),
        Check::mean("width 2: rotation", &m(2.0), 0.67, Tolerance::Absolute(0.06)),
        Check::share("width 2.5: share of seeds that mill", mills, at(2.5).len(), 0.8, Tolerance::AtLeast),
        Check::mean("width 8: polarization", &p(8.0), 0.98, Tolerance::AtLeast),
        Check::mean("width 8: rotation", &m(8.0), 0.0, Tolerance::UpTo(0.15)),
    ];
    let known = |width: f64| TABLE.iter().find(|row| row.0 == width);
    let curve = |name: &str, of: &dyn Fn(&Motion) -> f64, target: &dyn Fn(&(f64, f64, f64)) -> f64| Curve {
        figure: "How a group moves, 0 to 1".into(),
        across: "width of the zone of orientation".into(),
        name: name.into(),
        points: widths
            .iter()
            .zip(&found)
            .map(|(w, f)| Point::mean(*w, &column(f, of), known(*w).map(target)))
            .collect(),
    };
    let curves = vec![
        curve("polarization", &|motion| motion.polarization, &|row| row.1),
        curve("rotation", &|motion| motion.rotation, &|row| row.2),
    ];
    Ok(Finding { checks, curves })
}

/// Steps at each width of the zone of orientation; the last third is looked at.
const LEVEL: u32 = 2_000;

/// The width of the zone of orientation as it stands.
fn width(scene: &SceneSpec) -> f64 {
    let zones = scene.species.first().and_then(|s| s.senses.first()).map(|sense| match sense {
        Sense::Pairs(pairs) => pairs.zones.as_slice(),
        _ => &[],
    });
    zones.and_then(|zones| zones.get(1)).map_or(f64::NAN, |zone| zone.width.into())
}

/// Widths of the zone of orientation, and what the group does at each.
type Levels = [(f64, Motion)];

/// What the scene itself does, width after width.
fn loop_of(ask: &Ask, seed: u32) -> Result<Vec<(f64, Motion)>, VerifyError> {
    let mut scene = scene::load("couzin_hysteresis")?.spec;
    scene::set(&mut scene, "seed", &seed.to_string())?;
    let levels = scene.events.len() + 1;
    let mut simulation = ask.simulation(scene)?;
    let third = LEVEL / 3 / APART;
    let mut found = vec![];
    for _ in 0..levels {
        let width = width(simulation.scene());
        simulation.advance(LEVEL - third * APART)?;
        found.extend(watched(&mut simulation, 1, third)?.first().map(|motion| (width, *motion)));
    }
    Ok(found)
}

fn hysteresis(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds: Vec<u32> = (1..=ask.seeds(6, 6)).collect();
    let found = ask.pieces(&seeds, |seed| format!("seed {seed}"), |seed| loop_of(ask, *seed))?;
    // Up to the widest and back, which is where the way down begins.
    let ways = found.iter().map(|levels| levels.split_at(levels.len() / 2)).collect::<Vec<_>>();
    let at = |levels: &[(f64, Motion)], width: f64| levels.iter().find(|level| level.0 == width).map(|level| level.1);
    let runs = ways.len();
    let [mut up, mut down, mut both] = [0; 3];
    for (rising, falling) in &ways {
        let mills = at(rising, 2.5).is_some_and(|motion| motion.rotation > 0.6);
        let swims = at(falling, 2.5).is_some_and(|motion| motion.polarization > 0.95);
        up += usize::from(mills);
        down += usize::from(swims);
        both += usize::from(mills && swims);
    }
    let share = |what: &str, count: usize| {
        let quantity = format!("width 2.5: share of seeds that {what}");
        Check::share(quantity, count, runs, 5.0 / 6.0, Tolerance::AtLeast)
    };
    let checks = vec![
        share("mill on the way up (rotation > 0.6)", up),
        share("swim one way on the way down (polarization > 0.95)", down),
        share("do both", both),
    ];
    let mut curves = vec![];
    for (name, of) in
        [("Polarization", (|m: &Motion| m.polarization) as fn(&Motion) -> f64), ("Rotation", |m| m.rotation)]
    {
        for (way, falls) in [("up", false), ("down", true)] {
            let of_way = |(rising, falling): &(&Levels, &Levels)| {
                if falls { falling.to_vec() } else { rising.to_vec() }
            };
            let runs: Vec<Vec<(f64, Motion)>> = ways.iter().map(of_way).collect();
            let levels = runs.first().map_or(0, Vec::len);
            let point = |level: usize| {
                let here: Vec<(f64, Motion)> = runs.iter().filter_map(|run| run.get(level)).copied().collect();
                let x = here.first().map_or(f64::NAN, |level| level.0);
                Point::mean(x, &here.iter().map(|(_, motion)| of(motion)).collect::<Vec<f64>>(), None)
            };
            curves.push(Curve {
                figure: name.into(),
                across: "width of the zone of orientation".into(),
                name: way.into(),
                points: (0..levels).map(point).collect(),
            });
        }
    }
    Ok(Finding { checks, curves })
}
