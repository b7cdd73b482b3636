//! What is said of genomes as files and in hand, in the agent panel and where they are read.

use std::fmt::Display;

pub const GENOME: &str = "Genome and kin";
pub const WITHOUT_GENOME: &str = "It acts by a rule and has no genome";
pub const SAVE_AS: &str = "Save genome…";
pub const SAVE_AS_TIP: &str = "Writes it to a file";
pub const TAKE: &str = "Take in hand";
pub const TAKE_TIP: &str = "To spawn it, give it to others, or merge it with another";
pub const FAMILY: &str = "Family…";
pub const FAMILY_TIP: &str = "Its ancestors and descendants as a tree";
pub const HALL: &str = "Hall of fame…";
pub const HALL_TIP: &str = "The fittest that this run has seen";

pub const SAVE: &str = "Save";
pub const SAVE_TIP: &str = "A file that is there already stays";
pub const SAVE_PATH_TIP: &str = "Where to: a .safetensors file, which Python opens in one line";
pub const SAVE_HELD_TIP: &str = "Writes it into the folder that the program was started in";

pub fn saved(path: impl Display) -> String {
    format!("Saved {path}")
}

pub fn not_saved(why: impl Display) -> String {
    format!("The genome could not be saved: {why}")
}

pub const LOAD: &str = "Load";
pub const LOAD_TIP: &str =
    "Reads a genome and sets an agent with it down beside the selected one, or in the middle of the tank";
pub const LOAD_HINT: &str = "genome file, or drop one here";
pub const LOAD_PATH_TIP: &str = "A genome file, of this scene or another; Enter loads it";

/// A genome was taken in hand.
pub fn in_hand(from: &str) -> String {
    format!("In hand: {from}")
}

/// The genome in hand, and the species that runs it.
pub fn held(from: &str, species: &str) -> String {
    format!("In hand: {from}, for {species}")
}

pub const SPAWN: &str = "Spawn";
pub const SPAWN_TIP: &str =
    "A new agent with it, in a free place of its species; the Spawn tool does so where you click";
pub const MERGE: &str = "Merge…";
pub const MERGE_TIP: &str = "With the selected agent's genome, or a file's, into a new one in hand";
pub const GIVE: &str = "Give to the selected";
pub const GIVE_TIP: &str = "The selected agent runs it from now on";
pub const GIVE_OTHER_TIP: &str = "The selected agent is of another species, or dead";

pub fn by_rule(species: &str) -> String {
    format!("`{species}` acts by a rule and has no genomes")
}

/// What of a genome does not fit a species: what it is, what was found and what the species needs, in words of the engine.
pub fn mismatch(species: &str, what: impl Display, found: impl Display, needed: impl Display) -> String {
    format!("for `{species}` {what} is {found}, and it needs {needed}")
}

/// `reasons` are the two above, one for each species.
pub fn fits_nobody(path: impl Display, reasons: &str) -> String {
    format!("{path} fits no species of this scene: {reasons}")
}
