//! What the Parameters panel says; what its parameters are is told by the table of parameters.

use std::fmt::Display;

pub const SEARCH_HINT: &str = "search: speed, food, mutation …";
pub const SEARCH_TIP: &str = "Words that the path or its description contains";
pub const CLEAR_TIP: &str = "Show all";
pub const SLIDERS: &str = "Sliders";
pub const SLIDERS_TIP: &str = "A slider over the whole range of each number, by decades where a range spans three or more; else its value alone, to drag or type. On at first";
pub const NO_MATCH: &str = "No parameter matches.";
pub const GROUP_TIP: &str = "Shows or hides these parameters";

pub fn species(name: &str) -> String {
    format!("species {name}")
}

pub fn field(name: &str) -> String {
    format!("field {name}")
}

// A row.

pub const NOW: &str = "now";
pub const NOW_TIP: &str = "Takes effect between two ticks";
pub const RESTART: &str = "restart";
pub const RESTART_TIP: &str = "Takes effect with a restart";
pub const RESET_TIP: &str = "Back to what the file says";
pub const UNCHANGED_TIP: &str = "As in the file";

pub fn range(low: &str, high: &str, unit: &str) -> String {
    format!("\n{low} to {high} {unit}")
}

pub fn default_value(value: impl Display) -> String {
    format!("\nunless a file says otherwise: {value}")
}

// The offer of a restart.

pub fn changes_wait(count: usize) -> String {
    let changes = if count == 1 { "change waits" } else { "changes wait" };
    format!("{count} {changes} for a restart")
}

pub const RESTART_WITH: &str = "Restart with them";
pub const RESTART_WITH_TIP: &str = "Starts the scene over, this time so";
pub const FORGET: &str = "Forget them";
pub const FORGET_TIP: &str = "The running scene stays as it is";
