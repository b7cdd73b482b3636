//! What a school does when a threat comes near, beside what it would have done unawares. Worlds are played one after another; whenever a
//! threat comes up to a group that none had been near, the world is copied, nobody but the threat's own kind perceives it in the copy from
//! then on, and both go on with the same draws. So the two differ by what is perceived of the threat alone: it swims, bites and kills in
//! both. The unit of replication is the world, never the approach. Knows nothing of who asks, or how it is told.

mod lookout;
mod told;

use std::collections::BTreeSet;

use super::finding::{Effect, correct, effect};
use super::test::SENSES;
use super::{ProbeError, Question, worlds};
use crate::measure::states::Response;
use crate::plan::ticks;
use crate::rng;
use crate::scene::{SceneSpec, Sense, SpeciesSpec};
use crate::simulation::{Options, Rollouts, Start};
use crate::statistics::mean;
use lookout::Lookout;
pub use told::words;

/// Names the draws of intervals; no round of a run gets there.
const INTERVAL_ROUND: u64 = u64::MAX - 6;

/// What is watched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Who threatens, and who responds: places among the scene's species.
    pub threat: usize,
    /// See `threat`.
    pub prey: usize,
    /// How near a threat comes to the nearest member of a group, BL; `None` for as far as it is perceived.
    pub near: Option<f32>,
    /// How long a response is watched, and how long no threat must have been near before, s.
    pub within: f32,
    /// Fewest members of a group.
    pub members: u32,
    /// Ticks that each world is played.
    pub ticks: u32,
}

/// A sense through which a threat is perceived.
#[derive(Clone, Debug, PartialEq)]
pub struct Eye {
    /// Species that has it, and its place among that species' senses.
    pub species: usize,
    /// See `species`.
    pub sense: usize,
    /// How far it reaches, BL.
    pub range: f32,
    /// Whether others are perceived by it as well, of which its blindness takes away what it tells.
    pub shared: bool,
}

/// The senses through which others than its own kind perceive a threat, of species that have agents.
pub fn eyes(scene: &SceneSpec, threat: usize) -> Vec<Eye> {
    let name = &scene.species[threat].name;
    let own = |(species, spec): (usize, &SpeciesSpec)| {
        let eye = |(sense, of): (usize, &Sense)| {
            let (perceived, range) = match of {
                Sense::Neighbours(n) => (&n.species, n.range),
                Sense::Nearest(n) => (&n.species, n.range),
                Sense::Pairs(p) => (&p.species, p.zones.iter().map(|zone| zone.width).sum()),
                _ => return None,
            };
            let sees = perceived.is_empty() || perceived.contains(name);
            sees.then_some(Eye { species, sense, range, shared: perceived.len() != 1 })
        };
        spec.senses.iter().enumerate().filter_map(eye).collect::<Vec<Eye>>()
    };
    let others = scene.species.iter().enumerate().filter(|(species, spec)| *species != threat && spec.count > 0);
    others.flat_map(own).collect()
}

/// The pairs of species of which the one bites the other: (threat, prey).
pub fn hunts(scene: &SceneSpec) -> Vec<(usize, usize)> {
    let there = |species: &usize| scene.species[*species].count > 0;
    let all = (0..scene.species.len()).filter(there);
    let bites = |threat: usize| {
        let bitten = move |prey: &usize| {
            let name = &scene.species[*prey].name;
            *prey != threat && scene.species[threat].diet.prey.iter().any(|bite| bite.species == *name)
        };
        (0..scene.species.len()).filter(there).filter(bitten).map(move |prey| (threat, prey))
    };
    all.flat_map(bites).collect()
}

/// A threat that came up to a group, and what the group did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Approach {
    /// World, from 0.
    pub world: u32,
    /// Ticks since it began.
    pub tick: u32,
    /// Members of the group.
    pub members: u32,
    /// What they did.
    pub seen: Response,
    /// What they would have done, had nobody perceived the threat.
    pub unseen: Response,
}

/// What of a response is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Time until the first had turned by more than 90°, and all of the time watched where none had: the restricted mean, which needs
    /// no guess about those that had not (Irwin 1949).
    Latency,
    /// Largest radius over the radius before.
    Expansion,
    /// Share that had turned by more than 90°.
    Turned,
}

impl Answer {
    /// All of them.
    pub const ALL: [Answer; 3] = [Answer::Latency, Answer::Expansion, Answer::Turned];

    /// As tables name it.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Latency => "latency",
            Answer::Expansion => "expansion",
            Answer::Turned => "turned",
        }
    }

    /// It, of a response that was watched for so many seconds; NaN where it is not known.
    pub fn of(self, response: &Response, within: f32) -> f64 {
        f64::from(match self {
            Answer::Latency if response.turned.is_nan() => f32::NAN,
            Answer::Latency if response.latency.is_nan() => within,
            Answer::Latency => response.latency,
            Answer::Expansion => response.expansion,
            Answer::Turned => response.turned,
        })
    }
}

/// What the worlds say of one part of the response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Which.
    pub answer: Answer,
    /// Worlds in which it is known of both.
    pub worlds: usize,
    /// Mean over worlds where the threat was perceived, and where it was not.
    pub means: [f64; 2],
    /// The first less the second; corrected for the parts that are compared here.
    pub effect: Effect,
}

/// What was watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What was watched for.
    pub watch: Watch,
    /// How near a threat had to come, BL.
    pub near: f32,
    /// Through what it was perceived.
    pub eyes: Vec<Eye>,
    /// Worlds that were played.
    pub worlds: u32,
    /// Every approach, in the order of worlds and ticks.
    pub approaches: Vec<Approach>,
    /// The nearest that any threat came to any prey, BL; `None` where there never were both.
    pub nearest: Option<f32>,
    /// Seed of the scene.
    seed: u64,
}

impl Watched {
    /// Worlds in which a threat came up to a group.
    pub fn met(&self) -> usize {
        self.approaches.iter().map(|approach| approach.world).collect::<BTreeSet<u32>>().len()
    }

    /// A part of the response, world by world: means over approaches, where the threat was perceived and where it was not. Worlds of
    /// which it is not known are left out.
    pub fn values(&self, answer: Answer) -> Vec<(u32, [f64; 2])> {
        let of_world = |approaches: &[Approach]| {
            let both = |a: &Approach| [a.seen, a.unseen].map(|response| answer.of(&response, self.watch.within));
            let known: Vec<[f64; 2]> =
                approaches.iter().map(both).filter(|both| both.iter().all(|x| x.is_finite())).collect();
            let of = |which: usize| mean(&known.iter().map(|both| both[which]).collect::<Vec<f64>>());
            (!known.is_empty()).then(|| (approaches[0].world, [of(0), of(1)]))
        };
        self.approaches.chunk_by(|a, b| a.world == b.world).filter_map(of_world).collect()
    }

    /// What is found, part by part.
    pub fn compared(&self) -> Vec<Compared> {
        let of = |(number, answer): (u32, &Answer)| {
            let (seen, unseen): (Vec<f64>, Vec<f64>) = self.values(*answer).iter().map(|(_, [a, b])| (*a, *b)).unzip();
            let key = rng::stream(self.seed, INTERVAL_ROUND, number);
            let means = [mean(&seen), mean(&unseen)];
            Compared { answer: *answer, worlds: seen.len(), means, effect: effect(&unseen, &seen, key) }
        };
        let mut all: Vec<Compared> = (0..).zip(&Answer::ALL).map(of).collect();
        correct(all.iter_mut().map(|compared| &mut compared.effect));
        all
    }
}

/// Watches so many worlds of a scene; `go_on` is asked tick by tick. `None` where it says no.
///
/// # Errors
/// When there is nothing to watch for, or the worlds do not fit the machine.
pub fn watch(
    scene: &SceneSpec,
    start: &Start,
    watch: &Watch,
    count: u32,
    options: &Options,
    mut go_on: impl FnMut() -> bool,
) -> Result<Option<Watched>, ProbeError> {
    let eyes = eyes(scene, watch.threat);
    let within = ticks(watch.within, scene.dt).max(1);
    refuse(scene, watch, &eyes, within)?;
    let mut question = Question {
        scene: scene.clone(),
        start: start.clone(),
        species: vec![watch.prey],
        channels: 0,
        tests: vec![],
        ticks: watch.ticks,
    };
    worlds::prepare(&mut question);
    let near = watch.near.unwrap_or_else(|| sight(&eyes, watch.prey));
    let new = || Rollouts::new(question.scene.clone(), 1, options);
    let mut lookout = Lookout {
        watch,
        near,
        reach: scene.measures.social_range,
        within,
        eyes: &eyes,
        plain: new()?,
        copy: new()?,
        nearest: f32::INFINITY,
    };
    let mut approaches = vec![];
    for world in 0..count {
        worlds::load(&mut lookout.plain, &question, world, 1)?;
        match lookout.play(world, &mut go_on)? {
            Some(found) => approaches.extend(found),
            None => return Ok(None),
        }
    }
    let nearest = Some(lookout.nearest).filter(|nearest| nearest.is_finite());
    let watch = watch.clone();
    Ok(Some(Watched { watch, near, eyes, worlds: count, approaches, nearest, seed: scene.seed }))
}

/// As far as a threat is perceived: by the prey themselves, or else by those who may tell them.
fn sight(eyes: &[Eye], prey: usize) -> f32 {
    let own = eyes.iter().filter(|eye| eye.species == prey).map(|eye| eye.range).reduce(f32::max);
    own.unwrap_or_else(|| eyes.iter().map(|eye| eye.range).fold(0.0, f32::max))
}

fn refuse(scene: &SceneSpec, watch: &Watch, eyes: &[Eye], within: u32) -> Result<(), ProbeError> {
    let name = |species: usize| &scene.species[species].name;
    let (threat, prey) = (name(watch.threat), name(watch.prey));
    let senseless = |why: String| Err(ProbeError::Senseless(why));
    if watch.threat == watch.prey {
        return senseless(format!("`{threat}` does not threaten itself: it takes two species"));
    }
    if eyes.is_empty() {
        return senseless(format!(
            "nobody perceives `{threat}`, so nobody responds to it: no other species has a sense `Neighbours`, `Nearest` or `Pairs` of it"
        ));
    }
    if let Some(eye) = eyes.iter().find(|eye| eye.sense >= SENSES) {
        return senseless(format!(
            "sense {} of `{}` cannot be blinded: only the first {SENSES} can",
            eye.sense,
            name(eye.species)
        ));
    }
    let least = u64::from(within) * 2 + 1;
    if u64::from(watch.ticks) < least {
        return senseless(format!(
            "{} ticks are too few to watch `{prey}` for {within} ticks after as many without a threat: it takes {least} ({} s)",
            watch.ticks,
            least as f32 * scene.dt
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
