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
use crate::timeline::{Branch, Mark};
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
    Share(PathBuf),
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
pub struct Of {
    /// See `Stage::epoch`.
    pub epoch: u64,
    /// As the timeline counts them.
    pub branch: usize,
}

/// The timeline as it is shown.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    /// Which run it is of.
    pub epoch: u64,
    /// Its branches.
    pub branches: Vec<Branch>,
    /// The one that is shown.
    pub current: usize,
    /// Keyframes in memory.
    pub marks: Vec<Mark>,
    /// Ticks of the checkpoints on disk of the branch that is shown.
    pub saved: Vec<u64>,
    /// Bytes that keyframes take, and may take.
    pub bytes: [usize; 2],
}

impl Strip {
    /// Where the branch that is shown ends.
    pub fn end(&self) -> u64 {
        self.branches.get(self.current).map_or(0, |branch| branch.end)
    }

    /// Whether a keyframe lies on the way from the first tick to where the shown branch ends.
    pub fn leads_here(&self, mark: &Mark) -> bool {
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
    /// Whether what comes next has been before: it is played again.
    pub past: bool,
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
    /// Rows measured, with what they belong to.
    pub metrics: Vec<(Of, MetricsRow)>,
    /// Generations ended.
    pub generations: Vec<(Of, GenerationRow)>,
    /// A changed timeline.
    pub strip: Option<Strip>,
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
    fn a_sitting_goes_back_takes_over_and_keeps_both_branches() {
        use crate::run::{Past, tables};
        let scene = || {
            let mut spec = scene::load("grazers").unwrap().spec;
            spec.species.iter_mut().for_each(|species| species.count = species.count.min(24));
            spec
        };
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        let set = |value: &str| Command::Set { path: "species[0].body.cruise".into(), value: value.into() };
        let food = Command::Patch { field: scene().fields[0].name.clone(), center: [3.0; 3], radius: 4.0, amount: 5.0 };
        let folder = tempfile::tempdir().unwrap();
        let keep = |name: &str| Keep { out: Some(folder.path().join(name)), every: Some(50), goal: Goal::Open };
        // The same without a window: commands at their ticks, kept, up to an end.
        let plain = |name: &str, commands: &[(u64, Command)], end: u64| {
            let mut simulation = Simulation::new(scene(), &options).unwrap();
            let mut keeping = Keeping::new(Some(keep(name)));
            keeping.begin(&mut simulation, "grazers", Path::new("")).unwrap();
            for (tick, command) in commands.iter().cloned().map(|(t, c)| (t, Some(c))).chain([(end, None)]) {
                let happened = simulation.advance((tick - simulation.tick()) as u32).unwrap();
                keeping.keeper().unwrap().record(&happened).unwrap();
                command.into_iter().for_each(|command| {
                    simulation.command(command).unwrap();
                });
            }
            keeping.finish(&mut simulation).unwrap();
            simulation.digest().unwrap()
        };
        let (first, second) =
            (vec![(70, set("0.4")), (90, set("1.2")), (130, food)], vec![(70, set("0.4")), (80, set("0.7"))]);
        let ends = [plain("one", &first, 260), plain("two", &second, 230)];

        let mut simulation = Simulation::new(scene(), &options).unwrap();
        let mut keeping = Keeping::new(Some(keep("run")));
        keeping.begin(&mut simulation, "grazers", Path::new("")).unwrap();
        let setup = Setup { options: options.clone(), keeping, script: vec![], until: None, paused: true };
        let (engine, closer) = Engine::start(simulation, setup).unwrap();
        let mut tick = 0;
        for (at, command) in first {
            engine.send(Control::Step((at - tick) as u32));
            engine.send(Control::Command(command));
            tick = at;
        }
        engine.send(Control::Step(200 - 130));
        // Back, on through commands that were made, to the end and beyond it.
        engine.send(Control::Go { branch: 0, tick: 75 });
        assert!(wait(&engine, |news| news.status.tick == 75 && news.status.past));
        engine.send(Control::Step(60));
        engine.send(Control::Go { branch: 0, tick: 200 });
        engine.send(Control::Step(60));
        assert!(wait(&engine, |news| news.status.tick == 260 && !news.status.past));
        // A change in the past begins a branch; so does a word.
        engine.send(Control::Go { branch: 0, tick: 80 });
        engine.send(Control::Command(set("0.7")));
        let branches = |strip: &Option<Strip>| strip.as_ref().map(|strip| (strip.branches.len(), strip.current));
        assert!(wait(&engine, |news| branches(&news.strip) == Some((2, 1))));
        engine.send(Control::Step(150));
        engine.send(Control::Back(1));
        assert!(wait(&engine, |news| news.status.tick == 229 && news.status.past));
        let report = closer.close().unwrap().report.unwrap();
        assert_eq!(report.digest, ends[1]);
        for (window, plain) in [("run", "one"), ("run-2", "two")] {
            let [window, plain] = [window, plain].map(|name| folder.path().join(name));
            let [own, other] = [&window, &plain].map(|path| Past::read(path).unwrap());
            assert_eq!(own.loaded.header.digest, other.loaded.header.digest);
            assert_eq!(own.log, other.log);
            for table in [tables::LINEAGE, tables::METRICS, tables::GENERATIONS] {
                let rows = |path: &Path| -> Vec<Vec<String>> {
                    let mut reader = csv::Reader::from_path(path.join(table)).unwrap();
                    let clock = reader.headers().unwrap().iter().position(|name| name == "ticks_per_second");
                    let kept = |row: csv::StringRecord| {
                        let fields = row.iter().enumerate().filter(|(at, _)| Some(*at) != clock);
                        fields.map(|(_, field)| field.to_string()).collect()
                    };
                    reader.records().map(|row| kept(row.unwrap())).collect()
                };
                assert_eq!(rows(&window), rows(&plain), "{table}");
                assert!(table != tables::LINEAGE || rows(&window).len() > 4, "nobody was born");
            }
        }
        assert_eq!(Past::read(&folder.path().join("run-2")).unwrap().info.branched, Some(("run".to_string(), 80)));
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
