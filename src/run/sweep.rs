//! A sweep on disk: a folder with what is swept (`sweep.ron`), the scene that all runs share, a run folder for each
//! combination of values and seed, and one table of their results. What a finished run came to is read from its own folder
//! each time, so that the table can be made again after any break. Knows nothing of how runs are driven.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::info::{check_end, write_ron};
use super::{
    Ended, EndedBy, FORMAT, Generation, Goal, LARGEST_TEXT, Rows, RunError, RunInfo, StopRule, Watch, judged, lock,
    read_scene, read_script, tables, with_own_genomes,
};
use crate::command::{self, Logged};
use crate::files;
use crate::scene::{self, Evolution, SceneSpec};

/// Most runs of a sweep. More are a slip in the command: at a second each they would take three hours.
pub const MOST_RUNS: usize = 10_000;
/// The file that makes a folder a sweep.
const FILE: &str = "sweep.ron";
/// The table of results.
pub const TABLE: &str = "sweep.csv";
/// Folder of the runs.
const RUNS: &str = "runs";

/// Values of one number of the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Path in the scene.
    pub path: String,
    /// Values, as `--set` takes them.
    pub values: Vec<String>,
}

/// What is swept: `sweep.ron`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Version of the folder.
    pub format: u32,
    /// Version of the program that started it.
    pub version: String,
    /// Title of the scene.
    pub scene: String,
    /// Every value of one is combined with every value of the others.
    pub axes: Vec<Axis>,
    /// Seeds of each combination.
    pub seeds: Vec<u64>,
    /// `auto`, `cpu` or `gpu`.
    pub backend: String,
    /// Where each run is to end.
    pub goal: Goal,
    /// What ends a run before.
    pub stop: StopRule,
    /// The command that makes the sweep again.
    pub command: String,
}

/// One run of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Name of its folder.
    pub name: String,
    /// Number of its combination of values.
    pub combination: usize,
    /// A value for each axis.
    pub values: Vec<String>,
    /// Seed.
    pub seed: u64,
}

impl Sweep {
    /// How many runs it has; `usize::MAX` when that cannot be counted.
    pub fn runs(&self) -> usize {
        let sizes = self.axes.iter().map(|axis| axis.values.len());
        sizes.fold(self.seeds.len(), usize::saturating_mul)
    }

    /// All combinations of values; those of the last axis change fastest.
    pub fn combinations(&self) -> Vec<Vec<String>> {
        let mut all = vec![vec![]];
        for axis in &self.axes {
            let longer = |start: &Vec<String>| -> Vec<Vec<String>> {
                axis.values.iter().map(|value| [start.as_slice(), std::slice::from_ref(value)].concat()).collect()
            };
            all = all.iter().flat_map(longer).collect();
        }
        all
    }

    /// All runs in their order: every combination with the first seed, then with the second. A sweep that is broken off
    /// has then tried all values.
    pub fn cells(&self) -> Vec<Cell> {
        let combinations = self.combinations();
        let cell = |seed: u64, (combination, values): (usize, &Vec<String>)| Cell {
            name: format!("{:03}-seed{seed}", combination + 1),
            combination,
            values: values.clone(),
            seed,
        };
        self.seeds.iter().flat_map(|&seed| combinations.iter().enumerate().map(move |at| cell(seed, at))).collect()
    }

    /// The scene of one run.
    ///
    /// # Errors
    /// A path that the scene does not have, or a value that it does not take, in words.
    pub fn scene_of(&self, shared: &SceneSpec, cell: &Cell) -> Result<SceneSpec, String> {
        let mut scene = SceneSpec { seed: cell.seed, ..shared.clone() };
        for (axis, value) in self.axes.iter().zip(&cell.values) {
            scene::set(&mut scene, &axis.path, value).map_err(|e| format!("--sweep {}={value}: {e}", axis.path))?;
        }
        Ok(scene)
    }

    /// Refuses what no sweep can be: nothing to run, too much, or two axes that are one.
    pub fn check(&self) -> Result<(), String> {
        if let Some(axis) = self.axes.iter().find(|axis| axis.values.is_empty()) {
            return Err(format!("{} has no values to sweep", axis.path));
        }
        let mut seen = HashSet::new();
        if let Some(axis) = self.axes.iter().find(|axis| !seen.insert(&axis.path)) {
            return Err(format!("{} is swept twice: give all of its values at once", axis.path));
        }
        for axis in &self.axes {
            let mut seen = HashSet::new();
            if let Some(value) = axis.values.iter().find(|value| !seen.insert(*value)) {
                return Err(format!("{} has the value {value} twice", axis.path));
            }
        }
        match self.runs() {
            0 => Err("it has no seeds".to_string()),
            n if n > MOST_RUNS => Err(format!("it would be {n} runs, and a sweep has at most {MOST_RUNS}")),
            _ => check_end(self.goal, &self.stop),
        }
    }

    /// Reads `sweep.ron` in the folder `path`; `None` where there is none.
    pub fn read(path: &Path) -> Result<Option<Sweep>, RunError> {
        let file = path.join(FILE);
        if !file.is_file() {
            return Ok(None);
        }
        let text = files::read_text(&file, LARGEST_TEXT)?;
        let bad = |problem: String| RunError::Bad { path: file.clone(), problem };
        let sweep: Sweep = ron::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if sweep.format > FORMAT {
            let format = sweep.format;
            return Err(bad(format!("written in run format {format}; this program reads up to {FORMAT}, update it")));
        }
        sweep.check().map_err(bad)?;
        Ok(Some(sweep))
    }
}

/// The folder of a sweep that is going on.
pub struct SweepFolder {
    path: PathBuf,
    sweep: Sweep,
    _lock: File,
}

impl SweepFolder {
    /// Makes the folder. `beside` is where the genome files of the shared scene were found.
    pub fn create(
        path: &Path,
        sweep: Sweep,
        shared: &SceneSpec,
        beside: &Path,
        script: &[Logged],
    ) -> Result<SweepFolder, RunError> {
        files::create_folder(path)?;
        if fs::read_dir(path).map_err(files::on("read", path))?.next().is_some() {
            return Err(RunError::NotEmpty(path.to_path_buf()));
        }
        let lock = lock(path)?;
        files::create_folder(&path.join("genomes"))?;
        files::create_folder(&path.join(RUNS))?;
        let scene = scene::encode(&with_own_genomes(shared, beside, path)?);
        let head = "// What the runs of this sweep share; sweep.ron says what differs.\n";
        files::write_whole(&path.join("scene.ron"), &[head.as_bytes(), scene.as_bytes()])?;
        if !script.is_empty() {
            files::write_whole(&path.join("script.ron"), &[command::encode_log(script).as_bytes()])?;
        }
        // Last, because it makes the folder a sweep.
        write_ron(&path.join(FILE), &sweep)?;
        Ok(SweepFolder { path: path.to_path_buf(), sweep, _lock: lock })
    }

    /// Opens a sweep to go on with it; `None` where there is none.
    pub fn open(path: &Path) -> Result<Option<SweepFolder>, RunError> {
        let Some(sweep) = Sweep::read(path)? else { return Ok(None) };
        Ok(Some(SweepFolder { path: path.to_path_buf(), sweep, _lock: lock(path)? }))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is swept.
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// Says anew where each run is to end.
    pub fn set_end(&mut self, goal: Goal, stop: StopRule) -> Result<(), RunError> {
        (self.sweep.goal, self.sweep.stop) = (goal, stop);
        write_ron(&self.path.join(FILE), &self.sweep)
    }

    /// The scene that all runs share.
    pub fn shared(&self) -> Result<SceneSpec, RunError> {
        read_scene(&self.path)
    }

    /// The script of commands that all runs share.
    pub fn script(&self) -> Result<Vec<Logged>, RunError> {
        let file = self.path.join("script.ron");
        if !file.exists() {
            return Ok(vec![]);
        }
        Ok(read_script(&file)?.into_iter().map(|(_, logged)| logged).collect())
    }

    /// The folder of a run. What was begun there and never became a run is removed.
    pub fn run(&self, cell: &Cell) -> Result<PathBuf, RunError> {
        let path = run_path(&self.path, cell);
        if path.exists() && !path.join("run.ron").is_file() {
            fs::remove_dir_all(&path).map_err(files::on("remove", &path))?;
        }
        Ok(path)
    }

    /// Whether a run has come as far as the sweep asks.
    pub fn finished(&self, cell: &Cell) -> Result<bool, RunError> {
        match RunInfo::read(&run_path(&self.path, cell)) {
            Ok(info) => {
                let ended = info.ended.as_ref().is_some_and(|ended| ended.by != EndedBy::Interrupted);
                Ok(ended && info.goal == self.sweep.goal && info.stop == self.sweep.stop)
            }
            Err(RunError::NoRun(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes the table of the runs that have ended so far.
    pub fn write_table(&self) -> Result<Vec<SweepRow>, RunError> {
        let rows = rows(&self.path, &self.sweep)?;
        let paths = self.sweep.axes.iter().map(|axis| axis.path.as_str());
        let after =
            ["seed", "generations", "best", "mean", "held_out", "coverage", "qd_score", "ended", "seconds", "digest"];
        let head: Vec<String> = std::iter::once("run").chain(paths).chain(after).map(str::to_string).collect();
        let lines = std::iter::once(head).chain(rows.iter().map(SweepRow::record));
        files::write_whole(&self.path.join(TABLE), &[&tables::csv_lines(lines)])?;
        Ok(rows)
    }
}

/// The folder of a run of the sweep in `path`.
pub fn run_path(path: &Path, cell: &Cell) -> PathBuf {
    path.join(RUNS).join(&cell.name)
}

/// What a run of a sweep came to. What is not known is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRow {
    /// Which run.
    pub cell: Cell,
    /// Generations that it had.
    pub generations: u64,
    /// Highest best fitness of a generation; in live evolution, highest mean fitness of the lives that ended in an
    /// interval of the metrics.
    pub best: f32,
    /// Mean fitness of the last generation, or of the lives that ended in the last such interval.
    pub mean: f32,
    /// Mean fitness on held-out seeds, of the last generation that was scored on them.
    pub held_out: f32,
    /// Share of the cells of the archive that are occupied at the end.
    pub coverage: f32,
    /// QD score of the archive at the end.
    pub qd_score: f64,
    /// How it ended.
    pub ended: Ended,
    /// Real time that it took.
    pub seconds: f64,
}

impl SweepRow {
    fn record(&self) -> Vec<String> {
        let (cell, number) = (&self.cell, |value: f32| value.to_string());
        let mut record = vec![format!("{RUNS}/{}", cell.name)];
        record.extend(cell.values.iter().cloned());
        record.extend([cell.seed.to_string(), self.generations.to_string()]);
        record.extend([self.best, self.mean, self.held_out, self.coverage].map(number));
        record.extend([self.qd_score.to_string()]);
        record.extend([self.ended.by.name().to_string(), format!("{:.3}", self.seconds), self.ended.digest.clone()]);
        record
    }
}

/// What the runs of the sweep in `path` have come to, of those that have ended.
pub fn rows(path: &Path, sweep: &Sweep) -> Result<Vec<SweepRow>, RunError> {
    let of = |cell: Cell| result(&run_path(path, &cell), cell).transpose();
    sweep.cells().into_iter().filter_map(of).collect()
}

/// What one run came to; `None` while it has not ended by itself.
fn result(run: &Path, cell: Cell) -> Result<Option<SweepRow>, RunError> {
    let info = match RunInfo::read(run) {
        Ok(info) => info,
        Err(RunError::NoRun(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(ended) = info.ended.filter(|ended| ended.by != EndedBy::Interrupted) else { return Ok(None) };
    let scene = read_scene(run)?;
    let row = SweepRow {
        cell,
        generations: 0,
        best: f32::NAN,
        mean: f32::NAN,
        held_out: f32::NAN,
        coverage: f32::NAN,
        qd_score: f64::NAN,
        ended,
        seconds: info.seconds,
    };
    if judged(&scene).is_none() {
        return live_result(Rows::open(&run.join(tables::METRICS), u64::MAX)?, &scene, row).map(Some);
    }
    let mut watch = Watch::new(StopRule::default(), &scene);
    Generation::each(&run.join(tables::GENERATIONS), u64::MAX, |row| watch.see(&row))?;
    Ok(Some(SweepRow {
        generations: watch.newest().map_or(0, |g| g.generation + 1),
        best: watch.best().map_or(f32::NAN, |g| g.best),
        mean: watch.newest().map_or(f32::NAN, |g| g.mean),
        held_out: watch.held_out().map_or(f32::NAN, |g| g.held_out),
        coverage: watch.newest().map_or(f32::NAN, |g| g.coverage),
        qd_score: watch.newest().map_or(f64::NAN, |g| g.qd_score),
        ..row
    }))
}

/// The same for live evolution, of the first species that evolves.
fn live_result(mut rows: Rows, scene: &SceneSpec, mut row: SweepRow) -> Result<SweepRow, RunError> {
    let species = scene.species.iter().find(|s| s.count > 0 && !matches!(s.evolution, Evolution::Off));
    while rows.advance()? {
        if rows.text("species") != species.map(|s| s.name.as_str()) {
            continue;
        }
        row.generations = rows.number("generation")? as u64;
        let fitness = rows.number("life_fitness")? as f32;
        if !fitness.is_nan() {
            row.mean = fitness;
            row.best = row.best.max(fitness);
        }
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep() -> Sweep {
        let axis = |path: &str, values: &[&str]| Axis {
            path: path.to_string(),
            values: values.iter().map(|v| v.to_string()).collect(),
        };
        Sweep {
            format: FORMAT,
            version: String::new(),
            scene: "Race".into(),
            axes: vec![axis("species[0].count", &["4", "8"]), axis("rollout.ticks", &["10", "20", "30"])],
            seeds: vec![3, 4],
            backend: "auto".into(),
            goal: Goal::Generations(2),
            stop: StopRule::default(),
            command: String::new(),
        }
    }

    #[test]
    fn a_sweep_is_the_product_of_its_axes_seed_by_seed() {
        let cells = sweep().cells();
        assert_eq!((cells.len(), sweep().runs()), (12, 12));
        assert_eq!(
            (&*cells[1].name, &cells[1].values[..], cells[1].seed),
            ("002-seed3", &["4".into(), "20".into()][..], 3)
        );
        assert_eq!((&*cells[11].name, cells[11].combination, cells[11].seed), ("006-seed4", 5, 4));
        assert_eq!(Sweep { axes: vec![], ..sweep() }.cells().len(), 2, "seeds alone are a sweep too");
        let shared = scene::parse(include_str!("../../tests/cli/race.ron"), "race").unwrap();
        let scene = sweep().scene_of(&shared, &cells[4]).unwrap();
        assert_eq!((scene.species[0].count, scene.rollout.ticks, scene.seed), (8, 20, 3));
    }

    #[test]
    fn what_never_became_a_run_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let shared = scene::parse(include_str!("../../tests/cli/race.ron"), "race").unwrap();
        let path = folder.path().join("sweep");
        let sweep = SweepFolder::create(&path, sweep(), &shared, Path::new(""), &[]).unwrap();
        let cell = &sweep.sweep().cells()[0];
        let run = sweep.run(cell).unwrap();
        fs::create_dir_all(run.join("checkpoints/rows")).unwrap();
        fs::write(run.join("scene.ron"), b"()").unwrap();
        assert!(!sweep.run(cell).unwrap().exists());
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("run.ron"), b"()").unwrap();
        assert!(sweep.run(cell).unwrap().exists());
    }

    #[test]
    fn what_no_sweep_can_be_is_refused() {
        let refused = |change: fn(&mut Sweep)| {
            let mut sweep = sweep();
            change(&mut sweep);
            sweep.check().unwrap_err()
        };
        assert_eq!(sweep().check(), Ok(()));
        assert!(refused(|s| s.axes[0].values.clear()).contains("species[0].count has no values"));
        assert!(refused(|s| s.axes[1].path = s.axes[0].path.clone()).contains("is swept twice"));
        assert!(refused(|s| s.axes[1].values[0] = "20".into()).contains("has the value 20 twice"));
        assert!(refused(|s| s.seeds.clear()).contains("no seeds"));
        assert!(refused(|s| s.seeds = (0..2_000).collect()).contains("it would be 12000 runs"));
        assert!(refused(|s| s.goal = Goal::Minutes(f64::NAN)).contains("`goal` = Minutes(NaN)"));
    }
}
