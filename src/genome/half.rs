//! Halves: IEEE 754 binary16 as integers, so that every machine and both twins give the same bits. Twin of
//! `shaders/half.wgsl`. Knows nothing of genomes.

/// The largest finite half, 65,504.
const LARGEST: u32 = 0x7bff;
/// A half that is not a number.
const NAN: u32 = 0x7e00;
/// From the exponent's bias of f32 to that of a half, in units of a half's last place.
const REBIAS: u32 = 112 << 10;

/// The half nearest to a number, ties to even. What is larger than the largest becomes the largest, infinity too, so
/// that a change never makes a number infinite. What would be subnormal (below 2⁻¹⁴, about 0.00006) becomes 0 of its
/// sign, because not every GPU keeps such halves. Not a number stays that.
#[inline(always)]
pub fn narrow(value: f32) -> u16 {
    let bits = value.to_bits();
    let (sign, size) = ((bits >> 16) & 0x8000, bits & 0x7fff_ffff);
    if size > 0x7f80_0000 {
        return (sign | NAN) as u16;
    }
    // Half of what 13 bits hold, less one unless the last bit kept is odd: carries when the nearest is above.
    let rounded = (size + 0x0fff + ((size >> 13) & 1)) >> 13;
    if rounded < REBIAS + (1 << 10) {
        return sign as u16;
    }
    (sign | (rounded - REBIAS).min(LARGEST)) as u16
}

/// The number that a half is, exactly: subnormal, infinite and not a number included. Without branches, so that
/// compilers make vectors of it.
#[inline(always)]
pub fn widen(half: u16) -> f32 {
    let (sign, size) = (u32::from(half & 0x8000) << 16, u32::from(half & 0x7fff));
    // As the bits of an f32 the size is 2⁻¹¹² of the number; multiplying by a power of two is exact.
    let number = f32::from_bits(size << 13) * f32::from_bits((127 + 112) << 23);
    let special = if size > LARGEST { 0x7f80_0000 } else { 0 };
    f32::from_bits(number.to_bits() | special | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number a half stands for, by the definition of the format.
    fn defined(half: u16) -> f64 {
        let (exponent, fraction) = (i32::from(half >> 10 & 0x1f), f64::from(half & 0x3ff) / 1024.0);
        let size = match exponent {
            0 => fraction * 2f64.powi(-14),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
        };
        if half >> 15 == 1 { -size } else { size }
    }

    #[test]
    fn every_half_widens_to_its_number_and_back() {
        for half in 0..=u16::MAX {
            let (wide, number) = (widen(half), defined(half));
            assert!(f64::from(wide) == number || (wide.is_nan() && number.is_nan()), "{half:#06x}: {wide} {number}");
            assert!(wide.is_nan() || wide.is_sign_negative() == (half >> 15 == 1), "{half:#06x}");
            let back = match half & 0x7fff {
                0x0001..0x0400 => half & 0x8000,
                0x7c00 => (half & 0x8000) | 0x7bff,
                0x7c01.. => (half & 0x8000) | 0x7e00,
                _ => half,
            };
            assert_eq!(narrow(wide), back, "{half:#06x}");
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_and_ties_to_even() {
        // Between each two neighbouring positive halves: their middle, and what lies beside it.
        for half in 0x0400..0x7bff_u16 {
            let (low, high) = (widen(half), widen(half + 1));
            let middle = (low + high) / 2.0;
            let even = if half % 2 == 0 { half } else { half + 1 };
            for (value, wanted) in [(middle.next_down(), half), (middle, even), (middle.next_up(), half + 1)] {
                assert_eq!(narrow(value), wanted, "{value} between {low} and {high}");
                assert_eq!(narrow(-value), wanted | 0x8000, "-{value}");
            }
        }
    }

    #[test]
    fn what_is_too_large_or_too_small_ends_at_the_edge() {
        for (value, wanted) in [
            (65_504.0, 0x7bff),
            (65_520.0, 0x7bff),
            (f32::MAX, 0x7bff),
            (f32::INFINITY, 0x7bff),
            (f32::NEG_INFINITY, 0xfbff),
            (6.103_515_6e-5, 0x0400),
            // Nearer to the smallest normal half than to the half below, which is subnormal.
            (6.103_5e-5, 0x0400),
            (6.1e-5, 0x0000),
            (-6.1e-5, 0x8000),
            (f32::MIN_POSITIVE / 4.0, 0x0000),
            (-0.0, 0x8000),
        ] {
            assert_eq!(narrow(value), wanted, "{value}");
        }
        assert!(widen(narrow(f32::NAN)).is_nan());
    }
}
