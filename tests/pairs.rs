//! What a sense of pairs tells, against plain sums in double precision.

mod common;

use iwashi::backend::{Backend, Shape, cpu::CpuBackend};
use iwashi::layout::Agent;
use iwashi::math::body_axes;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{Boundary, PairTerm, SceneSpec, Sense};
use iwashi::world::WorldState;

type Vector = [f64; 3];

fn vector(v: [f32; 3]) -> Vector {
    v.map(f64::from)
}

fn dot(a: Vector, b: Vector) -> f64 {
    (0..3).map(|axis| a[axis] * b[axis]).sum()
}

/// The shortest way from one to the other.
fn offset(scene: &SceneSpec, from: &Agent, to: &Agent) -> Vector {
    std::array::from_fn(|axis| {
        let d = f64::from(to.pos[axis]) - f64::from(from.pos[axis]);
        let extent = f64::from(scene.extent[axis]);
        if scene.boundary[axis] == Boundary::Torus && extent > 0.0 { d - (d / extent).round() * extent } else { d }
    })
}

fn relative_velocity(own: &Agent, other: &Agent) -> Vector {
    std::array::from_fn(|axis| f64::from(other.vel[axis]) - f64::from(own.vel[axis]))
}

/// The σ-norm of Olfati-Saber (2006), eq. 8.
fn norm(epsilon: f64, distance: f64) -> f64 {
    ((1.0 + epsilon * distance * distance).sqrt() - 1.0) / epsilon
}

/// His bump function, eq. 10, of a distance over the largest, both in the σ-norm.
fn bump(epsilon: f64, begin: f64, distance: f64, largest: f64) -> f64 {
    let part = norm(epsilon, distance) / norm(epsilon, largest);
    if part < begin { 1.0 } else { 0.5 * (1.0 + libm::cos(std::f64::consts::PI * (part - begin) / (1.0 - begin))) }
}

/// How far a term may be off, as a share of it: the engine's cosine errs by 1e-4 at half a turn, its exponential by 1e-6.
fn slack(term: PairTerm) -> f64 {
    match term {
        PairTerm::Lattice(_) | PairTerm::Consensus(_) => 1e-4,
        PairTerm::Morse(_) | PairTerm::Align(_) => 2e-6,
        _ => 0.0,
    }
}

/// Sums of a sense of pairs in body axes, zone by zone, each with what its terms may be off together; `None` where somebody stands on an edge of a zone, to rounding.
fn sums(
    scene: &SceneSpec,
    plan: &Plan,
    agents: &[Agent],
    slot: usize,
    sense: &iwashi::scene::PairsSense,
) -> Option<Vec<[f64; 2]>> {
    let own = &agents[slot];
    let axes = body_axes(own.heading).map(vector);
    let mut all = vec![];
    let mut inner = 0.0;
    for zone in &sense.zones {
        let outer = inner + f64::from(zone.width);
        let (mut sum, mut off) = ([0.0; 3], 0.0);
        for (species, (spec, p)) in scene.species.iter().zip(&plan.species).enumerate() {
            if !sense.species.is_empty() && !sense.species.contains(&scene.species[species].name) {
                continue;
            }
            let slots = p.slot_start as usize..(p.slot_start + spec.count) as usize;
            for other in slots.filter(|other| *other != slot && agents[*other].alive == 1).map(|other| &agents[other]) {
                let d = offset(scene, own, other);
                let distance = dot(d, d).sqrt();
                let behind = libm::acos((-dot(d, axes[0]) / distance).clamp(-1.0, 1.0));
                let hidden = f64::from(zone.blind) / 2.0;
                let on_edge = [inner, outer].iter().any(|edge| *edge > 0.0 && (distance - edge).abs() < 1e-4);
                if on_edge || hidden > 0.0 && hidden < 3.1 && (behind - hidden).abs() < 1e-3 {
                    return None;
                }
                if distance < inner || distance >= outer || hidden > 0.0 && behind < hidden {
                    continue;
                }
                let term: Vector = match zone.gives {
                    PairTerm::Heading => vector(other.heading),
                    PairTerm::Direction => d.map(|x| x / distance),
                    PairTerm::Velocity => relative_velocity(own, other),
                    PairTerm::Offset(t) => d.map(|x| x * f64::from(t.strength)),
                    PairTerm::Morse(t) => {
                        let slope = |size: f32, length: f32| {
                            f64::from(size) / f64::from(length) * libm::exp(-distance / f64::from(length))
                        };
                        let force = slope(t.attraction, t.attraction_length) - slope(t.repulsion, t.repulsion_length);
                        d.map(|x| force * x / distance)
                    }
                    PairTerm::Align(t) => {
                        let weight =
                            f64::from(t.strength) * libm::pow(1.0 + distance * distance, -f64::from(t.exponent));
                        relative_velocity(own, other).map(|v| v * weight)
                    }
                    PairTerm::Lattice(t) => {
                        let epsilon = f64::from(t.epsilon);
                        let off = norm(epsilon, distance) - norm(epsilon, t.spacing.into());
                        let action = f64::from(t.strength) * off / (1.0 + off * off).sqrt();
                        let along = bump(epsilon, t.begin.into(), distance, outer) * action;
                        d.map(|x| along * x / (1.0 + epsilon * distance * distance).sqrt())
                    }
                    PairTerm::Consensus(t) => {
                        let weight = f64::from(t.strength) * bump(t.epsilon.into(), t.begin.into(), distance, outer);
                        relative_velocity(own, other).map(|v| v * weight)
                    }
                };
                (0..3).for_each(|axis| sum[axis] += term[axis]);
                off += slack(zone.gives) * dot(term, term).sqrt();
            }
        }
        let dim = plan.tank.dim as usize;
        all.extend(axes[..dim].iter().map(|axis| [dot(sum, *axis), off]));
        inner = outer;
    }
    Some(all)
}

#[test]
fn senses_of_pairs_are_the_sums_they_say() {
    let (mut told, mut largest) = (0, 0.0f64);
    for scene in common::pairs() {
        let plan = Plan::new(&scene, 1);
        let mut backend = CpuBackend::new(&plan, Some(1), Shape::Packed).expect("threads");
        backend.load(WorldState::start(&scene, &plan, &[rng::stream(5, 0, 0)])).expect("load");
        for ticks in [3, 20] {
            backend.advance(ticks).expect("ticks");
            let before = backend.save().expect("save").agents;
            backend.advance(1).expect("a tick");
            for (spec, p) in scene.species.iter().zip(&plan.species) {
                let senses = &plan.senses[p.sense_start as usize..];
                for (sense, params) in spec.senses.iter().zip(senses) {
                    let Sense::Pairs(pairs) = sense else { continue };
                    for slot in p.slot_start..p.slot_start + spec.count {
                        let Some(expected) = sums(&scene, &plan, &before, slot as usize, pairs) else { continue };
                        let detail = backend.detail(0, slot).expect("detail");
                        let sensed = &detail.observation[params.start as usize..(params.start + params.len) as usize];
                        for (sensed, [expected, off]) in sensed.iter().zip(expected) {
                            // Up to 260 terms of up to 10, each rounded to its step, and f32 offsets of some 1e-6.
                            let apart = (f64::from(*sensed) - expected).abs();
                            assert!(apart < 1e-3 + off, "{}: {sensed} for {expected}", scene.name);
                            largest = largest.max(expected.abs());
                            told += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(told > 3_000 && largest > 10.0, "{told} sums, at most {largest}");
}

#[test]
fn a_zone_changes_while_a_world_runs() {
    let mut scene = common::pairs()[1].clone();
    let path = "species[zonal].senses[0].zones[1].width";
    for width in ["0", "6.5"] {
        let when = iwashi::scene::set(&mut scene, path, width).expect("a width");
        assert_eq!(when, iwashi::scene::When::Now);
    }
    let before = Plan::new(&common::pairs()[1], 1);
    let after = before.retuned(&scene);
    assert_eq!((after.dims, after.tank.cells), (before.dims.clone(), before.tank.cells));
    assert_eq!(after.senses.last().expect("a sense").range, before.senses.last().expect("a sense").range + 4.5);
}
