//! Plays worlds, sees threats come up to groups, and plays copies in which they are not perceived. Knows nothing of what is made of it.

use std::collections::BTreeSet;

use super::super::test::Test;
use super::{Approach, Eye, Watch};
use crate::layout::{Agent, SpeciesParams};
use crate::math::Vec3;
use crate::measure::groups::groups;
use crate::measure::nearer;
use crate::measure::states;
use crate::plan::Plan;
use crate::simulation::{Rollouts, SimulationError};
use crate::world::WorldState;

/// A prey as long as it has been watched.
#[derive(Clone, Copy, Default)]
struct Calm {
    id: u32,
    /// Ticks since a threat was near.
    ticks: u32,
}

/// Groups that a threat has come up to, whose response is being watched.
struct Open {
    tick: u32,
    /// The members of each, as they were.
    groups: Vec<Vec<Agent>>,
    /// The world as it was.
    state: WorldState,
}

/// Who watches for threats.
pub struct Lookout<'a> {
    /// What for.
    pub watch: &'a Watch,
    /// How near a threat must come, BL.
    pub near: f32,
    /// Distance within which prey belong to one group, BL.
    pub reach: f32,
    /// Ticks that a response is watched.
    pub within: u32,
    /// Through what the threat is perceived.
    pub eyes: &'a [Eye],
    /// The worlds, and the copies in which nobody perceives the threat: one at a time.
    pub plain: Rollouts,
    /// See `plain`.
    pub copy: Rollouts,
    /// The nearest that any threat has come to any prey, BL.
    pub nearest: f32,
}

impl Lookout<'_> {
    /// Plays the world that is loaded. Responses do not overlap: while one is watched, other approaches are not.
    pub fn play(
        &mut self,
        world: u32,
        go_on: &mut impl FnMut() -> bool,
    ) -> Result<Option<Vec<Approach>>, SimulationError> {
        let slots = self.plain.plan.species[self.watch.prey].slots as usize;
        let mut calm = vec![Calm::default(); slots];
        let (mut open, mut frames): (Option<Open>, Vec<Vec<Agent>>) = (None, vec![]);
        let mut found = vec![];
        for tick in 1..=self.watch.ticks {
            if !go_on() {
                return Ok(None);
            }
            self.plain.backend.advance(1)?;
            let agents = self.plain.backend.snapshot(0)?.agents;
            let prey = of(&self.plain.plan, &agents, self.watch.prey);
            if open.is_some() {
                frames.push(living(prey));
            }
            if let Some(done) = open.take_if(|open| tick == open.tick + self.within) {
                found.extend(self.answers(world, done, std::mem::take(&mut frames))?);
            }
            let near = self.threatened(&agents);
            if open.is_none() && tick + self.within <= self.watch.ticks {
                let groups = approached(&self.plain.plan, prey, &near, &calm, self);
                if !groups.is_empty() {
                    open = Some(Open { tick, groups, state: self.plain.backend.save()? });
                }
            }
            for ((calm, agent), near) in calm.iter_mut().zip(prey).zip(&near) {
                let before = if calm.id == agent.id { calm.ticks } else { 0 };
                *calm = Calm { id: agent.id, ticks: if *near { 0 } else { before + 1 } };
            }
        }
        Ok(Some(found))
    }

    /// Whether a threat is near, of each place of the prey.
    fn threatened(&mut self, agents: &[Agent]) -> Vec<bool> {
        let plan = &self.plain.plan;
        let threats: Vec<Vec3> = living(of(plan, agents, self.watch.threat)).iter().map(|agent| agent.pos).collect();
        let (tank, near, nearest) = (&plan.tank, self.near, &mut self.nearest);
        let of_one = |agent: &Agent| {
            let mut least = f32::INFINITY;
            for threat in threats.iter().filter(|_| agent.alive == 1) {
                least = nearer(tank, agent.pos, *threat, least).unwrap_or(least);
            }
            *nearest = nearest.min(least);
            least <= near
        };
        of(plan, agents, self.watch.prey).iter().map(of_one).collect()
    }

    /// What the groups did, and what they would have done unawares.
    fn answers(&mut self, world: u32, open: Open, seen: Vec<Vec<Agent>>) -> Result<Vec<Approach>, SimulationError> {
        let mut state = open.state;
        for eye in self.eyes {
            Test::Blind(eye.sense as u32).make(&mut state, &self.copy.plan, eye.species, 0);
        }
        self.copy.backend.load(state)?;
        let mut unseen = vec![];
        for _ in 0..self.within {
            self.copy.backend.advance(1)?;
            unseen.push(living(of(&self.copy.plan, &self.copy.backend.snapshot(0)?.agents, self.watch.prey)));
        }
        let plan = &self.plain.plan;
        let response = |group: &[Agent], frames: &[Vec<Agent>]| {
            let ids: BTreeSet<u32> = group.iter().map(|agent| agent.id).collect();
            let frame = |(after, school): (u32, &Vec<Agent>)| {
                let members = school.iter().filter(|agent| ids.contains(&agent.id)).copied();
                (after as f32 * plan.tank.dt, members.collect())
            };
            let after: Vec<(f32, Vec<Agent>)> = (1..).zip(frames).map(frame).collect();
            states::response(&plan.tank, group, &after)
        };
        let approach = |group: &Vec<Agent>| Approach {
            world,
            tick: open.tick,
            members: group.len() as u32,
            seen: response(group, &seen),
            unseen: response(group, &unseen),
        };
        Ok(open.groups.iter().map(approach).collect())
    }
}

/// The slots of a species in those of a world.
fn of<'a>(plan: &Plan, agents: &'a [Agent], species: usize) -> &'a [Agent] {
    let SpeciesParams { slot_start, slots, .. } = plan.species[species];
    &agents[slot_start as usize..(slot_start + slots) as usize]
}

fn living(agents: &[Agent]) -> Vec<Agent> {
    agents.iter().filter(|agent| agent.alive == 1).copied().collect()
}

/// The groups that a threat is near now, and was near to no member of before for as long as a response is watched.
fn approached(plan: &Plan, prey: &[Agent], near: &[bool], calm: &[Calm], lookout: &Lookout) -> Vec<Vec<Agent>> {
    let was_calm = |at: usize| calm[at].id == prey[at].id && calm[at].ticks >= lookout.within;
    let there: Vec<usize> = (0..prey.len()).filter(|at| prey[*at].alive == 1).collect();
    // Groups are sought only where it may matter.
    if !there.iter().any(|at| near[*at] && was_calm(*at)) {
        return vec![];
    }
    let places: Vec<Vec3> = there.iter().map(|at| prey[*at].pos).collect();
    let numbers = groups(&plan.tank, &places, lookout.reach);
    let count = numbers.iter().max().map_or(0, |last| last + 1) as usize;
    let mut members = vec![vec![]; count];
    numbers.iter().zip(&there).for_each(|(number, at)| members[*number as usize].push(*at));
    members.retain(|group| {
        group.len() >= lookout.watch.members as usize
            && group.iter().all(|at| was_calm(*at))
            && group.iter().any(|at| near[*at])
    });
    members.iter().map(|group| group.iter().map(|at| prey[*at]).collect()).collect()
}
