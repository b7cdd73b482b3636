//! Colours: what they can show of an agent, and the ramps that `shaders/draw_school.wgsl` takes them from.

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

/// sRGB stops of a ramp that reads well on dark water: blue, teal, green, yellow.
const HEAT: [[f32; 3]; 5] =
    [[0.16, 0.24, 0.62], [0.12, 0.48, 0.74], [0.14, 0.70, 0.58], [0.62, 0.82, 0.30], [1.00, 0.86, 0.26]];
/// The same for the strength of signals: dark to bright.
const LOUD: [[f32; 3]; 4] = [[0.17, 0.22, 0.28], [0.16, 0.46, 0.60], [0.30, 0.85, 0.88], [0.98, 1.00, 0.90]];

/// Ramps and modes as WGSL.
pub fn wgsl() -> String {
    let stops = |name: &str, stops: &[[f32; 3]]| {
        let list: Vec<String> =
            stops.iter().map(|[r, g, b]| format!("array<f32, 3>({r:?}f, {g:?}f, {b:?}f)")).collect();
        format!("const {name} = array<array<f32, 3>, {}>({});\n", stops.len(), list.join(", "))
    };
    let mode = |(mode, name): (ColorMode, &str)| format!("const COLOR_{name}: u32 = {}u;\n", mode as u32);
    let modes = [
        (ColorMode::Lineage, "LINEAGE"),
        (ColorMode::Signal, "SIGNAL"),
        (ColorMode::Energy, "ENERGY"),
        (ColorMode::Speed, "SPEED"),
    ];
    stops("HEAT", &HEAT) + &stops("LOUD", &LOUD) + &modes.map(mode).concat()
}
