//! What is said where two genomes are merged.

use std::fmt::Display;

pub fn with(other: impl Display) -> String {
    format!("Merge with {other}")
}

pub const WITH_NOBODY: &str = "Merge with: select an agent, or name a file";
pub const OTHER_FILE: &str = "or a file";
pub const OTHER_FILE_TIP: &str = "A genome file to merge with instead of the selected agent; empty for the agent";
pub const FILE_HINT: &str = "genome file";

pub const WAY: &str = "way";
pub const MEAN: &str = "mean";
pub const MEAN_TIP: &str = "Each number lies between those of the two (model soups, Wortsman et al. 2022)";
pub const ARC: &str = "arc";
pub const ARC_TIP: &str =
    "Along the arc about the origin, which keeps their length (spherical interpolation, Shoemake 1985)";
pub const LAYERS: &str = "by layer";
pub const LAYERS_TIP: &str = "A weight for each layer: 0 and 1 swap layers whole (Akiba et al. 2024)";
pub const TASKS: &str = "beyond a base";
pub const TASKS_TIP: &str =
    "A base that both come from, and the sum of what each has that it has not (task arithmetic, Ilharco et al. 2023)";
pub const TIES: &str = "beyond a base, where they agree";
pub const TIES_TIP: &str = "Of what each has beyond the base the largest is kept, and the mean taken of what agrees in sign (TIES, Yadav et al. 2023)";

pub const WEIGHT: &str = "of the other";
pub const WEIGHT_TIP: &str = "0 is the genome in hand, 1 the other; 0.5 at first";

pub fn layer_tip(layer: &str, numbers: impl Display) -> String {
    format!("{layer}, {numbers} numbers: 0 is the genome in hand, 1 the other; 0.5 at first")
}

pub const WITHOUT_LAYERS: &str = "Its numbers are not laid out in layers.";
pub const BASE: &str = "base";
pub const BASE_TIP: &str = "The genome file that both come from";
pub const SCALE: &str = "of what is beyond";
pub const SCALE_TIP: &str = "How much of what they have beyond the base is added to it; 1 at first";
pub const DENSITY: &str = "kept";
pub const DENSITY_TIP: &str = "Share of what each has beyond the base that is kept, the largest; 0.2 at first";
pub const DROP: &str = "dropped";
pub const DROP_TIP: &str =
    "Chance that a number of it is dropped, for which the others make up (DARE, Yu et al. 2024); 0 at first";

pub const MERGE: &str = "Merge";
pub const MERGE_TIP: &str = "The child is in hand then: spawn it, give it to agents, or save it. What it is worth, `iwashi merge --scene` tells; ways that search by rollouts (--evolve, --greedy) are there too";
pub const WITHOUT_OTHER: &str = "Select an agent, or name a file";

/// Begins the two sentences below.
pub fn cannot_be_merged(one: &str, other: &str) -> String {
    format!("{one} and {other} cannot be merged")
}

pub const CONTROLLERS: &str = "controllers";
pub const OBSERVATIONS: &str = "observations";
pub const NUMBERS: &str = "numbers in a genome";

/// `what` is one of the three above.
pub fn differ(cannot: &str, what: &str, first: &str, second: &str) -> String {
    format!("{cannot}: their {what} differ: {first}, and {second}")
}

pub fn graphs(cannot: &str) -> String {
    format!("{cannot}: they are graphs, whose numbers do not match one by one")
}

pub fn layerless(from: &str) -> String {
    format!("{from} has no layers that could be told from each other")
}

pub const WITHOUT_BASE: &str = "Name the genome that both come from";
