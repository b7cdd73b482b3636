//! Sixteen numbers at once: what the sweep over neighbours needs of a processor. `Arrays` works on arrays that the compiler
//! turns into whatever vectors there are; `Avx512` names the instructions, for what no compiler finds in a loop: masks, and
//! packing the lanes that are kept. Both give the same bits. Knows nothing of agents.

/// Lanes: a vector register of the widest processors.
pub const BATCH: usize = 16;

/// One number of each lane.
pub type Batch<T> = [T; BATCH];

/// Added to a float of magnitude up to 2²², leaves the nearest integer in the low bits: see `math::fixed_small`.
const ROUNDER: f32 = 12_582_912.0;

/// What stands in the bits of `ROUNDER` itself, to be taken off a sum once for each number added.
pub const ROUNDER_BITS: i32 = 0x4b40_0000;

/// Operations on sixteen lanes. Each rounds as the operator of the same name does. A mask has a bit for each lane.
pub trait Wide: Copy {
    /// Sixteen floats.
    type F: Copy;
    /// Sixteen integers.
    type I: Copy;
    /// Neighbours a sector from which summing lanes sector by sector is faster than adding neighbours one by one.
    const CROWD: usize;

    /// The same float in all lanes.
    fn splat(x: f32) -> Self::F;
    /// Zero in all lanes.
    fn zero() -> Self::I;
    /// From memory.
    fn load(from: &Batch<f32>) -> Self::F;
    /// From memory.
    fn load_whole(from: &Batch<i32>) -> Self::I;
    /// To memory.
    fn store(x: Self::F, to: &mut Batch<f32>);
    /// To memory.
    fn store_whole(x: Self::I, to: &mut Batch<i32>);
    /// a + b.
    fn add(a: Self::F, b: Self::F) -> Self::F;
    /// a - b.
    fn sub(a: Self::F, b: Self::F) -> Self::F;
    /// a · b.
    fn mul(a: Self::F, b: Self::F) -> Self::F;
    /// a / b, where `inverse` is 1 / b. No lane of `a` may be so small that 2⁻²⁴ of it underflows, unless it does not matter.
    fn over(a: Self::F, b: Self::F, inverse: Self::F) -> Self::F;
    /// x, but at most `most` away from 0; NaN stays.
    fn bound(x: Self::F, most: Self::F) -> Self::F;
    /// √a.
    fn sqrt(a: Self::F) -> Self::F;
    /// The shorter way around an axis of extent `e` and half extent `h`.
    fn wrap(d: Self::F, e: Self::F, h: Self::F) -> Self::F;
    /// Lanes in which a < b.
    fn less(a: Self::F, b: Self::F) -> u16;
    /// Lanes whose number names a bit that is set in `bits`.
    fn listed(numbers: &Batch<u32>, bits: u32) -> u16;
    /// Lanes in which the numbers are `number`.
    fn equal(numbers: &Batch<u32>, number: u32) -> u16;
    /// The nearest integer to x · scale plus `ROUNDER_BITS`, for |x · scale| ≤ 2²².
    fn steps(x: Self::F, scale: Self::F) -> Self::I;
    /// The nearest integer to x, ties to even, for |x| < 2³¹; 0 for NaN.
    fn whole(x: Self::F) -> Self::I;
    /// a + b in the lanes of `mask`, a in the others.
    fn add_where(mask: u16, a: Self::I, b: Self::I) -> Self::I;
    /// Sum of the lanes.
    fn total(a: Self::I) -> i32;
    /// Sums of the lanes of eight.
    fn totals(a: [Self::I; 8]) -> [i32; 8];
    /// The least of the lanes of `mask`, or `f32::MAX`; no lane of it may be NaN.
    fn least(mask: u16, a: Self::F) -> f32;
    /// Moves the lanes of `mask` to the front, in order; what stands behind them is of no use.
    fn pack(mask: u16, from: Self::F, to: &mut Batch<f32>);
    /// As `pack`, of first, first + 1, and so on.
    fn pack_places(mask: u16, first: u32, to: &mut Batch<u32>);
}

/// Asks for the memory of something that is read soon, where the processor can be asked.
#[inline(always)]
pub fn fetch<T>(of: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing that could be seen.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(std::ptr::from_ref(of).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = of;
}

/// Bytes that come from memory together, on most processors.
const LINE: usize = 64;

/// As `fetch`, of as much memory as the items take, but `bytes` further on, whether that is anybody's or not.
#[inline(always)]
pub fn fetch_further<T>(items: &[T], bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    for at in (0..size_of_val(items)).step_by(LINE) {
        // SAFETY: as above; a prefetch may even ask for what does not exist.
        unsafe {
            let further = items.as_ptr().cast::<i8>().wrapping_add(bytes + at);
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(further);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, bytes, LINE);
}

/// The shorter way around an axis of extent `e`, of half extent `h` (more than any distance where it does not wrap).
#[inline(always)]
pub fn wrap(x: f32, e: f32, h: f32) -> f32 {
    let wrapped = if x > h { x - e } else { x };
    if x < -h { x + e } else { wrapped }
}

/// The first `n` lanes, or all.
#[inline(always)]
pub fn first_lanes(n: usize) -> u16 {
    if n >= BATCH { u16::MAX } else { (1u16 << n) - 1 }
}

/// Arrays, for any processor; with `AVX2` lanes are packed by its permutations.
#[derive(Clone, Copy)]
pub struct Arrays<const AVX2: bool>;

/// A number from each lane.
#[inline(always)]
fn each<T: Copy + Default>(f: impl Fn(usize) -> T) -> Batch<T> {
    let mut out = [T::default(); BATCH];
    for i in 0..BATCH {
        out[i] = f(i);
    }
    out
}

/// A bit from each lane.
#[inline(always)]
fn bits(f: impl Fn(usize) -> bool) -> u16 {
    let mut mask = 0u32;
    for i in 0..BATCH {
        mask |= u32::from(f(i)) << i;
    }
    mask as u16
}

impl<const AVX2: bool> Wide for Arrays<AVX2> {
    type F = Batch<f32>;
    type I = Batch<i32>;
    const CROWD: usize = usize::MAX;

    #[inline(always)]
    fn splat(x: f32) -> Batch<f32> {
        [x; BATCH]
    }
    #[inline(always)]
    fn zero() -> Batch<i32> {
        [0; BATCH]
    }
    #[inline(always)]
    fn load(from: &Batch<f32>) -> Batch<f32> {
        *from
    }
    #[inline(always)]
    fn load_whole(from: &Batch<i32>) -> Batch<i32> {
        *from
    }
    #[inline(always)]
    fn store(x: Batch<f32>, to: &mut Batch<f32>) {
        *to = x;
    }
    #[inline(always)]
    fn store_whole(x: Batch<i32>, to: &mut Batch<i32>) {
        *to = x;
    }
    #[inline(always)]
    fn add(a: Batch<f32>, b: Batch<f32>) -> Batch<f32> {
        each(|i| a[i] + b[i])
    }
    #[inline(always)]
    fn sub(a: Batch<f32>, b: Batch<f32>) -> Batch<f32> {
        each(|i| a[i] - b[i])
    }
    #[inline(always)]
    fn mul(a: Batch<f32>, b: Batch<f32>) -> Batch<f32> {
        each(|i| a[i] * b[i])
    }
    #[inline(always)]
    fn over(a: Batch<f32>, b: Batch<f32>, _: Batch<f32>) -> Batch<f32> {
        each(|i| a[i] / b[i])
    }
    #[inline(always)]
    fn bound(x: Batch<f32>, most: Batch<f32>) -> Batch<f32> {
        let below = each(|i| if x[i] < -most[i] { -most[i] } else { x[i] });
        each(|i| if below[i] > most[i] { most[i] } else { below[i] })
    }
    #[inline(always)]
    fn sqrt(a: Batch<f32>) -> Batch<f32> {
        each(|i| a[i].sqrt())
    }
    #[inline(always)]
    fn wrap(d: Batch<f32>, e: Batch<f32>, h: Batch<f32>) -> Batch<f32> {
        each(|i| wrap(d[i], e[i], h[i]))
    }
    #[inline(always)]
    fn less(a: Batch<f32>, b: Batch<f32>) -> u16 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every processor of this kind has SSE2; references are to four floats each.
        unsafe {
            use std::arch::x86_64::*;
            let four = |i: usize| {
                let [a, b] = [&a, &b].map(|x| _mm_loadu_ps(x[4 * i..4 * i + 4].as_ptr()));
                (_mm_movemask_ps(_mm_cmplt_ps(a, b)) as u16) << (4 * i)
            };
            four(0) | four(1) | four(2) | four(3)
        }
        #[cfg(not(target_arch = "x86_64"))]
        bits(|i| a[i] < b[i])
    }
    #[inline(always)]
    fn listed(numbers: &Batch<u32>, mask: u32) -> u16 {
        bits(|i| mask >> (numbers[i] & 31) & 1 == 1)
    }
    #[inline(always)]
    fn equal(numbers: &Batch<u32>, number: u32) -> u16 {
        bits(|i| numbers[i] == number)
    }
    #[inline(always)]
    fn steps(x: Batch<f32>, scale: Batch<f32>) -> Batch<i32> {
        each(|i| (x[i] * scale[i] + ROUNDER).to_bits() as i32)
    }
    #[inline(always)]
    fn whole(x: Batch<f32>) -> Batch<i32> {
        each(|i| x[i].round_ties_even() as i32)
    }
    #[inline(always)]
    fn add_where(mask: u16, a: Batch<i32>, b: Batch<i32>) -> Batch<i32> {
        each(|i| a[i].wrapping_add(b[i] & -i32::from(mask >> i & 1)))
    }
    #[inline(always)]
    fn total(a: Batch<i32>) -> i32 {
        a.iter().fold(0, |sum: i32, x| sum.wrapping_add(*x))
    }
    #[inline(always)]
    fn totals(a: [Batch<i32>; 8]) -> [i32; 8] {
        a.map(Self::total)
    }
    #[inline(always)]
    fn least(mask: u16, a: Batch<f32>) -> f32 {
        (0..BATCH).fold(f32::MAX, |least, i| if mask >> i & 1 == 1 { least.min(a[i]) } else { least })
    }
    #[inline(always)]
    fn pack(mask: u16, from: Batch<f32>, to: &mut Batch<f32>) {
        #[cfg(target_arch = "x86_64")]
        if AVX2 {
            use std::arch::x86_64::*;
            // SAFETY: whoever names `Arrays<true>` has asked the processor; at most 8 + 8 floats are written to 16.
            unsafe {
                for (half, at) in [(0, 0), (1, (mask & 0xff).count_ones() as usize)] {
                    let order = _mm256_loadu_si256(ORDER[usize::from(mask >> (8 * half) & 0xff)].as_ptr().cast());
                    let lanes = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from.as_ptr().add(8 * half)), order);
                    _mm256_storeu_ps(to.as_mut_ptr().add(at), lanes);
                }
            }
            return;
        }
        let (mut rest, mut n) = (mask, 0);
        while rest != 0 {
            to[n & (BATCH - 1)] = from[rest.trailing_zeros() as usize];
            rest &= rest - 1;
            n += 1;
        }
    }
    #[inline(always)]
    fn pack_places(mask: u16, first: u32, to: &mut Batch<u32>) {
        let places = each(|i| f32::from_bits(first + i as u32));
        Self::pack(mask, places, bytemuck::cast_mut(to));
    }
}

/// The lanes named by a byte, at the front.
static ORDER: [[u32; 8]; 256] = {
    let mut order = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut lane, mut n) = (0, 0);
        while lane < 8 {
            if byte >> lane & 1 == 1 {
                order[byte][n] = lane;
                n += 1;
            }
            lane += 1;
        }
        byte += 1;
    }
    order
};

/// What the processor at hand is best at.
#[cfg(target_arch = "x86_64")]
pub enum Best {
    /// `Avx512`, in functions compiled for AVX-512 F, VL, BW and DQ, BMI1, BMI2, LZCNT and POPCNT.
    Avx512,
    /// `Arrays<true>`, in functions compiled for AVX2, BMI1, BMI2, LZCNT and POPCNT.
    Avx2,
    /// `Arrays<false>`.
    Plain,
}

/// Asks the processor.
#[cfg(target_arch = "x86_64")]
pub fn best() -> Best {
    use std::arch::is_x86_feature_detected as has;
    let small = has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt");
    if small && has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
        Best::Avx512
    } else if small && has!("avx2") {
        Best::Avx2
    } else {
        Best::Plain
    }
}

#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;

#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(test)]
mod tests;
