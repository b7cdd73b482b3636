//! Films of the running simulation: how one begins, in the past too, and what the run goes back to after it. Knows nothing of cameras and
//! files.

use std::time::Instant;

use super::Runner;
use crate::app::film::clock::FilmClock;
use crate::app::strings::run as text;

impl Runner {
    /// Begins a film where the run stands, or at an earlier tick of its branch.
    pub(super) fn begin_film(&mut self, mut clock: FilmClock, from: Option<u64>) {
        self.films += 1;
        self.stood = None;
        if let Some(from) = from.filter(|from| *from != self.simulation.tick()) {
            let stood = (self.timeline.current(), self.simulation.tick());
            self.go(stood.0, from);
            if self.simulation.tick() != from {
                return self.tell(text::film_cannot_begin(from), true);
            }
            self.stood = Some(stood);
        }
        clock.begin(self.simulation.tick());
        self.film = Some(clock);
    }

    /// Goes on as before the film.
    pub(super) fn end_film(&mut self) {
        self.film = None;
        if let Some((branch, tick)) = self.stood.take() {
            self.go(branch, tick);
        }
        self.due = Instant::now();
    }
}
