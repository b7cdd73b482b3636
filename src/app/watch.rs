//! Looks after a scene file on a thread of its own: whether an editor has saved it, broken it, or whether it is gone. Knows
//! nothing of the window, nor of what is done about it.

use std::fs;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::scene::{self, SceneFile};

/// Time between two looks.
const EVERY: Duration = Duration::from_millis(500);
/// Looks after which a file that is gone, or broken, counts so: editors remove it or empty it for a moment while they save.
const PATIENCE: u32 = 2;
/// A file that was written to so lately is read at every look: its clock may be too coarse to tell two writes apart.
const SETTLED: Duration = Duration::from_secs(3);

/// What a look has found.
#[derive(Debug)]
pub enum Found {
    /// The file is a scene, and says something new, or again something.
    Whole(Box<SceneFile>),
    /// The file cannot be read as a scene: every problem, with its line and column.
    Broken(String),
    /// There is no such file any more.
    Gone,
}

/// A file that is looked after, until this is dropped.
pub struct Watch {
    found: Mutex<Receiver<Found>>,
    /// Hung up when dropped, which ends the thread.
    _end: Sender<()>,
}

impl Watch {
    /// Looks after the file that a scene was read from; `None` where the system gives no thread.
    pub fn start(file: &SceneFile) -> Option<Watch> {
        let (end, ended) = channel();
        let (finds, found) = channel();
        let mut looker = Looker::new(file);
        let work = move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if let Some(found) = looker.look()
                    && finds.send(found).is_err()
                {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("scene file".into()).spawn(work).ok()?;
        Some(Watch { found: Mutex::new(found), _end: end })
    }

    /// What was found since the last call, in order.
    pub fn news(&self) -> Vec<Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).try_iter().collect()
    }
}

/// What is known of the file.
struct Looker {
    path: String,
    /// The last text that was a scene.
    text: String,
    /// Time and size at the last look.
    stamp: Option<(SystemTime, u64)>,
    /// What is wrong with it, and for how many looks.
    wrong: Option<(String, u32)>,
    /// Looks for which it has been gone.
    missing: u32,
}

impl Looker {
    fn new(file: &SceneFile) -> Looker {
        Looker { path: file.origin.clone(), text: file.text.clone(), stamp: None, wrong: None, missing: 0 }
    }

    fn look(&mut self) -> Option<Found> {
        let Ok(found) = fs::metadata(&self.path) else {
            self.stamp = None;
            self.missing = self.missing.saturating_add(1);
            return (self.missing == PATIENCE).then_some(Found::Gone);
        };
        let back = std::mem::take(&mut self.missing) >= PATIENCE;
        let modified = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let stamp = Some((modified, found.len()));
        let known = self.wrong.as_ref().is_none_or(|(_, looks)| *looks >= PATIENCE);
        let settled = modified.elapsed().is_ok_and(|age| age > SETTLED);
        if stamp == self.stamp && settled && known && !back {
            return None;
        }
        self.stamp = stamp;
        match scene::load(&self.path) {
            Ok(file) => {
                let was_wrong = self.wrong.take().is_some_and(|(_, looks)| looks >= PATIENCE);
                let new = back || was_wrong || file.text != self.text;
                self.text.clone_from(&file.text);
                new.then(|| Found::Whole(Box::new(file)))
            }
            Err(error) => {
                let told = error.to_string();
                let looks = match &mut self.wrong {
                    Some((before, looks)) if *before == told => {
                        *looks = looks.saturating_add(1);
                        *looks
                    }
                    _ => {
                        self.wrong = Some((told.clone(), 1));
                        1
                    }
                };
                (looks == PATIENCE).then_some(Found::Broken(told))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "(dt: 0.1, species: [(name: \"a\")])";

    #[test]
    fn what_editors_do_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.ron").display().to_string();
        let write = |text: &str| fs::write(&path, text).unwrap();
        write(TEXT);
        let mut looker = Looker::new(&scene::load(&path).unwrap());
        assert!(looker.look().is_none(), "as it was read");
        // Saved anew, the size as before, and too soon for the clock of some file systems.
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        write(&TEXT.replace("0.1", "0.2"));
        fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
        assert!(matches!(looker.look(), Some(Found::Whole(file)) if file.spec.dt == 0.2));
        assert!(looker.look().is_none());
        // Emptied for a moment.
        write("");
        assert!(looker.look().is_none());
        write(&TEXT.replace("0.1", "0.2"));
        assert!(looker.look().is_none());
        // Broken, and whole again.
        write("(dt: 0.1,\n species: [(nam: \"a\")])");
        assert!(looker.look().is_none());
        let found = looker.look();
        assert!(matches!(&found, Some(Found::Broken(told)) if told.contains("my.ron:2:13")), "{found:?}");
        assert!(looker.look().is_none());
        write(&TEXT.replace("0.1", "0.2"));
        assert!(matches!(looker.look(), Some(Found::Whole(_))), "the error is to go away");
        // Gone, and back.
        fs::remove_file(&path).unwrap();
        assert!(looker.look().is_none());
        assert!(matches!(looker.look(), Some(Found::Gone)));
        assert!(looker.look().is_none());
        write(&TEXT.replace("0.1", "0.2"));
        assert!(matches!(looker.look(), Some(Found::Whole(_))));
        assert!(looker.look().is_none());
    }
}
