//! Numbers of the tank that both backends read, and of what is in it besides agents: fields and obstacles. Knows nothing of who
//! swims there.

use bytemuck::{Pod, Zeroable};

twin_struct! {
    /// One field. Rates are per tick.
    pub struct FieldParams {
        /// Cells along each axis.
        pub dims: [u32; 3],
        /// First cell in a world's fields.
        pub start: u32,
        /// Size of a cell, BL.
        pub cell: [f32; 3],
        /// Most in a cell.
        pub capacity: f32,
        /// 1 when nothing that is eaten leaves it.
        pub lasting: u32,
        /// Logistic growth a tick.
        pub regrowth: f32,
        /// Amount appearing a tick.
        pub seeding: f32,
        /// Share lost a tick.
        pub decay: f32,
        /// D dt / h² per axis.
        pub diffusion: [f32; 3],
        /// v dt / h per axis.
        pub current: [f32; 3],
        /// Ticks between raining patches; 0 none.
        pub rain: u32,
        /// Radius of a raining patch, BL.
        pub patch_radius: f32,
        /// Amount at its centre.
        pub patch_amount: f32,
    }
}

twin_struct! {
    /// One obstacle, and its course: where it is follows from the tick alone.
    pub struct ObstacleParams {
        /// Centre or first end.
        pub a: [f32; 3],
        /// SHAPE_ constant.
        pub shape: u32,
        /// Second end or half size.
        pub b: [f32; 3],
        /// Radius, BL.
        pub radius: f32,
        /// From where the scene has it to where its course along each axis begins, BL.
        pub low: [f32; 3],
        /// One of the COURSE_ constants.
        pub course: u32,
        /// Length of its course along each axis, BL; 0 along an axis where it stays.
        pub span: [f32; 3],
        /// Energy that whoever touches it loses in a tick, in steps of 1 / ENERGY_SCALE.
        pub harm: i32,
        /// Share of the course that lies behind it at tick 0, in steps of 2⁻³².
        pub phase: [u32; 3],
        /// Share of the course that it covers in a tick, in steps of 2⁻³²; backward as the number that wraps around to it.
        pub step: [u32; 3],
    }
}

twin_struct! {
    /// Numbers of the tank that every stage may read.
    pub struct TankParams {
        /// Size, BL.
        pub extent: [f32; 3],
        /// Seconds a tick.
        pub dt: f32,
        /// EDGE_ constants.
        pub edge: [u32; 3],
        /// 2 or 3.
        pub dim: u32,
        /// Cells of the neighbour grid along each axis.
        pub cells: [u32; 3],
        /// Distance within which kind counts as near, BL.
        pub social_range: f32,
        /// Size of a grid cell along each axis, BL.
        pub cell: [f32; 3],
        /// Half the size along an axis that wraps around, BL; the largest number along others, which no offset exceeds.
        pub half: [f32; 3],
        /// Fixed-point steps of sums over neighbours: the largest power of two whose sum over all slots fits in 31 bits.
        pub sense_scale: f32,
        /// Deviation of noise on what is sensed.
        pub noise: f32,
        /// Largest difference from 1 of the factors of motion actions.
        pub body: f32,
        /// Whether the nearest come in random order: 0 or 1.
        pub shuffle: u32,
        /// How far the current carries bodies, BL a tick.
        pub drift: [f32; 3],
    }
}
