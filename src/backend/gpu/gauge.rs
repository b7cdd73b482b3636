//! What a device can do: bytes read a second, multiplications and additions a second, and what a dispatch costs besides its
//! work. Takes about a second. Knows nothing of worlds.

use std::time::Instant;

use super::device::SharedDevice;
use super::transfer;
use crate::backend::BackendError;

/// What a device can do.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// Bytes of working sets, ascending, and bytes a second that the device reads of them.
    pub reads: Vec<(u64, f64)>,
    /// Floating-point operations a second, a multiplication and an addition counting two; the driver may fuse them.
    pub flops: f64,
    /// Seconds that a dispatch costs besides its work, where many are handed over at once.
    pub dispatch: f64,
}

/// The kernels.
pub const TEXT: &str = include_str!("../../../shaders/gauge.wgsl");

/// Working sets, bytes: what caches on a device hold, and what they do not. Powers of two.
const SETS: [u64; 3] = [1 << 20, 16 << 20, 256 << 20];

/// Trials of everything; the best counts, because whatever else a device does can only slow one down.
const TRIALS: usize = 5;

/// Wall time that a trial should take at least, seconds: enough to drown what a submission costs.
const TRIAL: f64 = 0.02;

/// Workgroups of 256: enough to fill the largest devices.
const GROUPS: u32 = 1 << 10;

/// Invocations of all workgroups.
const INVOCATIONS: u64 = 256 * GROUPS as u64;

/// Dispatches in a submission.
const DISPATCHES: u32 = 200;

/// Gauges a device.
///
/// # Errors
/// `DeviceLost`, or `Refused` by a driver that takes none of the kernels.
pub fn gauge(shared: &SharedDevice) -> Result<Gauge, BackendError> {
    let largest = shared.listing().max_binding_bytes.min(SETS[2]);
    // A power of two, so that an index is wrapped by a mask.
    let largest = if largest.is_power_of_two() { largest } else { largest.next_power_of_two() / 2 };
    let bench = Bench::new(shared, largest)?;
    let mut reads = Vec::new();
    for set in SETS.into_iter().filter(|set| *set <= largest) {
        let numbers = set / 16;
        let rate = bench.rate("gauge_read", GROUPS, numbers, |times| (times * INVOCATIONS * 16) as f64)?;
        reads.push((set, rate));
    }
    let flops = bench.rate("gauge_multiply", GROUPS, largest / 16, |times| (times * INVOCATIONS * 32) as f64)?;
    let nothing = bench.pipeline("gauge_nothing")?;
    let one = bench.best(&nothing, 1, 1)?;
    let many = bench.best(&nothing, 1, DISPATCHES)?;
    Ok(Gauge { reads, flops, dispatch: ((many - one) / f64::from(DISPATCHES - 1)).max(0.0) })
}

/// The kernels on a device, with what they work on.
struct Bench<'a> {
    shared: &'a SharedDevice,
    module: wgpu::ShaderModule,
    layout: wgpu::BindGroupLayout,
    group: wgpu::BindGroup,
    times: wgpu::Buffer,
    memory: wgpu::Buffer,
}

impl Bench<'_> {
    fn new(shared: &SharedDevice, bytes: u64) -> Result<Bench<'_>, BackendError> {
        let device = &shared.device;
        shared.guarded("gauging the device", || {
            let buffer = |size, usage| {
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("iwashi gauge"),
                    size,
                    usage: usage | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            };
            let times = buffer(16, wgpu::BufferUsages::UNIFORM);
            let memory = buffer(bytes, wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC);
            let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
                count: None,
            };
            let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some("iwashi gauge"),
                entries: &[
                    entry(0, wgpu::BufferBindingType::Uniform),
                    entry(1, wgpu::BufferBindingType::Storage { read_only: false }),
                ],
            });
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("iwashi gauge"),
                layout: &layout,
                entries: &[
                    wgpu::BindGroupEntry { binding: 0, resource: times.as_entire_binding() },
                    wgpu::BindGroupEntry { binding: 1, resource: memory.as_entire_binding() },
                ],
            });
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some("iwashi gauge"),
                source: wgpu::ShaderSource::Wgsl(TEXT.into()),
            });
            Bench { shared, module, layout, group, times, memory }
        })
    }

    fn pipeline(&self, entry: &str) -> Result<wgpu::ComputePipeline, BackendError> {
        let device = &self.shared.device;
        self.shared.guarded(entry, || {
            let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(entry),
                bind_group_layouts: &[Some(&self.layout)],
                immediate_size: 0,
            });
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry),
                layout: Some(&layout),
                module: &self.module,
                entry_point: Some(entry),
                compilation_options: Default::default(),
                cache: None,
            })
        })
    }

    /// Units a second of a kernel on `numbers` of 16 bytes; `units` tells how many `times` rounds make.
    fn rate(&self, entry: &str, groups: u32, numbers: u64, units: impl Fn(u64) -> f64) -> Result<f64, BackendError> {
        let kernel = self.pipeline(entry)?;
        // Every trial goes through the whole set.
        let mut times = (numbers / INVOCATIONS).max(1) as u32;
        // To a place that no workgroup is at, in small sets too.
        let stride = 256 * (groups + 1);
        loop {
            self.write_times([times, stride, (numbers - 1) as u32, 0])?;
            if self.seconds(&kernel, groups, 1)? > TRIAL || times >= 1 << 20 {
                return Ok(units(times.into()) / self.best(&kernel, groups, 1)?);
            }
            times *= 2;
        }
    }

    fn write_times(&self, times: [u32; 4]) -> Result<(), BackendError> {
        self.shared.guarded("gauging the device", || {
            self.shared.queue.write_buffer(&self.times, 0, bytemuck::cast_slice(&times));
        })
    }

    /// Shortest wall time of a submission.
    fn best(&self, kernel: &wgpu::ComputePipeline, groups: u32, dispatches: u32) -> Result<f64, BackendError> {
        let mut best = f64::INFINITY;
        for _ in 0..TRIALS {
            best = best.min(self.seconds(kernel, groups, dispatches)?);
        }
        Ok(best.max(1e-9))
    }

    /// Wall time of a submission until its end is known.
    fn seconds(&self, kernel: &wgpu::ComputePipeline, groups: u32, dispatches: u32) -> Result<f64, BackendError> {
        let begin = Instant::now();
        self.shared.guarded("gauging the device", || {
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(kernel);
            pass.set_bind_group(0, &self.group, &[]);
            (0..dispatches).for_each(|_| pass.dispatch_workgroups(groups, 1, 1));
            drop(pass);
            self.shared.queue.submit([encoder.finish()]);
        })?;
        let mut word = [0u8; 4];
        transfer::read(self.shared, vec![(&self.memory, 0, &mut word[..])])?;
        Ok(begin.elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_can_do_something() {
        let shared = match SharedDevice::open() {
            Ok(shared) => shared,
            Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
            Err(e) => return eprintln!("skipped: {e}"),
        };
        let gauge = gauge(&shared).expect("the kernels run");
        assert!(gauge.flops > 0.0 && !gauge.reads.is_empty(), "{gauge:?}");
        assert!(gauge.reads.iter().all(|(_, rate)| *rate > 0.0), "{gauge:?}");
    }
}
