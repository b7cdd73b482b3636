//! Which backend runs a scene, and whether the scene fits the machine at all. The one place that knows every
//! backend. Knows nothing of what happens between ticks.

use super::Options;
use crate::backend::cpu::CpuBackend;
use crate::backend::gpu::{GpuBackend, SharedDevice, adapters};
use crate::backend::{Backend, BackendError};
use crate::layout::{Agent, SpeciesParams, TALLIES};
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// What advances the worlds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// A GPU when there is a real one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A GPU, a software one too.
    Gpu,
}

/// A backend, and what there is to say about how it was chosen.
pub struct Opened {
    /// The backend, without a state yet.
    pub backend: Box<dyn Backend>,
    /// The device it runs on, for others to share.
    pub device: Option<SharedDevice>,
    /// Why the processor took over where a GPU was there.
    pub note: Option<String>,
}

/// Opens the chosen backend. `Auto` takes a GPU when there is a real one on which the scene fits.
pub fn open(options: &Options, plan: &Plan) -> Result<Opened, BackendError> {
    let device = || options.device.clone().map_or_else(SharedDevice::open, Ok);
    match options.backend {
        BackendChoice::Cpu => cpu(options, plan, None),
        BackendChoice::Gpu => gpu(options, plan, device()?),
        BackendChoice::Auto if offered(options) => device()
            .and_then(|device| gpu(options, plan, device))
            .or_else(|error| cpu(options, plan, Some(format!("the processor takes over from the GPU: {error}")))),
        BackendChoice::Auto => cpu(options, plan, None),
    }
}

/// Whether there is a real GPU; asked before one is opened, which takes time.
fn offered(options: &Options) -> bool {
    match &options.device {
        Some(device) => !device.is_software(),
        None => adapters().first().is_some_and(|best| !best.software),
    }
}

fn cpu(options: &Options, plan: &Plan, note: Option<String>) -> Result<Opened, BackendError> {
    Ok(Opened { backend: Box::new(CpuBackend::new(plan, options.threads, options.shape)?), device: None, note })
}

fn gpu(options: &Options, plan: &Plan, device: SharedDevice) -> Result<Opened, BackendError> {
    let backend = Box::new(GpuBackend::new(plan, &device, options.shape)?);
    Ok(Opened { backend, device: Some(device), note: None })
}

/// Bytes of the state of a plan's worlds, genomes included. Saturates.
pub fn state_bytes(plan: &Plan) -> u64 {
    let species: u64 = plan.species.iter().map(|p| species_numbers(plan, p).iter().map(|(_, n)| n).sum::<u64>()).sum();
    (species + u64::from(plan.dims.field_cells)).saturating_mul(4).saturating_mul(plan.dims.worlds.into())
}

/// Numbers of 4 bytes that a species holds in one world, by what they are.
fn species_numbers(plan: &Plan, p: &SpeciesParams) -> [(&'static str, u64); 7] {
    let slots = u64::from(p.slots);
    [
        ("agent state", slots * (size_of::<Agent>() as u64 / 4)),
        ("tallies", slots * u64::from(TALLIES)),
        ("observation", slots * u64::from(p.obs_len)),
        ("action", slots * u64::from(p.act_len)),
        ("memory", slots * u64::from(p.mem_len)),
        ("signals", slots * u64::from(p.channels) * u64::from(plan.dims.history)),
        ("genomes", u64::from(p.rows) * u64::from(p.genome_stride)),
    ]
}

/// Refuses plans whose arrays pass what 32-bit indices reach or what the machine holds, and says which number to
/// lower and to what.
pub fn check_sizes(scene: &SceneSpec, plan: &Plan) -> Result<(), BackendError> {
    let worlds = u64::from(plan.dims.worlds);
    let Some(largest) =
        (0..plan.species.len()).max_by_key(|s| species_numbers(plan, &plan.species[*s]).iter().map(|(_, n)| *n).max())
    else {
        return Ok(());
    };
    let lower = |share: f64| match worlds {
        1 => {
            let now = scene.species[largest].count.max(scene.species[largest].capacity);
            format!("lower `species[{largest}].count` from {now} to {}", ((f64::from(now) * share) as u32).max(1))
        }
        _ => format!("lower `rollout.worlds` from {worlds} to {}", ((worlds as f64 * share) as u64).max(1)),
    };
    for what in 0..7 {
        let each = |p: &SpeciesParams| species_numbers(plan, p)[what].1;
        let all = plan.species.iter().map(each).fold(0u64, u64::saturating_add).saturating_mul(worlds);
        if all >= u64::from(u32::MAX) {
            let name = species_numbers(plan, &plan.species[0])[what].0;
            return Err(BackendError::TooLarge(format!(
                "the scene has {all} numbers of {name}, more than 32-bit indices reach: {}",
                lower(f64::from(u32::MAX) / all as f64)
            )));
        }
    }
    // The state, a copy while it is saved, and the working arrays of the stages.
    let needed = state_bytes(plan).saturating_mul(5) / 2;
    if let Some(memory) = memory()
        && needed > memory
    {
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        return Err(BackendError::TooLarge(format!(
            "the scene needs {:.1} GiB of memory and this machine has {:.1} GiB: {}",
            gib(needed),
            gib(memory),
            lower(memory as f64 / needed as f64)
        )));
    }
    Ok(())
}

/// Memory of this machine, bytes, where the system tells it in a file (Linux).
pub fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
