//! Files opened of late: scenes and shared runs, the last one first, to open them again.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{self, RichText};

use crate::app::panels::{Ask, PanelContext};
use crate::app::strings::scenes as text;

/// Files that are remembered.
const MOST: usize = 8;

/// Puts a file first in the list; what is no file, the name of a scene that ships among it, is left out.
pub fn note(recent: &mut Vec<String>, path: &Path) {
    // Seen from elsewhere at the next start, a relative path would mean another file.
    let Some(path) = std::path::absolute(path).ok().filter(|path| path.is_file()) else { return };
    let path = path.display().to_string();
    recent.retain(|known| *known != path);
    recent.insert(0, path);
    recent.truncate(MOST);
}

/// Lists them.
pub fn list(ui: &mut egui::Ui, cx: &mut PanelContext) {
    if cx.settings.recent.is_empty() {
        return;
    }
    let (mut opened, mut removed) = (None, None);
    let head = egui::CollapsingHeader::new(RichText::new(text::RECENT).strong()).default_open(true);
    head.show(ui, |ui| {
        for (place, path) in cx.settings.recent.iter().enumerate() {
            let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
            ui.horizontal(|ui| {
                let name = egui::Button::new(name).frame(false).truncate();
                let width = (ui.available_width() - 30.0).max(40.0);
                if ui.add_sized(egui::vec2(width, 20.0), name).on_hover_text(text::open_recent_tip(path)).clicked() {
                    opened = Some(PathBuf::from(path));
                }
                if ui.small_button("✖").on_hover_text(text::FORGET_RECENT_TIP).clicked() {
                    removed = Some(place);
                }
            });
        }
    })
    .header_response
    .on_hover_text(text::RECENT_TIP);
    if let Some(place) = removed {
        cx.settings.recent.remove(place);
    }
    if let Some(path) = opened {
        if !path.is_file() {
            cx.settings.recent.retain(|known| Path::new(known) != path);
            return cx.asks.push(Ask::Tell(text::recent_is_gone(path.display()), true));
        }
        cx.asks.push(Ask::Arrive(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_file_comes_first_and_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |n: usize| folder.path().join(format!("{n}.ron"));
        let mut recent = vec![];
        for n in (0..12).chain([10]) {
            std::fs::write(path(n), "").unwrap();
            note(&mut recent, &path(n));
        }
        assert_eq!(recent.len(), MOST);
        assert_eq!(recent[..3], [10, 11, 9].map(|n| path(n).display().to_string()));
        note(&mut recent, Path::new("first_school"));
        note(&mut recent, folder.path());
        assert_eq!(recent[0], path(10).display().to_string());
    }
}
