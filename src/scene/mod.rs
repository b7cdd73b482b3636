//! Scene files: from RON text to a checked `SceneSpec`, and back. Knows nothing of how worlds are advanced.

mod decode;
mod described;
mod descriptors;
mod difference;
mod encode;
mod fields;
mod landmarks;
mod names;
mod node;
mod numerals;
mod obstacles;
mod partners;
mod path;
mod places;
mod problem;
mod saving;
mod shipped;
pub mod spec;
mod table;
mod templates;
mod validate;
mod walk;
mod words;
mod write_back;

use node::Node;
use places::Places;

pub use described::Described;
pub use difference::{Difference, differences, unlike_defaults};
pub use node::{Limits, When};
pub use path::{get, set};
pub use problem::{Diagnostic, SceneError, SetError};
pub use saving::{SaveError, create, replace};
pub use shipped::{SHIPPED_GENOMES, SceneFile, load, shipped, shipped_genomes, trained};
pub use spec::*;
pub use templates::{TEMPLATES, Template};
pub use walk::{Entry, Meta, Parameter, Value, describe, parameters, schema};
pub use write_back::{WriteBackError, write_back};

/// Version of the scene format that this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// Reads a scene and checks that it makes sense; tells every problem.
pub fn parse(text: &str, origin: &str) -> Result<SceneSpec, SceneError> {
    read(text, origin).map(|(spec, _)| spec)
}

/// As `parse`, with where everything stands.
fn read(text: &str, origin: &str) -> Result<(SceneSpec, Places), SceneError> {
    if text.len() > shipped::MOST_BYTES {
        return Err(shipped::too_large(origin));
    }
    if text.trim().is_empty() {
        let message = format!("`{origin}` is empty");
        return Err(SceneError::unreadable(origin, message, "a scene, as in (species: [(name: \"fish\")])".into()));
    }
    let mut spec = SceneSpec::default();
    let (mut problems, places) = decode::decode(&mut spec, SceneSpec::shape(), None, "", text);
    if let Some(version) = problems.iter_mut().find(|problem| problem.path == "version") {
        // What else a newer format says is not for us to judge.
        version.expected = format!("this program reads version {VERSION}; a newer scene needs a newer program");
        return Err(SceneError::new(vec![version.clone()], origin, text));
    }
    // What could not be read keeps its default, which says nothing about what rests on it.
    let mut together = validate::validate(&spec);
    together.retain(|problem| problem.rests_on.iter().all(|path| places.read(path)));
    problems.append(&mut placed(together, &places, text));
    match problems.is_empty() {
        true => Ok((spec, places)),
        false => Err(SceneError::new(problems, origin, text)),
    }
}

/// Problems with their places in the text of the scene.
fn placed(mut problems: Vec<Diagnostic>, places: &Places, text: &str) -> Vec<Diagnostic> {
    for problem in &mut problems {
        problem.span = places.find(&problem.path, text);
    }
    problems
}

/// Problems of a scene that could be read, drawn in its text.
fn refuse(problems: Vec<Diagnostic>, origin: &str, text: &str) -> SceneError {
    let (_, places) = decode::decode(&mut SceneSpec::default(), SceneSpec::shape(), None, "", text);
    SceneError::new(placed(problems, &places, text), origin, text)
}

/// A scene as text that reads back as the same scene. Says everything, defaults included, so that the file stays the
/// same experiment when a default changes.
pub fn encode(spec: &SceneSpec) -> String {
    encode::pretty(spec, SceneSpec::shape()) + "\n"
}

#[cfg(test)]
mod tests;
