//! Moving thumbnails: a few small frames below each other in one PNG of few colours. A scene that swims in still water compresses well that
//! way, and any viewer shows the file. Knows nothing of scenes.

use std::path::{Path, PathBuf};

use color_quant::NeuQuant;

use super::{FrameSink, Picture, RecordError};
use crate::files;

/// Width and height of a frame, pixels.
pub const STRIP_SIZE: (u32, u32) = (160, 90);
/// Frames of a strip.
pub const STRIP_FRAMES: u32 = 12;
/// Frames of it shown in a second.
pub const STRIP_RATE: u32 = 8;
/// Bytes of a strip at most, so that those of all scenes that ship stay below 1.5 MB; with more detail than fits, it has fewer colours.
const MOST_BYTES: usize = 58_000;
/// Colours tried, and the distance in colour up to which a pixel stays as it was in the frame before.
const TRIES: [(usize, i32); 5] = [(64, 10), (48, 14), (32, 18), (24, 24), (16, 32)];

/// Gathers the frames of a strip and writes them at the end.
pub struct StripSink {
    path: PathBuf,
    frames: Vec<Picture>,
}

impl StripSink {
    /// A strip that is written to `path`.
    pub fn new(path: &Path) -> StripSink {
        StripSink { path: path.to_path_buf(), frames: vec![] }
    }
}

impl FrameSink for StripSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        self.frames.push(picture.clone());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            files::create_folder(folder).map_err(|e| RecordError::write(&self.path, e.problem))?;
        }
        let bytes = encode(&self.frames)?;
        files::write_whole(&self.path, &[&bytes]).map_err(|e| RecordError::write(&self.path, e.problem))
    }
}

/// The frames as one file, in as many colours as fit.
fn encode(frames: &[Picture]) -> Result<Vec<u8>, RecordError> {
    let mut smallest = None;
    for (colors, stay) in TRIES {
        let bytes = encode_with(frames, colors, stay)
            .map_err(|error| RecordError::Encode { format: "png", reason: error.to_string() })?;
        if bytes.len() <= MOST_BYTES {
            return Ok(bytes);
        }
        smallest = Some(bytes);
    }
    Ok(smallest.unwrap_or_default())
}

fn encode_with(frames: &[Picture], colors: usize, stay: i32) -> Result<Vec<u8>, png::EncodingError> {
    let (width, height) = frames.first().map_or((1, 1), |frame| (frame.width, frame.height));
    let pixels: Vec<u8> = frames.iter().flat_map(|frame| frame.rgba.iter().copied()).collect();
    // Every third pixel is looked at: more makes no difference to be seen.
    let palette = NeuQuant::new(3, colors, &pixels);
    let map = palette.color_map_rgb();
    let far = |index: u8, pixel: &[u8]| {
        let own = &map[3 * usize::from(index)..][..3];
        own.iter().zip(pixel).map(|(a, b)| (i32::from(*a) - i32::from(*b)).abs()).max().unwrap_or(0)
    };
    let each = (width * height) as usize;
    let mut indices: Vec<u8> = Vec::with_capacity(pixels.len() / 4);
    for (place, pixel) in pixels.chunks_exact(4).enumerate() {
        // What hardly changes stays, or the noise of the palette would be all that is written.
        let before = place.checked_sub(each).map(|before| indices[before]).filter(|before| far(*before, pixel) <= stay);
        indices.push(before.unwrap_or_else(|| palette.index_of(pixel) as u8));
    }
    let mut bytes = vec![];
    let mut encoder = png::Encoder::new(&mut bytes, width, height * frames.len().max(1) as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(map);
    encoder.set_compression(png::Compression::High);
    // Filters are for shades, not for numbers of colours.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(bytes)
}

/// The frames of a strip, RGBA; none where the bytes are no strip.
pub fn frames(bytes: &[u8]) -> Option<Vec<Picture>> {
    let (width, height) = STRIP_SIZE;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(width);
    limits.max_image_height = Some(height * 64);
    let mut reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
    reader.limits(limits);
    let whole = reader.decode().ok()?.into_rgba8();
    if whole.width() != width || whole.height() == 0 || !whole.height().is_multiple_of(height) {
        return None;
    }
    let each = (width * height * 4) as usize;
    Some(whole.into_raw().chunks_exact(each).map(|rgba| Picture { width, height, rgba: rgba.to_vec() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_small_and_gives_its_frames_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/strip.png");
        let (width, height) = STRIP_SIZE;
        let mut sink = StripSink::new(&path);
        for frame in 0..STRIP_FRAMES {
            // A bright square that goes to the right, over water that gets lighter downward.
            let rgba = (0..width * height).flat_map(|place| {
                let (x, y) = (place % width, place / width);
                let bright = (8 * frame..8 * frame + 12).contains(&x) && (30..42).contains(&y);
                if bright { [250, 200, 90, 255] } else { [10, 20 + y as u8 / 2, 60 + y as u8 / 2, 255] }
            });
            sink.frame(&mut Picture { width, height, rgba: rgba.collect() }).unwrap();
        }
        sink.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.len() < MOST_BYTES, "{}", bytes.len());
        let back = frames(&bytes).unwrap();
        assert_eq!(back.len(), STRIP_FRAMES as usize);
        let red = |frame: usize, x: u32| back[frame].rgba[((36 * width + x) * 4) as usize];
        assert!(red(0, 4) > 200 && red(0, 90) < 60 && red(11, 4) < 60 && red(11, 92) > 200);
        assert_eq!(frames(b"no picture"), None);
    }

    #[test]
    fn noise_is_written_in_fewer_colours() {
        let (width, height) = STRIP_SIZE;
        let mut state = 7u32;
        let mut shade = || {
            // Numerical Recipes' linear congruence; its high bits are noise enough.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let mut noise = |_| {
            let rgba = (0..width * height).flat_map(|_| [shade(), shade(), shade(), 255]).collect();
            Picture { width, height, rgba }
        };
        let frames: Vec<Picture> = (0..STRIP_FRAMES).map(&mut noise).collect();
        let (many, few) = (encode_with(&frames, 64, 10).unwrap(), encode(&frames).unwrap());
        assert!(few.len() < many.len(), "{} and {}", few.len(), many.len());
    }
}
