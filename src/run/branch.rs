//! A run that goes on from a tick of another one in another way: a folder of its own, with all that both have behind them. Knows nothing
//! of why.

use std::fs;
use std::path::Path;

use super::store::Store;
use super::tables::Tables;
use super::{RunError, RunFolder, RunInfo, lock};
use crate::files;
use crate::simulation::Simulation;

impl RunFolder {
    /// Makes the folder of a run that goes on from here in another way than this one did, and saves a simulation there that stands at a
    /// tick this run has come to, with nothing left to tell.
    pub fn branch(&self, path: &Path, simulation: &mut Simulation) -> Result<RunFolder, RunError> {
        files::create_folder(path)?;
        if fs::read_dir(path).map_err(files::on("read", path))?.next().is_some() {
            return Err(RunError::NotEmpty(path.to_path_buf()));
        }
        let lock = lock(path)?;
        let copy = |name: &Path| {
            let (from, to) = (self.path.join(name), path.join(name));
            fs::copy(&from, &to).map(|_| ()).map_err(files::on("copy", &from))
        };
        copy(Path::new("scene.ron"))?;
        let genomes = self.path.join("genomes");
        files::create_folder(&path.join("genomes"))?;
        for entry in fs::read_dir(&genomes).map_err(files::on("read", &genomes))?.flatten() {
            // What a run starts from, and not what it leaves.
            if entry.file_name().to_string_lossy().starts_with("start-") {
                copy(&Path::new("genomes").join(entry.file_name()))?;
            }
        }
        let mut tables = Tables::create(path)?;
        tables.record_until(&self.path, simulation.tick(), &simulation.checkpoint()?.state.next_id)?;
        let store = Store::open(&path.join("checkpoints"))?;
        let of = self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let branched = Some((of, simulation.tick()));
        let info = RunInfo { ended: None, seconds: 0.0, command: String::new(), branched, ..self.info.clone() };
        let mut folder = RunFolder { path: path.to_path_buf(), info, tables, store, logged: 0, _lock: lock };
        folder.save(simulation)?;
        // Last, because it makes the folder a run.
        folder.write_info()?;
        Ok(folder)
    }

    /// Ticks of the checkpoints that it has, ascending.
    pub fn checkpoints(&self) -> Vec<u64> {
        self.store.kept()
    }
}
