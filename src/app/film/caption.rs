//! Captions written into the pixels of a film, in the font of the panels.

use bevy_egui::egui::epaint::text::{FontDefinitions, FontId, Fonts, TextOptions};
use bevy_egui::egui::{Color32, ColorImage};

use crate::app::film::clock::Exposure;
use crate::app::film::inset::Inset;
use crate::app::panels::theme::grouped;
use crate::app::strings::film as text;
use crate::record::{FilmRequest, Picture};
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
        Caption { left: scene.name.clone(), right: text::caption(&grouped(exposure.before.tick), exposure.seconds) }
    }
}

/// All that is written over one frame.
#[derive(Clone, Debug, Default)]
pub struct Inscription {
    /// Along the lower edge.
    pub caption: Option<Caption>,
    /// Titles, each with how much of it is seen, 0 to 1.
    pub titles: Vec<(String, f32)>,
    /// A plot in the upper right corner.
    pub inset: Option<Inset>,
}

impl Inscription {
    /// What a film asks for over a frame; `inset` has seen the frame.
    pub fn of(request: &FilmRequest, scene: &SceneSpec, exposure: &Exposure, inset: Option<&Inset>) -> Inscription {
        let seconds = exposure.frame as f32 / request.fps as f32;
        let titles = request.titles.iter().map(|title| (title.text.clone(), title.strength(seconds)));
        Inscription {
            caption: request.overlay.then(|| Caption::of(scene, exposure)),
            titles: titles.filter(|(_, strength)| *strength > 0.0).collect(),
            inset: inset.cloned(),
        }
    }
}

/// Which end of a line is where it is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// Letters over water.
const LIGHT: [u8; 3] = [235; 3];

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

    /// Writes all that belongs to a frame.
    pub fn write(&mut self, picture: &mut Picture, inscription: &Inscription) {
        let size = self.size;
        if let Some(inset) = &inscription.inset {
            inset.draw(picture, self);
        }
        let (width, height) = (picture.width as f32, picture.height as f32);
        // Below the plot, where there is one.
        let mut above = if inscription.inset.is_some() { 0.26 } else { 0.16 } * height;
        for (title, strength) in &inscription.titles {
            // As large as fits beside the margins.
            let wanted = 2.1 * size;
            let large = (wanted * (0.9 * width / self.width(title, wanted).max(1.0)).min(1.0)).max(1.0);
            self.text(picture, title, (0.5 * width, above), Align::Middle, large, LIGHT, 0.95 * strength);
            above += 1.4 * large;
        }
        if let Some(caption) = &inscription.caption {
            let below = height - size - size * 1.2;
            self.text(picture, &caption.left, (size, below), Align::Left, size, LIGHT, 0.92);
            self.text(picture, &caption.right, (width - size, below), Align::Right, size, LIGHT, 0.92);
        }
    }

    fn width(&mut self, text: &str, size: f32) -> f32 {
        let font = FontId::proportional(size);
        self.fonts.with_pixels_per_point(1.0).layout_no_wrap(text.to_owned(), font, Color32::WHITE).size().x
    }

    /// Writes a line whose upper edge and whose left end, middle or right end are at a place, pixels; tells how wide it is.
    #[allow(clippy::too_many_arguments, reason = "each says how the one line looks")]
    pub fn text(
        &mut self,
        picture: &mut Picture,
        text: &str,
        (x, y): (f32, f32),
        align: Align,
        size: f32,
        color: [u8; 3],
        strength: f32,
    ) -> f32 {
        let font = FontId::proportional(size);
        let galley = self.fonts.with_pixels_per_point(1.0).layout_no_wrap(text.to_owned(), font, Color32::WHITE);
        // New letters have joined the atlas.
        if self.fonts.font_image_delta().is_some() {
            self.atlas = self.fonts.image();
        }
        let wide = galley.size().x;
        let x = match align {
            Align::Left => x,
            Align::Middle => x - 0.5 * wide,
            Align::Right => x - wide,
        };
        // A dark shadow first keeps the letters legible over bright water.
        let shadow = (size / 18.0).max(1.0);
        for (shift, tone, share_of) in [(shadow, [0; 3], 0.7 * strength), (0.0, color, strength)] {
            for row in &galley.rows {
                for glyph in &row.row.glyphs {
                    let uv = glyph.uv_rect;
                    let left = (x + row.pos.x + glyph.pos.x + uv.offset.x + shift).round() as i64;
                    let top = (y + row.pos.y + glyph.pos.y + uv.offset.y + shift).round() as i64;
                    for v in uv.min[1]..uv.max[1] {
                        for u in uv.min[0]..uv.max[0] {
                            let share = f32::from(self.atlas[(u as usize, v as usize)].a()) / 255.0 * share_of;
                            let (px, py) = (left + i64::from(u - uv.min[0]), top + i64::from(v - uv.min[1]));
                            blend(picture, px, py, tone, share);
                        }
                    }
                }
            }
        }
        wide
    }
}

/// Lays a colour over a pixel; outside of the picture nothing is.
pub fn blend(picture: &mut Picture, x: i64, y: i64, tone: [u8; 3], share: f32) {
    let inside = (0..i64::from(picture.width)).contains(&x) && (0..i64::from(picture.height)).contains(&y);
    if !inside || share <= 0.0 {
        return;
    }
    let at = (y as usize * picture.width as usize + x as usize) * 4;
    for (channel, tone) in picture.rgba[at..at + 3].iter_mut().zip(tone) {
        *channel = (f32::from(*channel) * (1.0 - share) + f32::from(tone) * share).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_stand_above_the_middle_however_long_and_fade() {
        let mut picture = Picture { width: 320, height: 180, rgba: vec![60; 320 * 180 * 4] };
        let plain = picture.clone();
        let title = |strength| Inscription { titles: vec![("A school ".repeat(8), strength)], ..Default::default() };
        Typesetter::new(180).write(&mut picture, &title(0.0));
        assert_eq!(picture, plain);
        Typesetter::new(180).write(&mut picture, &title(1.0));
        let column = |x: usize| (0..90).any(|y| picture.rgba[(y * 320 + x) * 4] > 120);
        assert!(column(40) || column(41) || column(42) || column(43));
        assert!(!(0..8).any(column) && !(312..320).any(column), "it reaches the edge");
    }

    #[test]
    fn captions_mark_the_lower_edge_and_stay_inside() {
        let mut picture = Picture { width: 320, height: 180, rgba: vec![60; 320 * 180 * 4] };
        let caption =
            Caption { left: "Boids".into(), right: "tick 12,345   617.2 s and much more than fits in here".into() };
        Typesetter::new(180).write(&mut picture, &Inscription { caption: Some(caption), ..Default::default() });
        let row = |y: usize| picture.rgba[y * 320 * 4..(y + 1) * 320 * 4].iter().any(|&v| v > 150);
        assert!((150..175).any(row), "no letters near the lower edge");
        assert!(!(0..120).any(row));
    }
}
