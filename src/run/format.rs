//! Checkpoints as bytes: a checked header (postcard), a checked body of plain arrays, and genome rows kept apart in
//! chunks named by their content. Reading is safe on any bytes: every length is compared with what the scene's plan
//! asks for before anything is allocated for it. Knows nothing of folders.

use serde::{Deserialize, Serialize};

use crate::command::Logged;
use crate::layout::{Agent, COUNTERS, Intervention, TALLIES};
use crate::plan::Plan;
use crate::rng::Stream;
use crate::scene;
use crate::simulation::{Checkpoint, Progress};
use crate::world::{PARTS, WorldState};

/// First bytes of every checkpoint.
const MAGIC: [u8; 8] = *b"IWASHICP";
/// Version of the format; files of a newer one are refused.
pub const VERSION: u32 = 2;
/// Magic, version, two lengths, two digests.
const FRONT: usize = 8 + 4 + 8 + 8 + 32 + 32;
/// Words in a chunk of genome rows (whole rows, at least one): 256 KiB keeps the unchanged apart from the changed
/// without making thousands of files.
const CHUNK_WORDS: usize = 65_536;

/// Name of a chunk: the BLAKE3 digest of its bytes.
pub type ChunkName = [u8; 32];

/// Why a checkpoint was refused.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Bytes that are not as they were written, or never were a checkpoint.
    #[error("{0}")]
    Damaged(String),
    /// Written by an earlier program, whose state lacks what this one needs.
    #[error(
        "written in checkpoint format {found}; this program reads format {VERSION}: go on with the program that wrote it, \
         or start anew from the run's genomes"
    )]
    TooOld {
        /// Version in the file.
        found: u32,
    },
    /// Written by a later program.
    #[error("written in checkpoint format {found}; this program reads format {VERSION}, update it")]
    TooNew {
        /// Version in the file.
        found: u32,
    },
}

fn damaged(problem: impl Into<String>) -> FormatError {
    FormatError::Damaged(problem.into())
}

/// What stands before the arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program.
    pub program: String,
    /// Effective scene with all changes so far, RON.
    pub scene: String,
    /// Worlds.
    pub worlds: u32,
    /// Ticks advanced.
    pub tick: u64,
    /// Digest of the simulation, hexadecimal.
    pub digest: String,
    /// Mean fitness by which the best checkpoint is chosen; NaN when nothing is scored.
    pub score: f64,
    /// Bytes of each table of the run folder at this moment.
    pub tables: Vec<(String, u64)>,
    /// Commands so far.
    pub log: Vec<Logged>,
    /// State of evolution and metrics.
    pub progress: Progress,
    /// Chunks of each species' genomes, in order.
    pub chunks: Vec<Vec<ChunkName>>,
}

/// A checkpoint ready for writing.
pub struct Encoded {
    /// The checkpoint's own file.
    pub file: Vec<u8>,
    /// Its chunks.
    pub chunks: Vec<Vec<ChunkName>>,
}

/// What the run folder adds to a checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// Digest of the simulation, hexadecimal.
    pub digest: String,
    /// See `Header::score`.
    pub score: f64,
    /// See `Header::tables`.
    pub tables: Vec<(String, u64)>,
}

/// Words in a chunk of a species whose rows lie `stride` apart.
fn chunk_words(stride: usize) -> usize {
    (CHUNK_WORDS / stride.max(1)).max(1) * stride.max(1)
}

/// Chunks of a species' genomes, and their names.
pub fn chunks_of(genomes: &[u32], stride: usize) -> impl Iterator<Item = (ChunkName, &[u8])> {
    genomes.chunks(chunk_words(stride)).map(|chunk| {
        let bytes: &[u8] = bytemuck::cast_slice(chunk);
        (*blake3::hash(bytes).as_bytes(), bytes)
    })
}

/// A checkpoint's bytes without its chunks.
pub fn encode(checkpoint: &Checkpoint, extras: &Extras) -> Result<Encoded, FormatError> {
    let state = &checkpoint.state;
    let worlds = state.streams.len() as u32;
    let plan = Plan::new(&checkpoint.scene, worlds);
    let names = |(genomes, p): (&Vec<u32>, &crate::layout::SpeciesParams)| -> Vec<ChunkName> {
        chunks_of(genomes, p.genome_stride as usize).map(|(name, _)| name).collect()
    };
    let header = Header {
        program: env!("CARGO_PKG_VERSION").to_string(),
        scene: scene::encode(&checkpoint.scene),
        worlds,
        tick: state.tick,
        digest: extras.digest.clone(),
        score: extras.score,
        tables: extras.tables.clone(),
        log: checkpoint.log.clone(),
        progress: checkpoint.progress.clone(),
        chunks: state.genomes.iter().zip(&plan.species).map(names).collect(),
    };
    let block = postcard::to_stdvec(&header).map_err(|e| damaged(format!("the header cannot be written: {e}")))?;
    let body = state.parts().concat();
    let mut file = Vec::with_capacity(FRONT + block.len() + body.len());
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend((block.len() as u64).to_le_bytes());
    file.extend((body.len() as u64).to_le_bytes());
    file.extend(blake3::hash(&block).as_bytes());
    file.extend(blake3::hash(&body).as_bytes());
    file.extend(&block);
    file.extend(&body);
    Ok(Encoded { file, chunks: header.chunks })
}

/// Bytes of each array of the body for a plan, in their order.
fn body_sizes(plan: &Plan) -> [u64; PARTS] {
    let d = &plan.dims;
    let worlds = u64::from(d.worlds);
    let each = |items: u64, size: usize| worlds.saturating_mul(items).saturating_mul(size as u64);
    let species = plan.species.len() as u64;
    [
        each(1, size_of::<Stream>()),
        each(1, 4),
        each(d.slots.into(), size_of::<Agent>()),
        each(d.slots.into(), size_of::<[i32; TALLIES as usize]>()),
        each(d.act.into(), 4),
        each(d.mem.into(), 4),
        each(u64::from(d.history) * u64::from(d.sig), 4),
        each(d.field_cells.into(), 4),
        each(species, size_of::<[u32; COUNTERS as usize]>()),
        each(species, size_of::<Intervention>()),
    ]
}

/// Reads the header alone, checked; the body is only measured.
pub fn decode_header(file: &[u8]) -> Result<Header, FormatError> {
    split(file).map(|(header, _)| header)
}

/// Header, and the bytes of the body (not yet compared with their digest).
fn split(file: &[u8]) -> Result<(Header, Body<'_>), FormatError> {
    let (front, rest) = file.split_at_checked(FRONT).ok_or_else(|| damaged("it ends within its first bytes"))?;
    if front[..8] != MAGIC {
        return Err(damaged("it is not an Iwashi checkpoint"));
    }
    let word = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| front[at + i]));
    let version = word(8) as u32;
    if version > VERSION {
        return Err(FormatError::TooNew { found: version });
    }
    if version < VERSION {
        return Err(FormatError::TooOld { found: version });
    }
    let (block_len, body_len) = (word(12), word(20));
    if block_len.checked_add(body_len) != Some(rest.len() as u64) {
        return Err(damaged(format!(
            "it is cut short or has grown: {} bytes where {block_len} + {body_len} are announced",
            rest.len()
        )));
    }
    let (block, bytes) = rest.split_at(block_len as usize);
    if blake3::hash(block).as_bytes() != &front[28..60] {
        return Err(damaged("its header does not match its digest"));
    }
    let (header, left) =
        postcard::take_from_bytes::<Header>(block).map_err(|e| damaged(format!("its header cannot be read: {e}")))?;
    if !left.is_empty() {
        return Err(damaged("its header is longer than it says"));
    }
    let digest = std::array::from_fn(|i| front[60 + i]);
    Ok((header, Body { bytes, digest }))
}

struct Body<'a> {
    bytes: &'a [u8],
    digest: [u8; 32],
}

/// Reads a whole checkpoint. `fetch` gives the bytes of a chunk of the expected length.
pub fn decode(
    file: &[u8],
    mut fetch: impl FnMut(&ChunkName, usize) -> Result<Vec<u8>, FormatError>,
) -> Result<(Checkpoint, Header), FormatError> {
    let (header, body) = split(file)?;
    if *blake3::hash(body.bytes).as_bytes() != body.digest {
        return Err(damaged("its state does not match its digest"));
    }
    let spec = scene::parse(&header.scene, "checkpoint").map_err(|e| damaged(format!("its scene is refused:\n{e}")))?;
    if header.worlds == 0 || header.worlds > 65_536 {
        return Err(damaged(format!("{} worlds are outside 1 to 65536", header.worlds)));
    }
    let plan = Plan::new(&spec, header.worlds);
    let sizes = body_sizes(&plan);
    let wanted = sizes.iter().fold(0u64, |sum, &s| sum.saturating_add(s));
    if wanted != body.bytes.len() as u64 {
        return Err(damaged(format!("its state has {} bytes where the scene needs {wanted}", body.bytes.len())));
    }
    let mut rest = body.bytes;
    let parts: [&[u8]; PARTS] = std::array::from_fn(|i| {
        // The sum of the sizes is the length, so each part is there.
        let (part, left) = rest.split_at(sizes[i] as usize);
        rest = left;
        part
    });
    let state = WorldState::of_parts(header.tick, parts, read_genomes(&plan, &header.chunks, &mut fetch)?);
    let checkpoint = Checkpoint { scene: spec, state, progress: header.progress.clone(), log: header.log.clone() };
    checkpoint.check(&plan).map_err(damaged)?;
    Ok((checkpoint, header))
}

fn read_genomes(
    plan: &Plan,
    chunks: &[Vec<ChunkName>],
    fetch: &mut impl FnMut(&ChunkName, usize) -> Result<Vec<u8>, FormatError>,
) -> Result<Vec<Vec<u32>>, FormatError> {
    if chunks.len() != plan.species.len() {
        return Err(damaged(format!("genomes of {} species where the scene has {}", chunks.len(), plan.species.len())));
    }
    let mut pages = Vec::with_capacity(chunks.len());
    for (species, names) in chunks.iter().enumerate() {
        let total = plan.genome_total(species);
        let size = chunk_words(plan.species[species].genome_stride as usize);
        if names.len() != total.div_ceil(size) {
            return Err(damaged(format!(
                "species {species} has {} chunks of genomes where it needs {}",
                names.len(),
                total.div_ceil(size)
            )));
        }
        let mut page: Vec<u32> = Vec::new();
        for name in names {
            let words = size.min(total - page.len());
            let bytes = fetch(name, words * 4)?;
            if bytes.len() != words * 4 || blake3::hash(&bytes).as_bytes() != name {
                return Err(damaged("a chunk of genomes does not match its name"));
            }
            page.extend(bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)));
        }
        pages.push(page);
    }
    Ok(pages)
}
