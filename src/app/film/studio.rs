//! Filming from the open window: the simulation advances frame by frame for the film, a second camera draws each
//! frame offscreen, and the window shows what is being filmed.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::render_resource::Texture;

use crate::app::camera::Crop;
use crate::app::engine::Control;
use crate::app::film::caption::Caption;
use crate::app::film::capture::{CapturePlugin, CaptureRequest, Ticket};
use crate::app::film::clock::FilmClock;
use crate::app::film::darkroom::Darkroom;
use crate::app::film::director::Director;
use crate::app::film::{MOST_WAITING, camera, film_quality, target};
use crate::app::session::Session;
use crate::app::view::Lens;
use crate::app::window::{self, Drawing, Eye};
use crate::record::{FilmRequest, RecordError, open};

/// Adds filming to the window.
pub struct StudioPlugin;

impl Plugin for StudioPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(CapturePlugin).init_resource::<Studio>().add_systems(First, forget);
    }
}

/// From where a film in the window is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Viewpoint {
    /// As the window shows the tank, or a part of that.
    Window(Option<Crop>),
    /// From where the scene puts the camera: as a finished run is filmed.
    Scene,
}

/// The film being made, if any.
#[derive(Resource, Default)]
pub struct Studio {
    wanted: Option<(FilmRequest, Viewpoint)>,
    shoot: Option<Shoot>,
    stop: bool,
}

struct Shoot {
    request: FilmRequest,
    darkroom: Darkroom,
    director: Director,
    crop: Option<Crop>,
    texture: Texture,
    camera: Entity,
    frames: u64,
    /// Whether the camera has drawn its first picture, which is thrown away: what it needs is made meanwhile.
    warm: bool,
    /// Frames drawn so far.
    shot: u64,
    began: Instant,
}

/// How a film is coming along.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Frames in the file.
    pub written: u64,
    /// Frames in all.
    pub frames: u64,
    /// Estimated time left.
    pub left: Option<Duration>,
}

impl Studio {
    /// Whether a film is being made.
    pub fn busy(&self) -> bool {
        self.shoot.is_some() || self.wanted.is_some()
    }

    /// Begins a film with the next frame.
    pub fn start(&mut self, request: FilmRequest, from: Viewpoint) {
        if !self.busy() {
            self.wanted = Some((request, from));
        }
    }

    /// Ends the film here; what was drawn is kept.
    pub fn stop(&mut self) {
        self.stop = true;
    }

    /// How it is coming along.
    pub fn progress(&self) -> Option<Progress> {
        let shoot = self.shoot.as_ref()?;
        let written = shoot.darkroom.written();
        let each = shoot.began.elapsed().as_secs_f64() / written.max(1) as f64;
        let left =
            (written > 2).then(|| Duration::from_secs_f64(each * (shoot.frames - written.min(shoot.frames)) as f64));
        Some(Progress { written, frames: shoot.frames, left })
    }
}

/// A capture is for one update only.
fn forget(mut request: ResMut<CaptureRequest>) {
    request.0 = None;
}

/// Moves the film on by at most one frame.
pub fn direct(world: &mut World) {
    let mut studio = world.remove_resource::<Studio>().unwrap_or_default();
    if let Some((request, from)) = studio.wanted.take() {
        match begin(world, request, from) {
            Ok(shoot) => studio.shoot = Some(shoot),
            Err(error) => world.resource_mut::<Session>().tell(error.to_string(), true),
        }
        studio.stop = false;
    }
    if let Some(mut shoot) = studio.shoot.take() {
        let filming = world.resource::<Session>().status.filming || shoot.shot == 0;
        let done = studio.stop || shoot.shot >= shoot.frames || !filming;
        // Frames still on the device come back only while the window goes on drawing: it is not kept waiting here.
        if shoot.darkroom.failed() || (done && shoot.darkroom.waiting() == 0) {
            wrap(world, shoot);
            studio.stop = false;
        } else {
            if done {
                set_active(world, shoot.camera, false);
            } else {
                roll(world, &mut shoot);
            }
            studio.shoot = Some(shoot);
        }
    }
    world.insert_resource(studio);
}

fn begin(world: &mut World, request: FilmRequest, from: Viewpoint) -> Result<Shoot, RecordError> {
    let darkroom = Darkroom::open(open(&request)?, request.width, request.height)?;
    let texture = target(world, request.width, request.height);
    let quality = film_quality();
    let camera = world
        .spawn((camera(&quality), window::bloom(quality.bloom.unwrap_or(256))))
        .insert(Camera { is_active: false, order: -1, ..default() })
        .id();
    let aspect = request.width as f32 / request.height as f32;
    let (director, crop) = match from {
        Viewpoint::Scene => {
            let scene = &world.resource::<Session>().stage.scene;
            (Director::new(scene, request.camera, aspect), None)
        }
        Viewpoint::Window(crop) => {
            let eye = world.resource::<Eye>();
            let (mut rig, tank) = (eye.rig.clone(), eye.region.size().as_vec2().max(Vec2::ONE));
            rig.goal = rig.at;
            let tank = tank.x / tank.y;
            (Director::from(rig, request.camera), crop.map(|crop| crop.widened(tank, aspect).in_aspect(tank, aspect)))
        }
    };
    let session = world.resource::<Session>();
    let frames = request.frames(session.stage.scene.dt);
    session.send(Control::Film(FilmClock::new(request.fps, request.speed)));
    session.send(Control::Expose(0));
    Ok(Shoot {
        request,
        darkroom,
        director,
        crop,
        texture,
        camera,
        frames,
        warm: false,
        shot: 0,
        began: Instant::now(),
    })
}

fn roll(world: &mut World, shoot: &mut Shoot) {
    let busy = shoot.darkroom.waiting() > MOST_WAITING;
    let session = world.resource::<Session>();
    let due = session.exposure.as_ref().is_some_and(|e| e.frame == shoot.shot) && !busy;
    if !due {
        set_active(world, shoot.camera, false);
        return;
    }
    let (Some(exposure), stage) = (session.exposure.clone(), session.stage.clone()) else { return };
    let request = &shoot.request;
    let seconds = exposure.frame as f32 / request.fps as f32;
    let pixels = Vec2::new(request.width as f32, request.height as f32);
    let mut seen = shoot.director.aim(seconds, &stage.plan, &exposure).lens(pixels, None);
    if let Some(crop) = shoot.crop {
        seen = seen.cropped(crop);
    }
    seen.time = exposure.seconds as f32;
    seen.legible(exposure.after.living());
    seen.glow = window::glow(&film_quality());
    if let Some(mut lens) = world.get_mut::<Lens>(shoot.camera) {
        *lens = seen;
    }
    set_active(world, shoot.camera, true);
    if !std::mem::replace(&mut shoot.warm, true) {
        return;
    }
    let caption = request.overlay.then(|| Caption::of(&stage.scene, &exposure));
    let develop = shoot.darkroom.ticket(caption);
    world.insert_resource(CaptureRequest(Some(Ticket { texture: shoot.texture.clone(), develop })));
    shoot.shot += 1;
    if shoot.shot < shoot.frames {
        world.resource::<Session>().send(Control::Expose(shoot.shot));
    }
}

fn wrap(world: &mut World, shoot: Shoot) {
    world.despawn(shoot.camera);
    let outcome = shoot.darkroom.finish();
    let mut session = world.resource_mut::<Session>();
    session.send(Control::EndFilm);
    session.exposure = None;
    match outcome {
        Ok(frames) => session.tell(format!("Filmed {frames} frames: {}", shoot.request.output.display()), false),
        Err(error) => session.tell(error.to_string(), true),
    }
    // Frames took longer than the window's own would have.
    if let Some(mut drawing) = world.get_resource_mut::<Drawing>() {
        drawing.rest();
    }
}

fn set_active(world: &mut World, camera: Entity, active: bool) {
    if let Some(mut camera) = world.get_mut::<Camera>(camera) {
        camera.is_active = active;
    }
}
