//! Films: drawing frames at exact times, offscreen, with the code that draws the window. `run` needs no display
//! server; `studio` films from the open window.

pub mod caption;
pub mod capture;
pub mod clock;
pub mod darkroom;
pub mod director;
pub mod inset;
pub mod studio;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bevy::app::{PluginGroupBuilder, TerminalCtrlCHandlerPlugin};
use bevy::camera::{Hdr, ManualTextureViewHandle, RenderTarget};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::log::LogPlugin;
use bevy::post_process::bloom::Bloom;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{
    Extent3d, PollType, Texture, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
    TextureViewDescriptor,
};
use bevy::render::renderer::RenderDevice;
use bevy::render::texture::{ManualTextureView, ManualTextureViews};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;

use crate::app::film::caption::Inscription;
use crate::app::film::capture::{CapturePlugin, CaptureRequest, Ticket};
use crate::app::film::clock::{Exposure, FilmClock, FilmError, Reel, Replay};
use crate::app::film::darkroom::Darkroom;
use crate::app::film::director::Director;
use crate::app::film::inset::Inset;
use crate::app::quality::{Level, Quality};
use crate::app::strings::film as text;
use crate::app::view::colors::{ColorMode, Scheme};
use crate::app::view::compose::Composer;
use crate::app::view::school::Look;
use crate::app::view::{DrawLists, Lens, ViewPlugin};
use crate::app::{device, frame};
use crate::command::Logged;
use crate::record::{FilmRequest, FrameSink, Grade, Picture, RecordError, StillInMemory, open};
use crate::scene::SceneSpec;
use crate::simulation::Simulation;

/// The texture view that films are drawn into.
const TARGET: ManualTextureViewHandle = ManualTextureViewHandle(1);
/// Frames waiting for the encoder at most.
pub(super) const MOST_WAITING: u64 = 4;

/// What a film came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filmed {
    /// Frames in it.
    pub frames: u64,
    /// Digest of worlds and evolution at the tick where it was to end; none where its length was given in seconds.
    pub digest: Option<String>,
}

/// Films a simulation from its present tick (it is advanced to the request's first tick before), making the commands
/// of `script` at their ticks. Calls `progress` with frames done and frames in all; when that says `false`, filming
/// stops and no file is left. Tells what was filmed, or `None` when it was stopped. Needs an adapter, software or not, and no
/// display.
pub fn run(
    simulation: Simulation,
    request: &FilmRequest,
    script: Vec<Logged>,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Option<Filmed>, RecordError> {
    // Before the adapter is asked: what cannot be written need not be drawn.
    let sink = open(request, request.frames(simulation.scene().dt))?;
    Set::build(request.width, request.height, request.grade)?.film(simulation, request, script, sink, progress)
}

/// Draws one picture of a simulation, at its present tick, as the request asks for it.
pub fn still(simulation: Simulation, request: &FilmRequest) -> Result<Option<Picture>, RecordError> {
    let (sink, picture) = StillInMemory::new();
    let mut set = Set::build(request.width, request.height, request.grade)?;
    set.film(simulation, request, vec![], Box::new(sink), &mut |_, _| true)?;
    Ok(picture.take())
}

/// An application without a window, which draws films of one size, one after another.
pub struct Set {
    app: App,
    texture: Texture,
    composer: Composer,
    quality: Quality,
    scene: Option<Arc<SceneSpec>>,
}

impl Set {
    /// Finds an adapter and puts everything up.
    pub fn build(width: u32, height: u32, grade: Grade) -> Result<Set, RecordError> {
        device::adapter().map_err(|e| RecordError::Draw(e.to_string()))?;
        let quality = film_quality(grade);
        // A driver that fails makes Bevy panic while it is put together.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let built = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let mut app = App::new();
            app.add_plugins(plugins()).add_plugins((ViewPlugin, CapturePlugin));
            app.finish();
            app.cleanup();
            app
        }));
        std::panic::set_hook(hook);
        let mut app = built.map_err(|_| RecordError::Draw(text::NO_DRIVER.into()))?;
        let texture = target(app.world_mut(), width, height);
        app.world_mut().spawn((camera(&quality), bloom(&quality)));
        // The first picture comes out blank: pipelines are made while it is drawn.
        app.update();
        Ok(Set { app, texture, composer: Composer::default(), quality, scene: None })
    }

    /// Makes a film of the size that this was built for, as `run` does, into a sink.
    pub fn film(
        &mut self,
        simulation: Simulation,
        request: &FilmRequest,
        script: Vec<Logged>,
        sink: Box<dyn FrameSink>,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Option<Filmed>, RecordError> {
        request.check()?;
        let dt = simulation.scene().dt;
        let frames = request.drawn(dt)?;
        let darkroom = Darkroom::open(sink, request.width, request.height)?;
        let mut inset = request.plot.map(|plot| Inset::new(plot, frames));
        let mut clock = FilmClock::new(request.fps, request.speed);
        let start = request.from.max(simulation.tick());
        clock.begin(start);
        let aspect = request.width as f32 / request.height as f32;
        let mut director = Director::new(simulation.scene(), request.camera.clone(), aspect);
        let mut reel = Replay { simulation, script };
        (self.scene, self.composer) = (None, Composer::default());
        let stopped = |e: FilmError| RecordError::Simulation(e.to_string());
        // Far into a run the way to the first frame is the longest part; it can be stopped as well.
        while reel.simulation.tick() < start {
            reel.forward((reel.simulation.tick() + 50).min(start)).map_err(stopped)?;
            if !progress(0, frames) {
                return Ok(None);
            }
        }
        for frame in 0..frames {
            let exposure = clock.expose(frame, request.world, &mut reel).map_err(stopped)?;
            if let Some(inset) = &mut inset {
                inset.see(reel.simulation.scene(), reel.simulation.plan(), &exposure, &Scheme::default());
            }
            let inscription = Inscription::of(request, reel.simulation.scene(), &exposure, inset.as_ref());
            self.shoot(&reel.simulation, &exposure, &mut director, request, darkroom.ticket(inscription))?;
            while darkroom.waiting() > MOST_WAITING {
                std::thread::sleep(Duration::from_millis(2));
            }
            if darkroom.failed() {
                break;
            }
            if !progress(darkroom.written(), frames) {
                return Ok(None);
            }
        }
        let written = darkroom.finish()?;
        progress(written, frames);
        let digest = match request.to {
            // A loop goes on beyond its end.
            Some(end) if !request.looped => {
                reel.forward(end).map_err(stopped)?;
                Some(reel.simulation.digest().map_err(|e| RecordError::Simulation(e.to_string()))?)
            }
            _ => None,
        };
        Ok(Some(Filmed { frames: written.min(request.frames(dt)), digest }))
    }

    fn shoot(
        &mut self,
        simulation: &Simulation,
        exposure: &Exposure,
        director: &mut Director,
        request: &FilmRequest,
        develop: capture::Develop,
    ) -> Result<(), RecordError> {
        // Scene events may change the scene while it runs.
        let scene = match &self.scene {
            Some(scene) if **scene == *simulation.scene() => scene.clone(),
            _ => Arc::new(simulation.scene().clone()),
        };
        self.scene = Some(scene.clone());
        let plan = simulation.plan();
        let look = Look {
            mode: ColorMode::Species,
            size: 1.0,
            selected: None,
            spoken: Arc::default(),
            scheme: Scheme::default(),
        };
        let world = self.app.world_mut();
        world.resource_scope(|_, mut lists: Mut<DrawLists>| {
            self.composer.compose(&mut lists.shown, &scene, plan, exposure.moment(), &look, &self.quality);
        });
        let film_seconds = exposure.frame as f32 / request.fps as f32;
        let pixels = Vec2::new(request.width as f32, request.height as f32);
        let mut seen = director.aim(film_seconds, plan, exposure).lens(pixels, None);
        seen.time = exposure.seconds as f32;
        seen.legible(exposure.after.living());
        seen.glow = frame::glow(&self.quality);
        let mut lenses = world.query::<&mut Lens>();
        for mut lens in lenses.iter_mut(world) {
            *lens = seen.clone();
        }
        world.insert_resource(CaptureRequest(Some(Ticket { texture: self.texture.clone(), develop })));
        self.app.update();
        if let Some(exit) = self.app.should_exit() {
            return Err(RecordError::Draw(text::renderer_gave_up(exit)));
        }
        let device = self.app.world().resource::<RenderDevice>();
        device.poll(PollType::wait_indefinitely()).map_err(|e| RecordError::Draw(e.to_string()))?;
        Ok(())
    }
}

/// Films are drawn at the highest quality, however long that takes, unless they are drafts.
pub fn film_quality(grade: Grade) -> Quality {
    match grade {
        Grade::Draft => Level::Low.quality(),
        Grade::Good | Grade::Best => Level::High.quality(),
    }
}

/// What spreads light in a film; nothing does where the quality has halos instead.
pub(in crate::app) fn bloom(quality: &Quality) -> Bloom {
    match quality.bloom {
        Some(side) => frame::bloom(side),
        None => Bloom { intensity: 0.0, ..frame::bloom(64) },
    }
}

/// A camera that draws a film.
pub(in crate::app) fn camera(quality: &Quality) -> impl Bundle {
    (
        Camera3d::default(),
        Camera { clear_color: ClearColorConfig::Custom(Color::BLACK), ..default() },
        RenderTarget::TextureView(TARGET),
        Hdr,
        Tonemapping::AcesFitted,
        Msaa::from_samples(quality.samples),
        Lens::default(),
    )
}

/// Makes the texture that a film is drawn into and tells Bevy of it.
pub(in crate::app) fn target(world: &mut World, width: u32, height: u32) -> Texture {
    let texture = world.resource::<RenderDevice>().create_texture(&TextureDescriptor {
        label: Some("film"),
        size: Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: TextureDimension::D2,
        format: TextureFormat::Rgba8UnormSrgb,
        usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = texture.create_view(&TextureViewDescriptor::default());
    let view = ManualTextureView::with_default_format(view, UVec2::new(width, height));
    world.resource_mut::<ManualTextureViews>().insert(TARGET, view);
    texture
}

pub(in crate::app) fn plugins() -> PluginGroupBuilder {
    DefaultPlugins
        .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        .set(RenderPlugin { render_creation: device::creation(), synchronous_pipeline_compilation: true, ..default() })
        .set(LogPlugin { filter: device::LOGGED.into(), ..default() })
        .disable::<TerminalCtrlCHandlerPlugin>()
        .disable::<WinitPlugin>()
        .disable::<PipelinedRenderingPlugin>()
}
