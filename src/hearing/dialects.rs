//! Dialects: who would send the same in the same situations. Agents are not compared by what they happened to send, but put before
//! situations that others were in, with the controller itself, and clustered by what they send then; and dialects are joined to the
//! lineages of those who have them. Knows nothing of where genomes come from.

use std::collections::BTreeMap;

use super::SignalLog;
use crate::backend::cpu::Mind;
use crate::layout::{Agent, NONE};
use crate::measure::information::{Information, Table, information};
use crate::plan::Plan;
use crate::rng::Stream;
use crate::simulation::Start;
use crate::statistics::clusters::{self, Clusters};

/// Situations that everybody is put before.
pub const SITUATIONS: usize = 24;

/// Most dialects that are told apart.
pub const MOST: usize = 6;

/// What the signals of two dialects must differ by, as a root of the mean square over situations and channels: less is not heard as another
/// word where signals go from -1 to 1.
const DIFFERENT: f64 = 0.1;

/// Turns of the column of founders by which chance is judged.
const SHUFFLES: u32 = 399;

/// How agents of a species use signals.
pub struct Usage {
    mind: Mind,
    signals: std::ops::Range<usize>,
    memory: Vec<f32>,
    situations: Vec<Vec<f32>>,
    whole: bool,
}

impl Usage {
    /// Of those who speak in a log, in so many of the situations that they were in; `None` where they act by a rule, which is the same in
    /// all of them, or nobody has been seen yet.
    pub fn new(log: &SignalLog, most: usize) -> Option<Usage> {
        let s = log.plan.species[log.speaker];
        let situations = log.standard_situations(most);
        if s.genome_len == 0 || situations.is_empty() {
            return None;
        }
        let first = s.signal_action as usize;
        Some(Usage {
            mind: Mind::new(&log.plan, log.speaker),
            signals: first..first + s.channels as usize,
            memory: vec![0.0; s.mem_len as usize],
            whole: situations.len() >= most,
            situations,
        })
    }

    /// Whether as many situations were known as were asked for.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The situations, `[situations][observation]`.
    pub fn situations(&self) -> &[Vec<f32>] {
        &self.situations
    }

    /// What a genome sends in each situation, as one who remembers nothing: `[situations x channels]`.
    pub fn of(&mut self, genome: &[f32]) -> Vec<f32> {
        self.mind.set_genome(genome);
        let nobody: Agent = bytemuck::Zeroable::zeroed();
        let mut sent = vec![];
        for situation in &self.situations {
            let action = self.mind.answer(&nobody, Stream::default(), situation, &self.memory);
            sent.extend_from_slice(&action[self.signals.clone()]);
        }
        sent
    }
}

/// Who speaks: the world and the founder of the line; `layout::NONE` for a world where founders are the same in all.
pub type Founder = (u32, u32);

/// Agents whose usage is compared, at most.
pub const AGENTS: usize = 256;

/// The genomes of a species that `start` has, and their founders: of a file those it has, best first; of the living some, evenly taken
/// over worlds. Nobody where worlds begin with random genomes or by a rule. `plan` is of the worlds of `start`.
pub fn speakers(start: &Start, plan: &Plan, species: usize) -> Vec<(Vec<f32>, Founder)> {
    let p = &plan.species[species];
    match start {
        Start::Fresh(files) => {
            let Some(file) = files.get(species).and_then(Option::as_ref) else { return vec![] };
            let founder = |[id, founder]: [u32; 2]| (NONE, if founder == NONE { id } else { founder });
            (0..file.rows().min(AGENTS)).map(|row| (file.row(row).to_vec(), founder(file.lineage[row]))).collect()
        }
        Start::Living(state) => {
            let worlds = state.streams.len() as u32;
            let all = (0..worlds).flat_map(|world| (0..p.slots).map(move |local| (world, local)));
            let agent =
                |(world, local): (u32, u32)| &state.agents[(world * plan.dims.slots + p.slot_start + local) as usize];
            let living: Vec<(u32, u32)> = all.filter(|at| p.genome_len > 0 && agent(*at).alive == 1).collect();
            let taken = living.len().min(AGENTS);
            let one = |at: (u32, u32)| {
                let row = (at.0 * p.rows + at.1 / p.sharers) as usize * p.genome_stride as usize;
                (plan.rows(species).decode(&state.genomes[species][row..]), (at.0, agent(at).founder))
            };
            (0..taken).map(|i| one(living[i * living.len() / taken])).collect()
        }
    }
}

/// Those who use signals alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialect {
    /// How many they are.
    pub members: usize,
    /// Founders that they descend from.
    pub founders: usize,
    /// Members that descend from the most frequent of these.
    pub of_largest: usize,
    /// What they send on average: `[situations x channels]`.
    pub usage: Vec<f32>,
}

/// The dialects of some agents.
#[derive(Clone, Debug)]
pub struct Dialects {
    /// The largest first.
    pub dialects: Vec<Dialect>,
    /// The dialect of each agent.
    pub of: Vec<usize>,
    /// How well they are told apart; NaN of a single one. See `clusters::silhouette`.
    pub silhouette: f64,
    /// What founders tell of dialects: mutual information, against shuffled founders. Nothing of one dialect.
    pub lineage: Information,
    /// The same as a share of the entropy of dialects (uncertainty coefficient, Theil 1970): 1 where each founder's line has one dialect;
    /// NaN of one dialect.
    pub inherited: f64,
}

/// The dialects of agents that use signals so (`Usage::of`) and descend from these founders, with draws from `key`.
pub fn dialects(usages: &[Vec<f32>], founders: &[Founder], key: Stream) -> Dialects {
    let numbers = usages.first().map_or(0, Vec::len) as f64;
    let (found, silhouette) = clusters::found(usages, MOST, DIFFERENT * numbers.sqrt(), key);
    joined(found, silhouette, founders, key)
}

fn joined(found: Clusters, silhouette: f64, founders: &[Founder], key: Stream) -> Dialects {
    let numbers: BTreeMap<Founder, u32> = founders.iter().copied().zip(0..).collect();
    let own: Vec<u32> = found.of.iter().map(|dialect| *dialect as u32).collect();
    let lines: Vec<u32> = founders.iter().map(|founder| numbers[founder]).collect();
    let lineage = information(&lines, &own, SHUFFLES, key);
    let [_, entropy, _] = Table::of(&lines, &own).entropies();
    let dialect = |(at, center): (usize, &Vec<f32>)| {
        let mut counts: BTreeMap<Founder, usize> = BTreeMap::new();
        let members = found.of.iter().zip(founders).filter(|(of, _)| **of == at);
        members.for_each(|(_, founder)| *counts.entry(*founder).or_default() += 1);
        Dialect {
            members: counts.values().sum(),
            founders: counts.len(),
            of_largest: counts.values().copied().max().unwrap_or(0),
            usage: center.clone(),
        }
    };
    Dialects {
        dialects: found.centers.iter().enumerate().map(dialect).collect(),
        inherited: if entropy > 0.0 { lineage.plug_in / entropy } else { f64::NAN },
        of: found.of,
        silhouette,
        lineage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_joined_to_the_lines_that_have_them() {
        // Two ways to call, each the way of two founders' lines.
        let near = |way: f32, i: u32| vec![way + 0.01 * i as f32, -way, 0.3];
        let usages: Vec<Vec<f32>> = (0..40).map(|i| near(if i % 4 < 2 { 0.8 } else { -0.7 }, i % 3)).collect();
        let founders: Vec<Founder> = (0..40).map(|i| (NONE, i % 4)).collect();
        let told = dialects(&usages, &founders, [1, 1]);
        assert_eq!(
            told.dialects.iter().map(|d| (d.members, d.founders, d.of_largest)).collect::<Vec<_>>(),
            [(20, 2, 10); 2]
        );
        assert!((told.inherited - 1.0).abs() < 1e-9 && told.lineage.p < 0.01 && told.silhouette > 0.9, "{told:?}");
        // The same ways, whoever the founder was.
        let mixed: Vec<Founder> = (0..40).map(|i| (NONE, i / 4 % 2)).collect();
        let told = dialects(&usages, &mixed, [1, 1]);
        assert!(told.inherited < 0.1 && told.lineage.p > 0.05, "{told:?}");
        // One way of all.
        let same: Vec<Vec<f32>> = (0..10).map(|i| near(0.8, i % 3)).collect();
        let told = dialects(&same, &founders[..10], [1, 1]);
        assert!(told.dialects.len() == 1 && told.inherited.is_nan() && told.silhouette.is_nan(), "{told:?}");
        assert!(dialects(&[], &[], [1, 1]).dialects.is_empty());
    }
}
