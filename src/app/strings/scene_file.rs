//! What is said of the scene file beside the parameters, and when it was saved, is broken or gone.

// What is listed.

pub const ALL: &str = "all";
pub const ALL_TIP: &str = "Lists every parameter";

pub fn changed(count: usize) -> String {
    format!("changed ({count})")
}

pub const CHANGED_TIP: &str = "Lists what differs from the scene file, or waits to";
pub const CHOSEN: &str = "not default";
pub const CHOSEN_TIP: &str = "Lists what differs from the defaults";

// What can be done. `list` has a change a line.

pub const REVERT: &str = "Revert all";

pub fn revert_tip(list: &str) -> String {
    format!("Every value back to what the file says:\n{list}")
}

pub const SAVE: &str = "Save to scene file";
pub const SAVE_AS: &str = "Save as …";

pub fn save_tip(list: &str) -> String {
    format!("Writes into the file, and leaves its comments and layout as they are:\n{list}")
}

pub const NEW_FILE_HINT: &str = "path of a new .ron file";
pub const NEW_FILE_TIP: &str = "This scene ships with the program: its changed copy goes here";
pub const SAVE_NEW: &str = "Save";
pub const SAVE_NEW_TIP: &str = "Writes the new file, and goes on with it";
pub const CANCEL_TIP: &str = "Saves nothing";

pub fn written(file: &str, list: &str) -> String {
    format!("Written into {file}:\n{list}")
}

pub fn change(path: &str, before: &str, after: &str) -> String {
    format!("{path}  {before} to {after}")
}

pub fn more(count: usize) -> String {
    format!("and {count} more")
}

// A file of another form.

pub const OTHER_FORM: &str = "The scene file has another form than this run: restart with it first";

pub fn other_form_of(paths: &str) -> String {
    format!("The scene file has another form of {paths}")
}

pub const RESTART: &str = "Restart with the file";
pub const RESTART_TIP: &str = "Starts over as the file says, moved values undone";

// A file that cannot be read.

pub fn broken(file: &str) -> String {
    format!("{file} cannot be read; the run goes on")
}

pub const CLOSE_TIP: &str = "Closes this; the next fault is told again";

pub fn gone(file: &str) -> String {
    format!("{file} is gone; the run goes on without it")
}

// A file that was saved elsewhere: what that came to, part by part.

pub fn saved(file: &str, parts: &str) -> String {
    format!("{file} was saved: {parts}")
}

pub fn applied(count: usize) -> String {
    format!("{} applied at once", values(count))
}

pub fn for_a_restart(count: usize) -> String {
    format!("{} for a restart (see Parameters)", values(count))
}

pub fn takes_a_restart(paths: &str) -> String {
    format!("another form of {paths}, which takes a restart with the file")
}

fn values(count: usize) -> String {
    if count == 1 { "1 value".into() } else { format!("{count} values") }
}
