//! Shapes and written values in words, for messages and for the printed reference. Knows no particular parameter.

use ron2::ast::Expr;

use super::node::{Limits, Shape};
use super::problem::one_of;

/// What a number must be, as in "a number from 0.05 to 50 BL".
pub fn allowed(shape: Shape, limits: Option<Limits>) -> String {
    let kind = match shape {
        Shape::Whole => "a whole number",
        Shape::Float => "a number",
        _ => return describe(shape),
    };
    match limits {
        Some(limits) => format!("{kind} from {}", range_text(shape, limits)),
        None => kind.into(),
    }
}

/// A range with its unit, as in "0.05 to 50 BL".
pub fn range_text(shape: Shape, limits: Limits) -> String {
    let high = match shape {
        // As a float, the largest 64-bit number is one too many.
        Shape::Whole => (limits.high as u64).to_string(),
        _ => limits.high.to_string(),
    };
    format!("{} to {high} {}", limits.low, limits.unit).trim_end().to_owned()
}

/// What should be written for a shape.
pub fn describe(shape: Shape) -> String {
    match shape {
        Shape::Float => "a number".into(),
        Shape::Whole => "a whole number".into(),
        Shape::Bool => "true or false".into(),
        Shape::Text => "text in quotes".into(),
        Shape::Part(_) => "fields in parentheses, as in (name: value, ..)".into(),
        Shape::Choice(choice) => one_of(choice.names),
        Shape::List(_) => "a list, as in [.., ..]".into(),
        Shape::Array(n, _) => format!("{n} values, as in [..]"),
        Shape::Optional(inner) => format!("None or {}", describe(inner())),
    }
}

/// What an expression is, in words.
pub fn kind(expr: &Expr<'_>) -> String {
    match expr {
        Expr::Unit(_) => "()".into(),
        Expr::Bool(b) => format!("the truth value {}", b.value),
        Expr::Number(n) => format!("the number {}", n.raw),
        Expr::String(_) | Expr::Char(_) => "text".into(),
        Expr::Byte(_) | Expr::Bytes(_) => "bytes".into(),
        Expr::Option(_) => "an option".into(),
        Expr::Seq(_) => "a list".into(),
        Expr::Map(_) => "a map".into(),
        Expr::Tuple(_) => "a tuple".into(),
        Expr::AnonStruct(_) => "a set of fields".into(),
        Expr::Struct(s) => format!("the word `{}`", s.name.name),
        Expr::Error(_) => "not readable".into(),
    }
}
