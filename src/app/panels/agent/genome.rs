//! Genomes in and out: the selected agent's saved, one from a file set down beside it or given to it. Part of the agent panel.

use std::path::PathBuf;

use bevy_egui::egui::{self, RichText};

use crate::app::engine::{Control, InspectedAgent};
use crate::app::genomes::{self, HeldGenome};
use crate::app::panels::agent::merge;
use crate::app::panels::hall::save_here;
use crate::app::panels::{Ask, PanelContext, theme};
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
    theme::section(ui, "Genome and kin");
    let has = plan.species[index].genome_len > 0 && !opened.detail.genome.is_empty();
    ui.horizontal_wrapped(|ui| {
        let form = &mut cx.forms.agent.genome;
        let rule = "It acts by a rule and has no genome";
        let save = egui::Button::new("Save genome…");
        if ui.add_enabled(has, save).on_hover_text("Writes it to a file").on_disabled_hover_text(rule).clicked() {
            let name = &cx.session.stage.scene.species[index].name;
            form.save = match form.save {
                Some(_) => None,
                None => Some(genomes::file_name(name, agent.id)),
            };
        }
        let take = egui::Button::new("Take in hand");
        let tip = "To spawn it, give it to others, or merge it with another";
        if ui.add_enabled(has, take).on_hover_text(tip).on_disabled_hover_text(rule).clicked() {
            cx.asks.push(Ask::Hold(own(index, opened, agent)));
        }
        if ui.button("Family…").on_hover_text("Its ancestors and descendants as a tree").clicked() {
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
    let from = format!("no. {}", theme::grouped(agent.id.into()));
    HeldGenome { species, genome: opened.detail.genome.clone().into(), from }
}

fn fame(ui: &mut egui::Ui, cx: &mut PanelContext) {
    if ui.button("Hall of fame…").on_hover_text("The fittest that this run has seen").clicked() {
        cx.forms.hall.open ^= true;
    }
}

fn saving(ui: &mut egui::Ui, cx: &mut PanelContext, plan: &Plan, index: usize, opened: &InspectedAgent, agent: &Agent) {
    let form = &mut cx.forms.agent.genome;
    let Some(path) = &mut form.save else { return };
    let mut wanted = false;
    ui.horizontal(|ui| {
        wanted = ui.button("Save").on_hover_text("A file that is there already stays").clicked();
        let edit = egui::TextEdit::singleline(path).desired_width(f32::INFINITY);
        let response = ui.add(edit).on_hover_text("Where to: a .safetensors file, which Python opens in one line");
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
            Ask::Tell(format!("Saved {}", path.display()), false)
        }
        Err(why) => Ask::Tell(format!("The genome could not be saved: {why}"), true),
    });
}

/// A typed path, for those who do not drop files on the window.
fn reading(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &mut cx.forms.agent.genome;
    ui.horizontal(|ui| {
        let path = form.load.trim().to_string();
        let tip = "Reads a genome and sets an agent with it down beside the selected one, or in the middle of the tank";
        let clicked = ui.add_enabled(!path.is_empty(), egui::Button::new("Load")).on_hover_text(tip).clicked();
        let hint = "genome file, or drop one here";
        let edit = egui::TextEdit::singleline(&mut form.load).hint_text(hint).desired_width(f32::INFINITY);
        let tip = "A genome file, of this scene or another; Enter loads it";
        let typed = ui.add(edit).on_hover_text(tip).lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if (clicked || typed) && !path.is_empty() {
            cx.asks.push(Ask::Genome(path.into()));
        }
    });
}

/// The genome in hand.
fn held(ui: &mut egui::Ui, cx: &mut PanelContext, whom: Option<(usize, &Agent)>, selected: Option<HeldGenome>) {
    let Some(held) = cx.session.held.clone() else { return };
    let Some(species) = cx.session.stage.scene.species.get(held.species) else { return };
    let text = format!("In hand: {}, for {}", held.from, species.name);
    ui.label(RichText::new(text).small().color(theme::swatch(species.color)));
    ui.horizontal_wrapped(|ui| {
        let tip = "A new agent with it, in a free place of its species; the Spawn tool does so where you click";
        if ui.button("Spawn").on_hover_text(tip).clicked() {
            cx.asks.push(Ask::Spawn(held.clone()));
        }
        let tip = "Writes it into the folder that the program was started in";
        if ui.button("Save").on_hover_text(tip).clicked() {
            let stem = format!("{}-in-hand", species.name);
            let whose = (&held.genome[..], f32::NAN, [0, NONE]);
            cx.asks.push(save_here(cx.session, held.species, &stem, whose));
        }
        let tip = "With the selected agent's genome, or a file's, into a new one in hand";
        let open = &mut cx.forms.agent.merge.open;
        *open ^= ui.add(egui::Button::new("Merge…").selected(*open)).on_hover_text(tip).clicked();
        let Some((index, agent)) = whom else { return };
        let same = index == held.species && agent.alive == 1;
        let (tip, other) =
            ("The selected agent runs it from now on", "The selected agent is of another species, or dead");
        let button = egui::Button::new("Give to the selected");
        if ui.add_enabled(same, button).on_hover_text(tip).on_disabled_hover_text(other).clicked() {
            let genome = held.genome.to_vec();
            let command = Command::Genome { world: cx.session.world, id: agent.id, genome };
            cx.asks.push(Ask::Control(Control::Command(command)));
        }
    });
    merge::section(ui, cx, &held, selected);
}
