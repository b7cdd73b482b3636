//! What the Probe panel says: what can be asked, and what was found.

use std::fmt::Display;

pub const EMPTY: &str = "Copies the school into pairs of worlds that share every draw of chance, changes one thing in one of each pair, and tells what that is worth. The school itself is not touched.";
pub const STOPPED: &str = "Stopped before the first pairs had ended.";
pub const NEW: &str = "New question";
pub const NEW_TIP: &str = "Back to what can be changed";
pub const AGAIN: &str = "Ask again";
pub const AGAIN_TIP: &str = "The same question to the school as it is now";

pub const ALL_THAT_EMIT: &str = "all that emit";
pub const ALL_THAT_EMIT_TIP: &str = "Changes all species that emit signals";
pub const SPECIES_TIP: &str = "Changes this species alone";

pub const SIGNALS: &str = "Signals";
pub const MUTE: &str = "Mute";
pub const MUTE_TIP: &str = "Nothing is heard";
pub const SCRAMBLE: &str = "Scramble";
pub const SCRAMBLE_TIP: &str = "What is heard was emitted by another agent, drawn anew each tick: as loud as ever, but it says nothing of who emits it";
pub const DELAY: &str = "Delay";
pub const DELAY_TIP: &str = "Signals are heard 5 ticks late";
pub const SWAP: &str = "Swap";
pub const SWAP_TIP: &str = "Each channel is heard as the next one";
pub const NOISE: &str = "Noise";
pub const NOISE_TIP: &str = "Noise of half the loudest signal is added to what is heard";
pub const REPLAY: &str = "Replay";
pub const REPLAY_TIP: &str = "What is heard was emitted at the same tick in another world of the same school";
pub const ALL_CHANNELS_TIP: &str = "Of every channel";
pub const CHANNEL_TIP: &str = "Of this channel alone";

pub const LESIONS: &str = "Lesions";
pub const BLIND_TIP: &str = "The sense tells nothing: its numbers are 0";
pub const FORGET: &str = "Memory";
pub const FORGET_TIP: &str = "Memory is cleared every tick";
pub const DEPOSITS: &str = "Deposits";
pub const DEPOSITS_TIP: &str = "Nothing is deposited into fields";
pub const PAIRS: &str = "pairs of worlds";
pub const PAIRS_TIP: &str = "The more, the narrower the interval; agents of one world do not count singly";
pub const PROBE: &str = "Probe";
pub const PROBE_TIP: &str = "Asks copies of the school; it swims on meanwhile";

pub fn progress(done: u32, wanted: u32) -> String {
    format!("{done} of {wanted} pairs")
}

pub const STOP: &str = "Stop here";
pub const STOP_TIP: &str = "Keeps what has been found so far";
pub const UNCHANGED: &str = "unchanged";
pub const WORLDS_TIP: &str = "The first pair of worlds, from above, over and over";

pub fn difference_in(quantity: &str) -> String {
    format!("Difference in {quantity}")
}

pub const DIFFERENCE_HEAD: &str = "difference";
pub const CHANCE_HEAD: &str = "p";
pub const BESIDE: &str = "Beside it";
pub const BESIDE_TIP: &str = "Speaker consistency: what the signal says of what its sender does. Causal influence: how far what hearers do depends on which message they are put before. Neither says that signals are worth anything; the difference above does";

pub fn fresh(tick: impl Display) -> String {
    format!("its genomes of tick {tick} in fresh worlds")
}

pub fn itself(tick: impl Display) -> String {
    format!("the school from tick {tick} on")
}

/// What the findings rest on; `what` is one of the two above.
pub fn rests_on(pairs: u32, ticks: u32, what: &str) -> String {
    format!("{pairs} pairs, {ticks} ticks each: {what}. p is corrected for all rows.")
}

pub const PLOT_TIP: &str = "Plots this difference";
pub const FEW: &str = "too few pairs yet";
pub const SAME: &str = "no pair differs";

pub fn same_tip(mean: impl Display) -> String {
    format!("In all pairs, {mean} on average")
}

pub const ALIKE: &str = "all pairs alike";

/// The size of a difference in standard deviations of pairs.
pub fn deviations(size: f64) -> String {
    format!("{size:.2} deviations")
}

pub fn difference_tip(plain: &str, changed: &str, [low, high]: [f64; 2], size: &str) -> String {
    format!("From {plain} to {changed}: 95 % interval {low:.3} to {high:.3}; {size}")
}

/// Chance of a difference before it is corrected.
pub fn chance_tip(p: f64) -> String {
    format!("By itself {p:.5}")
}

pub const NO_COURSE: &str = "nothing to plot yet";

/// At the axis of a plot.
pub fn pairs(count: f64) -> String {
    format!("{count:.0} pairs")
}

pub const INTERVAL: &str = "95 % interval";
pub const MEAN: &str = "mean difference";
