//! Meshes made in code: the fish body (from above in planes, in the round in volumes) and obstacles. Knows nothing of
//! agents or of the device.

use crate::app::view::Corner;
use crate::scene::Obstacle;

/// How finely a fish body is modelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Half a dozen triangles and no fins, for bodies of a few pixels among thousands.
    Speck,
    /// A dozen triangles, for bodies of a few pixels.
    #[default]
    Distant,
    /// Two dozen.
    Coarse,
    /// Many rings and corners, eyes and all fins.
    Fine,
}

/// How fish bodies are modelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Detail {
    /// Seen from above: broad, with the tail spread in the plane.
    pub flat: bool,
    /// How finely.
    pub grain: Grain,
}

/// A mesh of corners and triangles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Corners.
    pub corners: Vec<Corner>,
    /// Three for each triangle.
    pub indices: Vec<u32>,
}

/// Outline of a sardine: place along the body (nose 0.5, tail root -0.34), half height and half width, in lengths.
const RINGS: [(f32, f32, f32); 8] = [
    (0.465, 0.028, 0.021),
    (0.400, 0.058, 0.043),
    (0.290, 0.087, 0.059),
    (0.140, 0.104, 0.065),
    (-0.020, 0.096, 0.058),
    (-0.160, 0.069, 0.041),
    (-0.270, 0.038, 0.022),
    (-0.350, 0.021, 0.012),
];
/// The rings that the coarse body keeps, and the one that a distant body keeps.
const COARSE: [usize; 3] = [1, 3, 6];
const DISTANT: [usize; 1] = [3];

/// The body of a fish of length 1, its nose along +x, its back along +z.
pub fn fish(detail: Detail) -> Mesh {
    let mut mesh = Mesh::default();
    let pick = |some: &[usize]| some.iter().map(|&i| RINGS[i]).collect::<Vec<_>>();
    let (rings, around) = match detail.grain {
        Grain::Fine => (RINGS.to_vec(), 8),
        Grain::Coarse => (pick(&COARSE), 5),
        Grain::Distant => (pick(&DISTANT), 4),
        Grain::Speck => (pick(&DISTANT), 3),
    };
    // From above a body is drawn broader than it is, or it would be a splinter.
    let shape =
        |(x, tall, wide): (f32, f32, f32)| if detail.flat { (x, wide * 1.1, tall * 1.12) } else { (x, tall, wide) };
    let nose = mesh.corner([0.5, 0.0, 0.0], [1.0, 0.0, 0.0], 0.0);
    // Flat bodies turn one corner up, so that the ridge lies in the middle; so do those of three corners.
    let turned = match detail.grain {
        Grain::Speck => 0.75,
        Grain::Distant => 0.0,
        _ if detail.flat => 0.0,
        _ => 0.25,
    };
    let mut before: Vec<u32> = vec![nose; around];
    for (i, ring) in rings.iter().enumerate() {
        let (x, tall, wide) = shape(*ring);
        let next = shape(*rings.get(i + 1).unwrap_or(&(-0.45, 0.02, 0.01)));
        let last = if i == 0 { (0.5, 0.0, 0.0) } else { shape(rings[i - 1]) };
        // How fast the outline narrows gives the normal its lean along the body.
        let lean = ((last.1 + last.2) - (next.1 + next.2)) * 0.5 / (last.0 - next.0);
        let this: Vec<u32> = (0..around)
            .map(|k| {
                let angle = std::f32::consts::TAU * (k as f32 + turned) / around as f32;
                let (s, c) = angle.sin_cos();
                let normal = unit([-2.0 * lean / (wide + tall), c / wide, s / tall]);
                mesh.corner([x, c * wide, s * tall], normal, 0.0)
            })
            .collect();
        for k in 0..around {
            let l = (k + 1) % around;
            if i > 0 {
                mesh.triangle(before[k], this[l], before[l]);
            }
            mesh.triangle(before[k], this[k], this[l]);
        }
        before = this;
    }
    // Where the rings end before the root of the tail, a point closes the body.
    let end = if detail.grain == Grain::Speck { -0.50 } else { RINGS[RINGS.len() - 1].0 };
    if rings.last().is_some_and(|ring| ring.0 > end + 0.01) {
        let root = mesh.corner([end - 0.03, 0.0, 0.0], [-1.0, 0.0, 0.0], 0.0);
        for k in 0..around {
            mesh.triangle(before[k], root, before[(k + 1) % around]);
        }
    }
    if detail.grain != Grain::Speck {
        mesh.tail(end + 0.015, detail);
    }
    if detail.grain == Grain::Coarse && !detail.flat {
        mesh.sheet(&[[0.09, 0.0, 0.095], [-0.03, 0.0, 0.175], [-0.085, 0.0, 0.078]], [0.0, 1.0, 0.0]);
    }
    if detail.grain == Grain::Fine {
        mesh.fins(detail);
        mesh.eyes(detail);
    }
    mesh
}

impl Mesh {
    fn corner(&mut self, pos: [f32; 3], normal: [f32; 3], part: f32) -> u32 {
        self.corners.push(Corner { pos, part, normal, pad: 0.0 });
        self.corners.len() as u32 - 1
    }

    fn triangle(&mut self, a: u32, b: u32, c: u32) {
        self.indices.extend([a, b, c]);
    }

    /// A fan of fin corners around the first, all with one normal, seen from both sides.
    fn sheet(&mut self, points: &[[f32; 3]], normal: [f32; 3]) {
        let ids: Vec<u32> = points.iter().map(|&p| self.corner(p, normal, 1.0)).collect();
        for pair in ids[1..].windows(2) {
            self.triangle(ids[0], pair[0], pair[1]);
            self.triangle(ids[0], pair[1], pair[0]);
        }
    }

    /// A forked tail fin: upright on a fish in the round, spread in the plane on one seen from above.
    fn tail(&mut self, root: f32, detail: Detail) {
        for side in [1.0, -1.0f32] {
            let at = |x: f32, out: f32| if detail.flat { [x, out * side, 0.0] } else { [x, 0.0, out * side] };
            let normal = if detail.flat { [0.0, 0.0, 1.0] } else { [0.0, 1.0, 0.0] };
            if detail.grain == Grain::Distant {
                self.sheet(&[at(root, 0.0), at(-0.560, 0.150), at(-0.455, 0.0)], normal);
            } else {
                self.sheet(&[at(root, 0.0), at(root - 0.05, 0.055), at(-0.560, 0.150), at(-0.445, 0.012)], normal);
            }
        }
    }

    fn fins(&mut self, detail: Detail) {
        if detail.flat {
            for side in [1.0, -1.0f32] {
                let at = |x: f32, y: f32| [x, y * side, 0.004];
                self.sheet(&[at(0.21, 0.095), at(0.10, 0.215), at(0.06, 0.190), at(0.09, 0.115)], [0.0, 0.0, 1.0]);
                self.sheet(&[at(-0.14, 0.078), at(-0.235, 0.135), at(-0.21, 0.060)], [0.0, 0.0, 1.0]);
            }
            return;
        }
        // Back fin, belly fin, and a breast fin on either side.
        self.sheet(
            &[[0.09, 0.0, 0.096], [-0.02, 0.0, 0.176], [-0.075, 0.0, 0.160], [-0.085, 0.0, 0.080]],
            [0.0, 1.0, 0.0],
        );
        self.sheet(&[[-0.10, 0.0, -0.078], [-0.19, 0.0, -0.126], [-0.215, 0.0, -0.048]], [0.0, 1.0, 0.0]);
        for side in [1.0, -1.0f32] {
            self.sheet(
                &[[0.23, 0.060 * side, -0.040], [0.10, 0.130 * side, -0.095], [0.13, 0.066 * side, -0.062]],
                unit([0.2, 0.5 * side, 0.8]),
            );
        }
    }

    fn eyes(&mut self, detail: Detail) {
        for side in [1.0, -1.0f32] {
            let (center, out) = if detail.flat {
                ([0.372, 0.058 * side, 0.046], unit([0.2, 0.5 * side, 0.8]))
            } else {
                ([0.382, 0.049 * side, 0.026], unit([0.25, 1.0 * side, 0.2]))
            };
            // A low octagonal dome.
            let along = unit([1.0, -0.25 * side, 0.0]);
            let up = cross(out, along);
            let top = self.corner(offset(center, out, 0.008), out, 2.0);
            let rim: Vec<u32> = (0..6)
                .map(|k| {
                    let (s, c) = (std::f32::consts::TAU * k as f32 / 6.0).sin_cos();
                    let p = offset(offset(center, along, 0.017 * c), up, 0.017 * s);
                    self.corner(p, out, 2.0)
                })
                .collect();
            for k in 0..6 {
                self.triangle(top, rim[k], rim[(k + 1) % 6]);
                self.triangle(top, rim[(k + 1) % 6], rim[k]);
            }
        }
    }
}

/// Obstacles as triangles, three corners each, every one carried so far from where the scene has it.
pub fn solids(obstacles: &[Obstacle], carried: &[[f32; 3]]) -> Vec<Corner> {
    let mut out = Vec::new();
    for (obstacle, by) in obstacles.iter().zip(carried) {
        let first = out.len();
        let at = |place| crate::math::add(place, *by);
        match obstacle {
            Obstacle::Sphere(s) => rod(&mut out, at(s.center), at(s.center), s.radius),
            Obstacle::Capsule(c) => rod(&mut out, at(c.a), at(c.b), c.radius),
            Obstacle::Box(b) => block(&mut out, at(b.center), b.half),
        }
        let part = if obstacle.harm() > 0.0 { 1.0 } else { 0.0 };
        out[first..].iter_mut().for_each(|corner| corner.part = part);
    }
    out
}

/// A capsule; with equal ends a ball.
fn rod(out: &mut Vec<Corner>, a: [f32; 3], b: [f32; 3], radius: f32) {
    const AROUND: usize = 28;
    const STEPS: usize = 8;
    let axis = unit_or([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [0.0, 0.0, 1.0]);
    let side = unit_or(cross(axis, [0.3, 0.8, 0.52]), [1.0, 0.0, 0.0]);
    let other = cross(axis, side);
    // Latitudes from end b to end a; the equator stands twice and spans the shaft.
    let mut rows: Vec<([f32; 3], f32)> = Vec::new();
    for i in 0..=STEPS {
        rows.push((b, std::f32::consts::FRAC_PI_2 * (1.0 - i as f32 / STEPS as f32)));
    }
    for i in 0..=STEPS {
        rows.push((a, -std::f32::consts::FRAC_PI_2 * i as f32 / STEPS as f32));
    }
    let point = |(center, latitude): ([f32; 3], f32), k: usize| {
        let (s, c) = (std::f32::consts::TAU * k as f32 / AROUND as f32).sin_cos();
        let (up, level) = latitude.sin_cos();
        let normal = offset(offset(offset([0.0; 3], axis, up), side, level * c), other, level * s);
        Corner { pos: offset(center, normal, radius), part: 0.0, normal, pad: 0.0 }
    };
    for pair in rows.windows(2) {
        for k in 0..AROUND {
            let (p, q) = (point(pair[0], k), point(pair[0], k + 1));
            let (r, s) = (point(pair[1], k), point(pair[1], k + 1));
            out.extend([p, r, s, p, s, q]);
        }
    }
}

fn block(out: &mut Vec<Corner>, center: [f32; 3], half: [f32; 3]) {
    for axis in 0..3 {
        for sign in [1.0, -1.0f32] {
            let mut normal = [0.0; 3];
            normal[axis] = sign;
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            let at = |du: f32, dv: f32| {
                let mut pos = center;
                pos[axis] += sign * half[axis];
                pos[u] += du * half[u];
                pos[v] += dv * half[v];
                Corner { pos, part: 0.0, normal, pad: 0.0 }
            };
            let [a, b, c, d] = [at(-1.0, -1.0), at(1.0, -1.0), at(1.0, 1.0), at(-1.0, 1.0)];
            out.extend([a, b, c, a, c, d]);
        }
    }
}

fn unit(v: [f32; 3]) -> [f32; 3] {
    unit_or(v, [0.0, 0.0, 1.0])
}

fn unit_or(v: [f32; 3], fallback: [f32; 3]) -> [f32; 3] {
    crate::math::normalize_or(v, fallback)
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    crate::math::cross(a, b)
}

fn offset(p: [f32; 3], along: [f32; 3], by: f32) -> [f32; 3] {
    crate::math::add(p, crate::math::scale(along, by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_is_closed_and_about_one_length_long() {
        for flat in [false, true] {
            for grain in [Grain::Speck, Grain::Distant, Grain::Coarse, Grain::Fine] {
                let mesh = fish(Detail { flat, grain });
                assert!(mesh.indices.iter().all(|&i| (i as usize) < mesh.corners.len()));
                let xs: Vec<f32> = mesh.corners.iter().map(|c| c.pos[0]).collect();
                let (low, high) = (xs.iter().copied().fold(1.0, f32::min), xs.iter().copied().fold(-1.0, f32::max));
                assert!(high == 0.5 && (-0.6..-0.5).contains(&low), "{low} to {high}");
                assert!(mesh.corners.iter().all(|c| (crate::math::length(c.normal) - 1.0).abs() < 1e-3));
            }
        }
        let triangles = |grain| fish(Detail { flat: false, grain }).indices.len() / 3;
        assert!(triangles(Grain::Speck) <= 6 && triangles(Grain::Distant) <= 12 && triangles(Grain::Coarse) <= 40);
    }

    #[test]
    fn bodies_face_outward() {
        // The renderer leaves out what faces away; a body wound the wrong way would be seen from inside.
        for grain in [Grain::Speck, Grain::Distant, Grain::Coarse, Grain::Fine] {
            let mesh = fish(Detail { flat: false, grain });
            for t in mesh.indices.chunks(3) {
                let [a, b, c] = [0, 1, 2].map(|k| mesh.corners[t[k] as usize]);
                if a.part > 0.5 {
                    continue;
                }
                let face = cross(crate::math::sub(b.pos, a.pos), crate::math::sub(c.pos, a.pos));
                let middle = [0, 1, 2].map(|i| (a.pos[i] + b.pos[i] + c.pos[i]) / 3.0);
                let outward = [0.3 * (middle[0] - 0.1), middle[1], middle[2]];
                assert!(crate::math::dot(face, outward) > 0.0, "{grain:?} {middle:?}");
            }
        }
    }

    #[test]
    fn obstacles_stay_inside_their_size() {
        let ball = |harm| {
            let center = [1.0, 2.0, 3.0];
            Obstacle::Sphere(crate::scene::SphereSpec { center, radius: 2.0, harm, ..Default::default() })
        };
        for (harm, part) in [(0.0, 0.0), (5.0, 1.0)] {
            for corner in solids(&[ball(harm)], &[[4.0, 0.0, 0.0]]) {
                let d = crate::math::sub(corner.pos, [5.0, 2.0, 3.0]);
                assert!((crate::math::length(d) - 2.0).abs() < 1e-3 && corner.part == part);
            }
        }
    }
}
