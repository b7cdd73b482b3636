//! The audio device: opened on a thread of its own, since some systems take seconds to answer. Knows nothing of schools.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, FromSample, I24, SampleFormat, SizedSample, Stream};

use super::chord::{Chord, Voice};
use crate::app::strings::sound as text;

/// What the window and the device have to say to each other.
#[derive(Default)]
struct Desired {
    voices: Vec<Voice>,
    volume: f32,
    /// What has gone wrong.
    problem: Option<String>,
}

type Shared = Arc<Mutex<Desired>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Desired> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The default device of the system. It falls silent when this is dropped.
pub struct Speaker {
    shared: Shared,
    /// Dropping it lets the thread end.
    _open: Sender<()>,
}

impl Speaker {
    /// Opens the device in the background.
    pub fn open() -> Speaker {
        let shared = Shared::default();
        let (open, closed) = channel::<()>();
        let own = shared.clone();
        let spawned = std::thread::Builder::new().name("sound".into()).spawn(move || match start(&own) {
            // It plays until nobody wants it any more; nothing is ever sent.
            Ok(_stream) => drop(closed.recv()),
            Err(problem) => lock(&own).problem = Some(problem),
        });
        if let Err(error) = spawned {
            lock(&shared).problem = Some(error.to_string());
        }
        Speaker { shared, _open: open }
    }

    /// What has gone wrong; after that nothing is heard.
    pub fn problem(&self) -> Option<String> {
        lock(&self.shared).problem.take()
    }

    /// Glides to other voices, and to another loudness of the whole, 0 to 1.
    pub fn play(&self, voices: Vec<Voice>, volume: f32) {
        let mut desired = lock(&self.shared);
        (desired.voices, desired.volume) = (voices, volume);
    }
}

/// Starts a stream on the default device.
fn start(shared: &Shared) -> Result<Stream, String> {
    let device = cpal::default_host().default_output_device().ok_or(text::NO_DEVICE)?;
    let format = device.default_output_config().map_err(|e| e.to_string())?.sample_format();
    let stream = match format {
        SampleFormat::F32 => stream::<f32>,
        SampleFormat::F64 => stream::<f64>,
        SampleFormat::I16 => stream::<i16>,
        SampleFormat::I24 => stream::<I24>,
        SampleFormat::I32 => stream::<i32>,
        SampleFormat::U8 => stream::<u8>,
        SampleFormat::U16 => stream::<u16>,
        other => return Err(text::unknown_samples(other)),
    };
    stream(&device, shared)
}

fn stream<T: SizedSample + FromSample<f32>>(device: &Device, shared: &Shared) -> Result<Stream, String> {
    let config: cpal::StreamConfig = device.default_output_config().map_err(|e| e.to_string())?.into();
    let (channels, mut chord) = (usize::from(config.channels.max(1)), Chord::new(config.sample_rate as f32));
    let desired = shared.clone();
    let fill = move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
        // Whoever makes sound must not wait: where somebody is just writing, the chord stays as it is.
        if let Ok(desired) = desired.try_lock() {
            chord.ask(&desired.voices, desired.volume);
        }
        for frame in data.chunks_mut(channels) {
            let [left, right] = chord.next();
            match frame {
                [only] => *only = T::from_sample(0.5 * (left + right)),
                _ => frame.iter_mut().zip([left, right]).for_each(|(out, side)| *out = T::from_sample(side)),
            }
        }
    };
    let told = shared.clone();
    let failed = move |error: cpal::Error| match error.kind() {
        // The stream goes on.
        ErrorKind::DeviceChanged | ErrorKind::Xrun | ErrorKind::RealtimeDenied => {}
        _ => lock(&told).problem = Some(error.to_string()),
    };
    let stream = device.build_output_stream(config, fill, failed, None).map_err(|e| e.to_string())?;
    stream.play().map_err(|e| e.to_string())?;
    Ok(stream)
}
