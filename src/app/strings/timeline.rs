//! What the strip along the bottom says: where the run stands, and what was changed when.

use std::fmt::Debug;

// Where the run stands.

pub const NOW: &str = "now";
pub const NOW_TIP: &str = "What comes next has never been";

pub fn before_the_end(ticks: &str) -> String {
    format!("{ticks} ticks before the end")
}

pub const BEFORE_THE_END_TIP: &str =
    "What comes next has been before: it is played again, with the commands that were made";
pub const TAKE_OVER: &str = "Take over";

/// `tip` is what the action does, and its keys.
pub fn take_over_tip(tip: &str) -> String {
    format!("{tip}\nWhat came next stays, as another branch. Any change that you make here does the same")
}

// Undo and redo: what is changed, to which value.

pub const UNDO: &str = "Undo";
pub const NOTHING_TO_UNDO: &str = "Nothing to undo";
pub const REDO: &str = "Redo";
pub const NOTHING_TO_REDO: &str = "Nothing to redo";

/// `path` and `value` as in a scene file.
pub fn undo_tip(path: &str, value: &str) -> String {
    format!("Undo: back to {path} = {value}")
}

pub fn redo_tip(path: &str, value: &str) -> String {
    format!("Redo: {path} = {value}")
}

pub fn obstacle(obstacle: u32) -> String {
    format!("obstacle {obstacle}")
}

pub const NO_WALL: &str = "none";
pub const WALL: &str = "a wall";

pub fn number_of(index: u32, agent: u32) -> String {
    format!("number {index} of agent {agent}")
}

pub fn channel_of(channel: u32, agent: u32) -> String {
    format!("channel {channel} of agent {agent}")
}

pub fn genome_of(agent: u32) -> String {
    format!("genome of agent {agent}")
}

pub const UNCHANGED: &str = "as it was";
pub const SILENT: &str = "silent";
pub const MUTATED: &str = "mutated";
pub const REPLACED: &str = "another";

// The statistic, and the memory that moments take.

pub fn statistic_tip(tip: &str) -> String {
    format!("What the curve shows, and whose highest moment is remembered\n{tip}")
}

/// Before the megabytes that they may take.
pub fn moments(count: usize, megabytes: usize) -> String {
    format!("{count} moments, {megabytes} of")
}

pub const MEMORY_TIP: &str = "Memory that moments may take, at first 512 MB; where it is full, they lie further apart, and going there \
     takes longer";

// The menu of a moment.

pub const FILM_FROM: &str = "Film from here";
pub const FILM_TO: &str = "Film to here";

/// `what` is one of the two above.
pub fn film_at(what: &str, tick: &str) -> String {
    format!("{what} (tick {tick})")
}

pub const FILM_TIP: &str = "One end of the stretch that the Record panel films";

// Branches.

pub const FROM_THE_BEGINNING: &str = "from the beginning";

pub fn from_branch(tick: &str, branch: usize) -> String {
    format!("from tick {tick} of branch {branch}")
}

/// `from` is one of the two above.
pub fn branch_tip(branch: usize, from: &str, end: &str, commands: usize) -> String {
    format!(
        "Branch {branch}, {from} to tick {end}; commands of its own: {commands}.\nClick to go to its end, right-click to see it beside"
    )
}

// What there is to know about a moment.

pub fn moment(tick: &str, seconds: f64) -> String {
    format!("tick {tick}, {seconds:.1} s")
}

pub fn named_moment(name: &str, tick: u64) -> String {
    format!("★ {name} (tick {tick})")
}

pub fn more_commands(count: usize) -> String {
    format!("and {count} more")
}

// Commands that were made.

pub fn took(amount: f32, field: &str) -> String {
    format!("took {amount} of {field}")
}

pub fn dropped(amount: f32, field: &str) -> String {
    format!("dropped {amount} of {field}")
}

pub const BUILT_WALL: &str = "built a wall";

pub fn took_away(obstacle: u32) -> String {
    format!("took obstacle {obstacle} away")
}

pub fn culled(percent: f32, species: &str) -> String {
    format!("removed {percent:.0} % of {species}")
}

pub fn removed(agent: u32) -> String {
    format!("removed agent {agent}")
}

pub fn moved(agent: u32, [x, y, z]: [f32; 3]) -> String {
    format!("moved agent {agent} to {x:.1}, {y:.1}, {z:.1}")
}

pub fn cloned(agent: u32) -> String {
    format!("cloned agent {agent}")
}

pub fn mutated(agent: u32) -> String {
    format!("mutated agent {agent}")
}

pub fn number_set(index: u32, agent: u32, value: f32) -> String {
    format!("number {index} of agent {agent} = {value:.3}")
}

pub fn silenced(channel: u32, agent: u32) -> String {
    format!("silenced channel {channel} of agent {agent}")
}

pub fn gave_genome(agent: u32) -> String {
    format!("gave agent {agent} another genome")
}

pub fn spawned(species: &str) -> String {
    format!("spawned one of {species}")
}

/// `hearing` is what becomes of the signals, as a word.
pub fn signals(species: &str, hearing: impl Debug) -> String {
    format!("signals of {species}: {hearing:?}").to_lowercase()
}
