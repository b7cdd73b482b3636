//! What a controller says of its genomes, as numbers of the plan: how they are stored, how far random weights spread.
//! Part of `super`.

use crate::layout::*;
use crate::scene::{Controller, Inborn, PlasticSpec, Weights};

/// Words from one genome row of `words` to the next: whole lines of 64 bytes.
pub fn genome_stride(words: u32) -> u32 {
    words.div_ceil(16).saturating_mul(16)
}

/// How a controller's genome is stored: a WEIGHTS_ constant.
pub fn weights(controller: &Controller) -> u32 {
    let weights = match controller {
        Controller::Mlp(c) => c.weights,
        Controller::Gru(c) => c.weights,
        Controller::Linear(c) => c.weights,
        Controller::Attention(c) => c.weights,
        Controller::Graph(_) | Controller::Plastic(_) | Controller::Rule(_) => Weights::F32,
    };
    match weights {
        Weights::F32 => WEIGHTS_F32,
        Weights::F16 => WEIGHTS_F16,
        Weights::I8 => WEIGHTS_I8,
    }
}

/// What a controller says of its random weights; see `scene::MlpSpec::init`. Rules have none.
pub fn init(controller: &Controller) -> f32 {
    match controller {
        Controller::Mlp(c) => c.init,
        Controller::Gru(c) => c.init,
        Controller::Linear(c) => c.init,
        Controller::Attention(c) => c.init,
        Controller::Graph(c) => c.init,
        // Of inborn weights.
        Controller::Plastic(PlasticSpec { inborn: Inborn::Evolved(c), .. }) => c.init,
        Controller::Plastic(_) | Controller::Rule(_) => 0.0,
    }
}

/// Numbers of a genome for one weight: see `SpeciesParams::numbers`.
pub fn numbers(controller: &Controller) -> u32 {
    match controller {
        Controller::Plastic(PlasticSpec { inborn: Inborn::Evolved(_), .. }) => RULE_NUMBERS + 1,
        Controller::Plastic(_) => RULE_NUMBERS,
        _ => 1,
    }
}

/// Whether a controller's layers have biases.
pub fn biased(controller: &Controller) -> bool {
    match controller {
        Controller::Mlp(c) => c.biases,
        Controller::Linear(c) => c.biases,
        Controller::Plastic(_) => false,
        _ => true,
    }
}

/// Deviation of random weights of neurons with `inputs`, at a controller's `init`.
pub fn deviation(init: f32, inputs: u32) -> f32 {
    init / libm::sqrtf(inputs.max(1) as f32)
}

/// What a step of WEIGHTS_I8 is worth: see `scene::Weights::I8`. Neither 0 nor so little that a change in steps would
/// not be finite.
pub fn step(init: f32, inputs: u32) -> f32 {
    let init = if init == 0.0 { 1.0 } else { init.max(0.001) };
    deviation(init, inputs) / 16.0
}
