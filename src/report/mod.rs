//! Results as people and scripts read them: the lines at the end of a run, its JSON object, the live tables, and pages for
//! a browser. Knows nothing of how results come about.

pub mod activities;
mod chart;
mod courses;
mod curve;
pub mod html;
mod lineages;
pub mod lines;
mod meanings;
mod page;
mod sheet;
mod summary;
mod swept;
pub mod verified;

use std::path::PathBuf;

pub use page::write;
pub use summary::{Quartiles, Summary, summaries};

use serde::Serialize;

use crate::run::{EndedBy, Goal, StopRule};
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
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedBy>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What whole populations came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evolved: Option<Evolved>,
    /// Run folder.
    pub run: Option<PathBuf>,
    /// The page made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<PathBuf>,
    /// What could be done next: lines of text before the digest.
    #[serde(skip)]
    pub hints: Vec<String>,
    /// Digest that was to be met (replay).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Digest of worlds and evolution, hexadecimal.
    pub digest: String,
}

/// What whole populations came to, of the species that the run is judged by. What is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evolved {
    /// Name of the species.
    pub species: String,
    /// Genomes of it that were judged.
    pub evaluations: u64,
    /// Highest fitness of a generation's best, and which.
    pub best: Option<(f32, u64)>,
    /// Mean fitness of the last generation.
    pub mean: Option<f32>,
    /// Mean fitness on held-out seeds of the last generation that was scored on them, with its interval.
    pub held_out: Option<[f32; 3]>,
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
    /// What ended it, and the same in words.
    pub ended: Option<(EndedBy, String)>,
    /// What whole populations came to.
    pub evolved: Option<Evolved>,
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
            ended: course.ended.as_ref().map(|(by, _)| *by),
            why: course.ended.map(|(_, why)| why),
            evolved: course.evolved,
            page: None,
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
        if let Some(evolved) = &self.evolved {
            text += &evolved.text();
        }
        if let Some(why) = self.why.as_ref().filter(|_| !self.interrupted) {
            text += &format!("ended: {why}\n");
        }
        if self.faults > 0 {
            text += &format!("{} agents were removed because they were not finite (see faults.txt)\n", self.faults);
        }
        if let Some(run) = &self.run {
            text += &format!("results: {}\n", run.display());
            if self.interrupted {
                text += &format!("stopped before its end; go on with: iwashi resume {}\n", quoted(run));
            }
        }
        if let Some(page) = &self.page {
            text += &format!("report: {}\n", page.display());
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

impl Evolved {
    fn text(&self) -> String {
        let number = lines::number;
        let mut text = format!("{}: ", self.species);
        if let Some((best, generation)) = self.best {
            text += &format!("best {} (generation {generation}), ", number(best));
        }
        if let Some(mean) = self.mean {
            text += &format!("mean {} at the end, ", number(mean));
        }
        if let Some([mean, low, high]) = self.held_out {
            text += &format!("held-out {} [{}, {}], ", number(mean), number(low), number(high));
        }
        text + &format!("{} evaluations\n", self.evaluations)
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

/// The flags that say when a run ends, with their values.
pub fn end_flags(goal: Goal, stop: &StopRule) -> Vec<(&'static str, String)> {
    let length = match goal {
        Goal::Ticks(n) => Some(("--ticks", n.to_string())),
        Goal::Generations(n) => Some(("--generations", n.to_string())),
        Goal::Minutes(m) => Some(("--minutes", m.to_string())),
        Goal::Open => None,
    };
    let target = stop.target.map(|f| ("--target", f.to_string()));
    let stagnation = stop.stagnation.map(|n| ("--stagnation", n.to_string()));
    length.into_iter().chain(target).chain(stagnation).collect()
}

/// A path as a shell takes it.
pub fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    if text.contains([' ', '\'', '"', '$', '\\']) { format!("'{}'", text.replace('\'', r"'\''")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_spaces_are_quoted() {
        assert_eq!(quoted("/a b/it's".as_ref()), r"'/a b/it'\''s'");
        assert_eq!(quoted("/a/b".as_ref()), "/a/b");
    }
}
