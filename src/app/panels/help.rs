//! The help window: every key and what the mouse does.

use bevy_egui::egui::{self, RichText};

use crate::app::panels::theme;
use crate::app::tank::{KEYS, MOUSE};

/// Draws the window while it is open.
pub fn window(context: &egui::Context, open: &mut bool) {
    egui::Window::new("Keys and mouse")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .default_width(470.0)
        .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(context, |ui| {
            for (title, rows) in [("Keys", KEYS), ("Mouse in the tank", MOUSE)] {
                theme::section(ui, title);
                egui::Grid::new(title).num_columns(2).spacing([28.0, 5.0]).show(ui, |ui| {
                    for (keys, does) in rows {
                        ui.label(RichText::new(*keys).strong());
                        ui.label(RichText::new(*does).color(theme::SOFT));
                        ui.end_row();
                    }
                });
            }
            ui.add_space(4.0);
        });
}
