//! Whether a scene fits the machine: what its worlds and populations hold, and, where that is too much, which number
//! to lower and to what. Advice is found by trying it, so that following it ends the matter. Knows nothing of
//! backends.

use crate::evolution::strategy;
use crate::layout::{Agent, SpeciesParams, TALLIES};
use crate::plan::Plan;
use crate::scene::{Controller, Diagnostic, Evolution, SceneSpec, Sharing, SpeciesSpec, Strategy};

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

/// Refuses genomes that what breeds them cannot take: of another kind, or too long.
fn check_strategies(scene: &SceneSpec, plan: &Plan) -> Result<(), Diagnostic> {
    for (index, (spec, p)) in scene.species.iter().zip(&plan.species).enumerate() {
        let graph = matches!(spec.controller, Controller::Graph(_));
        let live = match &spec.evolution {
            Evolution::Turnover(_) => "Turnover",
            Evolution::Ecology(_) => "Ecology",
            Evolution::Off | Evolution::Generational(_) => "",
        };
        if graph && !live.is_empty() {
            let path = format!("species[{index}].evolution");
            let message = format!(
                "`{path}` is {live}, which changes genomes number by number, but the `controller` of `{}` is a Graph",
                spec.name
            );
            return Err(Diagnostic::new(
                path,
                message,
                "Generational(strategy: Neat), or Off with a file of `genomes`",
            ));
        }
        if let Evolution::Generational(g) = &spec.evolution
            && !strategy::breeds(&g.strategy, &spec.controller)
        {
            let path = format!("species[{index}].evolution.strategy");
            let (message, right) = match graph {
                true => (
                    format!(
                        "`{path}` changes genomes number by number, but the `controller` of `{}` is a Graph",
                        spec.name
                    ),
                    "Neat, or another `controller`",
                ),
                false => (
                    format!("`{path}` is Neat, which grows graphs, but the `controller` of `{}` is none", spec.name),
                    "`controller: Graph`, or another strategy",
                ),
            };
            return Err(Diagnostic::new(path, message, right));
        }
        if let Evolution::Generational(g) = &spec.evolution
            && let Some((most, other)) = strategy::longest(&g.strategy)
            && p.genome_len as usize > most
        {
            let path = format!("species[{index}].evolution.strategy");
            let message = format!(
                "`{path}` learns how every two numbers of a genome go together, but genomes of `{}` have {} numbers",
                spec.name, p.genome_len
            );
            let right = format!("`{other}`, or a `controller` of at most {most} numbers");
            return Err(Diagnostic::new(path, message, right));
        }
    }
    Ok(())
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

/// The numbers of a scene that decide its size.
#[derive(Clone)]
struct Sizes {
    scene: SceneSpec,
    worlds: u32,
}

/// One of these numbers.
#[derive(Clone, Copy, PartialEq)]
enum Knob {
    Worlds,
    Agents(usize),
    Population(usize),
}

impl Sizes {
    /// Every number that could be lowered; worlds first, because fewer of them change the experiment least.
    fn knobs(&self) -> Vec<Knob> {
        let species = &self.scene.species;
        let agents = (0..species.len()).filter(|s| species[*s].count.max(species[*s].capacity) > 0).map(Knob::Agents);
        let bred = |s: &usize| matches!(species[*s].evolution, Evolution::Generational(_));
        let populations = (0..species.len()).filter(bred).map(Knob::Population);
        [Knob::Worlds].into_iter().chain(agents).chain(populations).collect()
    }

    fn value(&self, knob: Knob) -> u32 {
        match knob {
            Knob::Worlds => self.worlds,
            Knob::Agents(s) => self.scene.species[s].count.max(self.scene.species[s].capacity),
            Knob::Population(s) => match &self.scene.species[s].evolution {
                Evolution::Generational(g) => g.population,
                _ => 0,
            },
        }
    }

    /// The values that a number may take are the multiples of the first, from the second on.
    fn steps(&self, knob: Knob) -> (u32, u32) {
        match knob {
            Knob::Worlds => (1, 1),
            Knob::Agents(s) => {
                let spec = &self.scene.species[s];
                let step = match &spec.sharing {
                    Sharing::Group(group) => group.size.max(1),
                    _ => 1,
                };
                match &spec.evolution {
                    Evolution::Turnover(t) => (step, t.elites + 1),
                    _ => (step, 1),
                }
            }
            Knob::Population(s) => match &self.scene.species[s].evolution {
                Evolution::Generational(g) => g.strategy.populations(),
                _ => (1, 2),
            },
        }
    }

    /// These sizes with one number lowered to at most `value`, as far as it may be.
    fn lowered(&self, knob: Knob, value: u32) -> Sizes {
        let (step, least) = self.steps(knob);
        let value = (value / step * step).max(least.next_multiple_of(step));
        let mut sizes = self.clone();
        match knob {
            Knob::Worlds => sizes.worlds = sizes.worlds.min(value),
            Knob::Agents(s) => {
                let spec = &mut sizes.scene.species[s];
                spec.count = spec.count.min(value);
                spec.capacity = spec.capacity.min(value);
            }
            Knob::Population(s) => {
                if let Evolution::Generational(g) = &mut sizes.scene.species[s].evolution {
                    g.population = g.population.min(value);
                }
            }
        }
        sizes
    }

    /// The number to lower, by its path, and how far; `fits` says whether sizes do.
    fn advice(&self, fits: &impl Fn(&Sizes) -> bool) -> (String, String) {
        let mut best: Option<(f64, Knob, Sizes)> = None;
        for knob in self.knobs() {
            let Some(sizes) = self.largest(knob, fits) else { continue };
            let kept = f64::from(sizes.value(knob)) / f64::from(self.value(knob));
            if best.as_ref().is_none_or(|(most, first, _)| *first != Knob::Worlds && kept > *most) {
                best = Some((kept, knob, sizes));
            }
        }
        match best {
            Some((_, knob, sizes)) => self.told(knob, &sizes),
            None => self.all_lowered(fits),
        }
    }

    /// These sizes with one number as large as fits; `None` when even its least does not.
    fn largest(&self, knob: Knob, fits: &impl Fn(&Sizes) -> bool) -> Option<Sizes> {
        let (mut low, mut high) = (0, self.value(knob));
        let mut found = Some(self.lowered(knob, low)).filter(fits)?;
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            let sizes = self.lowered(knob, middle);
            match fits(&sizes) {
                true => (low, found) = (middle, sizes),
                false => high = middle,
            }
        }
        Some(found)
    }

    /// Path and advice for one number that becomes what it is in `sizes`.
    fn told(&self, knob: Knob, sizes: &Sizes) -> (String, String) {
        let (from, to) = (self.value(knob), sizes.value(knob));
        let path = match knob {
            Knob::Worlds => "rollout.worlds".to_string(),
            Knob::Population(s) => format!("species[{s}].evolution.population"),
            Knob::Agents(s) => {
                let spec = &self.scene.species[s];
                let (count, capacity) = (format!("species[{s}].count"), format!("species[{s}].capacity"));
                match (spec.capacity > 0, to < spec.count) {
                    (true, true) => {
                        let advice = format!("lower `{count}` from {} and `{capacity}` to {to}", spec.count);
                        return (count, advice);
                    }
                    (true, false) => capacity,
                    _ => count,
                }
            }
        };
        let advice = format!("lower `{path}` from {from} to {to}");
        (path, advice)
    }

    /// Advice where no one number is enough: all of them by one factor.
    fn all_lowered(&self, fits: &impl Fn(&Sizes) -> bool) -> (String, String) {
        let knobs: Vec<Knob> = self.knobs().into_iter().filter(|knob| *knob != Knob::Worlds).collect();
        let divided = |worlds: u32, by: u32| {
            let start = self.lowered(Knob::Worlds, worlds);
            knobs.iter().fold(start, |sizes, knob| sizes.lowered(*knob, self.value(*knob) / by))
        };
        let most = knobs.iter().map(|knob| self.value(*knob)).max().unwrap_or(1).max(2);
        for worlds in if self.worlds > 1 { vec![self.worlds, 1] } else { vec![1] } {
            if !fits(&divided(worlds, most)) {
                continue;
            }
            let (mut low, mut high) = (1, most);
            while low + 1 < high {
                let middle = low + (high - low) / 2;
                match fits(&divided(worlds, middle)) {
                    true => high = middle,
                    false => low = middle,
                }
            }
            let (_, example) = self.told(knobs[0], &divided(worlds, high));
            let example = example.trim_start_matches("lower ");
            let one = if worlds < self.worlds { "`rollout.worlds` to 1, and " } else { "" };
            let all = if knobs.iter().any(|k| matches!(k, Knob::Population(_))) { " and `population`" } else { "" };
            let advice = format!("lower {one}every `count`{all} to 1/{high} of what it is: {example}, and so on");
            return ("species".into(), advice);
        }
        (
            "species".into(),
            "shorter or narrower hidden layers in `controller`, or fewer cells of fields and archives".into(),
        )
    }
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
    use crate::scene::{self, Controller, GenerationalSpec, GraphSpec, GroupSpec, MlpSpec, Sense};

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
    fn genomes_too_long_for_their_strategy_are_told_with_another() {
        let bred = |strategy: &Strategy, width| {
            let strategy = strategy.clone();
            let evolution = Evolution::Generational(GenerationalSpec { strategy, ..Default::default() });
            scene(vec![SpeciesSpec { senses: vec![Sense::Constant], ..species(10, vec![width], evolution) }])
        };
        let mut refusing = vec![];
        for strategy in Strategy::every().into_iter().filter(|s| !matches!(s, Strategy::Neat(_))) {
            let told = |width| {
                let scene = bred(&strategy, width);
                check_sizes(&scene, &Plan::new(&scene, worlds_needed(&scene))).err()
            };
            assert_eq!(told(10), None, "{strategy:?}");
            let Some(told) = told(1_000) else { continue };
            let numbers = Plan::new(&bred(&strategy, 1_000), 1).species[0].genome_len;
            assert_eq!(told.path, "species[0].evolution.strategy");
            assert!(told.message.contains(&format!("have {numbers} numbers")), "{told:?}");
            refusing.push(told.expected);
        }
        let right = |other: &str| format!("`{other}`, or a `controller` of at most 500 numbers");
        assert_eq!(refusing, [right("Snes"), right("SepCma"), right("MapElites"), right("MapElites")]);
    }

    #[test]
    fn graphs_are_bred_by_neat_alone_and_neat_breeds_nothing_else() {
        let graph = Controller::Graph(GraphSpec::default());
        let refused = |controller: &Controller, evolution: Evolution| {
            let scene = scene(vec![SpeciesSpec { controller: controller.clone(), ..species(10, vec![3], evolution) }]);
            check_sizes(&scene, &Plan::new(&scene, worlds_needed(&scene))).err().map(|told| told.to_string())
        };
        let generational = |strategy| Evolution::Generational(GenerationalSpec { strategy, ..Default::default() });
        for strategy in Strategy::every() {
            let neat = matches!(strategy, Strategy::Neat(_));
            let told = refused(&graph, generational(strategy.clone()));
            assert!(told.is_none() == neat && told.is_none_or(|told| told.contains("is a Graph")), "{strategy:?}");
            let dense = refused(&Controller::Linear(Default::default()), generational(strategy.clone()));
            assert!(dense.is_some() == neat && dense.is_none_or(|told| told.contains("is none")), "{strategy:?}");
        }
        assert_eq!(refused(&graph, Evolution::Off), None);
        let live = [Evolution::Turnover(Default::default()), Evolution::Ecology(Default::default())];
        for (evolution, name) in live.into_iter().zip(["Turnover", "Ecology"]) {
            let told = refused(&graph, evolution).unwrap_or_default();
            assert!(told.contains(&format!("is {name}, which changes genomes number by number")), "{told}");
        }
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
