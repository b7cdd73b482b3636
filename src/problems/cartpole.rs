//! A pole that hangs from a cart and is to be swung up and kept there: the plant of deep PILCO (Gal, McAllister & Rasmussen 2016)
//! as Ha (2017) and EvoJAX (Tang, Tian & Ha 2022) use it. In f64, by explicit Euler steps. SI units; the angle is 0 upright.
//! Knows nothing of what pushes the cart.

/// Position and speed of the cart, angle and angular speed of the pole.
pub type State = [f64; 4];

const GRAVITY: f64 = 9.82;
/// Masses of cart and pole.
const CART: f64 = 0.5;
const POLE: f64 = 0.5;
/// Length of the pole.
const LENGTH: f64 = 0.6;
const FRICTION: f64 = 0.1;
const FORCE: f64 = 10.0;
const STEP: f64 = 0.01;
const TRACK: f64 = 2.4;
/// Steps of an attempt.
pub const STEPS: u32 = 1_000;

/// Where a state is a step later under a push of -1 to 1. Positions move by the speeds before the step.
pub fn pushed(s: &State, push: f64) -> State {
    let [x, speed, angle, turn] = *s;
    let force = FORCE * push.clamp(-1.0, 1.0) - FRICTION * speed;
    let (sin, cos) = libm::sincos(angle);
    let all = CART + POLE;
    let swing = POLE * LENGTH * turn * turn * sin;
    let speeding =
        (-2.0 * swing + 3.0 * POLE * GRAVITY * sin * cos + 4.0 * force) / (4.0 * all - 3.0 * POLE * cos * cos);
    let turning = (-3.0 * swing * cos + 6.0 * all * GRAVITY * sin + 6.0 * force * cos)
        / (LENGTH * (4.0 * all - 3.0 * POLE * cos * cos));
    [x + STEP * speed, speed + STEP * speeding, angle + STEP * turn, turn + STEP * turning]
}

/// What a state is worth: 1 upright in the middle, 0 hanging or at an end of the track.
pub fn reward(s: &State) -> f64 {
    0.5 * (libm::cos(s[2]) + 1.0) * libm::cos(std::f64::consts::PI * s[0] / (2.0 * TRACK))
}

/// The sum of rewards of an attempt, which ends where the track does.
pub fn attempt(mut state: State, mut push: impl FnMut(&State) -> f64) -> f64 {
    let mut sum = 0.0;
    for _ in 0..STEPS {
        state = pushed(&state, push(&state));
        sum += reward(&state);
        // What is no number is not inside either.
        let inside = state[0].abs() <= TRACK;
        if !inside {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plant_moves_as_that_of_others() {
        let (mut state, mut sum) = ([0.0, 0.0, std::f64::consts::PI, 0.0], 0.0);
        for step in 0..100 {
            state = pushed(&state, libm::sin(0.1 * f64::from(step)));
            sum += reward(&state);
        }
        let known = [0.92540888, 2.17792688, 3.59713859, -3.04392588];
        assert!(state.iter().zip(known).all(|(x, known)| (x - known).abs() < 1e-7), "{state:?}");
        assert!((sum - 9.81173148).abs() < 1e-7, "{sum}");
        assert!(attempt([3.0, 0.0, 0.0, 0.0], |_| 0.0).abs() < 1.0);
        assert!(attempt([f64::NAN; 4], |_| 0.0).is_nan());
    }
}
