//! A signalling game learned by urns (Lewis 1969; Roth & Erev 1995; as in Argiento, Pemantle, Skyrms & Volkov 2009): nature draws one
//! of n states, the sender one of n signals from the urn of the state, the receiver one of n acts from the urn of the signal. If the
//! act is that of the state, a ball of what was drawn is added to both urns; all begin with one ball of each kind.

use crate::layout::DRAW_SAMPLE;
use crate::rng::{self, Stream};

/// Both players' urns.
pub struct Urns {
    /// Of each state, balls of each signal.
    sender: Vec<Urn>,
    /// Of each signal, balls of each act.
    receiver: Vec<Urn>,
}

/// An urn.
#[derive(Clone)]
struct Urn {
    balls: Vec<u32>,
    total: u32,
}

impl Urn {
    /// The kind of a ball drawn by a random word.
    fn draw(&self, word: u32) -> usize {
        let mut left = rng::below(word, self.total);
        self.balls.iter().position(|balls| left.checked_sub(*balls).map(|rest| left = rest).is_none()).unwrap_or(0)
    }

    fn add(&mut self, kind: usize) {
        self.balls[kind] += 1;
        self.total += 1;
    }

    fn share(&self, kind: usize) -> f64 {
        f64::from(self.balls[kind]) / f64::from(self.total)
    }
}

impl Urns {
    /// Of so many states, signals and acts.
    pub fn new(n: u32) -> Urns {
        let urns = vec![Urn { balls: vec![1; n as usize], total: n }; n as usize];
        Urns { sender: urns.clone(), receiver: urns }
    }

    /// One play, the number `play`, drawn from `key`.
    pub fn play(&mut self, play: u32, key: Stream) {
        let [state, signal, act, _] = rng::draw(key, play, 0, DRAW_SAMPLE);
        let state = rng::below(state, self.sender.len() as u32) as usize;
        let signal = self.sender[state].draw(signal);
        if self.receiver[signal].draw(act) == state {
            self.sender[state].add(signal);
            self.receiver[signal].add(state);
        }
    }

    /// Chance that the next play succeeds.
    pub fn success(&self) -> f64 {
        let n = self.sender.len();
        let of =
            |state: usize| (0..n).map(|m| self.sender[state].share(m) * self.receiver[m].share(state)).sum::<f64>();
        (0..n).map(of).sum::<f64>() / n as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_what_urns_say_and_plays_come_to() {
        let mut urns = Urns::new(3);
        assert!((urns.success() - 1.0 / 3.0).abs() < 1e-12, "at random");
        for play in 0..3_000 {
            urns.play(play, [4, 4]);
        }
        let foretold = urns.success();
        let before: u32 = urns.sender.iter().map(|urn| urn.total).sum();
        // Urns this full hardly change in a thousand plays: each success leaves one ball.
        for play in 3_000..4_000 {
            urns.play(play, [4, 4]);
        }
        let came = f64::from(urns.sender.iter().map(|urn| urn.total).sum::<u32>() - before) / 1_000.0;
        assert!(foretold > 0.5 && (came - foretold).abs() < 0.06, "{came} {foretold}");
    }

    #[test]
    fn balls_are_drawn_as_often_as_they_are() {
        let urn = Urn { balls: vec![1, 0, 3], total: 4 };
        let mut seen = [0; 3];
        (0..4_000).for_each(|i| seen[urn.draw(rng::draw([1, 1], i, 0, 0)[0])] += 1);
        assert!(seen[1] == 0 && (900..1_100).contains(&seen[0]), "{seen:?}");
    }
}
