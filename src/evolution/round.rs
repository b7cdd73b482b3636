//! What a round of whole populations needs and brings, and how many worlds it takes. Plain data; knows nothing of how
//! populations are dealt, judged or bred.

use std::ops::Range;

use super::LineageRecord;
use super::deal::worlds_for;
use super::fitness;
use crate::edits::Deal;
use crate::measure::csv_row;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::scene::{Evolution, GenerationalSpec, SceneSpec, SpeciesSpec};
use crate::world::WorldState;

/// Numbers of 4 bytes that worlds chosen by `worlds_needed` may hold together: 256 MiB.
const MOST_NUMBERS: u64 = 1 << 26;

csv_row! {
    /// What one species' generation was worth.
    pub struct GenerationRow {
        /// Generation, from 0.
        pub generation: u64,
        /// Name of the species.
        pub species: String,
        /// Ticks simulated up to its end.
        pub tick: u64,
        /// Best fitness.
        pub best: f32,
        /// Mean fitness.
        pub mean: f32,
        /// Standard deviation of fitness.
        pub std: f32,
        /// Mean pairwise distance of the genomes.
        pub diversity: f32,
        /// Number of the best genome in the lineage.
        pub best_id: u32,
        /// Fewest places a genome was judged in.
        pub trials: u32,
        /// Mean fitness of the best on the held-out seeds; NaN where the generation was not scored.
        pub held_out: f32,
        /// Lower end of its 95 % interval over the seeds.
        pub held_out_low: f32,
        /// Upper end.
        pub held_out_high: f32,
        /// Share of the cells of the archive that are occupied; NaN where the strategy keeps none.
        pub coverage: f32,
        /// QD score of the archive: the sum over its elites of fitness above the scene's offset.
        pub qd_score: f64,
    }
}

/// What a round needs.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundStart {
    /// Keys of the worlds' draws.
    pub streams: Vec<Stream>,
    /// Genomes to write into fresh worlds: every row that an agent uses of every evolving species.
    pub deals: Vec<Deal>,
    /// Founders, at the first round of a run; else empty.
    pub lineage: Vec<LineageRecord>,
}

impl RoundStart {
    /// The worlds of the round, ready to load.
    pub fn worlds(&self, scene: &SceneSpec, plan: &Plan) -> WorldState {
        let mut state = WorldState::start(scene, plan, &self.streams);
        for deal in &self.deals {
            let (species, p) = (deal.species as usize, &plan.species[deal.species as usize]);
            let len = p.genome_len as usize;
            for &(world, row, which) in &deal.places {
                let at = (world as usize * p.rows as usize + row as usize) * p.genome_stride as usize;
                let genome = &deal.genomes[which as usize * len..][..len];
                plan.rows(species).encode(genome, &mut state.genomes[species][at..]);
            }
        }
        state
    }

    /// Some of the worlds of the round, for a backend that has had worlds before and still is to be dealt the genomes: those
    /// of species that are dealt to all rows or, as they do not evolve by generations, keep what they run are left out.
    pub fn next_worlds(&self, scene: &SceneSpec, plan: &Plan, worlds: &Range<u32>) -> WorldState {
        let streams = &self.streams[worlds.start as usize..worlds.end as usize];
        WorldState::start_without(scene, &plan.of_worlds(worlds), streams, |species| {
            let (spec, p) = (&scene.species[species], &plan.species[species]);
            let dealt = self.deals.iter().any(|deal| deal.species as usize == species);
            !dealt || fitness::rows(spec, p) == p.rows
        })
    }
}

/// What a round brought; both empty unless it ended a generation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoundEnd {
    /// One row a species.
    pub generations: Vec<GenerationRow>,
    /// Members that entered the next population.
    pub lineage: Vec<LineageRecord>,
}

/// Species that evolve by generations and have agents to be judged by, with their specs.
pub(super) fn evolving<'a>(scene: &'a SceneSpec) -> Vec<(usize, &'a GenerationalSpec)> {
    let of = |(i, s): (usize, &'a SpeciesSpec)| match &s.evolution {
        Evolution::Generational(g) if s.count > 0 => Some((i, g)),
        _ => None,
    };
    scene.species.iter().enumerate().filter_map(of).collect()
}

/// Worlds side by side: what the scene asks for, or as many as let one round judge every genome in all its trials,
/// within 65,536 worlds and about 256 MiB (more rounds then follow). 1 for a scene without `Generational` species.
pub fn worlds_needed(scene: &SceneSpec) -> u32 {
    if scene.rollout.worlds > 0 {
        return scene.rollout.worlds;
    }
    let plan = Plan::new(scene, 1);
    let sides = evolving(scene);
    let needed = |(index, (species, g)): (usize, &(usize, &GenerationalSpec))| {
        let rows = u64::from(fitness::rows(&scene.species[*species], &plan.species[*species]));
        let places = u64::from(g.population) * u64::from(scene.rollout.trials);
        worlds_for(places.div_ceil(rows.max(1)), index, g.champions > 0 && sides.len() > 1)
    };
    let wanted = sides.iter().enumerate().map(needed).max().unwrap_or(1);
    let d = &plan.dims;
    let pages: u64 = (0..plan.species.len()).map(|s| plan.genome_total(s) as u64).sum();
    let small = u64::from(d.slots) * 28 + u64::from(d.obs) + u64::from(d.act) + u64::from(d.mem);
    let numbers = pages + small + u64::from(d.history) * u64::from(d.sig) + u64::from(d.field_cells);
    wanted.clamp(1, (MOST_NUMBERS / numbers.max(1)).clamp(1, 65_536)) as u32
}
