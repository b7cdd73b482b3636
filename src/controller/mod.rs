//! What controllers do that is more than layers of the plan: hand-written rules, graphs, and how weights are learned. One file
//! each, with a WGSL twin of the same name under `shaders/`.

pub mod boids;
pub mod couzin;
pub mod graph;
pub mod hebb;
pub mod particle;
pub mod vicsek;

use crate::layout::*;
use crate::math::{Vec3, add, scale};

/// The motion actions of a species' rule in a tank of `D` dimensions, of which it takes as many as its motion has. `draw` gives the
/// rule's draws, counted from 0.
#[inline(always)]
pub fn rule<const D: usize>(s: &SpeciesParams, obs: &[f32], draw: impl Fn(u32) -> [u32; 4]) -> Vec3 {
    match s.think {
        THINK_VICSEK => vicsek::vicsek::<D>(obs, s, draw(0)),
        THINK_COUZIN => couzin::couzin::<D>(obs, s, [draw(0), draw(1)]),
        THINK_PARTICLE => particle::particle::<D>(obs, s),
        _ => boids::boids::<D>(&boids::Seen::read::<D>(obs), s, draw(0)),
    }
}

/// The vector that stands in an observation from `at` on.
#[inline(always)]
fn read<const D: usize>(obs: &[f32], at: usize) -> Vec3 {
    let part = &obs[at..at + D];
    [part[0], part[1], if D == 3 { part[2] } else { 0.0 }]
}

/// A direction turned toward another across it, by the angle of which the cosine and the sine are given.
#[inline(always)]
fn turned(direction: Vec3, toward: Vec3, [cosine, sine]: [f32; 2]) -> Vec3 {
    add(scale(direction, cosine), scale(toward, sine))
}
