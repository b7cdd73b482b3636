//! Cards: CMA-ES learns to balance two poles on a cart, and to swing a hanging pole up, within the evaluations that others take.

use rayon::prelude::*;

use super::{Card, Check, Stage, Tolerance};
use crate::evolution::cma::Cma;
use crate::evolution::search::{Distribution, Search};
use crate::math::tanh;
use crate::problems::{cartpole, double_pole};
use crate::rng;
use crate::scene::CmaSpec;

/// Two poles.
pub const DOUBLE: Card = Card {
    name: "double_pole",
    part: "evolution",
    title: "CMA-ES balances two poles, velocities given",
    source: "Wieland 1991; Igel 2003; Gomez, Schmidhuber and Miikkulainen 2008",
    run: double,
};

/// Swing-up.
pub const SWING_UP: Card = Card {
    name: "cartpole_swingup",
    part: "evolution",
    title: "CMA-ES swings a pole up",
    source: "Ha 2017; Tang, Tian and Ha 2022",
    run: swing_up,
};

/// Hidden neurons of the network that swings.
const SWING_HIDDEN: usize = 10;

/// Steps after which two poles count as balanced.
const BALANCED: u32 = 100_000;

/// What brings the plant's numbers to about 1: half the track, and speeds and angles that a network still has to tell apart.
const SCALES: [f64; 6] = [2.4, 2.0, 0.628, 2.0, 0.628, 2.0];

/// A network of one hidden layer of tanh neurons without biases: a hidden neuron's weights one after the other, then the output's.
fn network(weights: &[f64], inputs: &[f32], hidden: usize) -> f64 {
    let (first, last) = weights.split_at(inputs.len() * hidden);
    let neuron = |weights: &[f64]| tanh(weights.iter().zip(inputs).map(|(w, x)| *w as f32 * x).sum::<f32>());
    let hidden = first.chunks_exact(inputs.len()).map(neuron);
    f64::from(tanh(hidden.zip(last).map(|(h, w)| h * *w as f32).sum::<f32>()))
}

/// Evaluations until two poles stay up; `None` when 20,000 do not suffice.
fn balance(seed: u32) -> Option<f64> {
    let (hidden, members) = (6, 15);
    // Its authors do not say how far they start. From here it takes about as long as theirs; from 0.5 on, a third of that.
    let spec = CmaSpec { sigma: 0.1, ..Default::default() };
    let mut search = Search::new(Cma::new(&spec, vec![0.0; 42], members), members, [seed, 61]);
    let mut evaluations = 0.0;
    while evaluations < 20_000.0 {
        let mut values = vec![];
        for weights in search.ask().chunks(42) {
            evaluations += 1.0;
            let push = |state: &double_pole::State| {
                let inputs: [f32; 6] = std::array::from_fn(|i| (state[i] / SCALES[i]) as f32);
                network(weights, &inputs, hidden)
            };
            let steps = double_pole::balanced(double_pole::start(4.0), BALANCED, push);
            if steps == BALANCED {
                return Some(evaluations);
            }
            values.push(f64::from(steps));
        }
        search.tell(&values);
    }
    None
}

fn double(stage: Stage) -> Vec<Check> {
    let seeds = stage.of(16, 50u32);
    let solved: Vec<f64> = (0..seeds).into_par_iter().filter_map(balance).collect();
    let falls = |degrees| f64::from(double_pole::balanced(double_pole::start(degrees), BALANCED, |_| 0.0) + 1);
    vec![
        Check::exact("plant: step at which it falls from 4 degrees", falls(4.0), 23.0),
        Check::exact("plant: step at which it falls from 1 degree", falls(1.0), 29.0),
        Check::share("balanced for 100,000 steps", solved.len(), seeds as usize, 1.0, Tolerance::AtLeast),
        Check::mean("evaluations (published 895; others measured 637)", &solved, 400.0, Tolerance::UpTo(1_400.0)),
    ]
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
    let push = |s: &cartpole::State| {
        let inputs = [s[0], s[1], libm::cos(s[2]), libm::sin(s[2]), s[3], 1.0].map(|x| x as f32);
        network(weights, &inputs, SWING_HIDDEN)
    };
    let (sum, count) =
        starts.fold((0.0, 0.0), |(sum, count), start| (sum + cartpole::attempt(start, push), count + 1.0));
    sum / count
}

/// What the mean of the search comes to on 100 starts that it was not judged by.
fn learned(hard: bool, generations: u32, seed: u32) -> f64 {
    let (numbers, members, trials) = (7 * SWING_HIDDEN, 32, 16);
    // Speeds and angles are of size 1 to 10, and so are weights that answer them gently: from 0.5 it is caught by half a swing.
    let spec = CmaSpec { sigma: 2.0, ..Default::default() };
    let mut search = Search::new(Cma::new(&spec, vec![0.0; numbers], members), members, [seed, 63]);
    for generation in 0..generations {
        let points = search.ask();
        let judge =
            |weights: &[f64]| swung(weights, (0..trials).map(|t| hanging(hard, seed, 1_000 + generation * trials + t)));
        let values: Vec<f64> = points.par_chunks(numbers).map(judge).collect();
        search.tell(&values);
    }
    swung(search.distribution.mean(), (0..100).map(|number| hanging(hard, seed, number)))
}

fn swing_up(stage: Stage) -> Vec<Check> {
    let seeds = stage.of(1, 5u32);
    let of = |hard, generations| (0..seeds).map(|seed| learned(hard, generations, seed)).collect::<Vec<f64>>();
    let (easy, hard) = (of(false, 400), of(true, 400));
    let mut state = [0.0, 0.0, std::f64::consts::PI, 0.0];
    (0..100).for_each(|step| state = cartpole::pushed(&state, libm::sin(0.1 * f64::from(step))));
    vec![
        Check::exact("plant: place after 100 given pushes", state[0], 0.925_408_88),
        Check::exact("plant: angle after them", state[2], 3.597_138_59),
        Check::mean("reward from hanging, 100 starts (published 902 to 935)", &easy, 900.0, Tolerance::AtLeast),
        Check::mean("reward from anywhere, 100 starts (published 605 to 667)", &hard, 580.0, Tolerance::AtLeast),
    ]
}
