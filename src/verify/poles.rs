//! Cards: CMA-ES learns to balance two poles on a cart, and to swing a hanging pole up, within the evaluations that others take.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::evolution::cma::Cma;
use crate::evolution::search::{Distribution, Search};
use crate::math::tanh;
use crate::problems::double_pole::{State, balanced, calmness, start, starts};
use crate::problems::{cartpole, double_pole};
use crate::rng;
use crate::scene::CmaSpec;

/// Two poles.
pub const DOUBLE: Card = Card {
    name: "double_pole",
    part: "evolution",
    title: "CMA-ES balances two poles, with velocities and without",
    source: "Wieland 1991; Gruau, Whitley and Pyeatt 1996; Igel 2003; Gomez, Schmidhuber and Miikkulainen 2008",
    engine: false,
    seeds: true,
    run: double,
};

/// Swing-up.
pub const SWING_UP: Card = Card {
    name: "cartpole_swingup",
    part: "evolution",
    title: "CMA-ES swings a pole up",
    source: "Ha 2017; Tang, Tian and Ha 2022",
    engine: false,
    seeds: true,
    run: swing_up,
};

/// Hidden neurons of the network that swings.
const SWING_HIDDEN: usize = 10;

/// Steps after which two poles count as balanced.
const BALANCED: u32 = 100_000;

/// What brings the plant's numbers to about 1: half the track, and speeds and angles that a network still has to tell apart.
const SCALES: [f64; 6] = [2.4, 2.0, 0.628, 2.0, 0.628, 2.0];

/// What brings the numbers of the swing-up to about 1: half the track, speeds of a swing, cosine and sine, and a constant.
const SWING_SCALES: [f64; 6] = [2.4, 5.0, 1.0, 1.0, 10.0, 1.0];

/// A network of one hidden layer of tanh neurons without biases: a hidden neuron's weights one after the other, then the output's.
fn network(weights: &[f32], inputs: &[f32; 6]) -> f64 {
    let (first, last) = weights.split_at(weights.len() / 7 * 6);
    let hidden = first.chunks_exact(6).map(|weights| tanh(product(weights, inputs)));
    f64::from(tanh(hidden.zip(last).map(|(h, w)| h * w).sum::<f32>()))
}

fn product(weights: &[f32], inputs: &[f32]) -> f32 {
    weights.iter().zip(inputs).map(|(w, x)| w * x).sum()
}

/// As networks of agents have them.
fn single(weights: &[f64]) -> Vec<f32> {
    weights.iter().map(|w| *w as f32).collect()
}

/// Evaluations until two poles stay up; `None` when 20,000 do not suffice.
fn balance(seed: u32) -> Option<f64> {
    let members = 15;
    // Its authors do not say how far they start. From here it takes about as long as theirs; from 0.5 on, a third of that.
    let spec = CmaSpec { sigma: 0.1, ..Default::default() };
    let mut search = Search::new(Cma::new(&spec, vec![0.0; 42], members), members, [seed, 61]);
    let mut evaluations = 0.0;
    while evaluations < 20_000.0 {
        let mut values = vec![];
        for weights in search.ask().chunks(42) {
            evaluations += 1.0;
            let weights = single(weights);
            let push = |state: &State| network(&weights, &std::array::from_fn(|i| (state[i] / SCALES[i]) as f32));
            let steps = balanced(start(4.0), BALANCED, push);
            if steps == BALANCED {
                return Some(evaluations);
            }
            values.push(f64::from(steps));
        }
        search.tell(&values);
    }
    None
}

/// Neurons of the network that remembers.
const REMEMBERING: usize = 5;

/// An Elman network (1990) without biases: what its tanh neurons gave a step before is input as well. It sees the places of the
/// plant and no speeds, and begins with nothing remembered. A neuron's weights one after the other, then the output's.
fn recurrent(weights: &[f64]) -> impl FnMut(&State) -> f64 {
    let weights = single(weights);
    let mut memory = [0.0f32; REMEMBERING];
    move |state| {
        let mut inputs = [0.0f32; 3 + REMEMBERING];
        (0..3).for_each(|i| inputs[i] = (state[2 * i] / SCALES[2 * i]) as f32);
        inputs[3..].copy_from_slice(&memory);
        let (first, last) = weights.split_at(inputs.len() * REMEMBERING);
        for (neuron, weights) in memory.iter_mut().zip(first.chunks_exact(inputs.len())) {
            *neuron = tanh(product(weights, &inputs));
        }
        f64::from(tanh(product(last, &memory)))
    }
}

/// Evaluations until the calmest of a generation keeps two poles up without being told speeds, and from how many of the 625 starts
/// it keeps them up for 1,000 steps: at least 200, or the search goes on. `None` when 30,000 do not suffice.
fn balance_blind(seed: u32) -> Option<[f64; 2]> {
    // With three neurons two to five searches in ten had found nothing after 10,000 evaluations, with five and 30 members one. Those
    // that find something have mostly found it after 5,000, so that after 6,000 the search starts anew (Auger & Hansen 2005). Tried on
    // seeds 100 to 119, which are not among those reported.
    let (numbers, members, patience) = ((3 + REMEMBERING) * REMEMBERING + REMEMBERING, 30, 6_000);
    for attempt in 0..5 {
        let spec = CmaSpec { sigma: 0.5, ..Default::default() };
        let key = [seed, 64 + (attempt << 8)];
        let mut search = Search::new(Cma::new(&spec, vec![0.0; numbers], members), members, key);
        for generation in 1..=patience / members {
            let points = search.ask();
            let values: Vec<f64> = points.chunks(numbers).map(|weights| calmness(recurrent(weights))).collect();
            let calmest = points.chunks(numbers).zip(&values).max_by(|a, b| a.1.total_cmp(b.1));
            let calmest = calmest.map_or(&points[..numbers], |(weights, _)| weights);
            if balanced(start(4.0), BALANCED, recurrent(calmest)) == BALANCED {
                let held = starts().filter(|start| balanced(*start, 1_000, recurrent(calmest)) == 1_000).count();
                if held >= 200 {
                    return Some([(attempt as usize * patience + generation * members) as f64, held as f64]);
                }
            }
            search.tell(&values);
        }
    }
    None
}

/// The largest difference between where the plant is after five given pushes and where it should be (plant of others).
fn plant() -> f64 {
    let state = (0..5).fold(start(4.0), |state, _| double_pole::pushed(&state, 3.0));
    let known = [0.014_364_44, 0.287_711_81, 0.053_241_40, -0.336_183_92, -0.242_222_39, -5.405_618_26];
    state.iter().zip(known).map(|(x, known)| (x - known).abs()).fold(0.0, f64::max)
}

fn double(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(16, 50);
    let solved: Vec<f64> = (0..seeds).into_par_iter().filter_map(balance).collect();
    let blind = ask.seeds(10, 50);
    // Seeds that the first form of this, one search to the end, was not measured on: it balanced 45 of 0 to 49.
    let found: Vec<[f64; 2]> = (200..200 + blind).into_par_iter().filter_map(balance_blind).collect();
    let column = |which: usize| found.iter().map(|row| row[which]).collect::<Vec<f64>>();
    // Counted from 1, as published: the step that fails.
    let falls = |degrees, push: f64| f64::from(balanced(start(degrees), BALANCED, |_| push) + 1);
    let checks = vec![
        Check::exact("plant: step at which it falls from 4 degrees", falls(4.0, 0.0), 23.0),
        Check::exact("plant: step at which it falls from 1 degree", falls(1.0, 0.0), 29.0),
        Check::exact("plant: step at which it falls from 4.5 degrees", falls(4.5, 0.0), 22.0),
        Check::exact("plant: step at which it falls pushed one way", falls(4.0, 1.0), 5.0),
        Check::exact("plant: step at which it falls pushed the other way", falls(4.0, -1.0), 5.0),
        Check::exact("plant: largest error after five pushes of 3 N", plant(), 0.0),
        Check::share("balanced for 100,000 steps", solved.len(), seeds as usize, 1.0, Tolerance::AtLeast),
        Check::mean("evaluations (published 895; others measured 637)", &solved, 400.0, Tolerance::UpTo(1_400.0)),
        Check::share(
            "without velocities: balanced, and 200 of 625",
            found.len(),
            blind as usize,
            0.9,
            Tolerance::AtLeast,
        ),
        Check::mean(
            "evaluations (published 6,061; others measured 3,043)",
            &column(0),
            2_000.0,
            Tolerance::UpTo(9_000.0),
        ),
        Check::mean("of 625 starts (published 250)", &column(1), 200.0, Tolerance::AtLeast),
    ];
    Ok(checks.into())
}

/// A start of the swing-up: hanging, nearly at rest; or anywhere at any speed.
fn hanging(hard: bool, seed: u32, number: u32) -> cartpole::State {
    let words = |i| rng::draw([seed, 62], number, i, 0);
    let middle = [0.0, 0.0, std::f64::consts::PI, 0.0];
    let wide = [2.4, 10.0, std::f64::consts::FRAC_PI_2, 10.0];
    std::array::from_fn(|i| {
        let by = match hard {
            true => wide[i] * (2.0 * f64::from(rng::uniform(words(i as u32)[0])) - 1.0),
            false => 0.2 * f64::from(rng::normal(words(i as u32))),
        };
        middle[i] + by
    })
}

/// Mean reward of a network over starts.
fn swung(weights: &[f64], starts: impl Iterator<Item = cartpole::State>) -> f64 {
    let weights = single(weights);
    let push = |s: &cartpole::State| {
        let (sin, cos) = libm::sincos(s[2]);
        let numbers = [s[0], s[1], cos, sin, s[3], 1.0];
        network(&weights, &std::array::from_fn(|i| (numbers[i] / SWING_SCALES[i]) as f32))
    };
    let (sum, count) =
        starts.fold((0.0, 0.0), |(sum, count), start| (sum + cartpole::attempt(start, push), count + 1.0));
    sum / count
}

/// A search under way for a network that swings, with the best mean that it went through.
struct Swinger {
    hard: bool,
    seed: u32,
    search: Search<Cma>,
    best: (f64, Vec<f64>),
}

impl Swinger {
    /// The search of one of several tries.
    fn new(hard: bool, seed: u32, attempt: u32) -> Swinger {
        let (numbers, members) = (7 * SWING_HIDDEN, 32);
        // From 1 it takes about twice as long (seeds 101 and 102).
        let spec = CmaSpec { sigma: 2.0, ..Default::default() };
        let mean = vec![0.0; numbers];
        let search = Search::new(Cma::new(&spec, mean.clone(), members), members, [seed, 63 + (attempt << 8)]);
        Swinger { hard, seed, search, best: (f64::NEG_INFINITY, mean) }
    }

    /// Mean reward on starts with these numbers: 0 to 99 are reported, 100 to 199 choose among means, the others teach.
    fn reward(&self, weights: &[f64], numbers: std::ops::Range<u32>) -> f64 {
        swung(weights, numbers.map(|number| hanging(self.hard, self.seed, number)))
    }

    /// Goes on to a generation; each is judged on starts that are new. Every twentieth mean may become the best.
    fn learn(&mut self, end: u64) {
        let trials = 8;
        while self.search.generation() < end {
            let from = 1_000 + self.search.generation() as u32 * trials;
            let judge = |weights: &[f64]| self.reward(weights, from..from + trials);
            let values: Vec<f64> = self.search.ask().par_chunks(7 * SWING_HIDDEN).map(judge).collect();
            self.search.tell(&values);
            if self.search.generation().is_multiple_of(20) {
                let mean = self.search.distribution.mean().to_vec();
                let worth = self.reward(&mean, 100..200);
                if worth > self.best.0 {
                    self.best = (worth, mean);
                }
            }
        }
    }
}

/// What is learned comes to on 100 starts that neither taught nor chose. Of three searches the one that has come furthest after 100
/// generations goes on to 300: about one in five stays for long where it swings the pole up and cannot keep it in the middle. Numbers
/// of all of this were chosen on seeds 100 to 104, which are not among those reported.
fn learned(hard: bool, seed: u32) -> f64 {
    let mut tries = [0, 1, 2].map(|attempt| Swinger::new(hard, seed, attempt));
    tries.iter_mut().for_each(|swinger| swinger.learn(100));
    let furthest = tries.into_iter().max_by(|a, b| a.best.0.total_cmp(&b.best.0));
    furthest.map_or(f64::NAN, |mut swinger| {
        swinger.learn(300);
        swinger.reward(&swinger.best.1, 0..100)
    })
}

fn swing_up(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(1, 5);
    // One after the other: a search runs its members side by side.
    let of = |hard: bool| {
        let one = |seed: u32| ask.piece(&format!("hard {hard}, seed {seed}"), || Ok(learned(hard, seed)));
        (0..seeds).map(one).collect::<Result<Vec<f64>, _>>()
    };
    let (easy, hard) = (of(false)?, of(true)?);
    let mut state = [0.0, 0.0, std::f64::consts::PI, 0.0];
    (0..100).for_each(|step| state = cartpole::pushed(&state, libm::sin(0.1 * f64::from(step))));
    let checks = vec![
        Check::exact("plant: place after 100 given pushes", state[0], 0.925_408_88),
        Check::exact("plant: angle after them", state[2], 3.597_138_59),
        Check::mean("reward from hanging, 100 starts (published 902 to 935)", &easy, 900.0, Tolerance::AtLeast),
        Check::mean("reward from anywhere, 100 starts (published 605 to 667)", &hard, 580.0, Tolerance::AtLeast),
    ];
    Ok(checks.into())
}
