//! Card: a predator that several prey at once confuse. The rule of its attack against its chances, and, in the full stage, whether prey
//! that evolve with a predator that can be confused live longer than prey that evolve with one that cannot. Runs the scene
//! `olson_confusion` that ships.

use crate::layout::Agent;
use crate::rng::{self, Stream};
use crate::scene::{self, Evolution, SceneSpec};
use crate::simulation::Rollouts;
use crate::statistics::{interval, mean};

use super::{Ask, Card, Check, Curve, Finding, Point, Stage, Tolerance, VerifyError};

/// See the module.
pub const CARD: Card = Card {
    name: "olson_confusion",
    part: "evolution",
    title: "A predator that many prey at once confuse",
    source: "Olson, Hintze, Dyer, Knoester and Adami 2013; the full stage with this program's controllers",
    engine: true,
    seeds: true,
    run,
};

/// How the control differs from the scene: whoever is attacked dies.
const CERTAIN: (&str, &str) = ("species[predator].diet.prey[0].confusion", "0.0");

/// What makes all stand still and look where they do.
const STILL: [(&str, &str); 6] = [
    ("species[prey].body.cruise", "0.0"),
    ("species[prey].body.top_speed", "0.0"),
    ("species[prey].body.yaw_rate", "0.0"),
    ("species[predator].body.cruise", "0.0"),
    ("species[predator].body.top_speed", "0.0"),
    ("species[predator].body.yaw_rate", "0.0"),
];

/// Place of the predator among the slots, after all prey.
const PREDATOR: usize = 50;

/// Where it stands, in the middle of the tank; it looks along x.
const MIDDLE: f32 = 250.0;

/// Names the draws of scripted worlds; no round of a run gets there.
const SCRIPTED: u64 = u64::MAX - 5;

/// Worlds in which an attack is tried that leaves nothing to chance.
const CERTAINLY: u32 = 200;

/// Updates between attacks at least.
const APART: u32 = 10;

/// Prey left alive at last: the predator attacks only while there are more.
const SPARED: u32 = 2;

/// Generations of the early stage, and the first that counts.
const GENERATIONS: usize = 100;
const FROM: usize = 50;

/// The scene, or its control.
fn scene(confused: bool) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load("olson_confusion")?.spec;
    if !confused {
        scene::set(&mut scene, CERTAIN.0, CERTAIN.1)?;
    }
    Ok(scene)
}

/// Worlds in which prey stand at the same places, as seen by the predator: so much ahead, and so much to its side.
struct Scripted {
    rollouts: Rollouts,
    streams: Vec<Stream>,
}

impl Scripted {
    fn new(ask: &Ask, confused: bool, prey: &[[f32; 2]], worlds: u32) -> Result<Scripted, VerifyError> {
        let mut scene = scene(confused)?;
        for (path, value) in STILL {
            scene::set(&mut scene, path, value)?;
        }
        scene.species.iter_mut().for_each(|species| species.evolution = Evolution::Off);
        let streams: Vec<Stream> = (0..worlds).map(|world| rng::stream(scene.seed, SCRIPTED, world)).collect();
        let mut rollouts = Rollouts::new(scene, worlds, &ask.options())?;
        let mut state = rollouts.begin(&streams, &[]);
        for agents in state.agents.chunks_mut(PREDATOR + 1) {
            for (agent, [ahead, aside]) in agents.iter_mut().zip(prey) {
                agent.pos = [MIDDLE + ahead, MIDDLE + aside, 0.0];
            }
            agents[prey.len()..PREDATOR].iter_mut().for_each(|agent| agent.alive = 0);
            agents[PREDATOR].pos = [MIDDLE, MIDDLE, 0.0];
            agents[PREDATOR].heading = [1.0, 0.0, 0.0];
        }
        rollouts.backend.load(state)?;
        Ok(Scripted { rollouts, streams })
    }

    /// All agents after one more update: world after world.
    fn update(&mut self, age: u32) -> Result<Vec<Agent>, VerifyError> {
        self.rollouts.advance(age, 1, &self.streams)?;
        Ok(self.rollouts.backend.census()?.agents)
    }
}

fn living(agents: &[Agent]) -> u32 {
    agents[..PREDATOR].iter().map(|agent| agent.alive).sum()
}

/// In how many of so many worlds prey that stand so lose one in the first update.
fn kills(ask: &Ask, confused: bool, prey: &[[f32; 2]], worlds: u32) -> Result<usize, VerifyError> {
    let agents = Scripted::new(ask, confused, prey, worlds)?.update(0)?;
    Ok(agents.chunks(PREDATOR + 1).filter(|agents| living(agents) < prey.len() as u32).count())
}

/// A target 3 units ahead, `others` that are seen beside it, and two that do not count: one near the target that is out of view, and
/// one in view that is farther from it than 30 units.
fn group(others: u32) -> Vec<[f32; 2]> {
    let other = |i: u32| [6.0 + 2.0 * i as f32, 1.0];
    [[3.0, 0.0], [-20.0, 0.0], [34.0, 0.0]].into_iter().chain((0..others).map(other)).collect()
}

/// Attacks on ten prey within reach: the fewest updates from one to the next in any of some worlds, and the most and the fewest that
/// are left after so many updates.
fn attacks(ask: &Ask, confused: bool, updates: u32) -> Result<[u32; 3], VerifyError> {
    let prey: Vec<[f32; 2]> = (0..10).map(|i| [1.0 + 0.3 * i as f32, 0.0]).collect();
    let worlds = 20;
    let mut scripted = Scripted::new(ask, confused, &prey, worlds)?;
    let mut last = vec![None::<u32>; worlds as usize];
    let (mut waits, mut fewest, mut agents) = (vec![0; worlds as usize], u32::MAX, vec![]);
    for update in 0..updates {
        agents = scripted.update(update)?;
        for (agents, (last, wait)) in agents.chunks(PREDATOR + 1).zip(last.iter_mut().zip(&mut waits)) {
            // Whoever has attacked waits anew.
            if agents[PREDATOR].handling > *wait {
                fewest = last.map_or(fewest, |last| fewest.min(update - last));
                *last = Some(update);
            }
            *wait = agents[PREDATOR].handling;
        }
    }
    let left = agents.chunks(PREDATOR + 1).map(living);
    Ok([fewest, left.clone().max().unwrap_or(0), left.min().unwrap_or(0)])
}

/// What the rule of attack comes to, beside what it says.
fn kernel(ask: &Ask) -> Result<Vec<Check>, VerifyError> {
    let mut checks = vec![];
    let mut share = |what: &str, confused, prey: &[[f32; 2]], worlds, target, tolerance| {
        let count = kills(ask, confused, prey, worlds)?;
        let quantity = format!("killed: {what}");
        checks.push(Check::share(quantity, count, worlds as usize, target, tolerance));
        Ok::<(), VerifyError>(())
    };
    let none = Tolerance::Absolute(0.0);
    share("a target alone", true, &group(0), CERTAINLY, 1.0, none)?;
    for n in [2, 5, 10] {
        // Four standard errors of a half in 10,000 trials.
        share(&format!("one of {n}"), true, &group(n - 1), 10_000, 1.0 / f64::from(n), Tolerance::Absolute(0.02))?;
    }
    share("one of 10, where nothing confuses", false, &group(9), CERTAINLY, 1.0, none)?;
    let far = [[60.0, 60.0], [60.0, -60.0]];
    let alone = |place: [f32; 2]| [place, far[0], far[1]];
    share("4.9 units away, at the edge of the view", true, &alone([0.05, 4.9]), CERTAINLY, 1.0, none)?;
    share("beyond the edge of the view", true, &alone([-0.05, 4.9]), CERTAINLY, 0.0, none)?;
    share("behind", true, &alone([-3.0, 0.0]), CERTAINLY, 0.0, none)?;
    share("5.1 units ahead", true, &alone([5.1, 0.0]), CERTAINLY, 0.0, none)?;
    share("one of the last two", true, &[[3.0, 0.0], far[0]], CERTAINLY, 0.0, none)?;
    for (arm, confused) in [("confused", true), ("never confused", false)] {
        let [fewest, most, least] = attacks(ask, confused, 12 * APART)?;
        let quantity = format!("updates between attacks, {arm}, at least");
        checks.push(Check::exact(quantity, fewest.into(), APART.into()));
        if !confused {
            // Eight attacks are enough for ten prey.
            checks.push(Check::exact("left of 10 in reach, most", most.into(), SPARED.into()));
            checks.push(Check::exact("left of 10 in reach, fewest", least.into(), SPARED.into()));
        }
    }
    Ok(checks)
}

/// Mean fitness of all prey in each generation, as the authors count it: the prey alive, summed over updates.
fn bred(ask: &Ask, confused: bool, seed: u32) -> Result<Vec<f64>, VerifyError> {
    let scene = SceneSpec { seed: seed.into(), ..scene(confused)? };
    let (ticks, prey) = (scene.rollout.ticks, scene.species[0].name.clone());
    // Fitness is seconds alive, on average over the prey.
    let each = f64::from(scene.species[0].count) / f64::from(scene.dt);
    let mut simulation = ask.simulation(scene)?;
    let mut found = vec![];
    while found.len() < GENERATIONS {
        let happened = simulation.advance(ticks)?;
        let own = happened.generations.iter().filter(|row| row.species == prey);
        found.extend(own.map(|row| f64::from(row.mean) * each));
    }
    Ok(found)
}

/// Whether prey live longer with a predator that they can confuse.
fn early(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(5, 5);
    let runs: Vec<(bool, u32)> = (1..=seeds).flat_map(|seed| [(true, seed), (false, seed)]).collect();
    let name = |(confused, seed): &(bool, u32)| format!("confused {confused}, seed {seed}");
    let found: Vec<Vec<f64>> = ask.pieces(&runs, name, |(confused, seed)| bred(ask, *confused, *seed))?;
    let late = |run: &Vec<f64>| mean(run.get(FROM..).unwrap_or_default());
    let gains: Vec<f64> = found.chunks(2).map(|arms| late(&arms[0]) - late(&arms[1])).collect();
    let [low, _] = interval(&gains, rng::stream(u64::from(seeds), SCRIPTED, 0));
    let arm = |first: usize| found.iter().skip(first).step_by(2);
    let quantity = format!("prey fitness in generations {FROM} to {GENERATIONS}, less that where nothing confuses");
    let checks = vec![
        Check::mean(&quantity, &gains, 0.0, Tolerance::AtLeast),
        Check::new("lower end of its 95 % interval (bootstrap over seeds)", low, None, 0.0, Tolerance::AtLeast),
    ];
    let curve = |name: &str, first: usize| Curve {
        figure: "Prey fitness, mean over seeds".into(),
        across: "generation".into(),
        name: name.into(),
        points: (0..GENERATIONS)
            .step_by(5)
            .map(|g| Point::mean(g as f64, &arm(first).map(|run| run[g]).collect::<Vec<_>>(), None))
            .collect(),
    };
    Ok(Finding { checks, curves: vec![curve("confused", 0), curve("never confused", 1)] })
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let checks = kernel(ask)?;
    if ask.stage == Stage::Short {
        return Ok(checks.into());
    }
    let early = early(ask)?;
    Ok(Finding { checks: checks.into_iter().chain(early.checks).collect(), curves: early.curves })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::BackendChoice;

    #[test]
    fn places_are_those_that_the_scene_has() {
        let scene = scene(true).unwrap();
        let counts: Vec<u32> = scene.species.iter().map(|species| species.count).collect();
        assert_eq!(counts, [PREDATOR as u32, 1]);
        assert_eq!(scene.species[1].diet.prey[0].spared, SPARED);
    }

    #[test]
    fn those_who_do_not_count_confuse_nobody() {
        let ask = Ask::new(Stage::Short, BackendChoice::Cpu, &|_| ()).unwrap();
        // Moved to where it is seen and near, either of the two halves the chance.
        for (who, place) in [(1, [20.0, 0.0]), (2, [30.0, 0.0])] {
            let mut prey = group(0);
            assert_eq!(kills(&ask, true, &prey, 400).unwrap(), 400);
            prey[who] = place;
            let count = kills(&ask, true, &prey, 400).unwrap();
            // 200, and five deviations of 10.
            assert!((150..=250).contains(&count), "{count}");
        }
    }
}
