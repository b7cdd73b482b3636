//! The tank itself as lines: its edges, and a faint grid on the floor of a volume or under a plane.

use crate::app::view::Line;
use crate::scene::{Boundary, SceneSpec};

/// Lines of the tank.
pub fn lines(scene: &SceneSpec) -> Vec<Line> {
    let mut out = Vec::new();
    let [x, y, z] = scene.extent;
    grid(&mut out, scene);
    let deep = z > 0.0;
    for corner in 0..8u32 {
        let from = [corner & 1, corner >> 1 & 1, corner >> 2 & 1];
        for axis in 0..if deep { 3 } else { 2 } {
            if from[axis] == 1 || (!deep && from[2] == 1) {
                continue;
            }
            let at = |steps: [u32; 3]| [x * steps[0] as f32, y * steps[1] as f32, z * steps[2] as f32];
            let mut to = from;
            to[axis] = 1;
            // An edge belongs to the two faces that meet in it; it is drawn firm when either is solid.
            let solid = (0..3).any(|a| a != axis && scene.boundary[a] == Boundary::Wall && (a < 2 || deep));
            let (width, alpha) = if solid { (1.5, 0.55) } else { (1.0, 0.22) };
            out.push(line(at(from), at(to), width, alpha));
        }
    }
    out
}

fn grid(out: &mut Vec<Line>, scene: &SceneSpec) {
    let [x, y, z] = scene.extent;
    let step = nice_step(x.max(y) / 8.0);
    let alpha = if z > 0.0 { 0.10 } else { 0.045 };
    let mut at = step;
    while at < x {
        out.push(line([at, 0.0, 0.0], [at, y, 0.0], 1.0, alpha));
        at += step;
    }
    let mut at = step;
    while at < y {
        out.push(line([0.0, at, 0.0], [x, at, 0.0], 1.0, alpha));
        at += step;
    }
}

fn line(a: [f32; 3], b: [f32; 3], width: f32, alpha: f32) -> Line {
    Line { a, width, b, alpha, color: [0.11, 0.34, 0.40], pad: 0.0 }
}

/// 1, 2 or 5 times a power of ten, at least `least`.
fn nice_step(least: f32) -> f32 {
    let power = 10f32.powf(least.max(1e-3).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= least).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_has_four_edges_and_a_volume_twelve() {
        let edges = |z: f32| {
            let scene = SceneSpec { extent: [10.0, 10.0, z], boundary: [Boundary::Wall; 3], ..Default::default() };
            lines(&scene).iter().filter(|l| l.alpha > 0.5).count()
        };
        assert_eq!(edges(0.0), 4);
        assert_eq!(edges(5.0), 12);
    }

    #[test]
    fn steps_are_round_numbers() {
        assert_eq!(nice_step(5.0), 5.0);
        assert_eq!(nice_step(12.0), 20.0);
        assert_eq!(nice_step(0.3), 0.5);
    }
}
