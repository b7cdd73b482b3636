//! How numbers are cut into classes, in ways that are declared. Knows nothing of what the numbers are of.

use crate::statistics::clusters;

/// Most classes of a column.
pub const MOST: u32 = 8;

/// Names the draws by which means begin; any will do.
const BEGIN: crate::rng::Stream = [0, 11];

/// How numbers are cut into classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discretization {
    /// Two: above 0, or not.
    Signs,
    /// So many of about equal mass in the log, at most 8; fewer where numbers repeat.
    EqualMass(u32),
    /// So many about means of their own, at most 8 (k-means; Lloyd 1982): gaps in what is sent become borders. Fewer where there are
    /// fewer numbers.
    Means(u32),
}

/// Rows of numbers cut into classes, one way for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Cuts {
    /// Of each column, ascending: a number is in as high a class as there are cuts below it.
    columns: Vec<Vec<f32>>,
}

impl Cuts {
    /// As the rows of a log ask for; all of one length, one way of cutting for each number of them.
    pub fn new(rows: &[&[f32]], ways: &[Discretization]) -> Cuts {
        let column = |(at, way): (usize, &Discretization)| match way {
            Discretization::Signs => vec![0.0],
            Discretization::EqualMass(classes) => {
                let mut sorted: Vec<f32> = rows.iter().map(|row| row[at]).collect();
                sorted.sort_unstable_by(f32::total_cmp);
                let classes = (*classes).clamp(1, MOST) as usize;
                let cut = |class: usize| {
                    let wanted = class * sorted.len() / classes;
                    let at = sorted[wanted.checked_sub(1)?];
                    // Of numbers that repeat all are on one side: on the one that leaves the shares nearer to equal.
                    let [below, up_to] = [sorted.partition_point(|x| *x < at), sorted.partition_point(|x| *x <= at)];
                    let nearer_below = up_to == sorted.len() || wanted - below < up_to - wanted;
                    if nearer_below { below.checked_sub(1).map(|last| sorted[last]) } else { Some(at) }
                };
                let mut cuts: Vec<f32> = (1..classes).filter_map(cut).collect();
                cuts.dedup();
                cuts
            }
            Discretization::Means(classes) => between_means(rows.iter().map(|row| row[at]), *classes),
        };
        Cuts { columns: ways.iter().enumerate().map(column).collect() }
    }

    /// The class of a row: those of its numbers together.
    pub fn class(&self, row: &[f32]) -> u64 {
        let of = |(cuts, x): (&Vec<f32>, &f32)| (cuts.partition_point(|cut| cut < x) as u64, cuts.len() as u64 + 1);
        self.columns.iter().zip(row).map(of).fold(0, |all, (class, classes)| all * classes + class)
    }
}

/// The classes of rows, numbered from 0 in ascending order of those that occur.
pub(super) fn symbols(rows: &[&[f32]], ways: &[Discretization]) -> Vec<u32> {
    let cuts = Cuts::new(rows, ways);
    let classes: Vec<u64> = rows.iter().map(|row| cuts.class(row)).collect();
    let mut met = classes.clone();
    met.sort_unstable();
    met.dedup();
    classes.iter().map(|class| met.partition_point(|other| other < class) as u32).collect()
}

/// Borders half-way between neighbouring means of so many clusters.
fn between_means(numbers: impl Iterator<Item = f32>, classes: u32) -> Vec<f32> {
    let rows: Vec<Vec<f32>> = numbers.map(|x| vec![x]).collect();
    let found = clusters::means(&rows, classes.clamp(1, MOST) as usize, BEGIN);
    let mut centers: Vec<f32> = found.centers.iter().map(|center| center[0]).collect();
    centers.sort_unstable_by(f32::total_cmp);
    centers.windows(2).map(|two| 0.5 * (two[0] + two[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_find_the_gaps() {
        let numbers = [-0.9f32, -0.8, -0.85, 0.0, 0.05, 0.9, 0.95, 1.0, 0.92, 0.93];
        let rows: Vec<&[f32]> = numbers.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::Means(3)]), [0, 0, 0, 1, 1, 2, 2, 2, 2, 2]);
        let same = [0.5f32; 4];
        let rows: Vec<&[f32]> = same.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::Means(4)]), [0; 4]);
        assert!(symbols(&[], &[Discretization::Means(3)]).is_empty());
    }

    #[test]
    fn numbers_are_cut_as_declared() {
        let numbers = [-1.0f32, -0.5, 0.0, 0.1, 0.1, 0.1, 0.7, 0.9];
        let rows: Vec<&[f32]> = numbers.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::Signs]), [0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(symbols(&rows, &[Discretization::EqualMass(4)]), [0, 0, 1, 2, 2, 2, 3, 3]);
        let most_alike = [0.3f32, 0.3, 0.3, 0.3, 0.3, 0.3, -0.1, 0.2];
        let rows: Vec<&[f32]> = most_alike.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::EqualMass(3)]), [1, 1, 1, 1, 1, 1, 0, 0]);
        let most_nothing = [0.0f32, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.2];
        let rows: Vec<&[f32]> = most_nothing.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::EqualMass(4)]), [0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(symbols(&rows, &[Discretization::EqualMass(1)]), [0; 8]);
        let same = [0.5f32; 4];
        let rows: Vec<&[f32]> = same.iter().map(std::slice::from_ref).collect();
        assert_eq!(symbols(&rows, &[Discretization::EqualMass(4)]), [0; 4], "what never varies is one class");
        // Two columns make classes of pairs.
        let pairs = [[-1.0f32, 1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, 1.0]];
        let rows: Vec<&[f32]> = pairs.iter().map(|pair| &pair[..]).collect();
        assert_eq!(symbols(&rows, &[Discretization::Signs; 2]), [1, 2, 0, 2]);
        assert!(symbols(&[], &[]).is_empty());
    }
}
