//! What the device needs to draw fields as soft colour: spots of light in a volume (`shaders/draw_spots.wgsl`), one picture
//! under a plane (`shaders/draw_picture.wgsl`). Knows nothing of the device.

use bytemuck::{Pod, Zeroable};

use crate::app::view::colors::{Scheme, linear3};
use crate::layout::twin::{twin_struct, twin_type};
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Levels of pooling: blocks of 1, 2, 4, 8, 16 cells a side.
pub const LEVELS: u32 = 5;
/// Texels a side that a picture of coarse cells is spread over.
const SOFT_SIDE: u32 = 256;
/// Most texels a side.
const MOST_TEXELS: u32 = 512;

twin_struct! {
    /// What is common to the fields shown.
    pub struct FieldsShown {
        /// Most spots a field.
        pub budget: u32,
        /// Fields shown.
        pub fields: u32,
        /// Blocks of all fields and levels.
        pub blocks: u32,
        /// Mean size of the tank along its axes, BL.
        pub mean_extent: f32,
    }
}

twin_struct! {
    /// A field that is shown.
    pub struct Field {
        /// First of its blocks.
        pub first: u32,
        /// First of its cells among those of the world.
        pub start: u32,
        /// Cells along each axis.
        pub dims: [u32; 3],
        /// Size of a cell, BL.
        pub cell: [f32; 3],
        /// What a cell holds at most.
        pub capacity: f32,
        /// Linear colour.
        pub color: [f32; 3],
    }
}

/// The visible fields of a scene, as the device draws them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    /// What is common to them.
    pub about: FieldsShown,
    /// Each of them.
    pub list: Vec<Field>,
    /// Width and height of the picture under a plane, texels; `None` in a volume.
    pub picture: Option<[u32; 2]>,
}

/// Lays out the visible fields in the colours of a scheme, each as at most `budget` spots; `None` when there are none.
pub fn shown(scene: &SceneSpec, plan: &Plan, budget: usize, scheme: &Scheme) -> Option<Fields> {
    let mut first = 0;
    let field = |(spec, p): (&crate::scene::FieldSpec, &crate::layout::FieldParams)| {
        let field = Field {
            first,
            start: p.start,
            dims: p.dims,
            cell: p.cell,
            capacity: p.capacity,
            color: linear3(scheme.shown(spec.color)),
        };
        let blocks = |level: u32| p.dims.iter().map(|n| n.div_ceil(1 << level)).product::<u32>();
        first += (0..LEVELS).map(blocks).sum::<u32>();
        field
    };
    let list: Vec<Field> = scene.fields.iter().zip(&plan.fields).filter(|(spec, _)| spec.visible).map(field).collect();
    let widest = |axis: usize| list.iter().map(|field| field.dims[axis]).max();
    let size = [widest(0)?.clamp(1, MOST_TEXELS), widest(1)?.clamp(1, MOST_TEXELS)];
    let times = (SOFT_SIDE / size[0].max(size[1])).clamp(1, 8);
    let [x, y, z] = scene.extent;
    Some(Fields {
        about: FieldsShown {
            budget: budget as u32,
            fields: list.len() as u32,
            blocks: first,
            mean_extent: (x + y + z) / 3.0,
        },
        list,
        picture: (plan.tank.dim == 2).then_some(size.map(|side| side * times)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::FieldSpec;

    #[test]
    fn blocks_of_all_levels_follow_each_other() {
        let field = |visible| FieldSpec { name: "food".into(), cell: 1.0, visible, ..Default::default() };
        let fields = vec![field(true), field(false), field(true)];
        let mut scene = SceneSpec { extent: [9.0, 8.0, 8.0], fields, ..Default::default() };
        let lay = |scene: &SceneSpec| shown(scene, &Plan::new(scene, 1), 100, &Scheme::default());
        let fields = lay(&scene).unwrap();
        // 9·8·8, 5·4·4, 3·2·2, 2·1·1, 1 blocks.
        let blocks = 576 + 80 + 12 + 2 + 1;
        assert_eq!(fields.list.iter().map(|f| (f.first, f.start)).collect::<Vec<_>>(), [(0, 0), (blocks, 2 * 576)]);
        assert_eq!((fields.about.blocks, fields.picture), (2 * blocks, None));
        scene.extent[2] = 0.0;
        assert_eq!(lay(&scene).unwrap().picture, Some([72, 64]));
        scene.fields.iter_mut().for_each(|f| f.visible = false);
        assert_eq!(lay(&scene), None);
    }
}
