//! Scenes: a gallery of those that ship and of the user's own, with moving thumbnails; new ones; starting over, from scratch or from trained
//! genomes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use bevy_egui::egui::{self, RichText};

use crate::app::gallery::{Gallery, Shown};
use crate::app::panels::{Ask, PanelContext, fresh, recent, theme};
use crate::app::strings::scenes as text;
use crate::report::quoted;
use crate::run::place;
use crate::scene::{self, Evolution, SceneFile, SceneSpec};

/// Time between two looks into the folder of own scenes.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Own scenes that are listed at most.
const MOST_OWN: usize = 100;

/// What is typed here.
#[derive(Default)]
pub struct Form {
    path: String,
    /// Shipped scenes, read once.
    shipped: Vec<(String, SceneFile)>,
    read: bool,
    /// The user's own, and when they were looked for.
    own: Vec<Own>,
    looked: Option<Instant>,
    fresh: fresh::Form,
    gallery: Gallery,
}

/// A file in the folder of own scenes.
struct Own {
    path: PathBuf,
    changed: Option<SystemTime>,
    /// The scene, or why it is none.
    scene: Result<Box<SceneFile>, String>,
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    if !cx.forms.scenes.read {
        cx.forms.scenes.read = true;
        // What ships is held by a test to load; one that does not would only be missing from this list.
        let all = scene::shipped().iter().filter_map(|(name, _)| Some((name.to_string(), scene::load(name).ok()?)));
        cx.forms.scenes.shipped = all.collect();
    }
    running(ui, cx);
    theme::section(ui, text::OPEN_HEAD);
    open_path(ui, cx);
    recent::list(ui, cx);
    let form = &mut cx.forms.scenes;
    if fresh::section(ui, &mut form.fresh, &mut cx.asks) {
        form.looked = None;
    }
    look(form);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let current = cx.session.file.origin.clone();
        let mut chosen = None;
        let Form { shipped, own, gallery, .. } = form;
        for Own { path, scene, .. } in own {
            match scene {
                Ok(file) => {
                    if card(ui, gallery, file, file.origin == current).clicked() {
                        chosen = Some((**file).clone());
                    }
                }
                Err(why) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let said = RichText::new(text::no_scene(&name)).small().color(theme::WARN);
                    ui.label(said).on_hover_text(why.as_str());
                }
            }
        }
        for (_, file) in shipped {
            if card(ui, gallery, file, file.origin == current).clicked() {
                chosen = Some(file.clone());
            }
        }
        if let Some(file) = chosen {
            let spec = file.spec.clone();
            cx.asks.push(Ask::Open(Box::new((file, spec))));
        }
    });
}

/// Looks for own scenes now and then; those that have not changed are not read again.
fn look(form: &mut Form) {
    if form.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY) {
        return;
    }
    form.looked = Some(Instant::now());
    let entries = place::scenes().ok().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    paths.sort();
    paths.truncate(MOST_OWN);
    let mut before = std::mem::take(&mut form.own);
    form.own = paths
        .into_iter()
        .map(|path| {
            let changed = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
            match before.iter().position(|own| own.path == path && own.changed == changed) {
                Some(known) => before.swap_remove(known),
                None => {
                    let scene = scene::load(&path.to_string_lossy()).map(Box::new).map_err(|error| error.to_string());
                    Own { path, changed, scene }
                }
            }
        })
        .collect();
}

/// The running scene, and how to start it over.
fn running(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let scene = &cx.session.stage.scene;
    ui.label(RichText::new(&scene.name).heading());
    ui.label(&scene.description);
    if !scene.watch.is_empty() {
        ui.label(RichText::new(text::watch(&scene.watch)).color(theme::SOFT));
    }
    let file = &cx.session.file;
    let trained = trained(file);
    ui.horizontal_wrapped(|ui| {
        if ui.button(text::SCRATCH).on_hover_text(text::SCRATCH_TIP).clicked() {
            cx.asks.push(Ask::Open(Box::new((file.clone(), scratch(&file.spec)))));
        }
        let button = ui.add_enabled(trained.is_some(), egui::Button::new(text::TRAINED));
        let button = button.on_hover_text(text::TRAINED_TIP).on_disabled_hover_text(text::NOT_TRAINED_TIP);
        if let Some(spec) = trained.filter(|_| button.clicked()) {
            cx.asks.push(Ask::Open(Box::new((file.clone(), spec))));
        }
    });
    let seed = scene.seed;
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::seed(seed)).color(theme::SOFT));
        if ui.small_button(text::OTHER_SEED).on_hover_text(text::OTHER_SEED_TIP).clicked() {
            let mut next = (**scene).clone();
            next.seed = seed.wrapping_add(1);
            cx.asks.push(Ask::Open(Box::new((file.clone(), next))));
        }
        kept(ui, cx.session.stage.kept.as_deref());
    });
}

/// Whether the run is kept, and where.
fn kept(ui: &mut egui::Ui, run: Option<&Path>) {
    let Some(run) = run else {
        ui.label(RichText::new(text::NOT_KEPT).color(theme::WARN)).on_hover_text(text::NOT_KEPT_TIP);
        return;
    };
    let button = egui::Button::new(RichText::new(text::KEPT).color(theme::SOFT)).small();
    if ui.add(button).on_hover_text(text::kept_tip(&quoted(run))).clicked() {
        ui.ctx().copy_text(run.display().to_string());
    }
}

/// The scene with the trained genomes that it names itself, or that ship for it.
fn trained(file: &SceneFile) -> Option<SceneSpec> {
    let named = file.spec.species.iter().any(|s| !s.genomes.is_empty());
    if named { Some(file.spec.clone()) } else { scene::trained(file) }
}

/// The scene without trained genomes.
fn scratch(spec: &SceneSpec) -> SceneSpec {
    let mut spec = spec.clone();
    spec.species.iter_mut().for_each(|s| s.genomes.clear());
    spec
}

fn open_path(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let path = &mut cx.forms.scenes.path;
    let mut go = false;
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 60.0).max(60.0);
        let edit = egui::TextEdit::singleline(path).hint_text(text::FILE_HINT).desired_width(width);
        let response = ui.add(edit).on_hover_text(text::FILE_TIP);
        go |= response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        go |= ui.button(text::OPEN).on_hover_text(text::OPEN_TIP).clicked();
    });
    if go && !path.trim().is_empty() {
        cx.asks.push(Ask::Arrive(path.trim().into()));
    }
}

/// One scene of the list: all of it is the button.
fn card(ui: &mut egui::Ui, gallery: &mut Gallery, file: &SceneFile, current: bool) -> egui::Response {
    let spec = &file.spec;
    let fill = if current { ui.visuals().selection.bg_fill.gamma_multiply(0.55) } else { ui.visuals().faint_bg_color };
    let frame = egui::Frame::new().fill(fill).corner_radius(6).inner_margin(egui::Margin::symmetric(8, 8));
    let mut wanted = None;
    let inside = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal_top(|ui| {
            wanted = picture(ui, gallery, file);
            ui.vertical(|ui| {
                ui.label(RichText::new(&spec.name).strong());
                let kind = if spec.extent[2] > 0.0 { text::VOLUME } else { text::PLANE };
                let agents: u64 = spec.species.iter().map(|s| u64::from(s.count)).sum();
                let evolves = spec.species.iter().any(|s| s.evolution != Evolution::Off);
                let learned = match (trained(file).is_some(), evolves) {
                    (true, _) => text::LEARNED,
                    (false, true) => text::LEARNS,
                    (false, false) => text::LEARNS_NOT,
                };
                let about = text::about(kind, &theme::grouped(agents), learned);
                ui.label(RichText::new(about).small().color(theme::SOFT));
            });
        });
        ui.label(RichText::new(&spec.description).small());
        if !spec.watch.is_empty() {
            ui.label(RichText::new(text::watch(&spec.watch)).small().color(theme::SOFT));
        }
    });
    let id = ui.id().with(("scene", &file.origin));
    let response = ui.interact(inside.response.rect, id, egui::Sense::click());
    if response.hovered() {
        let edge = egui::Stroke::new(1.0, theme::ACCENT);
        ui.painter().rect_stroke(inside.response.rect, 6.0, edge, egui::StrokeKind::Inside);
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    }
    if let Some(place) = wanted {
        // Over the card, which is a button itself.
        let mut over = ui.new_child(egui::UiBuilder::new().max_rect(place).id_salt(("picture", &file.origin)));
        let button = egui::Button::new(RichText::new(text::PICTURE).small());
        if over.add(button).on_hover_text(text::PICTURE_TIP).clicked() {
            gallery.make(&file.text, Path::new(&file.origin));
        }
    }
    response.on_hover_text(text::CARD_TIP)
}

/// The moving thumbnail of a scene; tells where a button belongs that has one made, if it does.
fn picture(ui: &mut egui::Ui, gallery: &mut Gallery, file: &SceneFile) -> Option<egui::Rect> {
    let size = egui::vec2(112.0, 63.0);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    if !ui.is_rect_visible(rect) {
        return None;
    }
    ui.painter().rect_filled(rect, 4.0, theme::WELL);
    let idle = gallery.idle();
    let ships = file.ships();
    let said = match gallery.show(ui, if ships { &file.origin } else { &file.text }) {
        Shown::Frame(texture, part) => {
            egui::Image::new(texture).uv(part).corner_radius(4).paint_at(ui, rect);
            return None;
        }
        Shown::Making => text::DRAWING.to_string(),
        Shown::Failed(why) => why.to_string(),
        Shown::Nothing if ships || !idle => String::new(),
        Shown::Nothing => return Some(egui::Rect::from_center_size(rect.center(), egui::vec2(64.0, 22.0))),
    };
    let small = egui::FontId::proportional(10.5);
    let galley = ui.painter().layout(said, small, theme::SOFT.color(), rect.width() - 10.0);
    ui.painter().galley(rect.center() - 0.5 * galley.size(), galley, theme::SOFT.color());
    None
}
