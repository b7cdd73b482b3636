//! Genomes in and out: the selected agent's saved, one from a file set down beside it or given to it. Part of the agent panel.

use std::path::PathBuf;

use bevy_egui::egui::{self, RichText};

use crate::app::engine::{Control, InspectedAgent};
use crate::app::genomes::{self, HeldGenome};
use crate::app::panels::agent::merge;
use crate::app::panels::hall::save_here;
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::strings::{self, genome as text};
use crate::command::Command;
use crate::layout::{Agent, NONE};
use crate::plan::Plan;

/// What is typed here.
#[derive(Default)]
pub struct Form {
    /// Where a genome is saved; nothing while nobody wants to.
    save: Option<String>,
    /// Where a genome is read.
    load: String,
}

#[cfg(test)]
impl Form {
    /// As if it were typed.
    pub fn type_path(&mut self, path: &str) {
        self.save = Some(path.to_string());
    }
}

/// Saves and reads genomes, and opens what tells of kin.
pub fn section(
    ui: &mut egui::Ui,
    cx: &mut PanelContext,
    plan: &Plan,
    index: usize,
    opened: &InspectedAgent,
    agent: &Agent,
) {
    theme::section(ui, text::GENOME);
    let has = plan.species[index].genome_len > 0 && !opened.detail.genome.is_empty();
    ui.horizontal_wrapped(|ui| {
        let form = &mut cx.forms.agent.genome;
        let save = ui.add_enabled(has, egui::Button::new(text::SAVE_AS)).on_hover_text(text::SAVE_AS_TIP);
        if save.on_disabled_hover_text(text::WITHOUT_GENOME).clicked() {
            let name = &cx.session.stage.scene.species[index].name;
            form.save = match form.save {
                Some(_) => None,
                None => Some(genomes::file_name(name, agent.id)),
            };
        }
        let take = ui.add_enabled(has, egui::Button::new(text::TAKE)).on_hover_text(text::TAKE_TIP);
        if take.on_disabled_hover_text(text::WITHOUT_GENOME).clicked() {
            cx.asks.push(Ask::Hold(own(index, opened, agent)));
        }
        if ui.button(text::FAMILY).on_hover_text(text::FAMILY_TIP).clicked() {
            cx.forms.family.open ^= true;
        }
        fame(ui, cx);
    });
    if has {
        saving(ui, cx, plan, index, opened, agent);
    }
    reading(ui, cx);
    held(ui, cx, Some((index, agent)), has.then(|| own(index, opened, agent)));
}

/// What is left to do with genomes where nobody is selected.
pub fn without_agent(ui: &mut egui::Ui, cx: &mut PanelContext) {
    ui.horizontal(|ui| fame(ui, cx));
    reading(ui, cx);
    held(ui, cx, None, None);
}

/// The genome of an agent, to be held.
fn own(species: usize, opened: &InspectedAgent, agent: &Agent) -> HeldGenome {
    let from = strings::agent::number(theme::grouped(agent.id.into()));
    HeldGenome { species, genome: opened.detail.genome.clone().into(), from }
}

fn fame(ui: &mut egui::Ui, cx: &mut PanelContext) {
    if ui.button(text::HALL).on_hover_text(text::HALL_TIP).clicked() {
        cx.forms.hall.open ^= true;
    }
}

fn saving(ui: &mut egui::Ui, cx: &mut PanelContext, plan: &Plan, index: usize, opened: &InspectedAgent, agent: &Agent) {
    let form = &mut cx.forms.agent.genome;
    let Some(path) = &mut form.save else { return };
    let mut wanted = false;
    ui.horizontal(|ui| {
        wanted = ui.button(text::SAVE).on_hover_text(text::SAVE_TIP).clicked();
        let edit = egui::TextEdit::singleline(path).desired_width(f32::INFINITY);
        let response = ui.add(edit).on_hover_text(text::SAVE_PATH_TIP);
        wanted |= response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    });
    if !wanted || path.trim().is_empty() {
        return;
    }
    let known = opened.name.and_then(|name| cx.session.fame.iter().find(|fame| fame.name == name));
    let fitness = known.map_or(f32::NAN, |fame| fame.fitness);
    let whose = (&opened.detail.genome[..], fitness, [agent.id, agent.founder]);
    let saved = genomes::save(&PathBuf::from(path.trim()), &cx.session.stage.scene, plan, index, whose);
    cx.asks.push(match saved {
        Ok(path) => {
            form.save = None;
            Ask::Tell(text::saved(path.display()), false)
        }
        Err(why) => Ask::Tell(text::not_saved(why), true),
    });
}

/// A typed path, for those who do not drop files on the window.
fn reading(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &mut cx.forms.agent.genome;
    ui.horizontal(|ui| {
        let path = form.load.trim().to_string();
        let load = egui::Button::new(text::LOAD);
        let clicked = ui.add_enabled(!path.is_empty(), load).on_hover_text(text::LOAD_TIP).clicked();
        let edit = egui::TextEdit::singleline(&mut form.load).hint_text(text::LOAD_HINT).desired_width(f32::INFINITY);
        let edit = ui.add(edit).on_hover_text(text::LOAD_PATH_TIP);
        let typed = edit.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if (clicked || typed) && !path.is_empty() {
            cx.asks.push(Ask::Genome(path.into()));
        }
    });
}

/// The genome in hand.
fn held(ui: &mut egui::Ui, cx: &mut PanelContext, whom: Option<(usize, &Agent)>, selected: Option<HeldGenome>) {
    let Some(held) = cx.session.held.clone() else { return };
    let Some(species) = cx.session.stage.scene.species.get(held.species) else { return };
    ui.label(RichText::new(text::held(&held.from, &species.name)).small().color(theme::swatch(species.color)));
    ui.horizontal_wrapped(|ui| {
        if ui.button(text::SPAWN).on_hover_text(text::SPAWN_TIP).clicked() {
            cx.asks.push(Ask::Spawn(held.clone()));
        }
        if ui.button(text::SAVE).on_hover_text(text::SAVE_HELD_TIP).clicked() {
            let stem = format!("{}-in-hand", species.name);
            let whose = (&held.genome[..], f32::NAN, [0, NONE]);
            cx.asks.push(save_here(cx.session, held.species, &stem, whose));
        }
        let open = &mut cx.forms.agent.merge.open;
        *open ^= ui.add(egui::Button::new(text::MERGE).selected(*open)).on_hover_text(text::MERGE_TIP).clicked();
        let Some((index, agent)) = whom else { return };
        let same = index == held.species && agent.alive == 1;
        let give = ui.add_enabled(same, egui::Button::new(text::GIVE)).on_hover_text(text::GIVE_TIP);
        if give.on_disabled_hover_text(text::GIVE_OTHER_TIP).clicked() {
            let genome = held.genome.to_vec();
            let command = Command::Genome { world: cx.session.world, id: agent.id, genome };
            cx.asks.push(Ask::Control(Control::Command(command)));
        }
    });
    merge::section(ui, cx, &held, selected);
}
