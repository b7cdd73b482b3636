//! What the window does in each frame: it takes in the simulation's news, lays out the panels, then composes what is drawn.
//! Knows nothing of how the window came to be.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bevy::app::AppExit;
use bevy::post_process::bloom::Bloom;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowMode};
use bevy_egui::{EguiContexts, PrimaryEguiContext, egui};

use crate::app::camera::Rig;
use crate::app::device::Adapter;
use crate::app::film::film_quality;
use crate::app::film::studio::Studio;
use crate::app::many;
use crate::app::panels::{self, Desk, Surroundings, theme};
use crate::app::quality::{Chooser, Level, Quality};
use crate::app::session::Session;
use crate::app::strings::window as text;
use crate::app::view::colors::Scheme;
use crate::app::view::compose::Composer;
use crate::app::view::school::Look;
use crate::app::view::{DrawList, DrawLists, Lens, SideLens};
use crate::scene::SceneSpec;

/// Bodies longer than this many pixels are drawn as near ones.
const FINE_FROM: f32 = 26.0;

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
    /// Of a window that is drawn by an adapter, at a level or at one that it chooses by itself.
    pub fn new(adapter: &Adapter, level: Option<Level>) -> Drawing {
        let chooser = Chooser::new(adapter);
        Drawing {
            quality: level.unwrap_or(chooser.level()).quality(),
            chooser,
            adapter: adapter.name.clone(),
            composer: Composer::default(),
            side: Composer::default(),
            last: Instant::now(),
            frame: 0.0,
            time: 0.0,
            applied: None,
        }
    }

    /// Forgets the time since the last frame.
    pub fn rest(&mut self) {
        self.last = Instant::now();
    }
}

/// Takes in what the simulation has done since the last frame.
pub fn take_news(
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

/// Lays out the panels, and takes what they ask of the window itself.
pub fn lay_out(
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
    let frame = Surroundings {
        frames_per_second: drawing.chooser.frames_per_second(),
        adapter: &drawing.adapter,
        level: desk.settings.level.unwrap_or(drawing.chooser.level()),
    };
    let shown = panels::show(&context, &mut desk, &mut session, &mut eye, &mut studio, &frame);
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

/// Composes what is drawn of the tank, and of another branch beside it.
pub fn compose(
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

/// Gives the camera what a quality asks for, once it has changed.
pub fn apply_quality(
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
