//! How strongly one of a pair acts on the other, by their distance, in the models of particles: what a term of *pairs* is multiplied by.
//! Twin of `shaders/laws.wgsl`; the formulas stand at `scene::PairTerm`. Knows nothing of who they are.

use crate::layout::ZoneParams;
use crate::math::{cos, exp, ln};

/// One law: what the offset of the other, or its velocity less one's own, is multiplied by.
pub trait Law {
    /// Whether velocities are multiplied, not offsets.
    const VELOCITY: bool;
    /// By what, at a distance within the zone, of which the square is known: compilers of shaders take the square of a root for what is
    /// under it.
    fn factor(zone: &ZoneParams, square: f32, distance: f32) -> f32;
}

/// `PAIR_OFFSET`: the strength.
pub struct Spring;

impl Law for Spring {
    const VELOCITY: bool = false;
    #[inline(always)]
    fn factor(zone: &ZoneParams, _: f32, _: f32) -> f32 {
        zone.law[0]
    }
}

/// `PAIR_MORSE`: repulsion and attraction at no distance, each with the inverse of its length.
pub struct Morse;

impl Law for Morse {
    const VELOCITY: bool = false;
    #[inline(always)]
    fn factor(zone: &ZoneParams, _: f32, distance: f32) -> f32 {
        let [repulsion, steep, attraction, flat] = zone.law;
        let force = attraction * exp(-(distance * flat)) - repulsion * exp(-(distance * steep));
        // Those in the same place are in no direction.
        if distance < 1e-6 { 0.0 } else { force / distance }
    }
}

/// `PAIR_ALIGN`: strength and exponent.
pub struct Align;

impl Law for Align {
    const VELOCITY: bool = true;
    #[inline(always)]
    fn factor(zone: &ZoneParams, square: f32, _: f32) -> f32 {
        zone.law[0] * exp(-(zone.law[1] * ln(1.0 + square)))
    }
}

/// `PAIR_LATTICE`: strength, ε, the distance that is kept, and where the bump begins to fall.
pub struct Lattice;

impl Law for Lattice {
    const VELOCITY: bool = false;
    #[inline(always)]
    fn factor(zone: &ZoneParams, square: f32, _: f32) -> f32 {
        let [strength, epsilon, kept, _] = zone.law;
        let root = (1.0 + epsilon * square).sqrt();
        let off = norm(epsilon, square) - norm(epsilon, kept * kept);
        bump(zone, square) * (strength * off / (1.0 + off * off).sqrt()) / root
    }
}

/// `PAIR_CONSENSUS`: as of the lattice, without a distance that is kept.
pub struct Consensus;

impl Law for Consensus {
    const VELOCITY: bool = true;
    #[inline(always)]
    fn factor(zone: &ZoneParams, square: f32, _: f32) -> f32 {
        zone.law[0] * bump(zone, square)
    }
}

/// The σ-norm of what has this square, which has a slope everywhere.
#[inline(always)]
fn norm(epsilon: f32, square: f32) -> f32 {
    ((1.0 + epsilon * square).sqrt() - 1.0) / epsilon
}

/// 1 near by, and falling smoothly to 0 at the end of the zone.
#[inline(always)]
fn bump(zone: &ZoneParams, square: f32) -> f32 {
    let [_, epsilon, _, begin] = zone.law;
    let part = norm(epsilon, square) / norm(epsilon, zone.outer * zone.outer);
    let fallen = ((part - begin) / (1.0 - begin)).clamp(0.0, 1.0);
    // (1 + cos 2x) / 2: compilers of shaders would add up the 1 and that of the series.
    let half = cos(std::f32::consts::FRAC_PI_2 * fallen);
    half * half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(outer: f32, law: [f32; 4]) -> ZoneParams {
        ZoneParams { outer, law, ..bytemuck::Zeroable::zeroed() }
    }

    /// The factor at a distance.
    fn at<L: Law>(zone: &ZoneParams, distance: f32) -> f32 {
        L::factor(zone, distance * distance, distance)
    }

    #[test]
    fn the_force_of_morse_is_the_slope_of_its_potential() {
        let zone = zone(60.0, [2.0, 2.0, 0.25, 0.5]);
        // U = exp(-2 r) - 0.5 exp(-r / 2): a force towards the other is its slope.
        let potential = |r: f64| libm::exp(-2.0 * r) - 0.5 * libm::exp(-0.5 * r);
        for r in [0.1f64, 0.5, 1.0, 1.4, 3.0, 10.0] {
            let slope = (potential(r + 1e-5) - potential(r - 1e-5)) / 2e-5;
            let force = f64::from(at::<Morse>(&zone, r as f32)) * r;
            assert!((force - slope).abs() < 1e-5, "{r}: {force} for {slope}");
        }
        assert_eq!(at::<Morse>(&zone, 0.0), 0.0);
    }

    #[test]
    fn alignment_falls_by_its_exponent() {
        for (exponent, distance, known) in [(0.0, 30.0, 1.0), (1.0, 3.0, 0.1), (0.4, 7.0, 0.209_127_9)] {
            let factor = at::<Align>(&zone(100.0, [1.0, exponent, 0.0, 0.0]), distance);
            assert!((factor - known).abs() < 1e-6, "{factor} for {known}");
        }
        assert_eq!(at::<Align>(&zone(100.0, [0.25, 0.0, 0.0, 0.0]), 12.3), 0.25, "exact without an exponent");
    }

    #[test]
    fn a_lattice_rests_at_its_distance_and_ends_at_its_edge() {
        let zone = zone(8.4, [5.0, 0.1, 7.0, 0.2]);
        assert!(at::<Lattice>(&zone, 7.0).abs() < 1e-6);
        assert!(at::<Lattice>(&zone, 6.0) < 0.0 && at::<Lattice>(&zone, 7.5) > 0.0);
        assert!(at::<Lattice>(&zone, 8.399).abs() < 1e-3 && at::<Consensus>(&zone, 8.399) < 1e-3);
        // Within a fifth of the edge, in the σ-norm: distances up to 2.6.
        assert!((at::<Consensus>(&zone, 2.0) - 5.0).abs() < 1e-5);
    }
}
