//! Genome rows as the inner loops of *think* read them: one form for each WEIGHTS_ constant. Knows nothing of agents,
//! or of how rows are bred.

use crate::genome::widen;
use crate::layout::LayerParams;

/// Zeros for layers without biases: as many as a layer has outputs at most, of which hidden ones are 256 and actions fewer.
static NO_BIASES: [u32; 256] = [0; 256];

/// How a row holds a layer. The functions are inlined into loops that are compiled for several instruction sets.
pub trait Form {
    /// How a bias is kept.
    type Bias: Copy;
    /// How a weight is kept.
    type Weight: Copy;

    /// The biases of a layer, and its weights: a run of outputs for each input.
    fn layer<'a>(row: &'a [u32], layer: &LayerParams) -> (&'a [Self::Bias], &'a [Self::Weight]);

    /// What a sum of products begins with.
    fn start(bias: Self::Bias) -> f32;

    /// Weights as the factors that sums are made of.
    fn widen<const N: usize>(weights: &[Self::Weight]) -> [f32; N];

    /// All weights of a layer as such factors, kept in `room` where they are not numbers already.
    #[inline(always)]
    fn numbers<'a>(weights: &'a [Self::Weight], room: &'a mut Vec<f32>) -> &'a [f32] {
        room.clear();
        let (eights, rest) = weights.as_chunks::<8>();
        for eight in eights {
            room.extend_from_slice(&Self::widen::<8>(eight));
        }
        for (i, _) in rest.iter().enumerate() {
            room.extend_from_slice(&Self::widen::<1>(&rest[i..]));
        }
        room
    }

    /// The sum of a neuron, from its sum of products.
    #[inline(always)]
    fn end(_: Self::Bias, _: f32, sum: f32) -> f32 {
        sum
    }
}

/// WEIGHTS_F32.
pub struct Single;

/// WEIGHTS_F16.
pub struct Half;

/// WEIGHTS_F16 where the processor widens halves itself (F16C): the same numbers, since widening is exact. Only code
/// compiled for that may use it; `one` and `side_by_side` in `think` choose.
#[cfg(target_arch = "x86_64")]
pub struct NativeHalf;

/// WEIGHTS_I8.
pub struct Steps;

/// Biases and weights of a layer in a row of numbers of one kind.
#[inline(always)]
fn alike<'a, T: bytemuck::Pod>(row: &'a [u32], layer: &LayerParams) -> (&'a [T], &'a [T]) {
    let (inputs, outputs, start) = (layer.inputs as usize, layer.outputs as usize, layer.start as usize);
    let biases = layer.biases as usize;
    let (own, weights) = bytemuck::cast_slice(row)[start..start + biases + outputs * inputs].split_at(biases);
    (if biases > 0 { own } else { &bytemuck::cast_slice(&NO_BIASES)[..outputs] }, weights)
}

impl Form for Single {
    type Bias = f32;
    type Weight = f32;

    #[inline(always)]
    fn layer<'a>(row: &'a [u32], layer: &LayerParams) -> (&'a [f32], &'a [f32]) {
        alike(row, layer)
    }

    #[inline(always)]
    fn start(bias: f32) -> f32 {
        bias
    }

    #[inline(always)]
    fn widen<const N: usize>(weights: &[f32]) -> [f32; N] {
        std::array::from_fn(|j| weights[j])
    }

    #[inline(always)]
    fn numbers<'a>(weights: &'a [f32], _: &'a mut Vec<f32>) -> &'a [f32] {
        weights
    }
}

impl Form for Half {
    type Bias = u16;
    type Weight = u16;

    #[inline(always)]
    fn layer<'a>(row: &'a [u32], layer: &LayerParams) -> (&'a [u16], &'a [u16]) {
        alike(row, layer)
    }

    #[inline(always)]
    fn start(bias: u16) -> f32 {
        widen(bias)
    }

    #[inline(always)]
    fn widen<const N: usize>(weights: &[u16]) -> [f32; N] {
        std::array::from_fn(|j| widen(weights[j]))
    }
}

#[cfg(target_arch = "x86_64")]
impl Form for NativeHalf {
    type Bias = u16;
    type Weight = u16;

    #[inline(always)]
    fn layer<'a>(row: &'a [u32], layer: &LayerParams) -> (&'a [u16], &'a [u16]) {
        Half::layer(row, layer)
    }

    #[inline(always)]
    fn start(bias: u16) -> f32 {
        Half::start(bias)
    }

    #[inline(always)]
    fn widen<const N: usize>(weights: &[u16]) -> [f32; N] {
        use std::arch::x86_64::{
            _mm_cvtph_ps, _mm_loadl_epi64, _mm_loadu_si128, _mm_storeu_ps, _mm256_cvtph_ps, _mm256_storeu_ps,
        };
        let weights = &weights[..N];
        let mut wide = [0.0; N];
        let mut at = 0;
        while at + 8 <= N {
            // SAFETY: eight halves and eight numbers lie from `at` on; the processor has F16C (see the type).
            unsafe {
                let eight = _mm_loadu_si128(weights.as_ptr().add(at).cast());
                _mm256_storeu_ps(wide.as_mut_ptr().add(at), _mm256_cvtph_ps(eight));
            }
            at += 8;
        }
        while at + 4 <= N {
            // SAFETY: as above, four of each.
            unsafe {
                let four = _mm_loadl_epi64(weights.as_ptr().add(at).cast());
                _mm_storeu_ps(wide.as_mut_ptr().add(at), _mm_cvtph_ps(four));
            }
            at += 4;
        }
        for j in at..N {
            wide[j] = widen(weights[j]);
        }
        wide
    }
}

impl Form for Steps {
    type Bias = f32;
    type Weight = i8;

    #[inline(always)]
    fn layer<'a>(row: &'a [u32], layer: &LayerParams) -> (&'a [f32], &'a [i8]) {
        let (inputs, outputs) = (layer.inputs as usize, layer.outputs as usize);
        let (own, weights) = row[layer.word as usize..].split_at(layer.biases as usize);
        let bias = if own.is_empty() { &NO_BIASES[..outputs] } else { own };
        (bytemuck::cast_slice(bias), &bytemuck::cast_slice(weights)[..inputs * outputs])
    }

    #[inline(always)]
    fn start(_: f32) -> f32 {
        0.0
    }

    #[inline(always)]
    fn widen<const N: usize>(weights: &[i8]) -> [f32; N] {
        std::array::from_fn(|j| f32::from(weights[j]))
    }

    #[inline(always)]
    fn end(bias: f32, step: f32, sum: f32) -> f32 {
        bias + step * sum
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    fn both<const N: usize>(halves: &[u16]) {
        let (native, portable) = (NativeHalf::widen::<N>(halves), Half::widen::<N>(halves));
        for ((half, a), b) in halves.iter().zip(native).zip(portable) {
            assert!(
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
                "{half:#06x}: {a} natively, {b} portably"
            );
        }
    }

    #[test]
    fn the_processor_widens_as_we_do() {
        if !std::arch::is_x86_feature_detected!("f16c") {
            return eprintln!("skipped: this processor does not widen halves");
        }
        let all: Vec<u16> = (0..=u16::MAX).collect();
        for halves in all.chunks_exact(32) {
            both::<1>(halves);
            both::<4>(halves);
            both::<8>(halves);
            both::<16>(halves);
            both::<32>(halves);
        }
    }
}
