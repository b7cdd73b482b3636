//! The thread that owns the `Simulation`. Panels and keys send it `Control`s; it leaves the latest snapshot, new
//! metrics and its status in a shared slot. Neither side ever waits for the other: a control is queued, the slot is
//! locked for the time of a few pointer moves, and a snapshot that nobody took is not made again.

pub mod keeping;
pub mod listening;
pub mod probing;
mod runner;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::app::film::clock::{Exposure, FilmClock};
use crate::backend::{BackendInfo, Shown};
use crate::command::{Command, Logged};
use crate::layout::Agent;
use crate::measure::MetricsRow;
use crate::plan::Plan;
use crate::report::Report;
use crate::scene::SceneSpec;
use crate::simulation::{GenerationRow, LineageRecord, Options, Simulation};
use crate::snapshot::AgentDetail;
use keeping::Keeping;
use listening::Heard;
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
    },
    /// World shown, and slot opened up for the agent panel.
    Watch {
        /// World, clamped to those there are.
        world: u32,
        /// Slot.
        slot: Option<u32>,
    },
    /// Starts filming: from now on the simulation advances only for `Expose`.
    Film(FilmClock),
    /// Asks for the state at a frame of the film.
    Expose(u64),
    /// Goes back to what it did before the film.
    EndFilm,
    /// Listens to signals from now on, or no longer.
    Listen(bool),
    /// Sends a copy of the school to be probed; what is found is written into the book.
    Probe(Wish, Arc<Book>),
    /// Ends the run.
    End,
}

/// A shown tick on its way to the window.
#[derive(Clone)]
pub struct View {
    /// The state.
    pub shown: Shown,
    /// The selected agent, with its slot.
    pub watched: Option<(u32, Agent)>,
    /// When it was due on the wall clock; the window draws between these moments.
    pub due: Instant,
    /// Which scene it belongs to, see `Stage::epoch`.
    pub epoch: u64,
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
    /// Whether it advances for a film only.
    pub filming: bool,
    /// Agents replaced because their state was not finite.
    pub faults: u64,
    /// Whether the run has come to where it was to end.
    pub ended: bool,
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
pub struct Opened {
    /// Its insides.
    pub detail: AgentDetail,
    /// Its birth, when it was born in this run.
    pub birth: Option<LineageRecord>,
}

/// What the simulation thread has left for the window since it last looked.
#[derive(Default)]
pub struct News {
    /// The latest snapshot.
    pub view: Option<View>,
    /// A changed scene.
    pub stage: Option<Stage>,
    /// Rows measured, with the epoch they belong to.
    pub metrics: Vec<(u64, MetricsRow)>,
    /// Generations ended.
    pub generations: Vec<(u64, GenerationRow)>,
    /// The selected agent.
    pub opened: Option<Opened>,
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
        let mut runner = Runner::new(simulation, setup, slot.clone());
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
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::keeping::Keep;
    use super::*;
    use crate::backend::gpu::SharedDevice;
    use crate::run::Goal;
    use crate::scene;
    use crate::simulation::BackendChoice;

    fn engine() -> Engine {
        let file = scene::load("boids").unwrap();
        let mut spec = file.spec;
        spec.species[0].count = 20;
        let options = Options { threads: Some(1), ..Options::default() };
        let keeping = Keeping::new(None);
        let setup = Setup { options: options.clone(), keeping, script: vec![], until: None, paused: false };
        Engine::start(Simulation::new(spec, &options).unwrap(), setup).unwrap().0
    }

    /// Polls until the news satisfy `done`, for at most ten seconds.
    fn wait(engine: &Engine, mut done: impl FnMut(&News) -> bool) -> bool {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if done(&engine.news()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    #[test]
    fn the_first_look_finds_scene_and_snapshot() {
        let news = engine().news();
        assert_eq!(news.stage.unwrap().scene.species[0].count, 20);
        assert_eq!(news.view.unwrap().shown.tick(), 0);
    }

    #[test]
    fn pause_holds_and_steps_count() {
        let engine = engine();
        engine.send(Control::Pause);
        assert!(wait(&engine, |news| news.status.paused));
        let tick = engine.news().status.tick;
        engine.send(Control::Step(3));
        assert!(wait(&engine, |news| news.status.tick == tick + 3));
        std::thread::sleep(Duration::from_millis(150));
        assert_eq!(engine.news().status.tick, tick + 3);
    }

    #[test]
    fn commands_change_the_stage_and_bad_ones_are_told() {
        let engine = engine();
        let set = |path: &str, value: &str| Control::Command(Command::Set { path: path.into(), value: value.into() });
        engine.send(set("species[0].body.cruise", "1.25"));
        let cruise = |news: &News| news.stage.as_ref().is_some_and(|s| s.scene.species[0].body.cruise == 1.25);
        assert!(wait(&engine, cruise));
        engine.send(set("species[0].nonsense", "1"));
        assert!(wait(&engine, |news| news.notices.iter().any(|n| n.bad)));
    }

    #[test]
    fn a_run_survives_the_loss_of_its_device() {
        let device = match SharedDevice::open() {
            Ok(device) => device,
            Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
            Err(e) => return eprintln!("skipped: {e}"),
        };
        let mut spec = scene::load("boids").unwrap().spec;
        spec.species[0].count = 20;
        let set = Command::Set { path: "species[0].body.cruise".into(), value: "1.25".into() };
        let gpu = Options { backend: BackendChoice::Gpu, ..Options::default() };
        let mut whole = Simulation::new(spec.clone(), &gpu).unwrap();
        whole.advance(25).unwrap();
        whole.command(set.clone()).unwrap();
        whole.advance(15).unwrap();

        let folder = tempfile::tempdir().unwrap();
        let options = Options { device: Some(device.clone()), ..gpu };
        let mut simulation = Simulation::new(spec, &options).unwrap();
        let keep = Keep { out: Some(folder.path().join("run")), every: Some(10), goal: Goal::Open };
        let mut keeping = Keeping::new(Some(keep));
        keeping.begin(&mut simulation, "boids", Path::new("")).unwrap();
        let setup = Setup { options, keeping, script: vec![], until: None, paused: true };
        let (engine, closer) = Engine::start(simulation, setup).unwrap();
        engine.send(Control::Step(25));
        engine.send(Control::Command(set));
        engine.send(Control::Step(3));
        assert!(wait(&engine, |news| news.status.tick == 28));
        device.report_lost("unplugged");
        engine.send(Control::Step(12));
        let mut back = None;
        let mut said = false;
        assert!(wait(&engine, |news| {
            back = back.or(news.back);
            said |= news.notices.iter().any(|n| n.bad && n.text.contains("unplugged") && n.text.contains("tick 20"));
            news.status.tick == 40
        }));
        assert_eq!((back, said), (Some(20), true));
        // The command of tick 25 was lost with the device, and has been made again.
        assert_eq!(closer.close().unwrap().report.unwrap().digest, whole.digest().unwrap());
    }

    #[test]
    fn a_film_gets_exactly_its_frames_and_leaves_time_alone() {
        let engine = engine();
        engine.send(Control::Pause);
        engine.send(Control::Film(FilmClock::new(30, 1.0)));
        for frame in 0..4 {
            engine.send(Control::Expose(frame));
            assert!(wait(&engine, |news| news.exposure.as_ref().is_some_and(|e| e.frame == frame)));
        }
        engine.send(Control::EndFilm);
        assert!(wait(&engine, |news| !news.status.filming && news.status.paused));
    }
}
