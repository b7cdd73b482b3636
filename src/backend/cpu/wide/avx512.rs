//! The instructions of AVX-512F, one for each operation of `Wide`. Knows nothing of what they are for.

use std::arch::x86_64::*;

use super::{Batch, ROUNDER, Wide};

/// The instructions of AVX-512F. To be used only where the processor has them, inside a function compiled for them.
#[derive(Clone, Copy)]
pub struct Avx512;

// SAFETY of all below: whoever names `Avx512` has asked the processor; references are to whole batches, and loads and
// stores need no alignment.
impl Wide for Avx512 {
    type F = __m512;
    type I = __m512i;
    const CROWD: usize = 3;

    #[inline(always)]
    fn splat(x: f32) -> __m512 {
        unsafe { _mm512_set1_ps(x) }
    }
    #[inline(always)]
    fn zero() -> __m512i {
        unsafe { _mm512_setzero_si512() }
    }
    #[inline(always)]
    fn load(from: &Batch<f32>) -> __m512 {
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    fn load_whole(from: &Batch<i32>) -> __m512i {
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }
    #[inline(always)]
    fn store(x: __m512, to: &mut Batch<f32>) {
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), x) }
    }
    #[inline(always)]
    fn store_whole(x: __m512i, to: &mut Batch<i32>) {
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
    }
    #[inline(always)]
    fn add(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_mul_ps(a, b) }
    }
    /// The quotient as a division rounds it, in a quarter of the time: a product with the inverse is within two units
    /// in the last place, one step brings it within one, and from there the step with the exact remainder rounds
    /// correctly (Markstein 1990, *Computation of elementary functions on the IBM RISC System/6000 processor*). The
    /// remainders are the only fused operations of the engine; they are exact, so the bits are those of a division.
    #[inline(always)]
    fn over(a: __m512, b: __m512, inverse: __m512) -> __m512 {
        unsafe {
            let q = _mm512_mul_ps(a, inverse);
            let q = _mm512_fmadd_ps(_mm512_fnmadd_ps(b, q, a), inverse, q);
            _mm512_fmadd_ps(_mm512_fnmadd_ps(b, q, a), inverse, q)
        }
    }
    #[inline(always)]
    fn sqrt(a: __m512) -> __m512 {
        unsafe { _mm512_sqrt_ps(a) }
    }
    #[inline(always)]
    fn wrap(d: __m512, e: __m512, h: __m512) -> __m512 {
        unsafe {
            let above = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(d, h);
            let below = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(d, _mm512_sub_ps(_mm512_setzero_ps(), h));
            _mm512_mask_add_ps(_mm512_mask_sub_ps(d, above, d, e), below, d, e)
        }
    }
    #[inline(always)]
    fn less(a: __m512, b: __m512) -> u16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn listed(numbers: &Batch<u32>, bits: u32) -> u16 {
        unsafe {
            let numbers = _mm512_loadu_si512(numbers.as_ptr().cast());
            let numbers = _mm512_and_si512(numbers, _mm512_set1_epi32(31));
            _mm512_test_epi32_mask(_mm512_srlv_epi32(_mm512_set1_epi32(bits as i32), numbers), _mm512_set1_epi32(1))
        }
    }
    #[inline(always)]
    fn equal(numbers: &Batch<u32>, number: u32) -> u16 {
        unsafe {
            let numbers = _mm512_loadu_si512(numbers.as_ptr().cast());
            _mm512_cmpeq_epi32_mask(numbers, _mm512_set1_epi32(number as i32))
        }
    }
    #[inline(always)]
    fn steps(x: __m512, scale: __m512) -> __m512i {
        unsafe { _mm512_castps_si512(_mm512_add_ps(_mm512_mul_ps(x, scale), _mm512_set1_ps(ROUNDER))) }
    }
    #[inline(always)]
    fn add_where(mask: u16, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_mask_add_epi32(a, mask, a, b) }
    }
    #[inline(always)]
    fn total(a: __m512i) -> i32 {
        unsafe { _mm512_reduce_add_epi32(a) }
    }
    #[inline(always)]
    fn least(mask: u16, a: __m512) -> f32 {
        unsafe { _mm512_reduce_min_ps(_mm512_mask_mov_ps(_mm512_set1_ps(f32::MAX), mask, a)) }
    }
    #[inline(always)]
    fn pack(mask: u16, from: __m512, to: &mut Batch<f32>) {
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), _mm512_maskz_compress_ps(mask, from)) }
    }
    #[inline(always)]
    fn pack_places(mask: u16, first: u32, to: &mut Batch<u32>) {
        unsafe {
            let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            let places = _mm512_add_epi32(_mm512_set1_epi32(first as i32), lanes);
            _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(mask, places));
        }
    }
}
