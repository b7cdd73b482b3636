//! The network of the selected agent, drawn: neurons in columns with what they gave, the strongest connections between them, and the one
//! that is chosen, to be cut or set. Draws what `app::network` has made; knows nothing of controllers.

use std::time::{Duration, Instant};

use bevy_egui::egui::{self, Color32, Pos2, Rect, RichText, Stroke, pos2, vec2};

use crate::app::engine::chronicle::Individual;
use crate::app::network::{Link, Network, Place};
use crate::app::panels::theme;
use crate::app::strings::{self, wiring as text};

/// Points between neurons of a column, at least: closer, nobody can point at one.
const NEAR: f32 = 6.0;
/// And at most: farther, a column falls apart.
const FAR: f32 = 30.0;
/// Neurons are drawn no larger than this, points.
const RADIUS: f32 = 5.5;
/// How far from a connection the pointer may be to mean it, points.
const REACH: f32 = 5.0;
/// Connections that are drawn at first.
const USUAL: usize = 120;
/// Until the engine has answered, a value that was set stands for itself.
const ANSWERS: Duration = Duration::from_millis(500);

/// A number of the genome that is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chosen {
    /// A connection, by its ends, and whether it leads back.
    Link(Place, Place, bool),
    /// The bias of a neuron.
    Bias(Place),
}

/// What is chosen here.
pub struct Form {
    /// Connections that are drawn.
    most: usize,
    /// Whether of a gated memory that is shown what makes cells forget.
    pub gate: bool,
    /// What is to be set.
    chosen: Option<Chosen>,
    /// A number that was set, where, and when.
    set: Option<(u32, f32, Instant)>,
    /// Whether the network has a window of its own.
    pub large: bool,
}

impl Default for Form {
    fn default() -> Self {
        Form { most: USUAL, gate: false, chosen: None, set: None, large: false }
    }
}

impl Form {
    /// Forgets what was chosen: another run has begun.
    pub fn forget(&mut self) {
        (self.chosen, self.set) = (None, None);
    }
}

/// Where neurons are drawn.
struct NeuronPositions {
    /// Of each column, which neurons are drawn, in order.
    shown: Vec<Vec<usize>>,
    rect: Rect,
    /// Room for names at either side.
    margins: [f32; 2],
}

impl NeuronPositions {
    /// Where there is no room for all of a column, those with the strongest connections are drawn.
    fn new(network: &Network, rect: Rect) -> NeuronPositions {
        let most = ((rect.height() - 18.0) / NEAR).max(1.0) as usize;
        let mut strength: Vec<Vec<f32>> =
            network.columns.iter().map(|column| vec![0.0; column.neurons.len()]).collect();
        for link in &network.links {
            for (column, at) in [link.from, link.to] {
                strength[column][at] += link.weight.abs();
            }
        }
        let of_column = |strength: &Vec<f32>| {
            let mut order: Vec<usize> = (0..strength.len()).collect();
            if order.len() > most {
                order.sort_by(|a, b| strength[*b].total_cmp(&strength[*a]).then(a.cmp(b)));
                order.truncate(most);
                order.sort_unstable();
            }
            order
        };
        let wide = rect.width() > 420.0;
        let margins = if wide { [130.0, 110.0] } else { [62.0, 68.0] };
        NeuronPositions { shown: strength.iter().map(of_column).collect(), rect, margins }
    }

    fn x(&self, column: usize) -> f32 {
        let (left, right) = (self.rect.left() + self.margins[0], self.rect.right() - self.margins[1]);
        left + (right - left) * column as f32 / (self.shown.len().max(2) - 1) as f32
    }

    fn step(&self, column: usize) -> f32 {
        let count = self.shown[column].len().max(1) as f32;
        ((self.rect.height() - 18.0) / count).min(FAR)
    }

    fn y(&self, column: usize, row: f32) -> f32 {
        let count = self.shown[column].len() as f32;
        self.rect.center().y + 9.0 + (row + 0.5 - 0.5 * count) * self.step(column)
    }

    fn at(&self, (column, neuron): Place) -> Option<Pos2> {
        let row = self.shown.get(column)?.binary_search(&neuron).ok()?;
        Some(pos2(self.x(column), self.y(column, row as f32)))
    }

    fn radius(&self, column: usize) -> f32 {
        (0.42 * self.step(column)).min(RADIUS)
    }

    /// Points along a connection: straight on, or in an arc where it leads back or stays in its column.
    fn path(&self, link: &Link) -> Option<Vec<Pos2>> {
        let (from, to) = (self.at(link.from)?, self.at(link.to)?);
        if link.from.0 < link.to.0 && !link.back {
            return Some(vec![from, to]);
        }
        let bow = vec2(14.0 + 0.15 * (from.y - to.y).abs() + 0.2 * (from.x - to.x).abs(), -10.0);
        let middle = pos2(from.x.max(to.x), 0.5 * (from.y + to.y)) + bow;
        let point = |i: usize| {
            let t = i as f32 / 12.0;
            let [a, b, c] = [(1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t];
            pos2(a * from.x + b * middle.x + c * to.x, a * from.y + b * middle.y + c * to.y)
        };
        Some((0..=12).map(point).collect())
    }
}

fn distance(path: &[Pos2], at: Pos2) -> f32 {
    let of = |ends: &[Pos2]| {
        let (a, along) = (ends[0], ends[1] - ends[0]);
        let t = ((at - a).dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
        (a + along * t).distance(at)
    };
    path.windows(2).map(of).fold(f32::INFINITY, f32::min)
}

/// The strongest connections between neurons that are drawn, the strongest last; of one neuron alone where one is meant.
fn strongest<'a>(network: &'a Network, layout: &NeuronPositions, of: Option<Place>, most: usize) -> Vec<&'a Link> {
    let drawn = |place: Place| layout.shown[place.0].binary_search(&place.1).is_ok();
    let meant = |link: &&Link| of.is_none_or(|place| link.from == place || link.to == place);
    let there = |link: &&Link| link.weight != 0.0 && drawn(link.from) && drawn(link.to);
    let mut links: Vec<&Link> = network.links.iter().filter(meant).filter(there).collect();
    if links.len() > most {
        links.select_nth_unstable_by(most, |a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        links.truncate(most);
    }
    links.sort_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
    links
}

/// Draws a network in `height` points; gives the place in the genome and the number that it shall be, where one was set.
pub fn show(
    ui: &mut egui::Ui,
    form: &mut Form,
    network: &Network,
    line: &[Individual],
    height: f32,
) -> Option<(u32, f32)> {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 4.0, theme::WELL);
    let layout = NeuronPositions::new(network, rect);
    let pointer = response.hover_pos();
    let neuron = pointer.and_then(|at| nearest(network, &layout, at));
    let links = strongest(network, &layout, neuron, form.most);
    let largest = network.links.iter().fold(1e-6f32, |most, link| most.max(link.weight.abs()));
    let over = pointer.filter(|_| neuron.is_none()).and_then(|at| {
        let far = |link: &&Link| layout.path(link).map_or(f32::INFINITY, |path| distance(&path, at));
        let near = links.iter().map(|link| (far(link), *link)).filter(|(far, _)| *far < REACH);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, link)| link)
    });
    for link in &links {
        let Some(path) = layout.path(link) else { continue };
        let share = (link.weight.abs() / largest).sqrt();
        let marked = over == Some(*link) || form.chosen == Some(of_link(link));
        let color = theme::tone(link.weight.signum()).gamma_multiply(if marked { 1.0 } else { 0.15 + 0.6 * share });
        let stroke = Stroke::new(if marked { 2.5 } else { 0.4 + 2.0 * share }, color);
        match link.back {
            true => painter.extend(egui::Shape::dashed_line(&path, stroke, 4.0, 3.0)),
            false => painter.extend([egui::Shape::line(path, stroke)]),
        }
    }
    neurons(&painter, network, &layout, neuron);
    names(&painter, network, &layout);
    if response.clicked() {
        form.chosen = match (neuron, over) {
            (Some(place), _) => network.neuron(place).and_then(|n| n.bias).map(|_| Chosen::Bias(place)),
            (None, Some(link)) => Some(of_link(link)),
            (None, None) => None,
        };
    }
    if let Some(place) = neuron {
        response.on_hover_ui_at_pointer(|ui| about_neuron(ui, network, place, line));
    } else if let Some(link) = over {
        response.on_hover_ui_at_pointer(|ui| about_link(ui, network, link, line));
    }
    let drawn = links.len();
    ui.horizontal(|ui| {
        let all = network.links.iter().filter(|link| link.weight != 0.0).count();
        ui.spacing_mut().slider_width = (ui.available_width() - 190.0).clamp(40.0, 160.0);
        // A network with fewer leaves the number for others as it is.
        let mut most = form.most.min(all.max(2));
        let slider = egui::Slider::new(&mut most, 1..=all.max(2)).logarithmic(true).show_value(false);
        if ui.add(slider).on_hover_text(text::MOST_TIP).changed() {
            form.most = most;
        }
        ui.label(RichText::new(text::drawn(drawn, theme::grouped(all as u64))).small().color(theme::SOFT));
    });
    if let Some(note) = network.note {
        ui.label(RichText::new(note).small().color(theme::SOFT));
    }
    setting(ui, form, network)
}

fn of_link(link: &Link) -> Chosen {
    Chosen::Link(link.from, link.to, link.back)
}

/// The neuron under a point.
fn nearest(network: &Network, layout: &NeuronPositions, at: Pos2) -> Option<Place> {
    let all = (0..network.columns.len()).flat_map(|c| layout.shown[c].iter().map(move |n| (c, *n)));
    let far = all.filter_map(|place| Some((layout.at(place)?.distance(at), place)));
    far.filter(|(far, place)| *far <= layout.radius(place.0) + 1.5).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, p)| p)
}

fn neurons(painter: &egui::Painter, network: &Network, layout: &NeuronPositions, over: Option<Place>) {
    for (c, column) in network.columns.iter().enumerate() {
        let radius = layout.radius(c);
        for n in &layout.shown[c] {
            let (Some(at), Some(neuron)) = (layout.at((c, *n)), column.neurons.get(*n)) else { continue };
            let fill = neuron.value.map_or(theme::WELL.color(), theme::tone);
            let edge = if over == Some((c, *n)) { Color32::WHITE } else { theme::SOFT.gamma_multiply(0.5) };
            painter.circle(at, radius, fill, Stroke::new(if over == Some((c, *n)) { 1.6 } else { 0.8 }, edge));
            if neuron.remembers {
                painter.circle_stroke(at, radius + 2.0, Stroke::new(1.0, theme::ACCENT));
            }
        }
        let left_out = column.neurons.len() - layout.shown[c].len();
        let title = match left_out {
            0 => column.title.clone(),
            _ => text::left_out(&column.title, left_out),
        };
        let align = match c {
            0 => egui::Align2::LEFT_TOP,
            _ if c + 1 == network.columns.len() => egui::Align2::RIGHT_TOP,
            _ => egui::Align2::CENTER_TOP,
        };
        let x = match c {
            0 => layout.rect.left() + 4.0,
            _ if c + 1 == network.columns.len() => layout.rect.right() - 4.0,
            _ => layout.x(c),
        };
        painter.text(
            pos2(x, layout.rect.top() + 2.0),
            align,
            title,
            egui::FontId::proportional(10.5),
            theme::SOFT.color(),
        );
    }
}

/// Names of what is sensed, a group each, and of what is done.
fn names(painter: &egui::Painter, network: &Network, layout: &NeuronPositions) {
    let (Some(first), last) = (network.columns.first(), network.columns.len().saturating_sub(1)) else { return };
    let (mut begin, mut lowest) = (0, f32::NEG_INFINITY);
    for (name, count) in &first.groups {
        let end = begin + count;
        let rows = layout.shown[0].partition_point(|n| *n < begin)..layout.shown[0].partition_point(|n| *n < end);
        begin = end;
        if rows.is_empty() {
            continue;
        }
        let (top, bottom) = (layout.y(0, rows.start as f32), layout.y(0, (rows.end - 1) as f32));
        let x = layout.x(0) - layout.radius(0) - 5.0;
        painter.line_segment([pos2(x, top - 2.0), pos2(x, bottom + 2.0)], Stroke::new(1.5, theme::EDGE));
        let y = 0.5 * (top + bottom);
        // Where groups are as thin as their names, every second is left to its tip.
        if y - lowest >= 10.0 {
            lowest = y;
            let at = pos2(x - 4.0, y);
            elided(painter, at, egui::Align::Max, name, layout.margins[0] - layout.radius(0) - 12.0);
        }
    }
    for n in &layout.shown[last] {
        if let (Some(at), Some(neuron)) = (layout.at((last, *n)), network.neuron((last, *n)))
            && layout.step(last) >= 9.0
        {
            let x = at.x + layout.radius(last) + 5.0;
            elided(painter, pos2(x, at.y), egui::Align::Min, &neuron.name, layout.rect.right() - x - 2.0);
        }
    }
}

/// A name beside a point, cut where it is too long.
fn elided(painter: &egui::Painter, at: Pos2, align: egui::Align, text: &str, width: f32) {
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.to_string(),
        egui::FontId::proportional(10.5),
        theme::SOFT.color(),
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(12.0));
    let galley = painter.layout_job(job);
    let x = if align == egui::Align::Max { at.x - galley.size().x } else { at.x };
    painter.galley(pos2(x, at.y - 0.5 * galley.size().y), galley, theme::SOFT.color());
}

fn name_of(network: &Network, place: Place) -> String {
    network.neuron(place).map_or_else(String::new, |neuron| neuron.name.clone())
}

fn about_neuron(ui: &mut egui::Ui, network: &Network, place: Place, line: &[Individual]) {
    let Some(neuron) = network.neuron(place) else { return };
    ui.label(RichText::new(&neuron.name).strong());
    let value = neuron.value.map_or(text::NOT_KNOWN.to_string(), |value| format!("{value:.4}"));
    ui.label(text::gave(&value));
    if neuron.remembers {
        ui.label(text::REMEMBERS);
    }
    if let Some((number, bias)) = neuron.bias {
        ui.label(text::bias(bias));
        history(ui, number, bias, line);
    }
}

fn about_link(ui: &mut egui::Ui, network: &Network, link: &Link, line: &[Individual]) {
    let back = if link.back { text::BACK } else { "" };
    ui.label(text::from(&name_of(network, link.from), back));
    ui.label(text::to(&name_of(network, link.to)));
    ui.label(RichText::new(text::weight(link.weight)).strong());
    if let Some(number) = link.number {
        ui.label(text::CLICK_TO_SET);
        history(ui, number, link.weight, line);
    }
}

/// What a number was in ancestors, the nearest first; nothing where the genome is not known.
fn past(number: u32, line: &[Individual]) -> Vec<(u32, Option<f32>)> {
    let of = |known: &Individual| {
        let genome = known.genome.as_ref();
        (known.name.id, genome.and_then(|genome| genome.get(number as usize)).copied())
    };
    line.iter().map(of).collect()
}

/// A number along the line of descent: a curve from the farthest ancestor whose genome is known to now, and the nearest in words.
fn history(ui: &mut egui::Ui, number: u32, now: f32, line: &[Individual]) {
    let past = past(number, line);
    ui.separator();
    let known = past.iter().filter(|(_, value)| value.is_some()).count();
    let soft = |ui: &mut egui::Ui, told: String| ui.label(RichText::new(told).small().color(theme::SOFT));
    if past.is_empty() {
        soft(ui, text::WITHOUT_ANCESTORS.into());
        return;
    }
    if known == 0 {
        soft(ui, text::unread_ancestors(past.len()));
        return;
    }
    let values: Vec<f32> = past.iter().filter_map(|(_, value)| *value).chain([now]).collect();
    let (low, high) = values.iter().fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let (rect, _) = ui.allocate_exact_size(vec2(190.0, 36.0), egui::Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, theme::WELL);
    let inside = rect.shrink(4.0);
    let place = |generation: usize, value: f32| {
        let x = inside.right() - inside.width() * generation as f32 / past.len() as f32;
        let y = inside.bottom() - inside.height() * (value - low) / (high - low).max(1e-6);
        pos2(x, y)
    };
    let ancestors = past.iter().enumerate().filter_map(|(i, (_, value))| Some(place(i + 1, (*value)?)));
    let points: Vec<Pos2> = std::iter::once(place(0, now)).chain(ancestors).collect();
    painter.extend(points.iter().map(|at| egui::Shape::circle_filled(*at, 2.0, theme::ACCENT)));
    painter.add(egui::Shape::line(points, Stroke::new(1.2, theme::ACCENT)));
    for (id, value) in past.iter().take(4) {
        let value = value.map_or(text::NOT_KNOWN.to_string(), |value| format!("{value:.4}"));
        soft(ui, strings::agent::numbered(theme::grouped((*id).into()), value));
    }
    soft(ui, text::ancestors(known, past.len(), low, high));
}

/// The number that is chosen, to be dragged or cut.
fn setting(ui: &mut egui::Ui, form: &mut Form, network: &Network) -> Option<(u32, f32)> {
    let (what, number, value) = match form.chosen? {
        Chosen::Link(from, to, back) => {
            let link = network.links.iter().find(|l| (l.from, l.to, l.back) == (from, to, back));
            let Some(link) = link else {
                form.chosen = None;
                return None;
            };
            let Some(number) = link.number else {
                ui.label(RichText::new(text::LEARNED).small().color(theme::WARN));
                return None;
            };
            (text::connection(&name_of(network, from), &name_of(network, to)), number, link.weight)
        }
        Chosen::Bias(place) => {
            let Some((number, bias)) = network.neuron(place).and_then(|neuron| neuron.bias) else {
                form.chosen = None;
                return None;
            };
            (text::bias_of(&name_of(network, place)), number, bias)
        }
    };
    let own = form.set.filter(|(set, _, when)| *set == number && when.elapsed() < ANSWERS);
    let mut wanted = own.map_or(value, |(_, value, _)| value);
    let mut set = None;
    ui.label(RichText::new(what).small());
    ui.horizontal(|ui| {
        // All that the command takes: what lies outside would be changed by looking at it.
        let drag = egui::DragValue::new(&mut wanted).speed(0.02).max_decimals(4).range(-65_504.0..=65_504.0);
        // The agent has a weight some frames after it is set: what is typed counts once it is whole.
        let drag = drag.update_while_editing(false);
        if ui.add(drag).on_hover_text(text::SET_TIP).changed() {
            set = Some((number, wanted));
        }
        if ui.button(text::CUT).on_hover_text(text::CUT_TIP).clicked() {
            set = Some((number, 0.0));
        }
        if ui.button(text::DONE).on_hover_text(text::DONE_TIP).clicked() {
            form.chosen = None;
        }
    });
    if let Some((number, value)) = set {
        form.set = Some((number, value, Instant::now()));
    }
    set
}

#[cfg(test)]
mod tests;
