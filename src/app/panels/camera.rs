//! The path of a film's camera: keys set where the window's own camera stands, listed to be changed, drawn over the water as a line, and
//! kept beside the run. Knows nothing of how films are made.

use std::path::PathBuf;

use bevy::math::{Vec2, Vec3};
use bevy_egui::egui::{self, Color32, RichText, Stroke};

use crate::app::camera::Stand;
use crate::app::engine::Control;
use crate::app::frame::Eye;
use crate::app::panels::{PanelContext, theme};
use crate::app::session::Session;
use crate::app::strings::camera as text;
use crate::record::{At, CameraKey, CameraKeys, Follow, KEYS_FILE};

/// Points of the line between two keys.
const STEPS: usize = 24;
/// The line, and its keys.
const LINE: Color32 = Color32::from_rgb(240, 210, 120);

/// The path, and what was asked of it.
#[derive(Default)]
pub struct Form {
    keys: Vec<CameraKey>,
    /// Whose path it is.
    epoch: Option<u64>,
    /// Another place to read it from, or to write it to.
    path: String,
    wish: Option<Wish>,
}

enum Wish {
    /// A key of the present moment and view.
    Add,
    /// That key, with the present view.
    Set(usize),
    /// Goes to the moment and view of that key.
    Go(usize),
    /// Keeps what was changed.
    Keep,
    /// Reads the path from a file.
    Read(PathBuf),
    /// Writes it into one.
    Write(PathBuf),
}

impl Form {
    /// The path, once it has a key.
    pub fn path(&self) -> Option<CameraKeys> {
        (!self.keys.is_empty()).then(|| CameraKeys::new(self.keys.clone()))
    }
}

/// Draws the list of keys.
pub fn section(ui: &mut egui::Ui, cx: &mut PanelContext) {
    theme::section(ui, text::HEAD);
    let form = &mut cx.forms.camera;
    ui.horizontal(|ui| {
        if ui.button(text::ADD).on_hover_text(text::ADD_TIP).clicked() {
            form.wish = Some(Wish::Add);
        }
        if !form.keys.is_empty() && ui.button(text::CLEAR).on_hover_text(text::CLEAR_TIP).clicked() {
            form.keys.clear();
            form.wish = Some(Wish::Keep);
        }
    });
    if form.keys.is_empty() {
        ui.label(RichText::new(text::WITHOUT_KEYS).small().color(theme::SOFT));
    }
    let mut gone = None;
    egui::Grid::new("camera keys").num_columns(4).min_col_width(0.0).spacing([5.0, 4.0]).show(ui, |ui| {
        for index in 0..form.keys.len() {
            let (mut wish, mut changed) = (None, false);
            let key = &mut form.keys[index];
            ui.label(RichText::new(format!("{}", index + 1)).color(LINE));
            let when = match &mut key.at {
                At::Tick(tick) => ui.add(egui::DragValue::new(tick).prefix(text::TICK)).on_hover_text(text::TICK_TIP),
                At::Seconds(seconds) => ui
                    .add(egui::DragValue::new(seconds).range(0.0..=86_400.0).speed(0.05).suffix(" s"))
                    .on_hover_text(text::SECOND_TIP),
            };
            // Put in order only once it is let go: until then rows would change places under the hand, and a key that is passed on the
            // way would be lost.
            changed |= when.drag_stopped() || when.lost_focus();
            changed |= follow(ui, index, key);
            ui.horizontal(|ui| {
                for (sign, tip, asked) in
                    [(text::GO, text::GO_TIP, Wish::Go(index)), (text::SET, text::SET_TIP, Wish::Set(index))]
                {
                    if ui.small_button(sign).on_hover_text(tip).clicked() {
                        wish = Some(asked);
                    }
                }
                if ui.small_button("✖").on_hover_text(text::REMOVE_TIP).clicked() {
                    gone = Some(index);
                }
            });
            ui.end_row();
            if changed {
                wish = Some(Wish::Keep);
            }
            form.wish = wish.or(form.wish.take());
        }
    });
    if let Some(index) = gone {
        form.keys.remove(index);
        form.wish = Some(Wish::Keep);
    }
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 124.0).max(60.0);
        let edit = egui::TextEdit::singleline(&mut form.path).hint_text(text::FILE_HINT).desired_width(width);
        ui.add(edit).on_hover_text(text::FILE_TIP);
        let path = PathBuf::from(form.path.trim());
        let named = !form.path.trim().is_empty();
        if ui.add_enabled(named, egui::Button::new(text::READ)).on_hover_text(text::READ_TIP).clicked() {
            form.wish = Some(Wish::Read(path.clone()));
        }
        let can = named && !form.keys.is_empty();
        if ui.add_enabled(can, egui::Button::new(text::WRITE)).on_hover_text(text::WRITE_TIP).clicked() {
            form.wish = Some(Wish::Write(path));
        }
    });
}

/// What a key looks at; tells whether that was changed.
fn follow(ui: &mut egui::Ui, index: usize, key: &mut CameraKey) -> bool {
    let word = |follow: Follow| match follow {
        Follow::Nothing => text::LOOKS_AT_PLACE.to_string(),
        Follow::School => text::LOOKS_AT_SCHOOL.to_string(),
        Follow::Agent(id) => text::looks_at_agent(id),
    };
    let before = key.follow;
    let mut choices = vec![Follow::Nothing, Follow::School];
    choices.extend(Some(before).filter(|follow| matches!(follow, Follow::Agent(_))));
    egui::ComboBox::from_id_salt(("follow", index))
        .selected_text(word(before))
        .width(58.0)
        .show_ui(ui, |ui| {
            for choice in choices {
                ui.selectable_value(&mut key.follow, choice, word(choice));
            }
        })
        .response
        .on_hover_text(text::LOOKS_AT_TIP);
    key.follow != before
}

/// Carries out what was asked for, where the camera is at hand; takes over the path that lies beside another run.
pub fn settle(form: &mut Form, session: &mut Session, eye: &mut Eye) {
    let beside = session.stage.kept.as_ref().map(|run| run.join(KEYS_FILE));
    if form.epoch != Some(session.stage.epoch) {
        form.epoch = Some(session.stage.epoch);
        form.keys.clear();
        if let Some(file) = beside.as_ref().filter(|file| file.is_file()) {
            read(form, session, file);
        }
    }
    let Some(wish) = form.wish.take() else { return };
    match wish {
        Wish::Add => form.keys.push(here(session, eye)),
        Wish::Set(index) => {
            if let Some(key) = form.keys.get_mut(index) {
                *key = CameraKey { at: key.at, ..here(session, eye) };
            }
        }
        Wish::Go(index) => {
            let Some(key) = form.keys.get(index) else { return };
            if let At::Tick(tick) = key.at {
                let (branch, end) = (session.strip.current, session.strip.end());
                session.send(Control::Pause);
                session.send(Control::Go { branch, tick: tick.min(end) });
            }
            let center = Vec3::from(key.target);
            // The short way round, however often the camera has turned by itself.
            let turns = (eye.rig.at.yaw - key.yaw) / std::f32::consts::TAU;
            eye.rig.at.yaw -= turns.round() * std::f32::consts::TAU;
            eye.rig.goal = Stand { center, yaw: key.yaw, pitch: key.pitch, distance: key.distance };
            session.follow = false;
            return;
        }
        Wish::Read(file) => read(form, session, &file),
        Wish::Write(file) => {
            let Some(path) = form.path() else { return };
            return match path.write(&file) {
                Ok(()) => session.tell(text::written(file.display()), false),
                Err(error) => session.tell(error.to_string(), true),
            };
        }
        Wish::Keep => {}
    }
    form.keys = CameraKeys::new(std::mem::take(&mut form.keys)).keys().to_vec();
    let Some(file) = beside else { return };
    let kept = match form.path() {
        Some(path) => path.write(&file).map_err(|error| error.to_string()),
        // Without keys there is no path; a file that is not there need not go.
        None if !file.exists() => Ok(()),
        None => std::fs::remove_file(&file).map_err(|error| text::not_removed(file.display(), error)),
    };
    if let Err(why) = kept {
        session.tell(text::not_kept(why), true);
    }
}

fn read(form: &mut Form, session: &mut Session, file: &std::path::Path) {
    match CameraKeys::read(file) {
        Ok(path) => form.keys = path.keys().to_vec(),
        Err(error) => session.tell(text::not_read(error), true),
    }
}

/// The present view as a key.
fn here(session: &Session, eye: &Eye) -> CameraKey {
    let Stand { center, yaw, pitch, distance } = eye.rig.at;
    let followed = session.opened.as_ref().and_then(|opened| opened.detail.agent).filter(|_| session.follow);
    CameraKey {
        at: At::Tick(session.status.tick),
        target: center.into(),
        // A camera that has turned by itself for hours has come beyond what a file may say.
        yaw: yaw.rem_euclid(std::f32::consts::TAU),
        pitch,
        distance,
        follow: followed.map_or(Follow::Nothing, |agent| Follow::Agent(agent.id)),
    }
}

/// Draws the path over the water: where the camera goes in a volume, what it looks at in a plane.
pub fn draw(ui: &egui::Ui, rect: egui::Rect, form: &Form, session: &Session, eye: &Eye) {
    let Some(path) = form.path() else { return };
    let painter = ui.painter_at(rect);
    let rig = &eye.rig;
    let clip = rig.lens(Vec2::new(rect.width(), rect.height()), None).clip_from_world;
    let to_window = |at: Vec3| {
        let clip = clip * at.extend(1.0);
        let half = rect.size() * 0.5;
        // What lies behind the eye, or so near to it that it would fill the picture, is left out.
        (clip.w > 1e-2).then(|| rect.center() + egui::vec2(clip.x / clip.w * half.x, -clip.y / clip.w * half.y))
    };
    let route = path.route(0, f64::from(1.0 / session.stage.scene.dt));
    let Some((first, last)) = route.span() else { return };
    let places = (0..=STEPS * path.keys().len()).filter_map(|step| {
        let at = first + (last - first) * step as f64 / (STEPS * path.keys().len()) as f64;
        let pose = route.pose(at)?;
        let stand =
            Stand { center: Vec3::from(pose.target), yaw: pose.yaw, pitch: pose.pitch, distance: pose.distance };
        to_window(stand.eye(rig.volume))
    });
    let places: Vec<egui::Pos2> = places.collect();
    painter.extend(egui::Shape::dashed_line(&places, Stroke::new(1.4, LINE.gamma_multiply(0.8)), 7.0, 4.0));
    for (index, key) in path.keys().iter().enumerate() {
        let center = Vec3::from(key.target);
        let stand = Stand { center, yaw: key.yaw, pitch: key.pitch, distance: key.distance };
        let Some(at) = to_window(stand.eye(rig.volume)) else { continue };
        if let Some(target) = to_window(center).filter(|_| rig.volume) {
            painter.line_segment([at, target], Stroke::new(0.7, LINE.gamma_multiply(0.35)));
        }
        painter.circle_filled(at, 8.0, theme::BAR.gamma_multiply(0.85));
        painter.circle_stroke(at, 8.0, Stroke::new(1.2, LINE));
        let number = format!("{}", index + 1);
        painter.text(at, egui::Align2::CENTER_CENTER, number, egui::FontId::proportional(11.0), LINE);
    }
}
