//! How a plastic controller learns: one weight, one tick. Twin of `shaders/hebb.wgsl`. Knows nothing of layers or genomes.

/// The weight w of a connection after a tick, by the generalised Hebbian rule of Najarro & Risi (2020): w + η (A x y + B x + C y + D)
/// for neurons that gave `x` and `y`. `rule` is η, A, B, C, D. It stays within `limit` of 0; one that is not finite becomes
/// infinite, so that the next sum tells.
#[inline(always)]
pub fn learned(w: f32, rule: [f32; 5], x: f32, y: f32, limit: f32) -> f32 {
    let [eta, a, b, c, d] = rule;
    let new = w + eta * (a * x * y + b * x + c * y + d);
    if new.is_finite() { new.max(-limit).min(limit) } else { f32::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_stay_within_their_limit_and_faults_show() {
        let rule = [1.0, 0.0, 0.0, 0.0, 5.0];
        assert_eq!(learned(0.0, rule, 0.0, 0.0, 3.0), 3.0);
        assert_eq!(learned(0.0, rule.map(|n| -n), 0.0, 0.0, 7.0), 5.0);
        assert_eq!(learned(2.0, [1e30, -1e30, 0.0, 0.0, 0.0], 1.0, 1.0, 3.0), f32::INFINITY);
        assert_eq!(learned(f32::NAN, [0.0; 5], 1.0, 1.0, 3.0), f32::INFINITY);
    }
}
