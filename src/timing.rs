//! Times a simulation: how many agent-steps a second it makes, by the wall and by the processor. Every repetition begins at
//! the same start, because a school that swims together draws together and then costs more. Knows nothing of what the
//! times ought to be, or of who reads them.

mod expect;

use std::time::{Duration, Instant};

use crate::backend::{BackendError, StageTime};
use crate::cost::school::widest;
use crate::cost::{Machine, Predicted, School, predict, predict_tick};
use crate::layout::{Agent, EDGE_TORUS};
use crate::math::Vec3;
use crate::plan::Plan;
use crate::scene::Evolution;
use crate::simulation::{Checkpoint, Simulation, SimulationError, WHOLE};

pub use expect::Experience;

/// Wall time that a repetition should take, seconds: long beside the clock's and the scheduler's grain, short beside a
/// user's patience.
const WANTED: f64 = 0.5;

/// Relative spread above which a series says more about what else the machine does than about the scene.
pub const NOISY: f64 = 0.1;

/// Seconds waited for a processor in a second with one, above which other work makes wall times longer.
pub const CROWDED: f64 = 0.1;

/// Series run at most until one is not noisy.
const SERIES: u32 = 3;

/// How often stages are timed; each stage's median counts.
const PROFILES: usize = 3;

/// Distances looked at to count neighbours, at most: a few tenths of a second.
const LOOKED_AT: usize = 100_000_000;

/// Agents whose neighbours are counted, at most.
const ASKED: usize = 500;

/// One repetition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repetition {
    /// Wall time, seconds.
    pub wall: f64,
    /// Processor time of all threads, user and system, seconds; `None` where the platform does not tell.
    pub processor: Option<f64>,
    /// Time that threads were ready to run but had no processor, seconds; `None` where the platform does not tell.
    pub waited: Option<f64>,
}

/// What timing a simulation came to.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Agents alive in all worlds at the start.
    pub agents: u64,
    /// Agent-steps of a repetition: ticks times the mean of the living at its start and at its end.
    pub agent_steps: f64,
    /// Ticks of a repetition.
    pub ticks: u32,
    /// The repetitions of the tightest series, by wall time, shortest first.
    pub repetitions: Vec<Repetition>,
    /// Series run: more than one when the first was noisy.
    pub series: u32,
    /// Mean number of others within the widest neighbour sense, at the start and at the end; `None` without such a sense.
    pub neighbours: Option<[f64; 2]>,
    /// Time of each stage over the ticks of a repetition; see `Simulation::profile`.
    pub stages: Vec<StageTime>,
    /// Why there are no stages, where the backend could not time them.
    pub unstaged: Option<String>,
}

impl Timing {
    /// Agent-steps a second of wall time: lowest, median, highest.
    pub fn rates(&self) -> [f64; 3] {
        let rate = |r: &Repetition| self.agent_steps / r.wall.max(1e-9);
        let n = self.repetitions.len();
        [n - 1, n / 2, 0].map(|i| rate(&self.repetitions[i]))
    }

    /// Agent-steps a second of processor time, the median.
    pub fn rate_by_processor(&self) -> Option<f64> {
        let median = median(self.repetitions.iter().map(|r| r.processor))?;
        (median > 0.0).then(|| self.agent_steps / median)
    }

    /// How long threads waited for a processor for each second that they had one, the median. Well above 0 on a machine
    /// that has other work, which need not spread the figures: it may halve them all.
    pub fn waited(&self) -> Option<f64> {
        median(self.repetitions.iter().map(|r| Some(r.waited? / r.processor.filter(|time| *time > 0.0)?)))
    }

    /// Who swam in a world, on the average over a repetition.
    pub fn school(&self, plan: &Plan) -> School {
        let living = self.agent_steps / f64::from(self.ticks) / f64::from(plan.dims.worlds);
        School::new(plan, living, self.neighbours.map(|[begin, end]| 0.5 * (begin + end)))
    }

    /// Highest less lowest rate, over the median.
    pub fn spread(&self) -> f64 {
        spread(&self.repetitions)
    }
}

/// Gauges what a simulation runs on. `threads` are those that it was given; all of the machine's when `None`.
///
/// # Errors
/// When a GPU fails.
pub fn machine(simulation: &Simulation, threads: Option<usize>) -> Result<Machine, BackendError> {
    let all = || std::thread::available_parallelism().map_or(1, |n| n.get());
    match simulation.device() {
        Some(device) => Machine::gpu(device),
        None => Ok(Machine::processor(threads.unwrap_or_else(all) as u32)),
    }
}

/// The least that a stage of a simulation must cost a school on a machine, by the name that `Simulation::profile` gives
/// it; `None` for what is no stage of a tick.
pub fn least(simulation: &Simulation, machine: &Machine, school: &School, stage: &str) -> Option<Predicted> {
    let (plan, info) = (simulation.plan(), simulation.info());
    match stage {
        WHOLE => Some(predict_tick(plan, machine, &info, school)),
        stage => predict(plan, machine, &info, school, stage),
    }
}

/// The median where all are known.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut values = values.collect::<Option<Vec<f64>>>()?;
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// As `Timing::spread`, of repetitions in order of their wall times.
fn spread(sorted: &[Repetition]) -> f64 {
    let rate = |i: usize| 1.0 / sorted[i].wall.max(1e-9);
    (rate(0) - rate(sorted.len() - 1)) / rate(sorted.len() / 2)
}

/// Times a simulation from where it stands. `ticks` a repetition are as many as take half a second when `None`; in
/// evolution by generations whole rollouts where they fit. The simulation is of no use afterwards.
///
/// # Errors
/// When the backend fails.
pub fn time(simulation: &mut Simulation, ticks: Option<u32>, repeats: u32) -> Result<Timing, SimulationError> {
    let start = simulation.mark()?;
    let begin = simulation.agents()?;
    let ticks = match ticks {
        Some(ticks) => ticks,
        None => calibrate(simulation, &start)?,
    };
    // A repetition that does not count warms up, and shows where the others end.
    repetition(simulation, &start, ticks)?;
    let end = simulation.agents()?;
    let plan = simulation.plan().clone();
    let mut best: Option<Vec<Repetition>> = None;
    let mut series = 0;
    while series < SERIES && best.as_deref().is_none_or(|best| spread(best) > NOISY) {
        series += 1;
        let mut found = Vec::new();
        for _ in 0..repeats.max(1) {
            found.push(repetition(simulation, &start, ticks)?);
        }
        found.sort_by(|a, b| a.wall.total_cmp(&b.wall));
        if best.as_deref().is_none_or(|best| spread(&found) < spread(best)) {
            best = Some(found);
        }
    }
    let (stages, unstaged) = match stages(simulation, &start, ticks) {
        Ok(stages) => (stages, None),
        Err(error) if error.lost().is_some() => return Err(error),
        Err(error) => (vec![], Some(error.to_string())),
    };
    let living = |agents: &[Agent]| agents.iter().filter(|a| a.alive == 1).count() as u64;
    let neighbours = neighbours(&plan, &begin).zip(neighbours(&plan, &end));
    Ok(Timing {
        agents: living(&begin),
        agent_steps: f64::from(ticks) * 0.5 * (living(&begin) + living(&end)) as f64,
        ticks,
        repetitions: best.unwrap_or_default(),
        series,
        neighbours: neighbours.map(|(begin, end)| [begin, end]),
        stages,
        unstaged,
    })
}

/// Ticks that take about as long as a repetition should.
fn calibrate(simulation: &mut Simulation, start: &Checkpoint) -> Result<u32, SimulationError> {
    let mut ticks = 1u32;
    let each = loop {
        let wall = repetition(simulation, start, ticks)?.wall;
        // A fifth of the wanted time tells enough, and a million ticks of nothing too.
        if wall > 0.2 * WANTED || ticks >= 1 << 20 {
            break wall / f64::from(ticks);
        }
        ticks *= 2;
    };
    let wanted = (WANTED / each.max(1e-9)).clamp(1.0, f64::from(1 << 20)) as u32;
    let rollout = simulation.scene().rollout.ticks.max(1);
    let generations = simulation.scene().species.iter().any(|s| matches!(s.evolution, Evolution::Generational(_)));
    Ok(if generations && wanted > rollout { wanted / rollout * rollout } else { wanted })
}

fn repetition(simulation: &mut Simulation, start: &Checkpoint, ticks: u32) -> Result<Repetition, SimulationError> {
    simulation.rewind(start.clone())?;
    let (begin, spent, waited) = (Instant::now(), processor_time(), waiting_time());
    simulation.advance(ticks)?;
    let wall = begin.elapsed().as_secs_f64();
    let since = |now: Option<Duration>, then| now.zip(then).map(|(now, then)| now.saturating_sub(then).as_secs_f64());
    Ok(Repetition { wall, processor: since(processor_time(), spent), waited: since(waiting_time(), waited) })
}

/// Median time of each stage.
fn stages(simulation: &mut Simulation, start: &Checkpoint, ticks: u32) -> Result<Vec<StageTime>, SimulationError> {
    let mut found: Vec<Vec<StageTime>> = Vec::new();
    for _ in 0..PROFILES {
        simulation.rewind(start.clone())?;
        found.push(simulation.profile(ticks)?);
    }
    let median = |stage: usize| {
        let mut times: Vec<Duration> = found.iter().map(|stages| stages[stage].1).collect();
        times.sort();
        times[PROFILES / 2]
    };
    Ok((0..found[0].len()).map(|stage| (found[0][stage].0, median(stage))).collect())
}

/// Processor time that this process has used, all threads; `None` where the platform does not tell.
#[cfg(unix)]
pub fn processor_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

/// Processor time that this process has used, all threads; `None` where the platform does not tell.
#[cfg(not(unix))]
pub fn processor_time() -> Option<Duration> {
    None
}

/// Time that the threads of this process were ready to run but had no processor. Linux keeps it as the second number of
/// each thread's `schedstat`, in nanoseconds.
#[cfg(target_os = "linux")]
fn waiting_time() -> Option<Duration> {
    let of = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    threads.map(|thread| of(thread.ok()?)).sum::<Option<u64>>().map(Duration::from_nanos)
}

/// Time that the threads of this process were ready to run but had no processor.
#[cfg(not(target_os = "linux"))]
fn waiting_time() -> Option<Duration> {
    None
}

/// Mean number of others that the widest sense of neighbours perceives, over a sample of those who have it in all worlds.
/// `agents` are all slots of all worlds.
pub fn neighbours(plan: &Plan, agents: &[Agent]) -> Option<f64> {
    let (owner, sense) = widest(plan)?;
    let slots = plan.dims.slots as usize;
    let perceived: Vec<_> = plan.species.iter().enumerate().filter(|(i, _)| sense.mask >> i & 1 == 1).collect();
    let looking = |world: &[Agent]| {
        let own = owner.slot_start as usize..(owner.slot_start + owner.slots) as usize;
        own.filter(|slot| world[*slot].alive == 1).collect::<Vec<_>>()
    };
    let places: Vec<(usize, usize)> = agents
        .chunks(slots.max(1))
        .enumerate()
        .flat_map(|(world, agents)| looking(agents).into_iter().map(move |slot| (world, slot)))
        .collect();
    let sample = (LOOKED_AT / slots.max(1)).clamp(1, ASKED).min(places.len());
    let count = |&(world, slot): &(usize, usize)| {
        let world = &agents[world * slots..][..slots];
        let others = perceived.iter().flat_map(|(_, p)| p.slot_start as usize..(p.slot_start + p.slots) as usize);
        others
            .filter(|other| *other != slot && world[*other].alive == 1)
            .filter(|other| square(plan, world[slot].pos, world[*other].pos) < sense.range * sense.range)
            .count()
    };
    // Evenly over all places, so that dense and thin water count as they are peopled.
    let total: usize = (0..sample).map(|i| count(&places[i * places.len() / sample])).sum();
    (sample > 0).then(|| total as f64 / sample as f64)
}

/// Squared distance by the shortest way, across torus borders.
fn square(plan: &Plan, a: Vec3, b: Vec3) -> f32 {
    (0..3)
        .map(|axis| {
            let (d, extent) = ((a[axis] - b[axis]).abs(), plan.tank.extent[axis]);
            let d = if plan.tank.edge[axis] == EDGE_TORUS { d.min(extent - d) } else { d };
            d * d
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;
    use crate::simulation::{BackendChoice, Options};

    fn start(text: &str) -> Simulation {
        let options = Options { backend: BackendChoice::Cpu, threads: Some(2), ..Options::default() };
        Simulation::new(scene::parse(text, "test").unwrap(), &options).unwrap()
    }

    #[test]
    fn every_repetition_is_the_same() {
        for text in [include_str!("../tests/cli/pond.ron"), include_str!("../tests/cli/race.ron")] {
            let mut simulation = start(text);
            simulation.advance(70).unwrap();
            let start = simulation.mark().unwrap();
            let digests: Vec<String> = (0..2)
                .map(|_| {
                    simulation.rewind(start.clone()).unwrap();
                    simulation.advance(130).unwrap();
                    simulation.digest().unwrap()
                })
                .collect();
            simulation.rewind(start.clone()).unwrap();
            simulation.profile(130).unwrap();
            assert_eq!([&simulation.digest().unwrap(); 2], [&digests[0], &digests[1]]);
        }
    }

    #[test]
    fn neighbours_are_counted_across_borders_and_by_species() {
        let text = "(version: 1, extent: (10.0, 10.0, 0.0), boundary: (Torus, Torus, Torus), species: [
            (name: \"a\", count: 2, senses: [Neighbours(range: 2.0, species: [\"a\"])]), (name: \"b\", count: 1)])";
        let simulation = start(text);
        let mut agents = WORLD;
        agents[0].pos = [0.5, 5.0, 0.0];
        agents[1].pos = [9.5, 5.0, 0.0];
        agents[2].pos = [0.5, 5.5, 0.0];
        assert_eq!(neighbours(simulation.plan(), &agents), Some(1.0));
        agents[1].alive = 0;
        assert_eq!(neighbours(simulation.plan(), &agents), Some(0.0));
    }

    const WORLD: [Agent; 3] = [Agent {
        pos: [0.0; 3],
        id: 0,
        heading: [1.0, 0.0, 0.0],
        alive: 1,
        vel: [0.0; 3],
        age: 0,
        energy: 0,
        handling: 0,
        refractory: 0,
        founder: 0,
    }; 3];

    #[test]
    fn rates_and_spread_are_those_of_the_median() {
        let repetition = |wall: f64| Repetition { wall, processor: Some(2.0 * wall), waited: Some(wall) };
        let timing = Timing {
            agents: 10,
            agent_steps: 100.0,
            ticks: 10,
            repetitions: [1.0, 2.0, 4.0].map(repetition).to_vec(),
            series: 1,
            neighbours: None,
            stages: vec![],
            unstaged: None,
        };
        assert_eq!(timing.rates(), [25.0, 50.0, 100.0]);
        assert_eq!((timing.spread(), timing.rate_by_processor()), (1.5, Some(25.0)));
        assert_eq!(timing.waited(), Some(0.5));
    }
}
