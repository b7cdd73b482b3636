//! A card over the water that says which shared run is being played, with the picture that came with it. Knows nothing of how shared runs
//! are read.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{self, RichText};

use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::arrivals as text;

/// Width of the card, points.
const WIDE: f32 = 240.0;

/// What is loaded of the picture.
#[derive(Default)]
pub struct Form {
    /// The file that was tried last, and the picture where it was one.
    tried: Option<(PathBuf, Option<egui::TextureHandle>)>,
}

/// Draws the card, until it is closed.
pub fn card(ui: &egui::Ui, rect: egui::Rect, form: &mut Form, session: &mut Session) {
    let Some(received) = &session.received else { return };
    let file = received.picture_file();
    if form.tried.as_ref().is_none_or(|(tried, _)| *tried != file) {
        // Asked of the header first: a picture may be of any size, and need not be there.
        let shown = received.picture().ok().flatten().and_then(|_| texture(ui.ctx(), &file));
        form.tried = Some((file, shown));
    }
    let share = &received.share;
    let mut open = true;
    // Across from legend and messages, below the tools.
    let place = rect.right_bottom() - egui::vec2(14.0, 14.0);
    egui::Window::new(text::SHARED_RUN)
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .pivot(egui::Align2::RIGHT_BOTTOM)
        .default_width(WIDE)
        .default_pos(place)
        .constrain_to(rect)
        .show(ui.ctx(), |ui| {
            ui.set_max_width(WIDE);
            if let Some((_, Some(picture))) = &form.tried {
                // As wide as the card at most, whatever came.
                ui.add(egui::Image::new(picture).max_width(WIDE).corner_radius(4));
            }
            ui.label(RichText::new(&share.scene).strong());
            let shared = text::shared_at(&theme::grouped(share.tick), &share.program);
            ui.label(RichText::new(shared).small().color(theme::SOFT));
        });
    if !open {
        session.received = None;
    }
}

fn texture(context: &egui::Context, file: &Path) -> Option<egui::TextureHandle> {
    let bytes = std::fs::read(file).ok()?;
    let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Png).ok()?.into_rgba8();
    let size = [picture.width() as usize, picture.height() as usize];
    let image = egui::ColorImage::from_rgba_unmultiplied(size, picture.as_raw());
    Some(context.load_texture("shared run", image, egui::TextureOptions::LINEAR))
}
