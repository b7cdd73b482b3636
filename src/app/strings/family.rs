//! What the window of an agent's family says.

use std::fmt::Display;

pub const FAMILY: &str = "Family";
pub const WITHOUT_AGENT: &str = "Select an agent to see its family.";

pub const SHOWS: &str = "Colours show";
pub const FITNESS: &str = "fitness";
pub const FITNESS_TIP: &str = "Fitness for each second of life, when last seen";
pub const SIGNAL: &str = "signal use";
pub const SIGNAL_TIP: &str = "Largest number that it said, when last seen";
pub const ENERGY: &str = "energy";
pub const ENERGY_TIP: &str = "When last seen";
pub const UNLIKE: &str = "difference";
pub const UNLIKE_TIP: &str = "How far its genome lies from that of the one who is asked about";
pub const FIT: &str = "Fit";
pub const FIT_TIP: &str = "All of it; drag to shift, the wheel enlarges";

/// What the ends of the colours stand for.
pub fn span(low: impl Display, high: impl Display) -> String {
    format!("from {low} (blue) to {high} (yellow); hollow where it is not known")
}

pub const WITHOUT_SPAN: &str = "Nothing of that is known of anybody here.";
pub const MORE: &str = "There are more than are drawn.";
pub const SOME_WITHOUT_RECORD: &str = "Without a record: there from the start, or born before this sitting.";

/// Goes on from how one was made; `of` is empty, or one of the two below.
pub fn born(operator: impl Display, of: &str, tick: impl Display) -> String {
    format!("{operator}{of}, born at tick {tick}")
}

pub fn of_one(parent: impl Display) -> String {
    format!(" of {parent}")
}

pub fn of_two(parent: impl Display, second: impl Display) -> String {
    format!(" of {parent} and {second}")
}

pub const WITHOUT_RECORD: &str = "no record of its birth: there from the start, or born before this sitting";

/// When it was looked at last: it lives, or it does not.
pub fn seen(alive: bool, tick: impl Display) -> String {
    let when = if alive { "alive" } else { "last seen" };
    format!("{when} at tick {tick}")
}

/// These two go on from the above.
pub fn fitness(fitness: impl Display) -> String {
    format!(", fitness {fitness} a second")
}

pub fn signal_and_energy(loudness: f32, energy: impl Display) -> String {
    format!(", signal {loudness:.2}, energy {energy}")
}

pub const WITHOUT_GENOME: &str = "Its genome is not known: nobody read it while it lived.";
