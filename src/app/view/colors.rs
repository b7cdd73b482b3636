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
    /// The way in which it would signal.
    Dialect,
}

impl ColorMode {
    /// All modes with their label and what they show.
    pub const ALL: [(ColorMode, &'static str, &'static str); 6] = [
        (ColorMode::Species, "Species", "Each species in its own colour"),
        (ColorMode::Lineage, "Lineage", "A colour for each founder: lines that win spread their colour"),
        (ColorMode::Signal, "Signal", "From dark to bright with the strength of the signal emitted"),
        (ColorMode::Energy, "Energy", "From blue (hungry) to yellow (full)"),
        (ColorMode::Speed, "Speed", "From blue (still) to yellow (top speed)"),
        (
            ColorMode::Dialect,
            "Dialect",
            "Who would signal alike in the same situations; grey where that is not known yet",
        ),
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

/// sRGB colours of dialects, as everyone tells them apart on dark water (after Okabe & Ito 2008).
pub const DIALECTS: [[f32; 3]; 6] = [
    [0.34, 0.71, 0.91],
    [0.90, 0.62, 0.00],
    [0.00, 0.72, 0.52],
    [0.94, 0.89, 0.26],
    [0.86, 0.55, 0.72],
    [0.92, 0.42, 0.20],
];

/// The colour of a share of a range, 0 to 1, from blue to yellow: the ramp of bodies.
pub fn heat(share: f32) -> [f32; 3] {
    let last = HEAT.len() - 1;
    let at = if share.is_finite() { share.clamp(0.0, 1.0) * last as f32 } else { 0.0 };
    let (first, part) = ((at as usize).min(last - 1), at - (at as usize).min(last - 1) as f32);
    [0, 1, 2].map(|i| HEAT[first][i] + (HEAT[first + 1][i] - HEAT[first][i]) * part)
}

/// Slots whose dialects can be shown: a uniform buffer has room for no more on every device.
pub const SPOKEN: usize = 4096;

/// An agent's dialect as a word: whose it is, so that a child in the same slot is not taken for it.
pub fn spoken(id: u32, dialect: usize) -> u32 {
    id.wrapping_add(1) << 3 | (dialect as u32 % DIALECTS.len() as u32)
}

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
        (ColorMode::Dialect, "DIALECT"),
    ];
    let words = format!("const SPOKEN_WORDS: u32 = {}u;\n", SPOKEN / 4);
    let ramps = [stops("HEAT", &HEAT), stops("LOUD", &LOUD), stops("DIALECTS", &DIALECTS)].concat();
    ramps + &words + &modes.map(mode).concat()
}
