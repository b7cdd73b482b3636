//! Cards: particles that attract, repel and follow each other by the equations of their authors, on the engine's own clock. Each runs
//! the scene of its name that ships.

use super::{Ask, Card, Check, Curve, Finding, Point, Tolerance, VerifyError};
use crate::layout::{Agent, TankParams};
use crate::math::length;
use crate::measure::groups::groups;
use crate::measure::states::absolute_rotation;
use crate::measure::{centroid, offset, polarization, rotation};
use crate::plan::Plan;
use crate::rng;
use crate::scene::{self, SceneSpec};
use crate::simulation::{Simulation, SimulationError, open_backend};
use crate::statistics::mean;
use crate::world::WorldState;

/// Mills.
pub const MORSE: Card = Card {
    name: "morse_mill",
    part: "motion",
    title: "One mill, and two against each other",
    source: "D'Orsogna, Chuang, Bertozzi and Chayes 2006; figures of an independent program",
    engine: true,
    seeds: true,
    run: morse,
};

/// Consensus by distance.
pub const CUCKER: Card = Card {
    name: "cucker_smale",
    part: "motion",
    title: "Agents that take on each other's velocity",
    source: "Cucker and Smale 2007; exact consequences of the equation",
    engine: true,
    seeds: true,
    run: cucker,
};

/// Lattices.
pub const OLFATI: Card = Card {
    name: "olfati_lattice",
    part: "motion",
    title: "Flocks that settle into a lattice, and flocks that break up",
    source: "Olfati-Saber 2006, Algorithms 1 and 2",
    engine: true,
    seeds: true,
    run: olfati,
};

/// A scene that ships, with numbers changed.
fn changed(name: &str, changes: &[(&str, String)]) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load(name)?.spec;
    for (path, value) in changes {
        scene::set(&mut scene, path, value)?;
    }
    Ok(scene)
}

/// The agents of the first species, world by world.
fn schools(simulation: &mut Simulation) -> Result<Vec<Vec<Agent>>, VerifyError> {
    let plan = simulation.plan();
    let (slots, worlds) = (plan.species[0].slots as usize, plan.dims.worlds);
    let school = |world| {
        let mut agents = simulation.snapshot(world)?.agents;
        agents.truncate(slots);
        Ok(agents)
    };
    (0..worlds).map(school).collect()
}

/// Mean of a number of each agent.
fn each(school: &[Agent], of: impl Fn(&Agent) -> f64) -> f64 {
    mean(&school.iter().map(of).collect::<Vec<f64>>())
}

/// Mean velocity.
fn drift(school: &[Agent]) -> [f64; 3] {
    [0, 1, 2].map(|axis| each(school, |agent| agent.vel[axis].into()))
}

/// Mean squared deviation of velocities from their mean.
fn mismatch(school: &[Agent]) -> f64 {
    let middle = drift(school);
    each(school, |agent| (0..3).map(|axis| (f64::from(agent.vel[axis]) - middle[axis]).powi(2)).sum())
}

fn column<const N: usize>(runs: &[[f64; N]], which: usize) -> Vec<f64> {
    runs.iter().map(|run| run[which]).collect()
}

/// What is known of a mill.
struct Mill {
    name: &'static str,
    propulsion: &'static str,
    speed: f64,
    polarization: f64,
    /// Net rotation, and how near to it.
    rotation: (f64, f64),
    absolute: f64,
    radius: f64,
}

const MILLS: [Mill; 2] = [
    Mill {
        name: "one mill (α = 1)",
        propulsion: "1.0",
        speed: 1.40,
        polarization: 0.02,
        rotation: (0.99, 0.01),
        absolute: 0.995,
        radius: 1.45,
    },
    Mill {
        name: "two mills (α = 1.6)",
        propulsion: "1.6",
        speed: 1.71,
        polarization: 0.10,
        rotation: (0.18, 0.03),
        absolute: 0.94,
        radius: 1.70,
    },
];

/// Steps of a mill, of which the second half counts, and steps between measurements.
const MILL_STEPS: u32 = 20_000;
const MILL_EVERY: u32 = 100;

/// Speed, polarization, rotation, that of each by itself, and mean distance from the centroid.
fn milling(tank: &TankParams, school: &[Agent]) -> [f64; 5] {
    let middle = centroid(tank, school);
    [
        each(school, |agent| length(agent.vel).into()),
        polarization(school).into(),
        rotation(tank, school).into(),
        absolute_rotation(tank, school).into(),
        each(school, |agent| length(offset(tank, middle, agent.pos)).into()),
    ]
}

fn morse(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(4, 10);
    let mill = |mill: &Mill| {
        let propulsion = ("species[particle].controller.propulsion", mill.propulsion.to_string());
        let mut simulation = ask.worlds(changed("morse_mill", &[propulsion])?, seeds)?;
        let tank = simulation.plan().tank;
        simulation.advance(MILL_STEPS / 2)?;
        let mut told = vec![vec![]; seeds as usize];
        for _ in 0..MILL_STEPS / 2 / MILL_EVERY {
            simulation.advance(MILL_EVERY)?;
            for (told, school) in told.iter_mut().zip(schools(&mut simulation)?) {
                told.push(milling(&tank, &school));
            }
        }
        Ok(told.iter().map(|told| [0, 1, 2, 3, 4].map(|which| mean(&column(told, which)))).collect())
    };
    // One after the other: the worlds of each run side by side.
    let one = |of: &Mill| ask.piece(of.name, || mill(of));
    let found = MILLS.iter().map(one).collect::<Result<Vec<Vec<[f64; 5]>>, _>>()?;
    let mut checks = vec![];
    for (mill, runs) in MILLS.iter().zip(&found) {
        let name = mill.name;
        let of = |which| column(runs, which);
        // Without a tolerance of their own: the last digit that is given.
        let digit = 0.01;
        checks.push(Check::near(format!("{name}: mean speed, BL/s"), &of(0), mill.speed, 0.01));
        let order = Tolerance::UpTo(mill.polarization);
        checks.push(Check::mean(format!("{name}: polarization"), &of(1), 0.0, order));
        checks.push(Check::near(format!("{name}: rotation"), &of(2), mill.rotation.0, mill.rotation.1));
        checks.push(Check::near(format!("{name}: rotation of each by itself"), &of(3), mill.absolute, digit));
        checks.push(Check::near(format!("{name}: mean radius, BL"), &of(4), mill.radius, 0.01));
    }
    Ok(checks.into())
}

/// Where the strength K / N and the exponent β of the scene stand.
const STRENGTH: &str = "species[agent].senses[0].zones[0].gives.strength";
const EXPONENT: &str = "species[agent].senses[0].zones[0].gives.exponent";

/// Steps of the exact checks, and agents of the scene.
const STEPS: u32 = 500;
const AGENTS: f64 = 20.0;

fn cucker(ask: &Ask) -> Result<Finding, VerifyError> {
    let mut checks = vec![];
    for (exponent, strength) in [("0.0", 1.0), ("0.4", 5.0)] {
        let changes = [(STRENGTH, (strength / AGENTS).to_string()), (EXPONENT, exponent.to_string())];
        let mut simulation = ask.worlds(changed("cucker_smale", &changes)?, 1)?;
        let before = schools(&mut simulation)?.concat();
        simulation.advance(STEPS)?;
        let after = schools(&mut simulation)?.concat();
        if exponent == "0.0" {
            let ratio = (mismatch(&after) / mismatch(&before)).sqrt();
            let exact = (0..STEPS).fold(1.0, |ratio, _| ratio * 0.99);
            let quantity = "β = 0: spread of velocities after 500 steps, over that before";
            checks.push(Check::new(quantity, ratio, None, exact, Tolerance::Relative(1e-4)));
        }
        let moved = drift(&after).into_iter().zip(drift(&before)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let quantity = format!("β = {exponent}: drift of the mean velocity in 500 steps, BL/s");
        checks.push(Check::new(quantity, moved, None, 0.0, Tolerance::UpTo(1e-6)));
    }
    let (flocked, curve) = starts(ask)?;
    checks.push(flocked);
    checks.extend(parting(ask)?);
    Ok(Finding { checks, curves: vec![curve] })
}

/// Random starts for 500 s: how many come to flock, and their spread over time.
fn starts(ask: &Ask) -> Result<(Check, Curve), VerifyError> {
    // The card's number, in both stages.
    let starts = ask.seeds(20, 20);
    let (seconds, parts) = (500u32, 20u32);
    let watched = || {
        let scene = changed("cucker_smale", &[])?;
        let ticks = (f64::from(seconds / parts) / f64::from(scene.dt)).round() as u32;
        let mut simulation = ask.worlds(scene, starts)?;
        let spreads = |simulation: &mut Simulation| {
            let schools = schools(simulation)?;
            Ok::<_, VerifyError>(schools.iter().map(|school| mismatch(school).sqrt()).collect::<Vec<f64>>())
        };
        let start = spreads(&mut simulation)?;
        let mut courses = vec![vec![1.0]; starts as usize];
        for _ in 0..parts {
            simulation.advance(ticks)?;
            for ((course, spread), start) in courses.iter_mut().zip(spreads(&mut simulation)?).zip(&start) {
                course.push(spread / start);
            }
        }
        Ok(courses)
    };
    let courses: Vec<Vec<f64>> = ask.piece("starts", watched)?;
    let flocked = courses.iter().filter(|course| course.last().is_some_and(|last| *last < 0.01)).count();
    let quantity = "β = 0.4, K = 5: random starts whose spread of velocities is below 1 % after 500 s";
    let check = Check::share(quantity, flocked, courses.len(), 1.0, Tolerance::AtLeast);
    let point = |part: u32| {
        let spreads: Vec<f64> = courses.iter().map(|course| course[part as usize]).collect();
        Point::mean(f64::from(part * seconds / parts), &spreads, None)
    };
    let curve = Curve {
        figure: "Spread of velocities, over that at the start (β = 0.4)".into(),
        across: "seconds".into(),
        name: "mean of starts".into(),
        points: (0..=parts).map(point).collect(),
    };
    Ok((check, curve))
}

/// Two agents that part from one place along a line, below and above the speed that they can escape at.
fn parting(ask: &Ask) -> Result<Vec<Check>, VerifyError> {
    let two = ("species[agent].count", "2".to_string());
    let changes = [two, (STRENGTH, "0.5".to_string()), (EXPONENT, "1.0".to_string())];
    let scene = changed("cucker_smale", &changes)?;
    let plan = Plan::new(&scene, 1);
    let part = |speed: f32| {
        let mut state = WorldState::start(&scene, &plan, &[rng::stream(scene.seed, 0, 0)]);
        for (agent, way) in state.agents.iter_mut().zip([1.0, -1.0]) {
            agent.pos = [5.0, 5.0, 0.0];
            agent.heading = [way, 0.0, 0.0];
            agent.vel = [0.5 * way * speed, 0.0, 0.0];
        }
        let mut backend = open_backend(&ask.options(), &plan).map_err(SimulationError::from)?.backend;
        // 500 s.
        let ticks = (500.0 / f64::from(scene.dt)).round() as u32;
        let state = backend.load(state).and_then(|()| backend.advance(ticks)).and_then(|()| backend.snapshot(0));
        let agents = state.map_err(SimulationError::from)?.agents;
        let apart = |of: fn(&Agent) -> f32| f64::from(of(&agents[0]) - of(&agents[1]));
        Ok::<_, VerifyError>([apart(|a| a.pos[0]), apart(|a| a.vel[0])])
    };
    let mut checks = vec![];
    for (speed, stays) in [(1.4f32, true), (1.8, false)] {
        let [distance, left] = part(speed)?;
        let quantity = format!("β = 1: relative speed of two that parted at {speed}, after 500 s");
        checks.push(match stays {
            true => Check::new(quantity, left, None, 0.0, Tolerance::Absolute(1e-3)),
            // Of 1.8 - π/2 = 0.229 in the end, less what steps take, see below.
            false => Check::new(quantity, left, None, 0.2, Tolerance::AtLeast),
        });
        // r' = w and w' = -K w / (1 + r²) keep w + K arctan r. A sum of a falling function over steps is off by its first step at most.
        let speed = f64::from(speed);
        let kept = left + libm::atan(distance);
        let quantity = format!("β = 1: the same, with the arc tangent of their distance (kept from {speed:.1})");
        checks.push(Check::new(quantity, kept, None, speed, Tolerance::Absolute(f64::from(scene.dt) * speed)));
    }
    Ok(checks)
}

/// Distance that the lattice keeps, and that up to which agents are linked, BL.
const KEPT: f64 = 7.0;
const LINK: f32 = 8.4;

/// Relative connectivity, mismatch of velocities, and how far links are off the distance that is kept, over it.
fn lattice(tank: &TankParams, school: &[Agent]) -> [f64; 3] {
    let places: Vec<_> = school.iter().map(|agent| agent.pos).collect();
    let parts = groups(tank, &places, LINK).into_iter().max().map_or(0, |last| last + 1);
    // The rank of the Laplacian of a graph is its nodes less its parts.
    let connected = (school.len() as f64 - f64::from(parts)) / (school.len() as f64 - 1.0);
    let pairs = (0..places.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let distances = pairs.map(|(a, b)| length(offset(tank, places[a], places[b]))).filter(|distance| *distance < LINK);
    let off: Vec<f64> = distances.map(|distance| (f64::from(distance) - KEPT).abs() / KEPT).collect();
    [connected, 0.5 * mismatch(school), mean(&off)]
}

fn olfati(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(4, 20);
    // 150 s; it is at rest after 60.
    let ticks = 7_500;
    let flock = |strengths: Option<&str>| {
        let path = |sense: u32| format!("species[agent].senses[{sense}].zones[0].gives.strength");
        let paths = [path(2), path(3)];
        let changes: Vec<(&str, String)> =
            strengths.iter().flat_map(|none| paths.iter().map(|path| (path.as_str(), none.to_string()))).collect();
        let mut simulation = ask.worlds(changed("olfati_lattice", &changes)?, seeds)?;
        let tank = simulation.plan().tank;
        simulation.advance(ticks)?;
        Ok(schools(&mut simulation)?.iter().map(|school| lattice(&tank, school)).collect())
    };
    let led: Vec<[f64; 3]> = ask.piece("Algorithm 2", || flock(None))?;
    let free: Vec<[f64; 3]> = ask.piece("Algorithm 1", || flock(Some("0.0")))?;
    let count = |runs: &[[f64; 3]], is: fn(f64) -> bool| runs.iter().filter(|run| is(run[0])).count();
    let runs = seeds as usize;
    let whole = Tolerance::AtLeast;
    Ok(vec![
        Check::share("Algorithm 2: runs that end connected", count(&led, |c| c == 1.0), runs, 1.0, whole),
        Check::mean("Algorithm 2: mismatch of velocities, BL²/s²", &column(&led, 1), 0.0, Tolerance::UpTo(1e-3)),
        Check::mean("Algorithm 2: links off their length, over it", &column(&led, 2), 0.0, Tolerance::UpTo(0.05)),
        Check::share("Algorithm 1: runs that end in pieces", count(&free, |c| c < 1.0), runs, 1.0, whole),
    ]
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(x: f32, y: f32, vel: f32) -> Agent {
        Agent { pos: [x, y, 0.0], vel: [vel, 0.0, 0.0], alive: 1, ..bytemuck::Zeroable::zeroed() }
    }

    #[test]
    fn a_lattice_of_two_pieces_is_told() {
        let tank = Plan::new(&changed("olfati_lattice", &[]).unwrap(), 1).tank;
        let row = [agent(0.0, 0.0, 1.0), agent(7.0, 0.0, -1.0), agent(50.0, 0.0, 1.0), agent(57.7, 0.0, -1.0)];
        let [connected, mismatch, off] = lattice(&tank, &row);
        assert!((connected - 2.0 / 3.0).abs() < 1e-12 && (mismatch - 0.5).abs() < 1e-12, "{connected} {mismatch}");
        assert!((off - 0.05).abs() < 1e-6, "{off}");
        assert_eq!(lattice(&tank, &row[..2])[0], 1.0);
    }

    #[test]
    fn what_cards_change_is_in_their_scenes() {
        let changes = [(STRENGTH, "0.125".to_string()), (EXPONENT, "0.75".to_string())];
        let scene = changed("cucker_smale", &changes).unwrap();
        assert_eq!(f64::from(scene.species[0].count), AGENTS);
        let zone = Plan::new(&scene, 1).zones[0];
        assert_eq!(zone.law[..2], [0.125, 0.75]);
        let lattice = Plan::new(&changed("olfati_lattice", &[]).unwrap(), 1).zones[0];
        assert_eq!((lattice.outer, f64::from(lattice.law[2])), (LINK, KEPT));
    }
}
