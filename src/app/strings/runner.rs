//! What the simulation thread tells of the run, and what it writes down of it for a person.

use std::fmt::Display;

pub fn film_stopped(error: impl Display) -> String {
    format!("The film stopped: {error}")
}

pub fn film_cannot_begin(tick: u64) -> String {
    format!("The film cannot begin at tick {tick}")
}

pub fn not_kept(error: impl Display) -> String {
    format!("This run is not kept: {error}")
}

/// Why the run in a folder ended.
pub const LEFT: &str = "it was left in the window";

// Moments and branches.

pub fn moment_not_shown(error: impl Display) -> String {
    format!("That moment cannot be shown: {error}")
}

pub fn past_not_played(error: impl Display) -> String {
    format!("The past cannot be played again: {error}")
}

/// `kept` is `branch_kept_in`, or empty.
pub fn branch_begins(branch: usize, tick: u64, kept: &str) -> String {
    format!("Branch {branch} begins at tick {tick}{kept}")
}

pub fn branch_kept_in(folder: &str) -> String {
    format!(", kept in {folder}")
}

/// Name of the moment at which a statistic was highest.
pub fn highest(statistic: &str) -> String {
    format!("highest {statistic}")
}

// A run that was broken off.

pub fn goes_on(run: &str, tick: u64) -> String {
    format!("The run in {run} goes on from tick {tick}")
}

pub fn cannot_go_on(run: &str, error: impl Display) -> String {
    format!("The run in {run} cannot go on: {error}")
}

pub fn curves_begin_here(error: impl Display) -> String {
    format!("Curves begin here, as those from before cannot be had: {error}")
}
