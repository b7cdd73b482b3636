//! What each way of evolving needs of its species, and of the others in the tank. Knows nothing of how genomes are bred.

use super::About;
use crate::scene::problem::Diagnostic;
use crate::scene::spec::*;

impl About<'_> {
    /// What each way of evolving needs.
    pub(super) fn evolution(&mut self) {
        let SpeciesSpec { evolution, sharing, fitness, energy, count, .. } = self.species;
        let scored = match evolution {
            Evolution::Off => return,
            Evolution::Turnover(_) | Evolution::Generational(_) => true,
            Evolution::Ecology(_) => false,
        };
        match (evolution, sharing) {
            (Evolution::Turnover(_), Sharing::Species) => {
                self.tell("sharing", &["evolution[]"], "leaves one genome, with none to select from", "Own, or Group");
            }
            (Evolution::Ecology(_), Sharing::Group(_) | Sharing::Species) => {
                let wrong = "is not Own, but agents are born one by one";
                self.tell("sharing", &["evolution[]"], wrong, "Own, or another evolution");
            }
            _ => {}
        }
        if scored && fitness.is_empty() && self.species.partners.is_empty() {
            let right = "at least one term, as in [(term: FoodEaten)], or `partners`";
            self.tell("fitness", &["evolution[]"], "is empty, but selection needs it", right);
        }
        match evolution {
            Evolution::Ecology(e) => {
                if e.child_energy >= e.birth_energy {
                    let right = format!("less than `birth_energy`, {}", e.birth_energy);
                    let wrong = format!("= {} would kill the parent", e.child_energy);
                    self.tell("evolution.child_energy", &["evolution.birth_energy"], wrong, right);
                }
                if e.birth_energy > energy.capacity {
                    let right = format!("at most `energy.capacity`, {}", energy.capacity);
                    let wrong = format!("= {} is never reached", e.birth_energy);
                    self.tell("evolution.birth_energy", &["energy.capacity"], wrong, right);
                }
            }
            Evolution::Turnover(t) if t.elites >= *count => {
                let right = format!("less than the count of {count}");
                self.tell("evolution.elites", &["count"], format!("= {} lets nobody die of age", t.elites), right);
            }
            Evolution::Generational(g) => {
                let (step, least) = g.strategy.populations();
                match &g.strategy {
                    Strategy::Genetic(genetic) if genetic.elites >= g.population => {
                        let right = format!("less than the population of {}", g.population);
                        let wrong = format!("= {} leaves no room for children", genetic.elites);
                        self.tell("evolution.strategy.elites", &["evolution.population"], wrong, right);
                    }
                    strategy if strategy.keeps_archive() && g.population < least => {
                        let right = format!("at least {least}");
                        let wrong = format!("= {} leaves emitters without two genomes each", g.population);
                        let rests = ["evolution.strategy[]", "evolution.strategy.emitters"];
                        self.tell("evolution.population", &rests, wrong, right);
                    }
                    _ if g.population % step != 0 => {
                        let right = format!("a multiple of {step}, as {}", g.population.next_multiple_of(step));
                        let wrong = format!("= {}, but the strategy judges genomes in pairs", g.population);
                        self.tell("evolution.population", &["evolution.strategy[]"], wrong, right);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// Rollouts end and start over; a living school does not.
pub(super) fn mixed_evolution(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let in_rollouts = |s: &SpeciesSpec| matches!(s.evolution, Evolution::Generational(_));
    let live = |s: &SpeciesSpec| matches!(s.evolution, Evolution::Turnover(_) | Evolution::Ecology(_));
    let Some(other) = spec.species.iter().position(live) else { return };
    if let Some(index) = spec.species.iter().position(in_rollouts) {
        let path = format!("species[{index}].evolution");
        let message =
            format!("`{path}` is Generational, but `{}` evolves live in the same tank", spec.species[other].name);
        let problem = Diagnostic::new(path, message, "one kind of evolution in a scene, besides Off");
        problems.push(problem.resting_on([format!("species[{other}].evolution[]")]));
    }
}
