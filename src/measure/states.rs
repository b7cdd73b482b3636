//! How a school moves as a whole: how much its agents circle, whichever way each goes, what state that is, and what a startle does to
//! it. Right on a torus, for schools across its border too. Knows nothing of what startles whom.

use std::fmt;

use super::{centroid, offset};
use crate::layout::{Agent, TankParams};
use crate::math::{Vec3, cross, dot, length, normalize_or};

/// Absolute rotation: the mean over the school of |r̂ × v̂|, as of `rotation`, but of each agent by itself (after D'Orsogna et al. 2006).
/// 1 where all circle about the centre, be it one way or some against the others (a double mill, whose `rotation` is near 0); of
/// directions at random 2/π in a plane and π/4 in a volume; 0 of a school that swims straight out or in. An agent at the centre or at
/// rest counts as 0. NaN for nobody.
pub fn absolute_rotation(tank: &TankParams, school: &[Agent]) -> f32 {
    let middle = centroid(tank, school);
    let spin = |a: &Agent| {
        let out = normalize_or(offset(tank, middle, a.pos), [0.0; 3]);
        length(cross(out, normalize_or(a.vel, [0.0; 3])))
    };
    school.iter().map(spin).sum::<f32>() / school.len() as f32
}

/// What a school does as a whole (after Tunstrøm et al. 2013).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All swim one way: polarization above 0.65, rotation below 0.35.
    Polar,
    /// All circle one way: the other way about. Of two mills against each other `absolute_rotation` tells.
    Mill,
    /// Neither: both below 0.35.
    Swarm,
    /// Anything else.
    Transition,
}

impl State {
    /// All of them.
    pub const ALL: [State; 4] = [State::Polar, State::Mill, State::Swarm, State::Transition];

    /// The state of a school of some polarization and rotation; none where they are not known.
    pub fn of(polarization: f32, rotation: f32) -> Option<State> {
        const LOW: f32 = 0.35;
        const HIGH: f32 = 0.65;
        match (polarization, rotation) {
            (p, m) if p.is_nan() || m.is_nan() => None,
            (p, m) if p > HIGH && m < LOW => Some(State::Polar),
            (p, m) if p < LOW && m > HIGH => Some(State::Mill),
            (p, m) if p < LOW && m < LOW => Some(State::Swarm),
            _ => Some(State::Transition),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            State::Polar => "polar",
            State::Mill => "mill",
            State::Swarm => "swarm",
            State::Transition => "transition",
        })
    }
}

/// What a school did within some time of a startle, as the attack of a predator. A school that nobody startles turns and spreads, too:
/// compare with one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// Time until the first agent was seen to have turned by more than 90°, s; NaN where none did.
    pub latency: f32,
    /// Largest radius that was seen, over the radius before; NaN where that was 0, or nobody was left.
    pub expansion: f32,
    /// Share of the agents that were seen again which had turned by more than 90°; NaN where none were.
    pub turned: f32,
}

/// Radius of a school: the root of the mean squared distance from its centroid, BL; NaN of nobody.
pub fn radius(tank: &TankParams, school: &[Agent]) -> f32 {
    let middle = centroid(tank, school);
    let square = |a: &Agent| {
        let out: Vec3 = offset(tank, middle, a.pos);
        f64::from(dot(out, out))
    };
    (school.iter().map(square).sum::<f64>() / school.len() as f64).sqrt() as f32
}

/// How a school as it was `before` a startle answered it: `after` are times since then, s, in ascending order, and the living at each.
/// Agents are known by their ids; who died is seen no more.
pub fn response(tank: &TankParams, before: &[Agent], after: &[(f32, Vec<Agent>)]) -> Response {
    let (mut seen, mut turned) = (vec![false; before.len()], vec![false; before.len()]);
    let (mut latency, mut widest) = (f32::NAN, f32::NAN);
    let mut known: Vec<(u32, usize)> = before.iter().enumerate().map(|(at, agent)| (agent.id, at)).collect();
    known.sort_unstable();
    for (time, school) in after {
        widest = widest.max(radius(tank, school));
        for agent in school {
            let Ok(place) = known.binary_search_by_key(&agent.id, |(id, _)| *id) else { continue };
            let at = known[place].1;
            seen[at] = true;
            turned[at] |= dot(agent.heading, before[at].heading) < 0.0;
        }
        if latency.is_nan() && turned.contains(&true) {
            latency = *time;
        }
    }
    let count = |which: &[bool]| which.iter().filter(|is| **is).count() as f32;
    let at_first = radius(tank, before);
    let expansion = if at_first > 0.0 { widest / at_first } else { f32::NAN };
    Response { latency, expansion, turned: count(&turned) / count(&seen) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{add, scale};
    use crate::plan::Plan;
    use crate::rng;
    use crate::scene::SceneSpec;

    fn torus() -> TankParams {
        let scene = SceneSpec { extent: [40.0, 40.0, 0.0], ..Default::default() };
        Plan::new(&scene, 1).tank
    }

    /// Agents evenly on a circle about a corner of the torus; `heading` is given the way out.
    fn ring(radius: f32, heading: impl Fn(u32, Vec3) -> Vec3) -> Vec<Agent> {
        let agent = |id: u32| {
            let angle = id as f32 * std::f32::consts::TAU / 40.0;
            let out = [libm::cosf(angle), libm::sinf(angle), 0.0];
            let heading = heading(id, out);
            let pos = add([0.5, 39.0, 0.0], scale(out, radius)).map(|x| x.rem_euclid(40.0));
            let pos = [pos[0], pos[1], 0.0];
            Agent { id, pos, heading, vel: scale(heading, 2.0), alive: 1, ..bytemuck::Zeroable::zeroed() }
        };
        (0..40).map(agent).collect()
    }

    #[test]
    fn a_double_mill_is_no_swarm() {
        let along = |out: Vec3| [-out[1], out[0], 0.0];
        let mill = ring(5.0, |_, out| along(out));
        let double = ring(5.0, |id, out| scale(along(out), if id % 2 == 0 { 1.0 } else { -1.0 }));
        let burst = ring(5.0, |_, out| out);
        for (school, absolute, net) in [(mill, 1.0, 1.0), (double, 1.0, 0.0), (burst, 0.0, 0.0)] {
            let told = (absolute_rotation(&torus(), &school), super::super::rotation(&torus(), &school));
            assert!((told.0 - absolute).abs() < 1e-3 && (told.1 - net).abs() < 1e-3, "{told:?}");
        }
        // The mean of |sin| of an even angle; a standard error of 0.31 / √40, four of them.
        let random = ring(5.0, |id, _| {
            let turn = std::f32::consts::TAU * rng::uniform(rng::draw([4, 4], id, 0, 0)[0]);
            [libm::cosf(turn), libm::sinf(turn), 0.0]
        });
        let told = absolute_rotation(&torus(), &random);
        assert!((told - std::f32::consts::FRAC_2_PI).abs() < 0.2, "{told}");
        assert!(absolute_rotation(&torus(), &[]).is_nan());
    }

    #[test]
    fn states_are_named_as_in_the_paper() {
        let cases = [(0.9, 0.1), (0.2, 0.8), (0.1, 0.2), (0.5, 0.1), (0.9, 0.9), (0.65, 0.1)];
        let named = cases.map(|(p, m)| State::of(p, m).map(|state| state.to_string()).unwrap_or_default());
        assert_eq!(named, ["polar", "mill", "swarm", "transition", "transition", "transition"]);
        assert_eq!(State::of(f32::NAN, 0.0), None, "of nobody nothing is known");
    }

    #[test]
    fn a_startle_across_the_border_is_told() {
        let ahead = [1.0, 0.0, 0.0];
        let before = ring(3.0, |_, _| ahead);
        // A tenth turns back at 0.4 s, and half by 0.8 s, when the ring is twice as wide; a sideways turn is not enough.
        let calm = ring(3.0, |_, _| ahead);
        let first = ring(3.0, |id, _| if id < 4 { scale(ahead, -1.0) } else { ahead });
        let mut half = ring(6.0, |id, _| if id < 20 { scale(ahead, -1.0) } else { [0.0, 1.0, 0.0] });
        let after = [(0.2, calm.clone()), (0.4, first), (0.8, half.clone())];
        let told = response(&torus(), &before, &after);
        assert_eq!((told.latency, told.turned), (0.4, 0.5));
        assert!((told.expansion - 2.0).abs() < 1e-3, "{told:?}");
        // Who turned stays counted when it turns again; who is new, or was never seen again, does not count.
        half[0].heading = ahead;
        half.retain(|agent| agent.id < 30);
        half.push(Agent { id: 99, heading: scale(ahead, -1.0), ..half[1] });
        let told =
            response(&torus(), &before, &[(0.4, ring(3.0, |_, _| scale(ahead, -1.0))[..1].to_vec()), (0.8, half)]);
        assert_eq!((told.latency, told.turned), (0.4, 20.0 / 30.0));
        let none = response(&torus(), &before, &[(0.2, calm)]);
        assert!(none.latency.is_nan() && none.turned == 0.0 && (none.expansion - 1.0).abs() < 1e-3);
        let nobody = response(&torus(), &before, &[(0.2, vec![])]);
        assert!(nobody.latency.is_nan() && nobody.turned.is_nan() && nobody.expansion.is_nan());
        assert!(response(&torus(), &[], &[]).expansion.is_nan());
    }
}
