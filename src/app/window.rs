//! The Bevy application: a window, one camera, and the systems that run each frame in this order: take in the
//! simulation's news, lay out the panels, then compose what is drawn.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::app::{AppExit, TerminalCtrlCHandlerPlugin};
use bevy::camera::Hdr;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::log::LogPlugin;
use bevy::post_process::bloom::Bloom;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::error_handler::RenderErrorHandler;
use bevy::render::pipelined_rendering::RenderAppChannels;
use bevy::window::{PrimaryWindow, WindowMode, WindowResolution};
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext, egui};

use crate::app::arrivals;
use crate::app::camera::Rig;
use crate::app::device::{self, DrawsOn};
use crate::app::engine::keeping::Keeping;
use crate::app::engine::{Closer, Ending, Engine, Setup};
use crate::app::film::film_quality;
use crate::app::film::studio::{self, Studio, Viewpoint};
use crate::app::many;
use crate::app::panels::offer::Offer;
use crate::app::panels::{Desk, theme};
use crate::app::quality::{Chooser, Level, Quality};
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::stats::{self, Stats};
use crate::app::strings::{self, window as text};
use crate::app::view::colors::Scheme;
use crate::app::view::compose::Composer;
use crate::app::view::school::Look;
use crate::app::view::tally::Tally;
use crate::app::view::{DrawList, DrawLists, Lens, SideLens, ViewPlugin};
use crate::app::{AppError, Closed, Options, picture};
use crate::run::share;
use crate::scene::{SceneFile, SceneSpec};
use crate::simulation::Simulation;

/// Bodies longer than this many pixels are drawn as near ones.
const FINE_FROM: f32 = 26.0;
/// Least time between two writes of the settings.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// The camera of the window, and how it is drawn.
#[derive(Resource)]
pub struct Eye {
    /// Where it stands.
    pub rig: Rig,
    /// Part of the window that shows the tank, pixels.
    pub region: URect,
    /// Part that shows another branch beside it.
    pub beside: Option<URect>,
    /// Whether the mouse has hold of it.
    pub held: bool,
    /// A part of the window, pixels, that is to be written into a file.
    pub picture: Option<(URect, PathBuf)>,
    /// Restarts answered so far.
    arrivals: u64,
    /// Whether the tank's first place in the window is known.
    placed: bool,
    /// Width over height of the picture that the stand was chosen for.
    fitted: f32,
}

impl Eye {
    /// Takes the camera to where it sees as much of the tank as before, where the picture's shape has changed: panels were arranged anew, or
    /// one picture has become two.
    fn refit(&mut self, scene: &SceneSpec, aspect: f32) {
        if (aspect / self.fitted - 1.0).abs() > 0.01 {
            let [before, now] = [self.fitted, aspect].map(|aspect| Rig::of(scene, aspect).at.distance);
            self.rig.goal.distance *= now / before;
            self.fitted = aspect;
        }
    }

    /// An eye whose place in the window is not known yet.
    pub fn new(rig: Rig) -> Eye {
        Eye {
            rig,
            region: URect::new(0, 0, 1280, 720),
            beside: None,
            held: false,
            picture: None,
            arrivals: 0,
            placed: false,
            fitted: 1.0,
        }
    }
}

/// Chooses and applies quality.
#[derive(Resource)]
pub struct Drawing {
    /// Chooses by frame time.
    pub chooser: Chooser,
    /// Name of the adapter.
    pub adapter: String,
    /// In force.
    pub quality: Quality,
    composer: Composer,
    /// Of the branch beside.
    side: Composer,
    last: Instant,
    /// Seconds since the frame before.
    frame: f32,
    /// Seconds of the water's own motion.
    time: f32,
    applied: Option<Quality>,
}

impl Drawing {
    /// Forgets the time since the last frame.
    pub fn rest(&mut self) {
        self.last = Instant::now();
    }
}

/// Opens the window and stays until it is closed.
pub fn open(file: SceneFile, options: Options) -> Result<Closed, AppError> {
    // Before anything is written: where there is no window the caller wants the folder for another run.
    let mut app = build(&file.spec.name)?;
    let (closer, failure) = match furnish(&mut app, file, options) {
        Ok(furnished) => furnished,
        Err(error) => {
            dismantle(app);
            return Err(error);
        }
    };
    let code = match app.run() {
        AppExit::Success => 0,
        AppExit::Error(code) => code.get(),
    };
    let failure = failure.lock().unwrap_or_else(PoisonError::into_inner).take();
    match closer.close() {
        Some(Ending { report, trouble }) => Ok(Closed { code, report, trouble: trouble.or(failure) }),
        None => Ok(Closed { code, report: Err(text::SIMULATION_ENDED.into()), trouble: None }),
    }
}

/// Drops an app that never ran. Until the first update its drawing world lies in a channel that Bevy's drawing thread
/// drops last, and that thread would unload the graphics driver while `exit` runs the handlers which the driver left
/// there: the process would crash now and then.
fn dismantle(mut app: App) {
    if let Some(mut channels) = app.world_mut().remove_resource::<RenderAppChannels>() {
        drop(pollster::block_on(channels.recv()));
    }
}

/// Why drawing came to an end before its time, once it did.
type Failure = Arc<Mutex<Option<String>>>;

/// Starts the simulation on the device of `app`, and gives `app` all that it shows it with.
fn furnish(app: &mut App, file: SceneFile, mut options: Options) -> Result<(Closer, Failure), AppError> {
    let (device, adapter) = device::shared(app.world()).ok_or_else(|| AppError::NoAdapter(text::NO_DEVICE.into()))?;
    // One device for both, so that the window draws what the engine has without copying it out.
    options.simulation.device = Some(device.clone());
    let simulation = Simulation::new(file.spec.clone(), &options.simulation)?;
    let refused = simulation.rehearse(&options.script);
    if !refused.is_empty() {
        return Err(AppError::Script(refused));
    }
    let failure = Failure::default();
    app.insert_resource(DrawsOn { device, failure: Arc::clone(&failure) })
        .insert_resource(RenderErrorHandler(device::answer));
    // Bevy leaves Ctrl-C alone where a shell has set it aside for a job in the background, and with it being told to
    // end; the run is to be saved all the same. Where Bevy listens already, this is refused.
    let _ = ctrlc::set_handler(TerminalCtrlCHandlerPlugin::gracefully_exit);
    // Sought before this run stands among the others; a film and a measurement are not asked what to go on with.
    let offer = Offer::find().filter(|_| options.film.is_none() && options.stats.is_none() && !options.exhibit);
    let (session, closer) = begin(file, simulation, &options)?;
    let measured = options.stats.map(Stats::new);
    // Measuring starts from the same looks everywhere, and leaves the user's alone.
    let settings = if measured.is_some() { Stats::settings() } else { Settings::load() };
    let chooser = Chooser::new(&adapter);
    let drawing = Drawing {
        quality: settings.level.unwrap_or(chooser.level()).quality(),
        chooser,
        adapter: adapter.name.clone(),
        composer: Composer::default(),
        side: Composer::default(),
        last: Instant::now(),
        frame: 0.0,
        time: 0.0,
        applied: None,
    };
    let rig = Rig::of(&session.stage.scene, 1.0);
    let eye = Eye::new(rig);
    app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    let mut desk = Desk::new(settings);
    desk.offer = offer;
    if options.exhibit {
        desk.exhibit.turn(true, &mut desk.tools);
    } else if !desk.settings.toured && options.film.is_none() && options.until.is_none() && measured.is_none() {
        // Where somebody is there to see it.
        desk.tour.begin();
    }
    app.insert_resource(session)
        .insert_resource(desk)
        .insert_resource(eye)
        .insert_resource(drawing)
        .add_systems(Startup, spawn_camera)
        .add_systems(Update, (take_news, studio::direct).chain())
        .add_systems(Update, arrivals::take.before(take_news))
        .add_systems(EguiPrimaryContextPass, lay_out)
        .add_systems(Last, (compose, apply_quality, picture::take).chain());
    if let Some(request) = options.film {
        app.world_mut().resource_mut::<Studio>().start(request, Viewpoint::Scene);
    }
    match measured {
        Some(stats) => {
            Tally::attend(app);
            app.insert_resource(stats).add_systems(Update, stats::measure.after(take_news))
        }
        None => app.add_systems(Last, remember.after(apply_quality)),
    };
    Ok((closer, failure))
}

/// Begins to keep the simulation and starts its thread.
fn begin(file: SceneFile, mut simulation: Simulation, options: &Options) -> Result<(Session, Closer), AppError> {
    let mut keeping = Keeping::new(Some(options.keep.clone()));
    let begun = keeping.begin(&mut simulation, &file.origin, &options.simulation.beside);
    let unkept = match begun {
        Err(error) if options.keep.out.is_some() => return Err(error.into()),
        outcome => outcome.err(),
    };
    let setup = Setup {
        options: options.simulation.clone(),
        keeping,
        script: options.script.clone(),
        until: options.until,
        paused: options.film.is_some(),
    };
    let (engine, closer) = Engine::start(simulation, setup)?;
    let origin = PathBuf::from(&file.origin);
    let mut session = Session::new(engine, file).ok_or_else(|| AppError::Window(text::NO_FIRST_PICTURE.into()))?;
    // A scene that came with a shared run is that run.
    session.received = Path::new(&session.file.origin).parent().and_then(share::unpacked);
    // A run that somebody has shared is more than the scene that it brought along.
    session.arrived = Some(origin).filter(|_| options.script.is_empty());
    match (&session.stage.kept, unkept) {
        (Some(run), _) => session.tell(text::run_kept_in(run.display()), false),
        (None, Some(error)) => session.tell(strings::run::not_kept(error), true),
        (None, None) => {}
    }
    Ok((session, closer))
}

/// Puts Bevy together.
fn build(scene: &str) -> Result<App, AppError> {
    let title = text::title(scene);
    // A display server that refuses, or a driver that fails, makes Bevy panic while it is put together; the message
    // is kept from the terminal and handed to the caller.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut app = App::new();
        app.add_plugins(
            DefaultPlugins
                .set(WindowPlugin {
                    primary_window: Some(Window {
                        title,
                        name: Some("iwashi".into()),
                        resolution: WindowResolution::new(1280, 720),
                        ..default()
                    }),
                    ..default()
                })
                .set(RenderPlugin {
                    render_creation: device::creation(),
                    // Or the first pictures of a film would lack what was still being compiled.
                    synchronous_pipeline_compilation: true,
                    ..default()
                })
                .set(LogPlugin { filter: device::LOGGED.into(), ..default() }),
        )
        .add_plugins((EguiPlugin::default(), ViewPlugin, studio::StudioPlugin))
        .insert_resource(ClearColor(Color::srgb(0.02, 0.035, 0.05)));
        // Else only once the window stands, and the engine needs the device before.
        app.finish();
        app.cleanup();
        app
    }));
    std::panic::set_hook(hook);
    let app = built.map_err(|cause| {
        let told = cause.downcast_ref::<String>().cloned();
        let told = told.or_else(|| cause.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default();
        let first = told.lines().next().unwrap_or(text::NO_REASON);
        if first.contains("event loop") {
            AppError::NoDisplay(text::DISPLAY_REFUSES.into())
        } else {
            AppError::Window(first.to_string())
        }
    })?;
    Ok(app)
}

/// The one camera: draws the tank and carries the panels.
fn spawn_camera(mut commands: Commands) {
    commands.spawn((
        Camera3d::default(),
        Camera::default(),
        Hdr,
        Tonemapping::AcesFitted,
        Msaa::Off,
        Lens::default(),
        PrimaryEguiContext,
    ));
}

fn take_news(
    mut session: ResMut<Session>,
    mut drawing: ResMut<Drawing>,
    desk: Res<Desk>,
    studio: Res<Studio>,
    mut exits: MessageWriter<AppExit>,
) {
    let frame = drawing.last.elapsed();
    drawing.last = Instant::now();
    drawing.frame = frame.as_secs_f32();
    drawing.time += drawing.frame.min(0.1);
    session.update(frame);
    if session.status.ended && !studio.busy() {
        exits.write(AppExit::Success);
    }
    if !studio.busy() {
        // A film costs time of its own, which says nothing about the window.
        drawing.chooser.frame(frame);
    }
    drawing.quality = match session.exposure {
        Some(_) => film_quality(studio.grade().unwrap_or_default()),
        None => desk.settings.level.unwrap_or(drawing.chooser.level()).quality(),
    };
}

fn lay_out(
    mut contexts: EguiContexts,
    mut session: ResMut<Session>,
    mut desk: ResMut<Desk>,
    mut eye: ResMut<Eye>,
    mut studio: ResMut<Studio>,
    drawing: Res<Drawing>,
    mut window: Single<&mut Window, With<PrimaryWindow>>,
) -> Result {
    let context = contexts.ctx_mut()?.clone();
    theme::apply(&context, &desk.settings, &session.stage.scene);
    let frame = crate::app::panels::Surroundings {
        frames_per_second: drawing.chooser.frames_per_second(),
        adapter: &drawing.adapter,
        level: desk.settings.level.unwrap_or(drawing.chooser.level()),
    };
    let shown = crate::app::panels::show(&context, &mut desk, &mut session, &mut eye, &mut studio, &frame);
    let pixels = context.pixels_per_point();
    let to_pixels = |p: egui::Pos2| UVec2::new((p.x * pixels).max(0.0) as u32, (p.y * pixels).max(0.0) as u32);
    let region = |rect: egui::Rect| URect::from_corners(to_pixels(rect.min), to_pixels(rect.max));
    (eye.region, eye.beside) = (region(shown.tank.shown), shown.tank.beside.map(region));
    let windowed = window.mode == WindowMode::Windowed;
    if let Some(full) = desk.exhibit.screen.take().or(shown.fullscreen.then_some(windowed)) {
        window.mode =
            if full { WindowMode::BorderlessFullscreen(MonitorSelection::Current) } else { WindowMode::Windowed };
    }
    eye.picture = shown.picture.map(|(rect, path)| (region(rect), path));
    let title = text::title(&session.stage.scene.name);
    if window.title != title {
        window.title = title;
    }
    Ok(())
}

fn compose(
    session: Res<Session>,
    mut desk: ResMut<Desk>,
    mut eye: ResMut<Eye>,
    mut drawing: ResMut<Drawing>,
    mut lists: ResMut<DrawLists>,
    mut lens: Single<(Entity, &mut Lens), With<PrimaryEguiContext>>,
    mut commands: Commands,
) {
    let eye = &mut *eye;
    let pixels = eye.region.size().as_vec2();
    let aspect = pixels.x.max(1.0) / pixels.y.max(1.0);
    if eye.arrivals != session.arrivals || !eye.placed {
        eye.rig = Rig::of(&session.stage.scene, aspect);
        eye.fitted = aspect;
        eye.arrivals = session.arrivals;
        desk.exhibit.arrive();
        eye.placed = pixels.x > 1.0;
    }
    if pixels.x > 1.0 && pixels.y > 1.0 {
        eye.refit(&session.stage.scene, aspect);
    }
    let now = Instant::now();
    let mut moment = session.moment(now);
    let plan = &session.stage.plan;
    let place = match session.many.is_empty() {
        true => session.place(now),
        false => {
            let copied = desk.copies.read(&moment.before).zip(desk.copies.read(&moment.after));
            copied.and_then(|(before, after)| many::middle(plan, &session.many, &moment, (&before, &after)))
        }
    };
    if session.follow
        && let Some(pos) = place
    {
        eye.rig.follow(Vec3::from(pos));
    }
    let still = desk.settings.still;
    let wanders = desk.exhibit.on && !still && !session.follow && desk.exhibit.wander(&mut eye.rig, drawing.frame);
    eye.rig.advance(drawing.frame, eye.held || !desk.settings.orbit || session.follow || still || wanders);
    if still {
        eye.rig.at = eye.rig.goal;
        moment.beat = 0.0;
    }
    let drawing = &mut *drawing;
    let safe = desk.settings.safe_colors;
    let look = Look {
        mode: desk.settings.colors,
        size: desk.settings.body_size,
        selected: session.selected,
        spoken: session.spoken(),
        scheme: Scheme::of(&session.stage.scene, safe),
    };
    drawing.composer.compose(&mut lists.shown, &session.stage.scene, plan, moment, &look, &drawing.quality);
    let glow = glow(&desk.settings.level.unwrap_or(drawing.chooser.level()).quality());
    let through = |region: URect| {
        let mut seen = eye.rig.lens(region.size().as_vec2(), Some(region));
        seen.fine_from = FINE_FROM;
        seen.time = if still { 0.0 } else { drawing.time };
        seen.legible(session.all_living());
        Lens { glow, ..seen }
    };
    let (camera, lens) = &mut *lens;
    **lens = through(eye.region);
    let mut camera = commands.entity(*camera);
    match (session.beside().zip(session.moment_beside(now)), eye.beside) {
        (Some((beside, moment)), Some(region)) => {
            let scheme = Scheme::of(&beside.scene, safe);
            let look = Look { selected: None, spoken: Arc::default(), scheme, ..look };
            drawing.side.compose(&mut lists.beside, &beside.scene, &beside.plan, moment, &look, &drawing.quality);
            camera.insert(SideLens(through(region)));
        }
        _ => {
            // What it holds of the other branch is let go.
            lists.beside = DrawList::default();
            drawing.side = Composer::default();
            camera.remove::<SideLens>();
        }
    }
}

/// Signals shine beyond white where bloom can spread them.
pub fn glow(quality: &Quality) -> f32 {
    if quality.bloom.is_some() { 2.4 } else { 0.7 }
}

/// Bloom of a quality: soft, and only around what is brighter than the water.
pub fn bloom(side: u32) -> Bloom {
    Bloom { intensity: 0.16, max_mip_dimension: side, ..Bloom::NATURAL }
}

fn apply_quality(
    mut commands: Commands,
    mut drawing: ResMut<Drawing>,
    desk: Res<Desk>,
    camera: Single<Entity, With<PrimaryEguiContext>>,
) {
    // A film's quality is that of what is drawn; the window's own picture stays as costly as it was.
    let quality = desk.settings.level.unwrap_or(drawing.chooser.level()).quality();
    if drawing.applied == Some(quality) {
        return;
    }
    drawing.applied = Some(quality);
    let mut camera = commands.entity(*camera);
    camera.insert(Msaa::from_samples(quality.samples));
    match quality.bloom {
        Some(side) => camera.insert(bloom(side)),
        None => camera.remove::<Bloom>(),
    };
}

/// Writes the settings when the window closes, and now and then when they have changed.
fn remember(mut exits: MessageReader<AppExit>, desk: Res<Desk>, mut last: Local<Option<(Instant, String)>>) {
    let closing = exits.read().next().is_some();
    let due = last.as_ref().is_none_or(|(at, _)| at.elapsed() > SAVE_EVERY);
    if !closing && !due {
        return;
    }
    let text = ron::to_string(&desk.settings).unwrap_or_default();
    if last.as_ref().is_some_and(|(_, known)| *known != text) {
        desk.settings.save();
    }
    *last = Some((Instant::now(), text));
}

/// The level as a word.
pub fn level_name(level: Level) -> &'static str {
    Level::ALL.iter().find(|(l, ..)| *l == level).map_or("", |(_, name, _)| name)
}
