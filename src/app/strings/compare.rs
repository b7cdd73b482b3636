//! What the Compare panel says of two branches of a run. Branches go by their numbers.

use std::fmt::Display;

pub const ONE_BRANCH: &str = "There is one branch so far. Go back on the strip below, and change something or press T: that begins another. The two then run side by side here, from the same moment.";
pub const WITHOUT_OTHER: &str =
    "Choose a branch to stand beside the one that is shown: both swim on together, seen by one camera.";

pub fn same_up_to(shown: usize, other: usize, tick: impl Display) -> String {
    format!("Branches {shown} and {other} are the same up to tick {tick}.")
}

pub const SAME_UP_TO_TIP: &str = "Up to there they are one run: the same state, bit for bit";

/// Counts of commands, each with its branch.
pub fn commands(shown: (usize, usize), other: (usize, usize)) -> String {
    format!("Commands since: {} on branch {}, {} on branch {}.", shown.0, shown.1, other.0, other.1)
}

/// The branches that may stand beside it follow, as buttons.
pub fn beside(shown: usize) -> String {
    format!("Branch {shown} is shown, beside it")
}

pub const NONE: &str = "none";
pub const NONE_TIP: &str = "One picture: costs nothing";
pub const BRANCH_TIP: &str =
    "Stands at the same tick from now on; past its end it swims on as it would. Costs as much as the run itself";

pub fn branch(number: usize) -> String {
    format!("branch {number}")
}

pub const SAME_PARAMETERS: &str = "Their parameters are the same at this tick.";
pub const PARAMETERS: &str = "Parameters that differ";

/// Parameters that are not listed.
pub fn more(count: usize) -> String {
    format!("and {count} more")
}

/// What the statistic says follows.
pub fn statistic_tip(tip: &str) -> String {
    format!("The statistic that is drawn of both: {tip}")
}

pub const SHOWN: &str = "shown";
pub const DIFFERENCE: &str = "difference";
pub const FORK: &str = "where they part";
pub const NOT_BOTH: &str = "not both measured yet";

/// The last difference of both, or the words above.
pub fn last(difference: &str) -> String {
    format!("shown less beside: {difference}")
}
