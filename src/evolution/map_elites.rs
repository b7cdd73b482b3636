//! MAP-Elites (Mouret & Clune 2015): each child comes from an elite drawn evenly from the archive, changed by a normal step
//! in all its numbers, and by a step along the line to a second elite (Vassiliades & Mouret 2018, *Discovering the Elite
//! Hypervolume by Leveraging Interspecies Correlation*). Knows nothing of how genomes are judged.

use serde::{Deserialize, Serialize};

use super::archived::{Emitter, Scope, Starts, Told, emits, variants};
use super::noise::Noise;
use super::population::{Origin, Population};
use super::{CROSSOVER, MUTATION};
use crate::genome::Variation;
use crate::layout::{DRAW_PARENT, NONE};
use crate::rng::{self, Stream};
use crate::scene::MapElitesSpec;

/// It remembers nothing but the archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapElites;

/// A parent drawn evenly: an elite, or, while nothing has entered the archive, a member of the last population.
fn parent<'a>(scope: &'a Scope<MapElitesSpec>, word: u32) -> (u32, &'a [f32]) {
    let found = scope.archive.occupied();
    match scope.archive.nth(rng::below(word, found.max(1) as u32) as usize) {
        Some(elite) => (elite.id, &elite.genome),
        None => {
            let row = rng::below(word, scope.old.size() as u32) as usize;
            (scope.old.ids[row], scope.old.row(row))
        }
    }
}

impl Emitter for MapElites {
    emits!(MapElites, MapElitesSpec);

    fn start(spec: &MapElitesSpec, key: Stream, starts: Starts, first: &mut Population) -> MapElites {
        variants(starts.genomes, Variation { rate: 1.0, size: spec.sigma }, key, first);
        MapElites
    }

    fn learn(&mut self, _: &Scope<MapElitesSpec>, _: &Told) {}

    fn emit(&mut self, scope: &Scope<MapElitesSpec>, new: &mut Population) -> Vec<Origin> {
        let (sigma, line) = (f64::from(scope.spec.sigma), f64::from(scope.spec.line));
        // The number after those of the genome is the step along the line.
        let noise = Noise::draw(scope.key, scope.generation, new.size(), new.len + 1);
        let mut origins = Vec::with_capacity(new.size());
        for member in 0..new.size() {
            let id = new.ids[member];
            let words = rng::draw(scope.key, scope.generation as u32, id, DRAW_PARENT);
            let (first, own) = parent(scope, words[0]);
            let (second, other) = parent(scope, words[1]);
            let (steps, along) = noise.row(member).split_at(new.len);
            let child = &mut new.genomes[member * new.len..(member + 1) * new.len];
            for (i, number) in child.iter_mut().enumerate() {
                let (own, other) = (f64::from(own[i]), f64::from(other[i]));
                let moved = (own + sigma * steps[i] + line * along[0] * (other - own)) as f32;
                // A number beyond all that f32 holds is not passed on.
                *number = if moved.is_finite() { moved } else { own as f32 };
            }
            let two = line > 0.0 && second != first;
            origins.push(Origin {
                id,
                parent: first,
                second: if two { second } else { NONE },
                operator: if two { CROSSOVER } else { MUTATION },
            });
        }
        origins
    }

    fn fits(&self, _: &MapElitesSpec, _: usize, _: usize, _: usize) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::archive::{Archive, Axis, Elite};
    use crate::statistics::{deviation, mean};

    /// Children of two elites at ±1 along the first of two numbers.
    fn children(sigma: f32, line: f32) -> (Population, Vec<Origin>) {
        let mut archive = Archive::new(vec![Axis { name: "x".into(), low: -2.0, high: 2.0, cells: 4 }; 2]);
        let elite = |id: u32, x: f32| Elite { genome: vec![x, 0.0], objective: 1.0, descriptor: vec![x, 0.0], id };
        archive.add(&[elite(7, -1.0), elite(8, 1.0)], None);
        let old = Population { len: 2, genomes: vec![50.0; 8_000], ids: (0..4_000).collect() };
        let spec = MapElitesSpec { sigma, line };
        let scope = Scope { spec: &spec, key: [3, 4], generation: 5, archive: &archive, old: &old };
        let mut new = Population { genomes: vec![0.0; 8_000], ..old.clone() };
        let origins = MapElites.emit(&scope, &mut new);
        (new, origins)
    }

    #[test]
    fn steps_are_those_of_the_operators() {
        let column = |population: &Population, i: usize| -> Vec<f64> {
            population.genomes.chunks(2).map(|genome| f64::from(genome[i])).collect()
        };
        let (plain, origins) = children(0.25, 0.0);
        // Deviations of 4,000 draws err by 1.1 %; four errors.
        assert!((deviation(&column(&plain, 1)) / 0.25 - 1.0).abs() < 0.045);
        assert!(mean(&column(&plain, 1)).abs() < 0.016 && origins.iter().all(|o| o.operator == MUTATION));
        // About ±1, each for half of the children: the variance is 1 more.
        assert!((deviation(&column(&plain, 0)) - 1.0625f64.sqrt()).abs() < 0.03);

        let (lined, origins) = children(0.0, 0.5);
        let two: Vec<bool> = origins.iter().map(|o| o.second != NONE).collect();
        let share = two.iter().filter(|two| **two).count() as f64 / 4_000.0;
        assert!((share - 0.5).abs() < 0.032, "half draw the other elite: {share}");
        let steps: Vec<f64> = column(&lined, 0)
            .iter()
            .zip(&origins)
            .filter(|(_, o)| o.second != NONE)
            .map(|(x, o)| if o.parent == 7 { x + 1.0 } else { 1.0 - x })
            .collect();
        // Half of a distance of 2.
        assert!((deviation(&steps) - 1.0).abs() < 0.064 && mean(&steps).abs() < 0.09, "{}", deviation(&steps));
        assert!(column(&lined, 1).iter().all(|y| *y == 0.0), "and along the line alone");
    }
}
