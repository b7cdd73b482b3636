//! Reflection: what the declarations of `super::spec` look like from outside, so that one decoder, one encoder and one
//! walk serve every part of a scene. Knows the few kinds of value there are; knows no particular parameter, no text.

use std::ops::RangeInclusive;

/// When a new value takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Between two ticks of a running world.
    Now,
    /// Only in a new world.
    Restart,
}

/// The values a number may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Unit, empty for a pure number.
    pub unit: &'static str,
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
}

/// What kind of value something is.
#[derive(Clone, Copy)]
pub enum Shape {
    /// A 32-bit floating-point number.
    Float,
    /// A whole number, not negative.
    Whole,
    /// `true` or `false`.
    Bool,
    /// Quoted text.
    Text,
    /// Named fields.
    Part(&'static Part),
    /// One of several variants.
    Choice(&'static Choice),
    /// Any number of one shape.
    List(fn() -> Shape),
    /// A fixed number of one shape.
    Array(usize, fn() -> Shape),
    /// One of a shape, or `None`.
    Optional(fn() -> Shape),
}

/// A struct of `super::spec`.
pub struct Part {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
}

/// One field of a part: an entry of the parameter table.
pub struct Field {
    /// Name, as in a scene file.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// What it holds.
    pub shape: fn() -> Shape,
    /// Allowed values, where it holds numbers.
    pub limits: fn() -> Option<Limits>,
    /// When a new value takes effect.
    pub when: When,
    /// Its value where a file says nothing.
    pub default: fn() -> Box<dyn Node>,
}

/// An enum of `super::spec`.
pub struct Choice {
    /// Names of the variants, in order.
    pub names: &'static [&'static str],
    /// The variants, in order.
    pub variants: &'static [Variant],
}

/// One variant of a choice.
pub struct Variant {
    /// Name, as in a scene file.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// The part or choice it holds, if any.
    pub inner: Option<fn() -> Shape>,
}

/// A value seen from outside.
pub enum View<'a> {
    /// A floating-point number.
    Float(f32),
    /// A whole number.
    Whole(u64),
    /// A truth value.
    Bool(bool),
    /// Text.
    Text(&'a str),
    /// Fields of a part, items of a list or array, or what an option holds.
    Many(Vec<&'a dyn Node>),
    /// Index of a choice's variant, and what that holds.
    Choice(usize, Option<&'a dyn Node>),
}

/// A value to be changed from outside.
pub enum ViewMut<'a> {
    /// A floating-point number.
    Float(&'a mut f32),
    /// A whole number of 32 bits.
    Whole(&'a mut u32),
    /// A whole number of 64 bits.
    Long(&'a mut u64),
    /// A truth value.
    Bool(&'a mut bool),
    /// Text.
    Text(&'a mut String),
    /// Fields of a part, items of a list or array, or what an option or variant holds.
    Many(Vec<&'a mut dyn Node>),
}

/// Any value of a scene.
pub trait Node {
    /// What kind of value this type is.
    fn shape() -> Shape
    where
        Self: Sized;
    /// The value an item has before anything is said about it.
    fn blank() -> Self
    where
        Self: Sized;
    /// The value from outside.
    fn view(&self) -> View<'_>;
    /// The value from outside, to be changed.
    fn view_mut(&mut self) -> ViewMut<'_>;
    /// Makes a list hold `n` blank items, a choice its variant `n`, an option one blank (1) or nothing (0). Other
    /// kinds have one form only.
    fn reshape(&mut self, _n: usize) {}
}

impl dyn Node + '_ {
    /// Everything directly inside this value.
    pub fn children(&self) -> Vec<&dyn Node> {
        match self.view() {
            View::Many(all) => all,
            View::Choice(_, inner) => inner.into_iter().collect(),
            _ => vec![],
        }
    }

    /// Whether two values of one shape say the same.
    pub fn same(&self, other: &dyn Node) -> bool {
        let alike = |a: Vec<&dyn Node>, b: Vec<&dyn Node>| {
            a.len() == b.len() && a.into_iter().zip(b).all(|(one, other)| one.same(other))
        };
        match (self.view(), other.view()) {
            (View::Float(a), View::Float(b)) => a == b,
            (View::Whole(a), View::Whole(b)) => a == b,
            (View::Bool(a), View::Bool(b)) => a == b,
            (View::Text(a), View::Text(b)) => a == b,
            (View::Many(a), View::Many(b)) => alike(a, b),
            (View::Choice(a, _), View::Choice(b, _)) => a == b && alike(self.children(), other.children()),
            _ => false,
        }
    }
}

/// Types whose numbers have limits, and the type in which those are written.
pub trait Bounded {
    /// Type of a limit.
    type Limit: Copy;
    /// A limit as it is kept in the table.
    fn wide(limit: Self::Limit) -> f64;
    /// A range as it is kept in the table.
    fn limits(unit: &'static str, range: RangeInclusive<Self::Limit>) -> Limits {
        Limits { unit, low: Self::wide(*range.start()), high: Self::wide(*range.end()) }
    }
}

/// Implements `Node` for a type with no inside, and `Bounded` where it is a number.
macro_rules! leaf {
    ($ty:ty, $shape:ident, $view:expr, $mutable:ident $(, $limit:ty)?) => {
        impl Node for $ty {
            fn shape() -> Shape {
                Shape::$shape
            }
            fn blank() -> Self {
                Self::default()
            }
            fn view(&self) -> View<'_> {
                $view(self)
            }
            fn view_mut(&mut self) -> ViewMut<'_> {
                ViewMut::$mutable(self)
            }
        }
        $(impl Bounded for $ty {
            type Limit = $limit;
            fn wide(limit: $limit) -> f64 {
                limit as f64
            }
        })?
    };
}

// Limits of `f32` are written in `f64`, so that 0.05 prints as 0.05; they are compared in `f32`.
leaf!(f32, Float, |x: &f32| View::Float(*x), Float, f64);
leaf!(u32, Whole, |x: &u32| View::Whole(u64::from(*x)), Whole, u64);
leaf!(u64, Whole, |x: &u64| View::Whole(*x), Long, u64);
leaf!(bool, Bool, |x: &bool| View::Bool(*x), Bool);
leaf!(String, Text, View::Text, Text);

/// The items of a list or array as nodes.
fn nodes<T: Node>(items: &[T]) -> View<'_> {
    View::Many(items.iter().map(|item| item as &dyn Node).collect())
}

/// The items of a list or array as nodes to be changed.
fn nodes_mut<T: Node>(items: &mut [T]) -> ViewMut<'_> {
    ViewMut::Many(items.iter_mut().map(|item| item as &mut dyn Node).collect())
}

impl<T: Node> Node for Vec<T> {
    fn shape() -> Shape {
        Shape::List(T::shape)
    }
    fn blank() -> Self {
        vec![]
    }
    fn view(&self) -> View<'_> {
        nodes(self)
    }
    fn view_mut(&mut self) -> ViewMut<'_> {
        nodes_mut(self)
    }
    fn reshape(&mut self, n: usize) {
        self.clear();
        self.resize_with(n, T::blank);
    }
}

impl<T: Node, const N: usize> Node for [T; N] {
    fn shape() -> Shape {
        Shape::Array(N, T::shape)
    }
    fn blank() -> Self {
        std::array::from_fn(|_| T::blank())
    }
    fn view(&self) -> View<'_> {
        nodes(self)
    }
    fn view_mut(&mut self) -> ViewMut<'_> {
        nodes_mut(self)
    }
}

impl<T: Node> Node for Option<T> {
    fn shape() -> Shape {
        Shape::Optional(T::shape)
    }
    fn blank() -> Self {
        None
    }
    fn view(&self) -> View<'_> {
        nodes(self.as_slice())
    }
    fn view_mut(&mut self) -> ViewMut<'_> {
        nodes_mut(self.as_mut_slice())
    }
    fn reshape(&mut self, n: usize) {
        *self = (n > 0).then(T::blank);
    }
}

impl<T: Bounded> Bounded for Vec<T> {
    type Limit = T::Limit;
    fn wide(limit: T::Limit) -> f64 {
        T::wide(limit)
    }
}

impl<T: Bounded, const N: usize> Bounded for [T; N] {
    type Limit = T::Limit;
    fn wide(limit: T::Limit) -> f64 {
        T::wide(limit)
    }
}
