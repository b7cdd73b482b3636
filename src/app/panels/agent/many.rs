//! Many agents that are selected together: how many of which species, their means, and what can be done with each of them. Part of the
//! agent panel.

use bevy_egui::egui::{self, RichText};

use crate::app::actions::Action;
use crate::app::engine::Control;
use crate::app::engine::gathering::Gathered;
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::strings::{self, many as text};
use crate::command::{Command, Hand};

/// Agents that something is done with at once, at most: each is a command of its own, looked up among all who live.
const MOST: usize = 1_000;

/// How a genome changes.
pub struct Form {
    /// Chance that a number changes.
    rate: f32,
    /// Standard deviation of a change.
    size: f32,
}

impl Default for Form {
    fn default() -> Self {
        // As the tools at the tank begin.
        Form { rate: 0.1, size: 0.3 }
    }
}

/// Draws what there is to see of them.
pub fn section(ui: &mut egui::Ui, cx: &mut PanelContext) {
    head(ui, cx);
    let session = cx.session;
    let Some(gathered) = session.gathered.clone() else {
        theme::empty(ui, strings::agent::LOOKING);
        return;
    };
    let living = gathered.living();
    if living < gathered.asked {
        let dead = gathered.asked - living;
        let told = match living {
            0 => text::ALL_DEAD.to_string(),
            _ => text::dead(theme::grouped(dead as u64)),
        };
        ui.label(RichText::new(told).color(theme::WARN));
    }
    if living == 0 {
        return;
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        table(ui, cx, &gathered);
        theme::section(ui, text::HANDS);
        hands(ui, cx, &gathered);
    });
}

fn head(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let count = theme::grouped(cx.session.many.len() as u64);
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::selected(count)).strong().color(theme::ACCENT));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keys = &cx.settings.keys;
            if ui.button("✖").on_hover_text(keys.with(text::LET_GO_TIP, Action::LetGo)).clicked() {
                cx.asks.push(Ask::Select(None));
            }
            let mut follow = cx.session.follow;
            if ui
                .toggle_value(&mut follow, strings::agent::FOLLOW)
                .on_hover_text(keys.with(text::FOLLOW_TIP, Action::Follow))
                .changed()
            {
                cx.asks.push(Ask::Follow(follow));
            }
        });
    });
}

fn table(ui: &mut egui::Ui, cx: &PanelContext, gathered: &Gathered) {
    let scene = &cx.session.stage.scene;
    egui::Grid::new("many").num_columns(5).striped(true).spacing([14.0, 4.0]).show(ui, |ui| {
        let heads = [
            (text::SPECIES, text::SPECIES_TIP),
            (text::ALIVE, text::ALIVE_TIP),
            (text::AGE, text::AGE_TIP),
            (text::ENERGY, text::ENERGY_TIP),
            (text::FITNESS, text::FITNESS_TIP),
        ];
        for (head, tip) in heads {
            ui.label(RichText::new(head).small().color(theme::SOFT)).on_hover_text(tip);
        }
        ui.end_row();
        for lot in &gathered.lots {
            let Some(species) = scene.species.get(lot.species) else { continue };
            ui.label(RichText::new(&species.name).color(theme::swatch(species.color)));
            ui.label(theme::grouped(lot.living.len() as u64));
            ui.label(format!("{:.1}", lot.age * f64::from(scene.dt)));
            ui.label(theme::figure(lot.energy));
            ui.label(if lot.fitness.is_nan() { "–".to_string() } else { theme::figure(lot.fitness) });
            ui.end_row();
        }
    });
}

/// Buttons that do something with each.
fn hands(ui: &mut egui::Ui, cx: &mut PanelContext, gathered: &Gathered) {
    let plan = cx.session.stage.plan.clone();
    let form = &mut cx.forms.agent.many;
    let (rate, size) = (form.rate, form.size);
    let has_genome = |species: usize| plan.species.get(species).is_some_and(|p| p.genome_len > 0);
    let everybody: Vec<u32> = gathered.lots.iter().flat_map(|lot| lot.living.iter().map(|(_, id)| *id)).collect();
    // One of those who share a genome, which would else change once for each of them.
    let mut heirs = vec![];
    for lot in gathered.lots.iter().filter(|lot| has_genome(lot.species)) {
        let p = &plan.species[lot.species];
        let mut rows: Vec<(u32, u32)> =
            lot.living.iter().map(|(slot, id)| ((slot - p.slot_start) / p.sharers.max(1), *id)).collect();
        rows.dedup_by_key(|(row, _)| *row);
        heirs.extend(rows.into_iter().map(|(_, id)| id));
    }
    let hands = [
        (text::CLONE, Hand::Clone { rate, size }, &everybody, text::CLONE_TIP),
        (text::MUTATE, Hand::Mutate { rate, size }, &heirs, text::MUTATE_TIP),
        (text::REMOVE, Hand::Remove, &everybody, text::REMOVE_TIP),
    ];
    let mut wanted = None;
    ui.horizontal_wrapped(|ui| {
        for (name, hand, whom, tip) in hands {
            let without = match whom.len() {
                0 => text::WITHOUT_GENOMES.to_string(),
                _ => text::too_many(theme::grouped(MOST as u64)),
            };
            let can = (1..=MOST).contains(&whom.len());
            let tip = text::commands(tip, theme::grouped(whom.len() as u64));
            let button = egui::Button::new(name);
            if ui.add_enabled(can, button).on_hover_text(tip).on_disabled_hover_text(without).clicked() {
                wanted = Some((hand, whom.clone()));
            }
        }
    });
    ui.horizontal(|ui| {
        let mut number = |what: &str, value: &mut f32, most: f32, tip: &str| {
            ui.label(RichText::new(what).small().color(theme::SOFT)).on_hover_text(tip);
            ui.add(egui::DragValue::new(value).range(0.0..=most).speed(0.02).max_decimals(2)).on_hover_text(tip);
        };
        number(text::CHANCE, &mut form.rate, 1.0, text::CHANCE_TIP);
        number(text::SIZE, &mut form.size, 100.0, text::SIZE_TIP);
    });
    let Some((hand, whom)) = wanted else { return };
    let world = cx.session.world;
    let command = |id| Ask::Control(Control::Command(Command::Agent { world, id, hand }));
    cx.asks.extend(whom.into_iter().map(command));
}
