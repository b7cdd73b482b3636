//! What one column of symbols tells about another, in nats: entropies, mutual information with its bias told and a baseline by
//! shuffling, transfer entropy. Symbols are whatever a caller has declared; numbers that were never cut into symbols go to
//! `continuous`, and the two are never compared. Knows nothing of who sent what.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::evolution::deal::shuffle;
use crate::layout::DRAW_RESAMPLE;
use crate::rng::{self, Stream};
use crate::statistics::{mean, quantile};

/// How often two symbols came together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// `[rows][columns]`.
    counts: Vec<Vec<u64>>,
}

/// A column of symbols by their places among those that occur.
#[derive(Clone)]
struct Numbered {
    places: Vec<usize>,
    count: usize,
}

fn numbered(symbols: &[u32]) -> Numbered {
    let mut met = symbols.to_vec();
    met.sort_unstable();
    met.dedup();
    let place: BTreeMap<u32, usize> = met.iter().enumerate().map(|(place, symbol)| (*symbol, place)).collect();
    Numbered { places: symbols.iter().map(|symbol| place[symbol]).collect(), count: met.len() }
}

impl Numbered {
    /// The same column, each of its symbols taken from elsewhere in it.
    fn from(&self, place: impl Fn(usize) -> usize) -> Numbered {
        Numbered { places: (0..self.places.len()).map(|at| self.places[place(at)]).collect(), count: self.count }
    }
}

/// Minus the sum of p ln p over counts.
fn entropy(counts: impl Iterator<Item = u64> + Clone) -> f64 {
    let total = counts.clone().sum::<u64>() as f64;
    let part = |count: u64| match count {
        0 => 0.0,
        _ => -(count as f64 / total) * libm::log(count as f64 / total),
    };
    counts.map(part).sum()
}

impl Table {
    /// Of counts, `[rows][columns]`; short rows end in zeros.
    pub fn new(mut counts: Vec<Vec<u64>>) -> Table {
        let columns = counts.iter().map(Vec::len).max().unwrap_or(0);
        counts.iter_mut().for_each(|row| row.resize(columns, 0));
        Table { counts }
    }

    /// Of what came together: the shorter list decides how much. Symbols may be any numbers.
    pub fn of(x: &[u32], y: &[u32]) -> Table {
        let length = x.len().min(y.len());
        Table::counted(&numbered(&x[..length]), &numbered(&y[..length]))
    }

    fn counted(x: &Numbered, y: &Numbered) -> Table {
        let mut counts = vec![vec![0; y.count]; x.count];
        for (x, y) in x.places.iter().zip(&y.places) {
            counts[*x][*y] += 1;
        }
        Table { counts }
    }

    fn rows(&self) -> impl Iterator<Item = u64> + Clone {
        self.counts.iter().map(|row| row.iter().sum())
    }

    fn columns(&self) -> impl Iterator<Item = u64> + Clone {
        let count = self.counts.first().map_or(0, Vec::len);
        (0..count).map(|column| self.counts.iter().map(|row| row[column]).sum())
    }

    fn cells(&self) -> impl Iterator<Item = u64> + Clone {
        self.counts.iter().flatten().copied()
    }

    /// How many pairs were counted.
    pub fn total(&self) -> u64 {
        self.cells().sum()
    }

    /// Entropy H of the rows, of the columns, and of both together (Shannon 1948).
    pub fn entropies(&self) -> [f64; 3] {
        [entropy(self.rows()), entropy(self.columns()), entropy(self.cells())]
    }

    /// Mutual information I = H(X) + H(Y) - H(X, Y) of the frequencies as they are (*plug-in*): at least 0, and of few pairs too
    /// much, for symbols that have nothing to do with each other by (K_x - 1)(K_y - 1) / 2N.
    pub fn information(&self) -> f64 {
        let [x, y, both] = self.entropies();
        // Rounding may leave a little less than nothing.
        (x + y - both).max(0.0)
    }

    /// The same with each entropy corrected by (K - 1) / 2N for the K symbols that were met (Miller 1955, Madow): about right on
    /// average, and so below 0 at times.
    pub fn corrected(&self) -> f64 {
        let met = |counts: &mut dyn Iterator<Item = u64>| counts.filter(|count| *count > 0).count() as f64 - 1.0;
        let more = met(&mut self.rows()) + met(&mut self.columns()) - met(&mut self.cells());
        self.information() + more / (2.0 * self.total() as f64)
    }

    /// Context independence of the rows as messages and the columns as actions: the mean over the actions that were met of
    /// p(a | m) p(m | a), m being the message that makes a most likely (Lowe et al. 2019, after Bogin et al. 2018). 1 where each action
    /// has a message of its own. NaN of nothing.
    pub fn context_independence(&self) -> f64 {
        let rows: Vec<u64> = self.rows().collect();
        let of = |(column, all): (usize, u64)| {
            let share = |row: usize| self.counts[row][column] as f64 / rows[row].max(1) as f64;
            // Of equal messages the first.
            let best = (0..rows.len()).rev().max_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap_or(0);
            share(best) * self.counts[best][column] as f64 / all as f64
        };
        mean(&self.columns().enumerate().filter(|(_, all)| *all > 0).map(of).collect::<Vec<_>>())
    }
}

/// Mutual information beside what chance gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Information {
    /// As it is; see `Table::information`.
    pub plug_in: f64,
    /// Corrected; see `Table::corrected`.
    pub corrected: f64,
    /// Mean of the plug-in value when one column is shuffled.
    pub shuffled: f64,
    /// What 95 % of the shuffled are below.
    pub bound: f64,
    /// Chance of as much or more among shuffled columns: (1 + as many) / (1 + all), so never 0 (Phipson and Smyth 2010).
    pub p: f64,
}

/// A figure beside those of columns in which chance alone is left: `again` gives that of the `number`th.
fn beside_chance(
    plug_in: f64,
    corrected: Option<f64>,
    count: u32,
    again: impl Fn(u32) -> f64 + Sync + Send,
) -> Information {
    let mut chance: Vec<f64> = (0..count).into_par_iter().map(again).collect();
    chance.sort_unstable_by(f64::total_cmp);
    // Equal tables are equal but for rounding.
    let as_much = chance.iter().filter(|value| **value >= plug_in - 1e-12).count();
    let shuffled = mean(&chance);
    Information {
        plug_in,
        corrected: corrected.unwrap_or(plug_in - shuffled),
        shuffled,
        bound: quantile(&chance, 0.95),
        p: (1 + as_much) as f64 / (1 + count) as f64,
    }
}

/// Mutual information of two columns, and of so many shuffles of the first, drawn from `key`. For pairs that have nothing to do with
/// each other; those of a series go to `information_in_time`.
pub fn information(x: &[u32], y: &[u32], shuffles: u32, key: Stream) -> Information {
    let length = x.len().min(y.len());
    let (x, y) = (numbered(&x[..length]), numbered(&y[..length]));
    let table = Table::counted(&x, &y);
    beside_chance(table.information(), Some(table.corrected()), shuffles, |number| {
        let order = shuffle(length as u32, rng::stream(u64::from(key[0]) << 32 | u64::from(key[1]), 0, number));
        Table::counted(&x.from(|at| order[at] as usize), &y).information()
    })
}

/// How far a column of `length` is turned round by chance: at least one place.
fn turn(length: usize, number: u32, key: Stream) -> usize {
    1 + rng::below(rng::draw(key, number, 0, DRAW_RESAMPLE)[0], length.max(2) as u32 - 1) as usize
}

/// Mutual information of two columns in the order of time, series after series. What stands near in a series is alike, so that there
/// are fewer samples than symbols, and shuffling them one by one would take chance for sense. Here the first column is turned round
/// against the second by a random number of places instead, which leaves each as it is in itself (Quian Quiroga et al. 2002).
pub fn information_in_time(x: &[u32], y: &[u32], turns: u32, key: Stream) -> Information {
    let length = x.len().min(y.len());
    let (x, y) = (numbered(&x[..length]), numbered(&y[..length]));
    let table = Table::counted(&x, &y);
    beside_chance(table.information(), Some(table.corrected()), turns, |number| {
        let by = turn(length, number, key);
        Table::counted(&x.from(|at| (at + by) % length), &y).information()
    })
}

/// Mutual information of x and y given z, plug-in: the mean over the symbols of z of what x tells of y there. 0 of nothing.
pub fn conditional(x: &[u32], y: &[u32], z: &[u32]) -> f64 {
    let length = x.len().min(y.len()).min(z.len());
    given(&numbered(&x[..length]), &numbered(&y[..length]), &numbered(&z[..length]))
}

fn given(x: &Numbered, y: &Numbered, z: &Numbered) -> f64 {
    let mut tables = vec![Table { counts: vec![vec![0; y.count]; x.count] }; z.count];
    for ((x, y), z) in x.places.iter().zip(&y.places).zip(&z.places) {
        tables[*z].counts[*x][*y] += 1;
    }
    let all = z.places.len() as f64;
    tables.iter().map(|table| table.information() * table.total() as f64 / all).sum()
}

/// Transfer entropy from x to y, I(y'; x | y) with y' the symbol that follows y (Schreiber 2000), plug-in, one step of each. It says
/// that x helps to foretell y, not that it causes it. 0 of fewer than two.
pub fn transfer_entropy(x: &[u32], y: &[u32]) -> f64 {
    conditional(x, y.get(1..).unwrap_or_default(), y)
}

/// Transfer entropy of steps that are given one by one, from `x` to what comes `next` where there was `y`, in the order of time; beside
/// chance as in `information_in_time`, whose mean is taken off for the corrected value (Marschinski and Kantz 2002).
pub fn transfer_in_time(x: &[u32], next: &[u32], y: &[u32], turns: u32, key: Stream) -> Information {
    let length = x.len().min(next.len()).min(y.len());
    let (x, next, y) = (numbered(&x[..length]), numbered(&next[..length]), numbered(&y[..length]));
    beside_chance(given(&x, &next, &y), None, turns, |number| {
        let by = turn(length, number, key);
        given(&x.from(|at| (at + by) % length), &next, &y)
    })
}

/// What messages do to a receiver's next action, by intervention: the mutual information of message and action when messages are
/// drawn with chances `messages` and answered by `policy`, `[messages][actions]`, in one state of the receiver (causal influence of
/// communication, Lowe et al. 2019; in the words of Jaques et al. 2019 the expected social influence). Nats, and exactly 0 where all
/// messages are answered alike. Average it over states.
pub fn causal_influence(messages: &[f64], policy: &[Vec<f64>]) -> f64 {
    if policy.windows(2).all(|two| two[0] == two[1]) {
        return 0.0;
    }
    influences(messages, policy).iter().zip(messages).map(|(influence, p)| p * influence).sum()
}

/// What each message does: the divergence of the policy that answers it from the mean policy, D(π(· | m) ‖ Σ p(m) π(· | m)).
pub fn influences(messages: &[f64], policy: &[Vec<f64>]) -> Vec<f64> {
    let actions = policy.iter().map(Vec::len).max().unwrap_or(0);
    let of = |row: &Vec<f64>, action: usize| row.get(action).copied().unwrap_or(0.0);
    let mean: Vec<f64> =
        (0..actions).map(|action| policy.iter().zip(messages).map(|(row, p)| p * of(row, action)).sum()).collect();
    let divergence = |row: &Vec<f64>| {
        let part = |action: usize| match of(row, action) {
            p if p > 0.0 && mean[action] > 0.0 => p * libm::log(p / mean[action]),
            _ => 0.0,
        };
        (0..actions).map(part).sum()
    };
    policy.iter().map(divergence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_by_hand() {
        let table = Table::new(vec![vec![10, 0, 5], vec![2, 20, 3], vec![1, 4, 30]]);
        let [x, y, both] = table.entropies();
        let told = [x, y, both, table.information(), table.corrected()];
        let known = [1.043757, 1.012876, 1.607476, 0.449157, 0.429157];
        assert!(told.iter().zip(known).all(|(a, b)| (a - b).abs() < 1e-6), "{told:?}");
        assert_eq!(table.total(), 75);
        // Symbols are names: what stands for them does not matter.
        let pairs = [(7, 100), (7, 3), (9, 3), (9, 3)];
        let (x, y): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
        assert_eq!(Table::of(&x, &y), Table::new(vec![vec![1, 1], vec![2]]));
    }

    #[test]
    fn nothing_is_told_where_nothing_is_known() {
        let nothing = Table::of(&[], &[]);
        assert_eq!((nothing.information(), nothing.total()), (0.0, 0));
        assert!(nothing.context_independence().is_nan());
        let constant = information(&[4; 30], &(0..30).collect::<Vec<_>>(), 50, [1, 2]);
        assert_eq!((constant.plug_in, constant.shuffled, constant.p), (0.0, 0.0, 1.0));
        assert_eq!(transfer_entropy(&[1], &[1]), 0.0);
    }

    #[test]
    fn chance_is_told_from_sense() {
        let draw = |i: u32, purpose| rng::below(rng::draw([3, 3], i, 0, purpose)[0], 4);
        let (x, other): (Vec<u32>, Vec<u32>) = (0..200).map(|i| (draw(i, 1), draw(i, 2))).unzip();
        let chance = information(&x, &other, 200, [5, 6]);
        // 9 / 400 by first order.
        assert!((chance.shuffled - 0.0225).abs() < 0.003 && chance.corrected.abs() < 0.02, "{chance:?}");
        assert!(chance.plug_in < chance.bound && chance.p > 0.05, "{chance:?}");
        // Half of them copied.
        let half: Vec<u32> =
            x.iter().zip(&other).enumerate().map(|(i, (x, o))| if i % 2 == 0 { *x } else { *o }).collect();
        let sense = information(&x, &half, 200, [5, 6]);
        assert!(sense.plug_in > 2.0 * sense.bound && sense.p == 1.0 / 201.0, "{sense:?}");
    }

    #[test]
    fn a_series_is_no_row_of_samples() {
        // Two states that last forty steps each, and know nothing of each other; again and again.
        let lasting = |again: u32, purpose| -> Vec<u32> {
            (0..800).map(|i| rng::below(rng::draw([3, again], i / 40, 0, purpose)[0], 2)).collect()
        };
        let (mut apart, mut in_time) = (0, 0);
        for again in 0..100 {
            let (x, y) = (lasting(again, 1), lasting(again, 2));
            apart += u32::from(information(&x, &y, 99, [5, again]).p <= 0.05);
            in_time += u32::from(information_in_time(&x, &y, 99, [5, again]).p <= 0.05);
        }
        // Five are right; twelve are three deviations more.
        assert!(
            apart > 40 && in_time <= 12,
            "shuffled one by one, chance is taken for sense: {apart} and {in_time} of 100"
        );
        let x = lasting(0, 1);
        let copied = information_in_time(&x, &x, 200, [5, 6]);
        assert!(copied.p < 0.01, "{copied:?}");
        let nothing = information_in_time(&[], &[], 50, [5, 6]);
        assert_eq!((nothing.plug_in, nothing.p), (0.0, 1.0));
    }

    #[test]
    fn transfer_of_single_steps_is_that_of_the_series() {
        let x: Vec<u32> = (0..500).map(|i| rng::below(rng::draw([3, 4], i, 0, 1)[0], 2)).collect();
        let y: Vec<u32> = (0..500).map(|i| if i == 0 { 0 } else { x[i - 1] }).collect();
        let steps = transfer_in_time(&x[..499], &y[1..], &y[..499], 100, [7, 7]);
        assert_eq!(steps.plug_in, transfer_entropy(&x, &y));
        assert!((steps.plug_in - std::f64::consts::LN_2).abs() < 0.01 && steps.p < 0.02, "{steps:?}");
        assert!(steps.corrected < steps.plug_in, "{steps:?}");
    }

    #[test]
    fn context_independence_is_one_where_messages_are_names() {
        assert_eq!(Table::new(vec![vec![5, 0], vec![0, 9]]).context_independence(), 1.0);
        // Two messages for each action, evenly: half.
        assert_eq!(Table::new(vec![vec![5, 0], vec![5, 0], vec![0, 3], vec![0, 3]]).context_independence(), 0.5);
        // One message for all: an action's share of it.
        assert_eq!(Table::new(vec![vec![3, 1]]).context_independence(), 0.5);
    }

    #[test]
    fn influence_is_that_of_the_worked_example() {
        let messages = [0.5, 0.3, 0.2];
        let policy = vec![vec![0.9, 0.1], vec![0.2, 0.8], vec![0.5, 0.5]];
        assert!((causal_influence(&messages, &policy) - 0.217456).abs() < 1e-6);
        let each = influences(&messages, &policy);
        assert!(each.iter().zip([0.213945, 0.351744, 0.024805]).all(|(a, b)| (a - b).abs() < 1e-6), "{each:?}");
        // Who does not listen is not influenced, exactly.
        assert_eq!(causal_influence(&messages, &[vec![0.25, 0.75], vec![0.25, 0.75], vec![0.25, 0.75]]), 0.0);
        assert_eq!(causal_influence(&[1.0 / 3.0; 3], &[vec![0.1, 0.9], vec![0.1, 0.9], vec![0.1, 0.9]]), 0.0);
    }
}
