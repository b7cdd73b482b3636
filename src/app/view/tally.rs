//! What a frame draws, counted on request: draw calls, and the vertices that they come to on the device. Waits for the device, so
//! that nobody should ask who measures time. Draws nothing.

use std::sync::{Arc, Mutex, PoisonError};

use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoderDescriptor, MapMode, PollType,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::DrawLists;
use super::pipelines::{Call, Painter};

/// What the shown tank is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Draw calls.
    pub calls: u32,
    /// Vertices of all of them; of indexed ones indices.
    pub vertices: u64,
}

#[derive(Default)]
enum State {
    #[default]
    Idle,
    Asked,
    Counted(Drawn),
}

/// Where whoever asks and the render world meet: each has a copy of one thing.
#[derive(Resource, Clone, Default, ExtractResource)]
pub struct Tally(Arc<Mutex<State>>);

impl Tally {
    /// Begins to count in a program that draws, once asked.
    pub fn attend(app: &mut App) {
        app.init_resource::<Tally>();
    }

    /// Asks for the next frame to be counted, and says what came of it once it has been.
    pub fn ask(&self) -> Option<Drawn> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Counted(drawn) => Some(drawn),
            State::Idle | State::Asked => {
                *state = State::Asked;
                None
            }
        }
    }
}

/// Counts a frame that has been drawn, where somebody has asked.
pub(super) fn count(
    tally: Option<Res<Tally>>,
    painter: Option<Res<Painter>>,
    lists: Option<Res<DrawLists>>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    let (Some(tally), Some(painter), Some(lists)) = (tally, painter, lists) else { return };
    let mut state = tally.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !matches!(*state, State::Asked) {
        return;
    }
    let mut drawn = Drawn::default();
    for call in painter.tanks[0].calls(&lists.shown) {
        let [vertices, instances] = match call {
            Call::Plain(vertices, instances) => [vertices, instances.len() as u32],
            Call::Indirect(arguments) => two(&device, &queue, arguments, 0),
            Call::Indexed { arguments, at, .. } => two(&device, &queue, arguments, at),
        };
        drawn.calls += 1;
        drawn.vertices += u64::from(vertices) * u64::from(instances);
    }
    *state = State::Counted(drawn);
}

/// Two words of a buffer; zeros of a device that was lost.
fn two(device: &RenderDevice, queue: &RenderQueue, buffer: &Buffer, at: u64) -> [u32; 2] {
    let copy = device.create_buffer(&BufferDescriptor {
        label: Some("tally"),
        size: 8,
        usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
    encoder.copy_buffer_to_buffer(buffer, at, &copy, 0, 8);
    queue.submit([encoder.finish()]);
    let mapped = Arc::new(Mutex::new(false));
    let told = mapped.clone();
    device.map_buffer(&copy.slice(..), MapMode::Read, move |result| {
        *told.lock().unwrap_or_else(PoisonError::into_inner) = result.is_ok();
    });
    let waited = device.poll(PollType::wait_indefinitely()).is_ok();
    if !waited || !*mapped.lock().unwrap_or_else(PoisonError::into_inner) {
        return [0; 2];
    }
    let bytes = copy.slice(..).get_mapped_range();
    let word = |i: usize| u32::from_ne_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
    [word(0), word(4)]
}
