//! Ranks as threads of one process: what MPI does between processes, for tests of those who use it.

use std::sync::{Arc, Barrier, Mutex};

use iwashi::ranks::{Asks, LEADER, Ranks};

/// What they share.
#[derive(Debug)]
struct Room {
    barrier: Barrier,
    said: Mutex<Vec<Vec<u8>>>,
}

/// One of them.
#[derive(Debug)]
pub struct Thread {
    rank: usize,
    room: Arc<Room>,
}

/// So many ranks, in their order.
pub fn ranks(size: usize) -> Vec<Arc<dyn Ranks>> {
    let room = Arc::new(Room { barrier: Barrier::new(size), said: Mutex::new(vec![vec![]; size]) });
    (0..size).map(|rank| Arc::new(Thread { rank, room: room.clone() }) as Arc<dyn Ranks>).collect()
}

impl Thread {
    /// What all say, once all have said it; and nobody says the next thing before all have heard this.
    fn met(&self, said: &[u8]) -> Vec<Vec<u8>> {
        self.room.said.lock().unwrap()[self.rank] = said.to_vec();
        self.room.barrier.wait();
        let heard = self.room.said.lock().unwrap().clone();
        self.room.barrier.wait();
        heard
    }
}

impl Ranks for Thread {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.room.said.lock().unwrap().len()
    }

    fn broadcast(&self, said: &mut Vec<u8>) {
        *said = self.met(said).swap_remove(LEADER);
    }

    fn gather(&self, said: &[u8], asks: Asks) -> Vec<Vec<u8>> {
        let heard = self.met(said);
        if asks == Asks::All || self.rank == LEADER { heard } else { vec![] }
    }

    fn abort(&self, code: i32) -> ! {
        std::process::exit(code)
    }
}
