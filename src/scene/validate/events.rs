//! Whether the events of a scene can happen, one after the other. Knows of a scene only what `standing` says of it, and nothing of
//! how worlds are advanced.

use super::standing;
use crate::scene::When;
use crate::scene::names::Names;
use crate::scene::path::{get, set_unchecked};
use crate::scene::problem::Diagnostic;
use crate::scene::spec::*;

/// Events in the order in which they happen, each on the scene that those before it have left.
pub(super) fn events(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let names = Names::of(spec);
    let mut order: Vec<usize> = (0..spec.events.len()).collect();
    order.sort_by_key(|&i| spec.events[i].tick);
    // Without its events, so that a change of the scene is judged by the scene alone.
    let mut scene = SceneSpec { events: vec![], ..spec.clone() };
    for i in order {
        let at = format!("events[{i}].command");
        match &spec.events[i].command {
            CommandSpec::Set(change) => {
                let mut changed = scene.clone();
                match set_now(&mut changed, &change.path, &change.value) {
                    Ok(()) => scene = changed,
                    Err(wrong) => {
                        let problem = Diagnostic::new(format!("{at}.{}", wrong.which), wrong.message, wrong.right);
                        problems.push(problem.resting_on(wrong.rests_on));
                    }
                }
            }
            CommandSpec::Wall(wall) => scene.obstacles.push(wall.obstacle()),
            CommandSpec::Patch(patch) => names.field(&format!("{at}.field"), &patch.field, problems),
            CommandSpec::Cull(cull) => names.species(&format!("{at}.species"), &cull.species, problems),
            CommandSpec::Signals(change) => {
                names.species(&format!("{at}.species"), &change.species, problems);
                let emitter = spec.species.iter().find(|s| s.name == change.species);
                if let (Some(emitter), Hearing::Delay(delay)) = (emitter, &change.hearing)
                    && delay.ticks >= emitter.signals.history
                {
                    let path = format!("{at}.hearing.ticks");
                    let history = emitter.signals.history;
                    let message = format!("`{path}` = {} is longer than signals are kept", delay.ticks);
                    let right = format!("at most {}, or raise `signals.history` of `{}`", history - 1, emitter.name);
                    let rests = (0..spec.species.len()).map(|s| format!("species[{s}].signals.history"));
                    problems.push(Diagnostic::new(path, message, right).resting_on(rests));
                }
            }
        }
    }
}

/// Why an event's change cannot be made.
struct Unfit {
    /// Whether `path` or `value` is at fault.
    which: &'static str,
    message: String,
    right: String,
    rests_on: Vec<String>,
}

/// Makes the change of an event.
fn set_now(scene: &mut SceneSpec, path: &str, value: &str) -> Result<(), Unfit> {
    let unfit = |which, message, right, rests_on| Err(Unfit { which, message, right, rests_on });
    // A path that cannot be read cannot be set either. What it leads through may be what could not be read.
    if let Err(e) = get(scene, path) {
        return unfit("path", e.message, e.expected, vec!["species".into(), "fields".into()]);
    }
    let mut before = vec![];
    standing(scene, &mut before);
    let when = match set_unchecked(scene, path, value) {
        Ok(when) => when,
        Err(e) => return unfit("value", e.message, e.expected, vec![]),
    };
    if when == When::Restart {
        let right = "a parameter marked `now` in the scene reference".into();
        return unfit("path", format!("`{path}` cannot change while a world runs"), right, vec![]);
    }
    let mut caused = vec![];
    standing(scene, &mut caused);
    match caused.into_iter().find(|problem| !before.contains(problem)) {
        Some(Diagnostic { message, expected, mut rests_on, .. }) => {
            // The events before it have a say as well.
            rests_on.push("events".into());
            unfit("value", message, expected, rests_on)
        }
        None => Ok(()),
    }
}
