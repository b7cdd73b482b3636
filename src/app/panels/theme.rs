//! How panels look: spacious, with one accent colour, dark or light. Also the few words and numbers that all panels write alike.

use bevy_egui::egui::{self, Color32, CornerRadius, FontFamily, FontId, Stroke, TextStyle, vec2};

use crate::app::panels::shades::{self, Appearance, Shade, Theme};
pub use crate::app::panels::shades::{swatch, swatch_on_water};
use crate::app::settings::Settings;
use crate::app::view::colors::{Scheme, heat};
use crate::scene::SceneSpec;

/// Behind panels.
pub const PANEL: Shade = Shade::Panel;
/// Behind tab bars and the time bar.
pub const BAR: Shade = Shade::Bar;
/// Wells: text edits, plots.
pub const WELL: Shade = Shade::Well;
/// Ordinary text.
pub const TEXT: Shade = Shade::Text;
/// Less important text.
pub const SOFT: Shade = Shade::Soft;
/// The one accent.
pub const ACCENT: Shade = Shade::Accent;
/// Errors and what needs care.
pub const WARN: Shade = Shade::Warn;
/// Edges.
pub const EDGE: Shade = Shade::Edge;
/// Text straight on the water, which is dark in every theme.
pub const ON_WATER: Color32 = Color32::from_rgb(214, 224, 230);

/// The accent and the warning straight on the water: as on dark panels.
pub const ACCENT_ON_WATER: Color32 = Color32::from_rgb(72, 196, 204);
/// See `ACCENT_ON_WATER`.
pub const WARN_ON_WATER: Color32 = Color32::from_rgb(240, 158, 92);

/// Behind what lies over the water: a little of that shows through, less through a light card, which it would dull.
pub fn card() -> Color32 {
    BAR.gamma_multiply(if shades::is_light() { 0.95 } else { 0.82 })
}

/// Dresses the window as the settings say, and applies the user's scale on top of the display's.
pub fn apply(context: &egui::Context, settings: &Settings, scene: &SceneSpec) {
    if (context.zoom_factor() - settings.scale).abs() > 1e-3 {
        context.set_zoom_factor(settings.scale);
    }
    let dress = Appearance { theme: settings.theme, scheme: Scheme::of(scene, settings.safe_colors) };
    shades::wear(&dress);
    let mark = egui::Id::new("iwashi theme");
    let worn = Some((settings.theme, settings.still));
    if context.data(|d| d.get_temp::<(Theme, bool)>(mark)) != worn {
        context.data_mut(|d| d.insert_temp(mark, (settings.theme, settings.still)));
        context.set_theme(match settings.theme {
            Theme::Dark => egui::ThemePreference::Dark,
            Theme::Light => egui::ThemePreference::Light,
        });
        // The scale is changed by actions of ours.
        context.options_mut(|options| options.zoom_with_keyboard = false);
        context.all_styles_mut(|style| {
            self::style(style);
            style.animation_time = if settings.still { 0.0 } else { egui::Style::default().animation_time };
        });
    }
    // Letters of another size are other letters.
    let size = egui::Id::new("iwashi letters");
    let pixels = context.pixels_per_point();
    if context.data(|d| d.get_temp::<f32>(size)) != Some(pixels) {
        context.data_mut(|d| d.insert_temp(size, pixels));
        warm(context);
    }
}

/// Draws every digit once, unseen, in the places between pixels that it may stand at. A letter is missing from the first
/// frame that shows it, which a slow machine shows for long; numbers change all the time.
fn warm(context: &egui::Context) {
    let signs: String = "0123456789.,-+×–%".chars().flat_map(|sign| std::iter::repeat_n(sign, 9)).collect();
    let styles = context.global_style().text_styles.clone();
    context.fonts_mut(|fonts| {
        for font in styles.into_values() {
            fonts.layout_no_wrap(signs.clone(), font, Color32::WHITE);
        }
    });
}

fn style(style: &mut egui::Style) {
    let proportional = |size: f32| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, proportional(11.5)),
        (TextStyle::Body, proportional(13.5)),
        (TextStyle::Button, proportional(13.5)),
        (TextStyle::Heading, proportional(17.0)),
        (TextStyle::Monospace, FontId::new(12.5, FontFamily::Monospace)),
    ]
    .into();
    let space = &mut style.spacing;
    space.item_spacing = vec2(8.0, 7.0);
    space.button_padding = vec2(9.0, 4.0);
    space.interact_size = vec2(34.0, 22.0);
    space.slider_width = 130.0;
    space.scroll = egui::style::ScrollStyle::solid();
    space.scroll.bar_width = 7.0;
    space.tooltip_width = 340.0;
    let look = &mut style.visuals;
    let light = shades::is_light();
    // A colour on dark panels, and on light ones.
    let either = |dark: [u8; 3], bright: [u8; 3]| {
        let [r, g, b] = if light { bright } else { dark };
        Color32::from_rgb(r, g, b)
    };
    *look = if light { egui::Visuals::light() } else { egui::Visuals::dark() };
    look.panel_fill = PANEL.color();
    look.window_fill = PANEL.color();
    look.window_stroke = Stroke::new(1.0, EDGE);
    look.window_corner_radius = CornerRadius::same(8);
    look.menu_corner_radius = CornerRadius::same(6);
    look.extreme_bg_color = WELL.color();
    look.faint_bg_color = Shade::Faint.color();
    look.hyperlink_color = ACCENT.color();
    look.selection.bg_fill = either([22, 92, 100], [168, 220, 224]);
    look.selection.stroke = Stroke::new(1.0, either([214, 244, 246], [0, 62, 70]));
    look.warn_fg_color = WARN.color();
    look.error_fg_color = WARN.color();
    look.slider_trailing_fill = true;
    let radius = CornerRadius::same(5);
    let strong = either([255, 255, 255], [0, 0, 0]);
    let widgets = &mut look.widgets;
    for (widget, fill, edge, text) in [
        (&mut widgets.noninteractive, PANEL.color(), EDGE.color(), TEXT.color()),
        (
            &mut widgets.inactive,
            either([27, 38, 48], [221, 229, 233]),
            either([38, 52, 64], [196, 207, 213]),
            TEXT.color(),
        ),
        (&mut widgets.hovered, either([36, 52, 64], [208, 219, 225]), either([62, 88, 102], [140, 160, 170]), strong),
        (&mut widgets.active, either([26, 86, 94], [160, 216, 222]), ACCENT.color(), strong),
        (&mut widgets.open, either([30, 44, 55], [212, 222, 228]), EDGE.color(), TEXT.color()),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, edge);
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
}

/// The dock in the colours of the theme.
pub fn dock(style: &egui::Style) -> egui_dock::Style {
    let mut dock = egui_dock::Style::from_egui(style);
    dock.main_surface_border_stroke = Stroke::NONE;
    dock.separator.width = 1.0;
    dock.separator.extra_interact_width = 6.0;
    dock.separator.color_idle = EDGE.color();
    dock.separator.color_hovered = ACCENT.color();
    dock.separator.color_dragged = ACCENT.color();
    dock.tab_bar.bg_fill = BAR.color();
    dock.tab_bar.height = 30.0;
    dock.tab_bar.hline_color = EDGE.color();
    dock.tab_bar.corner_radius = CornerRadius::ZERO;
    dock.tab.tab_body.bg_fill = PANEL.color();
    dock.tab.tab_body.stroke = Stroke::NONE;
    dock.tab.tab_body.corner_radius = CornerRadius::ZERO;
    dock.tab.tab_body.inner_margin = egui::Margin::symmetric(12, 10);
    let tab = &mut dock.tab;
    for (state, fill, text) in [
        (&mut tab.active, PANEL, TEXT),
        (&mut tab.focused, PANEL, ACCENT),
        (&mut tab.inactive, BAR, SOFT),
        (&mut tab.hovered, BAR, TEXT),
        (&mut tab.active_with_kb_focus, PANEL, ACCENT),
        (&mut tab.focused_with_kb_focus, PANEL, ACCENT),
        (&mut tab.inactive_with_kb_focus, BAR, ACCENT),
    ] {
        state.bg_fill = fill.color();
        state.text_color = text.color();
        state.outline_color = Color32::TRANSPARENT;
        state.corner_radius = CornerRadius::ZERO;
    }
    dock
}

/// A colour of the ramp from blue to yellow at 0 to 1, as bright in both themes: each brighter than those before it, so that every eye can
/// put them in order.
pub fn ramp(share: f32) -> Color32 {
    let [r, g, b] = heat(share).map(|c| (255.0 * c) as u8);
    Color32::from_rgb(r, g, b)
}

/// Warm for positive, cool for negative, near the panel for nothing.
pub fn tone(value: f32) -> Color32 {
    let v = if value.is_finite() { value.clamp(-1.0, 1.0) } else { 0.0 };
    let mix = |a: [f32; 3], b: [f32; 3], t: f32| [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * t);
    let light = shades::is_light();
    let zero = if light { [222.0, 229.0, 233.0] } else { [34.0, 46.0, 57.0] };
    let end = match (v >= 0.0, light) {
        (true, false) => [246.0, 178.0, 84.0],
        (false, false) => [76.0, 158.0, 240.0],
        (true, true) => [206.0, 106.0, 0.0],
        (false, true) => [20.0, 92.0, 190.0],
    };
    let [r, g, b] = mix(zero, end, v.abs().sqrt());
    Color32::from_rgb(r as u8, g as u8, b as u8)
}

/// A heading within a panel.
pub fn section(ui: &mut egui::Ui, text: &str) {
    ui.add_space(6.0);
    ui.label(egui::RichText::new(text).color(ACCENT).strong());
}

/// Text that explains why a panel is empty.
pub fn empty(ui: &mut egui::Ui, text: &str) {
    ui.add_space(10.0);
    ui.label(egui::RichText::new(text).color(SOFT));
}

/// A whole number with separators between thousands.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A number in about four significant figures.
pub fn figure(x: f64) -> String {
    match x.abs() {
        _ if !x.is_finite() => "–".into(),
        a if a >= 100_000.0 => format!("{}{}", if x < 0.0 { "-" } else { "" }, grouped(a as u64)),
        a if a >= 100.0 => format!("{x:.0}"),
        a if a >= 10.0 => format!("{x:.1}"),
        a if a >= 0.1 || a == 0.0 => format!("{x:.2}"),
        _ => format!("{x:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(figure(f64::NAN), "–");
        assert_eq!(figure(12.345), "12.3");
        assert_eq!((figure(123_456.0), figure(-123_456.0)), ("123,456".into(), "-123,456".into()));
    }
}
