//! The render world's side: pipelines, and the pass that draws a `DrawList` through every `Lens`. Plain
//! shaders drawn by vertex pulling inside Bevy's main 3-D pass; Bevy adds bloom, tonemapping and the panels.

use std::collections::HashMap;

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{Msaa, ViewDepthTexture, ViewTarget};
use bevy::render::{Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use crate::app::view::uploads::{Bodies, Picture, Pool};
use crate::app::view::{DrawList, Lens};

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
    picture: Option<Picture>,
    sampler: Sampler,
    views: HashMap<Entity, Prepared>,
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
    painter.school.forget();
    painter.splats.forget();
    painter.school.fill(&device, &queue, &list.school);
    painter.splats.fill(&device, &queue, &list.splats);
    painter.lines.fill(&device, &queue, &list.lines);
    painter.solids.fill(&device, &queue, &list.solids);
    if painter.bodies.as_ref().is_none_or(|bodies| !bodies.are(list.body, list.far)) {
        painter.bodies = Some(Bodies::upload(&device, list.body, list.far));
    }
    painter.picture = list.fields.as_ref().map(|fields| Picture::of(painter.picture.take(), &device, &queue, fields));
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
        let field = self.picture.as_ref().and_then(|picture| {
            let picture = BindGroupEntry { binding: 1, resource: BindingResource::TextureView(&picture.view) };
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
