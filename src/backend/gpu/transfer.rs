//! Copies between the device's buffers and ordinary memory. Reads block. Knows nothing of what the bytes mean.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::device::SharedDevice;
use crate::backend::BackendError;

/// Bytes that one round of copying moves.
const STAGING: u64 = 32 << 20;

/// A read of part of a buffer: buffer, byte offset, and where it goes. Offset and length are multiples of 4.
pub type Read<'a> = (&'a wgpu::Buffer, u64, &'a mut [u8]);

/// Reads parts of buffers, in order.
///
/// # Errors
/// `DeviceLost` when the device went away.
pub fn read(shared: &SharedDevice, parts: Vec<Read>) -> Result<(), BackendError> {
    let total: u64 = parts.iter().map(|p| p.2.len() as u64).sum();
    if total == 0 {
        return shared.alive();
    }
    let size = total.min(STAGING);
    let staging = shared.guarded("reading back", || {
        shared.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("iwashi read"),
            size,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    })?;
    let mut round: Vec<Read> = Vec::new();
    let mut filled = 0;
    for (buffer, mut offset, mut to) in parts {
        while !to.is_empty() {
            let n = (to.len() as u64).min(size - filled);
            let (head, tail) = to.split_at_mut(n as usize);
            round.push((buffer, offset, head));
            (to, offset, filled) = (tail, offset + n, filled + n);
            if filled == size {
                flush(shared, &staging, &mut round)?;
                filled = 0;
            }
        }
    }
    flush(shared, &staging, &mut round)
}

/// After this long a read counts as lost: longer than a software adapter takes to compile any kernel.
const LONGEST_READ: Duration = Duration::from_secs(600);

/// How long a read waits for its callback once the device is idle. Where threads share a device, whichever polls it first
/// runs the callbacks of all, so ours may still be under way on another thread.
const HANDOVER: Duration = Duration::from_millis(20);

/// Copies what is queued up through the staging buffer.
fn flush(shared: &SharedDevice, staging: &wgpu::Buffer, round: &mut Vec<Read>) -> Result<(), BackendError> {
    let total: u64 = round.iter().map(|p| p.2.len() as u64).sum();
    if total == 0 {
        return Ok(());
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    shared.guarded("reading back", || {
        let mut encoder = shared.device.create_command_encoder(&Default::default());
        let mut at = 0;
        for (buffer, offset, to) in round.iter() {
            encoder.copy_buffer_to_buffer(buffer, *offset, staging, at, to.len() as u64);
            at += to.len() as u64;
        }
        shared.queue.submit([encoder.finish()]);
        staging.slice(..total).map_async(wgpu::MapMode::Read, move |result| {
            // The receiver waits just below.
            let _ = sender.send(result);
        });
    })?;
    let begin = Instant::now();
    loop {
        match shared.device.poll(wgpu::PollType::wait_indefinitely()) {
            // wgpu ends an indefinite wait after a minute.
            Ok(_) | Err(wgpu::PollError::Timeout) => {}
            Err(e) => return Err(BackendError::DeviceLost(e.to_string())),
        }
        match receiver.recv_timeout(HANDOVER) {
            Ok(Ok(())) => break,
            Ok(Err(e)) => return Err(BackendError::DeviceLost(e.to_string())),
            Err(RecvTimeoutError::Timeout) if begin.elapsed() < LONGEST_READ => shared.alive()?,
            Err(e) => return Err(BackendError::DeviceLost(format!("a read never ended: {e}"))),
        }
    }
    {
        let bytes = staging.slice(..total).get_mapped_range();
        let mut at = 0;
        for (_, _, to) in round.drain(..) {
            to.copy_from_slice(&bytes[at..at + to.len()]);
            at += to.len();
        }
    }
    staging.unmap();
    Ok(())
}

/// Writes `bytes` (a multiple of 4) into a buffer before the next submission.
pub fn write(shared: &SharedDevice, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
    let mut at = offset;
    for part in bytes.chunks(STAGING as usize) {
        shared.queue.write_buffer(buffer, at, part);
        at += part.len() as u64;
        if part.len() as u64 == STAGING {
            // Lets the driver free its copy before the next part comes.
            shared.queue.submit([]);
        }
    }
}
