//! Films from the window: size, rate, length, camera, and where the file goes.

use std::path::PathBuf;

use bevy::math::Vec2;
use bevy_egui::egui::{self, RichText};

use crate::app::camera::Crop;
use crate::app::engine::Control;
use crate::app::panels::{Ask, PanelContext, theme};
use crate::record::{CameraPath, FilmRequest, Format};
use crate::run::share::ENDING;

/// The film as typed so far.
pub struct Form {
    request: FilmRequest,
    path: String,
    numbered: bool,
    region: Region,
    orbit: bool,
    /// The rectangle drawn in the tank.
    crop: Option<Crop>,
    /// Where a rectangle that is being drawn began.
    corner: Option<Vec2>,
    drawing: bool,
    /// Where the run goes as one file.
    shared: String,
}

/// What of the tank is filmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    Whole,
    School,
    Rectangle,
}

impl Form {
    /// Whether the next drag in the tank draws the rectangle.
    pub fn draws(&self) -> bool {
        self.drawing
    }

    /// A drag in the tank at `at` (-1..1, y up): draws the rectangle, until it ends.
    pub fn draw(&mut self, at: Vec2, ended: bool) {
        let corner = *self.corner.get_or_insert(at);
        self.crop = Some(Crop::between(corner, at));
        if ended {
            (self.corner, self.drawing) = (None, false);
        }
    }

    /// What the film will show of a tank of an aspect, once a rectangle is drawn.
    pub fn frame(&self, tank: f32) -> Option<Crop> {
        let film = self.request.width as f32 / self.request.height.max(1) as f32;
        self.crop.filter(|_| self.region == Region::Rectangle).map(|crop| crop.widened(tank, film))
    }
}

impl Default for Form {
    fn default() -> Self {
        let folder = directories::UserDirs::new()
            .and_then(|d| d.video_dir().map(PathBuf::from))
            .filter(|d| d.is_dir())
            .unwrap_or_else(|| PathBuf::from("."));
        let ending = if cfg!(feature = "video") { "mp4" } else { "gif" };
        let path = folder.join(format!("iwashi.{ending}")).display().to_string();
        let request = FilmRequest { camera: CameraPath::Fixed, ..FilmRequest::default() };
        Form {
            request,
            path,
            numbered: true,
            region: Region::Whole,
            orbit: false,
            crop: None,
            corner: None,
            drawing: false,
            shared: folder.join(format!("run.{ENDING}")).display().to_string(),
        }
    }
}

const SIZES: [(&str, u32, u32); 5] =
    [("540p", 960, 540), ("720p", 1280, 720), ("1080p", 1920, 1080), ("4K", 3840, 2160), ("square", 1080, 1080)];

const REGIONS: [(Region, &str, &str); 3] = [
    (Region::Whole, "Whole view", "What the window shows of the tank now, in the shape of the film"),
    (Region::School, "The school", "Keeps to the middle of the largest school, from nearer"),
    (Region::Rectangle, "Rectangle", "A part of the view: drag it in the tank"),
];

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.add_enabled_ui(cx.film.is_none(), |ui| form(ui, &mut cx.forms.record));
        ui.add_space(8.0);
        match cx.film.clone() {
            Some(film) => {
                let share = film.written as f32 / film.frames.max(1) as f32;
                let text = format!("{} of {} frames", film.written, film.frames);
                ui.add(egui::ProgressBar::new(share).text(text)).on_hover_text("Frames in the file");
                if let Some(left) = film.left {
                    ui.label(RichText::new(format!("about {} s left", left.as_secs())).color(theme::SOFT));
                }
                if ui.button("Stop here").on_hover_text("Keeps what was filmed so far").clicked() {
                    cx.asks.push(Ask::EndFilm);
                }
            }
            None => start(ui, cx),
        }
        share(ui, cx);
    });
}

fn form(ui: &mut egui::Ui, form: &mut Form) {
    let request = &mut form.request;
    theme::section(ui, "File");
    let edit = egui::TextEdit::singleline(&mut form.path).desired_width(f32::INFINITY);
    ui.add(edit).on_hover_text("Ending .mp4 or .gif; without an ending, a folder of numbered PNGs");
    ui.horizontal(|ui| {
        for (name, ending) in [("MP4", "mp4"), ("GIF", "gif"), ("PNGs", "")] {
            if ending == "mp4" && !cfg!(feature = "video") {
                continue;
            }
            let path = PathBuf::from(&form.path);
            let is = path.extension().and_then(|e| e.to_str()).unwrap_or("") == ending;
            if ui.selectable_label(is, name).on_hover_text("Changes the ending of the name").clicked() {
                form.path = path.with_extension(ending).display().to_string();
            }
        }
        ui.checkbox(&mut form.numbered, "keep older").on_hover_text("Adds a number rather than replacing a film");
    });
    theme::section(ui, "Picture");
    ui.horizontal_wrapped(|ui| {
        for (name, width, height) in SIZES {
            let is = (request.width, request.height) == (width, height);
            if ui.selectable_label(is, name).on_hover_text(format!("{width} × {height}")).clicked() {
                (request.width, request.height) = (width, height);
            }
        }
    });
    ui.horizontal(|ui| {
        for side in [&mut request.width, &mut request.height] {
            let mut half = *side / 2;
            let drag = egui::DragValue::new(&mut half).range(8..=4096).custom_formatter(|v, _| format!("{}", v * 2.0));
            let drag = drag.custom_parser(|t| t.parse::<f64>().ok().map(|v| (v / 2.0).round()));
            ui.add(drag).on_hover_text("Pixels, even");
            *side = half * 2;
        }
        ui.label("at");
        ui.add(egui::DragValue::new(&mut request.fps).range(1..=240).suffix(" frames/s"))
            .on_hover_text("Frames a second");
    });
    theme::section(ui, "Time");
    ui.horizontal(|ui| {
        let drag = egui::DragValue::new(&mut request.seconds).range(0.1..=3_600.0).speed(0.1).suffix(" s");
        ui.add(drag).on_hover_text("Length of the film");
        ui.label("at");
        let drag = egui::DragValue::new(&mut request.speed).range(0.05..=1_000.0).speed(0.02).prefix("× ");
        ui.add(drag).on_hover_text("Simulated seconds in a second of film");
    });
    theme::section(ui, "Region");
    ui.horizontal_wrapped(|ui| {
        for (region, name, tip) in REGIONS {
            if ui.selectable_label(form.region == region, name).on_hover_text(tip).clicked() {
                form.region = region;
                form.drawing = region == Region::Rectangle;
            }
        }
    });
    if form.region == Region::Rectangle {
        let said = if form.drawing { "Drag a rectangle in the tank" } else { "Choose it again to draw another one" };
        ui.label(RichText::new(said).small().color(theme::SOFT));
    }
    let turns = egui::Checkbox::new(&mut form.orbit, "The camera turns slowly");
    let tip = "In a volume; the school is always followed with a slow turn";
    ui.add_enabled(form.region != Region::School, turns).on_hover_text(tip).on_disabled_hover_text(tip);
    ui.checkbox(&mut request.overlay, "Name, tick and time in the picture").on_hover_text("Along the lower edge");
}

fn start(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &cx.forms.record;
    let mut request = form.request.clone();
    request.output = PathBuf::from(form.path.trim());
    request.world = cx.session.world;
    request.camera = match form.region {
        Region::School => CameraPath::Follow,
        _ if form.orbit => CameraPath::Orbit,
        _ => CameraPath::Fixed,
    };
    let crop = form.crop.filter(|_| form.region == Region::Rectangle);
    let problem = if form.path.trim().is_empty() {
        Some("Say where the film goes.".to_string())
    } else if form.region == Region::Rectangle && crop.is_none() {
        Some("Drag a rectangle in the tank.".to_string())
    } else {
        request.check().err().map(|e| e.to_string())
    };
    let button = egui::Button::new(RichText::new("⏺ Film").strong()).min_size(egui::vec2(96.0, 28.0));
    let tip = "The simulation advances exactly one frame at a time meanwhile, however long a frame takes";
    if ui.add_enabled(problem.is_none(), button).on_hover_text(tip).clicked() {
        if form.numbered {
            request.output = free_name(&request.output);
        }
        cx.asks.push(Ask::Film(request.clone(), crop));
    }
    if let Some(problem) = problem {
        ui.label(RichText::new(problem).color(theme::WARN));
    }
    let frames = request.frames(cx.session.stage.scene.dt);
    let kind = match Format::of(&request.output) {
        Ok(Format::Mp4) => "H.264 in MP4",
        Ok(Format::Gif) => "GIF, 256 colours a frame",
        Ok(Format::Png) => "numbered PNGs",
        Err(_) => "",
    };
    ui.label(RichText::new(format!("{} frames, {kind}", theme::grouped(frames))).small().color(theme::SOFT));
}

/// The run as one file for others.
fn share(ui: &mut egui::Ui, cx: &mut PanelContext) {
    theme::section(ui, "Share this run");
    let form = &mut cx.forms.record;
    let edit = egui::TextEdit::singleline(&mut form.shared).desired_width(f32::INFINITY);
    ui.add(edit)
        .on_hover_text("Scene, seed, commands and starting genomes in one file; a number is added where there is one");
    let path = form.shared.trim();
    let can = !path.is_empty() && cx.session.stage.kept.is_some();
    let tip = "Others drop it on their window, or call iwashi open FILE: it plays to the same digest";
    let without = "Say where it goes; a run that is not kept cannot be shared";
    if ui.add_enabled(can, egui::Button::new("Share")).on_hover_text(tip).on_disabled_hover_text(without).clicked() {
        let to = free_name(&PathBuf::from(path).with_extension(ENDING));
        cx.asks.push(Ask::Control(Control::Share(to)));
    }
}

/// The name itself while it is free, else the first `name-2`, `name-3` … that is.
pub(super) fn free_name(path: &std::path::Path) -> PathBuf {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("iwashi").to_owned();
    let ending = path.extension().and_then(|e| e.to_str()).map(|e| format!(".{e}")).unwrap_or_default();
    let mut names =
        std::iter::once(path.to_owned()).chain((2..10_000).map(|i| path.with_file_name(format!("{stem}-{i}{ending}"))));
    names.find(|p| !p.exists()).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_films_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        assert_eq!(free_name(&path), path);
        std::fs::write(&path, "x").unwrap();
        assert_eq!(free_name(&path), folder.path().join("a-2.mp4"));
    }
}
