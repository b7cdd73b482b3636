//! What a card is asked: how thoroughly, on which backend, and what it may take over from a call that was stopped. Pieces of a card
//! that are finished are kept as files, so that a long one goes on where it stopped. Knows no card.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backend::BackendError;
use crate::backend::gpu::SharedDevice;
use crate::files::{self, FileError};
use crate::scene::{SceneError, SceneSpec, SetError};
use crate::simulation::{BackendChoice, Options, Simulation, SimulationError};

/// How thorough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As many runs as tell a working program from a broken one, in seconds.
    Short,
    /// As many as the source reports, or more.
    Full,
}

impl Stage {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Short => "short",
            Stage::Full => "full",
        }
    }
}

/// Why a card could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The engine.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The worlds of a card that drives them itself.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A scene that ships and cannot be read.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// A number of it that a card changes.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Pieces that are kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something that the card itself rests on.
    #[error("{0}")]
    Other(String),
}

/// What a card is asked.
pub struct Ask<'a> {
    /// How thorough.
    pub stage: Stage,
    /// Seeds (runs that differ by their draws alone), instead of as many as the stage has; two at least.
    pub seeds: Option<u32>,
    /// What advances the worlds of those cards that run the engine.
    pub backend: BackendChoice,
    /// Where finished pieces are kept; nowhere when `None`.
    pub kept: Option<&'a Kept>,
    /// Hears how far a long card is.
    pub tell: &'a (dyn Fn(&str) + Sync),
    device: Option<SharedDevice>,
}

impl<'a> Ask<'a> {
    /// Asks for a stage on a backend; opens the adapter where that is the GPU.
    pub fn new(stage: Stage, backend: BackendChoice, tell: &'a (dyn Fn(&str) + Sync)) -> Result<Ask<'a>, BackendError> {
        let device = (backend == BackendChoice::Gpu).then(SharedDevice::open).transpose()?;
        Ok(Ask { stage, seeds: None, backend, kept: None, tell, device })
    }

    /// One of two, by the stage.
    pub fn of<T>(&self, short: T, full: T) -> T {
        if self.stage == Stage::Short { short } else { full }
    }

    /// Seeds: as many as were asked for, or as the stage has.
    pub fn seeds(&self, short: u32, full: u32) -> u32 {
        self.seeds.unwrap_or(self.of(short, full))
    }

    /// How the engine is run: on the backend asked for, with one thread, because pieces run side by side.
    pub fn options(&self) -> Options {
        Options { backend: self.backend, threads: Some(1), device: self.device.clone(), ..Options::default() }
    }

    /// A scene running on that backend.
    pub fn simulation(&self, scene: SceneSpec) -> Result<Simulation, VerifyError> {
        Ok(Simulation::new(scene, &self.options())?)
    }

    /// The same in several worlds, which differ by their draws alone and run side by side.
    pub fn worlds(&self, scene: SceneSpec, worlds: u32) -> Result<Simulation, VerifyError> {
        let options = Options { worlds: Some(worlds), threads: None, ..self.options() };
        Ok(Simulation::new(scene, &options)?)
    }

    /// Measures a piece of a card, or takes it over where it is kept. It is told from others by its name, which says all that sets it
    /// apart within the card.
    pub fn piece<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        measure: impl FnOnce() -> Result<T, VerifyError>,
    ) -> Result<T, VerifyError> {
        if let Some(found) = self.kept.and_then(|kept| kept.get(name)) {
            return Ok(found);
        }
        let found = measure()?;
        self.kept.map_or(Ok(()), |kept| kept.put(name, &found))?;
        Ok(found)
    }

    /// Measures each of several [`Ask::piece`]s: on the processor side by side, on a GPU one after the other, which is as fast.
    pub fn pieces<P: Sync, T: Serialize + DeserializeOwned + Send>(
        &self,
        pieces: &[P],
        name: impl Fn(&P) -> String + Sync,
        measure: impl Fn(&P) -> Result<T, VerifyError> + Sync,
    ) -> Result<Vec<T>, VerifyError> {
        let done = AtomicUsize::new(0);
        let one = |piece: &P| {
            let name = name(piece);
            let found = self.piece(&name, || measure(piece))?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.tell)(&format!("{done} of {} done: {name}", pieces.len()));
            Ok(found)
        };
        match self.backend {
            BackendChoice::Gpu => pieces.iter().map(one).collect(),
            _ => pieces.par_iter().map(one).collect(),
        }
    }
}

/// Finished pieces of a card as files. A file's name is the digest of all that it depends on, so that nothing is taken over from
/// another program, card, stage, backend or number of seeds.
pub struct Kept {
    folder: PathBuf,
    depends_on: String,
}

impl Kept {
    /// In a folder, of pieces that depend on this, put into words.
    pub fn new(folder: &Path, depends_on: String) -> Result<Kept, FileError> {
        files::create_folder(folder)?;
        Ok(Kept { folder: folder.to_path_buf(), depends_on })
    }

    /// What is kept under a name; `None` where nothing whole is.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = files::read_at_most(&self.place(name), MOST_BYTES).ok()?;
        let (digest, content) = bytes.split_at_checked(blake3::OUT_LEN)?;
        (blake3::hash(content).as_bytes() == digest).then(|| postcard::from_bytes(content).ok())?
    }

    /// Keeps something under a name.
    pub fn put<T: Serialize>(&self, name: &str, what: &T) -> Result<(), FileError> {
        let place = self.place(name);
        let content = postcard::to_stdvec(what).map_err(|e| files::on("write", &place)(io::Error::other(e)))?;
        files::write_whole(&place, &[blake3::hash(&content).as_bytes(), &content])
    }

    fn place(&self, name: &str) -> PathBuf {
        let digest = blake3::hash(format!("{}\n{name}", self.depends_on).as_bytes());
        // Half of it tells pieces apart and keeps names short.
        self.folder.join(&digest.to_hex()[..32])
    }
}

/// More than any piece holds; a larger file is not one of ours.
const MOST_BYTES: u64 = 1 << 26;

/// What the program is, for pieces to depend on: its version and the digest of its file, since a build changes what is measured
/// before the version does.
pub fn program() -> Result<String, FileError> {
    let path = std::env::current_exe().map_err(files::on("find", Path::new("the program's own file")))?;
    let mut hasher = blake3::Hasher::new();
    let mut file = files::open_to_read(&path)?;
    io::copy(&mut file, &mut hasher).map_err(files::on("read", &path))?;
    Ok(format!("iwashi {} {}", env!("CARGO_PKG_VERSION"), hasher.finalize().to_hex()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_pieces_are_taken_over_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |what: &str| Kept::new(folder.path(), what.into()).unwrap();
        let measured = AtomicUsize::new(0);
        let sum = |kept: &Kept, stop: u32| {
            let mut ask = Ask::new(Stage::Full, BackendChoice::Cpu, &|_| ()).unwrap();
            ask.kept = Some(kept);
            let measure = |i: &u32| {
                if *i >= stop {
                    return Err(VerifyError::Other("stopped".into()));
                }
                measured.fetch_add(1, Ordering::Relaxed);
                // What text would round.
                Ok(vec![f64::from(*i) / 3.0, f64::NAN])
            };
            ask.pieces(&[0, 1, 2, 3], |i| format!("piece {i}"), measure)
        };
        let first = kept("a");
        assert!(sum(&first, 2).is_err());
        let so_far = measured.load(Ordering::Relaxed);
        let values = sum(&first, 9).unwrap();
        assert_eq!(measured.load(Ordering::Relaxed), 4, "{so_far} were there");
        assert!(values[1][0] == 1.0 / 3.0 && values[1][1].is_nan());
        sum(&first, 0).expect("all are there");
        assert!(sum(&kept("b"), 0).is_err(), "of another card");

        let place = first.place("piece 1");
        let mut bytes = std::fs::read(&place).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&place, bytes).unwrap();
        assert!(first.get::<Vec<f64>>("piece 1").is_none() && first.get::<Vec<f64>>("piece 2").is_some());
    }

    #[test]
    fn seeds_go_by_what_is_asked_for() {
        let mut ask = Ask::new(Stage::Short, BackendChoice::Cpu, &|_| ()).unwrap();
        assert_eq!((ask.seeds(3, 10), ask.of(1, 2)), (3, 1));
        ask.seeds = Some(7);
        assert_eq!(ask.seeds(3, 10), 7);
    }
}
