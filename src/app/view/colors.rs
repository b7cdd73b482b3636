//! Colours: what they can show of an agent, and the ramps that `shaders/draw_school.wgsl` takes them from.

use crate::app::strings::view as text;
use crate::scene::SceneSpec;

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
        (ColorMode::Species, text::SPECIES, text::SPECIES_TIP),
        (ColorMode::Lineage, text::LINEAGE, text::LINEAGE_TIP),
        (ColorMode::Signal, text::SIGNAL, text::SIGNAL_TIP),
        (ColorMode::Energy, text::ENERGY, text::ENERGY_TIP),
        (ColorMode::Speed, text::SPEED, text::SPEED_TIP),
        (ColorMode::Dialect, text::DIALECT, text::DIALECT_TIP),
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

/// sRGB colours that people tell apart whatever they see of red and green (Okabe & Ito 2008). Black, which the water would
/// swallow, is grey here and comes last; blue, the darkest left, comes before it.
pub const OKABE_ITO: [[f32; 3]; 8] = [
    [0.34, 0.71, 0.91],
    [0.90, 0.62, 0.00],
    [0.00, 0.62, 0.45],
    [0.94, 0.89, 0.26],
    [0.80, 0.47, 0.65],
    [0.84, 0.37, 0.00],
    [0.00, 0.45, 0.70],
    [0.60, 0.60, 0.60],
];

/// Depths in which a colour of the palette is shown where there are more lines than colours: as it is, dark, light.
pub const DEPTHS: usize = 3;

/// sRGB colour of the line of a founder, as everyone tells it apart from those of the founders next to it; twin of `apart` in
/// `shaders/draw_school.wgsl`. Grey, the last of the palette, is left to what is not known.
pub fn apart(founder: u32) -> [f32; 3] {
    let colors = OKABE_ITO.len() - 1;
    let color = OKABE_ITO[founder as usize % colors];
    match founder as usize / colors % DEPTHS {
        0 => color,
        1 => color.map(|c| 0.6 * c),
        _ => color.map(|c| 0.35 + 0.65 * c),
    }
}

/// Which colours stand for those of a scene's species and fields: their own, or those of the palette above, species first, each in
/// the order of the scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scheme(Vec<[f32; 3]>);

impl Scheme {
    /// The scheme of a scene; what has one colour keeps one colour.
    pub fn of(scene: &SceneSpec, safe: bool) -> Scheme {
        let mut own: Vec<[f32; 3]> = Vec::new();
        let colors = scene.species.iter().map(|s| s.color).chain(scene.fields.iter().map(|f| f.color));
        for color in colors.filter(|_| safe) {
            if !own.contains(&color) {
                own.push(color);
            }
        }
        Scheme(own)
    }

    /// Whether it is the palette that everyone tells apart.
    pub fn is_safe(&self) -> bool {
        !self.0.is_empty()
    }

    /// The colour shown for one of a scene.
    pub fn shown(&self, color: [f32; 3]) -> [f32; 3] {
        let place = self.0.iter().position(|own| *own == color);
        place.map_or(color, |place| OKABE_ITO[place % OKABE_ITO.len()])
    }
}

/// A colour of the ramp from blue to yellow at 0 to 1, sRGB; twin of `heat` in `shaders/draw_school.wgsl`.
pub fn heat(at: f32) -> [f32; 3] {
    let place = if at > 0.0 { at.min(1.0) } else { 0.0 } * (HEAT.len() - 1) as f32;
    let stop = (place as usize).min(HEAT.len() - 2);
    let [from, to] = [HEAT[stop], HEAT[stop + 1]];
    [0, 1, 2].map(|i| from[i] + (to[i] - from[i]) * (place - stop as f32))
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
    let ramps = [("HEAT", &HEAT[..]), ("LOUD", &LOUD), ("DIALECTS", &DIALECTS), ("OKABE_ITO", &OKABE_ITO)];
    let ramps: String = ramps.into_iter().map(|(name, list)| stops(name, list)).collect();
    ramps + &words + &modes.map(mode).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ramp_goes_from_its_first_stop_to_its_last() {
        assert_eq!((heat(0.0), heat(1.0), heat(0.25)), (HEAT[0], HEAT[4], HEAT[1]));
        assert_eq!((heat(f32::NAN), heat(9.0)), (HEAT[0], HEAT[4]));
    }

    /// What is left of linear light to eyes without the cones for red, or for green (Viénot, Brettel & Mollon 1999).
    const WITHOUT: [[[f32; 3]; 3]; 2] = [
        [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
        [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
    ];

    fn seen(color: [f32; 3], eyes: &[[f32; 3]; 3]) -> [f32; 3] {
        let light = linear3(color);
        eyes.map(|row| row.iter().zip(light).map(|(weight, light)| weight * light).sum())
    }

    #[test]
    fn ramps_grow_brighter_to_every_eye() {
        for eyes in &WITHOUT {
            for ramp in [&HEAT[..], &LOUD] {
                let bright = |c: [f32; 3]| 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
                let bright: Vec<f32> = ramp.iter().map(|stop| bright(seen(*stop, eyes))).collect();
                assert!(bright.windows(2).all(|pair| pair[1] > 1.2 * pair[0]), "{bright:?}");
            }
        }
    }

    #[test]
    fn neighbouring_lines_are_told_apart_by_every_eye() {
        // Roots of light are about as far apart as they look.
        let look = |founder, eyes| seen(apart(founder), eyes).map(|light| light.max(0.0).cbrt());
        let lines = ((OKABE_ITO.len() - 1) * DEPTHS) as u32;
        for eyes in &WITHOUT {
            for one in 0..lines {
                for other in (one + 1)..lines.min(one + 4) {
                    let (a, b) = (look(one, eyes), look(other, eyes));
                    let far = crate::math::length(crate::math::sub(a, b));
                    assert!(far > 0.08, "{one} and {other}: {far}");
                }
            }
        }
        assert_eq!(apart(0), apart(lines));
    }

    #[test]
    fn a_scheme_reaches_fields_after_species() {
        let scene = crate::scene::load("grazers").unwrap().spec;
        let (safe, own) = (Scheme::of(&scene, true), Scheme::of(&scene, false));
        let mut all: Vec<[f32; 3]> = scene.species.iter().map(|s| safe.shown(s.color)).collect();
        all.extend(scene.fields.iter().map(|f| safe.shown(f.color)));
        assert!(all.len() > scene.species.len() && all == OKABE_ITO[..all.len()], "{all:?}");
        assert_eq!(own.shown(scene.fields[0].color), scene.fields[0].color);
    }
}
