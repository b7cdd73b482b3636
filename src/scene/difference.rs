//! What differs between two scenes, value by value, and between a scene and its defaults. Knows no particular parameter,
//! no text.

use super::encode::inline;
use super::node::{Field, Node, Shape, View, When};
use super::path::{effect, get};
use super::spec::SceneSpec;
use super::walk::{Parameter, Value, parameters};

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path, as `set` takes it.
    pub path: String,
    /// The one value, written as in a scene file.
    pub before: String,
    /// The other value.
    pub after: String,
    /// When the other takes effect in a world that has the one.
    pub when: When,
    /// Whether it is one of form: lists of other lengths, other variants that hold something, something and nothing.
    pub structural: bool,
}

impl Difference {
    /// Whether a value is this one, or inside it.
    pub fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

/// What differs between two scenes, in the order of the table. What is inside a difference of form is not listed by itself.
pub fn differences(before: &SceneSpec, after: &SceneSpec) -> Vec<Difference> {
    let mut walk = Walk { path: String::new(), found: vec![] };
    walk.visit(before, after, SceneSpec::shape(), None);
    walk.found
}

/// Values of a scene that are not their defaults: `before` is the default. What has none, as an item of a list, is not listed,
/// what is inside it is.
pub fn unlike_defaults(spec: &SceneSpec) -> Vec<Difference> {
    let variant = |text: &str| text.split('(').next().map(str::to_owned);
    let unlike = |Parameter { path, value, meta }: Parameter| {
        let (before, after) = (meta.default, get(spec, &path).ok()?);
        // What a variant holds is listed by itself.
        let chosen = matches!(value, Value::Choice(..));
        let same = before == after || (chosen && variant(&before) == variant(&after));
        let structural = chosen && (before.contains('(') || after.contains('('));
        (!before.is_empty() && !same).then_some(Difference { path, before, after, when: meta.when, structural })
    };
    parameters(spec).into_iter().filter_map(unlike).collect()
}

/// The state of one walk over two scenes at once.
struct Walk {
    path: String,
    found: Vec<Difference>,
}

impl Walk {
    fn visit(&mut self, before: &dyn Node, after: &dyn Node, shape: Shape, field: Option<&'static Field>) {
        if before.same(after) {
            return;
        }
        let (one, other) = (before.children(), after.children());
        let pairs = one.iter().zip(&other);
        let structural = match (before.view(), after.view(), shape) {
            (.., Shape::Part(part)) => {
                for (field, (before, after)) in part.fields.iter().zip(pairs) {
                    let dot = if self.path.is_empty() { "" } else { "." };
                    self.inside(&format!("{dot}{}", field.name), |walk| {
                        walk.visit(*before, *after, (field.shape)(), Some(field));
                    });
                }
                return;
            }
            (.., Shape::List(item) | Shape::Array(_, item)) if one.len() == other.len() => {
                for (index, (before, after)) in pairs.enumerate() {
                    self.inside(&format!("[{index}]"), |walk| walk.visit(*before, *after, item(), field));
                }
                return;
            }
            (.., Shape::Optional(held)) if !one.is_empty() && !other.is_empty() => {
                return pairs.for_each(|(before, after)| self.visit(*before, *after, held(), field));
            }
            (View::Choice(a, Some(before)), View::Choice(b, Some(after)), Shape::Choice(choice)) if a == b => {
                if let Some(held) = choice.variants[a].inner {
                    self.visit(before, after, held(), field);
                }
                return;
            }
            (.., Shape::Choice(_)) => !one.is_empty() || !other.is_empty(),
            (.., Shape::List(_) | Shape::Array(..) | Shape::Optional(_)) => true,
            _ => false,
        };
        self.found.push(Difference {
            path: self.path.clone(),
            before: inline(before, shape),
            after: inline(after, shape),
            when: field.map_or(When::Restart, |field| effect(shape, field)),
            structural,
        });
    }

    /// Does something one step down the path.
    fn inside(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let outer = self.path.len();
        self.path.push_str(step);
        then(self);
        self.path.truncate(outer);
    }
}
