//! Captions written into the pixels of a film, in the font of the panels.

use bevy_egui::egui::epaint::text::{FontDefinitions, FontId, Fonts, TextOptions};
use bevy_egui::egui::{Color32, ColorImage};

use crate::app::film::clock::Exposure;
use crate::app::panels::theme::grouped;
use crate::record::Picture;
use crate::scene::SceneSpec;

/// What is written into one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// Lower left.
    pub left: String,
    /// Lower right.
    pub right: String,
}

impl Caption {
    /// Scene, tick and time of a frame.
    pub fn of(scene: &SceneSpec, exposure: &Exposure) -> Caption {
        Caption {
            left: scene.name.clone(),
            right: format!("tick {}   {:.1} s", grouped(exposure.before.tick), exposure.seconds),
        }
    }
}

/// Sets type for pictures of one height.
pub struct Typesetter {
    fonts: Fonts,
    atlas: ColorImage,
    size: f32,
}

impl Typesetter {
    /// Type in proportion to the height of the picture, pixels.
    pub fn new(height: u32) -> Typesetter {
        let mut fonts = Fonts::new(TextOptions::default(), FontDefinitions::default());
        let size = (height as f32 / 30.0).clamp(10.0, 80.0).round();
        let atlas = fonts.with_pixels_per_point(1.0).image();
        Typesetter { fonts, atlas, size }
    }

    /// Writes a caption along the lower edge.
    pub fn write(&mut self, picture: &mut Picture, caption: &Caption) {
        let margin = self.size;
        let below = picture.height as f32 - margin - self.size * 1.2;
        self.line(picture, &caption.left, margin, below, false);
        self.line(picture, &caption.right, picture.width as f32 - margin, below, true);
    }

    fn line(&mut self, picture: &mut Picture, text: &str, x: f32, y: f32, to_the_left: bool) {
        let font = FontId::proportional(self.size);
        let galley = self.fonts.with_pixels_per_point(1.0).layout_no_wrap(text.to_owned(), font, Color32::WHITE);
        // New letters have joined the atlas.
        if self.fonts.font_image_delta().is_some() {
            self.atlas = self.fonts.image();
        }
        let x = if to_the_left { x - galley.size().x } else { x };
        // A dark shadow first keeps the letters legible over bright water.
        let shadow = (self.size / 18.0).max(1.0);
        for (shift, tone, strength) in [(shadow, 0.0, 0.65), (0.0, 235.0, 0.92)] {
            for row in &galley.rows {
                for glyph in &row.row.glyphs {
                    let uv = glyph.uv_rect;
                    let left = (x + row.pos.x + glyph.pos.x + uv.offset.x + shift).round() as i64;
                    let top = (y + row.pos.y + glyph.pos.y + uv.offset.y + shift).round() as i64;
                    for v in uv.min[1]..uv.max[1] {
                        for u in uv.min[0]..uv.max[0] {
                            let share = f32::from(self.atlas[(u as usize, v as usize)].a()) / 255.0 * strength;
                            let (px, py) = (left + i64::from(u - uv.min[0]), top + i64::from(v - uv.min[1]));
                            blend(picture, px, py, tone, share);
                        }
                    }
                }
            }
        }
    }
}

fn blend(picture: &mut Picture, x: i64, y: i64, tone: f32, share: f32) {
    let inside = (0..i64::from(picture.width)).contains(&x) && (0..i64::from(picture.height)).contains(&y);
    if !inside || share <= 0.0 {
        return;
    }
    let at = (y as usize * picture.width as usize + x as usize) * 4;
    for channel in &mut picture.rgba[at..at + 3] {
        *channel = (f32::from(*channel) * (1.0 - share) + tone * share).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_mark_the_lower_edge_and_stay_inside() {
        let mut picture = Picture { width: 320, height: 180, rgba: vec![60; 320 * 180 * 4] };
        let caption =
            Caption { left: "Boids".into(), right: "tick 12,345   617.2 s and much more than fits in here".into() };
        Typesetter::new(180).write(&mut picture, &caption);
        let row = |y: usize| picture.rgba[y * 320 * 4..(y + 1) * 320 * 4].iter().any(|&v| v > 150);
        assert!((150..175).any(row), "no letters near the lower edge");
        assert!(!(0..120).any(row));
    }
}
