//! The thread that owns the `Simulation`. Panels and keys send it `Control`s; it leaves the latest snapshot, new
//! metrics and its status in a shared slot. Neither side ever waits for the other: a control is queued, the slot is
//! locked for the time of a few pointer moves, and a snapshot that nobody took is not made again.

pub mod chronicle;
pub mod gathering;
pub mod keeping;
pub mod listening;
pub mod mapping;
pub mod probing;
mod runner;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::app::film::clock::{Exposure, FilmClock};
use crate::app::genomes::HeldGenome;
use crate::app::many::Member;
use crate::backend::{BackendInfo, Shown};
use crate::command::{Command, Logged};
use crate::layout::Agent;
use crate::measure::MetricsRow;
use crate::plan::Plan;
use crate::report::Report;
use crate::scene::SceneSpec;
use crate::simulation::{GenerationRow, LineageRecord, Name, Options, PickBy, Simulation};
use crate::snapshot::AgentDetail;
use crate::timeline::{Branch, KeyframeInfo};
use chronicle::{Family, HallEntry, Individual};
use gathering::Gathered;
use keeping::Keeping;
use listening::Heard;
use mapping::Map;
use probing::{Book, Wish};
use runner::Runner;

/// How fast the simulation runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Simulated seconds per real second.
    Speed(f32),
    /// As fast as it goes.
    Fast,
}

/// What of a row of metrics is meant.
pub type Statistic = fn(&MetricsRow) -> f64;

/// What the window asks of the simulation thread.
#[derive(Debug)]
pub enum Control {
    /// Stops between two ticks.
    Pause,
    /// Goes on.
    Play,
    /// Advances by so many ticks, then pauses.
    Step(u32),
    /// Runs at a pace from now on.
    Pace(Pace),
    /// Changes the running scene; refused with a message when it cannot.
    Command(Command),
    /// Starts over with this scene.
    Restart {
        /// The scene.
        scene: Box<SceneSpec>,
        /// Its shipped name or path: genome files that it names are sought beside it first.
        origin: String,
        /// Commands to make at their ticks.
        script: Vec<Logged>,
        /// A tick, and the digest that is to be met there, unless somebody changes something.
        expected: Option<(u64, String)>,
    },
    /// Writes the run, as far as it has come, into one file.
    Share {
        /// The file.
        to: PathBuf,
        /// A picture of it, as PNG.
        picture: Option<Vec<u8>>,
    },
    /// World shown, and slot opened up for the agent panel.
    Watch {
        /// World, clamped to those there are.
        world: u32,
        /// Slot.
        slot: Option<u32>,
    },
    /// Tells from now on what these agents of the shown world come to; nothing where there are none.
    Gather(Arc<Vec<Member>>),
    /// Selects the agent of the shown world that stands out, of one species or of all.
    Pick {
        /// For what.
        what: PickBy,
        /// Of which species; of all where none is named.
        species: Option<u32>,
    },
    /// Selects an individual, where it lives in the shown world.
    Find(Name),
    /// Hands over the genome of the best in a cell of an archive.
    Elite {
        /// Whose archive.
        species: usize,
        /// The cell along each axis.
        along: Vec<u32>,
    },
    /// Tells of somebody's family from now on, or no longer.
    Family(Option<Name>),
    /// Starts filming: from now on the simulation advances only for `Expose`.
    Film {
        /// Which state each frame shows.
        clock: FilmClock,
        /// Tick of the present branch that the film begins at; where the simulation stands when `None`.
        from: Option<u64>,
    },
    /// Asks for the state at a frame of the film.
    Expose(u64),
    /// Goes back to what it did before the film.
    EndFilm,
    /// Listens to signals from now on, or no longer.
    Listen(bool),
    /// Sends a copy of the school to be probed; what is found is written into the book.
    Probe(Wish, Arc<Book>),
    /// Goes to a tick of a branch.
    Go {
        /// The branch, as the timeline counts them.
        branch: usize,
        /// The tick.
        tick: u64,
    },
    /// Goes so many ticks back, or as far as there are.
    Back(u64),
    /// Begins a branch here, in the past.
    TakeOver,
    /// Shows a branch beside the one that goes on, or none.
    Compare(Option<usize>),
    /// Remembers where this statistic is highest, from now on.
    Peak(&'static str, Statistic),
    /// Bytes that keyframes may take.
    Memory(usize),
    /// Goes on with a run that was broken off.
    Resume(PathBuf),
    /// Ends the run.
    End,
}

/// A run and a branch of it, that rows belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BranchOfRun {
    /// See `Stage::epoch`.
    pub epoch: u64,
    /// As the timeline counts them.
    pub branch: usize,
}

/// The timeline as it is shown.
#[derive(Clone, Debug, Default)]
pub struct TimelineView {
    /// Which run it is of.
    pub epoch: u64,
    /// Its branches.
    pub branches: Vec<Branch>,
    /// The one that is shown.
    pub current: usize,
    /// Keyframes in memory.
    pub marks: Vec<KeyframeInfo>,
    /// Ticks of the checkpoints on disk of the branch that is shown.
    pub saved: Vec<u64>,
    /// Bytes that keyframes take, and may take.
    pub bytes: [usize; 2],
}

impl TimelineView {
    /// Where the branch that is shown ends.
    pub fn end(&self) -> u64 {
        self.branches.get(self.current).map_or(0, |branch| branch.end)
    }

    /// The last tick up to which two branches are the same; none where one of them is not known.
    pub fn fork(&self, one: usize, other: usize) -> Option<u64> {
        let line = |branch: usize| {
            let mut line = vec![(branch, self.branches.get(branch)?.end)];
            while let Some((parent, at)) = self.branches.get(line.last()?.0)?.parent {
                let leaves = line.last()?.1.min(at);
                line.push((parent, leaves));
            }
            Some(line)
        };
        let (one, other) = (line(one)?, line(other)?);
        let both = |(branch, until): &(usize, u64)| {
            other.iter().find(|(known, _)| known == branch).map(|(_, till)| *until.min(till))
        };
        one.iter().find_map(both)
    }

    /// Whether a keyframe lies on the way from the first tick to where the shown branch ends.
    pub fn leads_here(&self, mark: &KeyframeInfo) -> bool {
        let (mut branch, mut tick) = (self.current, u64::MAX);
        loop {
            if mark.branch == branch {
                return mark.tick <= tick;
            }
            match self.branches.get(branch).and_then(|branch| branch.parent) {
                Some((parent, at)) => (branch, tick) = (parent, tick.min(at)),
                None => return false,
            }
        }
    }
}

/// A shown tick on its way to the window.
#[derive(Clone)]
pub struct View {
    /// The state.
    pub shown: Shown,
    /// That of another branch at the same tick.
    pub beside: Option<ComparedBranch>,
    /// The selected agent, with its slot.
    pub watched: Option<(u32, Agent)>,
    /// When it was due on the wall clock; the window draws between these moments.
    pub due: Instant,
    /// Which scene it belongs to, see `Stage::epoch`.
    pub epoch: u64,
}

/// Another branch, at the tick that is shown.
#[derive(Clone)]
pub struct ComparedBranch {
    /// As the timeline counts them.
    pub branch: usize,
    /// The state.
    pub shown: Shown,
    /// Its scene, with the changes made on it so far.
    pub scene: Arc<SceneSpec>,
    /// Compiled.
    pub plan: Arc<Plan>,
}

/// The scene that runs, and how it was compiled. Replaced as a whole whenever a number in it changes.
#[derive(Clone)]
pub struct Stage {
    /// Counts restarts: snapshots and metrics of another epoch belong to another run.
    pub epoch: u64,
    /// The scene with all changes made so far.
    pub scene: Arc<SceneSpec>,
    /// Compiled.
    pub plan: Arc<Plan>,
    /// What it runs on.
    pub info: BackendInfo,
    /// Where the run is kept, if it is.
    pub kept: Option<PathBuf>,
}

/// How the simulation is doing.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Ticks advanced.
    pub tick: u64,
    /// Measured over the last second.
    pub ticks_per_second: f64,
    /// Whether it stands still.
    pub paused: bool,
    /// Whether what comes next has been before: it is played again.
    pub past: bool,
    /// Whether it advances for a film only.
    pub filming: bool,
    /// Films begun so far, with those that could not be.
    pub films: u64,
    /// Agents replaced because their state was not finite.
    pub faults: u64,
    /// Whether the run has come to where it was to end.
    pub ended: bool,
    /// Whether it stopped at a failure, and nobody has asked it to go on since.
    pub broken: bool,
}

/// Something to tell the user once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub text: String,
    /// Whether it went wrong.
    pub bad: bool,
}

/// The selected agent opened up.
#[derive(Clone)]
pub struct InspectedAgent {
    /// Its insides.
    pub detail: AgentDetail,
    /// Its birth, when it was born in this run.
    pub birth: Option<LineageRecord>,
    /// Its name in the lineage log; none for a past champion.
    pub name: Option<Name>,
    /// What each layer of its network gave on, see `backend::cpu::neurons`.
    pub neurons: Vec<Vec<f32>>,
    /// First parents, the nearest first, as far as they are known.
    pub line: Vec<Individual>,
}

/// What the simulation thread has left for the window since it last looked.
#[derive(Default)]
pub struct News {
    /// The latest snapshot.
    pub view: Option<View>,
    /// A changed scene.
    pub stage: Option<Stage>,
    /// Rows measured, with what they belong to.
    pub metrics: Vec<(BranchOfRun, MetricsRow)>,
    /// Generations ended.
    pub generations: Vec<(BranchOfRun, GenerationRow)>,
    /// A changed timeline.
    pub strip: Option<TimelineView>,
    /// The selected agent.
    pub opened: Option<InspectedAgent>,
    /// What those who are selected together come to, with who they are.
    pub gathered: Option<(Arc<Vec<Member>>, Gathered)>,
    /// The slot of an agent that was picked.
    pub picked: Option<u32>,
    /// The fittest so far, where they have changed.
    pub fame: Option<Arc<Vec<HallEntry>>>,
    /// The family that was asked for.
    pub family: Option<Arc<Family>>,
    /// What archives have found, where that has changed.
    pub maps: Option<Arc<Vec<Map>>>,
    /// The genome of an archive that was asked for.
    pub elite: Option<HeldGenome>,
    /// Messages.
    pub notices: Vec<Notice>,
    /// A frame of the film.
    pub exposure: Option<Exposure>,
    /// What was made of the signals of late, while somebody listens.
    pub heard: Option<Arc<Heard>>,
    /// Tick that the run has gone back to after a failure: what came later has not happened yet.
    pub back: Option<u64>,
    /// Status.
    pub status: Status,
}

/// How a simulation is run by the thread.
pub struct Setup {
    /// How simulations are started; another scene starts the same way.
    pub options: Options,
    /// What keeps the run; it has begun already.
    pub keeping: Keeping,
    /// Commands to make at their ticks, besides those of the user.
    pub script: Vec<Logged>,
    /// Tick at which the run ends.
    pub until: Option<u64>,
    /// Whether it stands still at first.
    pub paused: bool,
}

/// What the run came to.
pub struct Ending {
    /// The last run of the window.
    pub report: Result<Report, String>,
    /// Why it could not be kept to its end, if it could not.
    pub trouble: Option<String>,
}

/// The window's end of the simulation thread. Dropping it ends the thread.
pub struct Engine {
    controls: Option<Sender<Control>>,
    slot: Arc<Mutex<News>>,
    thread: Option<JoinHandle<()>>,
}

/// Waits for the end of the run after the window has gone.
pub struct Closer {
    controls: Sender<Control>,
    ending: Receiver<Ending>,
}

impl Closer {
    /// Ends the run; `None` when its thread has died.
    pub fn close(self) -> Option<Ending> {
        // Refused when the thread has ended already; its ending lies ready then.
        let _ = self.controls.send(Control::End);
        drop(self.controls);
        self.ending.recv().ok()
    }
}

impl Engine {
    /// Starts the thread with a simulation. The second part tells how the run ended.
    pub fn start(simulation: Simulation, setup: Setup) -> std::io::Result<(Engine, Closer)> {
        let (controls, inbox) = channel();
        let (sender, ending) = channel();
        let slot = Arc::new(Mutex::new(News::default()));
        let mut runner = Runner::new(simulation, setup, slot.clone()).map_err(std::io::Error::other)?;
        let work = move || {
            runner.run(&inbox);
            // Nobody may be waiting for it.
            let _ = sender.send(runner.end());
        };
        let thread = std::thread::Builder::new().name("simulation".into()).spawn(work)?;
        let closer = Closer { controls: controls.clone(), ending };
        Ok((Engine { controls: Some(controls), slot, thread: Some(thread) }, closer))
    }

    /// Queues a control. One sent after the thread has ended is lost, which the status already tells.
    pub fn send(&self, control: Control) {
        if let Some(controls) = &self.controls {
            let _ = controls.send(control);
        }
    }

    /// Takes what is new.
    pub fn news(&self) -> News {
        let mut slot = lock(&self.slot);
        let status = slot.status.clone();
        std::mem::replace(&mut *slot, News { status, ..News::default() })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.send(Control::End);
        self.controls = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A panic while the slot was held leaves it readable: it is only moved in and out of.
fn lock(slot: &Mutex<News>) -> MutexGuard<'_, News> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pace that a scene asks for.
pub fn pace_of(scene: &SceneSpec) -> Pace {
    if scene.pace.speed > 0.0 { Pace::Speed(scene.pace.speed) } else { Pace::Fast }
}

#[cfg(test)]
mod tests;
