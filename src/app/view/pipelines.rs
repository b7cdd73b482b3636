//! The render world's side: pipelines, buffers, and the pass that draws a `DrawList` through every `Lens`. Plain
//! shaders drawn by vertex pulling inside Bevy's main 3-D pass; Bevy adds bloom, tonemapping and the panels.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{Msaa, ViewDepthTexture, ViewTarget};
use bevy::render::{Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use crate::app::view::bodies::{self, Detail, Grain};
use crate::app::view::{DrawList, FieldPicture, Lens};

const COMMON: &str = include_str!("../../../shaders/draw_common.wgsl");
const WATER: &str = include_str!("../../../shaders/draw_water.wgsl");
const FISH: &str = include_str!("../../../shaders/draw_fish.wgsl");
const SPLAT: &str = include_str!("../../../shaders/draw_splat.wgsl");
const LINE: &str = include_str!("../../../shaders/draw_line.wgsl");
const SOLID: &str = include_str!("../../../shaders/draw_solid.wgsl");
const FIELD: &str = include_str!("../../../shaders/draw_field.wgsl");

/// Corners of the water's grid: 48 by 28 cells of two triangles, as in `draw_water.wgsl`.
const WATER_CORNERS: u32 = 48 * 28 * 6;

pub(super) fn build(app: &mut App) {
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .add_systems(RenderStartup, start)
        .add_systems(Render, prepare.in_set(RenderSystems::PrepareResources))
        .add_systems(Core3d, paint.after(main_opaque_pass_3d).in_set(Core3dSystems::MainPass));
}

/// The block `Frame` of `draw_common.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Frame {
    clip_from_world: [f32; 16],
    eye: [f32; 4],
    right: [f32; 4],
    up: [f32; 4],
    forward: [f32; 4],
    extent: [f32; 4],
    picture: [f32; 4],
    lens: [f32; 4],
}

impl Frame {
    fn of(lens: &Lens) -> Frame {
        let four = |v: Vec3, w: f32| [v.x, v.y, v.z, w];
        Frame {
            clip_from_world: lens.clip_from_world.to_cols_array(),
            eye: four(lens.eye, f32::from(lens.perspective)),
            right: four(lens.right, lens.least),
            up: four(lens.up, 0.0),
            forward: four(lens.forward, 0.0),
            extent: four(lens.extent, lens.dim as f32),
            picture: [lens.pixels.x.max(1.0), lens.pixels.y.max(1.0), lens.time, lens.fog],
            lens: [lens.tangent.x, lens.tangent.y, lens.fog_start, lens.glow],
        }
    }
}

/// What is drawn, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Water,
    Field,
    Solid,
    Line,
    Fish,
    Mote,
    Splat,
}

const PARTS: [Part; 7] = [Part::Water, Part::Field, Part::Solid, Part::Line, Part::Fish, Part::Mote, Part::Splat];

/// Pipelines for one kind of target.
struct Pipelines([RenderPipeline; 7]);

/// A storage buffer that holds one shared list and is written again when the list has changed.
struct Pool {
    buffer: Buffer,
    source: usize,
    len: u32,
}

/// Everything on the device.
#[derive(Resource)]
struct Painter {
    modules: HashMap<&'static str, ShaderModule>,
    // The frame alone; with one buffer; with two; with a picture.
    layouts: [BindGroupLayout; 4],
    pipelines: HashMap<(u32, TextureFormat), Pipelines>,
    school: Pool,
    splats: Pool,
    lines: Pool,
    solids: Pool,
    bodies: Option<Bodies>,
    picture: Option<(usize, TextureView, [u32; 2], Texture)>,
    sampler: Sampler,
    views: HashMap<Entity, Prepared>,
}

/// The fish meshes: near and distant corners in one buffer, their indices in another.
struct Bodies {
    detail: Detail,
    corners: Buffer,
    indices: Buffer,
    near: u32,
    all: u32,
}

/// What one view draws with.
struct Prepared {
    key: (u32, TextureFormat),
    groups: [Option<BindGroup>; 7],
}

fn start(mut commands: Commands, device: Res<RenderDevice>) {
    let module = |source: &str| {
        let text = format!("{COMMON}\n{source}");
        device.create_and_validate_shader_module(ShaderModuleDescriptor {
            label: None,
            source: ShaderSource::Wgsl(text.into()),
        })
    };
    let about = BindGroupLayoutEntry {
        binding: 0,
        visibility: ShaderStages::VERTEX_FRAGMENT,
        ty: BindingType::Buffer {
            ty: BufferBindingType::Storage { read_only: true },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let storage = |binding| BindGroupLayoutEntry {
        binding,
        visibility: ShaderStages::VERTEX,
        ty: BindingType::Buffer {
            ty: BufferBindingType::Storage { read_only: true },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let texture = BindGroupLayoutEntry {
        binding: 1,
        visibility: ShaderStages::FRAGMENT,
        ty: BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: true },
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        },
        count: None,
    };
    let sampler = BindGroupLayoutEntry {
        binding: 2,
        visibility: ShaderStages::FRAGMENT,
        ty: BindingType::Sampler(SamplerBindingType::Filtering),
        count: None,
    };
    let layout = |entries: &[BindGroupLayoutEntry]| device.create_bind_group_layout("water", entries);
    commands.insert_resource(Painter {
        modules: [
            ("water", WATER),
            ("fish", FISH),
            ("splat", SPLAT),
            ("line", LINE),
            ("solid", SOLID),
            ("field", FIELD),
        ]
        .into_iter()
        .map(|(name, source)| (name, module(source)))
        .collect(),
        layouts: [
            layout(&[about]),
            layout(&[about, storage(1)]),
            layout(&[about, storage(1), storage(2)]),
            layout(&[about, texture, sampler]),
        ],
        pipelines: HashMap::new(),
        school: Pool::new(&device),
        splats: Pool::new(&device),
        lines: Pool::new(&device),
        solids: Pool::new(&device),
        bodies: None,
        picture: None,
        sampler: device.create_sampler(&SamplerDescriptor {
            mag_filter: FilterMode::Linear,
            min_filter: FilterMode::Linear,
            address_mode_u: AddressMode::ClampToEdge,
            address_mode_v: AddressMode::ClampToEdge,
            ..Default::default()
        }),
        views: HashMap::new(),
    });
}

impl Pool {
    fn new(device: &RenderDevice) -> Pool {
        Pool { buffer: Pool::buffer(device, 256), source: 0, len: 0 }
    }

    fn buffer(device: &RenderDevice, size: u64) -> Buffer {
        device.create_buffer(&BufferDescriptor {
            label: Some("drawn things"),
            size,
            usage: BufferUsages::STORAGE | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Writes `list` unless it is the one already there.
    fn fill<T: Pod>(&mut self, device: &RenderDevice, queue: &RenderQueue, list: &Arc<Vec<T>>) {
        let source = Arc::as_ptr(list) as usize;
        if source == self.source && self.len == list.len() as u32 {
            return;
        }
        let bytes: &[u8] = bytemuck::cast_slice(list);
        let limit = device.limits().max_storage_buffer_binding_size;
        let fits = (limit as usize / size_of::<T>()).min(list.len());
        let bytes = &bytes[..fits * size_of::<T>()];
        if bytes.len() as u64 > self.buffer.size() {
            self.buffer = Pool::buffer(device, (bytes.len() as u64).next_power_of_two().min(limit));
        }
        if !bytes.is_empty() {
            queue.write_buffer(&self.buffer, 0, bytes);
        }
        self.source = source;
        self.len = fits as u32;
    }
}

fn prepare(
    painter: Option<ResMut<Painter>>,
    list: Option<Res<DrawList>>,
    views: Query<(Entity, &Lens, &ViewTarget, Option<&Msaa>)>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    let (Some(mut painter), Some(list)) = (painter, list) else { return };
    let painter = &mut *painter;
    // Static lists keep their address while they live; the school is new in every frame, but an allocator may hand
    // out the same address again, so it is always written.
    painter.school.source = 0;
    painter.splats.source = 0;
    painter.school.fill(&device, &queue, &list.school);
    painter.splats.fill(&device, &queue, &list.splats);
    painter.lines.fill(&device, &queue, &list.lines);
    painter.solids.fill(&device, &queue, &list.solids);
    painter.model(&device, list.body);
    painter.paint_fields(&device, &queue, list.fields.as_ref());
    painter.views.clear();
    for (entity, lens, target, msaa) in &views {
        let key = (msaa.map_or(1, |m| m.samples()), target.main_texture_format());
        if !painter.pipelines.contains_key(&key) {
            let made = painter.pipelines_for(&device, key);
            painter.pipelines.insert(key, made);
        }
        let prepared = painter.view(&device, lens, key);
        painter.views.insert(entity, prepared);
    }
}

impl Painter {
    /// Uploads the fish meshes of the wanted detail.
    fn model(&mut self, device: &RenderDevice, detail: Detail) {
        if self.bodies.as_ref().is_some_and(|b| b.detail == detail) {
            return;
        }
        let mut mesh = bodies::fish(detail);
        let far = bodies::fish(Detail { grain: Grain::Distant, ..detail });
        let (first, near) = (mesh.corners.len() as u32, mesh.indices.len() as u32);
        mesh.corners.extend(far.corners);
        mesh.indices.extend(far.indices.iter().map(|i| first + i));
        let upload = |contents: &[u8], usage| {
            device.create_buffer_with_data(&BufferInitDescriptor { label: Some("fish body"), contents, usage })
        };
        self.bodies = Some(Bodies {
            detail,
            corners: upload(bytemuck::cast_slice(&mesh.corners), BufferUsages::STORAGE),
            indices: upload(bytemuck::cast_slice(&mesh.indices), BufferUsages::INDEX),
            near,
            all: mesh.indices.len() as u32,
        });
    }

    fn paint_fields(&mut self, device: &RenderDevice, queue: &RenderQueue, picture: Option<&Arc<FieldPicture>>) {
        let Some(picture) = picture else {
            self.picture = None;
            return;
        };
        let source = Arc::as_ptr(picture) as usize;
        let [width, height] = picture.size;
        let size = Extent3d { width, height, depth_or_array_layers: 1 };
        if self.picture.as_ref().is_none_or(|p| p.2 != picture.size) {
            let texture = device.create_texture(&TextureDescriptor {
                label: Some("fields"),
                size,
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: TextureFormat::Rgba8UnormSrgb,
                usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
                view_formats: &[],
            });
            let view = texture.create_view(&TextureViewDescriptor::default());
            self.picture = Some((0, view, picture.size, texture));
        }
        let Some((uploaded, _, _, texture)) = &mut self.picture else { return };
        if *uploaded == source {
            return;
        }
        *uploaded = source;
        queue.write_texture(
            TexelCopyTextureInfo { texture, mip_level: 0, origin: Origin3d::ZERO, aspect: TextureAspect::All },
            &picture.rgba,
            TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None },
            size,
        );
    }

    fn view(&self, device: &RenderDevice, lens: &Lens, key: (u32, TextureFormat)) -> Prepared {
        let frame = device.create_buffer_with_data(&BufferInitDescriptor {
            label: Some("frame"),
            contents: bytemuck::bytes_of(&Frame::of(lens)),
            usage: BufferUsages::STORAGE,
        });
        let about = BindGroupEntry { binding: 0, resource: frame.as_entire_binding() };
        let group = |layout: usize, entries: &[BindGroupEntry]| {
            Some(device.create_bind_group("water", &self.layouts[layout], entries))
        };
        let with = |pool: &Pool| {
            let bound = BindGroupEntry { binding: 1, resource: pool.buffer.as_entire_binding() };
            if pool.len == 0 { None } else { group(1, &[about.clone(), bound]) }
        };
        let fish = self.bodies.as_ref().filter(|_| self.school.len > 0).and_then(|bodies| {
            let school = BindGroupEntry { binding: 1, resource: self.school.buffer.as_entire_binding() };
            let body = BindGroupEntry { binding: 2, resource: bodies.corners.as_entire_binding() };
            group(2, &[about.clone(), school, body])
        });
        let field = self.picture.as_ref().and_then(|(_, view, ..)| {
            let picture = BindGroupEntry { binding: 1, resource: BindingResource::TextureView(view) };
            let sampler = BindGroupEntry { binding: 2, resource: BindingResource::Sampler(&self.sampler) };
            group(3, &[about.clone(), picture, sampler])
        });
        let alone = group(0, std::slice::from_ref(&about));
        Prepared {
            key,
            groups: PARTS.map(|part| match part {
                Part::Water | Part::Mote => alone.clone(),
                Part::Field => field.clone(),
                Part::Solid => with(&self.solids),
                Part::Line => with(&self.lines),
                Part::Fish => fish.clone(),
                Part::Splat => with(&self.splats),
            }),
        }
    }

    fn pipelines_for(&self, device: &RenderDevice, (samples, format): (u32, TextureFormat)) -> Pipelines {
        Pipelines(PARTS.map(|part| {
            let (module, vertex, fragment, layout) = match part {
                Part::Water => ("water", "water_vertex", "water_fragment", 0),
                Part::Field => ("field", "field_vertex", "field_fragment", 3),
                Part::Solid => ("solid", "solid_vertex", "solid_fragment", 1),
                Part::Line => ("line", "line_vertex", "line_fragment", 1),
                Part::Fish => ("fish", "fish_vertex", "fish_fragment", 2),
                Part::Mote => ("splat", "mote_vertex", "splat_fragment", 0),
                Part::Splat => ("splat", "splat_vertex", "splat_fragment", 1),
            };
            let one = |dst_factor| {
                let component =
                    BlendComponent { src_factor: BlendFactor::One, dst_factor, operation: BlendOperation::Add };
                Some(BlendState { color: component, alpha: component })
            };
            let blend = match part {
                Part::Water | Part::Solid | Part::Fish => None,
                Part::Line => one(BlendFactor::OneMinusSrcAlpha),
                Part::Field | Part::Mote | Part::Splat => one(BlendFactor::One),
            };
            let depth_write = matches!(part, Part::Solid | Part::Fish);
            let depth_compare = match part {
                Part::Water | Part::Field => CompareFunction::Always,
                _ => CompareFunction::GreaterEqual,
            };
            let module = &self.modules[module];
            let bind = &self.layouts[layout];
            let layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(bind)],
                immediate_size: 0,
            });
            device.create_render_pipeline(&RawRenderPipelineDescriptor {
                label: Some(vertex),
                layout: Some(&layout),
                vertex: RawVertexState {
                    module,
                    entry_point: Some(vertex),
                    compilation_options: Default::default(),
                    buffers: &[],
                },
                primitive: PrimitiveState {
                    cull_mode: (part == Part::Fish).then_some(Face::Back),
                    ..Default::default()
                },
                depth_stencil: Some(DepthStencilState {
                    format: TextureFormat::Depth32Float,
                    depth_write_enabled: Some(depth_write),
                    depth_compare: Some(depth_compare),
                    stencil: Default::default(),
                    bias: Default::default(),
                }),
                multisample: MultisampleState { count: samples, ..Default::default() },
                fragment: Some(RawFragmentState {
                    module,
                    entry_point: Some(fragment),
                    compilation_options: Default::default(),
                    targets: &[Some(ColorTargetState { format, blend, write_mask: ColorWrites::ALL })],
                }),
                multiview_mask: None,
                cache: None,
            })
        }))
    }
}

fn paint(
    view: ViewQuery<(&ExtractedCamera, &ViewTarget, &ViewDepthTexture, &Lens)>,
    painter: Option<Res<Painter>>,
    list: Option<Res<DrawList>>,
    mut context: RenderContext,
) {
    let entity = view.entity();
    let (_, target, depth, lens) = view.into_inner();
    let (Some(painter), Some(list)) = (painter, list) else { return };
    let Some(prepared) = painter.views.get(&entity) else { return };
    let Some(pipelines) = painter.pipelines.get(&prepared.key) else { return };
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("tank"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(region) = lens.region {
        let size = target.main_texture().size();
        let region = region.intersect(URect::new(0, 0, size.width, size.height));
        if region.is_empty() {
            return;
        }
        let (at, span) = (region.min.as_vec2(), region.size().as_vec2());
        pass.set_viewport(at.x, at.y, span.x, span.y, 0.0, 1.0);
        pass.set_scissor_rect(region.min.x, region.min.y, region.width(), region.height());
    }
    for (i, part) in PARTS.into_iter().enumerate() {
        let Some(group) = &prepared.groups[i] else { continue };
        pass.set_render_pipeline(&pipelines.0[i]);
        pass.set_bind_group(0, group, &[]);
        match part {
            Part::Water => pass.draw(0..WATER_CORNERS, 0..1),
            Part::Field => pass.draw(0..6, 0..1),
            Part::Solid => pass.draw(0..painter.solids.len, 0..1),
            Part::Line => pass.draw(0..6, 0..painter.lines.len),
            Part::Mote => pass.draw(0..6, 0..list.motes),
            Part::Splat => pass.draw(0..6, 0..painter.splats.len),
            Part::Fish => {
                if let Some(bodies) = &painter.bodies {
                    let near = list.near.min(painter.school.len);
                    pass.set_index_buffer(bodies.indices.slice(..), IndexFormat::Uint32);
                    pass.draw_indexed(0..bodies.near, 0, 0..near);
                    pass.draw_indexed(bodies.near..bodies.all, 0, near..painter.school.len);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_shader_is_valid() {
        for (name, source) in
            [("water", WATER), ("fish", FISH), ("splat", SPLAT), ("line", LINE), ("solid", SOLID), ("field", FIELD)]
        {
            let text = format!("{COMMON}\n{source}");
            let module =
                naga::front::wgsl::parse_str(&text).unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(&text)));
            let flags = naga::valid::ValidationFlags::all();
            naga::valid::Validator::new(flags, naga::valid::Capabilities::default())
                .validate(&module)
                .unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(&text)));
        }
    }
}
