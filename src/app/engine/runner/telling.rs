//! What the simulation thread leaves for the window: the present tick to be drawn, the status, messages, the agent that is looked at. Knows
//! nothing of what the window makes of it.

use std::sync::Arc;
use std::time::Instant;

use super::{DETAIL_EVERY, Runner};
use crate::app::engine::{BranchOfRun, InspectedAgent, Notice, Stage, View, lock};
use crate::backend::Shown;
use crate::backend::cpu::neurons;
use crate::layout::Agent;
use crate::measure::MetricsRow;
use crate::simulation::SimulationError;

/// Notices that wait at most: a window that is not looking (minimised) must not make them pile up.
const MOST_NOTICES: usize = 50;
/// Rows of metrics that wait at most, for the same reason: many times as many as tables keep.
const MOST_ROWS: usize = 65_536;

/// Lets go of the rows of every second tick where too many wait.
pub(super) fn thin(rows: &mut Vec<(BranchOfRun, MetricsRow)>) {
    if rows.len() <= MOST_ROWS {
        return;
    }
    let (mut last, mut stays) = (None, false);
    rows.retain(|(of, row)| {
        let now = Some((of.branch, row.tick));
        if last != now {
            (last, stays) = (now, !stays);
        }
        stays
    });
}

impl Runner {
    pub(super) fn tell(&self, text: String, bad: bool) {
        let mut slot = lock(&self.slot);
        if slot.notices.len() < MOST_NOTICES {
            slot.notices.push(Notice { text, bad });
        }
    }

    pub(super) fn tell_stage(&self) {
        let stage = Stage {
            epoch: self.epoch,
            scene: Arc::new(self.simulation.scene().clone()),
            plan: Arc::new(self.simulation.plan().clone()),
            info: self.simulation.info(),
            kept: self.keeping.path(),
        };
        lock(&self.slot).stage = Some(stage);
    }

    /// Leaves a snapshot when the last one was taken, and the status always.
    pub(super) fn publish(&mut self) {
        let tick = self.simulation.tick();
        let now = Instant::now();
        let (from, since) = self.counted;
        let span = now.duration_since(since).as_secs_f64();
        let mut slot = lock(&self.slot);
        slot.status.tick = tick;
        slot.status.paused = self.paused;
        slot.status.broken = self.broken;
        slot.status.past = self.timeline.is_past(&self.simulation);
        slot.status.filming = self.film.is_some();
        slot.status.films = self.films;
        slot.status.faults = self.faults;
        slot.status.ended = self.until.is_some_and(|until| tick >= until);
        if span >= 0.5 {
            slot.status.ticks_per_second = tick.saturating_sub(from) as f64 / span;
            self.counted = (tick, now);
        }
        let wanted = slot.view.is_none();
        drop(slot);
        self.show_strip();
        self.show_family();
        self.show_many();
        self.show_archives();
        if wanted && self.published != Some(tick) {
            match self.view() {
                Ok(view) => {
                    lock(&self.slot).view = Some(view);
                    self.published = Some(tick);
                }
                // Once paused for good there is nothing more to try.
                Err(error) if !self.paused => self.failed(error),
                Err(_) => self.published = Some(tick),
            }
        }
        if self.watched.is_some() && now.saturating_duration_since(self.looked) >= DETAIL_EVERY {
            self.look();
        }
    }

    /// The present tick, to be drawn.
    pub(super) fn view(&mut self) -> Result<View, SimulationError> {
        let shown = self.simulation.show(self.world)?;
        let agent = match (&shown, self.watched) {
            (_, None) => None,
            (Shown::Host(snapshot), Some(slot)) => snapshot.agents.get(slot as usize).copied(),
            // The only thing that comes off the device for a picture, and only while somebody looks at an agent.
            (Shown::Device(_), Some(_)) => self.look(),
        };
        let beside = self.view_beside();
        Ok(View { shown, beside, watched: self.watched.zip(agent), due: self.due, epoch: self.epoch })
    }

    /// Opens the selected agent up for the agent panel, and gives its small state.
    pub(super) fn look(&mut self) -> Option<Agent> {
        self.looked = Instant::now();
        let Ok(detail) = self.simulation.detail(self.world, self.watched?) else {
            self.watched = None;
            return None;
        };
        let agent = detail.agent;
        let name = agent.and_then(|agent| self.simulation.name_of(self.world, detail.slot, agent.id));
        let birth = name.and_then(|name| self.chronicle.known(name).birth);
        let line = name.map_or(vec![], |name| self.chronicle.line(name));
        let neurons = neurons(self.simulation.plan(), self.simulation.stream_of(self.world), &detail);
        lock(&self.slot).opened = Some(InspectedAgent { detail, birth, name, neurons, line });
        agent
    }
}
