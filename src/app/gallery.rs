//! Moving thumbnails of scenes: those that ship are embedded, those of a user's own scenes are made on demand by a process of its own and
//! kept in the cache. Each is read when it is first looked at. A missing or damaged one is no error: there is no picture then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bevy_egui::egui;

use crate::app::strings::scenes as text;
use crate::record::{STRIP_RATE, STRIP_SIZE, strip_frames};
use crate::run::place;

/// Strips of the scenes that ship, by name; `iwashi record --gallery assets/gallery` makes them.
macro_rules! strips {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../assets/gallery/", $name, ".png")))),*]
    };
}
const SHIPPED: &[(&str, &[u8])] = strips!(
    "first_school"
    "food_call"
    "grazers"
    "trails"
    "rivals"
    "arms_race"
    "red_fish"
    "damage"
    "planks"
    "floreano_2x2"
    "mitri_suppression"
    "comm_metrics"
    "morse_mill"
    "cucker_smale"
    "olfati_lattice"
    "correlation_length"
    "vicsek_noise_curve"
    "vicsek_meanfield"
    "couzin_states"
    "couzin_hysteresis"
    "speaker_listener"
    "olson_confusion"
    "alarm"
    "relay"
    "deceit"
    "mixed"
    "boids"
);

/// How long a strip stays that nobody looks at: scrolling to and fro reads nothing again.
const STAYS: Duration = Duration::from_secs(60);

/// Strips read and asked for.
#[derive(Default)]
pub struct Gallery {
    /// By the name of a shipped scene, or of the file in the cache; each with when it was asked for last.
    strips: BTreeMap<String, (Option<Strip>, Instant)>,
    /// The one that is being made, and for which key.
    making: Option<(String, PathBuf, Child)>,
    /// Why the last one could not be made, and for which key.
    failed: Option<(String, String)>,
}

/// All frames of a strip below each other in one texture.
struct Strip {
    texture: egui::TextureHandle,
    frames: u32,
}

/// What there is for a scene.
pub enum Shown<'a> {
    /// The frame to show now: a part of a texture.
    Frame(egui::load::SizedTexture, egui::Rect),
    /// None.
    Nothing,
    /// It is being made.
    Making,
    /// It could not be made.
    Failed(&'a str),
}

impl Gallery {
    /// What there is for a scene: its shipped name, or the text of a file.
    pub fn show(&mut self, ui: &egui::Ui, key: &str) -> Shown<'_> {
        self.arrive(ui.ctx());
        if self.making.as_ref().is_some_and(|(making, ..)| making == key) {
            return Shown::Making;
        }
        let (name, now) = (name_of(key), Instant::now());
        self.forget(now);
        let missing = || (read(key).and_then(|bytes| load(ui.ctx(), &name, &bytes)), now);
        let (strip, asked) = self.strips.entry(name.clone()).or_insert_with(missing);
        *asked = now;
        if let Some(strip) = strip {
            let frame = (ui.input(|i| i.time) * f64::from(STRIP_RATE)) as u32 % strip.frames;
            let share = 1.0 / strip.frames as f32;
            let part = egui::Rect::from_min_max(
                egui::pos2(0.0, frame as f32 * share),
                egui::pos2(1.0, (frame + 1) as f32 * share),
            );
            return Shown::Frame(egui::load::SizedTexture::from_handle(&strip.texture), part);
        }
        match &self.failed {
            Some((failed, why)) if failed == key => Shown::Failed(why),
            _ => Shown::Nothing,
        }
    }

    /// Whether another one may be asked for.
    pub fn idle(&self) -> bool {
        self.making.is_none()
    }

    /// Has the strip of a scene file made; `key` is its text.
    pub fn make(&mut self, key: &str, scene: &Path) {
        let begun = || {
            let folder = place::cache().map_err(|error| error.to_string())?.join("making");
            let program = std::env::current_exe().map_err(|error| error.to_string())?;
            let mut command = Command::new(program);
            command.arg("record").arg(scene).arg("--gallery").arg(&folder).arg("--quiet");
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let made = folder.join(scene.file_stem().unwrap_or_default()).with_extension("png");
            Ok::<_, String>((made, command.spawn().map_err(|error| error.to_string())?))
        };
        match begun() {
            Ok((made, child)) => self.making = Some((key.to_string(), made, child)),
            Err(why) => self.failed = Some((key.to_string(), why)),
        }
    }

    /// Takes in what was made.
    fn arrive(&mut self, context: &egui::Context) {
        let Some((_, _, child)) = &mut self.making else { return };
        let Ok(Some(status)) = child.try_wait() else { return };
        let Some((key, made, _)) = self.making.take() else { return };
        let kept = cached(&key).filter(|_| status.success()).and_then(|to| {
            std::fs::create_dir_all(to.parent()?).ok()?;
            std::fs::rename(&made, &to).ok()?;
            std::fs::read(to).ok()
        });
        let name = name_of(&key);
        let strip = kept.and_then(|bytes| load(context, &name, &bytes));
        if strip.is_none() {
            self.failed = Some((key.clone(), text::NO_PICTURE.into()));
        }
        self.strips.insert(name, (strip, Instant::now()));
    }

    /// Lets go of those that nobody has asked for of late: each time that an open file is saved, its text is another.
    fn forget(&mut self, now: Instant) {
        self.strips.retain(|_, (_, asked)| now.saturating_duration_since(*asked) < STAYS);
    }
}

impl Drop for Gallery {
    fn drop(&mut self) {
        if let Some((_, _, child)) = &mut self.making {
            // Nobody will look at it; one that has ended cannot be stopped.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A short name for a scene: that under which it ships, or one that follows from its text.
fn name_of(key: &str) -> String {
    match SHIPPED.iter().any(|(name, _)| *name == key) {
        true => key.to_string(),
        false => blake3::hash(key.as_bytes()).to_hex()[..32].to_string(),
    }
}

/// Where the strip of a scene with this text is kept.
fn cached(text: &str) -> Option<PathBuf> {
    Some(place::cache().ok()?.join("gallery").join(name_of(text)).with_extension("png"))
}

fn read(key: &str) -> Option<Vec<u8>> {
    match SHIPPED.iter().find(|(name, _)| *name == key) {
        Some((_, bytes)) => Some(bytes.to_vec()),
        None => std::fs::read(cached(key)?).ok(),
    }
}

fn load(context: &egui::Context, name: &str, bytes: &[u8]) -> Option<Strip> {
    let frames = strip_frames(bytes)?;
    let (width, height) = STRIP_SIZE;
    let rgba: Vec<u8> = frames.iter().flat_map(|frame| frame.rgba.iter().copied()).collect();
    let size = [width as usize, height as usize * frames.len()];
    let image = egui::ColorImage::from_rgba_unmultiplied(size, &rgba);
    let texture = context.load_texture(format!("strip {name}"), image, egui::TextureOptions::LINEAR);
    Some(Strip { texture, frames: frames.len() as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asks_for_is_let_go() {
        let (mut gallery, now) = (Gallery::default(), Instant::now());
        let text = "(name: \"a\")".repeat(1_000);
        gallery.strips.insert(name_of(&text), (None, now));
        gallery.strips.insert(name_of("boids"), (None, now + STAYS));
        gallery.forget(now + STAYS);
        assert_eq!(gallery.strips.keys().map(String::as_str).collect::<Vec<_>>(), ["boids"]);
        assert_eq!(name_of(&text).len(), 32);
    }

    #[test]
    fn strips_of_scenes_that_ship_are_whole_and_small() {
        let mut all = 0;
        for (name, bytes) in SHIPPED {
            assert!(crate::scene::shipped().iter().any(|(scene, _)| scene == name), "{name}");
            assert!(strip_frames(bytes).is_some_and(|frames| frames.len() > 1), "{name}");
            assert!(bytes.len() <= 60_000, "{name}: {} bytes", bytes.len());
            all += bytes.len();
        }
        assert!(all <= 1_500_000, "{all} bytes");
        assert_eq!(SHIPPED.len(), crate::scene::shipped().len(), "iwashi record --gallery assets/gallery");
    }
}
