//! Which folders the runs of a window are kept in. A run is kept from its first tick, whether anybody asked for it or
//! not; those that nobody asked for and that lasted only minutes are passing. Knows nothing of the window.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::app::strings::run as text;
use crate::files;
use crate::run::{Ended, EndedBy, Goal, Keeper, RunError, RunFolder, place};
use crate::simulation::Simulation;

/// A run that lasted longer is kept for good.
const PASSING_FOR: Duration = Duration::from_secs(600);

/// How the runs of a window are kept.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Folder of the first run; later ones stand beside it. Among the user's data when `None`.
    pub out: Option<PathBuf>,
    /// Ticks between checkpoints; real time decides when `None`.
    pub every: Option<u64>,
    /// Where runs are to end.
    pub goal: Goal,
}

/// Keeps the runs of a window, one after another, and the branches of each side by side.
pub struct Keeping {
    keep: Option<Keep>,
    keeper: Option<Keeper>,
    /// The branch that `keeper` keeps, and what keeps the others.
    branch: usize,
    others: BTreeMap<usize, Keeper>,
    begun: Instant,
    passing: bool,
    first: bool,
}

impl Keeping {
    /// Keeps runs as said, or none of them.
    pub fn new(keep: Option<Keep>) -> Keeping {
        Keeping {
            keep,
            keeper: None,
            branch: 0,
            others: BTreeMap::new(),
            begun: Instant::now(),
            passing: false,
            first: true,
        }
    }

    /// Begins to keep a simulation that has not advanced yet; `origin` is its scene's name or path, `beside` the folder
    /// of its genome files.
    pub fn begin(&mut self, simulation: &mut Simulation, origin: &str, beside: &Path) -> Result<(), RunError> {
        (self.keeper, self.branch) = (None, 0);
        self.others.clear();
        self.begun = Instant::now();
        let Some(keep) = &self.keep else { return Ok(()) };
        let path = match &keep.out {
            Some(out) if self.first => out.clone(),
            Some(out) => files::free(out),
            None => {
                let runs = place::runs()?;
                place::make_room(&runs, place::MOST_PASSING);
                place::new_name(&runs, &place::stem(origin), simulation.scene().seed)
            }
        };
        let mut keeper = Keeper::new(RunFolder::create(&path, simulation, keep.goal, beside)?, keep.every);
        self.passing = keep.out.is_none();
        if self.passing {
            place::set_passing(&path, true)?;
        }
        keeper.save(simulation)?;
        self.first = false;
        self.keeper = Some(keeper);
        Ok(())
    }

    /// Goes on with a run that is kept already.
    pub fn take(&mut self, keeper: Keeper) {
        self.others.clear();
        (self.keeper, self.branch, self.begun, self.passing) = (Some(keeper), 0, Instant::now(), false);
    }

    /// What keeps the present run, if it is kept.
    pub fn keeper(&mut self) -> Option<&mut Keeper> {
        self.keeper.as_mut()
    }

    /// Where the present run is kept, if it is.
    pub fn path(&self) -> Option<PathBuf> {
        self.keeper.as_ref().map(|keeper| keeper.path().to_path_buf())
    }

    /// Ticks that the present run may advance before it has to be looked at.
    pub fn ticks_to_look(&self, tick: u64) -> u64 {
        self.keeper.as_ref().map_or(u64::MAX, |keeper| keeper.ticks_to_look(tick))
    }

    /// Saves when it is time, which is told, and lets a run stay for good once it has lasted.
    pub fn look(&mut self, simulation: &mut Simulation) -> Result<bool, RunError> {
        let Some(keeper) = &mut self.keeper else { return Ok(false) };
        let due = keeper.due(simulation.tick());
        if due {
            keeper.save(simulation)?;
        }
        if self.passing && self.begun.elapsed() > PASSING_FOR {
            self.passing = false;
            for keeper in self.keeper.iter().chain(self.others.values()) {
                place::set_passing(keeper.path(), false)?;
            }
        }
        Ok(due)
    }

    /// Keeps a branch from here on, where a simulation stands that has nothing left to tell: in a folder of its own beside the run that it
    /// leaves, which stays as it is.
    pub fn branch(&mut self, branch: usize, simulation: &mut Simulation) -> Result<(), RunError> {
        let Some(parent) = self.keeper.take() else {
            self.branch = branch;
            return Ok(());
        };
        let path = files::free(parent.path());
        let new = parent.branch(&path, simulation);
        self.others.insert(self.branch, parent);
        self.branch = branch;
        self.keeper = Some(new?);
        if self.passing { Ok(place::set_passing(&path, true)?) } else { Ok(()) }
    }

    /// Goes over to what keeps another branch.
    pub fn turn_to(&mut self, branch: usize) {
        if branch != self.branch {
            self.others.extend(self.keeper.take().map(|keeper| (self.branch, keeper)));
            self.keeper = self.others.remove(&branch);
            self.branch = branch;
        }
    }

    /// Ticks of the checkpoints of the present branch.
    pub fn checkpoints(&self) -> Vec<u64> {
        self.keeper.as_ref().map_or(vec![], Keeper::checkpoints)
    }

    /// Saves the present branch as it is where it is left, in case nobody comes back to it.
    pub fn leave(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        keeper.finish(simulation)?;
        let why = text::LEFT.to_string();
        keeper.ended(Ended { by: EndedBy::Interrupted, why, digest: simulation.digest()? }, 0.0)
    }

    /// Notes that the present branch goes on from where it was left.
    pub fn goes_on(&mut self) -> Result<(), RunError> {
        self.keeper.as_mut().map_or(Ok(()), Keeper::goes_on)
    }

    /// Saves the end of the present run.
    pub fn finish(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        self.leave(simulation)?;
        let passing = self.passing;
        let mut keepers = self.keeper.iter_mut().chain(self.others.values_mut());
        if passing { keepers.try_for_each(Keeper::thin) } else { Ok(()) }
    }

    /// No longer keeps the present run; gives the folder with what was kept until now.
    pub fn give_up(&mut self) -> Option<PathBuf> {
        let path = self.path();
        self.keeper = None;
        path
    }

    /// Seconds of real time since the present run began.
    pub fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }
}
