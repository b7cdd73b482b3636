//! Genomes between files and worlds: what a scene starts from, and what a run leaves. Knows nothing of folders of
//! runs.

use std::path::Path;

use crate::evolution::fitness::{fitness, members, order, row_fitness};
use crate::evolution::generational::Generational;
use crate::genome_file::{GenomeFile, GenomeFileError, describe_controller, describe_observation};
use crate::layout::NONE;
use crate::plan::{Plan, ticks};
use crate::scene::{self, Evolution, SceneSpec};
use crate::world::WorldState;

/// Genomes written to a file, at most: the best ones.
pub const MOST: usize = 4096;

/// The genome file of a species, if it names one.
pub fn load(
    scene: &SceneSpec,
    plan: &Plan,
    species: usize,
    beside: &Path,
) -> Result<Option<GenomeFile>, GenomeFileError> {
    let spec = &scene.species[species];
    match spec.genomes.as_str() {
        "" => Ok(None),
        name => GenomeFile::load_for(name, beside, plan, species, &spec.name).map(Some),
    }
}

/// Writes a file's genomes over those of a species in every world, reused from the first when there are fewer.
pub fn fill(state: &mut WorldState, plan: &Plan, species: usize, file: &GenomeFile) {
    let p = &plan.species[species];
    let page = (p.rows as usize * p.genome_stride as usize).max(1);
    for world in state.genomes[species].chunks_mut(page) {
        for (index, row) in world.chunks_mut(p.genome_stride as usize).enumerate() {
            plan.rows(species).encode(file.row(index), row);
        }
    }
}

/// The population under judgement of a species as agents run it, the best of the last generation first; `None` when it
/// has none.
pub fn of_population(evolution: &Generational, plan: &Plan, species: usize) -> Option<GenomeFile> {
    let population = evolution.population(species)?;
    let rows = plan.rows(species);
    let mut file = GenomeFile { len: population.len, ..Default::default() };
    let champion = evolution.best_genome(species);
    if let Some(best) = champion {
        push(&mut file, &rows.rounded(&best.genome), best.fitness, [best.id, best.id]);
    }
    for (row, &id) in population.ids.iter().enumerate().take(MOST) {
        if champion.is_none_or(|best| best.id != id) {
            push(&mut file, &rows.rounded(population.row(row)), f32::NAN, [id, NONE]);
        }
    }
    Some(file)
}

/// The genomes of the living of all worlds. Best by fitness per second of life; those who have not lived long enough
/// to be parents come last, for their rates say little yet.
pub fn of_living(state: &WorldState, scene: &SceneSpec, plan: &Plan, species: usize) -> GenomeFile {
    let (spec, p) = (&scene.species[species], &plan.species[species]);
    let grown = match &spec.evolution {
        Evolution::Turnover(t) => ticks(t.lifetime * t.maturity, plan.tank.dt),
        _ => 1,
    };
    let mut rows = Vec::new();
    for world in 0..plan.dims.worlds {
        let slots = WorldState::part(world, plan.dims.slots);
        let (agents, tallies) = (&state.agents[slots.clone()], &state.tallies[slots]);
        for row in 0..p.rows {
            let bearers = row * p.sharers..((row + 1) * p.sharers).min(p.slots);
            let mut living = bearers.map(|i| (p.slot_start + i) as usize).filter(|slot| agents[*slot].alive == 1);
            let Some(slot) = living.next() else { continue };
            let agent = &agents[slot];
            let sum = match p.sharers > 1 && !members(spec, p, row).is_empty() {
                true => row_fitness(spec, p, tallies, row),
                false => fitness(spec, p, &tallies[slot]),
            };
            let rate = sum / (agent.age.max(1) as f32 * plan.tank.dt);
            let at = (world * p.rows + row) as usize * p.genome_stride as usize;
            rows.push((agent.age < grown, rate, [agent.id, agent.founder], at));
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(order(a.1, b.1)).then(a.3.cmp(&b.3)));
    let mut file = GenomeFile { len: p.genome_len as usize, ..Default::default() };
    for (_, rate, descent, at) in rows.into_iter().take(MOST) {
        push(&mut file, &plan.rows(species).decode(&state.genomes[species][at..]), rate, descent);
    }
    file
}

fn push(file: &mut GenomeFile, genome: &[f32], fitness: f32, descent: [u32; 2]) {
    file.genomes.extend_from_slice(genome);
    file.fitness.push(fitness);
    file.lineage.push(descent);
}

/// Adds what tells the numbers' meaning.
pub fn describe(file: GenomeFile, scene: &SceneSpec, plan: &Plan, species: usize) -> GenomeFile {
    GenomeFile {
        species: scene.species[species].name.clone(),
        controller: describe_controller(plan, species),
        observation: describe_observation(plan, species),
        scene_digest: blake3::hash(scene::encode(scene).as_bytes()).to_hex().to_string(),
        ..file
    }
}
