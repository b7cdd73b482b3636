//! Scenes: those that ship and those on disk; starting over, from scratch or from trained genomes.

use std::path::Path;

use bevy_egui::egui::{self, RichText};

use crate::app::panels::{Ask, PanelContext, recent, theme};
use crate::report::quoted;
use crate::scene::{self, SceneFile, SceneSpec};

/// What is typed here.
#[derive(Default)]
pub struct Form {
    path: String,
    /// Shipped scenes, read once.
    shipped: Vec<(String, SceneFile)>,
    read: bool,
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
    theme::section(ui, "Open another");
    open_path(ui, cx);
    recent::list(ui, cx);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let current = cx.session.file.origin.clone();
        let mut chosen = None;
        for (_, file) in &cx.forms.scenes.shipped {
            if card(ui, &file.spec, file.origin == current).clicked() {
                chosen = Some(file.clone());
            }
        }
        if let Some(file) = chosen {
            let spec = file.spec.clone();
            cx.asks.push(Ask::Open(Box::new((file, spec))));
        }
    });
}

/// The running scene, and how to start it over.
fn running(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let scene = &cx.session.stage.scene;
    ui.label(RichText::new(&scene.name).heading());
    ui.label(&scene.description);
    if !scene.watch.is_empty() {
        ui.label(RichText::new(format!("Watch: {}", scene.watch)).color(theme::SOFT));
    }
    let file = &cx.session.file;
    let trained = trained(file);
    ui.horizontal_wrapped(|ui| {
        let tip = "Starts this scene over from random genomes, changes undone";
        if ui.button("Restart from scratch").on_hover_text(tip).clicked() {
            cx.asks.push(Ask::Open(Box::new((file.clone(), scratch(&file.spec)))));
        }
        let tip = match &trained {
            Some(_) => "Starts this scene over from trained genomes, changes undone",
            None => "There are no trained genomes for this scene",
        };
        let button = egui::Button::new("Restart trained");
        let clicked =
            ui.add_enabled(trained.is_some(), button).on_hover_text(tip).on_disabled_hover_text(tip).clicked();
        if let Some(spec) = trained.filter(|_| clicked) {
            cx.asks.push(Ask::Open(Box::new((file.clone(), spec))));
        }
    });
    let seed = scene.seed;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("seed {seed}")).color(theme::SOFT));
        if ui.small_button("another seed").on_hover_text("Starts over with the next seed").clicked() {
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
        ui.label(RichText::new("not kept").color(theme::WARN)).on_hover_text("This run ends with the window");
        return;
    };
    let path = quoted(run);
    let tip = format!(
        "This run is kept in {path}\n\niwashi resume {path} --minutes 30\niwashi record {path} -o film.mp4\n\n\
         Click to copy the path"
    );
    let button = egui::Button::new(RichText::new("kept").color(theme::SOFT)).small();
    if ui.add(button).on_hover_text(tip).clicked() {
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
        let edit = egui::TextEdit::singleline(path).hint_text("path of a .ron or .iwashi file").desired_width(width);
        let response = ui.add(edit).on_hover_text("A scene, or a run that somebody has shared");
        go |= response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        go |= ui.button("Open").on_hover_text("Reads and starts the file").clicked();
    });
    if go && !path.trim().is_empty() {
        cx.asks.push(Ask::Arrive(path.trim().into()));
    }
}

/// One scene of the list: all of it is the button.
fn card(ui: &mut egui::Ui, spec: &SceneSpec, current: bool) -> egui::Response {
    let fill = if current { ui.visuals().selection.bg_fill.gamma_multiply(0.55) } else { ui.visuals().faint_bg_color };
    let frame = egui::Frame::new().fill(fill).corner_radius(6).inner_margin(egui::Margin::symmetric(10, 8));
    let inside = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| {
            ui.label(RichText::new(&spec.name).strong());
            let kind = if spec.extent[2] > 0.0 { "volume" } else { "plane" };
            let agents: u64 = spec.species.iter().map(|s| u64::from(s.count)).sum();
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let text = format!("{kind}, {}", theme::grouped(agents));
                ui.label(RichText::new(text).small().color(theme::SOFT));
            });
        });
        ui.label(RichText::new(&spec.description).small().color(theme::SOFT));
    });
    let id = ui.id().with(("scene", &spec.name));
    let response = ui.interact(inside.response.rect, id, egui::Sense::click());
    if response.hovered() {
        let edge = egui::Stroke::new(1.0, theme::ACCENT);
        ui.painter().rect_stroke(inside.response.rect, 6.0, edge, egui::StrokeKind::Inside);
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    }
    response.on_hover_text(if spec.watch.is_empty() { "Start this scene" } else { &spec.watch })
}
