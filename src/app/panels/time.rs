//! The bar along the top: time, pace, rates, how things are drawn, and where panels are.

use bevy_egui::egui::{self, RichText};

use crate::app::actions::{self, Action, SIZES};
use crate::app::engine::{Control, Pace};
use crate::app::overlay::school::Overlays;
use crate::app::panels::shades::Theme;
use crate::app::panels::{Desk, Shown, Surroundings, presets, theme};
use crate::app::quality::Level;
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::sound::VOLUMES;
use crate::app::strings::time as text;
use crate::app::view::colors::ColorMode;

/// Slowest pace, simulated seconds a second.
pub const SLOWEST: f32 = 0.05;
/// Fastest pace that is still a pace.
pub const FASTEST: f32 = 200.0;

/// Widths of the bar, points, from which there is room for the arrangements side by side, for the clock, and for the slider.
const ROOMY: f32 = 1_180.0;
const CLOCKED: f32 = 940.0;
const SLIDING: f32 = 560.0;
/// Width below which only the pause is left of time.
const NARROW: f32 = 420.0;

/// Draws the bar.
pub fn bar(root: &mut egui::Ui, desk: &mut Desk, session: &mut Session, around: &Surroundings, shown: &mut Shown) {
    let frame = egui::Frame::new().fill(theme::BAR.color()).inner_margin(egui::Margin::symmetric(12, 7));
    let mut pressed = None;
    egui::Panel::top("time").frame(frame).show_separator_line(false).show(root, |ui| {
        let width = ui.available_width();
        ui.horizontal(|ui| {
            pressed = pace(ui, desk, session, width);
            if width >= CLOCKED {
                ui.separator();
                clock(ui, session, around);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let looks = looks(ui, desk, around, width);
                pressed = looks.or(pressed);
            });
        });
    });
    if let Some(action) = pressed {
        actions::perform(action, desk, session, shown);
    }
}

/// Time and pace; tells what was pressed.
fn pace(ui: &mut egui::Ui, desk: &mut Desk, session: &Session, width: f32) -> Option<Action> {
    let mut pressed = None;
    let keys = desk.settings.keys.clone();
    let (paused, filming) = (session.status.paused, session.status.filming);
    let mut button = |ui: &mut egui::Ui, sign: &str, width: f32, can: bool, action: Action, more: &str| {
        let button = egui::Button::new(sign).min_size(egui::vec2(width, 24.0));
        if ui.add_enabled(can, button).on_hover_text(keys.tip(action) + more).clicked() {
            pressed = Some(action);
        }
    };
    button(ui, if paused { "▶" } else { "⏸" }, 34.0, !filming, Action::Pause, "");
    if width < NARROW {
        return pressed;
    }
    let row = text::with_shift(&keys.tip(Action::StepRow).to_lowercase());
    button(ui, "⏭", 30.0, !filming, Action::Step, &row);
    if width >= SLIDING {
        let mut speed = if let Pace::Speed(speed) = desk.pace { speed } else { FASTEST };
        let slider =
            egui::Slider::new(&mut speed, SLOWEST..=FASTEST).logarithmic(true).show_value(false).trailing_fill(true);
        ui.spacing_mut().slider_width = 104.0;
        let (slower, faster) = (keys.shown(Action::Slower), keys.shown(Action::Faster));
        if ui.add(slider).on_hover_text(text::speed_tip(SLOWEST, FASTEST, &slower, &faster)).changed() {
            // Paces near real time snap to it.
            desk.pace = Pace::Speed(if (0.93..1.07).contains(&speed) { 1.0 } else { speed });
            session.send(Control::Pace(desk.pace));
        }
    }
    let said = match desk.pace {
        Pace::Fast => text::MAX.to_string(),
        Pace::Speed(1.0) => text::REAL_TIME.to_string(),
        Pace::Speed(s) if s < 10.0 => format!("× {s:.1}"),
        Pace::Speed(s) => format!("× {s:.0}"),
    };
    button(ui, &said, 72.0, true, Action::RealTime, "");
    if ui.selectable_label(desk.pace == Pace::Fast, "⏩").on_hover_text(keys.tip(Action::Fast)).clicked() {
        pressed = Some(Action::Fast);
    }
    let shift = ui.input(|i| i.modifiers.shift);
    pressed.map(|action| if action == Action::Step && shift { Action::StepRow } else { action })
}

fn clock(ui: &mut egui::Ui, session: &Session, around: &Surroundings) {
    let status = &session.status;
    let number = |ui: &mut egui::Ui, value: String, unit: &str, tip: &str| {
        let value = RichText::new(value).monospace().color(theme::TEXT);
        let response = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(value);
            ui.label(RichText::new(unit).small().color(theme::SOFT));
        });
        response.response.on_hover_text(tip);
    };
    number(ui, theme::grouped(status.tick), text::TICKS, text::TICKS_TIP);
    let seconds = status.tick as f64 * f64::from(session.stage.scene.dt);
    number(ui, format!("{seconds:.1}"), "s", text::SECONDS_TIP);
    let rate = if status.paused { 0.0 } else { status.ticks_per_second };
    let info = &session.stage.info;
    let device = text::ticks_a_second_tip(info.kind, &info.device);
    number(ui, format!("{rate:.0}"), text::TICKS_A_SECOND, &device);
    let drawn = text::frames_a_second_tip(around.adapter, around.level.name());
    number(ui, format!("{:.0}", around.frames_per_second), text::FRAMES_A_SECOND, &drawn);
    if status.filming {
        ui.label(RichText::new(text::FILMING).color(theme::WARN));
    }
    if status.faults > 0 {
        let faults = RichText::new(text::faults(status.faults)).color(theme::WARN);
        ui.label(faults).on_hover_text(text::FAULTS_TIP);
    }
}

/// How the tank is drawn and where panels are; tells what was pressed.
fn looks(ui: &mut egui::Ui, desk: &mut Desk, around: &Surroundings, width: f32) -> Option<Action> {
    let mut pressed = None;
    let settings = &mut desk.settings;
    for (is, sign, action) in [(desk.help.open, "?", Action::Help), (settings.panels, "☰", Action::Panels)] {
        if ui.selectable_label(is, sign).on_hover_text(settings.keys.tip(action)).clicked() {
            pressed = Some(action);
        }
    }
    // A menu longer than the window scrolls.
    let room = (ui.ctx().content_rect().height() - 70.0).max(60.0);
    // What a menu has room for at first is less than the window has.
    let scroll = || egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room);
    let view = ui.menu_button(text::VIEW, |ui| scroll().show(ui, |ui| view_menu(ui, settings, around)).inner);
    view.response.on_hover_text(text::VIEW_TIP);
    pressed = view.inner.flatten().or(pressed);
    if width >= SLIDING {
        let overlays = ui.menu_button(text::OVERLAYS, |ui| scroll().show(ui, |ui| overlays(ui, settings)));
        overlays.response.on_hover_text(text::OVERLAYS_TIP);
    }
    if width >= SLIDING {
        let current = ColorMode::ALL.iter().find(|(m, ..)| *m == settings.colors).map_or("", |(_, name, _)| name);
        egui::ComboBox::from_id_salt("colours")
            .selected_text(current)
            .width(86.0)
            .show_ui(ui, |ui| {
                for (mode, name, tip) in ColorMode::ALL {
                    ui.selectable_value(&mut settings.colors, mode, name).on_hover_text(tip);
                }
            })
            .response
            .on_hover_text(text::colors_tip(&settings.keys.shown(Action::Colors)));
    }
    ui.separator();
    presets::bar(ui, settings, &mut desk.forms.presets, width >= ROOMY);
    pressed
}

/// The menu of what is drawn over the school.
fn overlays(ui: &mut egui::Ui, settings: &mut Settings) {
    ui.set_min_width(150.0);
    for (name, tip, action, switch) in Overlays::ALL {
        let tip = settings.keys.with(tip, action);
        ui.checkbox(switch(&mut settings.overlays), name).on_hover_text(tip);
    }
}

/// The menu of how it is drawn; tells what was pressed.
fn view_menu(ui: &mut egui::Ui, settings: &mut Settings, around: &Surroundings) -> Option<Action> {
    let mut pressed = None;
    ui.set_min_width(250.0);
    theme::section(ui, text::DRAWING_HEAD);
    let auto = text::by_itself(&around.level.name().to_lowercase());
    let tip = text::by_itself_tip(&settings.keys.shown(Action::Level));
    ui.radio_value(&mut settings.level, None, auto).on_hover_text(tip);
    for (level, name, tip) in Level::ALL {
        ui.radio_value(&mut settings.level, Some(level), name).on_hover_text(tip);
    }
    theme::section(ui, text::SIZE_HEAD);
    ui.horizontal(|ui| {
        ui.label(text::BODY_SIZE);
        let keys = &settings.keys;
        let (larger, smaller) = (keys.shown(Action::Larger), keys.shown(Action::Smaller));
        let slider = egui::Slider::new(&mut settings.body_size, SIZES.0..=SIZES.1).suffix(" ×").max_decimals(1);
        ui.add(slider).on_hover_text(text::body_size_tip(&larger, &smaller));
    });
    ui.horizontal(|ui| {
        ui.label(text::TEXT_SIZE);
        for (sign, action) in [("−", Action::TextSmaller), ("+", Action::TextLarger)] {
            if ui.button(sign).on_hover_text(settings.keys.tip(action)).clicked() {
                pressed = Some(action);
            }
        }
        let said = format!("{:.0} %", settings.scale * 100.0);
        if ui.button(said).on_hover_text(settings.keys.tip(Action::TextNormal)).clicked() {
            pressed = Some(Action::TextNormal);
        }
    });
    let tip = settings.keys.with(text::SENSES_TIP, Action::Senses);
    ui.checkbox(&mut settings.senses, text::SENSES).on_hover_text(tip);
    theme::section(ui, text::PANELS_HEAD);
    ui.horizontal(|ui| {
        for (theme, name, tip) in Theme::ALL {
            let tip = settings.keys.with(tip, Action::Theme);
            ui.radio_value(&mut settings.theme, theme, name).on_hover_text(tip);
        }
    });
    let tip = settings.keys.with(text::SAFE_COLORS_TIP, Action::SafeColors);
    ui.checkbox(&mut settings.safe_colors, text::SAFE_COLORS).on_hover_text(tip);
    let tip = settings.keys.with(text::STILL_TIP, Action::Still);
    ui.checkbox(&mut settings.still, text::STILL).on_hover_text(tip);
    theme::section(ui, text::SOUND_HEAD);
    ui.horizontal(|ui| {
        let tip = settings.keys.with(text::SOUND_TIP, Action::Sound);
        ui.checkbox(&mut settings.sound, text::SOUND).on_hover_text(tip);
        let slider = egui::Slider::new(&mut settings.volume, VOLUMES).show_value(false);
        ui.add_enabled(settings.sound, slider).on_hover_text(text::VOLUME_TIP);
    });
    theme::section(ui, text::WINDOW_HEAD);
    ui.checkbox(&mut settings.orbit, text::ORBIT).on_hover_text(settings.keys.tip(Action::Orbit));
    if ui.button(text::FULL_SCREEN).on_hover_text(settings.keys.tip(Action::FullScreen)).clicked() {
        pressed = Some(Action::FullScreen);
        ui.close();
    }
    pressed
}
