//! Processes that advance one run together: `size` ranks, as MPI calls them (Message Passing Interface Forum 2021), of which
//! the first leads. Bytes travel here, and whole arrays packed into them; knows nothing of what they mean.

#[cfg(feature = "mpi")]
mod cluster;

use std::fmt::Debug;

use bytemuck::Pod;

#[cfg(feature = "mpi")]
pub use cluster::{Cluster, Membership};

/// The rank that leads.
pub const LEADER: usize = 0;

/// A rank's view of all of them. Each call is made by every rank, in the same order, and returns when the others have made it
/// too, or need not; calls of one rank come one at a time.
pub trait Ranks: Debug + Send + Sync {
    /// Which rank this is, below `size`.
    fn rank(&self) -> usize;

    /// How many there are, at least 1.
    fn size(&self) -> usize;

    /// What the leader says, on every rank; what the others say is written over.
    fn broadcast(&self, said: &mut Vec<u8>);

    /// What each rank says, in their order: on every rank, or on the leader alone where only it asks; empty there elsewhere.
    fn gather(&self, said: &[u8], asks: Asks) -> Vec<Vec<u8>>;

    /// Ends all ranks at once, this one too.
    fn abort(&self, code: i32) -> !;
}

/// Who is told what all ranks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Every rank.
    All,
    /// The leader.
    Leader,
}

/// Arrays one after another, each behind its length in bytes.
pub fn pack(arrays: &[&[u8]]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(arrays.iter().map(|array| array.len() + 8).sum());
    for array in arrays {
        packed.extend((array.len() as u64).to_le_bytes());
        packed.extend_from_slice(array);
    }
    packed
}

/// Takes packed arrays out again, in their order.
pub struct Unpack<'a>(pub &'a [u8]);

impl<'a> Unpack<'a> {
    /// The bytes of the next array; none after the last.
    pub fn bytes(&mut self) -> &'a [u8] {
        let Some((length, rest)) = self.0.split_first_chunk::<8>() else { return &[] };
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX).min(rest.len());
        let (array, rest) = rest.split_at(length);
        self.0 = rest;
        array
    }

    /// The next array; empty after the last.
    pub fn array<T: Pod>(&mut self) -> Vec<T> {
        // Bytes on their way have no alignment.
        bytemuck::pod_collect_to_vec(self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_come_out_as_they_went_in() {
        let (words, odd, numbers) = ([1u32, 7, u32::MAX], [3u8], [0.5f64, -1.0]);
        let packed = pack(&[bytemuck::cast_slice(&words), &[], &odd, bytemuck::cast_slice(&numbers)]);
        let mut unpack = Unpack(&packed);
        assert_eq!(unpack.array::<u32>(), words);
        assert!(unpack.array::<f32>().is_empty());
        assert_eq!(unpack.array::<u8>(), odd);
        assert_eq!(unpack.array::<f64>(), numbers);
        assert!(unpack.array::<u64>().is_empty(), "after the last");
        assert_eq!(Unpack(&packed[..11]).array::<u8>().len(), 3, "what is cut off is missing, not made up");
    }
}
