//! What the agent panel says of who can be picked, and of the one who is selected.

use std::fmt::Display;

pub const PICK: &str = "Pick";
// "Pick of", all species or one of them, "the", and the buttons: oldest, fittest.
pub const PICK_OF: &str = "Pick of";
pub const PICK_OF_TIP: &str = "Species that one is picked of; all at first";
pub const PICK_OF_ALL: &str = "all";
pub const PICK_THE: &str = "the";
pub const OLDEST: &str = "oldest";
pub const OLDEST_TIP: &str = "Who has lived longest";
pub const FITTEST: &str = "fittest";
pub const FITTEST_TIP: &str = "Who has most fitness for each second of its life, among those old enough to be parents; of all species, by deviations from the mean of its own";
pub const LOUDEST: &str = "loudest";
pub const LOUDEST_TIP: &str = "Who says the largest number now, on any channel";
pub const ODDEST: &str = "oddest";
pub const ODDEST_TIP: &str =
    "Whose genome lies farthest from the mean of its species; where genomes are the same or graphs, whose action does";

pub const WITHOUT_AGENT: &str =
    "Click an agent in the tank to look inside it, or pick one above. A drag with Shift selects all in a rectangle.";
pub const LOOKING: &str = "Looking …";

/// An agent by its number.
pub fn number(id: impl Display) -> String {
    format!("no. {id}")
}

/// An agent by its number, and something of it.
pub fn numbered(id: impl Display, what: impl Display) -> String {
    format!("no. {id}: {what}")
}

pub fn slot(slot: u32) -> String {
    format!("Slot {slot}")
}

pub const LET_GO_TIP: &str = "Let go";
pub const FOLLOW: &str = "Follow";
pub const FOLLOW_TIP: &str = "The camera keeps to it";
pub const DEAD: &str = "It is dead; its place is free.";

pub const ENERGY: &str = "energy";
pub const ENERGY_TIP: &str = "Energy over what it can store";

pub fn energy(stored: impl Display, most: impl Display) -> String {
    format!("{stored} of {most}")
}

pub const AGE: &str = "age";
pub const AGE_TIP: &str = "Simulated seconds lived";
pub const SPEED: &str = "speed";
pub const SPEED_TIP: &str = "Body lengths a second";
pub const BORN: &str = "born";
pub const BORN_TIP: &str = "How its genome was made, and from whom";
pub const LINE: &str = "line";
pub const LINE_TIP: &str = "Founder that its line of first parents goes back to";
pub const FOUNDER: &str = "founder";
pub const UNKNOWN: &str = "unknown";

/// How it was made, in a word of the engine, and from whom.
pub fn born_of(operator: impl Display, parent: impl Display) -> String {
    format!("{operator} of {parent}")
}

pub fn born_of_two(operator: impl Display, parent: impl Display, second: impl Display) -> String {
    format!("{operator} of {parent} and {second}")
}

pub const OBSERVATION: &str = "Observation";
pub const ACTION: &str = "Action";
pub const SIGNAL: &str = "Signal";
pub const SILENCE: &str = "Silence";
pub const SILENT_TIP: &str = "Nothing leads to this channel";

/// `sharers` is empty, or the sentence below.
pub fn silence_tip(sharers: &str) -> String {
    format!("Nothing leads to this channel any longer{sharers}")
}

/// Goes on from a sentence or from a count of numbers.
pub fn sharers(count: impl Display) -> String {
    format!("; up to {count} agents share this genome and change with it")
}

pub const MEMORY: &str = "Memory";

pub fn cell(number: usize) -> String {
    format!("cell {number}")
}

pub const NETWORK: &str = "Network";

/// What the rule does follows, in a sentence.
pub fn rule(words: &str) -> String {
    format!("A hand-written rule, with no weights. {words}")
}

pub const TAKES_UP: &str = "takes up";
pub const TAKES_UP_TIP: &str = "What cells of the memory take up";
pub const FORGETS: &str = "forgets";
pub const FORGETS_TIP: &str = "What makes cells take up anything new";
pub const SMALL: &str = "Small";
pub const LARGE: &str = "Large";
pub const LARGE_TIP: &str = "The network in a window of its own, or here";
pub const WITHOUT_NETWORK: &str = "It has no network that could be drawn.";

pub fn numbers(count: impl Display, sharers: &str) -> String {
    format!("{count} numbers{sharers}")
}
