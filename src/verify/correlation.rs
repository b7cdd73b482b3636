//! Card: the correlation length of fields whose answer is known, what a sample of a large school costs, and the correlation length of
//! flocks of growing size. Runs the scene `correlation_length` that ships.

use serde::{Deserialize, Serialize};

use super::{Ask, Card, Check, Curve, Finding, Point, Tolerance, VerifyError};
use crate::layout::TankParams;
use crate::math::{Vec3, dot};
use crate::measure::correlation::{Correlation, MOST, correlation, first_zero, of_sample};
use crate::plan::Plan;
use crate::rng;
use crate::scene::{self, Boundary, SceneSpec};
use crate::statistics::mean;

/// See the module.
pub const CARD: Card = Card {
    name: "correlation_length",
    part: "motion",
    title: "How far through a flock motion is alike",
    source: "Cavagna et al. 2010; exact answers of gradients",
    engine: true,
    seeds: true,
    run,
};

/// Points of a field, as many as the measure takes without sampling.
const POINTS: usize = 2_000;

/// A field of velocities along x over points of a shape.
struct Field {
    name: &'static str,
    /// Dimensions that the points fill evenly within a distance of 1 from the origin.
    dims: usize,
    /// Whether each point draws its velocity by itself; otherwise it is x.
    noise: bool,
    /// Correlation length over the largest distance, and how near to it.
    known: f64,
    near: Tolerance,
}

const FIELDS: [Field; 4] = [
    // 1 / (1 + √3). The card asks for four standard errors alone; a third of a bin of the measure is 0.005.
    Field { name: "gradient along a segment", dims: 1, noise: false, known: 0.3660, near: Tolerance::Absolute(0.005) },
    Field { name: "gradient across a disc", dims: 2, noise: false, known: 0.474, near: Tolerance::Absolute(0.01) },
    Field { name: "gradient across a ball", dims: 3, noise: false, known: 0.54, near: Tolerance::Absolute(0.01) },
    Field { name: "noise on a disc", dims: 2, noise: true, known: 0.0, near: Tolerance::UpTo(0.05) },
];

/// Agents of the flocks that are compared.
const SIZES: [u32; 4] = [128, 256, 512, 1024];

/// Radius of the ball that the scene's own flock begins in, and its agents: the density of all.
const BEGIN: (f64, f64) = (5.0, 256.0);

/// Range of the scene's second sense, within which agents turn away from each other, BL.
const PERSONAL: f64 = 1.2;

/// Ticks until a flock has its own shape, and ticks between measurements.
const SETTLED: u32 = 400;
const APART: u32 = 20;

/// Nothing wraps.
fn open() -> TankParams {
    let scene = SceneSpec { extent: [9.0; 3], boundary: [Boundary::Open; 3], ..Default::default() };
    Plan::new(&scene, 1).tank
}

/// Points of a field and their velocities.
fn drawn(field: &Field, points: usize, seed: u32) -> (Vec<Vec3>, Vec<Vec3>) {
    let coordinates =
        |i: u32| rng::draw([seed, 91], i, field.dims as u32, 0).map(|word| 2.0 * rng::uniform(word) - 1.0);
    let place = |i: u32| -> Vec3 {
        let all = coordinates(i);
        [0, 1, 2].map(|axis| if axis < field.dims { all[axis] } else { 0.0 })
    };
    let places: Vec<Vec3> = (0..).map(place).filter(|p| dot(*p, *p) <= 1.0).take(points).collect();
    let velocity = |(i, p): (usize, &Vec3)| match field.noise {
        true => [rng::normal(rng::draw([seed, 92], i as u32, 0, 0)), 0.0, 0.0],
        false => [p[0], 0.0, 0.0],
    };
    let velocities = places.iter().enumerate().map(velocity).collect();
    (places, velocities)
}

/// Correlation length over the length of the school.
fn ratio(told: &Correlation) -> f64 {
    f64::from(told.length / told.extent)
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds: Vec<u32> = (1..=ask.seeds(8, 20)).collect();
    let mut checks = known(ask, &seeds)?;
    checks.push(sampled(ask, &seeds)?);
    let (grown, curves) = flocks(ask)?;
    checks.extend(grown);
    Ok(Finding { checks, curves })
}

fn known(ask: &Ask, seeds: &[u32]) -> Result<Vec<Check>, VerifyError> {
    let tank = open();
    let of = |field: &Field| {
        let one = |seed: &u32| {
            let (places, velocities) = drawn(field, POINTS, *seed);
            Ok(ratio(&correlation(&tank, &places, &velocities)))
        };
        let values: Vec<f64> = ask.pieces(seeds, |seed| format!("{}, seed {seed}", field.name), one)?;
        let quantity = format!("{}: correlation length / length", field.name);
        Ok(match field.near {
            Tolerance::Absolute(most) => Check::near(quantity, &values, field.known, most),
            near => Check::mean(quantity, &values, field.known, near),
        })
    };
    FIELDS.iter().map(of).collect()
}

/// What the sample of a large school costs: the error of the length of 8,000 agents by a sample of pairs, over that by all pairs.
fn sampled(ask: &Ask, seeds: &[u32]) -> Result<Check, VerifyError> {
    let tank = open();
    let one = |seed: &u32| {
        let (places, velocities) = drawn(&FIELDS[1], 4 * POINTS, *seed);
        let [few, all] = [MOST, 4 * POINTS].map(|most| ratio(&of_sample(&tank, &places, &velocities, most)));
        Ok((few - all) * (few - all))
    };
    let squares: Vec<f64> = ask.pieces(seeds, |seed| format!("a sample, seed {seed}"), one)?;
    let error = mean(&squares).sqrt();
    // A bin of the measure is a sixtieth.
    let bin = Tolerance::UpTo(1.0 / 60.0);
    Ok(Check::new("disc of 8,000, pairs sampled: r.m.s. error of length / length", error, None, 0.0, bin))
}

/// The scene with so many agents at the density of its own.
fn flock(agents: u32, seed: u32) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load("correlation_length")?.spec;
    let radius = BEGIN.0 * libm::cbrt(f64::from(agents) / BEGIN.1);
    scene::set(&mut scene, "species[bird].count", &agents.to_string())?;
    scene::set(&mut scene, "start.placement", &format!("Ball(center: [20.0, 20.0, 20.0], radius: {radius})"))?;
    scene::set(&mut scene, "seed", &seed.to_string())?;
    Ok(scene)
}

/// A flock over time, once it has its own shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Flock {
    /// Mean of its largest distance, BL.
    length: f64,
    /// Mean of its correlation by bins of distance over that.
    by_distance: Vec<f64>,
}

impl Flock {
    /// The mean of several.
    fn mean<'a>(flocks: impl Iterator<Item = &'a Flock> + Clone) -> Flock {
        let of = |value: &dyn Fn(&Flock) -> f64| {
            // A bin without a pair says nothing.
            mean(&flocks.clone().map(value).filter(|value| value.is_finite()).collect::<Vec<f64>>())
        };
        let bins = flocks.clone().next().map_or(0, |flock| flock.by_distance.len());
        let by_distance = (0..bins).map(|bin| of(&|flock| flock.by_distance[bin])).collect();
        Flock { length: of(&|flock| flock.length), by_distance }
    }

    /// Correlation length, BL: the zero beyond the personal space, within which agents turn apart and not together.
    fn reach(&self) -> f64 {
        let bins = self.by_distance.len() as f64;
        // Bins that lie beyond it as a whole.
        let beyond = |(bin, value): (usize, &f64)| match bin as f64 / bins * self.length > PERSONAL {
            true => *value as f32,
            false => f32::NAN,
        };
        f64::from(first_zero(&self.by_distance.iter().enumerate().map(beyond).collect::<Vec<f32>>())) * self.length
    }
}

/// A number that follows from the mean of flocks, and its standard error by leaving out each of them in turn (the jackknife).
fn pooled(flocks: &[Flock], of: impl Fn(&Flock) -> f64) -> (f64, f64) {
    let n = flocks.len() as f64;
    let left_out = |out: usize| {
        let others = flocks.iter().enumerate().filter(move |(at, _)| *at != out);
        of(&Flock::mean(others.map(|(_, flock)| flock)))
    };
    let each: Vec<f64> = (0..flocks.len()).map(left_out).collect();
    let middle = mean(&each);
    let spread: f64 = each.iter().map(|value| (value - middle) * (value - middle)).sum();
    (of(&Flock::mean(flocks.iter())), ((n - 1.0) / n * spread).sqrt())
}

/// Watches a flock.
fn watched(ask: &Ask, agents: u32, seed: u32, samples: u32) -> Result<Flock, VerifyError> {
    let mut simulation = ask.simulation(flock(agents, seed)?)?;
    let tank = simulation.plan().tank;
    simulation.advance(SETTLED)?;
    let mut told = vec![];
    for _ in 0..samples {
        simulation.advance(APART)?;
        let snapshot = simulation.snapshot(0)?;
        let (places, velocities): (Vec<Vec3>, Vec<Vec3>) = snapshot.agents.iter().map(|a| (a.pos, a.vel)).unzip();
        let Correlation { extent, by_distance, .. } = correlation(&tank, &places, &velocities);
        told.push(Flock { length: extent.into(), by_distance: by_distance.into_iter().map(f64::from).collect() });
    }
    // Near pairs are few, so that the correlation of a single moment crosses 0 by chance.
    Ok(Flock::mean(told.iter()))
}

/// Slope of the line of least squares through points on logarithmic axes.
fn slope(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (libm::log(*x), libm::log(*y))).collect();
    let [x, y] =
        [|p: &(f64, f64)| p.0, |p: &(f64, f64)| p.1].map(|of| mean(&logs.iter().map(of).collect::<Vec<f64>>()));
    let along: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    along / logs.iter().map(|p| (p.0 - x) * (p.0 - x)).sum::<f64>()
}

/// Flocks of growing size.
fn flocks(ask: &Ask) -> Result<(Vec<Check>, Vec<Curve>), VerifyError> {
    let seeds = ask.seeds(5, 20);
    let runs: Vec<(u32, u32)> = SIZES.iter().flat_map(|n| (1..=seeds).map(|seed| (*n, seed))).collect();
    let name = |(agents, seed): &(u32, u32)| format!("{agents} boids, seed {seed}");
    // Small flocks are watched longer: as many of their agents are looked at.
    let samples = |agents: u32| ask.of(20, 100) * SIZES[SIZES.len() - 1] / agents;
    let found = ask.pieces(&runs, name, |(agents, seed)| watched(ask, *agents, *seed, samples(*agents)))?;
    let sizes: Vec<&[Flock]> = found.chunks(seeds as usize).collect();
    let reaches: Vec<(f64, f64)> = sizes.iter().map(|flocks| pooled(flocks, Flock::reach)).collect();
    let lengths: Vec<f64> = sizes.iter().map(|flocks| Flock::mean(flocks.iter()).length).collect();
    let mut checks = vec![];
    for ((agents, length), (reach, error)) in SIZES.iter().zip(&lengths).zip(&reaches) {
        let quantity = format!("{agents} boids: correlation length / length (starlings: 0.35)");
        // More than noise, which the card puts below 0.05; no figure is known of boids.
        checks.push(Check::new(quantity, reach / length, Some(error / length), 0.05, Tolerance::UpTo(1.0)));
    }
    let line = |shift: &dyn Fn(usize) -> f64| {
        slope(&lengths.iter().zip(&reaches).enumerate().map(|(i, (x, y))| (*x, y.0 + shift(i))).collect::<Vec<_>>())
    };
    let found = line(&|_| 0.0);
    // To first order, each size moves the slope by itself.
    let moved = (0..SIZES.len()).map(|size| line(&|i| if i == size { reaches[i].1 } else { 0.0 }) - found);
    let error = moved.map(|by| by * by).sum::<f64>().sqrt();
    let quantity = "boids: slope of log correlation length against log length (1 without a scale)";
    checks.push(Check::new(quantity, found, Some(error), 1.0, Tolerance::Absolute(0.3f64.max(4.0 * error))));

    let point = |(length, (reach, error)): (&f64, &(f64, f64))| Point {
        x: *length,
        measured: *reach,
        error: Some(*error),
        target: Some(0.35 * length),
    };
    let mut curves = vec![Curve {
        figure: "Correlation length, BL (hollow: 0.35 of the length, as starlings have it)".into(),
        across: "length of the flock, BL".into(),
        name: "boids".into(),
        points: lengths.iter().zip(&reaches).map(point).collect(),
    }];
    for (agents, flocks) in SIZES.iter().zip(&sizes) {
        let bins = flocks[0].by_distance.len();
        let point = |bin: usize| {
            let values: Vec<f64> = flocks.iter().map(|flock| flock.by_distance[bin]).collect();
            Point::mean((bin as f64 + 0.5) / bins as f64, &values, None)
        };
        curves.push(Curve {
            figure: "Correlation of velocity fluctuations".into(),
            across: "distance over the length of the flock".into(),
            name: format!("{agents} boids"),
            points: (0..bins).map(point).collect(),
        });
    }
    Ok((checks, curves))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Placement;

    #[test]
    fn a_power_has_its_exponent_for_a_slope() {
        assert!((slope(&[(1.0, 3.0), (2.0, 6.0), (8.0, 24.0)]) - 1.0).abs() < 1e-12);
        assert!((slope(&[(1.0, 1.0), (4.0, 2.0), (9.0, 3.0)]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn flocks_are_the_scene_at_other_sizes() {
        let own = scene::load("correlation_length").unwrap().spec;
        assert_eq!(flock(256, own.seed as u32).unwrap(), own);
        let small = flock(32, 3).unwrap();
        assert_eq!((small.species[0].count, small.seed), (32, 3));
        // An eighth of the agents in half the radius.
        let Placement::Ball(ball) = &small.start.placement else { panic!("{:?}", small.start) };
        assert_eq!(ball.radius, 2.5);
    }
}
