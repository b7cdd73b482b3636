//! What the device needs to draw the school at one moment between two shown ticks, and where agents stand at that moment
//! for whoever asks in ordinary memory: the mouse, the camera. Twin of `shaders/draw_school.wgsl`, which places and
//! colours all bodies. A pure function of the moment, so that films repeat exactly.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use crate::app::view::colors::{self, ColorMode, Scheme};
use crate::backend::Shown;
use crate::backend::cpu::obstacles;
use crate::layout::twin::{twin_struct, twin_type};
use crate::layout::{Agent, EDGE_TORUS, ENERGY_SCALE, NONE};
use crate::math::{self, Vec3};
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::snapshot::Snapshot;

/// Fastest bodily motion, simulated seconds a second: beyond, tails would be a blur.
pub const FASTEST_BEAT: f64 = 1.6;

/// The moment drawn: between two shown ticks of one world.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Earlier tick.
    pub before: Shown,
    /// Later one.
    pub after: Shown,
    /// 0 at the earlier, 1 at the later.
    pub share: f32,
    /// Seconds of bodily motion: simulated time, slowed where that would make tails a blur.
    pub beat: f64,
}

/// How the school is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// What colours show.
    pub mode: ColorMode,
    /// Drawn size over real size.
    pub size: f32,
    /// Slot of the selected agent.
    pub selected: Option<u32>,
    /// Dialects by slot, as `colors::spoken` has them; for `ColorMode::Dialect`.
    pub spoken: Arc<Vec<u32>>,
    /// Which colours species and fields have.
    pub scheme: Scheme,
}

twin_struct! {
    /// A moment in numbers.
    pub struct Now {
        /// 0 at the earlier tick, 1 at the later.
        pub share: f32,
        /// Simulated seconds between the two ticks.
        pub seconds: f32,
        /// Simulated seconds of one tick.
        pub dt: f32,
        /// Drawn size over real size.
        pub size: f32,
        /// Slots of the world.
        pub slots: u32,
        /// Species.
        pub species: u32,
        /// What colours show, a `ColorMode`.
        pub colors: u32,
        /// Slot of the selected agent, or NONE.
        pub selected: u32,
        /// 1 where lines have colours that everyone tells apart.
        pub safe: u32,
        /// Size of the tank, BL.
        pub extent: [f32; 3],
        /// 1 for each axis that is a torus.
        pub wraps: [u32; 3],
    }
}

twin_struct! {
    /// How a species is drawn.
    pub struct Kind {
        /// First slot.
        pub slot_start: u32,
        /// Channels of an agent.
        pub channels: u32,
        /// First of its channels among the signals of the world.
        pub sig_start: u32,
        /// Body length, BL.
        pub length: f32,
        /// Linear colour.
        pub color: [f32; 3],
        /// Top speed, BL/s.
        pub top_speed: f32,
        /// Energy capacity, in steps of energy.
        pub energy_cap: f32,
        /// Turns of the tail beat that all of them have made, 0 to 1.
        pub beat: f32,
        /// Turns that the quickest of them has made on top, 0 to 1024.
        pub beat_own: f32,
    }
}

/// The numbers that the device draws a moment from.
pub fn numbers(scene: &SceneSpec, plan: &Plan, moment: &Moment, look: &Look) -> (Now, Vec<Kind>) {
    let ticks = moment.after.tick().saturating_sub(moment.before.tick());
    let torus = |axis: usize| plan.tank.edge[axis] == EDGE_TORUS && plan.tank.extent[axis] > 0.0;
    let now = Now {
        share: moment.share,
        seconds: ticks as f32 * scene.dt,
        dt: scene.dt,
        size: look.size,
        slots: plan.dims.slots.min(moment.before.slots().min(moment.after.slots()) as u32),
        species: plan.species.len() as u32,
        colors: look.mode as u32,
        selected: look.selected.unwrap_or(NONE),
        safe: u32::from(look.scheme.is_safe()),
        extent: plan.tank.extent,
        wraps: [0, 1, 2].map(|axis| u32::from(torus(axis))),
    };
    let kind = |(spec, p): (&crate::scene::SpeciesSpec, &crate::layout::SpeciesParams)| {
        // About two beats a second for a small fish, fewer for a large one. Whole turns are taken off here, where
        // there are digits enough for a run of days.
        let slower = moment.beat / f64::from(p.length.max(0.1)).sqrt();
        Kind {
            slot_start: p.slot_start,
            channels: p.channels,
            sig_start: p.sig_start,
            length: p.length,
            color: colors::linear3(look.scheme.shown(spec.color)),
            top_speed: p.top_speed,
            energy_cap: (p.energy_cap as f32).max(1e-6 * ENERGY_SCALE),
            beat: (2.1 * slower).rem_euclid(1.0) as f32,
            beat_own: (0.5 * slower).rem_euclid(1024.0) as f32,
        }
    };
    (now, scene.species.iter().zip(&plan.species).map(kind).collect())
}

/// Where an agent is drawn between two states of its slot.
pub fn between(plan: &Plan, before: &Agent, after: &Agent, share: f32) -> Vec3 {
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

/// How far each obstacle is from where the scene has it.
pub fn carried(plan: &Plan, moment: &Moment) -> Vec<Vec3> {
    let Moment { before, after, share, .. } = moment;
    // Worlds that began in between have obstacles elsewhere, from where they began on.
    let from = if before.stream() == after.stream() { before.tick() } else { after.tick() };
    let since = after.tick().saturating_sub(from) as f64 * f64::from(*share);
    let (tick, part) = (from + since as u64, since.fract() as f32);
    let one = |(index, o)| obstacles::carried(o, index, after.stream(), tick as u32, part);
    (0..).zip(&plan.obstacles).map(one).collect()
}

/// Where the agent of a slot is drawn; `None` for a slot that is empty.
pub fn position(plan: &Plan, before: &Snapshot, after: &Snapshot, share: f32, slot: usize) -> Option<Vec3> {
    let after = after.agents.get(slot)?;
    let before = before.agents.get(slot).unwrap_or(after);
    (after.alive == 1 || before.alive == 1).then(|| between(plan, before, after, share))
}

/// The living agent whose drawn place is nearest to a ray (`from`, `along` of length 1), within `reach(distance)`.
pub fn pick(
    plan: &Plan,
    (before, after, share): (&Snapshot, &Snapshot, f32),
    (from, along): (Vec3, Vec3),
    reach: impl Fn(f32) -> f32,
) -> Option<u32> {
    let mut best = None;
    for (slot, agent) in after.agents.iter().enumerate() {
        if agent.alive == 0 {
            continue;
        }
        let Some(pos) = position(plan, before, after, share, slot) else { continue };
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
    use crate::scene::{Boundary, BoxSpec, CourseStart, Obstacle, SpeciesSpec};

    fn plan(edge: Boundary) -> Plan {
        let species = SpeciesSpec { name: "a".into(), count: 1, ..Default::default() };
        let scene =
            SceneSpec { extent: [10.0, 10.0, 0.0], boundary: [edge; 3], species: vec![species], ..Default::default() };
        Plan::new(&scene, 1)
    }

    fn at(x: f32, alive: u32) -> Snapshot {
        let agent = Agent { pos: [x, 5.0, 0.0], alive, heading: [1.0, 0.0, 0.0], ..bytemuck::Zeroable::zeroed() };
        Snapshot { agents: vec![agent], ..Default::default() }
    }

    #[test]
    fn a_border_crossing_goes_the_short_way() {
        let torus = plan(Boundary::Torus);
        let (before, after) = (at(9.5, 1), at(0.5, 1));
        let x = |share| position(&torus, &before, &after, share, 0).unwrap()[0];
        assert!((x(0.25) - 9.75).abs() < 1e-4, "{}", x(0.25));
        assert!((x(0.75) - 0.25).abs() < 1e-4, "{}", x(0.75));
        let middle = position(&plan(Boundary::Wall), &before, &after, 0.5, 0).unwrap();
        assert!((middle[0] - 5.0).abs() < 1e-4);
        assert_eq!(position(&torus, &at(1.0, 0), &at(2.0, 0), 0.5, 0), None);
    }

    #[test]
    fn obstacles_are_drawn_where_they_are_at_the_moment() {
        let block = BoxSpec { velocity: [2.0, 0.0, 0.0], start: CourseStart::Drawn, ..Default::default() };
        let scene = SceneSpec { dt: 0.1, obstacles: vec![Obstacle::Box(block)], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let shown = |tick, stream| Shown::Host(std::sync::Arc::new(Snapshot { tick, stream, ..Default::default() }));
        let at = |before, after, share| carried(&plan, &Moment { before, after, share, beat: 0.0 })[0];
        let here = |tick| at(shown(tick, [1, 2]), shown(tick, [1, 2]), 0.0);
        let x = |share| at(shown(10, [1, 2]), shown(20, [1, 2]), share)[0];
        // A course of 42 BL; rounding of 2⁻²⁴ of it.
        assert!((x(0.0) - here(10)[0]).abs() < 1e-5 && (x(1.0) - here(20)[0]).abs() < 1e-5);
        let way = (x(0.25) - x(0.0)).rem_euclid(42.0);
        assert!((way - 0.5).abs() < 1e-4, "two and a half ticks of 0.2 BL: {way}");
        assert_eq!(at(shown(9, [7, 7]), shown(10, [1, 2]), 0.5), here(10), "another world is where it is");
    }

    #[test]
    fn a_ray_picks_the_nearest_in_reach() {
        let (walled, snap) = (plan(Boundary::Wall), at(5.0, 1));
        let down = [0.0, 0.0, -1.0];
        let picked = |x| pick(&walled, (&snap, &snap, 0.0), ([x, 5.0, 9.0], down), |_| 0.5);
        assert_eq!((picked(5.3), picked(6.3)), (Some(0), None));
    }
}
