//! Distances to solid things, for rays and for bodies. Twin of `shaders/obstacles.wgsl`. Obstacles do not repeat across
//! torus borders.

use crate::layout::*;
use crate::math::{Vec3, add, dot, length, normalize_or, scale, sub};

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

/// Moves a body of half length `radius` out of every obstacle.
pub fn expel(obstacles: &[ObstacleParams], mut p: Vec3, radius: f32, flat: bool) -> Vec3 {
    for o in obstacles {
        let (gap, mut away) = distance(o, p);
        if gap < radius {
            if flat {
                away = normalize_or([away[0], away[1], 0.0], [1.0, 0.0, 0.0]);
            }
            p = add(p, scale(away, radius - gap));
        }
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ball() -> ObstacleParams {
        ObstacleParams { a: [5.0, 0.0, 0.0], shape: SHAPE_SPHERE, b: [0.0; 3], radius: 1.0 }
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
    fn bodies_are_moved_out() {
        for shape in [
            ball(),
            ObstacleParams { a: [5.0, 0.0, 0.0], shape: SHAPE_BOX, b: [1.0, 1.0, 1.0], radius: 0.0 },
            ObstacleParams { a: [5.0, -1.0, 0.0], shape: SHAPE_CAPSULE, b: [5.0, 1.0, 0.0], radius: 1.0 },
        ] {
            let p = expel(&[shape], [4.6, 0.2, 0.0], 0.5, true);
            assert!(distance(&shape, p).0 > 0.499, "{shape:?} leaves {p:?}");
        }
    }
}
