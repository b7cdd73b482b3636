//! All that the window says in English, file by file as the panels and parts that say it: whoever words it anew, or in another language,
//! has this one folder to look at. Knows nothing of egui, Bevy and the engine: text and numbers go in, text comes out. That nothing is
//! said elsewhere is held by `tests/strings.rs`.

pub mod actions;
pub mod arrivals;
pub mod camera;
pub mod film;
pub mod help;
pub mod looks;
pub mod panels;
pub mod parameters;
pub mod presets;
pub mod record;
pub mod runner;
pub mod scene_file;
pub mod scenes;
pub mod sound;
pub mod stats;
pub mod tank;
pub mod time;
pub mod timeline;
pub mod tools;
pub mod tour;
pub mod window;
