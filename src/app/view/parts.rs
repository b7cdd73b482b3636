//! The parts of a picture in the order in which they are drawn, the shaders that draw them and what those bind. Knows
//! nothing of the device.

const COMMON: &str = include_str!("../../../shaders/draw_common.wgsl");
const THINGS: &str = include_str!("../../../shaders/draw_things.wgsl");
const WATER: &str = include_str!("../../../shaders/draw_water.wgsl");
const FISH: &str = include_str!("../../../shaders/draw_fish.wgsl");
const SPLAT: &str = include_str!("../../../shaders/draw_splat.wgsl");
const LINE: &str = include_str!("../../../shaders/draw_line.wgsl");
const SOLID: &str = include_str!("../../../shaders/draw_solid.wgsl");
const FIELD: &str = include_str!("../../../shaders/draw_field.wgsl");

/// What is drawn, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The water behind everything.
    Water,
    /// Fields of a plane.
    Field,
    /// Obstacles.
    Solid,
    /// Edges and grid.
    Line,
    /// Near bodies.
    Near,
    /// Far bodies.
    Far,
    /// Drifting motes.
    Mote,
    /// Fields of a volume.
    Spot,
    /// Halos of those that signal.
    Halo,
    /// The ring around the selected agent.
    Ring,
}

/// All of them, in that order.
pub const PARTS: [Part; 10] = [
    Part::Water,
    Part::Field,
    Part::Solid,
    Part::Line,
    Part::Near,
    Part::Far,
    Part::Mote,
    Part::Spot,
    Part::Halo,
    Part::Ring,
];

/// What a part binds besides the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binds {
    /// Nothing.
    Alone,
    /// A list.
    List,
    /// Bodies, corners, order.
    Bodies,
    /// Bodies and order.
    Places,
    /// A picture and its sampler.
    Picture,
}

impl Part {
    /// Module, vertex and fragment entry, and what it binds.
    pub fn shaders(self) -> (&'static str, &'static str, &'static str, Binds) {
        match self {
            Part::Water => ("water", "water_vertex", "water_fragment", Binds::Alone),
            Part::Field => ("field", "field_vertex", "field_fragment", Binds::Picture),
            Part::Solid => ("solid", "solid_vertex", "solid_fragment", Binds::List),
            Part::Line => ("line", "line_vertex", "line_fragment", Binds::List),
            Part::Near => ("fish", "near_vertex", "fish_fragment", Binds::Bodies),
            Part::Far => ("fish", "far_vertex", "fish_fragment", Binds::Bodies),
            Part::Mote => ("splat", "mote_vertex", "splat_fragment", Binds::Alone),
            Part::Spot => ("splat", "splat_vertex", "splat_fragment", Binds::List),
            Part::Halo => ("splat", "halo_vertex", "splat_fragment", Binds::Places),
            Part::Ring => ("splat", "ring_vertex", "splat_fragment", Binds::Places),
        }
    }
}

/// Name and text of each module.
pub fn sources() -> [(&'static str, String); 6] {
    [
        ("water", [COMMON, WATER].concat()),
        ("fish", [COMMON, THINGS, FISH].concat()),
        ("splat", [COMMON, THINGS, SPLAT].concat()),
        ("line", [COMMON, LINE].concat()),
        ("solid", [COMMON, SOLID].concat()),
        ("field", [COMMON, FIELD].concat()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::fields::{Field, FieldsShown};
    use crate::app::view::kernels;
    use crate::app::view::school::{Kind, Now};
    use crate::layout::Agent;

    #[test]
    fn every_drawing_shader_is_valid() {
        for (name, text) in sources().into_iter().chain(kernels::sources()) {
            let module =
                naga::front::wgsl::parse_str(&text).unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(&text)));
            let flags = naga::valid::ValidationFlags::all();
            naga::valid::Validator::new(flags, naga::valid::Capabilities::default())
                .validate(&module)
                .unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(&text)));
        }
    }

    #[test]
    fn structs_lie_as_rust_lays_them_out() {
        type Laid = (&'static str, usize, &'static [(&'static str, usize)]);
        let known: [Laid; 7] = [
            ("Agent", size_of::<Agent>(), Agent::FIELDS),
            ("Now", size_of::<Now>(), Now::FIELDS),
            ("Kind", size_of::<Kind>(), Kind::FIELDS),
            ("FieldsShown", size_of::<FieldsShown>(), FieldsShown::FIELDS),
            ("Field", size_of::<Field>(), Field::FIELDS),
            ("Fish", kernels::FISH_BYTES as usize, &[]),
            ("Splat", kernels::SPLAT_BYTES as usize, &[]),
        ];
        let mut seen = std::collections::HashSet::new();
        for (_, text) in kernels::sources() {
            let module = naga::front::wgsl::parse_str(&text).unwrap();
            for (_, kind) in module.types.iter() {
                let naga::TypeInner::Struct { members, span } = &kind.inner else { continue };
                let laid = known.iter().find(|(name, ..)| kind.name.as_deref() == Some(*name));
                let Some((name, size, fields)) = laid else { continue };
                seen.insert(name);
                assert_eq!(*span as usize, *size, "{name}");
                for (member, (field, offset)) in members.iter().zip(fields.iter()) {
                    assert_eq!((member.name.as_deref(), member.offset as usize), (Some(*field), *offset), "{name}");
                }
            }
        }
        assert_eq!(seen.len(), known.len(), "{seen:?}");
    }
}
