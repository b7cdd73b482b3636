//! Where the camera of a film stands at each moment: a function of the moment alone, so that films repeat exactly.

use bevy::math::Vec3;

use crate::app::camera::{Rig, Stand};
use crate::app::film::clock::Exposure;
use crate::app::view::school;
use crate::layout::EDGE_TORUS;
use crate::plan::Plan;
use crate::record::CameraPath;
use crate::scene::SceneSpec;

/// Turn of an orbiting camera when the scene gives none, rad/s.
const ORBIT: f32 = 0.12;

/// Moves the camera of a film.
pub struct Director {
    rig: Rig,
    start: Stand,
    path: CameraPath,
    rate: f32,
}

impl Director {
    /// From the scene's own stand.
    pub fn new(scene: &SceneSpec, path: CameraPath, aspect: f32) -> Director {
        Director::from(Rig::of(scene, aspect), path)
    }

    /// From where a camera stands now.
    pub fn from(mut rig: Rig, path: CameraPath) -> Director {
        if path == CameraPath::Follow {
            // Nearer, because a part of the tank is enough.
            rig.at.distance *= 0.62;
        }
        let rate = if rig.orbit == 0.0 { ORBIT } else { rig.orbit };
        Director { start: rig.at, rig, path, rate }
    }

    /// The camera at a time of the film, seconds.
    pub fn aim(&mut self, seconds: f32, plan: &Plan, exposure: &Exposure) -> &Rig {
        self.rig.at = self.start;
        match self.path {
            CameraPath::Fixed => {}
            CameraPath::Orbit => self.rig.at.yaw += self.rate * seconds,
            CameraPath::Follow => {
                self.rig.at.yaw += 0.5 * self.rate * seconds;
                if let Some(middle) = middle(plan, exposure) {
                    self.rig.at.center = middle;
                }
            }
        }
        &self.rig
    }
}

/// Middle of the most numerous species. On a torus the mean of angles, which has no seam.
fn middle(plan: &Plan, exposure: &Exposure) -> Option<Vec3> {
    let living = |p: &crate::layout::SpeciesParams| {
        let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
        slots.filter(|&s| exposure.after.agents.get(s).is_some_and(|a| a.alive == 1))
    };
    let school = plan.species.iter().max_by_key(|p| living(p).count())?;
    let mut count = 0.0f32;
    let mut sums = [[0.0f32; 3]; 3];
    let Exposure { before, after, share, .. } = exposure;
    for slot in living(school) {
        let Some(pos) = school::position(plan, before, after, *share, slot) else { continue };
        count += 1.0;
        for axis in 0..3 {
            let angle = std::f32::consts::TAU * pos[axis] / plan.tank.extent[axis].max(1e-3);
            sums[axis][0] += pos[axis];
            sums[axis][1] += angle.cos();
            sums[axis][2] += angle.sin();
        }
    }
    if count == 0.0 {
        return None;
    }
    let mut out = [0.0; 3];
    for (axis, [sum, cos, sin]) in sums.into_iter().enumerate() {
        let size = plan.tank.extent[axis];
        out[axis] = if plan.tank.edge[axis] == EDGE_TORUS && size > 0.0 {
            (sin.atan2(cos) / std::f32::consts::TAU).rem_euclid(1.0) * size
        } else {
            sum / count
        };
    }
    Some(Vec3::from(out))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layout::Agent;
    use crate::scene::SpeciesSpec;
    use crate::snapshot::Snapshot;

    #[test]
    fn the_middle_of_a_school_at_the_border_is_at_the_border() {
        let species = SpeciesSpec { name: "a".into(), count: 2, ..Default::default() };
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let agent = |x: f32| Agent { pos: [x, 5.0, 0.0], alive: 1, ..bytemuck::Zeroable::zeroed() };
        let snap = Arc::new(Snapshot { agents: vec![agent(9.5), agent(0.5)], ..Default::default() });
        let exposure = Exposure { frame: 0, before: snap.clone(), after: snap, share: 0.0, seconds: 0.0, speed: 1.0 };
        let x = middle(&plan, &exposure).unwrap().x;
        assert!(!(0.1..=9.9).contains(&x), "{x}");
    }
}
