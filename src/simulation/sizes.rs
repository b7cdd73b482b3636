//! Whether a scene fits the machine: what its worlds and populations hold, and, where that is too much, which number
//! to lower and to what. Advice is found by trying it, so that following it ends the matter. Knows nothing of
//! backends.

mod advice;
mod breeding;

use crate::layout::{Agent, SpeciesParams, TALLIES};
use crate::plan::Plan;
use crate::scene::{Diagnostic, Evolution, SceneSpec, SpeciesSpec, Strategy};
use advice::Sizes;
use breeding::check_strategies;

/// Bytes of a scene's worlds and populations, genomes included. Saturates.
pub fn state_bytes(scene: &SceneSpec, plan: &Plan) -> u64 {
    let species = plan.species.iter().flat_map(|p| species_numbers(plan, p)).map(|(_, n)| n);
    let world = species.fold(u64::from(plan.dims.field_cells), u64::saturating_add);
    let worlds = world.saturating_mul(plan.dims.worlds.into());
    let populations = scene.species.iter().zip(&plan.species).map(|(s, p)| population_numbers(s, p));
    populations.fold(worlds, u64::saturating_add).saturating_mul(4)
}

/// Numbers of 4 bytes that a species holds in one world, by what they are.
fn species_numbers(plan: &Plan, p: &SpeciesParams) -> [(&'static str, u64); 7] {
    let slots = u64::from(p.slots);
    [
        ("agent state", slots * (size_of::<Agent>() as u64 / 4)),
        ("tallies", slots * u64::from(TALLIES)),
        ("observation", slots * u64::from(p.obs_len)),
        ("action", slots * u64::from(p.act_len)),
        ("memory", slots * u64::from(p.mem_len)),
        ("signals", slots * u64::from(p.channels) * u64::from(plan.dims.history)),
        ("genomes", u64::from(p.rows) * u64::from(p.genome_stride)),
    ]
}

/// Numbers of 4 bytes that evolution holds of a species besides its worlds: a population, the next one while it is
/// bred or, in 8 bytes each, the noise that it is drawn with, champions, and elites of an archive.
fn population_numbers(spec: &SpeciesSpec, p: &SpeciesParams) -> u64 {
    match &spec.evolution {
        Evolution::Generational(g) if spec.count > 0 => {
            let copies = match g.strategy {
                Strategy::Genetic(_) => 2,
                // A gene takes three times the numbers of its edge in a row, and there are two generations while one is bred.
                Strategy::Neat(_) => 7,
                _ => 3,
            };
            // As many elites as an archive may come to hold.
            let cells = g.descriptors.iter().fold(1u64, |all, axis| all.saturating_mul(axis.cells.into()));
            let elites = if g.strategy.keeps_archive() { cells } else { 0 };
            let genomes = copies * u64::from(g.population) + u64::from(g.champions) + 1 + elites;
            genomes.saturating_mul(u64::from(p.genome_len))
        }
        _ => 0,
    }
}

/// Refuses scenes whose arrays pass what 32-bit indices reach or what the machine holds; says which number to lower
/// and to what.
pub fn check_sizes(scene: &SceneSpec, plan: &Plan) -> Result<(), Diagnostic> {
    check_strategies(scene, plan)?;
    check(scene, plan, memory())
}

/// As `check_sizes`, on a machine of `memory` bytes.
fn check(scene: &SceneSpec, plan: &Plan, memory: Option<u64>) -> Result<(), Diagnostic> {
    let Some(message) = excess(scene, plan, memory) else { return Ok(()) };
    let start = Sizes { scene: scene.clone(), worlds: plan.dims.worlds };
    let fits = |sizes: &Sizes| excess(&sizes.scene, &Plan::new(&sizes.scene, sizes.worlds), memory).is_none();
    let (path, advice) = start.advice(&fits);
    Err(Diagnostic::new(path, message, advice))
}

/// What is too large, if anything is.
fn excess(scene: &SceneSpec, plan: &Plan, memory: Option<u64>) -> Option<String> {
    let worlds = u64::from(plan.dims.worlds);
    for what in 0..if plan.species.is_empty() { 0 } else { 7 } {
        let each = plan.species.iter().map(|p| species_numbers(plan, p)[what].1);
        let all = each.fold(0u64, u64::saturating_add).saturating_mul(worlds);
        if all >= u64::from(u32::MAX) {
            let name = species_numbers(plan, &plan.species[0])[what].0;
            return Some(format!("the scene has {all} numbers of {name}, more than 32-bit indices reach"));
        }
    }
    // What is held, a copy while it is saved, and the working arrays of the stages.
    let needed = state_bytes(scene, plan).saturating_mul(5) / 2;
    let memory = memory.filter(|memory| needed > *memory)?;
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    Some(format!("the scene needs {:.1} GiB of memory and this machine has {:.1} GiB", gib(needed), gib(memory)))
}

/// Memory of this machine, bytes, where the system tells it in a file (Linux).
pub fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::round::worlds_needed;
    use crate::scene::{self, Controller, GenerationalSpec, GroupSpec, MlpSpec, Sharing};

    /// A machine of 8 GiB.
    const MEMORY: Option<u64> = Some(8 << 30);

    fn refused(scene: &SceneSpec) -> Option<Diagnostic> {
        check(scene, &Plan::new(scene, worlds_needed(scene)), MEMORY).err()
    }

    fn species(count: u32, hidden: Vec<u32>, evolution: Evolution) -> SpeciesSpec {
        let controller = Controller::Mlp(MlpSpec { hidden, ..Default::default() });
        SpeciesSpec { count, controller, evolution, ..Default::default() }
    }

    fn scene(species: Vec<SpeciesSpec>) -> SceneSpec {
        SceneSpec { species, ..Default::default() }
    }

    /// Follows advice of the form "lower `path` from a to b".
    fn follow(scene: &SceneSpec, advice: &str) -> SceneSpec {
        let words: Vec<&str> = advice.split(' ').collect();
        let ["lower", path, "from", _, "to", value] = words[..] else { panic!("{advice}") };
        let mut scene = scene.clone();
        scene::set(&mut scene, path.trim_matches('`'), value).unwrap();
        scene
    }

    #[test]
    fn one_number_is_named_with_a_value_that_works() {
        let wide = || vec![256; 7];
        let bred =
            |population| Evolution::Generational(GenerationalSpec { population, champions: 8, ..Default::default() });
        let own = |count| species(count, wide(), Evolution::Off);
        let mut roomy = own(100);
        roomy.capacity = 1_000_000;
        let mut groups = own(4_000_000);
        groups.sharing = Sharing::Group(GroupSpec { size: 1000 });
        let mut many = scene(vec![species(40_000, vec![16], Evolution::Off)]);
        many.rollout.worlds = 65_536;
        for (scene, path, step) in [
            (scene(vec![species(10, wide(), bred(100_000))]), "species[0].evolution.population", 1),
            (scene(vec![own(10), own(4_000_000)]), "species[1].count", 1),
            (scene(vec![roomy]), "species[0].capacity", 1),
            (scene(vec![groups]), "species[0].count", 1000),
            (many, "rollout.worlds", 1),
        ] {
            let told = refused(&scene).unwrap_or_else(|| panic!("{path} is too much"));
            assert_eq!(told.path, path, "{told:?}");
            let cured = follow(&scene, &told.expected);
            assert_eq!(refused(&cured), None, "{}", told.expected);
            // Not lower than it must be: the next value is too much again.
            let kept: u32 = scene::get(&cured, path).unwrap().parse().unwrap();
            let mut more = cured.clone();
            scene::set(&mut more, path, &(kept + step).to_string()).unwrap();
            assert!(refused(&more).is_some(), "{}", told.expected);
        }
    }

    #[test]
    fn where_one_number_is_not_enough_all_are_lowered() {
        let scene = scene(vec![species(4_000_000, vec![16], Evolution::Off); 32]);
        let told = refused(&scene).expect("too much");
        assert_eq!(told.path, "species");
        let factor = told.expected.strip_prefix("lower every `count` to 1/").expect("a factor");
        let factor: u32 = factor.split(' ').next().unwrap().parse().unwrap();
        let divided = |by: u32| {
            let mut scene = scene.clone();
            scene.species.iter_mut().for_each(|s| s.count /= by);
            refused(&scene)
        };
        assert_eq!(divided(factor), None, "{}", told.expected);
        assert!(divided(factor - 1).is_some());
    }

    #[test]
    fn populations_in_pairs_are_lowered_by_pairs() {
        let spec = GenerationalSpec {
            population: 100_000,
            strategy: Strategy::Pgpe(Default::default()),
            ..Default::default()
        };
        let evolution = Evolution::Generational(spec);
        let told = refused(&scene(vec![species(10, vec![256; 7], evolution)])).expect("too much");
        let value: u32 = told.expected.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(value.is_multiple_of(2) && value > 0, "{}", told.expected);
    }

    #[test]
    fn a_controller_too_large_for_one_agent_is_told() {
        let one = species(1, vec![256; 9_000], Evolution::Off);
        let told = refused(&scene(vec![SpeciesSpec { sharing: Sharing::Species, ..one }; 4])).expect("too much");
        assert!(told.expected.contains("hidden layers"), "{told:?}");
    }
}
