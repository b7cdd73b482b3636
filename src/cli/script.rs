//! The script of commands that a run is to make: read, and rehearsed on a copy of the scene before the run begins, so
//! that a slip in its last line is told now and not after hours. Knows nothing of how commands are made.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::command::{CommandError, LogError, Logged};
use crate::run::{Goal, RunError, read_script};
use crate::simulation::Simulation;

/// Commands in the order of their ticks.
#[derive(Default)]
pub struct Script {
    path: PathBuf,
    /// Line of each, from 1.
    lines: Vec<usize>,
    /// The commands.
    pub commands: Vec<Logged>,
}

impl Script {
    /// The script of a file; an empty one without.
    pub fn read(path: Option<&Path>) -> Result<Script, Failure> {
        let Some(path) = path else { return Ok(Script::default()) };
        let read = read_script(path).map_err(|e| Failure::usage(e.to_string()))?;
        let (lines, commands) = read.into_iter().unzip();
        Ok(Script { path: path.to_path_buf(), lines, commands })
    }

    /// Refuses a script of which a command that is still to come would be refused; tells all of them.
    pub fn rehearse(&self, simulation: &Simulation) -> Result<(), Failure> {
        let made = simulation.log().len().min(self.commands.len());
        let refused = simulation.rehearse(&self.commands[made..]);
        if refused.is_empty() { Ok(()) } else { Err(self.refused(made, refused)) }
    }

    /// The error of commands that would be refused, by their places among those from `first` on.
    pub fn refused(&self, first: usize, refused: Vec<(usize, CommandError)>) -> Failure {
        let told = refused.into_iter().map(|(index, error)| {
            let problem = LogError { line: self.lines[first + index], problem: error.to_string() };
            RunError::Log { path: self.path.clone(), problem }.to_string()
        });
        Failure::usage(told.collect::<Vec<_>>().join("\n"))
    }

    /// Says which commands a run to `goal` will not come to.
    pub fn beyond(&self, goal: Goal) -> Option<String> {
        let Goal::Ticks(end) = goal else { return None };
        let first = self.commands.iter().position(|logged| logged.tick > end)?;
        Some(format!(
            "{}: from line {} on ({} of {} commands), the script lies after the end of the run at tick {end}; a longer \
             run comes to it",
            self.path.display(),
            self.lines[first],
            self.commands.len() - first,
            self.commands.len()
        ))
    }
}
