//! Filming from the open window: the simulation advances frame by frame for the film, a second camera draws each
//! frame offscreen, and the window shows what is being filmed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::render_resource::Texture;

use crate::app::camera::Crop;
use crate::app::engine::Control;
use crate::app::film::caption::Inscription;
use crate::app::film::capture::{CapturePlugin, CaptureRequest, Ticket};
use crate::app::film::clock::FilmClock;
use crate::app::film::darkroom::Darkroom;
use crate::app::film::director::Director;
use crate::app::film::inset::Inset;
use crate::app::film::{MOST_WAITING, bloom, camera, film_quality, target};
use crate::app::frame::{self, Drawing, Eye};
use crate::app::panels::Desk;
use crate::app::session::Session;
use crate::app::strings::film as text;
use crate::app::view::Lens;
use crate::app::view::colors::Scheme;
use crate::record::{CameraPath, FilmRequest, FrameSink, Grade, Kept, RecordError, StillInMemory, encode_png, open};

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

/// What becomes of it.
#[derive(Clone, Debug)]
enum Purpose {
    /// A file of its own.
    Film,
    /// A picture of the run that is shared as this file.
    Share(PathBuf),
}

/// Size of the picture of a shared run, pixels.
const PICTURE: (u32, u32) = (320, 180);

/// The film being made, if any.
#[derive(Resource, Default)]
pub struct Studio {
    wanted: Option<(FilmRequest, Viewpoint, Purpose)>,
    shoot: Option<Shoot>,
    stop: bool,
    /// Whether what was filmed is thrown away.
    cancel: bool,
}

/// Where what is drawn goes.
enum Aim {
    File,
    Share(PathBuf, Kept),
}

struct Shoot {
    request: FilmRequest,
    darkroom: Darkroom,
    aim: Aim,
    director: Director,
    inset: Option<Inset>,
    crop: Option<Crop>,
    texture: Texture,
    camera: Entity,
    frames: u64,
    /// Whether the camera has drawn its first picture, which is thrown away: what it needs is made meanwhile.
    warm: bool,
    /// Frames drawn so far.
    shot: u64,
    /// Films that the simulation had begun before this one.
    films: u64,
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
            self.wanted = Some((request, from, Purpose::Film));
        }
    }

    /// Shares the run as a file, with a picture of what the window shows.
    pub fn share(&mut self, to: PathBuf) {
        if !self.busy() {
            let (width, height) = PICTURE;
            // Its name decides that it is one picture; nothing is written there.
            let output = PathBuf::from("picture.png");
            let request = FilmRequest { output, width, height, camera: CameraPath::Fixed, ..FilmRequest::default() };
            self.wanted = Some((request, Viewpoint::Window(None), Purpose::Share(to)));
        }
    }

    /// Ends the film here; what was drawn is kept.
    pub fn stop(&mut self) {
        self.stop = true;
    }

    /// Ends the film here; no file is left.
    pub fn cancel(&mut self) {
        self.cancel = true;
    }

    /// Quality of the film being made.
    pub fn grade(&self) -> Option<Grade> {
        self.shoot.as_ref().map(|shoot| shoot.request.grade)
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
    if let Some((request, from, purpose)) = studio.wanted.take() {
        match (begin(world, request, from, purpose.clone()), purpose) {
            (Ok(shoot), _) => studio.shoot = Some(shoot),
            (Err(error), Purpose::Film) => world.resource_mut::<Session>().tell(error.to_string(), true),
            // A run without a picture is worth sharing too.
            (Err(_), Purpose::Share(to)) => world.resource::<Session>().send(Control::Share { to, picture: None }),
        }
        (studio.stop, studio.cancel) = (false, false);
    }
    if let Some(mut shoot) = studio.shoot.take() {
        let status = &world.resource::<Session>().status;
        // Not before the simulation has heard of it.
        let over = status.films > shoot.films && !status.filming;
        let done = studio.stop || shoot.shot >= shoot.frames || over;
        // Frames still on the device come back only while the window goes on drawing: it is not kept waiting here.
        if studio.cancel || (over && shoot.shot == 0) {
            end(world, shoot.camera);
            let mut session = world.resource_mut::<Session>();
            match shoot.aim {
                Aim::Share(to, _) => session.send(Control::Share { to, picture: None }),
                Aim::File if studio.cancel => session.tell(text::GIVEN_UP, false),
                // Why not has been told.
                Aim::File => {}
            }
            studio.cancel = false;
        } else if shoot.darkroom.failed() || (done && shoot.darkroom.waiting() == 0) {
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

fn begin(world: &mut World, request: FilmRequest, from: Viewpoint, purpose: Purpose) -> Result<Shoot, RecordError> {
    let dt = world.resource::<Session>().stage.scene.dt;
    let frames = request.drawn(dt)?;
    let (sink, aim): (Box<dyn FrameSink>, _) = match purpose {
        Purpose::Film => (open(&request, request.frames(dt))?, Aim::File),
        Purpose::Share(to) => {
            let (sink, picture) = StillInMemory::new();
            (Box::new(sink), Aim::Share(to, picture))
        }
    };
    let darkroom = Darkroom::open(sink, request.width, request.height)?;
    let inset = request.plot.map(|plot| Inset::new(plot, frames));
    let texture = target(world, request.width, request.height);
    let quality = film_quality(request.grade);
    let camera = world
        .spawn((camera(&quality), bloom(&quality)))
        .insert(Camera { is_active: false, order: -1, ..default() })
        .id();
    let aspect = request.width as f32 / request.height as f32;
    let (director, crop) = match from {
        Viewpoint::Scene => {
            let scene = &world.resource::<Session>().stage.scene;
            (Director::new(scene, request.camera.clone(), aspect), None)
        }
        Viewpoint::Window(crop) => {
            let eye = world.resource::<Eye>();
            let (mut rig, tank) = (eye.rig.clone(), eye.region.size().as_vec2().max(Vec2::ONE));
            rig.goal = rig.at;
            let tank = tank.x / tank.y;
            (
                Director::from(rig, request.camera.clone(), dt),
                crop.map(|crop| crop.widened(tank, aspect).in_aspect(tank, aspect)),
            )
        }
    };
    let session = world.resource::<Session>();
    let films = session.status.films;
    let from = request.to.map(|_| request.from);
    session.send(Control::Film { clock: FilmClock::new(request.fps, request.speed), from });
    session.send(Control::Expose(0));
    Ok(Shoot {
        request,
        darkroom,
        aim,
        director,
        inset,
        crop,
        texture,
        camera,
        frames,
        warm: false,
        shot: 0,
        films,
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
    seen.glow = frame::glow(&film_quality(request.grade));
    if let Some(mut lens) = world.get_mut::<Lens>(shoot.camera) {
        *lens = seen;
    }
    set_active(world, shoot.camera, true);
    if !std::mem::replace(&mut shoot.warm, true) {
        return;
    }
    if let Some(inset) = &mut shoot.inset {
        let safe = world.resource::<Desk>().settings.safe_colors;
        inset.see(&stage.scene, &stage.plan, &exposure, &Scheme::of(&stage.scene, safe));
    }
    let inscription = Inscription::of(request, &stage.scene, &exposure, shoot.inset.as_ref());
    let develop = shoot.darkroom.ticket(inscription);
    world.insert_resource(CaptureRequest(Some(Ticket { texture: shoot.texture.clone(), develop })));
    shoot.shot += 1;
    if shoot.shot < shoot.frames {
        world.resource::<Session>().send(Control::Expose(shoot.shot));
    }
}

fn wrap(world: &mut World, shoot: Shoot) {
    let outcome = shoot.darkroom.finish();
    end(world, shoot.camera);
    let mut session = world.resource_mut::<Session>();
    if let Aim::Share(to, picture) = shoot.aim {
        let picture = picture.take().and_then(|picture| encode_png(&picture).ok());
        return session.send(Control::Share { to, picture });
    }
    match outcome {
        Ok(frames) => {
            let frames = frames.min(shoot.request.frames(session.stage.scene.dt));
            session.tell(text::made(frames, shoot.request.output.display()), false);
        }
        Err(error) => session.tell(error.to_string(), true),
    }
}

/// Lets the simulation go on as it did before the film.
fn end(world: &mut World, camera: Entity) {
    world.despawn(camera);
    let mut session = world.resource_mut::<Session>();
    session.send(Control::EndFilm);
    session.exposure = None;
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
