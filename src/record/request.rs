//! What a film shall be: size, length, camera. Checked before anything is drawn or written.

use std::path::PathBuf;

use super::{CameraKeys, Format, Plot, Title, looped};

/// How the camera moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CameraPath {
    /// It stands where the scene puts it.
    #[default]
    Fixed,
    /// It turns slowly around the tank (a volume; in a plane it stands).
    Orbit,
    /// It keeps to the middle of the school.
    Follow,
    /// It goes from key to key.
    Keyed(CameraKeys),
}

/// How much a film is worth: what is drawn, and how much of it the encoder keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Quick to make and small: coarse bodies, no bloom.
    Draft,
    /// For the screen.
    #[default]
    Good,
    /// To be cut or shown large: less is lost, files are nearly twice as large.
    Best,
}

/// A film to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmRequest {
    /// `.mp4`, `.gif`, or a folder for PNGs.
    pub output: PathBuf,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Frames a second, 1 to 240.
    pub fps: u32,
    /// Length of the film in seconds; without it, `to` decides.
    pub seconds: f32,
    /// Simulated seconds in a second of film.
    pub speed: f32,
    /// First tick shown.
    pub from: u64,
    /// Tick at which the film ends.
    pub to: Option<u64>,
    /// Camera.
    pub camera: CameraPath,
    /// Quality.
    pub grade: Grade,
    /// Whether name, tick and time are written into the picture.
    pub overlay: bool,
    /// Text over it.
    pub titles: Vec<Title>,
    /// What is plotted in a corner of it.
    pub plot: Option<&'static Plot>,
    /// Whether its end flows into its beginning.
    pub looped: bool,
    /// World shown.
    pub world: u32,
}

impl Default for FilmRequest {
    fn default() -> Self {
        FilmRequest {
            output: PathBuf::from("iwashi.mp4"),
            width: 1280,
            height: 720,
            fps: 30,
            seconds: 10.0,
            speed: 1.0,
            from: 0,
            to: None,
            camera: CameraPath::Orbit,
            grade: Grade::Good,
            overlay: false,
            titles: vec![],
            plot: None,
            looped: false,
            world: 0,
        }
    }
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// Not a size that can be encoded.
    #[error("{width}x{height} is no size for a film: both sides must be even, from 16 to {most}")]
    Size {
        /// As asked for.
        width: u32,
        /// As asked for.
        height: u32,
        /// Largest side.
        most: u32,
    },
    /// Not a frame rate.
    #[error("{0} frames a second: choose from 1 to 240")]
    Rate(u32),
    /// Not a length.
    #[error("a film of {0} seconds: choose more than 0 and at most 86400")]
    Length(f64),
    /// Not a pace.
    #[error("{0} simulated seconds in a second of film: choose more than 0 and at most 10000")]
    Speed(f32),
    /// Ticks in the wrong order.
    #[error("the film would end at tick {to}, which is not after its first tick {from}")]
    Range {
        /// First tick.
        from: u64,
        /// Last tick.
        to: u64,
    },
    /// A title that nobody could read.
    #[error("the title `{text}` from {from} to {to} s: 1 to 160 letters, shown from 0 on, and longer than no time")]
    Title {
        /// How it begins.
        text: String,
        /// Second at which it comes.
        from: f32,
        /// Second at which it is gone.
        to: f32,
    },
    /// A still, or too short a film, that is to flow into itself.
    #[error("{0} frames are too few to be looped: at least {least}", least = looped::LEAST)]
    Loop(u64),
    /// A file ending that names no format.
    #[error(
        "`.{0}` is no format for a film: use .mp4, .gif, .png for one still, or a folder name for a sequence of PNGs"
    )]
    Ending(String),
}

/// Largest side, pixels: what H.264 encoders and most adapters take.
const MOST_SIDE: u32 = 8_192;

impl FilmRequest {
    /// Finds what is wrong before anything is drawn.
    pub fn check(&self) -> Result<(), RequestError> {
        let side = |n: u32| n.is_multiple_of(2) && (16..=MOST_SIDE).contains(&n);
        if !side(self.width) || !side(self.height) {
            return Err(RequestError::Size { width: self.width, height: self.height, most: MOST_SIDE });
        }
        if !(1..=240).contains(&self.fps) {
            return Err(RequestError::Rate(self.fps));
        }
        if !(self.speed > 0.0 && self.speed <= 10_000.0) {
            return Err(RequestError::Speed(self.speed));
        }
        match self.to {
            Some(to) if to <= self.from => return Err(RequestError::Range { from: self.from, to }),
            None if !(self.seconds > 0.0 && self.seconds <= 86_400.0) => {
                return Err(RequestError::Length(self.seconds.into()));
            }
            _ => {}
        }
        self.titles.iter().try_for_each(Title::check)?;
        Format::of(&self.output).map(|_| ())
    }

    /// Frames that are drawn for a film of as many as `frames` tells: those of a loop overlap.
    ///
    /// # Errors
    /// When a loop has too few.
    pub fn drawn(&self, dt: f32) -> Result<u64, RequestError> {
        match (self.frames(dt), self.looped) {
            (frames, true) if frames < looped::LEAST => Err(RequestError::Loop(frames)),
            (frames, true) => Ok(frames + looped::overlap(frames)),
            (frames, false) => Ok(frames),
        }
    }

    /// Number of frames in the file, at least 1, for ticks of `dt` seconds.
    pub fn frames(&self, dt: f32) -> u64 {
        if Format::of(&self.output) == Ok(Format::Still) {
            return 1;
        }
        let seconds = match self.to {
            Some(to) => to.saturating_sub(self.from) as f64 * f64::from(dt) / f64::from(self.speed),
            None => f64::from(self.seconds),
        };
        ((seconds * f64::from(self.fps)).round() as u64).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_from_seconds_or_ticks() {
        let film = FilmRequest { seconds: 10.0, fps: 30, ..Default::default() };
        assert_eq!(film.frames(0.05), 300);
        let ticks = FilmRequest { from: 100, to: Some(300), speed: 2.0, fps: 30, ..Default::default() };
        assert_eq!(ticks.frames(0.05), 150);
    }

    #[test]
    fn nonsense_is_named() {
        let check = |change: fn(&mut FilmRequest)| {
            let mut film = FilmRequest::default();
            change(&mut film);
            film.check()
        };
        assert_eq!(check(|_| ()), Ok(()));
        assert!(matches!(check(|f| f.height = 719), Err(RequestError::Size { .. })));
        assert!(matches!(check(|f| f.fps = 0), Err(RequestError::Rate(0))));
        assert!(matches!(check(|f| f.seconds = f32::NAN), Err(RequestError::Length(_))));
        assert!(matches!(check(|f| f.speed = 0.0), Err(RequestError::Speed(_))));
        assert!(matches!(check(|f| f.to = Some(0)), Err(RequestError::Range { .. })));
    }
}
