//! Undoing and redoing changes of parameters and of genomes: each is a command of its own, so that a run with them replays like any
//! other. Knows nothing of the window.

use std::time::{Duration, Instant};

use crate::app::strings::timeline as text;
use crate::command::{Command, Hand};
use crate::scene::{self, SceneSpec};

/// Changes of one parameter that follow each other sooner are one: a slider that is dragged.
const ONE_DRAG: Duration = Duration::from_millis(900);
/// Changes that can be undone.
const MOST: usize = 1_000;

/// A change that can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Path of the parameter; of a genome, what of whose.
    pub path: String,
    /// Value before, as in a scene file.
    pub before: String,
    /// Value after.
    pub after: String,
    /// The commands that go back and forth.
    commands: [Command; 2],
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
    /// Notes a command that is about to be sent to the scene as it stands, where the genome of the selected agent, by its number, is
    /// this one.
    pub fn note(&mut self, command: &Command, scene: &SceneSpec, genome: Option<(u32, &[f32])>, now: Instant) {
        let Some(change) = change(command, scene, genome) else { return };
        self.changes.truncate(self.done);
        let drag = self.last.is_some_and(|last| now.saturating_duration_since(last) < ONE_DRAG);
        self.last = Some(now);
        match self.changes.last_mut().filter(|last| drag && last.path == change.path) {
            Some(last) => {
                last.after = change.after;
                let [_, forth] = change.commands;
                last.commands[1] = forth;
            }
            None => self.changes.push(change),
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
        let [back, _] = self.to_undo()?.commands.clone();
        (self.done, self.last) = (self.done - 1, None);
        Some(back)
    }

    /// The command that makes the change again that was undone last.
    pub fn redo(&mut self) -> Option<Command> {
        let [_, forth] = self.to_redo()?.commands.clone();
        (self.done, self.last) = (self.done + 1, None);
        Some(forth)
    }
}

/// What a command changes, where it can be taken back.
fn change(command: &Command, scene: &SceneSpec, genome: Option<(u32, &[f32])>) -> Option<Change> {
    let own = |id: u32| genome.filter(|(known, _)| *known == id).map(|(_, genome)| genome);
    let (path, before, after, back) = match command {
        Command::Set { path, value } => {
            let before = scene::get(scene, path).ok()?;
            (path.clone(), before.clone(), value.clone(), Command::Set { path: path.clone(), value: before })
        }
        Command::Wall { .. } => {
            let obstacle = scene.obstacles.len() as u32;
            (text::obstacle(obstacle), text::NO_WALL.into(), text::WALL.into(), Command::Clear { obstacle })
        }
        Command::Agent { world, id, hand: Hand::Weight { index, value } } => {
            let before = *own(*id)?.get(*index as usize)?;
            let back = Hand::Weight { index: *index, value: before };
            let path = text::number_of(*index, *id);
            (path, before.to_string(), value.to_string(), Command::Agent { world: *world, id: *id, hand: back })
        }
        Command::Agent { world, id, hand: Hand::Silence { channel } } => {
            let back = Command::Genome { world: *world, id: *id, genome: own(*id)?.to_vec() };
            (text::channel_of(channel + 1, *id), text::UNCHANGED.into(), text::SILENT.into(), back)
        }
        // Made again, it is another mutation: by the draws of its tick.
        Command::Agent { world, id, hand: Hand::Mutate { .. } } => {
            let back = Command::Genome { world: *world, id: *id, genome: own(*id)?.to_vec() };
            (text::genome_of(*id), text::UNCHANGED.into(), text::MUTATED.into(), back)
        }
        Command::Genome { world, id, .. } => {
            let back = Command::Genome { world: *world, id: *id, genome: own(*id)?.to_vec() };
            (text::genome_of(*id), text::UNCHANGED.into(), text::REPLACED.into(), back)
        }
        _ => return None,
    };
    Some(Change { path, before, after, commands: [back, command.clone()] })
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
            history.note(&set(path, value), &scene, None, start + Duration::from_millis(100 * step as u64));
            scene::set(&mut scene, path, value).unwrap();
        }
        history.note(&set(path, "2.0"), &scene, None, start + Duration::from_secs(5));
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
        history.note(&set("species[0].body.cruise", "1.1"), &scene, None, now);
        history.undo();
        history.note(&set("species[0].body.drag", "1.0"), &scene, None, now);
        assert_eq!(history.to_redo(), None);
        assert_eq!(history.to_undo().map(|change| change.path.as_str()), Some("species[0].body.drag"));
        history.note(&set("species[0].nonsense", "1.0"), &scene, None, now);
        assert_eq!(history.to_undo().map(|change| change.path.as_str()), Some("species[0].body.drag"));
    }

    #[test]
    fn the_last_wall_is_the_one_taken_away() {
        let mut scene = scene::load("boids").unwrap().spec;
        let wall = Command::Wall { a: [0.0; 3], b: [1.0; 3], radius: 0.5 };
        let mut history = History::default();
        history.note(&wall, &scene, None, Instant::now());
        scene.obstacles.push(scene::WallSpec::default().obstacle());
        history.note(&wall, &scene, None, Instant::now());
        assert_eq!(history.undo(), Some(Command::Clear { obstacle: 1 }));
        assert_eq!(history.undo(), Some(Command::Clear { obstacle: 0 }));
        assert_eq!(history.redo(), Some(wall));
    }

    #[test]
    fn a_weight_and_a_silence_come_back_as_they_were() {
        let scene = scene::load("boids").unwrap().spec;
        let (mut history, start) = (History::default(), Instant::now());
        let lay = |hand| Command::Agent { world: 0, id: 7, hand };
        let weight = |value| lay(Hand::Weight { index: 1, value });
        history.note(&weight(0.5), &scene, Some((7, &[0.25, 0.75])), start);
        // What is told of the genome lags behind a drag.
        history.note(&weight(0.6), &scene, Some((7, &[0.25, 0.5])), start + Duration::from_millis(50));
        let silence = lay(Hand::Silence { channel: 0 });
        history.note(&silence, &scene, Some((7, &[0.25, 0.6])), start + Duration::from_secs(5));
        let mutate = lay(Hand::Mutate { rate: 0.5, size: 1.0 });
        history.note(&mutate, &scene, Some((7, &[0.25, 0.65])), start + Duration::from_secs(7));
        assert_eq!(history.undo(), Some(Command::Genome { world: 0, id: 7, genome: vec![0.25, 0.65] }));
        // Of somebody else nothing is known.
        history.note(&silence, &scene, Some((8, &[1.0])), start + Duration::from_secs(9));
        assert_eq!(history.undo(), Some(Command::Genome { world: 0, id: 7, genome: vec![0.25, 0.6] }));
        assert_eq!(history.undo(), Some(weight(0.75)));
        assert_eq!((history.redo(), history.redo()), (Some(weight(0.6)), Some(silence)));
    }
}
