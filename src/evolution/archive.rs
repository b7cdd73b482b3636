//! An archive: a grid of cells over the axes of behaviour, and in each the best genome that was seen to behave so (Mouret &
//! Clune 2015), with the thresholds that CMA-MAE anneals (Fontaine & Nikolaidis 2023). A generation enters at once: what its
//! genomes are to the archive is judged by what stood there before any of them. Knows nothing of who fills it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::layout::NONE;
use crate::scene::DescriptorSpec;

/// One axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it is of.
    pub name: String,
    /// Lower end.
    pub low: f32,
    /// Upper end.
    pub high: f32,
    /// Cells.
    pub cells: u32,
}

impl Axis {
    /// The axes that a scene names.
    pub fn of(specs: &[DescriptorSpec]) -> Vec<Axis> {
        let of = |d: &DescriptorSpec| Axis { name: d.of.name(), low: d.low, high: d.high, cells: d.cells.max(1) };
        specs.iter().map(of).collect()
    }

    /// How far along the axis a place is: 0 at its lower end, 1 at its upper end.
    pub fn share(&self, place: f32) -> f64 {
        (f64::from(place) - f64::from(self.low)) / (f64::from(self.high) - f64::from(self.low))
    }

    /// The cell of a place; beyond the ends, the outermost.
    fn cell(&self, place: f32) -> u32 {
        // Whole numbers of 32 bits have room in f64, and the conversion stops at both ends.
        ((self.share(place) * f64::from(self.cells)).floor() as u32).min(self.cells - 1)
    }
}

/// The best genome of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elite {
    /// Genome.
    pub genome: Vec<f32>,
    /// Its fitness.
    pub objective: f32,
    /// Its place on each axis.
    pub descriptor: Vec<f32>,
    /// Its number in the lineage.
    pub id: u32,
}

/// What a genome was to the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing: it did not pass what its cell asks for, or came to no number.
    Rejected,
    /// Better than its cell asked for.
    Improved,
    /// The first of its cell.
    New,
}

/// What a genome was to the archive, and by how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What it was.
    pub status: Status,
    /// Fitness above what its cell asked for; in an empty cell that asks for nothing, fitness. NaN where the genome came to
    /// no number.
    pub value: f64,
}

/// Thresholds that follow what is found in a cell instead of standing at its best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Annealing {
    /// Share of the way that a threshold goes towards a fitness that passes it.
    pub rate: f64,
    /// Threshold of an empty cell.
    pub least: f64,
}

/// An occupied cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cell {
    /// Its number.
    number: u32,
    elite: Elite,
    /// Fitness that has to be passed.
    threshold: f64,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Archive {
    axes: Vec<Axis>,
    /// Occupied cells, in the order in which they were found.
    found: Vec<Cell>,
    /// Of each cell its place among the occupied, or `NONE`.
    #[serde(skip)]
    places: Vec<u32>,
}

impl Archive {
    /// An empty archive.
    pub fn new(axes: Vec<Axis>) -> Archive {
        let places = vec![NONE; total(&axes)];
        Archive { axes, found: vec![], places }
    }

    /// Its axes.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Cells.
    pub fn cells(&self) -> usize {
        self.places.len()
    }

    /// Occupied cells.
    pub fn occupied(&self) -> usize {
        self.found.len()
    }

    /// Share of the cells that are occupied.
    pub fn coverage(&self) -> f64 {
        self.found.len() as f64 / self.places.len().max(1) as f64
    }

    /// QD score (Pugh, Soros & Stanley 2016): the sum over elites of what their fitness has above `offset`. One below it
    /// adds 0, so that a cell more is never a loss.
    pub fn qd_score(&self, offset: f32) -> f64 {
        let above = self.found.iter().map(|cell| (f64::from(cell.elite.objective) - f64::from(offset)).max(0.0));
        // An empty sum of floats would be -0.
        above.fold(0.0, |sum, above| sum + above)
    }

    /// The elite with the highest fitness; ties go to the lower id.
    pub fn best(&self) -> Option<&Elite> {
        let elites = self.found.iter().map(|cell| &cell.elite);
        elites.reduce(|best, next| {
            let wins = next.objective > best.objective || next.objective == best.objective && next.id < best.id;
            if wins { next } else { best }
        })
    }

    /// All elites with the cell of each along the axes, in the order in which their cells were found.
    pub fn elites(&self) -> impl Iterator<Item = (Vec<u32>, &Elite)> {
        self.found.iter().map(|cell| (self.along(cell.number), &cell.elite))
    }

    /// The elite of the `n`-th occupied cell.
    pub fn nth(&self, n: usize) -> Option<&Elite> {
        self.found.get(n).map(|cell| &cell.elite)
    }

    /// The elite of the cell that stands there along the axes; `None` for an empty cell, or one that there is not.
    pub fn at(&self, along: &[u32]) -> Option<&Elite> {
        let inside = along.len() == self.axes.len() && along.iter().zip(&self.axes).all(|(n, axis)| *n < axis.cells);
        let number =
            self.axes.iter().zip(along).fold(0, |number, (axis, n)| number * axis.cells as usize + *n as usize);
        let place = self.places.get(number).filter(|_| inside)?;
        self.found.get(*place as usize).map(|cell| &cell.elite)
    }

    /// Along two of the axes, the best over all others, or `None` where nobody is: `[cells up][cells across]`.
    pub fn seen_along(&self, across: usize, up: usize) -> Vec<Vec<Option<f32>>> {
        let cells = |axis: usize| self.axes.get(axis).map_or(0, |axis| axis.cells as usize);
        let mut seen = vec![vec![None; cells(across)]; cells(up)];
        for (along, elite) in self.elites() {
            let best = &mut seen[along[up] as usize][along[across] as usize];
            *best = Some(best.map_or(elite.objective, |best: f32| best.max(elite.objective)));
        }
        seen
    }

    /// Place of a cell along the axes.
    fn along(&self, number: u32) -> Vec<u32> {
        let mut rest = number;
        let mut along: Vec<u32> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let n = rest % axis.cells;
                rest /= axis.cells;
                n
            })
            .collect();
        along.reverse();
        along
    }

    /// The number of the cell of a descriptor; `None` where it is not finite or has another number of axes.
    fn number(&self, descriptor: &[f32]) -> Option<u32> {
        let sound = descriptor.len() == self.axes.len() && descriptor.iter().all(|place| place.is_finite());
        let fold = |number, (axis, place): (&Axis, &f32)| number * axis.cells + axis.cell(*place);
        (sound && !self.axes.is_empty()).then(|| self.axes.iter().zip(descriptor).fold(0, fold))
    }

    fn cell(&self, number: u32) -> Option<&Cell> {
        self.found.get(self.places[number as usize] as usize)
    }

    /// Takes in a generation: genomes with their numbers, fitness and descriptors. What is not finite never enters. Of
    /// several in one cell the best stays; ties go to who was there before.
    pub fn add(&mut self, candidates: &[Elite], annealing: Option<Annealing>) -> Vec<Verdict> {
        let numbers: Vec<Option<u32>> =
            candidates.iter().map(|c| self.number(&c.descriptor).filter(|_| c.objective.is_finite())).collect();
        let verdicts: Vec<Verdict> = candidates
            .iter()
            .zip(&numbers)
            .map(|(candidate, number)| match number {
                Some(number) => self.verdict(*number, candidate.objective.into(), annealing),
                None => Verdict { status: Status::Rejected, value: f64::NAN },
            })
            .collect();
        if let Some(annealing) = annealing {
            self.anneal(candidates, &numbers, &verdicts, annealing);
        } else {
            for (candidate, number) in candidates.iter().zip(&numbers) {
                if let Some(number) = number {
                    self.insert(*number, candidate, candidate.objective.into());
                }
            }
        }
        verdicts
    }

    fn verdict(&self, number: u32, objective: f64, annealing: Option<Annealing>) -> Verdict {
        let least = annealing.map_or(f64::NEG_INFINITY, |a| a.least);
        let (threshold, found) = match self.cell(number) {
            Some(cell) => (cell.threshold, true),
            None => (least, false),
        };
        let status = match (objective > threshold, found) {
            (false, _) => Status::Rejected,
            (true, true) => Status::Improved,
            (true, false) => Status::New,
        };
        Verdict { status, value: if threshold.is_finite() { objective - threshold } else { objective } }
    }

    /// Puts a candidate where it is the first or better than who is there.
    fn insert(&mut self, number: u32, candidate: &Elite, threshold: f64) {
        match self.found.get_mut(self.places[number as usize] as usize) {
            Some(cell) if candidate.objective > cell.elite.objective => {
                cell.elite = candidate.clone();
                cell.threshold = cell.threshold.max(threshold);
            }
            Some(_) => {}
            None => {
                self.places[number as usize] = self.found.len() as u32;
                self.found.push(Cell { number, elite: candidate.clone(), threshold });
            }
        }
    }

    /// As `add` where thresholds are annealed: those of the cells that were passed go towards the mean of what passed them,
    /// once for each that did (Fontaine & Nikolaidis 2023, appendix). The best ever seen stays whatever the threshold: it is
    /// what their experiments keep in a second archive.
    fn anneal(&mut self, candidates: &[Elite], numbers: &[Option<u32>], verdicts: &[Verdict], annealing: Annealing) {
        let mut passed: BTreeMap<u32, (f64, i32)> = BTreeMap::new();
        for ((candidate, number), verdict) in candidates.iter().zip(numbers).zip(verdicts) {
            let Some(number) = *number else { continue };
            if verdict.status != Status::Rejected {
                let (sum, count) = passed.entry(number).or_default();
                *sum += f64::from(candidate.objective);
                *count += 1;
            }
            self.insert(number, candidate, annealing.least);
        }
        for (number, (sum, count)) in passed {
            let place = self.places[number as usize] as usize;
            if let Some(cell) = self.found.get_mut(place) {
                let left = libm::pow(1.0 - annealing.rate, count.into());
                cell.threshold = left * cell.threshold + (1.0 - left) * sum / f64::from(count);
            }
        }
    }

    /// Makes whole what was read back, for genomes of `len` numbers along these axes; `false` where it cannot be.
    pub fn complete(&mut self, axes: &[Axis], len: usize) -> bool {
        self.places = vec![NONE; total(axes)];
        if self.axes != axes {
            return false;
        }
        for (place, cell) in self.found.iter().enumerate() {
            let elite = &cell.elite;
            let sound = elite.genome.len() == len && elite.objective.is_finite() && !cell.threshold.is_nan();
            if !sound || self.number(&elite.descriptor) != Some(cell.number) {
                return false;
            }
            if std::mem::replace(&mut self.places[cell.number as usize], place as u32) != NONE {
                return false;
            }
        }
        true
    }
}

/// Cells of an archive; 0 without axes.
fn total(axes: &[Axis]) -> usize {
    if axes.is_empty() { 0 } else { axes.iter().map(|axis| axis.cells as usize).product() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(cells: u32) -> Axis {
        Axis { name: "x".into(), low: 0.0, high: 10.0, cells }
    }

    fn elite(id: u32, objective: f32, descriptor: [f32; 2]) -> Elite {
        Elite { genome: vec![id as f32], objective, descriptor: descriptor.to_vec(), id }
    }

    fn archive() -> Archive {
        Archive::new(vec![axis(10), axis(5)])
    }

    #[test]
    fn an_empty_archive_is_worth_nothing() {
        let archive = archive();
        assert_eq!(
            (archive.cells(), archive.occupied(), archive.coverage(), archive.qd_score(-9.0)),
            (50, 0, 0.0, 0.0)
        );
        assert!(archive.best().is_none() && archive.at(&[0, 0]).is_none());
    }

    #[test]
    fn cells_keep_the_best_and_tell_what_came_to_them() {
        let mut archive = archive();
        let statuses = |verdicts: Vec<Verdict>| verdicts.iter().map(|v| v.status).collect::<Vec<_>>();
        // All of a generation are judged by what was there before: two are new in one cell, and the better stays.
        let told =
            archive.add(&[elite(0, 1.0, [0.5, 0.5]), elite(1, 3.0, [0.9, 1.0]), elite(2, 3.0, [0.1, 0.1])], None);
        assert_eq!(told.iter().map(|v| v.value).collect::<Vec<_>>(), [1.0, 3.0, 3.0]);
        assert_eq!(statuses(told), [Status::New; 3]);
        assert_eq!((archive.occupied(), archive.at(&[0, 0]).unwrap().id), (1, 1), "ties go to who was first");
        let before = archive.clone();
        let told = archive.add(&[elite(3, 2.0, [0.5, 0.5]), elite(4, 3.0, [0.5, 0.5])], None);
        assert_eq!(told.iter().map(|v| v.value).collect::<Vec<_>>(), [-1.0, 0.0]);
        assert_eq!(statuses(told), [Status::Rejected; 2]);
        assert_eq!(archive, before, "a worse one, or one as good, changes nothing");
        let told = archive.add(&[elite(5, 4.0, [0.5, 0.5]), elite(6, -5.0, [9.9, 9.9])], None);
        assert_eq!((told[0], told[1].status), (Verdict { status: Status::Improved, value: 1.0 }, Status::New));
        assert_eq!(archive.coverage(), 2.0 / 50.0);
        // An elite below the offset adds nothing, and takes nothing away.
        assert_eq!((archive.qd_score(0.0), archive.qd_score(-10.0), archive.best().unwrap().id), (4.0, 19.0, 5));
    }

    #[test]
    fn what_is_no_number_never_enters() {
        let mut archive = archive();
        let odd = [
            elite(0, f32::NAN, [1.0, 1.0]),
            elite(1, 1.0, [f32::NAN, 1.0]),
            elite(2, f32::INFINITY, [1.0, 1.0]),
            elite(3, 1.0, [1.0, f32::INFINITY]),
            Elite { descriptor: vec![], ..elite(4, 1.0, [1.0, 1.0]) },
        ];
        for annealing in [None, Some(Annealing { rate: 0.1, least: -9.0 })] {
            let told = archive.add(&odd, annealing);
            assert!(told.iter().all(|v| v.status == Status::Rejected && v.value.is_nan()), "{told:?}");
            assert_eq!(archive.occupied(), 0);
        }
    }

    #[test]
    fn places_beyond_the_ends_count_in_the_outermost_cells() {
        let mut archive = archive();
        archive.add(&[elite(0, 1.0, [-1e30, 1e30]), elite(1, 1.0, [10.0, 0.0]), elite(2, 1.0, [3.0, 4.0])], None);
        let ids = [[0, 4], [9, 0], [3, 2]].map(|along| archive.at(&along).map(|e| e.id));
        assert_eq!(ids, [Some(0), Some(1), Some(2)]);
        assert_eq!(archive.elites().map(|(along, _)| along).collect::<Vec<_>>(), [[0, 4], [9, 0], [3, 2]]);
        assert!([&[10, 0][..], &[0], &[0, 5], &[0, 4, 0]].iter().all(|along| archive.at(along).is_none()));
        assert_eq!(archive.seen_along(0, 1)[2][3], Some(1.0));
    }

    #[test]
    fn thresholds_go_a_part_of_the_way() {
        let annealing = Some(Annealing { rate: 0.5, least: 2.0 });
        let mut archive = archive();
        let at = [0.5, 0.5];
        let told = archive.add(&[elite(0, 1.0, at), elite(1, 6.0, at), elite(2, 10.0, at)], annealing);
        assert_eq!(told.iter().map(|v| v.value).collect::<Vec<_>>(), [-1.0, 4.0, 8.0]);
        // Two passed, with a mean of 8: 1/4 of 2 and 3/4 of 8.
        assert_eq!((archive.found[0].threshold, archive.best().unwrap().id), (6.5, 2));
        let told = archive.add(&[elite(3, 7.0, at)], annealing);
        assert_eq!(told[0], Verdict { status: Status::Improved, value: 0.5 });
        assert_eq!((archive.found[0].threshold, archive.best().unwrap().id), (6.75, 2), "but the best is kept");
        // Seen, though it did not pass: the threshold stays.
        archive.add(&[elite(4, 0.0, [9.0, 9.0])], annealing);
        assert_eq!((archive.found[1].threshold, archive.occupied()), (2.0, 2));
    }

    #[test]
    fn an_archive_is_read_back_whole_or_not_at_all() {
        let mut archive = archive();
        archive.add(&[elite(0, 1.0, [1.0, 1.0]), elite(1, 1.0, [9.0, 9.0])], None);
        let bytes = postcard::to_stdvec(&archive).unwrap();
        let read = || postcard::from_bytes::<Archive>(&bytes).unwrap();
        let mut back = read();
        assert!(back.complete(archive.axes(), 1));
        assert_eq!(back, archive);
        assert!(!read().complete(archive.axes(), 2) && !read().complete(&[axis(10), axis(6)], 1));
        let mut twice = read();
        twice.found[1] = twice.found[0].clone();
        assert!(!twice.complete(archive.axes(), 1));
    }
}
