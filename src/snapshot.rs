//! State copied out for viewing. Cosmetic: nothing in it ever changes a result. Knows nothing of who draws it.

use std::sync::Arc;

use crate::layout::Agent;
use crate::rng::Stream;

/// One world as a viewer sees it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Tick shown.
    pub tick: u64,
    /// World shown.
    pub world: u32,
    /// Key of its draws, from which follows where obstacles are.
    pub stream: Stream,
    /// All slots of the world, in slot order (species after species); dead ones have `alive == 0`.
    pub agents: Vec<Agent>,
    /// Signals of the last tick: `[sig]`, species after species, slot after slot, channel after channel.
    pub signals: Vec<f32>,
    /// All field cells of the world, field after field, x fastest; shared because fields are large and often unchanged.
    pub fields: Arc<Vec<f32>>,
}

impl Snapshot {
    /// Agents alive.
    pub fn living(&self) -> usize {
        self.agents.iter().filter(|agent| agent.alive == 1).count()
    }
}

/// What the agents of a species of one world last sensed, and what they did about it, by their place among its slots. Of places
/// where nobody was when the last tick began, it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minds {
    /// `[slots][observation]`.
    pub observations: Vec<f32>,
    /// `[slots][action]`.
    pub actions: Vec<f32>,
}

/// One agent opened up, for the agent panel.
#[derive(Clone, Debug, Default)]
pub struct AgentDetail {
    /// Species index and slot.
    pub species: u32,
    /// Slot in its world.
    pub slot: u32,
    /// Small state.
    pub agent: Option<Agent>,
    /// Last observation.
    pub observation: Vec<f32>,
    /// Memory.
    pub memory: Vec<f32>,
    /// Last action.
    pub action: Vec<f32>,
    /// Emitted signal.
    pub signal: Vec<f32>,
    /// Genome row, without padding.
    pub genome: Vec<f32>,
}
