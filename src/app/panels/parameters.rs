//! Every number of the scene: searchable, with unit and range. *Now* takes effect between two ticks; *restart* waits
//! for a new start, which the panel offers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy_egui::egui::{self, RichText};

use crate::app::engine::Control;
use crate::app::panels::values::{edit, parsed, slide, slides, tip, written};
use crate::app::panels::{Ask, PanelContext, scene_file, theme};
use crate::app::strings::parameters as text;
use crate::command::Command;
use crate::scene::{self, Parameter, SceneSpec, Value, When};

/// How long a value that was just changed is shown as typed, before the simulation's own is.
const TYPED_FOR: Duration = Duration::from_millis(600);

/// What is typed and known here.
#[derive(Default)]
pub struct Form {
    search: String,
    /// The parameters of a scene, listed once for each change of it.
    listed: Option<(Arc<SceneSpec>, Vec<Parameter>)>,
    /// Values just changed, so that a drag does not fight with what comes back.
    typed: BTreeMap<String, (Value, Instant)>,
    /// Changes that wait for a restart.
    pub waiting: BTreeMap<String, String>,
    /// What concerns the scene file.
    pub file: scene_file::Form,
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &mut cx.forms.parameters;
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 112.0).max(80.0);
        let edit = egui::TextEdit::singleline(&mut form.search).hint_text(text::SEARCH_HINT);
        ui.add(edit.desired_width(width)).on_hover_text(text::SEARCH_TIP);
        if ui.button("✖").on_hover_text(text::CLEAR_TIP).clicked() {
            form.search.clear();
        }
        ui.toggle_value(&mut cx.settings.sliders, text::SLIDERS).on_hover_text(text::SLIDERS_TIP);
    });
    scene_file::tools(ui, cx);
    restart_offer(ui, cx);
    scene_file::reshaped(ui, cx);
    let words: Vec<String> = cx.forms.parameters.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let listed = scene_file::listed(cx);
    let wanted = |p: &Parameter| matches(p, &words) && listed(&p.path);
    let groups = groups(cx, &wanted);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if groups.is_empty() {
            theme::empty(ui, text::NO_MATCH);
        }
        for (title, prefix, count) in groups {
            let open = !words.is_empty() || cx.forms.parameters.file.show != scene_file::Show::All;
            let head = egui::CollapsingHeader::new(RichText::new(format!("{title}  ({count})")).strong());
            let folded = head.id_salt(&prefix).open(open.then_some(true)).show(ui, |ui| {
                let known = cx.forms.parameters.listed.clone();
                let matching = |path: &str| {
                    group_of(path).0 == prefix
                        && known.as_ref().is_some_and(|(_, all)| all.iter().any(|p| p.path == path && wanted(p)))
                };
                let line = if cx.settings.sliders { Line::Slider } else { Line::Short };
                rows(ui, cx, line, &matching);
            });
            folded.header_response.on_hover_text(text::GROUP_TIP);
        }
    });
}

/// Groups with something to show: title, prefix and number of parameters.
fn groups(cx: &mut PanelContext, wanted: &dyn Fn(&Parameter) -> bool) -> Vec<(String, String, usize)> {
    let scene = cx.session.stage.scene.clone();
    let mut out: Vec<(String, String, usize)> = Vec::new();
    for p in list(cx).iter().filter(|p| wanted(p)) {
        let (prefix, index) = group_of(&p.path);
        match out.iter_mut().find(|(_, known, _)| *known == prefix) {
            Some(group) => group.2 += 1,
            None => {
                let name = match (prefix.split('[').next(), index) {
                    (Some("species"), Some(i)) => scene.species.get(i).map(|s| text::species(&s.name)),
                    (Some("fields"), Some(i)) => scene.fields.get(i).map(|f| text::field(&f.name)),
                    _ => None,
                };
                out.push((name.unwrap_or_else(|| prefix.clone()), prefix, 1));
            }
        }
    }
    // The scene's own single values stand together and first.
    out.sort_by_key(|(_, prefix, _)| prefix != "scene");
    out
}

/// The group that a path belongs to, and its index where it has one.
fn group_of(path: &str) -> (String, Option<usize>) {
    let first = path.split('.').next().unwrap_or(path);
    let stem = first.split('[').next().unwrap_or(first);
    let index = first.strip_prefix(stem).and_then(|i| i.trim_matches(['[', ']']).parse().ok());
    if path.contains('.') { (first.to_owned(), index) } else { ("scene".to_owned(), None) }
}

fn matches(p: &Parameter, words: &[String]) -> bool {
    let path = p.path.to_lowercase();
    let doc = p.meta.doc.to_lowercase();
    words.iter().all(|w| path.contains(w) || doc.contains(w))
}

fn list<'a>(cx: &'a mut PanelContext) -> &'a [Parameter] {
    let scene = &cx.session.stage.scene;
    let form = &mut cx.forms.parameters;
    let fresh = form.listed.as_ref().is_some_and(|(known, _)| Arc::ptr_eq(known, scene));
    if !fresh {
        form.listed = Some((scene.clone(), scene::parameters(scene)));
    }
    form.listed.as_ref().map_or(&[], |(_, all)| all.as_slice())
}

/// How a parameter is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Name and control in one line.
    Short,
    /// A slider below the name, for what has a range.
    Slider,
}

/// Draws the parameters whose paths are wanted. Other panels use this for the few that concern them.
pub fn rows(ui: &mut egui::Ui, cx: &mut PanelContext, line: Line, wanted: &dyn Fn(&str) -> bool) {
    let listed: Vec<Parameter> = list(cx).iter().filter(|p| wanted(&p.path)).cloned().collect();
    for parameter in listed {
        // A run of rows costs nothing where it cannot be seen.
        let line = if slides(&parameter) { line } else { Line::Short };
        let one = ui.spacing().interact_size.y;
        let height = if line == Line::Short { one } else { 2.0 * one + ui.spacing().item_spacing.y };
        let place = egui::Rect::from_min_size(ui.cursor().min, egui::vec2(ui.available_width(), height));
        if ui.is_rect_visible(place) {
            row(ui, cx, line, &parameter);
        } else {
            ui.allocate_space(place.size());
        }
    }
}

fn row(ui: &mut egui::Ui, cx: &mut PanelContext, line: Line, p: &Parameter) {
    let form = &mut cx.forms.parameters;
    form.typed.retain(|_, (_, at)| at.elapsed() < TYPED_FOR);
    let mut value = form.typed.get(&p.path).map_or(p.value.clone(), |(v, _)| v.clone());
    let waits = form.waiting.get(&p.path).cloned();
    if let Some(text) = &waits {
        value = parsed(&p.value, text);
    }
    let from_file = scene::get(&cx.session.reload.said, &p.path).ok();
    let here = scene::get(&cx.session.stage.scene, &p.path).ok();
    let changed = waits.is_some() || (from_file.is_some() && from_file != here);
    let mut set: Option<Value> = None;
    let mut reset = false;
    ui.horizontal(|ui| {
        let name = label(&p.path);
        let color = if changed { theme::ACCENT } else { theme::TEXT };
        let beside = if line == Line::Short { 148.0 } else { 72.0 };
        let width = (ui.available_width() - beside).max(60.0);
        let name = egui::Label::new(RichText::new(name).color(color)).truncate();
        let size = egui::vec2(width, ui.spacing().interact_size.y);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(width);
            ui.add(name).on_hover_text(tip(p));
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            let button = egui::Button::new(RichText::new("↺").size(12.0)).frame(false);
            let button = ui.add_enabled(changed, button);
            reset = button.on_hover_text(text::RESET_TIP).on_disabled_hover_text(text::UNCHANGED_TIP).clicked();
            let (mark, color, said) = match p.meta.when {
                When::Now => (text::NOW, theme::SOFT.color(), text::NOW_TIP),
                When::Restart => (text::RESTART, theme::WARN.gamma_multiply(0.8), text::RESTART_TIP),
            };
            ui.label(RichText::new(mark).small().color(color)).on_hover_text(said);
            if line == Line::Short {
                set = edit(ui, p, &mut value).then_some(value.clone());
            }
        });
    });
    if line == Line::Slider {
        set = slide(ui, p, &mut value).then_some(value.clone());
    }
    if reset {
        set = from_file.as_ref().map(|text| parsed(&p.value, text));
        cx.forms.parameters.waiting.remove(&p.path);
    }
    let Some(value) = set else { return };
    let text = written(&value);
    match p.meta.when {
        When::Now => {
            cx.forms.parameters.typed.insert(p.path.clone(), (value, Instant::now()));
            cx.asks.push(Ask::Control(Control::Command(Command::Set { path: p.path.clone(), value: text })));
        }
        When::Restart if here.as_deref() == Some(&text) => {
            cx.forms.parameters.waiting.remove(&p.path);
        }
        When::Restart => {
            cx.forms.parameters.waiting.insert(p.path.clone(), text);
        }
    }
}

/// The path without its group: of a long one its last two names, or which item of a list and its last name, so that what
/// tells neighbours apart is not cut off.
fn label(path: &str) -> String {
    let short = path.split_once('.').map_or(path, |(_, rest)| rest);
    let names: Vec<&str> = short.split('.').collect();
    let told = match names[..] {
        [first, _, .., last] if first.ends_with(']') => vec![first, last],
        [.., before, last] => vec![before, last],
        _ => names,
    };
    told.join(" › ").replace('_', " ")
}

/// Offers a restart when changes wait for one.
fn restart_offer(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let waiting = &cx.forms.parameters.waiting;
    if waiting.is_empty() {
        return;
    }
    let count = waiting.len();
    let frame = egui::Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(6).inner_margin(8.0);
    let (mut go, mut drop) = (false, false);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::changes_wait(count));
        ui.horizontal(|ui| {
            go = ui.button(text::RESTART_WITH).on_hover_text(text::RESTART_WITH_TIP).clicked();
            drop = ui.button(text::FORGET).on_hover_text(text::FORGET_TIP).clicked();
        });
    });
    if go {
        let mut spec = (*cx.session.stage.scene).clone();
        for (path, value) in &cx.forms.parameters.waiting {
            if let Err(error) = scene::set(&mut spec, path, value) {
                cx.asks.push(Ask::Tell(error.to_string(), true));
                return;
            }
        }
        cx.asks.push(Ask::Open(Box::new((cx.session.file.clone(), spec))));
    }
    // A run that begins forgets them by itself; where it cannot begin, they are there to be changed.
    if drop {
        cx.forms.parameters.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fall_into_groups() {
        assert_eq!(group_of("seed"), ("scene".into(), None));
        assert_eq!(group_of("species[1].body.cruise"), ("species[1]".into(), Some(1)));
        assert_eq!(group_of("camera.yaw"), ("camera".into(), None));
        assert_eq!(label("species[1].body.top_speed"), "body › top speed");
        assert_eq!(label("species[0].evolution.strategy.variation.mutation_rate"), "variation › mutation rate");
        assert_eq!(label("species[0].fitness[2].term.field"), "fitness[2] › field");
        assert_eq!((label("seed"), label("species[0].count")), ("seed".into(), "count".into()));
    }
}
