//! What `iwashi bench` tells, as JSON and as text. Knows nothing of how the figures came about.

use serde::{Deserialize, Serialize};

use super::compare::Comparison;
use crate::backend::Shape;
use crate::cost::Machine;
use crate::simulation::{Simulation, WHOLE};
use crate::timing::{self, Experience, Timing};

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
    /// What the tick was expected to cost, by what small schools cost on the same backend.
    pub expected_ns: Option<f64>,
    /// What the machine can do; none where it could not be gauged.
    pub machine: Option<MachineFigures>,
    /// Highest less lowest rate, over the median.
    pub spread: f64,
    /// Seconds that threads waited for a processor in a second with one: above 0 when the machine has other work.
    pub waited: Option<f64>,
    /// Version of the program.
    pub revision: String,
}

/// What a machine can do, all of its threads together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MachineFigures {
    /// Bytes of a thread's working set, and bytes a second that are read of it.
    pub bytes_per_second: Vec<(u64, f64)>,
    /// Multiplications and additions a second, counted singly.
    pub operations_per_second: f64,
    /// What a dispatch costs besides its work, seconds; 0 on a processor.
    pub seconds_per_dispatch: f64,
}

impl MachineFigures {
    fn of(machine: &Machine) -> MachineFigures {
        let threads = f64::from(machine.threads);
        MachineFigures {
            bytes_per_second: machine.reads.iter().map(|(size, rate)| (*size, (rate * threads).round())).collect(),
            operations_per_second: (machine.flops * threads).round(),
            // To a nanosecond.
            seconds_per_dispatch: (machine.dispatch * 1e9).round() / 1e9,
        }
    }
}

/// Agent-steps a second.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
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
    /// What it was expected to cost, by what small schools cost on the same backend.
    pub expected_ns: Option<f64>,
    /// What it costs.
    pub measured_ns: f64,
    /// What bounds it: `bandwidth`, `arithmetic` or `dispatch`.
    pub bound: Option<String>,
    /// Share of the bound that is reached: predicted over measured.
    pub roofline: Option<f64>,
}

/// What is to be expected of a machine and a backend.
pub struct Ability {
    /// What the machine can do.
    pub machine: Machine,
    /// What small schools cost on the backend, where that could be timed.
    pub experience: Option<Experience>,
}

/// What is measured, by the name that the user gave it.
pub struct Subject {
    /// Name of the scene.
    pub scene: String,
    /// Seed of its random draws.
    pub seed: u64,
    /// What flags changed in it, as `PATH=VALUE`.
    pub sets: Vec<String>,
}

impl Figures {
    /// The figures of a timed simulation, beside what was to be expected of it.
    pub fn of(subject: Subject, simulation: &Simulation, timing: &Timing, ability: Option<&Ability>) -> Figures {
        let (info, plan) = (simulation.info(), simulation.plan());
        let Subject { scene, seed, sets } = subject;
        let [lowest, median, highest] = timing.rates();
        let school = timing.school(plan);
        let agents = timing.agent_steps / f64::from(timing.ticks);
        let least = |stage: &str| ability.and_then(|a| timing::least(simulation, &a.machine, &school, stage));
        let mut stages = Vec::new();
        for (stage, time) in &timing.stages {
            let predicted = least(stage);
            let expected = ability.zip(predicted).and_then(|(a, p)| a.experience.as_ref()?.expect(stage, p.ns, agents));
            let measured = time.as_secs_f64() * 1e9 / timing.agent_steps.max(1.0);
            stages.push(StageFigures {
                stage: stage.to_string(),
                predicted_ns: predicted.map(|p| round(p.ns)),
                expected_ns: expected.map(round),
                measured_ns: round(measured),
                bound: predicted.filter(|p| p.ns > 0.0).map(|p| p.bound.word().to_string()),
                roofline: predicted.filter(|p| p.ns > 0.0 && measured > 0.0).map(|p| round(p.ns / measured)),
            });
        }
        let expected: Vec<f64> = stages.iter().filter_map(|s| s.expected_ns).collect();
        Figures {
            scene,
            seed,
            sets,
            agents: timing.agents,
            worlds: plan.dims.worlds,
            ticks: timing.ticks,
            repeats: timing.repetitions.len(),
            shape: if info.shape == Shape::Packed { "packed" } else { "spread" }.to_string(),
            neighbours: timing.neighbours.map(|[_, end]| round(end)),
            parameters: plan.species.first().map_or(0, |p| p.genome_len),
            agent_steps_per_second: Rates { median: median.round(), lowest: lowest.round(), highest: highest.round() },
            agent_steps_per_cpu_second: timing.rate_by_processor().map(f64::round),
            ticks_per_second: round(median * f64::from(timing.ticks) / timing.agent_steps.max(1.0)),
            ns_per_agent_step: round(1e9 / median.max(1e-9)),
            stages,
            predicted_ns: least(WHOLE).map(|tick| round(tick.ns)),
            expected_ns: (!expected.is_empty()).then(|| round(expected.iter().sum())),
            machine: ability.map(|ability| MachineFigures::of(&ability.machine)),
            spread: (timing.spread() * 1e4).round() / 1e4,
            waited: timing.waited().map(round),
            revision: env!("CARGO_PKG_VERSION").to_string(),
            backend: info.kind.to_string(),
            device: info.device,
        }
    }

    /// One line of JSON, with a comparison if there is one.
    pub fn json(&self, against: Option<&Comparison>) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            figures: &'a Figures,
            #[serde(skip_serializing_if = "Option::is_none")]
            against: Option<&'a Comparison>,
        }
        // Names and numbers that are finite: nothing that JSON could refuse.
        serde_json::to_string(&Whole { figures: self, against }).unwrap_or_default() + "\n"
    }

    /// Some lines of text.
    pub fn text(&self) -> String {
        let Figures { scene, agents, worlds, parameters, shape, backend, device, ticks, repeats, .. } = self;
        let plural = |n: u64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let worlds = plural(u64::from(*worlds), "world");
        let mut text = format!(
            "{scene}: {agents} agents in {worlds}, {parameters} parameters (first species), {shape} shape on {backend} ({device})\n\
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
        if let Some(machine) = &self.machine {
            text += &machine.text();
        }
        let columns = |name: &str, cells: [&str; 5]| {
            let [predicted, expected, measured, reached, bound] = cells;
            format!("{name:<22}{predicted:>10}{expected:>10}{measured:>10}{reached:>10}   {bound}")
                .trim_end()
                .to_string()
                + "\n"
        };
        let ns = |ns: Option<f64>| ns.map(|ns| format!("{ns:.1}")).unwrap_or_default();
        text += &columns("ns an agent and tick", ["at least", "expected", "measured", "reached", "bound by"]);
        for s in &self.stages {
            let [predicted, expected] = [s.predicted_ns, s.expected_ns].map(ns);
            let reached = s.roofline.map(|share| format!("{:.0} %", 100.0 * share)).unwrap_or_default();
            let measured = format!("{:.1}", s.measured_ns);
            text += &columns(
                &s.stage,
                [&predicted, &expected, &measured, &reached, s.bound.as_deref().unwrap_or_default()],
            );
        }
        let [predicted, expected] = [self.predicted_ns, self.expected_ns].map(ns);
        let reached = self.predicted_ns.map(|ns| format!("{:.0} %", 100.0 * ns / self.ns_per_agent_step));
        let measured = format!("{:.1}", self.ns_per_agent_step);
        text + &columns("all, as run", [&predicted, &expected, &measured, &reached.unwrap_or_default(), ""])
    }
}

impl MachineFigures {
    /// A line of text.
    fn text(&self) -> String {
        let size = |bytes: u64| match bytes {
            b if b >= 1 << 20 => format!("{} MiB", b >> 20),
            b => format!("{} KiB", b >> 10),
        };
        let of = |(bytes, rate): &(u64, f64)| format!("{}B/s of {}", large(*rate), size(*bytes));
        let reads: Vec<String> = self.bytes_per_second.iter().map(of).collect();
        let mut text = format!("machine: reads, by the bytes of a thread, {}\n", reads.join(", "));
        text += &format!("         multiplies and adds {} times a second", large(self.operations_per_second));
        if self.seconds_per_dispatch > 0.0 {
            text += &format!("; a dispatch costs {:.1} µs", 1e6 * self.seconds_per_dispatch);
        }
        text + "\n\n"
    }
}

/// A rate with three digits: `987`, `12.3 k`, `1.23 M`.
pub fn large(rate: f64) -> String {
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
