//! The few elementary functions that both backends share, with the same operations in the same order as
//! `shaders/math.wgsl`, so that every machine and software Vulkan give the same bits. Only `+ - * /`, `sqrt`,
//! comparisons and integer conversions are used; nothing is fused. Knows nothing of agents.

/// A vector in space: BL, BL/s or a direction.
pub type Vec3 = [f32; 3];

/// a + b.
#[inline(always)]
pub fn add(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// a - b.
#[inline(always)]
pub fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// a times the number s.
#[inline(always)]
pub fn scale(a: Vec3, s: f32) -> Vec3 {
    [a[0] * s, a[1] * s, a[2] * s]
}

/// Scalar product, summed in the order x, y, z.
#[inline(always)]
pub fn dot(a: Vec3, b: Vec3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Vector product.
#[inline(always)]
pub fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Length.
#[inline(always)]
pub fn length(a: Vec3) -> f32 {
    dot(a, a).sqrt()
}

/// a scaled to length 1; `fallback` when a is shorter than 1e-6 (its direction would be rounding noise).
#[inline(always)]
pub fn normalize_or(a: Vec3, fallback: Vec3) -> Vec3 {
    let len = length(a);
    if len < 1e-6 { fallback } else { [a[0] / len, a[1] / len, a[2] / len] }
}

/// Hyperbolic tangent: the seventh convergent of Lambert's continued fraction (1770), within 1e-4 of tanh; held
/// at its value there (1 - 6e-7) beyond 4.97, where the fraction would cross 1.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let c = x.clamp(-4.97, 4.97);
    let s = c * c;
    let p = c * (135135.0 + s * (17325.0 + s * (378.0 + s)));
    let q = 135135.0 + s * (62370.0 + s * (3150.0 + s * 28.0));
    p / q
}

/// Logistic function 1 / (1 + e^-x), through `tanh`.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

/// Sine for |x| ≤ π (Taylor to x¹¹, error below 5e-4 at ±π, below 1e-6 for |x| ≤ 2).
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    let s = x * x;
    x * (1.0
        + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s * (1.0 / 362880.0 + s * (-1.0 / 39916800.0))))))
}

/// Cosine for |x| ≤ π (Taylor to x¹², error below 2e-4 at ±π).
#[inline(always)]
pub fn cos(x: f32) -> f32 {
    let s = x * x;
    1.0 + s
        * (-0.5
            + s * (1.0 / 24.0
                + s * (-1.0 / 720.0 + s * (1.0 / 40320.0 + s * (-1.0 / 3628800.0 + s * (1.0 / 479001600.0))))))
}

/// e^x (error below 1e-5 of it at ±87, 1e-6 within ±5): a whole power of two by the exponent's bits, the rest by its Taylor
/// series to r⁶ for |r| ≤ ln 2 / 2. Held at its values at ±87, beyond which an f32 is no longer normal.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let c = x.clamp(-87.0, 87.0);
    let n = (c * std::f32::consts::LOG2_E).round_ties_even();
    // One product: compilers of shaders would make one of the two that keep more digits.
    let r = c - n * std::f32::consts::LN_2;
    let series =
        1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    series * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// Natural logarithm of x, a normal number above 0 (error below 2e-7 and 2e-7 of it): its exponent, and of what is left, between √½ and
/// √2, the series of 2 artanh((m - 1) / (m + 1)) to the ninth power. Exactly 0 at 1.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    let bits = x.to_bits() as i32;
    // The bits of √½, from which whole powers of two are counted.
    let power = bits.wrapping_sub(0x3f35_04f3) >> 23;
    let m = f32::from_bits(bits.wrapping_sub(power << 23) as u32);
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    let series = s * (2.0 + q * (2.0 / 3.0 + q * (2.0 / 5.0 + q * (2.0 / 7.0 + q * (2.0 / 9.0)))));
    // One product, as in `exp`.
    power as f32 * std::f32::consts::LN_2 + series
}

/// Sine of any x: of what is left of it after whole turns, which loses a digit for each that x has before its point.
#[inline(always)]
pub fn sine(x: f32) -> f32 {
    let turns = (x * (1.0 / std::f32::consts::TAU)).round_ties_even();
    sin((x - turns * std::f32::consts::TAU).clamp(-std::f32::consts::PI, std::f32::consts::PI))
}

/// Angle of (x, y) in turns, 0 ≤ turn < 1, counter-clockwise from +x, 0 at the origin. The octant polynomial is the
/// least-squares cubic-in-squares fit of atan on [0, 1] after Abramowitz & Stegun 4.4.47 (error below 1e-5 rad).
#[inline(always)]
pub fn turn(y: f32, x: f32) -> f32 {
    let ax = x.abs();
    let ay = y.abs();
    // Written as selections rather than branches, so that a loop over many neighbours vectorises; the floor under the
    // divisor gives 0 at the origin.
    let a = ax.min(ay) / ax.max(ay).max(1e-30);
    let s = a * a;
    let r = a * (0.999_866 + s * (-0.330_299_5 + s * (0.180_141 + s * (-0.085_133 + s * 0.0208351))));
    let t = r * 0.159_154_94;
    let t = if ay > ax { 0.25 - t } else { t };
    let t = if x < 0.0 { 0.5 - t } else { t };
    let t = if y < 0.0 { 1.0 - t } else { t };
    // y just below 0 can round to a whole turn.
    if t >= 1.0 { 0.0 } else { t }
}

/// Nearest integer to x times `scale`, ties to even, clamped so that both twins convert alike: naga clamps float to
/// integer conversion to 2147483520, the largest f32 below 2³¹, while Rust's `as` goes to 2147483647.
#[inline(always)]
pub fn fixed(x: f32, scale: f32) -> i32 {
    (x * scale).clamp(-2_147_483_500.0, 2_147_483_500.0).round_ties_even() as i32
}

/// `fixed` for |x · scale| ≤ 2²²: adding 1.5 · 2²³ leaves the nearest integer, ties to even, in the low bits. The same
/// integers as `fixed` there, but a loop over it vectorises.
#[inline(always)]
pub fn fixed_small(x: f32, scale: f32) -> i32 {
    (x * scale + 12_582_912.0).to_bits() as i32 - 0x4b40_0000
}

/// The whole part of 0 ≤ x < 2²²: adding 2²³ leaves it in the low bits. The same integer as a conversion there, but a loop
/// over it vectorises, which conversions that saturate do not.
#[inline(always)]
pub fn whole_small(x: f32) -> u32 {
    (x.floor() + 8_388_608.0).to_bits() & 0x003f_ffff
}

/// The three body axes of an agent that never rolls: forward, right, up. On the vertical itself, right is toward -y.
#[inline(always)]
pub fn body_axes(forward: Vec3) -> [Vec3; 3] {
    let right = normalize_or([forward[1], -forward[0], 0.0], [0.0, -1.0, 0.0]);
    [forward, right, cross(right, forward)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_stays_close_to_the_real_one() {
        for i in -800..=800 {
            let x = i as f32 * 0.01;
            assert!((tanh(x) - libm::tanhf(x)).abs() < 1.1e-4, "tanh({x}) = {}", tanh(x));
        }
        assert_eq!(tanh(100.0), tanh(5.0));
        // Its largest values stand just below the clamp, and none reaches 1: nothing clamps the result.
        let end = 4.97f32.to_bits();
        assert!((end - 1_000_000..=end).all(|bits| tanh(f32::from_bits(bits)) < 1.0));
    }

    #[test]
    fn sine_and_cosine_hold_on_a_full_turn() {
        for i in -314..=314 {
            let x = i as f32 * 0.01;
            assert!((sin(x) - libm::sinf(x)).abs() < 5e-4, "sin({x})");
            assert!((cos(x) - libm::cosf(x)).abs() < 2e-4, "cos({x})");
        }
    }

    #[test]
    fn exponentials_and_sines_hold_far_out() {
        for i in -870..=870 {
            let x = i as f32 * 0.1;
            let most = if x.abs() <= 5.0 { 1e-6 } else { 1e-5 };
            assert!((exp(x) / libm::expf(x) - 1.0).abs() < most, "exp({x}) = {}", exp(x));
            // A step of f32 at 87 is 8e-6, and the polynomial errs by 5e-4 at half a turn.
            assert!((sine(x) - libm::sinf(x)).abs() < 5.2e-4, "sine({x})");
        }
        assert_eq!((exp(1e9), exp(-1e9)), (exp(87.0), exp(-87.0)));
        assert!(exp(-1e9) > 0.0 && sine(1e30).abs() <= 1.0);
    }

    #[test]
    fn logarithms_hold_from_small_to_large() {
        for i in -800..=800 {
            let x = libm::expf(i as f32 * 0.1);
            let exact = libm::log(x.into());
            assert!((f64::from(ln(x)) - exact).abs() < 2e-7 + 2e-7 * exact.abs(), "ln({x}) = {}", ln(x));
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn turn_matches_atan2() {
        for i in 0..360 {
            let a = (i as f32 + 0.5) * std::f32::consts::TAU / 360.0;
            let t = turn(libm::sinf(a), libm::cosf(a));
            assert!((t - (i as f32 + 0.5) / 360.0).abs() < 1e-5, "at {i} degrees: {t}");
        }
        assert_eq!(turn(0.0, 0.0), 0.0);
        assert_eq!(turn(0.0, 1.0), 0.0);
    }

    #[test]
    fn both_ways_to_fixed_point_agree() {
        for i in -200_000..200_000 {
            let x = i as f32 * 1e-5;
            assert_eq!(fixed_small(x, 65_536.0), fixed(x, 65_536.0), "{x}");
        }
        assert_eq!(fixed_small(0.5, 1.0), 0);
        assert_eq!(fixed_small(1.5, 1.0), 2);
    }

    #[test]
    fn both_ways_to_the_whole_part_agree() {
        for i in 0..100_000 {
            let x = i as f32 * 0.37;
            assert_eq!(whole_small(x), x as u32, "{x}");
        }
    }

    #[test]
    fn body_axes_are_right_handed_seen_from_above() {
        let [f, r, u] = body_axes([1.0, 0.0, 0.0]);
        assert_eq!(f, [1.0, 0.0, 0.0]);
        assert_eq!(r, [0.0, -1.0, 0.0]);
        assert_eq!(u, [0.0, 0.0, 1.0]);
    }
}
