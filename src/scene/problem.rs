//! What is wrong with a scene, and how it is told: every problem under the text that caused it. Knows text and
//! positions; knows nothing of what a scene means.

use std::fmt;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Drawing, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::{self, DisplayStyle, termcolor};

/// More problems than this in one file are only counted: the first few explain the rest.
const MOST_SHOWN: usize = 40;

/// Lines longer than this are not drawn: a scene on one line would be drawn again for each problem.
const WIDEST_DRAWN: usize = 1000;

/// One problem of a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Path of the parameter concerned, as in `species[1].body.length`; empty for the file as a whole.
    pub path: String,
    /// What is wrong, naming the path and the value.
    pub message: String,
    /// What would be right.
    pub expected: String,
    /// The bytes of the text concerned.
    pub span: Range<usize>,
    /// Paths of the values that say that there is a problem: where one of them could not be read, nothing is known.
    pub(super) rests_on: Vec<String>,
}

impl Diagnostic {
    /// A problem whose place in a text, if there is one, is filled in later from its path.
    pub fn new(path: impl Into<String>, message: impl Into<String>, expected: impl Into<String>) -> Self {
        let path = path.into();
        Self { rests_on: vec![path.clone()], path, message: message.into(), expected: expected.into(), span: 0..0 }
    }

    /// Names further values that say so. A list followed by `[]` stands for how many
    /// items it has, a choice for its variant.
    pub(super) fn resting_on<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.rests_on.extend(paths.into_iter().map(Into::into));
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.expected.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.message, self.expected)
    }
}

/// Everything that is wrong with a scene file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneError {
    /// The problems, in the order of the text; never empty.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the text came from: a path, or the name of a shipped scene.
    pub origin: String,
    /// The text; empty where it could not be read.
    pub text: String,
}

impl SceneError {
    /// Problems of a text, put in its order.
    pub(super) fn new(mut diagnostics: Vec<Diagnostic>, origin: &str, text: &str) -> Self {
        for problem in &mut diagnostics {
            problem.span = whole_characters(text, problem.span.clone());
        }
        diagnostics.sort_by_key(|problem| problem.span.start);
        diagnostics.dedup();
        Self { diagnostics, origin: origin.into(), text: text.into() }
    }

    /// A problem with getting the text at all.
    pub(super) fn unreadable(origin: &str, message: String, expected: String) -> Self {
        Self::new(vec![Diagnostic::new("", message, expected)], origin, "")
    }

    /// The problems drawn under the text, for a terminal if `coloured`.
    pub fn render(&self, coloured: bool) -> String {
        let mut out = match coloured {
            true => termcolor::Buffer::ansi(),
            false => termcolor::Buffer::no_color(),
        };
        let file = SimpleFile::new(&self.origin, &self.text);
        let drawable = !self.text.is_empty() && self.text.lines().all(|line| line.len() <= WIDEST_DRAWN);
        let display_style = if drawable { DisplayStyle::Rich } else { DisplayStyle::Medium };
        let config = term::Config { display_style, ..term::Config::default() };
        for problem in self.diagnostics.iter().take(MOST_SHOWN) {
            // Writing to memory does not fail, and the spans were cut to the text.
            let _ = term::emit_to_write_style(&mut out, &config, &file, &self.drawing(problem, drawable));
        }
        let mut drawn = String::from_utf8_lossy(out.as_slice()).into_owned();
        if let Some(more @ 1..) = self.diagnostics.len().checked_sub(MOST_SHOWN) {
            drawn.push_str(&format!("and {more} more problems in {}\n", self.origin));
        }
        drawn
    }

    /// One problem as the drawing library wants it: what would be right is told under the text, or after it.
    fn drawing(&self, problem: &Diagnostic, drawable: bool) -> Drawing<()> {
        let drawing = Drawing::error().with_message(&problem.message);
        let place = Label::primary((), problem.span.clone());
        let drawing = match self.text.is_empty() {
            true => drawing,
            false if drawable => return drawing.with_label(place.with_message(&problem.expected)),
            false => drawing.with_label(place),
        };
        if problem.expected.is_empty() { drawing } else { drawing.with_note(&problem.expected) }
    }
}

impl fmt::Display for SceneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for SceneError {}

/// A parameter that cannot be read or given the value asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}{expected}", if expected.is_empty() { "" } else { ": " })]
pub struct SetError {
    /// The path as it was written.
    pub path: String,
    /// The value as it was written; empty when a value was asked for.
    pub value: String,
    /// What is wrong, naming path and value.
    pub message: String,
    /// What would be right.
    pub expected: String,
}

impl SetError {
    /// The first of some problems that a value causes; the others are told with it.
    pub(super) fn from_problems(path: &str, value: &str, problems: Vec<Diagnostic>) -> Self {
        let all: Vec<String> = problems.iter().map(Diagnostic::to_string).collect();
        let (message, expected) = match &problems[..] {
            [only] => (only.message.clone(), only.expected.clone()),
            _ => (all.join("; "), String::new()),
        };
        Self { path: path.into(), value: value.into(), message, expected }
    }
}

/// The part of `span` that lies in `text`, widened to whole characters.
fn whole_characters(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

/// The choice that `word` is most likely a slip of.
pub(super) fn nearest<'a>(word: &str, choices: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    // Beyond a third of its letters a word is another word.
    let most = (word.chars().count() / 3).max(1);
    let slips = |choice: &str| distance(&word, &choice.to_lowercase());
    choices
        .into_iter()
        .map(|choice| (slips(choice), choice))
        .filter(|(slips, choice)| *slips <= most || extends(choice, &word))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, choice)| choice)
}

/// Whether one is the beginning of the other, as `neighbour` is of `Neighbours`.
fn extends(choice: &str, word: &str) -> bool {
    let choice = choice.to_lowercase();
    word.len().min(choice.len()) >= 3 && (choice.starts_with(word) || word.starts_with(&choice))
}

/// "did you mean `x`?" where a choice is near, else a list of the choices.
pub(super) fn suggestion(word: &str, choices: &[&str]) -> String {
    match nearest(word, choices.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => one_of(choices),
    }
}

/// The choices as a sentence.
pub(super) fn one_of(choices: &[&str]) -> String {
    match choices {
        [] => "there is none".into(),
        [only] => format!("`{only}`"),
        _ => format!("one of {}", choices.join(", ")),
    }
}

/// Number of letters to insert, remove, replace or swap with their neighbour to get from one word to another.
fn distance(a: &str, b: &str) -> usize {
    // Words typed by people are short; a wall of text has no near neighbour and need not be measured.
    if a.len().abs_diff(b.len()) > 16 {
        return usize::MAX;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
