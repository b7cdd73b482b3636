//! From values to text that reads back as the same values. Writes every field, so that a file stays the same
//! experiment when a default changes. Knows no particular parameter.

use super::node::{Node, Shape, View};

/// Lines up to this long are not broken.
const WIDTH: usize = 100;

/// A value as text of several lines, where one line is too short for it.
pub fn pretty(value: &dyn Node, shape: Shape) -> String {
    let mut out = String::new();
    write(&mut out, value, shape, 0, 0);
    out
}

/// A value as text of one line.
pub fn inline(value: &dyn Node, shape: Shape) -> String {
    match (value.view(), shape) {
        (View::Float(x), _) => format!("{x:?}"),
        (View::Whole(n), _) => n.to_string(),
        (View::Bool(b), _) => b.to_string(),
        (View::Text(text), _) => quoted(text),
        (View::Choice(index, inner), Shape::Choice(choice)) => {
            let variant = &choice.variants[index];
            match (inner, variant.inner) {
                (Some(inner), Some(shape)) => wrap(variant.name, &inline(inner, shape())),
                _ => variant.name.into(),
            }
        }
        (View::Many(held), Shape::Optional(shape)) => match held.first() {
            Some(held) => format!("Some({})", inline(*held, shape())),
            None => "None".into(),
        },
        (View::Many(_), _) => {
            let (open, close, items) = opened(value, shape);
            let items: Vec<String> = items.iter().map(|(name, v, s)| format!("{name}{}", inline(*v, *s))).collect();
            format!("{open}{}{close}", items.join(", "))
        }
        (View::Choice(..), _) => String::new(),
    }
}

/// Appends a value, broken over lines if what is left of the first one, after `used` columns, is too short for it.
fn write(out: &mut String, value: &dyn Node, shape: Shape, indent: usize, used: usize) {
    let line = inline(value, shape);
    if used + line.chars().count() < WIDTH {
        out.push_str(&line);
        return;
    }
    match (value.view(), shape) {
        (View::Choice(index, Some(inner)), Shape::Choice(choice)) => {
            let variant = &choice.variants[index];
            out.push_str(variant.name);
            match variant.inner.map(|shape| shape()) {
                // A part brings its own parentheses.
                Some(shape @ Shape::Part(_)) => write(out, inner, shape, indent, WIDTH),
                Some(shape) => {
                    out.push('(');
                    write(out, inner, shape, indent, used);
                    out.push(')');
                }
                None => {}
            }
        }
        (View::Many(held), Shape::Optional(shape)) if !held.is_empty() => {
            out.push_str("Some(");
            write(out, held[0], shape(), indent, WIDTH);
            out.push(')');
        }
        (View::Many(_), _) => {
            let (open, close, items) = opened(value, shape);
            let inner = indent + 4;
            out.push_str(open);
            for (name, value, shape) in items {
                out.push_str(&format!("\n{:inner$}{name}", ""));
                write(out, value, shape, inner, inner + name.len() + 1);
                out.push(',');
            }
            out.push_str(&format!("\n{:indent$}{close}", ""));
        }
        _ => out.push_str(&line),
    }
}

/// What is inside a part, list or array: each value with its name and a colon, if it has one.
type Items<'a> = Vec<(String, &'a dyn Node, Shape)>;

/// The brackets around a part, list or array, and what is between them.
fn opened(value: &dyn Node, shape: Shape) -> (&'static str, &'static str, Items<'_>) {
    let held = value.children();
    match shape {
        Shape::Part(part) => {
            let named = part.fields.iter().zip(held);
            let items = named.map(|(f, v)| (format!("{}: ", f.name), v, (f.shape)())).collect();
            ("(", ")", items)
        }
        Shape::List(item) | Shape::Array(_, item) => {
            ("[", "]", held.into_iter().map(|v| (String::new(), v, item())).collect())
        }
        _ => ("", "", vec![]),
    }
}

/// A variant around what it holds; a part brings its own parentheses.
fn wrap(name: &str, held: &str) -> String {
    match held.starts_with('(') {
        true => format!("{name}{held}"),
        false => format!("{name}({held})"),
    }
}

/// Text in quotes, with what would confuse a reader escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
