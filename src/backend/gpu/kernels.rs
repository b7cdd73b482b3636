//! The kernels: their names, and which bindings each uses. Makes pipelines from them. Knows nothing of when they run.

use super::device::SharedDevice;
use super::header::{BINDINGS, Binding, CLOSE_SLOTS, Module, compose};
use crate::backend::BackendError;
use crate::plan::Plan;

/// One kernel.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// Entry point.
    pub entry: &'static str,
    /// Module that has it.
    pub module: Module,
    /// What it uses; a test compares this with what naga finds.
    pub uses: &'static [Binding],
}

use Binding::*;

/// A kernel of the spread shape.
const fn spread(entry: &'static str, uses: &'static [Binding]) -> Kernel {
    Kernel { entry, module: Module::Spread, uses }
}

/// A kernel that applies edits.
const fn edit(entry: &'static str, uses: &'static [Binding]) -> Kernel {
    Kernel { entry, module: Module::Edit, uses }
}

/// Per slot: cell and rank. Starts the count of the living.
pub const COUNT: Kernel = spread("spread_count", &[Params, Agents, Sums, Notes, Living]);
/// A workgroup a world: first agent of each cell; starts the tick.
pub const SCAN: Kernel = spread("spread_scan", &[Worlds, Sums, Grid, Living]);
/// Per slot: slots by cell, and what is heard.
pub const SCATTER: Kernel = spread("spread_scatter", &[Params, Worlds, Agents, Mind, Grid, Notes]);
/// Per slot: sorted agents.
pub const GATHER: Kernel = spread("spread_gather", &[Params, Agents, Grid, Sorted, Notes]);
/// Per living agent: observation.
pub const SENSE: Kernel = spread("spread_sense", &[Params, Worlds, Agents, Mind, Fields, Grid, Sorted, Notes]);
/// A team of lanes an agent, per page of genomes that serve few: think.
pub const THINK_OWN: Kernel = spread("spread_think_own", &[Params, Worlds, Agents, Mind, Grid, Notes, Genomes, Page]);
/// Per agent and page of genomes that serve many: think.
pub const THINK_SHARED: Kernel = spread("spread_think_shared", &[Params, Agents, Mind, Notes, Genomes, Page]);
/// Per living agent: think by rule, act, emit, ask.
pub const LIVE: Kernel = spread("spread_live", &[Params, Worlds, Agents, Mind, Fields, Sums, Grid, Notes]);
/// Per living agent: whom to bite.
pub const CHOOSE: Kernel = spread("spread_choose", &[Params, Worlds, Agents, Mind, Grid, Sorted, Notes]);
/// Per living agent: whose bite lands.
pub const SETTLE_BITES: Kernel = spread("spread_settle_bites", &[Params, Agents, Grid, Sorted, Notes]);
/// Per living agent: food, wounds, pushes.
pub const ANSWER: Kernel = spread("spread_answer", &[Params, Agents, Fields, Sums, Grid, Sorted, Notes]);
/// Per field cell: eaten and deposited.
pub const FIELDS_SETTLE: Kernel = spread("spread_fields_settle", &[Params, Fields, Sums]);
/// Per field cell: spread, drift, growth.
pub const FIELDS_SPREAD: Kernel = spread("spread_fields", &[Params, Worlds, Fields]);
/// Per living agent: gains of bites, and deaths.
pub const DEATHS: Kernel = spread("spread_deaths", &[Params, Worlds, Agents, Grid, Notes]);
/// A workgroup a world: births of `Ecology`.
pub const BIRTHS: Kernel =
    spread("spread_births", &[Params, Worlds, Agents, Tallies, Mind, Grid, Notes, Genomes, BirthLog]);
/// Per slot: ages and fitness.
pub const TALLY: Kernel = spread("spread_tally", &[Params, Worlds, Agents, Tallies, Mind, Fields, Notes]);

/// A workgroup a world: whole ticks.
pub const PACKED: Kernel = Kernel {
    entry: "packed",
    module: Module::Packed,
    uses: &[Params, Worlds, Agents, Tallies, Mind, Fields, Sums, Grid, Sorted, Notes, Genomes, BirthLog, Control],
};

/// As `PACKED`, where worlds are small enough for `shaders/close.wgsl`.
pub const CLOSE: Kernel = Kernel {
    entry: "packed",
    module: Module::Close,
    uses: &[Params, Worlds, Agents, Tallies, Mind, Fields, Sums, Grid, Notes, Genomes, BirthLog, Control],
};

/// The kernel of packed worlds of a plan.
pub fn packed(plan: &Plan) -> Kernel {
    if plan.dims.slots <= CLOSE_SLOTS { CLOSE } else { PACKED }
}

/// Per entry: deaths, renewals, small state of births.
pub const EDIT_LIVES: Kernel = edit("edit_lives", &[Params, Worlds, Agents, Tallies, Mind, Control, Edits]);
/// A workgroup a birth: parents' rows to the nursery.
pub const EDIT_GATHER: Kernel = edit("edit_gather", &[Params, Genomes, Page, Edits, Nursery]);
/// A workgroup a birth: the child's row.
pub const EDIT_BREED: Kernel = edit("edit_breed", &[Params, Genomes, Page, Edits, Nursery]);
/// Per field cell: patches.
pub const EDIT_PATCHES: Kernel = edit("edit_patches", &[Params, Fields, Control, Patches]);

/// A workgroup a place: rows from the nursery to where they are dealt.
pub const EDIT_DEAL: Kernel = edit("edit_deal", &[Genomes, Page, Nursery, Deals]);

/// Per slot: what fitness needs of the agent.
pub const EDIT_EARNED: Kernel = edit("edit_earned", &[Agents, Tallies, Control, Earned]);

/// All kernels.
pub const KERNELS: [Kernel; 24] = [
    COUNT,
    SCAN,
    SCATTER,
    GATHER,
    SENSE,
    THINK_OWN,
    THINK_SHARED,
    LIVE,
    CHOOSE,
    SETTLE_BITES,
    ANSWER,
    FIELDS_SETTLE,
    FIELDS_SPREAD,
    DEATHS,
    BIRTHS,
    TALLY,
    PACKED,
    CLOSE,
    EDIT_LIVES,
    EDIT_GATHER,
    EDIT_BREED,
    EDIT_PATCHES,
    EDIT_DEAL,
    EDIT_EARNED,
];

impl Kernel {
    /// Where in `Living` the device writes how many workgroups it takes, if it is a stage of the living: dispatched as wide
    /// as they are many where populations float.
    pub fn living(&self) -> Option<u64> {
        let groups = [SENSE, LIVE, CHOOSE, SETTLE_BITES, ANSWER, DEATHS].map(|kernel| (kernel, 0));
        let crews = [(THINK_OWN, 12)];
        groups.into_iter().chain(crews).find(|(kernel, _)| kernel.entry == self.entry).map(|(_, at)| at)
    }

    /// Storage buffers that it needs.
    pub fn storage_buffers(&self) -> u32 {
        self.uses.iter().filter(|b| !matches!(b, Page | Control)).count() as u32
    }
}

/// A module given to the device.
pub struct Compiled {
    module: Module,
    shader: wgpu::ShaderModule,
}

/// Compiles a module of a plan, with teams of `team` lanes. Bounds checks stay on: their cost is small beside the damage of a wrong index.
pub fn compile(shared: &SharedDevice, plan: &Plan, module: Module, team: u32) -> Result<Compiled, BackendError> {
    let text = compose(plan, module, team);
    let shader = shared.guarded("compiling the kernels", || {
        shared.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(match module {
                Module::Spread => "iwashi spread",
                Module::Packed => "iwashi packed",
                Module::Close => "iwashi close",
                Module::Edit => "iwashi edit",
            }),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        })
    })?;
    Ok(Compiled { module, shader })
}

/// A kernel ready to run: its pipeline, and one bind group for each page of genomes (one when it sees no genomes).
pub struct Ready {
    /// Pipeline.
    pub pipeline: wgpu::ComputePipeline,
    /// Bind groups.
    pub groups: Vec<wgpu::BindGroup>,
}

/// Makes a kernel ready. `buffer` gives the buffer of a binding for a page.
pub fn prepare<'a>(
    shared: &SharedDevice,
    compiled: &Compiled,
    kernel: Kernel,
    pages: usize,
    buffer: impl Fn(Binding, usize) -> &'a wgpu::Buffer,
) -> Result<Ready, BackendError> {
    debug_assert_eq!(compiled.module, kernel.module);
    let device = &shared.device;
    let entries: Vec<_> = kernel
        .uses
        .iter()
        .map(|&binding| wgpu::BindGroupLayoutEntry {
            binding: binding as u32,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: buffer_type(binding),
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    shared.guarded(kernel.entry, || {
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(kernel.entry),
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(kernel.entry),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.entry),
            layout: Some(&pipeline_layout),
            module: &compiled.shader,
            entry_point: Some(kernel.entry),
            compilation_options: Default::default(),
            cache: None,
        });
        let paged = kernel.uses.contains(&Genomes) || kernel.uses.contains(&Page);
        let groups = (0..if paged { pages } else { 1 })
            .map(|page| {
                let entries: Vec<_> = kernel
                    .uses
                    .iter()
                    .map(|&binding| wgpu::BindGroupEntry {
                        binding: binding as u32,
                        resource: buffer(binding, page).as_entire_binding(),
                    })
                    .collect();
                device.create_bind_group(&wgpu::BindGroupDescriptor {
                    label: Some(kernel.entry),
                    layout: &layout,
                    entries: &entries,
                })
            })
            .collect();
        Ready { pipeline, groups }
    })
}

/// Kind of a binding, from its WGSL declaration.
fn buffer_type(binding: Binding) -> wgpu::BufferBindingType {
    let (_, declaration) = BINDINGS[binding as usize];
    if declaration.starts_with("var<uniform>") {
        wgpu::BufferBindingType::Uniform
    } else {
        wgpu::BufferBindingType::Storage { read_only: declaration.starts_with("var<storage, read>") }
    }
}
