//! What is drawn, as it lies on the device: lists of things, fish meshes, shown ticks. Uploaded again only when it has
//! changed. Knows nothing of pipelines.

use std::any::Any;
use std::sync::Arc;

use bevy::render::render_resource::*;
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::Pod;

use crate::app::view::bodies::{self, Detail, Grain};
use crate::backend::Shown;
use crate::layout::Agent;

/// A storage buffer that holds one shared list and is written again when the list has changed.
pub struct Pool {
    /// The buffer.
    pub buffer: Buffer,
    /// The list in it: kept, so that no later one can come to lie where it lies and be taken for it.
    source: Option<Arc<dyn Any + Send + Sync>>,
    /// Things in it.
    pub len: u32,
}

impl Pool {
    /// An empty one.
    pub fn new(device: &RenderDevice) -> Pool {
        Pool { buffer: Pool::buffer(device, 256), source: None, len: 0 }
    }

    fn buffer(device: &RenderDevice, size: u64) -> Buffer {
        device.create_buffer(&BufferDescriptor {
            label: Some("drawn things"),
            size,
            usage: BufferUsages::STORAGE | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Writes `list` unless it is the one already there.
    pub fn fill<T: Pod + Send + Sync>(&mut self, device: &RenderDevice, queue: &RenderQueue, list: &Arc<Vec<T>>) {
        let known = |source: &Arc<dyn Any + Send + Sync>| std::ptr::addr_eq(Arc::as_ptr(source), Arc::as_ptr(list));
        if self.source.as_ref().is_some_and(known) {
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
        self.source = Some(list.clone());
        self.len = fits as u32;
    }
}

/// A buffer with contents. Not made by mapping it, which panics on a device that is being lost.
pub fn filled(
    device: &RenderDevice,
    queue: &RenderQueue,
    label: &'static str,
    contents: &[u8],
    usage: BufferUsages,
) -> Buffer {
    let (size, usage) = (contents.len() as u64, usage | BufferUsages::COPY_DST);
    let buffer = device.create_buffer(&BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false });
    queue.write_buffer(&buffer, 0, contents);
    buffer
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
    pub fn upload(device: &RenderDevice, queue: &RenderQueue, detail: Detail, far: Grain) -> Bodies {
        let mut mesh = bodies::fish(detail);
        let distant = bodies::fish(Detail { grain: far, ..detail });
        let (first, near) = (mesh.corners.len() as u32, mesh.indices.len() as u32);
        mesh.corners.extend(distant.corners);
        mesh.indices.extend(distant.indices.iter().map(|i| first + i));
        let upload = |contents: &[u8], usage| filled(device, queue, "fish body", contents, usage);
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

/// A shown tick as arrays on the device.
#[derive(Clone)]
pub struct State {
    shown: Shown,
    /// `[slots]` of `layout::Agent`.
    pub agents: Buffer,
    /// Signals of the world.
    pub signals: Buffer,
    /// Field cells of the world.
    pub fields: Buffer,
}

impl State {
    /// The arrays of a tick: the engine's own, or uploaded ones. `None` when they lie on another device: one that was
    /// lost.
    fn of(device: &RenderDevice, queue: &RenderQueue, shown: &Shown) -> Option<State> {
        let upload = |label, bytes: &[u8]| {
            // An array must have room for one element.
            let contents = if bytes.is_empty() { &[0; size_of::<Agent>()] } else { bytes };
            filled(device, queue, label, contents, BufferUsages::STORAGE)
        };
        let [agents, signals, fields] = match shown {
            Shown::Host(snapshot) => [
                upload("agents", bytemuck::cast_slice(&snapshot.agents)),
                upload("signals", bytemuck::cast_slice(&snapshot.signals)),
                upload("fields", bytemuck::cast_slice(&snapshot.fields)),
            ],
            Shown::Device(snapshot) if snapshot.lies_on(device.wgpu_device()) => {
                [snapshot.agents(), snapshot.signals(), snapshot.fields()].map(|buffer| buffer.clone().into())
            }
            Shown::Device(_) => return None,
        };
        Some(State { shown: shown.clone(), agents, signals, fields })
    }
}

/// The two ticks that are drawn between, each uploaded once.
#[derive(Default)]
pub struct Ticks {
    states: Vec<State>,
}

impl Ticks {
    /// The arrays of both ticks.
    pub fn of(
        &mut self,
        device: &RenderDevice,
        queue: &RenderQueue,
        before: &Shown,
        after: &Shown,
    ) -> Option<[State; 2]> {
        let known = std::mem::take(&mut self.states);
        let find = |shown: &Shown, known: &[State]| known.iter().find(|state| state.shown.is(shown)).cloned();
        let first = find(before, &known).or_else(|| State::of(device, queue, before))?;
        self.states = vec![first.clone()];
        let second =
            find(after, &known).or_else(|| find(after, &self.states)).or_else(|| State::of(device, queue, after))?;
        self.states.push(second.clone());
        Some([first, second])
    }
}
