//! Normal draws by the row: what every sampled genome is made of. Four numbers come from one addressed draw, so that a
//! population of 256 genomes of 10,000 numbers costs milliseconds. Knows nothing of what the numbers are used for.

use rayon::prelude::*;

use crate::layout::DRAW_SAMPLE;
use crate::rng::{self, Stream};

/// Numbers of a row that one task works through: small enough to stay in a first-level cache, large enough to be worth
/// handing out. It cannot change a result.
const BLOCK: usize = 512;

/// Standard normal numbers, row after row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noise {
    /// Numbers in a row.
    pub len: usize,
    /// Rows.
    pub rows: usize,
    /// `[rows][len]`.
    numbers: Vec<f64>,
}

impl Noise {
    /// The noise of `generation`: a row depends on the key, the generation and its own index alone.
    pub fn draw(key: Stream, generation: u64, rows: usize, len: usize) -> Noise {
        let mut noise = Noise { len, rows, numbers: vec![0.0; rows * len] };
        noise.redraw(key, generation);
        noise
    }

    /// Becomes the noise of another generation.
    pub fn redraw(&mut self, key: Stream, generation: u64) {
        let key = [key[0] ^ (generation >> 32) as u32, key[1]];
        self.numbers.par_chunks_mut(self.len.max(1)).enumerate().for_each(|(row, numbers)| {
            let words = rng::draw(key, generation as u32, row as u32, DRAW_SAMPLE);
            fill(numbers, [words[0], words[1]]);
        });
    }

    /// Makes a row zero, where there is one.
    pub fn still(&mut self, row: usize) {
        if let Some(numbers) = self.numbers.get_mut(row * self.len..(row + 1) * self.len) {
            numbers.fill(0.0);
        }
    }

    /// Row `row`. Panics beyond the last.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.numbers[row * self.len..(row + 1) * self.len]
    }

    /// For each number of a row, the sum over rows of weight times number. Rows add in their order.
    pub fn weighted(&self, weights: &[f64]) -> Vec<f64> {
        self.sums(weights, |z| z)
    }

    /// For each number of a row, the sum over rows of weight times (number² - 1), whose expectation is 0.
    pub fn weighted_squares(&self, weights: &[f64]) -> Vec<f64> {
        self.sums(weights, |z| z * z - 1.0)
    }

    fn sums(&self, weights: &[f64], of: impl Fn(f64) -> f64 + Sync) -> Vec<f64> {
        let mut sums = vec![0.0; self.len];
        sums.par_chunks_mut(BLOCK).enumerate().for_each(|(block, sums)| {
            for (row, weight) in weights.iter().enumerate().take(self.rows) {
                let first = row * self.len + block * BLOCK;
                for (sum, z) in sums.iter_mut().zip(&self.numbers[first..]) {
                    *sum += weight * of(*z);
                }
            }
        });
        sums
    }
}

/// Fills a row with standard normal numbers of its key.
fn fill(numbers: &mut [f64], key: Stream) {
    // Places in (0, 1) less a half; those of one round are worked out together, which takes whole vectors.
    let mut places = [0.0; 64];
    for (round, numbers) in numbers.chunks_mut(places.len()).enumerate() {
        for (block, four) in places.chunks_exact_mut(4).enumerate().take(numbers.len().div_ceil(4)) {
            let words = rng::draw(key, 0, (round * 16 + block) as u32, DRAW_SAMPLE);
            for (place, word) in four.iter_mut().zip(words) {
                // The middle of the word's share: exact, and never an end.
                *place = (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0) - 0.5;
            }
        }
        for (number, q) in numbers.iter_mut().zip(&places) {
            *number = centre(*q);
        }
        for (number, q) in numbers.iter_mut().zip(&places) {
            if q.abs() > CENTRE {
                *number = tail(*q);
            }
        }
    }
}

// The standard normal number below which a share of 1/2 + q lies, by Wichura's (1988) algorithm AS 241 with the
// coefficients of its routine PPND7: seven digits, more than a word of 32 bits holds.

/// Distance from a half up to which `centre` serves.
const CENTRE: f64 = 0.425;

/// Within `CENTRE`.
#[inline(always)]
fn centre(q: f64) -> f64 {
    let r = CENTRE * CENTRE - q * q;
    let above = ((59.109_374_72 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9;
    let below = ((67.187_563_6 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0;
    q * above / below
}

/// Beyond `CENTRE`, for shares down to 1.4e-11 (a word's is at least 1.1e-10).
fn tail(q: f64) -> f64 {
    let r = libm::sqrt(-libm::log(0.5 - q.abs())) - 1.6;
    let above = ((0.170_238_211_03 * r + 1.306_728_481_6) * r + 2.756_815_39) * r + 1.423_437_277_7;
    let below = (0.120_211_329_75 * r + 0.737_001_642_5) * r + 1.0;
    (above / below).copysign(q)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_the_normal_numbers_below_which_they_lie() {
        for i in 1..2_000 {
            // Evenly spaced shares, then ever smaller ones of the tail, down to a word's least.
            let share =
                if i < 1_000 { f64::from(i) / 1_000.0 } else { libm::exp(-22.9 * f64::from(i - 999) / 1_000.0) };
            let q = share - 0.5;
            let number = if q.abs() <= CENTRE { centre(q) } else { tail(q) };
            let back = 0.5 * libm::erfc(-number / std::f64::consts::SQRT_2);
            // Seven digits of the number are six of the share, whose logarithm falls by the number's size.
            assert!((back / share - 1.0).abs() < 1e-5, "{share}: {number} lies above {back}");
        }
    }

    #[test]
    fn noise_has_the_moments_of_the_normal_distribution() {
        let noise = Noise::draw([3, 4], 9, 50, 4_001);
        let n = noise.numbers.len() as f64;
        for (power, expected, variance) in [(1, 0.0, 1.0_f64), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let moment = noise.numbers.iter().map(|z| z.powi(power)).sum::<f64>() / n;
            // Four standard errors.
            assert!((moment - expected).abs() < 4.0 * (variance / n).sqrt(), "moment {power}: {moment}");
        }
        let product = (1..50).map(|r| noise.row(r).iter().zip(noise.row(r - 1)).map(|(a, b)| a * b).sum::<f64>());
        assert!((product.sum::<f64>() / n).abs() < 4.0 / n.sqrt(), "rows are unrelated");
        let next = noise.numbers.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n;
        assert!(next.abs() < 4.0 / n.sqrt(), "neighbours are unrelated: {next}");
    }

    #[test]
    fn a_row_depends_on_its_address_alone() {
        let noise = Noise::draw([3, 4], 9, 3, 70);
        let longer = Noise::draw([3, 4], 9, 5, 131);
        assert_eq!(noise.row(2), &longer.row(2)[..70]);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(one.install(|| Noise::draw([3, 4], 9, 5, 131)), longer);
        for (key, generation) in [([3, 5], 9), ([3, 4], 10), ([3, 4], 9 + (1 << 32))] {
            assert_ne!(Noise::draw(key, generation, 3, 70).row(2), noise.row(2));
        }
    }

    #[test]
    fn sums_are_weighed_by_row() {
        let noise = Noise::draw([1, 1], 0, 3, 1_300);
        let weights = [2.0, 0.0, -1.0];
        for i in [0, 511, 512, 1_299] {
            let (a, b) = (noise.row(0)[i], noise.row(2)[i]);
            assert_eq!(noise.weighted(&weights)[i], 2.0 * a - b);
            assert!((noise.weighted_squares(&weights)[i] - (2.0 * a * a - b * b - 1.0)).abs() < 1e-12);
        }
    }
}
