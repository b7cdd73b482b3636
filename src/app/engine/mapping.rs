//! What archives have found, without the genomes: what the window needs to draw a map of each. Knows nothing of how archives are filled
//! or drawn.

use crate::evolution::archive::{Archive, Axis};
use crate::scene::{Evolution, SceneSpec};

/// The archive of a species.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The species.
    pub species: usize,
    /// Its axes.
    pub axes: Vec<Axis>,
    /// Who is the best of each occupied cell.
    pub elites: Vec<Mapped>,
    /// Cells.
    pub cells: usize,
    /// Share of the cells that are occupied.
    pub coverage: f64,
    /// Sum over elites of their fitness above `offset` (Pugh, Soros & Stanley 2016).
    pub qd_score: f64,
    /// Fitness that counts as nothing in it.
    pub offset: f32,
}

/// The best of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// The cell along each axis.
    pub along: Vec<u32>,
    /// Its own place on each.
    pub descriptor: Vec<f32>,
    /// Its fitness.
    pub fitness: f32,
    /// Its number in the lineage.
    pub id: u32,
}

impl Map {
    /// Of the archive of a species of a scene.
    pub fn of(archive: &Archive, scene: &SceneSpec, species: usize) -> Map {
        let offset = match scene.species.get(species).map(|spec| &spec.evolution) {
            Some(Evolution::Generational(g)) => g.qd_offset,
            _ => 0.0,
        };
        let elite = |(along, elite): (Vec<u32>, &crate::evolution::archive::Elite)| Mapped {
            along,
            descriptor: elite.descriptor.clone(),
            fitness: elite.objective,
            id: elite.id,
        };
        Map {
            species,
            axes: archive.axes().to_vec(),
            elites: archive.elites().map(elite).collect(),
            cells: archive.cells(),
            coverage: archive.coverage(),
            qd_score: archive.qd_score(offset),
            offset,
        }
    }

    /// Cells along two of the axes: across, and up; one up where there is but one axis.
    pub fn size(&self, across: usize, up: usize) -> [usize; 2] {
        let cells = |axis: usize| self.axes.get(axis).map_or(1, |axis| axis.cells as usize);
        [cells(across), if across == up { 1 } else { cells(up) }]
    }

    /// Along two of the axes, the best over all others: places in `elites`, row after row from the lower end of the second axis.
    pub fn seen_along(&self, across: usize, up: usize) -> Vec<Option<usize>> {
        let [wide, tall] = self.size(across, up);
        let mut seen: Vec<Option<usize>> = vec![None; wide * tall];
        for (place, elite) in self.elites.iter().enumerate() {
            let at = |axis: usize| elite.along.get(axis).map_or(0, |n| *n as usize);
            let row = if tall == 1 { 0 } else { at(up) };
            let Some(best) = seen.get_mut(row * wide + at(across)) else { continue };
            if best.is_none_or(|best| elite.fitness > self.elites[best].fitness) {
                *best = Some(place);
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::archive::Elite;

    #[test]
    fn a_map_shows_the_best_along_two_axes() {
        let axis = |cells| Axis { name: "x".into(), low: 0.0, high: 1.0, cells };
        let mut archive = Archive::new(vec![axis(4), axis(2), axis(3)]);
        let elite = |id, objective, descriptor: [f32; 3]| Elite {
            genome: vec![],
            objective,
            descriptor: descriptor.to_vec(),
            id,
        };
        let found = [elite(7, 1.0, [0.0, 0.9, 0.0]), elite(8, 5.0, [0.0, 0.9, 0.5]), elite(9, -2.0, [0.99, 0.0, 0.9])];
        archive.add(&found, None);
        let map = Map::of(&archive, &SceneSpec::default(), 0);
        assert_eq!((map.cells, map.coverage, map.qd_score), (24, 3.0 / 24.0, 6.0));
        let who = |across, up| -> Vec<Option<u32>> {
            map.seen_along(across, up).into_iter().map(|place| place.map(|place| map.elites[place].id)).collect()
        };
        assert_eq!(map.size(0, 1), [4, 2]);
        // The row of the lower end comes first.
        assert_eq!(who(0, 1), [None, None, None, Some(9), Some(8), None, None, None]);
        assert_eq!(who(1, 0).iter().flatten().count(), 2);
        assert_eq!(who(2, 2), [Some(7), Some(8), Some(9)], "one axis is a row");
        // The same as `iwashi archive --png` draws.
        let rows: Vec<Option<f32>> = archive.seen_along(0, 1).concat();
        let seen = map.seen_along(0, 1);
        assert_eq!(seen.into_iter().map(|at| at.map(|at| map.elites[at].fitness)).collect::<Vec<_>>(), rows);
    }
}
