//! What is said of files that come into the window, of shared runs, and of a run that was broken off.

use std::fmt::Display;

pub fn unknown_file(path: impl Display, shared_run: &str, genome: &str) -> String {
    format!("{path} is neither a scene (.ron) nor a shared run (.{shared_run}) nor a genome (.{genome})")
}

// A shared run.

pub const SHARED_RUN: &str = "Shared run";

/// `tick` is where it was shared, `program` the version that it was shared by.
pub fn played_up_to(scene: &str, program: &str, tick: u64) -> String {
    format!("{scene} by iwashi {program}: played up to tick {tick}, where it was shared")
}

pub fn shared_at(tick: &str, program: &str) -> String {
    format!("Shared at tick {tick} by iwashi {program}")
}

// The offer to go on with a run.

pub fn broken_off(scene: &str, tick: &str) -> String {
    format!("The last run, of {scene}, was broken off at tick {tick}.")
}

pub const GO_ON: &str = "Go on with it";
pub const GO_ON_TIP: &str = "Ends the present run, saved, and goes on with that one";
pub const NOT_NOW: &str = "Not now";
pub const NOT_NOW_TIP: &str = "It stays among the runs, and is not offered while a newer one was";
