//! Where the program was started as one of several, by `mpirun` or the like: joins the job, and follows its first rank or leads the
//! others. Knows nothing of what is done in it.

use std::env::var_os;
use std::sync::{Arc, OnceLock};

use super::Failure;
use super::args::Command;
use crate::ranks::{LEADER, Ranks};
use crate::simulation::{dismiss, follow};

/// The ranks that runs of this process are shared with. Belonging to a job is a matter of the whole process, which joins it once.
static RANKS: OnceLock<Arc<dyn Ranks>> = OnceLock::new();

/// The ranks that runs are to be shared with; none where the process is alone.
pub fn joined() -> Option<Arc<dyn Ranks>> {
    RANKS.get().cloned()
}

/// A job that has been joined; left when dropped.
pub struct Joined {
    ranks: Arc<dyn Ranks>,
    #[cfg(feature = "mpi")]
    _membership: crate::ranks::Membership,
}

impl Joined {
    /// Follows the first rank to its end, on every other one; tells whether it did.
    pub fn followed(&self) -> bool {
        let follows = self.ranks.rank() != LEADER;
        if follows {
            // The first rank decides when to end; a second Ctrl-C ends each at once.
            let _stop = super::stop_flag();
            follow(&self.ranks);
        }
        follows
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        if self.ranks.rank() == LEADER {
            dismiss(&*self.ranks);
        }
    }
}

/// Ranks of the job that a launcher says there are: by Open MPI, by MPICH and what is derived from it, by Slurm. `None` where
/// nobody says anything.
fn announced() -> Option<(u32, u32)> {
    let number = |name| var_os(name)?.to_str()?.parse().ok();
    let named = [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", "PMI_SIZE"),
        ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
    ];
    named.into_iter().find_map(|(rank, size)| Some((number(rank)?, number(size)?)))
}

/// Joins the job that the process is a rank of, if it is one of several.
///
/// # Errors
/// Where several were started of what is done by one, or by a program that knows nothing of MPI.
pub fn join(command: Option<&Command>) -> Result<Option<Joined>, Failure> {
    let Some((rank, size)) = announced().filter(|(_, size)| *size > 1) else { return Ok(None) };
    let shared =
        matches!(command, Some(Command::Run(_) | Command::Evolve(_) | Command::Resume(_) | Command::Replay(_)));
    // The others would only say the same.
    let refuse = |text: &str| Err(Failure::usage(if rank == 0 { text } else { "see the first rank" }));
    if !shared {
        return refuse(&format!(
            "{size} processes were started of a command that is done by one: only `run`, `evolve`, `resume` and `replay` share \
             their worlds out"
        ));
    }
    enter(size, refuse)
}

#[cfg(feature = "mpi")]
fn enter(size: u32, refuse: impl Fn(&str) -> Result<Option<Joined>, Failure>) -> Result<Option<Joined>, Failure> {
    let Some((cluster, membership)) = crate::ranks::Cluster::join() else { return refuse("MPI could not be started") };
    if cluster.size() != size as usize {
        return refuse(&format!(
            "{size} processes were started, and MPI knows of {}: the program was built with another MPI than the one that starts \
             it",
            cluster.size()
        ));
    }
    let ranks: Arc<dyn Ranks> = Arc::new(cluster);
    let ranks = RANKS.get_or_init(|| ranks).clone();
    // A rank that panics would leave the others waiting.
    let (tell, all) = (std::panic::take_hook(), ranks.clone());
    std::panic::set_hook(Box::new(move |info| {
        tell(info);
        all.abort(1);
    }));
    Ok(Some(Joined { ranks, _membership: membership }))
}

#[cfg(not(feature = "mpi"))]
fn enter(size: u32, refuse: impl Fn(&str) -> Result<Option<Joined>, Failure>) -> Result<Option<Joined>, Failure> {
    refuse(&format!(
        "{size} processes were started, and this program was built without MPI: build it with --features mpi, or start one"
    ))
}
