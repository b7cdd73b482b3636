//! The recovery ring on disk: the last few checkpoints and the best one, their genome rows shared between them and
//! kept under the name of their content, so that rows which did not change are not written again. Knows nothing of
//! how a simulation runs.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::format::{self, ChunkName, Extras, FormatError, Header};
use crate::files::{self, FileError};
use crate::plan::Plan;
use crate::simulation::Checkpoint;

/// Checkpoints kept, besides the best.
pub const RING: usize = 5;
/// Name of the best checkpoint.
const BEST: &str = "best.ckpt";
/// Folder of the genome chunks.
const ROWS: &str = "rows";
/// Largest checkpoint file that is read, bytes; genomes are apart.
const LARGEST: u64 = 64 << 30;

/// Why a checkpoint could not be saved or loaded.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk or its permissions.
    #[error(transparent)]
    File(#[from] FileError),
    /// The checkpoint itself.
    #[error("checkpoint {}: {problem}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: FormatError,
    },
    /// No checkpoint that can be read.
    #[error("no usable checkpoint in {}{damage}", folder.display())]
    None {
        /// Where it was sought.
        folder: PathBuf,
        /// What was wrong with those found.
        damage: String,
    },
}

/// The checkpoints of one run.
pub struct Store {
    folder: PathBuf,
    /// Ring, by tick, with the chunks that each refers to.
    ring: BTreeMap<u64, HashSet<ChunkName>>,
    /// Score and chunks of the best checkpoint.
    best: Option<(f64, HashSet<ChunkName>)>,
}

/// A checkpoint read back.
pub struct Loaded {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// What was written beside it.
    pub header: Header,
    /// What was wrong with newer checkpoints that were passed over.
    pub warnings: Vec<String>,
}

impl Store {
    /// The store in `folder`, which is created when missing.
    pub fn open(folder: &Path) -> Result<Store, FileError> {
        files::create_folder(&folder.join(ROWS))?;
        Store::existing(folder)
    }

    /// The store in `folder`, for reading. Files that cannot be read count as nothing here; `newest` reports them.
    pub fn existing(folder: &Path) -> Result<Store, FileError> {
        let mut store = Store { folder: folder.to_path_buf(), ring: BTreeMap::new(), best: None };
        for tick in store.ticks()? {
            let chunks = store.header(&store.path(tick)).map(|h| names(&h)).unwrap_or_default();
            store.ring.insert(tick, chunks);
        }
        store.best = store.header(&folder.join(BEST)).ok().map(|h| (h.score, names(&h)));
        Ok(store)
    }

    /// Ticks of the checkpoints in the ring, ascending.
    pub fn kept(&self) -> Vec<u64> {
        self.ring.keys().copied().collect()
    }

    fn path(&self, tick: u64) -> PathBuf {
        self.folder.join(format!("tick-{tick:012}.ckpt"))
    }

    fn header(&self, path: &Path) -> Result<Header, StoreError> {
        let bytes = files::read_at_most(path, LARGEST)?;
        format::decode_header(&bytes).map_err(|problem| StoreError::Format { path: path.to_path_buf(), problem })
    }

    /// Ticks of the checkpoints on disk, ascending.
    fn ticks(&self) -> Result<Vec<u64>, FileError> {
        let entries = fs::read_dir(&self.folder).map_err(files::on("read", &self.folder))?;
        let mut ticks: Vec<u64> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                name.strip_prefix("tick-")?.strip_suffix(".ckpt")?.parse().ok()
            })
            .collect();
        ticks.sort_unstable();
        Ok(ticks)
    }

    /// Writes a checkpoint, then lets go of what the ring no longer holds. On failure the earlier checkpoints are as
    /// they were.
    pub fn save(&mut self, checkpoint: &Checkpoint, extras: &Extras) -> Result<(), StoreError> {
        let tick = checkpoint.state.tick;
        let path = self.path(tick);
        let encoded =
            format::encode(checkpoint, extras).map_err(|problem| StoreError::Format { path: path.clone(), problem })?;
        let known = self.referenced();
        let mut chunks = HashSet::new();
        let plan = Plan::new(&checkpoint.scene, checkpoint.state.streams.len() as u32);
        for (genomes, p) in checkpoint.state.genomes.iter().zip(&plan.species) {
            for (name, bytes) in format::chunks_of(genomes, p.genome_stride as usize) {
                if chunks.insert(name) && !known.contains(&name) {
                    files::write_whole(&self.chunk_path(&name), &[bytes])?;
                }
            }
        }
        files::write_whole(&path, &[&encoded.file])?;
        let better = extras.score.is_finite() && self.best.as_ref().is_none_or(|(score, _)| extras.score > *score);
        if better {
            files::write_whole(&self.folder.join(BEST), &[&encoded.file])?;
            self.best = Some((extras.score, chunks.clone()));
        }
        self.ring.insert(tick, chunks);
        self.prune(RING)
    }

    /// Lets go of all checkpoints but the newest and the best.
    pub fn thin(&mut self) -> Result<(), StoreError> {
        self.prune(1)
    }

    fn chunk_path(&self, name: &ChunkName) -> PathBuf {
        let hex = blake3::Hash::from_bytes(*name).to_hex();
        self.folder.join(ROWS).join(format!("{hex}.rows"))
    }

    fn referenced(&self) -> HashSet<ChunkName> {
        let best = self.best.iter().map(|(_, chunks)| chunks);
        self.ring.values().chain(best).flatten().copied().collect()
    }

    /// Removes the oldest checkpoints of the ring beyond `most`, and chunks that nothing refers to.
    fn prune(&mut self, most: usize) -> Result<(), StoreError> {
        while self.ring.len() > most
            && let Some((tick, _)) = self.ring.pop_first()
        {
            let path = self.path(tick);
            fs::remove_file(&path).map_err(files::on("remove", &path))?;
        }
        let kept: HashSet<PathBuf> = self.referenced().iter().map(|name| self.chunk_path(name)).collect();
        let rows = self.folder.join(ROWS);
        for entry in fs::read_dir(&rows).map_err(files::on("read", &rows))?.flatten() {
            let path = entry.path();
            let ours = path.extension().is_some_and(|ending| ending == "rows" || ending == "part");
            if ours && !kept.contains(&path) {
                fs::remove_file(&path).map_err(files::on("remove", &path))?;
            }
        }
        Ok(())
    }

    /// The newest checkpoint that is whole; damaged ones are passed over with a warning. One written by another
    /// program is an error: going back behind it would lose work.
    pub fn newest(&self) -> Result<Loaded, StoreError> {
        let mut warnings = Vec::new();
        for tick in self.ticks()?.into_iter().rev() {
            match self.load(&self.path(tick)) {
                Ok((checkpoint, header)) => return Ok(Loaded { checkpoint, header, warnings }),
                Err(
                    error @ StoreError::Format {
                        problem: FormatError::TooNew { .. } | FormatError::TooOld { .. }, ..
                    },
                ) => return Err(error),
                Err(error) => warnings.push(error.to_string()),
            }
        }
        let damage = warnings.iter().map(|w| format!("\n  {w}")).collect();
        Err(StoreError::None { folder: self.folder.clone(), damage })
    }

    /// The last whole checkpoint at or before a tick, the best among them; none where all are later, or cannot be read.
    pub fn before(&self, tick: u64) -> Result<Option<Checkpoint>, StoreError> {
        let best = self.folder.join(BEST);
        let best = self.header(&best).ok().map(|header| (header.tick, best));
        let ring = self.ticks()?.into_iter().map(|tick| (tick, self.path(tick)));
        let mut known: Vec<_> = ring.chain(best).filter(|(at, _)| *at <= tick).collect();
        known.sort();
        Ok(known.into_iter().rev().find_map(|(_, path)| Some(self.load(&path).ok()?.0)))
    }

    /// Reads one checkpoint file whose chunks lie in this store.
    pub fn load(&self, path: &Path) -> Result<(Checkpoint, Header), StoreError> {
        let bytes = files::read_at_most(path, LARGEST)?;
        let fetch = |name: &ChunkName, len: usize| {
            files::read_at_most(&self.chunk_path(name), len as u64).map_err(|e| FormatError::Damaged(e.to_string()))
        };
        format::decode(&bytes, fetch).map_err(|problem| StoreError::Format { path: path.to_path_buf(), problem })
    }

    /// Forgets checkpoints after `tick`: those that were passed over as damaged when the run went back to it.
    pub fn forget_after(&mut self, tick: u64) -> Result<(), StoreError> {
        for later in self.ticks()?.into_iter().filter(|t| *t > tick) {
            let path = self.path(later);
            fs::rename(&path, path.with_extension("damaged")).map_err(files::on("set aside", &path))?;
            self.ring.remove(&later);
        }
        Ok(())
    }
}

fn names(header: &Header) -> HashSet<ChunkName> {
    header.chunks.iter().flatten().copied().collect()
}
