//! Where the run has been: going to another moment of it, playing the past again, and taking over there. Knows nothing of how it is shown.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Runner;
use crate::app::engine::{BranchOfRun, TimelineView, lock, pace_of};
use crate::app::strings::run as text;
use crate::measure::MetricsRow;
use crate::report::quoted;
use crate::run::{Keeper, RunFolder, tables};
use crate::simulation::{Options, Simulation};
use crate::timeline::{Timeline, TimelineError};

/// Least time between two pictures of the timeline.
const STRIP_EVERY: Duration = Duration::from_millis(200);

impl Runner {
    /// Goes to a tick of a branch.
    pub(super) fn go(&mut self, branch: usize, tick: u64) {
        let here = branch == self.timeline.current() && tick == self.simulation.tick();
        if here || self.film.is_some() {
            return;
        }
        self.leave();
        // What a branch that stood beside would have come to past its end, and nobody has taken in yet, is no part of it.
        let end = self.timeline.branches().get(branch).map_or(0, |own| own.end);
        lock(&self.slot).metrics.retain(|(of, row)| of.branch != branch || row.tick <= end);
        let left = self.timeline.current();
        let gone = self.timeline.go(&mut self.simulation, branch, tick);
        self.keeping.turn_to(self.timeline.current());
        self.swap_compared(left);
        self.chronicle.back_to(self.simulation.tick());
        self.published = None;
        self.picture_strip();
        self.due = Instant::now();
        self.counted = (self.simulation.tick(), Instant::now());
        self.restart_listening();
        self.tell_stage();
        match gone {
            Ok(()) => self.come_to_the_end(),
            Err(TimelineError::Simulation(error)) => self.failed(error),
            Err(error) => {
                self.tell(text::moment_not_shown(error), true);
                // Where it stands at the end as before, it goes on, and is not kept as one that has ended.
                self.come_to_the_end();
            }
        }
    }

    /// Writes down what has not been told at the end of a branch, which is about to be left.
    fn leave(&mut self) {
        if self.timeline.is_past(&self.simulation) {
            return;
        }
        match self.simulation.drain() {
            Ok(happened) => self.note(happened, Duration::ZERO),
            Err(error) => return self.failed(error),
        }
        let left = self.keeping.leave(&mut self.simulation);
        self.kept(left);
        // Coming back there takes no time.
        if let Err(error) = self.timeline.keep(&mut self.simulation) {
            self.failed(error);
        }
    }

    /// Goes on in the past: what happens has happened before, and the commands are those that were made.
    pub(super) fn again(&mut self) {
        while let Some(command) = self.timeline.due(&self.simulation).cloned() {
            match self.simulation.command(command) {
                Ok(_) => {
                    self.published = None;
                    self.tell_stage();
                }
                Err(error) => {
                    self.paused = true;
                    return self.tell(text::past_not_played(error), true);
                }
            }
        }
        self.come_to_the_end();
    }

    /// Where the past ends, the run goes on as it did.
    fn come_to_the_end(&mut self) {
        if self.timeline.is_past(&self.simulation) {
            return;
        }
        // Told when this tick was reached first.
        if let Err(error) = self.simulation.drain() {
            return self.failed(error);
        }
        let goes_on = self.keeping.goes_on();
        self.kept(goes_on);
        self.make_due();
    }

    /// To the end of the present branch, so that what is saved last is what happened last.
    pub(super) fn go_to_the_end(&mut self) {
        let branch = self.timeline.current();
        if let Some(own) = self.timeline.branches().get(branch)
            && self.timeline.is_past(&self.simulation)
        {
            self.go(branch, own.end);
        }
    }

    /// Begins a branch here, where what comes next has been before.
    pub(super) fn take_over(&mut self) {
        if !self.timeline.is_past(&self.simulation) {
            return;
        }
        // What happened up to here is in the tables of the run that is left.
        let told = self.simulation.drain();
        let taken = told.and_then(|_| self.timeline.take_over(&mut self.simulation));
        match taken {
            Ok(_) => {}
            Err(error) => return self.failed(error),
        }
        // What comes now is no longer the run whose digest is known.
        self.expected = None;
        let branch = self.timeline.current();
        let kept = self.keeping.branch(branch, &mut self.simulation);
        self.kept(kept);
        if let Some((_, _, highest)) = &mut self.peak {
            *highest = f64::NEG_INFINITY;
        }
        // Before any row of its own.
        self.picture_strip();
        let kept = self.keeping.path().map_or_else(String::new, |path| text::branch_kept_in(&quoted(&path)));
        self.tell(text::branch_begins(branch + 1, self.simulation.tick(), &kept), false);
        self.tell_stage();
    }

    /// Remembers where the chosen statistic is highest.
    pub(super) fn look_for_peaks(&mut self, rows: &[MetricsRow]) {
        let Some((name, value, highest)) = &mut self.peak else { return };
        for row in rows {
            // Nothing compares with what was not measured.
            if value(row) > *highest {
                *highest = value(row);
                self.timeline.remember(&text::highest(name), row.tick);
            }
        }
    }

    /// Leaves a picture of the timeline, where it has changed and it is time.
    pub(super) fn show_strip(&mut self) {
        if self.stripped.1 && self.stripped.0.elapsed() >= STRIP_EVERY {
            self.picture_strip();
        }
    }

    fn picture_strip(&mut self) {
        let strip = TimelineView {
            epoch: self.epoch,
            branches: self.timeline.branches().to_vec(),
            current: self.timeline.current(),
            marks: self.timeline.marks(),
            saved: self.keeping.checkpoints(),
            bytes: self.timeline.bytes(),
        };
        lock(&self.slot).strip = Some(strip);
        self.stripped = (Instant::now(), false);
    }

    /// What the tables of a run have of the time before: its curves begin where it began.
    fn remember(&mut self, run: &Path) {
        let of = BranchOfRun { epoch: self.epoch, branch: self.timeline.current() };
        let metrics = tables::rows(&run.join(tables::METRICS));
        match (metrics, tables::rows(&run.join(tables::GENERATIONS))) {
            (Ok(metrics), Ok(generations)) => {
                let mut slot = lock(&self.slot);
                slot.metrics.extend(metrics.into_iter().map(|row| (of, row)));
                slot.generations.extend(generations.into_iter().map(|row| (of, row)));
            }
            (Err(error), _) | (_, Err(error)) => {
                self.tell(text::curves_begin_here(error), true);
            }
        }
    }

    /// Goes on with a run that was broken off; the present one ends, saved.
    pub(super) fn resume(&mut self, run: &Path) {
        let options = Options { beside: PathBuf::from(run), ..self.options.clone() };
        let opened = RunFolder::open(run).map_err(|error| error.to_string());
        let begun = opened.and_then(|(folder, loaded)| {
            let mut simulation = Simulation::restore(loaded.checkpoint, &options).map_err(|error| error.to_string())?;
            let timeline =
                Timeline::new(&mut simulation, self.timeline.bytes()[1]).map_err(|error| error.to_string())?;
            Ok((folder, simulation, timeline))
        });
        match begun {
            Ok((folder, simulation, timeline)) => {
                self.finish();
                self.keeping.take(Keeper::new(folder, None));
                self.pace = pace_of(simulation.scene());
                self.take_up(simulation, timeline, options);
                self.remember(run);
                self.tell(text::goes_on(&quoted(run), self.simulation.tick()), false);
                self.begin();
            }
            Err(error) => self.tell(text::cannot_go_on(&quoted(run), error), true),
        }
    }
}
