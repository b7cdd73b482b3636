//! What the list of keyframes of a film's camera says.

use std::fmt::Display;

pub const HEAD: &str = "Camera path";
pub const ADD: &str = "Add keyframe here";
pub const ADD_TIP: &str = "Where the camera stands now, at the tick that is shown. Move along the strip and turn the view, then add the next one;\n\
     the film goes from key to key, slowly at both ends";
pub const CLEAR: &str = "Clear";
pub const CLEAR_TIP: &str = "Removes all keyframes";
pub const WITHOUT_KEYS: &str = "No keyframes yet";

// A row of the list: little room.

/// Before the number of the tick.
pub const TICK: &str = "tick ";
pub const TICK_TIP: &str = "Tick of the run";
pub const SECOND_TIP: &str = "Second of the film";
pub const GO: &str = "go";
pub const GO_TIP: &str = "Shows this moment from there";
pub const SET: &str = "set";
pub const SET_TIP: &str = "Takes the present view for this key";
pub const REMOVE_TIP: &str = "Removes this key";
pub const LOOKS_AT_PLACE: &str = "stands";
pub const LOOKS_AT_SCHOOL: &str = "school";

pub fn looks_at_agent(id: u32) -> String {
    format!("agent {id}")
}

pub const LOOKS_AT_TIP: &str = "What the camera looks at from here on: the place itself, or the middle of the largest school.\nA key set while an agent is followed follows it";

// Files.

pub const FILE_HINT: &str = "path of a .ron file";
pub const FILE_TIP: &str = "A path lies beside the run as camera.ron; here it may go elsewhere, or come from there";
pub const READ: &str = "Read";
pub const READ_TIP: &str = "Takes the keys of that file";
pub const WRITE: &str = "Write";
pub const WRITE_TIP: &str = "For iwashi record --camera FILE";

pub fn written(file: impl Display) -> String {
    format!("Written: {file}")
}

pub fn not_removed(file: impl Display, error: impl Display) -> String {
    format!("cannot remove {file}: {error}")
}

pub fn not_kept(why: impl Display) -> String {
    format!("The camera path is not kept: {why}")
}

pub fn not_read(error: impl Display) -> String {
    format!("This camera path cannot be read: {error}")
}
