//! Every set of instructions that the processor at hand has gives the bits of plain arrays, and those of `math`.

use super::*;
use crate::math::fixed_small;
use crate::rng;

/// Random lanes in [-1, 1).
fn lanes(seed: u32) -> Batch<f32> {
    each(|i| 2.0 * rng::uniform(rng::draw([5, 6], seed, i as u32, 1)[0]) - 1.0)
}

/// Everything that a set of instructions gives for some lanes.
fn all<W: Wide>(seed: u32) -> (Vec<Batch<u32>>, Vec<u16>, Vec<u32>, Vec<u32>) {
    let (x, y) = (lanes(seed), lanes(seed + 1));
    let mask = rng::draw([1, 2], seed, 3, 4)[0] as u16;
    let range = 0.1 + 30.0 * rng::uniform(rng::draw([1, 2], seed, 3, 5)[0]);
    let species = each(|i| rng::draw([1, 2], seed, i as u32, 6)[0] >> 29);
    let kept = mask.count_ones() as usize;
    let bits = |x: W::F| {
        let mut out = [0.0; BATCH];
        W::store(x, &mut out);
        out.map(f32::to_bits)
    };
    let whole = |x: W::F| {
        let mut out = [0; BATCH];
        W::store_whole(W::whole(x), &mut out);
        out.map(|x| x as u32)
    };
    let (a, b) = (W::load(&x), W::load(&y));
    let mut packed = [0.0; BATCH];
    W::pack(mask, a, &mut packed);
    packed[kept..].fill(0.0);
    let mut places = [0; BATCH];
    W::pack_places(mask, seed, &mut places);
    places[kept..].fill(0);
    let sum = W::add_where(
        mask,
        W::add_where(u16::MAX, W::zero(), W::steps(a, W::splat(65_536.0))),
        W::steps(b, W::splat(1.0)),
    );
    let mut steps = [0; BATCH];
    W::store_whole(sum, &mut steps);
    let batches = vec![
        bits(W::add(a, b)),
        bits(W::sub(a, b)),
        bits(W::mul(a, b)),
        bits(W::over(a, W::splat(range), W::splat(1.0 / range))),
        bits(W::sqrt(W::mul(a, a))),
        bits(W::wrap(a, W::splat(1.0), W::splat(0.5))),
        packed.map(f32::to_bits),
        places,
        steps.map(|x| x as u32),
        bits(W::bound(a, W::splat(0.3))),
        bits(W::bound(W::splat(f32::NAN), W::splat(0.3))),
        whole(W::mul(a, W::splat(1e9))),
        whole(W::mul(a, W::splat(8.0))),
        whole(W::splat(2.5)),
        whole(W::splat(f32::NAN)),
    ];
    let masks = vec![W::less(a, b), W::listed(&species, 0b1010_0110), W::equal(&species, 3)];
    let eight =
        std::array::from_fn(|k| W::load_whole(&each(|i| rng::draw([k as u32, 2], seed, i as u32, 7)[0] as i32)));
    (
        batches,
        masks,
        W::totals(eight).map(|x| x as u32).to_vec(),
        vec![W::total(W::load_whole(&steps)) as u32, W::least(mask, a).to_bits(), W::least(0, a).to_bits()],
    )
}

#[test]
fn instruction_sets_give_the_same_bits() {
    for seed in 0..2_000 {
        let plain = all::<Arrays<false>>(seed);
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2") {
                assert_eq!(plain, all::<Arrays<true>>(seed), "AVX2 at {seed}");
            }
            if std::arch::is_x86_feature_detected!("avx512f") {
                assert_eq!(plain, all::<Avx512>(seed), "AVX-512 at {seed}");
            }
        }
        let x = lanes(seed);
        let steps = plain.0[8].map(|x| (x as i32).wrapping_sub(ROUNDER_BITS));
        let mask = rng::draw([1, 2], seed, 3, 4)[0] as u16;
        for i in (0..BATCH).filter(|i| mask >> i & 1 == 0) {
            assert_eq!(steps[i], fixed_small(x[i], 65_536.0));
        }
    }
}

/// The steps that stand for a division are tried on every mantissa, for divisors of every kind.
#[cfg(target_arch = "x86_64")]
#[test]
fn quotients_are_those_of_a_division() {
    if !std::arch::is_x86_feature_detected!("avx512f") {
        return;
    }
    let longest_mantissa = f32::from_bits(0x3fff_ffff);
    for b in [1.0, 10.0, 3.5, 0.1, 1.2, 21.0, 1.0 + f32::EPSILON, longest_mantissa, 1e4] {
        let (by, inverse) = (Avx512::splat(b), Avx512::splat(1.0 / b));
        for first in (0..1 << 23).step_by(BATCH) {
            let a = each(|i| f32::from_bits(0x3f80_0000 + first + i as u32));
            let mut quotient = [0.0; BATCH];
            Avx512::store(Avx512::over(Avx512::load(&a), by, inverse), &mut quotient);
            for i in 0..BATCH {
                assert_eq!(quotient[i].to_bits(), (a[i] / b).to_bits(), "{} / {b}", a[i]);
            }
        }
    }
}

/// The steps that stand for a root are tried on every mantissa with both parities of the exponent, and at the ends of what they
/// are used for.
#[cfg(target_arch = "x86_64")]
#[test]
fn roots_are_those_of_the_instruction() {
    if !std::arch::is_x86_feature_detected!("avx512f") {
        return;
    }
    let check = |a: Batch<f32>| {
        let mut root = [0.0; BATCH];
        Avx512::store(Avx512::sqrt(Avx512::load(&a)), &mut root);
        for i in 0..BATCH {
            assert_eq!(root[i].to_bits(), a[i].sqrt().to_bits(), "root of {:e}", a[i]);
        }
    };
    for first in (1f32.to_bits()..4f32.to_bits()).step_by(BATCH) {
        check(each(|i| f32::from_bits(first + i as u32)));
    }
    for edge in [0.0, f32::MIN_POSITIVE, 1e-20, 1e20, f32::MAX] {
        check(each(|i| if i % 2 == 0 { edge } else { 2.0 }));
        check([edge.max(f32::MIN_POSITIVE); BATCH].map(|x| x * 1.000_001));
    }
}
