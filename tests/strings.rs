//! What a person reads in the window is written in `src/app/strings` and nowhere else, so that whoever words it anew, or in
//! another language, has one place to look. A word alone in small letters may still be an id: of those only what a label or a button is
//! given is found. Reads the sources, so it needs neither a build of the window nor a GPU.

#[path = "common/sources.rs"]
mod read;

use std::fs;
use std::path::Path;

use read::{before_tests, sources};

/// A text in quotes of a source, and what stands before it.
struct Quoted<'a> {
    before: &'a str,
    text: &'a str,
}

/// Calls and macros whose texts a person never reads in the window: faults of the program, its log, and names of things.
const UNSEEN: &[&str] = &[
    "expect(",
    "unreachable!(",
    "panic!(",
    "assert!(",
    "debug_assert!(",
    "warn!(",
    "info!(",
    "error!(",
    "Id::new(",
    "id_salt(",
    "Grid::new(",
    "push_id(",
];

/// Texts that look like words for a person and are none: names of keys as settings have them, names of the system's, what is looked for in
/// the words of others, and labels of objects on the device and of threads.
const NAMES: &[&str] = &[
    "Space",
    "Period",
    "Minus",
    "Equals",
    "Plus",
    "Comma",
    "Left",
    "Right",
    "End",
    "Escape",
    "Home",
    "Ctrl",
    "Alt",
    "Shift",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "WAYLAND_SOCKET",
    "device is lost",
    "event loop",
    "film frame",
    "shared run",
    "scene file",
    "signals over time",
    "laying out what is drawn",
    "laying out",
    "fields shown",
    "draw of spots",
    "drawn things",
    "fish body",
];

/// Calls whose first text a person reads even if it is one short word.
const SEEN: &[&str] = &[
    "label(",
    "heading(",
    "button(",
    "Button::new(",
    "RichText::new(",
    "Label::new(",
    "on_hover_text(",
    "hint_text(",
    "on_disabled_hover_text(",
    "section(",
    "empty(",
];

/// The texts in quotes of a source, without those of comments and attributes, up to its unit tests.
fn quoted(source: &str) -> Vec<Quoted<'_>> {
    let source = before_tests(source);
    let bytes = source.as_bytes();
    let mut found = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("#[") || rest.starts_with("#![") {
            at += rest.find(']').unwrap_or(rest.len());
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            let end = raw.find("\"#").unwrap_or(raw.len());
            found.push(Quoted { before: &source[..at], text: &raw[..end] });
            at += (end + 5).min(rest.len());
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            at += rest[1..].find('\'').unwrap_or(0) + 2;
        } else if bytes[at] == b'"' {
            let mut end = 1;
            while end < rest.len() && rest.as_bytes()[end] != b'"' {
                end += if rest.as_bytes()[end] == b'\\' { 2 } else { 1 };
            }
            found.push(Quoted { before: &source[..at], text: &rest[1..end.min(rest.len())] });
            at += end + 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Whether a person reads this text: a sentence, a name that begins with a capital, or whatever a label is given.
fn is_read(quoted: &Quoted) -> bool {
    let before = quoted.before.trim_end().trim_end_matches(['&', '[']).trim_end();
    let is_code = quoted.text.contains("const ");
    if is_code || NAMES.contains(&quoted.text) || UNSEEN.iter().any(|call| before.ends_with(call)) {
        return false;
    }
    // What stands in braces is a value of a format.
    let mut depth = 0;
    let outside: String = quoted
        .text
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0 && *c != '}'
        })
        .collect();
    let words: Vec<&str> =
        outside.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).collect();
    let capital = |word: &&str| {
        word.len() > 2 && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
    };
    let shown = SEEN.iter().any(|call| before.ends_with(call) || before.ends_with(&format!("{call}format!(")));
    words.len() > 1 || words.iter().any(capital) || (shown && !words.is_empty())
}

#[test]
fn what_a_person_reads_stands_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app");
    let mut wrong = vec![];
    for path in sources(&root) {
        let below = path.strip_prefix(&root).expect("below src/app").to_string_lossy().into_owned();
        if below.starts_with("strings") || path.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("tests")) {
            continue;
        }
        let source = fs::read_to_string(&path).expect("sources are text");
        for quoted in quoted(&source).iter().filter(|quoted| is_read(quoted)) {
            let line = quoted.before.lines().count().max(1);
            wrong.push(format!("src/app/{below}:{line}: \"{}\"", quoted.text));
        }
    }
    assert!(wrong.is_empty(), "{} texts that belong to src/app/strings:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_reader_of_texts_sees_them() {
    let source = "// \"no comment\"\n#[doc = \"none\"] let a = f(\"Mean life\", '\"', \"id\"); ui.label(\"alive\"); x.expect(\"it is there\");\n\
                  format!(\"{a} of {b}\"); g(\"{} {two_words} %\"); #[cfg(test)]\nmod tests { h(\"In a test\"); }";
    let found = quoted(source);
    assert_eq!(
        found.iter().map(|q| q.text).collect::<Vec<_>>(),
        ["Mean life", "id", "alive", "it is there", "{a} of {b}", "{} {two_words} %"]
    );
    let read: Vec<&str> = found.iter().filter(|q| is_read(q)).map(|q| q.text).collect();
    assert_eq!(read, ["Mean life", "alive"]);
}
