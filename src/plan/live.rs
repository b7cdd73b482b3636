//! What a species of a scene is to a backend, as far as it may change between two ticks: body, energy, breeding, fitness. Part
//! of `super`.

use super::{energy, ticks};
use crate::layout::*;
use crate::scene::*;

/// The numbers of a species that may change between two ticks.
pub fn live_params(p: &mut SpeciesParams, spec: &SpeciesSpec, dt: f32) {
    let pi = std::f32::consts::PI;
    p.motion = match spec.body.motion {
        Motion::Body => MOTION_BODY,
        Motion::Heading => MOTION_HEADING,
        Motion::Force => MOTION_FORCE,
        Motion::Course => MOTION_COURSE,
    };
    p.length = spec.body.length;
    p.cruise = spec.body.cruise;
    p.top_speed = spec.body.top_speed;
    p.yaw = (spec.body.yaw_rate * dt).min(pi);
    p.pitch = (spec.body.pitch_rate * dt).min(pi);
    p.climb = spec.body.climb;
    p.acceleration = spec.body.acceleration;
    p.drag = (spec.body.drag * dt).min(1.0);
    p.push = (spec.body.push * dt).min(0.5);
    p.energy_start = energy(spec.energy.start);
    p.energy_cap = energy(spec.energy.capacity);
    p.cost_living = spec.energy.living * dt;
    p.cost_moving = spec.energy.moving * dt;
    p.cost_signal = spec.energy.signalling * dt;
    p.cost_attack = spec.energy.attacking * dt;
    p.handling = ticks(spec.diet.handling, dt);
    p.recovery = ticks(spec.diet.recovery, dt);
    p.signal_gain = spec.signals.signal_gain;
    p.lamp = (spec.signals.form == SignalForm::Lamp).into();
    let variation = match &spec.evolution {
        Evolution::Off => {
            p.evolution = EVOLVE_OFF;
            None
        }
        Evolution::Turnover(t) => {
            p.evolution = EVOLVE_TURNOVER;
            Some(&t.variation)
        }
        Evolution::Ecology(e) => {
            p.evolution = EVOLVE_ECOLOGY;
            p.lifetime = ticks(e.lifetime, dt);
            p.birth_energy = energy(e.birth_energy);
            p.child_energy = energy(e.child_energy);
            p.refractory = ticks(e.refractory, dt);
            Some(&e.variation)
        }
        Evolution::Generational(g) => {
            p.evolution = EVOLVE_GENERATIONAL;
            match &g.strategy {
                Strategy::Genetic(genetic) => Some(&genetic.variation),
                _ => None,
            }
        }
    };
    for term in spec.terms() {
        if let Term::FlockingEnergy(f) = term {
            p.flock = 1;
            p.flock_reach = f.alignment_range.max(f.avoidance_range).max(f.cohesion_range);
            p.flock_weights = [f.alignment / 3.0, f.avoidance / 3.0, 0.5 * f.cohesion];
            p.flock_inverse = [1.0 / f.alignment_range, 1.0 / f.avoidance_range, 1.0 / f.cohesion_range];
            p.flock_view = crate::math::cos(f.view.min(pi));
        }
    }
    if let Some(v) = variation {
        p.mutation_rate = v.mutation_rate;
        p.mutation_size = v.mutation_size;
    }
}
