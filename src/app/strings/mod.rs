//! All that the window says in English, file by file as the panels and parts that say it: whoever words it anew, or in another language,
//! looks here and nowhere else. Text and numbers go in, text comes out; nothing here knows of egui, Bevy or the engine, whose own errors
//! and descriptions (`scene/described.rs`) are shown as they are. `tests/strings.rs` holds that the window says nothing elsewhere.

pub mod actions;
pub mod agent;
pub mod archive;
pub mod arrivals;
pub mod camera;
pub mod compare;
pub mod evolution;
pub mod family;
pub mod film;
pub mod genome;
pub mod hall;
pub mod help;
pub mod looks;
pub mod many;
pub mod merge;
pub mod network;
pub mod panels;
pub mod parameters;
pub mod plots;
pub mod presets;
pub mod probe;
pub mod record;
pub mod run;
pub mod scene_file;
pub mod scenes;
pub mod signals;
pub mod sound;
pub mod stats;
pub mod tank;
pub mod time;
pub mod timeline;
pub mod tools;
pub mod tour;
pub mod view;
pub mod window;
pub mod wiring;
