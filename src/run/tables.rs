//! The tables of a run folder, which only ever grow at their end, and are cut back to a checkpoint when a run goes on
//! from it. Knows nothing of what the numbers mean.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::evolution::LineageRecord;
use crate::files::{self, FileError};
use crate::hearing::course::MeaningRow;
use crate::layout::NONE;
use crate::measure::MetricsRow;
use crate::simulation::{GenerationRow, Happened};

/// Metrics, a row a species and interval.
pub const METRICS: &str = "metrics.csv";
/// Generations that ended.
pub const GENERATIONS: &str = "generations.csv";
/// Who descends from whom; agents that are never a child here were founders.
pub const LINEAGE: &str = "lineage.csv";
/// What signals came to over evolutionary time, where the scene asks for it.
pub const MEANING: &str = "meaning.csv";
/// Commands, with ticks.
pub const COMMANDS: &str = "commands.ron";
/// Faults, in words.
pub const FAULTS: &str = "faults.txt";

const NAMES: [&str; 6] = [METRICS, GENERATIONS, LINEAGE, COMMANDS, FAULTS, MEANING];
const LINEAGE_HEADER: [&str; 8] = ["tick", "world", "species", "id", "parent", "second", "operator", "slot"];

/// One file that grows at its end.
struct Table {
    path: PathBuf,
    file: File,
    /// Bytes written.
    length: u64,
}

impl Table {
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.file.write_all(bytes).map_err(files::on("write", &self.path))?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// The tables of one run.
pub struct Tables {
    tables: [Table; 6],
}

/// Rows of one length as the bytes of a table.
pub fn csv_lines<R: AsRef<[String]>>(rows: impl Iterator<Item = R>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory does not fail, and all rows of a table have the same number of columns.
        let _ = writer.write_record(row.as_ref());
    }
    writer.into_inner().unwrap_or_default()
}

/// The rows of a table, as they were written.
///
/// # Errors
/// When it cannot be read, or a row is not of this table.
pub fn rows<R: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<R>, FileError> {
    let read = || -> Result<Vec<R>, csv::Error> { csv::Reader::from_path(path)?.into_deserialize().collect() };
    read().map_err(|problem| files::on("read", path)(io::Error::other(problem)))
}

/// A number that may stand for nobody.
fn or_empty(id: u32) -> String {
    if id == NONE { String::new() } else { id.to_string() }
}

fn lineage_record(r: &LineageRecord) -> [String; 8] {
    [
        r.tick.to_string(),
        or_empty(r.world),
        r.species.to_string(),
        r.id.to_string(),
        or_empty(r.parent),
        or_empty(r.second),
        r.operator.to_string(),
        or_empty(r.slot),
    ]
}

impl Tables {
    /// New tables with their headers.
    pub fn create(folder: &Path) -> Result<Tables, FileError> {
        let mut made = Vec::with_capacity(NAMES.len());
        for (name, header) in NAMES.iter().zip(headers()) {
            let path = folder.join(name);
            let file = File::create_new(&path).map_err(files::on("create", &path))?;
            let mut table = Table { path, file, length: 0 };
            table.append(&header)?;
            made.push(table);
        }
        Ok(Tables { tables: six(made) })
    }

    /// Removes the tables of a run that is made from its beginning.
    pub fn remove(folder: &Path) -> Result<(), FileError> {
        for name in NAMES {
            let path = folder.join(name);
            match std::fs::remove_file(&path) {
                Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
                    return Err(files::on("remove", &path)(problem));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Existing tables, cut back to the lengths noted in a checkpoint.
    pub fn open(folder: &Path, lengths: &[(String, u64)]) -> Result<Tables, FileError> {
        let mut opened = Vec::with_capacity(NAMES.len());
        for (name, header) in NAMES.into_iter().zip(headers()) {
            let path = folder.join(name);
            let open = || -> io::Result<Table> {
                let noted = lengths.iter().find(|(n, _)| n == name).map(|(_, bytes)| *bytes);
                let length = noted.ok_or_else(|| io::Error::other("the checkpoint does not know its length"))?;
                let file = files::open_own(&path)?;
                let found = file.metadata()?.len();
                if found < length {
                    let problem = format!("it has {found} bytes, and the checkpoint was made when it had {length}");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
                same_columns(&path, &header)?;
                file.set_len(length)?;
                Ok(Table { path: path.clone(), file, length })
            };
            opened.push(open().map_err(files::on("go on with", &path))?);
        }
        Ok(Tables { tables: six(opened) })
    }

    /// Appends the rows of another run's tables up to a tick, commands aside: what a run that branches off there has behind it. `next_id`
    /// of each world tells births that came before the tick was reached from those that it brought on its way to the next.
    pub fn record_until(&mut self, folder: &Path, tick: u64, next_id: &[u32]) -> Result<(), FileError> {
        for (table, name) in self.tables.iter_mut().zip(NAMES) {
            let path = folder.join(name);
            let read = || -> io::Result<Vec<u8>> {
                match name {
                    COMMANDS => Ok(vec![]),
                    FAULTS => {
                        let text = std::fs::read_to_string(&path)?;
                        let kept = text.lines().filter(|line| fault_tick(line).is_some_and(|at| at <= tick));
                        Ok(kept.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes())
                    }
                    LINEAGE => rows_until(&path, tick, |row| {
                        let number = |column: usize| row.get(column).and_then(|n| n.parse::<u32>().ok());
                        let next = number(1).and_then(|world| next_id.get(world as usize));
                        // Those of no world are of a round that begins here.
                        next.zip(number(3)).is_none_or(|(next, id)| id < *next)
                    }),
                    _ => rows_until(&path, tick, |_| true),
                }
            };
            table.append(&read().map_err(files::on("read", &path))?)?;
        }
        Ok(())
    }

    /// Appends what happened.
    pub fn record(&mut self, happened: &Happened) -> Result<(), FileError> {
        let faults: String = happened.faults.iter().map(|fault| format!("{fault}\n")).collect();
        let [metrics, generations, lineage, _, notes, meaning] = &mut self.tables;
        metrics.append(&csv_lines(happened.metrics.iter().map(MetricsRow::record)))?;
        generations.append(&csv_lines(happened.generations.iter().map(GenerationRow::record)))?;
        meaning.append(&csv_lines(happened.meaning.iter().map(MeaningRow::record)))?;
        lineage.append(&csv_lines(happened.lineage.iter().map(lineage_record)))?;
        notes.append(faults.as_bytes())
    }

    /// Appends a line of the command log.
    pub fn log(&mut self, line: &str) -> Result<(), FileError> {
        self.tables[3].append(format!("{line}\n").as_bytes())
    }

    /// Makes all of it last, and tells the lengths.
    pub fn sync(&mut self) -> Result<Vec<(String, u64)>, FileError> {
        for table in &self.tables {
            table.file.sync_data().map_err(files::on("sync", &table.path))?;
        }
        Ok(NAMES.iter().zip(&self.tables).map(|(name, table)| (name.to_string(), table.length)).collect())
    }
}

/// What each table begins with.
fn headers() -> [Vec<u8>; 6] {
    let owned = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    [
        csv_lines([owned(MetricsRow::HEADER)].iter()),
        csv_lines([owned(GenerationRow::HEADER)].iter()),
        csv_lines([owned(&LINEAGE_HEADER)].iter()),
        b"// Commands of this run, in the order of application.\n".to_vec(),
        Vec::new(),
        csv_lines([owned(MeaningRow::HEADER)].iter()),
    ]
}

/// Rows of a table before a tick, and those of that tick which it has seen, without its header.
fn rows_until(path: &Path, tick: u64, seen: impl Fn(&csv::StringRecord) -> bool) -> io::Result<Vec<u8>> {
    let mut table = csv::Reader::from_path(path)?;
    let column = table.headers()?.iter().position(|name| name == "tick");
    let column = column.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it has no column `tick`"))?;
    let mut kept = csv::Writer::from_writer(Vec::new());
    for row in table.records() {
        let row = row?;
        let at = row.get(column).and_then(|at| at.parse::<u64>().ok());
        if at.is_some_and(|at| at < tick || at == tick && seen(&row)) {
            kept.write_record(&row)?;
        }
    }
    kept.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// The tick of a line of `faults.txt`.
fn fault_tick(line: &str) -> Option<u64> {
    line.strip_prefix("tick ")?.split(':').next()?.parse().ok()
}

/// Refuses a table of another version of the program, whose rows have other columns than those that would follow.
fn same_columns(path: &Path, header: &[u8]) -> io::Result<()> {
    let mut found = vec![];
    File::open(path)?.take(header.len() as u64).read_to_end(&mut found)?;
    if found == header {
        return Ok(());
    }
    let columns = String::from_utf8_lossy(header).trim_end().to_string();
    let problem = format!("another version of the program wrote it: its columns are not {columns}");
    Err(io::Error::new(io::ErrorKind::InvalidData, problem))
}

/// As many tables as there are names.
fn six(tables: Vec<Table>) -> [Table; 6] {
    tables.try_into().unwrap_or_else(|_| unreachable!("one table was made for each name"))
}
