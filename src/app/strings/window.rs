//! What the title of the window says, why there is no window or none any more, and what is told of pictures of it.

use std::fmt::Display;

pub fn title(scene: &str) -> String {
    format!("Iwashi: {scene}")
}

pub fn run_kept_in(run: impl Display) -> String {
    format!("This run is kept in {run}")
}

// Why there is no window: a kind, and what is said of it.

pub fn no_display(why: &str) -> String {
    format!("no display: {why}")
}

pub fn cannot_draw(why: &str) -> String {
    format!("cannot draw: {why}")
}

pub fn script_refused(commands: usize) -> String {
    format!("{commands} commands of the script would be refused")
}

pub fn no_thread(error: impl Display) -> String {
    format!("the simulation thread cannot start: {error}")
}

pub fn cannot_open(why: &str) -> String {
    format!("the window cannot open: {why}")
}

pub const DISPLAY_NOT_NAMED: &str = "neither DISPLAY nor WAYLAND_DISPLAY is set";
pub const DISPLAY_REFUSES: &str = "the display server does not answer, or refuses";
pub const NO_DRIVER: &str = "no graphics driver was found (Vulkan, Metal or DirectX 12; on Debian the package \
     mesa-vulkan-drivers brings one that needs no graphics card)";
pub const NO_DEVICE: &str = "the graphics driver gives no device";
pub const NO_FIRST_PICTURE: &str = "the simulation gave no first picture";
pub const NO_REASON: &str = "no reason given";

// Why it closed.

pub const SIMULATION_ENDED: &str = "the simulation thread ended unexpectedly";
pub const DEVICE_LOST: &str = "the graphics device was lost";
pub const DRAWING_FAILED: &str = "drawing failed";
/// As the `why` of `closed`.
pub const NO_CAUSE: &str = "no reason is given";

pub fn closed(what: &str, why: &str) -> String {
    format!("{what} ({why}), so the window closed")
}

// A picture of a part of it.

pub fn picture_written(file: impl Display) -> String {
    format!("The picture is in {file}")
}

pub fn picture_not_written(file: impl Display, why: &str) -> String {
    format!("{file} cannot be written: {why}")
}

pub const NOTHING_IN_SIGHT: &str = "nothing of it is in the window";
