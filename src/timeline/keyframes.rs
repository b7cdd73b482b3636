//! Checkpoints in memory, within a bound: genomes and populations are kept in pieces that neighbouring keyframes share, and where the
//! bound is passed, those go whose loss leaves the shortest gap. Knows nothing of how a simulation runs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
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

    /// Notes that another keyframe has these pieces; bytes of those that none had.
    fn take(&self, holders: &mut Holders) -> usize {
        let mut new = 0;
        for piece in &self.0 {
            let held = holders.entry(piece.as_ptr().cast()).or_default();
            new += if *held == 0 { size_of_val(&**piece) } else { 0 };
            *held += 1;
        }
        new
    }

    /// Notes that a keyframe no longer has these pieces; bytes of those that none has now.
    fn leave(&self, holders: &mut Holders) -> usize {
        let mut gone = 0;
        for piece in &self.0 {
            let held = holders.entry(piece.as_ptr().cast()).or_default();
            *held = held.saturating_sub(1);
            gone += if *held == 0 { size_of_val(&**piece) } else { 0 };
        }
        gone
    }
}

/// How many keyframes have a piece, by where it lies.
type Holders = HashMap<*const u8, u32>;

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

    /// Bytes of what is not in pieces.
    fn alone(&self) -> usize {
        self.rest.state.parts().iter().map(|part| part.len()).sum()
    }

    /// Bytes that it adds to those of the keyframes that are noted, which it then is.
    fn take(&self, holders: &mut Holders) -> usize {
        let genomes: usize = self.genomes.iter().map(|pieces| pieces.take(holders)).sum();
        self.alone() + genomes + self.populations.as_ref().map_or(0, |pieces| pieces.take(holders))
    }

    /// Bytes that are free without it.
    fn leave(&self, holders: &mut Holders) -> usize {
        let genomes: usize = self.genomes.iter().map(|pieces| pieces.leave(holders)).sum();
        self.alone() + genomes + self.populations.as_ref().map_or(0, |pieces| pieces.leave(holders))
    }
}

/// What is told of a keyframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyframeInfo {
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
    pub fn marks(&self) -> Vec<KeyframeInfo> {
        let mark = |(place, frame): (&Place, &Keyframe)| KeyframeInfo {
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

    fn count(&mut self) -> Holders {
        let mut holders = Holders::new();
        self.bytes = self.frames.values().map(|frame| frame.take(&mut holders)).sum();
        holders
    }

    /// Lets go of keyframes until the rest fits.
    fn thin(&mut self, newest: Option<Place>) {
        // Counted once: of thousands of keyframes, each with as many pieces, half may have to go.
        let mut holders = self.count();
        let pinned = |(place, frame): (&Place, &Keyframe)| (*place, !frame.pinned.is_empty());
        let mut marks: Vec<(Place, bool)> = self.frames.iter().map(pinned).collect();
        while self.bytes > self.most
            && let Some(at) = least(&marks, newest)
        {
            let (place, _) = marks.remove(at);
            if let Some(frame) = self.frames.remove(&place) {
                self.bytes -= frame.leave(&mut holders);
            }
        }
    }
}

/// Which keyframe, in the order of their places and with whether they are pinned, leaves the shortest gap; those that are pinned go last,
/// the first of all and the newest never.
fn least(marks: &[(Place, bool)], newest: Option<Place>) -> Option<usize> {
    let gap = |at: usize| {
        let (branch, tick) = marks[at].0;
        let near = |other: Option<&(Place, bool)>| {
            other.filter(|(other, _)| other.0 == branch).map(|(other, _)| other.1.abs_diff(tick))
        };
        let before = near(marks.get(at.wrapping_sub(1)));
        let after = near(marks.get(at + 1));
        // At an end of a branch as far again.
        before.or(after).unwrap_or(u64::MAX / 2) + after.or(before).unwrap_or(u64::MAX / 2)
    };
    let free = (1..marks.len()).filter(|at| Some(marks[*at].0) != newest);
    free.min_by_key(|at| (marks[*at].1, gap(*at)))
}
