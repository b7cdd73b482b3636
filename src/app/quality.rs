//! How much is drawn: a level chosen from the kind of adapter and from measured frame times, and what each level
//! means. Knows nothing of how it is drawn.

use std::time::Duration;

use crate::app::device::Adapter;
use crate::app::strings::looks as text;

/// How much is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Level {
    /// Coarse bodies, halos instead of bloom, few motes: for software rendering.
    Low,
    /// Modelled bodies and small bloom.
    Medium,
    /// Everything, with smooth edges.
    High,
}

/// What a level means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Modelled bodies with eyes and all fins.
    pub fine: bool,
    /// Largest side of the bloom's buffers, texels; `None` draws halos instead.
    pub bloom: Option<u32>,
    /// Samples a pixel.
    pub samples: u32,
    /// Spots drawn for the fields of a volume.
    pub spots: usize,
    /// Drifting motes.
    pub motes: u32,
}

impl Level {
    /// All levels with their label and what they cost.
    pub const ALL: [(Level, &'static str, &'static str); 3] = [
        (Level::Low, text::LOW, text::LOW_TIP),
        (Level::Medium, text::MEDIUM, text::MEDIUM_TIP),
        (Level::High, text::HIGH, text::HIGH_TIP),
    ];

    /// This level as a word.
    pub fn name(self) -> &'static str {
        Level::ALL.iter().find(|(level, ..)| *level == self).map_or("", |(_, name, _)| name)
    }

    /// What this level means.
    pub fn quality(self) -> Quality {
        match self {
            Level::Low => Quality { fine: false, bloom: None, samples: 1, spots: 700, motes: 110 },
            Level::Medium => Quality { fine: true, bloom: Some(256), samples: 1, spots: 2_500, motes: 400 },
            Level::High => Quality { fine: true, bloom: Some(512), samples: 4, spots: 5_000, motes: 700 },
        }
    }
}

/// Chooses the level.
#[derive(Clone, Debug)]
pub struct Chooser {
    level: Level,
    best: Level,
    /// Smoothed seconds a frame.
    frame: f64,
    /// Seconds that the frame time has called for another level.
    slow: f64,
    quick: f64,
}

/// Frames longer than this call for less.
const TOO_SLOW: f64 = 1.0 / 22.0;
/// Frames shorter than this leave room for more.
const QUICK: f64 = 1.0 / 55.0;

impl Chooser {
    /// Starts at what the adapter promises.
    pub fn new(adapter: &Adapter) -> Chooser {
        let best = match adapter {
            a if a.software => Level::Low,
            a if a.integrated => Level::Medium,
            _ => Level::High,
        };
        Chooser { level: best, best, frame: 1.0 / 60.0, slow: 0.0, quick: 0.0 }
    }

    /// The level at present.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Takes the time of a frame. Goes down after two slow seconds, up again after ten quick ones.
    pub fn frame(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        self.frame += 0.1 * (seconds.min(0.5) - self.frame);
        self.slow = if self.frame > TOO_SLOW { self.slow + seconds } else { 0.0 };
        self.quick = if self.frame < QUICK { self.quick + seconds } else { 0.0 };
        let next = match self.level {
            Level::High if self.slow > 2.0 => Level::Medium,
            Level::Medium if self.slow > 2.0 => Level::Low,
            Level::Low if self.quick > 10.0 && self.best > Level::Low => Level::Medium,
            Level::Medium if self.quick > 10.0 && self.best > Level::Medium => Level::High,
            same => same,
        };
        if next != self.level {
            // A level that was too slow once is not tried again and again.
            self.best = self.best.min(if next < self.level { next } else { self.best });
            self.level = next;
            self.slow = 0.0;
            self.quick = 0.0;
        }
    }

    /// Smoothed frames a second.
    pub fn frames_per_second(&self) -> f64 {
        1.0 / self.frame.max(1e-4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(software: bool) -> Adapter {
        Adapter { name: "x".into(), software, integrated: false }
    }

    #[test]
    fn slow_frames_lower_the_level_and_it_does_not_bounce_back() {
        let mut chooser = Chooser::new(&adapter(false));
        assert_eq!(chooser.level(), Level::High);
        (0..100).for_each(|_| chooser.frame(Duration::from_millis(90)));
        assert!(chooser.level() < Level::High);
        let settled = chooser.level();
        (0..3_000).for_each(|_| chooser.frame(Duration::from_millis(8)));
        assert_eq!(chooser.level(), settled);
    }

    #[test]
    fn software_stays_low() {
        let mut chooser = Chooser::new(&adapter(true));
        (0..3_000).for_each(|_| chooser.frame(Duration::from_millis(5)));
        assert_eq!(chooser.level(), Level::Low);
    }
}
