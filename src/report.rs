//! Results as people and scripts read them: the lines at the end of a run, its JSON object, the live table. Knows
//! nothing of how results come about.

use std::path::PathBuf;

use serde::Serialize;

use crate::measure::MetricsRow;
use crate::simulation::{Checkpoint, Simulation};

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which door: `run`, `evolve`, `resume`, `replay`, `window`.
    pub command: &'static str,
    /// Title of the scene.
    pub scene: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// Worlds side by side.
    pub worlds: u32,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// Threads or adapter.
    pub device: String,
    /// Ticks since the start of the run.
    pub tick: u64,
    /// Generations that every evolving species has had.
    pub generation: u64,
    /// Agents alive, by species: name, number.
    pub population: Vec<(String, u32)>,
    /// Agents removed because something was not finite.
    pub faults: u64,
    /// Seconds of real time that this call took.
    pub seconds: f64,
    /// Ticks advanced in a second of it.
    pub ticks_per_second: f64,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// Run folder.
    pub run: Option<PathBuf>,
    /// What could be done next: lines of text before the digest.
    #[serde(skip)]
    pub hints: Vec<String>,
    /// Digest that was to be met (replay).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Digest of worlds and evolution, hexadecimal.
    pub digest: String,
}

/// What only the door knows of a run that has ended.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Which door.
    pub command: &'static str,
    /// Seconds of real time that it took.
    pub seconds: f64,
    /// Ticks advanced in that time.
    pub ticks: u64,
    /// Agents removed because something was not finite.
    pub faults: u64,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// Run folder.
    pub run: Option<PathBuf>,
    /// What could be done next.
    pub hints: Vec<String>,
    /// Digest that was to be met.
    pub expected: Option<String>,
}

impl Report {
    /// The report of a simulation as it stands at `checkpoint`.
    pub fn of(simulation: &Simulation, checkpoint: &Checkpoint, course: Course) -> Report {
        let (info, scene) = (simulation.info(), simulation.scene());
        Report {
            command: course.command,
            scene: if scene.name.is_empty() { "scene".to_string() } else { scene.name.clone() },
            seed: scene.seed,
            worlds: simulation.plan().dims.worlds,
            backend: info.kind.to_string(),
            device: info.device,
            tick: simulation.tick(),
            generation: simulation.generation(),
            population: population(simulation, checkpoint),
            faults: course.faults,
            seconds: course.seconds,
            ticks_per_second: course.ticks as f64 / course.seconds.max(1e-9),
            interrupted: course.interrupted,
            run: course.run,
            hints: course.hints,
            expected: course.expected,
            digest: checkpoint.digest(),
        }
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        // Names, numbers and a path: the only thing that JSON could refuse is a path that is not text.
        serde_json::to_string(self).unwrap_or_else(|_| {
            let run = self.run.as_ref().map(|path| PathBuf::from(path.to_string_lossy().into_owned()));
            serde_json::to_string(&Report { run, ..self.clone() }).unwrap_or_default()
        })
    }

    /// Some lines of text; the digest comes last.
    pub fn text(&self) -> String {
        let alive: Vec<String> = self.population.iter().map(|(name, n)| format!("{n} {name}")).collect();
        let mut text = format!(
            "{}: tick {}{}, {} alive\n",
            self.scene,
            self.tick,
            if self.generation > 0 { format!(", generation {}", self.generation) } else { String::new() },
            alive.join(", "),
        );
        text += &format!(
            "{:.1} s on {} ({}), {:.0} ticks/s\n",
            self.seconds, self.backend, self.device, self.ticks_per_second
        );
        if self.faults > 0 {
            text += &format!("{} agents were removed because they were not finite (see faults.txt)\n", self.faults);
        }
        if let Some(run) = &self.run {
            text += &format!("results: {}\n", run.display());
            if self.interrupted {
                text += &format!("stopped before its end; go on with: iwashi resume {}\n", quoted(run));
            }
        }
        for hint in &self.hints {
            text += &format!("{hint}\n");
        }
        text + &self.digest_line()
    }

    /// The last line of every run.
    pub fn digest_line(&self) -> String {
        format!("digest: {}\n", self.digest)
    }
}

/// Living agents of each species, over all worlds.
fn population(simulation: &Simulation, checkpoint: &Checkpoint) -> Vec<(String, u32)> {
    let (scene, plan) = (simulation.scene(), simulation.plan());
    let count = |p: &crate::layout::SpeciesParams| {
        let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
        let worlds = checkpoint.state.agents.chunks(plan.dims.slots.max(1) as usize);
        worlds.flat_map(|world| &world[slots.clone()]).filter(|a| a.alive == 1).count()
    };
    scene.species.iter().zip(&plan.species).map(|(s, p)| (s.name.clone(), count(p) as u32)).collect()
}

/// A path as a shell takes it.
pub fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    if text.contains([' ', '\'', '"', '$', '\\']) { format!("'{}'", text.replace('\'', r"'\''")) } else { text }
}

/// Head of the live table.
pub fn table_head() -> String {
    format!(
        "{:>10} {:>8} {:<14} {:>7} {:>7} {:>7} {:>10} {:>9} {:>6} {:>9}",
        "tick", "gen", "species", "alive", "born", "died", "fitness", "food/life", "order", "ticks/s"
    )
}

/// One line of the live table. Fitness is that of whole lives where lives ended, else of the living.
pub fn table_line(row: &MetricsRow) -> String {
    let fitness = if row.life_fitness.is_nan() { row.fitness_mean } else { row.life_fitness };
    let name: String = row.species.chars().take(14).collect();
    format!(
        "{:>10} {:>8.1} {:<14} {:>7} {:>7} {:>7} {:>10} {:>9} {:>6} {:>9.0}",
        row.tick,
        row.generation,
        name,
        row.population,
        row.births,
        row.deaths,
        number(fitness),
        number(row.life_food),
        number(row.polarization),
        row.ticks_per_second
    )
}

fn number(value: f32) -> String {
    if value.is_nan() { "-".to_string() } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_up_and_marks_what_is_not_known() {
        let row = MetricsRow {
            species: "a very long name of a species".into(),
            life_fitness: f32::NAN,
            ..Default::default()
        };
        assert_eq!(table_line(&row).len(), table_head().len());
        assert!(table_line(&MetricsRow { polarization: f32::NAN, ..row }).contains(" - "));
    }

    #[test]
    fn paths_with_spaces_are_quoted() {
        assert_eq!(quoted("/a b/it's".as_ref()), r"'/a b/it'\''s'");
        assert_eq!(quoted("/a/b".as_ref()), "/a/b");
    }
}
