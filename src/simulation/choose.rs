//! Which backend runs a scene, and how many of them share its worlds. The one place that knows every backend. Knows nothing
//! of what happens between ticks.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::backend::cpu::CpuBackend;
use crate::backend::gpu::{GpuBackend, SharedDevice, adapters};
use crate::backend::ranked::Ranked;
use crate::backend::several::Several;
use crate::backend::{Backend, BackendError};
use crate::plan::Plan;

/// What advances the worlds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Opens the chosen backend, on every rank for its own worlds.
pub fn open(options: &Options, plan: &Plan) -> Result<Opened, BackendError> {
    let Some(ranks) = &options.ranks else { return here(options, plan) };
    let (mut device, mut note) = (None, None);
    let own = |plan: &Plan| {
        let opened = here(options, plan)?;
        (device, note) = (opened.device, opened.note);
        Ok(opened.backend)
    };
    let backend = Box::new(Ranked::new(plan, ranks.clone(), own)?);
    Ok(Opened { backend, device, note })
}

/// Opens the chosen backend in this process. `Auto` takes a GPU when there is a real one on which the scene fits.
fn here(options: &Options, plan: &Plan) -> Result<Opened, BackendError> {
    let device = || options.device.clone().map_or_else(SharedDevice::open, Ok);
    match options.backend {
        BackendChoice::Gpu if options.device.is_none() && !options.adapters.is_empty() => chosen(options, plan),
        BackendChoice::Cpu => cpu(options, plan, None),
        BackendChoice::Gpu => gpu(options, plan, device()?),
        BackendChoice::Auto if offered(options) => device()
            .and_then(|device| gpu(options, plan, device))
            .or_else(|error| cpu(options, plan, Some(format!("the processor takes over from the GPU: {error}")))),
        BackendChoice::Auto => cpu(options, plan, None),
    }
}

/// The adapters that were asked for, each with its share of the worlds.
fn chosen(options: &Options, plan: &Plan) -> Result<Opened, BackendError> {
    let open = |part: usize, plan: &Plan| on(options, plan, &SharedDevice::open_nth(options.adapters[part])?);
    let backend = Several::new(plan, options.adapters.len(), open)?;
    let idle = options.adapters.len().saturating_sub(plan.dims.worlds as usize);
    let note = (idle > 0).then(|| {
        format!(
            "{idle} of {} adapters have nothing to do: the scene has {} worlds",
            options.adapters.len(),
            plan.dims.worlds
        )
    });
    Ok(Opened { backend: Box::new(backend), device: None, note })
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
    Ok(Opened { backend: on(options, plan, &device)?, device: Some(device), note: None })
}

/// The backend on a device; several where the arrays of all worlds together pass what the device shows a kernel.
fn on(options: &Options, plan: &Plan, device: &SharedDevice) -> Result<Box<dyn Backend>, BackendError> {
    let open = |plan: &Plan| -> Result<Box<dyn Backend>, BackendError> {
        Ok(Box::new(GpuBackend::new(plan, device, options.shape)?))
    };
    match GpuBackend::shares(plan, device, options.shape) {
        1 => open(plan),
        shares => Ok(Box::new(Several::new(plan, shares as usize, |_, plan| open(plan))?)),
    }
}
