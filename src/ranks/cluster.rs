//! Ranks of an MPI job. The one place that names MPI.

use mpi::Threading;
use mpi::datatype::PartitionMut;
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Root};

use super::{Asks, LEADER, Ranks};

/// Bytes that all ranks together say in one call of MPI: its counts are 32-bit, and this leaves room for its own buffers.
const AT_ONCE: usize = 1 << 29;

/// All processes that MPI started with this one.
#[derive(Debug)]
pub struct Cluster {
    rank: usize,
    size: usize,
}

/// Being in a job: it is left when this is dropped.
pub struct Membership {
    _universe: Universe,
}

impl Cluster {
    /// Joins the job. `None` where it was joined before.
    pub fn join() -> Option<(Cluster, Membership)> {
        // Calls come from whichever thread holds the simulation, never from two at once.
        let (universe, _) = mpi::initialize_with_threading(Threading::Serialized)?;
        let world = universe.world();
        let cluster = Cluster { rank: world.rank() as usize, size: world.size() as usize };
        Some((cluster, Membership { _universe: universe }))
    }
}

impl Ranks for Cluster {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn broadcast(&self, said: &mut Vec<u8>) {
        let world = SimpleCommunicator::world();
        let leader = world.process_at_rank(LEADER as i32);
        let mut length = [said.len() as u64];
        leader.broadcast_into(&mut length[..]);
        said.resize(length[0] as usize, 0);
        said.chunks_mut(AT_ONCE).for_each(|part| leader.broadcast_into(part));
    }

    fn gather(&self, said: &[u8], asks: Asks) -> Vec<Vec<u8>> {
        let world = SimpleCommunicator::world();
        let leader = world.process_at_rank(LEADER as i32);
        let mut lengths = vec![0u64; self.size];
        world.all_gather_into(&[said.len() as u64][..], &mut lengths[..]);
        let each = AT_ONCE / self.size;
        let longest = lengths.iter().copied().max().unwrap_or(0) as usize;
        let hears = asks == Asks::All || self.rank == LEADER;
        let mut heard = vec![vec![]; if hears { self.size } else { 0 }];
        for from in (0..longest).step_by(each) {
            let part = |length: u64| (length as usize).saturating_sub(from).min(each);
            let own = &said[from.min(said.len())..][..part(said.len() as u64)];
            if !hears {
                leader.gather_varcount_into(own);
                continue;
            }
            let counts: Vec<i32> = lengths.iter().map(|length| part(*length) as i32).collect();
            let starts: Vec<i32> = (0..self.size).map(|rank| counts[..rank].iter().sum()).collect();
            let mut bytes = vec![0u8; counts.iter().map(|count| *count as usize).sum()];
            let mut parts = PartitionMut::new(&mut bytes[..], &counts[..], &starts[..]);
            match asks {
                Asks::All => world.all_gather_varcount_into(own, &mut parts),
                Asks::Leader => leader.gather_varcount_into_root(own, &mut parts),
            }
            for (all, (start, count)) in heard.iter_mut().zip(starts.iter().zip(&counts)) {
                all.extend_from_slice(&bytes[*start as usize..][..*count as usize]);
            }
        }
        heard
    }

    fn abort(&self, code: i32) -> ! {
        SimpleCommunicator::world().abort(code)
    }
}
