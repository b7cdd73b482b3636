//! The energy of a flock as EvoJAX's flocking task has it (Tang, Tian and Ha 2022; after Schoenholz and Cubuk 2020), plainly and in double
//! precision: what the fitness term `FlockingEnergy` adds up in fixed steps while a school lives is held against it.

use super::offset;
use crate::layout::{Agent, TankParams};
use crate::math::Vec3;
use crate::scene::FlockingSpec;

/// An energy by its terms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Energy {
    /// Half the sum over ordered pairs of (J/3) (1 − d/D)³ (1 − n·n')².
    pub alignment: f64,
    /// Half the sum over ordered pairs of (J/3) (1 − d/D)³.
    pub avoidance: f64,
    /// The sum over agents of (J/2) (1 − n·ĉ)², with ĉ the direction to the middle of those that are ahead and in range, and none (so
    /// that J/2 is left) where nobody is.
    pub cohesion: f64,
}

impl Energy {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.alignment + self.avoidance + self.cohesion
    }
}

/// The energy of agents, each pair along the shorter way around on a torus. Who is straight ahead to the last bit is not counted as
/// ahead, as in the source.
pub fn energy(tank: &TankParams, school: &[Agent], spec: &FlockingSpec) -> Energy {
    let wide = |v: Vec3| v.map(f64::from);
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let length = |a: [f64; 3]| dot(a, a).sqrt();
    let near = |distance: f64, range: f32| (1.0 - distance / f64::from(range)).max(0.0).powi(3);
    let least = libm::cos(f64::from(spec.view));
    let mut all = Energy::default();
    for (i, agent) in school.iter().enumerate() {
        let own = wide(agent.heading);
        let mut middle = [0.0; 3];
        for (_, other) in school.iter().enumerate().filter(|(j, _)| *j != i) {
            let way = wide(offset(tank, agent.pos, other.pos));
            let distance = length(way);
            let apart = 1.0 - dot(own, wide(other.heading));
            let third = |strength: f32| f64::from(strength) / 3.0;
            all.alignment += 0.5 * third(spec.alignment) * near(distance, spec.alignment_range) * apart * apart;
            all.avoidance += 0.5 * third(spec.avoidance) * near(distance, spec.avoidance_range);
            let ahead = dot(way, own);
            if distance < f64::from(spec.cohesion_range) && ahead > least * distance && ahead < distance {
                (0..3).for_each(|axis| middle[axis] += way[axis]);
            }
        }
        let (size, along) = (length(middle), dot(own, middle));
        let aside = if size > 0.0 { 1.0 - along / size } else { 1.0 };
        all.cohesion += 0.5 * f64::from(spec.cohesion) * aside * aside;
    }
    all
}
