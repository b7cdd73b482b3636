//! The parameter table: the macros that turn the declarations of `super::spec` into types with defaults and into the
//! entries that everything else reads (`super::node`). Knows nothing of any particular parameter.

/// Declares one part of a scene. See `super::spec` for the grammar.
macro_rules! spec {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])*
                pub $field:ident : $ty:ty = $default:expr $(, [$($limits:tt)*])? ;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $ty, )*
        }
        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }
        impl $crate::scene::node::Node for $name {
            fn shape() -> $crate::scene::node::Shape {
                static PART: $crate::scene::node::Part = $crate::scene::node::Part {
                    name: stringify!($name),
                    fields: &[$(
                        $crate::scene::node::Field {
                            name: stringify!($field),
                            doc: concat!($($doc),*).trim_ascii(),
                            shape: <$ty as $crate::scene::node::Node>::shape,
                            limits: || $crate::scene::table::limits!($ty; $($($limits)*)?),
                            when: $crate::scene::table::when!($($($limits)*)?),
                            default: || {
                                let value: $ty = $default;
                                Box::new(value)
                            },
                        },
                    )*],
                };
                $crate::scene::node::Shape::Part(&PART)
            }
            fn blank() -> Self {
                Self::default()
            }
            fn view(&self) -> $crate::scene::node::View<'_> {
                $crate::scene::node::View::Many(vec![$( &self.$field, )*])
            }
            fn view_mut(&mut self) -> $crate::scene::node::ViewMut<'_> {
                $crate::scene::node::ViewMut::Many(vec![$( &mut self.$field, )*])
            }
        }
    };
}

/// The limits of a field: `[unit, range, when]` has some, `[when]` and nothing have none.
macro_rules! limits {
    ($ty:ty; $unit:expr, $range:expr, $when:ident) => {
        Some(<$ty as $crate::scene::node::Bounded>::limits($unit, $range))
    };
    ($ty:ty; $($when:ident)?) => {
        None
    };
}

/// The moment of effect of a field; what is not said to change now needs a new world.
macro_rules! when {
    ($unit:expr, $range:expr, $when:ident) => {
        $crate::scene::node::When::$when
    };
    ($when:ident) => {
        $crate::scene::node::When::$when
    };
    () => {
        $crate::scene::node::When::Restart
    };
}

/// Declares a choice in a scene: variants are bare or hold one part or choice.
macro_rules! spec_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[doc = $doc:literal])*
                $variant:ident $( ( $inner:ty ) )? ,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $( $(#[doc = $doc])* $variant $( ( $inner ) )? , )*
        }
        impl $crate::scene::node::Node for $name {
            fn shape() -> $crate::scene::node::Shape {
                static CHOICE: $crate::scene::node::Choice = $crate::scene::node::Choice {
                    names: &[$( stringify!($variant), )*],
                    variants: &[$(
                        $crate::scene::node::Variant {
                            name: stringify!($variant),
                            doc: concat!($($doc),*).trim_ascii(),
                            inner: $crate::scene::table::inner_shape!($($inner)?),
                        },
                    )*],
                };
                $crate::scene::node::Shape::Choice(&CHOICE)
            }
            fn blank() -> Self {
                Self::BLANKS[0]()
            }
            fn view(&self) -> $crate::scene::node::View<'_> {
                enum Index { $( $variant, )* }
                match self {$(
                    Self::$variant { .. } => $crate::scene::node::View::Choice(
                        Index::$variant as usize,
                        $crate::scene::table::inner!(self, $variant $($inner)?),
                    ),
                )*}
            }
            fn view_mut(&mut self) -> $crate::scene::node::ViewMut<'_> {
                let inner: Option<&mut dyn $crate::scene::node::Node> = match self {$(
                    Self::$variant { .. } => $crate::scene::table::inner!(self, $variant $($inner)?),
                )*};
                $crate::scene::node::ViewMut::Many(inner.into_iter().collect())
            }
            fn reshape(&mut self, n: usize) {
                if let Some(blank) = Self::BLANKS.get(n) {
                    *self = blank();
                }
            }
        }
        impl $name {
            /// Every variant with what it holds at its default, in order.
            const BLANKS: &[fn() -> Self] = &[
                $( || Self::$variant $( ( <$inner as $crate::scene::node::Node>::blank() ) )?, )*
            ];
        }
    };
}

/// The shape of what a variant holds.
macro_rules! inner_shape {
    () => {
        None
    };
    ($inner:ty) => {
        Some(<$inner as $crate::scene::node::Node>::shape)
    };
}

/// What a variant holds, borrowed as the value is.
macro_rules! inner {
    ($value:expr, $variant:ident) => {
        None
    };
    ($value:expr, $variant:ident $inner:ty) => {
        match $value {
            Self::$variant(inner) => Some(inner),
            // A choice of one variant leaves nothing else.
            #[allow(unreachable_patterns)]
            _ => None,
        }
    };
}

pub(crate) use {inner, inner_shape, limits, spec, spec_enum, when};
