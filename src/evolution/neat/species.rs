//! Species of like genomes: who belongs to which, which may have children, and how many. Knows nothing of how a child is made.

use serde::{Deserialize, Serialize};

use super::genome::Genome;
use crate::evolution::fitness::better;
use crate::scene::NeatSpec;

/// Genomes that are like one of the generation before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Species {
    /// Its number.
    pub id: u32,
    /// One of its members in the generation that was bred from last, drawn evenly.
    pub representative: Genome,
    /// Best fitness that it has had; NaN before there was one.
    pub best: f32,
    /// Generation that had it first.
    pub best_at: u64,
    /// Whether it is new in the generation at hand.
    pub new: bool,
}

impl Species {
    /// Takes the best fitness of a generation.
    pub fn note(&mut self, fitness: f32, generation: u64) {
        if self.new || better(fitness, self.best) {
            (self.best, self.best_at, self.new) = (fitness, generation, false);
        }
    }
}

/// The members of each species: each genome goes to the first whose representative is near enough, or founds a new one. Species
/// without members end.
pub fn assign(species: &mut Vec<Species>, next: &mut u32, genomes: &[Genome], spec: &NeatSpec) -> Vec<Vec<usize>> {
    let mut members: Vec<Vec<usize>> = vec![vec![]; species.len()];
    for (at, genome) in genomes.iter().enumerate() {
        let near = |species: &Species| genome.distance(&species.representative, spec) < f64::from(spec.threshold);
        match species.iter().position(near) {
            Some(found) => members[found].push(at),
            None => {
                let id = *next;
                *next = id.wrapping_add(1);
                species.push(Species { id, representative: genome.clone(), best: f32::NAN, best_at: 0, new: true });
                members.push(vec![at]);
            }
        }
    }
    let mut left = members.iter();
    species.retain(|_| left.next().is_some_and(|own| !own.is_empty()));
    members.retain(|own| !own.is_empty());
    members
}

/// What each member brings its species: from 1 for the worst of the generation to 2 for the best, 0 for who is no number. All
/// count 1 where all are worth the same, or none is a number.
pub fn shared(fitness: &[f32]) -> Vec<f64> {
    let most = f64::from(f32::MAX);
    let finite = || fitness.iter().filter(|f| !f.is_nan()).map(|f| f64::from(*f).clamp(-most, most));
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return vec![1.0; fitness.len()];
    }
    let of = |f: &f32| match f64::from(*f).clamp(-most, most) {
        f if f.is_nan() => 0.0,
        f if high > low => 1.0 + (f - low) / (high - low),
        _ => 1.0,
    };
    fitness.iter().map(of).collect()
}

/// Which species may have children: those whose best has risen within `stagnation` generations, and the one that has the best
/// of all, member `best`. `ranked` are the members of each.
pub fn open(
    species: &[Species],
    ranked: &[Vec<usize>],
    best: Option<usize>,
    generation: u64,
    stagnation: u32,
) -> Vec<bool> {
    let holds = |own: &[usize]| best.is_some_and(|best| own.contains(&best));
    let fresh = |species: &Species| generation.saturating_sub(species.best_at) < u64::from(stagnation);
    species.iter().zip(ranked).map(|(species, own)| fresh(species) || holds(own)).collect()
}

/// Children of each species, `all` in sum: in proportion to the mean share of its members; what rounding leaves goes to the
/// largest remainders, the older species first.
pub fn children(ranked: &[Vec<usize>], share: &[f64], open: &[bool], all: usize) -> Vec<usize> {
    let mean = |own: &Vec<usize>| own.iter().map(|at| share[*at]).sum::<f64>() / own.len() as f64;
    let mut worth: Vec<f64> = ranked.iter().zip(open).map(|(own, open)| if *open { mean(own) } else { 0.0 }).collect();
    // Where nobody open is worth anything, all are.
    if worth.iter().sum::<f64>() <= 0.0 {
        worth.fill(1.0);
    }
    let sum: f64 = worth.iter().sum();
    let exact: Vec<f64> = worth.iter().map(|worth| worth / sum * all as f64).collect();
    let mut counts: Vec<usize> = exact.iter().map(|exact| exact.floor() as usize).collect();
    let mut rest: Vec<usize> = (0..counts.len()).collect();
    rest.sort_by(|a, b| (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b)));
    let missing = all.saturating_sub(counts.iter().sum());
    rest.iter().cycle().take(missing).for_each(|at| counts[*at] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_the_same_whatever_is_added_or_multiplied() {
        assert_eq!(shared(&[-30.0, -10.0, f32::NAN, -20.0]), [1.0, 2.0, 0.0, 1.5]);
        assert_eq!(shared(&[0.0, 200.0, f32::NAN, 100.0]), [1.0, 2.0, 0.0, 1.5]);
        assert_eq!(shared(&[4.0, 4.0, f32::NAN]), [1.0, 1.0, 0.0]);
        assert_eq!(shared(&[f32::NAN; 2]), [1.0; 2]);
        assert_eq!(shared(&[f32::NEG_INFINITY, 0.0, f32::INFINITY]), [1.0, 1.5, 2.0]);
    }

    #[test]
    fn children_add_up_and_follow_the_mean() {
        let ranked = [vec![0, 1], vec![2], vec![3, 4, 5]];
        let share = [2.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        // Means 1.5, 1 and 1 of 10: 4.28, 2.86 and 2.86.
        assert_eq!(children(&ranked, &share, &[true; 3], 10), [4, 3, 3]);
        assert_eq!(children(&ranked, &share, &[true, false, true], 10), [6, 0, 4]);
        assert_eq!(children(&ranked, &[0.0; 6], &[false; 3], 10).iter().sum::<usize>(), 10);
        assert_eq!(children(&ranked, &share, &[true; 3], 1), [1, 0, 0]);
    }

    #[test]
    fn species_that_stand_still_have_no_children_unless_they_lead() {
        let of = |best_at| Species { id: 0, representative: Genome::default(), best: 1.0, best_at, new: false };
        let (species, ranked) = ([of(3), of(90), of(2)], [vec![0], vec![1], vec![2]]);
        assert_eq!(open(&species, &ranked, Some(0), 100, 15), [true, true, false]);
        assert_eq!(open(&species, &ranked, Some(2), 100, 15), [false, true, true]);
        let mut young = of(1);
        young.new = true;
        young.note(-3.0, 100);
        assert_eq!((young.best, young.best_at), (-3.0, 100));
        young.note(-4.0, 101);
        young.note(f32::NAN, 102);
        assert_eq!((young.best, young.best_at), (-3.0, 100));
    }
}
