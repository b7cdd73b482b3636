//! Live evolution: at every round of replacement lives that are over end, and every place that is free is taken by a
//! child of selected living parents. Knows nothing of how edits are applied.
//!
//! The unit of selection is the genome row: one agent, or a group of clones that lives and dies as one. A group's
//! dead stay dead until its last member dies or its lifetime ends, so that its fitness is the mean over whole lives.
//!
//! A life is *whole* when it began at a round. Agents placed at the start were given an age that they have not
//! lived; what they gather before their first replacement or renewal is judged by the time since the start, and is
//! left out of the statistics of lives.

use serde::Serialize;

use super::fitness::{self, Tallies, fitness};
use super::selection::{Candidate, Descent, Way, rank};
use super::{CLONE, FOUNDER, LineageRecord};
use crate::edits::{Birth, Edits};
use crate::genome::Variation;
use crate::layout::{Agent, DRAW_BIRTH, DRAW_HEADING, DRAW_WEIGHT, NONE, SpeciesParams};
use crate::math;
use crate::measure::offset;
use crate::plan::{Plan, ticks};
use crate::rng::{self, Stream};
use crate::scene::{SceneSpec, SpeciesSpec, TurnoverSpec};
use crate::world::{face, place, random_genome};

/// One species of one world at a round of replacement.
#[derive(Clone, Copy, Debug)]
pub struct TurnoverInput<'a> {
    /// Scene.
    pub scene: &'a SceneSpec,
    /// Its plan.
    pub plan: &'a Plan,
    /// Species whose turn it is.
    pub species: usize,
    /// Its live evolution.
    pub spec: &'a TurnoverSpec,
    /// World.
    pub world: u32,
    /// Key of the world's draws.
    pub stream: Stream,
    /// Ticks since the world started: a positive multiple of the interval.
    pub tick: u64,
    /// All slots of the world.
    pub agents: &'a [Agent],
    /// Their tallies.
    pub tallies: &'a [Tallies],
    /// Next free id of the world.
    pub next_id: u32,
}

/// A whole life that ended, or that an elite's renewal closed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Life {
    /// World.
    pub world: u32,
    /// Species.
    pub species: u32,
    /// The agent's number.
    pub id: u32,
    /// Id of its founder.
    pub founder: u32,
    /// Ticks lived.
    pub age: u32,
    /// Fitness gathered over the life.
    pub fitness: f32,
    /// What it was added up from, in steps of 1 / `TALLY_SCALE`.
    pub tallies: Tallies,
}

/// What a round asks for and what it saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Deaths by age, renewals of elites, and births into every free place. Species of one world may be joined into
    /// one batch.
    pub edits: Edits,
    /// Whole lives that ended since the last round.
    pub finished: Vec<Life>,
    /// One record a child.
    pub lineage: Vec<LineageRecord>,
    /// Next free id after the births.
    pub next_id: u32,
}

/// A genome row and the agents that run it.
struct Group {
    row: u32,
    slots: std::ops::Range<usize>,
    /// Slot that stands for the group: its first living agent, else its first.
    seat: usize,
    living: bool,
    /// Ticks lived by its longest-lived member, and how many of them since the start of the world.
    age: u32,
    observed: u32,
    /// Lowest id.
    id: u32,
    /// Fitness per second of observed life; NaN before any.
    rate: f32,
}

impl Group {
    fn new(input: &TurnoverInput, spec: &SpeciesSpec, p: &SpeciesParams, row: u32) -> Group {
        let slots = fitness::members(spec, p, row);
        let agents = &input.agents[slots.clone()];
        let first_living = agents.iter().position(|a| a.alive == 1);
        let age = agents.iter().map(|a| a.age).max().unwrap_or(0);
        // An agent that died since the last round is taken to have lived until now: at most one interval too long.
        let observed = u64::from(age).min(input.tick) as u32;
        let seconds = observed as f32 * input.plan.tank.dt;
        let rate = if observed == 0 { f32::NAN } else { fitness::row_fitness(spec, p, input.tallies, row) / seconds };
        Group {
            row,
            seat: slots.start + first_living.unwrap_or(0),
            slots,
            living: first_living.is_some(),
            age,
            observed,
            id: agents.iter().map(|a| a.id).min().unwrap_or(0),
            rate,
        }
    }

    fn candidate(&self, index: usize) -> Candidate {
        Candidate { index: index as u32, id: self.id, fitness: self.rate }
    }
}

/// What becomes of a group in this round.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It lives on.
    Stays,
    /// It is among the best: its life begins again, its dead come back.
    Renewed,
    /// Its places go to children.
    Replaced,
    /// Nobody lives and it was best: it comes back as it was, and is a parent of the others.
    Reborn,
}

/// One round of replacement. A pure function of its input.
pub fn round(input: &TurnoverInput) -> Outcome {
    let (spec, p) = (&input.scene.species[input.species], &input.plan.species[input.species]);
    let lifetime = ticks(input.spec.lifetime, input.plan.tank.dt).max(1);
    let groups: Vec<Group> = (0..fitness::rows(spec, p)).map(|row| Group::new(input, spec, p, row)).collect();
    let (fates, parents) = decide(&groups, input.spec, lifetime);
    let mut round = Round { input, spec, p, outcome: Outcome { next_id: input.next_id, ..Default::default() } };
    for (group, fate) in groups.iter().zip(&fates) {
        if *fate == Fate::Stays {
            continue;
        }
        round.close_lives(group, *fate);
        match fate {
            Fate::Replaced => round.replace(group, &groups, &parents),
            _ => round.bring_back(group, *fate),
        }
    }
    round.outcome
}

/// The fate of each group, and the candidates for parents: mature survivors, else all survivors, else the best of the
/// dead (as many as there are elites, at least one), who are then reborn so that their rows stand. Empty when nobody
/// ever lived for longer than a tick.
fn decide(groups: &[Group], spec: &TurnoverSpec, lifetime: u32) -> (Vec<Fate>, Vec<Candidate>) {
    let mature = |g: &Group| g.observed as f32 >= spec.maturity * lifetime as f32;
    let pool = |admit: &dyn Fn(usize, &Group) -> bool| -> Vec<Candidate> {
        groups.iter().enumerate().filter(|(i, g)| admit(*i, g)).map(|(i, g)| g.candidate(i)).collect()
    };
    let mut best = pool(&|_, g| g.living && mature(g));
    if best.is_empty() {
        best = pool(&|_, g| g.living);
    }
    rank(&mut best);
    best.truncate(spec.elites as usize);
    let mut fates: Vec<Fate> =
        groups.iter().map(|g| if g.living && g.age < lifetime { Fate::Stays } else { Fate::Replaced }).collect();
    for elite in best {
        let fate = &mut fates[elite.index as usize];
        if *fate == Fate::Replaced {
            *fate = Fate::Renewed;
        }
    }
    let stays = |i: usize| fates[i] != Fate::Replaced;
    let mut parents = pool(&|i, g| stays(i) && mature(g));
    if parents.is_empty() {
        parents = pool(&|i, _| stays(i));
    }
    if parents.is_empty() {
        // A genome that did not bring its agent past the first tick may be no genome at all (not finite).
        parents = pool(&|_, g| g.age > 1);
        rank(&mut parents);
        parents.truncate(spec.elites.max(1) as usize);
        for parent in &parents {
            fates[parent.index as usize] = Fate::Reborn;
        }
    }
    (fates, parents)
}

/// Variation of a copy.
const UNCHANGED: Variation = Variation { rate: 0.0, size: 0.0 };

/// Where the children in one group's places come from.
struct Line {
    /// Slots of the parents. A child without parents is its own: its row is left to the genome written after it.
    parent: Option<usize>,
    second: Option<usize>,
    variation: Variation,
    key: [u32; 2],
    operator: &'static str,
}

/// A round being written down.
struct Round<'a> {
    input: &'a TurnoverInput<'a>,
    spec: &'a SpeciesSpec,
    p: &'a SpeciesParams,
    outcome: Outcome,
}

impl Round<'_> {
    /// Ends or renews the living of a group, and reports the whole lives among its members.
    fn close_lives(&mut self, group: &Group, fate: Fate) {
        let input = self.input;
        // Any life that began at a round is at least one interval younger than the world.
        let whole = u64::from(group.age) + u64::from(input.spec.interval) <= input.tick;
        for slot in group.slots.clone() {
            let agent = &input.agents[slot];
            if agent.alive == 1 {
                let edits = &mut self.outcome.edits;
                let list = if fate == Fate::Renewed { &mut edits.renewals } else { &mut edits.deaths };
                list.push((input.world, slot as u32));
            }
            if whole && (agent.alive == 1 || agent.age > 0) {
                self.outcome.finished.push(Life {
                    world: input.world,
                    species: input.species as u32,
                    id: agent.id,
                    founder: agent.founder,
                    age: agent.age,
                    fitness: fitness(self.spec, self.p, &input.tallies[slot]),
                    tallies: input.tallies[slot],
                });
            }
        }
    }

    /// The free places of a group that goes on take copies of its own row.
    fn bring_back(&mut self, group: &Group, fate: Fate) {
        let line = Line { parent: Some(group.seat), second: None, variation: UNCHANGED, key: [0; 2], operator: CLONE };
        for slot in group.slots.clone() {
            if fate == Fate::Reborn || self.input.agents[slot].alive == 0 {
                self.bear(slot, &line);
            }
        }
    }

    /// All places of a group take children of one draw of parents, or a fresh random genome when there are none.
    fn replace(&mut self, group: &Group, groups: &[Group], parents: &[Candidate]) {
        let near = self.near(group, groups, parents);
        let pool = if near.is_empty() { parents } else { &near[..] };
        let turnover = self.input.spec;
        let (stream, tick, id) = (self.input.stream, self.input.tick as u32, self.outcome.next_id);
        let line =
            match Descent::draw(pool, Way::Tournament(turnover.tournament), &turnover.variation, stream, tick, id) {
                Some(descent) => Line {
                    parent: Some(groups[descent.first.index as usize].seat),
                    second: descent.second.map(|s| groups[s.index as usize].seat),
                    variation: descent.variation,
                    key: descent.key,
                    operator: descent.operator(),
                },
                None => {
                    let mut genome = vec![0.0; self.p.genome_len as usize];
                    let words = rng::draw(stream, tick, id, DRAW_WEIGHT);
                    let key = [words[0], words[1]];
                    random_genome(&mut genome, self.input.plan, self.input.species, &self.spec.controller, key, 0);
                    self.outcome.edits.genomes.push((self.input.species as u32, self.input.world, group.row, genome));
                    Line { parent: None, second: None, variation: UNCHANGED, key: [0; 2], operator: FOUNDER }
                }
            };
        for slot in group.slots.clone() {
            self.bear(slot, &line);
        }
    }

    /// The candidates within the locality of a free place; none when it is 0 or nobody is near.
    fn near(&self, group: &Group, groups: &[Group], parents: &[Candidate]) -> Vec<Candidate> {
        let reach = self.input.spec.locality;
        if reach <= 0.0 {
            return vec![];
        }
        let here = self.input.agents[group.seat].pos;
        let distance = |c: &Candidate| {
            let there = self.input.agents[groups[c.index as usize].seat].pos;
            math::length(offset(&self.input.plan.tank, here, there))
        };
        parents.iter().filter(|c| distance(c) <= reach).copied().collect()
    }

    /// Writes the birth of the next child into `slot`, placed as the species starts, and its record.
    fn bear(&mut self, slot: usize, line: &Line) {
        let input = self.input;
        let id = self.outcome.next_id;
        self.outcome.next_id = id.wrapping_add(1);
        let founder = line.parent.map_or(id, |s| input.agents[s].founder);
        let child = newborn(input.scene, input.plan, input.species, input.stream, input.tick, id, founder);
        let number = |slot: Option<usize>| slot.map_or(NONE, |s| input.agents[s].id);
        self.outcome.edits.births.push(Birth {
            world: input.world,
            slot: slot as u32,
            parent: line.parent.unwrap_or(slot) as u32,
            second: line.second.map_or(NONE, |s| s as u32),
            mutation_rate: line.variation.rate,
            mutation_size: line.variation.size,
            key: line.key,
            child,
        });
        self.outcome.lineage.push(LineageRecord {
            world: input.world,
            species: input.species as u32,
            slot: slot as u32,
            id,
            parent: number(line.parent),
            second: number(line.second),
            tick: input.tick,
            operator: line.operator,
        });
    }
}

/// An agent as its species starts, placed and facing by draws of its id.
pub fn newborn(
    scene: &SceneSpec,
    plan: &Plan,
    species: usize,
    stream: Stream,
    tick: u64,
    id: u32,
    founder: u32,
) -> Agent {
    let (spec, p) = (&scene.species[species], &plan.species[species]);
    let start = spec.start.as_ref().unwrap_or(&scene.start);
    let draw = |purpose| rng::draw(stream, tick as u32, id, purpose);
    let heading = face(start, plan, draw(DRAW_HEADING));
    Agent {
        pos: place(start, plan, draw(DRAW_BIRTH)),
        id,
        heading,
        alive: 1,
        vel: math::scale(heading, p.cruise),
        age: 0,
        energy: p.energy_start,
        handling: 0,
        refractory: 0,
        founder,
    }
}

#[cfg(test)]
#[path = "turnover_tests.rs"]
mod tests;
