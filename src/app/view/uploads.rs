//! What is drawn, as it lies on the device: lists of things, fish meshes, the picture of the fields. Uploaded again only
//! when it has changed. Knows nothing of pipelines.

use std::sync::Arc;

use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::Pod;

use crate::app::view::FieldPicture;
use crate::app::view::bodies::{self, Detail, Grain};

/// A storage buffer that holds one shared list and is written again when the list has changed.
pub struct Pool {
    /// The buffer.
    pub buffer: Buffer,
    source: usize,
    /// Things in it.
    pub len: u32,
}

impl Pool {
    /// An empty one.
    pub fn new(device: &RenderDevice) -> Pool {
        Pool { buffer: Pool::buffer(device, 256), source: 0, len: 0 }
    }

    fn buffer(device: &RenderDevice, size: u64) -> Buffer {
        device.create_buffer(&BufferDescriptor {
            label: Some("drawn things"),
            size,
            usage: BufferUsages::STORAGE | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Makes the next list count as a new one, whatever its address.
    pub fn forget(&mut self) {
        self.source = 0;
    }

    /// Writes `list` unless it is the one already there.
    pub fn fill<T: Pod>(&mut self, device: &RenderDevice, queue: &RenderQueue, list: &Arc<Vec<T>>) {
        let source = Arc::as_ptr(list) as usize;
        if source == self.source && self.len == list.len() as u32 {
            return;
        }
        let bytes: &[u8] = bytemuck::cast_slice(list);
        let limit = device.limits().max_storage_buffer_binding_size;
        let fits = (limit as usize / size_of::<T>()).min(list.len());
        let bytes = &bytes[..fits * size_of::<T>()];
        if bytes.len() as u64 > self.buffer.size() {
            self.buffer = Pool::buffer(device, (bytes.len() as u64).next_power_of_two().min(limit));
        }
        if !bytes.is_empty() {
            queue.write_buffer(&self.buffer, 0, bytes);
        }
        self.source = source;
        self.len = fits as u32;
    }
}

/// The fish meshes: near and distant corners in one buffer, their indices in another.
pub struct Bodies {
    detail: Detail,
    far: Grain,
    /// Corners of both.
    pub corners: Buffer,
    /// Indices of both, near ones first.
    pub indices: Buffer,
    /// Indices of the near mesh.
    pub near: u32,
    /// Indices in all.
    pub all: u32,
}

impl Bodies {
    /// Makes and uploads the meshes of near and distant bodies.
    pub fn upload(device: &RenderDevice, detail: Detail, far: Grain) -> Bodies {
        let mut mesh = bodies::fish(detail);
        let distant = bodies::fish(Detail { grain: far, ..detail });
        let (first, near) = (mesh.corners.len() as u32, mesh.indices.len() as u32);
        mesh.corners.extend(distant.corners);
        mesh.indices.extend(distant.indices.iter().map(|i| first + i));
        let upload = |contents: &[u8], usage| {
            device.create_buffer_with_data(&BufferInitDescriptor { label: Some("fish body"), contents, usage })
        };
        Bodies {
            detail,
            far,
            corners: upload(bytemuck::cast_slice(&mesh.corners), BufferUsages::STORAGE),
            indices: upload(bytemuck::cast_slice(&mesh.indices), BufferUsages::INDEX),
            near,
            all: mesh.indices.len() as u32,
        }
    }

    /// Whether these are the wanted ones.
    pub fn are(&self, detail: Detail, far: Grain) -> bool {
        (self.detail, self.far) == (detail, far)
    }
}

/// The fields of a plane.
pub struct Picture {
    source: usize,
    size: [u32; 2],
    texture: Texture,
    /// For the shader.
    pub view: TextureView,
}

impl Picture {
    /// The picture on the device: the one `before`, written again when it has changed, or a new one of another size.
    pub fn of(
        before: Option<Picture>,
        device: &RenderDevice,
        queue: &RenderQueue,
        fields: &Arc<FieldPicture>,
    ) -> Picture {
        let [width, height] = fields.size;
        let size = Extent3d { width, height, depth_or_array_layers: 1 };
        let mut picture = before.filter(|picture| picture.size == fields.size).unwrap_or_else(|| {
            let texture = device.create_texture(&TextureDescriptor {
                label: Some("fields"),
                size,
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: TextureFormat::Rgba8UnormSrgb,
                usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
                view_formats: &[],
            });
            let view = texture.create_view(&TextureViewDescriptor::default());
            Picture { source: 0, size: fields.size, texture, view }
        });
        let source = Arc::as_ptr(fields) as usize;
        if picture.source != source {
            picture.source = source;
            queue.write_texture(
                TexelCopyTextureInfo {
                    texture: &picture.texture,
                    mip_level: 0,
                    origin: Origin3d::ZERO,
                    aspect: TextureAspect::All,
                },
                &fields.rgba,
                TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None },
                size,
            );
        }
        picture
    }
}
