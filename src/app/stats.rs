//! Measures the window: what a frame costs to draw, and how much open panels slow the run. Goes through its phases by
//! itself, prints what it found and closes the window. Nobody's settings are touched.

use std::time::Instant;

use bevy::app::AppExit;
use bevy::prelude::*;

use crate::app::engine::{Control, Pace};
use crate::app::frame::Drawing;
use crate::app::panels::{Desk, presets, theme};
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::strings::stats as text;
use crate::app::view::tally::{Drawn, Tally};

/// Seconds given to the start: pipelines are made, the quality level settles.
const WARM: f64 = 4.0;

/// What is measured one after another: words for it, whether the simulation runs, whether panels are open.
const PHASES: [(&str, bool, bool); 4] = [
    (text::STILL_BARE, false, false),
    (text::STILL, false, true),
    (text::RUNNING_BARE, true, false),
    (text::RUNNING, true, true),
];

/// Seconds within which a frame must have been counted, when all has been measured.
const COUNTED_IN: f64 = 5.0;

/// Times that the phases are gone through, so that what else the machine does falls on all of them alike.
const ROUNDS: usize = 4;

/// What was counted in one phase.
#[derive(Clone, Default)]
struct Count {
    /// Seconds between frames.
    frames: Vec<f64>,
    seconds: f64,
    ticks: u64,
    /// Seconds of processor time, of all threads.
    busy: f64,
}

/// A measurement under way.
#[derive(Resource)]
pub struct Stats {
    /// Seconds a phase and round.
    seconds: f64,
    /// Phases begun; before the first one the window warms up.
    begun: usize,
    counts: [Count; PHASES.len()],
    /// Whether all phases are over.
    ended: bool,
    since: Instant,
    from: u64,
    busy: f64,
    last: Instant,
}

impl Stats {
    /// A measurement of so many seconds a phase.
    pub fn new(seconds: f64) -> Stats {
        let now = Instant::now();
        let counts = std::array::from_fn(|_| Count::default());
        Stats {
            seconds: seconds / ROUNDS as f64,
            begun: 0,
            counts,
            ended: false,
            since: now,
            from: 0,
            busy: 0.0,
            last: now,
        }
    }

    /// The first looks of the window, with every panel in sight.
    pub fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.dock = presets::all();
        settings
    }

    fn tell(&mut self, level: &str, adapter: &str, drawn: Option<Drawn>) {
        for (count, (name, ..)) in self.counts.iter_mut().zip(PHASES) {
            count.frames.sort_by(f64::total_cmp);
            let last = count.frames.len().saturating_sub(1) as f64;
            let at = |share: f64| 1e3 * count.frames.get((last * share) as usize).copied().unwrap_or(f64::NAN);
            let each = [count.frames.len() as f64, count.ticks as f64, count.busy].map(|all| all / count.seconds);
            println!("{}", text::phase(name, [at(0.5), at(0.9)], each, level));
        }
        match drawn {
            Some(Drawn { calls, vertices }) => {
                println!("{}", text::drawn(calls, &theme::grouped(vertices), adapter));
            }
            None => println!("{}", text::not_counted(adapter)),
        }
    }
}

/// Takes the time of a frame, and goes on to the next phase when it is time.
pub fn measure(
    mut stats: ResMut<Stats>,
    mut session: ResMut<Session>,
    mut desk: ResMut<Desk>,
    drawing: Res<Drawing>,
    tally: Res<Tally>,
    mut exits: MessageWriter<AppExit>,
) {
    let stats = &mut *stats;
    let frame = stats.last.elapsed().as_secs_f64();
    stats.last = Instant::now();
    let (elapsed, tick) = (stats.since.elapsed().as_secs_f64(), session.status.tick);
    if let Some(phase) = stats.begun.checked_sub(1).filter(|_| !stats.ended) {
        let count = &mut stats.counts[phase % PHASES.len()];
        count.frames.push(frame);
        if elapsed < stats.seconds {
            return;
        }
        count.seconds += elapsed;
        count.ticks += tick.saturating_sub(stats.from);
        count.busy += busy() - stats.busy;
    } else if !stats.ended && elapsed < WARM {
        return;
    }
    if stats.begun == ROUNDS * PHASES.len() {
        // What is waited for now is no part of the last phase.
        stats.ended = true;
        let drawn = tally.ask();
        if drawn.is_none() && elapsed < stats.seconds + COUNTED_IN {
            return;
        }
        stats.tell(&drawing.chooser.level().name().to_lowercase(), &drawing.adapter, drawn);
        exits.write(AppExit::Success);
        return;
    }
    let (_, runs, open) = PHASES[stats.begun % PHASES.len()];
    session.send(Control::Pace(Pace::Fast));
    session.send(if runs { Control::Play } else { Control::Pause });
    if session.selected.is_none() {
        session.select(Some(0));
    }
    desk.settings.panels = open;
    stats.begun += 1;
    (stats.since, stats.from, stats.busy) = (Instant::now(), tick, busy());
}

/// Seconds of processor time that this process has used, NaN where the system does not tell in this way. On a machine
/// with other work a frame takes longer than it would alone; this tells by how much.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces; user and system time are the 12th and 13th field behind it.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let hundredths = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (hundredths(11) + hundredths(12)) / 100.0
}
