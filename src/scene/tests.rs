//! Tests of scene files as a whole: what is read, written, set and refused, and in which words.

use super::*;

mod partial;
mod paths;
mod random;
mod reading;
mod rules;
mod write_back;

/// What a text is refused with, each problem as `the text it points at | message | what would be right`.
fn refusals(text: &str) -> Vec<String> {
    let error = match parse(text, "test.ron") {
        Ok(_) => return vec![],
        Err(error) => error,
    };
    let under = |p: &Diagnostic| text[p.span.clone()].to_owned();
    error.diagnostics.iter().map(|p| format!("{} | {} | {}", under(p), p.message, p.expected)).collect()
}

/// As `refusals`, of a text that has one problem.
fn refusal(text: &str) -> String {
    let mut all = refusals(text);
    assert_eq!(all.len(), 1, "{text:.200}\n{all:#?}");
    all.remove(0)
}

/// As `refusal`, of a text that says nothing of species, which is told as well.
fn misread(text: &str) -> String {
    let mut all = refusals(text);
    all.retain(|told| !told.contains("the scene has no species"));
    assert_eq!(all.len(), 1, "{text:.200}\n{all:#?}");
    all.remove(0)
}
