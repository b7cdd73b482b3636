//! Where solid things are at a tick, and distances to them, for rays and for bodies. Twin of `shaders/obstacles.wgsl`. Obstacles
//! do not repeat across torus borders.

use crate::layout::*;
use crate::math::{Vec3, add, dot, length, normalize_or, scale, sub};
use crate::rng::{self, Stream};

/// How far an obstacle, the `index`-th of its scene, is from where the scene has it, in a world at a tick and `part` of the way to
/// the next: of nothing but the tick, so that no state says it. Shares of a course are whole numbers that wrap around, and stay
/// exact however long a run is.
pub fn carried(o: &ObstacleParams, index: u32, stream: Stream, tick: u32, part: f32) -> Vec3 {
    if o.course == COURSE_NONE {
        return [0.0; 3];
    }
    let drawn = if o.course == COURSE_DRAWN { rng::draw(stream, 0, index, DRAW_COURSE) } else { [0; 4] };
    std::array::from_fn(|axis| {
        let whole = o.phase[axis].wrapping_add(drawn[axis]).wrapping_add(tick.wrapping_mul(o.step[axis]));
        let share = whole.wrapping_add((o.step[axis] as i32 as f32 * part) as i32 as u32);
        o.low[axis] + rng::uniform(share) * o.span[axis]
    })
}

/// The obstacles of a world as they are at a tick.
pub fn place(all: &[ObstacleParams], stream: Stream, tick: u32, out: &mut Vec<ObstacleParams>) {
    out.clear();
    out.extend((0..).zip(all).map(|(index, o)| {
        let carried = carried(o, index, stream, tick, 0.0);
        // What a block has in `b` is its size, which stays.
        let b = if o.shape == SHAPE_BOX { o.b } else { add(o.b, carried) };
        ObstacleParams { a: add(o.a, carried), b, ..*o }
    }));
}

/// Distance from `p` to the surface of an obstacle, negative inside, and the direction away from it.
pub fn distance(o: &ObstacleParams, p: Vec3) -> (f32, Vec3) {
    let up = [0.0, 0.0, 1.0];
    if o.shape == SHAPE_BOX {
        let d = sub(p, o.a);
        let q = [d[0].abs() - o.b[0], d[1].abs() - o.b[1], d[2].abs() - o.b[2]];
        let out = [q[0].max(0.0), q[1].max(0.0), q[2].max(0.0)];
        let side = |axis: usize, v: f32| if d[axis] < 0.0 { -v } else { v };
        if q[0] > 0.0 || q[1] > 0.0 || q[2] > 0.0 {
            let toward = [side(0, out[0]), side(1, out[1]), side(2, out[2])];
            return (length(out), normalize_or(toward, up));
        }
        // Inside: out through the nearest face; ties go to the first axis.
        let axis = if q[0] >= q[1] && q[0] >= q[2] {
            0
        } else if q[1] >= q[2] {
            1
        } else {
            2
        };
        let mut toward = [0.0; 3];
        toward[axis] = side(axis, 1.0);
        return (q[axis], toward);
    }
    let mut nearest = o.a;
    if o.shape == SHAPE_CAPSULE {
        let rod = sub(o.b, o.a);
        let square = dot(rod, rod);
        let along = if square > 0.0 { (dot(sub(p, o.a), rod) / square).clamp(0.0, 1.0) } else { 0.0 };
        nearest = add(o.a, scale(rod, along));
    }
    let d = sub(p, nearest);
    (length(d) - o.radius, normalize_or(d, up))
}

/// Steps of sphere tracing: enough to come within a hundredth of a BL except along grazing surfaces, where the ray
/// then reads slightly short.
const TRACE_STEPS: u32 = 24;

/// Distance at which a ray hits a wall or an obstacle, or `range` when it hits nothing nearer.
pub fn trace(tank: &TankParams, obstacles: &[ObstacleParams], from: Vec3, toward: Vec3, range: f32) -> f32 {
    let mut hit = range;
    for axis in 0..tank.dim as usize {
        if tank.edge[axis] == EDGE_WALL {
            let speed = toward[axis];
            if speed > 1e-6 {
                hit = hit.min((tank.extent[axis] - from[axis]) / speed);
            } else if speed < -1e-6 {
                hit = hit.min((0.0 - from[axis]) / speed);
            }
        }
    }
    if !obstacles.is_empty() {
        let mut t = 0.0;
        for _ in 0..TRACE_STEPS {
            if t < hit {
                let p = add(from, scale(toward, t));
                let mut near = range;
                for o in obstacles {
                    near = near.min(distance(o, p).0);
                }
                if near < 0.01 {
                    hit = hit.min(t);
                } else {
                    t += near;
                }
            }
        }
    }
    hit.max(0.0)
}

/// Moves a body of half length `radius` out of every obstacle, and adds up what those that it touches cost it, in steps of energy.
pub fn expel(obstacles: &[ObstacleParams], mut p: Vec3, radius: f32, flat: bool) -> (Vec3, i32) {
    let mut harm = 0i32;
    for o in obstacles {
        let (gap, mut away) = distance(o, p);
        if gap < radius {
            harm = harm.saturating_add(o.harm);
            if flat {
                away = normalize_or([away[0], away[1], 0.0], [1.0, 0.0, 0.0]);
            }
            p = add(p, scale(away, radius - gap));
        }
    }
    (p, harm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solid(shape: u32, a: Vec3, b: Vec3, radius: f32) -> ObstacleParams {
        ObstacleParams { a, shape, b, radius, harm: 3, ..bytemuck::Zeroable::zeroed() }
    }

    fn ball() -> ObstacleParams {
        solid(SHAPE_SPHERE, [5.0, 0.0, 0.0], [0.0; 3], 1.0)
    }

    #[test]
    fn rays_stop_at_what_they_meet() {
        let mut tank: TankParams = bytemuck::Zeroable::zeroed();
        tank.dim = 2;
        tank.extent = [10.0, 10.0, 0.0];
        tank.edge = [EDGE_WALL, EDGE_TORUS, EDGE_OPEN];
        assert_eq!(trace(&tank, &[], [2.0, 5.0, 0.0], [1.0, 0.0, 0.0], 20.0), 8.0);
        assert_eq!(trace(&tank, &[], [2.0, 5.0, 0.0], [-1.0, 0.0, 0.0], 20.0), 2.0);
        assert_eq!(trace(&tank, &[], [2.0, 5.0, 0.0], [0.0, 1.0, 0.0], 20.0), 20.0);
        let seen = trace(&tank, &[ball()], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], 20.0);
        assert!((seen - 3.0).abs() < 0.011, "{seen}");
    }

    #[test]
    fn bodies_are_moved_out_and_harmed_once_by_each() {
        let capsule = solid(SHAPE_CAPSULE, [5.0, -1.0, 0.0], [5.0, 1.0, 0.0], 1.0);
        for shape in [ball(), solid(SHAPE_BOX, [5.0, 0.0, 0.0], [1.0, 1.0, 1.0], 0.0), capsule] {
            let (p, harm) = expel(&[shape], [4.6, 0.2, 0.0], 0.5, true);
            assert!(distance(&shape, p).0 > 0.499, "{shape:?} leaves {p:?}");
            assert_eq!(harm, 3);
            assert_eq!(expel(&[shape], [3.4, 0.0, 0.0], 0.5, true), ([3.4, 0.0, 0.0], 0), "{shape:?} is out of reach");
        }
        let (_, twice) = expel(&[ball(), capsule], [4.6, 0.2, 0.0], 3.0, true);
        assert_eq!(twice, 6);
        let worst = ObstacleParams { harm: i32::MAX, ..ball() };
        assert_eq!(
            expel(&[worst, worst], [5.0, 0.0, 0.0], 9.0, true).1,
            i32::MAX,
            "harm does not wrap around to a gift"
        );
    }

    /// A scene of one obstacle, as backends have it.
    fn compiled(scene: &str) -> ObstacleParams {
        let scene = crate::scene::parse(scene, "test").unwrap();
        crate::plan::Plan::new(&scene, 1).obstacles[0]
    }

    /// A block 2 BL wide that crosses a tank of 10 BL at 2 BL/s, an eighth of a second a tick: a number that floats hold exactly.
    const CROSSING: &str = r#"(
        dt: 0.125, extent: [10, 8, 0], species: [(name: "a")],
        obstacles: [Box(center: [4, 5, 0], half: [1, 1, 1], velocity: [2, 0, 0])],
    )"#;

    #[test]
    fn an_obstacle_goes_out_at_one_side_and_comes_in_at_the_other() {
        let block = compiled(CROSSING);
        let at = |tick: u32| add(block.a, carried(&block, 0, [1, 2], tick, 0.0));
        // Its course from -1 to 11 takes 48 ticks.
        for (tick, x) in [(0, 4.0), (8, 6.0), (27, 10.75), (29, -0.75), (48, 4.0), (75, 10.75), (48_000_000, 4.0)] {
            let place = at(tick);
            // Of 2³² steps a tick's share is rounded to the nearest: half a step a tick, and 2²⁴ shares are told apart.
            let off = 12.0 * (0.5 * tick as f32 / 4_294_967_296.0 + 1.0 / 16_777_216.0) + 1e-5;
            assert!((place[0] - x).abs() <= off, "tick {tick}: {place:?}");
            assert_eq!(place[1..], [5.0, 0.0], "it stays along the other axes");
        }
        for tick in 0..600 {
            let [before, after] = [at(tick)[0], at(tick + 1)[0]];
            let entered = after < before;
            assert!(entered || (after - before - 0.25).abs() < 1e-5);
            // Where it leaves and where it enters, none of it is in the tank but for what a tick covers.
            assert!(!entered || (before > 10.75 - 1e-4 && after < -0.75 + 1e-4), "from {before} to {after}");
        }
        let back = compiled(&CROSSING.replace("[2, 0, 0]", "[-2, 0, 0]"));
        let x = add(back.a, carried(&back, 0, [1, 2], 16, 0.0))[0];
        assert!(x.abs() < 1e-5, "backward: {x}");
        let half = add(block.a, carried(&block, 0, [1, 2], 8, 0.5))[0];
        assert!((half - 6.125).abs() < 1e-5, "between two ticks: {half}");
        assert_eq!(compiled(&CROSSING.replace("[2, 0, 0]", "[0, 0, 0]")).course, COURSE_NONE);
        let flat = compiled(&CROSSING.replace("[2, 0, 0]", "[0, 0, 7]"));
        assert_eq!(carried(&flat, 0, [1, 2], 33, 0.0), [0.0; 3], "nothing moves out of a plane");
    }

    #[test]
    fn worlds_draw_where_an_obstacle_is() {
        let drawn = compiled(&CROSSING.replace("velocity", "start: Drawn, velocity"));
        let at = |stream, index, tick| add(drawn.a, carried(&drawn, index, stream, tick, 0.0));
        let (one, two) = (at([1, 2], 0, 0), at([1, 3], 0, 0));
        assert!(one != two && one != at([1, 2], 1, 0), "by world and by obstacle");
        assert_eq!(one, at([1, 2], 0, 0));
        let next = at([1, 2], 0, 1);
        assert!((next[0] - one[0] - 0.25).abs() < 1e-5 && next[1] == one[1], "{one:?} and then {next:?}");
        // Evenly over the course along either axis: over 400 worlds, each mean within four standard errors.
        for (axis, middle, span) in [(0, 5.0, 12.0), (1, 4.0, 10.0)] {
            let places: Vec<f32> = (0..400).map(|world| at([world, 9], 0, 7)[axis]).collect();
            let mean = places.iter().sum::<f32>() / 400.0;
            assert!((mean - middle).abs() < 4.0 * span / 12.0f32.sqrt() / 20.0, "axis {axis}: {mean}");
            assert!(places.iter().all(|x| (middle - span / 2.0..=middle + span / 2.0).contains(x)));
        }
    }
}
