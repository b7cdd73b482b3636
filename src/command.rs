//! Commands: changes asked for from outside, applied by `Simulation` between two ticks, and the log of them. Scene,
//! seed and log are the run: they replay it exactly. Knows nothing of who asks.

use serde::{Deserialize, Serialize};

use crate::layout::*;
use crate::scene::{CommandSpec, DelaySpec, Hearing, NoiseSpec, SceneSpec};

/// A change asked for from outside: the live form of `scene::CommandSpec`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Gives a parameter a new value.
    Set {
        /// Path, as in errors and `iwashi schema`.
        path: String,
        /// New value, written as in a scene file.
        value: String,
    },
    /// Drops a patch into a field of every world.
    Patch {
        /// Name of the field.
        field: String,
        /// Centre, BL.
        center: [f32; 3],
        /// Distance at which it has fallen to nothing, BL: 0.05 to 1,000.
        radius: f32,
        /// Amount at the centre, -10,000 to 10,000; negative removes.
        amount: f32,
    },
    /// Builds a wall in every world: a rounded rod that is one of the scene's obstacles from then on, the last of them.
    Wall {
        /// One end of its axis, BL.
        a: [f32; 3],
        /// Other end of its axis, BL.
        b: [f32; 3],
        /// Radius around the axis, BL: 0.01 to 1,000.
        radius: f32,
    },
    /// Takes away an obstacle that stays where it is.
    Clear {
        /// Its place in the scene's list, from 0; those behind it move up.
        obstacle: u32,
    },
    /// Kills a share of a species in every world, chosen at random.
    Cull {
        /// Name of the species.
        species: String,
        /// Share, 0 to 1.
        share: f32,
    },
    /// Changes how a species' signals are heard.
    Signals {
        /// Name of the species that emits.
        species: String,
        /// What happens between emitting and hearing.
        #[serde(with = "HearingForm")]
        hearing: Hearing,
        /// Channels concerned, one bit each, the lowest for the first channel.
        channels: u32,
    },
    /// Does something to one agent.
    Agent {
        /// Its world.
        world: u32,
        /// Its number: unique within its world.
        id: u32,
        /// What is done to it.
        hand: Hand,
    },
    /// Gives one agent, and those who share its genome, another genome.
    Genome {
        /// Its world.
        world: u32,
        /// Its number.
        id: u32,
        /// As many numbers as its species needs, all finite.
        genome: Vec<f32>,
    },
    /// A new agent comes into the tank, in a free place of its species. The genome is told whole, so that a log needs no file.
    Spawn {
        /// Its world.
        world: u32,
        /// Name of its species.
        species: String,
        /// Where it is set down, BL.
        place: [f32; 3],
        /// As many numbers as its species needs, all finite.
        genome: Vec<f32>,
    },
}

/// What is done to one agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hand {
    /// Its life ends.
    Remove,
    /// It is set down somewhere else, BL; within the tank.
    Move([f32; 3]),
    /// A child of it stands beside it, where its species has a free place: its genome, in which each number changes with this chance.
    Clone {
        /// Chance that a number changes, 0 to 1.
        rate: f32,
        /// Deviation of a change, 0 to 100.
        size: f32,
    },
    /// Its genome changes, and so that of those who share it.
    Mutate {
        /// Chance that a number changes, 0 to 1.
        rate: f32,
        /// Deviation of a change, 0 to 100.
        size: f32,
    },
    /// One number of its genome becomes another, and so that of those who share it.
    Weight {
        /// Which number, from 0.
        index: u32,
        /// What it becomes.
        value: f32,
    },
    /// Whatever leads to a channel of its signal becomes 0, so that it says nothing there, nor do those who share its genome.
    Silence {
        /// Which channel, from 0.
        channel: u32,
    },
}

/// How `scene::Hearing` is written in a log.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Hearing")]
enum HearingForm {
    Pass,
    Mute,
    Scramble,
    Delay(#[serde(with = "DelayForm")] DelaySpec),
    Swap,
    Noise(#[serde(with = "NoiseForm")] NoiseSpec),
}

/// How `scene::DelaySpec` is written in a log.
#[derive(Serialize, Deserialize)]
#[serde(remote = "DelaySpec")]
struct DelayForm {
    ticks: u32,
}

/// How `scene::NoiseSpec` is written in a log.
#[derive(Serialize, Deserialize)]
#[serde(remote = "NoiseSpec")]
struct NoiseForm {
    deviation: f32,
}

impl From<&CommandSpec> for Command {
    fn from(spec: &CommandSpec) -> Command {
        match spec {
            CommandSpec::Set(s) => Command::Set { path: s.path.clone(), value: s.value.clone() },
            CommandSpec::Patch(p) => {
                Command::Patch { field: p.field.clone(), center: p.center, radius: p.radius, amount: p.amount }
            }
            CommandSpec::Wall(w) => Command::Wall { a: w.a, b: w.b, radius: w.radius },
            CommandSpec::Cull(c) => Command::Cull { species: c.species.clone(), share: c.share },
            CommandSpec::Signals(s) => {
                Command::Signals { species: s.species.clone(), hearing: s.hearing.clone(), channels: s.channels }
            }
        }
    }
}

/// A command and the tick at which it was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    /// Ticks advanced before it.
    pub tick: u64,
    /// The change.
    pub command: Command,
}

/// Why a command was refused; the simulation is as it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// The parameter table refuses path or value.
    #[error("{0}")]
    Set(String),
    /// The parameter needs a new world.
    #[error("`{path}` cannot change while the simulation runs: set it in the scene, or with --set, and start again")]
    NeedsRestart {
        /// Path of the parameter.
        path: String,
    },
    /// No field or species of that name.
    #[error("there is no {kind} `{name}` in this scene (it has {known})")]
    Unknown {
        /// `field` or `species`.
        kind: &'static str,
        /// As asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A number out of range.
    #[error("{what} is {value}; it must be in {range}")]
    Range {
        /// Which number.
        what: &'static str,
        /// As asked for.
        value: String,
        /// What would be right.
        range: String,
    },
    /// The tank has as many obstacles as there may be.
    #[error("there are {0} obstacles in the tank, the most there may be: take one away before another is built")]
    Crowded(usize),
    /// No obstacle that could be taken away.
    #[error("obstacle {obstacle} cannot be taken away: {why}")]
    Obstacle {
        /// As asked for.
        obstacle: u32,
        /// Why not.
        why: String,
    },
    /// Nobody of that number lives in that world.
    #[error("nobody of number {id} lives in world {world}")]
    Nobody {
        /// As asked for.
        world: u32,
        /// As asked for.
        id: u32,
    },
    /// All places of a species are taken.
    #[error("all {places} places of `{species}` are taken: one has to go before another can come")]
    Full {
        /// Its name.
        species: String,
        /// Places in a world.
        places: u32,
    },
    /// A species, by its name, that nobody can be added to.
    #[error("nobody can be added to `{0}`: it is bred by generations, whose members all have their places")]
    Placed(String),
    /// The agent has no genome, or it cannot be had here.
    #[error("its genome cannot be changed: {0}")]
    Genome(&'static str),
    /// Numbers that are no genome of the species.
    #[error("`{species}` cannot run this genome: {problem}")]
    Unfit {
        /// Its name.
        species: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The backend failed while the change was made.
    #[error("the change could not be made: {0}")]
    Backend(String),
    /// The device went away while the change was made; the run goes back to its last checkpoint.
    #[error("the GPU device was lost: {0}")]
    Lost(String),
}

/// Index of a named species.
pub fn species_index(scene: &SceneSpec, name: &str) -> Result<usize, CommandError> {
    position(scene.species.iter().map(|s| s.name.as_str()), "species", name)
}

/// Index of a named field.
pub fn field_index(scene: &SceneSpec, name: &str) -> Result<usize, CommandError> {
    position(scene.fields.iter().map(|f| f.name.as_str()), "field", name)
}

fn position<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    kind: &'static str,
    name: &str,
) -> Result<usize, CommandError> {
    names.clone().position(|n| n == name).ok_or_else(|| {
        let known: Vec<String> = names.map(|n| format!("`{n}`")).collect();
        let known = if known.is_empty() { "none".to_string() } else { known.join(", ") };
        CommandError::Unknown { kind, name: name.to_string(), known }
    })
}

/// Refuses a number outside a range; NaN is outside every range.
pub fn within(what: &'static str, value: f32, low: f32, high: f32) -> Result<f32, CommandError> {
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    Err(CommandError::Range { what, value: value.to_string(), range: format!("{low} to {high}") })
}

/// The intervention that a way of hearing stands for; `history` is the species' ring of past signals, ticks.
pub fn intervention(hearing: &Hearing, channels: u32, history: u32) -> Result<Intervention, CommandError> {
    if channels > 0xffff {
        return Err(CommandError::Range { what: "channels", value: channels.to_string(), range: "0 to 65535".into() });
    }
    let plain = Intervention { channels, ..Intervention::NONE };
    let (mode, delay, noise) = match hearing {
        Hearing::Pass => (HEAR_PASS, 0, 0.0),
        Hearing::Mute => (HEAR_MUTE, 0, 0.0),
        Hearing::Scramble => (HEAR_SCRAMBLE, 0, 0.0),
        Hearing::Delay(d) => (HEAR_DELAY, d.ticks, 0.0),
        Hearing::Swap => (HEAR_SWAP, 0, 0.0),
        Hearing::Noise(n) => (HEAR_NOISE, 0, within("the deviation of the noise", n.deviation, 0.0, 10.0)?),
    };
    if delay >= history.max(1) {
        return Err(CommandError::Range {
            what: "the delay, in ticks,",
            value: delay.to_string(),
            range: format!("0 to {} (the species keeps {history} ticks of signals)", history.max(1) - 1),
        });
    }
    Ok(Intervention { mode, delay, noise, ..plain })
}

/// Why a command log was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line} of the command log: {problem}")]
pub struct LogError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// One line of a command log.
pub fn encode_line(logged: &Logged) -> String {
    // Serializing plain strings and numbers to RON text cannot fail; an empty line would be skipped on reading.
    ron::to_string(logged).unwrap_or_default()
}

/// A command log: a line a command, in the order of application.
pub fn encode_log(log: &[Logged]) -> String {
    log.iter().map(|logged| encode_line(logged) + "\n").collect()
}

/// Reads a command log; empty lines and lines that begin with `//` are skipped.
pub fn parse_log(text: &str) -> Result<Vec<Logged>, LogError> {
    Ok(parse_lines(text)?.into_iter().map(|(_, logged)| logged).collect())
}

/// As `parse_log`, each command with its line, from 1.
pub fn parse_lines(text: &str) -> Result<Vec<(usize, Logged)>, LogError> {
    let mut log: Vec<(usize, Logged)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let body = line.trim();
        if body.is_empty() || body.starts_with("//") {
            continue;
        }
        let bad = |problem: String| LogError { line: line_number, problem };
        let logged: Logged = ron::from_str(body).map_err(|e| bad(e.to_string()))?;
        if log.last().is_some_and(|(_, last)| last.tick > logged.tick) {
            return Err(bad(format!("tick {} comes after a later one", logged.tick)));
        }
        log.push((line_number, logged));
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every_command() -> Vec<Logged> {
        let commands = [
            Command::Set { path: "species[0].body.cruise".into(), value: "3.5".into() },
            Command::Patch { field: "food".into(), center: [1.0, 2.0, 0.0], radius: 2.0, amount: -0.5 },
            Command::Wall { a: [1.0, 2.0, 0.0], b: [3.0, 2.5, 0.0], radius: 0.5 },
            Command::Clear { obstacle: 2 },
            Command::Cull { species: "prey \"x\"\n".into(), share: 0.25 },
            Command::Signals { species: "prey".into(), hearing: Hearing::Scramble, channels: 3 },
            Command::Signals { species: "prey".into(), hearing: Hearing::Delay(DelaySpec { ticks: 4 }), channels: 1 },
            Command::Agent { world: 1, id: 7, hand: Hand::Remove },
            Command::Agent { world: 0, id: 9, hand: Hand::Move([1.0, 2.0, 0.0]) },
            Command::Agent { world: 0, id: 9, hand: Hand::Clone { rate: 0.1, size: 0.5 } },
            Command::Agent { world: 0, id: 9, hand: Hand::Weight { index: 3, value: -1.0e-7 } },
            Command::Agent { world: 0, id: 9, hand: Hand::Silence { channel: 1 } },
            Command::Genome { world: 0, id: 9, genome: vec![0.1, f32::MIN_POSITIVE] },
            Command::Spawn { world: 2, species: "prey".into(), place: [1.0, 2.0, 0.0], genome: vec![] },
        ];
        commands.into_iter().enumerate().map(|(i, command)| Logged { tick: i as u64 / 2, command }).collect()
    }

    #[test]
    fn a_log_is_one_line_a_command_and_reads_back() {
        let log = every_command();
        let text = encode_log(&log);
        assert_eq!(text.lines().count(), log.len());
        assert_eq!(parse_log(&text).unwrap(), log);
    }

    #[test]
    fn a_damaged_line_is_named() {
        let text = format!("// log\n{}(tick: 3, command: Fly)\n", encode_log(&every_command()[..1]));
        assert_eq!(parse_log(&text).unwrap_err().line, 3);
        let reversed: Vec<Logged> = every_command().into_iter().rev().collect();
        assert!(parse_log(&encode_log(&reversed)).unwrap_err().problem.contains("after a later one"));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert!(within("share", f32::NAN, 0.0, 1.0).is_err());
        assert!(within("share", 1.0, 0.0, 1.0).is_ok());
        let late = Hearing::Delay(DelaySpec { ticks: 4 });
        assert!(intervention(&late, 1, 4).is_err());
        assert_eq!(
            intervention(&late, 1, 5).unwrap(),
            Intervention { mode: HEAR_DELAY, channels: 1, delay: 4, ..Intervention::NONE }
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,80}(\n\\PC{0,80})?") {
            let _ = parse_log(&text);
        }

        #[test]
        fn damage_within_a_line_never_panics(at in 0usize..200, with in any::<char>()) {
            let mut chars: Vec<char> = encode_log(&every_command()).chars().collect();
            let len = chars.len();
            chars[at % len] = with;
            let _ = parse_log(&chars.into_iter().collect::<String>());
        }
    }
}
