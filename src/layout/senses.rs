//! Numbers of a sense that both backends read. Knows nothing of what is perceived.

use bytemuck::{Pod, Zeroable};

use super::constants::*;

twin_struct! {
    /// One sense.
    pub struct SenseParams {
        /// SENSE_ constant.
        pub kind: u32,
        /// First number in the observation.
        pub start: u32,
        /// Numbers.
        pub len: u32,
        /// Species perceived, or fields summed: one bit each.
        pub mask: u32,
        /// Range or reach, BL.
        pub range: f32,
        /// Azimuth sectors, k, rays, or zones.
        pub count: u32,
        /// Elevation sectors.
        pub elevation: u32,
        /// GIVES_ bits.
        pub gives: u32,
        /// Signal channels heard.
        pub channels: u32,
        /// Antenna angle or half the spread of rays, rad.
        pub angle: f32,
        /// 1 over the largest capacity of the fields perceived.
        pub inverse: f32,
        /// Numbers a sector gives.
        pub per_sector: u32,
        /// First zone.
        pub zone_start: u32,
    }
}

impl SenseParams {
    /// Whether it looks for others.
    pub fn searches(&self) -> bool {
        matches!(self.kind, SENSE_NEIGHBOURS | SENSE_NEAREST | SENSE_PAIRS)
    }
}

twin_struct! {
    /// One zone of a sense of pairs: it begins where the one before ends.
    pub struct ZoneParams {
        /// Where it ends, BL.
        pub outer: f32,
        /// Cosine of the widest angle from ahead at which others count.
        pub view: f32,
        /// PAIR_ constant.
        pub gives: u32,
        /// What a component of a term that is larger counts as.
        pub most: f32,
        /// Numbers of its law, see `backend::cpu::laws`.
        pub law: [f32; 4],
        /// Fixed-point steps of the sum: the largest power of two with which the sum over all slots fits in 31 bits.
        pub scale: f32,
    }
}
