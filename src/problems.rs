//! Textbook test functions for optimisers, as fitness: higher is better, the best is 0 at the origin. Strangers to
//! agents, tanks and strategies.

/// The sphere: minus the sum of squares. Smooth, one optimum.
pub fn sphere(x: &[f32]) -> f32 {
    -x.iter().map(|v| v * v).sum::<f32>()
}

/// Rastrigin (1974): a sphere with a regular lattice of local optima at whole numbers; each number is meant to be
/// within ±5.12.
pub fn rastrigin(x: &[f32]) -> f32 {
    -x.iter().map(|v| v * v - 10.0 * libm::cosf(std::f32::consts::TAU * v) + 10.0).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(sphere(&[3.0, -4.0]), -25.0);
        assert_eq!(rastrigin(&[0.0; 5]), 0.0);
        // At a whole number only the sphere remains, and it is a local optimum.
        assert!((rastrigin(&[2.0, 0.0]) + 4.0).abs() < 1e-3);
        assert!(rastrigin(&[1.0]) > rastrigin(&[0.9]) && rastrigin(&[1.0]) > rastrigin(&[1.1]));
        assert!((rastrigin(&[0.5]) + 20.25).abs() < 1e-3);
    }
}
