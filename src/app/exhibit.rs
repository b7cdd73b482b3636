//! Exhibit mode, for a crowd in front of a screen: the tank fills the window, the camera wanders while nobody touches anything, and
//! there are three things to do: look, drop food, drop scent. What a visitor leaves behind is put away. Knows nothing of panels.

use std::time::{Duration, Instant};

use bevy_egui::egui::{self, RichText};

use crate::app::actions::Action;
use crate::app::camera::{Rig, Stand};
use crate::app::engine::{Control, Status};
use crate::app::keys::Keymap;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::tank as text;
use crate::app::tools::{Tool, Tools};

/// Time without a touch after which the camera wanders, and after which the next visitor finds everything as it was.
const WANDERS_AFTER: Duration = Duration::from_secs(6);
const FORGETS_AFTER: Duration = Duration::from_secs(25);
/// Time between two requests to go on.
const ASKS_EVERY: Duration = Duration::from_secs(1);
/// How long it is said how to leave.
const TOLD_FOR: Duration = Duration::from_secs(8);

/// Whether the window is an exhibit, and when it was touched last.
pub struct Exhibit {
    /// Whether it is one.
    pub on: bool,
    /// Full screen or not, until the window has it.
    pub screen: Option<bool>,
    begun: Instant,
    touched: Instant,
    /// When a run that stood still was asked to go on.
    asked: Option<Instant>,
    /// Where the camera stood at first.
    home: Option<Stand>,
}

impl Default for Exhibit {
    fn default() -> Self {
        let now = Instant::now();
        Exhibit { on: false, screen: None, begun: now, touched: now, asked: None, home: None }
    }
}

impl Exhibit {
    /// Begins or ends.
    pub fn turn(&mut self, on: bool, tools: &mut Tools) {
        let now = Instant::now();
        *self = Exhibit { on, screen: Some(on), begun: now, touched: now, asked: None, home: None };
        tools.chosen = Tool::Look;
        tools.only_gives = on;
    }

    /// Takes note of whoever touches mouse or screen, and puts away what was left behind.
    pub fn attend(&mut self, context: &egui::Context, session: &mut Session, tools: &mut Tools) {
        let touches = context.input(|i| {
            i.pointer.delta() != egui::Vec2::ZERO || i.pointer.any_down() || i.smooth_scroll_delta() != egui::Vec2::ZERO
        });
        if touches {
            self.touched = Instant::now();
        } else if self.touched.elapsed() > FORGETS_AFTER {
            tools.chosen = Tool::Look;
            if session.selects() {
                session.select(None);
            }
        }
        if self.asks(&session.status, Instant::now()) {
            session.send(Control::Play);
        }
    }

    /// Whether the run is to be asked to go on: nobody can do it here. One that failed would only fail again.
    fn asks(&mut self, status: &Status, now: Instant) -> bool {
        let stands = status.paused && !status.ended && !status.filming && !status.broken;
        let asks = stands && self.asked.is_none_or(|asked| now.saturating_duration_since(asked) >= ASKS_EVERY);
        if asks {
            self.asked = Some(now);
        }
        asks
    }

    /// Lets the camera wander while nobody touches anything; says whether it does.
    pub fn wander(&mut self, rig: &mut Rig, seconds: f32) -> bool {
        let home = *self.home.get_or_insert(rig.goal);
        let idle = self.touched.elapsed() > WANDERS_AFTER;
        if idle {
            rig.wander(&home, self.begun.elapsed().as_secs_f32(), seconds);
        }
        idle
    }

    /// The camera has been set up anew: that is where it wanders around from now on.
    pub fn arrive(&mut self) {
        self.home = None;
    }
}

/// What a visitor can do, as large buttons over the water.
pub fn bar(ui: &egui::Ui, rect: egui::Rect, exhibit: &Exhibit, tools: &mut Tools, session: &Session, keys: &Keymap) {
    let fields = &session.stage.scene.fields;
    let place = |bottom: f32| rect.center_bottom() - egui::vec2(0.0, bottom);
    let area = |name: &str, bottom: f32| {
        egui::Area::new(ui.id().with(name))
            .pivot(egui::Align2::CENTER_BOTTOM)
            .fixed_pos(place(bottom))
            .constrain_to(rect)
    };
    let size = (rect.height() / 36.0).clamp(13.0, 26.0);
    area("exhibit", 18.0).show(ui.ctx(), |ui| {
        egui::Frame::new().fill(theme::card()).corner_radius(10).inner_margin(8.0).show(ui, |ui| {
            ui.horizontal(|ui| {
                let button = |name: RichText, is: bool| {
                    egui::Button::selectable(is, name.size(size)).min_size(egui::vec2(4.5 * size, 2.0 * size))
                };
                let looks = tools.chosen == Tool::Look;
                if ui.add(button(RichText::new(text::LOOK), looks)).on_hover_text(text::LOOK_TIP).clicked() {
                    tools.chosen = Tool::Look;
                }
                for (index, field) in fields.iter().enumerate() {
                    let is = tools.chosen == Tool::Drop && tools.field == index;
                    let name = RichText::new(&field.name).color(theme::swatch(field.color));
                    if ui.add(button(name, is)).on_hover_text(text::DROP_TIP).clicked() {
                        (tools.chosen, tools.field) = (Tool::Drop, index);
                        tools.amount = field.capacity.clamp(0.01, 10_000.0);
                    }
                }
            });
        });
    });
    let leaves = keys.shown(Action::Exhibit);
    if exhibit.begun.elapsed() < TOLD_FOR && !leaves.is_empty() {
        let told = text::exhibit(&leaves);
        let font = egui::FontId::proportional(13.5);
        let at = rect.center_top() + egui::vec2(0.0, 16.0);
        ui.painter_at(rect).text(at, egui::Align2::CENTER_TOP, told, font, theme::ON_WATER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_asked_to_go_on_now_and_then_and_one_that_failed_never() {
        let (mut exhibit, now) = (Exhibit::default(), Instant::now());
        let paused = Status { paused: true, ..Status::default() };
        let frames = |exhibit: &mut Exhibit, status: &Status| {
            (0..150).filter(|frame| exhibit.asks(status, now + Duration::from_millis(16) * *frame)).count()
        };
        // 2.4 seconds of frames.
        assert_eq!(frames(&mut exhibit, &paused), 3);
        let mut exhibit = Exhibit::default();
        assert_eq!(frames(&mut exhibit, &Status { broken: true, ..paused }), 0);
        assert_eq!(frames(&mut exhibit, &Status::default()), 0);
    }
}
