//! Films as H.264 in MP4, by the encoder built into the program. Plays in browsers.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use muxide::api::{Muxer, MuxerBuilder, MuxerError, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode, UsageType,
    VuiConfig,
};
use openh264::formats::{RgbaSliceU8, YUVBuffer};

use super::{FilmRequest, FrameSink, Grade, Picture, RecordError, aside, make_parent};

/// Highest rate of the highest level of H.264 that the encoder has, bits a second.
const MOST_RATE: u32 = 240_000_000;
/// Longest side up to which frames of little loss stay below that rate: at 640x360 they were measured at 7 million.
const HELD_UP_TO: u32 = 1_920;

/// Writes an MP4.
pub struct Mp4Sink {
    encoder: Encoder,
    muxer: Option<Muxer<BufWriter<File>>>,
    yuv: YUVBuffer,
    path: PathBuf,
    fps: u32,
    frames: u64,
}

impl Mp4Sink {
    pub fn create(request: &FilmRequest) -> Result<Mp4Sink, RecordError> {
        let (width, height, fps) = (request.width, request.height, request.fps);
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .vui(VuiConfig::bt601())
            .max_frame_rate(FrameRate::from_hz(fps as f32))
            // A frame that can be decoded alone every two seconds lets players seek.
            .intra_frame_period(IntraFramePeriod::from_num_frames(2 * fps));
        // A film that is not streamed has no rate to keep, so every frame has the same steps: the encoder's own 26 where it keeps no
        // rate, and else those that it is held to.
        let steps = match request.grade {
            Grade::Draft => Some(34),
            Grade::Best => Some(18),
            Grade::Good => None,
        };
        let config = match steps.filter(|_| width.max(height) <= HELD_UP_TO) {
            // A rate that is never come to, so that no frame is left out.
            Some(steps) => config
                .rate_control_mode(RateControlMode::Quality)
                .qp(QpRange::new(steps, steps))
                .bitrate(BitRate::from_bps(MOST_RATE))
                .skip_frames(true),
            None => config.rate_control_mode(RateControlMode::Off).skip_frames(false),
        };
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
        make_parent(&request.output)?;
        let part = aside(&request.output);
        let file = File::create(&part).map_err(|e| RecordError::write(&part, e))?;
        let muxer = MuxerBuilder::new(BufWriter::new(file))
            .video(VideoCodec::H264, width, height, f64::from(fps))
            .with_fast_start(true)
            .build()
            .map_err(|error| muxed(&request.output, error))?;
        let yuv = YUVBuffer::new(width as usize, height as usize);
        Ok(Mp4Sink { encoder, muxer: Some(muxer), yuv, path: request.output.clone(), fps, frames: 0 })
    }
}

impl FrameSink for Mp4Sink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        let Some(muxer) = &mut self.muxer else { return Ok(()) };
        let size = (picture.width as usize, picture.height as usize);
        self.yuv.read_rgba8(RgbaSliceU8::new(&picture.rgba, size));
        let stream = self.encoder.encode(&self.yuv).map_err(failed)?;
        let key = matches!(stream.frame_type(), FrameType::IDR | FrameType::I);
        let at = self.frames as f64 / f64::from(self.fps);
        self.frames += 1;
        muxer.write_video(at, &stream.to_vec(), key).map_err(|error| muxed(&self.path, error))
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        let Some(muxer) = self.muxer.take() else { return Ok(()) };
        let whole = muxer.finish().map_err(|error| muxed(&self.path, error));
        let named = whole.and_then(|()| {
            std::fs::rename(aside(&self.path), &self.path).map_err(|e| RecordError::write(&self.path, e))
        });
        if named.is_err() {
            // Half a film is none; the error that matters is at hand.
            let _ = std::fs::remove_file(aside(&self.path));
        }
        named
    }
}

impl Drop for Mp4Sink {
    fn drop(&mut self) {
        if self.muxer.take().is_some() {
            let _ = std::fs::remove_file(aside(&self.path));
        }
    }
}

fn muxed(path: &Path, error: MuxerError) -> RecordError {
    match error {
        MuxerError::Io(problem) => RecordError::write(path, problem),
        error => failed(error),
    }
}

fn failed(error: impl std::fmt::Display) -> RecordError {
    RecordError::Encode { format: "mp4", reason: error.to_string() }
}
