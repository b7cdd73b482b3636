//! The bar from which tools are chosen, and the settings of the one in hand. Uses none of them.

use bevy_egui::egui::{self, RichText};

use super::{Tool, Tools, decoys};
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::tools as text;

/// The tools to choose from, over the water at its right edge, with the settings of the one in hand.
pub fn bar(ui: &egui::Ui, rect: egui::Rect, tools: &mut Tools, session: &Session) {
    if rect.width() < 260.0 || rect.height() < 220.0 || session.exposure.is_some() {
        return;
    }
    let scene = &session.stage.scene;
    let area = egui::Area::new(ui.id().with("tools"))
        .order(egui::Order::Middle)
        .pivot(egui::Align2::RIGHT_TOP)
        .fixed_pos(rect.right_top() + egui::vec2(-8.0, 8.0))
        .constrain_to(rect);
    area.show(ui.ctx(), |ui| {
        egui::Frame::new().fill(theme::card()).corner_radius(6).inner_margin(6.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.set_width(78.0);
            for (tool, name, tip) in Tool::ALL {
                let usable = tool.usable(session);
                let button = egui::Button::selectable(tools.chosen == tool, name).min_size(egui::vec2(78.0, 20.0));
                if ui
                    .add_enabled(usable.is_ok(), button)
                    .on_hover_text(tip)
                    .on_disabled_hover_text(usable.err().unwrap_or_default())
                    .clicked()
                {
                    tools.chosen = tool;
                }
            }
            let number =
                |ui: &mut egui::Ui, what: &str, value: &mut f32, range: std::ops::RangeInclusive<f32>, tip: &str| {
                    ui.label(RichText::new(what).small().color(theme::SOFT)).on_hover_text(tip);
                    let drag = egui::DragValue::new(value).range(range).speed(0.02).max_decimals(2);
                    ui.add_sized(egui::vec2(78.0, 20.0), drag).on_hover_text(tip);
                };
            match tools.chosen {
                Tool::Drop => {
                    tools.field = tools.field.min(scene.fields.len().saturating_sub(1));
                    for (index, field) in scene.fields.iter().enumerate() {
                        let name = RichText::new(&field.name).color(theme::swatch(field.color));
                        ui.radio_value(&mut tools.field, index, name).on_hover_text(text::FIELD_TIP);
                    }
                    number(ui, text::RADIUS, &mut tools.radius, 0.05..=1_000.0, text::BRUSH_RADIUS_TIP);
                    number(ui, text::AMOUNT, &mut tools.amount, 0.0..=10_000.0, text::AMOUNT_TIP);
                }
                Tool::Clone | Tool::Mutate => {
                    number(ui, text::CHANCE, &mut tools.rate, 0.0..=1.0, text::CHANCE_TIP);
                    number(ui, text::SIZE, &mut tools.size, 0.0..=100.0, text::SIZE_TIP);
                }
                Tool::Spawn => {
                    if let Some(held) = &session.held {
                        ui.label(RichText::new(&held.from).small().color(theme::SOFT)).on_hover_text(text::GENOME_TIP);
                    }
                }
                Tool::Decoy => {
                    for index in decoys(session) {
                        let species = &scene.species[index];
                        let name = RichText::new(&species.name).color(theme::swatch(species.color));
                        ui.radio_value(&mut tools.decoy, index, name).on_hover_text(text::DECOY_SPECIES_TIP);
                    }
                }
                Tool::Wall => {
                    number(ui, text::RADIUS, &mut tools.thickness, 0.01..=1_000.0, text::WALL_RADIUS_TIP);
                }
                Tool::Current => {
                    let carries = ui.checkbox(&mut tools.carries_fields, text::CARRIES_FIELDS);
                    carries.on_hover_text(text::CARRIES_FIELDS_TIP);
                }
                Tool::Look | Tool::Move | Tool::Remove => {}
            }
        });
    });
}
