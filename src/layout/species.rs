//! Numbers of a species that both backends read: its own, those of the layers that it thinks with, and those of what it eats and
//! leaves behind. Knows nothing of what a scene says of it.

use bytemuck::{Pod, Zeroable};

use super::constants::*;

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

impl SpeciesParams {
    /// Whether it acts by a hand-written rule.
    pub fn by_rule(&self) -> bool {
        matches!(self.think, THINK_BOIDS | THINK_VICSEK | THINK_COUZIN | THINK_PARTICLE)
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
