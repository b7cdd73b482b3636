//! What plots say that several panels draw, and the Measures panel.

pub const OVER_TIME: &str = "Over time";
pub const NO_DIFFERENCE: &str = "no difference";
pub const NOTHING: &str = "nothing measured yet";

pub const POPULATION: &str = "Population";
pub const POPULATION_TIP: &str = "Agents alive, over all worlds";
pub const TICKS: &str = "Ticks a second";
pub const TICKS_TIP: &str = "Speed of the simulation in real time";
pub const DIVERSITY: &str = "Diversity";
pub const DIVERSITY_TIP: &str = "Mean pairwise distance of genomes";

pub const NO_MEASURES: &str = "The first measures come after one interval of metrics.";
// The words before the colons are those of the engine.
pub const STATES_TIP: &str = "polar: one heading; mill: all circle one way; swarm: neither; transition: in between";
