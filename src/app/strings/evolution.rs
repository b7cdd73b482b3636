//! What the Evolution panel says; the map of an archive has a set of its own.

use std::fmt::Display;

pub const SPECIES_TIP: &str = "Show this species";
pub const OFF: &str = "does not evolve";
pub const OFF_TIP: &str = "Genomes stay as they are";
pub const TURNOVER: &str = "live: selected parents";
pub const TURNOVER_TIP: &str = "The dead are replaced by children of selected parents";
pub const ECOLOGY: &str = "live: energy alone";
pub const ECOLOGY_TIP: &str = "Energy above a threshold gives birth; no fitness";
pub const GENERATIONAL: &str = "whole generations";
pub const GENERATIONAL_TIP: &str = "Populations are judged in rollouts and bred anew";

pub fn generation(number: impl Display) -> String {
    format!("generation {number}")
}

pub const GENERATION_TIP: &str = "In live evolution: births over the population";
pub const NOTHING_INHERITED: &str =
    "Nothing is inherited here. Choose a scene whose species evolve, or give this one an `evolution` in its file.";
pub const EMPTY: &str = "The first curves come after one interval of metrics.";
pub const STEERING: &str = "Steering";

pub const FITNESS: &str = "Fitness";
pub const FITNESS_TIP: &str = "Own colour: mean of the living. Brightest on dark, darkest on light: best of the living. Green: mean of lives that ended";
pub const FITNESS_MEAN: &str = "mean of the living";
pub const FITNESS_BEST: &str = "best of the living";
pub const FITNESS_OF_LIVES: &str = "mean of whole lives";
pub const FOOD: &str = "Food a life";
pub const FOOD_TIP: &str = "Mean energy from fields of lives that ended";
pub const FOOD_OF_LIVES: &str = "food of whole lives";
pub const POPULATION_TIP: &str = "Agents alive";
pub const ALIVE: &str = "alive";
pub const BIRTHS: &str = "Births and deaths";
pub const BIRTHS_TIP: &str = "In each interval of metrics. Green: born. Red, or orange in safe colours: died";
pub const BORN: &str = "born";
pub const DIED: &str = "died";
pub const DIVERSITY: &str = "diversity";

pub const GENERATIONS: &str = "Last generations";
// Heads of a narrow table, with the diversity above.
pub const GENERATION_HEAD: &str = "generation";
pub const BEST_HEAD: &str = "best";
pub const MEAN_HEAD: &str = "mean";
pub const HELD_OUT_HEAD: &str = "held out";

pub fn held_out_tip(low: impl Display, high: impl Display) -> String {
    format!("The best of the generation on seeds that judge nobody, 95 % between {low} and {high}")
}
