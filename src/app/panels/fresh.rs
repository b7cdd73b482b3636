//! A scene of one's own, begun from a template. Knows nothing of what is in templates.

use std::path::PathBuf;

use bevy_egui::egui::{self, RichText};

use crate::app::panels::{Ask, theme};
use crate::app::strings::scenes as text;
use crate::run::place;
use crate::scene::{self, TEMPLATES};

/// What is chosen and typed here.
#[derive(Default)]
pub struct Form {
    template: usize,
    /// Where it goes; until somebody has typed, as the template is called.
    path: Option<String>,
    /// Why the last one was not written.
    trouble: Option<String>,
}

/// Draws the choice; tells whether a scene was written.
pub fn section(ui: &mut egui::Ui, form: &mut Form, asks: &mut Vec<Ask>) -> bool {
    let mut written = false;
    egui::CollapsingHeader::new(text::NEW).id_salt("new scene").show(ui, |ui| {
        for (index, template) in TEMPLATES.iter().enumerate() {
            ui.horizontal_wrapped(|ui| {
                let choice = ui.radio_value(&mut form.template, index, template.name);
                if choice.on_hover_text(text::TEMPLATE_TIP).clicked() {
                    form.trouble = None;
                }
                ui.label(RichText::new(template.about).small().color(theme::SOFT));
            });
        }
        let template = &TEMPLATES[form.template.min(TEMPLATES.len() - 1)];
        let mut path = form.path.clone().unwrap_or_else(|| usual(template.name));
        let edit = ui.add(egui::TextEdit::singleline(&mut path).desired_width(f32::INFINITY));
        if edit.on_hover_text(text::NEW_FILE_TIP).changed() {
            form.path = Some(path.clone());
        }
        let button = ui.add_enabled(!path.trim().is_empty(), egui::Button::new(text::CREATE));
        if button.on_hover_text(text::CREATE_TIP).clicked() {
            let to = PathBuf::from(path.trim());
            // The folder of own scenes need not be there yet; another one has to be.
            let own = place::scenes().ok().filter(|own| to.parent() == Some(own));
            let made = own.map_or(Ok(()), std::fs::create_dir_all).map_err(|error| error.to_string());
            match made.and_then(|()| scene::create(&to, template.text).map_err(|error| error.to_string())) {
                Ok(()) => {
                    (form.path, form.trouble, written) = (None, None, true);
                    asks.push(Ask::Arrive(to));
                }
                Err(why) => form.trouble = Some(why),
            }
        }
        if let Some(why) = &form.trouble {
            ui.label(RichText::new(why).color(theme::WARN));
        }
    });
    written
}

/// A free name for a scene of a template among the user's own.
fn usual(template: &str) -> String {
    let folder = place::scenes().unwrap_or_default();
    let name =
        |n: u32| folder.join(if n == 1 { format!("my_{template}.ron") } else { format!("my_{template}_{n}.ron") });
    let free = (1..1_000).map(name).find(|path| !path.exists());
    free.unwrap_or_else(|| name(1)).display().to_string()
}
