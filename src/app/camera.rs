//! Where the camera stands: from above with pan and zoom over a plane, around a point in a volume. Turns that into a
//! `Lens`, and screen points into rays. Knows nothing of input devices.

use bevy::math::{Mat4, URect, Vec2, Vec3};

use crate::app::view::Lens;
use crate::scene::SceneSpec;

/// Vertical field of view in a volume, rad.
const FIELD_OF_VIEW: f32 = 0.80;

/// A camera's stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stand {
    /// Point looked at, BL.
    pub center: Vec3,
    /// Angle around the vertical, rad (volumes).
    pub yaw: f32,
    /// Angle above the horizontal, rad (volumes).
    pub pitch: f32,
    /// Distance from the point in a volume; half of the height seen in a plane, BL.
    pub distance: f32,
}

impl Stand {
    /// Where the eye is, in a volume; the point looked at in a plane.
    pub fn eye(&self, volume: bool) -> Vec3 {
        if volume { self.center - axes(self, true).2 * self.distance } else { self.center }
    }
}

/// A part of a picture: centre and half of its sides, where the picture reaches from -1 to 1, y up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Centre.
    pub center: Vec2,
    /// Half of the sides.
    pub half: Vec2,
}

impl Crop {
    /// The part between two corners.
    pub fn between(a: Vec2, b: Vec2) -> Crop {
        Crop { center: (a + b) * 0.5, half: ((a - b).abs() * 0.5).max(Vec2::splat(0.01)) }
    }

    /// The smallest part with the aspect `to` around this one, in a picture of the aspect `from`.
    pub fn widened(self, from: f32, to: f32) -> Crop {
        let tall = self.half.y.max(self.half.x * from / to);
        Crop { half: Vec2::new(tall * to / from, tall), ..self }
    }

    /// The same part of the tank in a picture of another aspect and equal height.
    pub fn in_aspect(self, from: f32, to: f32) -> Crop {
        let squeeze = Vec2::new(from / to, 1.0);
        Crop { center: self.center * squeeze, half: self.half * squeeze }
    }
}

/// A camera with limits and a way to move.
#[derive(Clone, Debug)]
pub struct Rig {
    /// Where it is going.
    pub goal: Stand,
    /// Where it is.
    pub at: Stand,
    /// Slow turn around the tank, rad/s (volumes).
    pub orbit: f32,
    /// Size of the tank, BL.
    pub extent: Vec3,
    /// Whether the tank is a volume.
    pub volume: bool,
}

impl Rig {
    /// The camera that a scene asks for, in a picture of an aspect (width over height).
    pub fn of(scene: &SceneSpec, aspect: f32) -> Rig {
        let extent = Vec3::from(scene.extent);
        let volume = extent.z > 0.0;
        let camera = &scene.camera;
        let fit = if volume {
            // The tank's length across the picture and its depth toward the eye both need room.
            let across =
                (extent.x.hypot(extent.y) / aspect.max(0.2)).max(extent.z * 1.25 + 0.35 * extent.x.min(extent.y));
            0.40 * across / (0.5 * FIELD_OF_VIEW).tan() + 0.24 * extent.x.max(extent.y)
        } else {
            0.52 * extent.y.max(extent.x / aspect.max(0.2))
        };
        let distance = match camera.distance {
            d if d > 0.0 && volume => d,
            d if d > 0.0 => d * (0.5 * FIELD_OF_VIEW).tan(),
            _ => fit,
        };
        let center = extent * Vec3::from(camera.look_at);
        let mut stand = Stand { center, yaw: camera.yaw, pitch: camera.pitch, distance };
        if volume && camera.distance <= 0.0 {
            level(&mut stand, extent);
        }
        Rig { goal: stand, at: stand, orbit: if volume { camera.orbit } else { 0.0 }, extent, volume }
    }

    /// Turns by a drag in pixels.
    pub fn turn(&mut self, drag: Vec2) {
        if self.volume {
            self.goal.yaw -= drag.x * 0.006;
            self.goal.pitch = (self.goal.pitch + drag.y * 0.005).clamp(-1.45, 1.45);
        }
    }

    /// Shifts by a drag in pixels of a picture `height` pixels high.
    pub fn pan(&mut self, drag: Vec2, height: f32) {
        let (right, up, _) = axes(&self.at, self.volume);
        let seen =
            if self.volume { 2.0 * self.at.distance * (0.5 * FIELD_OF_VIEW).tan() } else { 2.0 * self.at.distance };
        let scale = seen / height.max(1.0);
        self.goal.center += (up * drag.y - right * drag.x) * scale;
        // Whoever pans far still sees the tank.
        self.goal.center = self.goal.center.clamp(Vec3::ZERO, self.extent);
    }

    /// Nearer (positive) or farther by steps of a wheel.
    pub fn zoom(&mut self, steps: f32) {
        let reach = self.extent.max_element().max(1.0);
        self.goal.distance = (self.goal.distance * (-0.16 * steps).exp()).clamp(1.2, 6.0 * reach);
    }

    /// Looks at a point from now on. A jump across a border is not glided over.
    pub fn follow(&mut self, point: Vec3) {
        let far = (point - self.goal.center).abs().cmpgt(0.4 * self.extent.max(Vec3::splat(1e-3))).any();
        self.goal.center = point;
        if far {
            self.at.center = point;
        }
    }

    /// Wanders around `home` by itself: turns about a volume, drifts over a plane, now nearer and now farther. `time` is that of the
    /// whole way, `seconds` what has passed of it since the last call. It eases into its way from wherever it was left.
    pub fn wander(&mut self, home: &Stand, time: f32, seconds: f32) {
        let slow = |period: f32, phase: f32| (std::f32::consts::TAU * (time / period + phase)).sin();
        let mut wanted = *home;
        wanted.distance = home.distance * (0.84 + 0.12 * slow(71.0, 0.2));
        if self.volume {
            // A whole turn in two minutes.
            self.goal.yaw += std::f32::consts::TAU / 120.0 * seconds;
            wanted.yaw = self.goal.yaw;
            wanted.pitch = home.pitch + 0.10 * slow(53.0, 0.0);
        } else {
            wanted.center += self.extent * Vec3::new(0.07 * slow(67.0, 0.0), 0.07 * slow(59.0, 0.25), 0.0);
        }
        let share = 1.0 - (-0.5 * seconds.min(0.2)).exp();
        let goal = &mut self.goal;
        goal.center += (wanted.center - goal.center) * share;
        goal.pitch += (wanted.pitch - goal.pitch) * share;
        goal.distance += (wanted.distance - goal.distance) * share;
    }

    /// Moves for `seconds`: turns slowly when nobody holds it, and closes on its goal.
    pub fn advance(&mut self, seconds: f32, held: bool) {
        if !held {
            self.goal.yaw += self.orbit * seconds;
            self.at.yaw += self.orbit * seconds;
        }
        let share = 1.0 - (-9.0 * seconds.min(0.2)).exp();
        let (at, goal) = (&mut self.at, &self.goal);
        at.center += (goal.center - at.center) * share;
        at.yaw += (goal.yaw - at.yaw) * share;
        at.pitch += (goal.pitch - at.pitch) * share;
        at.distance *= (goal.distance / at.distance).powf(share);
    }

    /// What is seen from here in a picture of `pixels` (a part of the target when `region` says so).
    pub fn lens(&self, pixels: Vec2, region: Option<URect>) -> Lens {
        let stand = &self.at;
        let (right, up, forward) = axes(stand, self.volume);
        let aspect = pixels.x.max(1.0) / pixels.y.max(1.0);
        let diagonal = self.extent.length().max(1.0);
        let (eye, clip_from_view, tangent) = if self.volume {
            let tangent = (0.5 * FIELD_OF_VIEW).tan();
            let eye = stand.center - forward * stand.distance;
            let near = (0.002 * diagonal).clamp(0.02, 0.5);
            (
                eye,
                Mat4::perspective_infinite_reverse_rh(FIELD_OF_VIEW, aspect, near),
                Vec2::new(tangent * aspect, tangent),
            )
        } else {
            let half = Vec2::new(stand.distance * aspect, stand.distance);
            let eye = stand.center + Vec3::Z * (2.0 * diagonal);
            // Near and far change places: depth runs from 1 near to 0 far.
            let clip = Mat4::orthographic_rh(-half.x, half.x, -half.y, half.y, 4.0 * diagonal, 0.0);
            (eye, clip, half)
        };
        let view_from_world = Mat4::look_to_rh(eye, forward, up);
        Lens {
            clip_from_world: clip_from_view * view_from_world,
            eye,
            right,
            up,
            forward,
            perspective: self.volume,
            tangent,
            region,
            pixels,
            extent: self.extent,
            dim: if self.volume { 3 } else { 2 },
            fog: 0.95 / diagonal,
            fog_start: (stand.distance - 0.45 * diagonal).max(0.0),
            ..Lens::default()
        }
    }

    /// The ray through a point of the picture (-1..1, y up): origin and direction of length 1.
    pub fn ray(&self, at: Vec2, aspect: f32) -> (Vec3, Vec3) {
        let (right, up, forward) = axes(&self.at, self.volume);
        if self.volume {
            let tangent = (0.5 * FIELD_OF_VIEW).tan();
            let along = forward + right * at.x * tangent * aspect + up * at.y * tangent;
            (self.at.center - forward * self.at.distance, along.normalize())
        } else {
            let point = self.at.center + right * at.x * self.at.distance * aspect + up * at.y * self.at.distance;
            (point + Vec3::Z * 1_000.0, Vec3::NEG_Z)
        }
    }

    /// Size in BL of one pixel at a distance along a ray, in a picture `height` pixels high.
    pub fn pixel(&self, way: f32, height: f32) -> f32 {
        let seen = if self.volume { 2.0 * way * (0.5 * FIELD_OF_VIEW).tan() } else { 2.0 * self.at.distance };
        seen / height.max(1.0)
    }
}

/// Raises or lowers the point looked at so that the tank lies as far from the upper as from the lower edge of the
/// picture, whatever the camera turns to: what is near looks larger, and seen from above it lies low.
fn level(stand: &mut Stand, extent: Vec3) {
    // Upper and lower edge of the tank, added: the more the higher the point looked at.
    let above = |z: f32| {
        let (mut low, mut high) = (f32::MAX, f32::MIN);
        for turn in 0..8 {
            let yaw = stand.yaw + turn as f32 * std::f32::consts::FRAC_PI_4;
            let seen = Stand { yaw, center: stand.center.with_z(z), ..*stand };
            let (_, up, forward) = axes(&seen, true);
            for corner in 0..8u32 {
                let corner = extent * Vec3::new((corner & 1) as f32, (corner >> 1 & 1) as f32, (corner >> 2) as f32);
                let to = corner - seen.center;
                let height = to.dot(up) / (seen.distance + to.dot(forward)).max(0.1 * seen.distance);
                (low, high) = (low.min(height), high.max(height));
            }
        }
        -(low + high)
    };
    let reach = extent.max_element();
    let (mut below, mut over) = (stand.center.z - reach, stand.center.z + reach);
    // Halved until less than a thousandth of the tank is left.
    for _ in 0..12 {
        let middle = 0.5 * (below + over);
        if above(middle) > 0.0 { over = middle } else { below = middle }
    }
    stand.center.z = 0.5 * (below + over);
}

/// Right, up and into the picture.
fn axes(stand: &Stand, volume: bool) -> (Vec3, Vec3, Vec3) {
    if !volume {
        return (Vec3::X, Vec3::Y, Vec3::NEG_Z);
    }
    let (sy, cy) = stand.yaw.sin_cos();
    let (sp, cp) = stand.pitch.sin_cos();
    let forward = -Vec3::new(cy * cp, sy * cp, sp);
    let right = Vec3::new(-sy, cy, 0.0);
    (right, right.cross(forward), forward)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rig(z: f32) -> Rig {
        let scene = SceneSpec { extent: [40.0, 30.0, z], ..Default::default() };
        Rig::of(&scene, 16.0 / 9.0)
    }

    #[test]
    fn the_tank_stays_in_sight_however_far_one_pans() {
        for z in [0.0, 20.0] {
            let mut rig = rig(z);
            for drag in [Vec2::splat(1e6), Vec2::new(-1e6, 3e6)] {
                rig.pan(drag, 720.0);
                let center = rig.goal.center;
                assert_eq!(center, center.clamp(Vec3::ZERO, rig.extent));
            }
        }
    }

    #[test]
    fn the_point_looked_at_is_in_the_middle_of_the_picture() {
        for z in [0.0, 20.0] {
            let rig = rig(z);
            let lens = rig.lens(Vec2::new(1280.0, 720.0), None);
            let clip = lens.clip_from_world * rig.at.center.extend(1.0);
            assert!((clip.x / clip.w).abs() < 1e-3 && (clip.y / clip.w).abs() < 1e-3, "{clip}");
            assert!((0.0..1.0).contains(&(clip.z / clip.w)), "{clip}");
        }
    }

    #[test]
    fn a_volume_lies_in_the_middle_of_the_picture() {
        let rig = rig(20.0);
        let lens = rig.lens(Vec2::new(1280.0, 720.0), None);
        let heights: Vec<f32> = (0..8u32)
            .map(|c| {
                let corner = rig.extent * Vec3::new((c & 1) as f32, (c >> 1 & 1) as f32, (c >> 2) as f32);
                let clip = lens.clip_from_world * corner.extend(1.0);
                clip.y / clip.w
            })
            .collect();
        let (low, high) = heights.iter().fold((9.0f32, -9.0f32), |(l, h), y| (l.min(*y), h.max(*y)));
        assert!((low + high).abs() < 0.35, "{low} to {high}");
    }

    #[test]
    fn a_part_of_the_picture_fills_a_film_of_another_aspect() {
        let (tank, film) = (0.9, 16.0 / 9.0);
        let crop = Crop::between(Vec2::new(0.2, -0.1), Vec2::new(0.6, 0.3));
        for z in [0.0, 20.0] {
            let rig = rig(z);
            let part = crop.widened(tank, film).in_aspect(tank, film);
            let lens = rig.lens(Vec2::new(1280.0, 720.0), None).cropped(part);
            let (from, along) = rig.ray(crop.center, tank);
            let clip = lens.clip_from_world * (from + along * 30.0).extend(1.0);
            assert!((clip.x / clip.w).abs() < 1e-3 && (clip.y / clip.w).abs() < 1e-3, "{clip}");
            let (from, along) = rig.ray(crop.center + Vec2::new(crop.half.x, 0.0), tank);
            let clip = lens.clip_from_world * (from + along * 30.0).extend(1.0);
            assert!((0.3..=1.001).contains(&(clip.x / clip.w)), "{clip}");
        }
    }

    #[test]
    fn a_wandering_camera_stays_around_home_and_comes_back_to_it() {
        for z in [0.0, 20.0] {
            let mut rig = rig(z);
            let home = rig.goal;
            rig.goal.center += Vec3::new(25.0, -20.0, 0.0);
            rig.goal.distance *= 3.0;
            for frame in 0..3_000 {
                rig.wander(&home, frame as f32 / 30.0, 1.0 / 30.0);
                rig.advance(1.0 / 30.0, true);
            }
            let off = (rig.at.center - home.center).abs() / rig.extent.max(Vec3::ONE);
            assert!(off.max_element() < 0.09, "{off}");
            let near = rig.at.distance / home.distance;
            assert!((0.7..1.0).contains(&near), "{near}");
            assert_eq!(rig.at.yaw != home.yaw, z > 0.0);
        }
    }

    #[test]
    fn a_plane_fits_into_the_picture() {
        let rig = rig(0.0);
        let lens = rig.lens(Vec2::new(1280.0, 720.0), None);
        for corner in [Vec3::ZERO, Vec3::new(40.0, 30.0, 0.0)] {
            let clip = lens.clip_from_world * corner.extend(1.0);
            assert!(clip.x.abs() < 1.0 && clip.y.abs() < 1.0, "{clip}");
        }
    }

    #[test]
    fn rays_go_through_what_is_drawn_there() {
        for z in [0.0, 20.0] {
            let rig = rig(z);
            let point = Vec3::new(31.0, 7.0, z * 0.3);
            let clip = rig.lens(Vec2::new(1280.0, 720.0), None).clip_from_world * point.extend(1.0);
            let at = Vec2::new(clip.x, clip.y) / clip.w;
            let (from, along) = rig.ray(at, 1280.0 / 720.0);
            let to = point - from;
            assert!((to - along * to.dot(along)).length() < 1e-2, "{z}");
        }
    }
}
