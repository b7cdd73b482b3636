//! The panels around the tank: what they all see and may ask for, where they are docked. Each panel is a function in a
//! file of its own; `tabs` names them.

pub mod agent;
pub mod archive;
pub mod camera;
pub mod charts;
pub mod compare;
pub mod evolution;
pub mod family;
pub mod fresh;
pub mod hall;
pub mod help;
pub mod measures;
pub mod offer;
pub mod parameters;
pub mod plots;
pub mod presets;
pub mod probe;
pub mod received;
pub mod recent;
pub mod record;
pub mod scene_file;
pub mod scenes;
pub mod shades;
pub mod signals;
mod tabs;
pub mod theme;
pub mod time;
pub mod timeline;
pub mod tour;
pub mod values;

use std::path::PathBuf;
use std::time::Instant;

use bevy::prelude::Resource;
use bevy_egui::egui;
use egui_dock::{DockArea, DockState};

use crate::app::actions;
use crate::app::arrivals;
use crate::app::camera::Crop;
use crate::app::engine::{Control, Pace, pace_of};
use crate::app::exhibit::Exhibit;
use crate::app::film::studio::{Progress, Studio, Viewpoint};
use crate::app::frame::Eye;
use crate::app::genomes::HeldGenome;
use crate::app::history::History;
use crate::app::overlay::school::Copies;
use crate::app::quality::Level;
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::sound::Sound;
use crate::app::tank;
use crate::app::tools::Tools;
use crate::app::view::colors::ColorMode;
use crate::record::FilmRequest;
use crate::scene::{SceneFile, SceneSpec};

pub use tabs::Tab;
use tabs::Viewer;

/// What a panel asks for; carried out after all panels are drawn.
pub enum Ask {
    /// A control for the simulation.
    Control(Control),
    /// Opens a scene as given.
    Open(Box<(SceneFile, SceneSpec)>),
    /// Opens a scene or a shared run that lies at a path.
    Arrive(PathBuf),
    /// Takes the running scene for that of a file.
    Belong(Box<SceneFile>),
    /// Selects an agent.
    Select(Option<u32>),
    /// Reads a genome and sets an agent with it down.
    Genome(PathBuf),
    /// Takes a genome in hand, and sets an agent with it down.
    Spawn(HeldGenome),
    /// Takes a genome in hand.
    Hold(HeldGenome),
    /// Follows the selected agent, or not.
    Follow(bool),
    /// Shows another world.
    World(u32),
    /// Makes a film of the whole view, or of a part of it.
    Film(FilmRequest, Option<Crop>),
    /// Ends the film.
    EndFilm,
    /// Gives the film up.
    CancelFilm,
    /// Writes the run into one file, with a picture of it.
    Share(PathBuf),
    /// Writes a part of the window into a file.
    Picture(egui::Rect, PathBuf),
    /// Shows a message.
    Tell(String, bool),
}

/// What panels see and what they ask for.
pub struct PanelContext<'a> {
    /// The run as the window knows it: scene, snapshot, metrics.
    pub session: &'a Session,
    /// What is remembered between starts.
    pub settings: &'a mut Settings,
    /// What is typed and unfolded.
    pub forms: &'a mut Forms,
    /// The film being made.
    pub film: Option<Progress>,
    /// Asked for so far.
    pub asks: Vec<Ask>,
}

/// What is typed and unfolded in the panels; forgotten at the end.
#[derive(Default)]
pub struct Forms {
    /// Scenes panel.
    pub scenes: scenes::Form,
    /// Parameters panel.
    pub parameters: parameters::Form,
    /// Evolution panel.
    pub evolution: evolution::Form,
    /// Agent panel.
    pub agent: agent::Form,
    /// Family of the selected agent.
    pub family: family::Form,
    /// Hall of fame.
    pub hall: hall::Form,
    /// Plots panel.
    pub charts: charts::Form,
    /// Signals panel.
    pub signals: signals::Form,
    /// Probe panel.
    pub probe: probe::Form,
    /// Compare panel.
    pub compare: compare::Form,
    /// Record panel.
    pub record: record::Form,
    /// The path of its camera.
    pub camera: camera::Form,
    /// The card of a shared run.
    pub received: received::Form,
    /// The strip along the bottom.
    pub timeline: timeline::Form,
    /// Arrangements of the panels.
    pub presets: presets::Form,
}

impl Forms {
    /// Closes a window that lies over the panels; says whether there was one. Without a selected agent its network has none.
    pub fn close_window(&mut self, selected: bool) -> bool {
        let mut none = false;
        let network = if selected { self.agent.large() } else { &mut none };
        let windows = [&mut self.family.open, &mut self.hall.open, network];
        windows.into_iter().find(|open| **open).map(|open| *open = false).is_some()
    }
}

/// Everything of the panels that lives from frame to frame.
#[derive(Resource)]
pub struct Desk {
    /// What is remembered between starts.
    pub settings: Settings,
    /// What is typed and unfolded.
    pub forms: Forms,
    /// Pace asked for last.
    pub pace: Pace,
    /// The help window.
    pub help: help::Help,
    /// The tool in hand.
    pub tools: Tools,
    /// A run that was broken off, to go on with.
    pub offer: Option<offer::Offer>,
    /// Changes of parameters, to undo and redo.
    pub history: History,
    /// Whether the window is an exhibit.
    pub exhibit: Exhibit,
    /// The tour of the first start.
    pub tour: tour::Tour,
    /// What is heard of the school.
    pub sound: Sound,
    /// What overlays have copied of the school.
    pub copies: Copies,
    /// Where panels are while the window is too small for the user's arrangement.
    small: DockState<Tab>,
    epoch: Option<u64>,
}

impl Desk {
    /// A desk with remembered settings.
    pub fn new(settings: Settings) -> Desk {
        Desk {
            settings,
            forms: Forms::default(),
            pace: Pace::Fast,
            help: help::Help::default(),
            exhibit: Exhibit::default(),
            tour: tour::Tour::default(),
            sound: Sound::default(),
            copies: Copies::default(),
            small: presets::small(),
            tools: Tools::default(),
            offer: None,
            history: History::default(),
            epoch: None,
        }
    }
}

/// What the window's own numbers are.
pub struct Surroundings<'a> {
    /// Drawn frames a second.
    pub frames_per_second: f64,
    /// Name of the adapter.
    pub adapter: &'a str,
    /// Drawing quality in force.
    pub level: Level,
}

/// What came out of laying out the window.
pub struct Shown {
    /// Where the tank is.
    pub tank: tank::Places,
    /// Whether full screen was asked for, or the way back from it.
    pub fullscreen: bool,
    /// A part of the window to be written into a file.
    pub picture: Option<(egui::Rect, PathBuf)>,
}

/// Smallest window, in points, in which panels stand beside each other; in a smaller one they share one place.
const LEAST: egui::Vec2 = egui::vec2(560.0, 340.0);

/// Height, points, below which nothing but the tank has room.
const TINY: f32 = 120.0;

/// Lays out the whole window for one frame.
pub fn show(
    context: &egui::Context,
    desk: &mut Desk,
    session: &mut Session,
    eye: &mut Eye,
    studio: &mut Studio,
    around: &Surroundings,
) -> Shown {
    if desk.epoch != Some(session.stage.epoch) {
        desk.epoch = Some(session.stage.epoch);
        desk.pace = pace_of(&session.stage.scene);
        desk.forms.parameters = parameters::Form::default();
        desk.forms.probe = probe::Form::default();
        desk.forms.signals = signals::Form::default();
        desk.forms.agent.forget();
        desk.forms.family.forget();
        desk.history = History::default();
        desk.tools.fit(&session.stage.scene);
    }
    scene_file::follow(desk, session);
    desk.sound.follow(&mut desk.settings, session);
    let whole = context.viewport_rect();
    let mut shown = Shown { tank: tank::Places::one(whole), fullscreen: false, picture: None };
    actions::act(context, desk, session, eye, &mut shown);
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(whole);
    let mut root = egui::Ui::new(context.clone(), egui::Id::new("window"), builder);
    if desk.exhibit.on {
        desk.exhibit.attend(context, session, &mut desk.tools);
    }
    if desk.exhibit.on || whole.height() < TINY {
        session.listen(desk.settings.colors == ColorMode::Dialect);
        shown.tank = tank::show(&mut root, desk, session, eye);
        carry_out(desk, session);
        return shown;
    }
    time::bar(&mut root, desk, session, around, &mut shown);
    let bar = whole.with_max_y(root.available_rect_before_wrap().min.y);
    offer::line(&mut root, &mut desk.offer, session);
    let roomy = whole.width() >= LEAST.x && whole.height() >= LEAST.y;
    let mut strip = None;
    if desk.settings.panels && roomy {
        timeline::strip(&mut root, desk, session);
        strip = Some(whole.with_min_y(root.available_rect_before_wrap().max.y));
    }
    let mut asks = Vec::new();
    // Nobody listens unless somebody looks.
    let mut listens = desk.settings.colors == ColorMode::Dialect;
    if desk.settings.panels {
        let kept = if roomy { &mut desk.settings.dock } else { &mut desk.small };
        let mut dock = std::mem::replace(kept, DockState::new(vec![]));
        let style = theme::dock(&context.global_style());
        let film = studio.progress();
        let mut viewer = Viewer { desk, session, eye, film, asks: &mut asks, tank: shown.tank, listens: false };
        DockArea::new(&mut dock)
            .style(style)
            .show_close_buttons(false)
            .show_leaf_close_all_buttons(false)
            .show_leaf_collapse_buttons(false)
            .show_inside(&mut root, &mut viewer);
        shown.tank = viewer.tank;
        listens |= viewer.listens;
        *(if roomy { &mut desk.settings.dock } else { &mut desk.small }) = dock;
    } else {
        let rect = root.available_rect_before_wrap();
        let mut inside = root.new_child(egui::UiBuilder::new().max_rect(rect));
        shown.tank = tank::show(&mut inside, desk, session, eye);
    }
    camera::settle(&mut desk.forms.camera, session, eye);
    session.listen(listens);
    scene_file::strip(context, shown.tank.shown, session);
    if help::window(context, &mut desk.help, &mut desk.settings.keys) {
        desk.tour.begin();
    }
    family::window(context, &mut desk.forms.family, session, &mut asks);
    hall::window(context, &mut desk.forms.hall, session, &mut asks);
    agent::window(context, &mut desk.forms.agent, session, &mut asks);
    if roomy && desk.tour.is_on() {
        let places = tour::Places { whole, bar, tank: shown.tank.shown, strip };
        tour::show(context, &mut desk.tour, &desk.settings.keys, places);
        desk.settings.toured = true;
    }
    if let Some(path) = session.arrived.take() {
        recent::note(&mut desk.settings.recent, &path);
    }
    carry_out(desk, session);
    for ask in asks {
        if let Ask::Control(Control::Command(command)) = &ask {
            desk.history.note(command, &session.stage.scene, session.genome(), Instant::now());
        }
        obey(ask, session, studio, &mut shown);
    }
    shown
}

/// Sends what the pointer has done in the tank, so that it can be undone.
fn carry_out(desk: &mut Desk, session: &Session) {
    for command in std::mem::take(&mut desk.tools.made) {
        desk.history.note(&command, &session.stage.scene, session.genome(), Instant::now());
        session.send(Control::Command(command));
    }
}

fn obey(ask: Ask, session: &mut Session, studio: &mut Studio, shown: &mut Shown) {
    match ask {
        Ask::Control(control) => session.send(control),
        Ask::Open(scene) => session.open(scene.0, scene.1),
        Ask::Arrive(path) => arrivals::open(&path, session),
        Ask::Belong(file) => session.belong(*file),
        Ask::Select(slot) => session.select(slot),
        Ask::Genome(path) => arrivals::genome(&path, session),
        Ask::Spawn(held) => session.spawn(held),
        Ask::Hold(held) => session.held = Some(held),
        Ask::Follow(follow) => session.follow = follow,
        Ask::World(world) => session.show_world(world),
        Ask::Film(request, crop) => studio.start(request, Viewpoint::Window(crop)),
        Ask::EndFilm => studio.stop(),
        Ask::CancelFilm => studio.cancel(),
        Ask::Share(to) => studio.share(to),
        Ask::Picture(rect, path) => shown.picture = Some((rect, path)),
        Ask::Tell(text, bad) => session.tell(text, bad),
    }
}

#[cfg(test)]
mod tests;
