//! The arithmetic of the bounds: sixteen numbers at once, multiplied and added in two instructions.

use std::arch::x86_64::*;

/// Whether this processor has what the bounds are compiled for.
pub fn here() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

/// The same number in all lanes.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn all(x: f32) -> __m512 {
    _mm512_set1_ps(x)
}

/// a b + c, rounded twice.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
    _mm512_add_ps(_mm512_mul_ps(a, b), c)
}

/// Sixteen numbers from the start of `numbers`.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn load(numbers: &[f32]) -> __m512 {
    let sixteen: &[f32; 16] = numbers[..16].try_into().expect("sixteen");
    // SAFETY: the sixteen numbers are there.
    unsafe { _mm512_loadu_ps(sixteen.as_ptr()) }
}

/// Sixteen numbers to the start of `numbers`.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn store(numbers: &mut [f32], x: __m512) {
    let sixteen: &mut [f32; 16] = (&mut numbers[..16]).try_into().expect("sixteen");
    // SAFETY: there is room for sixteen numbers.
    unsafe { _mm512_storeu_ps(sixteen.as_mut_ptr(), x) }
}

/// tanh: the seventh convergent of Lambert's continued fraction, clamped where it would pass 1.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn tanh(x: __m512) -> __m512 {
    let x = _mm512_max_ps(_mm512_min_ps(x, all(4.97)), all(-4.97));
    let s = _mm512_mul_ps(x, x);
    let p = mul_add(s, _mm512_add_ps(s, all(378.0)), all(17325.0));
    let p = mul_add(p, s, all(135135.0));
    let q = mul_add(s, all(28.0), all(3150.0));
    let q = mul_add(q, s, all(62370.0));
    let q = mul_add(q, s, all(135135.0));
    _mm512_div_ps(_mm512_mul_ps(x, p), q)
}
