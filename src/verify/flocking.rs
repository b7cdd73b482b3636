//! Card: the energy of EvoJAX's flocking task, of three agents laid out by hand and of thirty at random, by its formula and as the engine
//! adds it up. All constants are published; the released sum also counts each agent's avoidance of itself, a constant of a sixth of the
//! strength of avoidance an agent, which is left out here.

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::layout::{Agent, FLOCK_UNIT, TALLY_FLOCK, TALLY_SCALE};
use crate::measure::flocking::{Energy, energy};
use crate::plan::Plan;
use crate::rng;
use crate::scene::{
    BodySpec, Controller, FitnessTerm, FlockingSpec, LinearSpec, Motion, SceneSpec, Sense, SpeciesSpec, Term,
};
use crate::simulation::{SimulationError, open_backend};
use crate::world::WorldState;

/// See the module.
pub const CARD: Card = Card {
    name: "flocking_energy",
    part: "motion",
    title: "The energy of EvoJAX's flocking task",
    source: "Tang, Tian and Ha 2022; constants of the released task",
    engine: true,
    seeds: false,
    run,
};

/// Side of the torus, BL: one of the task's units of length.
const UNIT: f32 = 64.0;

/// The task's strengths and ranges.
fn task() -> FlockingSpec {
    FlockingSpec {
        alignment: 0.2,
        alignment_range: 0.15 * UNIT,
        avoidance: 0.1,
        avoidance_range: 0.12 * UNIT,
        cohesion: 0.3,
        cohesion_range: 0.3 * UNIT,
        view: std::f32::consts::FRAC_PI_3,
    }
}

/// So many fish of the task, which swim straight ahead.
fn scene(count: u32) -> SceneSpec {
    let fish = SpeciesSpec {
        name: "fish".into(),
        count,
        body: BodySpec { motion: Motion::Course, cruise: 0.12 * UNIT, top_speed: 0.12 * UNIT, ..Default::default() },
        senses: vec![Sense::Constant],
        controller: Controller::Linear(LinearSpec { init: 0.0, ..Default::default() }),
        fitness: vec![FitnessTerm { term: Term::FlockingEnergy(task()), weight: -1.0 }],
        ..Default::default()
    };
    SceneSpec { dt: 0.2, extent: [UNIT, UNIT, 0.0], species: vec![fish], ..Default::default() }
}

/// An agent at a place, heading at an angle of so many degrees.
fn laid_out([x, y, degrees]: [f64; 3]) -> Agent {
    let angle = degrees.to_radians();
    Agent {
        pos: [x as f32, y as f32, 0.0],
        heading: [libm::cos(angle) as f32, libm::sin(angle) as f32, 0.0],
        alive: 1,
        ..bytemuck::Zeroable::zeroed()
    }
}

/// The energy of a layout by the formula, and as the engine adds it up over a tick.
fn both(ask: &Ask, layout: &[[f64; 3]]) -> Result<(Energy, f64), VerifyError> {
    let scene = scene(layout.len() as u32);
    let plan = Plan::new(&scene, 1);
    let school: Vec<Agent> = layout.iter().copied().map(laid_out).collect();
    let mut state = WorldState::start(&scene, &plan, &[rng::stream(1, 0, 0)]);
    for (agent, place) in state.agents.iter_mut().zip(&school) {
        (agent.pos, agent.heading) = (place.pos, place.heading);
    }
    let mut backend = open_backend(&ask.options(), &plan).map_err(SimulationError::from)?.backend;
    let census = backend.load(state).and_then(|()| backend.advance(1)).and_then(|()| backend.census());
    let tallies = census.map_err(SimulationError::from)?.tallies;
    let steps: i64 = tallies.iter().map(|tally| i64::from(tally[TALLY_FLOCK as usize])).sum();
    let unit = f64::from(TALLY_SCALE * FLOCK_UNIT) * f64::from(plan.tank.dt);
    Ok((energy(&plan.tank, &school, &task()), steps as f64 / unit))
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    // Two of them see each other across the border; the first sees the third ahead, the third sees both.
    let (three, added) = both(ask, &[[1.0, 32.0, 0.0], [63.0, 33.0, 120.0], [5.0, 30.0, 200.0]])?;
    let draw = |i| rng::draw([1, 93], i, 0, 0).map(|word| f64::from(rng::uniform(word)));
    let layout = |i| {
        let [x, y, angle, _] = draw(i);
        [x * f64::from(UNIT), y * f64::from(UNIT), 360.0 * angle]
    };
    let (thirty, summed) = both(ask, &(0..30).map(layout).collect::<Vec<_>>())?;
    // A tally has steps of 1.2e-6 of energy an agent, and the direction to a middle is rounded before it is squared.
    let steps = |agents: f64| Tolerance::Absolute(3e-6 * agents);
    let checks = vec![
        // By the formula, worked out by another program in double precision.
        Check::exact("three agents: alignment", three.alignment, 0.107_174_16),
        Check::exact("three agents: avoidance", three.avoidance, 0.014_368_87),
        Check::exact("three agents: cohesion", three.cohesion, 0.166_317_41),
        Check::exact("three agents: energy", three.total(), 0.287_860_45),
        Check::new("three agents: energy, added up by the engine", added, None, 0.287_860_45, steps(3.0)),
        Check::new("thirty at random: engine, less the formula", summed - thirty.total(), None, 0.0, steps(30.0)),
    ];
    Ok(checks.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alone_costs_half_the_strength_of_cohesion_and_side_by_side_no_more() {
        let plan = Plan::new(&scene(2), 1);
        let of = |layout: &[[f64; 3]]| {
            energy(&plan.tank, &layout.iter().copied().map(laid_out).collect::<Vec<_>>(), &task())
        };
        let alone = of(&[[5.0, 5.0, 30.0]]);
        assert!((alone.total() - 0.15).abs() < 1e-7, "{alone:?}");
        let abreast = of(&[[5.0, 5.0, 90.0], [20.0, 5.0, 90.0]]);
        assert!(
            (abreast.total() - 0.3).abs() < 1e-7,
            "out of reach of all but cohesion, which looks ahead: {abreast:?}"
        );
        let behind = of(&[[5.0, 5.0, 89.0], [5.0, 12.0, 90.0]]);
        assert!(behind.cohesion < 0.151 && behind.avoidance > 0.0, "one of two follows: {behind:?}");
    }
}
