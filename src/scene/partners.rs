//! Whether a species can be judged by what others come to: they are there, they are judged themselves, and there are rollouts that
//! end. Does not judge.

use super::names::Names;
use super::problem::Diagnostic;
use super::spec::{Evolution, SceneSpec};

/// Problems of the partners of species `index`.
pub fn check(spec: &SceneSpec, index: usize, names: &Names, problems: &mut Vec<Diagnostic>) {
    let Some(species) = spec.species.get(index) else { return };
    for (i, partner) in species.partners.iter().enumerate() {
        let path = format!("species[{index}].partners[{i}].species");
        let mut tell = |wrong: &str, right: &str, rests: &[String]| {
            let message = format!("`{path}` = \"{}\" {wrong}", partner.species);
            problems.push(Diagnostic::new(&path, message, right).resting_on(rests.iter().cloned()));
        };
        if partner.species == species.name && !species.name.is_empty() {
            tell("is the species itself", "another species: its own terms stand in `fitness`", &[]);
            continue;
        }
        match spec.species.iter().position(|other| other.name == partner.species) {
            Some(other) if spec.species[other].fitness.is_empty() => {
                let rests = [format!("species[{other}].fitness")];
                tell("has no fitness that could count", "a species with a term in its `fitness`", &rests);
            }
            Some(_) => {}
            None => names.species(&path, &partner.species, problems),
        }
    }
    if matches!(species.evolution, Evolution::Turnover(_) | Evolution::Ecology(_)) && !species.partners.is_empty() {
        let path = format!("species[{index}].partners");
        let message = format!("`{path}` count at the end of a rollout, which live evolution has not");
        let rests = [format!("species[{index}].evolution[]")];
        problems.push(Diagnostic::new(path, message, "none, or `evolution: Generational(..)`").resting_on(rests));
    }
}
