//! What there is to draw with and to draw on, found out before Bevy starts: it would panic instead of answering. The
//! one file here that names wgpu.

use crate::app::AppError;

/// Backends that drawing may use; OpenGL is left out unless asked for by `WGPU_BACKEND`, because software OpenGL
/// lacks texture formats that bloom needs.
pub fn backends() -> wgpu::Backends {
    wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY)
}

/// The adapter that drawing will run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Name, as the driver gives it.
    pub name: String,
    /// Whether it is a processor playing graphics card.
    pub software: bool,
    /// Whether it shares the processor's memory.
    pub integrated: bool,
}

/// Finds an adapter. Needs no display.
pub fn adapter() -> Result<Adapter, AppError> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends();
    let instance = wgpu::Instance::new(descriptor);
    let found = pollster::block_on(instance.enumerate_adapters(backends()));
    let kind = |a: &wgpu::Adapter| match a.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu | wgpu::DeviceType::Other => 2,
        wgpu::DeviceType::Cpu => 3,
    };
    let Some(best) = found.iter().min_by_key(|a| kind(a)) else {
        return Err(AppError::NoAdapter(
            "no graphics driver was found (Vulkan, Metal or DirectX 12; on Debian the package \
             mesa-vulkan-drivers brings one that needs no graphics card)"
                .into(),
        ));
    };
    Ok(Adapter { name: best.get_info().name, software: kind(best) == 3, integrated: kind(best) == 1 })
}

/// Says when there is nothing to open a window on.
pub fn display() -> Result<(), AppError> {
    let empty = |name: &str| std::env::var_os(name).is_none_or(|v| v.is_empty());
    if cfg!(all(unix, not(target_os = "macos")))
        && empty("DISPLAY")
        && empty("WAYLAND_DISPLAY")
        && empty("WAYLAND_SOCKET")
    {
        return Err(AppError::NoDisplay("neither DISPLAY nor WAYLAND_DISPLAY is set".into()));
    }
    Ok(())
}
