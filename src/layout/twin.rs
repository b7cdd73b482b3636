//! Declarations that both languages get: written once in Rust, and given as WGSL text as well. Knows nothing of what is
//! declared.

/// Declares shared constants: Rust items, and a function giving their WGSL text.
macro_rules! twin_consts {
    ($( $(#[doc = $doc:literal])* pub const $name:ident : $ty:ident = $value:expr; )*) => {
        $( $(#[doc = $doc])* pub const $name: $ty = $value; )*
        /// The shared constants as WGSL.
        pub fn constants_wgsl() -> String {
            let mut text = String::new();
            $( text.push_str(&format!("const {}: {} = {:?};\n", stringify!($name), stringify!($ty), $name)); )*
            text
        }
    };
}

/// Declares a struct of 4-byte scalars and arrays of them: a `repr(C)` Rust struct and its WGSL text. With nothing
/// but 4-byte members there is no padding on either side; a test compares the offsets with naga's.
macro_rules! twin_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $( $(#[doc = $doc:literal])* pub $field:ident : $ty:tt, )* }) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
        pub struct $name { $( $(#[doc = $doc])* pub $field: $ty, )* }
        impl $name {
            /// Name, and fields as (name, byte offset).
            pub const FIELDS: &'static [(&'static str, usize)] = &[
                $( (stringify!($field), std::mem::offset_of!($name, $field)), )*
            ];
            /// The struct as WGSL.
            pub fn wgsl() -> String {
                let mut text = format!("struct {} {{\n", stringify!($name));
                $( text.push_str(&format!("    {}: {},\n", stringify!($field), twin_type!($ty))); )*
                text.push_str("}\n");
                text
            }
        }
    };
}

/// WGSL spelling of a member type.
macro_rules! twin_type {
    (f32) => {
        "f32".to_string()
    };
    (u32) => {
        "u32".to_string()
    };
    (i32) => {
        "i32".to_string()
    };
    ([$inner:ident; $n:expr]) => {
        format!("array<{}, {}>", stringify!($inner), $n)
    };
}

// Outside `layout` only the window has structs that both languages share.
#[cfg(feature = "gui")]
pub(crate) use {twin_struct, twin_type};
