//! Worlds shown without leaving the device: what a viewer sees of a world is copied, on the device, to arrays that stay
//! as they are while a picture is drawn from them. Knows nothing of who draws.

use std::sync::Arc;

use super::device::SharedDevice;
use super::header::Binding;
use super::records::mind_parts;
use super::state::last_row;
use super::{GpuBackend, transfer};
use crate::backend::BackendError;
use crate::layout::Agent;
use crate::rng::Stream;
use crate::snapshot::Snapshot;

/// What of a world is shown, as it lies on the device. An array that the scene leaves empty has room for an
/// element all the same: it could not be bound.
#[derive(Debug)]
struct Arrays {
    agents: wgpu::Buffer,
    signals: wgpu::Buffer,
    fields: wgpu::Buffer,
    /// Lengths: agents, signals, fields.
    lens: [usize; 3],
}

/// A `Snapshot` that is still on the device. Cheap to clone; stays as it is while a clone lives.
#[derive(Clone, Debug)]
pub struct DeviceSnapshot {
    /// Tick shown.
    pub tick: u64,
    /// World shown.
    pub world: u32,
    /// Key of its draws.
    pub stream: Stream,
    /// Counts the snapshots of a backend: arrays are used again, for other ticks.
    serial: u64,
    arrays: Arc<Arrays>,
    shared: SharedDevice,
}

impl DeviceSnapshot {
    /// `[slots]` of `layout::Agent`.
    pub fn agents(&self) -> &wgpu::Buffer {
        &self.arrays.agents
    }

    /// As `Snapshot::signals`.
    pub fn signals(&self) -> &wgpu::Buffer {
        &self.arrays.signals
    }

    /// As `Snapshot::fields`.
    pub fn fields(&self) -> &wgpu::Buffer {
        &self.arrays.fields
    }

    /// Whether it lies on this device.
    pub fn lies_on(&self, device: &wgpu::Device) -> bool {
        self.shared.device == *device
    }

    /// Whether both are the same copy.
    pub fn same(&self, other: &DeviceSnapshot) -> bool {
        Arc::ptr_eq(&self.arrays, &other.arrays) && self.serial == other.serial
    }

    /// Slots of the world.
    pub fn slots(&self) -> usize {
        self.arrays.lens[0]
    }

    /// Copies it out. Blocks.
    ///
    /// # Errors
    /// `DeviceLost` when the device went away.
    pub fn read(&self) -> Result<Snapshot, BackendError> {
        let [slots, signals, cells] = self.arrays.lens;
        let mut agents: Vec<Agent> = bytemuck::zeroed_vec(slots);
        let (mut signals, mut fields) = (vec![0.0f32; signals], vec![0.0f32; cells]);
        let parts = vec![
            (&self.arrays.agents, 0, bytemuck::cast_slice_mut(&mut agents)),
            (&self.arrays.signals, 0, bytemuck::cast_slice_mut(&mut signals)),
            (&self.arrays.fields, 0, bytemuck::cast_slice_mut(&mut fields)),
        ];
        transfer::read(&self.shared, parts)?;
        let Self { tick, world, stream, .. } = *self;
        Ok(Snapshot { tick, world, stream, agents, signals, fields: Arc::new(fields) })
    }
}

/// The arrays of a backend's snapshots, used again once nobody looks at them.
#[derive(Default)]
pub struct Shelf {
    arrays: Vec<Arc<Arrays>>,
    serial: u64,
}

impl Shelf {
    /// Arrays that nobody looks at.
    fn free(&mut self, shared: &SharedDevice, lens: [usize; 3]) -> Arc<Arrays> {
        if let Some(free) = self.arrays.iter().find(|arrays| Arc::strong_count(arrays) == 1) {
            return free.clone();
        }
        let buffer = |label, bytes: usize| {
            shared.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.max(size_of::<Agent>()) as u64,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let arrays = Arc::new(Arrays {
            agents: buffer("agents shown", lens[0] * size_of::<Agent>()),
            signals: buffer("signals shown", lens[1] * 4),
            fields: buffer("fields shown", lens[2] * 4),
            lens,
        });
        self.arrays.push(arrays.clone());
        arrays
    }
}

impl GpuBackend {
    /// Copies a world, as it stands after all ticks submitted so far, to arrays of its own. Does not wait.
    pub(super) fn show_world(&mut self, world: u32) -> Result<DeviceSnapshot, BackendError> {
        let d = &self.plan.dims;
        let lens = [d.slots as usize, d.sig as usize, d.field_cells as usize];
        let row = u64::from(world * d.history) + last_row(&self.plan, self.tick);
        let signals = (mind_parts(&self.plan)[4] + row * u64::from(d.sig)) * 4;
        let at = |each: usize, bytes: u64| u64::from(world) * each as u64 * bytes;
        let arrays = self.shared.guarded("showing a world", || {
            let arrays = self.shelf.free(&self.shared, lens);
            let parts = [
                (Binding::Agents, at(lens[0], 64), &arrays.agents, lens[0] * 64),
                (Binding::Mind, signals, &arrays.signals, lens[1] * 4),
                (Binding::Fields, at(lens[2], 4), &arrays.fields, lens[2] * 4),
            ];
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            for (binding, from, to, bytes) in parts.into_iter().filter(|part| part.3 > 0) {
                encoder.copy_buffer_to_buffer(self.buffers.get(binding, 0), from, to, 0, bytes as u64);
            }
            self.shared.queue.submit([encoder.finish()]);
            arrays
        })?;
        self.shelf.serial += 1;
        Ok(DeviceSnapshot {
            tick: self.tick,
            world,
            stream: self.streams[world as usize],
            serial: self.shelf.serial,
            arrays,
            shared: self.shared.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{Backend, Shape, Shown};
    use crate::plan::Plan;
    use crate::world::WorldState;

    #[test]
    fn what_is_shown_is_the_world_and_stays_while_it_is_looked_at() {
        let own = match SharedDevice::open() {
            Ok(own) => own,
            Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
            Err(e) => return eprintln!("skipped: {e}"),
        };
        let scene = crate::scene::load("food_call").expect("a shipped scene").spec;
        let plan = Plan::new(&scene, 3);
        let state = WorldState::start(&scene, &plan, &[[1, 2], [3, 4], [5, 6]]);
        let shared = SharedDevice::handed_in(own.device.clone(), own.queue.clone());
        let mut backend = GpuBackend::new(&plan, &shared, Shape::Spread).expect("backend");
        backend.load(state.clone()).expect("load");
        backend.advance(5).expect("advance");
        let same = |backend: &mut GpuBackend, shown: &Shown| {
            let (there, here) = (shown.read().expect("read"), backend.snapshot(1).expect("snapshot"));
            assert!(matches!(shown, Shown::Device(_)));
            assert_eq!((there.tick, there.world, there.stream), (here.tick, here.world, [3, 4]));
            assert!(there.agents == here.agents && there.signals == here.signals && there.fields == here.fields);
        };
        let early = backend.show(1).expect("show");
        same(&mut backend, &early);
        let before = early.read().expect("read");
        backend.advance(5).expect("advance");
        let late = backend.show(1).expect("show");
        same(&mut backend, &late);
        let after = early.read().expect("read");
        assert!(before.agents == after.agents && !early.is(&late) && early.is(&early.clone()));
        drop(early);
        let again = backend.show(1).expect("show");
        assert_eq!((backend.shelf.arrays.len(), again.is(&late)), (2, false), "arrays are used again");

        let mut alone = GpuBackend::new(&plan, &own, Shape::Spread).expect("backend");
        alone.load(state).expect("load");
        assert!(matches!(alone.show(1).expect("show"), Shown::Host(_)), "nobody draws on a device of our own");
    }
}
