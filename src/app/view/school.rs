//! From two snapshots to drawn fish: positions between ticks (across torus borders by the short way), tail beat and
//! turning, colours, growth after birth and fading at death. A pure function, so that films repeat exactly.

use crate::app::view::colors::{self, ColorMode};
use crate::app::view::{Fish, Splat};
use crate::layout::{Agent, EDGE_TORUS, SpeciesParams};
use crate::math::{self, Vec3};
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::snapshot::Snapshot;

/// The moment drawn: between two snapshots of one world.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// Earlier snapshot.
    pub before: &'a Snapshot,
    /// Later one.
    pub after: &'a Snapshot,
    /// 0 at the earlier, 1 at the later.
    pub share: f32,
    /// Seconds of bodily motion: simulated time, slowed where that would make tails a blur.
    pub beat: f64,
}

/// How the school is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// What colours show.
    pub mode: ColorMode,
    /// Drawn size over real size.
    pub size: f32,
    /// Slot of the selected agent.
    pub selected: Option<u32>,
    /// Whether signals get halos besides their glow.
    pub halos: bool,
}

/// Where an agent is drawn; `None` for a slot that is empty.
pub fn position(plan: &Plan, moment: &Moment, slot: usize) -> Option<Vec3> {
    let after = moment.after.agents.get(slot)?;
    let before = moment.before.agents.get(slot).unwrap_or(after);
    if after.alive == 0 && before.alive == 0 {
        return None;
    }
    Some(between(plan, before, after, moment.share))
}

fn between(plan: &Plan, before: &Agent, after: &Agent, share: f32) -> Vec3 {
    if before.id != after.id || before.alive == 0 || after.alive == 0 {
        return if after.alive == 1 { after.pos } else { before.pos };
    }
    let mut pos = before.pos;
    for axis in 0..3 {
        let size = plan.tank.extent[axis];
        let wraps = plan.tank.edge[axis] == EDGE_TORUS && size > 0.0;
        let mut step = after.pos[axis] - before.pos[axis];
        if wraps {
            step -= size * (step / size).round();
        }
        pos[axis] += step * share;
        if wraps {
            pos[axis] = pos[axis].rem_euclid(size);
        }
    }
    pos
}

/// Appends the school to `fish`, and halos of those that signal to `splats`.
pub fn draw(
    scene: &SceneSpec,
    plan: &Plan,
    moment: &Moment,
    look: &Look,
    fish: &mut Vec<Fish>,
    splats: &mut Vec<Splat>,
) {
    let Moment { before, after, share, .. } = *moment;
    let seconds = (after.tick.saturating_sub(before.tick)) as f32 * scene.dt;
    for (spec, p) in scene.species.iter().zip(&plan.species) {
        let color = colors::linear3(spec.color);
        let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
        for slot in slots {
            let Some(now) = after.agents.get(slot) else { break };
            let old = before.agents.get(slot).unwrap_or(now);
            let (agent, scale) = match (old.alive, now.alive) {
                (_, 1) => (now, growth(now, scene.dt)),
                (1, _) => (old, 1.0 - share),
                _ => continue,
            };
            if scale <= 0.01 {
                continue;
            }
            let same = old.id == now.id && old.alive == 1 && now.alive == 1;
            let pos = between(plan, old, now, share);
            let forward = if same {
                let mixed = math::add(math::scale(old.heading, 1.0 - share), math::scale(now.heading, share));
                math::normalize_or(mixed, now.heading)
            } else {
                agent.heading
            };
            let strength = after.signal.get(slot).copied().unwrap_or(0.0) / (p.channels.max(1) as f32).sqrt();
            let strength = if strength.is_finite() { strength.clamp(0.0, 1.5) } else { 0.0 };
            let selected = look.selected == Some(slot as u32);
            let speed = math::length(agent.vel);
            let pace = (speed / p.top_speed.max(1e-3)).clamp(0.0, 1.0);
            let tint = colors::of_agent(look.mode, agent, strength, color, p);
            let length = p.length * look.size;
            fish.push(Fish {
                pos,
                length,
                forward,
                phase: phase(agent, p, moment.beat),
                color: tint,
                glow: strength,
                bend: if same { bend(old, now, seconds, speed, p.length) } else { 0.0 },
                swing: 0.30 + 0.70 * pace,
                scale,
                mark: f32::from(selected),
            });
            if look.halos && strength > 0.05 {
                let halo = 0.11 * strength * scale;
                splats.push(Splat { pos, radius: 1.5 * length, color: tint.map(|c| (c + 0.04) * halo), kind: 0.0 });
            }
            if selected {
                splats.push(Splat { pos, radius: 1.1 * length, color: [0.9, 0.75, 0.35], kind: 1.0 });
            }
        }
    }
}

/// Children grow in over their first half second.
fn growth(agent: &Agent, dt: f32) -> f32 {
    let at = (agent.age as f32 * dt / 0.5).min(1.0);
    // The first agents of a run are there from the start.
    if agent.founder == agent.id { 1.0 } else { 0.25 + 0.75 * at * at * (3.0 - 2.0 * at) }
}

/// Tail beats: about two a second for a small fish, fewer for a large one, each at its own time and rate.
fn phase(agent: &Agent, p: &SpeciesParams, beat: f64) -> f32 {
    let own = colors::unit(agent.id.wrapping_add(77));
    let rate = (2.1 + 0.5 * own as f64) / (p.length.max(0.1) as f64).sqrt();
    ((own as f64 * 7.3 + beat * rate).fract() * std::f64::consts::TAU) as f32
}

/// Curvature of the body along its path, 1/length, positive to the left.
fn bend(old: &Agent, now: &Agent, seconds: f32, speed: f32, length: f32) -> f32 {
    if seconds <= 0.0 {
        return 0.0;
    }
    let [a, b] = [old.heading, now.heading];
    let turn = (a[0] * b[1] - a[1] * b[0]).clamp(-1.0, 1.0);
    // A turn in `seconds` while swimming `speed * seconds` bends the path by turn over distance; bodies follow it.
    (1.2 * turn / seconds * length / speed.max(1.0)).clamp(-1.3, 1.3)
}

/// The living agent whose drawn place is nearest to a ray (`from`, `along` of length 1), within `reach(distance)`.
pub fn pick(plan: &Plan, moment: &Moment, from: Vec3, along: Vec3, reach: impl Fn(f32) -> f32) -> Option<u32> {
    let mut best = None;
    for (slot, agent) in moment.after.agents.iter().enumerate() {
        if agent.alive == 0 {
            continue;
        }
        let Some(pos) = position(plan, moment, slot) else { continue };
        let to = math::sub(pos, from);
        let way = math::dot(to, along);
        let off = math::length(math::sub(to, math::scale(along, way)));
        let score = off / reach(way).max(1e-6);
        if way > 0.0 && score < 1.0 && best.is_none_or(|(b, _)| score < b) {
            best = Some((score, slot as u32));
        }
    }
    best.map(|(_, slot)| slot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Boundary, SpeciesSpec};

    fn scene(edge: Boundary) -> (SceneSpec, Plan) {
        let species = SpeciesSpec { name: "a".into(), count: 1, ..Default::default() };
        let scene =
            SceneSpec { extent: [10.0, 10.0, 0.0], boundary: [edge; 3], species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        (scene, plan)
    }

    fn at(x: f32, alive: u32) -> Snapshot {
        let agent = Agent { pos: [x, 5.0, 0.0], alive, heading: [1.0, 0.0, 0.0], ..bytemuck::Zeroable::zeroed() };
        Snapshot { agents: vec![agent], signal: vec![0.0], ..Default::default() }
    }

    #[test]
    fn a_border_crossing_goes_the_short_way() {
        let (_, plan) = scene(Boundary::Torus);
        let (before, after) = (at(9.5, 1), at(0.5, 1));
        let x = |share| position(&plan, &Moment { before: &before, after: &after, share, beat: 0.0 }, 0).unwrap()[0];
        assert!((x(0.25) - 9.75).abs() < 1e-4, "{}", x(0.25));
        assert!((x(0.75) - 0.25).abs() < 1e-4, "{}", x(0.75));
        let (_, walled) = scene(Boundary::Wall);
        let middle = position(&walled, &Moment { before: &before, after: &after, share: 0.5, beat: 0.0 }, 0).unwrap();
        assert!((middle[0] - 5.0).abs() < 1e-4);
    }

    #[test]
    fn the_dead_shrink_and_then_are_gone() {
        let (spec, plan) = scene(Boundary::Torus);
        let (alive, dead) = (at(5.0, 1), at(5.0, 0));
        let look = Look { mode: ColorMode::Species, size: 1.0, selected: None, halos: true };
        let drawn = |before, after, share| {
            let mut fish = vec![];
            draw(&spec, &plan, &Moment { before, after, share, beat: 0.0 }, &look, &mut fish, &mut vec![]);
            fish.first().map(|f| f.scale)
        };
        assert_eq!(drawn(&alive, &dead, 0.5), Some(0.5));
        assert_eq!(drawn(&dead, &dead, 0.5), None);
    }

    #[test]
    fn a_ray_picks_the_nearest_in_reach() {
        let (_, plan) = scene(Boundary::Wall);
        let snap = at(5.0, 1);
        let moment = Moment { before: &snap, after: &snap, share: 0.0, beat: 0.0 };
        let down = [0.0, 0.0, -1.0];
        assert_eq!(pick(&plan, &moment, [5.3, 5.0, 9.0], down, |_| 0.5), Some(0));
        assert_eq!(pick(&plan, &moment, [6.3, 5.0, 9.0], down, |_| 0.5), None);
    }
}
