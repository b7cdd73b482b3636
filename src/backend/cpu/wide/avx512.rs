//! The instructions of AVX-512F, one for each operation of `Wide`. Knows nothing of what they are for.

use std::arch::x86_64::*;

use super::{Batch, ROUNDER, Wide};

/// Halves of two added up, side by side.
#[inline(always)]
unsafe fn halves(a: __m512i, b: __m512i) -> __m512i {
    unsafe {
        _mm512_add_epi32(_mm512_shuffle_i64x2::<0b01_00_01_00>(a, b), _mm512_shuffle_i64x2::<0b11_10_11_10>(a, b))
    }
}

/// Halves of two pairs of halves added up: quarters of four, in order.
#[inline(always)]
unsafe fn quarters(a: __m512i, b: __m512i) -> __m512i {
    unsafe {
        _mm512_add_epi32(_mm512_shuffle_i64x2::<0b10_00_10_00>(a, b), _mm512_shuffle_i64x2::<0b11_01_11_01>(a, b))
    }
}

/// Numbers between which no step of a root leaves the normal ones: remainders are 2⁻⁴⁸ of a number.
const PLAIN_ROOTS: (f32, f32) = (1e-20, 1e20);

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
    fn bound(x: __m512, most: __m512) -> __m512 {
        // Of two numbers of which one is NaN these give the second.
        unsafe { _mm512_min_ps(most, _mm512_max_ps(_mm512_sub_ps(_mm512_setzero_ps(), most), x)) }
    }
    /// The root as the instruction rounds it, in a quarter of its time: from fourteen bits one step of Goldschmidt's
    /// iteration gives root and half its inverse to within a unit in the last place, and from there the step with the exact
    /// remainder rounds correctly (Markstein 2004, *Software division and square root using Goldschmidt's algorithms*).
    /// Where a lane is so large or small (or 0) that a step could leave the normal numbers, the instruction itself.
    #[inline(always)]
    fn sqrt(a: __m512) -> __m512 {
        unsafe {
            let least = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(a, _mm512_set1_ps(PLAIN_ROOTS.0));
            if _mm512_mask_cmp_ps_mask::<_CMP_LE_OQ>(least, a, _mm512_set1_ps(PLAIN_ROOTS.1)) != u16::MAX {
                return _mm512_sqrt_ps(a);
            }
            let half = _mm512_set1_ps(0.5);
            let inverse = _mm512_rsqrt14_ps(a);
            let (g, h) = (_mm512_mul_ps(a, inverse), _mm512_mul_ps(half, inverse));
            let r = _mm512_fnmadd_ps(g, h, half);
            let (g, h) = (_mm512_fmadd_ps(g, r, g), _mm512_fmadd_ps(h, r, h));
            _mm512_fmadd_ps(_mm512_fnmadd_ps(g, g, a), h, g)
        }
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
    fn whole(x: __m512) -> __m512i {
        unsafe { _mm512_maskz_cvtps_epi32(_mm512_cmp_ps_mask::<_CMP_ORD_Q>(x, x), x) }
    }
    #[inline(always)]
    fn add_where(mask: u16, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_mask_add_epi32(a, mask, a, b) }
    }
    #[inline(always)]
    fn total(a: __m512i) -> i32 {
        unsafe { _mm512_reduce_add_epi32(a) }
    }
    /// By folding two registers into one at each step, so that all lanes are at work until the end.
    #[inline(always)]
    fn totals(a: [__m512i; 8]) -> [i32; 8] {
        let mut out = [0; 8];
        unsafe {
            // Quarters hold four sums of numbers 0 to 3, or 4 to 7.
            let low = quarters(halves(a[0], a[1]), halves(a[2], a[3]));
            let high = quarters(halves(a[4], a[5]), halves(a[6], a[7]));
            // In each quarter two sums of a number of the lower four, two of one of the higher.
            let pairs = _mm512_add_epi32(_mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
            let all = _mm512_add_epi32(pairs, _mm512_shuffle_epi32::<0b10_11_00_01>(pairs));
            // Every second lane: of quarter q the numbers q and q + 4.
            let order = _mm512_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0);
            let all = _mm512_castsi512_si256(_mm512_permutexvar_epi32(order, all));
            _mm256_storeu_si256(out.as_mut_ptr().cast(), all);
        }
        out
    }
    #[inline(always)]
    fn least(mask: u16, a: __m512) -> f32 {
        unsafe { _mm512_reduce_min_ps(_mm512_mask_mov_ps(_mm512_set1_ps(f32::MAX), mask, a)) }
    }
    #[inline(always)]
    fn pack(mask: u16, from: __m512, to: &mut Batch<f32>) {
        // Behind them ones, whose roots are quickly taken.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), _mm512_mask_compress_ps(_mm512_set1_ps(1.0), mask, from)) }
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
