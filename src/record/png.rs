//! Films as folders of numbered PNGs, for those who cut them with other tools.

use std::path::PathBuf;

use super::{FilmRequest, FrameSink, Picture, RecordError};

/// Writes `00000.png`, `00001.png` and so on.
pub struct PngSink {
    folder: PathBuf,
    next: u64,
}

impl PngSink {
    pub fn create(request: &FilmRequest) -> Result<PngSink, RecordError> {
        let folder = request.output.clone();
        std::fs::create_dir_all(&folder).map_err(|e| RecordError::write(&folder, e))?;
        // Frames of an older, longer film would end up in this one.
        let mut inside = std::fs::read_dir(&folder).map_err(|e| RecordError::write(&folder, e))?;
        if inside.next().is_some() {
            return Err(RecordError::write(&folder, "the folder is not empty"));
        }
        Ok(PngSink { folder, next: 0 })
    }
}

impl FrameSink for PngSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        let path = self.folder.join(format!("{:05}.png", self.next));
        self.next += 1;
        let size = (picture.width, picture.height);
        image::save_buffer(&path, &picture.rgba, size.0, size.1, image::ExtendedColorType::Rgba8).map_err(|e| match e {
            image::ImageError::IoError(e) => RecordError::write(&path, e),
            other => RecordError::Encode { format: "png", reason: other.to_string() },
        })
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        Ok(())
    }
}
