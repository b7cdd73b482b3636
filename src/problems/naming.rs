//! The naming game (Baronchelli, Felici, Caglioti, Loreto & Steels 2006): agents agree on a word. One of two drawn at random says one
//! of its words, making one up if it has none; if the other knows it, both forget all others, else the other learns it.

use std::collections::BTreeMap;

use crate::layout::DRAW_SAMPLE;
use crate::rng::{self, Stream};

/// What a game came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Plays until all know one word and no other.
    pub plays: u32,
    /// Most words known at a time, those of all agents added.
    pub most_words: u32,
    /// The play after which that was so first.
    pub most_at: u32,
    /// Most different words at a time.
    pub most_different: u32,
}

/// Plays of a game at most: a hundred times as many as it takes, about 3 n^1.5.
fn patience(agents: u32) -> u32 {
    (300.0 * libm::pow(f64::from(agents), 1.5)) as u32
}

/// A game of so many agents, at least two, any of whom may meet any other, drawn from `key`; `None` where it does not end.
pub fn play(agents: u32, key: Stream) -> Option<Course> {
    let mut words: Vec<Vec<u32>> = vec![vec![]; agents as usize];
    // Who knows each word.
    let mut known: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut next, mut total) = (0, 0);
    let mut course = Course { plays: 0, most_words: 0, most_at: 0, most_different: 0 };
    for play in 1..=patience(agents) {
        let draws = rng::draw(key, play, 0, DRAW_SAMPLE);
        let speaker = rng::below(draws[0], agents) as usize;
        let hearer = (speaker + 1 + rng::below(draws[1], agents - 1) as usize) % agents as usize;
        if words[speaker].is_empty() {
            words[speaker].push(next);
            known.insert(next, 1);
            next += 1;
            total += 1;
        }
        let word = words[speaker][rng::below(draws[2], words[speaker].len() as u32) as usize];
        if words[hearer].contains(&word) {
            for agent in [speaker, hearer] {
                for other in words[agent].drain(..).filter(|other| *other != word) {
                    total -= 1;
                    if let Some(count) = known.get_mut(&other) {
                        *count -= 1;
                        if *count == 0 {
                            known.remove(&other);
                        }
                    }
                }
                words[agent].push(word);
            }
        } else {
            words[hearer].push(word);
            *known.entry(word).or_default() += 1;
            total += 1;
        }
        if total > course.most_words {
            (course.most_words, course.most_at) = (total, play);
        }
        course.most_different = course.most_different.max(known.len() as u32);
        if total == agents && known.len() == 1 {
            return Some(Course { plays: play, ..course });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_agree_at_once_and_many_in_the_end() {
        // The first play teaches the other the word.
        assert_eq!(play(2, [1, 1]), Some(Course { plays: 1, most_words: 2, most_at: 1, most_different: 1 }));
        let course = play(60, [1, 2]).expect("an end");
        assert!(course.most_at < course.plays && course.most_words > 60 && course.most_different > 15, "{course:?}");
    }
}
