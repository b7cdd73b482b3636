//! A run as it lies on disk, read without changing anything. Knows nothing of how a run is gone on with.

use std::path::Path;

use super::store::{Loaded, Store};
use super::{LARGEST_TEXT, RunError, RunInfo, tables};
use crate::command::{self, Logged};
use crate::files;
use crate::scene::{self, SceneSpec};
use crate::simulation::Checkpoint;

/// A run as it lies on disk, opened for reading.
pub struct Past {
    /// `run.ron`.
    pub info: RunInfo,
    /// `scene.ron`.
    pub scene: SceneSpec,
    /// Commands up to the newest whole checkpoint.
    pub log: Vec<Logged>,
    /// That checkpoint.
    pub loaded: Loaded,
}

impl Past {
    /// Reads a run without changing anything.
    pub fn read(path: &Path) -> Result<Past, RunError> {
        let info = RunInfo::read(path)?;
        let loaded = Store::existing(&path.join("checkpoints"))?.newest()?;
        let scene = read_scene(path)?;
        let file = path.join(tables::COMMANDS);
        let length =
            loaded.header.tables.iter().find(|(name, _)| name == tables::COMMANDS).map_or(0, |(_, bytes)| *bytes);
        let log = read_log(&file, length)?;
        Ok(Past { info, scene, log, loaded })
    }

    /// The nearest checkpoint of the run in the folder `path` at or before a tick, from which that tick is played again; none where the
    /// run has to be played from its first.
    pub fn nearest(path: &Path, tick: u64) -> Result<Option<Checkpoint>, RunError> {
        Ok(Store::existing(&path.join("checkpoints"))?.before(tick)?)
    }

    /// Where a look at the run from tick `from` on is to end that would take `ticks`, or go to `to`. `None` leaves it as
    /// it is; without a `to` it is cut at the end of the run.
    pub fn cut(&self, from: u64, to: Option<u64>, ticks: f64) -> Result<Option<u64>, RunError> {
        let end = self.loaded.header.tick;
        let beyond = |right: String| Err(RunError::Beyond { end, right });
        match to {
            _ if from >= end => beyond(format!("its first tick shown, {from}, must be an earlier one")),
            Some(to) if to > end => beyond(format!("the last tick shown, {to}, can be at most that")),
            None if from as f64 + ticks > end as f64 => Ok(Some(end)),
            _ => Ok(None),
        }
    }
}

/// The effective scene in the folder of a run or a sweep.
pub fn read_scene(folder: &Path) -> Result<SceneSpec, RunError> {
    let file = folder.join("scene.ron");
    Ok(scene::parse(&files::read_text(&file, LARGEST_TEXT)?, &file.display().to_string())?)
}

/// Reads a script of commands, each with its line.
pub fn read_script(path: &Path) -> Result<Vec<(usize, Logged)>, RunError> {
    let text = files::read_text(path, LARGEST_TEXT)?;
    command::parse_lines(&text).map_err(|problem| RunError::Log { path: path.to_path_buf(), problem })
}

/// Reads the first `length` bytes of a command log.
fn read_log(path: &Path, length: u64) -> Result<Vec<Logged>, RunError> {
    let text = files::read_text(path, LARGEST_TEXT)?;
    let cut = usize::try_from(length).unwrap_or(usize::MAX).min(text.len());
    let text = text.get(..cut).unwrap_or(&text);
    command::parse_log(text).map_err(|problem| RunError::Log { path: path.to_path_buf(), problem })
}
