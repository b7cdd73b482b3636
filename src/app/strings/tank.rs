//! What lies over the water: the legend, and the buttons of an exhibit. Also what the mouse does there.

// What the mouse does: buttons, and what they do.

pub const DRAG: &str = "Drag";
pub const DRAG_DOES: &str = "turn around a volume; shift a plane";
pub const RIGHT_DRAG: &str = "Right drag";
pub const RIGHT_DRAG_DOES: &str = "shift the view";
pub const WHEEL: &str = "Wheel";
pub const WHEEL_DOES: &str = "nearer or farther";
pub const CLICK: &str = "Click";
pub const CLICK_DOES: &str = "select an agent; with a tool, use it";
pub const SHIFT_DRAG: &str = "Shift drag";
pub const SHIFT_DRAG_DOES: &str = "select all agents in a rectangle";
pub const DOUBLE_CLICK: &str = "Double click";
pub const DOUBLE_CLICK_DOES: &str = "select and follow";

// The legend.

pub fn branch_beside(branch: usize) -> String {
    format!("Branch {branch}, beside")
}

pub fn world(world: u32, worlds: u32) -> String {
    format!("world {world} of {worlds}")
}

/// `what` is a meaning of colours, in small letters.
pub fn colored_by(what: &str) -> String {
    format!("coloured by {what}")
}

pub const PAUSED: &str = "paused";

// The exhibit: read by visitors.

pub const LOOK: &str = "Look";
pub const LOOK_TIP: &str = "Touch a fish to see what it perceives; drag to look around";
pub const DROP_TIP: &str = "Touch the water to drop it there";

/// `keys` leave the exhibit.
pub fn exhibit(keys: &str) -> String {
    format!("exhibit: {keys} leaves it")
}
