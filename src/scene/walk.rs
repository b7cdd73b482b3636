//! The parameter table laid out: every parameter of a live scene with its value, for panels and sweeps, and the printed
//! reference of everything a scene can say. Knows no particular parameter.

use super::encode::inline;
use super::node::{Field, Limits, Node, Shape, View, When};
use super::spec::SceneSpec;
use super::words::range_text;

/// One parameter of a live scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Path, as `set` takes it.
    pub path: String,
    /// Present value.
    pub value: Value,
    /// What there is to know about it.
    pub meta: Meta,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A floating-point number.
    Number(f64),
    /// A whole number.
    Integer(u64),
    /// A truth value.
    Bool(bool),
    /// The variant chosen, and all that could be.
    Choice(String, &'static [&'static str]),
    /// Text.
    Text(String),
}

/// What there is to know about a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// One line of documentation.
    pub doc: &'static str,
    /// Unit, empty for a pure number.
    pub unit: &'static str,
    /// Smallest and largest value, for numbers.
    pub range: Option<(f64, f64)>,
    /// Default, written as in a scene file; empty for an item that a list does not have by default.
    pub default: String,
    /// When a new value takes effect.
    pub when: When,
}

/// Every number, truth value, choice and text of a scene, in the order of the table.
pub fn parameters(spec: &SceneSpec) -> Vec<Parameter> {
    let mut walk = Walk { path: String::new(), found: vec![] };
    walk.visit(spec, SceneSpec::shape(), None, None);
    walk.found
}

/// The state of one walk over a live scene.
struct Walk {
    path: String,
    found: Vec<Parameter>,
}

impl Walk {
    /// Lists what is in a value that belongs to `field`, next to its default where that has a counterpart.
    fn visit(&mut self, node: &dyn Node, shape: Shape, field: Option<&'static Field>, default: Option<&dyn Node>) {
        let value = match (node.view(), shape) {
            // The nearest decimal, so that a panel shows 0.1 and not 0.10000000149.
            (View::Float(x), _) => Value::Number(x.to_string().parse().unwrap_or(f64::from(x))),
            (View::Whole(n), _) => Value::Integer(n),
            (View::Bool(b), _) => Value::Bool(b),
            (View::Text(text), _) => Value::Text(text.into()),
            (View::Choice(index, _), Shape::Choice(choice)) => Value::Choice(choice.names[index].into(), choice.names),
            (_, Shape::Part(part)) => {
                for (field, child) in part.fields.iter().zip(node.children()) {
                    let dot = if self.path.is_empty() { "" } else { "." };
                    let default = (field.default)();
                    self.inside(&format!("{dot}{}", field.name), |walk| {
                        walk.visit(child, (field.shape)(), Some(field), Some(&*default));
                    });
                }
                return;
            }
            (_, Shape::List(item) | Shape::Array(_, item)) => {
                let defaults = default.map_or(vec![], |d| d.children());
                for (index, child) in node.children().into_iter().enumerate() {
                    self.inside(&format!("[{index}]"), |walk| {
                        walk.visit(child, item(), field, defaults.get(index).copied());
                    });
                }
                return;
            }
            (_, Shape::Optional(inner)) => {
                for child in node.children() {
                    self.visit(child, inner(), field, None);
                }
                return;
            }
            _ => return,
        };
        if let Some(field) = field {
            let limits = match value {
                Value::Number(_) | Value::Integer(_) => (field.limits)(),
                _ => None,
            };
            let meta = Meta {
                doc: field.doc,
                unit: limits.map_or("", |l| l.unit),
                range: limits.map(|l| (l.low, l.high)),
                default: default.map_or(String::new(), |d| inline(d, shape)),
                when: field.when,
            };
            self.found.push(Parameter { path: self.path.clone(), value, meta });
        }
        if let (View::Choice(index, Some(inner)), Shape::Choice(choice)) = (node.view(), shape)
            && let Some(held) = choice.variants[index].inner
        {
            self.visit(inner, held(), None, None);
        }
    }

    /// Does something one step down the path.
    fn inside(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let outer = self.path.len();
        self.path.push_str(step);
        then(self);
        self.path.truncate(outer);
    }
}

/// One entry of the table as declared, whatever scene is loaded.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path pattern: `[]` for any item, and a step for each variant.
    pub path: String,
    /// What is written there, in words.
    pub kind: String,
    /// Allowed values and their unit, for numbers.
    pub limits: Option<Limits>,
    /// Default, written as in a scene file; empty for parts, variants and items.
    pub default: String,
    /// When a new value takes effect; `None` for what holds further entries.
    pub when: Option<When>,
    /// One line of documentation.
    pub doc: &'static str,
}

/// Every entry of the table, in order.
pub fn describe() -> Vec<Entry> {
    let mut entries = vec![];
    inside(&mut entries, "", SceneSpec::shape());
    entries
}

/// Adds the entries below a shape.
fn inside(entries: &mut Vec<Entry>, path: &str, shape: Shape) {
    match shape {
        Shape::Part(part) => {
            let dot = if path.is_empty() { "" } else { "." };
            for field in part.fields {
                let (path, shape) = (format!("{path}{dot}{}", field.name), (field.shape)());
                let default = (field.default)();
                entries.push(Entry {
                    path: path.clone(),
                    kind: kind(shape, (field.limits)()),
                    limits: (field.limits)(),
                    default: match (default.view(), shape) {
                        (_, Shape::Part(_)) => String::new(),
                        (View::Choice(index, _), Shape::Choice(choice)) => choice.names[index].into(),
                        _ => inline(&*default, shape),
                    },
                    when: match shape {
                        Shape::Part(_) => None,
                        _ => Some(field.when),
                    },
                    doc: field.doc,
                });
                inside(entries, &path, shape);
            }
        }
        Shape::Choice(choice) => {
            for variant in choice.variants {
                let path = format!("{path}.{}", variant.name);
                entries.push(Entry {
                    path: path.clone(),
                    kind: "variant".into(),
                    limits: None,
                    default: String::new(),
                    when: None,
                    doc: variant.doc,
                });
                if let Some(held) = variant.inner {
                    inside(entries, &path, held());
                }
            }
        }
        Shape::List(item) | Shape::Array(_, item) => inside(entries, &format!("{path}[]"), item()),
        Shape::Optional(held) => inside(entries, path, held()),
        Shape::Float | Shape::Whole | Shape::Bool | Shape::Text => {}
    }
}

/// What is written for a shape, in a few words.
fn kind(shape: Shape, limits: Option<Limits>) -> String {
    let range = |shape| limits.map_or(String::new(), |l| format!(" {}", range_text(shape, l)));
    match shape {
        Shape::Float => format!("number{}", range(shape)),
        Shape::Whole => format!("whole number{}", range(shape)),
        Shape::Bool => "true or false".into(),
        Shape::Text => "text".into(),
        Shape::Part(_) => "part".into(),
        Shape::Choice(_) => "choice".into(),
        Shape::List(item) => format!("list, each a {}", kind(item(), limits)),
        Shape::Array(n, item) => format!("[{n} values, each a {}]", kind(item(), limits)),
        Shape::Optional(held) => format!("{} or None", kind(held(), limits)),
    }
}

/// The printed reference of all entries, or of those at and below `prefix`, which may be a pattern as printed or the
/// path of a parameter. Empty if there are none.
pub fn schema(prefix: &str) -> String {
    let wanted = pattern(prefix);
    let below = |path: &str| match path.strip_prefix(&*wanted) {
        Some(rest) => wanted.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']),
        None => false,
    };
    let mut out = String::new();
    for entry in describe() {
        if !below(&entry.path) && !below(&without_variants(&entry.path)) {
            continue;
        }
        out.push_str(&format!("{}  {}", entry.path, entry.kind));
        if !entry.default.is_empty() {
            out.push_str(&format!(", default {}", entry.default));
        }
        match entry.when {
            Some(When::Now) => out.push_str(", now"),
            Some(When::Restart) => out.push_str(", restart"),
            None => {}
        }
        out.push_str(&format!("\n    {}\n", entry.doc));
    }
    out
}

/// A path with `[]` for every item.
fn pattern(path: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in path.trim().chars() {
        match c {
            ']' => within = false,
            _ if within => continue,
            '[' => within = true,
            _ => {}
        }
        out.push(c);
    }
    out
}

/// A pattern as the paths of parameters have it, without a step for the variant.
fn without_variants(path: &str) -> String {
    let steps = path.split('.').filter(|step| !step.starts_with(|c: char| c.is_uppercase()));
    steps.collect::<Vec<_>>().join(".")
}
