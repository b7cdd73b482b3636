//! The simulation thread: paces ticks, obeys controls, makes the commands of a script, keeps the run, and leaves what
//! there is to see in the shared slot. Knows nothing of what the window makes of it.

mod beside;
mod course;
mod filming;
mod kin;
mod maps;
mod past;
mod telling;

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beside::ComparedRun;

use super::chronicle::Chronicle;
use super::listening::Listener;
use super::{BranchOfRun, Control, Keeping, News, Pace, Setup, Statistic, lock, pace_of, probing};
use crate::app::film::clock::{FilmClock, FilmError, Reel};
use crate::app::many::Member;
use crate::app::strings::run as text;
use crate::backend::BackendError;
use crate::command::{Command, CommandError, Logged};
use crate::simulation::{Happened, Name, Options, Simulation, SimulationError};
use crate::timeline::{Timeline, USUAL_BYTES};
use kin::FAMILY_EVERY;

/// Longest stretch of work between two looks at the controls.
const STRETCH: Duration = Duration::from_millis(25);
/// Least time between two looks into the selected agent.
const DETAIL_EVERY: Duration = Duration::from_millis(120);

pub(super) struct Runner {
    simulation: Simulation,
    options: Options,
    keeping: Keeping,
    /// Why the run is not kept, if saving failed.
    trouble: Option<String>,
    /// Where it has been, and where one can go.
    timeline: Timeline,
    /// Another branch at the same tick.
    beside: Option<ComparedRun>,
    /// When the timeline was shown last, and whether it has changed since.
    stripped: (Instant, bool),
    /// The statistic whose highest value is remembered, and that value.
    peak: Option<(&'static str, Statistic, f64)>,
    /// A tick, and the digest that is to be met there.
    expected: Option<(u64, String)>,
    /// Commands still to be made on each branch: those of a script on the one that it was given for.
    script: BTreeMap<usize, VecDeque<Logged>>,
    until: Option<u64>,
    slot: Arc<Mutex<News>>,
    epoch: u64,
    paused: bool,
    /// Whether it stopped at a failure.
    broken: bool,
    pace: Pace,
    /// When the next tick is due at a given speed.
    due: Instant,
    world: u32,
    watched: Option<u32>,
    looked: Instant,
    /// Those who are selected together, when it is time to tell of them, and the tick that was told of.
    many: (Arc<Vec<Member>>, Instant, Option<u64>),
    published: Option<u64>,
    film: Option<FilmClock>,
    /// Films begun, and where the run stood before one of its past: branch and tick.
    films: u64,
    stood: Option<(usize, u64)>,
    /// Whether signals are listened to, and with what; with nothing where nobody is heard.
    listens: bool,
    ear: Option<Listener>,
    chronicle: Chronicle,
    /// When archives may be told of next, and the branch and generation that were.
    mapped: (Instant, Option<(usize, u64)>),
    /// Whose family is told, and when it was told last.
    family: (Option<Name>, Instant),
    faults: u64,
    /// Those before the last checkpoint.
    saved_faults: u64,
    /// Ticks and the moment at which counting them began.
    counted: (u64, Instant),
    /// Smoothed seconds a tick takes.
    cost: f64,
}

impl Runner {
    pub fn new(mut simulation: Simulation, setup: Setup, slot: Arc<Mutex<News>>) -> Result<Runner, SimulationError> {
        let now = Instant::now();
        let mut runner = Runner {
            pace: pace_of(simulation.scene()),
            timeline: Timeline::new(&mut simulation, USUAL_BYTES)?,
            beside: None,
            stripped: (now, true),
            peak: None,
            expected: None,
            simulation,
            options: setup.options,
            keeping: setup.keeping,
            trouble: None,
            script: BTreeMap::from([(0, setup.script.into())]),
            until: setup.until,
            slot,
            epoch: 0,
            paused: setup.paused,
            broken: false,
            due: now,
            world: 0,
            watched: None,
            looked: now,
            many: (Arc::default(), now, None),
            published: None,
            film: None,
            films: 0,
            stood: None,
            listens: false,
            ear: None,
            chronicle: Chronicle::new(),
            mapped: (now, None),
            family: (None, now),
            faults: 0,
            saved_faults: 0,
            counted: (0, now),
            cost: 1e-3,
        };
        runner.begin();
        runner.publish();
        Ok(runner)
    }

    pub fn run(&mut self, inbox: &Receiver<Control>) {
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
                    Ok(Control::End) | Err(TryRecvError::Disconnected) => return,
                    Ok(control) => self.obey(control),
                    Err(TryRecvError::Empty) => break,
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

    /// As `advance_stretch`, and listens when it is time; tells by how many ticks.
    fn advance(&mut self, ticks: u32) -> u32 {
        if ticks == 0 || !self.ear.as_ref().is_some_and(Listener::is_due) {
            return self.advance_stretch(ticks);
        }
        self.listen();
        let first = self.advance_stretch(1);
        self.listen();
        first + if first == 1 { self.advance_stretch(ticks - 1) } else { 0 }
    }

    /// Lets the ear hear the present tick.
    fn listen(&mut self) {
        let Some(mut ear) = self.ear.take() else { return };
        let heard = ear.sample(&mut self.simulation).and_then(|()| ear.tell(&mut self.simulation, self.world));
        match heard {
            Ok(()) => self.ear = Some(ear),
            // Where the run goes on after it, it is listened to again.
            Err(error) => self.failed(error),
        }
    }

    /// Begins to listen to the run, where somebody wants to.
    fn restart_listening(&mut self) {
        self.ear = if self.listens { Listener::new(&self.simulation, self.epoch, &self.slot) } else { None };
    }

    /// Advances by at most `ticks`, as far as the next thing to be done between two ticks.
    fn advance_stretch(&mut self, ticks: u32) -> u32 {
        let tick = self.simulation.tick();
        let past = self.timeline.is_past(&self.simulation);
        let mut allowed = self.timeline.ticks_to_look(&self.simulation);
        if !past {
            allowed = allowed.min(self.keeping.ticks_to_look(tick));
        }
        let script = self.script.get(&self.timeline.current()).and_then(VecDeque::front).filter(|_| !past);
        let met = self.expected.as_ref().map(|(tick, _)| *tick);
        for next in self.until.into_iter().chain(script.map(|next| next.tick)).chain(met) {
            allowed = allowed.min(next.saturating_sub(tick));
        }
        let ticks = ticks.min(allowed.min(u64::from(u32::MAX)) as u32);
        if ticks == 0 {
            return 0;
        }
        let begun = Instant::now();
        match self.simulation.advance(ticks) {
            Ok(happened) => {
                let work = begun.elapsed();
                let each = work.as_secs_f64() / f64::from(happened.ticks.max(1));
                self.cost += 0.2 * (each - self.cost);
                self.chronicle.note(&happened);
                match past {
                    true => self.again(),
                    false => self.note(happened, work),
                }
                self.look_around();
                ticks
            }
            Err(error) => {
                self.failed(error);
                0
            }
        }
    }

    /// Passes on what happened, keeps it, and does what is due at the tick that was reached.
    fn note(&mut self, happened: Happened, work: Duration) {
        if let Some(keeper) = self.keeping.keeper() {
            let kept = keeper.record(&happened);
            self.kept(kept);
        }
        self.faults += happened.faults.iter().map(|f| u64::from(f.count)).sum::<u64>();
        let of = BranchOfRun { epoch: self.epoch, branch: self.timeline.current() };
        let seen = self.timeline.see(&mut self.simulation, work);
        self.stripped.1 = true;
        self.look_for_peaks(&happened.metrics);
        let mut slot = lock(&self.slot);
        slot.metrics.extend(happened.metrics.into_iter().map(|row| (of, row)));
        telling::thin(&mut slot.metrics);
        slot.generations.extend(happened.generations.into_iter().map(|row| (of, row)));
        drop(slot);
        if let Err(error) = seen {
            return self.failed(error);
        }
        self.make_due();
        match self.keeping.look(&mut self.simulation) {
            Ok(saved) => self.saved_faults = if saved { self.faults } else { self.saved_faults },
            Err(error) => self.kept(Err(error)),
        }
    }

    /// Makes the commands of the script that are due.
    fn make_due(&mut self) {
        let tick = self.simulation.tick();
        if self.timeline.is_past(&self.simulation) {
            return;
        }
        while let Some(due) = self.ahead().pop_front_if(|next| next.tick <= tick) {
            self.make(due.command);
        }
        if let Some((_, digest)) = self.expected.take_if(|(at, _)| *at <= tick) {
            self.meet(&digest);
        }
    }

    /// Commands still to be made on the present branch.
    fn ahead(&mut self) -> &mut VecDeque<Logged> {
        self.script.entry(self.timeline.current()).or_default()
    }

    fn make(&mut self, command: Command) {
        match self.simulation.command(command.clone()) {
            Ok(_) => {
                // Standing still, too, a change shows at once.
                self.published = None;
                self.looked = Instant::now() - DETAIL_EVERY;
                self.many.2 = None;
                self.chronicle.changed(&command);
                self.stripped.1 = true;
                self.tell_stage();
                if let Err(error) = self.timeline.see(&mut self.simulation, Duration::ZERO) {
                    self.failed(error);
                }
            }
            Err(CommandError::Lost(why)) => {
                // It is made when the run has come to this tick again.
                let tick = self.simulation.tick();
                self.ahead().push_front(Logged { tick, command });
                self.failed(BackendError::DeviceLost(why).into());
            }
            Err(error) => self.tell(error.to_string(), true),
        }
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Pause => self.paused = true,
            Control::Play => {
                (self.paused, self.broken) = (false, false);
                self.due = Instant::now();
            }
            Control::Step(ticks) => {
                self.paused = true;
                // Where the run ends before that, the status says so.
                let _ = self.forward(self.simulation.tick() + u64::from(ticks));
            }
            Control::Pace(pace) => {
                self.pace = pace;
                self.due = Instant::now();
            }
            Control::Command(command) => {
                self.expected = None;
                self.take_over();
                self.make(command);
            }
            Control::Go { branch, tick } => self.go(branch, tick),
            Control::Back(ticks) => {
                self.paused = true;
                self.go(self.timeline.current(), self.simulation.tick().saturating_sub(ticks));
            }
            Control::TakeOver => self.take_over(),
            Control::Compare(with) => self.compare(with),
            Control::Peak(name, value) => self.peak = Some((name, value, f64::NEG_INFINITY)),
            Control::Memory(most) => {
                self.timeline.limit(most);
                self.stripped.1 = true;
            }
            Control::Resume(run) => self.resume(&run),
            Control::Restart { scene, origin, script, expected } => {
                self.restart(*scene, &origin, (script, expected));
            }
            Control::Share { to, picture } => self.share(&to, picture.as_deref()),
            Control::Watch { world, slot } => {
                let world = world.min(self.simulation.plan().dims.worlds.saturating_sub(1));
                if std::mem::replace(&mut self.world, world) != world {
                    self.chronicle.outdate();
                }
                self.watched = slot;
                self.published = None;
                self.looked = Instant::now() - DETAIL_EVERY;
            }
            Control::Gather(many) => self.many = (many, Instant::now(), None),
            Control::Pick { what, species } => self.pick(what, species),
            Control::Find(name) => self.find(name),
            Control::Elite { species, along } => self.hand_over(species, &along),
            Control::Family(whose) => self.family = (whose, Instant::now() - FAMILY_EVERY),
            Control::Film { clock, from } => self.begin_film(clock, from),
            Control::Expose(frame) => {
                let Some(mut clock) = self.film.take() else { return };
                match clock.expose(frame, self.world, self) {
                    Ok(exposure) => {
                        lock(&self.slot).exposure = Some(exposure);
                        self.film = Some(clock);
                    }
                    Err(error) => self.tell(text::film_stopped(error), true),
                }
            }
            Control::EndFilm => self.end_film(),
            Control::Listen(listens) if listens != self.listens => {
                self.listens = listens;
                self.restart_listening();
            }
            Control::Listen(_) => {}
            Control::Probe(wish, book) => probing::begin(&mut self.simulation, &self.options, wish, book),
            // Met by the loop that reads controls.
            Control::End => {}
        }
    }
}

/// A film of the running simulation: what it passes on the way is kept and shown as at any other time.
impl Reel for Runner {
    fn simulation(&mut self) -> &mut Simulation {
        &mut self.simulation
    }

    fn forward(&mut self, tick: u64) -> Result<(), FilmError> {
        while self.simulation.tick() < tick {
            let before = self.simulation.tick();
            let left = (tick - before).min(u64::from(u32::MAX)) as u32;
            // After a failure the run is further back and goes on; when it has ended it stays where it is.
            if self.advance(left) == 0 && self.simulation.tick() == before {
                return Err(FilmError::Ended(before));
            }
        }
        Ok(())
    }
}
