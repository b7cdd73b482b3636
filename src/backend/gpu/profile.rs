//! How long each kernel of the spread shape takes, by the device's own clock: a pass a kernel, its begin and end stamped.
//! Knows nothing of what the kernels do.

use std::time::Duration;

use super::kernels::{Kernel, Ready};
use super::{GpuBackend, Ticking, transfer, wanted};
use crate::backend::{Backend, BackendError, StageTime};

impl GpuBackend {
    /// Advances tick by tick and adds up the time of each kernel. Empty in the packed shape, which is one kernel.
    ///
    /// # Errors
    /// `Refused` where the adapter has no time stamps; as `advance` otherwise.
    pub(super) fn time_kernels(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError> {
        let Ticking::Spread(order) = &self.ticking else {
            self.advance(ticks)?;
            return Ok(vec![]);
        };
        if !self.shared.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Err(BackendError::Refused("this adapter stamps no times".into()));
        }
        let kernels: Vec<&(Kernel, Ready, Vec<u64>)> = order.iter().filter(|k| wanted(&self.plan, k.0)).collect();
        let mut times: Vec<StageTime> = kernels.iter().map(|k| (k.0.entry, Duration::ZERO)).collect();
        for _ in 0..ticks {
            for (sum, stamps) in times.iter_mut().zip(self.stamped_tick(&kernels)?.chunks_exact(2)) {
                let steps = stamps[1].saturating_sub(stamps[0]) as f64;
                sum.1 += Duration::from_secs_f64(steps * f64::from(self.shared.queue.get_timestamp_period()) * 1e-9);
            }
        }
        self.tick += u64::from(ticks);
        Ok(times)
    }

    /// One tick; gives the begin and the end of each kernel in steps of the device's clock.
    fn stamped_tick(&self, kernels: &[&(Kernel, Ready, Vec<u64>)]) -> Result<Vec<u64>, BackendError> {
        let device = &self.shared.device;
        let count = 2 * kernels.len() as u32;
        let mut stamps = vec![0u64; count as usize];
        let resolved = self.shared.guarded("a timed tick", || {
            let stamped = device.create_query_set(&wgpu::QuerySetDescriptor {
                label: None,
                ty: wgpu::QueryType::Timestamp,
                count,
            });
            let resolved = device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: 8 * u64::from(count),
                usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            });
            self.write_control(1, 0);
            let mut encoder = device.create_command_encoder(&Default::default());
            for (i, stage) in kernels.iter().enumerate() {
                let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                    label: None,
                    timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                        query_set: &stamped,
                        beginning_of_pass_write_index: Some(2 * i as u32),
                        end_of_pass_write_index: Some(2 * i as u32 + 1),
                    }),
                });
                self.dispatch_stage(&mut pass, stage);
            }
            encoder.resolve_query_set(&stamped, 0..count, &resolved, 0);
            self.shared.queue.submit([encoder.finish()]);
            resolved
        })?;
        transfer::read(&self.shared, vec![(&resolved, 0, bytemuck::cast_slice_mut(&mut stamps))])?;
        Ok(stamps)
    }
}
