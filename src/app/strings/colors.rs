//! What colours of bodies can show.

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
