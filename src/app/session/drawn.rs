//! What is drawn at a moment: between which two states, and where the selected agent is. Part of `super`; draws nothing.

use std::time::Instant;

use super::Session;
use crate::app::engine::{ComparedBranch, View};
use crate::app::view::school::{self, Moment};
use crate::backend::Shown;
use crate::math::Vec3;

impl Session {
    /// Takes the newest state in.
    pub(super) fn show(&mut self, view: View) {
        let other = view.epoch != self.after.epoch
            || view.shown.world() != self.after.shown.world()
            || view.shown.tick() < self.after.shown.tick();
        self.before = if other { view.clone() } else { self.after.clone() };
        self.after = view;
        let gap = self.gap();
        if gap < 1.0 {
            self.delay += 0.15 * (gap - self.delay);
        }
    }

    fn gap(&self) -> f64 {
        self.after.due.saturating_duration_since(self.before.due).as_secs_f64()
    }

    /// The state to draw now: a little in the past, so that there is always a later snapshot to move toward.
    pub fn moment(&self, now: Instant) -> Moment {
        if let Some(film) = &self.exposure {
            return film.moment();
        }
        let (before, after) = (self.before.shown.clone(), self.after.shown.clone());
        Moment { before, after, share: self.share(now), beat: self.beat }
    }

    /// The branch that is shown beside, unless a film is made.
    pub fn beside(&self) -> Option<&ComparedBranch> {
        self.after.beside.as_ref().filter(|_| self.exposure.is_none())
    }

    /// What to draw of the branch beside, at the same moment as `moment`.
    pub fn moment_beside(&self, now: Instant) -> Option<Moment> {
        let after = self.beside()?;
        let before = self.before.beside.as_ref().filter(|before| before.branch == after.branch).unwrap_or(after);
        let (before, after) = (before.shown.clone(), after.shown.clone());
        Some(Moment { before, after, share: self.share(now), beat: self.beat })
    }

    /// Where between the last two ticks the moment drawn lies.
    fn share(&self, now: Instant) -> f32 {
        let since = now.saturating_duration_since(self.before.due).as_secs_f64() - self.delay;
        let share = (since / self.gap().max(1e-3)).clamp(0.0, 1.0) as f32;
        // Standing still, the newest state is shown.
        if self.status.paused { 1.0 } else { share }
    }

    /// Where the selected agent is drawn now, as far as that is known.
    pub fn place(&self, now: Instant) -> Option<Vec3> {
        let plan = &self.stage.plan;
        let slot = self.selected?;
        if let Some(film) = &self.exposure {
            return school::position(plan, &film.before, &film.after, film.share, slot as usize);
        }
        let of = |view: &View| view.watched.filter(|(watched, _)| *watched == slot).map(|(_, agent)| agent);
        let after = of(&self.after)?;
        let before = of(&self.before).unwrap_or(after);
        (after.alive == 1).then(|| school::between(plan, &before, &after, self.share(now)))
    }

    /// Where the selected agent faces, as far as that is known.
    pub fn facing(&self) -> Option<Vec3> {
        let slot = self.selected?;
        self.after.watched.filter(|(watched, _)| *watched == slot).map(|(_, agent)| agent.heading)
    }

    /// The newest state that is shown.
    pub fn shown(&self) -> &Shown {
        &self.after.shown
    }

    /// Living agents of a species: counted where they are in sight of the processor, else those of the last metrics.
    pub fn living(&self, species: usize) -> usize {
        let p = &self.stage.plan.species[species];
        let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
        match &self.after.shown {
            Shown::Host(snapshot) => {
                snapshot.agents.get(slots).map_or(0, |agents| agents.iter().filter(|a| a.alive == 1).count())
            }
            Shown::Device(_) => {
                let last = self.tables.get(species).and_then(|table| table.rows.last());
                last.map_or(self.stage.scene.species[species].count, |row| row.population) as usize
            }
        }
    }

    /// Living agents of all species.
    pub fn all_living(&self) -> usize {
        (0..self.stage.plan.species.len()).map(|species| self.living(species)).sum()
    }
}
