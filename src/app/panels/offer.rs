//! The offer to go on with a run that was broken off: one line below the time bar, until it is taken or declined. Knows nothing of how
//! runs are kept.

use std::path::PathBuf;

use bevy_egui::egui::{self, RichText};

use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::arrivals as text;
use crate::run::{RunInfo, place};
use crate::scene;

/// A run that was broken off.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its folder.
    pub run: PathBuf,
    /// Title of its scene.
    pub scene: String,
    /// Tick of its newest checkpoint.
    pub tick: u64,
}

impl Offer {
    /// The newest run of this user's that was broken off, if the newest was.
    pub fn find() -> Option<Offer> {
        let (run, RunInfo { scene, .. }, tick) = place::broken_off(&place::runs().ok()?)?;
        Some(Offer { run, scene, tick })
    }
}

/// Draws the offer, if there is one.
pub fn line(root: &mut egui::Ui, offer: &mut Option<Offer>, session: &mut Session) {
    let Some(Offer { run, scene, tick }) = offer.clone() else { return };
    let frame = egui::Frame::new().fill(theme::PANEL.color()).inner_margin(egui::Margin::symmetric(12, 6));
    egui::Panel::top("offer").frame(frame).show_separator_line(false).show(root, |ui| {
        ui.horizontal(|ui| {
            let offered = text::broken_off(&scene, &theme::grouped(tick));
            ui.label(RichText::new(offered).color(theme::WARN)).on_hover_text(run.display().to_string());
            if ui.button(text::GO_ON).on_hover_text(text::GO_ON_TIP).clicked() {
                *offer = None;
                let file = run.join("scene.ron").display().to_string();
                match scene::load(&file) {
                    Ok(file) => session.go_on(file, run.clone()),
                    Err(error) => session.tell(error.to_string(), true),
                }
            }
            if ui.button(text::NOT_NOW).on_hover_text(text::NOT_NOW_TIP).clicked() {
                *offer = None;
            }
        });
    });
}
