//! What a scene may be expected to cost, rather than the least that it must: learned from three small schools that are run
//! on the same backend for a moment. No number is kept from another machine or another day's engine. Knows nothing of the
//! scene but what it must share with those schools: dimensions, who shares genomes, the shape.

use std::time::{Duration, Instant};

use super::{least, neighbours};
use crate::backend::Shape;
use crate::cost::{Machine, School};
use crate::scene::{
    BodySpec, Controller, DietSpec, FieldSpec, GrazeSpec, MlpSpec, NeighbourFeature, NeighboursSense, SceneSpec, Sense,
    Sharing, SignalSpec, SpeciesSpec,
};
use crate::simulation::{Options, Simulation, SimulationError};

/// Wall time that a school is run for each time, at least.
const MOMENT: Duration = Duration::from_millis(30);

/// Times that a school is run; the quickest of each stage counts, because only other work makes one slower.
const TIMES: usize = 5;

/// Bounds that differ by less than this factor say nothing about how cost grows with them.
const APART: f64 = 1.2;

/// What stages cost, by their names.
#[derive(Clone, Debug)]
pub struct Experience {
    stages: Vec<(&'static str, Line)>,
}

/// The cost of a stage: so much a tick, so much an agent, and so much for each nanosecond of its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Line {
    tick: f64,
    agent: f64,
    slope: f64,
    /// Whether a stage without anything to do was seen, and so its cost.
    idle: bool,
}

/// A stage of one school: agents in all worlds, least cost and measured cost of an agent, ns.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    agents: f64,
    bound: f64,
    ns: f64,
}

impl Experience {
    /// Runs the schools for `scene`, on the backend of `options` in the shape that the scene has.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn gather(
        scene: &SceneSpec,
        options: &Options,
        shape: Shape,
        machine: &Machine,
    ) -> Result<Experience, SimulationError> {
        // Packed worlds come in numbers; a spread one is large enough to hide what a tick costs, and the last is not.
        let (agents, worlds) =
            if shape == Shape::Packed { ([32; 3], [64, 64, 16]) } else { ([4000, 4000, 250], [1; 3]) };
        let mut samples: Vec<(&'static str, [Sample; 3])> = Vec::new();
        for (school, busy) in [false, true, false].into_iter().enumerate() {
            let options = Options { shape, worlds: Some(worlds[school]), ..options.clone() };
            let mut simulation = Simulation::new(small(scene, agents[school], busy), &options)?;
            for (stage, sample) in run(&mut simulation, machine)? {
                match samples.iter_mut().find(|(name, _)| *name == stage) {
                    Some((_, of)) => of[school] = sample,
                    None => {
                        let mut of = [Sample { agents: sample.agents, ..Sample::default() }; 3];
                        of[school] = sample;
                        samples.push((stage, of));
                    }
                }
            }
        }
        Ok(Experience { stages: samples.into_iter().map(|(stage, of)| (stage, Line::through(of))).collect() })
    }

    /// Expected cost of a stage of an agent whose bound is `bound` ns, of `agents` in all worlds; `None` for what no school
    /// had.
    pub fn expect(&self, stage: &str, bound: f64, agents: f64) -> Option<f64> {
        let (_, line) = self.stages.iter().find(|(name, _)| *name == stage)?;
        // What no school went without costs nothing where there is none of it.
        let skipped = bound == 0.0 && !line.idle;
        Some(if skipped { 0.0 } else { line.tick / agents.max(1.0) + line.agent + line.slope * bound })
    }
}

impl Line {
    /// Through a school, one with more to do for each agent, and one of fewer agents.
    fn through([plain, busy, few]: [Sample; 3]) -> Line {
        let mut line = Line { idle: plain.bound == 0.0, ..Line::default() };
        if busy.bound > APART * plain.bound {
            line.slope = ((busy.ns - plain.ns) / (busy.bound - plain.bound)).max(0.0);
            line.agent = plain.ns - line.slope * plain.bound;
        }
        if line.agent <= 0.0 && plain.bound > 0.0 {
            // All of it grows with the bound.
            line.slope = if line.slope > 0.0 { busy.ns / busy.bound } else { plain.ns / plain.bound };
            line.agent = 0.0;
        }
        // What few agents cost more than that is what a tick costs.
        let more = few.ns - line.agent - line.slope * few.bound;
        line.tick = (more / (1.0 / few.agents - 1.0 / plain.agents)).max(0.0);
        line.agent = (line.agent - line.tick / plain.agents).max(0.0);
        line
    }
}

/// Stages of a school, with their bounds.
fn run(simulation: &mut Simulation, machine: &Machine) -> Result<Vec<(&'static str, Sample)>, SimulationError> {
    let start = simulation.mark()?;
    let mut ticks = 1u32;
    let mut quickest = loop {
        simulation.rewind(start.clone())?;
        let begin = Instant::now();
        let stages = simulation.profile(ticks)?;
        if begin.elapsed() > MOMENT || ticks >= 1 << 16 {
            break stages;
        }
        ticks *= 2;
    };
    for _ in 1..TIMES {
        simulation.rewind(start.clone())?;
        for (stage, time) in simulation.profile(ticks)? {
            if let Some((_, least)) = quickest.iter_mut().find(|(name, _)| *name == stage) {
                *least = time.min(*least);
            }
        }
    }
    let agents = simulation.agents()?;
    let living = agents.iter().filter(|a| a.alive == 1).count() as f64;
    let plan = simulation.plan();
    let school = School::new(plan, living / f64::from(plan.dims.worlds), neighbours(plan, &agents));
    let sample = |(stage, time): (&'static str, Duration)| {
        let bound = least(simulation, machine, &school, stage)?.ns;
        Some((stage, Sample { agents: living, bound, ns: 1e9 * time.as_secs_f64() / living / f64::from(ticks) }))
    };
    Ok(quickest.into_iter().filter_map(sample).collect())
}

/// A school of grazers like those of `scene`, in a tank of as many dimensions; a busy one has more of everything that an
/// agent can have to do.
fn small(scene: &SceneSpec, agents: u32, busy: bool) -> SceneSpec {
    let volume = scene.extent[2] > 0.0;
    // As many in range of 4 BL: some three, and some thirty.
    let (near, hidden, channels) = if busy { (30.0, vec![32, 16], 4) } else { (3.0, vec![8], 1) };
    let (r, pi): (f32, f32) = (4.0, std::f32::consts::PI);
    let side = match volume {
        true => (agents as f32 * 4.0 / 3.0 * pi * r * r * r / near).cbrt(),
        false => (agents as f32 * pi * r * r / near).sqrt(),
    };
    let mut gives = vec![NeighbourFeature::Proximity, NeighbourFeature::Heading];
    if busy {
        gives.extend([NeighbourFeature::Offset, NeighbourFeature::Signals]);
    }
    let food = || FieldSpec { name: "food".into(), diffusion: 0.1, regrowth: 0.1, ..Default::default() };
    let graze = || GrazeSpec { field: "food".into(), rate: 0.1, energy: 1.0 };
    let shares = |s: &SpeciesSpec| s.sharing != Sharing::Own;
    let fish = SpeciesSpec {
        name: "fish".into(),
        count: agents,
        sharing: if scene.species.iter().any(shares) { Sharing::Species } else { Sharing::Own },
        senses: vec![
            Sense::Neighbours(NeighboursSense { range: r, azimuth: 4, gives, ..Default::default() }),
            Sense::Speed,
            Sense::Constant,
        ],
        signals: SignalSpec { channels, ..Default::default() },
        body: BodySpec { push: if busy { 2.0 } else { 0.0 }, ..Default::default() },
        diet: DietSpec { fields: if busy { vec![graze()] } else { vec![] }, ..Default::default() },
        controller: Controller::Mlp(MlpSpec { hidden, ..Default::default() }),
        ..Default::default()
    };
    SceneSpec {
        extent: [side, side, if volume { side } else { 0.0 }],
        fields: if busy { vec![food()] } else { vec![] },
        species: vec![fish],
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(agents: f64, bound: f64, line: Line) -> Sample {
        Sample { agents, bound, ns: line.tick / agents + line.agent + line.slope * bound }
    }

    #[test]
    fn nothing_to_do_costs_what_it_was_seen_to_cost() {
        let line = |idle| Line { tick: 0.0, agent: 3.0, slope: 2.0, idle };
        let experience = Experience { stages: vec![("hear", line(false)), ("interact", line(true))] };
        assert_eq!(["hear", "interact"].map(|stage| experience.expect(stage, 0.0, 1e3)), [Some(0.0), Some(3.0)]);
        assert_eq!(experience.expect("hear", 1.0, 1e3), Some(5.0));
        assert_eq!(experience.expect("boundary", 1.0, 1e3), None);
    }

    #[test]
    fn a_line_goes_through_its_schools() {
        let near = |a: Line, b: Line| {
            let close = |a: f64, b: f64| (a - b).abs() < 1e-6 * (1.0 + b);
            assert!(close(a.tick, b.tick) && close(a.agent, b.agent) && close(a.slope, b.slope), "{a:?} and {b:?}");
        };
        let line = Line { agent: 3.0, slope: 5.0, ..Line::default() };
        near(Line::through([sample(4e3, 2.0, line), sample(4e3, 10.0, line), sample(250.0, 2.0, line)]), line);
        // Nothing is known of how it grows: all of it with the bound.
        let flat = [4e3, 4e3, 250.0].map(|agents| Sample { agents, bound: 2.0, ns: 8.0 });
        near(Line::through(flat), Line { slope: 4.0, ..Line::default() });
        // What few agents cost more is shared by all of a tick.
        let mut few = flat;
        few[2].ns += 1e6 * (1.0 / 250.0 - 1.0 / 4e3);
        near(Line::through(few), Line { tick: 1e6, slope: 4.0, ..Line::default() });
        // A stage that the plain school has not.
        let none = Sample { agents: 4e3, ..Sample::default() };
        let some = Sample { agents: 4e3, bound: 2.0, ns: 6.0 };
        near(Line::through([none, some, Sample { agents: 250.0, ..none }]), Line { slope: 3.0, ..Line::default() });
    }
}
