//! Listens in on a school: logs who sent what in what situation and what others heard and did, and puts listeners before each message
//! to see what they would do, with the controller itself. It only looks: whatever runs, runs on as if nobody listened. Knows nothing of
//! how a report is told.

pub mod course;
pub mod dialects;
mod school;
mod situation;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::backend::cpu::Mind;
use crate::backend::{Backend, BackendError};
use crate::layout::{Agent, GIVES_SIGNALS, SENSE_NEIGHBOURS, SpeciesParams};
use crate::measure::cuts::{Cuts, Discretization};
use crate::measure::information::{Information, causal_influence};
use crate::measure::nearer;
use crate::measure::signals::{ChannelReport, Effort, Heard, Influence, Log, Told, messages};
use crate::plan::Plan;
use crate::rng::Stream;
use crate::scene::SceneSpec;
pub use school::{HearingError, Listened, Listening, all_heard, listen};
use situation::{Situation, situations};

/// Agents of a world that are listened to at a time, at most, taken evenly: a few hundred samples of one moment say no more.
const AGENTS: usize = 256;

/// Of these, so many at most have their state kept, to be put before messages.
const STATES: usize = 16;

/// Observations of speakers that are kept, at most, and those of one world and tick.
const SEEN: usize = 512;
const SEEN_AT_ONCE: usize = 4;

/// Messages that listeners are put before, at most.
const MESSAGES: usize = 16;

/// Why there is nothing to listen to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Silence {
    /// Nobody sends.
    #[error("species `{0}` has no channels: set its `signals.channels`")]
    Mute(String),
    /// Nobody hears it.
    #[error(
        "species `{listener}` does not hear `{speaker}`: give it a sense `Neighbours` that perceives `{speaker}` and gives `Signals`"
    )]
    Deaf {
        /// Who should hear.
        listener: String,
        /// Whom.
        speaker: String,
    },
}

/// A log of what one species tells and another (or itself) hears. Samples need two ticks in a row: what was sent in the first is heard
/// in the second.
#[derive(Clone)]
pub struct SignalLog {
    plan: Plan,
    speaker: usize,
    listener: usize,
    situations: Vec<Situation>,
    /// Places of each channel in what the listener senses.
    slots: Vec<Vec<usize>>,
    /// How far it hears, BL.
    range: f32,
    log: Log,
    states: Vec<State>,
    /// What some speakers sensed: `[kept][observation]`.
    seen: Vec<Vec<f32>>,
    before: Option<Before>,
    /// Number of the first of the worlds that are listened to now.
    first: u32,
}

/// What the tick before left.
#[derive(Clone)]
struct Before {
    tick: u64,
    worlds: Vec<World>,
}

/// A world as the tick before left it.
#[derive(Clone)]
struct World {
    agents: Vec<Agent>,
    /// What the speakers emitted: `[slots][channels]`.
    signals: Vec<f32>,
    /// What listeners did: `[slots][action]`.
    actions: Vec<f32>,
    /// What those remember whose state is to be kept, by their slots.
    memories: BTreeMap<u32, Vec<f32>>,
}

/// A listener in the middle of a tick: all that its action follows from.
#[derive(Clone)]
struct State {
    agent: Agent,
    stream: Stream,
    genome: Vec<f32>,
    observation: Vec<f32>,
    memory: Vec<f32>,
}

impl SignalLog {
    /// Of what `speaker` tells `listener`, by their places in the scene.
    ///
    /// # Errors
    /// Where the one has no channels, or the other no sense for them.
    pub fn new(scene: &SceneSpec, plan: &Plan, speaker: usize, listener: usize) -> Result<SignalLog, Silence> {
        let name = |species: usize| scene.species[species].name.clone();
        let (from, to) = (&plan.species[speaker], &plan.species[listener]);
        if from.channels == 0 {
            return Err(Silence::Mute(name(speaker)));
        }
        let mut slots = vec![vec![]; from.channels as usize];
        let mut range = 0.0f32;
        for sense in &plan.senses[to.sense_start as usize..(to.sense_start + to.senses) as usize] {
            if sense.kind == SENSE_NEIGHBOURS && sense.gives & GIVES_SIGNALS != 0 && sense.mask >> speaker & 1 == 1 {
                range = range.max(sense.range);
                for sector in 0..sense.count * sense.elevation {
                    // What is heard stands last in a sector.
                    let first = sense.start + (sector + 1) * sense.per_sector - sense.channels;
                    let places = (first as usize..).take(slots.len().min(sense.channels as usize));
                    places.zip(&mut slots).for_each(|(place, slots)| slots.push(place));
                }
            }
        }
        if slots.iter().all(Vec::is_empty) {
            return Err(Silence::Deaf { listener: name(listener), speaker: name(speaker) });
        }
        let situations = situations(scene, plan, speaker);
        let log = Log {
            channels: from.channels,
            situations: situations.iter().map(|situation| situation.name.clone()).collect(),
            moves: from.motion_actions.min(to.motion_actions) as usize,
            ..Log::default()
        };
        let (plan, states, seen) = (plan.clone(), vec![], vec![]);
        Ok(SignalLog { plan, speaker, listener, situations, slots, range, log, states, seen, before: None, first: 0 })
    }

    /// What has been logged.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Forgets what has been logged.
    pub fn clear(&mut self) {
        (self.log.told, self.log.heard, self.states, self.seen) = (vec![], vec![], vec![], vec![]);
        self.before = None;
    }

    /// Keeps the newest of what has been logged: so many samples of what was sent, and of what was heard.
    pub fn keep_newest(&mut self, most: usize) {
        let cut = |length: usize| length.saturating_sub(most);
        self.log.told.drain(..cut(self.log.told.len()));
        self.log.heard.drain(..cut(self.log.heard.len()));
        self.states.drain(..cut(self.states.len()));
        self.seen.drain(..self.seen.len().saturating_sub(SEEN));
    }

    /// So many of the situations that speakers were in, as they sensed them, evenly taken.
    pub fn standard_situations(&self, most: usize) -> Vec<Vec<f32>> {
        let taken = self.seen.len().min(most);
        (0..taken).map(|i| self.seen[i * self.seen.len() / taken].clone()).collect()
    }

    /// What the parts of a situation are called, and what they come to in an observation of a speaker.
    pub fn situation(&self, observation: &[f32]) -> Vec<(&str, f32)> {
        self.situations.iter().map(|part| (part.name.as_str(), part.of(observation))).collect()
    }

    /// From here on other worlds are listened to.
    pub fn other_worlds(&mut self) {
        self.before = None;
        let last = self.log.told.iter().map(|told| told.when.0).chain(self.log.heard.iter().map(|h| h.when.0)).max();
        self.first = last.map_or(self.first, |last| last + 1);
    }

    /// Listens to some worlds of a backend, of the plan that the log was made for, as tick `tick` has left them. What is logged is of
    /// this tick, and only where the tick before it was listened to, too.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn sample(&mut self, backend: &mut dyn Backend, worlds: Range<u32>, tick: u64) -> Result<(), BackendError> {
        let before = self.before.take().filter(|before| before.tick + 1 == tick);
        let mut now = vec![];
        for (at, world) in worlds.enumerate() {
            let snapshot = backend.snapshot(world)?;
            let minds = backend.minds(world, self.listener)?;
            if let Some(before) = before.as_ref().and_then(|before| before.worlds.get(at)) {
                let speakers =
                    if self.speaker == self.listener { minds.clone() } else { backend.minds(world, self.speaker)? };
                let number = self.first + at as u32;
                self.note_told(
                    &snapshot.agents,
                    &before.agents,
                    &speakers.observations,
                    &speakers.actions,
                    (number, tick),
                );
                self.note_heard(&snapshot.agents, before, &minds.observations, &minds.actions, (number, tick));
                for (slot, memory) in &before.memories {
                    if self.lived_through(&snapshot.agents, &before.agents, *slot) {
                        let detail = backend.detail(world, *slot)?;
                        self.states.push(State {
                            agent: before.agents[*slot as usize],
                            stream: snapshot.stream,
                            genome: detail.genome,
                            observation: detail.observation,
                            memory: memory.clone(),
                        });
                    }
                }
            }
            let (from, to) = (&self.plan.species[self.speaker], &self.plan.species[self.listener]);
            let mut memories = BTreeMap::new();
            // A rule may look beyond its observation, so that it cannot be asked.
            let kept = if to.genome_len == 0 { 0 } else { STATES };
            for slot in taken(&snapshot.agents, to, kept) {
                let memory = if to.mem_len == 0 { vec![] } else { backend.detail(world, slot)?.memory };
                memories.insert(slot, memory);
            }
            let emitted = from.sig_start as usize..(from.sig_start + from.slots * from.channels) as usize;
            let signals = snapshot.signals[emitted].to_vec();
            now.push(World { agents: snapshot.agents, signals, actions: minds.actions, memories });
        }
        self.before = Some(Before { tick, worlds: now });
        Ok(())
    }

    /// Whether the same agent was in a slot before the tick and after it.
    fn lived_through(&self, now: &[Agent], before: &[Agent], slot: u32) -> bool {
        let (now, before) = (&now[slot as usize], &before[slot as usize]);
        now.alive == 1 && before.alive == 1 && now.id == before.id
    }

    /// What an agent does besides signalling.
    fn action(s: &SpeciesParams, actions: &[f32], local: u32) -> Vec<f32> {
        let own = &actions[(local * s.act_len) as usize..((local + 1) * s.act_len) as usize];
        without_signals(s, own)
    }

    fn note_told(&mut self, now: &[Agent], before: &[Agent], seen: &[f32], did: &[f32], (world, tick): (u32, u64)) {
        let s = &self.plan.species[self.speaker];
        let mut kept = 0;
        for slot in taken(before, s, AGENTS) {
            if !self.lived_through(now, before, slot) {
                continue;
            }
            let local = slot - s.slot_start;
            let observation = &seen[(local * s.obs_len) as usize..((local + 1) * s.obs_len) as usize];
            if kept < SEEN_AT_ONCE {
                kept += 1;
                self.seen.push(observation.to_vec());
            }
            let first = (local * s.act_len + s.signal_action) as usize;
            self.log.told.push(Told {
                when: (world, now[slot as usize].id, tick),
                signal: did[first..first + s.channels as usize].to_vec(),
                situation: self.situations.iter().map(|situation| situation.of(observation)).collect(),
                action: Self::action(s, did, local),
            });
        }
    }

    fn note_heard(&mut self, now: &[Agent], before: &World, seen: &[f32], did: &[f32], (world, tick): (u32, u64)) {
        let s = &self.plan.species[self.listener];
        for slot in taken(&before.agents, s, AGENTS) {
            if !self.lived_through(now, &before.agents, slot) {
                continue;
            }
            let local = slot - s.slot_start;
            let observation = &seen[(local * s.obs_len) as usize..((local + 1) * s.obs_len) as usize];
            self.log.heard.push(Heard {
                when: (world, now[slot as usize].id, tick),
                heard: self.slots.iter().map(|slots| slots.iter().map(|slot| observation[*slot]).sum()).collect(),
                nearest: self.nearest(before, slot),
                before: Self::action(s, &before.actions, local),
                action: Self::action(s, did, local),
            });
        }
    }

    /// What the nearest of those had emitted whom the agent in a slot could hear.
    fn nearest(&self, before: &World, slot: u32) -> Option<Vec<f32>> {
        let from = &self.plan.species[self.speaker];
        let here = before.agents[slot as usize].pos;
        let mut best = (self.range, None);
        for other in from.slot_start..from.slot_start + from.slots {
            let there = &before.agents[other as usize];
            if other != slot
                && there.alive == 1
                && let Some(away) = nearer(&self.plan.tank, here, there.pos, best.0)
            {
                best = (away, Some(other));
            }
        }
        let nearest = best.1?;
        let first = ((nearest - from.slot_start) * from.channels) as usize;
        Some(before.signals[first..first + from.channels as usize].to_vec())
    }

    /// What each channel comes to, and last all together where there are several: see `measure::signals`. Chance is drawn from `key`.
    pub fn report(&self, how: Discretization, effort: Effort, key: Stream) -> Vec<ChannelReport> {
        let mut report = self.log.report(how, effort, key);
        for channel in &mut report {
            channel.influence = self.influence(channel.channel, how);
        }
        report
    }

    /// The two figures of a channel, or of all together, that stand beside a probe: speaker consistency, and what listeners do about
    /// what they hear.
    pub fn outline(&self, channel: Option<u32>, how: Discretization, key: Stream) -> (Information, Option<Influence>) {
        (self.log.consistency(channel, how, key), self.influence(channel, how))
    }

    /// Puts each state that was kept before each message of a channel, or of all; nothing where no state was.
    fn influence(&self, channel: Option<u32>, how: Discretization) -> Option<Influence> {
        if self.states.is_empty() {
            return None;
        }
        let s = &self.plan.species[self.listener];
        let channels = match channel {
            Some(channel) => channel as usize..channel as usize + 1,
            None => 0..self.slots.len(),
        };
        // A message is all that is heard of it, from all around, as it was heard by somebody.
        let places: Vec<usize> = self.slots[channels].iter().flatten().copied().collect();
        let loud = |state: &State| places.iter().map(|place| state.observation[*place]).collect::<Vec<f32>>();
        let heard: Vec<Vec<f32>> = self.states.iter().map(loud).collect();
        let messages = messages(&heard.iter().map(|row| &**row).collect::<Vec<_>>(), how, MESSAGES);
        let shares: Vec<f64> = messages.iter().map(|(share, _)| *share).collect();
        let cuts = self.log.cuts_of_actions();
        let mut mind = Mind::new(&self.plan, self.listener);
        let (mut causal, mut listening) = (0.0, 0.0);
        for state in &self.states {
            mind.set_genome(&state.genome);
            let mut answer = |message: &[f32]| {
                let mut observation = state.observation.clone();
                places.iter().zip(message).for_each(|(place, x)| observation[*place] = *x);
                without_signals(s, mind.answer(&state.agent, state.stream, &observation, &state.memory))
            };
            let silence = answer(&vec![0.0; places.len()]);
            let answers: Vec<Vec<f32>> = messages.iter().map(|(_, at)| answer(&heard[*at])).collect();
            let moved = |action: &Vec<f32>| -> f64 {
                action.iter().zip(&silence).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
            };
            listening += answers.iter().map(moved).fold(0.0, f64::max);
            causal += causal_influence(&shares, &policy(&cuts, &answers));
        }
        let states = self.states.len();
        let each = |sum: f64| sum / states as f64;
        Some(Influence { states, messages: messages.len(), causal: each(causal), listening: each(listening) })
    }
}

/// The policy of a controller that always answers a message alike: `[messages][actions]`.
fn policy(cuts: &Cuts, answers: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let classes: Vec<u64> = answers.iter().map(|answer| cuts.class(answer)).collect();
    let mut met = classes.clone();
    met.sort_unstable();
    met.dedup();
    classes.iter().map(|class| met.iter().map(|other| f64::from(u8::from(class == other))).collect()).collect()
}

/// An action but for its signals.
fn without_signals(s: &SpeciesParams, action: &[f32]) -> Vec<f32> {
    let signals = s.signal_action as usize..(s.signal_action + s.channels) as usize;
    action.iter().enumerate().filter(|(at, _)| !signals.contains(at)).map(|(_, x)| *x).collect()
}

/// Slots of a species' living agents, at most so many, evenly.
fn taken(agents: &[Agent], s: &SpeciesParams, most: usize) -> Vec<u32> {
    let slots = s.slot_start..s.slot_start + s.slots;
    let living: Vec<u32> = slots.filter(|slot| agents[*slot as usize].alive == 1).collect();
    let count = living.len().min(most);
    (0..count).map(|i| living[i * living.len() / count]).collect()
}

#[cfg(test)]
#[path = "hearing_tests.rs"]
mod tests;
