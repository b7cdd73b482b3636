//! The device that kernels run on: our own when headless, the window's when one is open. Lists adapters as plain data
//! for `iwashi doctor`. Knows nothing of worlds.

use std::sync::{Arc, OnceLock};

use super::super::BackendError;

/// What an adapter is and how much it holds, as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterListing {
    /// Name given by its driver.
    pub name: String,
    /// Driver and its version.
    pub driver: String,
    /// Programming interface it is reached by: `vulkan`, `metal` or `dx12`.
    pub api: String,
    /// `discrete`, `integrated`, `virtual`, `software` or `other`.
    pub kind: &'static str,
    /// Whether it runs on the processor; `auto` then prefers the CPU backend.
    pub software: bool,
    /// Largest array that a kernel can see, bytes.
    pub max_binding_bytes: u64,
    /// Largest buffer, bytes.
    pub max_buffer_bytes: u64,
    /// Arrays that one kernel can see.
    pub max_storage_buffers: u32,
    /// Memory of a workgroup, bytes.
    pub workgroup_bytes: u32,
    /// Invocations of a workgroup.
    pub workgroup_invocations: u32,
}

/// A device and its queue, cheap to clone. It is either opened here or handed in by the window.
#[derive(Clone, Debug)]
pub struct SharedDevice {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    lost: Arc<OnceLock<String>>,
    handed_in: bool,
}

/// The adapters of this machine, best first. Empty without a driver.
pub fn adapters() -> Vec<AdapterListing> {
    enumerate().iter().map(|a| listing(&a.get_info(), &a.limits())).collect()
}

impl SharedDevice {
    /// Opens the best adapter: discrete before integrated before software. `WGPU_BACKEND` and `WGPU_ADAPTER_NAME` (part
    /// of a name) narrow the choice.
    ///
    /// # Errors
    /// `NoAdapter` when there is none, or it refuses to open.
    pub fn open() -> Result<SharedDevice, BackendError> {
        SharedDevice::open_nth(0)
    }

    /// Opens an adapter by its place among `adapters`.
    ///
    /// # Errors
    /// `NoAdapter` when there are not as many, or it refuses to open.
    pub fn open_nth(n: usize) -> Result<SharedDevice, BackendError> {
        let adapters = enumerate();
        let adapter = adapters.get(n).ok_or_else(|| {
            BackendError::NoAdapter(match adapters.len() {
                0 => "no Vulkan, Metal or DirectX 12 driver offers one (WGPU_BACKEND and WGPU_ADAPTER_NAME narrow the choice)"
                    .into(),
                found => format!("there is no adapter {n}: `iwashi doctor` counts {found}, from 0 on"),
            })
        })?;
        let opened = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("iwashi"),
            // Only `profile` uses it.
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            // The adapter's own limits: WebGPU's defaults stop at 128 MiB an array.
            required_limits: adapter.limits(),
            ..Default::default()
        }));
        let (device, queue) =
            opened.map_err(|e| BackendError::NoAdapter(format!("{} did not open: {e}", adapter.get_info().name)))?;
        let shared = SharedDevice { device, queue, lost: Arc::default(), handed_in: false };
        // Only on a device of our own: a window keeps its own callbacks.
        let lost = shared.lost.clone();
        shared.device.set_device_lost_callback(move |reason, message| {
            lost.get_or_init(|| if message.is_empty() { format!("{reason:?}") } else { message });
        });
        Ok(shared)
    }

    /// Shares the device of a window. Its error callbacks are left as they are; the owner passes a loss on through
    /// `report_lost`.
    pub fn handed_in(device: wgpu::Device, queue: wgpu::Queue) -> SharedDevice {
        SharedDevice { device, queue, lost: Arc::default(), handed_in: true }
    }

    /// Whether it is the device of a window.
    pub fn is_handed_in(&self) -> bool {
        self.handed_in
    }

    /// Tells every backend on this device that it is gone.
    pub fn report_lost(&self, message: &str) {
        self.lost.get_or_init(|| message.to_string());
    }

    /// Whether the adapter is a program on the processor.
    pub fn is_software(&self) -> bool {
        self.device.adapter_info().device_type == wgpu::DeviceType::Cpu
    }

    /// What the device is.
    pub fn listing(&self) -> AdapterListing {
        listing(&self.device.adapter_info(), &self.device.limits())
    }

    /// An error once the device is lost.
    pub(super) fn alive(&self) -> Result<(), BackendError> {
        match self.lost.get() {
            Some(message) => Err(BackendError::DeviceLost(message.clone())),
            None => Ok(()),
        }
    }

    /// Runs work that makes or submits GPU objects, keeping its errors from the device's owner: a window would end the
    /// application on an uncaught one.
    pub(super) fn guarded<T>(&self, what: &str, work: impl FnOnce() -> T) -> Result<T, BackendError> {
        self.alive()?;
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
        let result = work();
        let errors = [internal.pop(), memory.pop(), validation.pop()].map(pollster::block_on);
        self.alive()?;
        let [internal, memory, validation] = errors;
        if let Some(e) = memory {
            return Err(BackendError::TooLarge(format!(
                "{what}: the GPU is out of memory ({e}); lower the number of worlds or agents"
            )));
        }
        match internal.or(validation) {
            Some(e) => Err(BackendError::Refused(format!("{what}: {e}"))),
            None => Ok(result),
        }
    }
}

/// Adapters by preference.
fn enumerate() -> Vec<wgpu::Adapter> {
    let backends = wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY);
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    // Indirect dispatches are no wider than the arrays that they go over, by the kernel that counts the living: to check
    // each would take a dispatch more.
    descriptor.flags.remove(wgpu::InstanceFlags::VALIDATION_INDIRECT_CALL);
    let instance = wgpu::Instance::new(descriptor);
    let mut found = pollster::block_on(instance.enumerate_adapters(backends));
    if let Ok(wanted) = std::env::var("WGPU_ADAPTER_NAME") {
        let wanted = wanted.to_lowercase();
        found.retain(|a| a.get_info().name.to_lowercase().contains(&wanted));
    }
    found.retain(|a| a.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS));
    found.sort_by_key(|a| match a.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    });
    found
}

fn listing(info: &wgpu::AdapterInfo, limits: &wgpu::Limits) -> AdapterListing {
    AdapterListing {
        name: info.name.clone(),
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_string(),
        api: info.backend.to_string(),
        kind: match info.device_type {
            wgpu::DeviceType::DiscreteGpu => "discrete",
            wgpu::DeviceType::IntegratedGpu => "integrated",
            wgpu::DeviceType::VirtualGpu => "virtual",
            wgpu::DeviceType::Cpu => "software",
            wgpu::DeviceType::Other => "other",
        },
        software: info.device_type == wgpu::DeviceType::Cpu,
        max_binding_bytes: limits.max_storage_buffer_binding_size,
        max_buffer_bytes: limits.max_buffer_size,
        max_storage_buffers: limits.max_storage_buffers_per_shader_stage,
        workgroup_bytes: limits.max_compute_workgroup_storage_size,
        workgroup_invocations: limits.max_compute_invocations_per_workgroup,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::gpu::GpuBackend;
    use crate::backend::{Backend, Shape};
    use crate::plan::Plan;
    use crate::scene::{SceneSpec, SpeciesSpec};
    use crate::world::WorldState;

    #[test]
    fn a_device_that_goes_away_is_reported() {
        let shared = match SharedDevice::open() {
            Ok(shared) => shared,
            Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
            Err(e) => return eprintln!("skipped: {e}"),
        };
        let scene = SceneSpec { species: vec![SpeciesSpec { count: 8, ..Default::default() }], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let state = WorldState::start(&scene, &plan, &[[1, 2]]);
        let mut backend = GpuBackend::new(&plan, &shared, Shape::Spread).expect("backend");
        backend.load(state.clone()).expect("load");
        backend.advance(2).expect("advance");
        shared.device.destroy();
        for _ in 0..2 {
            let error = backend.advance(2).and_then(|()| backend.save().map(|_| ()));
            assert!(matches!(error, Err(BackendError::DeviceLost(_))), "{error:?}");
        }
    }

    #[test]
    fn adapters_tell_what_they_are() {
        for listing in adapters() {
            assert!(!listing.name.is_empty() && listing.max_binding_bytes > 0, "{listing:?}");
            assert_eq!(listing.software, listing.kind == "software", "{listing:?}");
        }
    }
}
