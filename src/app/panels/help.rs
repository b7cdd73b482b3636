//! The help window: what every key does, what the mouse does, and other keys for an action.

use bevy_egui::egui::{self, Key, RichText};

use crate::app::actions::{ACTIONS, Action, Group};
use crate::app::keys::{Chord, Keymap};
use crate::app::panels::theme;
use crate::app::strings::help as text;
use crate::app::tank::MOUSE;

/// The help window, and the action that waits for another key.
#[derive(Default)]
pub struct Help {
    /// Whether it is shown.
    pub open: bool,
    waiting: Option<Action>,
    /// What the last change of a key took away from another action.
    lost: Option<String>,
}

impl Help {
    /// Takes a chord for the action that waits for one; says whether one did.
    pub fn takes(&mut self, chord: Chord, keys: &mut Keymap) -> bool {
        if !self.open {
            self.waiting = None;
        }
        let Some(action) = self.waiting.take() else { return false };
        self.lost = match chord.key {
            Key::Escape => None,
            Key::Tab => Some(text::TAB_IS_TAKEN.into()),
            Key::Delete | Key::Backspace => {
                keys.clear(action);
                None
            }
            _ => keys.bind(action, chord).map(|loser| {
                let left = keys.shown(loser);
                let left = if left.is_empty() { text::NO_KEY_LEFT.into() } else { left };
                text::lost(&chord.shown(), loser.entry().does, &left)
            }),
        };
        true
    }
}

/// Draws the window while it is open; says whether the tour was asked for.
pub fn window(context: &egui::Context, help: &mut Help, keys: &mut Keymap) -> bool {
    let mut tour = false;
    let mut open = help.open;
    let room = context.content_rect().size() - egui::vec2(24.0, 70.0);
    egui::Window::new(text::TITLE)
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .fixed_size(egui::vec2(560.0, 560.0).min(room))
        .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(context, |ui| {
            ui.label(RichText::new(text::HOW_TO_CHANGE).small().color(theme::SOFT));
            if ui.button(text::TOUR).on_hover_text(text::TOUR_TIP).clicked() {
                (tour, help.open) = (true, false);
            }
            if let Some(lost) = &help.lost {
                ui.label(RichText::new(lost).color(theme::WARN));
            }
            egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for (group, title) in Group::ALL {
                    theme::section(ui, title);
                    egui::Grid::new(title).num_columns(2).spacing([16.0, 3.0]).show(ui, |ui| {
                        for entry in ACTIONS.iter().filter(|entry| entry.group == group) {
                            row(ui, help, keys, entry.action);
                            ui.label(RichText::new(entry.does).color(theme::SOFT));
                            ui.end_row();
                        }
                    });
                }
                theme::section(ui, text::MOUSE_HEAD);
                egui::Grid::new("mouse").num_columns(2).spacing([28.0, 5.0]).show(ui, |ui| {
                    for (buttons, does) in MOUSE {
                        ui.label(RichText::new(*buttons).strong());
                        ui.label(RichText::new(*does).color(theme::SOFT));
                        ui.end_row();
                    }
                });
            });
        });
    help.open &= open;
    tour
}

/// The keys of an action, to change them.
fn row(ui: &mut egui::Ui, help: &mut Help, keys: &mut Keymap, action: Action) {
    ui.horizontal(|ui| {
        let waits = help.waiting == Some(action);
        let shown = match keys.shown(action) {
            _ if waits => text::WAITS.to_string(),
            none if none.is_empty() => text::NO_KEY.to_string(),
            shown => shown,
        };
        let button = egui::Button::selectable(waits, RichText::new(shown).strong()).min_size(egui::vec2(150.0, 20.0));
        if ui.add(button).on_hover_text(text::KEY_TIP).clicked() {
            // Else the next Space or Enter would press the button again.
            ui.memory_mut(|memory| memory.stop_text_input());
            (help.waiting, help.lost) = (if waits { None } else { Some(action) }, None);
        }
        let back = egui::Button::new(RichText::new("↺").size(12.0)).frame(false);
        if ui
            .add_enabled(keys.is_changed(action), back)
            .on_hover_text(text::RESET_TIP)
            .on_disabled_hover_text(text::UNCHANGED_TIP)
            .clicked()
        {
            keys.reset(action);
            help.lost = keys.is_changed(action).then(|| text::FIRST_KEY_IS_TAKEN.to_string());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    type State = (Help, Keymap);

    /// The open window, with keys going where the application sends them.
    fn harness() -> Harness<'static, State> {
        let draw = |ui: &mut egui::Ui, (help, keys): &mut State| {
            for (chord, _) in crate::app::keys::pressed(ui.ctx()) {
                help.takes(chord, keys);
            }
            window(ui.ctx(), help, keys);
        };
        let mut harness = Harness::builder().with_size([900.0, 700.0]).build_ui_state(draw, State::default());
        harness.state_mut().0.open = true;
        harness.run();
        harness
    }

    #[test]
    fn a_key_is_changed_by_clicking_it_and_a_conflict_is_told() {
        let mut harness = harness();
        harness.get_by_label("Space").click();
        harness.run();
        harness.get_by_label("press a key …");
        harness.key_press(Key::M);
        harness.run();
        let keys = &harness.state().1;
        assert_eq!((keys.shown(Action::Pause), keys.shown(Action::Fast)), ("M".into(), String::new()));
        harness.get_by_label_contains("That has no key now");
        harness.get_by_label("no key");
    }

    #[test]
    fn escape_leaves_a_key_and_delete_takes_it() {
        let mut harness = harness();
        for (key, left) in [(Key::Escape, "Space"), (Key::Tab, "Space"), (Key::Delete, "")] {
            harness.get_by_label("Space").click();
            harness.run();
            harness.key_press(key);
            harness.run();
            assert_eq!(harness.state().1.shown(Action::Pause), left, "{key:?}");
        }
    }

    #[test]
    fn every_action_is_listed_with_its_keys() {
        let harness = harness();
        for entry in ACTIONS {
            harness.get_by_label(entry.does);
        }
    }
}
