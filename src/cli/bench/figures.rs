//! What `iwashi bench` tells, as JSON and as text. Knows nothing of how the figures came about.

use serde::{Deserialize, Serialize};

use crate::backend::Shape;
use crate::simulation::Simulation;
use crate::timing::Timing;

/// The figures of one bench. Times are in nanoseconds of wall time an agent and tick.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Name of the scene.
    pub scene: String,
    /// Seed of its random draws.
    pub seed: u64,
    /// What flags changed in it, as `PATH=VALUE`.
    pub sets: Vec<String>,
    /// Agents alive in all worlds at the start.
    pub agents: u64,
    /// Worlds side by side.
    pub worlds: u32,
    /// Ticks of a repetition.
    pub ticks: u32,
    /// Repetitions.
    pub repeats: usize,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// Threads, or the adapter and its driver.
    pub device: String,
    /// `packed` or `spread`.
    pub shape: String,
    /// Mean number of others in range of the widest neighbour sense, at the end.
    pub neighbours: Option<f64>,
    /// Numbers in a genome of the first species.
    pub parameters: u32,
    /// Agent-steps a second.
    pub agent_steps_per_second: Rates,
    /// Agent-steps a second of processor time of all threads, the median.
    pub agent_steps_per_cpu_second: Option<f64>,
    /// Ticks of all worlds a second, the median.
    pub ticks_per_second: f64,
    /// The median.
    pub ns_per_agent_step: f64,
    /// What the stages of a tick cost, and the work at tick boundaries; one for all in the packed shape.
    pub stages: Vec<StageFigures>,
    /// What the tick would cost at the bounds of the machine.
    pub predicted_ns: Option<f64>,
    /// Highest less lowest rate, over the median.
    pub spread: f64,
    /// Version of the program.
    pub revision: String,
}

/// Agent-steps a second.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Rates {
    /// The median repetition.
    pub median: f64,
    /// The slowest.
    pub lowest: f64,
    /// The fastest.
    pub highest: f64,
}

/// One stage of a tick, or one kernel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StageFigures {
    /// Its name.
    pub stage: String,
    /// What it would cost at the bounds of the machine.
    pub predicted_ns: Option<f64>,
    /// What it costs.
    pub measured_ns: f64,
}

impl Figures {
    /// The figures of a timed simulation.
    pub fn of(
        scene: String,
        seed: u64,
        sets: &[(String, String)],
        simulation: &Simulation,
        timing: &Timing,
    ) -> Figures {
        let (info, plan) = (simulation.info(), simulation.plan());
        let [lowest, median, highest] = timing.rates();
        let stages = timing.stages.iter().map(|(stage, time)| StageFigures {
            stage: stage.to_string(),
            predicted_ns: None,
            measured_ns: round(time.as_secs_f64() * 1e9 / timing.agent_steps.max(1.0)),
        });
        Figures {
            scene,
            seed,
            sets: sets.iter().map(|(path, value)| format!("{path}={value}")).collect(),
            agents: timing.agents,
            worlds: plan.dims.worlds,
            ticks: timing.ticks,
            repeats: timing.repetitions.len(),
            backend: info.kind.to_string(),
            device: info.device,
            shape: if info.shape == Shape::Packed { "packed" } else { "spread" }.to_string(),
            neighbours: timing.neighbours.map(|[_, end]| round(end)),
            parameters: plan.species.first().map_or(0, |p| p.genome_len),
            agent_steps_per_second: Rates { median: median.round(), lowest: lowest.round(), highest: highest.round() },
            agent_steps_per_cpu_second: timing.rate_by_processor().map(f64::round),
            ticks_per_second: round(median * f64::from(timing.ticks) / timing.agent_steps.max(1.0)),
            ns_per_agent_step: round(1e9 / median.max(1e-9)),
            stages: stages.collect(),
            predicted_ns: None,
            spread: (timing.spread() * 1e4).round() / 1e4,
            revision: env!("CARGO_PKG_VERSION").to_string(),
        }
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        // Names and numbers that are finite: nothing that JSON could refuse.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Some lines of text.
    pub fn text(&self) -> String {
        let Figures { scene, agents, worlds, parameters, shape, backend, device, ticks, repeats, .. } = self;
        let plural = |n: u64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let worlds = plural(u64::from(*worlds), "world");
        let mut text = format!(
            "{scene}: {agents} agents in {worlds}, {parameters} parameters each, {shape} shape on {backend} ({device})\n\
             {} from the same start, {} each\n",
            plural(*repeats as u64, "repetition"),
            plural(u64::from(*ticks), "tick"),
        );
        if let Some(neighbours) = self.neighbours {
            text += &format!("{neighbours:.1} others in range of an agent at the end\n");
        }
        let Rates { median, lowest, highest } = self.agent_steps_per_second;
        text += &format!(
            "\nagent-steps a second              {} ({} to {})\n",
            large(median),
            large(lowest),
            large(highest)
        );
        if let Some(rate) = self.agent_steps_per_cpu_second {
            text += &format!("agent-steps a processor second    {}\n", large(rate));
        }
        text += &format!("ticks a second                    {}\n\n", large(self.ticks_per_second));
        text += &format!("{:<22}{:>14}\n", "ns an agent and tick", "measured");
        for stage in &self.stages {
            text += &format!("{:<22}{:>14.1}\n", stage.stage, stage.measured_ns);
        }
        text + &format!("{:<22}{:>14.1}\n", "a repetition", self.ns_per_agent_step)
    }
}

/// A rate with three digits: `987`, `12.3 k`, `1.23 M`.
fn large(rate: f64) -> String {
    let (value, unit) = match rate {
        r if r >= 1e9 => (r / 1e9, " G"),
        r if r >= 1e6 => (r / 1e6, " M"),
        r if r >= 1e3 => (r / 1e3, " k"),
        r => (r, ""),
    };
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}{unit}")
}

/// To a hundredth: finer digits are noise.
fn round(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}
