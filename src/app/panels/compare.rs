//! Compare: two branches of the run at the same ticks, beside each other in the tank, and here in curves: both, and what lies between
//! them. Draws what the session knows and asks for the rest.

use bevy_egui::egui::{self, Color32, RichText};
use egui_plot::{HLine, Line, LineStyle, Plot, PlotPoints, VLine};

use crate::app::engine::Control;
use crate::app::panels::measures::MEASURES;
use crate::app::panels::{Ask, PanelContext, theme};
use crate::measure::MetricsRow;
use crate::scene::differences;

/// What is chosen.
#[derive(Default)]
pub struct Form {
    /// Which of `MEASURES` the curves show.
    statistic: usize,
}

/// Parameters that are listed at most.
const MOST_LISTED: usize = 8;
/// Most points of a line: about two a pixel of a panel.
const MOST_POINTS: usize = 512;

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let session = cx.session;
    if session.strip.branches.len() < 2 {
        let text = "There is one branch so far. Go back on the strip below, and change something or press T: that begins another. The two \
                    then run side by side here, from the same moment.";
        return theme::empty(ui, text);
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        choice(ui, cx);
        let Some(beside) = session.beside() else {
            let text =
                "Choose a branch to stand beside the one that is shown: both swim on together, seen by one camera.";
            return theme::empty(ui, text);
        };
        let (shown, other) = (session.strip.current, beside.branch);
        if let Some(fork) = session.strip.fork(shown, other) {
            let text =
                format!("Branches {} and {} are the same up to tick {}.", shown + 1, other + 1, theme::grouped(fork));
            ui.label(text).on_hover_text("Up to there they are one run: the same state, bit for bit");
            let since = |branch: usize| {
                let log = session.strip.branches.get(branch).map_or(&[][..], |branch| &branch.log);
                log.iter().filter(|logged| logged.tick >= fork).count()
            };
            let text = format!(
                "Commands since: {} on branch {}, {} on branch {}.",
                since(shown),
                shown + 1,
                since(other),
                other + 1
            );
            ui.label(RichText::new(text).color(theme::SOFT));
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
        ui.label(format!("Branch {} is shown, beside it", session.strip.current + 1));
        ui.add_enabled_ui(!session.status.filming, |ui| {
            ui.selectable_value(&mut wanted, None, "none").on_hover_text("One picture: costs nothing");
            for branch in (0..session.strip.branches.len()).filter(|branch| *branch != session.strip.current) {
                let tip = "Stands at the same tick from now on; past its end it swims on as it would. Costs as much as the run itself";
                ui.selectable_value(&mut wanted, Some(branch), format!("{}", branch + 1)).on_hover_text(tip);
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
        ui.label(RichText::new("Their parameters are the same at this tick.").color(theme::SOFT));
        return;
    }
    theme::section(ui, "Parameters that differ");
    egui::Grid::new("parameters of branches").num_columns(3).spacing([14.0, 3.0]).show(ui, |ui| {
        ui.label("");
        ui.label(RichText::new(format!("branch {}", session.strip.current + 1)).small().color(theme::SOFT));
        ui.label(RichText::new(format!("branch {}", other + 1)).small().color(theme::SOFT));
        ui.end_row();
        for difference in found.iter().take(MOST_LISTED) {
            ui.label(RichText::new(&difference.path).small());
            ui.label(RichText::new(&difference.before).small());
            ui.label(RichText::new(&difference.after).small());
            ui.end_row();
        }
    });
    if found.len() > MOST_LISTED {
        ui.label(RichText::new(format!("and {} more", found.len() - MOST_LISTED)).small().color(theme::SOFT));
    }
}

/// A statistic of both, and what lies between them.
fn curves(ui: &mut egui::Ui, cx: &mut PanelContext, other: usize) {
    let session = cx.session;
    let form = &mut cx.forms.compare;
    theme::section(ui, "Over time");
    let log = &session.stage.scene.measures.log;
    let compared =
        egui::ComboBox::from_id_salt("compared").selected_text(MEASURES[form.statistic].1).show_ui(ui, |ui| {
            let logged = |measure: &Option<_>| measure.is_none_or(|measure| log.contains(&measure));
            for (index, plotted) in MEASURES.iter().enumerate().filter(|(_, plotted)| logged(&plotted.0)) {
                ui.selectable_value(&mut form.statistic, index, plotted.1).on_hover_text(plotted.3);
            }
        });
    compared.response.on_hover_text(format!("The statistic that is drawn of both: {}", MEASURES[form.statistic].3));
    let (_, name, unit, tip, value) = MEASURES[form.statistic];
    let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let fork = session.strip.fork(session.strip.current, other).unwrap_or(0) as f64 * f64::from(session.stage.scene.dt);
    for (at, (own, species)) in session.tables.iter().zip(&session.stage.scene.species).enumerate() {
        let Some(theirs) = session.tables_of(other).get(at) else { continue };
        let color = theme::swatch(species.color);
        let (shown, beside) = (points(&own.rows, value), points(&theirs.rows, value));
        let between = apart(&own.rows, &theirs.rows, value);
        ui.label(format!("{}: {name}{unit}", species.name)).on_hover_text(tip);
        plot(ui, ("both", at), 90.0, fork, |plot| {
            plot.line(
                Line::new(format!("branch {}", other + 1), PlotPoints::from(beside))
                    .color(theme::SOFT)
                    .style(LineStyle::dashed_dense())
                    .width(1.4),
            );
            plot.line(Line::new("shown", PlotPoints::from(shown)).color(color).width(1.6));
        });
        let last = between.last().map_or("not both measured yet".to_string(), |last| theme::figure(last[1]));
        ui.label(RichText::new(format!("shown less beside: {last}")).small().color(theme::SOFT));
        plot(ui, ("between", at), 64.0, fork, |plot| {
            plot.hline(HLine::new("no difference", 0.0).color(theme::EDGE).width(1.0));
            plot.line(Line::new("difference", PlotPoints::from(between)).color(theme::ACCENT).width(1.6));
        });
    }
}

/// A plot over simulated seconds, with a mark where the branches part.
fn plot(ui: &mut egui::Ui, id: (&str, usize), height: f32, fork: f64, lines: impl FnOnce(&mut egui_plot::PlotUi)) {
    Plot::new(id)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_grid([false, true])
        .y_axis_min_width(34.0)
        .set_margin_fraction(egui::vec2(0.02, 0.12))
        .show(ui, |plot| {
            plot.vline(VLine::new("where they part", fork).color(Color32::from_gray(90)).width(1.0));
            lines(plot);
        });
}

/// A statistic over simulated seconds, thinned to what a panel shows.
fn points(rows: &[MetricsRow], value: fn(&MetricsRow) -> f64) -> Vec<[f64; 2]> {
    let known: Vec<[f64; 2]> =
        rows.iter().map(|row| [row.seconds, value(row)]).filter(|point| point[1].is_finite()).collect();
    thin(known)
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
    thin(found)
}

/// Every so manieth point, the last among them.
fn thin(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let rest = points.len().saturating_sub(1) % every;
    points.into_iter().enumerate().filter(|(at, _)| at % every == rest).map(|(_, point)| point).collect()
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
        let thinned = points(&rows(&ticks, |_| 1.0), |row| row.speed.into());
        assert!(thinned.len() <= MOST_POINTS && thinned.len() > 400, "{}", thinned.len());
        assert_eq!(thinned.last().map(|point| point[0]), Some(1_299.0));
    }
}
