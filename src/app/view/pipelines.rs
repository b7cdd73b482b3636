//! The render world's side: pipelines, and the pass that draws the `DrawLists` through every lens. Plain
//! shaders drawn by vertex pulling inside Bevy's main 3-D pass; Bevy adds bloom, tonemapping and the panels.

use std::collections::HashMap;
use std::ops::Range;

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{Msaa, ViewDepthTexture, ViewTarget};
use bevy::render::{Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use crate::app::view::kernels::{Drawn, FAR, Kernels, Lights, Poses};
use crate::app::view::parts::{Binds, PARTS, Part, sources};
use crate::app::view::uploads::{Bodies, Pool, State, Ticks, filled};
use crate::app::view::{DrawList, DrawLists, Lens, SideLens, tally};

/// Corners of the water's grid: 48 by 28 cells of two triangles, as in `draw_water.wgsl`.
const WATER_CORNERS: u32 = 48 * 28 * 6;

pub(super) fn build(app: &mut App) {
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .add_systems(RenderStartup, start)
        .add_systems(Render, prepare.in_set(RenderSystems::PrepareResources))
        .add_systems(Render, tally::count.in_set(RenderSystems::Cleanup))
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
            up: four(lens.up, lens.fine_from),
            forward: four(lens.forward, 0.0),
            extent: four(lens.extent, lens.dim as f32),
            picture: [lens.pixels.x.max(1.0), lens.pixels.y.max(1.0), lens.time, lens.fog],
            lens: [lens.tangent.x, lens.tangent.y, lens.fog_start, lens.glow],
        }
    }
}

/// Pipelines for one kind of target.
struct Pipelines([RenderPipeline; 10]);

/// Everything on the device.
#[derive(Resource)]
pub(super) struct Painter {
    modules: HashMap<&'static str, ShaderModule>,
    // By `Binds`.
    layouts: [BindGroupLayout; 5],
    pipelines: HashMap<(u32, TextureFormat), Pipelines>,
    kernels: Kernels,
    sampler: Sampler,
    /// What is shown, and what is beside it.
    pub(super) tanks: [Tank; 2],
    /// What each camera draws of each of them.
    views: HashMap<Entity, [Option<Prepared>; 2]>,
}

/// A `DrawList` on the device.
pub(super) struct Tank {
    ticks: Ticks,
    pub(super) poses: Option<Poses>,
    pub(super) lights: Option<Lights>,
    lines: Pool,
    solids: Pool,
    bodies: Option<Bodies>,
}

impl Tank {
    fn new(device: &RenderDevice) -> Tank {
        let pool = || Pool::new(device);
        Tank { ticks: Ticks::default(), poses: None, lights: None, lines: pool(), solids: pool(), bodies: None }
    }

    /// Takes a list in; gives the two ticks that it is drawn between.
    fn fill(
        &mut self,
        device: &RenderDevice,
        queue: &RenderQueue,
        kernels: &Kernels,
        list: &DrawList,
    ) -> Option<[State; 2]> {
        self.lines.fill(device, queue, &list.lines);
        self.solids.fill(device, queue, &list.solids);
        if self.bodies.as_ref().is_none_or(|bodies| !bodies.are(list.body, list.far)) {
            self.bodies = Some(Bodies::upload(device, queue, list.body, list.far));
        }
        let school = list.school.as_ref().zip(self.bodies.as_ref());
        let laid = school.and_then(|(school, bodies)| {
            let ticks = self.ticks.of(device, queue, &school.moment.before, &school.moment.after)?;
            Some((ticks, Poses::of(self.poses.take(), device, queue, school, bodies)))
        });
        let (ticks, poses) = laid.unzip();
        self.poses = poses;
        self.lights = list.fields.as_ref().map(|fields| Lights::of(self.lights.take(), device, queue, fields));
        if let (Some(lights), Some([_, after])) = (&mut self.lights, &ticks) {
            lights.run(device, queue, kernels, &after.fields);
        }
        ticks
    }
}

/// What one view draws with.
struct Prepared {
    key: (u32, TextureFormat),
    /// Lays the school out as this view sees it.
    poses: Option<BindGroup>,
    groups: [Option<BindGroup>; 10],
}

fn start(mut commands: Commands, device: Res<RenderDevice>) {
    let module = |text: String| {
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
        modules: sources().map(|(name, text)| (name, module(text))).into_iter().collect(),
        layouts: [
            layout(&[about]),
            layout(&[about, storage(1)]),
            layout(&[about, storage(1), storage(2), storage(3)]),
            layout(&[about, storage(2), storage(3)]),
            layout(&[about, texture, sampler]),
        ],
        pipelines: HashMap::new(),
        kernels: Kernels::new(&device),
        tanks: [Tank::new(&device), Tank::new(&device)],
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

/// A camera that draws tanks.
type TankCamera = (Entity, &'static Lens, Option<&'static SideLens>, &'static ViewTarget, Option<&'static Msaa>);

fn prepare(
    painter: Option<ResMut<Painter>>,
    lists: Option<Res<DrawLists>>,
    views: Query<TankCamera>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    let (Some(mut painter), Some(lists)) = (painter, lists) else { return };
    let painter = &mut *painter;
    let [shown, beside] = &mut painter.tanks;
    let ticks = [(shown, &lists.shown), (beside, &lists.beside)]
        .map(|(tank, list)| tank.fill(&device, &queue, &painter.kernels, list));
    painter.views.clear();
    for (entity, lens, side, target, msaa) in &views {
        let key = (msaa.map_or(1, |m| m.samples()), target.main_texture_format());
        if !painter.pipelines.contains_key(&key) {
            let made = painter.pipelines_for(&device, key);
            painter.pipelines.insert(key, made);
        }
        let lenses = [Some(lens), side.map(|side| &side.0)];
        let prepared = std::array::from_fn(|at| {
            lenses[at].map(|lens| painter.view(&painter.tanks[at], &device, &queue, lens, key, ticks[at].as_ref()))
        });
        painter.views.insert(entity, prepared);
    }
}

impl Painter {
    fn view(
        &self,
        tank: &Tank,
        device: &RenderDevice,
        queue: &RenderQueue,
        lens: &Lens,
        key: (u32, TextureFormat),
        ticks: Option<&[State; 2]>,
    ) -> Prepared {
        let frame = filled(device, queue, "frame", bytemuck::bytes_of(&Frame::of(lens)), BufferUsages::STORAGE);
        fn entry(binding: u32, resource: BindingResource) -> BindGroupEntry {
            BindGroupEntry { binding, resource }
        }
        let group = |binds: Binds, others: &[BindGroupEntry]| {
            let entries = [&[entry(0, frame.as_entire_binding())], others].concat();
            device.create_bind_group("water", &self.layouts[binds as usize], &entries)
        };
        let list = |buffer: &Buffer| group(Binds::List, &[entry(1, buffer.as_entire_binding())]);
        let pool = |pool: &Pool| (pool.len > 0).then(|| list(&pool.buffer));
        let poses = tank.poses.as_ref();
        let places = poses.map(|poses| {
            let (fish, order) = (poses.fish.as_entire_binding(), poses.order.as_entire_binding());
            group(Binds::Places, &[entry(2, fish), entry(3, order)])
        });
        let bodies = poses.zip(tank.bodies.as_ref()).map(|(poses, bodies)| {
            let (fish, corners) = (poses.fish.as_entire_binding(), bodies.corners.as_entire_binding());
            group(Binds::Bodies, &[entry(1, fish), entry(2, corners), entry(3, poses.order.as_entire_binding())])
        });
        let picture = |view| {
            let sampler = BindingResource::Sampler(&self.sampler);
            group(Binds::Picture, &[entry(1, BindingResource::TextureView(view)), entry(2, sampler)])
        };
        let (field, spots) = match tank.lights.as_ref().map(Lights::drawn) {
            Some(Drawn::Picture(view)) => (Some(picture(view)), None),
            Some(Drawn::Spots { splats, .. }) => (None, Some(list(splats))),
            None => (None, None),
        };
        let alone = Some(group(Binds::Alone, &[]));
        Prepared {
            key,
            poses: poses.zip(ticks).map(|(poses, ticks)| poses.group(device, &self.kernels, &frame, ticks)),
            groups: PARTS.map(|part| match part {
                Part::Water | Part::Mote => alone.clone(),
                Part::Field => field.clone(),
                Part::Solid => pool(&tank.solids),
                Part::Line => pool(&tank.lines),
                Part::Near | Part::Far => bodies.clone(),
                Part::Spot => spots.clone(),
                Part::Halo | Part::Ring => places.clone(),
            }),
        }
    }

    fn pipelines_for(&self, device: &RenderDevice, (samples, format): (u32, TextureFormat)) -> Pipelines {
        Pipelines(PARTS.map(|part| {
            let (module, vertex, fragment, binds) = part.shaders();
            let one = |dst_factor| {
                let component =
                    BlendComponent { src_factor: BlendFactor::One, dst_factor, operation: BlendOperation::Add };
                Some(BlendState { color: component, alpha: component })
            };
            let blend = match part {
                Part::Water | Part::Solid | Part::Near | Part::Far => None,
                Part::Line => one(BlendFactor::OneMinusSrcAlpha),
                Part::Field | Part::Mote | Part::Spot | Part::Halo | Part::Ring => one(BlendFactor::One),
            };
            let depth_write = matches!(part, Part::Solid | Part::Near | Part::Far);
            let depth_compare = match part {
                Part::Water | Part::Field => CompareFunction::Always,
                _ => CompareFunction::GreaterEqual,
            };
            let module = &self.modules[module];
            let bind = &self.layouts[binds as usize];
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
                    cull_mode: matches!(part, Part::Near | Part::Far).then_some(Face::Back),
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
    view: ViewQuery<(&ExtractedCamera, &ViewTarget, &ViewDepthTexture, &Lens, Option<&SideLens>)>,
    painter: Option<Res<Painter>>,
    lists: Option<Res<DrawLists>>,
    mut context: RenderContext,
) {
    let entity = view.entity();
    let (_, target, depth, lens, side) = view.into_inner();
    let (Some(painter), Some(lists)) = (painter, lists) else { return };
    let Some(views) = painter.views.get(&entity) else { return };
    let lenses = [(Some(lens), &lists.shown), (side.map(|side| &side.0), &lists.beside)];
    for (((lens, list), prepared), tank) in lenses.into_iter().zip(views).zip(&painter.tanks) {
        let (Some(lens), Some(prepared)) = (lens, prepared) else { continue };
        let Some(pipelines) = painter.pipelines.get(&prepared.key) else { continue };
        if let (Some(poses), Some(group)) = (&tank.poses, &prepared.poses) {
            poses.run(&painter.kernels, group, context.command_encoder());
        }
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
                continue;
            }
            let (at, span) = (region.min.as_vec2(), region.size().as_vec2());
            pass.set_viewport(at.x, at.y, span.x, span.y, 0.0, 1.0);
            pass.set_scissor_rect(region.min.x, region.min.y, region.width(), region.height());
        }
        tank.paint(&mut pass, prepared, pipelines, list);
    }
}

impl Tank {
    fn paint<'a>(
        &'a self,
        pass: &mut TrackedRenderPass<'a>,
        prepared: &'a Prepared,
        pipelines: &'a Pipelines,
        list: &DrawList,
    ) {
        for (i, part) in PARTS.into_iter().enumerate() {
            let (Some(group), Some(call)) = (&prepared.groups[i], self.call(part, list)) else { continue };
            pass.set_render_pipeline(&pipelines.0[i]);
            pass.set_bind_group(0, group, &[]);
            match call {
                Call::Plain(vertices, instances) => pass.draw(0..vertices, instances),
                Call::Indirect(arguments) => pass.draw_indirect(arguments, 0),
                Call::Indexed { indices, arguments, at } => {
                    pass.set_index_buffer(indices.slice(..), IndexFormat::Uint32);
                    pass.draw_indexed_indirect(arguments, at);
                }
            }
        }
    }

    /// The draw call of a part, where there is something of it to draw.
    fn call(&self, part: Part, list: &DrawList) -> Option<Call<'_>> {
        let now = list.school.as_ref().map(|school| &school.now);
        Some(match part {
            Part::Water => Call::Plain(WATER_CORNERS, 0..1),
            Part::Field => match self.lights.as_ref().map(Lights::drawn)? {
                Drawn::Picture(_) => Call::Plain(6, 0..1),
                Drawn::Spots { .. } => return None,
            },
            Part::Solid => Call::Plain(self.solids.len, 0..1),
            Part::Line => Call::Plain(6, 0..self.lines.len),
            Part::Mote => Call::Plain(6, 0..list.motes),
            Part::Spot => match self.lights.as_ref().map(Lights::drawn)? {
                Drawn::Spots { draws, .. } => Call::Indirect(draws),
                Drawn::Picture(_) => return None,
            },
            Part::Near | Part::Far => Call::Indexed {
                indices: &self.bodies.as_ref()?.indices,
                arguments: &self.poses.as_ref()?.draws,
                at: if part == Part::Far { FAR } else { 0 },
            },
            Part::Halo => Call::Plain(6, 0..now.filter(|_| list.halos)?.slots),
            Part::Ring => {
                let now = now.filter(|now| now.selected < now.slots)?;
                Call::Plain(6, now.selected..now.selected + 1)
            }
        })
    }

    /// The draw calls of a frame.
    pub fn calls<'a>(&'a self, list: &'a DrawList) -> impl Iterator<Item = Call<'a>> {
        PARTS.into_iter().filter_map(|part| self.call(part, list))
    }
}

/// A draw call.
pub enum Call<'a> {
    /// Vertices, and instances.
    Plain(u32, Range<u32>),
    /// Of as many as the device has counted: vertices, then instances, from the first word of this buffer on.
    Indirect(&'a Buffer),
    /// The same, with indices.
    Indexed {
        /// Of all bodies.
        indices: &'a Buffer,
        /// Indices, then instances.
        arguments: &'a Buffer,
        /// The byte at which they begin.
        at: u64,
    },
}
