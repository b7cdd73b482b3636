//! The Bevy application: puts a window, a device and a simulation together, and hands each frame to `frame`.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::app::{AppExit, TerminalCtrlCHandlerPlugin};
use bevy::camera::Hdr;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::error_handler::RenderErrorHandler;
use bevy::render::pipelined_rendering::RenderAppChannels;
use bevy::window::WindowResolution;
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};

use crate::app::arrivals;
use crate::app::camera::Rig;
use crate::app::device::{self, DrawsOn};
use crate::app::engine::keeping::Keeping;
use crate::app::engine::{Closer, Ending, Engine, Setup};
use crate::app::film::studio::{self, Studio, Viewpoint};
use crate::app::frame::{self, Drawing, Eye};
use crate::app::panels::Desk;
use crate::app::panels::offer::Offer;
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::stats::{self, Stats};
use crate::app::strings::{self, window as text};
use crate::app::view::tally::Tally;
use crate::app::view::{Lens, ViewPlugin};
use crate::app::{AppError, Closed, Options, picture};
use crate::run::share;
use crate::scene::SceneFile;
use crate::simulation::Simulation;

/// Least time between two writes of the settings.
const SAVE_EVERY: Duration = Duration::from_secs(5);

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
    let drawing = Drawing::new(&adapter, settings.level);
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
        .add_systems(Update, (frame::take_news, studio::direct).chain())
        .add_systems(Update, arrivals::take.before(frame::take_news))
        .add_systems(EguiPrimaryContextPass, frame::lay_out)
        .add_systems(Last, (frame::compose, frame::apply_quality, picture::take).chain());
    if let Some(request) = options.film {
        app.world_mut().resource_mut::<Studio>().start(request, Viewpoint::Scene);
    }
    match measured {
        Some(stats) => {
            Tally::attend(app);
            app.insert_resource(stats).add_systems(Update, stats::measure.after(frame::take_news))
        }
        None => app.add_systems(Last, remember.after(frame::apply_quality)),
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
