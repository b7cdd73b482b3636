//! Parameters by path: finding, reading and setting one value of a live scene. Knows how paths are written; the values
//! themselves are read by `super::decode` and judged by `super::validate`.
//!
//! A path is a field name, or `path.field`, `path[index]`, or `path[name]` where the items have names. What a choice
//! holds is reached through the choice itself; `path.Variant` may be written for clarity.

use super::decode::decode;
use super::encode::inline;
use super::node::{Field, Node, Part, Shape, View, ViewMut, When};
use super::problem::{Diagnostic, SetError, nearest, suggestion};
use super::spec::SceneSpec;
use super::validate::validate;

/// Gives a parameter a new value, written as in a scene file (text may go without quotes). Fields of a part that
/// `value` does not mention keep their values. Says when the change takes effect; on an error `spec` is unchanged.
pub fn set(spec: &mut SceneSpec, path: &str, value: &str) -> Result<When, SetError> {
    let mut changed = spec.clone();
    let when = set_unchecked(&mut changed, path, value)?;
    // A scene that is being put together may have problems of its own; only new ones speak against the change.
    let before = validate(spec);
    let caused: Vec<Diagnostic> = validate(&changed).into_iter().filter(|problem| !before.contains(problem)).collect();
    if !caused.is_empty() {
        let error = SetError::from_problems(path, value, caused);
        return Err(SetError { message: format!("`{path}` = {value} is refused: {}", error.message), ..error });
    }
    *spec = changed;
    Ok(when)
}

/// As `set`, but judges the value by its own limits only; on an error `spec` may be half changed.
pub(super) fn set_unchecked(spec: &mut SceneSpec, path: &str, value: &str) -> Result<When, SetError> {
    let fail = |problems| SetError::from_problems(path, value, problems);
    let place = resolve(spec, SceneSpec::shape(), path).map_err(|problem| fail(vec![problem]))?;
    let Place { path: full, shape, field, steps, .. } = place;
    let when = field.map_or(When::Restart, |field| effect(shape, field));
    let target =
        reach(spec, &steps).ok_or_else(|| fail(vec![Diagnostic::new(path, format!("`{path}` is not there"), "")]))?;
    if let ViewMut::Text(slot) = target.view_mut()
        && !["\"", "r\"", "r#"].iter().any(|quote| value.trim_start().starts_with(quote))
    {
        *slot = value.to_owned();
        return Ok(when);
    }
    let (problems, _) = decode(target, shape, field, &full, value);
    if problems.is_empty() { Ok(when) } else { Err(fail(problems)) }
}

/// The value of a parameter, written as in a scene file.
pub fn get(spec: &SceneSpec, path: &str) -> Result<String, SetError> {
    let place =
        resolve(spec, SceneSpec::shape(), path).map_err(|problem| SetError::from_problems(path, "", vec![problem]))?;
    Ok(inline(place.node, place.shape))
}

/// A value found by its path.
pub(super) struct Place<'a> {
    /// The path in full, items by index.
    path: String,
    /// The value.
    pub node: &'a dyn Node,
    /// What it is.
    pub shape: Shape,
    /// The entry of the table that it belongs to.
    field: Option<&'static Field>,
    /// Which child to take at each level to get there.
    steps: Vec<usize>,
}

/// When a change of everything in a value takes effect.
pub(super) fn effect(shape: Shape, field: &Field) -> When {
    match shape {
        Shape::Part(part) => {
            let all = part.fields.iter().map(|inner| effect((inner.shape)(), inner));
            all.max().unwrap_or(When::Now)
        }
        _ => field.when,
    }
}

/// Finds the value that a path leads to.
pub(super) fn resolve<'a>(root: &'a dyn Node, shape: Shape, path: &str) -> Result<Place<'a>, Diagnostic> {
    let mut place = Place { path: String::new(), node: root, shape, field: None, steps: Vec::new() };
    for step in steps(path)? {
        place.follow(step).map_err(|(wrong, right)| {
            let message = match place.path.is_empty() {
                true => format!("`{path}`: the scene {wrong}"),
                false => format!("`{path}`: `{}` {wrong}", place.path),
            };
            Diagnostic::new(path, message, right)
        })?;
    }
    Ok(place)
}

/// The value at the end of some steps, to be changed.
fn reach<'a>(node: &'a mut dyn Node, steps: &[usize]) -> Option<&'a mut dyn Node> {
    let Some((first, rest)) = steps.split_first() else {
        return Some(node);
    };
    match node.view_mut() {
        ViewMut::Many(children) => reach(children.into_iter().nth(*first)?, rest),
        _ => None,
    }
}

/// One step of a path.
#[derive(Clone, Copy)]
enum Step<'p> {
    /// `.name`
    Name(&'p str),
    /// `[index]` or `[name]`
    Item(&'p str),
}

/// Takes a path apart.
fn steps(path: &str) -> Result<Vec<Step<'_>>, Diagnostic> {
    let malformed = |right: &str| Diagnostic::new(path, format!("`{path}` is not a path"), right);
    let mut steps = vec![];
    let mut rest = path.trim();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (item, after) = inside.split_once(']').ok_or_else(|| malformed("a `]` is missing"))?;
            steps.push(Step::Item(item.trim()));
            rest = after;
        } else {
            // A dot separates a name from what is before it.
            let name = match (rest.strip_prefix('.'), steps.is_empty()) {
                (Some(name), false) => name,
                (None, true) => rest,
                _ => return Err(malformed("write it as in species[0].body.length")),
            };
            let (name, after) = name.split_at(name.find(['.', '[']).unwrap_or(name.len()));
            if name.is_empty() {
                return Err(malformed("a name is missing"));
            }
            steps.push(Step::Name(name));
            rest = after;
        }
    }
    match steps.is_empty() {
        true => Err(malformed("write it as in species[0].body.length")),
        false => Ok(steps),
    }
}

/// What is wrong with a step from here, and what would be right.
type Astray = (String, String);

impl Place<'_> {
    /// Takes one step down.
    fn follow(&mut self, step: Step<'_>) -> Result<(), Astray> {
        match (self.shape, step) {
            (Shape::Choice(choice), _) => {
                let View::Choice(index, inner) = self.node.view() else {
                    return Ok(());
                };
                let variant = &choice.variants[index];
                let (Some(inner), Some(shape)) = (inner, variant.inner) else {
                    let right = "set the choice itself to change it".into();
                    return Err((format!("is {}, which holds nothing", variant.name), right));
                };
                let named = match step {
                    Step::Name(name) => choice.names.iter().position(|n| *n == name),
                    Step::Item(_) => None,
                };
                if let Some(other) = named.filter(|other| *other != index) {
                    let right = "set the choice itself to change it".into();
                    let wrong = format!("is {} here, not {}", variant.name, choice.names[other]);
                    return Err((wrong, right));
                }
                self.enter(0, inner, shape());
                if named.is_some() { Ok(()) } else { self.follow(step) }
            }
            (Shape::Optional(shape), _) => match self.node.children().first() {
                Some(inner) => {
                    self.enter(0, *inner, shape());
                    self.follow(step)
                }
                None => Err(("is None".into(), "set it as a whole first, to (..)".into())),
            },
            (Shape::Part(part), Step::Name(name)) => {
                let index = part
                    .fields
                    .iter()
                    .position(|f| f.name == name)
                    .ok_or_else(|| (format!("has no `{name}`"), hint(part, name)))?;
                let field = &part.fields[index];
                let node = self.node.children()[index];
                self.enter(index, node, (field.shape)());
                self.field = Some(field);
                self.path = match self.path.is_empty() {
                    true => name.into(),
                    false => format!("{}.{name}", self.path),
                };
                Ok(())
            }
            (Shape::List(shape) | Shape::Array(_, shape), Step::Item(item)) => {
                let children = self.node.children();
                let index = pick(&children, shape(), item)?;
                self.enter(index, children[index], shape());
                self.path = format!("{}[{index}]", self.path);
                Ok(())
            }
            (Shape::List(_) | Shape::Array(..), Step::Name(_)) => {
                Err(("is a list".into(), format!("choose an item, as in {}[0]", self.path)))
            }
            (Shape::Part(_), Step::Item(_)) => Err(("is not a list".into(), "name a field, as in .name".into())),
            (_, Step::Name(name)) => Err((format!("holds one value and has no `{name}`"), "end the path here".into())),
            (_, Step::Item(_)) => Err(("holds one value and is not a list".into(), "end the path here".into())),
        }
    }
}

impl<'a> Place<'a> {
    /// Moves into a child.
    fn enter(&mut self, index: usize, node: &'a dyn Node, shape: Shape) {
        self.steps.push(index);
        self.node = node;
        self.shape = shape;
    }
}

/// The index of the item meant by `[item]`: a number, or the name of an item that has one.
fn pick(children: &[&dyn Node], shape: Shape, item: &str) -> Result<usize, Astray> {
    let names: Vec<&str> = children.iter().filter_map(|child| name_of(*child, shape)).collect();
    if let Ok(index) = item.parse::<usize>()
        && !names.contains(&item)
    {
        return match index < children.len() {
            true => Ok(index),
            false => Err((
                format!("has no item {index}"),
                match children.len() {
                    0 => "it is empty".into(),
                    n => format!("items 0 to {}", n - 1),
                },
            )),
        };
    }
    names.iter().position(|name| *name == item).ok_or_else(|| {
        let right = match names.is_empty() {
            true => "items go by number, as in [0]".into(),
            false => suggestion(item, &names),
        };
        (format!("has no item named `{item}`"), right)
    })
}

/// The `name` of an item, if its kind has one.
fn name_of(item: &dyn Node, shape: Shape) -> Option<&str> {
    let Shape::Part(part) = shape else {
        return None;
    };
    let index = part.fields.iter().position(|field| field.name == "name")?;
    match item.children().get(index)?.view() {
        View::Text(name) => Some(name),
        _ => None,
    }
}

/// The field most likely meant: one of this part by a near name, or one of its inner parts by the same name.
fn hint(part: &'static Part, name: &str) -> String {
    let names: Vec<&str> = part.fields.iter().map(|f| f.name).collect();
    if nearest(name, names.iter().copied()).is_none() {
        let inner = part.fields.iter().find(|f| match (f.shape)() {
            Shape::Part(inner) => inner.fields.iter().any(|f| f.name == name),
            _ => false,
        });
        if let Some(inner) = inner {
            return format!("did you mean `{}.{name}`?", inner.name);
        }
    }
    suggestion(name, &names)
}
