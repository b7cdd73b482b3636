//! What the bar along the top says, and its menus of how things are drawn.

// Time and pace.

/// `tip` is what the same button does with Shift.
pub fn with_shift(tip: &str) -> String {
    format!("\nWith Shift: {tip}")
}

pub fn speed_tip(slowest: f32, fastest: f32, slower: &str, faster: &str) -> String {
    format!("Simulated seconds a second, {slowest} to {fastest}; slower: {slower}, faster: {faster}")
}

pub const MAX: &str = "max";
pub const REAL_TIME: &str = "real time";

// The clock: units stand behind numbers, and must be short.

pub const TICKS: &str = "ticks";
pub const TICKS_TIP: &str = "Ticks advanced since the start";
pub const SECONDS_TIP: &str = "Simulated seconds since the start";
pub const TICKS_A_SECOND: &str = "ticks/s";

/// `kind` of backend, and the name of its device.
pub fn ticks_a_second_tip(kind: &str, device: &str) -> String {
    format!("Ticks in a second of real time, on {kind} ({device})")
}

pub const FRAMES_A_SECOND: &str = "frames/s";

pub fn frames_a_second_tip(adapter: &str, level: &str) -> String {
    format!("Drawn frames in a second, by {adapter} at {level} quality")
}

pub const FILMING: &str = "⏺ filming";

pub fn faults(count: u64) -> String {
    format!("{count} faults")
}

pub const FAULTS_TIP: &str = "Agents replaced because their state or genome was not finite";

// Menus and colours. Where a text takes `keys`, they do the same.

pub const VIEW: &str = "View";
pub const VIEW_TIP: &str = "How the tank is drawn, and how large text is";
pub const OVERLAYS: &str = "Overlays";
pub const OVERLAYS_TIP: &str = "What is drawn over the school; nothing at first";

pub fn colors_tip(keys: &str) -> String {
    format!("What colours show; next one: {keys}")
}

pub const DRAWING_HEAD: &str = "Drawing";

pub fn by_itself(level: &str) -> String {
    format!("By itself ({level})")
}

pub fn by_itself_tip(keys: &str) -> String {
    format!("Chosen from the adapter and the time a frame takes\nNext level: {keys}")
}

pub const SIZE_HEAD: &str = "Size";
pub const BODY_SIZE: &str = "Bodies";

pub fn body_size_tip(larger: &str, smaller: &str) -> String {
    format!(
        "Drawn size over real size, 1 at first; the simulation does not change\nlarger: {larger}, smaller: {smaller}"
    )
}

pub const TEXT_SIZE: &str = "Text";
pub const SENSES: &str = "Senses of the selected agent";

pub const SENSES_TIP: &str = "How far and in which sectors it perceives, whom it hears, where its rays end";

pub const PANELS_HEAD: &str = "Panels";
pub const SAFE_COLORS: &str = "Colours for everyone";

pub const SAFE_COLORS_TIP: &str = "Species, fields, lines of descent and curves in colours that people tell apart whatever they see of red and green; off at first";

pub const STILL: &str = "Reduced motion";

pub const STILL_TIP: &str = "The camera jumps, tails and light stand still, nothing fades";

pub const SOUND_HEAD: &str = "Sound";
pub const SOUND: &str = "Signals";

pub const SOUND_TIP: &str =
    "A soft chord: each channel of each species is a note, as loud as it is used and from the side where it is";

pub const VOLUME_TIP: &str = "How loud, from silence to full; in the middle at first";
pub const WINDOW_HEAD: &str = "Window";
pub const ORBIT: &str = "Camera turns slowly";
pub const FULL_SCREEN: &str = "Full screen";
