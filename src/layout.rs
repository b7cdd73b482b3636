//! The one home of every constant and struct that both backends share, states of agents here and parameters below. It writes
//! the WGSL text put before every kernel, so that a shared number is never typed twice. Knows nothing of scenes or of wgpu.

use bytemuck::{Pod, Zeroable};

#[macro_use]
pub(crate) mod twin;

mod constants;
mod senses;
mod species;
mod tank;

pub use constants::*;
pub use senses::*;
pub use species::*;
pub use tank::*;

twin_struct! {
    /// The small state of one agent slot: 64 bytes.
    pub struct Agent {
        /// Position, BL.
        pub pos: [f32; 3],
        /// Number of the individual: unique within its world, in order of birth.
        pub id: u32,
        /// Where it faces, length 1.
        pub heading: [f32; 3],
        /// 1 alive, 0 free slot (its tallies stay readable until a birth takes the slot).
        pub alive: u32,
        /// Velocity, BL/s.
        pub vel: [f32; 3],
        /// Ticks lived.
        pub age: u32,
        /// Energy in steps of 1 / ENERGY_SCALE.
        pub energy: i32,
        /// Ticks until it may bite again.
        pub handling: u32,
        /// Ticks until it may give birth again (`Ecology`).
        pub refractory: u32,
        /// Id of the founder that its line of first parents goes back to.
        pub founder: u32,
    }
}

impl Agent {
    /// Whether it was removed because it was not finite: backends leave it dead at the origin, with a plain heading and no
    /// velocity, until a birth takes the slot.
    pub fn shows_fault(&self) -> bool {
        self.alive == 0 && self.pos == [0.0; 3] && self.vel == [0.0; 3] && self.heading == [1.0, 0.0, 0.0]
    }
}

twin_struct! {
    /// What a birth leaves in the birth log: 32 bytes.
    pub struct BirthRecord {
        /// World of the birth.
        pub world: u32,
        /// Species.
        pub species: u32,
        /// Slot taken.
        pub slot: u32,
        /// Id of the child.
        pub id: u32,
        /// Id of the parent.
        pub parent: u32,
        /// Id of the second parent, or NONE.
        pub second: u32,
        /// Tick of the birth.
        pub tick: u32,
        /// Id of the agent whose place it took, where that one had been removed because it was not finite; else NONE.
        pub lost: u32,
    }
}

twin_struct! {
    /// What is done to one species in one world: how its signals are heard, which is the mask of the signal seam, and lesions.
    pub struct Intervention {
        /// One of the HEAR_ constants.
        pub mode: u32,
        /// Channels concerned, lowest bit first.
        pub channels: u32,
        /// Ticks of delay (`HEAR_DELAY`).
        pub delay: u32,
        /// Deviation of the noise (`HEAR_NOISE`).
        pub noise: f32,
        /// Senses that tell nothing, lowest bit first.
        pub blind: u32,
        /// LESION_ bits.
        pub lesions: u32,
    }
}

impl Intervention {
    /// Nothing is done.
    pub const NONE: Intervention =
        Intervention { mode: HEAR_PASS, channels: 0xffff, delay: 0, noise: 0.0, blind: 0, lesions: 0 };
}

/// All shared structs as WGSL.
pub fn structs_wgsl() -> String {
    [
        Agent::wgsl(),
        BirthRecord::wgsl(),
        Intervention::wgsl(),
        SpeciesParams::wgsl(),
        SenseParams::wgsl(),
        ZoneParams::wgsl(),
        LayerParams::wgsl(),
        GrazeParams::wgsl(),
        PreyParams::wgsl(),
        DepositParams::wgsl(),
        FieldParams::wgsl(),
        ObstacleParams::wgsl(),
        TankParams::wgsl(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_written_as_typed_wgsl() {
        let text = constants_wgsl();
        assert!(text.contains("const ENERGY_SCALE: f32 = 65536.0;\n"), "{text}");
        assert!(text.contains("const NONE: u32 = 4294967295;\n"));
    }

    #[test]
    fn members_follow_each_other_without_gaps() {
        assert_eq!(size_of::<Agent>(), 64);
        assert!(Agent::wgsl().contains("    pos: array<f32, 3>,\n"));
        assert_eq!(Agent::FIELDS[1], ("id", 12));
    }
}
