//! What the Scenes panel says: the running scene, files opened of late, new ones, and the gallery.

use std::fmt::Display;

// The running scene.

pub fn watch(what: &str) -> String {
    format!("Watch: {what}")
}

pub const SCRATCH: &str = "Restart from scratch";
pub const SCRATCH_TIP: &str = "Starts this scene over from random genomes, changes undone";
pub const TRAINED: &str = "Restart trained";
pub const TRAINED_TIP: &str = "Starts this scene over from trained genomes, changes undone";
pub const NOT_TRAINED_TIP: &str = "There are no trained genomes for this scene";

pub fn seed(seed: u64) -> String {
    format!("seed {seed}")
}

pub const OTHER_SEED: &str = "another seed";
pub const OTHER_SEED_TIP: &str = "Starts over with the next seed";
pub const KEPT: &str = "kept";

/// `run` is the folder as a command line takes it.
pub fn kept_tip(run: &str) -> String {
    format!(
        "This run is kept in {run}\n\niwashi resume {run} --minutes 30\niwashi record {run} -o film.mp4\n\n\
         Click to copy the path"
    )
}

pub const NOT_KEPT: &str = "not kept";
pub const NOT_KEPT_TIP: &str = "This run ends with the window";

// Files.

pub const OPEN_HEAD: &str = "Open another";
pub const FILE_HINT: &str = "path of a .ron or .iwashi file";
pub const FILE_TIP: &str = "A scene, or a run that somebody has shared";
pub const OPEN: &str = "Open";
pub const OPEN_TIP: &str = "Reads and starts the file";
pub const RECENT: &str = "Recent files";
pub const RECENT_TIP: &str = "Scenes and shared runs that were opened from files";

pub fn open_recent_tip(path: &str) -> String {
    format!("Opens {path}")
}

pub const FORGET_RECENT_TIP: &str = "Takes it off this list; the file stays";

pub fn recent_is_gone(path: impl Display) -> String {
    format!("{path} is gone; it was taken off the list of recent files")
}

// A new scene.

pub const NEW: &str = "New scene from a template";
pub const TEMPLATE_TIP: &str = "Begins the new scene like this; the first one at first";
pub const NEW_FILE_TIP: &str = "Where the file goes; nothing is overwritten";
pub const CREATE: &str = "Create";
pub const CREATE_TIP: &str = "Writes the file and opens it: change it in any editor, and the window follows";

// The gallery.

pub const CARD_TIP: &str = "Start this scene";
pub const VOLUME: &str = "volume";
pub const PLANE: &str = "plane";
pub const LEARNED: &str = "trained or from scratch";
pub const LEARNS: &str = "from scratch";
pub const LEARNS_NOT: &str = "nothing learns";

/// `kind` is `VOLUME` or `PLANE`, `learned` one of the three above.
pub fn about(kind: &str, agents: &str, learned: &str) -> String {
    format!("{kind}, {agents} agents, {learned}")
}

pub fn no_scene(file: &str) -> String {
    format!("{file} is no scene")
}

pub const PICTURE: &str = "picture";
pub const PICTURE_TIP: &str = "Draws a moving picture of this scene";
pub const DRAWING: &str = "drawing…";
pub const NO_PICTURE: &str = "No picture could be made; iwashi record FILE --gallery . says why";
