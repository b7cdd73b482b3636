//! Whether what breeds the genomes of a scene can take them. Knows nothing of memory.

use crate::evolution::strategy;
use crate::plan::Plan;
use crate::scene::{Controller, Diagnostic, Evolution, SceneSpec};

/// Refuses genomes that what breeds them cannot take: of another kind, or too long.
pub(super) fn check_strategies(scene: &SceneSpec, plan: &Plan) -> Result<(), Diagnostic> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::round::worlds_needed;
    use crate::scene::{GenerationalSpec, GraphSpec, MlpSpec, Sense, SpeciesSpec, Strategy};
    use crate::simulation::check_sizes;

    fn species(count: u32, hidden: Vec<u32>, evolution: Evolution) -> SpeciesSpec {
        let controller = Controller::Mlp(MlpSpec { hidden, ..Default::default() });
        SpeciesSpec { count, controller, evolution, ..Default::default() }
    }

    fn scene(species: Vec<SpeciesSpec>) -> SceneSpec {
        SceneSpec { species, ..Default::default() }
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
}
