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

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(what: &str) -> ObstacleParams {
        let text = format!("(dt: 0.125, extent: [20, 10, 0], species: [(name: \"a\")], obstacles: [{what}])");
        let scene = crate::scene::parse(&text, "test").unwrap();
        obstacle(&scene.obstacles[0], &scene)
    }

    #[test]
    fn a_course_is_as_long_as_tank_and_obstacle_together() {
        let rod =
            |velocity| compiled(&format!("Capsule(a: [6, 3, 0], b: [2, 3, 0], radius: 0.5, velocity: {velocity})"));
        let forth = rod("[2, 0, 9]");
        // From 2.5 BL before the tank to 2.5 BL behind it, with the middle at 4 BL at first, a hundredth of that a tick.
        assert_eq!((forth.low, forth.span, forth.course), ([-6.5, 0.0, 0.0], [25.0, 0.0, 0.0], COURSE_GIVEN));
        assert_eq!((forth.phase, forth.step), ([1_116_691_497, 0, 0], [42_949_673, 0, 0]));
        assert_eq!(rod("[-2, 0, 0]").step[0], 42_949_673u32.wrapping_neg());
        let far = compiled("Sphere(center: [-9000, 5, 0], radius: 1, velocity: [2, 0, 0])");
        // 8,999 BL before the course: 409 whole ones, and a twenty-second less than one.
        assert_eq!((far.low[0], far.phase[0]), (8999.0, 4_099_741_510));
        let drawn = compiled("Sphere(start: Drawn)");
        assert_eq!((drawn.course, drawn.span, drawn.step), (COURSE_DRAWN, [22.0, 12.0, 0.0], [0; 3]));
        let stays = compiled("Box(harm: 8)");
        assert_eq!((stays.course, stays.span, stays.harm), (COURSE_NONE, [0.0; 3], 65_536));
    }
}
