//! What the simulation thread says of the course of a run: how it begins, is kept, is shared and ends, of moments, branches,
//! individuals and archives that were asked for, and what it writes down of the run for a person.

use std::fmt::Display;

pub fn not_started(error: impl Display) -> String {
    format!("This scene cannot start: {error}")
}

pub fn not_kept(error: impl Display) -> String {
    format!("This run is not kept: {error}")
}

pub fn note(note: impl Display) -> String {
    format!("Note: {note}")
}

pub const NOT_KEPT_SO_NOT_SHARED: &str = "This run is not kept, so it cannot be shared";

pub fn shared(tick: u64, path: impl Display) -> String {
    format!("Shared up to tick {tick}: {path}")
}

pub fn not_shared(error: impl Display) -> String {
    format!("This run could not be shared: {error}")
}

pub fn same_digest(tick: u64) -> String {
    format!("Tick {tick}: the same digest as where it was shared. From here on the run is yours")
}

pub fn other_digest(tick: u64) -> String {
    format!("Tick {tick}: another digest than where it was shared; another version of the program may have written it")
}

/// `run` is the folder of the run.
pub fn no_longer_kept(error: impl Display, run: &str) -> String {
    format!("Saving failed, so this run is no longer kept: {error}. Its last good checkpoint is in {run}")
}

/// `kind` is a word of the engine for what the run goes on with.
pub fn gone_back(why: &str, tick: u64, kind: impl Display, device: impl Display) -> String {
    format!("{why}. The run goes on from its checkpoint at tick {tick}, on {kind} ({device})")
}

pub fn stopped(error: impl Display) -> String {
    format!("The simulation stopped: {error}")
}

/// Commands at the end of a run; `run` is its folder.
pub fn hints(run: &str) -> String {
    format!("longer: iwashi resume {run} --minutes 30\nfilm:   iwashi record {run} -o film.mp4")
}

/// `why` is one of the four below.
pub fn nobody_picked(why: &str) -> String {
    format!("Nobody can be picked: {why}")
}

pub const NOBODY_OLD: &str = "nobody is alive";
pub const NOBODY_FIT: &str = "nobody who is old enough to be a parent is judged by fitness";
pub const NOBODY_LOUD: &str = "nobody says anything";
pub const NOBODY_ODD: &str = "all are alike";

pub fn lives_elsewhere(id: u32, world: u32) -> String {
    format!("No. {id} lives in world {world} alone")
}

pub fn has_died(id: u32) -> String {
    format!("No. {id} has died")
}

pub const CELL_EMPTY: &str = "Nobody is in that cell any longer: the run stands at another moment";

/// Where a genome comes from: the cell by its numbers along the axes, and the agent.
pub fn cell(numbers: &str, id: u32) -> String {
    format!("cell {numbers} of the archive (no. {id})")
}

pub fn branch_is_shown(branch: usize) -> String {
    format!("Branch {branch} is the one that is shown: choose another to stand beside it")
}

pub fn not_beside(branch: usize, error: impl Display) -> String {
    format!("Branch {branch} cannot be shown beside: {error}")
}

pub fn no_longer_beside(branch: usize, error: impl Display) -> String {
    format!("Branch {branch} is no longer shown beside: {error}")
}

/// Signals cannot be listened to, or a probe cannot be run.
pub fn without_thread(error: impl Display) -> String {
    format!("no thread can be had for it: {error}")
}

pub fn film_stopped(error: impl Display) -> String {
    format!("The film stopped: {error}")
}

pub fn film_cannot_begin(tick: u64) -> String {
    format!("The film cannot begin at tick {tick}")
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
