//! The thread that owns the `Simulation`. Panels and keys send it `Control`s; it leaves the latest snapshot, new
//! metrics and its status in a shared slot. Neither side ever waits for the other: a control is queued, the slot is
//! locked for the time of a few pointer moves, and a snapshot that nobody took is not made again.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::app::film::clock::{Exposure, FilmClock};
use crate::backend::BackendInfo;
use crate::command::Command;
use crate::measure::MetricsRow;
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::simulation::{GenerationRow, LineageRecord, Options, Simulation};
use crate::snapshot::{AgentDetail, Snapshot};

/// Longest stretch of work between two looks at the controls.
const STRETCH: Duration = Duration::from_millis(25);
/// Least time between two looks into the selected agent.
const DETAIL_EVERY: Duration = Duration::from_millis(120);
/// Births whose parents are remembered for the agent panel.
const MOST_PARENTS: usize = 400_000;

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
        /// Folder in which genome files that it names are sought first.
        beside: PathBuf,
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
}

/// A snapshot on its way to the window.
#[derive(Clone)]
pub struct View {
    /// The state.
    pub snapshot: Arc<Snapshot>,
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
    /// Status.
    pub status: Status,
}

/// The window's end of the simulation thread. Dropping it ends the thread.
pub struct Engine {
    controls: Option<Sender<Control>>,
    slot: Arc<Mutex<News>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the thread with a simulation.
    pub fn start(simulation: Simulation, options: Options) -> std::io::Result<Engine> {
        let (controls, inbox) = channel();
        let slot = Arc::new(Mutex::new(News::default()));
        let mut runner = Runner::new(simulation, options, slot.clone());
        let thread = std::thread::Builder::new().name("simulation".into()).spawn(move || runner.run(&inbox))?;
        Ok(Engine { controls: Some(controls), slot, thread: Some(thread) })
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

struct Runner {
    simulation: Simulation,
    options: Options,
    slot: Arc<Mutex<News>>,
    epoch: u64,
    paused: bool,
    pace: Pace,
    /// When the next tick is due at a given speed.
    due: Instant,
    world: u32,
    watched: Option<u32>,
    looked: Instant,
    published: Option<u64>,
    film: Option<FilmClock>,
    parents: HashMap<(u32, u32), LineageRecord>,
    faults: u64,
    /// Ticks and the moment at which counting them began.
    counted: (u64, Instant),
    /// Smoothed seconds a tick takes.
    cost: f64,
}

impl Runner {
    fn new(simulation: Simulation, options: Options, slot: Arc<Mutex<News>>) -> Runner {
        let now = Instant::now();
        let mut runner = Runner {
            pace: pace_of(simulation.scene()),
            simulation,
            options,
            slot,
            epoch: 0,
            paused: false,
            due: now,
            world: 0,
            watched: None,
            looked: now,
            published: None,
            film: None,
            parents: HashMap::new(),
            faults: 0,
            counted: (0, now),
            cost: 1e-3,
        };
        runner.tell_stage();
        runner.publish();
        runner
    }

    fn run(&mut self, inbox: &Receiver<Control>) {
        loop {
            let wait = if self.film.is_some() || self.paused {
                Duration::from_millis(100)
            } else {
                match self.pace {
                    Pace::Fast => Duration::ZERO,
                    Pace::Speed(_) => self.due.saturating_duration_since(Instant::now()).min(STRETCH),
                }
            };
            let mut next = match inbox.recv_timeout(wait) {
                Err(RecvTimeoutError::Timeout) => Err(TryRecvError::Empty),
                Err(RecvTimeoutError::Disconnected) => Err(TryRecvError::Disconnected),
                Ok(control) => Ok(control),
            };
            loop {
                match next {
                    Ok(control) => self.obey(control),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
                next = inbox.try_recv();
            }
            if self.film.is_none() && !self.paused {
                self.work();
            }
            self.publish();
        }
    }

    /// Advances as the pace asks, for at most about `STRETCH`.
    fn work(&mut self) {
        let most = (STRETCH.as_secs_f64() / self.cost.max(1e-7)).clamp(1.0, 5_000.0) as u32;
        match self.pace {
            Pace::Fast => {
                self.advance(most);
                self.due = Instant::now();
            }
            Pace::Speed(speed) => {
                let now = Instant::now();
                let tick = f64::from(self.simulation.scene().dt) / f64::from(speed.max(1e-4));
                let behind = now.saturating_duration_since(self.due).as_secs_f64();
                if now < self.due {
                    return;
                }
                let wanted = (behind / tick) as u32 + 1;
                let done = self.advance(wanted.min(most));
                // What cannot be caught up with is let go, or a slow machine would never answer again.
                let step = Duration::from_secs_f64((tick * f64::from(done.max(1))).min(3600.0));
                self.due = if wanted > most { Instant::now() } else { self.due + step };
            }
        }
    }

    fn advance(&mut self, ticks: u32) -> u32 {
        let begun = Instant::now();
        let happened = match self.simulation.advance(ticks) {
            Ok(happened) => happened,
            Err(error) => {
                self.paused = true;
                self.tell(format!("The simulation stopped: {error}"), true);
                return 0;
            }
        };
        let each = begun.elapsed().as_secs_f64() / f64::from(happened.ticks.max(1));
        self.cost += 0.2 * (each - self.cost);
        self.faults += happened.faults.iter().map(|f| u64::from(f.count)).sum::<u64>();
        for record in happened.lineage {
            if self.parents.len() >= MOST_PARENTS {
                self.parents.clear();
            }
            self.parents.insert((record.world, record.id), record);
        }
        let epoch = self.epoch;
        let mut slot = lock(&self.slot);
        slot.metrics.extend(happened.metrics.into_iter().map(|row| (epoch, row)));
        slot.generations.extend(happened.generations.into_iter().map(|row| (epoch, row)));
        happened.ticks
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Pause => self.paused = true,
            Control::Play => {
                self.paused = false;
                self.due = Instant::now();
            }
            Control::Step(ticks) => {
                self.paused = true;
                self.advance(ticks);
            }
            Control::Pace(pace) => {
                self.pace = pace;
                self.due = Instant::now();
            }
            Control::Command(command) => match self.simulation.command(command) {
                Ok(_) => self.tell_stage(),
                Err(error) => self.tell(error.to_string(), true),
            },
            Control::Restart { scene, beside } => {
                self.options.beside = beside;
                self.restart(*scene);
            }
            Control::Watch { world, slot } => {
                self.world = world.min(self.simulation.plan().dims.worlds.saturating_sub(1));
                self.watched = slot;
                self.published = None;
                self.looked = Instant::now() - DETAIL_EVERY;
            }
            Control::Film(mut clock) => {
                clock.begin(self.simulation.tick());
                self.film = Some(clock);
            }
            Control::Expose(frame) => {
                let Some(mut clock) = self.film.take() else { return };
                match clock.expose(frame, self.world, &mut self.simulation) {
                    Ok(exposure) => {
                        lock(&self.slot).exposure = Some(exposure);
                        self.film = Some(clock);
                    }
                    Err(error) => self.tell(format!("The film stopped: {error}"), true),
                }
            }
            Control::EndFilm => {
                self.film = None;
                self.due = Instant::now();
            }
        }
    }

    fn restart(&mut self, scene: SceneSpec) {
        match Simulation::new(scene, &self.options) {
            Ok(simulation) => {
                self.pace = pace_of(simulation.scene());
                self.simulation = simulation;
                self.epoch += 1;
                self.world = 0;
                self.watched = None;
                self.published = None;
                self.film = None;
                self.parents.clear();
                self.faults = 0;
                self.cost = 1e-3;
                self.counted = (0, Instant::now());
                self.due = Instant::now();
                self.tell_stage();
            }
            Err(error) => self.tell(format!("This scene cannot start: {error}"), true),
        }
    }

    fn tell(&self, text: String, bad: bool) {
        let mut slot = lock(&self.slot);
        // A window that is not looking (minimised) must not make these pile up.
        if slot.notices.len() < 50 {
            slot.notices.push(Notice { text, bad });
        }
    }

    fn tell_stage(&self) {
        let stage = Stage {
            epoch: self.epoch,
            scene: Arc::new(self.simulation.scene().clone()),
            plan: Arc::new(self.simulation.plan().clone()),
            info: self.simulation.info(),
        };
        lock(&self.slot).stage = Some(stage);
    }

    /// Leaves a snapshot when the last one was taken, and the status always.
    fn publish(&mut self) {
        let tick = self.simulation.tick();
        let now = Instant::now();
        let (from, since) = self.counted;
        let span = now.duration_since(since).as_secs_f64();
        let mut slot = lock(&self.slot);
        slot.status.tick = tick;
        slot.status.paused = self.paused;
        slot.status.filming = self.film.is_some();
        slot.status.faults = self.faults;
        if span >= 0.5 {
            slot.status.ticks_per_second = tick.saturating_sub(from) as f64 / span;
            self.counted = (tick, now);
        }
        let wanted = slot.view.is_none();
        drop(slot);
        if wanted && self.published != Some(tick) {
            match self.simulation.snapshot(self.world) {
                Ok(snapshot) => {
                    let view = View { snapshot: Arc::new(snapshot), due: self.due, epoch: self.epoch };
                    lock(&self.slot).view = Some(view);
                    self.published = Some(tick);
                }
                Err(error) => self.tell(error.to_string(), true),
            }
        }
        if let Some(slot) = self.watched
            && now.saturating_duration_since(self.looked) >= DETAIL_EVERY
        {
            self.looked = now;
            match self.simulation.detail(self.world, slot) {
                Ok(detail) => {
                    let id = detail.agent.map(|a| a.id);
                    let birth = id.and_then(|id| self.parents.get(&(self.world, id)).cloned());
                    lock(&self.slot).opened = Some(Opened { detail, birth });
                }
                Err(_) => self.watched = None,
            }
        }
    }
}

/// The pace that a scene asks for.
pub fn pace_of(scene: &SceneSpec) -> Pace {
    if scene.pace.speed > 0.0 { Pace::Speed(scene.pace.speed) } else { Pace::Fast }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    fn engine() -> Engine {
        let file = scene::load("boids").unwrap();
        let mut spec = file.spec;
        spec.species[0].count = 20;
        let options = Options { threads: Some(1), ..Options::default() };
        Engine::start(Simulation::new(spec, &options).unwrap(), options).unwrap()
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
        assert_eq!(news.view.unwrap().snapshot.tick, 0);
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
