//! Robots that can light a lamp, bred in the scene `floreano_2x2` that ships or in changes of it, and what became of them. Shared by cards;
//! knows no target.

use serde::{Deserialize, Serialize};

use super::{Ask, VerifyError};
use crate::command::Command;
use crate::hearing::SignalLog;
use crate::measure::information::information_in_time;
use crate::scene::{self, Hearing, SceneSpec};
use crate::simulation::Simulation;
use crate::statistics::{mann_whitney, mean};

/// What robots are made of, how they are selected, and whether they see each other's lamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Ten clones a group, instead of ten drawn from all.
    pub clones: bool,
    /// Whole groups are selected, instead of single robots.
    pub groups: bool,
    /// Lamps are seen.
    pub light: bool,
    /// What looks like food is poison; otherwise there is food alone.
    pub poison: bool,
}

/// How much is bred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Groups of a generation.
    pub groups: u32,
    /// Generations.
    pub generations: u64,
}

/// Robots in a group.
pub const GROUP: u32 = 10;

/// Index of the robots among the species of the scene.
const ROBOTS: usize = 0;

/// Ticks between samples: a robot comes a third of the way from source to source meanwhile.
const EVERY: u32 = 25;

impl Treatment {
    /// The scene with this treatment.
    pub fn scene(&self, groups: u32, seed: u32) -> Result<SceneSpec, VerifyError> {
        let mut scene = scene::load("floreano_2x2")?.spec;
        scene.seed = seed.into();
        let members = if self.clones { groups } else { groups * GROUP };
        let judged = match (self.clones, self.groups) {
            // All members of a group of clones are one genome.
            (true, true) | (false, false) => "Own",
            (true, false) => "Individuals",
            (false, true) => "Group",
        };
        let mut changes = vec![
            ("species[robot].sharing", if self.clones { "Species" } else { "Own" }.to_string()),
            ("species[robot].evolution.population", members.to_string()),
            ("species[robot].evolution.judged", judged.to_string()),
            ("species[robot].signals.signal_gain", if self.light { "1.0" } else { "0.0" }.to_string()),
        ];
        if (self.clones, self.groups) == (true, false) {
            // Each of the best robots is a parent alike.
            changes.push(("species[robot].evolution.strategy.selection", "Proportional".to_string()));
            changes.push(("species[robot].evolution.strategy.truncation", "1.0".to_string()));
        }
        if !self.poison {
            changes.push(("fields[poison].patches[0].amount", "0.0".to_string()));
            changes.push(("species[source].count", "1".to_string()));
        }
        changes.iter().try_for_each(|(path, value)| scene::set(&mut scene, path, value).map(|_| ()))?;
        Ok(scene)
    }

    /// In words.
    pub fn name(&self) -> String {
        let [robots, selected] =
            [if self.clones { "clones" } else { "unrelated" }, if self.groups { "groups" } else { "individuals" }];
        let light = if self.light { "light" } else { "dark" };
        let sources = if self.poison { "food and poison" } else { "food" };
        format!("{robots}, {selected} selected, {light}, {sources}")
    }
}

/// Where a robot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Off both sources.
    Elsewhere,
    /// At the food.
    Food,
    /// At the poison.
    Poison,
}

/// Who had the lamp lit, where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lamps {
    lit: Vec<u32>,
    place: Vec<u32>,
}

impl Lamps {
    fn of(log: &SignalLog) -> Lamps {
        let mut told: Vec<_> = log.log().told.iter().collect();
        told.sort_by_key(|told| told.when);
        // What a robot senses of its situation begins with the floor under it: food, then poison.
        let place = |situation: &[f32]| match situation {
            [food, ..] if *food > 0.0 => Place::Food,
            [_, poison, ..] if *poison > 0.0 => Place::Poison,
            _ => Place::Elsewhere,
        };
        Lamps {
            lit: told.iter().map(|told| u32::from(told.signal[0] > 0.0)).collect(),
            place: told.iter().map(|told| place(&told.situation) as u32).collect(),
        }
    }

    /// How many robots were in a place, and how many of them had their lamp lit.
    pub fn at(&self, place: Place) -> (usize, usize) {
        let there = || self.lit.iter().zip(&self.place).filter(|(_, at)| **at == place as u32);
        (there().count(), there().filter(|(lit, _)| **lit == 1).count())
    }

    /// Share of those in a place whose lamp is lit; NaN where nobody is.
    pub fn share(&self, place: Place) -> f64 {
        let (there, lit) = self.at(place);
        lit as f64 / there as f64
    }

    /// How much denser lit lamps are at the food than in all of the tank; NaN where none is lit.
    pub fn density(&self) -> f64 {
        let lit = self.lit.iter().filter(|lit| **lit == 1).count();
        // A source is one cell of 36.
        36.0 * self.at(Place::Food).1 as f64 / lit as f64
    }

    /// What a lamp tells of the place of its robot, nats, and what 95 % of logs that are turned round against themselves are below.
    pub fn information(&self) -> [f64; 2] {
        // The quantile of 199 is known to about 1.5 %.
        let information = information_in_time(&self.lit, &self.place, 199, [2007, 2]);
        [information.plug_in, information.bound]
    }
}

/// A population under way.
pub struct Robots {
    simulation: Simulation,
    ticks: u32,
}

impl Robots {
    /// A population of founders.
    pub fn new(ask: &Ask, scene: SceneSpec) -> Result<Robots, VerifyError> {
        let ticks = scene.rollout.ticks;
        Ok(Robots { simulation: ask.simulation(scene)?, ticks })
    }

    /// Breeds so many generations. Gives the share of time at food less that at poison that the scene judged by, of each: a mean over
    /// genomes.
    pub fn breed(&mut self, generations: u64) -> Result<Vec<f64>, VerifyError> {
        let seconds = f64::from(self.ticks) * f64::from(self.simulation.scene().dt);
        let mut means = vec![];
        while (means.len() as u64) < generations {
            let happened = self.simulation.advance(self.ticks)?;
            means.extend(happened.generations.iter().map(|row| f64::from(row.mean) / seconds));
        }
        Ok(means)
    }

    /// The generation under way is looked at while it lives: who has the lamp lit, where.
    pub fn look(&mut self) -> Result<Lamps, VerifyError> {
        let mut log = SignalLog::new(self.simulation.scene(), self.simulation.plan(), ROBOTS, ROBOTS)
            .map_err(|silence| VerifyError::Other(silence.to_string()))?;
        let generation = self.simulation.generation();
        while self.simulation.generation() == generation {
            for ticks in [EVERY - 1, 1] {
                self.simulation.advance(ticks)?;
                self.simulation.listen(&mut log, u32::MAX)?;
            }
        }
        Ok(Lamps::of(&log))
    }

    /// How much more strongly the robots turn right for lamps on their right than for lamps on their left: half the difference of the two
    /// weights of the only layer, on average. Above 0 lamps draw them, below 0 they shun them.
    pub fn attraction(&mut self) -> Result<f64, VerifyError> {
        // The weights of each number sensed (floor, floor, red ahead, right, behind and left, and blue likewise) for each action (thrust,
        // yaw, lamp), after the biases, if there are any.
        const ACTIONS: usize = 3;
        let layer = self.simulation.plan().layers[self.simulation.plan().species[ROBOTS].layer_start as usize];
        let yaw = |sensed: usize| (layer.start + layer.biases) as usize + ACTIONS * sensed + 1;
        let Some(file) = self.simulation.genomes(ROBOTS)? else {
            return Err(VerifyError::Other("robots without genomes".into()));
        };
        let one = |row: usize| 0.5 * f64::from(file.row(row)[yaw(7)] - file.row(row)[yaw(9)]);
        Ok(mean(&(0..file.rows()).map(one).collect::<Vec<f64>>()))
    }

    /// What the population under way comes to, on average over all its robots, when lamps are seen like this. It is measured on a fork, which
    /// meets the draws that the population itself will meet.
    pub fn performance(&mut self, hearing: Hearing) -> Result<f64, VerifyError> {
        let mut fork = Robots { simulation: self.simulation.fork()?, ticks: self.ticks };
        let judged = Command::Set { path: "species[robot].evolution.judged".into(), value: "Own".into() };
        let seen = Command::Signals { species: "robot".into(), hearing, channels: 1 };
        for command in [judged, seen] {
            fork.simulation.command(command).map_err(|error| VerifyError::Other(error.to_string()))?;
        }
        Ok(mean(&fork.breed(1)?))
    }
}

/// What became of a population.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Share of time at food less that at poison, of the last population: as bred, with the lamps of others seen in their place, and
    /// with none seen.
    pub performance: [f64; 3],
    /// What lamps tell of places, and the bound that chance stays below; see `Lamps::information`.
    pub information: [f64; 2],
    /// Share of lamps lit elsewhere, at food and at poison.
    pub lit: [f64; 3],
}

/// Breeds a population and measures the last.
pub fn outcome(ask: &Ask, treatment: Treatment, effort: Effort, seed: u32) -> Result<Outcome, VerifyError> {
    let mut robots = Robots::new(ask, treatment.scene(effort.groups, seed)?)?;
    robots.breed(effort.generations)?;
    let [pass, scramble, mute] =
        [Hearing::Pass, Hearing::Scramble, Hearing::Mute].map(|hearing| robots.performance(hearing));
    let lamps = robots.look()?;
    Ok(Outcome {
        performance: [pass?, scramble?, mute?],
        information: lamps.information(),
        lit: [Place::Elsewhere, Place::Food, Place::Poison].map(|place| lamps.share(place)),
    })
}

/// Chance of so great a gain by a sample over another where there is none: one side of the test of Mann and Whitney.
pub fn chance_of_gain(with: &[f64], without: &[f64]) -> f64 {
    let test = mann_whitney(with, without);
    if test.effect > 0.5 { 0.5 * test.p } else { 1.0 - 0.5 * test.p }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Judged;
    use crate::simulation::BackendChoice;
    use crate::verify::Stage;

    const CLONES: Treatment = Treatment { clones: true, groups: true, light: true, poison: true };

    #[test]
    fn treatments_are_told_apart_by_what_the_scene_judges() {
        let judged = |clones, groups| {
            let scene = Treatment { clones, groups, ..CLONES }.scene(8, 3).unwrap();
            let crate::scene::Evolution::Generational(g) = &scene.species[ROBOTS].evolution else { panic!() };
            (g.population, g.judged)
        };
        assert_eq!(judged(true, true), (8, Judged::Own));
        assert_eq!(judged(true, false), (8, Judged::Individuals));
        assert_eq!(judged(false, true), (80, Judged::Group));
        assert_eq!(judged(false, false), (80, Judged::Own));
        let sources = |poison| Treatment { poison, ..CLONES }.scene(8, 3).unwrap().species[1].count;
        assert_eq!([true, false].map(sources), [2, 1]);
    }

    #[test]
    fn a_look_and_a_fork_change_nothing_and_lamps_are_logged_where_they_are() {
        let ask = Ask::new(Stage::Short, BackendChoice::Cpu, &|_| ()).unwrap();
        let scene = || CLONES.scene(6, 1).unwrap();
        let mut robots = Robots::new(&ask, scene()).unwrap();
        let [pass, again, mute] =
            [Hearing::Pass, Hearing::Pass, Hearing::Mute].map(|hearing| robots.performance(hearing).unwrap());
        assert!(pass == again && pass != mute, "{pass} {again} {mute}");
        let lamps = robots.look().unwrap();
        let mut other = Robots::new(&ask, scene()).unwrap();
        assert_eq!(other.breed(1).unwrap(), [pass], "clones in groups are judged by all their robots");
        assert_eq!(robots.simulation.digest().unwrap(), other.simulation.digest().unwrap());
        let all: usize = [Place::Elsewhere, Place::Food, Place::Poison].iter().map(|place| lamps.at(*place).0).sum();
        // Six groups of ten in two trials, seven samples before the eighth falls on the next.
        assert_eq!(all, 6 * 10 * 2 * 7);
        assert!(lamps.at(Place::Elsewhere).0 > all / 2 && lamps.at(Place::Food).0 > 0, "{lamps:?}");
    }

    #[test]
    fn a_gain_is_told_by_one_side() {
        assert!(chance_of_gain(&[3.0, 4.0, 5.0], &[0.0, 1.0, 2.0]) < 0.051);
        assert!(chance_of_gain(&[0.0, 1.0, 2.0], &[3.0, 4.0, 5.0]) > 0.94);
        assert!((chance_of_gain(&[1.0], &[1.0]) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn what_lamps_tell_is_counted_by_place() {
        let place = [0, 0, 0, 0, 1, 1, 2, 2];
        let lamps = Lamps { lit: vec![0, 0, 0, 1, 1, 1, 0, 0], place: place.to_vec() };
        assert_eq!([Place::Elsewhere, Place::Food, Place::Poison].map(|p| lamps.share(p)), [0.25, 1.0, 0.0]);
        assert_eq!(lamps.at(Place::Food), (2, 2));
        // Two of three lit lamps are in the cell of the food, which is one of 36.
        assert_eq!(lamps.density(), 24.0);
    }
}
