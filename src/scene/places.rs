//! Where in a text of a scene each parameter stands, and what of it could not be read. Filled while it is read; knows nothing of
//! the grammar, nor of what parameters mean.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Where each parameter stands in a text, and which of them could not be read.
#[derive(Default)]
pub struct Places {
    /// Bytes of each value, with all that it holds.
    pub(super) spans: BTreeMap<String, Range<usize>>,
    /// The fields of parts, where further ones could stand. A choice or an option and the part that it holds share a path.
    pub(super) bodies: BTreeMap<String, Body>,
    /// Values that could not be read.
    pub(super) broken: BTreeSet<String>,
    /// Parts with a field that they do not have: what it was meant for is missing.
    pub(super) strange: BTreeSet<String>,
}

/// The written fields of a part.
pub struct Body {
    /// Each, in the order of the text: its index in the part, where its name begins, and where its value ends.
    pub fields: Vec<(usize, Range<usize>)>,
    /// Where the bracket stands that closes them; the end of the name where they have none.
    pub close: usize,
    /// Whether the brackets around them are left out, as in `Mlp` for `Mlp()`.
    pub bare: bool,
}

impl Places {
    /// Where a value is written, with all that it holds; `None` where the text leaves it to its default.
    pub fn span(&self, path: &str) -> Option<Range<usize>> {
        self.spans.get(path).cloned()
    }

    /// The fields of the part at a path, or of the part that is held there.
    pub fn body(&self, path: &str) -> Option<&Body> {
        self.bodies.get(path)
    }

    /// Whether the value at a path is what the text says, or a default that the text leaves alone. `[]` at the end asks
    /// for the length of a list or the variant of a choice, whatever is inside.
    pub fn read(&self, path: &str) -> bool {
        let (path, whole) = match path.strip_suffix("[]") {
            Some(list) => (list, false),
            None => (path, true),
        };
        let inside = |mark: &str| {
            let first = format!("{path}{mark}");
            self.broken.range(first.clone()..).next().is_some_and(|broken| broken.starts_with(&first))
        };
        if self.broken.contains(path) || self.broken.contains("") || (whole && (inside(".") || inside("["))) {
            return false;
        }
        let steps = path.char_indices().filter(|(_, c)| ['.', '['].contains(c)).map(|(at, _)| at);
        let written = |at: usize| self.spans.contains_key(&path[..at]);
        let mut outer = "";
        for end in steps.chain([path.len()]) {
            if self.broken.contains(&path[..end]) || (!written(end) && self.strange.contains(outer)) {
                return false;
            }
            outer = &path[..end];
        }
        true
    }

    /// Where a parameter stands, or else the first line of what encloses it.
    pub fn find(&self, path: &str, text: &str) -> Range<usize> {
        let mut path = path;
        let exact = self.spans.get(path).cloned();
        exact.unwrap_or_else(|| {
            while let Some(end) = path.rfind(['.', '[']) {
                path = &path[..end];
                if let Some(span) = self.spans.get(path) {
                    return first_line(text, span.clone());
                }
            }
            first_line(text, self.spans.get("").cloned().unwrap_or(0..0))
        })
    }
}

/// The beginning of a span, up to the end of its line.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or("");
    span.start..span.start + inside.lines().next().unwrap_or("").len()
}
