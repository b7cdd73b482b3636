//! One simulation on several ranks. Each has the whole of it, evolution too, but for the worlds, of which it advances its own; and
//! all make the same calls. Which calls, the leader's owner decides: the leader says what is called, and the others follow. Knows
//! nothing of what the bytes travel on.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{BackendChoice, Checkpoint, Options, Progress, Simulation, SimulationError};
use crate::backend::ranked::Ranked;
use crate::backend::{BackendError, Shape};
use crate::command::{Command, Logged};
use crate::ranks::{Asks, LEADER, Ranks, Unpack, pack};
use crate::scene::{self, SceneSpec};
use crate::world::WorldState;

/// Of this program: ranks are to run the same.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a simulation begins from.
#[derive(Serialize, Deserialize)]
enum Start {
    /// A scene, from its first tick.
    Scene(String),
    /// A checkpoint.
    Checkpoint { scene: String, state: Vec<u8>, progress: Progress, log: Vec<Logged> },
}

/// A simulation that all ranks are to make.
#[derive(Serialize, Deserialize)]
struct Order {
    /// Program that says so.
    version: String,
    start: Start,
    backend: BackendChoice,
    shape: Shape,
    threads: Option<usize>,
    worlds: Option<u32>,
    beside: PathBuf,
    adapters: Vec<usize>,
}

/// What the leader's owner calls that needs the others.
#[derive(Serialize, Deserialize)]
pub(super) enum Call {
    Advance(u32),
    Drain,
    Command(Command),
    Checkpoint,
    Genomes(usize),
    /// It is dropped.
    End,
}

fn say<T: Serialize>(ranks: &dyn Ranks, what: &T) {
    // Plain data in growing memory: there is nothing that could fail.
    ranks.broadcast(&mut postcard::to_stdvec(what).unwrap_or_default());
}

fn hear<T: for<'a> Deserialize<'a>>(ranks: &dyn Ranks) -> Option<T> {
    let mut said = vec![];
    ranks.broadcast(&mut said);
    postcard::from_bytes(&said).ok()
}

/// The leader's hold on those who follow.
pub(super) struct Lead(Arc<dyn Ranks>);

impl Lead {
    pub(super) fn call(&self, call: &Call) {
        say(&*self.0, call);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.call(&Call::End);
    }
}

/// The ranks of `options`, where this one leads them.
fn led(options: &Options) -> Option<&Arc<dyn Ranks>> {
    options.ranks.as_ref().filter(|ranks| ranks.rank() == LEADER)
}

/// Tells the other ranks to make the simulation that the leader is about to make of a scene.
pub(super) fn announce_scene(scene: &SceneSpec, options: &Options) {
    announce(options, || Start::Scene(scene::encode(scene)));
}

/// The same of a checkpoint.
pub(super) fn announce_checkpoint(checkpoint: &Checkpoint, options: &Options) {
    let Checkpoint { scene, state, progress, log } = checkpoint;
    let start = || Start::Checkpoint {
        scene: scene::encode(scene),
        state: state.packed(),
        progress: progress.clone(),
        log: log.clone(),
    };
    announce(options, start);
}

fn announce(options: &Options, start: impl FnOnce() -> Start) {
    let Some(ranks) = led(options) else { return };
    let Options { backend, shape, threads, worlds, beside, adapters, .. } = options.clone();
    let version = VERSION.to_string();
    say(&**ranks, &Some(Order { version, start: start(), backend, shape, threads, worlds, beside, adapters }));
}

/// Lets a simulation be only where every rank has made its own: of the same kind of backend, as kinds may differ in the last bit.
/// Of a new one it begins the first tick.
pub(super) fn agreed(
    made: Result<Simulation, SimulationError>,
    new: bool,
    options: &Options,
) -> Result<Simulation, SimulationError> {
    if let Some(ranks) = &options.ranks {
        let (kind, problem) = match &made {
            Ok(simulation) => (simulation.info().kind, String::new()),
            Err(error) => ("", error.to_string()),
        };
        let heard = ranks.gather(&pack(&[problem.as_bytes(), kind.as_bytes()]), Asks::All);
        // Its own problem first, in its own words.
        unlike(&heard).filter(|_| made.is_ok()).map_or(Ok(()), |error| Err(SimulationError::from(error)))?;
    }
    let mut simulation = made?;
    if new {
        simulation.apply_events()?;
    }
    // From here on what is called is told, and that it is dropped.
    simulation.lead = led(options).cloned().map(Lead);
    Ok(simulation)
}

/// The first rank that has a problem, or whose worlds run on something else than the leader's.
fn unlike(heard: &[Vec<u8>]) -> Option<BackendError> {
    let told: Vec<[String; 2]> = heard
        .iter()
        .map(|said| {
            let mut said = Unpack(said);
            [(); 2].map(|()| String::from_utf8_lossy(&said.array::<u8>()).into_owned())
        })
        .collect();
    let leads = told.get(LEADER).map_or("", |[_, kind]| kind);
    told.iter().enumerate().find_map(|(rank, [problem, kind])| {
        let other = || format!("its worlds run on {kind} where the first rank's run on {leads}: choose with --backend");
        let problem = match (problem.as_str(), kind.as_str()) {
            ("", kind) if kind == leads || kind == Ranked::IDLE => return None,
            ("", _) => other(),
            (problem, _) => problem.to_string(),
        };
        Some(BackendError::Rank { rank, problem })
    })
}

/// Follows the leader of the job, one simulation after the other, until it lets go. What fails here fails there too, and is told
/// there.
pub fn follow(ranks: &Arc<dyn Ranks>) {
    while let Some(Some(order)) = hear::<Option<Order>>(&**ranks) {
        let Order { version, start, backend, shape, threads, worlds, beside, adapters } = order;
        let options = Options {
            ranks: Some(ranks.clone()),
            ..Options { backend, shape, threads, worlds, beside, adapters, ..Options::default() }
        };
        let new = matches!(start, Start::Scene(_));
        let made = match version == VERSION {
            true => make(start, &options),
            false => Err(SimulationError::State(format!("it runs version {VERSION} where the first runs {version}"))),
        };
        if let Ok(simulation) = agreed(made, new, &options) {
            obey(simulation, &**ranks);
        }
    }
}

fn make(start: Start, options: &Options) -> Result<Simulation, SimulationError> {
    let read = |text: &str| {
        scene::parse(text, "the first rank's scene").map_err(|error| SimulationError::State(error.to_string()))
    };
    match start {
        Start::Scene(text) => Simulation::make(read(&text)?, options),
        Start::Checkpoint { scene, state, progress, log } => {
            let state = WorldState::unpacked(Unpack(&state));
            Simulation::make_again(Checkpoint { scene: read(&scene)?, state, progress, log }, options)
        }
    }
}

/// Makes the calls that the leader's owner makes, until it drops the simulation.
fn obey(mut simulation: Simulation, ranks: &dyn Ranks) {
    loop {
        // What comes of a call is the leader's to tell; what fails, fails on all ranks alike.
        match hear(ranks) {
            Some(Call::Advance(ticks)) => drop(simulation.advance(ticks)),
            Some(Call::Drain) => drop(simulation.drain()),
            Some(Call::Command(command)) => drop(simulation.command(command)),
            Some(Call::Checkpoint) => drop(simulation.checkpoint()),
            Some(Call::Genomes(species)) => drop(simulation.genomes(species)),
            Some(Call::End) | None => return,
        }
    }
}

/// Lets the ranks that follow go. The leader's last word.
pub fn dismiss(ranks: &dyn Ranks) {
    say(ranks, &None::<Order>);
}
