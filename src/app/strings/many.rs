//! What the agent panel says of many agents that are selected together.

use std::fmt::Display;

pub const ALL_DEAD: &str = "None of them is alive any longer.";

pub fn dead(count: impl Display) -> String {
    format!("{count} of them no longer live")
}

pub fn selected(count: impl Display) -> String {
    format!("{count} selected")
}

pub const LET_GO_TIP: &str = "Let go of all";
pub const FOLLOW_TIP: &str = "The camera keeps to the middle of those who live";

// Heads of a narrow table.
pub const SPECIES: &str = "species";
pub const SPECIES_TIP: &str = "What they are";
pub const ALIVE: &str = "alive";
pub const ALIVE_TIP: &str = "How many of the selected live";
pub const AGE: &str = "age, s";
pub const AGE_TIP: &str = "Mean of simulated seconds lived";
pub const ENERGY: &str = "energy";
pub const ENERGY_TIP: &str = "Mean energy";
pub const FITNESS: &str = "fitness/s";
pub const FITNESS_TIP: &str = "Mean fitness for each second lived; nothing where no fitness is judged";

pub const HANDS: &str = "With each of them";
pub const CLONE: &str = "Clone all";
pub const CLONE_TIP: &str =
    "A child of each stands beside it, while its species has free places, with its genome changed as below";
pub const MUTATE: &str = "Mutate all";
pub const MUTATE_TIP: &str = "The genome of each changes as below";
pub const REMOVE: &str = "Remove all";
pub const REMOVE_TIP: &str = "The life of each ends";
pub const WITHOUT_GENOMES: &str = "They act by a rule and have no genomes";

pub fn too_many(most: impl Display) -> String {
    format!("These are more than {most} at once; each is a command of its own")
}

/// What a button does, and what it costs.
pub fn commands(tip: &str, count: impl Display) -> String {
    format!("{tip}; commands in the log: {count}")
}

pub const CHANCE: &str = "chance";
pub const CHANCE_TIP: &str = "Chance that a number of a genome changes, 0 for a true copy; 0.1 at first";
pub const SIZE: &str = "size";
pub const SIZE_TIP: &str = "Standard deviation of a change; 0.3 at first";
