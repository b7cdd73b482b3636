//! What is said of colours of bodies, and of what can be drawn over the whole school.

use std::fmt::Display;

// Colours show one of these.
pub const SPECIES: &str = "Species";
pub const SPECIES_TIP: &str = "Each species in its own colour";
pub const LINEAGE: &str = "Lineage";
pub const LINEAGE_TIP: &str = "A colour for each founder: lines that win spread their colour";
pub const SIGNAL: &str = "Signal";
pub const SIGNAL_TIP: &str = "From dark to bright with the strength of the signal emitted";
pub const ENERGY: &str = "Energy";
pub const ENERGY_TIP: &str = "From blue (hungry) to yellow (full)";
pub const SPEED: &str = "Speed";
pub const SPEED_TIP: &str = "From blue (still) to yellow (top speed)";
pub const DIALECT: &str = "Dialect";
pub const DIALECT_TIP: &str = "Who would signal alike in the same situations; grey where that is not known yet";

// Overlays.
pub const VELOCITY: &str = "Velocity";
pub const VELOCITY_TIP: &str = "Where each agent will be in 0.6 simulated seconds; of many, a sample";
pub const POLARIZATION: &str = "Polarization";
pub const POLARIZATION_TIP: &str = "Mean heading of each patch of water: long and bright where all swim the same way";
pub const DENSITY: &str = "Density";
pub const DENSITY_TIP: &str = "Agents a BL² of the tank seen from above; in a volume it lies on the floor";
pub const NUMBERS: &str = "Numbers";
pub const NUMBERS_TIP: &str = "The number of each agent; of many, a sample that grows as you come nearer";
pub const HEARING: &str = "Hearing";
pub const HEARING_TIP: &str = "Who hears whom: brighter the louder, the six loudest of each";
pub const CELLS: &str = "Cells";
pub const CELLS_TIP: &str = "The grid in which neighbours are searched, in BL; it is part of the engine";

/// What the brightest place of the density stands for.
pub fn brightest(agents: impl Display) -> String {
    format!("brightest: {agents} agents a BL²")
}
