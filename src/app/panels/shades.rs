//! The colours of the window: a dark and a light theme, and colours of species and curves that everyone tells apart. Knows nothing of
//! what is painted with them.

use std::cell::RefCell;

use bevy_egui::egui::Color32;
use serde::{Deserialize, Serialize};

use crate::app::strings::looks as text;
use crate::app::view::colors::{Scheme, linear};

/// Whether panels are dark or light. The water is dark in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// Light text on dark panels.
    #[default]
    Dark,
    /// Dark text on light panels.
    Light,
}

impl Theme {
    /// All, with their names and what they are.
    pub const ALL: [(Theme, &'static str, &'static str); 2] =
        [(Theme::Dark, text::DARK, text::DARK_TIP), (Theme::Light, text::LIGHT, text::LIGHT_TIP)];
}

/// What the window is dressed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appearance {
    /// Dark or light.
    pub theme: Theme,
    /// Colours of species and curves.
    pub scheme: Scheme,
}

thread_local! {
    /// The dress of what this thread lays out: a window is laid out by one thread, from its first control to its last.
    static APPEARANCE: RefCell<Appearance> = RefCell::default();
}

/// Puts a dress on all that this thread lays out from now on.
pub fn wear(dress: &Appearance) {
    APPEARANCE.with_borrow_mut(|worn| worn.clone_from(dress));
}

/// Whether panels are light.
pub fn is_light() -> bool {
    APPEARANCE.with_borrow(|worn| worn.theme == Theme::Light)
}

/// What lies over the water, on dark panels.
pub const DARK_BAR: [u8; 3] = [10, 15, 21];

/// A colour by what it is for; which one it is depends on the theme, and for curves on whether all are to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Behind panels.
    Panel,
    /// Behind tab bars, the time bar and what lies over the water.
    Bar,
    /// Wells: text edits, plots.
    Well,
    /// Stripes and cards.
    Faint,
    /// Ordinary text.
    Text,
    /// Less important text.
    Soft,
    /// The one accent.
    Accent,
    /// Errors and what needs care.
    Warn,
    /// Edges.
    Edge,
    /// What is best, as a curve.
    Best,
    /// Births and whole lives, as a curve.
    Life,
    /// Deaths, as a curve.
    Death,
}

impl Shade {
    /// The colour of the theme that is worn.
    pub fn color(self) -> Color32 {
        let (light, safe) = APPEARANCE.with_borrow(|worn| (worn.theme == Theme::Light, worn.scheme.is_safe()));
        let (dark, bright) = match self {
            Shade::Panel => ([14, 21, 28], [246, 248, 249]),
            Shade::Bar => (DARK_BAR, [229, 235, 238]),
            Shade::Well => ([8, 12, 17], [255, 255, 255]),
            Shade::Faint => ([18, 27, 35], [236, 241, 243]),
            Shade::Text => ([214, 224, 230], [26, 36, 44]),
            Shade::Soft => ([146, 163, 174], [82, 98, 110]),
            Shade::Accent => ([72, 196, 204], [0, 112, 124]),
            Shade::Warn => ([240, 158, 92], [164, 70, 4]),
            Shade::Edge => ([34, 46, 57], [198, 208, 214]),
            Shade::Best => ([232, 238, 242], [30, 38, 44]),
            // Bluish green and vermilion of Okabe and Ito, which nobody takes for each other.
            Shade::Life if safe => ([0, 178, 130], [0, 138, 100]),
            Shade::Death if safe => ([226, 106, 20], [196, 84, 0]),
            Shade::Life => ([150, 214, 120], [62, 140, 40]),
            Shade::Death => ([226, 112, 104], [190, 50, 44]),
        };
        let [r, g, b] = if light { bright } else { dark };
        Color32::from_rgb(r, g, b)
    }

    /// The colour, weakened.
    pub fn gamma_multiply(self, by: f32) -> Color32 {
        self.color().gamma_multiply(by)
    }
}

impl From<Shade> for Color32 {
    fn from(shade: Shade) -> Color32 {
        shade.color()
    }
}

/// A scene's colour in panels: that of the scheme, on light panels as dark as can be read on them.
pub fn swatch(color: [f32; 3]) -> Color32 {
    let (shown, light) = APPEARANCE.with_borrow(|worn| (worn.scheme.shown(color), worn.theme == Theme::Light));
    let byte = |c: f32| (c.clamp(0.0, 1.0) * 255.0) as u8;
    let dimmed = if light { dimmed(shown) } else { shown };
    let [r, g, b] = dimmed.map(byte);
    Color32::from_rgb(r, g, b)
}

/// A scene's colour straight on the water, which is dark in every theme: that of the scheme.
pub fn swatch_on_water(color: [f32; 3]) -> Color32 {
    let shown = APPEARANCE.with_borrow(|worn| worn.scheme.shown(color));
    let [r, g, b] = shown.map(|c| (c.clamp(0.0, 1.0) * 255.0) as u8);
    Color32::from_rgb(r, g, b)
}

/// Relative luminance (WCAG 2.1) that a colour may have on white for a contrast of 3 to 1, as curves and large text need it.
const MOST_LUMINANCE: f32 = 1.05 / 3.0 - 0.05;

/// A colour no brighter than can be seen on white.
fn dimmed(color: [f32; 3]) -> [f32; 3] {
    let luminance = |c: [f32; 3]| 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
    let mut color = color.map(|c| if c.is_finite() { c.clamp(0.0, 1.0) } else { 0.0 });
    while luminance(color) > MOST_LUMINANCE {
        color = color.map(|c| 0.95 * c);
    }
    color
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::panels::theme;
    use crate::app::view::colors::OKABE_ITO;

    fn luminance(color: Color32) -> f32 {
        let [r, g, b, _] = color.to_array().map(|c| linear(f32::from(c) / 255.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// What the water is drawn in where one looks straight ahead, `middle` of `shaders/draw_common.wgsl`.
    const WATER: Color32 = Color32::from_rgb(22, 58, 74);

    /// Contrast of WCAG 2.1.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_both_themes() {
        for theme in [Theme::Dark, Theme::Light] {
            wear(&Appearance { theme, ..Appearance::default() });
            for on_water in [theme::ON_WATER, theme::ACCENT_ON_WATER, theme::WARN_ON_WATER] {
                // Dark in every theme.
                assert!(contrast(on_water, WATER) >= 4.5, "{on_water:?}");
            }
            for behind in [Shade::Panel, Shade::Bar, Shade::Well, Shade::Faint] {
                for text in [Shade::Text, Shade::Soft, Shade::Accent, Shade::Warn] {
                    let contrast = contrast(text.color(), behind.color());
                    // What WCAG 2.1 asks of ordinary text (AA).
                    assert!(contrast >= 4.5, "{theme:?}: {text:?} on {behind:?}: {contrast}");
                }
            }
        }
    }

    #[test]
    fn colours_of_species_can_be_seen_on_light_panels() {
        wear(&Appearance { theme: Theme::Light, ..Appearance::default() });
        for color in OKABE_ITO.into_iter().chain([[1.0, 1.0, 0.6], [f32::NAN, 1.0, 1.0]]) {
            let contrast = contrast(swatch(color), Color32::WHITE);
            assert!(contrast >= 2.9, "{color:?}: {contrast}");
        }
        wear(&Appearance::default());
        assert_eq!(swatch([1.0, 1.0, 0.0]), Color32::from_rgb(255, 255, 0));
    }

    #[test]
    fn a_scheme_gives_species_their_places_in_the_palette() {
        let scene = crate::scene::load("rivals").unwrap().spec;
        let scheme = Scheme::of(&scene, true);
        wear(&Appearance { theme: Theme::Dark, scheme: scheme.clone() });
        let colors: Vec<Color32> = scene.species.iter().map(|spec| swatch(spec.color)).collect();
        let byte = |c: f32| (c * 255.0) as u8;
        let palette = OKABE_ITO.map(|[r, g, b]| Color32::from_rgb(byte(r), byte(g), byte(b)));
        assert!(colors.len() > 1 && colors == palette[..colors.len()]);
        // What is no species' colour stays.
        assert_eq!(scheme.shown([0.123, 0.4, 0.5]), [0.123, 0.4, 0.5]);
        wear(&Appearance::default());
    }
}
