//! What the help window says, and names of keys.

pub const TITLE: &str = "Keys and mouse";
pub const HOW_TO_CHANGE: &str = "Click a key to have another one: press it, or Delete for none, Esc to leave it. \
     Tab and Shift Tab go from control to control.";
pub const TOUR: &str = "Show the tour";
pub const TOUR_TIP: &str = "Five short cards about this window";
pub const MOUSE_HEAD: &str = "Mouse in the tank";

// Keys of an action, to change them.

pub const WAITS: &str = "press a key …";
pub const NO_KEY: &str = "no key";
pub const KEY_TIP: &str = "Another key for this";
pub const RESET_TIP: &str = "Back to its first key";
pub const UNCHANGED_TIP: &str = "Its first key";
pub const TAB_IS_TAKEN: &str = "Tab goes from control to control and cannot be had.";
pub const FIRST_KEY_IS_TAKEN: &str = "Its first key means something else by now.";
/// See `lost`.
pub const NO_KEY_LEFT: &str = "no key now";

/// `does` is what the key meant before, `left` the keys that this still has.
pub fn lost(key: &str, does: &str, left: &str) -> String {
    format!("{key} meant: {does}. That has {left}.")
}

// Keys themselves.

pub const ESCAPE: &str = "Esc";
pub const PAGE_UP: &str = "Page Up";
pub const PAGE_DOWN: &str = "Page Down";
/// Between two keys that do the same.
pub const OR: &str = " or ";

pub fn unknown_key(name: &str) -> String {
    format!("there is no key `{name}`")
}

pub fn unknown_modifier(name: &str) -> String {
    format!("`{name}` is not Ctrl, Shift or Alt")
}
