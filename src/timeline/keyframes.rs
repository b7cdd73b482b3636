//! Checkpoints in memory, within a bound: genomes and populations are kept in pieces that neighbouring keyframes share, and where the
//! bound is passed, those go whose loss leaves the shortest gap. Knows nothing of how a simulation runs.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::simulation::Checkpoint;

/// Numbers in a piece: some 16 kB of genomes, a few rows of small controllers.
const PIECE: usize = 4_096;

/// Where a keyframe stands: its branch, and its tick.
pub type Place = (usize, u64);

/// A long list in pieces.
#[derive(Clone, Debug)]
struct Pieces<T>(Vec<Arc<[T]>>);

impl<T: Copy + PartialEq> Pieces<T> {
    /// Cuts a list up; what it has in common with another is shared.
    fn cut(whole: &[T], like: Option<&Pieces<T>>) -> Pieces<T> {
        let share = |(at, piece): (usize, &[T])| match like.and_then(|like| like.0.get(at)) {
            Some(known) if known[..] == *piece => known.clone(),
            _ => piece.into(),
        };
        Pieces(whole.chunks(PIECE).enumerate().map(share).collect())
    }

    fn whole(&self) -> Vec<T> {
        self.0.iter().flat_map(|piece| piece.iter().copied()).collect()
    }

    /// Bytes of the pieces that nobody has counted yet.
    fn bytes(&self, counted: &mut HashSet<*const u8>) -> usize {
        let new = self.0.iter().filter(|piece| counted.insert(piece.as_ptr().cast()));
        new.map(|piece| size_of_val(&**piece)).sum()
    }
}

/// A checkpoint taken apart.
struct Keyframe {
    /// Without genomes, populations and commands.
    rest: Checkpoint,
    genomes: Vec<Pieces<u32>>,
    populations: Option<Pieces<u8>>,
    /// Commands made before it.
    commands: usize,
    /// Why it stays where others go.
    pinned: BTreeSet<String>,
}

impl Keyframe {
    fn of(mut checkpoint: Checkpoint, like: Option<&Keyframe>) -> Keyframe {
        let genomes = std::mem::take(&mut checkpoint.state.genomes);
        let cut =
            |(species, genomes): (usize, &Vec<u32>)| Pieces::cut(genomes, like.and_then(|l| l.genomes.get(species)));
        let populations = checkpoint.progress.take_populations();
        let commands = std::mem::take(&mut checkpoint.log).len();
        Keyframe {
            genomes: genomes.iter().enumerate().map(cut).collect(),
            populations: populations.map(|bytes| Pieces::cut(&bytes, like.and_then(|l| l.populations.as_ref()))),
            rest: checkpoint,
            commands,
            pinned: BTreeSet::new(),
        }
    }

    fn bytes(&self, counted: &mut HashSet<*const u8>) -> usize {
        let state: usize = self.rest.state.parts().iter().map(|part| part.len()).sum();
        let genomes: usize = self.genomes.iter().map(|pieces| pieces.bytes(counted)).sum();
        state + genomes + self.populations.as_ref().map_or(0, |pieces| pieces.bytes(counted))
    }
}

/// What is told of a keyframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its branch.
    pub branch: usize,
    /// Its tick.
    pub tick: u64,
    /// Whether it stays where others go.
    pub pinned: bool,
}

/// The keyframes of a sitting.
pub struct Keyframes {
    /// Bytes that they may take.
    most: usize,
    bytes: usize,
    frames: BTreeMap<Place, Keyframe>,
}

impl Keyframes {
    /// None yet, to take so many bytes at most. The first of all and the newest stay even where the bound is less.
    pub fn new(most: usize) -> Keyframes {
        Keyframes { most, bytes: 0, frames: BTreeMap::new() }
    }

    /// Bytes taken.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes that may be taken.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Changes the bound.
    pub fn limit(&mut self, most: usize) {
        self.most = most;
        self.thin(None);
    }

    /// What there is, by branch and tick.
    pub fn marks(&self) -> Vec<Mark> {
        let mark = |(place, frame): (&Place, &Keyframe)| Mark {
            branch: place.0,
            tick: place.1,
            pinned: !frame.pinned.is_empty(),
        };
        self.frames.iter().map(mark).collect()
    }

    /// Keeps a checkpoint of a branch.
    pub fn keep(&mut self, branch: usize, checkpoint: Checkpoint) {
        let place = (branch, checkpoint.state.tick);
        let like = self.frames.range(..=place).next_back().map(|(_, frame)| frame);
        let mut frame = Keyframe::of(checkpoint, like);
        if let Some(same) = self.frames.get_mut(&place) {
            frame.pinned = std::mem::take(&mut same.pinned);
        }
        self.frames.insert(place, frame);
        self.thin(Some(place));
    }

    /// Pins a keyframe for a reason. It holds no other of the same branch any longer.
    pub fn pin(&mut self, place: Place, reason: &str) {
        let own = self.frames.iter_mut().filter(|(at, _)| at.0 == place.0);
        own.for_each(|(_, frame)| {
            frame.pinned.remove(reason);
        });
        if let Some(frame) = self.frames.get_mut(&place) {
            frame.pinned.insert(reason.to_string());
        }
    }

    /// The last keyframe of a branch up to a tick.
    pub fn before(&self, branch: usize, tick: u64) -> Option<Place> {
        self.frames.range((branch, 0)..=(branch, tick)).next_back().map(|(place, _)| *place)
    }

    /// A keyframe put together again, with the commands of its branch.
    pub fn get(&self, place: Place, log: &[crate::command::Logged]) -> Option<Checkpoint> {
        let frame = self.frames.get(&place)?;
        let mut checkpoint = frame.rest.clone();
        checkpoint.state.genomes = frame.genomes.iter().map(Pieces::whole).collect();
        checkpoint.progress.put_populations(frame.populations.as_ref().map(Pieces::whole));
        checkpoint.log = log.get(..frame.commands)?.to_vec();
        Some(checkpoint)
    }

    /// Forgets those of a branch after a tick.
    pub fn forget_after(&mut self, branch: usize, tick: u64) {
        self.frames.retain(|place, _| place.0 != branch || place.1 <= tick);
        self.count();
    }

    fn count(&mut self) {
        let mut counted = HashSet::new();
        self.bytes = self.frames.values().map(|frame| frame.bytes(&mut counted)).sum();
    }

    /// Lets go of keyframes until the rest fits.
    fn thin(&mut self, newest: Option<Place>) {
        self.count();
        while self.bytes > self.most
            && let Some(place) = self.least(newest)
        {
            self.frames.remove(&place);
            self.count();
        }
    }

    /// The keyframe whose loss leaves the shortest gap; those that are pinned go last, the first of all and the newest never.
    fn least(&self, newest: Option<Place>) -> Option<Place> {
        let places: Vec<Place> = self.frames.keys().copied().collect();
        let gap = |at: usize| {
            let (branch, tick) = places[at];
            let near =
                |other: Option<&Place>| other.filter(|other| other.0 == branch).map(|other| other.1.abs_diff(tick));
            let before = near(places.get(at.wrapping_sub(1)));
            let after = near(places.get(at + 1));
            // At an end of a branch as far again.
            before.or(after).unwrap_or(u64::MAX / 2) + after.or(before).unwrap_or(u64::MAX / 2)
        };
        let free = (1..places.len()).filter(|at| Some(places[*at]) != newest);
        let least = free.min_by_key(|at| (!self.frames[&places[*at]].pinned.is_empty(), gap(*at)))?;
        Some(places[least])
    }
}
