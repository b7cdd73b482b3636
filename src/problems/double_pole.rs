//! Two poles side by side on a cart (Wieland 1991), the plant of neuroevolution's best-known comparison (Gomez, Schmidhuber &
//! Miikkulainen 2008): only one that is far shorter than the other can both be kept up. In f64, by Runge and Kutta's fourth-order
//! steps. SI units; angles in radians from upright. Knows nothing of what pushes the cart.

/// Position and speed of the cart, then angle and angular speed of the long and of the short pole.
pub type State = [f64; 6];

const GRAVITY: f64 = -9.8;
const CART: f64 = 1.0;
/// Mass and half the length of each pole.
const POLES: [(f64, f64); 2] = [(0.1, 0.5), (0.01, 0.05)];
const CART_FRICTION: f64 = 0.0005;
const HINGE_FRICTION: f64 = 0.000_002;
/// A push lasts two steps of this, seconds.
const STEP: f64 = 0.01;
/// Half the track, and the angle at which a pole has fallen.
const TRACK: f64 = 2.4;
const FALLEN: f64 = 36.0 / 180.0 * std::f64::consts::PI;
/// The hardest push, newtons.
pub const FORCE: f64 = 10.0;

/// At rest in the middle, the long pole leaning by so many degrees.
pub fn start(degrees: f64) -> State {
    [0.0, 0.0, degrees.to_radians(), 0.0, 0.0, 0.0]
}

/// Derivatives of a state under a force.
fn slopes(s: &State, force: f64) -> State {
    let (mut pushed, mut mass) = (force - CART_FRICTION * sign(s[1]), CART);
    let leaning = [libm::sincos(s[2]), libm::sincos(s[4])];
    let hinge = |i: usize| HINGE_FRICTION * s[3 + 2 * i] / (POLES[i].0 * POLES[i].1);
    for (i, (m, l)) in POLES.into_iter().enumerate() {
        let (sin, cos) = leaning[i];
        let turn = s[3 + 2 * i];
        pushed += m * l * turn * turn * sin + 0.75 * m * cos * (hinge(i) + GRAVITY * sin);
        mass += m * (1.0 - 0.75 * cos * cos);
    }
    let speeding = pushed / mass;
    let mut slopes = [s[1], speeding, 0.0, 0.0, 0.0, 0.0];
    for (i, (_, l)) in POLES.into_iter().enumerate() {
        let (sin, cos) = leaning[i];
        slopes[2 + 2 * i] = s[3 + 2 * i];
        slopes[3 + 2 * i] = -0.75 / l * (speeding * cos + GRAVITY * sin + hinge(i));
    }
    slopes
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { 1f64.copysign(x) }
}

/// Where a state is after a push of `force` newtons, which lasts 0.02 s.
pub fn pushed(state: &State, force: f64) -> State {
    let mut s = *state;
    for _ in 0..2 {
        let ahead = |slope: &State, by: f64| -> State { std::array::from_fn(|i| s[i] + by * slope[i]) };
        let a = slopes(&s, force);
        let b = slopes(&ahead(&a, 0.5 * STEP), force);
        let c = slopes(&ahead(&b, 0.5 * STEP), force);
        let d = slopes(&ahead(&c, STEP), force);
        s = std::array::from_fn(|i| s[i] + STEP / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
    }
    s
}

/// Whether the cart has left the track or a pole has fallen.
pub fn failed(state: &State) -> bool {
    // Written so that what is no number has failed.
    !(state[0].abs() <= TRACK && state[2].abs() <= FALLEN && state[4].abs() <= FALLEN)
}

/// Pushes until it has failed, at most `most`: how many before the failing one. `push` gives the force as a share of the hardest.
pub fn balanced(mut state: State, most: u32, mut push: impl FnMut(&State) -> f64) -> u32 {
    for step in 0..most {
        let force = FORCE * push(&state).clamp(-1.0, 1.0);
        state = pushed(&state, force);
        if failed(&state) {
            return step;
        }
    }
    most
}

/// Steps of an attempt whose end must be calm, and how many of them that is.
const ATTEMPT: u32 = 1_000;
const CALM: usize = 100;

/// Fitness against shaking (Gruau, Whitley & Pyeatt 1996), for those who see no speeds and could keep poles up by swinging to and
/// fro: a tenth by how long an attempt from 4 degrees lasts, nine tenths by how little cart and long pole are off and move in its
/// last hundred steps.
pub fn calmness(mut push: impl FnMut(&State) -> f64) -> f64 {
    let mut state = start(4.0);
    let mut off = Vec::with_capacity(ATTEMPT as usize);
    for _ in 0..ATTEMPT {
        state = pushed(&state, FORCE * push(&state).clamp(-1.0, 1.0));
        if failed(&state) {
            break;
        }
        off.push(state[..4].iter().map(|x| x.abs()).sum::<f64>());
    }
    let calm = off.len().checked_sub(CALM).map_or(0.0, |from| 0.75 / off[from..].iter().sum::<f64>());
    0.1 * off.len() as f64 / f64::from(ATTEMPT) + 0.9 * calm
}

/// The 625 starts on which what was learned from one is tried (Gruau, Whitley & Pyeatt 1996): cart and long pole at five places of
/// their ranges each. The places are those of the programs that came with the papers.
pub fn starts() -> impl Iterator<Item = State> {
    // Half a range each: metres, metres a second, 3.6 degrees, 8.6 degrees a second.
    let half = [2.16, 1.35, 3.6f64.to_radians(), 8.6f64.to_radians()];
    let places = [-0.9, -0.5, 0.0, 0.5, 0.9];
    (0..625).map(move |number: usize| {
        let at = |axis: usize| half[axis] * places[number / 5usize.pow(axis as u32) % 5];
        [at(0), at(1), at(2), at(3), 0.0, 0.0]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plant_moves_as_that_of_others() {
        // Counted from 1, as published: the step that fails.
        let falls = |degrees, push: f64| balanced(start(degrees), 1_000, |_| push) + 1;
        assert_eq!([falls(4.0, 0.0), falls(1.0, 0.0), falls(4.5, 0.0)], [23, 29, 22]);
        assert_eq!([falls(4.0, 1.0), falls(4.0, -1.0)], [5, 5]);
        let mut state = start(4.0);
        (0..5).for_each(|_| state = pushed(&state, 3.0));
        let known = [0.01436444, 0.28771181, 0.05324140, -0.33618392, -0.24222239, -5.40561826];
        for (x, known) in state.iter().zip(known) {
            assert!((x - known).abs() < 1e-6, "{state:?}");
        }
        assert!(failed(&[f64::NAN; 6]));
    }

    #[test]
    fn calm_is_what_lasts_and_hardly_moves() {
        // Falls after 22 steps: a tenth of 22 thousandths.
        assert!((calmness(|_| 0.0) - 0.0022).abs() < 1e-12);
        // The linear regulator of the plant about upright, with all speeds, for equal costs of all and a tenth of that of force; how
        // calm it ends was computed apart from this program.
        let gains = [-0.17, -0.36, -6.71, -1.78, 4.88, 0.44];
        let calm = calmness(|state| gains.iter().zip(state).map(|(k, x)| k * x).sum());
        assert!((calm - 23.0496).abs() < 0.01, "{calm}");
    }

    #[test]
    fn starts_are_all_different_and_within_reach() {
        let all: Vec<State> = starts().collect();
        assert_eq!(all.len(), 625);
        assert!(all.iter().all(|s| !failed(s)));
        assert!(all.iter().enumerate().all(|(i, s)| all[..i].iter().all(|other| other != s)));
        // The outermost as others write it: 0.95 * 4.32 - 2.16, and 0.95 * 0.30019504 - 0.15009752 (Stanley 2002).
        let most = |axis: usize| all.iter().map(|s| s[axis]).fold(0.0, f64::max);
        assert!((most(0) - 1.944).abs() < 1e-12 && (most(3) - 0.135_087_768).abs() < 1e-5);
    }
}
