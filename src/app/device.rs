//! What there is to draw with and to draw on, found out before Bevy starts: it would panic instead of answering. Hands
//! Bevy's device over to the engine. The one file here that names wgpu.

use std::sync::{Arc, Mutex, PoisonError};

use bevy::app::AppExit;
use bevy::prelude::{Resource, World};
use bevy::render::error_handler::{ErrorType, RenderError, RenderErrorPolicy};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::render::view::WindowSurfaces;

use crate::app::AppError;
use crate::app::strings::window as text;
use crate::backend::gpu::SharedDevice;

/// Backends that drawing may use; OpenGL is left out unless asked for by `WGPU_BACKEND`, because software OpenGL
/// lacks texture formats that bloom needs.
pub fn backends() -> wgpu::Backends {
    wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY)
}

/// What Bevy may write to the terminal. What goes wrong in drawing is told by `answer`, in one line.
pub const LOGGED: &str = "error,bevy_render::error_handler=off,bevy_render::view::window=off";

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
    let kind = |info: &wgpu::AdapterInfo| match info.device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu | wgpu::DeviceType::Other => 2,
        wgpu::DeviceType::Cpu => 3,
    };
    let Some(best) = found.iter().map(wgpu::Adapter::get_info).min_by_key(kind) else {
        return Err(AppError::NoAdapter(text::NO_DRIVER.into()));
    };
    Ok(described(&best))
}

fn described(info: &wgpu::AdapterInfo) -> Adapter {
    Adapter {
        name: info.name.clone(),
        software: info.device_type == wgpu::DeviceType::Cpu,
        integrated: info.device_type == wgpu::DeviceType::IntegratedGpu,
    }
}

/// The device that Bevy draws on, for the engine to share, and the adapter that it chose. `None` before Bevy has one.
pub fn shared(world: &World) -> Option<(SharedDevice, Adapter)> {
    let device = world.get_resource::<RenderDevice>()?.wgpu_device().clone();
    let queue: &wgpu::Queue = world.get_resource::<RenderQueue>()?;
    let adapter = described(&device.adapter_info());
    Some((SharedDevice::handed_in(device, queue.clone()), adapter))
}

/// What Bevy does when drawing fails: the window closes, because the panels do not survive the loss of a device (their
/// buffers are asked for on a new one, which panics). An engine that shares the device hears of its loss and goes back to its
/// last checkpoint, elsewhere.
pub fn answer(error: &RenderError, main: &mut World, render: &mut World) -> RenderErrorPolicy {
    // A picture that was begun is never shown, and wgpu panics when a surface closes before it was. The surfaces go with the
    // process instead.
    if let Some(surfaces) = render.remove_resource::<WindowSurfaces>() {
        std::mem::forget(surfaces);
        render.init_resource::<WindowSurfaces>();
    }
    // The innermost cause comes last.
    let why = error.description.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or(text::NO_CAUSE);
    if let Some(drawing) = main.get_resource_mut::<DrawsOn>() {
        // What is refused because the device is gone may be heard of before the loss itself.
        let lost = error.ty == ErrorType::DeviceLost || error.description.contains("device is lost");
        if lost {
            drawing.device.report_lost(why);
        }
        let what = if lost { text::DEVICE_LOST } else { text::DRAWING_FAILED };
        drawing.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(text::closed(what, why));
    }
    main.write_message(AppExit::error());
    RenderErrorPolicy::StopRendering
}

/// How Bevy is to open a device.
pub fn creation() -> RenderCreation {
    WgpuSettings { backends: Some(backends()), ..Default::default() }.into()
}

/// The device that the window draws on and the engine may share.
#[derive(Resource)]
pub struct DrawsOn {
    /// The device.
    pub device: SharedDevice,
    /// Why drawing came to an end before its time, for whoever asks when the window has gone.
    pub failure: Arc<Mutex<Option<String>>>,
}

/// Says when there is nothing to open a window on.
pub fn display() -> Result<(), AppError> {
    let empty = |name: &str| std::env::var_os(name).is_none_or(|v| v.is_empty());
    if cfg!(all(unix, not(target_os = "macos")))
        && empty("DISPLAY")
        && empty("WAYLAND_DISPLAY")
        && empty("WAYLAND_SOCKET")
    {
        return Err(AppError::NoDisplay(text::DISPLAY_NOT_NAMED.into()));
    }
    Ok(())
}
