//! Random draws one after another, for changes of which nobody knows beforehand how many draws they take. Each is addressed by the
//! child's own key and its place in the row. Knows nothing of what they decide.

use crate::layout::DRAW_MUTATE;
use crate::rng::{self, Stream};

/// See the module.
pub struct Draws {
    key: Stream,
    drawn: u32,
}

impl Draws {
    /// The draws of a key.
    pub fn new(key: Stream) -> Draws {
        Draws { key, drawn: 0 }
    }

    fn words(&mut self) -> [u32; 4] {
        self.drawn += 1;
        rng::draw(self.key, self.drawn - 1, 0, DRAW_MUTATE)
    }

    /// True with a probability.
    pub fn chance(&mut self, p: f32) -> bool {
        rng::chance(self.words()[0], p)
    }

    /// A whole number below `n`; 0 below nothing.
    pub fn below(&mut self, n: usize) -> usize {
        rng::below(self.words()[0], n as u32) as usize
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f32 {
        rng::normal(self.words())
    }
}
