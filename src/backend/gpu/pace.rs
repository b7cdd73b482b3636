//! How many ticks one submission takes: as many as fill a few milliseconds, so that a desktop stays alive and a driver's
//! watchdog asleep. Knows nothing of the GPU.

use std::time::{Duration, Instant};

/// Time that a submission should take.
const TARGET: Duration = Duration::from_millis(4);

/// Most ticks in one submission.
const MOST: u32 = 512;

/// Keeps the number of ticks by measured time.
#[derive(Debug)]
pub struct Pace {
    ticks: u32,
    /// When the submission before ended, and the ticks of the one under way.
    under_way: Option<(Instant, u32)>,
}

impl Pace {
    /// Starts with a single tick.
    pub fn new() -> Pace {
        Pace { ticks: 1, under_way: None }
    }

    /// Ticks of the next submission.
    pub fn ticks(&self) -> u32 {
        self.ticks
    }

    /// A submission of `ticks` has been handed to an idle device.
    pub fn started(&mut self, ticks: u32, now: Instant) {
        self.under_way = Some((now, ticks));
    }

    /// The submission under way has ended; one of `next` ticks follows at once, unless 0.
    pub fn ended(&mut self, next: u32, now: Instant) {
        if let Some((begin, ticks)) = self.under_way.take() {
            self.learn(ticks, now.duration_since(begin));
        }
        if next > 0 {
            self.under_way = Some((now, next));
        }
    }

    /// Takes in that `ticks` took `time`.
    fn learn(&mut self, ticks: u32, time: Duration) {
        let each = (time.as_secs_f64() / f64::from(ticks.max(1))).max(1e-9);
        let wanted = (TARGET.as_secs_f64() / each).clamp(1.0, f64::from(MOST)) as u32;
        // Only a submission that was long enough to be measured may let the next be much longer.
        self.ticks = wanted.min(ticks.max(self.ticks).saturating_mul(2)).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settles_at_the_target_and_backs_off_at_once() {
        let mut pace = Pace::new();
        for _ in 0..20 {
            let ticks = pace.ticks();
            pace.learn(ticks, Duration::from_micros(100) * ticks);
        }
        assert_eq!(pace.ticks(), 40);
        pace.learn(40, Duration::from_millis(400));
        assert_eq!(pace.ticks(), 1);
        for _ in 0..20 {
            let ticks = pace.ticks();
            pace.learn(ticks, Duration::from_nanos(10) * ticks);
        }
        assert_eq!(pace.ticks(), MOST);
    }

    #[test]
    fn measures_from_end_to_end() {
        let mut pace = Pace::new();
        let begin = Instant::now();
        pace.started(1, begin);
        pace.ended(2, begin + Duration::from_millis(1));
        assert_eq!(pace.ticks(), 2);
        pace.ended(0, begin + Duration::from_millis(3));
        assert_eq!(pace.ticks(), 4);
    }
}
