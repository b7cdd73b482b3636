//! Films as files: where drawn frames go. A sink takes pictures of one size in order and makes an MP4, a GIF or a
//! sequence of PNGs of them. Knows nothing of who draws.

mod gif;
mod keys;
mod looped;
#[cfg(feature = "video")]
mod mp4;
mod overlays;
mod png;
mod request;
mod strip;

use std::path::{Path, PathBuf};

pub use keys::{At, CameraKey, CameraKeys, Follow, KEYS_FILE, Pose, Route};
pub use looped::LoopSink;
pub use overlays::{PLOTS, Plot, Title};
pub use png::{Kept, StillInMemory, encode as encode_png};
pub use request::{CameraPath, FilmRequest, Grade, RequestError};

pub use strip::{STRIP_FRAMES, STRIP_RATE, STRIP_SIZE, StripSink, frames as strip_frames};

/// One drawn picture: RGBA bytes, rows from the top, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

/// Takes the frames of a film in order.
pub trait FrameSink: Send {
    /// Adds a frame. All frames have the size that the sink was made for.
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError>;

    /// Completes the file. Before that nothing stands under its final name.
    fn finish(&mut self) -> Result<(), RecordError>;
}

/// Why a film could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The request makes no sense.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A file or folder could not be written.
    #[error("cannot write `{}`: {reason}; the film is not there: make room, or choose another place", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The encoder refused a frame.
    #[error("the {format} encoder failed: {reason}")]
    Encode {
        /// `mp4`, `gif` or `png`.
        format: &'static str,
        /// Its reason.
        reason: String,
    },
    /// The program was built without the encoder.
    #[error("this program was built without `video`: use .gif or a folder of pictures, or build with the feature")]
    NoVideo,
    /// A camera path that cannot be read or written.
    #[error("{place}: {problem}")]
    Camera {
        /// The file, with line and column where they are known.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// Drawing failed.
    #[error("drawing failed: {0}")]
    Draw(String),
    /// The run could not go on.
    #[error("the simulation stopped: {0}")]
    Simulation(String),
}

impl RecordError {
    fn write(path: &Path, reason: impl std::fmt::Display) -> RecordError {
        RecordError::Write { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// What a film is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// H.264 in an MP4 file.
    Mp4,
    /// An animated GIF.
    Gif,
    /// One picture as PNG.
    Still,
    /// A folder of numbered PNGs.
    Png,
}

impl Format {
    /// Chosen by the ending of a file name: `.mp4`, `.gif`, `.png` for one still; anything without an ending is a folder of PNGs.
    pub fn of(path: &Path) -> Result<Format, RequestError> {
        match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("mp4") => Ok(Format::Mp4),
            Some("gif") => Ok(Format::Gif),
            Some("png") => Ok(Format::Still),
            None => Ok(Format::Png),
            Some(other) => Err(RequestError::Ending(other.to_owned())),
        }
    }
}

/// Opens the sink that a request asks for; `frames` is how many the file will have. Nothing that already stands under its name is touched
/// before `finish`.
pub fn open(request: &FilmRequest, frames: u64) -> Result<Box<dyn FrameSink>, RecordError> {
    request.check()?;
    let sink = open_plain(request)?;
    Ok(if request.looped { Box::new(looped::LoopSink::new(sink, frames)) } else { sink })
}

fn open_plain(request: &FilmRequest) -> Result<Box<dyn FrameSink>, RecordError> {
    Ok(match Format::of(&request.output)? {
        #[cfg(feature = "video")]
        Format::Mp4 => Box::new(mp4::Mp4Sink::create(request)?),
        #[cfg(not(feature = "video"))]
        Format::Mp4 => return Err(RecordError::NoVideo),
        Format::Gif => Box::new(gif::GifSink::create(request)?),
        Format::Still => Box::new(png::StillSink::create(request)?),
        Format::Png => Box::new(png::PngSink::create(request)?),
    })
}

/// The name under which a film is written until it is complete.
fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Makes the folder that a file goes into.
fn make_parent(path: &Path) -> Result<(), RecordError> {
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|e| RecordError::write(folder, e)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(name: &str) -> (tempfile::TempDir, FilmRequest) {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join(name);
        (folder, FilmRequest { output, width: 64, height: 48, fps: 10, ..Default::default() })
    }

    fn shoot(request: &FilmRequest, frames: u8) {
        let mut sink = open(request, frames.into()).unwrap();
        for i in 0..frames {
            let rgba = (0..64 * 48).flat_map(|p| [i * 40, (p % 64) as u8 * 4, 90, 255]).collect();
            sink.frame(&mut Picture { width: 64, height: 48, rgba }).unwrap();
        }
        sink.finish().unwrap();
    }

    #[test]
    fn a_gif_has_all_its_frames() {
        let (_folder, request) = film("a.gif");
        shoot(&request, 5);
        let mut options = ::gif::DecodeOptions::new();
        options.set_color_output(::gif::ColorOutput::RGBA);
        let mut reader = options.read_info(std::fs::File::open(&request.output).unwrap()).unwrap();
        let mut frames = 0;
        while reader.read_next_frame().unwrap().is_some() {
            frames += 1;
        }
        assert_eq!((frames, reader.width(), reader.height()), (5, 64, 48));
    }

    #[test]
    fn pictures_are_numbered_and_read_back() {
        let (_folder, request) = film("frames");
        shoot(&request, 3);
        let picture = image::open(request.output.join("00002.png")).unwrap().to_rgba8();
        assert_eq!(picture.dimensions(), (64, 48));
        assert_eq!(picture.get_pixel(3, 7).0, [80, 12, 90, 255]);
        assert!(!request.output.join("00003.png").exists());
    }

    #[test]
    fn pictures_of_a_film_that_is_given_up_are_taken_away() {
        let (_folder, request) = film("frames");
        for there in [false, true] {
            if there {
                std::fs::create_dir(&request.output).unwrap();
            }
            let mut sink = open(&request, 2).unwrap();
            sink.frame(&mut Picture { width: 64, height: 48, rgba: vec![9; 64 * 48 * 4] }).unwrap();
            assert!(request.output.join("00000.png").exists());
            drop(sink);
            assert_eq!(request.output.exists(), there);
        }
        assert_eq!(std::fs::read_dir(&request.output).unwrap().count(), 0);
    }

    #[test]
    fn a_still_is_one_file() {
        let (folder, request) = film("a.png");
        shoot(&request, 1);
        let picture = image::open(&request.output).unwrap().to_rgba8();
        assert_eq!(picture.get_pixel(3, 7).0, [0, 12, 90, 255]);
        let given_up = FilmRequest { output: folder.path().join("b.png"), ..request.clone() };
        drop(open(&given_up, 1).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(request.frames(0.1), 1);
    }

    #[cfg(feature = "video")]
    #[test]
    fn a_film_is_an_mp4_only_when_it_is_finished() {
        let (_folder, request) = film("a.mp4");
        shoot(&request, 12);
        let bytes = std::fs::read(&request.output).unwrap();
        assert_eq!(&bytes[4..8], b"ftyp");
        let (_other, unfinished) = film("b.mp4");
        let mut sink = open(&unfinished, 1).unwrap();
        sink.frame(&mut Picture { width: 64, height: 48, rgba: vec![0; 64 * 48 * 4] }).unwrap();
        drop(sink);
        assert!(!unfinished.output.exists());
    }

    #[cfg(feature = "video")]
    #[test]
    fn grades_of_a_film_differ_in_size_and_leave_no_frame_out() {
        let size = |grade: Grade| {
            let (_folder, request) = film("a.mp4");
            let request = FilmRequest { grade, ..request };
            let mut sink = open(&request, 40).unwrap();
            for i in 0..40u32 {
                // Waves that wander: something to be lost.
                let shade = |p: u32| ((p * p / 7 + 11 * i * (p % 13)) % 199) as u8;
                let rgba = (0..64 * 48).flat_map(|p| [shade(p), shade(p + 50), shade(p / 3), 255]).collect();
                // A frame that is left out has no bytes, which the file refuses.
                sink.frame(&mut Picture { width: 64, height: 48, rgba }).unwrap();
            }
            sink.finish().unwrap();
            std::fs::metadata(&request.output).unwrap().len()
        };
        let sizes = [Grade::Draft, Grade::Good, Grade::Best].map(size);
        assert!(sizes[0] < sizes[1] && sizes[1] < sizes[2], "{sizes:?}");
    }

    #[test]
    fn odd_sizes_and_unknown_endings_are_refused() {
        let (_folder, mut request) = film("a.mp4");
        request.width = 63;
        assert!(matches!(open(&request, 1), Err(RecordError::Request(RequestError::Size { .. }))));
        request.width = 64;
        request.output.set_extension("avi");
        assert!(matches!(open(&request, 1), Err(RecordError::Request(RequestError::Ending(_)))));
    }
}
