//! A school after one tick against a plain reading of its scene: all pairs, double precision, no grid, no lanes.

use std::f64::consts::TAU;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::{Backend, Shape};
use iwashi::layout::{Agent, DRAW_WANDER};
use iwashi::plan::Plan;
use iwashi::rng::{self, Stream};
use iwashi::scene::{self, BoidsSpec, Controller, NeighbourFeature, NeighboursSense, Rule, SceneSpec, Sense};
use iwashi::snapshot::AgentDetail;
use iwashi::world::WorldState;

/// Fish that are looked at, evenly over the school.
const SAMPLE: usize = 200;

/// Distance in BL, and angle in turns, within which a neighbour may fall on either side of a border by rounding: positions
/// of up to 1,000 BL are exact to 6e-5 BL, and the engine's angles to 1e-5 rad.
const NEAR_BORDER: f64 = 2e-4;

/// The engine's tanh is within 1.1e-4 of the real one, and what hidden neurons are off cancels for the most part.
const DECIDED: f64 = 2e-4;

/// Number read back from 32-bit arithmetic.
const ROUNDING: f64 = 1e-5;

/// Compares a sample of fish; tells what was compared and how far it was off, or the first that is wrong.
pub fn check(path: &str) -> Result<String, String> {
    let spec = scene::load(path).map_err(|e| e.to_string())?.spec;
    let plan = Plan::new(&spec, 1);
    let stream = rng::stream(spec.seed, 0, 0);
    let state = WorldState::start(&spec, &plan, &[stream]);
    let agents = state.agents.clone();
    let mut backend = CpuBackend::new(&plan, None, Shape::Auto).map_err(|e| e.to_string())?;
    backend.load(state).and_then(|()| backend.advance(1)).map_err(|e| e.to_string())?;
    let (mut seen, mut decided, mut skipped, mut crowd) = (0.0f64, 0.0f64, 0, 0.0);
    let step = (agents.len() / SAMPLE).max(1);
    let slots: Vec<usize> = (0..agents.len()).step_by(step).collect();
    for &slot in &slots {
        let detail = backend.detail(0, slot as u32).map_err(|e| e.to_string())?;
        let mut at = 0;
        for (index, sense) in spec.species[0].senses.iter().enumerate() {
            let Sense::Neighbours(sense) = sense else {
                at += 1;
                continue;
            };
            let around = Around::new(&spec, sense, &agents, slot);
            if index == 0 {
                crowd += around.sectors.iter().map(|sector| sector.count).sum::<f64>();
            }
            let wanted = around.features(sense, f64::from(plan.tank.sense_scale));
            let found = &detail.observation[at..at + wanted.len()];
            at += wanted.len();
            if around.doubtful {
                skipped += 1;
                continue;
            }
            for (found, (wanted, allowed)) in found.iter().zip(wanted) {
                let off = (f64::from(*found) - wanted).abs();
                if off > allowed {
                    return Err(format!("fish {slot} senses {found} where {wanted} is, by sense {index}"));
                }
                seen = seen.max(off);
            }
        }
        for (found, wanted) in detail.action.iter().zip(decision(&spec, &plan, &detail, &agents[slot], stream)) {
            let off = (f64::from(*found) - wanted).abs();
            if off > DECIDED {
                return Err(format!("fish {slot} decides {found} where its controller gives {wanted}"));
            }
            decided = decided.max(off);
        }
    }
    let fish = slots.len();
    if skipped > fish / 2 {
        return Err(format!(
            "{skipped} senses of {fish} fish have a neighbour on a border: too few are left to compare"
        ));
    }
    Ok(format!(
        "{fish} fish of {path} sense within {seen:.1e} and decide within {decided:.1e} of double precision; {:.1} others in \
         range; {skipped} senses had a neighbour on a border",
        crowd / fish as f64
    ))
}

/// What one sector adds up.
#[derive(Clone, Default)]
struct Sector {
    count: f64,
    weight: f64,
    offset: [f64; 2],
    heading: [f64; 2],
}

/// The neighbours of one fish by sector.
struct Around {
    sectors: Vec<Sector>,
    /// Whether a neighbour is so near a border that rounding decides where it counts.
    doubtful: bool,
}

impl Around {
    fn new(spec: &SceneSpec, sense: &NeighboursSense, agents: &[Agent], slot: usize) -> Around {
        let me = &agents[slot];
        let ahead = [f64::from(me.heading[0]), f64::from(me.heading[1])];
        let along = |v: [f64; 2]| [v[0] * ahead[0] + v[1] * ahead[1], v[0] * ahead[1] - v[1] * ahead[0]];
        let (range, count) = (f64::from(sense.range), f64::from(sense.azimuth));
        let mut around = Around { sectors: vec![Sector::default(); sense.azimuth as usize], doubtful: false };
        for other in agents.iter().enumerate().filter(|(i, _)| *i != slot).map(|(_, other)| other) {
            let apart = [0, 1].map(|axis| {
                let (e, d) = (f64::from(spec.extent[axis]), f64::from(other.pos[axis]) - f64::from(me.pos[axis]));
                d - e * (d / e).round()
            });
            let distance = apart[0].hypot(apart[1]);
            around.doubtful |= (distance - range).abs() < NEAR_BORDER;
            if distance >= range {
                continue;
            }
            let local = along(apart);
            let sectors = (local[1].atan2(local[0]) / TAU).rem_euclid(1.0) * count + 0.5;
            around.doubtful |= count > 1.0 && (sectors - sectors.round()).abs() < NEAR_BORDER;
            let sector = &mut around.sectors[sectors as usize % sense.azimuth as usize];
            let weight = 1.0 - distance / range;
            let heading = along([f64::from(other.heading[0]), f64::from(other.heading[1])]);
            sector.count += 1.0;
            sector.weight += weight;
            for axis in 0..2 {
                sector.offset[axis] += local[axis] / range;
                sector.heading[axis] += weight * heading[axis];
            }
        }
        around
    }

    /// What the sense tells, and how far the engine may be off: sums over neighbours are in steps of 1 / `scale`.
    fn features(&self, sense: &NeighboursSense, scale: f64) -> Vec<(f64, f64)> {
        let mut features = vec![];
        for Sector { count, weight, offset, heading } in &self.sectors {
            let gives = |feature| sense.gives.contains(&feature);
            // Each neighbour is rounded to the nearest step, twice where a sum is divided by another.
            let (step, none) = (count / scale, *count == 0.0);
            if gives(NeighbourFeature::Proximity) {
                features.push((weight / (1.0 + weight), step + ROUNDING));
            }
            if gives(NeighbourFeature::Offset) {
                features
                    .extend(offset.map(|sum| if none { (0.0, 0.0) } else { (sum / count, 1.0 / scale + ROUNDING) }));
            }
            if gives(NeighbourFeature::Heading) {
                features.extend(heading.map(|sum| match none {
                    true => (0.0, 0.0),
                    false => (sum / weight, step / weight + ROUNDING),
                }));
            }
        }
        features
    }
}

/// What the controller makes of the observation that the engine gave it.
fn decision(spec: &SceneSpec, plan: &Plan, detail: &AgentDetail, agent: &Agent, stream: Stream) -> Vec<f64> {
    let mut numbers: Vec<f64> = detail.observation.iter().map(|x| f64::from(*x)).collect();
    if let Controller::Rule(Rule::Boids(rule)) = &spec.species[0].controller {
        let words = rng::draw(stream, 0, agent.id, DRAW_WANDER);
        return boids(rule, &numbers, [words[0], words[1]].map(|word| 2.0 * f64::from(rng::uniform(word)) - 1.0));
    }
    for layer in &plan.layers {
        let genome = &detail.genome[layer.start as usize..];
        let outputs = layer.outputs as usize;
        let (biases, weights) = genome.split_at(outputs);
        let neuron = |j: usize| {
            let products = numbers.iter().enumerate().map(|(i, x)| x * f64::from(weights[i * outputs + j]));
            (f64::from(biases[j]) + products.sum::<f64>()).tanh()
        };
        numbers = (0..outputs).map(neuron).collect();
    }
    numbers
}

/// Reynolds' rules in a plane: `[Offset, Heading]` of those in sight, `[Proximity, Offset]` of the personal space.
fn boids(rule: &BoidsSpec, seen: &[f64], shake: [f64; 2]) -> Vec<f64> {
    let near = seen[5].hypot(seen[6]);
    let wish = [0, 1].map(|axis| {
        let apart = if near > 0.0 { seen[5 + axis] / near * seen[4] } else { 0.0 };
        let ahead = if axis == 0 { 1.0 } else { 0.0 };
        ahead - f64::from(rule.separation) * apart
            + f64::from(rule.alignment) * seen[2 + axis]
            + f64::from(rule.cohesion) * seen[axis]
            + f64::from(rule.wander) * shake[axis]
    });
    let length = wish[0].hypot(wish[1]);
    let wish = wish.map(|x| x / length);
    let turn = if wish[0] < 0.0 { wish[1].signum() } else { wish[1] };
    vec![0.5 * (wish[0] - 1.0), turn]
}
