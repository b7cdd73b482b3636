//! Everything drawn in the water: what to draw (`DrawLists`, put together in the main world) and from where (`Lens`, one a
//! camera, and a `SideLens` where two schools are seen side by side). Agents and fields are laid out for drawing on the device, from the engine's own arrays where it shares the
//! device and from uploaded ones where it does not. The window and films share all of it. Nothing here knows panels,
//! engines or encoders.

pub mod bodies;
pub mod colors;
pub mod compose;
pub mod fields;
mod kernels;
mod parts;
pub mod pipelines;
pub mod school;
pub mod tally;
pub mod tank;
mod uploads;

use std::sync::Arc;

use bevy::math::{Mat4, URect, Vec2, Vec3, Vec4};
use bevy::prelude::*;
use bevy::render::extract_component::{ExtractComponent, ExtractComponentPlugin};
use bevy::render::extract_resource::{ExtractResource, ExtractResourcePlugin};
use bytemuck::{Pod, Zeroable};

use crate::app::camera::Crop;
use crate::app::view::school::{Kind, Moment, Now};

/// A thin line, as `shaders/draw_line.wgsl` reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Line {
    /// One end, BL.
    pub a: [f32; 3],
    /// Width, pixels.
    pub width: f32,
    /// Other end, BL.
    pub b: [f32; 3],
    /// Opacity, 0 to 1.
    pub alpha: f32,
    /// Linear colour.
    pub color: [f32; 3],
    /// Unused; keeps the stride at 48 bytes.
    pub pad: f32,
}

/// A corner of a mesh, as `draw_fish.wgsl` and `draw_solid.wgsl` read it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Corner {
    /// Position: in body lengths for the fish, in BL for obstacles.
    pub pos: [f32; 3],
    /// Fish: 0 body, 1 fin, 2 eye. Obstacles: 1 what harms, else 0.
    pub part: f32,
    /// Outward, length 1.
    pub normal: [f32; 3],
    /// Unused; keeps the stride at 32 bytes.
    pub pad: f32,
}

/// The school of one frame.
#[derive(Clone, Debug)]
pub struct School {
    /// The two ticks that it is drawn between.
    pub moment: Moment,
    /// That moment in numbers.
    pub now: Now,
    /// How each species is drawn.
    pub kinds: Vec<Kind>,
    /// Dialects by slot.
    pub spoken: Arc<Vec<u32>>,
}

/// What is drawn in one frame: the school that is shown, and another one beside it.
#[derive(Resource, Clone, Default, ExtractResource)]
pub struct DrawLists {
    /// Seen through each `Lens`.
    pub shown: DrawList,
    /// Seen through each `SideLens`.
    pub beside: DrawList,
}

/// One school and its water. Parts are shared, and a part is uploaded again only when it has changed.
#[derive(Clone, Default)]
pub struct DrawList {
    /// The school.
    pub school: Option<School>,
    /// How near bodies are modelled.
    pub body: bodies::Detail,
    /// How finely distant ones are.
    pub far: bodies::Grain,
    /// Whether signals get halos besides their glow.
    pub halos: bool,
    /// Fields, as they stand at the later of the two ticks.
    pub fields: Option<Arc<fields::Fields>>,
    /// Lines.
    pub lines: Arc<Vec<Line>>,
    /// Obstacles at the moment drawn, three corners a triangle.
    pub solids: Arc<Vec<Corner>>,
    /// Drifting motes.
    pub motes: u32,
}

/// From where a camera sees the tank.
#[derive(Component, Clone, Debug, ExtractComponent)]
pub struct Lens {
    /// World to clip space; depth runs from 1 near to 0 far.
    pub clip_from_world: Mat4,
    /// Eye, BL.
    pub eye: Vec3,
    /// Camera axes in the tank.
    pub right: Vec3,
    /// Up.
    pub up: Vec3,
    /// Into the picture.
    pub forward: Vec3,
    /// Whether distant things are smaller (volumes) or not (planes).
    pub perspective: bool,
    /// Tangents of half the field of view.
    pub tangent: Vec2,
    /// Part of the target that is drawn, pixels; the whole of it when empty.
    pub region: Option<URect>,
    /// Size of that part, pixels.
    pub pixels: Vec2,
    /// Size of the tank, BL.
    pub extent: Vec3,
    /// 2 or 3.
    pub dim: u32,
    /// Seconds of the water's own slow motion.
    pub time: f32,
    /// 1/BL.
    pub fog: f32,
    /// Distance at which fog starts, BL.
    pub fog_start: f32,
    /// Strength of glow: higher where bloom spreads it.
    pub glow: f32,
    /// Least length at which a body is drawn, pixels.
    pub least: f32,
    /// Length from which bodies are modelled as near ones, pixels; 0 for all of them.
    pub fine_from: f32,
}

/// From where a camera that has a `Lens` sees the school beside as well.
#[derive(Component, Clone, Debug, ExtractComponent)]
pub struct SideLens(pub Lens);

impl Default for Lens {
    fn default() -> Self {
        Lens {
            clip_from_world: Mat4::IDENTITY,
            eye: Vec3::ZERO,
            right: Vec3::X,
            up: Vec3::Y,
            forward: Vec3::NEG_Z,
            perspective: false,
            tangent: Vec2::ONE,
            region: None,
            pixels: Vec2::ONE,
            extent: Vec3::ONE,
            dim: 2,
            time: 0.0,
            fog: 0.0,
            fog_start: 0.0,
            glow: 1.0,
            least: 13.0,
            fine_from: 0.0,
        }
    }
}

impl Lens {
    /// Draws far bodies no smaller than suits a school of `count`: large when few, apart when many.
    pub fn legible(&mut self, count: usize) {
        let room = (self.pixels.x * self.pixels.y / count.max(1) as f32).sqrt();
        // In a volume those far away must still look far away.
        let (small, large) = if self.perspective { (7.0, 17.0) } else { (13.0, 27.0) };
        // As seen at 720 lines; larger pictures show the same.
        let lines = (self.pixels.y / 650.0).max(0.3);
        self.least = (0.85 * room).clamp(small * lines, large * lines);
    }

    /// The same view with a part of it filling the picture; the part has the picture's aspect.
    pub fn cropped(self, part: Crop) -> Lens {
        let (center, scale) = (part.center, 1.0 / part.half.y);
        let crop = Mat4::from_cols(
            Vec4::new(scale, 0.0, 0.0, 0.0),
            Vec4::new(0.0, scale, 0.0, 0.0),
            Vec4::Z,
            Vec4::new(-center.x * scale, -center.y * scale, 0.0, 1.0),
        );
        // The middle of the picture lies aside of where the camera faces; rays of a volume start from it.
        let aside = (self.right * center.x * self.tangent.x + self.up * center.y * self.tangent.y)
            * f32::from(self.perspective);
        Lens {
            clip_from_world: crop * self.clip_from_world,
            forward: self.forward + aside,
            tangent: self.tangent * part.half.y,
            ..self
        }
    }
}

/// Draws the `DrawLists` in every camera that has a `Lens`.
pub struct ViewPlugin;

impl Plugin for ViewPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<DrawLists>().add_plugins((
            ExtractResourcePlugin::<DrawLists>::default(),
            ExtractResourcePlugin::<tally::Tally>::default(),
            ExtractComponentPlugin::<Lens>::default(),
            ExtractComponentPlugin::<SideLens>::default(),
        ));
        pipelines::build(app);
    }
}

#[cfg(test)]
mod tests;
