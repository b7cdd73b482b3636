//! The tables of a run read back, row by row since they may be longer than memory, and by the names of their columns, so
//! that a reader stays right when columns are added. Knows nothing of what is done with them.

use std::fs::File;
use std::io::{Read, Take};
use std::path::{Path, PathBuf};

use super::RunError;
use crate::files;
use crate::simulation::GenerationRow;

/// A table of numbers and names, at one of its rows.
pub struct Rows {
    path: PathBuf,
    reader: csv::Reader<Take<File>>,
    columns: Vec<String>,
    record: csv::StringRecord,
}

impl Rows {
    /// Opens the first `length` bytes of a table, before its first row; all of it when it is shorter.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path, length: u64) -> Result<Rows, RunError> {
        let file = files::open_to_read(path)?;
        let mut reader = csv::Reader::from_reader(file.take(length));
        let columns = reader.headers().map_err(bad(path))?.iter().map(str::to_string).collect();
        Ok(Rows { path: path.to_path_buf(), reader, columns, record: csv::StringRecord::new() })
    }

    /// Goes to the next row; tells whether there is one.
    ///
    /// # Errors
    /// When it cannot be read, or has another length than the head.
    pub fn advance(&mut self) -> Result<bool, RunError> {
        self.reader.read_record(&mut self.record).map_err(bad(&self.path))
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What stands in a column of this row; `None` where the table has no such column.
    pub fn text(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.record.get(at)
    }

    /// The number in a column of this row; NaN where the table has no such column.
    ///
    /// # Errors
    /// When no number stands there.
    pub fn number(&self, column: &str) -> Result<f64, RunError> {
        let Some(text) = self.text(column) else { return Ok(f64::NAN) };
        text.parse().map_err(|_| {
            let line = self.record.position().map_or(0, csv::Position::line);
            let problem = format!("line {line}: `{column}` = {text:?}: a number");
            RunError::Bad { path: self.path.clone(), problem }
        })
    }
}

fn bad(path: &Path) -> impl Fn(csv::Error) -> RunError {
    let path = path.to_path_buf();
    move |e| RunError::Bad { path: path.clone(), problem: e.to_string() }
}

/// What a generation of one species was worth, as its table tells it. What a table does not tell is NaN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generation {
    /// Generation, from 0.
    pub generation: u64,
    /// Name of the species.
    pub species: String,
    /// Best fitness.
    pub best: f32,
    /// Mean fitness.
    pub mean: f32,
    /// Number of the best genome in the lineage.
    pub best_id: u64,
    /// Mean fitness on held-out seeds; NaN in generations that were not scored on them.
    pub held_out: f32,
    /// Its interval.
    pub held_out_range: [f32; 2],
    /// Share of the cells of its archive that are occupied; NaN where it has none.
    pub coverage: f32,
    /// QD score of the archive.
    pub qd_score: f64,
}

impl Generation {
    /// A row of `generations.csv` that was just made.
    pub fn of(row: &GenerationRow) -> Generation {
        let record = row.record();
        let at = |name: &str| GenerationRow::HEADER.iter().position(|column| *column == name);
        let number = |name: &str| at(name).and_then(|at| record[at].parse().ok()).unwrap_or(f64::NAN);
        Generation { species: row.species.clone(), ..Generation::from_numbers(&number) }
    }

    /// Shows each row of the first `length` bytes of a `generations.csv`.
    ///
    /// # Errors
    /// As `Rows`.
    pub fn each(path: &Path, length: u64, mut see: impl FnMut(Generation)) -> Result<(), RunError> {
        let mut rows = Rows::open(path, length)?;
        while rows.advance()? {
            let names = ["generation", "best", "mean", "best_id", "held_out", "held_out_low", "held_out_high"];
            names.into_iter().chain(["coverage", "qd_score"]).try_for_each(|name| rows.number(name).map(drop))?;
            let number = |name: &str| rows.number(name).unwrap_or(f64::NAN);
            let species = rows.text("species").unwrap_or_default().to_string();
            see(Generation { species, ..Generation::from_numbers(&number) });
        }
        Ok(())
    }

    fn from_numbers(number: &dyn Fn(&str) -> f64) -> Generation {
        Generation {
            generation: number("generation") as u64,
            species: String::new(),
            best: number("best") as f32,
            mean: number("mean") as f32,
            best_id: number("best_id") as u64,
            held_out: number("held_out") as f32,
            held_out_range: [number("held_out_low") as f32, number("held_out_high") as f32],
            coverage: number("coverage") as f32,
            qd_score: number("qd_score"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, length: u64) -> Result<Vec<Generation>, RunError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let mut all = Vec::new();
        Generation::each(&path, length, |row| all.push(row)).map(|()| all)
    }

    #[test]
    fn columns_are_found_by_name_and_may_be_missing() {
        let text = "held_out,generation,species,held_out_low,held_out_high,best\nNaN,0,a,NaN,NaN,2\n3.5,1,a,3,4,2.5\n";
        let all = all(text, u64::MAX).unwrap();
        assert_eq!((all[1].generation, all[1].best, all[1].held_out), (1, 2.5, 3.5));
        assert_eq!((all[1].held_out_range, &*all[1].species), ([3.0, 4.0], "a"));
        assert!(all[0].held_out.is_nan() && all[1].mean.is_nan(), "there is no column `mean`");
    }

    #[test]
    fn what_was_written_after_the_length_is_not_read() {
        let text = "generation,best\n0,1\n1,2\n2";
        assert_eq!(all(text, 24).unwrap().len(), 2);
        assert!(all(text, 1_000).is_err(), "a line that was cut short");
    }

    #[test]
    fn what_is_no_number_is_told_with_its_place() {
        let told = all("generation,best\n0,1\n1,high\n", 99).unwrap_err().to_string();
        assert!(told.ends_with("table.csv: line 3: `best` = \"high\": a number"), "{told}");
    }
}
