//! What a person sees while a run goes on: a progress bar on the terminal, and the live table. Knows nothing of how
//! the run is driven.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::measure::MetricsRow;
use crate::report;
use crate::run::Goal;
use crate::simulation::Simulation;

/// Shorter runs show no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// Real time between lines of the live table.
const TABLE_EVERY: Duration = Duration::from_secs(2);

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Show {
    /// Nothing.
    Nothing,
    /// A bar.
    Bar,
    /// A bar, and the live table.
    Table,
}

/// The screen of one run.
pub struct Screen {
    show: Show,
    goal: Goal,
    begun: Instant,
    /// Ticks when this call began.
    from: u64,
    /// Generations when this call began.
    from_generation: u64,
    bar: Option<ProgressBar>,
    told: Option<Instant>,
    head: bool,
    /// Rows of the newest metrics tick, while they wait for the table's next turn.
    waiting: Vec<MetricsRow>,
}

impl Screen {
    /// The screen of a run that begins now.
    pub fn new(show: Show, goal: Goal, simulation: &Simulation) -> Screen {
        Screen {
            show,
            goal,
            begun: Instant::now(),
            from: simulation.tick(),
            from_generation: simulation.generation(),
            bar: None,
            told: None,
            head: false,
            waiting: Vec::new(),
        }
    }

    /// Shows how far the run is.
    pub fn update(&mut self, simulation: &Simulation, metrics: &[MetricsRow]) {
        if self.show == Show::Table && !metrics.is_empty() {
            let newest = metrics.iter().map(|row| row.tick).max();
            self.waiting = metrics.iter().filter(|row| Some(row.tick) == newest).cloned().collect();
            if self.told.is_none_or(|told| told.elapsed() >= TABLE_EVERY) {
                self.table();
            }
        }
        let elapsed = self.begun.elapsed();
        if self.show == Show::Nothing || elapsed < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        let done = self.ticks(simulation);
        let bred = simulation.generation().saturating_sub(self.from_generation);
        let left = self.left(done, bred, elapsed);
        let bar = self.bar.get_or_insert_with(|| new_bar(self.goal));
        bar.set_position(match self.goal {
            Goal::Ticks(_) | Goal::Open => simulation.tick(),
            Goal::Generations(_) => simulation.generation(),
            Goal::Minutes(_) => elapsed.as_secs(),
        });
        let mut text = format!("tick {}, {:.0} ticks/s", simulation.tick(), done as f64 / elapsed.as_secs_f64());
        if let Some(left) = left {
            text += &format!(", {} left", indicatif::HumanDuration(left));
        }
        bar.set_message(text);
    }

    /// Time left at the rate since this call began: `done` ticks and `bred` generations in `elapsed`.
    fn left(&self, done: u64, bred: u64, elapsed: Duration) -> Option<Duration> {
        let (total, now) = match self.goal {
            Goal::Ticks(total) => (total.checked_sub(self.from)? as f64, done as f64),
            Goal::Generations(total) => (total.checked_sub(self.from_generation)? as f64, bred as f64),
            Goal::Minutes(minutes) => (minutes * 60.0, elapsed.as_secs_f64()),
            Goal::Open => return None,
        };
        let seconds = elapsed.as_secs_f64() * (total - now) / now;
        (now > 0.0).then(|| Duration::try_from_secs_f64(seconds.max(0.0)).ok()).flatten()
    }

    fn table(&mut self) {
        let mut text = String::new();
        if !self.head {
            text += &(report::table_head() + "\n");
            self.head = true;
        }
        for row in self.waiting.drain(..) {
            text += &(report::table_line(&row) + "\n");
        }
        self.told = Some(Instant::now());
        match &self.bar {
            Some(bar) => bar.suspend(|| say(&text)),
            None => say(&text),
        }
    }

    /// Ends the show; the newest rows are told whatever the time.
    pub fn end(&mut self) {
        if !self.waiting.is_empty() {
            self.table();
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Real time since the run began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Ticks since the run began.
    pub fn ticks(&self, simulation: &Simulation) -> u64 {
        simulation.tick().saturating_sub(self.from)
    }
}

fn new_bar(goal: Goal) -> ProgressBar {
    let (length, template) = match goal {
        Goal::Ticks(ticks) => (Some(ticks), "{bar:30} {pos}/{len} ticks  {msg}"),
        Goal::Generations(generations) => (Some(generations), "{bar:30} {pos}/{len} generations  {msg}"),
        Goal::Minutes(minutes) => (Some((minutes * 60.0) as u64), "{bar:30} {pos}/{len} s  {msg}"),
        Goal::Open => (None, "{spinner} {msg}"),
    };
    let bar = match length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    // The templates are constants; a test reads them.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{BackendChoice, Options};

    #[test]
    fn time_left_counts_from_where_this_call_began() {
        let scene = crate::scene::parse(include_str!("../../tests/cli/race.ron"), "race").unwrap();
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        let mut race = Simulation::new(scene, &options).unwrap();
        race.advance(80).unwrap();
        let minute = Duration::from_secs(60);
        // Two generations are done, two of the ten to come have taken a minute.
        let generations = Screen::new(Show::Bar, Goal::Generations(12), &race);
        assert_eq!(generations.left(80, 2, minute), Some(4 * minute));
        let ticks = Screen::new(Show::Bar, Goal::Ticks(480), &race);
        assert_eq!(ticks.left(80, 2, minute), Some(4 * minute));
        assert_eq!(generations.left(10, 0, minute), None, "nothing is known yet");
    }
}
