//! The strip along the bottom: a statistic over the whole of a branch, what was changed when, and where one can go. Draws what the
//! session knows and asks for the rest.

use std::time::{Duration, Instant};

use bevy_egui::egui::{self, Color32, Rect, RichText, Stroke, pos2, vec2};

use crate::app::actions::Action;
use crate::app::engine::Control;
use crate::app::history::History;
use crate::app::keys::Keymap;
use crate::app::panels::measures::{self, MEASURES};
use crate::app::panels::{Desk, plots, record, theme};
use crate::app::session::{Session, Table};
use crate::app::strings::timeline as text;
use crate::command::{Command, Hand, Logged};
use crate::measure::MetricsRow;

/// Height of the curve and of a lane of a branch, points.
const CURVE: f32 = 40.0;
const LANE: f32 = 9.0;
/// Lanes that are shown: the newest ones.
const MOST_LANES: usize = 8;
/// Points of a curve at most.
const MOST_POINTS: usize = 600;
/// Megabytes that moments may take.
pub const MEGABYTES: std::ops::RangeInclusive<u32> = 16..=65_536;

/// How long a drag waits for a moment that was asked for: then it cannot be shown.
const WAITS: Duration = Duration::from_secs(2);

/// What is chosen and dragged here.
pub struct Form {
    /// Name of the statistic, where the scene logs it.
    statistic: &'static str,
    /// Whether the run was told of it, and for which run.
    told: Option<(u64, &'static str)>,
    /// The tick that a drag has come to, and when it was asked for.
    dragged: Option<(u64, Instant)>,
    /// The tick that its menu was asked for.
    asked: Option<u64>,
}

impl Default for Form {
    fn default() -> Self {
        Form { statistic: MEASURES[0].1, told: None, dragged: None, asked: None }
    }
}

impl Form {
    /// Shows the next statistic among those that the scene has measured.
    pub fn next(&mut self, session: &Session) {
        let scene = &session.stage.scene;
        let now = measures::shown(scene, self.statistic).1;
        let later = measures::logged(scene).skip_while(|plotted| plotted.1 != now).nth(1);
        self.statistic = later.or_else(|| measures::logged(scene).next()).map_or(now, |plotted| plotted.1);
    }

    /// Whether the moment that was asked for is shown, or cannot be.
    fn is_answered(&self, tick: u64, now: Instant) -> bool {
        self.dragged.is_none_or(|(asked, since)| asked == tick || now.saturating_duration_since(since) >= WAITS)
    }
}

/// Draws the strip.
pub fn strip(root: &mut egui::Ui, desk: &mut Desk, session: &Session) {
    let (form, history, keys) = (&mut desk.forms.timeline, &mut desk.history, &desk.settings.keys);
    let (_, name, _, _, value) = measures::shown(&session.stage.scene, form.statistic);
    let told = (session.stage.epoch, name);
    if form.told != Some(told) {
        if form.told.is_none_or(|(epoch, _)| epoch != told.0) {
            // That was a tick of another run.
            form.dragged = None;
        }
        form.told = Some(told);
        session.send(Control::Peak(name, value));
    }
    let frame = egui::Frame::new().fill(theme::BAR.color()).inner_margin(egui::Margin::symmetric(12, 6));
    egui::Panel::bottom("timeline").frame(frame).show_separator_line(false).show(root, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            steps(ui, session, keys);
            changes(ui, session, history, keys);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| chosen(ui, form, session, keys));
        });
        line(ui, form, session, &mut desk.forms.record);
        if session.strip.branches.len() > 1 {
            lanes(ui, session);
        }
    });
}

fn steps(ui: &mut egui::Ui, session: &Session, keys: &Keymap) {
    let (tick, end, current) = (session.status.tick, session.strip.end(), session.strip.current);
    let go = |tick| Control::Go { branch: current, tick };
    let interval = u64::from(session.stage.scene.measures.interval);
    let buttons = [
        ("⏮", Action::First, tick > 0, go(0)),
        ("⏪", Action::BackRow, tick > 0, Control::Back(interval)),
        ("◀", Action::Back, tick > 0, Control::Back(1)),
        ("⏭", Action::Last, tick < end, go(end)),
    ];
    for (sign, action, can, control) in buttons {
        let button = egui::Button::new(sign).min_size(vec2(28.0, 22.0));
        let tip = keys.tip(action);
        let response = ui.add_enabled(can && !session.status.filming, button);
        if response.on_hover_text(&tip).on_disabled_hover_text(&tip).clicked() {
            session.send(control);
        }
    }
    if !session.status.past {
        ui.label(RichText::new(text::NOW).small().color(theme::SOFT)).on_hover_text(text::NOW_TIP);
        return;
    }
    let before = text::before_the_end(&theme::grouped(end.saturating_sub(tick)));
    ui.label(RichText::new(before).small().color(theme::WARN)).on_hover_text(text::BEFORE_THE_END_TIP);
    let tip = text::take_over_tip(&keys.tip(Action::TakeOver));
    if ui.button(RichText::new(text::TAKE_OVER).color(theme::ACCENT)).on_hover_text(tip).clicked() {
        session.send(Control::TakeOver);
    }
}

fn changes(ui: &mut egui::Ui, session: &Session, history: &mut History, keys: &Keymap) {
    let undo = history.to_undo().map_or(text::NOTHING_TO_UNDO.to_string(), |c| text::undo_tip(&c.path, &c.before));
    let redo = history.to_redo().map_or(text::NOTHING_TO_REDO.to_string(), |c| text::redo_tip(&c.path, &c.after));
    let (undo, redo) = (keys.with(&undo, Action::Undo), keys.with(&redo, Action::Redo));
    ui.separator();
    if ui
        .add_enabled(history.to_undo().is_some(), egui::Button::new(text::UNDO))
        .on_hover_text(&undo)
        .on_disabled_hover_text(&undo)
        .clicked()
    {
        history.undo().into_iter().for_each(|command| session.send(Control::Command(command)));
    }
    if ui
        .add_enabled(history.to_redo().is_some(), egui::Button::new(text::REDO))
        .on_hover_text(&redo)
        .on_disabled_hover_text(&redo)
        .clicked()
    {
        history.redo().into_iter().for_each(|command| session.send(Control::Command(command)));
    }
}

/// The statistic, and what the timeline takes.
fn chosen(ui: &mut egui::Ui, form: &mut Form, session: &Session, keys: &Keymap) {
    egui::ComboBox::from_id_salt("statistic")
        .selected_text(measures::shown(&session.stage.scene, form.statistic).1)
        .width(130.0)
        .show_ui(ui, |ui| {
            for plotted in measures::logged(&session.stage.scene) {
                ui.selectable_value(&mut form.statistic, plotted.1, plotted.1).on_hover_text(plotted.3);
            }
        })
        .response
        .on_hover_text(text::statistic_tip(&keys.tip(Action::Statistic)));
    let [bytes, most] = session.strip.bytes;
    if most == 0 {
        // The run has not told of it yet.
        return;
    }
    let mut megabytes = (most >> 20) as u32;
    // Typed figures count once they are whole: the run tells of a limit some frames after it is set, and a field whose number is
    // another than it was left at forgets what is being typed.
    let limit = egui::DragValue::new(&mut megabytes).range(MEGABYTES).suffix(" MB").update_while_editing(false);
    if ui.add(limit).on_hover_text(text::MEMORY_TIP).changed() {
        session.send(Control::Memory((megabytes as usize) << 20));
    }
    let kept = text::moments(session.strip.marks.len(), bytes.div_ceil(1 << 20));
    ui.label(RichText::new(kept).small().color(theme::SOFT)).on_hover_text(text::MEMORY_TIP);
}

/// Where ticks lie in a rectangle.
#[derive(Clone, Copy)]
struct Scale {
    rect: Rect,
    end: u64,
}

impl Scale {
    fn x(&self, tick: u64) -> f32 {
        self.rect.left() + self.rect.width() * (tick as f64 / self.end.max(1) as f64) as f32
    }

    fn tick(&self, x: f32) -> u64 {
        let share = f64::from((x - self.rect.left()) / self.rect.width().max(1.0));
        (share.clamp(0.0, 1.0) * self.end as f64).round() as u64
    }
}

/// The branch that is shown, from its first tick to its last.
fn line(ui: &mut egui::Ui, form: &mut Form, session: &Session, film: &mut record::Form) {
    let size = vec2(ui.available_width(), CURVE);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click_and_drag());
    let strip = &session.strip;
    let end = strip.end().max(session.status.tick);
    let scale = Scale { rect: rect.shrink2(vec2(2.0, 0.0)), end };
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 4.0, theme::WELL);
    let here = form.dragged.map_or(session.status.tick, |(tick, _)| tick);
    let inside = Rect::from_min_max(rect.min + vec2(0.0, 9.0), rect.max - vec2(0.0, 8.0));
    let (_, name, unit, _, value) = measures::shown(&session.stage.scene, form.statistic);
    for (table, species) in session.tables.iter().zip(&session.stage.scene.species) {
        let points = curve(table, value, scale, inside);
        painter.add(egui::Shape::line(points, Stroke::new(1.3, theme::swatch(species.color))));
    }
    if here < end {
        // What has been and is still to come.
        let later = Rect::from_min_max(pos2(scale.x(here), rect.top()), rect.max);
        painter.rect_filled(later, 4.0, Color32::from_black_alpha(110));
    }
    if let Some((from, to)) = film.stretch() {
        let filmed = Rect::from_x_y_ranges(scale.x(from)..=scale.x(to.min(end)), rect.bottom() - 2.0..=rect.bottom());
        painter.rect_filled(filmed, 0.0, theme::ACCENT);
    }
    let own = strip.branches.get(strip.current);
    for mark in strip.marks.iter().filter(|mark| strip.leads_here(mark)) {
        let at = pos2(scale.x(mark.tick), rect.bottom() - 3.5);
        painter.circle_filled(at, 1.4, if mark.pinned { theme::WARN.color() } else { theme::SOFT.gamma_multiply(0.7) });
    }
    for tick in &strip.saved {
        let at = pos2(scale.x(*tick), rect.bottom() - 3.5);
        painter.rect_filled(Rect::from_center_size(at, vec2(2.5, 6.0)), 0.0, theme::ACCENT.gamma_multiply(0.8));
    }
    for (_, tick) in own.map_or(&[][..], |own| &own.moments) {
        painter.text(
            pos2(scale.x(*tick), rect.top() + 5.0),
            egui::Align2::CENTER_CENTER,
            "★",
            egui::FontId::proportional(9.0),
            theme::WARN.color(),
        );
    }
    let log = own.map_or(&[][..], |own| own.log.as_slice());
    let mut last = f32::NEG_INFINITY;
    for logged in log {
        let x = scale.x(logged.tick);
        // A drag of a slider is many commands and one mark.
        if x - last >= 2.0 {
            painter.add(triangle(pos2(x, rect.top()), 3.5, command_color(&logged.command)));
            last = x;
        }
    }
    let x = scale.x(here);
    painter.line_segment([pos2(x, rect.top()), pos2(x, rect.bottom())], Stroke::new(1.5, theme::TEXT));
    painter.add(triangle(pos2(x, rect.top()), 5.0, theme::TEXT.color()));
    if let Some(pointer) = response.hover_pos() {
        let tick = scale.tick(pointer.x);
        painter
            .line_segment([pos2(pointer.x, rect.top()), pos2(pointer.x, rect.bottom())], Stroke::new(1.0, theme::EDGE));
        let near = 4.0 / f64::from(rect.width()) * end as f64;
        let known = about(session, log, tick, near as u64, (name, unit, value));
        response.clone().on_hover_text_at_pointer(known);
    }
    drag(&response, form, session, scale);
    if response.secondary_clicked() {
        form.asked = response.interact_pointer_pos().map(|pointer| scale.tick(pointer.x));
    }
    response.context_menu(|ui| {
        let tick = form.asked.unwrap_or(here);
        for (what, end) in [(text::FILM_FROM, false), (text::FILM_TO, true)] {
            let button = ui.button(text::film_at(what, &theme::grouped(tick)));
            if button.on_hover_text(text::FILM_TIP).clicked() {
                film.mark(tick, end);
            }
        }
    });
}

/// A click goes there; a drag goes along, as fast as moments can be had.
fn drag(response: &egui::Response, form: &mut Form, session: &Session, scale: Scale) {
    if session.status.filming {
        return;
    }
    if response.drag_started() && !session.status.paused {
        session.send(Control::Pause);
    }
    let pointer =
        response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked() || response.drag_stopped());
    if let Some(pointer) = pointer {
        let tick = scale.tick(pointer.x);
        // The next one is asked for once the last one is there.
        let arrived = form.is_answered(session.status.tick, Instant::now());
        if form.dragged.is_none_or(|(before, _)| before != tick)
            && (arrived || response.drag_stopped() || response.clicked())
        {
            session.send(Control::Go { branch: session.strip.current, tick });
            // A run that a click does not stop may have left that tick before it is seen there.
            form.dragged = (!response.clicked()).then(|| (tick, Instant::now()));
        }
    }
    if !response.dragged() && form.is_answered(session.status.tick, Instant::now()) {
        form.dragged = None;
    }
}

/// A branch a lane, from where it leaves another one to where it ends.
fn lanes(ui: &mut egui::Ui, session: &Session) {
    let strip = &session.strip;
    let first = strip.branches.len().saturating_sub(MOST_LANES);
    let shown = strip.branches.len() - first;
    let size = vec2(ui.available_width(), LANE * shown as f32 + 4.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let longest = strip.branches.iter().map(|branch| branch.end).max().unwrap_or(1);
    let scale = Scale { rect: rect.shrink2(vec2(2.0, 0.0)), end: longest };
    let painter = ui.painter_at(rect);
    let y = |branch: usize| rect.top() + LANE * (branch.saturating_sub(first) as f32 + 0.5) + 2.0;
    let over = response.hover_pos().map(|pointer| first + ((pointer.y - rect.top() - 2.0) / LANE).max(0.0) as usize);
    for (index, branch) in strip.branches.iter().enumerate().skip(first) {
        let from = branch.parent.map_or(0, |(_, tick)| tick);
        let color = match index {
            _ if index == strip.current => theme::ACCENT.color(),
            _ if over == Some(index) => theme::TEXT.color(),
            _ => theme::SOFT.gamma_multiply(0.6),
        };
        let stroke = Stroke::new(if index == strip.current { 3.0 } else { 2.0 }, color);
        painter.line_segment([pos2(scale.x(from), y(index)), pos2(scale.x(branch.end), y(index))], stroke);
        if let Some((parent, tick)) = branch.parent {
            let x = scale.x(tick);
            painter.line_segment([pos2(x, y(parent.max(first))), pos2(x, y(index))], Stroke::new(1.0, color));
        }
        painter.circle_filled(pos2(scale.x(branch.end), y(index)), 3.0, color);
    }
    let Some(branch) = over.and_then(|index| Some((index, strip.branches.get(index)?))) else { return };
    let (index, branch) = branch;
    let from = branch.parent.map_or(text::FROM_THE_BEGINNING.to_string(), |(parent, tick)| {
        text::from_branch(&theme::grouped(tick), parent + 1)
    });
    let commands = branch.log.len() - branch.shared;
    let tip = text::branch_tip(index + 1, &from, &theme::grouped(branch.end), commands);
    let response = response.on_hover_text_at_pointer(tip);
    if response.clicked() {
        session.send(Control::Go { branch: index, tick: branch.end });
    }
    if response.secondary_clicked() {
        let shown = session.beside().is_some_and(|beside| beside.branch == index);
        session.send(Control::Compare((!shown).then_some(index)));
    }
}

/// A statistic of a species along the strip.
fn curve(table: &Table, value: fn(&MetricsRow) -> f64, scale: Scale, inside: Rect) -> Vec<egui::Pos2> {
    let known = plots::known(&table.rows, |row| row.tick as f64, value);
    let (low, high) = known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), [_, v]| (l.min(*v), h.max(*v)));
    let span = if high > low { high - low } else { 1.0 };
    let place = |[tick, value]: [f64; 2]| {
        pos2(scale.x(tick as u64), inside.bottom() - inside.height() * ((value - low) / span) as f32)
    };
    plots::thinned(&known, MOST_POINTS).into_iter().map(place).collect()
}

fn triangle(tip: egui::Pos2, size: f32, color: Color32) -> egui::Shape {
    let points = vec![tip + vec2(-size, 0.0), tip + vec2(size, 0.0), tip + vec2(0.0, 1.4 * size)];
    egui::Shape::convex_polygon(points, color, Stroke::NONE)
}

/// The colour of a kind of command.
fn command_color(command: &Command) -> Color32 {
    match command {
        Command::Set { .. } => theme::ACCENT.color(),
        Command::Patch { .. } => Color32::from_rgb(120, 200, 120),
        Command::Wall { .. } | Command::Clear { .. } => Color32::from_rgb(170, 170, 180),
        Command::Cull { .. } => theme::WARN.color(),
        Command::Signals { .. } => Color32::from_rgb(190, 150, 240),
        Command::Agent { .. } | Command::Genome { .. } | Command::Spawn { .. } => Color32::from_rgb(240, 210, 120),
    }
}

/// A command in words.
fn said(command: &Command) -> String {
    match command {
        Command::Set { path, value } => format!("{path} = {value}"),
        Command::Patch { field, amount, .. } if *amount < 0.0 => text::took(-amount, field),
        Command::Patch { field, amount, .. } => text::dropped(*amount, field),
        Command::Wall { .. } => text::BUILT_WALL.to_string(),
        Command::Clear { obstacle } => text::took_away(*obstacle),
        Command::Cull { species, share } => text::culled(100.0 * share, species),
        Command::Agent { id, hand, .. } => match hand {
            Hand::Remove => text::removed(*id),
            Hand::Move(place) => text::moved(*id, *place),
            Hand::Clone { .. } => text::cloned(*id),
            Hand::Mutate { .. } => text::mutated(*id),
            Hand::Weight { index, value } => text::number_set(*index, *id, *value),
            Hand::Silence { channel } => text::silenced(channel + 1, *id),
        },
        Command::Genome { id, .. } => text::gave_genome(*id),
        Command::Spawn { species, .. } => text::spawned(species),
        Command::Signals { species, hearing, .. } => text::signals(species, hearing),
    }
}

/// What there is to know about a moment.
fn about(session: &Session, log: &[Logged], tick: u64, near: u64, of: (&str, &str, fn(&MetricsRow) -> f64)) -> String {
    let (name, unit, value) = of;
    let seconds = tick as f64 * f64::from(session.stage.scene.dt);
    let mut lines = vec![text::moment(&theme::grouped(tick), seconds)];
    for table in &session.tables {
        let at = table.rows.partition_point(|row| row.tick <= tick);
        if let Some(row) = at.checked_sub(1).and_then(|at| table.rows.get(at)).filter(|row| value(row).is_finite()) {
            lines
                .push(format!("{}: {name} {} {unit}", table.species, theme::figure(value(row))).trim_end().to_string());
        }
    }
    let moments = session.strip.branches.get(session.strip.current).map_or(&[][..], |own| &own.moments);
    lines.extend(
        moments.iter().filter(|(_, at)| at.abs_diff(tick) <= near).map(|(name, at)| text::named_moment(name, *at)),
    );
    let made: Vec<&Logged> = log.iter().filter(|logged| logged.tick.abs_diff(tick) <= near).collect();
    lines.extend(made.iter().rev().take(4).rev().map(|logged| format!("{}: {}", logged.tick, said(&logged.command))));
    if made.len() > 4 {
        lines.push(text::more_commands(made.len() - 4));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
