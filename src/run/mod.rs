//! Runs on disk: a folder a run, with the effective scene, the command log, tables, checkpoints and genomes. Scene,
//! seed and command log are the run: they replay it. Knows nothing of command lines or windows.

mod births;
mod branch;
mod edited;
pub mod format;
mod genomes;
mod info;
mod keeper;
mod lineages;
mod past;
pub mod place;
mod rows;
pub mod share;
pub mod store;
pub mod sweep;
pub mod tables;
mod watch;

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::command::{self, LogError, Logged};
use crate::files::{self, FileError};
use crate::genome_file::GenomeFileError;
use crate::scene::{self, SceneError, SceneSpec};
use crate::simulation::{Happened, Simulation, SimulationError};
use genomes::with_own_genomes;
use store::{Loaded, Store, StoreError};
use tables::Tables;

pub use births::{Born, Times};
pub use edited::scene_edited;
pub use genomes::{champion_file, population_file};
pub use info::{Ended, EndedBy, Goal, RunInfo, StopRule};
pub use keeper::Keeper;
pub use past::{Past, read_scene, read_script};
pub use rows::{Generation, Rows};
pub use watch::{Watch, judged};

/// Version of the run folder; folders of a newer one are refused.
pub const FORMAT: u32 = 1;
/// Largest text file read from a run folder, bytes.
const LARGEST_TEXT: u64 = 256 << 20;

/// Why a run could not be started, gone on with or saved.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The disk or its permissions.
    #[error(transparent)]
    File(#[from] FileError),
    /// Checkpoints.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The simulation itself.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Genome files.
    #[error(transparent)]
    Genomes(#[from] GenomeFileError),
    /// The scene of the run.
    #[error("{0}")]
    Scene(#[from] SceneError),
    /// The command log.
    #[error("{}: {problem}", path.display())]
    Log {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: LogError,
    },
    /// A file of the folder is not what it should be.
    #[error("{}: {problem}", path.display())]
    Bad {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The folder is taken.
    #[error("{} is not empty; nothing is overwritten: choose another --out", .0.display())]
    NotEmpty(PathBuf),
    /// Another process works in the folder.
    #[error("another process is at work in {}", .0.display())]
    Busy(PathBuf),
    /// Not a run folder.
    #[error("{} is not a run folder: it has no run.ron", .0.display())]
    NoRun(PathBuf),
    /// No per-user data folder.
    #[error("this account has no home folder to keep runs in: say where with --out")]
    NoHome,
    /// Something later than the run came to was asked for.
    #[error("the run ends at tick {end}: {right}")]
    Beyond {
        /// Its last tick.
        end: u64,
        /// What would be right.
        right: String,
    },
    /// A folder must see the whole run.
    #[error("a run folder can only be made before the first tick and the first command")]
    Late,
}

/// The folder of a run that is going on.
pub struct RunFolder {
    path: PathBuf,
    info: RunInfo,
    tables: Tables,
    store: Store,
    /// Commands already in the log file.
    logged: usize,
    /// Held while the folder is in use; the system lets go of it even after a kill.
    _lock: File,
}

/// What a run is begun with besides its scene.
pub struct Intent<'a> {
    /// Where it is to end.
    pub goal: Goal,
    /// What ends it before.
    pub stop: StopRule,
    /// The command that makes it again; empty where none does.
    pub command: String,
    /// Commands that it is to make.
    pub script: &'a [Logged],
}

impl RunFolder {
    /// Makes the folder of a simulation that has not advanced yet. `beside` is where its scene's genome files were
    /// found; they are copied in, so that the folder replays by itself.
    pub fn create(path: &Path, simulation: &Simulation, goal: Goal, beside: &Path) -> Result<RunFolder, RunError> {
        let intent = Intent { goal, stop: StopRule::default(), command: String::new(), script: &[] };
        RunFolder::create_for(path, simulation, intent, beside)
    }

    /// As `create`, with all that the run is begun with.
    pub fn create_for(
        path: &Path,
        simulation: &Simulation,
        intent: Intent,
        beside: &Path,
    ) -> Result<RunFolder, RunError> {
        if simulation.tick() > 0 || !simulation.log().is_empty() {
            return Err(RunError::Late);
        }
        files::create_folder(path)?;
        if fs::read_dir(path).map_err(files::on("read", path))?.next().is_some() {
            return Err(RunError::NotEmpty(path.to_path_buf()));
        }
        let lock = lock(path)?;
        files::create_folder(&path.join("genomes"))?;
        let scene = with_own_genomes(simulation.scene(), beside, path)?;
        let info = RunInfo {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_string(),
            scene: scene.name.clone(),
            seed: scene.seed,
            backend: simulation.info().kind.to_string(),
            adapter: simulation.info().device,
            goal: intent.goal,
            stop: intent.stop,
            command: intent.command,
            seconds: 0.0,
            ended: None,
            branched: None,
        };
        let text =
            format!("// Effective scene of this run, as iwashi {} ran it.\n{}", info.version, scene::encode(&scene));
        files::write_whole(&path.join("scene.ron"), &[text.as_bytes()])?;
        if !intent.script.is_empty() {
            let text = command::encode_log(intent.script);
            files::write_whole(&path.join("script.ron"), &[text.as_bytes()])?;
        }
        let tables = Tables::create(path)?;
        let store = Store::open(&path.join("checkpoints"))?;
        let folder = RunFolder { path: path.to_path_buf(), info, tables, store, logged: 0, _lock: lock };
        // Last, because it makes the folder a run.
        folder.write_info()?;
        Ok(folder)
    }

    /// Opens a run to go on with it: tables are cut back to the newest whole checkpoint.
    pub fn open(path: &Path) -> Result<(RunFolder, Loaded), RunError> {
        let info = RunInfo::read(path)?;
        let lock = lock(path)?;
        // Someone goes on with it, so it is worth keeping.
        place::set_passing(path, false)?;
        let mut store = Store::open(&path.join("checkpoints"))?;
        let loaded = store.newest()?;
        store.forget_after(loaded.header.tick)?;
        let tables = Tables::open(path, &loaded.header.tables)?;
        let logged = loaded.checkpoint.log.len();
        Ok((RunFolder { path: path.to_path_buf(), info, tables, store, logged, _lock: lock }, loaded))
    }

    /// Opens a run that was broken off before its first checkpoint, to make it from its beginning; `None` when there is a
    /// checkpoint to go on from, be it a damaged one.
    pub fn open_unbegun(path: &Path) -> Result<Option<(RunFolder, SceneSpec)>, RunError> {
        let info = RunInfo::read(path)?;
        let folder = path.join("checkpoints");
        let saved = fs::read_dir(&folder).map_err(files::on("read", &folder))?.flatten();
        if saved.map(|entry| entry.path()).any(|path| path.extension().is_some_and(|e| e == "ckpt" || e == "damaged")) {
            return Ok(None);
        }
        let lock = lock(path)?;
        let scene = read_scene(path)?;
        Tables::remove(path)?;
        let (tables, store) = (Tables::create(path)?, Store::open(&folder)?);
        Ok(Some((RunFolder { path: path.to_path_buf(), info, tables, store, logged: 0, _lock: lock }, scene)))
    }

    /// Goes back to the newest whole checkpoint, after the simulation was lost.
    pub fn go_back(&mut self) -> Result<Loaded, RunError> {
        let loaded = self.store.newest()?;
        self.store.forget_after(loaded.header.tick)?;
        self.tables = Tables::open(&self.path, &loaded.header.tables)?;
        self.logged = loaded.checkpoint.log.len();
        Ok(loaded)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is known about the run.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// Says where the run is to end, and that it has not ended yet.
    pub fn set_end(&mut self, goal: Goal, stop: StopRule) -> Result<(), RunError> {
        (self.info.goal, self.info.stop, self.info.ended) = (goal, stop, None);
        self.write_info()
    }

    /// Notes how the run ended, after `seconds` more of real time. What it has come to its end by before stays.
    pub fn set_ended(&mut self, ended: Ended, seconds: f64) -> Result<(), RunError> {
        if self.info.ended.as_ref().is_some_and(|ended| ended.by != EndedBy::Interrupted) {
            return Ok(());
        }
        self.info.ended = Some(ended);
        self.info.seconds += seconds;
        self.write_info()
    }

    fn write_info(&self) -> Result<(), RunError> {
        self.info.write(&self.path)
    }

    /// Watches the run for a reason to end, with all generations that it has had in sight.
    pub fn watch(&self, rule: StopRule, scene: &SceneSpec) -> Result<Watch, RunError> {
        let mut watch = Watch::new(rule, scene);
        Generation::each(&self.path.join(tables::GENERATIONS), u64::MAX, |row| watch.see(&row))?;
        Ok(watch)
    }

    /// Appends what happened to the tables.
    pub fn record(&mut self, happened: &Happened) -> Result<(), RunError> {
        Ok(self.tables.record(happened)?)
    }

    /// Writes a checkpoint of everything up to now. On failure the last good one stays.
    pub fn save(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        let happened = simulation.drain()?;
        self.tables.record(&happened)?;
        for logged in simulation.log().iter().skip(self.logged) {
            self.tables.log(&command::encode_line(logged))?;
        }
        self.logged = simulation.log().len();
        let tables = self.tables.sync()?;
        let checkpoint = simulation.checkpoint()?;
        let extras = format::Extras { digest: checkpoint.digest(), score: simulation.score(), tables };
        Ok(self.store.save(&checkpoint, &extras)?)
    }

    /// Writes the last checkpoint and the genomes that the run leaves.
    pub fn finish(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        self.save(simulation)?;
        for species in 0..simulation.plan().species.len() {
            let Some(file) = simulation.genomes(species)? else { continue };
            if file.rows() == 0 {
                continue;
            }
            let all = self.path.join(population_file(species, &file.species));
            files::write_whole(&all, &[&file.encode()?])?;
            let best = crate::genome_file::GenomeFile {
                genomes: file.row(0).to_vec(),
                fitness: file.fitness[..1].to_vec(),
                lineage: file.lineage[..1].to_vec(),
                ..file
            };
            files::write_whole(&self.path.join(champion_file(species, &best.species)), &[&best.encode()?])?;
        }
        Ok(())
    }

    /// Lets go of all checkpoints but the newest and the best, once the run has ended.
    pub fn thin(&mut self) -> Result<(), RunError> {
        Ok(self.store.thin()?)
    }

    /// Where the script of commands lies that the run was begun with; `None` for a run without one.
    pub fn script(&self) -> Option<PathBuf> {
        Some(self.path.join("script.ron")).filter(|path| path.exists())
    }
}

fn lock(path: &Path) -> Result<File, RunError> {
    let file = path.join("lock");
    let open = || match files::open_own(&file) {
        Err(problem) if problem.kind() == ErrorKind::NotFound => File::create_new(&file),
        opened => opened,
    };
    let lock = open().map_err(files::on("open", &file))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(RunError::Busy(path.to_path_buf())),
        Err(fs::TryLockError::Error(problem)) => Err(files::on("lock", &file)(problem).into()),
    }
}

#[cfg(test)]
mod tests;
