//! What the themes of the panels and the levels of drawing are called.

pub const DARK: &str = "Dark";
pub const DARK_TIP: &str = "Light text on dark panels, at first";
pub const LIGHT: &str = "Light";
pub const LIGHT_TIP: &str = "Dark text on light panels, for bright rooms and projectors";

// Levels of drawing; they are named within sentences too, in small letters.

pub const LOW: &str = "Low";
pub const LOW_TIP: &str = "Coarse bodies, halos instead of bloom: for machines without a graphics card";
pub const MEDIUM: &str = "Medium";
pub const MEDIUM_TIP: &str = "Modelled bodies and bloom";
pub const HIGH: &str = "High";
pub const HIGH_TIP: &str = "Modelled bodies, full bloom, smooth edges";
