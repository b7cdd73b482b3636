//! Who stands out, who is kin to whom, who was fittest, what the selected come to: what the simulation thread tells of individuals.
//! Knows nothing of how it is drawn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Runner;
use crate::app::engine::chronicle::REST;
use crate::app::engine::gathering::Gathered;
use crate::app::engine::lock;
use crate::app::strings::run as text;
use crate::simulation::{Name, PickBy};

/// Least time between two tellings of those who are selected together; see `REST` for how much longer it may be.
const MANY_EVERY: Duration = Duration::from_millis(300);
/// Least time between two tellings of a family.
pub(super) const FAMILY_EVERY: Duration = Duration::from_millis(700);

impl Runner {
    /// Picks the agent of the shown world that stands out.
    pub(super) fn pick(&mut self, what: PickBy, species: Option<u32>) {
        match self.simulation.pick(self.world, species, what) {
            Ok(Some(slot)) => lock(&self.slot).picked = Some(slot),
            Ok(None) => {
                let why = match what {
                    PickBy::Fittest => text::NOBODY_FIT,
                    PickBy::Loudest => text::NOBODY_LOUD,
                    PickBy::Oldest => text::NOBODY_OLD,
                    PickBy::Oddest => text::NOBODY_ODD,
                };
                self.tell(text::nobody_picked(why), true);
            }
            Err(error) => self.failed(error),
        }
    }

    /// Picks an individual where it lives in the shown world by now: its place may be somebody else's since it was told of.
    pub(super) fn find(&mut self, name: Name) {
        let standings = match self.simulation.standings() {
            Ok(standings) => standings,
            Err(error) => return self.failed(error),
        };
        let mut own = standings.iter().filter(|standing| standing.name == Some(name));
        match own.clone().find(|standing| standing.world == self.world) {
            Some(standing) => lock(&self.slot).picked = Some(standing.slot),
            None => {
                let gone = match own.next() {
                    Some(standing) => text::lives_elsewhere(name.id, standing.world + 1),
                    None => text::has_died(name.id),
                };
                self.tell(gone, true);
            }
        }
    }

    /// Tells what those who are selected together come to, where it is time and anything has changed.
    pub(super) fn show_many(&mut self) {
        let (many, due, told) = &self.many;
        let tick = self.simulation.tick();
        if many.is_empty() || *told == Some(tick) || Instant::now() < *due {
            return;
        }
        let (many, begun) = (many.clone(), Instant::now());
        match self.simulation.standings() {
            Ok(standings) => {
                let gathered = Gathered::of(&standings, self.world, &many);
                lock(&self.slot).gathered = Some((many.clone(), gathered));
                self.many = (many, begun + MANY_EVERY.max(begun.elapsed() * REST), Some(tick));
            }
            Err(error) => self.failed(error),
        }
    }

    /// Looks at everybody who lives, where it is time.
    pub(super) fn look_around(&mut self) {
        if !self.chronicle.is_due() {
            return;
        }
        match self.chronicle.look(&mut self.simulation, self.world) {
            Ok(true) => lock(&self.slot).fame = Some(Arc::new(self.chronicle.fame())),
            Ok(false) => {}
            Err(error) => self.failed(error),
        }
    }

    /// Tells of the family that was asked for, where it is time.
    pub(super) fn show_family(&mut self) {
        // Else only ticks make it look: standing still, a change would be missed.
        if self.chronicle.is_stale() {
            self.look_around();
        }
        let (Some(whose), told) = self.family else { return };
        if told.elapsed() >= FAMILY_EVERY {
            let begun = Instant::now();
            lock(&self.slot).family = Some(Arc::new(self.chronicle.family(whose)));
            // Of a long run there are many births to go through: the next time waits for as long as after a look.
            self.family.1 = Instant::now() + begun.elapsed() * REST;
        }
    }
}
