//! The life of a run in the simulation thread: how it begins, what keeps it, how it survives a failure, how it ends.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::Runner;
use crate::app::engine::chronicle::Chronicle;
use crate::app::engine::{Ending, lock, pace_of};
use crate::app::strings::run as text;
use crate::command::Logged;
use crate::report::{Course, Report, quoted};
use crate::run::{RunError, share};
use crate::scene::SceneSpec;
use crate::simulation::{Options, Simulation, SimulationError};
use crate::timeline::Timeline;

impl Runner {
    /// Saves the end of the run and tells what it came to.
    pub fn end(&mut self) -> Ending {
        self.finish();
        let run = self.keeping.path();
        let hints = run.iter().map(|run| text::hints(&quoted(run)));
        let course = Course {
            command: "window",
            seconds: self.keeping.seconds(),
            ticks: self.simulation.tick(),
            faults: self.faults,
            hints: hints.collect(),
            run,
            ..Course::default()
        };
        let end = self.simulation.checkpoint().map_err(|e| e.to_string());
        let report = end.map(|end| Report::of(&self.simulation, &end, course));
        Ending { report, trouble: self.trouble.take() }
    }

    /// Starts over with a scene, with commands to be made and a digest to be met at a tick; the present run ends, saved.
    pub(super) fn restart(
        &mut self,
        scene: SceneSpec,
        origin: &str,
        (script, expected): (Vec<Logged>, Option<(u64, String)>),
    ) {
        let beside = Path::new(origin).parent().map(Path::to_path_buf).unwrap_or_default();
        let options = Options { beside: beside.clone(), ..self.options.clone() };
        let mut simulation = match Simulation::new(scene, &options) {
            Ok(simulation) => simulation,
            Err(error) => return self.tell(text::not_started(error), true),
        };
        let timeline = match Timeline::new(&mut simulation, self.timeline.bytes()[1]) {
            Ok(timeline) => timeline,
            Err(error) => return self.tell(text::not_started(error), true),
        };
        self.finish();
        let begun = self.keeping.begin(&mut simulation, origin, &beside);
        self.pace = pace_of(simulation.scene());
        self.take_up(simulation, timeline, options);
        (*self.ahead(), self.expected) = (script.into(), expected);
        if let Err(error) = begun {
            self.tell(text::not_kept(error), true);
        }
        self.begin();
    }

    /// Goes over to another run.
    pub(super) fn take_up(&mut self, simulation: Simulation, timeline: Timeline, options: Options) {
        (self.simulation, self.timeline, self.options) = (simulation, timeline, options);
        self.beside = None;
        (self.trouble, self.broken) = (None, false);
        self.script.clear();
        self.expected = None;
        self.epoch += 1;
        self.world = 0;
        self.watched = None;
        self.many = (Arc::default(), Instant::now(), None);
        self.published = None;
        self.chronicle = Chronicle::new();
        self.family.0 = None;
        self.mapped = (Instant::now(), None);
        // What is still waiting to be taken in is of the run before, and nothing in it says so.
        let mut slot = lock(&self.slot);
        (slot.fame, slot.family, slot.opened, slot.picked, slot.back) = (None, None, None, None, None);
        (slot.maps, slot.elite) = (None, None);
        drop(slot);
        (self.film, self.stood) = (None, None);
        (self.faults, self.saved_faults) = (0, 0);
        if let Some((_, _, highest)) = &mut self.peak {
            *highest = f64::NEG_INFINITY;
        }
        self.cost = 1e-3;
        self.counted = (self.simulation.tick(), Instant::now());
        self.due = Instant::now();
        self.stripped.1 = true;
        self.restart_listening();
    }

    /// Writes the run, as far as it has come, into one file.
    pub(super) fn share(&mut self, to: &Path, picture: Option<&[u8]>) {
        if !self.timeline.is_past(&self.simulation)
            && let Some(keeper) = self.keeping.keeper()
        {
            let saved = keeper.save(&mut self.simulation);
            self.kept(saved);
        }
        let Some(run) = self.keeping.path() else {
            return self.tell(text::NOT_KEPT_SO_NOT_SHARED.to_string(), true);
        };
        match share::pack(&run, to, picture) {
            Ok(share) => self.tell(text::shared(share.tick, to.display()), false),
            Err(error) => self.tell(text::not_shared(error), true),
        }
    }

    /// Says whether the run is the one that was shared.
    pub(super) fn meet(&mut self, digest: &str) {
        let tick = self.simulation.tick();
        match self.simulation.digest() {
            Ok(own) if own == digest => self.tell(text::same_digest(tick), false),
            Ok(_) => self.tell(text::other_digest(tick), true),
            Err(error) => self.failed(error),
        }
    }

    /// The first words about a run that begins, and what its script asks for before the first tick.
    pub(super) fn begin(&mut self) {
        if let Some(note) = self.simulation.note() {
            self.tell(text::note(note), true);
        }
        self.make_due();
        self.tell_stage();
    }

    /// Saves the end of the present run.
    pub(super) fn finish(&mut self) {
        self.go_to_the_end();
        let kept = self.keeping.finish(&mut self.simulation);
        self.kept(kept);
    }

    /// Takes the outcome of keeping the run. When it cannot be kept any longer it goes on all the same, and says so.
    pub(super) fn kept(&mut self, outcome: Result<(), RunError>) {
        match outcome {
            Ok(()) => {}
            Err(RunError::Simulation(error)) => self.failed(error),
            Err(error) => {
                let run = self.keeping.give_up().map_or_else(String::new, |run| quoted(&run));
                let trouble = text::no_longer_kept(error, &run);
                self.tell(trouble.clone(), true);
                self.trouble = Some(trouble);
                self.tell_stage();
            }
        }
    }

    /// After a failure of the backend: back to the last checkpoint, on a new device or on the processor. Commands made
    /// since then are made again at their ticks, so that the run comes to the same state.
    pub(super) fn failed(&mut self, error: SimulationError) {
        let why = error.to_string();
        let again = error.lost().is_some();
        let gone_back = match self.keeping.keeper() {
            Some(keeper) if matches!(error, SimulationError::Backend(_)) && self.simulation.info().kind == "gpu" => {
                keeper.go_back(&mut self.options, again)
            }
            _ => Err(error.into()),
        };
        match gone_back {
            Ok(simulation) => {
                // In the past nothing is lost: the branch was saved where it was left.
                let lost = self.simulation.log().get(simulation.log().len()..).unwrap_or_default().to_vec();
                let past = self.timeline.is_past(&self.simulation);
                self.simulation = simulation;
                self.beside = None;
                if !past {
                    let ahead = self.ahead();
                    *ahead = lost.into_iter().chain(ahead.drain(..)).collect();
                    self.timeline.cut(&self.simulation);
                }
                self.stripped.1 = true;
                self.published = None;
                self.faults = self.saved_faults;
                let (tick, on) = (self.simulation.tick(), self.simulation.info());
                self.counted = (tick, Instant::now());
                if !past {
                    lock(&self.slot).back = Some(tick);
                }
                self.tell(text::gone_back(&why, tick, on.kind, &on.device), true);
                self.restart_listening();
                self.make_due();
                self.tell_stage();
            }
            Err(error) => {
                (self.paused, self.broken) = (true, true);
                self.tell(text::stopped(error), true);
            }
        }
    }
}
