//! What the numbers of observations and actions are called, and the neurons of a network. Drawn in narrow places: short words do best.

use std::fmt::Display;

pub const BOIDS: &str = "Boids (Reynolds 1987): it keeps apart from those who are close, swims as its neighbours do, stays among them, and wanders a little.";
pub const VICSEK: &str =
    "Vicsek (1995): it faces where its neighbours face on average, itself among them, but for a random angle.";
pub const COUZIN: &str = "Couzin (2002): it turns away from anybody in the innermost zone; else it aligns with those in the next and swims toward those in the outermost.";
pub const PARTICLE: &str = "A particle: it is driven ahead, slowed by friction, and pushed and turned by the forces between pairs that its senses name.";

// Columns of neurons.
pub const SENSES: &str = "senses";
pub const MEMORY: &str = "memory";
pub const HIDDEN: &str = "hidden";
pub const ACTIONS: &str = "actions";
pub const ATTENTION: &str = "attention";

pub fn memory(number: u32) -> String {
    format!("memory {number}")
}

pub fn hidden(number: u32) -> String {
    format!("hidden {number}")
}

/// `activation` is a word of the engine.
pub fn hidden_by(number: usize, activation: &str) -> String {
    format!("hidden {number} ({activation})")
}

pub fn gathered(head: usize, number: usize) -> String {
    format!("gathered by head {head}: {number}")
}

pub const ATTENTION_NOTE: &str =
    "Attention gathers numbers of all neighbours alike; its queries, keys and values are not drawn";
pub const PLASTIC_NOTE: &str = "Weights change during life by rules of the genome, so they cannot be set here";

// Axes of the body, and sides of it.
pub const AHEAD: &str = "ahead";
pub const LEFT: &str = "left";
pub const UP: &str = "up";
pub const RIGHT: &str = "right";
pub const ABOVE: &str = "above";
pub const BELOW: &str = "below";
pub const BEHIND: &str = "behind";

// Senses. `of` are names of species or fields, or the word for all of them.
pub const ALL_SPECIES: &str = "all";
pub const ALL_FIELDS: &str = "all fields";

pub fn neighbours_within(of: &str, range: f32) -> String {
    format!("neighbours: {of} within {range} BL")
}

pub fn nearest_of(count: u32, of: &str) -> String {
    format!("nearest {count}: {of}")
}

pub fn pairs_in(of: &str, zones: usize) -> String {
    format!("pairs: {of} in {zones} zones")
}

pub const AMOUNT: &str = "amount";
pub const SLOPE: &str = "slope";
pub const ANTENNAE: &str = "antennae";

/// `what` is one of the three above.
pub fn of_field(what: &str, of: &str) -> String {
    format!("{what} of {of}")
}

pub fn walls_within(range: f32) -> String {
    format!("walls within {range} BL")
}

pub const OWN_SPEED: &str = "own speed";
pub const OWN_ENERGY: &str = "own energy";
pub const LAST_ACTION: &str = "last action";
pub const OWN_SIGNAL: &str = "own signal";
pub const NOISE: &str = "noise";
pub const CONSTANT: &str = "constant";

// The same in a word or two; names may be none.
pub fn neighbours(of: &str) -> String {
    format!("neighbours {of}")
}

pub fn nearest(of: &str) -> String {
    format!("nearest {of}")
}

pub const PAIRS: &str = "pairs";
pub const FIELDS: &str = "fields";
pub const WALLS: &str = "walls";

pub fn slope(field: &str) -> String {
    format!("{field} slope")
}

pub fn antennae(field: &str) -> String {
    format!("{field} ahead")
}

// Numbers of senses.
pub fn number(number: impl Display) -> String {
    format!("number {number}")
}

pub const NEARNESS: &str = "nearness";
pub const ANGLE: &str = "angle";
pub const CLIMB: &str = "climb";

pub fn of_nearest(rank: u32, what: &str) -> String {
    format!("nearest {rank}: {what}")
}

pub fn of_zone(zone: usize, axis: &str) -> String {
    format!("zone {zone}: {axis}")
}

pub fn here(field: &str) -> String {
    format!("{field} here")
}

pub fn slope_along(field: &str, axis: &str) -> String {
    format!("slope of {field}, {axis}")
}

pub fn antenna(field: &str, side: &str) -> String {
    format!("{field}, antenna {side}")
}

pub fn ray(ray: u32, rays: u32) -> String {
    format!("wall, ray {ray} of {rays} from the left")
}

pub const WALL_ABOVE: &str = "wall above";
pub const WALL_BELOW: &str = "wall below";

pub fn last(action: &str) -> String {
    format!("last {action}")
}

pub fn own_channel(number: u32) -> String {
    format!("own channel {number}")
}

// Sectors around the body, and what is told of each.
pub const ALL_AROUND: &str = "all around";

pub fn degrees_left(degrees: f32) -> String {
    format!("{degrees:.0}° left")
}

pub fn degrees_right(degrees: f32) -> String {
    format!("{degrees:.0}° right")
}

/// Goes on from a sector where some lie above each other.
pub fn storey(number: u32) -> String {
    format!(", storey {number}")
}

pub const HOW_NEAR: &str = "how near";

pub fn offset(axis: &str) -> String {
    format!("offset {axis}")
}

pub fn heading(axis: &str) -> String {
    format!("heading {axis}")
}

pub fn heard_on(channel: u32) -> String {
    format!("heard on channel {channel}")
}

// Actions.
pub const THRUST: &str = "thrust";
pub const YAW: &str = "yaw";
pub const PITCH: &str = "pitch";
pub const PUSH_AHEAD: &str = "push ahead";
pub const PUSH_LEFT: &str = "push left";
pub const PUSH_UP: &str = "push up";
pub const ATTACK: &str = "attack";

pub fn channel(number: impl Display) -> String {
    format!("channel {number}")
}

pub fn deposit(field: &str) -> String {
    format!("deposit {field}")
}
