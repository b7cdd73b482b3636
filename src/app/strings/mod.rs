//! All that the window says in English, file by file as the panels and parts that say it: whoever words it anew, or in another language,
//! looks here and nowhere else. Text goes in and text comes out; nothing here knows of egui, Bevy or the engine. `tests/strings.rs` holds
//! that no text stands anywhere else in the window.

pub mod agent;
pub mod archive;
pub mod compare;
pub mod course;
pub mod evolution;
pub mod family;
pub mod genome;
pub mod hall;
pub mod many;
pub mod merge;
pub mod network;
pub mod plots;
pub mod probe;
pub mod signals;
pub mod view;
pub mod wiring;
