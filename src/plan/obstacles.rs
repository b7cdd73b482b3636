//! What obstacles of a scene are to a backend: shapes, and courses in shares that integers count. Part of `super`.

use crate::layout::*;
use crate::math::fixed;
use crate::scene::*;

/// Steps in the whole of a course.
const WHOLE: f64 = 4_294_967_296.0;

/// An obstacle of a scene.
pub fn obstacle(obstacle: &Obstacle, scene: &SceneSpec) -> ObstacleParams {
    let mut params = shape(obstacle);
    params.harm = fixed(obstacle.harm() * scene.dt, ENERGY_SCALE);
    let drawn = obstacle.start() == CourseStart::Drawn;
    for axis in 0..3 {
        let Some((low, span)) = obstacle.course(scene.extent, axis) else { continue };
        params.course = if drawn { COURSE_DRAWN } else { COURSE_GIVEN };
        (params.low[axis], params.span[axis]) = (low as f32, span as f32);
        params.phase[axis] = if drawn { 0 } else { steps(-low / span) };
        params.step[axis] = steps(f64::from(obstacle.velocity()[axis]) * f64::from(scene.dt) / span);
    }
    params
}

/// A share of a course in steps, whole courses taken off.
fn steps(share: f64) -> u32 {
    (share.rem_euclid(1.0) * WHOLE).round() as u64 as u32
}

/// The shape of an obstacle that stays and does no harm.
fn shape(obstacle: &Obstacle) -> ObstacleParams {
    let (shape, a, b, radius) = match obstacle {
        Obstacle::Sphere(s) => (SHAPE_SPHERE, s.center, s.center, s.radius),
        Obstacle::Capsule(c) => (SHAPE_CAPSULE, c.a, c.b, c.radius),
        Obstacle::Box(b) => (SHAPE_BOX, b.center, b.half, 0.0),
    };
    ObstacleParams { a, shape, b, radius, ..bytemuck::Zeroable::zeroed() }
}
