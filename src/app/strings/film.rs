//! What is written into films, and what is said of those that are made.

use std::fmt::{Debug, Display};

/// Lower right in every frame.
pub fn caption(tick: &str, seconds: f64) -> String {
    format!("tick {tick}   {seconds:.1} s")
}

pub fn made(frames: u64, file: impl Display) -> String {
    let what = if frames == 1 { "One picture".to_string() } else { format!("Filmed {frames} frames") };
    format!("{what}: {file}")
}

pub const GIVEN_UP: &str = "The film was given up; no file is left";

// Why there is no film.

pub fn run_ended(tick: u64) -> String {
    format!("the run does not go on from tick {tick}")
}

pub fn command_refused(error: impl Display) -> String {
    format!("a command of the run: {error}")
}

pub const NO_DRIVER: &str = "the graphics driver could not be started";

pub fn renderer_gave_up(exit: impl Debug) -> String {
    format!("the renderer gave up ({exit:?})")
}

pub fn no_thread(error: impl Display) -> String {
    format!("no thread for the encoder: {error}")
}

pub const ENCODER_ENDED: &str = "the encoder's thread ended unexpectedly";
