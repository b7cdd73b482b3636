//! Undoing and redoing changes of parameters: each is a command of its own, so that a run with them replays like any other. Knows
//! nothing of the window.

use std::time::{Duration, Instant};

use crate::command::Command;
use crate::scene::{self, SceneSpec};

/// Changes of one parameter that follow each other sooner are one: a slider that is dragged.
const ONE_DRAG: Duration = Duration::from_millis(900);
/// Changes that can be undone.
const MOST: usize = 1_000;

/// A change of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Path of the parameter.
    pub path: String,
    /// Value before, as in a scene file.
    pub before: String,
    /// Value after.
    pub after: String,
}

/// What was changed, and what of it was undone.
#[derive(Default)]
pub struct History {
    changes: Vec<Change>,
    /// Those that hold; the others have been undone.
    done: usize,
    last: Option<Instant>,
}

impl History {
    /// Notes a command that is about to be sent to the scene as it stands.
    pub fn note(&mut self, command: &Command, scene: &SceneSpec, now: Instant) {
        let Command::Set { path, value } = command else { return };
        let Ok(before) = scene::get(scene, path) else { return };
        self.changes.truncate(self.done);
        let drag = self.last.is_some_and(|last| now.saturating_duration_since(last) < ONE_DRAG);
        self.last = Some(now);
        match self.changes.last_mut().filter(|last| drag && last.path == *path) {
            Some(last) => last.after.clone_from(value),
            None => self.changes.push(Change { path: path.clone(), before, after: value.clone() }),
        }
        if self.changes.len() > MOST {
            self.changes.remove(0);
        }
        self.done = self.changes.len();
    }

    /// The change that `undo` would take back.
    pub fn to_undo(&self) -> Option<&Change> {
        self.changes.get(self.done.checked_sub(1)?)
    }

    /// The change that `redo` would make again.
    pub fn to_redo(&self) -> Option<&Change> {
        self.changes.get(self.done)
    }

    /// The command that takes the last change back.
    pub fn undo(&mut self) -> Option<Command> {
        let Change { path, before, .. } = self.to_undo()?.clone();
        (self.done, self.last) = (self.done - 1, None);
        Some(Command::Set { path, value: before })
    }

    /// The command that makes the change again that was undone last.
    pub fn redo(&mut self) -> Option<Command> {
        let Change { path, after, .. } = self.to_redo()?.clone();
        (self.done, self.last) = (self.done + 1, None);
        Some(Command::Set { path, value: after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: &str, value: &str) -> Command {
        Command::Set { path: path.into(), value: value.into() }
    }

    #[test]
    fn a_drag_is_one_change_and_comes_back_whole() {
        let mut scene = scene::load("boids").unwrap().spec;
        let path = "species[0].body.cruise";
        let first = scene::get(&scene, path).unwrap();
        let (mut history, start) = (History::default(), Instant::now());
        for (step, value) in ["1.1", "1.2", "1.3"].into_iter().enumerate() {
            history.note(&set(path, value), &scene, start + Duration::from_millis(100 * step as u64));
            scene::set(&mut scene, path, value).unwrap();
        }
        history.note(&set(path, "2.0"), &scene, start + Duration::from_secs(5));
        assert_eq!(history.undo(), Some(set(path, "1.3")));
        assert_eq!(history.undo(), Some(set(path, &first)));
        assert_eq!(history.undo(), None);
        assert_eq!(
            (history.redo(), history.redo(), history.redo()),
            (Some(set(path, "1.3")), Some(set(path, "2.0")), None)
        );
    }

    #[test]
    fn a_new_change_forgets_what_was_undone() {
        let scene = scene::load("boids").unwrap().spec;
        let mut history = History::default();
        let now = Instant::now();
        history.note(&set("species[0].body.cruise", "1.1"), &scene, now);
        history.undo();
        history.note(&set("species[0].body.drag", "1.0"), &scene, now);
        assert_eq!(history.to_redo(), None);
        assert_eq!(history.to_undo().map(|change| change.path.as_str()), Some("species[0].body.drag"));
        history.note(&set("species[0].nonsense", "1.0"), &scene, now);
        assert_eq!(history.to_undo().map(|change| change.path.as_str()), Some("species[0].body.drag"));
    }
}
