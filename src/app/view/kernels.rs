//! Kernels that lay out on the device what is drawn: the school at a moment, as a lens sees it, and the fields at a tick.
//! Knows nothing of render passes.

use std::sync::Arc;

use bevy::render::render_resource::binding_types::{
    storage_buffer_read_only_sized, storage_buffer_sized, texture_storage_2d, uniform_buffer_sized,
};
use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::bytes_of;

use crate::app::view::School;
use crate::app::view::colors::{self, SPOKEN};
use crate::app::view::fields::{Field, Fields, FieldsShown, LEVELS};
use crate::app::view::school::{Kind, Now};
use crate::app::view::uploads::{Bodies, State, filled};
use crate::layout::{Agent, NONE};

const COMMON: &str = include_str!("../../../shaders/draw_common.wgsl");
const THINGS: &str = include_str!("../../../shaders/draw_things.wgsl");
const SCHOOL: &str = include_str!("../../../shaders/draw_school.wgsl");
const SPOTS: &str = include_str!("../../../shaders/draw_spots.wgsl");
const PICTURE: &str = include_str!("../../../shaders/draw_picture.wgsl");

/// Bytes of a `Fish` and of a `Splat` in WGSL; a test compares these with naga's.
pub const FISH_BYTES: u64 = 64;
pub const SPLAT_BYTES: u64 = 32;
/// Invocations of a workgroup.
const GROUP: u32 = 64;
/// Side of a workgroup that paints a picture.
const TILE: u32 = 8;

/// Name and text of each module.
pub fn sources() -> [(&'static str, String); 3] {
    let shared = format!("const NONE: u32 = {NONE}u;\nconst LEVELS: u32 = {LEVELS}u;\n{}", colors::wgsl());
    let school = [&shared, &Agent::wgsl(), &Now::wgsl(), &Kind::wgsl(), COMMON, THINGS, SCHOOL].concat();
    let field = [&shared, &FieldsShown::wgsl()[..], &Field::wgsl()].concat();
    [("school", school), ("spots", [&field, THINGS, SPOTS].concat()), ("picture", [&field, PICTURE].concat())]
}

/// The kernels.
pub struct Kernels {
    school: BindGroupLayout,
    pose: ComputePipeline,
    order: ComputePipeline,
    spots: BindGroupLayout,
    pool: ComputePipeline,
    choose: ComputePipeline,
    picture: BindGroupLayout,
    paint: ComputePipeline,
}

/// Binding types: `r` read, `w` read and written, `u` uniform, `t` a picture that is written.
fn layout(device: &RenderDevice, kinds: &str) -> BindGroupLayout {
    let entry = |(binding, kind)| {
        let builder = match kind {
            'r' => storage_buffer_read_only_sized(false, None),
            'u' => uniform_buffer_sized(false, None),
            't' => texture_storage_2d(TextureFormat::Rgba16Float, StorageTextureAccess::WriteOnly),
            _ => storage_buffer_sized(false, None),
        };
        builder.build(binding, ShaderStages::COMPUTE)
    };
    let entries: Vec<_> = (0..).zip(kinds.chars()).map(entry).collect();
    device.create_bind_group_layout("laying out what is drawn", &entries)
}

impl Kernels {
    /// Compiles them.
    pub fn new(device: &RenderDevice) -> Kernels {
        let modules = sources().map(|(name, text)| {
            device.create_and_validate_shader_module(ShaderModuleDescriptor {
                label: Some(name),
                source: ShaderSource::Wgsl(text.into()),
            })
        });
        let pipeline = |module: usize, layout: &BindGroupLayout, entry| {
            let layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(layout)],
                immediate_size: 0,
            });
            device.create_compute_pipeline(&RawComputePipelineDescriptor {
                label: Some(entry),
                layout: Some(&layout),
                module: &modules[module],
                entry_point: Some(entry),
                compilation_options: Default::default(),
                cache: None,
            })
        };
        let [school, spots, picture] = ["rrrrrwwwu", "rrwww", "rrt"].map(|kinds| layout(device, kinds));
        Kernels {
            pose: pipeline(0, &school, "school_pose"),
            order: pipeline(0, &school, "school_order"),
            pool: pipeline(1, &spots, "spots_pool"),
            choose: pipeline(1, &spots, "spots_choose"),
            paint: pipeline(2, &picture, "picture_paint"),
            school,
            spots,
            picture,
        }
    }
}

fn buffer(device: &RenderDevice, label: &'static str, size: u64, usage: BufferUsages) -> Buffer {
    let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC | usage;
    device.create_buffer(&BufferDescriptor { label: Some(label), size: size.max(16), usage, mapped_at_creation: false })
}

fn bind(device: &RenderDevice, layout: &BindGroupLayout, buffers: &[&Buffer]) -> BindGroup {
    let entries: Vec<_> = (0..)
        .zip(buffers)
        .map(|(binding, buffer)| BindGroupEntry { binding, resource: buffer.as_entire_binding() })
        .collect();
    device.create_bind_group("laying out", layout, &entries)
}

/// Groups for `n` invocations, folded into rows where one dimension is too short.
fn groups(n: u32) -> (u32, u32) {
    let groups = n.div_ceil(GROUP);
    let wide = groups.clamp(1, 65_535);
    (wide, groups.div_ceil(wide))
}

/// The school as it is drawn: bodies by slot, their order, and the numbers of the two indexed draws.
pub struct Poses {
    slots: u32,
    moment: Buffer,
    /// Dialects, and the list that they were written from.
    spoken: Buffer,
    told: Option<Arc<Vec<u32>>>,
    /// `[slots]` of `Fish`.
    pub fish: Buffer,
    /// What each slot is drawn as; then near slots from the front, far ones from the end.
    pub order: Buffer,
    /// Arguments of the draw of near bodies, and, `FAR` bytes on, of far ones.
    pub draws: Buffer,
}

/// Byte at which the arguments of the second indexed draw begin.
pub const FAR: u64 = 20;

impl Poses {
    /// Takes the moment's numbers; `before` is what stood there until now.
    pub fn of(
        before: Option<Poses>,
        device: &RenderDevice,
        queue: &RenderQueue,
        school: &School,
        bodies: &Bodies,
    ) -> Poses {
        let mut moment = [bytes_of(&school.now), bytemuck::cast_slice(&school.kinds)].concat();
        // The kernel's list of species has at least one place.
        moment.resize(moment.len().max(size_of::<Now>() + size_of::<Kind>()), 0);
        let (slots, size) = (school.now.slots, moment.len() as u64);
        let fits = |poses: &Poses| poses.slots == slots && poses.moment.size() == size;
        let mut poses = before.filter(fits).unwrap_or_else(|| Poses {
            slots,
            spoken: buffer(device, "dialects", 4 * SPOKEN as u64, BufferUsages::UNIFORM),
            told: None,
            moment: buffer(device, "moment", size, BufferUsages::empty()),
            fish: buffer(device, "fish", u64::from(slots.max(1)) * FISH_BYTES, BufferUsages::empty()),
            order: buffer(device, "order", u64::from(slots) * 8, BufferUsages::empty()),
            draws: buffer(device, "draws", 2 * FAR, BufferUsages::INDIRECT),
        });
        queue.write_buffer(&poses.moment, 0, &moment);
        if !poses.told.as_ref().is_some_and(|told| Arc::ptr_eq(told, &school.spoken)) {
            let mut words = school.spoken[..school.spoken.len().min(SPOKEN)].to_vec();
            words.resize(SPOKEN, 0);
            queue.write_buffer(&poses.spoken, 0, bytemuck::cast_slice(&words));
            poses.told = Some(school.spoken.clone());
        }
        let draws = [bodies.near, 0, 0, 0, 0, bodies.all - bodies.near, 0, bodies.near, 0, 0];
        queue.write_buffer(&poses.draws, 0, bytemuck::cast_slice(&draws));
        poses
    }

    /// Binds everything for one lens, whose block is `frame`.
    pub fn group(&self, device: &RenderDevice, kernels: &Kernels, frame: &Buffer, ticks: &[State; 2]) -> BindGroup {
        let [before, after] = ticks;
        let (agents, signals) = ([&before.agents, &after.agents], &after.signals);
        let ours = [&self.fish, &self.order, &self.draws];
        let buffers = [frame, &self.moment, agents[0], agents[1], signals, ours[0], ours[1], ours[2], &self.spoken];
        bind(device, &kernels.school, &buffers)
    }

    /// Lays the school out.
    pub fn run(&self, kernels: &Kernels, group: &BindGroup, encoder: &mut CommandEncoder) {
        let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
        let (wide, high) = groups(self.slots);
        pass.set_bind_group(0, group, &[]);
        pass.set_pipeline(&kernels.pose);
        pass.dispatch_workgroups(wide, high, 1);
        pass.set_pipeline(&kernels.order);
        pass.dispatch_workgroups(1, 1, 1);
    }
}

/// The fields as they are drawn.
pub struct Lights {
    fields: Arc<Fields>,
    /// What they were laid out from: each tick brings a buffer of its own.
    of: Option<BufferId>,
    shown: Buffer,
    drawn: Drawn,
}

/// What fields are drawn as.
pub enum Drawn {
    /// Spots in a volume: `Splat`s, and the arguments of their draw.
    Spots {
        /// `[fields * budget]` of `Splat`.
        splats: Buffer,
        /// Arguments.
        draws: Buffer,
        /// Blocks on the way to spots.
        blocks: Buffer,
    },
    /// A picture under a plane.
    Picture(TextureView),
}

impl Lights {
    /// Arrays for the fields; `before` is what stood there until now.
    pub fn of(before: Option<Lights>, device: &RenderDevice, queue: &RenderQueue, fields: &Arc<Fields>) -> Lights {
        if let Some(same) = before.filter(|before| before.fields == *fields) {
            return same;
        }
        let about = &fields.about;
        let contents = [bytes_of(about), bytemuck::cast_slice(&fields.list)].concat();
        let shown = filled(device, queue, "fields shown", &contents, BufferUsages::STORAGE);
        let drawn = match fields.picture {
            None => Drawn::Spots {
                splats: buffer(
                    device,
                    "spots",
                    u64::from(about.budget * about.fields) * SPLAT_BYTES,
                    BufferUsages::empty(),
                ),
                draws: filled(
                    device,
                    queue,
                    "draw of spots",
                    bytemuck::cast_slice(&[6u32, 0, 0, 0]),
                    BufferUsages::STORAGE | BufferUsages::INDIRECT | BufferUsages::COPY_SRC,
                ),
                blocks: buffer(device, "blocks", u64::from(about.blocks) * 16, BufferUsages::empty()),
            },
            Some([width, height]) => {
                let texture = device.create_texture(&TextureDescriptor {
                    label: Some("fields"),
                    size: Extent3d { width, height, depth_or_array_layers: 1 },
                    mip_level_count: 1,
                    sample_count: 1,
                    dimension: TextureDimension::D2,
                    format: TextureFormat::Rgba16Float,
                    usage: TextureUsages::TEXTURE_BINDING | TextureUsages::STORAGE_BINDING,
                    view_formats: &[],
                });
                Drawn::Picture(texture.create_view(&TextureViewDescriptor::default()))
            }
        };
        Lights { fields: fields.clone(), of: None, shown, drawn }
    }

    /// What they are drawn as.
    pub fn drawn(&self) -> &Drawn {
        &self.drawn
    }

    /// Lays the fields of a tick out, unless they are.
    pub fn run(&mut self, device: &RenderDevice, queue: &RenderQueue, kernels: &Kernels, values: &Buffer) {
        if self.of == Some(values.id()) {
            return;
        }
        self.of = Some(values.id());
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            match &self.drawn {
                Drawn::Spots { splats, draws, blocks } => {
                    let group = bind(device, &kernels.spots, &[&self.shown, values, blocks, splats, draws]);
                    let (wide, high) = groups(self.fields.about.blocks);
                    pass.set_bind_group(0, &group, &[]);
                    pass.set_pipeline(&kernels.pool);
                    pass.dispatch_workgroups(wide, high, 1);
                    pass.set_pipeline(&kernels.choose);
                    pass.dispatch_workgroups(1, 1, 1);
                }
                Drawn::Picture(view) => {
                    let entry = |binding, resource| BindGroupEntry { binding, resource };
                    let group = device.create_bind_group(
                        "laying out",
                        &kernels.picture,
                        &[
                            entry(0, self.shown.as_entire_binding()),
                            entry(1, values.as_entire_binding()),
                            entry(2, BindingResource::TextureView(view)),
                        ],
                    );
                    let [width, height] = self.fields.picture.unwrap_or_default();
                    pass.set_bind_group(0, &group, &[]);
                    pass.set_pipeline(&kernels.paint);
                    pass.dispatch_workgroups(width.div_ceil(TILE), height.div_ceil(TILE), 1);
                }
            }
        }
        queue.submit([encoder.finish()]);
    }
}
