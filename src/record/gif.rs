//! Films as animated GIFs: a palette of 256 colours a frame, repeated for ever.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::{FilmRequest, FrameSink, Grade, Picture, RecordError, aside, make_parent};

/// Speed of choosing a palette, 1 best to 30 fastest.
fn speed(grade: Grade) -> i32 {
    match grade {
        Grade::Draft => 30,
        Grade::Good => 10,
        Grade::Best => 1,
    }
}

/// Writes a GIF.
pub struct GifSink {
    encoder: Option<gif::Encoder<BufWriter<File>>>,
    path: PathBuf,
    fps: u32,
    speed: i32,
    frames: u64,
    /// Hundredths of a second given to frames so far.
    spent: u64,
}

impl GifSink {
    pub fn create(request: &FilmRequest) -> Result<GifSink, RecordError> {
        make_parent(&request.output)?;
        let part = aside(&request.output);
        let file = File::create(&part).map_err(|e| RecordError::write(&part, e))?;
        // The check of the request keeps both sides below 65,536.
        let (width, height) = (request.width as u16, request.height as u16);
        let failed = |error| failed(&request.output, error);
        let mut encoder = gif::Encoder::new(BufWriter::new(file), width, height, &[]).map_err(failed)?;
        encoder.set_repeat(gif::Repeat::Infinite).map_err(failed)?;
        Ok(GifSink {
            encoder: Some(encoder),
            path: request.output.clone(),
            fps: request.fps,
            speed: speed(request.grade),
            frames: 0,
            spent: 0,
        })
    }
}

impl FrameSink for GifSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        let mut frame =
            gif::Frame::from_rgba_speed(picture.width as u16, picture.height as u16, &mut picture.rgba, self.speed);
        // Delays are hundredths of a second: rounding the running total keeps the film's length right.
        self.frames += 1;
        let due = (self.frames * 100 + u64::from(self.fps) / 2) / u64::from(self.fps);
        frame.delay = due.saturating_sub(self.spent).min(u64::from(u16::MAX)) as u16;
        self.spent = due;
        encoder.write_frame(&frame).map_err(|error| failed(&self.path, error))
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        let Some(encoder) = self.encoder.take() else { return Ok(()) };
        let whole = || {
            let writer = encoder.into_inner().map_err(|error| failed(&self.path, error))?;
            let written = writer.into_inner().map_err(|e| e.into_error()).and_then(|file| file.sync_all());
            let named = written.and_then(|()| std::fs::rename(aside(&self.path), &self.path));
            named.map_err(|e| RecordError::write(&self.path, e))
        };
        let outcome = whole();
        if outcome.is_err() {
            // Half a film is none; the error that matters is at hand.
            let _ = std::fs::remove_file(aside(&self.path));
        }
        outcome
    }
}

impl Drop for GifSink {
    fn drop(&mut self) {
        if self.encoder.take().is_some() {
            let _ = std::fs::remove_file(aside(&self.path));
        }
    }
}

fn failed(path: &Path, error: gif::EncodingError) -> RecordError {
    match error {
        gif::EncodingError::Io(problem) => RecordError::write(path, problem),
        error => RecordError::Encode { format: "gif", reason: error.to_string() },
    }
}
