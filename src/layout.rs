//! The one home of every constant and struct that both backends share. It writes the WGSL text put before every
//! kernel, so that a shared number is never typed twice. Knows nothing of scenes or of wgpu.

use bytemuck::{Pod, Zeroable};

#[macro_use]
pub(crate) mod twin;

mod constants;

pub use constants::*;

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

impl SpeciesParams {
    /// Whether it acts by a hand-written rule.
    pub fn by_rule(&self) -> bool {
        matches!(self.think, THINK_BOIDS | THINK_VICSEK | THINK_COUZIN | THINK_PARTICLE)
    }
}

impl SenseParams {
    /// Whether it looks for others.
    pub fn searches(&self) -> bool {
        matches!(self.kind, SENSE_NEIGHBOURS | SENSE_NEAREST | SENSE_PAIRS)
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

twin_struct! {
    /// Sizes, places and live numbers of one species. Times are in ticks, angles per tick, energies in fixed point.
    pub struct SpeciesParams {
        /// First slot.
        pub slot_start: u32,
        /// Slots.
        pub slots: u32,
        /// Numbers in an observation.
        pub obs_len: u32,
        /// Numbers in an action.
        pub act_len: u32,
        /// Numbers of memory.
        pub mem_len: u32,
        /// Signal channels.
        pub channels: u32,
        /// Where the species' block starts in a world's observations; likewise below.
        pub obs_start: u32,
        /// In actions.
        pub act_start: u32,
        /// In memory.
        pub mem_start: u32,
        /// In one tick of signals.
        pub sig_start: u32,
        /// Past ticks of signals kept by the species.
        pub history: u32,
        /// Numbers in a genome.
        pub genome_len: u32,
        /// Numbers of a genome for one weight: 1; of a plastic controller `RULE_NUMBERS`, and one more where weights are inborn.
        pub numbers: u32,
        /// What attention is paid to: first number of the observation that tells of it.
        pub items_start: u32,
        /// Most items that are told of.
        pub items: u32,
        /// Numbers of an item.
        pub item_len: u32,
        /// WEIGHTS_ constant.
        pub weights: u32,
        /// Words of a genome row.
        pub genome_words: u32,
        /// Words from one genome row to the next.
        pub genome_stride: u32,
        /// Genome rows in a world.
        pub rows: u32,
        /// Agents that share a row.
        pub sharers: u32,
        /// THINK_ constant.
        pub think: u32,
        /// First and number of dense layers.
        pub layer_start: u32,
        /// Number of dense layers.
        pub layers: u32,
        /// Most hidden nodes of a graph.
        pub nodes: u32,
        /// Most edges of a graph.
        pub edges: u32,
        /// First sense.
        pub sense_start: u32,
        /// Number of senses.
        pub senses: u32,
        /// First graze entry.
        pub graze_start: u32,
        /// Number of graze entries.
        pub grazes: u32,
        /// First prey entry.
        pub prey_start: u32,
        /// Number of prey entries.
        pub preys: u32,
        /// First deposit entry.
        pub deposit_start: u32,
        /// Number of deposits.
        pub deposits: u32,
        /// Index of the attack action, or NONE when biting happens by itself.
        pub attack_action: u32,
        /// Index of the first signal action.
        pub signal_action: u32,
        /// Index of the first deposit action.
        pub deposit_action: u32,
        /// Motion actions.
        pub motion_actions: u32,
        /// MOTION_ constant.
        pub motion: u32,
        /// BL.
        pub length: f32,
        /// BL/s.
        pub cruise: f32,
        /// BL/s.
        pub top_speed: f32,
        /// Largest yaw in one tick, rad, at most π.
        pub yaw: f32,
        /// Largest pitch in one tick, rad, at most π.
        pub pitch: f32,
        /// Largest vertical component of a heading.
        pub climb: f32,
        /// BL/s².
        pub acceleration: f32,
        /// Share of a speed difference gone in one tick, at most 1.
        pub drag: f32,
        /// Share of an overlap undone in one tick, at most 0.5.
        pub push: f32,
        /// Energy at birth.
        pub energy_start: i32,
        /// Most energy.
        pub energy_cap: i32,
        /// Energy a tick for living.
        pub cost_living: f32,
        /// Energy a tick at top speed.
        pub cost_moving: f32,
        /// Energy a tick and channel at full strength.
        pub cost_signal: f32,
        /// Energy a tick of attacking.
        pub cost_attack: f32,
        /// Ticks of handling after a bite.
        pub handling: u32,
        /// Ticks of waiting after a bite that missed.
        pub recovery: u32,
        /// Strength with which it is heard.
        pub signal_gain: f32,
        /// 1 when its signals are lamps.
        pub lamp: u32,
        /// EVOLVE_ constant.
        pub evolution: u32,
        /// Ticks after which a life ends; 0 never.
        pub lifetime: u32,
        /// Energy above which it gives birth (`Ecology`).
        pub birth_energy: i32,
        /// Energy handed to the child.
        pub child_energy: i32,
        /// Ticks between births.
        pub refractory: u32,
        /// Chance that a number of a child changes.
        pub mutation_rate: f32,
        /// Deviation of a change.
        pub mutation_size: f32,
        /// Fields of the two `TimeIn` tallies, or NONE.
        pub time_in: [u32; 2],
        /// 1 when the tallies NEAR and ALIGN are asked for.
        pub social: u32,
        /// 1 when the tally FLOCK is asked for.
        pub flock: u32,
        /// Distance beyond which nobody adds to its flocking energy, BL.
        pub flock_reach: f32,
        /// Weights of alignment (over 3), avoidance (over 3) and cohesion (over 2) in it.
        pub flock_weights: [f32; 3],
        /// 1 over the ranges of alignment, avoidance and cohesion, 1/BL.
        pub flock_inverse: [f32; 3],
        /// Cosine of the widest angle from ahead at which cohesion counts others.
        pub flock_view: f32,
        /// Fixed-point steps of sums of it over neighbours: the largest power of two whose sum over all slots fits in 31
        /// bits and that `fixed_small` can take.
        pub flock_scale: f32,
        /// Farthest centre of a body that it can touch, BL.
        pub contact: f32,
        /// Farthest prey that it can bite, BL; 0 when it bites nobody.
        pub bite: f32,
        /// Farthest biter that can bite it, BL; 0 when nobody does.
        pub bitten: f32,
        /// Weights of the boids rule: separation, alignment, cohesion, wander. Of the rules of Vicsek and Couzin: the noise, rad; of
        /// the former then the height of the cap of a sphere that it covers. Of a particle: propulsion and friction. Of a plastic controller: the largest weight at a
        /// random birth, and at any time. Of attention: what a product of query and key is multiplied by.
        pub rule: [f32; 4],
    }
}

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

twin_struct! {
    /// One dense layer, or one gate of the minimal gated unit. In the genome: biases where it has them, then a row of `outputs` weights for
    /// each input. A plastic layer has no biases, and instead of weights η for each of them, then A, B, C, D and, where they are
    /// inborn, themselves; in the memory it has a row of `outputs` weights for each input.
    pub struct LayerParams {
        /// Inputs.
        pub inputs: u32,
        /// Outputs.
        pub outputs: u32,
        /// Biases: as many as outputs, or none, which is as if they were 0.
        pub biases: u32,
        /// First number in the genome.
        pub start: u32,
        /// ACT_ constant.
        pub activation: u32,
        /// First word in a row of WEIGHTS_I8: a word for each bias, then the weights, and the next layer in a word of its own.
        pub word: u32,
        /// What one step of a weight is worth under WEIGHTS_I8.
        pub step: f32,
    }
}

twin_struct! {
    /// A field grazed.
    pub struct GrazeParams {
        /// Field.
        pub field: u32,
        /// Amount a tick from a full cell, in steps of 1 / FIELD_SCALE; small enough that the sum over all slots fits 31 bits.
        pub rate: f32,
        /// 1 over the field's capacity.
        pub inverse: f32,
        /// Energy for one unit.
        pub energy: f32,
    }
}

twin_struct! {
    /// A species bitten.
    pub struct PreyParams {
        /// Species.
        pub species: u32,
        /// BL.
        pub reach: f32,
        /// Energy taken.
        pub damage: i32,
        /// Share gained.
        pub gain: f32,
        /// Cosine of the widest angle from ahead at which it is seen.
        pub view: f32,
        /// Distance up to which others are seen, BL.
        pub sight: f32,
        /// Distance around it within which others confuse, BL; 0 for none.
        pub confusion: f32,
        /// Most that may live for them to be left alone.
        pub spared: u32,
    }
}

twin_struct! {
    /// A field deposited into.
    pub struct DepositParams {
        /// Field.
        pub field: u32,
        /// Amount a tick at full strength, in steps of 1 / FIELD_SCALE; small enough that the sum over all slots fits 31 bits.
        pub rate: f32,
    }
}

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
