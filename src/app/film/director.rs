//! Where the camera of a film stands at each moment: a function of the film so far alone, so that films repeat exactly. Of what is past, only
//! where an agent was last is remembered.

use bevy::math::Vec3;

use crate::app::camera::{Rig, Stand};
use crate::app::film::clock::Exposure;
use crate::app::view::school;
use crate::layout::EDGE_TORUS;
use crate::plan::Plan;
use crate::record::{CameraKey, CameraPath, Follow, Pose, Route};
use crate::scene::SceneSpec;

/// Turn of an orbiting camera when the scene gives none, rad/s.
const ORBIT: f32 = 0.12;

/// Moves the camera of a film.
pub struct Director {
    rig: Rig,
    start: Stand,
    path: CameraPath,
    rate: f32,
    /// Simulated seconds of a tick.
    dt: f64,
    /// The way from key to key, once the film has begun.
    route: Option<Route>,
    /// The species that is followed as the school: the most numerous one when that was asked first, until it dies out.
    school: Option<usize>,
    /// Where the agents that keys follow were last.
    last: Vec<(u32, Vec3)>,
}

impl Director {
    /// From the scene's own stand.
    pub fn new(scene: &SceneSpec, path: CameraPath, aspect: f32) -> Director {
        Director::from(Rig::of(scene, aspect), path, scene.dt)
    }

    /// From where a camera stands now.
    pub fn from(mut rig: Rig, path: CameraPath, dt: f32) -> Director {
        if path == CameraPath::Follow {
            // Nearer, because a part of the tank is enough.
            rig.at.distance *= 0.62;
        }
        let rate = if rig.orbit == 0.0 { ORBIT } else { rig.orbit };
        Director { start: rig.at, rig, path, rate, dt: dt.into(), route: None, school: None, last: vec![] }
    }

    /// The camera at a time of the film, seconds.
    pub fn aim(&mut self, seconds: f32, plan: &Plan, exposure: &Exposure) -> &Rig {
        self.rig.at = self.start;
        match &self.path {
            CameraPath::Fixed => {}
            CameraPath::Orbit => self.rig.at.yaw += self.rate * seconds,
            CameraPath::Follow => {
                self.rig.at.yaw += 0.5 * self.rate * seconds;
                if let Some(middle) = self.middle(plan, exposure) {
                    self.rig.at.center = middle;
                }
            }
            CameraPath::Keyed(keys) => {
                let route =
                    self.route.get_or_insert_with(|| keys.route(exposure.before.tick, exposure.speed / self.dt));
                if let Some(pose) = route.pose(seconds.into()) {
                    self.rig.at = self.stand(pose, plan, exposure);
                }
            }
        }
        &self.rig
    }

    /// The camera of a pose, which may look at something that moves.
    fn stand(&mut self, pose: Pose, plan: &Plan, exposure: &Exposure) -> Stand {
        let (before, after, share) = pose.between;
        let center = match (before.follow, after.follow) {
            (Follow::Nothing, Follow::Nothing) => Vec3::from(pose.target),
            _ => {
                let (from, to) = (self.looked_at(&before, plan, exposure), self.looked_at(&after, plan, exposure));
                from.lerp(to, share)
            }
        };
        Stand { center, yaw: pose.yaw, pitch: pose.pitch, distance: pose.distance }
    }

    /// Middle of the school that is followed, while anybody of it lives. It stays the same one: of two species about as numerous, now the
    /// one and now the other would be the larger, and the camera would jump between them.
    fn middle(&mut self, plan: &Plan, exposure: &Exposure) -> Option<Vec3> {
        let lives = |school: &usize| living(plan, exposure, *school).next().is_some();
        self.school = self.school.filter(lives).or_else(|| largest(plan, exposure).filter(lives));
        middle(plan, exposure, self.school?)
    }

    /// Where that is what a key looks at.
    fn looked_at(&mut self, key: &CameraKey, plan: &Plan, exposure: &Exposure) -> Vec3 {
        let own = Vec3::from(key.target);
        match key.follow {
            Follow::Nothing => own,
            Follow::School => self.middle(plan, exposure).unwrap_or(own),
            Follow::Agent(id) => {
                let known = self.last.iter().find(|(known, _)| *known == id).map(|(_, place)| *place);
                let place = agent(plan, exposure, id).or(known).unwrap_or(own);
                self.last.retain(|(known, _)| *known != id);
                self.last.push((id, place));
                place
            }
        }
    }
}

/// Where the agent of a number is drawn, if it lives.
fn agent(plan: &Plan, Exposure { before, after, share, .. }: &Exposure, id: u32) -> Option<Vec3> {
    let slot = after.agents.iter().position(|agent| agent.alive == 1 && agent.id == id)?;
    school::position(plan, before, after, *share, slot).map(Vec3::from)
}

/// Slots of the living of a species.
fn living(plan: &Plan, exposure: &Exposure, species: usize) -> impl Iterator<Item = usize> {
    let p = &plan.species[species];
    let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
    slots.filter(|&s| exposure.after.agents.get(s).is_some_and(|a| a.alive == 1))
}

/// The most numerous species, the first of several.
fn largest(plan: &Plan, exposure: &Exposure) -> Option<usize> {
    (0..plan.species.len()).rev().max_by_key(|species| living(plan, exposure, *species).count())
}

/// Middle of a species; none where nobody of it lives. On a torus the mean of angles, which has no seam.
fn middle(plan: &Plan, exposure: &Exposure, species: usize) -> Option<Vec3> {
    let mut count = 0.0f32;
    let mut sums = [[0.0f32; 3]; 3];
    let Exposure { before, after, share, .. } = exposure;
    for slot in living(plan, exposure, species) {
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
    fn keys_look_at_what_moves_and_stay_where_it_was() {
        use crate::record::{At, CameraKeys};
        let species = SpeciesSpec { name: "a".into(), count: 1, ..Default::default() };
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let key = |at, follow| CameraKey { at, target: [1.0, 1.0, 0.0], yaw: 0.0, pitch: 0.0, distance: 3.0, follow };
        let keys = vec![key(At::Seconds(0.0), Follow::Nothing), key(At::Seconds(2.0), Follow::Agent(4))];
        let mut director = Director::new(&scene, CameraPath::Keyed(CameraKeys::new(keys)), 1.0);
        let mut x = |frame: u64, alive: u32| {
            let agent = Agent { pos: [7.0, 5.0, 0.0], alive, id: 4, ..bytemuck::Zeroable::zeroed() };
            let snap = Arc::new(Snapshot { agents: vec![agent], ..Default::default() });
            let exposure = Exposure { frame, before: snap.clone(), after: snap, share: 0.0, seconds: 0.0, speed: 1.0 };
            director.aim(frame as f32, &plan, &exposure).at.center.x
        };
        // From the key's own target, half way, to the agent, and to where it was when it is gone.
        assert_eq!([x(0, 1), x(1, 1), x(2, 1), x(3, 0)], [1.0, 4.0, 7.0, 7.0]);
    }

    #[test]
    fn a_school_is_followed_for_good_whoever_is_more() {
        let species = |name: &str| SpeciesSpec { name: name.into(), count: 2, ..Default::default() };
        let species = vec![species("a"), species("b")];
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], species, ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let mut director = Director::new(&scene, CameraPath::Follow, 1.0);
        // Two of `a` to the left and two of `b` to the right, of whom those lie dead that are named.
        let mut x = |frame: u64, dead: &[usize]| {
            let mut agents = vec![Agent { pos: [2.0, 5.0, 0.0], alive: 1, ..bytemuck::Zeroable::zeroed() }; 4];
            agents[2..].iter_mut().for_each(|agent| agent.pos[0] = 8.0);
            dead.iter().for_each(|slot| agents[*slot].alive = 0);
            let snap = Arc::new(Snapshot { agents, ..Default::default() });
            let exposure = Exposure { frame, before: snap.clone(), after: snap, share: 0.0, seconds: 0.0, speed: 1.0 };
            director.aim(0.0, &plan, &exposure).at.center.x
        };
        assert_eq!([x(0, &[3]), x(1, &[0]), x(2, &[2])], [2.0; 3]);
    }

    #[test]
    fn the_middle_of_a_school_at_the_border_is_at_the_border() {
        let species = SpeciesSpec { name: "a".into(), count: 2, ..Default::default() };
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let agent = |x: f32| Agent { pos: [x, 5.0, 0.0], alive: 1, ..bytemuck::Zeroable::zeroed() };
        let snap = Arc::new(Snapshot { agents: vec![agent(9.5), agent(0.5)], ..Default::default() });
        let exposure = Exposure { frame: 0, before: snap.clone(), after: snap, share: 0.0, seconds: 0.0, speed: 1.0 };
        let x = middle(&plan, &exposure, 0).unwrap().x;
        assert!(!(0.1..=9.9).contains(&x), "{x}");
    }
}
