//! From values to text that reads back as the same values: all that a value says, so that a file stays the same
//! experiment, or what differs from a default, as a person would write it. Knows no particular parameter.

use super::node::{Node, Shape, View};

/// Lines up to this long are not broken.
pub const WIDTH: usize = 100;

/// Which fields of parts are written.
#[derive(Clone, Copy)]
pub enum Said<'a> {
    /// Every one.
    All,
    /// Those that differ from this value, which a reader begins with; without one, from the defaults of each part.
    Unlike(Option<&'a dyn Node>),
}

/// A value as text of several lines, where one line is too short for it.
pub fn pretty(value: &dyn Node, shape: Shape) -> String {
    laid_out(value, shape, Said::All, 0, WIDTH)
}

/// A value as text of one line.
pub fn inline(value: &dyn Node, shape: Shape) -> String {
    written(value, shape, Said::All).line()
}

/// A value as text that is broken over lines of `width` columns where it is too long for what is left of the first,
/// after `used` columns.
pub fn laid_out(value: &dyn Node, shape: Shape, said: Said<'_>, used: usize, width: usize) -> String {
    let mut out = String::new();
    written(value, shape, said).lay_out(&mut out, 0, used, width);
    out
}

/// Text of a value, not yet laid out.
enum Written {
    /// What has no inside.
    Plain(String),
    /// Brackets, and what is between them: each value with its name and a colon, if it has one.
    Many { open: String, items: Vec<(String, Written)>, close: String },
}

impl Written {
    /// The same with something around it.
    fn within(self, before: &str, after: &str) -> Written {
        match self {
            Written::Plain(text) => Written::Plain(format!("{before}{text}{after}")),
            Written::Many { open, items, close } => {
                Written::Many { open: format!("{before}{open}"), items, close: close + after }
            }
        }
    }

    /// All on one line.
    fn line(&self) -> String {
        match self {
            Written::Plain(text) => text.clone(),
            Written::Many { open, items, close } => {
                let items: Vec<String> = items.iter().map(|(name, item)| format!("{name}{}", item.line())).collect();
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }

    /// Appends it, broken over lines if what is left of the first one is too short for it.
    fn lay_out(&self, out: &mut String, indent: usize, used: usize, width: usize) {
        let line = self.line();
        match self {
            Written::Many { open, items, close } if used + line.chars().count() >= width && !items.is_empty() => {
                let inner = indent + 4;
                out.push_str(open);
                for (name, item) in items {
                    out.push_str(&format!("\n{:inner$}{name}", ""));
                    item.lay_out(out, inner, inner + name.len() + 1, width);
                    out.push(',');
                }
                out.push_str(&format!("\n{:indent$}{close}", ""));
            }
            _ => out.push_str(&line),
        }
    }
}

/// A value as text.
fn written(value: &dyn Node, shape: Shape, said: Said<'_>) -> Written {
    // What a list, a choice or an option holds is read into something blank.
    let inside = match said {
        Said::All => Said::All,
        Said::Unlike(_) => Said::Unlike(None),
    };
    let brackets = |open: &str, items, close: &str| Written::Many { open: open.into(), items, close: close.into() };
    match (value.view(), shape) {
        (View::Float(x), _) => Written::Plain(format!("{x:?}")),
        (View::Whole(n), _) => Written::Plain(n.to_string()),
        (View::Bool(b), _) => Written::Plain(b.to_string()),
        (View::Text(text), _) => Written::Plain(quoted(text)),
        (View::Choice(index, inner), Shape::Choice(choice)) => {
            let variant = &choice.variants[index];
            match (inner, variant.inner.map(|shape| shape())) {
                // A part brings its own parentheses.
                (Some(inner), Some(shape @ Shape::Part(_))) => written(inner, shape, inside).within(variant.name, ""),
                (Some(inner), Some(shape)) => written(inner, shape, inside).within(&format!("{}(", variant.name), ")"),
                _ => Written::Plain(variant.name.into()),
            }
        }
        (View::Many(held), Shape::Optional(shape)) => match held.first() {
            Some(held) => written(*held, shape(), inside).within("Some(", ")"),
            None => Written::Plain("None".into()),
        },
        (View::Many(held), Shape::Part(part)) => {
            let own: Vec<Box<dyn Node>> = part.fields.iter().map(|field| (field.default)()).collect();
            let defaults: Vec<&dyn Node> = match said {
                Said::Unlike(Some(default)) => default.children(),
                _ => own.iter().map(|default| &**default).collect(),
            };
            let fields = part.fields.iter().zip(held).zip(defaults);
            let items = fields.filter_map(|((field, value), default)| {
                let said = match said {
                    Said::All => Said::All,
                    Said::Unlike(_) if value.same(default) => return None,
                    Said::Unlike(_) => Said::Unlike(Some(default)),
                };
                Some((format!("{}: ", field.name), written(value, (field.shape)(), said)))
            });
            brackets("(", items.collect(), ")")
        }
        (View::Many(held), Shape::List(item) | Shape::Array(_, item)) => {
            brackets("[", held.into_iter().map(|v| (String::new(), written(v, item(), inside))).collect(), "]")
        }
        _ => Written::Plain(String::new()),
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
