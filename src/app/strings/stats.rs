//! What measuring the window prints in the terminal.

// What is measured one after another.

pub const STILL_BARE: &str = "standing still, no panels";
pub const STILL: &str = "standing still, all panels";
pub const RUNNING_BARE: &str = "running, no panels";
pub const RUNNING: &str = "running, all panels";

/// Lines of several phases stand below each other: the name takes 27 places. `frame` is what half of the frames took at most, milliseconds,
/// and nine of ten; then frames and ticks a second, and processors busy.
pub fn phase(name: &str, frame: [f64; 2], [frames, ticks, busy]: [f64; 3], level: &str) -> String {
    let [half, nine] = frame;
    format!(
        "{name:<27} {half:>6.1} ms a frame (9 of 10 within {nine:.1}), {frames:>5.1} frames/s, {ticks:>7.1} ticks/s, {busy:.2} processors \
         busy, quality {level}"
    )
}

pub fn drawn(calls: u32, vertices: &str, adapter: &str) -> String {
    format!("the tank: {calls} draw calls, {vertices} vertices, by {adapter}")
}

pub fn not_counted(adapter: &str) -> String {
    format!("the tank: not counted, by {adapter}")
}
