//! The genome in hand merged with another into a new one in hand. Part of the agent panel.

use std::path::Path;

use bevy_egui::egui::{self, RichText};

use crate::app::genomes::{self, HeldGenome};
use crate::app::merging::{self, Recipe, Way};
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::strings::{self, merge as text};

/// What is typed and chosen here.
#[derive(Default)]
pub struct Form {
    /// Whether it is unfolded.
    pub open: bool,
    recipe: Recipe,
    /// File of the other parent; the selected agent where it is empty.
    other: String,
    /// File of what both come from.
    base: String,
}

#[cfg(test)]
impl Form {
    /// As if it were typed.
    pub fn type_path(&mut self, path: &str) {
        self.other = path.to_string();
    }
}

/// Draws what merges `held`, the genome in hand, with `agent`, that of the selected agent, or with a file's.
pub fn section(ui: &mut egui::Ui, cx: &mut PanelContext, held: &HeldGenome, agent: Option<HeldGenome>) {
    let (scene, plan) = (cx.session.stage.scene.clone(), cx.session.stage.plan.clone());
    let form = &mut cx.forms.agent.merge;
    if !form.open {
        return;
    }
    let frame = egui::Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(6).inner_margin(8.0);
    let mut go = false;
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let with = match (&agent, form.other.trim()) {
            (Some(agent), "") => text::with(&agent.from),
            (None, "") => text::WITH_NOBODY.to_string(),
            (_, path) => text::with(Path::new(path).file_name().unwrap_or_default().to_string_lossy()),
        };
        ui.label(with);
        line(ui, text::OTHER_FILE, &mut form.other, text::FILE_HINT, text::OTHER_FILE_TIP);
        ways(ui, &mut form.recipe);
        let recipe = &mut form.recipe;
        match recipe.way {
            Way::Mean | Way::Arc => share(ui, text::WEIGHT, &mut recipe.weight, 1.0, text::WEIGHT_TIP),
            Way::Layers => {
                let layers = merging::layers(held, &scene, &plan);
                recipe.weights.resize(layers.len(), 0.5);
                for ((name, at), weight) in layers.iter().zip(&mut recipe.weights) {
                    let tip = text::layer_tip(name, theme::grouped(at.len() as u64));
                    share(ui, name, weight, 1.0, &tip);
                }
                if layers.is_empty() {
                    ui.label(RichText::new(text::WITHOUT_LAYERS).small().color(theme::WARN));
                }
            }
            Way::Tasks | Way::Ties => {
                line(ui, text::BASE, &mut form.base, text::FILE_HINT, text::BASE_TIP);
                share(ui, text::SCALE, &mut recipe.scale, 2.0, text::SCALE_TIP);
                if recipe.way == Way::Ties {
                    share(ui, text::DENSITY, &mut recipe.density, 1.0, text::DENSITY_TIP);
                }
                share(ui, text::DROP, &mut recipe.drop, 0.95, text::DROP_TIP);
            }
        }
        let can = agent.is_some() || !form.other.trim().is_empty();
        let merge = ui.add_enabled(can, egui::Button::new(text::MERGE)).on_hover_text(text::MERGE_TIP);
        go = merge.on_disabled_hover_text(text::WITHOUT_OTHER).clicked();
    });
    if !go {
        return;
    }
    let read = |path: &str| genomes::load(Path::new(path), &scene, &plan, Some(held.species));
    let form = &cx.forms.agent.merge;
    let child = || {
        let other = match (form.other.trim(), agent) {
            ("", Some(agent)) => agent,
            (path, _) => read(path)?,
        };
        let base = match form.base.trim() {
            path if form.recipe.way.needs_base() && !path.is_empty() => Some(read(path)?),
            _ => None,
        };
        merging::merged(held, &other, base.as_ref(), &form.recipe, &scene, &plan)
    };
    match child() {
        Ok(child) => {
            cx.asks.push(Ask::Tell(strings::genome::in_hand(&child.from), false));
            cx.asks.push(Ask::Hold(child));
        }
        Err(why) => cx.asks.push(Ask::Tell(why, true)),
    }
}

fn ways(ui: &mut egui::Ui, recipe: &mut Recipe) {
    let (_, name, tip) = Way::ALL[recipe.way as usize];
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::WAY).small().color(theme::SOFT)).on_hover_text(tip);
        egui::ComboBox::from_id_salt("ways")
            .selected_text(name)
            .width((ui.available_width() - 20.0).max(80.0))
            .show_ui(ui, |ui| {
                for (way, name, tip) in Way::ALL {
                    ui.selectable_value(&mut recipe.way, way, name).on_hover_text(tip);
                }
            })
            .response
            .on_hover_text(tip);
    });
}

fn share(ui: &mut egui::Ui, name: &str, value: &mut f32, most: f32, tip: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().slider_width = 110.0;
        ui.add(egui::Slider::new(value, 0.0..=most).max_decimals(2)).on_hover_text(tip);
        ui.add(egui::Label::new(RichText::new(name).small().color(theme::SOFT)).truncate()).on_hover_text(tip);
    });
}

fn line(ui: &mut egui::Ui, name: &str, typed: &mut String, hint: &str, tip: &str) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).small().color(theme::SOFT)).on_hover_text(tip);
        ui.add(egui::TextEdit::singleline(typed).hint_text(hint).desired_width(f32::INFINITY)).on_hover_text(tip);
    });
}
