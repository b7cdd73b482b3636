//! Films as folders of numbered PNGs, for those who cut them with other tools; and one still as one file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{FilmRequest, FrameSink, Picture, RecordError, aside, make_parent};

/// The bytes of a picture as a PNG.
pub fn encode(picture: &Picture) -> Result<Vec<u8>, RecordError> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let (wide, tall, kind) = (picture.width, picture.height, image::ExtendedColorType::Rgba8);
    image::write_buffer_with_format(&mut bytes, &picture.rgba, wide, tall, kind, image::ImageFormat::Png)
        .map_err(|error| RecordError::Encode { format: "png", reason: error.to_string() })?;
    Ok(bytes.into_inner())
}

/// Keeps the first frame for whoever made this.
pub struct StillInMemory(Arc<Mutex<Option<Picture>>>);

/// Where the frame is kept.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Option<Picture>>>);

impl StillInMemory {
    /// A sink, and where its frame will be.
    pub fn new() -> (StillInMemory, Kept) {
        let kept = Kept::default();
        (StillInMemory(kept.0.clone()), kept)
    }
}

impl Kept {
    /// Takes the frame, if there has been one.
    pub fn take(&self) -> Option<Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl FrameSink for StillInMemory {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| picture.clone());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        Ok(())
    }
}

/// Writes the first frame as one file.
pub struct StillSink {
    path: PathBuf,
    bytes: Option<Vec<u8>>,
}

impl StillSink {
    pub fn create(request: &FilmRequest) -> Result<StillSink, RecordError> {
        let path = request.output.clone();
        make_parent(&path)?;
        // Found out before anything is drawn.
        let part = aside(&path);
        std::fs::File::create(&part).map_err(|e| RecordError::write(&part, e))?;
        Ok(StillSink { path, bytes: None })
    }

    fn write(&self, path: &Path) -> Result<(), std::io::Error> {
        let Some(bytes) = &self.bytes else { return Ok(()) };
        let part = aside(path);
        std::fs::write(&part, bytes)?;
        std::fs::rename(&part, path)
    }
}

impl FrameSink for StillSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        if self.bytes.is_none() {
            self.bytes = Some(encode(picture)?);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        self.write(&self.path).map_err(|e| RecordError::write(&self.path, e))
    }
}

impl Drop for StillSink {
    fn drop(&mut self) {
        // Renamed, if all went well.
        let _ = std::fs::remove_file(aside(&self.path));
    }
}

/// Writes `00000.png`, `00001.png` and so on. Dropped before it is finished, it takes them away again.
pub struct PngSink {
    folder: PathBuf,
    /// Whether the folder was there before.
    stays: bool,
    next: u64,
    whole: bool,
}

impl PngSink {
    pub fn create(request: &FilmRequest) -> Result<PngSink, RecordError> {
        let folder = request.output.clone();
        let stays = folder.is_dir();
        std::fs::create_dir_all(&folder).map_err(|e| RecordError::write(&folder, e))?;
        // Frames of an older, longer film would end up in this one.
        let mut inside = std::fs::read_dir(&folder).map_err(|e| RecordError::write(&folder, e))?;
        if inside.next().is_some() {
            return Err(RecordError::write(&folder, "the folder is not empty"));
        }
        Ok(PngSink { folder, stays, next: 0, whole: false })
    }

    fn path(&self, frame: u64) -> PathBuf {
        self.folder.join(format!("{frame:05}.png"))
    }
}

impl FrameSink for PngSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        let path = self.path(self.next);
        self.next += 1;
        let size = (picture.width, picture.height);
        image::save_buffer(&path, &picture.rgba, size.0, size.1, image::ExtendedColorType::Rgba8).map_err(|e| match e {
            image::ImageError::IoError(e) => RecordError::write(&path, e),
            other => RecordError::Encode { format: "png", reason: other.to_string() },
        })
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        self.whole = true;
        Ok(())
    }
}

impl Drop for PngSink {
    fn drop(&mut self) {
        if self.whole {
            return;
        }
        // Half a film is none; what cannot be removed costs only its room.
        (0..self.next).for_each(|frame| drop(std::fs::remove_file(self.path(frame))));
        if !self.stays {
            let _ = std::fs::remove_dir(&self.folder);
        }
    }
}
