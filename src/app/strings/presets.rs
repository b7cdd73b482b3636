//! What is said of arrangements of the panels.

// What panels are arranged for. Settings keep the name of the one in use.

pub const WATCH: &str = "Watch";
pub const EVOLVE: &str = "Evolve";
pub const ANALYSE: &str = "Analyse";
pub const FILM: &str = "Film";

pub const MENU_TIP: &str = "Arrangements of the panels: those built in, and your own";
pub const PURPOSES_HEAD: &str = "Panels for";
pub const OWN_HEAD: &str = "Your own";
pub const OWN_TIP: &str = "Arranges the panels so";
pub const REMOVE_TIP: &str = "Forgets this arrangement";
pub const NAME_HINT: &str = "name";
pub const NAME_TIP: &str = "A name for the present arrangement";
pub const KEEP: &str = "Keep";
pub const KEEP_TIP: &str = "Keeps the panels as they are now, under this name";

// Why an arrangement is not kept.

pub const WITHOUT_NAME: &str = "Type a name first.";

pub fn name_is_built_in(name: &str) -> String {
    format!("{name} is built in: choose another name.")
}

pub fn too_many(most: usize) -> String {
    format!("{most} are kept already: remove one.")
}
