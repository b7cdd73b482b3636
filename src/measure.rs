//! What a school looks like in numbers: order, milling, spacing, speed, energy, signals, fitness; and the row of the
//! metrics table. Pure functions of a census. Knows nothing of when or why they are taken.

pub mod activity;
pub mod continuous;
pub mod correlation;
pub mod cuts;
pub mod flocking;
pub mod groups;
pub mod information;
pub mod shadow;
pub mod signals;
pub mod states;

use std::ops::Range;

use crate::edits::Census;
use crate::evolution::fitness::{better, fitness};
use crate::layout::*;
use crate::math::{Vec3, add, cross, length, normalize_or, scale, sub};
use crate::plan::Plan;
use crate::scene::{Measure, SceneSpec};
use crate::world::WorldState;

/// Agents of a world whose nearest neighbour is sought; more are sampled evenly along x.
pub const NEAREST_SAMPLE: usize = 512;

/// Declares a row of a table: a struct, its header, and its record as text (numbers so that they read back exactly).
macro_rules! csv_row {
    ($(#[$meta:meta])* pub struct $name:ident { $( $(#[doc = $doc:literal])* pub $field:ident : $ty:ty, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $( $(#[doc = $doc])* pub $field: $ty, )* }
        impl $name {
            /// Names of the columns.
            pub const HEADER: &'static [&'static str] = &[$( stringify!($field), )*];
            /// One text a column; what is not known is `NaN`.
            pub fn record(&self) -> Vec<String> {
                vec![$( self.$field.to_string(), )*]
            }
        }
    };
}
pub(crate) use csv_row;

csv_row! {
    /// One line of the metrics table: one species at one tick. Counts are those since the last line; means over
    /// nobody are NaN.
    #[derive(Default)]
    pub struct MetricsRow {
        /// Tick.
        pub tick: u64,
        /// Simulated seconds.
        pub seconds: f64,
        /// Name of the species.
        pub species: String,
        /// Agents alive, over all worlds.
        pub population: u32,
        /// Agents born.
        pub births: u32,
        /// Agents that died, of anything.
        pub deaths: u32,
        /// Agents that ran out of energy.
        pub starved: u32,
        /// Agents eaten.
        pub eaten: u32,
        /// Agents that reached the end of their lifetime, or were culled.
        pub aged: u32,
        /// Agents removed because something was not finite.
        pub faults: u32,
        /// Mean fitness gathered so far by the living.
        pub fitness_mean: f32,
        /// Best fitness gathered so far by the living.
        pub fitness_best: f32,
        /// Mean fitness of whole lives that ended.
        pub life_fitness: f32,
        /// Mean energy from fields of whole lives that ended.
        pub life_food: f32,
        /// Generations: finished ones, or births over the count in live evolution.
        pub generation: f64,
        /// Length of the mean heading, 0 to 1.
        pub polarization: f32,
        /// Milling about the centre, 0 to 1.
        pub rotation: f32,
        /// Milling about the centre either way, 0 to 1.
        pub absolute_rotation: f32,
        /// Mean distance to the nearest of its kind, BL.
        pub nearest: f32,
        /// Mean over agents of the sum of squared channels.
        pub signal_energy: f32,
        /// Mean speed, BL/s.
        pub speed: f32,
        /// Mean energy.
        pub energy: f32,
        /// Mean pairwise distance of genomes.
        pub diversity: f32,
        /// Groups in a world.
        pub groups: f32,
        /// Evenness of Clark and Evans.
        pub clark_evans: f32,
        /// Area of the hull of the largest group, BL².
        pub hull: f32,
        /// Distance at which velocities are no longer alike, BL.
        pub correlation: f32,
        /// Ticks advanced in a second of real time; it differs from run to run.
        pub ticks_per_second: f64,
    }
}

/// What one species looks like at one moment. Of agents: means over all the living. Of schools: means over the worlds
/// in which they exist. NaN where there is nobody to measure, or where the scene does not log the measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeciesMetrics {
    /// Living agents.
    pub population: u32,
    /// Mean fitness gathered so far by the living (no rate: older agents have gathered more).
    pub fitness_mean: f32,
    /// Best of the same.
    pub fitness_best: f32,
    /// Mean energy.
    pub energy: f32,
    /// Mean speed, BL/s.
    pub speed: f32,
    /// See `polarization`.
    pub polarization: f32,
    /// See `rotation`.
    pub rotation: f32,
    /// See `states::absolute_rotation`.
    pub absolute_rotation: f32,
    /// See `nearest`.
    pub nearest: f32,
    /// Mean over agents of the sum over channels of the squared signal.
    pub signal_energy: f32,
    /// See `groups::groups`: how many there are.
    pub groups: f32,
    /// See `groups::clark_evans`.
    pub clark_evans: f32,
    /// See `groups::hull_area`, of the largest group; NaN in a volume.
    pub hull: f32,
    /// See `correlation::Correlation::length`.
    pub correlation: f32,
}

/// A mean in the making, summed in the order of its numbers. NaN numbers (nothing to measure) are left out.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, value: f32) {
        if !value.is_nan() {
            self.sum += f64::from(value);
            self.count += 1;
        }
    }

    fn get(&self) -> f32 {
        (self.sum / f64::from(self.count)) as f32
    }
}

impl SpeciesMetrics {
    /// A measure of the school; NaN for one of genomes.
    pub fn get(&self, measure: Measure) -> f32 {
        match measure {
            Measure::Polarization => self.polarization,
            Measure::Rotation => self.rotation,
            Measure::AbsoluteRotation => self.absolute_rotation,
            Measure::Nearest => self.nearest,
            Measure::SignalEnergy => self.signal_energy,
            Measure::Speed => self.speed,
            Measure::Energy => self.energy,
            Measure::Groups => self.groups,
            Measure::ClarkEvans => self.clark_evans,
            Measure::Hull => self.hull,
            Measure::Correlation => self.correlation,
            Measure::Diversity => f32::NAN,
        }
    }
}

/// Measures species `species` over `worlds` (cut to those there are): what the scene logs.
pub fn measure(scene: &SceneSpec, plan: &Plan, census: &Census, species: usize, worlds: Range<u32>) -> SpeciesMetrics {
    measure_those(&scene.measures.log, scene, plan, census, species, worlds)
}

/// As `measure`, of the measures given.
pub fn measure_those(
    those: &[Measure],
    scene: &SceneSpec,
    plan: &Plan,
    census: &Census,
    species: usize,
    worlds: Range<u32>,
) -> SpeciesMetrics {
    let (spec, p, d) = (&scene.species[species], &plan.species[species], &plan.dims);
    let logs = |measure| those.contains(&measure);
    let mut population = 0;
    let mut best = f32::NAN;
    let [mut fit, mut energy, mut speed, mut signal, mut order, mut milling, mut spacing] =
        std::array::from_fn(|_| Mean::default());
    let [mut parts, mut evenness, mut room, mut reach, mut circling] = std::array::from_fn(|_| Mean::default());
    for world in worlds.start..worlds.end.min(d.worlds) {
        let slots = WorldState::part(world, d.slots);
        let (agents, tallies) = (&census.agents[slots.clone()], &census.tallies[slots]);
        let signals = &census.signals[WorldState::part(world, d.sig)];
        let mut school = vec![];
        for local in 0..p.slots {
            let slot = (p.slot_start + local) as usize;
            let agent = &agents[slot];
            if agent.alive == 0 {
                continue;
            }
            let value = fitness(spec, p, &tallies[slot]);
            if better(value, best) {
                best = value;
            }
            fit.add(value);
            if logs(Measure::Energy) {
                energy.add(agent.energy as f32 / ENERGY_SCALE);
            }
            if logs(Measure::Speed) {
                speed.add(length(agent.vel));
            }
            if logs(Measure::SignalEnergy) {
                let first = (p.sig_start + local * p.channels) as usize;
                signal.add(signals[first..first + p.channels as usize].iter().map(|s| s * s).sum());
            }
            school.push(*agent);
        }
        population += school.len() as u32;
        if logs(Measure::Polarization) {
            order.add(polarization(&school));
        }
        if logs(Measure::Rotation) {
            milling.add(rotation(&plan.tank, &school));
        }
        if logs(Measure::AbsoluteRotation) {
            circling.add(states::absolute_rotation(&plan.tank, &school));
        }
        if logs(Measure::Nearest) {
            spacing.add(nearest(&plan.tank, &school, NEAREST_SAMPLE));
        }
        if logs(Measure::ClarkEvans) {
            let apart = nearest(&plan.tank, &school, NEAREST_SAMPLE);
            evenness.add(groups::clark_evans(apart, school.len(), plan.tank.extent));
        }
        if (logs(Measure::Groups) || logs(Measure::Hull)) && !school.is_empty() {
            let (count, largest) = groups::largest(&plan.tank, &school, scene.measures.social_range);
            parts.add(count as f32);
            if logs(Measure::Hull) && plan.tank.dim == 2 {
                room.add(groups::hull_area(&groups::laid_out(&plan.tank, &largest)));
            }
        }
        if logs(Measure::Correlation) {
            let [places, velocities]: [Vec<Vec3>; 2] =
                [|a: &Agent| a.pos, |a: &Agent| a.vel].map(|of| school.iter().map(of).collect());
            reach.add(correlation::correlation(&plan.tank, &places, &velocities).length);
        }
    }
    SpeciesMetrics {
        population,
        fitness_mean: fit.get(),
        fitness_best: best,
        energy: energy.get(),
        speed: speed.get(),
        polarization: order.get(),
        rotation: milling.get(),
        absolute_rotation: circling.get(),
        nearest: spacing.get(),
        signal_energy: signal.get(),
        groups: if logs(Measure::Groups) { parts.get() } else { f32::NAN },
        clark_evans: evenness.get(),
        hull: room.get(),
        correlation: reach.get(),
    }
}

/// The way from one place to another, BL: along a wrapping axis the shorter way around.
pub fn offset(tank: &TankParams, from: Vec3, to: Vec3) -> Vec3 {
    let straight = sub(to, from);
    [0, 1, 2].map(|axis| {
        let (way, extent) = (straight[axis], tank.extent[axis]);
        if wraps(tank, axis) { way - extent * (way / extent).round() } else { way }
    })
}

/// Distance between two places of the tank, BL: along a wrapping axis the shorter way around.
pub fn distance(tank: &TankParams, from: Vec3, to: Vec3) -> f32 {
    length([0, 1, 2].map(|axis| along(tank, axis, from, to)))
}

/// How far two places are from each other along an axis.
fn along(tank: &TankParams, axis: usize, from: Vec3, to: Vec3) -> f32 {
    let straight = (to[axis] - from[axis]).abs();
    if wraps(tank, axis) { straight.min((tank.extent[axis] - straight).abs()) } else { straight }
}

/// Distance between two places of the tank, where it is below `reach`. Most that are not are told by one axis alone.
pub fn nearer(tank: &TankParams, from: Vec3, to: Vec3, reach: f32) -> Option<f32> {
    // A little more than the reach, as both ways to it round.
    if (0..3).any(|axis| along(tank, axis, from, to) > 1.001 * reach) {
        return None;
    }
    Some(length(offset(tank, from, to))).filter(|away| *away < reach)
}

/// Whether leaving along `axis` enters on the other side. A plane has no third axis to leave by.
fn wraps(tank: &TankParams, axis: usize) -> bool {
    axis < tank.dim as usize && tank.edge[axis] == EDGE_TORUS
}

/// Polarization: the length of the mean heading. 1 when all face one way, near 1/√n when each faces its own. NaN for
/// nobody.
pub fn polarization(school: &[Agent]) -> f32 {
    length(scale(school.iter().fold([0.0; 3], |sum, a| add(sum, a.heading)), 1.0 / school.len() as f32))
}

/// The middle of a school. Along a wrapping axis it is the circular mean: places are taken as angles around the axis,
/// and the angle of their mean vector is the middle; when they spread evenly around the axis no middle is better than
/// another, and rounding chooses.
pub fn centroid(tank: &TankParams, school: &[Agent]) -> Vec3 {
    [0, 1, 2].map(|axis| {
        let places = school.iter().map(|a| f64::from(a.pos[axis]));
        if !wraps(tank, axis) {
            return (places.sum::<f64>() / school.len() as f64) as f32;
        }
        let extent = f64::from(tank.extent[axis]);
        let turn = std::f64::consts::TAU / extent;
        let (mut x, mut y) = (0.0, 0.0);
        for place in places {
            x += libm::cos(place * turn);
            y += libm::sin(place * turn);
        }
        (libm::atan2(y, x) / turn).rem_euclid(extent) as f32
    })
}

/// Rotation, or milling: the length of the mean of r̂ × v̂ over the school, with r̂ the direction from the centroid to
/// the agent (the shorter way around on a torus) and v̂ that of its velocity (Couzin et al. 2002). 1 when all circle
/// one way about the centre. An agent at the centre or at rest has no direction and counts as 0. NaN for nobody.
pub fn rotation(tank: &TankParams, school: &[Agent]) -> f32 {
    let middle = centroid(tank, school);
    let spin = |a: &Agent| {
        let out = normalize_or(offset(tank, middle, a.pos), [0.0; 3]);
        cross(out, normalize_or(a.vel, [0.0; 3]))
    };
    length(scale(school.iter().fold([0.0; 3], |sum, a| add(sum, spin(a))), 1.0 / school.len() as f32))
}

/// Mean distance to the nearest other agent, BL (the shorter way around on a torus), exact for each of at most
/// `sample` agents taken evenly along x. NaN for fewer than two.
pub fn nearest(tank: &TankParams, school: &[Agent], sample: usize) -> f32 {
    let mut places: Vec<Vec3> = school.iter().map(|a| a.pos).collect();
    places.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]));
    let taken = places.len().min(sample);
    let mut mean = Mean::default();
    if places.len() > 1 {
        for i in 0..taken {
            mean.add(nearest_of(tank, &places, i * places.len() / taken));
        }
    }
    mean.get()
}

/// Distance from `places[at]` to the nearest other, with `places` sorted by x: a walk to either side that ends where x
/// alone is farther than the best so far.
fn nearest_of(tank: &TankParams, places: &[Vec3], at: usize) -> f32 {
    let n = places.len();
    let here = places[at];
    let wraps = wraps(tank, 0);
    let mut best = f32::INFINITY;
    for forward in [true, false] {
        for step in 1..n {
            let other = if forward { at + step } else { at + n - step };
            let around = if forward { other >= n } else { other < n };
            if around && !wraps {
                break;
            }
            let there = places[other % n];
            let ahead = if forward { there[0] - here[0] } else { here[0] - there[0] };
            let ahead = if wraps { ahead.rem_euclid(tank.extent[0]) } else { ahead };
            if ahead > best {
                break;
            }
            best = best.min(length(offset(tank, here, there)));
        }
    }
    best
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
