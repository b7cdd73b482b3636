//! Which folders the runs of a window are kept in. A run is kept from its first tick, whether anybody asked for it or
//! not; those that nobody asked for and that lasted only minutes are passing. Knows nothing of the window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::run::{Goal, Keeper, RunError, RunFolder, place};
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

/// Keeps the runs of a window, one after another.
pub struct Keeping {
    keep: Option<Keep>,
    keeper: Option<Keeper>,
    begun: Instant,
    passing: bool,
    first: bool,
}

impl Keeping {
    /// Keeps runs as said, or none of them.
    pub fn new(keep: Option<Keep>) -> Keeping {
        Keeping { keep, keeper: None, begun: Instant::now(), passing: false, first: true }
    }

    /// Begins to keep a simulation that has not advanced yet; `origin` is its scene's name or path, `beside` the folder
    /// of its genome files.
    pub fn begin(&mut self, simulation: &mut Simulation, origin: &str, beside: &Path) -> Result<(), RunError> {
        self.keeper = None;
        self.begun = Instant::now();
        let Some(keep) = &self.keep else { return Ok(()) };
        let path = match &keep.out {
            Some(out) if self.first => out.clone(),
            Some(out) => place::free(out),
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
            place::set_passing(keeper.path(), false)?;
        }
        Ok(due)
    }

    /// Saves the end of the present run.
    pub fn finish(&mut self, simulation: &mut Simulation) -> Result<(), RunError> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        keeper.finish(simulation)?;
        if self.passing { keeper.thin() } else { Ok(()) }
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
