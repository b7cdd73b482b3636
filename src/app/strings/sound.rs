//! What is said of the sound of signals where there is none.

#[cfg(feature = "sound")]
use std::fmt::Display;

#[cfg(feature = "sound")]
pub fn no_sound(problem: &str) -> String {
    format!("No sound: {problem}. Everything else goes on")
}

#[cfg(feature = "sound")]
pub const NO_DEVICE: &str = "there is no audio device";

#[cfg(feature = "sound")]
pub fn unknown_samples(format: impl Display) -> String {
    format!("the audio device wants samples as {format}, which this program does not make")
}

#[cfg(not(feature = "sound"))]
pub const BUILT_WITHOUT: &str =
    "This copy of the program is built without sound: `cargo run --release --features sound` has it";
