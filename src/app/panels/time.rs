//! The bar along the top: time, pace, rates, and how things are drawn.

use bevy_egui::egui::{self, RichText};

use crate::app::engine::{Control, Pace};
use crate::app::panels::{Desk, Shown, Surroundings, theme};
use crate::app::quality::Level;
use crate::app::session::Session;
use crate::app::view::colors::ColorMode;
use crate::app::window::level_name;

/// Slowest pace, simulated seconds a second.
pub const SLOWEST: f32 = 0.05;
/// Fastest pace that is still a pace.
pub const FASTEST: f32 = 200.0;

/// Draws the bar.
pub fn bar(root: &mut egui::Ui, desk: &mut Desk, session: &mut Session, around: &Surroundings, shown: &mut Shown) {
    let frame = egui::Frame::new().fill(theme::BAR).inner_margin(egui::Margin::symmetric(12, 7));
    egui::Panel::top("time").frame(frame).show_separator_line(false).show(root, |ui| {
        ui.horizontal(|ui| {
            pace(ui, desk, session);
            ui.separator();
            clock(ui, session, around);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| looks(ui, desk, around, shown));
        });
    });
}

fn pace(ui: &mut egui::Ui, desk: &mut Desk, session: &mut Session) {
    let paused = session.status.paused;
    let (sign, tip) = if paused { ("▶", "Go on (Space)") } else { ("⏸", "Pause (Space)") };
    let size = egui::vec2(34.0, 24.0);
    if ui.add_enabled(!session.status.filming, egui::Button::new(sign).min_size(size)).on_hover_text(tip).clicked() {
        session.send(if paused { Control::Play } else { Control::Pause });
    }
    let step = egui::Button::new("⏭").min_size(egui::vec2(30.0, 24.0));
    let tip = "One tick, then pause (.)\nWith Shift: as many ticks as lie between two rows of metrics";
    if ui.add_enabled(!session.status.filming, step).on_hover_text(tip).clicked() {
        let many = ui.input(|i| i.modifiers.shift);
        session.send(Control::Step(if many { session.stage.scene.measures.interval } else { 1 }));
    }
    let before = desk.pace;
    let fast = desk.pace == Pace::Fast;
    let mut speed = if let Pace::Speed(speed) = desk.pace { speed } else { FASTEST };
    let slider =
        egui::Slider::new(&mut speed, SLOWEST..=FASTEST).logarithmic(true).show_value(false).trailing_fill(true);
    ui.spacing_mut().slider_width = 104.0;
    let tip = "Simulated seconds a second (- and =); R for real time";
    let moved = ui.add(slider).on_hover_text(tip).changed();
    if moved {
        // Paces near real time snap to it.
        desk.pace = Pace::Speed(if (0.93..1.07).contains(&speed) { 1.0 } else { speed });
    }
    let said = match desk.pace {
        Pace::Fast => "max".to_string(),
        Pace::Speed(1.0) => "real time".to_string(),
        Pace::Speed(s) if s < 10.0 => format!("× {s:.1}"),
        Pace::Speed(s) => format!("× {s:.0}"),
    };
    let button = egui::Button::new(said).min_size(egui::vec2(72.0, 24.0));
    if ui.add(button).on_hover_text("Back to real time (R)").clicked() {
        desk.pace = Pace::Speed(1.0);
    }
    if ui.selectable_label(fast, "⏩").on_hover_text("As fast as possible (M)").clicked() {
        desk.pace = if fast { Pace::Speed(1.0) } else { Pace::Fast };
    }
    if desk.pace != before {
        session.send(Control::Pace(desk.pace));
    }
}

fn clock(ui: &mut egui::Ui, session: &Session, around: &Surroundings) {
    let status = &session.status;
    let number = |ui: &mut egui::Ui, value: String, unit: &str, tip: &str| {
        let text = RichText::new(value).monospace().color(theme::TEXT);
        let response = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(text);
            ui.label(RichText::new(unit).small().color(theme::SOFT));
        });
        response.response.on_hover_text(tip);
    };
    number(ui, theme::grouped(status.tick), "ticks", "Ticks advanced since the start");
    let seconds = status.tick as f64 * f64::from(session.stage.scene.dt);
    number(ui, format!("{seconds:.1}"), "s", "Simulated seconds since the start");
    let rate = if status.paused { 0.0 } else { status.ticks_per_second };
    let device =
        format!("Ticks in a second of real time, on {} ({})", session.stage.info.kind, session.stage.info.device);
    number(ui, format!("{rate:.0}"), "ticks/s", &device);
    let drawn = format!("Drawn frames in a second, by {} at {} quality", around.adapter, level_name(around.level));
    number(ui, format!("{:.0}", around.frames_per_second), "frames/s", &drawn);
    if status.filming {
        ui.label(RichText::new("⏺ filming").color(theme::WARN));
    }
    if status.faults > 0 {
        let tip = "Agents replaced because their state or genome was not finite";
        ui.label(RichText::new(format!("{} faults", status.faults)).color(theme::WARN)).on_hover_text(tip);
    }
}

fn looks(ui: &mut egui::Ui, desk: &mut Desk, around: &Surroundings, shown: &mut Shown) {
    if ui.selectable_label(desk.help, "?").on_hover_text("Keys and mouse (F1)").clicked() {
        desk.help = !desk.help;
    }
    if ui.selectable_label(desk.settings.panels, "☰").on_hover_text("Panels (P)").clicked() {
        desk.settings.panels = !desk.settings.panels;
    }
    ui.menu_button("View", |ui| view_menu(ui, desk, around, shown)).response.on_hover_text("How the tank is drawn");
    let current = ColorMode::ALL.iter().find(|(m, ..)| *m == desk.settings.colors).map_or("", |(_, name, _)| name);
    egui::ComboBox::from_id_salt("colours")
        .selected_text(current)
        .width(86.0)
        .show_ui(ui, |ui| {
            for (mode, name, tip) in ColorMode::ALL {
                ui.selectable_value(&mut desk.settings.colors, mode, name).on_hover_text(tip);
            }
        })
        .response
        .on_hover_text("What colours show (C)");
}

fn view_menu(ui: &mut egui::Ui, desk: &mut Desk, around: &Surroundings, shown: &mut Shown) {
    let settings = &mut desk.settings;
    ui.set_min_width(250.0);
    theme::section(ui, "Drawing");
    let auto = format!("By itself ({})", level_name(around.level).to_lowercase());
    ui.radio_value(&mut settings.level, None, auto).on_hover_text("Chosen from the adapter and the time a frame takes");
    for (level, name, tip) in Level::ALL {
        ui.radio_value(&mut settings.level, Some(level), name).on_hover_text(tip);
    }
    theme::section(ui, "Size");
    ui.horizontal(|ui| {
        ui.label("Bodies");
        ui.add(egui::Slider::new(&mut settings.body_size, 0.5..=4.0).suffix(" ×").max_decimals(1))
            .on_hover_text("Drawn size over real size; the simulation does not change");
    });
    ui.horizontal(|ui| {
        ui.label("Text");
        for (sign, factor) in [("−", 1.0 / 1.1), ("+", 1.1)] {
            if ui.button(sign).on_hover_text("Ctrl and - or =").clicked() {
                settings.scale = (settings.scale * factor).clamp(0.5, 3.0);
            }
        }
        ui.label(format!("{:.0} %", settings.scale * 100.0));
    });
    ui.checkbox(&mut settings.senses, "Senses of the selected agent")
        .on_hover_text("How far and in which sectors it perceives, whom it hears, where its rays end");
    theme::section(ui, "Window");
    ui.checkbox(&mut settings.orbit, "Camera turns slowly").on_hover_text("In volumes, while nobody drags it (O)");
    if ui.button("Full screen").on_hover_text("F11").clicked() {
        shown.fullscreen = true;
        ui.close();
    }
    if ui.button("Panels to their first places").on_hover_text("Forgets where panels were moved to").clicked() {
        settings.dock = crate::app::panels::layout();
        ui.close();
    }
}
