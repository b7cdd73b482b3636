//! Copies a drawn texture out of the device, every asked-for frame exactly once and in order: after the frame's
//! commands are submitted, into a buffer of its own, handed over when the device has filled it.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::extract_resource::{ExtractResource, ExtractResourcePlugin};
use bevy::render::render_resource::{
    BufferDescriptor, BufferUsages, CommandEncoderDescriptor, MapMode, Origin3d, TexelCopyBufferInfo,
    TexelCopyBufferLayout, TexelCopyTextureInfo, Texture, TextureAspect,
};
use bevy::render::renderer::{RenderDevice, RenderGraph, RenderGraphSystems, RenderQueue};

/// Takes the pixels (RGBA rows without padding, `None` when the device failed); called once.
pub type Develop = Arc<dyn Fn(Option<Vec<u8>>) + Send + Sync>;

/// Rows in a copy are padded to this many bytes.
const ROW: u32 = 256;

/// A texture to copy once it is drawn.
#[derive(Clone)]
pub struct Ticket {
    /// Where the frame is drawn.
    pub texture: Texture,
    /// Takes the pixels.
    pub develop: Develop,
}

/// What to copy in this frame. Set anew for each frame; it is emptied at the start of every update after the one
/// that carried it to the renderer.
#[derive(Resource, Clone, Default, ExtractResource)]
pub struct CaptureRequest(pub Option<Ticket>);

/// Carries out `CaptureRequest`s.
pub struct CapturePlugin;

impl Plugin for CapturePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<CaptureRequest>().add_plugins(ExtractResourcePlugin::<CaptureRequest>::default());
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            render.add_systems(RenderGraph, copy.in_set(RenderGraphSystems::Finish));
        }
    }
}

fn copy(request: Option<Res<CaptureRequest>>, device: Res<RenderDevice>, queue: Res<RenderQueue>) {
    let Some(Ticket { texture, develop }) = request.and_then(|r| r.0.clone()) else { return };
    let size = texture.size();
    let padded = (size.width * 4).div_ceil(ROW) * ROW;
    let buffer = device.create_buffer(&BufferDescriptor {
        label: Some("film frame"),
        size: u64::from(padded) * u64::from(size.height),
        usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        TexelCopyTextureInfo { texture: &texture, mip_level: 0, origin: Origin3d::ZERO, aspect: TextureAspect::All },
        TexelCopyBufferInfo {
            buffer: &buffer,
            layout: TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded), rows_per_image: None },
        },
        size,
    );
    queue.submit([encoder.finish()]);
    let filled = buffer.clone();
    buffer.slice(..).map_async(MapMode::Read, move |outcome| {
        if outcome.is_err() {
            return develop(None);
        }
        let bytes = filled.slice(..).get_mapped_range();
        let mut rgba = Vec::with_capacity((size.width * size.height * 4) as usize);
        for row in bytes.chunks_exact(padded as usize) {
            rgba.extend_from_slice(&row[..size.width as usize * 4]);
        }
        // Alpha is whatever blending left there; a film is opaque.
        for pixel in rgba.chunks_exact_mut(4) {
            pixel[3] = 255;
        }
        drop(bytes);
        filled.unmap();
        develop(Some(rgba));
    });
}
