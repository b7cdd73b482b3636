//! What is known about a run besides its scene: `run.ron`, with where the run is to end and how it ended. Knows nothing
//! of tables and checkpoints.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{FORMAT, LARGEST_TEXT, RunError};
use crate::files;

/// Where a run is to end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// After so many ticks.
    Ticks(u64),
    /// After so many generations.
    Generations(u64),
    /// After so many minutes of real time.
    Minutes(f64),
    /// When it is stopped.
    Open,
}

/// What ends a run before its goal; see `Watch`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StopRule {
    /// Score at which it is good enough.
    pub target: Option<f32>,
    /// Generations in a row without a new best.
    pub stagnation: Option<u64>,
}

impl StopRule {
    /// Whether there is anything to watch for.
    pub fn is_empty(&self) -> bool {
        *self == StopRule::default()
    }
}

/// What ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// It came to its goal.
    Length,
    /// A generation was good enough.
    Target,
    /// Nothing got better any more.
    Stagnation,
    /// Someone stopped it.
    Interrupted,
}

impl EndedBy {
    /// In one word, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            EndedBy::Length => "length",
            EndedBy::Target => "target",
            EndedBy::Stagnation => "stagnation",
            EndedBy::Interrupted => "interrupted",
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// What ended it.
    pub by: EndedBy,
    /// The same in words.
    pub why: String,
    /// Digest of worlds and evolution at the end, hexadecimal.
    pub digest: String,
}

/// What is known about a run besides its scene: `run.ron`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Version of the run folder.
    pub format: u32,
    /// Version of the program that started it.
    pub version: String,
    /// Title of the scene.
    pub scene: String,
    /// Seed of every random draw; also in the scene.
    pub seed: u64,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// Threads or adapter.
    pub adapter: String,
    /// Where it is to end.
    pub goal: Goal,
    /// What ends it before.
    #[serde(default)]
    pub stop: StopRule,
    /// The command that makes it again; empty where none does.
    #[serde(default)]
    pub command: String,
    /// Real time of the calls that brought it here and ended by themselves or by Ctrl-C, seconds.
    #[serde(default)]
    pub seconds: f64,
    /// How it ended; `None` while it goes on, and after it was broken off.
    #[serde(default)]
    pub ended: Option<Ended>,
    /// The folder of the run that it branched off, and at which tick; none where it began at its first.
    #[serde(default)]
    pub branched: Option<(String, u64)>,
}

impl RunInfo {
    /// Reads `run.ron` in the folder `path`.
    ///
    /// # Errors
    /// `NoRun` where there is none; `Bad` when it is of a newer program, damaged, or says what cannot be.
    pub fn read(path: &Path) -> Result<RunInfo, RunError> {
        /// Read first, so that newer folders are told from damaged ones.
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let file = path.join("run.ron");
        if !file.is_file() {
            return Err(RunError::NoRun(path.to_path_buf()));
        }
        let text = files::read_text(&file, LARGEST_TEXT)?;
        let bad = |problem: String| RunError::Bad { path: file.clone(), problem };
        let Format { format } = ron::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if format > FORMAT {
            return Err(bad(format!("written in run format {format}; this program reads up to {FORMAT}, update it")));
        }
        let info: RunInfo = ron::from_str(&text).map_err(|e| bad(e.to_string()))?;
        info.check().map_err(bad)?;
        Ok(info)
    }

    fn check(&self) -> Result<(), String> {
        check_end(self.goal, &self.stop)?;
        if !["cpu", "gpu"].contains(&&*self.backend) {
            return Err(format!("`backend` = {:?}: \"cpu\" or \"gpu\"", self.backend));
        }
        Ok(())
    }

    /// Writes it into the folder `path`.
    pub fn write(&self, path: &Path) -> Result<(), RunError> {
        write_ron(&path.join("run.ron"), self)
    }
}

/// Refuses a goal or a rule that a hand has written into a file and that no command line would take.
pub(super) fn check_end(goal: Goal, stop: &StopRule) -> Result<(), String> {
    match (goal, stop) {
        (Goal::Minutes(m), _) if !(m > 0.0 && m <= 1_000_000.0) => {
            Err(format!("`goal` = Minutes({m}): more than 0 and at most 1000000 minutes"))
        }
        (_, StopRule { target: Some(target), .. }) if !target.is_finite() => {
            Err(format!("`stop.target` = {target}: a finite number"))
        }
        (_, StopRule { stagnation: Some(0), .. }) => Err("`stop.stagnation` = 0: at least 1 generation".to_string()),
        _ => Ok(()),
    }
}

/// Writes something as RON for people to read.
pub(super) fn write_ron(path: &Path, what: &impl Serialize) -> Result<(), RunError> {
    let text = ron::ser::to_string_pretty(what, ron::ser::PrettyConfig::default())
        .map_err(|e| RunError::Bad { path: path.to_path_buf(), problem: e.to_string() })?;
    Ok(files::write_whole(path, &[text.as_bytes(), b"\n"])?)
}
