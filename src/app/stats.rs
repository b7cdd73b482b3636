//! Measures the window: what a frame costs to draw, and how much open panels slow the run. Goes through its phases by
//! itself, prints what it found and closes the window. Nobody's settings are touched.

use std::time::Instant;

use bevy::app::AppExit;
use bevy::prelude::*;

use crate::app::engine::{Control, Pace};
use crate::app::panels::{self, Desk};
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::window::{Drawing, level_name};

/// Seconds given to the start: pipelines are made, the quality level settles.
const WARM: f64 = 4.0;

/// What is measured one after another: words for it, whether the simulation runs, whether panels are open.
const PHASES: [(&str, bool, bool); 4] = [
    ("standing still, no panels", false, false),
    ("standing still, all panels", false, true),
    ("running, no panels", true, false),
    ("running, all panels", true, true),
];

/// A measurement under way.
#[derive(Resource)]
pub struct Stats {
    /// Seconds a phase.
    seconds: f64,
    /// The phase; before the first one the window warms up.
    phase: Option<usize>,
    since: Instant,
    from: u64,
    /// Seconds between frames of this phase.
    frames: Vec<f64>,
    last: Instant,
}

impl Stats {
    /// A measurement of so many seconds a phase.
    pub fn new(seconds: f64) -> Stats {
        let now = Instant::now();
        Stats { seconds, phase: None, since: now, from: 0, frames: Vec::new(), last: now }
    }

    /// The first looks of the window, with every panel in sight.
    pub fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.dock = panels::layout_of_all();
        settings
    }
}

/// Takes the time of a frame, and goes on to the next phase when it is time.
pub fn measure(
    mut stats: ResMut<Stats>,
    mut session: ResMut<Session>,
    mut desk: ResMut<Desk>,
    drawing: Res<Drawing>,
    mut exits: MessageWriter<AppExit>,
) {
    let stats = &mut *stats;
    let frame = stats.last.elapsed().as_secs_f64();
    stats.last = Instant::now();
    stats.frames.push(frame);
    let (elapsed, tick) = (stats.since.elapsed().as_secs_f64(), session.status.tick);
    if elapsed < if stats.phase.is_none() { WARM } else { stats.seconds } {
        return;
    }
    if let Some(phase) = stats.phase {
        let frames = &mut stats.frames;
        frames.sort_by(f64::total_cmp);
        let at = |share: f64| 1e3 * frames[((frames.len() - 1) as f64 * share) as usize];
        println!(
            "{:<28} {:>6.1} ms a frame (9 of 10 within {:.1}), {:>5.1} frames/s, {:>7.1} ticks/s, quality {}",
            PHASES[phase].0,
            at(0.5),
            at(0.9),
            frames.len() as f64 / elapsed,
            tick.saturating_sub(stats.from) as f64 / elapsed,
            level_name(desk.settings.level.unwrap_or(drawing.chooser.level())).to_lowercase(),
        );
    }
    let next = stats.phase.map_or(0, |phase| phase + 1);
    let Some((_, runs, open)) = PHASES.get(next) else {
        exits.write(AppExit::Success);
        return;
    };
    session.send(Control::Pace(Pace::Fast));
    session.send(if *runs { Control::Play } else { Control::Pause });
    if session.selected.is_none() {
        session.select(Some(0));
    }
    desk.settings.panels = *open;
    stats.frames.clear();
    (stats.phase, stats.since, stats.from) = (Some(next), Instant::now(), tick);
}
