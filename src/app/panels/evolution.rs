//! Evolution of one species: fitness, births and deaths, diversity, and the numbers that steer it.

use bevy_egui::egui::{self, RichText};

use crate::app::panels::plots::{Curve, plot};
use crate::app::panels::shades::Shade;
use crate::app::panels::{PanelContext, archive, parameters, theme};
use crate::app::session::Table;
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
                let text = RichText::new(&species.name).color(theme::swatch(species.color));
                ui.selectable_value(chosen, i, text).on_hover_text("Show this species");
            }
        });
    }
    let index = *chosen;
    let (Some(species), Some(table)) = (scene.species.get(index), cx.session.tables.get(index)) else { return };
    let (kind, tip) = match &species.evolution {
        Evolution::Off => ("does not evolve", "Genomes stay as they are"),
        Evolution::Turnover(_) => ("live: selected parents", "The dead are replaced by children of selected parents"),
        Evolution::Ecology(_) => ("live: energy alone", "Energy above a threshold gives birth; no fitness"),
        Evolution::Generational(_) => ("whole generations", "Populations are judged in rollouts and bred anew"),
    };
    let last = table.rows.last();
    ui.horizontal(|ui| {
        ui.label(RichText::new(kind).color(theme::SOFT)).on_hover_text(tip);
        if let Some(row) = last.filter(|r| r.generation.is_finite() && species.evolution != Evolution::Off) {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let text = format!("generation {}", theme::figure(row.generation));
                ui.label(text).on_hover_text("In live evolution: births over the population");
            });
        }
    });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if species.evolution == Evolution::Off {
            let text = "Nothing is inherited here. Choose a scene whose species evolve, or give this one an \
                        `evolution` in its file.";
            theme::empty(ui, text);
        }
        archive::section(ui, cx, index);
        if table.rows.is_empty() {
            theme::empty(ui, "The first curves come after one interval of metrics.");
        } else {
            curves(ui, species, table);
        }
        generations(ui, cx, &species.name);
        if species.evolution != Evolution::Off {
            theme::section(ui, "Steering");
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
            curve("mean of the living", own, |r| r.fitness_mean.into()),
            curve("best of the living", best, |r| r.fitness_best.into()),
            curve("mean of whole lives", life, |r| r.life_fitness.into()),
        ];
        let tip = "Own colour: mean of the living. Brightest on dark, darkest on light: best of the living. Green: mean of lives that ended";
        plot(ui, "fitness", "Fitness", "", tip, 104.0, &curves);
    }
    if !species.diet.fields.is_empty() {
        let curves = [curve("food of whole lives", life, |r| r.life_food.into())];
        plot(ui, "food", "Food a life", "", "Mean energy from fields of lives that ended", 70.0, &curves);
    }
    plot(ui, "population", "Population", "", "Agents alive", 60.0, &[curve("alive", own, |r| r.population.into())]);
    if species.evolution == Evolution::Off {
        return;
    }
    let curves = [curve("born", life, |r| r.births.into()), curve("died", death, |r| r.deaths.into())];
    let tip = "In each interval of metrics. Green: born. Red, or orange in safe colours: died";
    plot(ui, "births", "Births and deaths", "", tip, 60.0, &curves);
    let tip = "Mean pairwise distance of genomes";
    plot(ui, "diversity", "Diversity", "", tip, 60.0, &[curve("diversity", own, |r| r.diversity.into())]);
}

/// The last generations, newest first.
fn generations(ui: &mut egui::Ui, cx: &PanelContext, species: &str) {
    let rows: Vec<_> = cx.session.generations.iter().rev().filter(|g| g.species == species).take(6).collect();
    if rows.is_empty() {
        return;
    }
    theme::section(ui, "Last generations");
    let scored = rows.iter().any(|row| !row.held_out.is_nan());
    let columns = if scored { 5 } else { 4 };
    egui::Grid::new("generations").num_columns(columns).striped(true).spacing([18.0, 4.0]).show(ui, |ui| {
        for head in ["generation", "best", "mean", "diversity", "held out"].into_iter().take(columns) {
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
                let tip =
                    format!("The best of the generation on seeds that judge nobody, 95 % between {low} and {high}");
                ui.label(value).on_hover_text(tip);
            }
            ui.end_row();
        }
    });
}
