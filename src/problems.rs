//! Textbook test functions for optimisers, as fitness: higher is better, the best is 0. In f64, because optimisers are
//! compared by how soon they come within 1e-9 of the best. Beside them small problems of classification, and plants to be
//! steered, and games of reference between players without bodies. Strangers to agents, tanks and strategies.

pub mod cartpole;
pub mod double_pole;
pub mod naming;
pub mod urn;

use crate::layout::DRAW_SAMPLE;
use crate::rng::{self, Stream};

/// The sphere: minus the sum of squares. Smooth, one optimum, at the origin.
pub fn sphere(x: &[f64]) -> f64 {
    -x.iter().map(|v| v * v).sum::<f64>()
}

/// The ellipsoid: a sphere whose axes are weighed from 1 (first) to 10⁶ (last), evenly in their logarithms.
pub fn ellipsoid(x: &[f64]) -> f64 {
    let last = (x.len().max(2) - 1) as f64;
    -x.iter().enumerate().map(|(i, v)| libm::pow(1e6, i as f64 / last) * v * v).sum::<f64>()
}

/// The cigar: a sphere whose axes but the first weigh 10⁶.
pub fn cigar(x: &[f64]) -> f64 {
    -x.iter().enumerate().map(|(i, v)| if i == 0 { v * v } else { 1e6 * v * v }).sum::<f64>()
}

/// The discus: a sphere whose first axis weighs 10⁶.
pub fn discus(x: &[f64]) -> f64 {
    -x.iter().enumerate().map(|(i, v)| if i == 0 { 1e6 * v * v } else { v * v }).sum::<f64>()
}

/// Rosenbrock (1960): a narrow bent valley; the best is at ones. From four numbers on there is a second optimum near
/// (-1, 1, ..., 1).
pub fn rosenbrock(x: &[f64]) -> f64 {
    let term = |w: &[f64]| {
        let (off, left) = (w[1] - w[0] * w[0], 1.0 - w[0]);
        100.0 * off * off + left * left
    };
    -x.windows(2).map(term).sum::<f64>()
}

/// Rastrigin (1974): a sphere with a regular lattice of local optima at whole numbers; each number is meant to be
/// within ±5.12.
pub fn rastrigin(x: &[f64]) -> f64 {
    -x.iter().map(|v| v * v - 10.0 * libm::cos(std::f64::consts::TAU * v) + 10.0).sum::<f64>()
}

/// The linear projection domain of quality diversity (Fontaine, Togelius, Nikolaidis & Hoover 2020).
pub mod projection {
    /// Numbers within ± this mean what they say.
    pub const BOUND: f64 = 5.12;
    /// Where each number of the best solution stands.
    const SHIFT: f64 = 0.4 * BOUND;

    /// The sphere shifted away from the middle, from 100 at its best to 0 in the corner of the bounds that is farthest from it.
    pub fn sphere(x: &[f64]) -> f64 {
        let farthest = (BOUND + SHIFT) * (BOUND + SHIFT) * x.len() as f64;
        let off = x.iter().map(|v| (v - SHIFT) * (v - SHIFT)).sum::<f64>();
        100.0 * (1.0 - off / farthest)
    }

    /// Behaviour: the sums of the first and the second half of the numbers, those beyond the bounds as their bound over them,
    /// so that no number alone leads far.
    pub fn measures(x: &[f64]) -> [f64; 2] {
        let held = |v: &f64| if v.abs() <= BOUND { *v } else { BOUND / v };
        let (first, second) = x.split_at(x.len() / 2);
        [first.iter().map(held).sum(), second.iter().map(held).sum()]
    }
}

/// Exclusive or: both inputs, and whether just one of them is 1. The smallest problem that a network without hidden nodes cannot
/// solve (Minsky & Papert 1969).
pub const XOR: [([f32; 2], bool); 4] =
    [([0.0, 0.0], false), ([0.0, 1.0], true), ([1.0, 0.0], true), ([1.0, 1.0], false)];

/// A point of a plane, and which of two classes it is of.
pub type Point = ([f32; 2], bool);

/// Reach of the points below along each axis.
const REACH: f32 = 5.0;

/// Points of two spirals of one and three quarter turns around each other, as many of either, each moved by up to 0.5 along each
/// axis.
pub fn spirals(points: u32, key: Stream) -> Vec<Point> {
    let of = |i: u32| {
        let (along, second) = ((i / 2) as f32 / (points / 2).max(1) as f32, i % 2 == 1);
        let start = if second { std::f32::consts::PI } else { 0.0 };
        let angle = 1.75 * std::f32::consts::TAU * along + start;
        let words = rng::draw(key, 0, i, DRAW_SAMPLE);
        let moved = |word: u32| rng::uniform(word) - 0.5;
        let place = [libm::sinf(angle), libm::cosf(angle)].map(|x| 1.2 * REACH * along * x);
        ([place[0] + moved(words[0]), place[1] + moved(words[1])], second)
    };
    (0..points).map(of).collect()
}

/// Points within half the reach of the origin, and points from 0.7 of it on, as many of either.
pub fn circle(points: u32, key: Stream) -> Vec<Point> {
    let of = |i: u32| {
        let (outside, words) = (i % 2 == 1, rng::draw(key, 0, i, DRAW_SAMPLE));
        let share = rng::uniform(words[0]);
        let radius = REACH * if outside { 0.7 + 0.3 * share } else { 0.5 * share };
        let angle = std::f32::consts::TAU * rng::uniform(words[1]);
        ([radius * libm::cosf(angle), radius * libm::sinf(angle)], outside)
    };
    (0..points).map(of).collect()
}

/// Points of a square, but for a narrow cross along the axes: of one class where both numbers have the same sign.
pub fn quadrants(points: u32, key: Stream) -> Vec<Point> {
    let of = |i: u32| {
        let words = rng::draw(key, 0, i, DRAW_SAMPLE);
        let number = |word: u32| {
            let x = 2.0 * rng::uniform(word) - 1.0;
            x * (REACH - 0.3) + 0.3f32.copysign(x)
        };
        let place = [number(words[0]), number(words[1])];
        (place, place[0] * place[1] > 0.0)
    };
    (0..points).map(of).collect()
}

/// A function's fitness of a genome.
pub fn of_genome(problem: fn(&[f64]) -> f64, genome: &[f32]) -> f32 {
    problem(&genome.iter().map(|v| f64::from(*v)).collect::<Vec<_>>()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_where_their_class_says() {
        let radius = |[x, y]: [f32; 2]| (x * x + y * y).sqrt();
        for (place, outside) in circle(300, [1, 2]) {
            assert!(if outside { (3.49..5.01).contains(&radius(place)) } else { radius(place) < 2.51 }, "{place:?}");
        }
        for (place, same) in quadrants(300, [1, 2]) {
            assert!(place.iter().all(|x| (0.3..=5.0).contains(&x.abs())) && (place[0] * place[1] > 0.0) == same);
        }
        let points = spirals(200, [1, 2]);
        assert!(points.iter().all(|(place, _)| radius(*place) < 6.8));
        // Either spiral is the other seen from behind.
        for two in points.chunks(2) {
            assert!(!two[0].1 && two[1].1);
            assert!((0..2).all(|axis| (two[0].0[axis] + two[1].0[axis]).abs() <= 1.0), "{two:?}");
        }
        for points in [spirals, circle, quadrants] {
            assert_eq!(points(50, [3, 4]), points(50, [3, 4]));
            assert_ne!(points(50, [3, 4]), points(50, [3, 5]));
            let yes = points(400, [3, 4]).iter().filter(|point| point.1).count();
            assert!((150..250).contains(&yes), "{yes}");
        }
    }

    #[test]
    fn known_values() {
        assert_eq!(sphere(&[3.0, -4.0]), -25.0);
        assert_eq!(ellipsoid(&[2.0, 3.0, 1.0]), -(4.0 + 9_000.0 + 1e6));
        assert_eq!(ellipsoid(&[2.0]), -4.0);
        assert_eq!(cigar(&[2.0, 3.0]), -(4.0 + 9e6));
        assert_eq!(discus(&[2.0, 3.0]), -(4e6 + 9.0));
        assert_eq!(rosenbrock(&[1.0; 7]), 0.0);
        assert_eq!(rosenbrock(&[0.0; 3]), -2.0);
        assert_eq!(rosenbrock(&[2.0, 3.0]), -101.0);
        assert_eq!(rastrigin(&[0.0; 5]), 0.0);
        // At a whole number only the sphere remains, and it is a local optimum.
        assert!((rastrigin(&[2.0, 0.0]) + 4.0).abs() < 1e-12);
        assert!(rastrigin(&[1.0]) > rastrigin(&[0.9]) && rastrigin(&[1.0]) > rastrigin(&[1.1]));
        assert!((rastrigin(&[0.5]) + 20.25).abs() < 1e-12);
        assert_eq!(of_genome(sphere, &[1.5, 0.5]), -2.5);
        let corner = [-projection::BOUND; 4];
        assert!((projection::sphere(&[2.048; 4]) - 100.0).abs() < 1e-12 && projection::sphere(&corner).abs() < 1e-12);
        let [first, second] = projection::measures(&[1.0, 10.24, -5.12, -51.2]);
        assert!((first - 1.5).abs() < 1e-12 && (second + 5.22).abs() < 1e-12, "{first} {second}");
    }
}
