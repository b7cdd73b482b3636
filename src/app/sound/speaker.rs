//! The audio device: opened on a thread of its own, since some systems take seconds to answer. Knows nothing of schools.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, FromSample, I24, SampleFormat, SizedSample, Stream};

use super::chord::{Chord, Voice};

/// What is to be played: voices, and the loudness of the whole.
type Asked = Arc<Mutex<(Vec<Voice>, f32)>>;

/// The default device of the system. It falls silent when this is dropped.
pub struct Speaker {
    asked: Asked,
    problems: Receiver<String>,
    /// Closing it lets the thread end.
    _open: Sender<()>,
}

impl Speaker {
    /// Opens the device in the background.
    pub fn open() -> Speaker {
        let asked = Asked::default();
        let (tell, problems) = channel();
        let (open, closed) = channel::<()>();
        let own = asked.clone();
        let spoken = tell.clone();
        let spawned = std::thread::Builder::new().name("sound".into()).spawn(move || match play(own, spoken.clone()) {
            // It plays until nobody wants it any more.
            Ok(_stream) => drop(closed.recv()),
            Err(problem) => drop(spoken.send(problem)),
        });
        if let Err(error) = spawned {
            let _ = tell.send(error.to_string());
        }
        Speaker { asked, problems, _open: open }
    }

    /// What has gone wrong; after that nothing is heard.
    pub fn problem(&self) -> Option<String> {
        match self.problems.try_recv() {
            Ok(problem) => Some(problem),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some("the audio device has gone".into()),
        }
    }

    /// Glides to other voices.
    pub fn play(&self, voices: Vec<Voice>, volume: f32) {
        *self.asked.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = (voices, volume);
    }
}

/// Starts a stream on the default device.
fn play(asked: Asked, tell: Sender<String>) -> Result<Stream, String> {
    let device = cpal::default_host().default_output_device().ok_or("there is no audio device")?;
    let format = device.default_output_config().map_err(|e| e.to_string())?.sample_format();
    let start = match format {
        SampleFormat::F32 => stream::<f32>,
        SampleFormat::F64 => stream::<f64>,
        SampleFormat::I16 => stream::<i16>,
        SampleFormat::I24 => stream::<I24>,
        SampleFormat::I32 => stream::<i32>,
        SampleFormat::U8 => stream::<u8>,
        SampleFormat::U16 => stream::<u16>,
        other => return Err(format!("the audio device wants samples as {other}, which this program does not make")),
    };
    start(&device, asked, tell)
}

fn stream<T: SizedSample + FromSample<f32>>(
    device: &Device,
    asked: Asked,
    tell: Sender<String>,
) -> Result<Stream, String> {
    let config: cpal::StreamConfig = device.default_output_config().map_err(|e| e.to_string())?.into();
    let (channels, mut chord) = (usize::from(config.channels.max(1)), Chord::new(config.sample_rate as f32));
    let fill = move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
        // Whoever makes sound must not wait: where somebody is just writing, the chord stays as it is.
        if let Ok(asked) = asked.try_lock() {
            chord.ask(&asked.0, asked.1);
        }
        for frame in data.chunks_mut(channels) {
            let [left, right] = chord.next();
            match frame {
                [only] => *only = T::from_sample(0.5 * (left + right)),
                _ => frame.iter_mut().zip([left, right]).for_each(|(out, side)| *out = T::from_sample(side)),
            }
        }
    };
    let failed = move |error: cpal::Error| match error.kind() {
        // The stream goes on.
        ErrorKind::DeviceChanged | ErrorKind::Xrun | ErrorKind::RealtimeDenied => {}
        _ => drop(tell.send(error.to_string())),
    };
    let stream = device.build_output_stream(config, fill, failed, None).map_err(|e| e.to_string())?;
    stream.play().map_err(|e| e.to_string())?;
    Ok(stream)
}
