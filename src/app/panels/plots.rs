//! Plots of metrics over time, thinned to what a screen can show. Knows nothing of which metrics there are.

use bevy_egui::egui::{self, Color32};
use egui_plot::{AxisHints, GridInput, GridMark, Line, Plot, PlotPoints, uniform_grid_spacer};

use crate::app::panels::theme;
use crate::app::strings::plots as text;
use crate::measure::MetricsRow;

/// Most points of a line: about one a pixel, so that a long run reads as a curve and not as a band.
const MOST_POINTS: usize = 256;

/// Width of the figures beside a plot, points: so many as `short` writes, so that plots below each other begin at the same place.
const FIGURES: f32 = 34.0;

/// How far figures beside a plot stand from each other at least, points: a little more than they are high.
const APART: f32 = 18.0;

/// What the figures below a plot take of its height, points.
const BELOW: f32 = 20.0;

/// One line of a plot.
pub struct Curve<'a> {
    /// Name, for the pointer's label.
    pub name: String,
    /// Colour.
    pub color: Color32,
    /// Rows.
    pub rows: &'a [MetricsRow],
    /// What of a row is shown; NaN leaves a gap out.
    pub value: fn(&MetricsRow) -> f64,
}

/// A plot that stays as it is: a drag or the wheel over it belongs to the panel.
pub fn frame(id: impl egui::AsId, height: f32) -> Plot<'static> {
    Plot::new(id)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_grid([false, true])
        .y_grid_spacer(uniform_grid_spacer(move |input| [step(&input, height); 3]))
        .custom_y_axes(vec![AxisHints::new_y().label_spacing(0.5 * APART..=APART)])
        .y_axis_min_width(FIGURES)
        .y_axis_formatter(|mark, _| marked(mark))
}

/// From line to line of a plot so high: one, two or five of a power of ten, the least that leaves figures room.
fn step(input: &GridInput, height: f32) -> f64 {
    let least = (input.bounds.1 - input.bounds.0) * f64::from(APART / (height - BELOW).max(APART));
    if least <= 0.0 || !least.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].map(|n| n * power).into_iter().find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// The figure at a line, with as many digits as tell it from the next.
fn marked(mark: GridMark) -> String {
    match mark.value.abs() {
        a if a < 0.5 * mark.step_size => "0".into(),
        a if a >= 1e4 => short(mark.value),
        _ => {
            // Steps below a thousandth are not told apart: they have no room.
            let digits = (-mark.step_size.log10().floor()).clamp(0.0, 3.0) as usize;
            format!("{:.digits$}", mark.value)
        }
    }
}

/// The rows in which both are known, as points.
pub fn known(rows: &[MetricsRow], x: impl Fn(&MetricsRow) -> f64, y: fn(&MetricsRow) -> f64) -> Vec<[f64; 2]> {
    let all = rows.iter().map(|row| [x(row), y(row)]);
    all.filter(|point| point.iter().all(|value| value.is_finite())).collect()
}

/// At most so many: every so-manieth, the last among them. What is not known is to be left out before: where little is, it might be all that
/// is taken.
pub fn thinned<T: Copy>(points: &[T], most: usize) -> Vec<T> {
    let every = points.len().div_ceil(most.max(1)).max(1);
    let first = points.len().saturating_sub(1) % every;
    points.iter().skip(first).step_by(every).copied().collect()
}

/// Draws curves over simulated seconds.
pub fn plot(ui: &mut egui::Ui, id: &str, title: &str, unit: &str, tip: &str, height: f32, curves: &[Curve]) {
    let lines: Vec<(&Curve, Vec<[f64; 2]>)> =
        curves.iter().map(|c| (c, means(c.rows, c.value, MOST_POINTS))).filter(|(_, p)| !p.is_empty()).collect();
    // Figures stand beside the title while there is room, else below it.
    let letters = title.len() + unit.len() + 7 * lines.len();
    let beside = letters as f32 * 7.0 < ui.available_width();
    ui.horizontal(|ui| {
        let title = if unit.is_empty() { title.to_string() } else { format!("{title}, {unit}") };
        ui.label(title).on_hover_text(tip);
        if beside {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| figures(ui, &lines));
        }
    });
    if !beside {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| figures(ui, &lines));
        });
    }
    if lines.is_empty() {
        ui.allocate_space(egui::vec2(1.0, 2.0));
        ui.label(egui::RichText::new(text::NOTHING).small().color(theme::SOFT));
        return;
    }
    frame(id, height)
        .x_axis_formatter(|mark, _| format!("{} s", short(mark.value)))
        .set_margin_fraction(egui::vec2(0.07, 0.12))
        .show(ui, |plot| {
            for (curve, points) in lines {
                let line = Line::new(curve.name.clone(), PlotPoints::from(points)).color(curve.color).width(1.6);
                plot.line(line);
            }
        });
}

/// The newest value of each curve, from right to left.
fn figures(ui: &mut egui::Ui, lines: &[(&Curve, Vec<[f64; 2]>)]) {
    ui.spacing_mut().item_spacing.x = 10.0;
    for (curve, points) in lines.iter().rev() {
        let last = points.last().map_or(f64::NAN, |p| p[1]);
        let figure = egui::RichText::new(theme::figure(last)).small().color(curve.color);
        ui.label(figure).on_hover_text(&curve.name);
    }
}

/// At most `most` points, each the mean of the rows that it stands for.
fn means(rows: &[MetricsRow], value: fn(&MetricsRow) -> f64, most: usize) -> Vec<[f64; 2]> {
    let bin = rows.len().div_ceil(most).max(1);
    rows.chunks(bin)
        .filter_map(|rows| {
            let known: Vec<f64> = rows.iter().map(value).filter(|v| v.is_finite()).collect();
            let last = rows.last()?;
            (!known.is_empty()).then(|| [last.seconds, known.iter().sum::<f64>() / known.len() as f64])
        })
        .collect()
}

/// A number for an axis.
fn short(x: f64) -> String {
    match x.abs() {
        a if a >= 1e6 => format!("{:.1}M", x / 1e6),
        a if a >= 1e4 => format!("{:.0}k", x / 1e3),
        a if a >= 10.0 || a == 0.0 => format!("{x:.0}"),
        a if a >= 1.0 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_are_thinned_and_gaps_left_out() {
        let rows: Vec<MetricsRow> = (0..10_000)
            .map(|i| MetricsRow {
                seconds: i as f64,
                speed: if i < 5_000 { f32::NAN } else { 2.0 },
                ..Default::default()
            })
            .collect();
        let points = means(&rows, |r| r.speed.into(), 256);
        assert!(points.len() <= 256 && points.len() > 100);
        assert!(points.iter().all(|p| p[1] == 2.0 && p[0] >= 5_000.0));
    }

    #[test]
    fn lines_leave_figures_room_and_are_told_apart() {
        let step = |low: f64, high: f64| step(&GridInput { bounds: (low, high), base_step_size: 1.0 }, 54.0 + BELOW);
        assert_eq!([step(0.0, 1.2), step(2.5, 4.8), step(0.0, 500.0), step(0.0, 0.0029)], [0.5, 1.0, 200.0, 0.001]);
        assert_eq!([step(1.0, 1.0), step(f64::NAN, 1.0)], [1.0; 2]);
        let marked = |value, step_size| marked(GridMark { value, step_size });
        assert_eq!([marked(0.5, 0.5), marked(400.0, 200.0), marked(1e-17, 0.5)], ["0.5", "400", "0"]);
        assert_eq!([marked(0.002, 0.001), marked(20_000.0, 10_000.0), marked(-1.5, 0.5)], ["0.002", "20k", "-1.5"]);
    }

    #[test]
    fn points_are_those_where_both_are_known_and_the_last_stays() {
        // Known in every seventh row alone: a stride before that is looked at could meet none of them.
        let row = |i: u32| MetricsRow {
            seconds: f64::from(i),
            speed: if i % 7 == 3 { 1.0 } else { f32::NAN },
            ..Default::default()
        };
        let rows: Vec<MetricsRow> = (0..70_000).map(row).collect();
        let all = known(&rows, |r| r.seconds, |r| r.speed.into());
        assert_eq!((all.len(), all[1]), (10_000, [10.0, 1.0]));
        let few = thinned(&all, 300);
        assert!(few.len() <= 300 && few.len() > 200, "{}", few.len());
        assert_eq!(few.last(), all.last());
        assert_eq!((thinned(&all, 20_000).len(), thinned::<f64>(&[], 5).len()), (10_000, 0));
    }
}
