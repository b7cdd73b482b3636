//! Changed values put back into the text of a scene, which stays as it is in every other byte: comments, order, layout and line
//! ends. Knows how scenes are written; knows no particular parameter, no files.
//!
//! A value that the text says is replaced where it stands. One that the text leaves to its default is added beside the
//! fields around it, in their manner: on a line of its own, or behind a comma. Whatever comes out is read again, and
//! refused unless it is the scene that was wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::difference::differences;
use super::encode::{Said, WIDTH, laid_out};
use super::node::{Node, Shape, View};
use super::path::{Place, resolve};
use super::places::{Body, Places};
use super::problem::SceneError;
use super::spec::SceneSpec;

/// Why changes cannot be put into a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteBackError {
    /// The text is no scene.
    #[error(transparent)]
    Unreadable(SceneError),
    /// With the changes it would be none.
    #[error("the changed scene would be refused:\n{0}")]
    Refused(SceneError),
    /// The text would say something else.
    #[error("`{path}` = {wanted} cannot be written into {origin}: it would read back as {found}")]
    Astray {
        /// Path of the value.
        path: String,
        /// As it should be.
        wanted: String,
        /// As it would be read.
        found: String,
        /// Where the text comes from.
        origin: String,
    },
}

/// The text of a scene with those values changed that differ in `wanted`.
pub fn write_back(text: &str, origin: &str, wanted: &SceneSpec) -> Result<String, WriteBackError> {
    let (spec, places) = super::read(text, origin).map_err(WriteBackError::Unreadable)?;
    let mut editor = Editor { text, spec: &spec, wanted, places: &places, edits: vec![] };
    editor.change();
    let changed = editor.done();
    let again = super::parse(&changed, origin).map_err(WriteBackError::Refused)?;
    match differences(&again, wanted).into_iter().next() {
        None => Ok(changed),
        Some(first) => Err(WriteBackError::Astray {
            path: first.path,
            wanted: first.after,
            found: first.before,
            origin: origin.into(),
        }),
    }
}

/// Collects what is to be replaced in a text.
struct Editor<'a> {
    text: &'a str,
    spec: &'a SceneSpec,
    wanted: &'a SceneSpec,
    places: &'a Places,
    /// Bytes of the text, and what is to stand there instead.
    edits: Vec<(Range<usize>, String)>,
}

impl Editor<'_> {
    /// Finds a place for every difference.
    fn change(&mut self) {
        let mut missing: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for difference in differences(self.spec, self.wanted) {
            let Some(outer) = self.outermost(&difference.path) else { continue };
            if outer == difference.path {
                self.replace(&outer);
                continue;
            }
            let name = difference.path[outer.len()..].trim_start_matches('.').split(['.', '[']).next();
            let index = name.and_then(|name| {
                let Shape::Part(part) = self.place(&outer, self.wanted)?.1 else { return None };
                part.fields.iter().position(|field| field.name == name)
            });
            match index.filter(|_| self.places.body(&outer).is_some()) {
                Some(index) => drop(missing.entry(outer).or_default().insert(index)),
                None => self.replace(&outer),
            }
        }
        // From the inside out: what is added to a variant at the end of a field stands before what is added after the field.
        for (path, fields) in missing.into_iter().rev() {
            if let Some(body) = self.places.body(&path) {
                self.insert(&path, body, &fields);
            }
        }
    }

    /// The path itself where the text says its value, else that of the nearest value around it that the text says.
    fn outermost(&self, path: &str) -> Option<String> {
        let mut path = path;
        while self.places.span(path).is_none() {
            if path.is_empty() {
                return None;
            }
            path = &path[..path.rfind(['.', '[']).unwrap_or(0)];
        }
        Some(path.into())
    }

    /// The value at a path of a scene and its shape; of a choice or an option that holds a part, the part.
    fn place<'s>(&self, path: &str, spec: &'s SceneSpec) -> Option<(&'s dyn Node, Shape)> {
        let (mut node, mut shape): (&dyn Node, Shape) = match path {
            "" => (spec, SceneSpec::shape()),
            _ => resolve(spec, SceneSpec::shape(), path).ok().map(|Place { node, shape, .. }| (node, shape))?,
        };
        loop {
            let held = match (node.view(), shape) {
                (View::Choice(index, _), Shape::Choice(choice)) => choice.variants[index].inner,
                (_, Shape::Optional(held)) => Some(held),
                _ => return Some((node, shape)),
            };
            let (Some(inner), Some(held)) = (node.children().first().copied(), held) else {
                return Some((node, shape));
            };
            (node, shape) = (inner, held());
        }
    }

    /// Writes the whole value at a path anew.
    fn replace(&mut self, path: &str) {
        let Some(span) = self.places.span(path) else { return };
        let found = match path {
            "" => Some((self.wanted as &dyn Node, SceneSpec::shape())),
            _ => resolve(self.wanted, SceneSpec::shape(), path).ok().map(|place| (place.node, place.shape)),
        };
        let Some((node, shape)) = found else { return };
        // A part is read over what is there before it, which is not for this text to say.
        let said = if matches!(shape, Shape::Part(_)) { Said::All } else { Said::Unlike(None) };
        let value = self.value(node, shape, said, span.start, self.column(span.start));
        self.edits.push((span, value));
    }

    /// Adds fields to a written part, each after the nearest of those that come before it in the table.
    fn insert(&mut self, path: &str, body: &Body, fields: &BTreeSet<usize>) {
        let (Some((wanted, Shape::Part(part))), Some((read, _))) =
            (self.place(path, self.wanted), self.place(path, self.spec))
        else {
            return;
        };
        let (wanted, read) = (wanted.children(), read.children());
        let said = |index: usize, at: usize| {
            let (name, shape) = (part.fields[index].name, (part.fields[index].shape)());
            // What the text leaves open has been read as its default.
            let said = Said::Unlike(read.get(index).copied());
            format!("{name}: {}", self.value(wanted[index], shape, said, at, name.len() + 2))
        };
        let mut edits = vec![];
        let mut groups: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for &index in fields {
            let before = body.fields.iter().enumerate().filter(|(_, (other, _))| *other < index);
            let nearest = before.max_by_key(|(_, (other, _))| *other).map(|(at, _)| at);
            groups.entry(nearest.or((!body.fields.is_empty()).then_some(0))).or_default().push(index);
        }
        for (anchor, fields) in groups {
            let Some(anchor) = anchor else {
                let all: Vec<String> = fields.iter().map(|&index| said(index, body.close)).collect();
                let (open, close) = if body.bare { ("(", ")") } else { ("", "") };
                edits.push((body.close..body.close, format!("{open}{}{close}", all.join(", "))));
                continue;
            };
            let field = body.fields[anchor].1.clone();
            match self.own_line(&field) {
                Some(Line { indent, comma, end }) => {
                    let all =
                        fields.iter().map(|&index| format!("{}{indent}{}", self.newline(), said(index, field.start)));
                    let all: Vec<String> = all.collect();
                    if comma {
                        edits.push((end..end, all.iter().map(|field| format!("{field},")).collect()));
                    } else {
                        edits.push((field.end..field.end, ",".into()));
                        edits.push((end..end, all.join(",")));
                    }
                }
                None => {
                    let all = fields.iter().map(|&index| format!(", {}", said(index, field.end)));
                    edits.push((field.end..field.end, all.collect()));
                }
            }
        }
        self.edits.append(&mut edits);
    }

    /// A value as text for a place, behind `used` columns, further lines in the indentation of the line there.
    fn value(&self, node: &dyn Node, shape: Shape, said: Said<'_>, at: usize, used: usize) -> String {
        let indent = self.indent(self.line_start(at));
        let width = WIDTH.saturating_sub(indent.chars().count());
        // In a line that is too long already, breaking it here helps nobody.
        let text = laid_out(node, shape, said, if used < width { used } else { 0 }, width);
        text.replace('\n', &format!("{}{indent}", self.newline()))
    }

    /// Columns of a line before a place, its indentation left out.
    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].trim_start().chars().count()
    }

    /// How the line ends of the text are written.
    fn newline(&self) -> &'static str {
        let first = self.text.find('\n').unwrap_or(0);
        if self.text[..first].ends_with('\r') { "\r\n" } else { "\n" }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    /// The blanks that a line begins with.
    fn indent(&self, start: usize) -> &str {
        let line = &self.text[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The line of a field that has its line, or its lines, to itself but for comments.
    fn own_line(&self, field: &Range<usize>) -> Option<Line<'_>> {
        let start = self.line_start(field.start);
        let indent = self.indent(start);
        if start + indent.len() != field.start {
            return None;
        }
        let rest = self.text[field.end..].lines().next().unwrap_or("");
        let mut after = rest.trim_start();
        let comma = after.starts_with(',');
        after = after.strip_prefix(',').unwrap_or(after).trim();
        // A comment that goes on in the next line would swallow what is written between the two.
        let block = after.starts_with("/*") && after.find("*/") == Some(after.len().wrapping_sub(2));
        let alone = after.is_empty() || after.starts_with("//") || block;
        alone.then(|| Line { indent, comma, end: field.end + rest.len() })
    }

    /// The text with all replacements made. One inside another is part of it.
    fn done(mut self) -> String {
        self.edits.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let (mut out, mut at) = (String::new(), 0);
        for (span, new) in self.edits {
            if span.start < at {
                continue;
            }
            out.push_str(&self.text[at..span.start]);
            out.push_str(&new);
            at = span.end;
        }
        out + &self.text[at..]
    }
}

/// The line that a field has to itself.
struct Line<'t> {
    /// The blanks before the field.
    indent: &'t str,
    /// Whether a comma follows it.
    comma: bool,
    /// Where the line ends, its line break not included.
    end: usize,
}
