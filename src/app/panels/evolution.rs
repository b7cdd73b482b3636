//! Evolution of one species: fitness, births and deaths, diversity, and the numbers that steer it.

use bevy_egui::egui::{self, RichText};

use crate::app::panels::plots::{Curve, plot};
use crate::app::panels::shades::Shade;
use crate::app::panels::{PanelContext, archive, parameters, theme};
use crate::app::session::Table;
use crate::app::strings::{self, evolution as text};
use crate::scene::{Evolution, SpeciesSpec};

/// What is chosen here.
#[derive(Default)]
pub struct Form {
    species: usize,
    /// The map of its archive.
    pub archive: archive::Form,
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let scene = cx.session.stage.scene.clone();
    let chosen = &mut cx.forms.evolution.species;
    *chosen = (*chosen).min(scene.species.len().saturating_sub(1));
    if scene.species.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for (i, species) in scene.species.iter().enumerate() {
                let name = RichText::new(&species.name).color(theme::swatch(species.color));
                ui.selectable_value(chosen, i, name).on_hover_text(text::SPECIES_TIP);
            }
        });
    }
    let index = *chosen;
    let (Some(species), Some(table)) = (scene.species.get(index), cx.session.tables.get(index)) else { return };
    let (kind, tip) = match &species.evolution {
        Evolution::Off => (text::OFF, text::OFF_TIP),
        Evolution::Turnover(_) => (text::TURNOVER, text::TURNOVER_TIP),
        Evolution::Ecology(_) => (text::ECOLOGY, text::ECOLOGY_TIP),
        Evolution::Generational(_) => (text::GENERATIONAL, text::GENERATIONAL_TIP),
    };
    let last = table.rows.last();
    ui.horizontal(|ui| {
        ui.label(RichText::new(kind).color(theme::SOFT)).on_hover_text(tip);
        if let Some(row) = last.filter(|r| r.generation.is_finite() && species.evolution != Evolution::Off) {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(text::generation(theme::figure(row.generation))).on_hover_text(text::GENERATION_TIP);
            });
        }
    });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if species.evolution == Evolution::Off {
            theme::empty(ui, text::NOTHING_INHERITED);
        }
        archive::section(ui, cx, index);
        if table.rows.is_empty() {
            theme::empty(ui, text::EMPTY);
        } else {
            curves(ui, species, table);
        }
        generations(ui, cx, &species.name);
        if species.evolution != Evolution::Off {
            theme::section(ui, text::STEERING);
            let prefix = format!("species[{index}].evolution.");
            parameters::rows(ui, cx, parameters::Line::Slider, &|path| path.starts_with(&prefix));
        }
    });
}

/// How the species has fared.
fn curves(ui: &mut egui::Ui, species: &SpeciesSpec, table: &Table) {
    let own = theme::swatch(species.color);
    let [best, life, death] = [Shade::Best, Shade::Life, Shade::Death].map(Shade::color);
    let curve = |name: &str, color, value| Curve { name: name.to_string(), color, rows: &table.rows, value };
    if !species.fitness.is_empty() {
        let curves = [
            curve(text::FITNESS_MEAN, own, |r| r.fitness_mean.into()),
            curve(text::FITNESS_BEST, best, |r| r.fitness_best.into()),
            curve(text::FITNESS_OF_LIVES, life, |r| r.life_fitness.into()),
        ];
        plot(ui, "fitness", text::FITNESS, "", text::FITNESS_TIP, 104.0, &curves);
    }
    if !species.diet.fields.is_empty() {
        let curves = [curve(text::FOOD_OF_LIVES, life, |r| r.life_food.into())];
        plot(ui, "food", text::FOOD, "", text::FOOD_TIP, 70.0, &curves);
    }
    let curves = [curve(text::ALIVE, own, |r| r.population.into())];
    plot(ui, "population", strings::plots::POPULATION, "", text::POPULATION_TIP, 60.0, &curves);
    if species.evolution == Evolution::Off {
        return;
    }
    let curves = [curve(text::BORN, life, |r| r.births.into()), curve(text::DIED, death, |r| r.deaths.into())];
    plot(ui, "births", text::BIRTHS, "", text::BIRTHS_TIP, 60.0, &curves);
    let curves = [curve(text::DIVERSITY, own, |r| r.diversity.into())];
    plot(ui, "diversity", strings::plots::DIVERSITY, "", strings::plots::DIVERSITY_TIP, 60.0, &curves);
}

/// The last generations, newest first.
fn generations(ui: &mut egui::Ui, cx: &PanelContext, species: &str) {
    let rows: Vec<_> = cx.session.generations.iter().rev().filter(|g| g.species == species).take(6).collect();
    if rows.is_empty() {
        return;
    }
    theme::section(ui, text::GENERATIONS);
    let scored = rows.iter().any(|row| !row.held_out.is_nan());
    let columns = if scored { 5 } else { 4 };
    egui::Grid::new("generations").num_columns(columns).striped(true).spacing([18.0, 4.0]).show(ui, |ui| {
        let heads = [text::GENERATION_HEAD, text::BEST_HEAD, text::MEAN_HEAD, text::DIVERSITY, text::HELD_OUT_HEAD];
        for head in heads.into_iter().take(columns) {
            ui.label(RichText::new(head).small().color(theme::SOFT));
        }
        ui.end_row();
        for row in rows {
            ui.label(row.generation.to_string());
            for value in [row.best, row.mean, row.diversity] {
                ui.label(theme::figure(value.into()));
            }
            if !row.held_out.is_nan() {
                let [value, low, high] =
                    [row.held_out, row.held_out_low, row.held_out_high].map(|x| theme::figure(x.into()));
                ui.label(value).on_hover_text(text::held_out_tip(low, high));
            }
            ui.end_row();
        }
    });
}
