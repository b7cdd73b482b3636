//! The GPU backend: the same stages as the CPU backend, as WGSL kernels on wgpu. Live state stays in the device's buffers;
//! nothing is uploaded or read back while ticks run, except the log of births. Nothing outside this folder names wgpu.

mod buffers;
pub mod device;
mod edit;
pub mod gauge;
pub mod header;
pub mod kernels;
mod pace;
mod profile;
pub mod records;
mod shown;
mod state;
pub mod thinking;
mod transfer;
#[cfg(test)]
mod twins;

use std::sync::Arc;
use std::time::Instant;

pub use device::{AdapterListing, SharedDevice, adapters};
pub use shown::DeviceSnapshot;

use super::{Backend, BackendError, BackendInfo, Census, Earned, Edits, Shape, Shown, StageTime};
use crate::layout::*;
use crate::plan::Plan;
use crate::rng::Stream;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;
use buffers::{Buffers, most_births};
use header::{Binding, Module};
use kernels::{Compiled, Kernel, Ready};
use pace::Pace;
use thinking::{Thinking, Way};

/// Most slots of a world that `Shape::Auto` packs: one workgroup walks them all.
const PACKED_SLOTS: u32 = 512;

/// Fewest worlds that `Shape::Auto` packs: fewer leave most of a GPU idle.
const PACKED_WORLDS: u32 = 8;

/// Invocations of a workgroup of the spread shape.
const GROUP: u64 = header::GROUP as u64;

/// Owner of the live state on a GPU.
pub struct GpuBackend {
    shared: SharedDevice,
    plan: Plan,
    buffers: Buffers,
    ticking: Ticking,
    editing: edit::Kernels,
    pace: Pace,
    tick: u64,
    streams: Vec<Stream>,
    births: Vec<BirthRecord>,
    /// Shape, bytes of a page and lanes of a team, as asked for.
    fit: (Shape, u64, u32),
    shelf: shown::Shelf,
}

/// The kernels that advance worlds.
enum Ticking {
    /// In the order of a tick, each with its number of workgroups, one for each page of genomes that it goes over; those
    /// that the plan at hand does not need are left out.
    Spread(Vec<(Kernel, Ready, Vec<u64>)>),
    /// One kernel for all.
    Packed(Ready),
}

impl GpuBackend {
    /// A backend for worlds of `plan`. `load` gives it its state.
    ///
    /// # Errors
    /// `TooLarge` when the plan does not fit the adapter, or does not fit the packed shape asked for; `NoAdapter` when the
    /// adapter cannot run the kernels.
    pub fn new(plan: &Plan, device: &SharedDevice, shape: Shape) -> Result<GpuBackend, BackendError> {
        GpuBackend::fitted(plan, device, shape, u64::MAX, team(device))
    }

    /// Into how many shares the worlds of a plan must be cut, each with a backend of its own, so that their arrays fit the
    /// device's bindings; 1 also where cutting does not help.
    pub fn shares(plan: &Plan, device: &SharedDevice, shape: Shape) -> u32 {
        let limits = device.device.limits();
        let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        buffers::shares(plan, most, shape == Shape::Packed || (shape == Shape::Auto && small(plan)))
    }

    /// As `new`, with genomes in buffers of at most `page_bytes`, what an adapter with a low binding limit gives; and with
    /// teams of `team` lanes, `thinking::TEAM` or `thinking::ALONE`, as on other adapters.
    ///
    /// # Errors
    /// As `new`.
    pub fn fitted(
        plan: &Plan,
        device: &SharedDevice,
        shape: Shape,
        page_bytes: u64,
        team: u32,
    ) -> Result<GpuBackend, BackendError> {
        device.alive()?;
        let buffers = Buffers::new(device, plan, page_bytes, team)?;
        let packable = buffers::packable(device, plan, &buffers);
        if shape == Shape::Packed && !packable {
            return Err(BackendError::TooLarge(format!(
                "the packed shape needs one array for all genomes ({} are needed) and an adapter that shows a kernel {} arrays: choose the spread shape",
                buffers.pages.len(),
                kernels::packed(plan).storage_buffers()
            )));
        }
        let packed = shape == Shape::Packed || (shape == Shape::Auto && packable && small(plan));
        let module = if packed { kernels::packed(plan).module } else { Module::Spread };
        buffers::runnable(device, plan, module)?;
        let compiled = kernels::compile(device, plan, module, team)?;
        let ticking = if packed {
            Ticking::Packed(ready(device, &compiled, &buffers, kernels::packed(plan))?)
        } else {
            Ticking::Spread(spread_kernels(device, &compiled, &buffers, plan, team)?)
        };
        let editing = edit::Kernels::new(device, &buffers, plan)?;
        let backend = GpuBackend {
            shared: device.clone(),
            plan: plan.clone(),
            buffers,
            ticking,
            editing,
            pace: Pace::new(),
            tick: 0,
            streams: Vec::new(),
            births: Vec::new(),
            fit: (shape, page_bytes, team),
            shelf: shown::Shelf::default(),
        };
        backend.write_params();
        Ok(backend)
    }

    fn write_params(&self) {
        transfer::write(&self.shared, self.buffers.get(Binding::Params, 0), 0, &records::params_bytes(&self.plan));
    }

    /// Numbers for the next dispatch.
    fn write_control(&self, ticks: u32, count: u32) {
        transfer::write(&self.shared, self.buffers.get(Binding::Control, 0), 0, bytemuck::cast_slice(&[ticks, count]));
    }

    /// Hands `ticks` ticks to the device and returns at once.
    fn submit(&self, ticks: u32) -> Result<wgpu::SubmissionIndex, BackendError> {
        let worlds = u64::from(self.plan.dims.worlds);
        self.shared.guarded("a tick", || {
            self.write_control(ticks, 0);
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                match &self.ticking {
                    Ticking::Packed(kernel) => dispatch(&mut pass, &self.shared, kernel, 0, worlds),
                    Ticking::Spread(order) => {
                        for _ in 0..ticks {
                            for stage in order.iter().filter(|k| wanted(&self.plan, k.0)) {
                                self.dispatch_stage(&mut pass, stage);
                            }
                        }
                    }
                }
            }
            self.shared.queue.submit([encoder.finish()])
        })
    }

    /// Encodes a kernel of the spread shape, for all pages of genomes that it sees.
    fn dispatch_stage(&self, pass: &mut wgpu::ComputePass, (kernel, ready, groups): &(Kernel, Ready, Vec<u64>)) {
        if let Some(at) = kernel.living().filter(|_| header::floats(&self.plan)) {
            // With births within ticks there is one page.
            pass.set_pipeline(&ready.pipeline);
            pass.set_bind_group(0, &ready.groups[0], &[]);
            pass.dispatch_workgroups_indirect(self.buffers.get(Binding::Living, 0), at);
            return;
        }
        groups.iter().enumerate().for_each(|(page, n)| dispatch(pass, &self.shared, ready, page, *n));
    }

    fn wait(&self, index: wgpu::SubmissionIndex) -> Result<(), BackendError> {
        let until = wgpu::PollType::Wait { submission_index: Some(index), timeout: None };
        self.shared.device.poll(until).map_err(|e| BackendError::DeviceLost(e.to_string()))?;
        self.shared.alive()
    }

    /// Moves the births that the device has logged to `self.births`.
    fn drain_births(&mut self) -> Result<(), BackendError> {
        let log = self.buffers.get(Binding::BirthLog, 0);
        let mut count = [0u32];
        transfer::read(&self.shared, vec![(log, 0, bytemuck::cast_slice_mut(&mut count))])?;
        let count = count[0].min(self.buffers.log_capacity) as usize;
        if count == 0 {
            return Ok(());
        }
        let mut records: Vec<BirthRecord> = bytemuck::zeroed_vec(count);
        transfer::read(&self.shared, vec![(log, 4, bytemuck::cast_slice_mut(&mut records))])?;
        transfer::write(&self.shared, log, 0, &[0; 4]);
        self.births.append(&mut records);
        Ok(())
    }
}

/// Lanes that think for an agent with a genome of its own on a device.
fn team(device: &SharedDevice) -> u32 {
    if device.is_software() { thinking::ALONE } else { thinking::TEAM }
}

/// Whether the worlds of a plan are small and many enough to be packed.
fn small(plan: &Plan) -> bool {
    plan.dims.slots <= PACKED_SLOTS && plan.dims.worlds >= PACKED_WORLDS
}

/// Makes a kernel ready with all its bind groups.
fn ready(shared: &SharedDevice, compiled: &Compiled, buffers: &Buffers, kernel: Kernel) -> Result<Ready, BackendError> {
    kernels::prepare(shared, compiled, kernel, buffers.pages.len(), |binding, page| buffers.get(binding, page))
}

/// The kernels of a tick in the spread shape, in order, with their workgroups.
fn spread_kernels(
    shared: &SharedDevice,
    compiled: &Compiled,
    buffers: &Buffers,
    plan: &Plan,
    team: u32,
) -> Result<Vec<(Kernel, Ready, Vec<u64>)>, BackendError> {
    use kernels::*;
    let d = &plan.dims;
    let worlds = u64::from(d.worlds);
    let slots = (worlds * u64::from(d.slots)).div_ceil(GROUP);
    let cells = (worlds * u64::from(d.field_cells)).div_ceil(GROUP);
    let thinking = Thinking::new(plan, Module::Spread, team);
    let think = |way| buffers.pages.iter().map(|page| thinking.groups(plan, way, *page).count() as u64).collect();
    let one = |groups| vec![groups];
    [
        (COUNT, one(slots)),
        (SCAN, one(worlds)),
        (SCATTER, one(slots)),
        (GATHER, one(slots)),
        (SENSE, one(slots)),
        (THINK_OWN, think(Way::Own)),
        (THINK_SHARED, think(Way::Shared)),
        (LIVE, one(slots)),
        (CHOOSE, one(slots)),
        (SETTLE_BITES, one(slots)),
        (ANSWER, one(slots)),
        (FIELDS_SETTLE, one(cells)),
        (FIELDS_SPREAD, one(cells)),
        (DEATHS, one(slots)),
        (BIRTHS, one(worlds)),
        (TALLY, one(slots)),
    ]
    .into_iter()
    .map(|(kernel, groups)| Ok((kernel, ready(shared, compiled, buffers, kernel)?, groups)))
    .collect()
}

/// Whether a tick of `plan` needs a kernel of the spread shape.
fn wanted(plan: &Plan, kernel: Kernel) -> bool {
    let bites = !plan.preys.is_empty();
    let thinks = |way| (0..plan.species.len()).any(|k| thinking::way(plan, Module::Spread, k) == Some(way));
    match kernel.entry {
        "spread_gather" => {
            bites
                || plan.senses.iter().any(|s| s.searches())
                || plan.species.iter().any(|s| s.push > 0.0 || s.social == 1 || s.flock == 1)
        }
        "spread_think_own" => thinks(Way::Own),
        "spread_think_shared" => thinks(Way::Shared),
        "spread_choose" | "spread_settle_bites" => bites,
        "spread_births" => plan.species.iter().any(|s| s.evolution == EVOLVE_ECOLOGY),
        _ => true,
    }
}

/// Encodes a dispatch of `groups` workgroups, folded into rows where one dimension is too short.
fn dispatch(pass: &mut wgpu::ComputePass, shared: &SharedDevice, kernel: &Ready, page: usize, groups: u64) {
    if groups == 0 {
        return;
    }
    let wide = groups.min(u64::from(shared.device.limits().max_compute_workgroups_per_dimension));
    pass.set_pipeline(&kernel.pipeline);
    pass.set_bind_group(0, &kernel.groups[page.min(kernel.groups.len() - 1)], &[]);
    pass.dispatch_workgroups(wide as u32, groups.div_ceil(wide) as u32, 1);
}

impl Backend for GpuBackend {
    fn info(&self) -> BackendInfo {
        let listing = self.shared.listing();
        BackendInfo {
            kind: "gpu",
            device: format!("{} ({}, {})", listing.name, listing.api, listing.driver),
            shape: match self.ticking {
                Ticking::Spread(_) => Shape::Spread,
                Ticking::Packed(_) => Shape::Packed,
            },
        }
    }

    fn load(&mut self, state: WorldState) -> Result<(), BackendError> {
        self.load_state(&state)
    }

    fn save(&mut self) -> Result<WorldState, BackendError> {
        self.save_state()
    }

    fn advance(&mut self, ticks: u32) -> Result<(), BackendError> {
        self.shared.alive()?;
        // The birth log must hold all births of a submission.
        let births = most_births(&self.plan);
        let room = self.buffers.log_capacity.checked_div(births).map_or(u32::MAX, |ticks| ticks.max(1));
        let mut left = ticks;
        let mut before: Option<wgpu::SubmissionIndex> = None;
        while left > 0 {
            let n = left.min(self.pace.ticks()).min(room);
            let index = self.submit(n)?;
            left -= n;
            self.tick += u64::from(n);
            match before.replace(index) {
                // One submission is encoded while the one before runs.
                Some(previous) => {
                    self.wait(previous)?;
                    self.pace.ended(n, Instant::now());
                }
                None => self.pace.started(n, Instant::now()),
            }
            if births > 0 {
                self.drain_births()?;
            }
        }
        if let Some(last) = before {
            self.wait(last)?;
            self.pace.ended(0, Instant::now());
        }
        Ok(())
    }

    fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError> {
        self.time_kernels(ticks)
    }

    fn edit(&mut self, edits: &Edits) -> Result<(), BackendError> {
        self.apply(edits)
    }

    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError> {
        if plan.dims != self.plan.dims {
            return Err(BackendError::Refused("new numbers must keep all sizes of the scene".into()));
        }
        if plan.obstacles.len() != self.plan.obstacles.len() {
            // How many there are is written into the kernels.
            let state = self.save()?;
            let (shape, page_bytes, team) = self.fit;
            let mut new = GpuBackend::fitted(plan, &self.shared, shape, page_bytes, team)?;
            new.load(state)?;
            new.births = std::mem::take(&mut self.births);
            *self = new;
            return Ok(());
        }
        self.plan = plan.clone();
        self.write_params();
        Ok(())
    }

    fn census(&mut self) -> Result<Census, BackendError> {
        self.read_census()
    }

    fn earned(&mut self, asked: u32) -> Result<Earned, BackendError> {
        self.read_earned(asked)
    }

    fn births(&mut self) -> Result<Vec<BirthRecord>, BackendError> {
        let mut births = std::mem::take(&mut self.births);
        births.sort_unstable_by_key(|b| (b.tick, b.world, b.species, b.slot));
        Ok(births)
    }

    fn snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError> {
        self.read_snapshot(world)
    }

    fn show(&mut self, world: u32) -> Result<Shown, BackendError> {
        // A device of our own is not one that a window draws on.
        if self.shared.is_handed_in() {
            Ok(Shown::Device(self.show_world(world)?))
        } else {
            Ok(Shown::Host(Arc::new(self.read_snapshot(world)?)))
        }
    }

    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        self.read_genomes(world, slots)
    }

    fn minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError> {
        self.read_minds(world, species)
    }

    fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError> {
        self.read_detail(world, slot)
    }
}
