//! The genome in hand merged with another into a new one in hand. Part of the agent panel.

use std::path::Path;

use bevy_egui::egui::{self, RichText};

use crate::app::genomes::{self, HeldGenome};
use crate::app::merging::{self, Recipe, Way};
use crate::app::panels::{Ask, PanelContext, theme};

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
            (Some(agent), "") => format!("Merge with {}", agent.from),
            (None, "") => "Merge with: select an agent, or name a file".to_string(),
            (_, path) => format!("Merge with {}", Path::new(path).file_name().unwrap_or_default().to_string_lossy()),
        };
        ui.label(with);
        line(ui, "or a file", &mut form.other, "genome file", "A genome file to merge with instead of the selected agent; empty for the agent");
        ways(ui, &mut form.recipe);
        let recipe = &mut form.recipe;
        match recipe.way {
            Way::Mean | Way::Arc => {
                share(ui, "of the other", &mut recipe.weight, 1.0, "0 is the genome in hand, 1 the other; 0.5 at first");
            }
            Way::Layers => {
                let layers = merging::layers(held, &scene, &plan);
                recipe.weights.resize(layers.len(), 0.5);
                for ((name, at), weight) in layers.iter().zip(&mut recipe.weights) {
                    let tip = format!(
                        "{name}, {} numbers: 0 is the genome in hand, 1 the other; 0.5 at first",
                        theme::grouped(at.len() as u64)
                    );
                    share(ui, name, weight, 1.0, &tip);
                }
                if layers.is_empty() {
                    ui.label(RichText::new("Its numbers are not laid out in layers.").small().color(theme::WARN));
                }
            }
            Way::Tasks | Way::Ties => {
                line(ui, "base", &mut form.base, "genome file", "The genome file that both come from");
                let tip = "How much of what they have beyond the base is added to it; 1 at first";
                share(ui, "of what is beyond", &mut recipe.scale, 2.0, tip);
                if recipe.way == Way::Ties {
                    let tip = "Share of what each has beyond the base that is kept, the largest; 0.2 at first";
                    share(ui, "kept", &mut recipe.density, 1.0, tip);
                }
                let tip = "Chance that a number of it is dropped, for which the others make up (DARE, Yu et al. 2024); 0 at first";
                share(ui, "dropped", &mut recipe.drop, 0.95, tip);
            }
        }
        let can = agent.is_some() || !form.other.trim().is_empty();
        let tip = "The child is in hand then: spawn it, give it to agents, or save it. What it is worth, `iwashi merge --scene` tells; \
                   ways that search by rollouts (--evolve, --greedy) are there too";
        let without = "Select an agent, or name a file";
        go = ui.add_enabled(can, egui::Button::new("Merge")).on_hover_text(tip).on_disabled_hover_text(without).clicked();
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
            cx.asks.push(Ask::Tell(format!("In hand: {}", child.from), false));
            cx.asks.push(Ask::Hold(child));
        }
        Err(why) => cx.asks.push(Ask::Tell(why, true)),
    }
}

fn ways(ui: &mut egui::Ui, recipe: &mut Recipe) {
    let (_, name, tip) = Way::ALL[recipe.way as usize];
    ui.horizontal(|ui| {
        ui.label(RichText::new("way").small().color(theme::SOFT)).on_hover_text(tip);
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

fn line(ui: &mut egui::Ui, name: &str, text: &mut String, hint: &str, tip: &str) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).small().color(theme::SOFT)).on_hover_text(tip);
        ui.add(egui::TextEdit::singleline(text).hint_text(hint).desired_width(f32::INFINITY)).on_hover_text(tip);
    });
}
