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
use crate::app::sound::VOLUMES;
use crate::app::strings::presets as text;
use crate::app::view::colors::ColorMode;
use crate::files;

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
    /// Whether signals are heard.
    #[serde(default)]
    pub sound: bool,
    /// How loud, 0 to 1.
    #[serde(default = "half")]
    pub volume: f32,
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

fn half() -> f32 {
    0.5
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
            sound: false,
            volume: half(),
            overlays: Overlays::default(),
            dock: presets::layout(Purpose::Watch),
            arranged: text::WATCH.into(),
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
        let _ = files::write_whole_for_user(&path, text.as_bytes());
    }
}

fn path() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "iwashi")?.config_dir().join("window.ron"))
}

fn read(path: &std::path::Path) -> Option<Settings> {
    if std::fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    accept(&text).or_else(|| rescued(&text))
}

/// What a user misses most, where another version of the program has written the rest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Rescued {
    recent: Vec<String>,
    toured: bool,
    keys: Keymap,
}

/// The defaults with what can still be read of a file that as a whole cannot be.
fn rescued(text: &str) -> Option<Settings> {
    let Rescued { recent, toured, keys } = ron::from_str(text).ok()?;
    Some(Settings { recent, toured, keys, ..Settings::default() })
}

/// Settings from text, when they are complete and sane.
fn accept(text: &str) -> Option<Settings> {
    let mut settings: Settings = ron::from_str(text).ok()?;
    if settings.version != VERSION || !(settings.scale.is_finite() && settings.body_size.is_finite()) {
        return None;
    }
    settings.scale = settings.scale.clamp(SCALES.0, SCALES.1);
    settings.body_size = settings.body_size.clamp(SIZES.0, SIZES.1);
    if !VOLUMES.contains(&settings.volume) {
        settings.volume = half();
    }
    match presets::completed(settings.dock.clone()) {
        Some(dock) => settings.dock = dock,
        None => presets::arrange(&mut settings, Purpose::Watch),
    }
    let whole = |own: Own| Some(Own { dock: presets::completed(own.dock)?, ..own });
    settings.layouts = settings.layouts.into_iter().filter_map(whole).collect();
    Some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::actions::Action;
    use bevy_egui::egui;
    use egui_dock::{DockArea, TabViewer};
    use proptest::prelude::*;

    struct Blank;

    impl TabViewer for Blank {
        type Tab = Tab;

        fn id(&mut self, tab: &mut Tab) -> egui::Id {
            egui::Id::new(*tab)
        }

        fn title(&mut self, tab: &mut Tab) -> egui::WidgetText {
            format!("{tab:?}").into()
        }

        fn ui(&mut self, _: &mut egui::Ui, _: &mut Tab) {}
    }

    /// Draws an arrangement twice: where groups lie is kept from the first time.
    fn drawn(mut settings: Settings) {
        let context = egui::Context::default();
        for _ in 0..2 {
            let _ = context.run_ui(egui::RawInput::default(), |ui| {
                DockArea::new(&mut settings.dock).show_inside(ui, &mut Blank);
            });
        }
    }

    #[test]
    fn what_is_saved_is_read_back() {
        let settings = Settings { scale: 1.5, colors: ColorMode::Energy, ..Default::default() };
        let back = accept(&ron::to_string(&settings).unwrap()).unwrap();
        assert_eq!((back.scale, back.colors), (1.5, ColorMode::Energy));
        assert_eq!(back.dock.iter_all_tabs().count(), Tab::ALL.len());
    }

    #[test]
    fn a_layout_without_all_panels_is_replaced() {
        let settings = Settings { dock: DockState::new(vec![Tab::Record]), ..Default::default() };
        let back = accept(&ron::to_string(&settings).unwrap()).unwrap();
        assert_eq!(back.dock.iter_all_tabs().count(), Tab::ALL.len());
        assert!(accept("(version:1)").is_none());
    }

    #[test]
    fn what_another_version_wrote_is_kept_as_far_as_it_can_be_read() {
        let mut keys = Keymap::default();
        keys.clear(Action::Fast);
        let own = Own { name: "mine".into(), dock: presets::layout(Purpose::Analyse) };
        let settings =
            Settings { keys: keys.clone(), recent: vec!["a.ron".into()], layouts: vec![own], ..Default::default() };
        let text = ron::to_string(&settings).unwrap();
        // A panel that this version does not have; in an arrangement one is then missing as well.
        let back = accept(&text.replace("Measures", "Tides")).unwrap();
        assert_eq!((back.layouts.len(), &back.keys), (1, &keys));
        assert_eq!(back.layouts[0].dock.iter_all_tabs().count(), Tab::ALL.len());
        // A meaning of colours, which is no part of any arrangement.
        let text = text.replace("colors:Species", "colors:Tides");
        assert!(accept(&text).is_none());
        let back = rescued(&text).unwrap();
        assert_eq!((back.keys, back.recent), (keys, vec!["a.ron".to_string()]));
    }

    #[test]
    fn broken_groups_are_never_drawn() {
        // All panels are there, and their group is one part of a split that has no other.
        let whole = ron::to_string(&Settings { dock: presets::small(), ..Default::default() }).unwrap();
        let text = whole.replacen("nodes:[Leaf(", "nodes:[Horizontal(()),Leaf(", 1);
        assert!(text != whole);
        let settings = accept(&text).unwrap();
        assert_eq!((settings.dock.iter_all_tabs().count(), settings.arranged.as_str()), (Tab::ALL.len(), "Watch"));
        drawn(settings);
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0usize..4_000, with in any::<char>()) {
            let text = ron::to_string(&Settings::default()).unwrap();
            let mut chars: Vec<char> = text.chars().collect();
            let len = chars.len();
            chars[at % len] = with;
            if let Some(settings) = accept(&chars.into_iter().collect::<String>()) {
                drawn(settings);
            }
        }
    }
}
