//! What the Signals panel says of what signals mean.

use std::fmt::Display;

pub const PAUSED: &str = "Nothing has been heard yet: let the school swim.";
pub const LISTENING: &str = "Listening: the first samples take a second or two.";

pub fn silence(why: &str) -> String {
    format!("There is nothing to listen to: {why}")
}

/// How much was heard, and in how many worlds.
pub fn samples(count: impl Display, worlds: usize) -> String {
    let worlds = match worlds {
        1 => "one world, so that no interval is known".to_string(),
        worlds => format!("{worlds} worlds, whose intervals these are"),
    };
    format!("The newest {count} samples, of {worlds}. Signals are cut by sign.")
}

pub fn pair(speaker: &str, listener: &str) -> String {
    format!("{speaker} to {listener}")
}

pub const PAIR_TIP: &str = "Who speaks to whom";
pub const ALL_CHANNELS: &str = "all channels";
pub const ALL_CHANNELS_TIP: &str = "What they tell together";
pub const CHANNEL_TIP: &str = "What this one tells";

pub const TOLD: &str = "What it tells of";
pub const CONSTANT: &str = "It never varies, and so tells nothing.";
pub const ENTROPY_TIP: &str = "Message entropy: as much as it could tell of anything";
pub const CAUSAL_TIP: &str =
    "Causal influence: what hearers do when they are put before other messages, by intervention; 0 when nobody heeds";
pub const NEXT_ACTION_TIP: &str =
    "Coordination: what messages tell of what hearers do next; it may have causes of its own";
pub const SITUATION_TIP: &str =
    "Mutual information of message and situation, corrected for few samples; no proof that anybody heeds";

/// What a channel tells of something; the two others are empty, or the lines below.
pub fn figure(what: &str, nats: impl Display, interval: &str, by_chance: &str) -> String {
    format!("{what}: {nats} nats{interval}{by_chance}")
}

pub fn figure_interval(low: f64, high: f64) -> String {
    format!("\n95 % interval over worlds, beyond chance: {low:.3} to {high:.3}")
}

pub fn figure_by_chance(chance: f64) -> String {
    format!("\nchance of as much: {chance:.3}")
}

pub const NO_COURSE: &str = "after the next samples";

pub const MAP: &str = "Signal by situation";
pub const MAP_TIP: &str =
    "Mean signal where this part of the situation is lowest (left) to highest (right): orange above 0, blue below";

/// The mean signal in one of so many classes of a situation; `interval` is empty, or the words below.
pub fn class(what: &str, class: usize, classes: usize, mean: f64, interval: &str) -> String {
    format!("{what}, class {class} of {classes} from low to high: {mean:+.2}{interval}")
}

pub fn class_interval(low: f64, high: f64) -> String {
    format!(", 95 % interval over worlds {low:+.2} to {high:+.2}")
}

pub const DIALECTS: &str = "Dialects";

pub fn dialects(count: usize, agents: usize) -> String {
    match count {
        1 => format!("One way of signalling among {agents} agents."),
        _ => format!("{count} ways of signalling among {agents} agents."),
    }
}

pub const DIALECTS_TIP: &str =
    "All are put before the same situations, with the network itself; who sends alike is of one dialect";

/// `share` is in percent, with its sign.
pub fn inherited(share: &str) -> String {
    format!("Founders tell {share} of who has which: they are inherited.")
}

pub const NOT_INHERITED: &str = "Founders do not tell who has which.";
pub const WITHOUT_LINES: &str = "`iwashi meaning RUN` joins them to the lineages of the population.";

/// The part of the situation that signals are sorted by.
pub fn sorted_by(what: &str) -> String {
    format!("by {what}")
}

pub const SORTED_BY_TIP: &str = "Situations from low to high of this";

/// `lines` is empty, or the words below.
pub fn members(count: usize, lines: &str) -> String {
    format!("{count} agents{lines}")
}

/// So many of the largest line among so many.
pub fn members_of_lines(largest: usize, lines: usize) -> String {
    format!(", {largest} of one line in {lines}")
}

pub fn usage_tip(channel: usize, situations: usize) -> String {
    format!("Channel {channel} in {situations} situations, from low to high: orange above 0, blue below")
}

pub const COLOR: &str = "Colour the school by dialect";
pub const COLOR_BACK: &str = "Species' colours again";
pub const COLOR_TIP: &str = "Agents in the colours of these dialects; grey where they are not known";
