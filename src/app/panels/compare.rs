//! Compare: two branches of the run at the same ticks, beside each other in the tank, and here in curves: both, and what lies between
//! them. Draws what the session knows and asks for the rest.

use bevy_egui::egui::{self, Color32, RichText};
use egui_plot::{HLine, Line, LineStyle, PlotPoints, VLine};

use crate::app::engine::Control;
use crate::app::panels::measures::{self, MEASURES};
use crate::app::panels::{Ask, PanelContext, plots, theme};
use crate::app::strings::{self, compare as text};
use crate::measure::MetricsRow;
use crate::scene::differences;

/// What is chosen.
pub struct Form {
    /// Name of the measure that the curves show, where the scene logs it.
    statistic: &'static str,
}

impl Default for Form {
    fn default() -> Self {
        Form { statistic: MEASURES[0].1 }
    }
}

/// Parameters that are listed at most.
const MOST_LISTED: usize = 8;
/// Most points of a line: about two a pixel of a panel.
const MOST_POINTS: usize = 512;

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let session = cx.session;
    if session.strip.branches.len() < 2 {
        return theme::empty(ui, text::ONE_BRANCH);
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        choice(ui, cx);
        let Some(beside) = session.beside() else {
            return theme::empty(ui, text::WITHOUT_OTHER);
        };
        let (shown, other) = (session.strip.current, beside.branch);
        if let Some(fork) = session.strip.fork(shown, other) {
            let same = text::same_up_to(shown + 1, other + 1, theme::grouped(fork));
            ui.label(same).on_hover_text(text::SAME_UP_TO_TIP);
            let since = |branch: usize| {
                let log = session.strip.branches.get(branch).map_or(&[][..], |branch| branch.log.as_slice());
                log.iter().filter(|logged| logged.tick >= fork).count()
            };
            let commands = text::commands((since(shown), shown + 1), (since(other), other + 1));
            ui.label(RichText::new(commands).color(theme::SOFT));
        }
        parameters(ui, cx, other);
        curves(ui, cx, other);
    });
}

/// Which branch stands beside.
fn choice(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let session = cx.session;
    let beside = session.beside().map(|beside| beside.branch);
    let mut wanted = beside;
    ui.horizontal_wrapped(|ui| {
        ui.label(text::beside(session.strip.current + 1));
        ui.add_enabled_ui(!session.status.filming, |ui| {
            ui.selectable_value(&mut wanted, None, text::NONE).on_hover_text(text::NONE_TIP);
            for branch in (0..session.strip.branches.len()).filter(|branch| *branch != session.strip.current) {
                let button = ui.selectable_value(&mut wanted, Some(branch), format!("{}", branch + 1));
                button.on_hover_text(text::BRANCH_TIP);
            }
        });
    });
    if wanted != beside {
        cx.asks.push(Ask::Control(Control::Compare(wanted)));
    }
}

/// What the two differ in by now.
fn parameters(ui: &mut egui::Ui, cx: &PanelContext, other: usize) {
    let session = cx.session;
    let Some(beside) = session.beside() else { return };
    let found = differences(&session.stage.scene, &beside.scene);
    if found.is_empty() {
        ui.label(RichText::new(text::SAME_PARAMETERS).color(theme::SOFT));
        return;
    }
    theme::section(ui, text::PARAMETERS);
    egui::Grid::new("parameters of branches").num_columns(3).spacing([14.0, 3.0]).show(ui, |ui| {
        ui.label("");
        ui.label(RichText::new(text::branch(session.strip.current + 1)).small().color(theme::SOFT));
        ui.label(RichText::new(text::branch(other + 1)).small().color(theme::SOFT));
        ui.end_row();
        for difference in found.iter().take(MOST_LISTED) {
            ui.label(RichText::new(&difference.path).small());
            ui.label(RichText::new(&difference.before).small());
            ui.label(RichText::new(&difference.after).small());
            ui.end_row();
        }
    });
    if found.len() > MOST_LISTED {
        ui.label(RichText::new(text::more(found.len() - MOST_LISTED)).small().color(theme::SOFT));
    }
}

/// A statistic of both, and what lies between them.
fn curves(ui: &mut egui::Ui, cx: &mut PanelContext, other: usize) {
    let session = cx.session;
    let form = &mut cx.forms.compare;
    theme::section(ui, strings::plots::OVER_TIME);
    let scene = &session.stage.scene;
    let (_, name, unit, tip, value) = measures::shown(scene, form.statistic);
    let compared = egui::ComboBox::from_id_salt("compared").selected_text(name).show_ui(ui, |ui| {
        for plotted in measures::logged(scene) {
            ui.selectable_value(&mut form.statistic, plotted.1, plotted.1).on_hover_text(plotted.3);
        }
    });
    compared.response.on_hover_text(text::statistic_tip(tip));
    let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let fork = session.strip.fork(session.strip.current, other).unwrap_or(0) as f64 * f64::from(session.stage.scene.dt);
    for (at, (own, species)) in session.tables.iter().zip(&session.stage.scene.species).enumerate() {
        let Some(theirs) = session.tables_of(other).get(at) else { continue };
        let color = theme::swatch(species.color);
        let points = |rows: &[MetricsRow]| plots::thinned(&plots::known(rows, |row| row.seconds, value), MOST_POINTS);
        let (shown, beside) = (points(&own.rows), points(&theirs.rows));
        let between = apart(&own.rows, &theirs.rows, value);
        ui.label(format!("{}: {name}{unit}", species.name)).on_hover_text(tip);
        plot(ui, ("both", at), 90.0, fork, |plot| {
            plot.line(
                Line::new(text::branch(other + 1), PlotPoints::from(beside))
                    .color(theme::SOFT)
                    .style(LineStyle::dashed_dense())
                    .width(1.4),
            );
            plot.line(Line::new(text::SHOWN, PlotPoints::from(shown)).color(color).width(1.6));
        });
        let last = between.last().map_or(text::NOT_BOTH.to_string(), |last| theme::figure(last[1]));
        ui.label(RichText::new(text::last(&last)).small().color(theme::SOFT));
        plot(ui, ("between", at), 64.0, fork, |plot| {
            plot.hline(HLine::new(strings::plots::NO_DIFFERENCE, 0.0).color(theme::EDGE).width(1.0));
            plot.line(Line::new(text::DIFFERENCE, PlotPoints::from(between)).color(theme::ACCENT).width(1.6));
        });
    }
}

/// A plot over simulated seconds, with a mark where the branches part.
fn plot(ui: &mut egui::Ui, id: (&str, usize), height: f32, fork: f64, lines: impl FnOnce(&mut egui_plot::PlotUi)) {
    plots::frame(id, height).set_margin_fraction(egui::vec2(0.02, 0.12)).show(ui, |plot| {
        plot.vline(VLine::new(text::FORK, fork).color(Color32::from_gray(90)).width(1.0));
        lines(plot);
    });
}

/// What one statistic is above the other at the ticks that both tables have.
fn apart(one: &[MetricsRow], other: &[MetricsRow], value: fn(&MetricsRow) -> f64) -> Vec<[f64; 2]> {
    let mut other = other.iter().peekable();
    let mut found = vec![];
    for row in one {
        while other.next_if(|known| known.tick < row.tick).is_some() {}
        let Some(known) = other.peek().filter(|known| known.tick == row.tick) else { continue };
        let difference = value(row) - value(known);
        if difference.is_finite() {
            found.push([row.seconds, difference]);
        }
    }
    plots::thinned(&found, MOST_POINTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(ticks: &[u64], speed: impl Fn(u64) -> f32) -> Vec<MetricsRow> {
        let row =
            |tick: &u64| MetricsRow { tick: *tick, seconds: *tick as f64, speed: speed(*tick), ..Default::default() };
        ticks.iter().map(row).collect()
    }

    #[test]
    fn tables_are_compared_where_both_have_a_row() {
        let one = rows(&[10, 20, 30, 40], |tick| tick as f32);
        let other = rows(&[20, 25, 30, 50], |tick| if tick == 30 { f32::NAN } else { 5.0 });
        assert_eq!(apart(&one, &other, |row| row.speed.into()), [[20.0, 15.0]]);
    }

    #[test]
    fn long_tables_are_thinned_and_end_where_they_end() {
        let ticks: Vec<u64> = (0..1_300).collect();
        let one = rows(&ticks, |_| 1.0);
        let between = apart(&one, &one, |row| row.speed.into());
        assert!(between.len() <= MOST_POINTS && between.len() > 400, "{}", between.len());
        assert_eq!(between.last(), Some(&[1_299.0, 0.0]));
    }
}
