//! Colours: how agents and fields are tinted in each mode. Colours are linear unless named otherwise.

use crate::layout::{Agent, ENERGY_SCALE, SpeciesParams};

/// What the colour of a body shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ColorMode {
    /// The species' colour.
    #[default]
    Species,
    /// A colour for each founder.
    Lineage,
    /// How strongly it signals.
    Signal,
    /// Its energy over its capacity.
    Energy,
    /// Its speed over its top speed.
    Speed,
}

impl ColorMode {
    /// All modes with their label and what they show.
    pub const ALL: [(ColorMode, &'static str, &'static str); 5] = [
        (ColorMode::Species, "Species", "Each species in its own colour"),
        (ColorMode::Lineage, "Lineage", "A colour for each founder: lines that win spread their colour"),
        (ColorMode::Signal, "Signal", "From dark to bright with the strength of the signal emitted"),
        (ColorMode::Energy, "Energy", "From blue (hungry) to yellow (full)"),
        (ColorMode::Speed, "Speed", "From blue (still) to yellow (top speed)"),
    ];
}

/// One sRGB component to linear light.
pub fn linear(c: f32) -> f32 {
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

/// A scene's colour (sRGB, 0 to 1) in linear light.
pub fn linear3(c: [f32; 3]) -> [f32; 3] {
    c.map(|v| linear(v.clamp(0.0, 1.0)))
}

/// A linear component to an sRGB byte.
pub fn to_byte(c: f32) -> u8 {
    let c = c.clamp(0.0, 1.0);
    let s = if c <= 0.0031308 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    (s * 255.0 + 0.5) as u8
}

/// Colour of an agent.
pub fn of_agent(mode: ColorMode, agent: &Agent, signal: f32, species: [f32; 3], p: &SpeciesParams) -> [f32; 3] {
    // No two fish of a school are quite alike.
    let shade = 0.90 + 0.20 * unit(agent.id);
    let color = match mode {
        ColorMode::Species => species,
        ColorMode::Lineage => hue(unit(agent.founder.wrapping_mul(2_654_435_769) ^ 0x51ed)),
        ColorMode::Signal => ramp(&SIGNAL, signal),
        ColorMode::Energy => {
            ramp(&HEAT, agent.energy as f32 / ENERGY_SCALE / (p.energy_cap as f32 / ENERGY_SCALE).max(1e-6))
        }
        ColorMode::Speed => ramp(&HEAT, crate::math::length(agent.vel) / p.top_speed.max(1e-6)),
    };
    color.map(|c| c * shade)
}

/// sRGB stops of a ramp that reads well on dark water: blue, teal, green, yellow.
pub const HEAT: [[f32; 3]; 5] =
    [[0.16, 0.24, 0.62], [0.12, 0.48, 0.74], [0.14, 0.70, 0.58], [0.62, 0.82, 0.30], [1.00, 0.86, 0.26]];
const SIGNAL: [[f32; 3]; 4] = [[0.17, 0.22, 0.28], [0.16, 0.46, 0.60], [0.30, 0.85, 0.88], [0.98, 1.00, 0.90]];

/// A colour of a ramp at 0 to 1.
pub fn ramp(stops: &[[f32; 3]], at: f32) -> [f32; 3] {
    let at = if at.is_finite() { at.clamp(0.0, 1.0) } else { 0.0 } * (stops.len() - 1) as f32;
    let i = (at as usize).min(stops.len() - 2);
    let t = at - i as f32;
    linear3([0, 1, 2].map(|k| stops[i][k] * (1.0 - t) + stops[i + 1][k] * t))
}

/// A clear colour for a number between 0 and 1 around the colour circle.
pub fn hue(turn: f32) -> [f32; 3] {
    let channel = |shift: f32| {
        let t = ((turn + shift).fract() * 6.0 - 3.0).abs() - 1.0;
        0.22 + 0.76 * t.clamp(0.0, 1.0)
    };
    linear3([channel(0.0), channel(2.0 / 3.0), channel(1.0 / 3.0)])
}

/// An even number in 0..1 from an integer.
pub fn unit(n: u32) -> f32 {
    let mut v = n.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    v = ((v >> ((v >> 28) + 4)) ^ v).wrapping_mul(277_803_737);
    ((v >> 22) ^ v) as f32 / u32::MAX as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_hit_their_ends_and_survive_nan() {
        assert_eq!(ramp(&HEAT, 0.0), linear3(HEAT[0]));
        assert_eq!(ramp(&HEAT, 9.0), linear3(HEAT[4]));
        assert_eq!(ramp(&HEAT, f32::NAN), linear3(HEAT[0]));
    }

    #[test]
    fn bytes_undo_linear_light() {
        for byte in 0..=255u8 {
            assert_eq!(to_byte(linear(byte as f32 / 255.0)), byte);
        }
    }
}
