//! What single agents earned in a generation, where they are selected one by one though several run one genome. Knows nothing of genomes.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::evolution::fitness::order;

/// Share of all agents that count as the best (Floreano, Mitri, Magnenat and Keller 2007).
const BEST: f64 = 0.2;

/// See the module. Empty where nobody is selected like this.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Individuals {
    /// Agents that run a genome in a world.
    each: usize,
    /// What the agents of each member earned so far: `[member][agent]`.
    earned: Vec<f64>,
}

impl Individuals {
    /// Of a population with so many agents a genome, nothing earned yet.
    pub fn new(members: usize, each: usize) -> Individuals {
        Individuals { each, earned: vec![0.0; members * each] }
    }

    /// Adds what the agents of a member earned in a trial, in their order.
    pub fn add(&mut self, member: usize, earned: &[f32]) {
        let own = member * self.each..(member + 1) * self.each;
        for (sum, earned) in self.earned[own].iter_mut().zip(earned) {
            *sum += f64::from(*earned);
        }
    }

    /// The share of each member's agents that are among the best of all by the mean of their trials, of which each member had so many.
    /// Those who are level at the border share what is left of it.
    pub fn shares(&self, trials: &[u32]) -> Vec<f32> {
        let worth = |(at, earned): (usize, &f64)| (earned / f64::from(trials[at / self.each])) as f32;
        let worths: Vec<f32> = self.earned.iter().enumerate().map(worth).collect();
        let mut ranked = worths.clone();
        ranked.sort_by(|a, b| order(*a, *b));
        let best = ((ranked.len() as f64 * BEST).round() as usize).max(1);
        let mut shares = vec![0.0; self.earned.len() / self.each.max(1)];
        let Some(border) = ranked.get(best - 1).copied() else { return shares };
        let count = |than: Ordering| ranked.iter().filter(|worth| order(**worth, border) == than).count();
        let left = (best - count(Ordering::Less)) as f32 / count(Ordering::Equal) as f32;
        for (at, worth) in worths.into_iter().enumerate() {
            let counts = match order(worth, border) {
                Ordering::Less => 1.0,
                Ordering::Equal => left,
                Ordering::Greater => 0.0,
            };
            shares[at / self.each] += counts / self.each as f32;
        }
        shares
    }

    /// Whether these are of so many members and agents a genome.
    pub fn fits(&self, other: &Individuals) -> bool {
        self.each == other.each && self.earned.len() == other.earned.len()
    }

    /// Nothing earned any longer.
    pub fn clear(&mut self) {
        self.earned.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_the_share_of_their_agents_that_are_among_the_best_fifth() {
        // Two members of five agents: two of the ten count.
        let mut both = Individuals::new(2, 5);
        both.add(0, &[1.0, 2.0, 3.0, 4.0, 5.0]);
        both.add(1, &[0.0, 0.0, 0.0, 4.5, 0.0]);
        assert_eq!(both.shares(&[1, 1]), [0.2, 0.2]);
        // Over two trials, what an agent had in both counts.
        both.add(1, &[5.5, 5.5, 0.0, 0.0, f32::NAN]);
        assert_eq!(both.shares(&[1, 1]), [0.0, 0.4]);
        // Who had more trials has no more for it.
        assert_eq!(both.shares(&[1, 2]), [0.4, 0.0]);
        // Four that are level share the one place that is left.
        both.clear();
        both.add(0, &[1.0, 1.0, 9.0, 1.0, 0.0]);
        both.add(1, &[1.0, 0.0, 0.0, 0.0, 0.0]);
        let [first, second] = both.shares(&[1, 1])[..] else { panic!() };
        assert!((first - (1.0 + 0.75) / 5.0).abs() < 1e-6 && (second - 0.25 / 5.0).abs() < 1e-6, "{first} {second}");
        assert_eq!(Individuals::default().shares(&[]), [0.0f32; 0]);
    }
}
