//! Evolution: who is a parent of whom, and when. It sees genomes, fitness and exact small states, and answers with
//! Edits or whole populations; it knows nothing of backends, files or windows.
//!
//! Every draw is addressed by (stream, tick or generation, id, purpose), so a run depends on nothing but its scene,
//! seed and commands.

pub mod ancestry;
pub mod archive;
pub mod archived;
pub mod ars;
#[cfg(test)]
mod budget;
pub mod cma;
pub mod cma_mae;
pub mod cma_me;
pub mod deal;
pub mod descriptors;
pub mod eigen;
pub mod emitters;
pub mod fitness;
pub mod generational;
pub mod genetic;
pub mod held_out;
pub mod judge;
pub mod map_elites;
pub mod mixing;
pub mod neat;
pub mod noise;
pub mod novelty;
pub mod openai_es;
pub mod optimizer;
pub mod pgpe;
pub mod population;
pub mod ranks;
pub mod round;
pub mod sampled;
pub mod search;
pub mod selection;
pub mod sep_cma;
pub mod snes;
pub mod strategy;
pub mod substitute;
pub mod turnover;
pub mod vectors;
pub mod xnes;

use serde::Serialize;

/// Why saved evolution state was refused.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The bytes are not what this version writes.
    #[error("evolution state cannot be read: {0}")]
    Decode(#[from] postcard::Error),
    /// The state belongs to a scene of other sizes; names what differs.
    #[error("evolution state does not fit the scene: {0}")]
    Mismatch(String),
}

/// Operator of an individual without parents.
pub const FOUNDER: &str = "founder";
/// Operator of an exact copy of one parent.
pub const CLONE: &str = "clone";
/// Operator of a changed copy of one parent.
pub const MUTATION: &str = "mutation";
/// Operator of a child of two parents.
pub const CROSSOVER: &str = "crossover";
/// Operator of a draw from a strategy's distribution.
pub const SAMPLE: &str = "sample";

/// One line of the lineage log: where an individual comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LineageRecord {
    /// World it lives in; `NONE` for a member of a `Generational` population, which lives in many.
    pub world: u32,
    /// Species.
    pub species: u32,
    /// Slot in its world that it took, whose former owner, if any, is thereby known to be gone; `NONE` for a member of a `Generational`
    /// population.
    pub slot: u32,
    /// Its number: unique in its world (live evolution) or in its species' run (`Generational`).
    pub id: u32,
    /// Number of the first parent, or `NONE`.
    pub parent: u32,
    /// Number of the second parent, or `NONE`.
    pub second: u32,
    /// Simulated ticks at its making.
    pub tick: u64,
    /// `founder`, `clone`, `mutation`, `crossover` or `sample`.
    pub operator: &'static str,
}
