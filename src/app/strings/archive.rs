//! What the map of an archive says.

use std::fmt::Display;

pub const ARCHIVE: &str = "Archive";

pub fn occupied(cells: impl Display, all: impl Display) -> String {
    format!("{cells} of {all} cells")
}

pub const OCCUPIED_TIP: &str = "Ways to behave that somebody has been seen in; the best of each is kept";

pub fn coverage(percent: f64) -> String {
    format!("coverage {percent:.1} %")
}

pub const COVERAGE_TIP: &str = "Share of the cells that somebody is in";

pub fn score(score: impl Display) -> String {
    format!("QD score {score}")
}

pub fn score_tip(offset: impl Display) -> String {
    format!("Sum over cells of the fitness that their best has above {offset} (`qd_offset`)")
}

pub const ACROSS: &str = "across";
pub const UP: &str = "up";
pub const AXIS_TIP: &str = "Axis of the map; of cells that differ in the others alone, the best is shown";

/// The part of an axis that a cell takes.
pub fn part(axis: &str, low: impl Display, high: impl Display) -> String {
    format!("{axis} {low} to {high}")
}

pub const UNSEEN: &str = "nobody has been seen to behave so";

pub fn fitness(fitness: impl Display) -> String {
    format!("fitness {fitness}")
}

/// The cell by its numbers along the axes, and the command that tells of it.
pub fn cell(numbers: &str) -> String {
    format!("cell {numbers} (`iwashi archive --elite {numbers}`)")
}

pub const CLICK: &str = "Click: its genome in hand";
pub const EMPTY: &str = "Nobody is in it yet: the first come at the end of a generation.";
pub const LEGEND_TIP: &str = "Of the best in each cell; empty cells have the colour of the ground";
