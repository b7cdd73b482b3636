//! What is said of the network of an agent as it is drawn: its neurons and connections, and what they were in ancestors.

use std::fmt::Display;

pub const MOST_TIP: &str =
    "How many connections are drawn, the strongest first. Point at a neuron to see its own alone";

pub fn drawn(count: usize, all: impl Display) -> String {
    format!("{count} of {all} connections")
}

/// Above a column of neurons.
pub fn left_out(title: &str, count: usize) -> String {
    format!("{title}, {count} not drawn")
}

pub const NOT_KNOWN: &str = "not known";

/// What a neuron gave.
pub fn gave(value: &str) -> String {
    format!("gave {value}")
}

pub const REMEMBERS: &str = "what it had in the tick before is read again";

pub fn bias(bias: f32) -> String {
    format!("bias {bias:.4}; click to set it")
}

pub const BACK: &str = ", of the tick before";

/// Where a connection comes from; `back` is empty, or the words above.
pub fn from(neuron: &str, back: &str) -> String {
    format!("from {neuron}{back}")
}

pub fn to(neuron: &str) -> String {
    format!("to {neuron}")
}

pub fn weight(weight: f32) -> String {
    format!("weight {weight:.4}")
}

pub const CLICK_TO_SET: &str = "click to cut or set it";

pub const WITHOUT_ANCESTORS: &str = "No ancestors are known of it.";

pub fn unread_ancestors(count: usize) -> String {
    format!("{count} ancestors, whose genomes nobody has read while they lived.")
}

/// What a number was in those ancestors whose genomes are known.
pub fn ancestors(known: usize, all: usize, low: f32, high: f32) -> String {
    format!("{known} of {all} ancestors are known; {low:.3} to {high:.3}")
}

pub const LEARNED: &str = "This weight is learned during life, and no genome holds it.";

pub fn connection(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

pub fn bias_of(neuron: &str) -> String {
    format!("bias of {neuron}")
}

pub const SET_TIP: &str = "Drag, or click and type";
pub const CUT: &str = "Cut";
pub const CUT_TIP: &str = "It carries nothing from now on";
pub const DONE: &str = "Done";
pub const DONE_TIP: &str = "Chooses nothing";
