//! Many agents that are selected together: how many of which species, their means, and what can be done with each of them. Part of the
//! agent panel.

use bevy_egui::egui::{self, RichText};

use crate::app::engine::Control;
use crate::app::engine::gathering::Gathered;
use crate::app::panels::{Ask, PanelContext, theme};
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
        theme::empty(ui, "Looking …");
        return;
    };
    let living = gathered.living();
    if living < gathered.asked {
        let dead = gathered.asked - living;
        let text = match living {
            0 => "None of them is alive any longer.".to_string(),
            _ => format!("{} of them no longer live", theme::grouped(dead as u64)),
        };
        ui.label(RichText::new(text).color(theme::WARN));
    }
    if living == 0 {
        return;
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        table(ui, cx, &gathered);
        theme::section(ui, "With each of them");
        hands(ui, cx, &gathered);
    });
}

fn head(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let count = theme::grouped(cx.session.many.len() as u64);
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{count} selected")).strong().color(theme::ACCENT));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("✖").on_hover_text("Let go of all (Esc)").clicked() {
                cx.asks.push(Ask::Select(None));
            }
            let mut follow = cx.session.follow;
            let tip = "The camera keeps to the middle of those who live (F)";
            if ui.toggle_value(&mut follow, "Follow").on_hover_text(tip).changed() {
                cx.asks.push(Ask::Follow(follow));
            }
        });
    });
}

fn table(ui: &mut egui::Ui, cx: &PanelContext, gathered: &Gathered) {
    let scene = &cx.session.stage.scene;
    egui::Grid::new("many").num_columns(5).striped(true).spacing([14.0, 4.0]).show(ui, |ui| {
        let heads = [
            ("species", "What they are"),
            ("alive", "How many of the selected live"),
            ("age, s", "Mean of simulated seconds lived"),
            ("energy", "Mean energy"),
            ("fitness/s", "Mean fitness for each second lived; nothing where no fitness is judged"),
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
    let no_genome = "They act by a rule and have no genomes";
    let hands = [
        (
            "Clone all",
            Hand::Clone { rate, size },
            &everybody,
            "A child of each stands beside it, while its species has free places, with its genome changed as below",
        ),
        ("Mutate all", Hand::Mutate { rate, size }, &heirs, "The genome of each changes as below"),
        ("Remove all", Hand::Remove, &everybody, "The life of each ends"),
    ];
    let mut wanted = None;
    ui.horizontal_wrapped(|ui| {
        for (name, hand, whom, tip) in hands {
            let without = match whom.len() {
                0 => no_genome.to_string(),
                _ => {
                    format!("These are more than {} at once; each is a command of its own", theme::grouped(MOST as u64))
                }
            };
            let can = (1..=MOST).contains(&whom.len());
            let tip = format!("{tip}: {} commands in the log", theme::grouped(whom.len() as u64));
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
        let tip = "Chance that a number of a genome changes, 0 for a true copy; 0.1 at first";
        number("chance", &mut form.rate, 1.0, tip);
        number("size", &mut form.size, 100.0, "Standard deviation of a change; 0.3 at first");
    });
    let Some((hand, whom)) = wanted else { return };
    let world = cx.session.world;
    let command = |id| Ask::Control(Control::Command(Command::Agent { world, id, hand }));
    cx.asks.extend(whom.into_iter().map(command));
}
