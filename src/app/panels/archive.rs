//! The map of an archive: fitness of the best in each cell along two axes of behaviour, coverage and QD score. Part of the Evolution
//! panel. Draws what the simulation thread tells of it.

use std::sync::Arc;

use bevy_egui::egui::{self, Color32, Pos2, RichText, Stroke, pos2, vec2};

use crate::app::engine::Control;
use crate::app::engine::mapping::{Map, Mapped};
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::strings::{self, archive as text};
use crate::evolution::archive::Axis;

/// Room for what is written at the left of a map and below it, points.
const LEFT: f32 = 18.0;
const BELOW: f32 = 18.0;
/// Least and largest height of a map, points.
const HEIGHT: (f32, f32) = (90.0, 300.0);

/// Which axes are shown, and the picture of it.
#[derive(Default)]
pub struct Form {
    across: usize,
    up: usize,
    drawn: Option<Drawn>,
}

/// A map as it is drawn, until it or what is shown of it changes.
struct Drawn {
    of: Arc<Vec<Map>>,
    place: usize,
    axes: [usize; 2],
    empty: Color32,
    /// Elites by cell, row after row from the lower end.
    seen: Vec<Option<usize>>,
    /// Lowest and highest fitness.
    span: Option<(f32, f32)>,
    picture: egui::TextureHandle,
}

/// Draws the map of a species, where it keeps an archive.
pub fn section(ui: &mut egui::Ui, cx: &mut PanelContext, species: usize) {
    let maps = cx.session.maps.clone();
    let Some(place) = maps.iter().position(|map| map.species == species && !map.axes.is_empty()) else { return };
    let map = &maps[place];
    theme::section(ui, text::ARCHIVE);
    let told = text::occupied(theme::grouped(map.elites.len() as u64), theme::grouped(map.cells as u64));
    ui.horizontal_wrapped(|ui| {
        ui.label(told).on_hover_text(text::OCCUPIED_TIP);
        ui.label(RichText::new(text::coverage(100.0 * map.coverage)).color(theme::SOFT))
            .on_hover_text(text::COVERAGE_TIP);
        ui.label(RichText::new(text::score(theme::figure(map.qd_score))).color(theme::SOFT))
            .on_hover_text(text::score_tip(theme::figure(map.offset.into())));
    });
    let form = &mut cx.forms.evolution.archive;
    choose(ui, form, map);
    refresh(ui, form, &maps, place);
    let Some(drawn) = &form.drawn else { return };
    let clicked = draw(ui, map, drawn);
    legend(ui, drawn);
    if let Some(along) = clicked {
        cx.asks.push(Ask::Control(Control::Elite { species, along }));
    }
}

/// Which axes lie across and up, where there are more than two to choose from.
fn choose(ui: &mut egui::Ui, form: &mut Form, map: &Map) {
    let last = map.axes.len() - 1;
    form.across = form.across.min(last);
    form.up = form.up.min(last);
    if form.across == form.up {
        (form.across, form.up) = (0, last.min(1));
    }
    if last < 2 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let others = [form.up, form.across];
        let words = [text::ACROSS, text::UP].into_iter().zip([&mut form.across, &mut form.up]).zip(others);
        for ((word, own), other) in words {
            ui.label(RichText::new(word).small().color(theme::SOFT));
            egui::ComboBox::from_id_salt(("archive", word))
                .selected_text(&map.axes[*own].name)
                .width(110.0)
                .show_ui(ui, |ui| {
                    for (axis, spec) in map.axes.iter().enumerate().filter(|(axis, _)| *axis != other) {
                        ui.selectable_value(own, axis, &spec.name);
                    }
                })
                .response
                .on_hover_text(text::AXIS_TIP);
        }
    });
}

/// Draws the picture anew where something of it has changed.
fn refresh(ui: &egui::Ui, form: &mut Form, maps: &Arc<Vec<Map>>, place: usize) {
    let (axes, empty) = ([form.across, form.up], theme::WELL.color());
    let known = form.drawn.as_ref().is_some_and(|drawn| {
        Arc::ptr_eq(&drawn.of, maps) && (drawn.place, drawn.axes, drawn.empty) == (place, axes, empty)
    });
    if known {
        return;
    }
    let map = &maps[place];
    let seen = map.seen_along(form.across, form.up);
    let fitness = seen.iter().flatten().map(|at| map.elites[*at].fitness);
    let span = fitness.fold(None, |span: Option<(f32, f32)>, fitness| {
        let (low, high) = span.unwrap_or((fitness, fitness));
        Some((low.min(fitness), high.max(fitness)))
    });
    let [wide, tall] = map.size(form.across, form.up);
    let color = |at: Option<usize>| match (at, span) {
        (Some(at), Some(span)) => shade(map.elites[at].fitness, span),
        _ => empty,
    };
    // Pictures begin at the top.
    let pixels =
        (0..tall).rev().flat_map(|row| seen[row * wide..(row + 1) * wide].iter().map(|at| color(*at))).collect();
    let image = egui::ColorImage::new([wide, tall], pixels);
    let picture = ui.ctx().load_texture("archive", image, egui::TextureOptions::NEAREST);
    form.drawn = Some(Drawn { of: maps.clone(), place, axes, empty, seen, span, picture });
}

/// The colour of a fitness between the lowest and the highest.
fn shade(fitness: f32, (low, high): (f32, f32)) -> Color32 {
    let share = if high > low { (fitness - low) / (high - low) } else { 0.5 };
    theme::ramp(share)
}

/// The map with its axes; gives the cell of an elite that was clicked.
fn draw(ui: &mut egui::Ui, map: &Map, drawn: &Drawn) -> Option<Vec<u32>> {
    let [wide, tall] = map.size(drawn.axes[0], drawn.axes[1]);
    let width = (ui.available_width() - LEFT).max(40.0);
    let height = if tall == 1 { 26.0 } else { (width * tall as f32 / wide as f32).clamp(HEIGHT.0, HEIGHT.1) };
    let (whole, response) = ui.allocate_exact_size(vec2(width + LEFT, height + BELOW), egui::Sense::click());
    let rect = egui::Rect::from_min_max(whole.min + vec2(LEFT, 0.0), whole.max - vec2(0.0, BELOW));
    let painter = ui.painter_at(whole);
    let full = egui::Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    painter.image(drawn.picture.id(), rect, full, Color32::WHITE);
    painter.rect_stroke(rect, 0.0, Stroke::new(1.0, theme::EDGE), egui::StrokeKind::Outside);
    axis_names(&painter, rect, map, drawn.axes);
    let pointer = response.hover_pos().filter(|at| rect.contains(*at))?;
    let share = (pointer - rect.min) / rect.size();
    let cell = |share: f32, cells: usize| ((share * cells as f32) as usize).min(cells - 1);
    let (x, y) = (cell(share.x, wide), cell(1.0 - share.y, tall));
    let size = rect.size() / vec2(wide as f32, tall as f32);
    let corner = pos2(rect.min.x + x as f32 * size.x, rect.max.y - (y + 1) as f32 * size.y);
    painter.rect_stroke(
        egui::Rect::from_min_size(corner, size),
        0.0,
        Stroke::new(1.5, theme::TEXT.color()),
        egui::StrokeKind::Outside,
    );
    let elite = drawn.seen.get(y * wide + x).copied().flatten().and_then(|at| map.elites.get(at));
    let clicked = response.clicked();
    response.on_hover_text_at_pointer(told(map, drawn.axes, [x, y], elite));
    elite.filter(|_| clicked).map(|elite| elite.along.clone())
}

/// Names and ends of both axes.
fn axis_names(painter: &egui::Painter, rect: egui::Rect, map: &Map, axes: [usize; 2]) {
    let (small, soft) = (egui::FontId::proportional(10.5), theme::SOFT.color());
    let ends = |axis: &Axis| [axis.low, axis.high].map(|end| theme::figure(end.into()));
    let Some(across) = map.axes.get(axes[0]) else { return };
    let [low, high] = ends(across);
    let below = rect.max.y + 3.0;
    painter.text(pos2(rect.min.x, below), egui::Align2::LEFT_TOP, low, small.clone(), soft);
    painter.text(pos2(rect.max.x, below), egui::Align2::RIGHT_TOP, high, small.clone(), soft);
    painter.text(pos2(rect.center().x, below), egui::Align2::CENTER_TOP, &across.name, small.clone(), soft);
    let Some(up) = map.axes.get(axes[1]).filter(|_| axes[0] != axes[1]) else { return };
    // Written upwards: turned by a quarter, what was left is below.
    let write = |told: String, share: f32| {
        let galley = painter.layout_no_wrap(told, small.clone(), soft);
        let along = rect.max.y - share * rect.height() + share * galley.size().x;
        let at = pos2(rect.min.x - LEFT + 2.0, along);
        painter.add(egui::epaint::TextShape::new(at, galley, soft).with_angle(-std::f32::consts::FRAC_PI_2));
    };
    let [low, high] = ends(up);
    write(low, 0.0);
    write(high, 1.0);
    write(up.name.clone(), 0.5);
}

/// What there is to say of a cell.
fn told(map: &Map, axes: [usize; 2], at: [usize; 2], elite: Option<&Mapped>) -> String {
    let mut lines = vec![];
    for (axis, at) in axes.into_iter().zip(at).take(if axes[0] == axes[1] { 1 } else { 2 }) {
        let Some(spec) = map.axes.get(axis) else { continue };
        let step = (spec.high - spec.low) / spec.cells as f32;
        let [low, high] = [at, at + 1].map(|at| theme::figure(f64::from(spec.low + step * at as f32)));
        lines.push(text::part(&spec.name, low, high));
    }
    let Some(elite) = elite else {
        lines.push(text::UNSEEN.into());
        return lines.join("\n");
    };
    lines.push(text::fitness(theme::figure(elite.fitness.into())));
    let own = map.axes.iter().zip(&elite.descriptor);
    let own: Vec<String> = own.map(|(axis, at)| format!("{} {}", axis.name, theme::figure((*at).into()))).collect();
    let numbers: Vec<String> = elite.along.iter().map(u32::to_string).collect();
    lines.push(strings::agent::numbered(theme::grouped(elite.id.into()), own.join(", ")));
    lines.push(text::cell(&numbers.join(",")));
    lines.push(text::CLICK.into());
    lines.join("\n")
}

/// What colours mean.
fn legend(ui: &mut egui::Ui, drawn: &Drawn) {
    let Some((low, high)) = drawn.span else {
        ui.label(RichText::new(text::EMPTY).small().color(theme::SOFT));
        return;
    };
    ui.horizontal(|ui| {
        let small = |told: String| RichText::new(told).small().color(theme::SOFT);
        ui.label(small(text::fitness(theme::figure(low.into()))));
        let (bar, response) = ui.allocate_exact_size(vec2(90.0, 9.0), egui::Sense::hover());
        let steps = 30;
        for step in 0..steps {
            let [from, to] = [step, step + 1].map(|at| bar.min.x + bar.width() * at as f32 / steps as f32);
            let part = egui::Rect::from_x_y_ranges(from..=to, bar.y_range());
            ui.painter().rect_filled(part, 0.0, shade(step as f32, (0.0, (steps - 1) as f32)));
        }
        response.on_hover_text(text::LEGEND_TIP);
        ui.label(small(theme::figure(high.into())));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> Map {
        let axis = |name: &str, cells| Axis { name: name.into(), low: 0.0, high: 1.0, cells };
        let elite =
            |along: [u32; 2], fitness, id| Mapped { along: along.to_vec(), descriptor: vec![0.1, 0.9], fitness, id };
        Map {
            species: 0,
            axes: vec![axis("order", 4), axis("speed", 2)],
            elites: vec![elite([0, 1], 3.0, 7), elite([3, 0], 5.0, 8)],
            cells: 8,
            coverage: 0.25,
            qd_score: 8.0,
            offset: 0.0,
        }
    }

    #[test]
    fn what_lies_under_the_pointer_is_taken() {
        let context = egui::Context::default();
        let (maps, mut form) = (Arc::new(vec![map()]), Form { up: 1, ..Form::default() });
        let mut clicked = |x: f32, y: f32| {
            // 200 by 100 points of map, to the right of what is written at its left.
            let at = pos2(LEFT + x, y);
            let press = |pressed| egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Default::default(),
            };
            let mut found = None;
            for event in [egui::Event::PointerMoved(at), press(true), press(false)] {
                let screen = egui::Rect::from_min_size(Pos2::ZERO, vec2(200.0 + LEFT, 200.0));
                let input = egui::RawInput { screen_rect: Some(screen), events: vec![event], ..Default::default() };
                let _ = context.run_ui(input, |ui| {
                    refresh(ui, &mut form, &maps, 0);
                    found = draw(ui, &maps[0], form.drawn.as_ref().unwrap());
                });
            }
            found
        };
        // The upper row is the upper end of the second axis.
        assert_eq!((clicked(10.0, 20.0), clicked(190.0, 80.0)), (Some(vec![0, 1]), Some(vec![3, 0])));
        assert_eq!((clicked(10.0, 80.0), clicked(-9.0, 50.0)), (None, None));
        assert_eq!(form.drawn.unwrap().span, Some((3.0, 5.0)));
    }

    #[test]
    fn a_cell_tells_what_it_is() {
        let map = map();
        let text = told(&map, [0, 1], [3, 0], Some(&map.elites[1]));
        assert!(text.starts_with("order 0.75 to 1.00\nspeed 0.00 to 0.50\nfitness 5.00\nno. 8: "), "{text}");
        assert!(text.contains("--elite 3,0"), "{text}");
        assert!(told(&map, [0, 1], [1, 1], None).ends_with("nobody has been seen to behave so"));
        assert_eq!(shade(2.0, (2.0, 2.0)), theme::ramp(0.5), "all alike");
    }
}
