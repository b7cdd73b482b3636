//! From text to values, guided by the parameter table. Goes on after a problem, so that all of them are told at once,
//! and notes in `super::places` where in the text each parameter stands. Knows the grammar; what values mean together is
//! checked in `super::validate`.

use std::ops::Range;

use ron2::__internal::Lexer;
use ron2::ast::{Expr, StructBody, StructField, parse_document_lossy};

use super::node::{Choice, Field, Node, Part, Shape, ViewMut};
use super::numerals::{float, whole};
use super::places::{Body, Places};
use super::problem::{Diagnostic, nearest, one_of, suggestion};
use super::words::{allowed, describe, kind};

/// Longest list a scene may hold: far above any sensible scene, and far below what a megabyte of text could ask
/// the memory for.
const MOST_ITEMS: usize = 10_000;

/// Deepest nesting of brackets; a scene needs a dozen.
const MOST_NESTED: usize = 64;

/// Reads `text` into `target`, which keeps its value wherever the text says nothing. `path` is that of the target and
/// `field` the entry that it belongs to, if the target is not a whole scene.
pub fn decode(
    target: &mut dyn Node,
    shape: Shape,
    field: Option<&'static Field>,
    path: &str,
    text: &str,
) -> (Vec<Diagnostic>, Places) {
    let mut decoder = Decoder { text, path: path.into(), problems: vec![], places: Places::default() };
    if let Some(span) = too_deep(text) {
        decoder.places.broken.insert(String::new());
        let message = "brackets are nested too deeply here";
        decoder.problems.push(Diagnostic { span, ..Diagnostic::new(path, message, format!("at most {MOST_NESTED}")) });
        return (decoder.problems, decoder.places);
    }
    let (document, slips) = parse_document_lossy(text);
    // What a recovered document says past a slip is guesswork, so slips of the grammar are told alone.
    for slip in &slips {
        let wrong = lower_first(&slip.kind().to_string());
        let (message, expected) = match path.is_empty() {
            true => (wrong, String::new()),
            false => (format!("`{path}` = {text} cannot be read"), wrong),
        };
        let span = slip.span().start_offset..slip.span().end_offset;
        decoder.places.broken.insert(String::new());
        decoder.problems.push(Diagnostic { span, ..Diagnostic::new(path, message, expected) });
    }
    match &document.value {
        _ if !slips.is_empty() => {}
        Some(expr) => decoder.value(target, shape, field, expr),
        None => {
            decoder.places.broken.insert(String::new());
            let message = match path.is_empty() {
                true => "this text holds no scene".into(),
                false => format!("`{path}` is given no value"),
            };
            decoder.problems.push(Diagnostic::new(path, message, allowed(shape, field.and_then(|f| (f.limits)()))));
        }
    }
    (decoder.problems, decoder.places)
}

/// The first bracket that is nested too deeply. The parser has a limit of its own, but `a(a(a(..` slips through it
/// and exhausts the stack. Counts the parser's own tokens, so that both agree on what is text and what is not; a
/// closing bracket that closes nothing lets nothing out.
fn too_deep(text: &str) -> Option<Range<usize>> {
    let mut open = vec![];
    // With blanks and comments as tokens: to skip them, the lexer would call itself for each.
    for token in Lexer::new(text).with_trivia(true) {
        match token.text {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            closing if open.last() == Some(&closing) => drop(open.pop()),
            _ => {}
        }
        if open.len() > MOST_NESTED {
            return Some(token.span.start_offset..token.span.end_offset);
        }
    }
    None
}

/// The state of one reading.
struct Decoder<'t> {
    text: &'t str,
    path: String,
    problems: Vec<Diagnostic>,
    places: Places,
}

impl<'t> Decoder<'t> {
    /// Reads one value of any shape.
    fn value(&mut self, target: &mut dyn Node, shape: Shape, field: Option<&'static Field>, expr: &Expr<'t>) {
        // What an option holds has the path of the option, which is written around it.
        self.places.spans.entry(self.path.clone()).or_insert(span(expr));
        match shape {
            Shape::Part(part) => self.part(target, part, expr),
            Shape::Choice(choice) => self.choice(target, choice, expr),
            Shape::List(item) => self.list(target, item(), field, expr),
            Shape::Array(n, item) => self.array(target, n, item(), field, expr),
            Shape::Optional(inner) => self.optional(target, inner(), field, expr),
            Shape::Float | Shape::Whole | Shape::Bool | Shape::Text => {
                self.leaf(target, shape, field, expr);
            }
        }
    }

    /// Reads a number, truth value or text.
    fn leaf(&mut self, target: &mut dyn Node, shape: Shape, field: Option<&'static Field>, expr: &Expr<'t>) {
        let limits = field.and_then(|f| (f.limits)());
        let outcome = match (target.view_mut(), expr) {
            (ViewMut::Bool(slot), Expr::Bool(b)) => {
                *slot = b.value;
                Ok(())
            }
            (ViewMut::Text(slot), Expr::String(s)) => {
                slot.clone_from(&s.value);
                Ok(())
            }
            (ViewMut::Float(slot), Expr::Number(n)) => float(n, limits).map(|number| *slot = number),
            (ViewMut::Long(slot), Expr::Number(n)) => whole(n, limits).map(|number| *slot = number),
            (ViewMut::Whole(slot), Expr::Number(n)) => whole(n, limits).and_then(|number| {
                *slot = u32::try_from(number).map_err(|_| "does not fit in 32 bits")?;
                Ok(())
            }),
            _ => {
                let message = format!("{} is {}", self.here(), kind(expr));
                return self.problem(span(expr), message, allowed(shape, limits));
            }
        };
        if let Err(wrong) = outcome {
            let message = format!("{} {wrong}", self.says(expr));
            self.problem(span(expr), message, allowed(shape, limits));
        }
    }

    /// Reads the fields of a part.
    fn part(&mut self, target: &mut dyn Node, part: &'static Part, expr: &Expr<'t>) {
        match expr {
            Expr::Unit(unit) => self.empty(unit.span.end_offset - 1, false),
            Expr::AnonStruct(body) => self.fields(target, part, &body.fields, body.close_paren.start_offset),
            Expr::Struct(named) if named.name.name == part.name => match &named.body {
                Some(StructBody::Fields(body)) => {
                    self.fields(target, part, &body.fields, body.close_brace.start_offset);
                }
                Some(StructBody::Tuple(body)) if body.elements.is_empty() => {
                    self.empty(body.close_paren.start_offset, false);
                }
                _ => self.wrong_type(Shape::Part(part), expr),
            },
            _ => self.wrong_type(Shape::Part(part), expr),
        }
    }

    /// Remembers a part of which nothing is written.
    fn empty(&mut self, close: usize, bare: bool) {
        self.places.bodies.insert(self.path.clone(), Body { fields: vec![], close, bare });
    }

    /// Reads written fields into a part; its bracket closes at `close`.
    fn fields(&mut self, target: &mut dyn Node, part: &'static Part, written: &[StructField<'t>], close: usize) {
        let ViewMut::Many(mut slots) = target.view_mut() else {
            return;
        };
        let mut seen = vec![false; part.fields.len()];
        let mut body = Body { fields: vec![], close, bare: false };
        for written in written {
            let name = &*written.name.name;
            let at = written.name.span.start_offset..written.name.span.end_offset;
            let Some(index) = part.fields.iter().position(|f| f.name == name) else {
                let names: Vec<&str> = part.fields.iter().map(|f| f.name).collect();
                let message = format!("{} has no field `{name}`", self.here());
                self.places.strange.insert(self.path.clone());
                self.tell(at, message, suggestion(name, &names));
                continue;
            };
            let field = &part.fields[index];
            body.fields.push((index, at.start..span(&written.value).end));
            let outer = self.enter(if self.path.is_empty() { "" } else { "." }, name);
            if std::mem::replace(&mut seen[index], true) {
                let message = format!("{} is said twice", self.here());
                self.problem(at, message, "keep one of the two");
            } else {
                self.value(&mut *slots[index], (field.shape)(), Some(field), &written.value);
            }
            self.path.truncate(outer);
        }
        self.places.bodies.insert(self.path.clone(), body);
    }

    /// Reads one variant of a choice.
    fn choice(&mut self, target: &mut dyn Node, choice: &'static Choice, expr: &Expr<'t>) {
        let Expr::Struct(written) = expr else {
            return self.wrong_type(Shape::Choice(choice), expr);
        };
        let name = &*written.name.name;
        let Some(index) = choice.names.iter().position(|n| *n == name) else {
            let at = written.name.span.start_offset..written.name.span.end_offset;
            let all = one_of(choice.names);
            let right = match nearest(name, choice.names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? ({all})"),
                None => all,
            };
            let message = format!("{} cannot be `{name}`", self.here());
            return self.problem(at, message, right);
        };
        target.reshape(index);
        let inner = choice.variants[index].inner.map(|shape| shape());
        let ViewMut::Many(mut slots) = target.view_mut() else {
            return;
        };
        match (&written.body, slots.first_mut(), inner) {
            (None, _, Some(Shape::Part(_))) => self.empty(written.name.span.end_offset, true),
            (Some(StructBody::Tuple(body)), _, Some(Shape::Part(_))) if body.elements.is_empty() => {
                self.empty(body.close_paren.start_offset, false);
            }
            (None, ..) => {}
            (Some(StructBody::Tuple(body)), ..) if body.elements.is_empty() => {}
            (Some(StructBody::Fields(body)), Some(slot), Some(Shape::Part(part))) => {
                self.fields(&mut **slot, part, &body.fields, body.close_brace.start_offset);
            }
            (Some(StructBody::Tuple(body)), Some(slot), Some(inner)) if body.elements.len() == 1 => {
                let element = &body.elements[0].expr;
                match inner {
                    Shape::Part(part) => self.part(&mut **slot, part, element),
                    Shape::Choice(choice) => self.choice(&mut **slot, choice, element),
                    _ => self.wrong_type(inner, element),
                }
            }
            (_, _, Some(inner)) => {
                let message = format!("`{name}` in {} does not hold this", self.here());
                let wanted = match inner {
                    Shape::Choice(choice) => {
                        format!("{name}(..) holds {}", one_of(choice.names))
                    }
                    _ => format!("write {name}(field: value, ..)"),
                };
                self.problem(span(expr), message, wanted);
            }
            (_, _, None) => {
                let message = format!("`{name}` in {} holds nothing", self.here());
                self.problem(span(expr), message, format!("write {name} alone"));
            }
        }
    }

    /// Reads a list of any length.
    fn list(&mut self, target: &mut dyn Node, item: Shape, field: Option<&'static Field>, expr: &Expr<'t>) {
        let Expr::Seq(written) = expr else {
            return self.wrong_type(Shape::List(|| Shape::Bool), expr);
        };
        if written.items.len() > MOST_ITEMS {
            let message = format!("{} has {} items", self.here(), written.items.len());
            return self.problem(span(expr), message, format!("at most {MOST_ITEMS}"));
        }
        target.reshape(written.items.len());
        self.items(target, item, field, written.items.iter().map(|i| &i.expr));
    }

    /// Reads a fixed number of values, written as a list or in parentheses.
    fn array(&mut self, target: &mut dyn Node, n: usize, item: Shape, field: Option<&'static Field>, expr: &Expr<'t>) {
        let items: Vec<&Expr<'t>> = match expr {
            Expr::Seq(written) => written.items.iter().map(|i| &i.expr).collect(),
            Expr::Tuple(written) => written.elements.iter().map(|e| &e.expr).collect(),
            _ => {
                let message = format!("{} is {}", self.here(), kind(expr));
                return self.problem(span(expr), message, format!("{n} values, as in [..]"));
            }
        };
        if items.len() == n {
            self.items(target, item, field, items);
        } else {
            let message = format!("{} has {} values", self.here(), items.len());
            self.problem(span(expr), message, format!("exactly {n}"));
        }
    }

    /// Reads items into as many slots.
    fn items<'e>(
        &mut self,
        target: &mut dyn Node,
        item: Shape,
        field: Option<&'static Field>,
        written: impl IntoIterator<Item = &'e Expr<'t>>,
    ) where
        't: 'e,
    {
        let ViewMut::Many(slots) = target.view_mut() else {
            return;
        };
        for (index, (slot, expr)) in slots.into_iter().zip(written).enumerate() {
            let outer = self.enter("", &format!("[{index}]"));
            self.value(slot, item, field, expr);
            self.path.truncate(outer);
        }
    }

    /// Reads `None`, `Some(value)` or the bare value.
    fn optional(&mut self, target: &mut dyn Node, inner: Shape, field: Option<&'static Field>, expr: &Expr<'t>) {
        let held = match expr {
            Expr::Option(written) => match &written.value {
                Some(value) => &value.expr,
                None => return target.reshape(0),
            },
            bare => bare,
        };
        target.reshape(1);
        if let ViewMut::Many(mut slots) = target.view_mut()
            && let Some(slot) = slots.first_mut()
        {
            self.value(&mut **slot, inner, field, held);
        }
    }

    /// Adds a step to the path; returns the length to cut it back to.
    fn enter(&mut self, separator: &str, step: &str) -> usize {
        let outer = self.path.len();
        self.path.push_str(separator);
        self.path.push_str(step);
        outer
    }

    /// The path as a subject of sentences.
    fn here(&self) -> String {
        match self.path.is_empty() {
            true => "the scene".into(),
            false => format!("`{}`", self.path),
        }
    }

    /// "`path` = value" with the value as it was written.
    fn says(&self, expr: &Expr<'t>) -> String {
        let written = self.text.get(span(expr)).unwrap_or("");
        let mut short: String = written.chars().take(40).collect();
        if short.len() < written.len() {
            short.push('…');
        }
        format!("{} = {short}", self.here())
    }

    fn wrong_type(&mut self, wanted: Shape, expr: &Expr<'t>) {
        let message = format!("{} is {}", self.here(), kind(expr));
        self.problem(span(expr), message, describe(wanted));
    }

    /// Tells of a value that cannot be read.
    fn problem(&mut self, span: Range<usize>, message: String, expected: impl Into<String>) {
        self.places.broken.insert(self.path.clone());
        self.tell(span, message, expected);
    }

    fn tell(&mut self, span: Range<usize>, message: String, expected: impl Into<String>) {
        self.problems.push(Diagnostic { span, ..Diagnostic::new(&*self.path, message, expected) });
    }
}

/// Bytes of an expression.
fn span(expr: &Expr<'_>) -> Range<usize> {
    expr.span().start_offset..expr.span().end_offset
}

/// The parser's messages begin like sentences; ours continue one.
fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|c| c.to_lowercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
