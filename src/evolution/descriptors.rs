//! Where genomes stand on the axes of behaviour, gathered while they are judged: of a term the mean over the agents of a
//! genome, of a measure the mean over what was seen of its school during a rollout; of both the mean over trials. Knows
//! nothing of who was dealt where, or of archives.

use serde::{Deserialize, Serialize};

use super::judge::Judge;
use crate::edits::Census;
use crate::measure::measure_those;
use crate::plan::Plan;
use crate::scene::{Behaviour, DescriptorSpec, Measure, SceneSpec};

/// What has been gathered of one species. All of it is part of the saved state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gathered {
    /// Sums over the places of a generation: `[members][axes]`.
    sums: Vec<f64>,
    /// What was seen in this round, sums with their numbers: `[worlds][axes]`.
    seen: Vec<(f64, u32)>,
}

/// The measures among some axes, with their places.
fn measures(axes: &[DescriptorSpec]) -> impl Iterator<Item = (usize, Measure)> {
    axes.iter().enumerate().filter_map(|(at, axis)| match axis.of {
        Behaviour::Measure(measure) => Some((at, measure)),
        Behaviour::Term(_) => None,
    })
}

/// Whether axes are to be looked at while a rollout goes on.
pub fn are_seen(axes: &[DescriptorSpec]) -> bool {
    measures(axes).next().is_some()
}

impl Gathered {
    /// Nothing yet.
    pub fn new(members: usize, worlds: u64, axes: usize) -> Gathered {
        Gathered { sums: vec![0.0; members * axes], seen: vec![(0.0, 0); worlds as usize * axes] }
    }

    /// Whether it has the sizes of another.
    pub fn fits(&self, other: &Gathered) -> bool {
        self.sums.len() == other.sums.len() && self.seen.len() == other.seen.len()
    }

    /// Looks at all worlds. A measure of nobody is left out.
    pub fn look(&mut self, axes: &[DescriptorSpec], scene: &SceneSpec, plan: &Plan, census: &Census, species: usize) {
        let those: Vec<Measure> = measures(axes).map(|(_, measure)| measure).collect();
        for (world, seen) in self.seen.chunks_mut(axes.len().max(1)).enumerate() {
            let world = world as u32..world as u32 + 1;
            let found = measure_those(&those, scene, plan, census, species, world);
            for (at, measure) in measures(axes) {
                let value = found.get(measure);
                if !value.is_nan() {
                    seen[at].0 += f64::from(value);
                    seen[at].1 += 1;
                }
            }
        }
    }

    /// Adds what a genome came to in one place, on every axis.
    pub fn judge(&mut self, axes: &[DescriptorSpec], judge: &Judge, species: usize, member: usize, at: (u64, u64)) {
        let (world, row) = at;
        for (i, axis) in axes.iter().enumerate() {
            let value = match &axis.of {
                Behaviour::Term(term) => judge.term(species, world, row, term).into(),
                Behaviour::Measure(_) => {
                    let (sum, count) = self.seen[world as usize * axes.len() + i];
                    sum / f64::from(count)
                }
            };
            self.sums[member * axes.len() + i] += value;
        }
    }

    /// Forgets what was seen in a round that has ended.
    pub fn end_round(&mut self) {
        self.seen.fill((0.0, 0));
    }

    /// Where members stand after a generation in which they had so many places each: `[members][axes]`, NaN where a place
    /// came to no number.
    pub fn take(&mut self, counts: &[u32]) -> Vec<f32> {
        let axes = self.sums.len().checked_div(counts.len()).unwrap_or(0);
        let mean = |(i, sum): (usize, &f64)| (sum / f64::from(counts[i / axes])) as f32;
        let places = self.sums.iter().enumerate().map(mean).collect();
        self.sums.fill(0.0);
        places
    }
}
