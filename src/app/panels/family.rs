//! The family of the selected agent as a tree in a window: ancestors to the left, descendants to the right, to be shifted, enlarged and
//! asked. Draws what the chronicle knows, and says of whom nothing is known.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Color32, Pos2, RichText, Stroke, Vec2, pos2, vec2};

use crate::app::engine::Control;
use crate::app::engine::chronicle::{Family, Individual};
use crate::app::panels::hall::{drop_and_save, select};
use crate::app::panels::{Ask, theme};
use crate::app::session::Session;
use crate::app::strings::{self, family as text};
use crate::layout::{ENERGY_SCALE, NONE, THINK_GRAPH, THINK_PLASTIC};
use crate::plan::Plan;
use crate::simulation::Name;

/// Points between generations, and between those of one, at a zoom of 1.
const STEP: Vec2 = vec2(58.0, 22.0);
/// Height of what is told of the chosen one; the window would grow with it.
const ABOUT: f32 = 118.0;
/// Numbers are written from this zoom on.
const LEGIBLE: f32 = 0.75;

/// What colours show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Shows {
    #[default]
    Fitness,
    Signal,
    Energy,
    Unlike,
}

impl Shows {
    const ALL: [(Shows, &'static str, &'static str); 4] = [
        (Shows::Fitness, text::FITNESS, text::FITNESS_TIP),
        (Shows::Signal, text::SIGNAL, text::SIGNAL_TIP),
        (Shows::Energy, text::ENERGY, text::ENERGY_TIP),
        (Shows::Unlike, text::UNLIKE, text::UNLIKE_TIP),
    ];

    /// The number of an individual; nothing where it is not known.
    fn of(self, known: &Individual, focus: Option<&Individual>) -> Option<f32> {
        let seen = known.seen.as_ref();
        let value = match self {
            Shows::Fitness => seen?.fitness,
            Shows::Signal => seen?.loudness,
            Shows::Energy => seen?.energy as f32 / ENERGY_SCALE,
            Shows::Unlike => {
                let (own, other) = (known.genome.as_ref()?, focus?.genome.as_ref()?);
                let square: f64 = own.iter().zip(other.iter()).map(|(a, b)| f64::from(a - b).powi(2)).sum();
                square.sqrt() as f32
            }
        };
        value.is_finite().then_some(value)
    }
}

/// What is shown of it, and how.
pub struct Form {
    /// Whether the window is open.
    pub open: bool,
    /// Whose family is shown, and that it was asked for.
    whose: Option<Name>,
    /// Who is looked at in it.
    chosen: Option<Name>,
    shows: Shows,
    pan: Vec2,
    zoom: f32,
}

impl Default for Form {
    fn default() -> Self {
        Form { open: false, whose: None, chosen: None, shows: Shows::default(), pan: Vec2::ZERO, zoom: 1.0 }
    }
}

impl Form {
    /// Forgets everybody: another run has begun.
    pub fn forget(&mut self) {
        *self = Form { open: self.open, shows: self.shows, ..Form::default() };
    }
}

/// Draws the window while it is open, and asks for the family of whoever is selected.
pub fn window(context: &egui::Context, form: &mut Form, session: &Session, asks: &mut Vec<Ask>) {
    let selected = session.opened.as_ref().and_then(|opened| opened.name);
    let wanted = if form.open { selected.or(form.whose) } else { None };
    if wanted != form.whose {
        form.whose = wanted;
        form.chosen = wanted;
        form.pan = Vec2::ZERO;
        asks.push(Ask::Control(Control::Family(wanted)));
    }
    let mut open = form.open;
    egui::Window::new(text::FAMILY)
        .open(&mut open)
        .default_pos([330.0, 110.0])
        .default_size([620.0, 420.0])
        .show(context, |ui| content(ui, form, session, asks));
    form.open = open;
}

/// What is in it.
fn content(ui: &mut egui::Ui, form: &mut Form, session: &Session, asks: &mut Vec<Ask>) {
    let Some(whose) = form.whose else { return theme::empty(ui, text::WITHOUT_AGENT) };
    // Of the one before nothing is shown any longer.
    let family = session.family.as_ref().filter(|family| family.all.iter().any(|known| known.name == whose));
    let Some(family) = family else { return theme::empty(ui, strings::agent::LOOKING) };
    let focus = family.all.iter().find(|known| known.name == whose);
    let compares = compares(&session.stage.plan, whose);
    if !compares && form.shows == Shows::Unlike {
        form.shows = Shows::default();
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(text::SHOWS).color(theme::SOFT));
        for (shows, name, tip) in Shows::ALL.into_iter().filter(|(shows, ..)| compares || *shows != Shows::Unlike) {
            ui.selectable_value(&mut form.shows, shows, name).on_hover_text(tip);
        }
        if ui.button(text::FIT).on_hover_text(text::FIT_TIP).clicked() {
            form.zoom = 0.0;
        }
    });
    let range = span(family, form.shows, focus);
    let ends = match range {
        Some((low, high)) => text::span(theme::figure(low.into()), theme::figure(high.into())),
        None => text::WITHOUT_SPAN.to_string(),
    };
    ui.label(RichText::new(ends).small().color(theme::SOFT));
    tree(ui, form, family, whose, range, focus, (ui.available_height() - ABOUT).max(100.0));
    let chosen = form.chosen.and_then(|name| family.all.iter().find(|known| known.name == name));
    let scroll = egui::ScrollArea::vertical().auto_shrink(false).max_height(ABOUT - 16.0);
    scroll.show(ui, |ui| {
        if let Some(known) = chosen.or(focus) {
            about(ui, session, asks, known);
        }
        told(ui, family);
    });
}

/// Whether genomes of the species of an individual mean the same number by number: of graphs and of rules of learning they do not.
fn compares(plan: &Plan, whose: Name) -> bool {
    let species = plan.species.get(whose.species as usize);
    species.is_some_and(|species| !matches!(species.think, THINK_GRAPH | THINK_PLASTIC))
}

/// What ought to be known of the whole tree.
fn told(ui: &mut egui::Ui, family: &Family) {
    let mut told = vec![];
    if family.cut {
        told.push(text::MORE);
    }
    if family.all.iter().any(|known| known.birth.is_none()) {
        told.push(text::SOME_WITHOUT_RECORD);
    }
    ui.label(RichText::new(told.join(" ")).small().color(theme::SOFT));
}

/// Lowest and highest of what is shown.
fn span(family: &Family, shows: Shows, focus: Option<&Individual>) -> Option<(f32, f32)> {
    let known = family.all.iter().filter_map(|known| shows.of(known, focus));
    known.fold(None, |span, value| {
        let (low, high) = span.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// Where each is drawn: its generation, and its row. A child stands beside the middle of its own children, under its first parent.
fn places(family: &Family) -> BTreeMap<Name, (f32, f32)> {
    let known: BTreeMap<Name, &Individual> = family.all.iter().map(|known| (known.name, known)).collect();
    let parents = |one: &Individual| -> Vec<Name> {
        let ids = one.birth.map_or([NONE; 2], |birth| [birth.parent, birth.second]);
        let names = ids.into_iter().filter(|id| *id != NONE).map(|id| Name { id, ..one.name });
        names.filter(|name| known.contains_key(name)).collect()
    };
    let mut generation: BTreeMap<Name, i32> = BTreeMap::new();
    let mut under: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    // Parents stand before their children.
    for one in &family.all {
        let own = parents(one);
        let after = own.iter().filter_map(|parent| generation.get(parent)).max();
        generation.insert(one.name, after.map_or(0, |after| after + 1));
        if let Some(first) = own.first() {
            under.entry(*first).or_default().push(one.name);
        }
    }
    // Who has no parents here stands just before the first child that it shares.
    for one in family.all.iter().rev().filter(|one| parents(one).is_empty()) {
        let shared = family.all.iter().filter(|child| parents(child).contains(&one.name));
        if let Some(first) = shared.filter_map(|child| generation.get(&child.name)).min() {
            generation.insert(one.name, first - 1);
        }
    }
    let mut rows: BTreeMap<Name, f32> = BTreeMap::new();
    let mut next = 0.0;
    let roots = || family.all.iter().filter(|one| parents(one).is_empty());
    let (trees, others): (Vec<&Individual>, Vec<&Individual>) =
        roots().partition(|one| under.contains_key(&one.name) || family.all.len() == 1);
    for root in trees {
        // Depth first without recursion: a line may be hundreds long. Children are placed before their parent.
        let mut waiting = vec![(root.name, false)];
        while let Some((name, below)) = waiting.pop() {
            let children = under.get(&name).map_or(&[][..], |children| children);
            if children.is_empty() {
                rows.insert(name, next);
                next += 1.0;
            } else if below {
                let placed: Vec<f32> = children.iter().filter_map(|child| rows.get(child).copied()).collect();
                rows.insert(name, placed.iter().sum::<f32>() / placed.len().max(1) as f32);
            } else {
                waiting.push((name, true));
                waiting.extend(children.iter().rev().map(|child| (*child, false)));
            }
        }
    }
    // Second parents, of whom no more is known, stand below the first child that they share, where there is room.
    let mut taken: BTreeMap<i32, Vec<f32>> = BTreeMap::new();
    for (name, row) in &rows {
        taken.entry(generation.get(name).copied().unwrap_or(0)).or_default().push(*row);
    }
    for one in others {
        let child = family.all.iter().find(|child| parents(child).contains(&one.name));
        let taken = taken.entry(generation.get(&one.name).copied().unwrap_or(0)).or_default();
        let mut row = 1.0 + child.and_then(|child| rows.get(&child.name)).copied().unwrap_or(0.0);
        while taken.iter().any(|other| (other - row).abs() < 0.9) {
            row += 1.0;
        }
        taken.push(row);
        rows.insert(one.name, row);
    }
    known.keys().filter_map(|name| Some((*name, (*generation.get(name)? as f32, *rows.get(name)?)))).collect()
}

/// The tree itself.
fn tree(
    ui: &mut egui::Ui,
    form: &mut Form,
    family: &Family,
    whose: Name,
    range: Option<(f32, f32)>,
    focus: Option<&Individual>,
    height: f32,
) {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click_and_drag());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 4.0, theme::WELL);
    let id = ui.id().with("places");
    // Other branches have other parents for the same number.
    let of = |k: &Individual| k.birth.map_or([k.name.id, NONE, NONE], |birth| [k.name.id, birth.parent, birth.second]);
    let numbers = family.all.iter().flat_map(of);
    let print = numbers.fold(family.all.len() as u64, |h, number| h.wrapping_mul(31).wrapping_add(number.into()));
    // Laid out anew where there is somebody new.
    let kept = ui.data(|d| d.get_temp::<(u64, std::sync::Arc<BTreeMap<Name, (f32, f32)>>)>(id));
    let places = match kept.filter(|(known, _)| *known == print) {
        Some((_, places)) => places,
        None => {
            let places = std::sync::Arc::new(places(family));
            ui.data_mut(|d| d.insert_temp(id, (print, places.clone())));
            places
        }
    };
    let center = places.get(&whose).copied().unwrap_or_default();
    if form.zoom <= 0.0 {
        let (mut low, mut high) = (vec2(f32::MAX, f32::MAX), vec2(f32::MIN, f32::MIN));
        for (x, y) in places.values() {
            (low, high) = (low.min(vec2(*x, *y)), high.max(vec2(*x, *y)));
        }
        let wanted = (high - low + vec2(2.0, 2.0)) * STEP;
        form.zoom = (rect.size() / wanted).min_elem().clamp(0.05, 2.0);
        form.pan = (vec2(center.0, center.1) - (low + high) * 0.5) * STEP * form.zoom;
    }
    if response.dragged() {
        form.pan += response.drag_delta();
    }
    if let Some(pointer) = response.hover_pos() {
        let wheel = ui.input(|i| i.smooth_scroll_delta().y / 240.0 + i.zoom_delta().ln());
        if wheel != 0.0 {
            let zoom = (form.zoom * wheel.exp()).clamp(0.05, 4.0);
            // What is under the pointer stays there.
            let off = pointer - rect.center() - form.pan;
            form.pan -= off * (zoom / form.zoom - 1.0);
            form.zoom = zoom;
        }
    }
    let at = |name: &Name| -> Option<Pos2> {
        let (x, y) = places.get(name)?;
        let off = vec2(x - center.0, y - center.1) * STEP * form.zoom;
        Some(rect.center() + form.pan + off)
    };
    let radius = (6.0 * form.zoom.sqrt()).clamp(2.0, 9.0);
    for known in &family.all {
        let (Some(to), Some(birth)) = (at(&known.name), known.birth) else { continue };
        for (id, first) in [(birth.parent, true), (birth.second, false)] {
            let Some(from) = at(&Name { id, ..known.name }).filter(|_| id != NONE) else { continue };
            let color = if first { theme::SOFT.gamma_multiply(0.7) } else { theme::SOFT.gamma_multiply(0.35) };
            let middle = 0.5 * (from.x + to.x);
            let path = vec![from, pos2(middle, from.y), pos2(middle, to.y), to];
            let stroke = Stroke::new(if first { 1.4 } else { 1.0 }, color);
            match first {
                true => painter.extend([egui::Shape::line(path, stroke)]),
                false => painter.extend(egui::Shape::dashed_line(&path, stroke, 4.0, 3.0)),
            }
        }
    }
    let pointer = response.hover_pos();
    let mut over: Option<(f32, &Individual)> = None;
    for known in &family.all {
        let Some(place) = at(&known.name).filter(|place| rect.expand(20.0).contains(*place)) else { continue };
        let value = form.shows.of(known, focus);
        let share = |value: f32| range.map_or(0.5, |(low, high)| (value - low) / (high - low).max(1e-9));
        let fill = value.map_or(Color32::TRANSPARENT, |value| theme::ramp(share(value)));
        let edge = if known.alive.is_some() { theme::TEXT.color() } else { theme::SOFT.gamma_multiply(0.6) };
        painter.circle(place, radius, fill, Stroke::new(if known.alive.is_some() { 1.6 } else { 1.0 }, edge));
        if known.name == whose || Some(known.name) == form.chosen {
            let color = if known.name == whose { theme::ACCENT.color() } else { Color32::WHITE };
            painter.circle_stroke(place, radius + 3.0, Stroke::new(1.6, color));
        }
        if form.zoom >= LEGIBLE {
            let number = theme::grouped(known.name.id.into());
            let below = place + vec2(0.0, radius + 1.0);
            painter.text(below, egui::Align2::CENTER_TOP, number, egui::FontId::proportional(9.0), theme::SOFT.color());
        }
        if let Some(pointer) = pointer {
            let far = pointer.distance(place);
            if far <= radius + 4.0 && over.is_none_or(|(nearest, _)| far < nearest) {
                over = Some((far, known));
            }
        }
    }
    if let Some((_, known)) = over {
        if response.clicked() {
            form.chosen = Some(known.name);
        }
        response.on_hover_text_at_pointer(words(known).join("\n"));
    }
}

/// What is known of one, line by line.
fn words(known: &Individual) -> Vec<String> {
    let number = |id: u32| theme::grouped(id.into());
    let origin = match known.birth {
        Some(birth) => {
            let of = match (birth.parent, birth.second) {
                (NONE, _) => String::new(),
                (parent, NONE) => text::of_one(number(parent)),
                (parent, second) => text::of_two(number(parent), number(second)),
            };
            text::born(birth.operator, &of, theme::grouped(birth.tick))
        }
        None => text::WITHOUT_RECORD.to_string(),
    };
    let mut lines = vec![strings::agent::number(number(known.name.id)), origin];
    if let Some(seen) = known.seen {
        let mut line = text::seen(known.alive.is_some(), theme::grouped(seen.tick));
        if seen.fitness.is_finite() {
            line.push_str(&text::fitness(theme::figure(seen.fitness.into())));
        }
        let energy = theme::figure((seen.energy as f32 / ENERGY_SCALE).into());
        line.push_str(&text::signal_and_energy(seen.loudness, energy));
        lines.push(line);
    }
    lines
}

/// Who is chosen, and what can be done.
fn about(ui: &mut egui::Ui, session: &Session, asks: &mut Vec<Ask>, known: &Individual) {
    ui.label(words(known).join(" · "));
    ui.horizontal_wrapped(|ui| {
        select(ui, session, asks, known.name, known.alive);
        match &known.genome {
            Some(genome) => {
                let fitness = known.seen.map_or(f32::NAN, |seen| seen.fitness);
                drop_and_save(ui, session, asks, known.name.species as usize, known.name.id, (genome, fitness));
            }
            None => {
                ui.label(RichText::new(text::WITHOUT_GENOME).small().color(theme::SOFT));
            }
        }
    });
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
