//! What the window remembers between starts: layout, scale and looks, in the user's configuration folder. A missing,
//! damaged or foreign file means the defaults, never an error.

use std::path::PathBuf;

use egui_dock::DockState;
use serde::{Deserialize, Serialize};

use crate::app::actions::{SCALES, SIZES};
use crate::app::keys::Keymap;
use crate::app::overlay::school::Overlays;
use crate::app::panels::Tab;
use crate::app::panels::presets::{self, Own, Purpose};
use crate::app::panels::shades::Theme;
use crate::app::quality::Level;
use crate::app::view::colors::ColorMode;

/// Version of the file; another one is not read.
const VERSION: u32 = 1;
/// A layout is a few kilobytes; anything much larger is not ours.
const MOST_BYTES: u64 = 1 << 20;

/// What is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    version: u32,
    /// Size of text and controls over that of the display, 0.5 to 3.
    pub scale: f32,
    /// What colours show.
    pub colors: ColorMode,
    /// Drawing quality; `None` chooses by itself.
    pub level: Option<Level>,
    /// Drawn size of bodies over their real size, 0.5 to 4.
    pub body_size: f32,
    /// Whether panels are shown.
    pub panels: bool,
    /// Whether the camera turns slowly by itself.
    pub orbit: bool,
    /// Whether what the selected agent perceives is drawn in the tank.
    #[serde(default = "yes")]
    pub senses: bool,
    /// Whether parameters have sliders.
    #[serde(default = "yes")]
    pub sliders: bool,
    /// Whether panels are dark or light.
    #[serde(default)]
    pub theme: Theme,
    /// Whether species and curves have colours that everyone tells apart.
    #[serde(default)]
    pub safe_colors: bool,
    /// Whether nothing moves but what the simulation moves: no gliding of the camera, no tail beat, no wandering light.
    #[serde(default)]
    pub still: bool,
    /// What is drawn over the school.
    #[serde(default)]
    pub overlays: Overlays,
    /// Where panels are.
    pub dock: DockState<Tab>,
    /// Name of the arrangement chosen last, built in or the user's.
    #[serde(default)]
    pub arranged: String,
    /// Files opened of late, the last one first.
    #[serde(default)]
    pub recent: Vec<String>,
    /// Whether the tour has been shown.
    #[serde(default)]
    pub toured: bool,
    /// The user's own arrangements.
    #[serde(default)]
    pub layouts: Vec<Own>,
    /// Keys that the user has changed.
    #[serde(default)]
    pub keys: Keymap,
}

/// What files of earlier versions mean, which do not say.
fn yes() -> bool {
    true
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            version: VERSION,
            scale: 1.0,
            colors: ColorMode::default(),
            level: None,
            body_size: 1.0,
            panels: true,
            orbit: true,
            senses: true,
            sliders: true,
            theme: Theme::default(),
            safe_colors: false,
            still: false,
            overlays: Overlays::default(),
            dock: presets::layout(Purpose::Watch),
            arranged: "Watch".into(),
            recent: vec![],
            toured: false,
            layouts: vec![],
            keys: Keymap::default(),
        }
    }
}

impl Settings {
    /// Reads what was remembered, or the defaults.
    pub fn load() -> Settings {
        path().and_then(|path| read(&path)).unwrap_or_default()
    }

    /// Remembers; a folder that cannot be written only costs the memory.
    pub fn save(&self) {
        let Some(path) = path() else { return };
        // RON, because a panel that was never laid out has infinite places, which JSON cannot write.
        let Ok(text) = ron::to_string(self) else { return };
        if let Some(folder) = path.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let aside = path.with_extension("new");
        if std::fs::write(&aside, text).is_ok() {
            let _ = std::fs::rename(&aside, &path);
        }
    }
}

fn path() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "iwashi")?.config_dir().join("window.ron"))
}

fn read(path: &std::path::Path) -> Option<Settings> {
    if std::fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    accept(&std::fs::read_to_string(path).ok()?)
}

/// Settings from text, when they are complete and sane.
fn accept(text: &str) -> Option<Settings> {
    let mut settings: Settings = ron::from_str(text).ok()?;
    if settings.version != VERSION || !(settings.scale.is_finite() && settings.body_size.is_finite()) {
        return None;
    }
    settings.scale = settings.scale.clamp(SCALES.0, SCALES.1);
    settings.body_size = settings.body_size.clamp(SIZES.0, SIZES.1);
    if !presets::is_whole(&settings.dock) {
        presets::arrange(&mut settings, Purpose::Watch);
    }
    settings.layouts.retain(|own| presets::is_whole(&own.dock));
    Some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_saved_is_read_back() {
        let settings = Settings { scale: 1.5, colors: ColorMode::Energy, ..Default::default() };
        let back = accept(&ron::to_string(&settings).unwrap()).unwrap();
        assert_eq!((back.scale, back.colors), (1.5, ColorMode::Energy));
        assert_eq!(back.dock.iter_all_tabs().count(), Tab::ALL.len());
    }

    #[test]
    fn a_layout_without_all_panels_is_replaced() {
        let settings = Settings { dock: DockState::new(vec![Tab::Tank]), ..Default::default() };
        let back = accept(&ron::to_string(&settings).unwrap()).unwrap();
        assert_eq!(back.dock.iter_all_tabs().count(), Tab::ALL.len());
        assert!(accept("(version:1)").is_none());
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0usize..4_000, with in any::<char>()) {
            let text = ron::to_string(&Settings::default()).unwrap();
            let mut chars: Vec<char> = text.chars().collect();
            let len = chars.len();
            chars[at % len] = with;
            let _ = accept(&chars.into_iter().collect::<String>());
        }
    }
}
