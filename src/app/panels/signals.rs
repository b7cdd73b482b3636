//! What signals mean: what each channel tells of the sender's situation and whether anybody acts by it, how that went over time, a map of
//! signal against situation, and dialects. All of it of the newest samples of the school on screen. Knows nothing of how they are taken.

use bevy_egui::egui::{self, Color32, RichText, pos2, vec2};
use egui_plot::{Line, PlotPoints, Polygon};

use crate::app::engine::listening::{Heard, Spoken};
use crate::app::panels::plots::frame;
use crate::app::panels::{PanelContext, theme};
use crate::app::session::Told;
use crate::app::strings::{self, signals as text};
use crate::app::view::colors::{ColorMode, DIALECTS};
use crate::hearing::course::{CAUSAL, ENTROPY, Figure, NEXT_ACTION, figures};
use crate::measure::signals::{CHANCE, ChannelReport};
use crate::scene::SceneSpec;

/// What is chosen.
#[derive(Default)]
pub struct Form {
    /// Who speaks to whom: a place among those that are heard.
    pair: usize,
    /// Which channel; all together where none is chosen.
    channel: Option<u32>,
    /// The part of the situation by which a dialect's signals are sorted.
    sorted_by: usize,
}

/// Lines of the plot over time, at most: as many as colours that are told apart.
const LINES: usize = 6;

/// Reports that a point of the plot is the mean of, at least, and points, at most.
const POINTS: usize = 160;

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let Some(heard) = cx.session.heard.clone() else {
            return theme::empty(ui, if cx.session.status.paused { text::PAUSED } else { text::LISTENING });
        };
        if let Some(silence) = &heard.silence {
            return theme::empty(ui, &text::silence(silence));
        }
        let scene = cx.session.stage.scene.clone();
        let form = &mut cx.forms.signals;
        choices(ui, &scene, &heard, form);
        let Some((speaker, listener, reports)) = heard.pairs.get(form.pair) else { return };
        let chosen = reports.iter().find(|report| report.channel == form.channel);
        let Some(report) = chosen.or_else(|| reports.last()) else { return };
        told(ui, report);
        theme::section(ui, strings::plots::OVER_TIME);
        let key = (*speaker, *listener, report.channel);
        over_time(ui, cx.session.course.channels.get(&key).map_or(&[][..], |course| course));
        if report.channel.is_some() {
            map(ui, report);
        }
        let form = &mut cx.forms.signals;
        if let Some(spoken) = heard.spoken.iter().find(|spoken| spoken.species == *speaker) {
            dialects(ui, spoken, form, &mut cx.settings.colors);
        }
        ui.label(RichText::new(text::samples(report.samples[0], report.worlds)).small().color(theme::SOFT));
    });
}

fn choices(ui: &mut egui::Ui, scene: &SceneSpec, heard: &Heard, form: &mut Form) {
    let name = |species: usize| scene.species.get(species).map_or("", |s| s.name.as_str());
    form.pair = form.pair.min(heard.pairs.len().saturating_sub(1));
    if heard.pairs.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for (at, (speaker, listener, _)) in heard.pairs.iter().enumerate() {
                let pair = text::pair(name(*speaker), name(*listener));
                ui.selectable_value(&mut form.pair, at, pair).on_hover_text(text::PAIR_TIP);
            }
        });
    }
    let channels =
        heard.pairs.get(form.pair).map_or(0, |(_, _, reports)| reports.iter().filter_map(|r| r.channel).count());
    if channels < 2 {
        form.channel = Some(0);
        return;
    }
    form.channel = form.channel.filter(|channel| (*channel as usize) < channels);
    ui.horizontal_wrapped(|ui| {
        ui.selectable_value(&mut form.channel, None, text::ALL_CHANNELS).on_hover_text(text::ALL_CHANNELS_TIP);
        for at in 0..channels as u32 {
            ui.selectable_value(&mut form.channel, Some(at), strings::network::channel(at + 1))
                .on_hover_text(text::CHANNEL_TIP);
        }
    });
}

/// Colour of a line or bar.
fn hue(at: usize) -> Color32 {
    theme::swatch(DIALECTS[at % DIALECTS.len()])
}

/// What the channel tells, a bar each.
fn told(ui: &mut egui::Ui, report: &ChannelReport) {
    theme::section(ui, text::TOLD);
    if !report.varies() {
        ui.label(RichText::new(text::CONSTANT).color(theme::SOFT));
        return;
    }
    let figures = figures(report);
    let most = figures.iter().map(|(_, nats, ..)| *nats).filter(|nats| nats.is_finite()).fold(0.05, f64::max);
    ui.scope(|ui| {
        // The name and the number stand close above their bar.
        ui.spacing_mut().item_spacing.y = 1.0;
        figures.iter().enumerate().for_each(|(at, figure)| bar(ui, at, figure, most));
    });
}

fn bar(ui: &mut egui::Ui, at: usize, (what, nats, [low, high], chance): &Figure, most: f64) {
    let tip = match what.as_str() {
        ENTROPY => text::ENTROPY_TIP,
        CAUSAL => text::CAUSAL_TIP,
        NEXT_ACTION => text::NEXT_ACTION_TIP,
        _ => text::SITUATION_TIP,
    };
    let sure = *chance <= CHANCE;
    let known = nats.is_finite();
    let name = if sure { RichText::new(what.as_str()) } else { RichText::new(what.as_str()).color(theme::SOFT) };
    ui.horizontal(|ui| {
        ui.label(name).on_hover_text(tip);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(if known { format!("{:.2}", nats.max(0.0)) } else { "–".to_string() });
        });
    });
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 7.0), egui::Sense::hover());
    let place = |value: f64| rect.left() + width * (value.clamp(0.0, most) / most) as f32;
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, theme::WELL);
    if known {
        let filled = egui::Rect::from_min_max(rect.min, pos2(place(*nats), rect.max.y));
        painter.rect_filled(filled, 2.0, hue(at).gamma_multiply(if sure || chance.is_nan() { 0.9 } else { 0.4 }));
    }
    if low.is_finite() && high.is_finite() {
        let line = egui::Stroke::new(1.5, theme::TEXT);
        painter.line_segment([pos2(place(*low), rect.center().y), pos2(place(*high), rect.center().y)], line);
    }
    let interval = match low.is_finite() && high.is_finite() {
        true => text::figure_interval(*low, *high),
        false => String::new(),
    };
    let by_chance = if chance.is_finite() { text::figure_by_chance(*chance) } else { String::new() };
    response.on_hover_text(text::figure(what, theme::figure(nats.max(0.0)), &interval, &by_chance));
    ui.add_space(4.0);
}

/// The figures over simulated time: the most telling ones.
fn over_time(ui: &mut egui::Ui, course: &[Told]) {
    if course.len() < 2 {
        ui.label(RichText::new(text::NO_COURSE).small().color(theme::SOFT));
        return;
    }
    let names: Vec<&String> =
        course.last().map_or(vec![], |(_, figures)| figures.iter().map(|(what, ..)| what).collect());
    let mut order: Vec<(usize, f64)> = names
        .iter()
        .enumerate()
        .filter(|(_, what)| **what != ENTROPY)
        .map(|(at, _)| (at, highest(course, at)))
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(LINES);
    order.sort_unstable_by_key(|(at, _)| *at);
    frame("signals over time", 130.0).include_y(0.0).x_axis_formatter(|mark, _| format!("{:.0} s", mark.value)).show(
        ui,
        |plot| {
            for (at, _) in order {
                let points = line(course, at);
                let banded = points.iter().filter(|(_, [_, low, high])| low.is_finite() && high.is_finite());
                let banded: Vec<&(f64, [f64; 3])> = banded.collect();
                for pair in banded.windows(2) {
                    let [(x0, [_, low0, high0]), (x1, [_, low1, high1])] = pair else { continue };
                    let corners = vec![[*x0, *low0], [*x1, *low1], [*x1, *high1], [*x0, *high0]];
                    let strip = Polygon::new(names[at].clone(), PlotPoints::from(corners));
                    plot.polygon(strip.fill_color(hue(at).gamma_multiply(0.12)).stroke(egui::Stroke::NONE));
                }
                let middle: Vec<[f64; 2]> = points.iter().map(|(x, [y, ..])| [*x, *y]).collect();
                plot.line(Line::new(names[at].clone(), PlotPoints::from(middle)).color(hue(at)).width(1.6));
            }
        },
    );
}

/// Largest value that a figure came to.
fn highest(course: &[Told], at: usize) -> f64 {
    let values = course.iter().filter_map(|(_, figures)| figures.get(at)).map(|(_, nats, ..)| *nats);
    values.filter(|nats| nats.is_finite()).fold(0.0, f64::max)
}

/// A figure over time, with its interval; every point the mean of some neighbouring reports.
fn line(course: &[Told], at: usize) -> Vec<(f64, [f64; 3])> {
    let part = course.len().div_ceil(POINTS);
    let mean = |values: Vec<f64>| {
        let known: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    let point = |reports: &[Told]| {
        let of = |value: fn(&Figure) -> f64| mean(reports.iter().filter_map(|(_, f)| f.get(at)).map(value).collect());
        let seconds = reports.last().map_or(0.0, |(seconds, _)| *seconds);
        // A corrected estimate of nothing may lie below it; one that is not known stays so.
        (seconds, [of(|f| if f.1 < 0.0 { 0.0 } else { f.1 }), of(|f| f.2[0]), of(|f| f.2[1])])
    };
    course.chunks(part.max(1)).map(point).filter(|(_, [middle, ..])| middle.is_finite()).collect()
}

/// Mean signal in each class of each part of the situation.
fn map(ui: &mut egui::Ui, report: &ChannelReport) {
    theme::section(ui, text::MAP);
    egui::Grid::new("map").num_columns(2).spacing([10.0, 3.0]).show(ui, |ui| {
        for about in &report.about {
            ui.label(&about.what).on_hover_text(text::MAP_TIP);
            let width = (ui.available_width() - 4.0).clamp(60.0, 220.0);
            let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), egui::Sense::hover());
            strip(ui, rect, &about.means.iter().map(|mean| *mean as f32).collect::<Vec<_>>());
            if let Some(pointer) = response.hover_pos() {
                let at = ((pointer.x - rect.left()) / rect.width() * about.means.len() as f32) as usize;
                if let (Some(mean), Some([low, high])) = (about.means.get(at), about.bands.get(at)) {
                    let interval = match low.is_finite() && high.is_finite() {
                        true => text::class_interval(*low, *high),
                        false => String::new(),
                    };
                    let classes = about.means.len();
                    response.on_hover_text(text::class(&about.what, at + 1, classes, *mean, &interval));
                }
            }
            ui.end_row();
        }
    });
}

/// Numbers from -1 to 1 as cells of a strip.
fn strip(ui: &egui::Ui, rect: egui::Rect, values: &[f32]) {
    let painter = ui.painter_at(rect);
    let step = rect.width() / values.len().max(1) as f32;
    for (at, value) in values.iter().enumerate() {
        let left = rect.left() + at as f32 * step;
        let gap = if step > 6.0 { 1.0 } else { 0.0 };
        let cell = egui::Rect::from_min_max(pos2(left, rect.top()), pos2(left + step - gap, rect.bottom()));
        painter.rect_filled(cell, 0.0, theme::tone(*value));
    }
}

/// Who would signal alike.
fn dialects(ui: &mut egui::Ui, spoken: &Spoken, form: &mut Form, colors: &mut ColorMode) {
    theme::section(ui, text::DIALECTS);
    let found = &spoken.dialects;
    let count = found.dialects.len();
    ui.label(text::dialects(count, found.of.len())).on_hover_text(text::DIALECTS_TIP);
    if count > 1 {
        let share = format!("{:.0} %", 100.0 * found.inherited);
        let lines = match (spoken.lines, found.lineage.p <= CHANCE) {
            (true, true) => text::inherited(&share),
            (true, false) => text::NOT_INHERITED.to_string(),
            (false, _) => text::WITHOUT_LINES.to_string(),
        };
        ui.label(RichText::new(lines).small().color(theme::SOFT));
    }
    form.sorted_by = form.sorted_by.min(spoken.situations.len().saturating_sub(1));
    let mut order: Vec<usize> = (0..spoken.situations.first().map_or(0, |(_, values)| values.len())).collect();
    if let Some((name, values)) = spoken.situations.get(form.sorted_by) {
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let sorted = egui::ComboBox::from_id_salt("sorted by").selected_text(text::sorted_by(name)).show_ui(ui, |ui| {
            for (at, (name, _)) in spoken.situations.iter().enumerate() {
                ui.selectable_value(&mut form.sorted_by, at, name).on_hover_text(text::SORTED_BY_TIP);
            }
        });
        sorted.response.on_hover_text(text::SORTED_BY_TIP);
    }
    for (dialect, color) in found.dialects.iter().zip(&spoken.colors) {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(vec2(12.0, 12.0), egui::Sense::hover());
            ui.painter().circle_filled(dot.center(), 5.0, theme::swatch(DIALECTS[color % DIALECTS.len()]));
            let lines = match spoken.lines {
                true => text::members_of_lines(dialect.of_largest, dialect.founders),
                false => String::new(),
            };
            ui.label(text::members(dialect.members, &lines));
        });
        for channel in 0..spoken.channels {
            let values: Vec<f32> = order.iter().map(|at| dialect.usage[at * spoken.channels + channel]).collect();
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width().min(320.0), 12.0), egui::Sense::hover());
            strip(ui, rect, &values);
            response.on_hover_text(text::usage_tip(channel + 1, values.len()));
        }
    }
    let shown = *colors == ColorMode::Dialect;
    if ui.button(if shown { text::COLOR_BACK } else { text::COLOR }).on_hover_text(text::COLOR_TIP).clicked() {
        *colors = if shown { ColorMode::Species } else { ColorMode::Dialect };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_thinned_and_keeps_its_intervals() {
        let figure = |nats: f64| ("food".to_string(), nats, [nats - 0.1, nats + 0.1], 0.01);
        let course: Vec<Told> = (0..1_000).map(|i| (f64::from(i), vec![figure(0.5)])).collect();
        let points = line(&course, 0);
        assert!(points.len() <= POINTS && points.len() > POINTS / 2);
        assert!(points.iter().all(|(_, [y, low, high])| (y - 0.5).abs() < 1e-9 && *low < 0.41 && *high > 0.59));
        assert_eq!(line(&course, 1), [], "a figure that there is not");
        let unknown: Vec<Told> = vec![(1.0, vec![("food".to_string(), f64::NAN, [f64::NAN; 2], f64::NAN)])];
        assert_eq!(line(&unknown, 0), []);
        assert_eq!((highest(&course, 0), highest(&unknown, 0)), (0.5, 0.0));
    }
}
