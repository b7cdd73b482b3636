//! What a person sees while a run goes on: a progress bar on the terminal, and a live table, of generations where whole
//! populations evolve and of metrics elsewhere. Knows nothing of how the run is driven.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::measure::MetricsRow;
use crate::report::lines;
use crate::run::{Generation, Goal};
use crate::scene::{Evolution, SceneSpec};
use crate::simulation::{Happened, Simulation};

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
    /// Species of whole populations, with their genomes; the table is of metrics when there are none.
    populations: Vec<(String, u64)>,
    bar: Option<ProgressBar>,
    told: Option<Instant>,
    head: bool,
    waiting: Waiting,
    /// The newest generation of the first such species.
    newest: Option<Generation>,
}

/// What waits for the table's next turn.
#[derive(Default)]
struct Waiting {
    /// Rows of the newest metrics tick.
    metrics: Vec<MetricsRow>,
    /// The newest generation of each species.
    generations: Vec<Generation>,
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
            populations: populations(simulation.scene()),
            bar: None,
            told: None,
            head: false,
            waiting: Waiting::default(),
            newest: None,
        }
    }

    /// Shows how far the run is.
    pub fn update(&mut self, simulation: &Simulation, happened: &Happened) {
        self.take(happened);
        let waits = !self.waiting.metrics.is_empty() || !self.waiting.generations.is_empty();
        if self.show == Show::Table && waits && self.told.is_none_or(|told| told.elapsed() >= TABLE_EVERY) {
            self.table(simulation);
        }
        let elapsed = self.begun.elapsed();
        if self.show == Show::Nothing || elapsed < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        let text = self.message(simulation);
        let bar = self.bar.get_or_insert_with(|| new_bar(self.goal));
        bar.set_position(match self.goal {
            Goal::Ticks(_) | Goal::Open => simulation.tick(),
            Goal::Generations(_) => simulation.generation(),
            Goal::Minutes(_) => elapsed.as_secs(),
        });
        bar.set_message(text);
    }

    /// Keeps the newest of what happened.
    fn take(&mut self, happened: &Happened) {
        if self.populations.is_empty() {
            if let Some(newest) = happened.metrics.iter().map(|row| row.tick).max() {
                self.waiting.metrics = happened.metrics.iter().filter(|row| row.tick == newest).cloned().collect();
            }
            return;
        }
        if let Some(newest) = happened.generations.iter().map(|row| row.generation).max() {
            let rows = happened.generations.iter().filter(|row| row.generation == newest);
            self.waiting.generations = rows.map(Generation::of).collect();
            self.newest = self.waiting.generations.first().cloned();
        }
    }

    /// What stands beside the bar.
    fn message(&self, simulation: &Simulation) -> String {
        let rate = self.ticks(simulation) as f64 / self.begun.elapsed().as_secs_f64();
        // What one looks for first comes first: a narrow terminal cuts the rest.
        let left = self.time_left(simulation).map_or(String::new(), |left| format!(", {} left", lines::clock(left)));
        match &self.newest {
            Some(row) => format!(
                "generation {}: {}{left}, {} agent-steps/s, {} evaluations",
                row.generation,
                lines::worth(row),
                lines::short(self.agent_steps(simulation)),
                self.evaluations(&row.species, row.generation),
            ),
            None => format!("tick {}, {rate:.0} ticks/s{left}", simulation.tick()),
        }
    }

    /// Genomes of a species judged up to the end of a generation.
    fn evaluations(&self, species: &str, generation: u64) -> u64 {
        let population = self.populations.iter().find(|(name, _)| name == species).map_or(0, |(_, size)| *size);
        population.saturating_mul(generation + 1)
    }

    /// Agents that the worlds began with, times the ticks in a second of real time since this call began.
    fn agent_steps(&self, simulation: &Simulation) -> f64 {
        let agents: u64 = simulation.scene().species.iter().map(|s| u64::from(s.count)).sum();
        let all = agents * u64::from(simulation.plan().dims.worlds) * self.ticks(simulation);
        all as f64 / self.begun.elapsed().as_secs_f64().max(1e-9)
    }

    fn time_left(&self, simulation: &Simulation) -> Option<Duration> {
        let bred = simulation.generation().saturating_sub(self.from_generation);
        self.left(self.ticks(simulation), bred, self.begun.elapsed())
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

    fn table(&mut self, simulation: &Simulation) {
        let mut text = String::new();
        if !self.head {
            let head = if self.populations.is_empty() { lines::metrics_head() } else { lines::generation_head() };
            text += &(head + "\n");
            self.head = true;
        }
        for row in self.waiting.metrics.drain(..) {
            text += &(lines::metrics_line(&row) + "\n");
        }
        let (rate, left) = (self.agent_steps(simulation), self.time_left(simulation));
        for row in std::mem::take(&mut self.waiting.generations) {
            let evaluations = self.evaluations(&row.species, row.generation);
            text += &(lines::generation_line(&row, evaluations, rate, left) + "\n");
        }
        self.told = Some(Instant::now());
        match &self.bar {
            Some(bar) => bar.suspend(|| say(&text)),
            None => say(&text),
        }
    }

    /// Ends the show; the newest rows are told whatever the time.
    pub fn end(&mut self, simulation: &Simulation) {
        if self.show == Show::Table && !(self.waiting.metrics.is_empty() && self.waiting.generations.is_empty()) {
            self.table(simulation);
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

/// Species of whole populations, with the number of genomes in each.
pub fn populations(scene: &SceneSpec) -> Vec<(String, u64)> {
    let of = |s: &crate::scene::SpeciesSpec| match &s.evolution {
        Evolution::Generational(g) if s.count > 0 => Some((s.name.clone(), u64::from(g.population))),
        _ => None,
    };
    scene.species.iter().filter_map(of).collect()
}

fn new_bar(goal: Goal) -> ProgressBar {
    let (length, template) = match goal {
        Goal::Ticks(ticks) => (Some(ticks), "{bar:20} {pos}/{len} ticks  {msg}"),
        Goal::Generations(generations) => (Some(generations), "{bar:20} {pos}/{len} generations  {msg}"),
        Goal::Minutes(minutes) => (Some((minutes * 60.0) as u64), "{bar:20} {pos}/{len} s  {msg}"),
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

    fn race() -> Simulation {
        let scene = crate::scene::parse(include_str!("../../tests/cli/race.ron"), "race").unwrap();
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        Simulation::new(scene, &options).unwrap()
    }

    #[test]
    fn time_left_counts_from_where_this_call_began() {
        let mut race = race();
        race.advance(80).unwrap();
        let minute = Duration::from_secs(60);
        // Two generations are done, two of the ten to come have taken a minute.
        let generations = Screen::new(Show::Bar, Goal::Generations(12), &race);
        assert_eq!(generations.left(80, 2, minute), Some(4 * minute));
        let ticks = Screen::new(Show::Bar, Goal::Ticks(480), &race);
        assert_eq!(ticks.left(80, 2, minute), Some(4 * minute));
        assert_eq!(generations.left(10, 0, minute), None, "nothing is known yet");
    }

    #[test]
    fn the_newest_generation_stands_beside_the_bar() {
        let mut race = race();
        let mut screen = Screen::new(Show::Bar, Goal::Generations(12), &race);
        assert!(screen.message(&race).starts_with("tick 0, "), "before the first");
        let happened = race.advance(120).unwrap();
        screen.take(&happened);
        let text = screen.message(&race);
        assert!(text.starts_with("generation 2: best ") && text.ends_with(", 24 evaluations"), "{text}");
        assert!(text.contains(" left, ") && text.contains(" agent-steps/s, "), "{text}");
    }
}
