//! The tank's place in the window: the mouse moves the camera and selects agents; a legend and messages lie over the water.

use std::time::Instant;

use bevy::math::Vec2;
use bevy_egui::egui;

use crate::app::exhibit;
use crate::app::frame::Eye;
use crate::app::many;
use crate::app::overlay::{self, TankPainter};
use crate::app::panels::{Desk, camera, received, record, theme};
use crate::app::session::Session;
use crate::app::strings::tank as text;
use crate::app::tools;
use crate::app::view::colors::ColorMode;
use crate::app::view::school;
use crate::backend::Shown as State;
use crate::layout::Agent;

/// What the mouse does.
pub const MOUSE: &[(&str, &str)] = &[
    (text::DRAG, text::DRAG_DOES),
    (text::RIGHT_DRAG, text::RIGHT_DRAG_DOES),
    (text::WHEEL, text::WHEEL_DOES),
    (text::CLICK, text::CLICK_DOES),
    (text::SHIFT_DRAG, text::SHIFT_DRAG_DOES),
    (text::DOUBLE_CLICK, text::DOUBLE_CLICK_DOES),
];

/// Where the water is, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// The school that is shown.
    pub shown: egui::Rect,
    /// Another branch of the run.
    pub beside: Option<egui::Rect>,
}

impl Places {
    /// One picture.
    pub fn one(whole: egui::Rect) -> Places {
        Places { shown: whole, beside: None }
    }

    /// One picture, or two, beside or below each other so that a tank of a size is seen larger.
    fn of(whole: egui::Rect, two: bool, extent: [f32; 3]) -> Places {
        if !two {
            return Places::one(whole);
        }
        let aspect = extent[0] / extent[1].max(1e-3);
        let size = whole.size();
        let seen = |width: f32, height: f32| (width / aspect).min(height);
        let across = seen(0.5 * size.x, size.y) >= seen(size.x, 0.5 * size.y);
        let (shown, beside) =
            if across { whole.split_left_right_at_fraction(0.5) } else { whole.split_top_bottom_at_fraction(0.5) };
        Places { shown, beside: Some(beside) }
    }
}

/// Lets the mouse act on the tank, and draws what lies over it.
pub fn show(ui: &mut egui::Ui, desk: &mut Desk, session: &mut Session, eye: &mut Eye) -> Places {
    let places = Places::of(ui.max_rect(), session.beside().is_some(), session.stage.scene.extent);
    let rect = places.shown;
    let response = ui.interact(rect, ui.id().with("tank"), egui::Sense::click_and_drag());
    if let Some(pointer) = response.hover_pos() {
        session.pointed = tools::place(session, eye, rect, pointer).or(session.pointed);
    }
    let form = &mut desk.forms.record;
    if form.draws() {
        rectangle(&response, ui, rect, form);
    } else {
        let mut holds = tools::act(ui, &response, rect, &mut desk.tools, session, eye);
        let draws = !desk.exhibit.on && many::rectangle(ui, &response, rect, &mut desk.tools, session, eye);
        holds |= draws;
        eye.held = move_camera(&response, ui, rect, session, eye, holds) || draws;
        select(&response, rect, session, eye, holds);
    }
    if let Some(place) = places.beside {
        beside(ui, place, rect, session, eye);
    }
    frame(ui, rect, &desk.forms.record, session);
    let mut notes = Vec::new();
    if session.exposure.is_none() {
        camera::draw(ui, rect, &desk.forms.camera, session, eye);
        let glass = TankPainter::over(ui, rect, eye);
        notes = overlay::school::draw(&glass, session, &mut desk.copies, desk.settings.overlays);
        if desk.settings.senses {
            overlay::senses(&glass, session);
        }
    }
    legend(ui, rect, desk, session, notes);
    if desk.exhibit.on {
        exhibit::bar(ui, rect, &desk.exhibit, &mut desk.tools, session, &desk.settings.keys);
    } else {
        messages(ui, rect, session);
        received::card(ui, rect, &mut desk.forms.received, session);
        tools::bar(ui, rect, &mut desk.tools, session);
    }
    places
}

/// The other branch: the mouse moves the one camera here too, and a few words say what it is.
fn beside(ui: &egui::Ui, rect: egui::Rect, shown: egui::Rect, session: &mut Session, eye: &mut Eye) {
    let response = ui.interact(rect, ui.id().with("beside"), egui::Sense::drag());
    eye.held |= move_camera(&response, ui, rect, session, eye, false);
    let Some(other) = session.beside() else { return };
    let painter = ui.painter_at(rect);
    let stroke = egui::Stroke::new(1.0, theme::EDGE);
    let across = rect.left() >= shown.right();
    let ends = if across { [rect.left_top(), rect.left_bottom()] } else { [rect.left_top(), rect.right_top()] };
    painter.line_segment(ends, stroke);
    let mut lines = vec![(text::branch_beside(other.branch + 1), theme::ACCENT.color())];
    if let State::Host(snapshot) = &other.shown {
        for (spec, plan) in other.scene.species.iter().zip(&other.plan.species) {
            let slots = plan.slot_start as usize..(plan.slot_start + plan.slots) as usize;
            let living = snapshot.agents.get(slots).map_or(0, |own| own.iter().filter(|a| a.alive == 1).count());
            lines.push((format!("{}  {}", spec.name, theme::grouped(living as u64)), theme::swatch(spec.color)));
        }
    }
    note(&painter, rect, &lines);
}

/// Words in the upper left corner, on a shade.
fn note(painter: &egui::Painter, rect: egui::Rect, lines: &[(String, egui::Color32)]) {
    let font = egui::FontId::proportional(12.5);
    let laid: Vec<_> =
        lines.iter().map(|(text, color)| painter.layout_no_wrap(text.clone(), font.clone(), *color)).collect();
    let widest = laid.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
    let size = egui::vec2(widest + 20.0, 19.0 * lines.len() as f32 + 10.0);
    let shade = egui::Rect::from_min_size(rect.min + egui::vec2(6.0, 6.0), size);
    painter.rect_filled(shade, 6.0, theme::card());
    for (row, galley) in laid.into_iter().enumerate() {
        painter.galley(shade.min + egui::vec2(10.0, 7.0 + 19.0 * row as f32), galley, theme::TEXT.color());
    }
}

/// A drag draws the part of the view that is to be filmed.
fn rectangle(response: &egui::Response, ui: &egui::Ui, rect: egui::Rect, form: &mut record::Form) {
    ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    let Some(pointer) = response.interact_pointer_pos() else { return };
    if response.drag_started()
        && let Some(from) = ui.input(|i| i.pointer.press_origin())
    {
        form.draw(within(rect, from), false);
    }
    if response.dragged() || response.drag_stopped() {
        form.draw(within(rect, rect.clamp(pointer)), response.drag_stopped());
    }
}

/// What a film will show, as a thin frame.
fn frame(ui: &egui::Ui, rect: egui::Rect, form: &record::Form, session: &Session) {
    let Some(part) = form.frame(rect.aspect_ratio()).filter(|_| session.exposure.is_none()) else { return };
    let place = |at: Vec2| rect.center() + egui::vec2(at.x, -at.y) * rect.size() * 0.5;
    let frame = egui::Rect::from_two_pos(place(part.center - part.half), place(part.center + part.half));
    let stroke = egui::Stroke::new(1.0, theme::ACCENT_ON_WATER);
    ui.painter_at(rect).rect_stroke(frame, 2.0, stroke, egui::StrokeKind::Outside);
}

/// Moves the camera, and tells whether the mouse has hold of it; where a tool holds the first button, the others do.
fn move_camera(
    response: &egui::Response,
    ui: &egui::Ui,
    rect: egui::Rect,
    session: &mut Session,
    eye: &mut Eye,
    tool: bool,
) -> bool {
    let drag = response.drag_delta();
    let drag = Vec2::new(drag.x, drag.y);
    let held = response.dragged() && !(tool && response.dragged_by(egui::PointerButton::Primary));
    if held {
        let turns = response.dragged_by(egui::PointerButton::Primary) && eye.rig.volume;
        if turns {
            eye.rig.turn(drag);
        } else {
            eye.rig.pan(drag, rect.height());
            session.follow &= drag.length() < 1.0;
        }
    }
    let pointer = response.hover_pos();
    if let Some(pointer) = pointer {
        let wheel = ui.input(|i| i.smooth_scroll_delta().y / 50.0 + (i.zoom_delta() - 1.0) * 6.0);
        if wheel != 0.0 {
            let before = eye.rig.goal.distance;
            eye.rig.zoom(wheel);
            if !eye.rig.volume && !session.follow {
                // The place under the pointer stays there.
                let at = within(rect, pointer);
                let aspect = rect.aspect_ratio();
                let grown = before - eye.rig.goal.distance;
                eye.rig.goal.center.x += at.x * aspect * grown;
                eye.rig.goal.center.y += at.y * grown;
            }
        }
    }
    held
}

/// Selects what is clicked, unless a tool is in hand.
fn select(response: &egui::Response, rect: egui::Rect, session: &mut Session, eye: &Eye, tool: bool) {
    if response.clicked()
        && !tool
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let found = pick(session, eye, rect, pointer).map(|(slot, _)| slot);
        session.select(found);
        session.follow = found.is_some() && response.double_clicked();
    }
}

/// The agent under a point of the window: its slot, and itself.
pub fn pick(session: &Session, eye: &Eye, rect: egui::Rect, pointer: egui::Pos2) -> Option<(u32, Agent)> {
    let (from, along) = eye.rig.ray(within(rect, pointer), rect.aspect_ratio());
    let plan = &session.stage.plan;
    let longest = plan.species.iter().map(|s| s.length).fold(0.2, f32::max);
    let height = rect.height();
    // Half a body around the middle, or ten pixels for those far away.
    let reach = |way: f32| (0.5 * longest).max(10.0 * eye.rig.pixel(way, height));
    let moment = session.moment(Instant::now());
    // Where the school lies on the device, the click waits for a copy; a device that was lost picks nobody.
    let (before, after) = (moment.before.read().ok()?, moment.after.read().ok()?);
    let slot = school::pick(plan, (&before, &after, moment.share), (from.into(), along.into()), reach)?;
    Some((slot, *after.agents.get(slot as usize)?))
}

/// A point of the tank's rectangle as -1..1, y up.
pub fn within(rect: egui::Rect, at: egui::Pos2) -> Vec2 {
    let half = rect.size() * 0.5;
    let off = at - rect.center();
    Vec2::new(off.x / half.x.max(1.0), -off.y / half.y.max(1.0))
}

/// Names and numbers of the species, over the water.
fn legend(ui: &egui::Ui, rect: egui::Rect, desk: &Desk, session: &Session, notes: Vec<String>) {
    let painter = ui.painter_at(rect);
    let small = egui::FontId::proportional(12.5);
    let mut at = rect.min + egui::vec2(16.0, 14.0);
    let scene = &session.stage.scene;
    // Its size is known when all is written: a shade behind it takes its place then.
    let shade = painter.add(egui::Shape::Noop);
    let mut widest = 0.0f32;
    let title = painter.text(
        at,
        egui::Align2::LEFT_TOP,
        &scene.name,
        egui::FontId::proportional(18.0),
        theme::TEXT.gamma_multiply(0.92),
    );
    widest = widest.max(title.max.x);
    at.y = title.max.y + 8.0;
    for (species, spec) in scene.species.iter().enumerate() {
        let alive = session.living(species);
        painter.circle_filled(at + egui::vec2(5.0, 8.0), 4.5, theme::swatch(spec.color));
        let text = format!("{}  {}", spec.name, theme::grouped(alive as u64));
        let written =
            painter.text(at + egui::vec2(16.0, 0.0), egui::Align2::LEFT_TOP, text, small.clone(), theme::SOFT.color());
        widest = widest.max(written.max.x);
        at.y += 19.0;
    }
    for (spec, _) in scene.fields.iter().zip(&session.stage.plan.fields).filter(|(s, _)| s.visible) {
        let mark = egui::Rect::from_min_size(at + egui::vec2(1.0, 4.0), egui::vec2(8.0, 8.0));
        painter.rect_filled(mark, 2.0, theme::swatch(spec.color).gamma_multiply(0.8));
        let written = painter.text(
            at + egui::vec2(16.0, 0.0),
            egui::Align2::LEFT_TOP,
            &spec.name,
            small.clone(),
            theme::SOFT.color(),
        );
        widest = widest.max(written.max.x);
        at.y += 19.0;
    }
    if session.stage.plan.dims.worlds > 1 {
        let world = text::world(session.world + 1, session.stage.plan.dims.worlds);
        let written = painter.text(at, egui::Align2::LEFT_TOP, world, small.clone(), theme::SOFT.color());
        widest = widest.max(written.max.x);
        at.y += 19.0;
    }
    let colored = ColorMode::ALL.iter().find(|(m, ..)| *m == desk.settings.colors && *m != ColorMode::Species);
    let colored = colored.map(|(_, name, _)| text::colored_by(&name.to_lowercase()));
    for line in colored.into_iter().chain(notes) {
        let written = painter.text(at, egui::Align2::LEFT_TOP, line, small.clone(), theme::ACCENT.color());
        widest = widest.max(written.max.x);
        at.y += 19.0;
    }
    let end = egui::pos2(widest.max(at.x + 60.0) + 12.0, at.y + 6.0);
    let behind = egui::Rect::from_min_max(rect.min + egui::vec2(6.0, 6.0), end);
    painter.set(shade, egui::Shape::rect_filled(behind, 6.0, theme::card()));
    if session.status.paused {
        let at = rect.center_top() + egui::vec2(0.0, 16.0);
        painter.text(at, egui::Align2::CENTER_TOP, text::PAUSED, egui::FontId::proportional(15.0), theme::ON_WATER);
    }
}

/// Messages at the lower edge, the newest lowest.
fn messages(ui: &egui::Ui, rect: egui::Rect, session: &Session) {
    let painter = ui.painter_at(rect);
    let mut below = rect.max.y - 14.0;
    for (notice, _) in session.notices.iter().rev() {
        let color = if notice.bad { theme::WARN } else { theme::TEXT }.color();
        let wrap = (rect.width() - 60.0).max(80.0);
        let galley = painter.layout(notice.text.clone(), egui::FontId::proportional(13.5), color, wrap);
        let size = galley.size() + egui::vec2(24.0, 14.0);
        let frame = egui::Rect::from_min_size(egui::pos2(rect.min.x + 14.0, below - size.y), size);
        painter.rect_filled(frame, 6.0, theme::PANEL.gamma_multiply(0.94));
        painter.rect_stroke(frame, 6.0, egui::Stroke::new(1.0, color.gamma_multiply(0.35)), egui::StrokeKind::Inside);
        painter.galley(frame.min + egui::vec2(12.0, 7.0), galley, color);
        below = frame.min.y - 8.0;
    }
}
