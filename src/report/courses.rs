//! What the seeds of a sweep agree on, generation by generation: medians and quartiles of all that `generations.csv` tells of how
//! a species and its archive fare, as charts and as a table. Knows nothing of pages.

use std::path::Path;

use super::chart::COLORS;
use super::curve::{Curve, Figure, Points};
use crate::run::sweep::{Sweep, SweepRow, run_path};
use crate::run::{Generation, RunError, tables};

/// Combinations drawn into one chart, at most: as many as there are colours.
const TOGETHER: usize = COLORS;

/// One number of a generation.
struct Measure {
    title: &'static str,
    /// Whether it is told of an archive.
    archive: bool,
    value: fn(&Generation) -> f64,
}

const MEASURES: [Measure; 5] = [
    Measure { title: "best", archive: false, value: |row| row.best.into() },
    Measure { title: "mean", archive: false, value: |row| row.mean.into() },
    Measure { title: "held-out mean", archive: false, value: |row| row.held_out.into() },
    Measure { title: "coverage (%)", archive: true, value: |row| 100.0 * f64::from(row.coverage) },
    Measure { title: "QD score", archive: true, value: |row| row.qd_score },
];

/// One number of one species in its course: a curve a combination, of those that have one.
pub struct Course {
    species: String,
    measure: &'static Measure,
    /// Values of the combination, and its curve.
    curves: Vec<(Vec<String>, Curve)>,
}

/// The courses of a sweep.
pub struct Courses {
    axes: Vec<String>,
    all: Vec<Course>,
    /// Whether several species evolve, so that each is named.
    several: bool,
}

impl Courses {
    /// Reads the runs of the sweep in `folder` that have ended, `rows`. There are none in live evolution. `name` tells what a
    /// combination is called; without a name its curve is called as the chart.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn read(
        folder: &Path,
        sweep: &Sweep,
        rows: &[SweepRow],
        name: impl Fn(&[String]) -> Option<String>,
    ) -> Result<Courses, RunError> {
        let mut of_combinations = Vec::new();
        for (combination, values) in sweep.combinations().into_iter().enumerate() {
            let own = rows.iter().filter(|row| row.cell.combination == combination);
            let runs = own.map(|row| points(&run_path(folder, &row.cell))).collect::<Result<Vec<_>, _>>()?;
            of_combinations.push((values, runs));
        }
        let mut species: Vec<&str> = Vec::new();
        for (name, _) in of_combinations.iter().flat_map(|(_, runs)| runs.iter().flatten()) {
            if !species.contains(&name.as_str()) {
                species.push(name);
            }
        }
        let course = |species: &str, index: usize| {
            let measure = &MEASURES[index];
            let curve = |(combination, (values, runs)): (usize, &(Vec<String>, Vec<Run>))| {
                let own = runs.iter().flatten().filter(|(of, _)| of == species);
                let points = own.map(|(_, points)| points[index].clone()).collect();
                let name = name(values).unwrap_or_else(|| measure.title.to_string());
                (values.clone(), Curve::over_runs(&name, combination, points))
            };
            let curves = of_combinations.iter().enumerate().map(curve).filter(|(_, curve)| !curve.line.is_empty());
            Course { species: species.to_string(), measure, curves: curves.collect() }
        };
        let all = species.iter().flat_map(|species| (0..MEASURES.len()).map(|index| course(species, index)));
        let axes = sweep.axes.iter().map(|axis| axis.path.clone()).collect();
        Ok(Courses { axes, all: all.filter(|course| !course.curves.is_empty()).collect(), several: species.len() > 1 })
    }

    /// Charts of how species fare, or of how their archives do. A chart of more than can be told apart becomes several.
    pub fn figures(&self, archive: bool) -> Vec<Figure> {
        let of = |course: &Course| {
            let title = course.measure.title;
            let named = if self.several { format!("{}: {title}", course.species) } else { title.to_string() };
            let all: Vec<Curve> = course.curves.iter().map(|(_, curve)| curve.clone()).collect();
            let figure = |some: &[Curve]| {
                let called = |curve: &Curve| if curve.name == title { named.clone() } else { curve.name.clone() };
                let some: Vec<Curve> = some.iter().map(|c| Curve { name: called(c), ..c.clone() }).collect();
                Figure::new(&named, "generation", &some)
            };
            all.chunks(TOGETHER).map(figure).collect::<Vec<_>>()
        };
        self.all.iter().filter(|course| course.measure.archive == archive).flat_map(of).collect()
    }

    /// All curves as a table: species, measure, a value for each axis, generation, and the quartiles over the seeds, as drawn.
    /// Empty where there are no curves.
    pub fn csv(&self) -> Vec<u8> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let axes = self.axes.iter().map(String::as_str);
        let head = ["species", "measure"].into_iter().chain(axes).chain(["generation", "low", "median", "high"]);
        let mut lines: Vec<Vec<String>> = vec![head.map(str::to_string).collect()];
        for course in &self.all {
            for (values, curve) in &course.curves {
                for (at, (x, median)) in curve.line.iter().enumerate() {
                    // One run has no band: its value is all three.
                    let (_, low, high) = curve.band.get(at).copied().unwrap_or((*x, *median, *median));
                    let mut line = vec![course.species.clone(), course.measure.title.to_string()];
                    line.extend(values.iter().cloned());
                    // Numbers of the tables have seven digits.
                    line.extend([*x, low, *median, high].map(|number| (number as f32).to_string()));
                    lines.push(line);
                }
            }
        }
        tables::csv_lines(lines.iter())
    }
}

/// Points for each measure of each species of whole populations in a run.
type Run = Vec<(String, [Points; MEASURES.len()])>;

fn points(run: &Path) -> Result<Run, RunError> {
    let mut of_species: Run = Vec::new();
    Generation::each(&run.join(tables::GENERATIONS), u64::MAX, |row| {
        let at = of_species.iter().position(|(species, _)| *species == row.species).unwrap_or_else(|| {
            of_species.push((row.species.clone(), Default::default()));
            of_species.len() - 1
        });
        for (points, measure) in of_species[at].1.iter_mut().zip(&MEASURES) {
            points.push_plain(row.generation as f64, (measure.value)(&row));
        }
    })?;
    Ok(of_species)
}
