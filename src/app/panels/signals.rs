//! What signals mean: what each channel tells of the sender's situation and whether anybody acts by it, how that went over time, a map of
//! signal against situation, and dialects. All of it of the newest samples of the school on screen. Knows nothing of how they are taken.

use bevy_egui::egui::{self, Color32, RichText, pos2, vec2};
use egui_plot::{Line, PlotPoints, Polygon};

use crate::app::engine::listening::{Heard, Spoken};
use crate::app::panels::plots::frame;
use crate::app::panels::{PanelContext, theme};
use crate::app::session::Told;
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
            let text = match cx.session.status.paused {
                true => "Nothing has been heard yet: let the school swim.",
                false => "Listening: the first samples take a second or two.",
            };
            return theme::empty(ui, text);
        };
        if let Some(silence) = &heard.silence {
            return theme::empty(ui, &format!("There is nothing to listen to: {silence}"));
        }
        let scene = cx.session.stage.scene.clone();
        let form = &mut cx.forms.signals;
        choices(ui, &scene, &heard, form);
        let Some((speaker, listener, reports)) = heard.pairs.get(form.pair) else { return };
        let chosen = reports.iter().find(|report| report.channel == form.channel);
        let Some(report) = chosen.or_else(|| reports.last()) else { return };
        told(ui, report);
        theme::section(ui, "Over time");
        let key = (*speaker, *listener, report.channel);
        over_time(ui, cx.session.course.channels.get(&key).map_or(&[][..], |course| course));
        if report.channel.is_some() {
            map(ui, report);
        }
        let form = &mut cx.forms.signals;
        if let Some(spoken) = heard.spoken.iter().find(|spoken| spoken.species == *speaker) {
            dialects(ui, spoken, form, &mut cx.settings.colors);
        }
        let worlds = match report.worlds {
            1 => "one world, so that no interval is known".to_string(),
            worlds => format!("{worlds} worlds, whose intervals these are"),
        };
        let text = format!("The newest {} samples, of {worlds}. Signals are cut by sign.", report.samples[0]);
        ui.label(RichText::new(text).small().color(theme::SOFT));
    });
}

fn choices(ui: &mut egui::Ui, scene: &SceneSpec, heard: &Heard, form: &mut Form) {
    let name = |species: usize| scene.species.get(species).map_or("", |s| s.name.as_str());
    form.pair = form.pair.min(heard.pairs.len().saturating_sub(1));
    if heard.pairs.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for (at, (speaker, listener, _)) in heard.pairs.iter().enumerate() {
                let text = format!("{} to {}", name(*speaker), name(*listener));
                ui.selectable_value(&mut form.pair, at, text).on_hover_text("Who speaks to whom");
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
        ui.selectable_value(&mut form.channel, None, "all channels").on_hover_text("What they tell together");
        for channel in 0..channels as u32 {
            let text = format!("channel {}", channel + 1);
            ui.selectable_value(&mut form.channel, Some(channel), text).on_hover_text("What this one tells");
        }
    });
}

/// Colour of a line or bar.
fn hue(at: usize) -> Color32 {
    theme::swatch(DIALECTS[at % DIALECTS.len()])
}

/// What the channel tells, a bar each.
fn told(ui: &mut egui::Ui, report: &ChannelReport) {
    theme::section(ui, "What it tells of");
    if !report.varies() {
        ui.label(RichText::new("It never varies, and so tells nothing.").color(theme::SOFT));
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
        ENTROPY => "Message entropy: as much as it could tell of anything",
        CAUSAL => {
            "Causal influence: what hearers do when they are put before other messages, by intervention; 0 when nobody heeds"
        }
        NEXT_ACTION => "Coordination: what messages tell of what hearers do next; it may have causes of its own",
        _ => "Mutual information of message and situation, corrected for few samples; no proof that anybody heeds",
    };
    let sure = *chance <= CHANCE;
    let known = nats.is_finite();
    let text = if sure { RichText::new(what.as_str()) } else { RichText::new(what.as_str()).color(theme::SOFT) };
    ui.horizontal(|ui| {
        ui.label(text).on_hover_text(tip);
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
        true => format!("\n95 % interval over worlds, beyond chance: {low:.3} to {high:.3}"),
        false => String::new(),
    };
    let by_chance = if chance.is_finite() { format!("\nchance of as much: {chance:.3}") } else { String::new() };
    response.on_hover_text(format!("{what}: {} nats{interval}{by_chance}", theme::figure(nats.max(0.0))));
    ui.add_space(4.0);
}

/// The figures over simulated time: the most telling ones.
fn over_time(ui: &mut egui::Ui, course: &[Told]) {
    if course.len() < 2 {
        ui.label(RichText::new("after the next samples").small().color(theme::SOFT));
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
    theme::section(ui, "Signal by situation");
    let tip =
        "Mean signal where this part of the situation is lowest (left) to highest (right): orange above 0, blue below";
    egui::Grid::new("map").num_columns(2).spacing([10.0, 3.0]).show(ui, |ui| {
        for about in &report.about {
            ui.label(&about.what).on_hover_text(tip);
            let width = (ui.available_width() - 4.0).clamp(60.0, 220.0);
            let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), egui::Sense::hover());
            strip(ui, rect, &about.means.iter().map(|mean| *mean as f32).collect::<Vec<_>>());
            if let Some(pointer) = response.hover_pos() {
                let at = ((pointer.x - rect.left()) / rect.width() * about.means.len() as f32) as usize;
                if let (Some(mean), Some([low, high])) = (about.means.get(at), about.bands.get(at)) {
                    let interval = match low.is_finite() && high.is_finite() {
                        true => format!(", 95 % interval over worlds {low:+.2} to {high:+.2}"),
                        false => String::new(),
                    };
                    let which = format!("{} of {}", at + 1, about.means.len());
                    response
                        .on_hover_text(format!("{}, class {which} from low to high: {mean:+.2}{interval}", about.what));
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
    theme::section(ui, "Dialects");
    let found = &spoken.dialects;
    let count = found.dialects.len();
    let text = match count {
        1 => format!("One way of signalling among {} agents.", found.of.len()),
        _ => format!("{count} ways of signalling among {} agents.", found.of.len()),
    };
    let tip = "All are put before the same situations, with the network itself; who sends alike is of one dialect";
    ui.label(text).on_hover_text(tip);
    if count > 1 {
        let share = format!("{:.0} %", 100.0 * found.inherited);
        let text = match (spoken.lines, found.lineage.p <= CHANCE) {
            (true, true) => format!("Founders tell {share} of who has which: they are inherited."),
            (true, false) => "Founders do not tell who has which.".to_string(),
            (false, _) => "`iwashi meaning RUN` joins them to the lineages of the population.".to_string(),
        };
        ui.label(RichText::new(text).small().color(theme::SOFT));
    }
    form.sorted_by = form.sorted_by.min(spoken.situations.len().saturating_sub(1));
    let mut order: Vec<usize> = (0..spoken.situations.first().map_or(0, |(_, values)| values.len())).collect();
    if let Some((name, values)) = spoken.situations.get(form.sorted_by) {
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let tip = "Situations from low to high of this";
        let sorted = egui::ComboBox::from_id_salt("sorted by").selected_text(format!("by {name}")).show_ui(ui, |ui| {
            for (at, (name, _)) in spoken.situations.iter().enumerate() {
                ui.selectable_value(&mut form.sorted_by, at, name).on_hover_text(tip);
            }
        });
        sorted.response.on_hover_text(tip);
    }
    for (dialect, color) in found.dialects.iter().zip(&spoken.colors) {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(vec2(12.0, 12.0), egui::Sense::hover());
            ui.painter().circle_filled(dot.center(), 5.0, theme::swatch(DIALECTS[color % DIALECTS.len()]));
            let lines = match spoken.lines {
                true => format!(", {} of one line in {}", dialect.of_largest, dialect.founders),
                false => String::new(),
            };
            ui.label(format!("{} agents{lines}", dialect.members));
        });
        for channel in 0..spoken.channels {
            let values: Vec<f32> = order.iter().map(|at| dialect.usage[at * spoken.channels + channel]).collect();
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width().min(320.0), 12.0), egui::Sense::hover());
            strip(ui, rect, &values);
            response.on_hover_text(format!(
                "Channel {} in {} situations, from low to high: orange above 0, blue below",
                channel + 1,
                values.len()
            ));
        }
    }
    let shown = *colors == ColorMode::Dialect;
    let text = if shown { "Species' colours again" } else { "Colour the school by dialect" };
    if ui.button(text).on_hover_text("Agents in the colours of these dialects; grey where they are not known").clicked()
    {
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
