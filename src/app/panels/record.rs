//! Films from the window: size, rate, length, camera, and where the file goes.

use std::path::{Path, PathBuf};

use bevy::math::Vec2;
use bevy_egui::egui::{self, RichText};

use crate::app::camera::Crop;
use crate::app::panels::{Ask, PanelContext, camera, theme};
use crate::app::strings::{self, record as text};
use crate::files;
use crate::record::{CameraPath, FilmRequest, Format, Grade, PLOTS, Plot, Title};
use crate::run::share::ENDING;

/// The film as typed so far.
pub struct Form {
    request: FilmRequest,
    path: String,
    numbered: bool,
    /// The stretch of the run that is filmed, where one is: ticks of the branch that is shown.
    stretch: Option<(u64, u64)>,
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
    Path,
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

    /// Begins or ends the stretch that is filmed at a tick.
    pub fn mark(&mut self, tick: u64, end: bool) {
        let (from, to) = self.stretch.unwrap_or(if end { (0, tick) } else { (tick, tick + 1) });
        self.stretch =
            Some(if end { (from.min(tick.saturating_sub(1)), tick.max(1)) } else { (tick, to.max(tick + 1)) });
    }

    /// The stretch of the run that is filmed.
    pub fn stretch(&self) -> Option<(u64, u64)> {
        self.stretch
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
            stretch: None,
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
    [("540p", 960, 540), ("720p", 1280, 720), ("1080p", 1920, 1080), ("4K", 3840, 2160), (text::SQUARE, 1080, 1080)];

const REGIONS: [(Region, &str, &str); 4] = [
    (Region::Whole, text::WHOLE, text::WHOLE_TIP),
    (Region::School, text::SCHOOL, text::SCHOOL_TIP),
    (Region::Rectangle, text::RECTANGLE, text::RECTANGLE_TIP),
    (Region::Path, strings::camera::HEAD, text::PATH_TIP),
];

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let now = (cx.session.status.tick, cx.session.strip.end().max(cx.session.status.tick));
        ui.add_enabled_ui(cx.film.is_none(), |ui| form(ui, &mut cx.forms.record, now));
        camera::section(ui, cx);
        ui.add_space(8.0);
        match cx.film.clone() {
            Some(film) => {
                let share = film.written as f32 / film.frames.max(1) as f32;
                let made = text::frames_made(film.written, film.frames);
                ui.add(egui::ProgressBar::new(share).text(made)).on_hover_text(text::FRAMES_MADE_TIP);
                if let Some(left) = film.left {
                    ui.label(RichText::new(text::time_left(left.as_secs())).color(theme::SOFT));
                }
                ui.horizontal(|ui| {
                    if ui.button(text::STOP).on_hover_text(text::STOP_TIP).clicked() {
                        cx.asks.push(Ask::EndFilm);
                    }
                    if ui.button(text::CANCEL).on_hover_text(text::CANCEL_TIP).clicked() {
                        cx.asks.push(Ask::CancelFilm);
                    }
                });
            }
            None => start(ui, cx),
        }
        share(ui, cx);
    });
}

const GRADES: [(Grade, &str, &str); 3] = [
    (Grade::Draft, text::DRAFT, text::DRAFT_TIP),
    (Grade::Good, text::GOOD, text::GOOD_TIP),
    (Grade::Best, text::BEST, text::BEST_TIP),
];

/// `now` is the tick that is shown, and the last that there has been.
fn form(ui: &mut egui::Ui, form: &mut Form, now: (u64, u64)) {
    let request = &mut form.request;
    theme::section(ui, text::FILE_HEAD);
    let edit = egui::TextEdit::singleline(&mut form.path).desired_width(f32::INFINITY);
    ui.add(edit).on_hover_text(text::FILE_TIP);
    ui.horizontal(|ui| {
        for (name, ending) in [("MP4", "mp4"), ("GIF", "gif"), (text::PNGS, "")] {
            if ending == "mp4" && !cfg!(feature = "video") {
                continue;
            }
            let path = PathBuf::from(&form.path);
            let is = path.extension().and_then(|e| e.to_str()).unwrap_or("") == ending;
            if ui.selectable_label(is, name).on_hover_text(text::FORMAT_TIP).clicked() {
                form.path = retyped(&path, ending).display().to_string();
            }
        }
        ui.checkbox(&mut form.numbered, text::KEEP_OLDER).on_hover_text(text::KEEP_OLDER_TIP);
    });
    theme::section(ui, text::PICTURE_HEAD);
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
            ui.add(drag).on_hover_text(text::SIDE_TIP);
            *side = half * 2;
        }
        ui.label(text::AT);
        ui.add(egui::DragValue::new(&mut request.fps).range(1..=240).suffix(text::FRAMES_A_SECOND))
            .on_hover_text(text::RATE_TIP);
    });
    ui.horizontal(|ui| {
        for (grade, name, tip) in GRADES {
            ui.selectable_value(&mut request.grade, grade, name).on_hover_text(tip);
        }
    });
    theme::section(ui, text::TIME_HEAD);
    time(ui, &mut form.stretch, request, now);
    ui.horizontal(|ui| {
        match form.stretch {
            Some(_) => {
                ui.label(text::ALL_AT);
            }
            None => {
                let drag = egui::DragValue::new(&mut request.seconds).range(0.1..=3_600.0).speed(0.1).suffix(" s");
                ui.add(drag).on_hover_text(text::LENGTH_TIP);
                ui.label(text::AT);
            }
        }
        let drag = egui::DragValue::new(&mut request.speed).range(0.05..=1_000.0).speed(0.02).prefix("× ");
        ui.add(drag).on_hover_text(text::SPEED_TIP);
    });
    theme::section(ui, text::REGION_HEAD);
    ui.horizontal_wrapped(|ui| {
        for (region, name, tip) in REGIONS {
            if ui.selectable_label(form.region == region, name).on_hover_text(tip).clicked() {
                form.region = region;
                form.drawing = region == Region::Rectangle;
            }
        }
    });
    if form.region == Region::Rectangle {
        let said = if form.drawing { text::DRAWING } else { text::DRAWN };
        ui.label(RichText::new(said).small().color(theme::SOFT));
    }
    let turns = egui::Checkbox::new(&mut form.orbit, text::ORBIT);
    ui.add_enabled(matches!(form.region, Region::Whole | Region::Rectangle), turns)
        .on_hover_text(text::ORBIT_TIP)
        .on_disabled_hover_text(text::ORBIT_TIP);
    theme::section(ui, text::OVERLAY_HEAD);
    ui.checkbox(&mut request.overlay, text::CAPTION).on_hover_text(text::CAPTION_TIP);
    over(ui, request);
    ui.checkbox(&mut request.looped, text::LOOP).on_hover_text(text::LOOP_TIP);
}

/// Titles and the plot.
fn over(ui: &mut egui::Ui, request: &mut FilmRequest) {
    ui.horizontal(|ui| {
        ui.label(text::PLOT);
        let shown = request.plot.map_or(text::NO_PLOT.to_string(), Plot::title);
        let combo = egui::ComboBox::from_id_salt("film plot").selected_text(shown).width(150.0);
        let chosen = combo.show_ui(ui, |ui| {
            ui.selectable_value(&mut request.plot, None, text::NO_PLOT).on_hover_text(text::NO_PLOT_TIP);
            for plot in &PLOTS {
                ui.selectable_value(&mut request.plot, Some(plot), plot.title()).on_hover_text(text::PLOT_TIP);
            }
        });
        chosen.response.on_hover_text(text::PLOT_TIP);
    });
    let mut gone = None;
    for (index, title) in request.titles.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 150.0).max(60.0);
            let edit = egui::TextEdit::singleline(&mut title.text).hint_text(text::TITLE_HINT).desired_width(width);
            ui.add(edit).on_hover_text(text::TITLE_TIP);
            for (second, tip) in [(&mut title.from, text::TITLE_FROM_TIP), (&mut title.to, text::TITLE_TO_TIP)] {
                let drag = egui::DragValue::new(second).range(0.0..=86_400.0).speed(0.05).suffix(" s");
                ui.add(drag).on_hover_text(tip);
            }
            if ui.small_button("✖").on_hover_text(text::REMOVE_TITLE_TIP).clicked() {
                gone = Some(index);
            }
        });
    }
    if let Some(index) = gone {
        request.titles.remove(index);
    }
    if ui.button(text::ADD_TITLE).on_hover_text(text::ADD_TITLE_TIP).clicked() {
        let from = request.titles.last().map_or(0.0, |title| title.to);
        request.titles.push(Title { text: String::new(), from, to: from + 3.0 });
    }
}

/// What of the run is filmed: from now on, or a stretch that has been.
fn time(ui: &mut egui::Ui, stretch: &mut Option<(u64, u64)>, request: &mut FilmRequest, (here, end): (u64, u64)) {
    ui.horizontal(|ui| {
        if ui.selectable_label(stretch.is_none(), text::FROM_NOW).on_hover_text(text::FROM_NOW_TIP).clicked() {
            *stretch = None;
        }
        if ui.selectable_label(stretch.is_some(), text::STRETCH).on_hover_text(text::STRETCH_TIP).clicked() {
            stretch.get_or_insert((0, end.max(1)));
        }
    });
    (request.from, request.to) = stretch.map_or((0, None), |(from, to)| (from, Some(to)));
    let Some((from, to)) = stretch else { return };
    for (name, tick, button, tip) in [
        (text::FROM_TICK, from, text::FROM_HERE, text::FROM_HERE_TIP),
        (text::TO_TICK, to, text::TO_HERE, text::TO_HERE_TIP),
    ] {
        ui.horizontal(|ui| {
            ui.label(name);
            ui.add(egui::DragValue::new(tick).range(0..=end)).on_hover_text(text::TICK_TIP);
            if ui.small_button(button).on_hover_text(tip).clicked() {
                *tick = here;
            }
        });
    }
}

fn start(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &cx.forms.record;
    let mut request = form.request.clone();
    request.output = PathBuf::from(form.path.trim());
    request.world = cx.session.world;
    let path = cx.forms.camera.path();
    request.camera = match (form.region, &path) {
        (Region::School, _) => CameraPath::Follow,
        (Region::Path, Some(path)) => CameraPath::Keyed(path.clone()),
        _ if form.orbit => CameraPath::Orbit,
        _ => CameraPath::Fixed,
    };
    let crop = form.crop.filter(|_| form.region == Region::Rectangle);
    let problem = if form.path.trim().is_empty() {
        Some(text::WITHOUT_FILE.to_string())
    } else if form.region == Region::Rectangle && crop.is_none() {
        Some(text::WITHOUT_RECTANGLE.to_string())
    } else if form.region == Region::Path && path.is_none() {
        Some(text::WITHOUT_KEYS.to_string())
    } else {
        let dt = cx.session.stage.scene.dt;
        request.check().err().or_else(|| request.drawn(dt).err()).map(|e| e.to_string())
    };
    let button = egui::Button::new(RichText::new(text::FILM).strong()).min_size(egui::vec2(96.0, 28.0));
    let mut ask = None;
    ui.horizontal(|ui| {
        if ui.add_enabled(problem.is_none(), button).on_hover_text(text::FILM_TIP).clicked() {
            ask = Some(request.clone());
        }
        let poster = egui::Button::new(text::POSTER).min_size(egui::vec2(72.0, 28.0));
        if ui.add_enabled(problem.is_none(), poster).on_hover_text(text::POSTER_TIP).clicked() {
            let output = retyped(&request.output, "png");
            let camera = match request.camera {
                CameraPath::Keyed(_) => CameraPath::Fixed,
                ref other => other.clone(),
            };
            ask = Some(FilmRequest { output, camera, from: 0, to: None, looped: false, ..request.clone() });
        }
    });
    if let Some(mut request) = ask {
        if form.numbered {
            request.output = files::free(&request.output);
        }
        cx.asks.push(Ask::Film(request, crop));
    }
    if let Some(problem) = problem {
        ui.label(RichText::new(problem).color(theme::WARN));
    }
    let frames = request.frames(cx.session.stage.scene.dt);
    let kind = match Format::of(&request.output) {
        Ok(Format::Mp4) => text::MP4_KIND,
        Ok(Format::Gif) => text::GIF_KIND,
        Ok(Format::Still) => text::PICTURE_KIND,
        Ok(Format::Png) => text::PICTURES_KIND,
        Err(_) => "",
    };
    ui.label(RichText::new(text::frames_in(&theme::grouped(frames), kind)).small().color(theme::SOFT));
}

/// The run as one file for others.
fn share(ui: &mut egui::Ui, cx: &mut PanelContext) {
    theme::section(ui, text::SHARE_HEAD);
    let form = &mut cx.forms.record;
    let edit = egui::TextEdit::singleline(&mut form.shared).desired_width(f32::INFINITY);
    ui.add(edit).on_hover_text(text::SHARED_FILE_TIP);
    let path = form.shared.trim();
    let can = !path.is_empty() && cx.session.stage.kept.is_some() && cx.film.is_none();
    let button = ui.add_enabled(can, egui::Button::new(text::SHARE));
    if button.on_hover_text(text::SHARE_TIP).on_disabled_hover_text(text::NO_SHARE_TIP).clicked() {
        let to = files::free(&files::ended(Path::new(path), ENDING));
        cx.asks.push(Ask::Share(to));
    }
}

/// The path of a film with the ending of another kind, or without one: an ending that is none of films is part of the name.
fn retyped(path: &Path, ending: &str) -> PathBuf {
    let kinds = ["mp4", "gif", "png"];
    let film = path.extension().and_then(|own| own.to_str()).is_some_and(|own| kinds.contains(&own));
    let bare = if film { path.with_extension("") } else { path.to_path_buf() };
    if ending.is_empty() { bare } else { files::ended(&bare, ending) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_points_keeps_them() {
        let typed = |path: &str, ending| retyped(Path::new(path), ending).display().to_string();
        assert_eq!(
            (typed("a.mp4", "gif"), typed("a.gif", ""), typed("a", "mp4")),
            ("a.gif".into(), "a".into(), "a.mp4".into())
        );
        assert_eq!(
            (typed("run1.best", "png"), typed("run1.best.mp4", "")),
            ("run1.best.png".into(), "run1.best".into())
        );
        assert_eq!(files::ended(Path::new("plot.v2"), "png"), Path::new("plot.v2.png"));
        assert_eq!(files::ended(Path::new("plot.png"), "png"), Path::new("plot.png"));
    }
}
