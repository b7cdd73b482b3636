//! What passes between evolution and a backend: edits going in, the census coming out. Plain data, so that the two stay
//! strangers to each other.

use crate::layout::{Agent, COUNTERS, HearMask, TALLIES};

/// A child asked for by evolution, bred in place. The parents' genome rows must not be changed by another birth of the
/// batch, so that the order of births does not matter; births of one row carry the same parents and key. A birth whose
/// parent stands in its own row, without mutation, leaves the row as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Birth {
    /// World.
    pub world: u32,
    /// Slot of the child; it must be free (`alive == 0`).
    pub slot: u32,
    /// Slot of the first parent.
    pub parent: u32,
    /// Slot of the second parent, or NONE.
    pub second: u32,
    /// Chance that a number of the child changes.
    pub mutation_rate: f32,
    /// Deviation of a change.
    pub mutation_size: f32,
    /// Key of the child's draws.
    pub key: [u32; 2],
    /// Small state of the child (position, heading, energy, id ...), made by the caller.
    pub child: Agent,
}

/// Changes that evolution and commands ask for, applied between two ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// (world, slot) of agents whose life ends now.
    pub deaths: Vec<(u32, u32)>,
    /// Agents whose life goes on with age and tallies set back: elites of live evolution.
    pub renewals: Vec<(u32, u32)>,
    /// Children.
    pub births: Vec<Birth>,
    /// (species, world, row, genome) to write.
    pub genomes: Vec<(u32, u32, u32, Vec<f32>)>,
    /// Patches dropped into a field of every world: (field, centre, radius, amount).
    pub patches: Vec<(u32, [f32; 3], f32, f32)>,
    /// Signal masks: (world, species, mask).
    pub hearing: Vec<(u32, u32, HearMask)>,
}

/// The exact part of the state that evolution and measures read at fixed ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Census {
    /// `[worlds][slots]`.
    pub agents: Vec<Agent>,
    /// `[worlds][slots][TALLIES]`.
    pub tallies: Vec<[i32; TALLIES as usize]>,
    /// `[worlds][species]`.
    pub counters: Vec<[u32; COUNTERS as usize]>,
    /// Next free id: `[worlds]`.
    pub next_id: Vec<u32>,
    /// Signals of the last tick: `[worlds][sig]`.
    pub signals: Vec<f32>,
}
