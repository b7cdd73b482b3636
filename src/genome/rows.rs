//! How a genome lies in a row of words: as f32, as halves, or as single biases and weights in whole steps. Evolution
//! and files speak of f32 numbers; worlds hold rows. Twin of `shaders/breed.wgsl`, where it breeds. Knows nothing of
//! where rows are kept.

use super::half::{narrow, widen};
use super::{Variation, changed, from_second, inherit};
use crate::layout::{LayerParams, SpeciesParams, WEIGHTS_F16, WEIGHTS_I8};
use crate::rng;

/// Most steps of a weight under WEIGHTS_I8: as many to either side of 0.
const MOST_STEPS: i32 = 127;

/// The form of a species' rows.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// WEIGHTS_ constant.
    weights: u32,
    /// Numbers of a genome.
    len: usize,
    /// Words of a row.
    words: usize,
    /// Layers of the controller, in order.
    layers: &'a [LayerParams],
}

/// Words of a genome of `len` numbers in `layers`, without padding.
pub fn row_words(weights: u32, len: u32, layers: &[LayerParams]) -> u32 {
    match weights {
        WEIGHTS_F16 => len.div_ceil(2),
        WEIGHTS_I8 => layers.last().map_or(0, |l| l.word.saturating_add(layer_words(l.inputs, l.outputs, l.biases))),
        _ => len,
    }
}

/// Words of a layer under WEIGHTS_I8.
pub fn layer_words(inputs: u32, outputs: u32, biases: u32) -> u32 {
    biases.saturating_add(inputs.saturating_mul(outputs).div_ceil(4))
}

/// The bytes of a word.
#[inline(always)]
fn steps(word: u32) -> [i8; 4] {
    word.to_le_bytes().map(|b| b as i8)
}

/// The word of bytes.
#[inline(always)]
fn packed(steps: [i8; 4]) -> u32 {
    u32::from_le_bytes(steps.map(|s| s as u8))
}

/// The two halves of a word.
#[inline(always)]
fn halves(word: u32) -> [f32; 2] {
    [widen(word as u16), widen((word >> 16) as u16)]
}

impl<'a> Rows<'a> {
    /// The rows of a species; `layers` are all layers of the plan.
    pub fn new(s: &SpeciesParams, layers: &'a [LayerParams]) -> Rows<'a> {
        Rows {
            weights: s.weights,
            len: s.genome_len as usize,
            words: s.genome_words as usize,
            layers: &layers[s.layer_start as usize..(s.layer_start + s.layers) as usize],
        }
    }

    /// Writes a genome to its row. Numbers that the form does not have become the nearest that it has; a weight in steps
    /// that is not a number becomes 0.
    pub fn encode(&self, genome: &[f32], row: &mut [u32]) {
        let (genome, row) = (&genome[..self.len], &mut row[..self.words]);
        match self.weights {
            WEIGHTS_F16 => {
                for (word, pair) in row.iter_mut().zip(genome.chunks(2)) {
                    let [low, high] = [0, 1].map(|i| u32::from(pair.get(i).map_or(0, |v| narrow(*v))));
                    *word = high << 16 | low;
                }
            }
            WEIGHTS_I8 => {
                for layer in self.layers {
                    let (from, at) = (layer.start as usize, layer.word as usize);
                    let (biases, count) = (layer.biases as usize, (layer.inputs * layer.outputs) as usize);
                    row[at..at + biases].copy_from_slice(bytemuck::cast_slice(&genome[from..from + biases]));
                    let weights = &genome[from + biases..][..count];
                    for (word, four) in row[at + biases..].iter_mut().zip(weights.chunks(4)) {
                        *word = packed(std::array::from_fn(|i| four.get(i).map_or(0, |w| in_steps(*w, layer.step))));
                    }
                }
            }
            _ => row.copy_from_slice(bytemuck::cast_slice(genome)),
        }
    }

    /// The genome of a row; empty when there is no such row.
    pub fn decode(&self, row: &[u32]) -> Vec<f32> {
        let Some(row) = row.get(..self.words) else { return vec![] };
        match self.weights {
            WEIGHTS_F16 => row.iter().flat_map(|word| halves(*word)).take(self.len).collect(),
            WEIGHTS_I8 => {
                let mut genome = Vec::with_capacity(self.len);
                for layer in self.layers {
                    let row = &row[layer.word as usize..];
                    let (biases, weights) = row.split_at(layer.biases as usize);
                    genome.extend(biases.iter().map(|b| f32::from_bits(*b)));
                    let numbers = weights.iter().flat_map(|word| steps(*word)).map(|q| f32::from(q) * layer.step);
                    genome.extend(numbers.take((layer.inputs * layer.outputs) as usize));
                }
                genome
            }
            _ => bytemuck::cast_slice(row).to_vec(),
        }
    }

    /// A genome as it is once it has been in a row.
    pub fn rounded(&self, genome: &[f32]) -> Vec<f32> {
        let mut row = vec![0; self.words];
        self.encode(genome, &mut row);
        self.decode(&row)
    }

    /// Breeds row `child` of a page in place from rows `first` and `second` (`None` for a single parent), whose words
    /// begin at these places. The rows may be one another's.
    pub fn breed(
        &self,
        page: &mut [u32],
        child: usize,
        first: usize,
        second: Option<usize>,
        variation: Variation,
        key: [u32; 2],
    ) {
        let parents = |page: &[u32], i: usize| (page[first + i], second.map(|at| page[at + i]));
        match self.weights {
            WEIGHTS_F16 => {
                for i in 0..self.words {
                    let (one, two) = parents(page, i);
                    page[child + i] = inherit_halves(one, two, i, self.len, variation, key);
                }
            }
            WEIGHTS_I8 => {
                for layer in self.layers {
                    let (at, from) = (layer.word as usize, layer.start);
                    let biases = layer.biases as usize;
                    for i in 0..biases {
                        let (one, two) = parents(page, at + i);
                        page[child + at + i] = inherit_single(one, two, from + i as u32, variation, key);
                    }
                    let count = layer.inputs * layer.outputs;
                    for word in 0..count.div_ceil(4) {
                        let i = at + biases + word as usize;
                        let (one, two) = parents(page, i);
                        let index = from + layer.biases + 4 * word;
                        let size = variation.size / layer.step;
                        let variation = Variation { size, ..variation };
                        page[child + i] = inherit_steps(one, two, index, (count - 4 * word).min(4), variation, key);
                    }
                }
            }
            _ => {
                for i in 0..self.words {
                    let (one, two) = parents(page, i);
                    page[child + i] = inherit_single(one, two, i as u32, variation, key);
                }
            }
        }
    }
}

/// The nearest whole number of steps.
fn in_steps(weight: f32, step: f32) -> i8 {
    (weight / step).round_ties_even().clamp(-MOST_STEPS as f32, MOST_STEPS as f32) as i8
}

/// A word of one number.
#[inline(always)]
fn inherit_single(first: u32, second: Option<u32>, index: u32, variation: Variation, key: [u32; 2]) -> u32 {
    inherit(f32::from_bits(first), second.map(f32::from_bits), index, variation, key).to_bits()
}

/// Word `word` of halves: the last of an odd `len` holds one.
#[inline(always)]
fn inherit_halves(
    first: u32,
    second: Option<u32>,
    word: usize,
    len: usize,
    variation: Variation,
    key: [u32; 2],
) -> u32 {
    let mut child = 0;
    for part in 0..2 {
        let index = 2 * word + part;
        if index < len {
            let second = second.map(|other| halves(other)[part]);
            let number = inherit(halves(first)[part], second, index as u32, variation, key);
            child |= u32::from(narrow(number)) << (16 * part);
        }
    }
    child
}

/// A word of weights in steps, the first of them number `index` of the genome; `variation.size` is in steps. A change
/// is rounded at random so that its mean stays what it was: a deviation far below one step changes a weight seldom,
/// rather than never.
#[inline(always)]
fn inherit_steps(first: u32, second: Option<u32>, index: u32, count: u32, variation: Variation, key: [u32; 2]) -> u32 {
    let mut child = [0i8; 4];
    for part in 0..count {
        let number = index + part;
        let mut value = i32::from(steps(first)[part as usize]);
        if let Some(other) = second
            && from_second(number, key)
        {
            value = i32::from(steps(other)[part as usize]);
        }
        if let Some((change, words)) = changed(number, variation, key) {
            // Twice the range is as far as a weight can go.
            let whole =
                (change + rng::uniform(words[1])).floor().clamp(-2.0 * MOST_STEPS as f32, 2.0 * MOST_STEPS as f32);
            value = (value + whole as i32).clamp(-MOST_STEPS, MOST_STEPS);
        }
        child[part as usize] = value as i8;
    }
    packed(child)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::WEIGHTS_F32;

    /// Two layers whose numbers fill no word: 3 to 5 and 5 to 3 neurons, with steps of 1/16 and 1/32.
    fn layers() -> [LayerParams; 2] {
        let layer = |inputs, outputs, start, word, step| LayerParams {
            inputs,
            outputs,
            biases: outputs,
            start,
            word,
            step,
            activation: 0,
        };
        [layer(3, 5, 0, 0, 0.0625), layer(5, 3, 20, layer_words(3, 5, 5), 0.03125)]
    }

    fn rows(weights: u32, layers: &[LayerParams]) -> Rows<'_> {
        let words = row_words(weights, 38, layers) as usize;
        Rows { weights, len: 38, words, layers }
    }

    fn genome() -> Vec<f32> {
        (0..38).map(|i| rng::normal(rng::draw([1, 2], 0, i, 0))).collect()
    }

    #[test]
    fn a_genome_comes_back_as_near_as_its_form_allows() {
        let layers = layers();
        for (weights, words) in [(WEIGHTS_F32, 38), (WEIGHTS_F16, 19), (WEIGHTS_I8, 5 + 4 + 3 + 4)] {
            let rows = rows(weights, &layers);
            assert_eq!(rows.words, words);
            let (genome, again) = (genome(), rows.rounded(&genome()));
            for (i, (a, b)) in genome.iter().zip(&again).enumerate() {
                let most = match weights {
                    WEIGHTS_F16 => a.abs() / 2048.0,
                    // Weights by half a step; biases, 0 to 4 and 20 to 22, are single.
                    WEIGHTS_I8 if (5..20).contains(&i) => 0.03125,
                    WEIGHTS_I8 if i >= 23 => 0.015625,
                    _ => 0.0,
                };
                assert!((a - b).abs() <= most, "form {weights}, number {i}: {a} {b}");
            }
            assert_eq!(again, rows.rounded(&again), "form {weights}");
            assert!(rows.decode(&vec![0; words - 1]).is_empty());
        }
    }

    #[test]
    fn weights_beyond_the_range_end_at_it() {
        let layers = layers();
        let mut genome = vec![1e9; 38];
        genome[37] = f32::NAN;
        let again = rows(WEIGHTS_I8, &layers).rounded(&genome);
        assert_eq!((again[0], again[5], again[23], again[37]), (1e9, 127.0 / 16.0, 127.0 / 32.0, 0.0));
        assert_eq!(rows(WEIGHTS_F16, &layers).rounded(&genome)[..37], [65_504.0; 37]);
    }

    /// A child of rows 0 and 1 of a page, bred into row 2, as numbers.
    fn child(rows: &Rows, parents: [&[f32]; 2], variation: Variation, key: [u32; 2]) -> Vec<f32> {
        let mut page = vec![0; 3 * rows.words];
        rows.encode(parents[0], &mut page);
        rows.encode(parents[1], &mut page[rows.words..]);
        rows.breed(&mut page, 2 * rows.words, 0, Some(rows.words), variation, key);
        rows.decode(&page[2 * rows.words..])
    }

    #[test]
    fn children_take_and_change_the_same_numbers_in_every_form() {
        let layers = layers();
        let (a, b) = ([1.0; 38], [-1.0; 38]);
        for key in 0..40 {
            let variation = Variation { rate: 0.3, size: 0.25 };
            let single = child(&rows(WEIGHTS_F32, &layers), [&a, &b], variation, [key, 7]);
            let half = child(&rows(WEIGHTS_F16, &layers), [&a, &b], variation, [key, 7]);
            let steps = child(&rows(WEIGHTS_I8, &layers), [&a, &b], variation, [key, 7]);
            for i in 0..38 {
                assert!(
                    (single[i] - half[i]).abs() <= single[i].abs() / 2048.0,
                    "number {i}: {} {}",
                    single[i],
                    half[i]
                );
                // Rounded at random, a change is off by less than a step.
                assert!((single[i] - steps[i]).abs() < 0.0625, "number {i}: {} {}", single[i], steps[i]);
                assert_eq!(single[i].abs() == 1.0, half[i].abs() == 1.0);
            }
        }
    }

    #[test]
    fn a_row_may_be_bred_over_its_parent() {
        let layers = layers();
        for weights in [WEIGHTS_F32, WEIGHTS_F16, WEIGHTS_I8] {
            let rows = rows(weights, &layers);
            let mut page = vec![0; rows.words];
            rows.encode(&genome(), &mut page);
            let before = page.clone();
            rows.breed(&mut page, 0, 0, None, Variation { rate: 0.0, size: 1.0 }, [1, 2]);
            assert_eq!(page, before);
            rows.breed(&mut page, 0, 0, None, Variation { rate: 1.0, size: 1.0 }, [1, 2]);
            assert!(rows.decode(&page).iter().zip(rows.decode(&before)).filter(|(a, b)| *a != b).count() > 30);
        }
    }

    #[test]
    fn changes_far_below_a_step_happen_seldom_and_even_out() {
        let layers = layers();
        let rows = rows(WEIGHTS_I8, &layers);
        // A thirtieth of a step of the first layer.
        let variation = Variation { rate: 1.0, size: 0.0625 / 30.0 };
        let (mut moved, mut sum) = (0, 0.0);
        for key in 0..4000 {
            let weight = child(&rows, [&[0.0; 38], &[0.0; 38]], variation, [key, 7])[10] / 0.0625;
            assert!(weight.abs() <= 1.0);
            moved += u32::from(weight != 0.0);
            sum += weight;
        }
        // |normal| has mean 0.8: one in 38 moves, evenly to both sides. 4,000 draws give 105 with a deviation of 10.
        assert!((65..145).contains(&moved) && sum.abs() < 50.0, "{moved} moved, sum {sum}");
    }

    #[test]
    fn changes_never_leave_the_range() {
        let layers = layers();
        let largest = [60_000.0; 38];
        for weights in [WEIGHTS_F16, WEIGHTS_I8] {
            let rows = rows(weights, &layers);
            let variation = Variation { rate: 1.0, size: 1e30 };
            for key in 0..20 {
                let child = child(&rows, [&largest, &largest], variation, [key, 7]);
                assert!(child.iter().all(|v| v.is_finite()), "{child:?}");
            }
        }
    }
}
